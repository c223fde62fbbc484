package intake

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

// What is put in the place of a name after it was looked at is not read, also
// where it is a link that stays inside the folder.
func TestOpenRegularSwapped(t *testing.T) {
	for name, swap := range map[string]func(y *yard) error{
		"link inside":  func(y *yard) error { return os.Symlink("b.csv", y.path("63/a.csv")) },
		"link outside": func(y *yard) error { return os.Symlink("/etc/hostname", y.path("63/a.csv")) },
		"pipe":         func(y *yard) error { return syscall.Mkfifo(y.path("63/a.csv"), 0o666) },
		"other file":   func(y *yard) error { return os.Rename(y.path("63/c.csv"), y.path("63/a.csv")) },
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, Options{})
			for _, n := range []string{"a", "b", "c"} {
				y.write("63/"+n+".csv", n)
			}
			root, err := os.OpenRoot(y.path("63"))
			y.must(err)
			defer root.Close()
			f, _, err := openRegular(root, "a.csv", func(string) {
				y.must(os.Remove(y.path("63/a.csv")))
				y.must(swap(y))
			})
			if err == nil {
				_ = f.Close()
				t.Error("it was opened")
			}
		})
	}
}

func TestSubFolderSwapped(t *testing.T) {
	y := newYard(t, Options{})
	root, err := os.OpenRoot(y.dir)
	y.must(err)
	defer root.Close()
	if _, err := subFolder(root, "63", false, func(string) {
		y.must(os.Remove(y.path("63")))
		y.must(os.Symlink("71", y.path("63")))
	}); !errors.Is(err, ErrChanged) {
		t.Errorf("the folder of another region was opened: %v", err)
	}
}

// A crash at each point of Done's last two operations, and of putting back.
func TestRestore(t *testing.T) {
	aside := asidePrefix + "ABC-a.csv"
	for name, c := range map[string]struct {
		make func(y *yard)
		want []string
	}{
		"set aside": {func(y *yard) { y.write("63/"+aside, "rows") }, []string{"ready 63/a.csv"}},
		"both names given": {func(y *yard) {
			y.write("63/a.csv", "rows")
			y.must(os.Link(y.path("63/a.csv"), y.path("63/"+aside)))
		}, []string{"ready 63/a.csv"}},
		"a new one came": {func(y *yard) {
			y.write("63/"+aside, "rows")
			y.write("63/a.csv", "new rows")
		}, []string{"ready 63/a+.csv", "ready 63/a.csv"}},
		"a stranger's link": {func(y *yard) { y.must(os.Symlink("/etc/hostname", y.path("63/"+aside))) }, []string{"link 63/a.csv"}},
		"a stranger's name": {func(y *yard) { y.write("63/"+asidePrefix+"..", "x") }, []string{"ready 63/file"}},
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, Options{})
			c.make(y)
			y.says(y.settled(), c.want...)
			y.there("63/"+aside, false)
		})
	}
}
