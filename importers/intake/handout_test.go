package intake

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHandOut(t *testing.T) {
	root := filepath.Join(t.TempDir(), "home", "returned")
	path := filepath.Join(root, "63", "чек 17.json")
	for _, text := range []string{"first", "second"} {
		if err := HandOut(root, "63/чек 17.json", []byte(text), nil); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); string(b) != text {
			t.Errorf("%q, %v", b, err)
		}
	}
	if err := HandOut(root, "letters/63/990140000123/a.pdf", nil, nil); err != nil {
		t.Error(err)
	}
	if err := HandOut(root, "top.txt", nil, nil); err != nil {
		t.Error(err)
	}
	for _, rel := range []string{"", ".", "..", "../x", "63/../71/x", "/etc/x", "63//x", "63/", "63/.hidden", "63/CON", "63/900101300017.json", "63/a\nb", `63\x`} {
		if err := HandOut(root, rel, nil, nil); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", rel, err)
		}
	}
	// Nothing lands with another region, whatever a stranger puts there.
	if err := os.Symlink("63", filepath.Join(root, "71")); err != nil {
		t.Fatal(err)
	}
	if err := HandOut(root, "71/x.json", nil, nil); !errors.Is(err, ErrNotRegular) {
		t.Error(err)
	}
	// A link in the place of the file is replaced, not followed.
	victim := filepath.Join(root, "victim")
	_ = os.WriteFile(victim, []byte("mine"), 0o600)
	_ = os.Symlink("../victim", filepath.Join(root, "63", "y.json"))
	if err := HandOut(root, "63/y.json", []byte("new"), nil); err != nil {
		t.Error(err)
	}
	if b, _ := os.ReadFile(victim); string(b) != "mine" {
		t.Errorf("written through a link: %q", b)
	}
	// A folder in the place of the file: an error, and nothing left behind.
	_ = os.Mkdir(filepath.Join(root, "63", "z.json"), 0o700)
	if err := HandOut(root, "63/z.json", []byte("new"), nil); err == nil {
		t.Error("wrote over a folder")
	}
	if left, _ := filepath.Glob(filepath.Join(root, "63", ".*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// A name counts only when it is on the disk: bytes synced, renamed, folder
// synced, in this order.
func TestOrderOfOperations(t *testing.T) {
	var ops []string
	step := Step(func(op string) { ops = append(ops, op) })
	dir := t.TempDir()
	check := func(what string, want ...string) {
		t.Helper()
		if !slices.Equal(ops, want) {
			t.Errorf("%s:\n got %q\nwant %q", what, ops, want)
		}
		ops = nil
	}
	a := openArchive(t, filepath.Join(dir, "home", "archive"), step)
	check("open", "mkdir", "fsync", "mkdir", "fsync", "open", "mkdir", "fsync")
	for _, again := range []bool{false, true} {
		if _, err := a.Keep(strings.NewReader("x"), 0); err != nil {
			t.Fatal(err)
		}
		if again {
			check("keep again", "create", "write", "fsync", "remove")
		} else {
			check("keep", "create", "write", "mkdir", "fsync", "fsync", "rename", "fsync")
		}
	}
	if err := HandOut(dir, "63/x", []byte("x"), step); err != nil {
		t.Fatal(err)
	}
	check("hand out", "mkdir", "fsync", "open", "create", "write", "fsync", "rename", "fsync")
}

func TestCleanUp(t *testing.T) {
	root := t.TempDir()
	if err := HandOut(root, "63/a.json", []byte("x"), nil); err != nil {
		t.Fatal(err)
	}
	deep, elsewhere := filepath.Join(root, "63", "990140000123"), t.TempDir()
	if err := errors.Join(os.Mkdir(deep, 0o750), os.Symlink(elsewhere, filepath.Join(root, "71"))); err != nil {
		t.Fatal(err)
	}
	dead := tempPrefix + "DEAD" + tempSuffix
	for _, dir := range []string{root, filepath.Join(root, "63"), deep, elsewhere} {
		if err := os.WriteFile(filepath.Join(dir, dead), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := CleanUp(root, nil); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{root, filepath.Join(root, "63"), deep} {
		if _, err := os.Lstat(filepath.Join(dir, dead)); err == nil {
			t.Errorf("left in %s", dir)
		}
	}
	if _, err := os.Lstat(filepath.Join(elsewhere, dead)); err != nil {
		t.Errorf("a link was followed: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(root, "63", "a.json")); err != nil {
		t.Error(err)
	}
	if err := CleanUp(filepath.Join(root, "none"), nil); err != nil {
		t.Error(err)
	}
}
