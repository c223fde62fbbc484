package intake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFaultSentences(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "write", Path: "/h/x", Err: syscall.ENOSPC}, "cannot write /h/a.csv: no space left on device; the disk is full: free space on it, the work resumes by itself"},
		{&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EROFS}, "cannot write /h/a.csv: read-only file system; the disk is read-only: make it writable"},
		{fmt.Errorf("x: %w", syscall.EMFILE), "cannot write /h/a.csv: x: too many open files; too many files are open: raise the limit of open files"},
		{os.NewSyscallError("fsync", syscall.EIO), "cannot write /h/a.csv: input/output error; the disk reports an error: check the disk"},
		{syscall.ESTALE, "cannot write /h/a.csv: stale file handle; the network folder has gone stale: mount it again"},
		{errors.New("what else"), "cannot write /h/a.csv: what else"},
	} {
		err := fault("write", "/h/a.csv", c.err)
		if err.Error() != c.want {
			t.Errorf("\n got %s\nwant %s", err, c.want)
		}
		if fault("read", "/h", err) != err {
			t.Error("a fault was wrapped twice")
		}
	}
	err := fault("read", "/inbox/63/900101300017\n.csv", &fs.PathError{Op: "open", Path: "/inbox/63/900101300017\n.csv", Err: syscall.EACCES})
	if !errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "900101300017") || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	if fault("read", "x", nil) != nil {
		t.Error("a fault from nothing")
	}
}

// openToAll lets everybody read drop folders and the way to them, within the
// test's own folder.
func (y *yard) openToAll(folders ...string) {
	y.Helper()
	for _, dir := range folders {
		y.must(os.Chmod(y.path(dir), 0o755))
	}
	for dir := y.dir; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		y.must(os.Chmod(dir, 0o755))
	}
}

func TestPollWithoutPermission(t *testing.T) {
	y := newYard(t, Options{})
	y.write("63/a.csv", "x")
	y.write("63/closed.csv", "x")
	y.write("71/b.csv", "x")
	y.openToAll("63", "ledger", "applications", "requests", "organisations")
	y.must(os.Chmod(y.path("63/a.csv"), 0o644))
	y.must(os.Chmod(y.path("63/closed.csv"), 0))
	y.must(os.Chmod(y.path("71"), 0))
	t.Cleanup(func() { _ = os.Chmod(y.path("71"), 0o700) })
	asNobody(t, func() {
		for _, later := range []time.Duration{0, 6 * time.Second} {
			y.now = y.now.Add(later)
			p, err := y.f.Poll(y.now)
			if err != nil {
				t.Fatal(err)
			}
			if later == 0 {
				continue
			}
			y.says(p, "ready 63/a.csv", "unreadable 63/closed.csv", "unreadable 71")
			for _, o := range p.Odd {
				if !errors.Is(o.Err, fs.ErrPermission) || !strings.Contains(o.Err.Error(), y.path(o.Path)) || !strings.Contains(o.Err.Error(), "needs the right") {
					t.Errorf("%v", o.Err)
				}
			}
		}
	})
}
