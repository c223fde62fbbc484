package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

func digestOf(b string) string {
	h := sha256.Sum256([]byte(b))
	return hex.EncodeToString(h[:])
}

func openArchive(t *testing.T, dir string, step Step) *Archive {
	t.Helper()
	a, err := OpenArchive(dir, step)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// contents reads everything the archive holds, through Verify, and fails on
// any complaint and on any temporary file.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	a := openArchive(t, dir, nil)
	held := map[string]string{}
	err := a.Verify(context.Background(), func(sha string, err error) {
		if err != nil {
			t.Errorf("archive: %s: %v", sha, err)
			return
		}
		f, err := a.Open(sha)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		b, _ := io.ReadAll(f)
		held[sha] = string(b)
	})
	if err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, archiveTemp)); len(left) > 0 {
		t.Errorf("archive: left over: %v", left)
	}
	return held
}

func TestArchiveKeepsOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home", "archive")
	a := openArchive(t, dir, nil)
	var before os.FileInfo
	for i, want := range []Kept{
		{SHA256: digestOf("тізім"), Size: 10},
		{SHA256: digestOf("тізім"), Size: 10, Already: true},
	} {
		got, err := a.Keep(strings.NewReader("тізім"), 0)
		if err != nil || got != want {
			t.Errorf("keep %d: %+v, %v", i, got, err)
		}
		now, err := os.Stat(filepath.Join(dir, archiveName(want.SHA256)))
		if err != nil || before != nil && !unchanged(before, now) {
			t.Errorf("keep %d: the kept file was touched: %v", i, err)
		}
		before = now
	}
	if _, err := a.Keep(iotest.OneByteReader(strings.NewReader("")), 0); err != nil {
		t.Error("empty:", err)
	}
	i, err := os.Stat(filepath.Join(dir, archiveName(digestOf("тізім"))))
	if err != nil || i.Mode().Perm() != 0o400 {
		t.Errorf("mode %v, %v", i.Mode(), err)
	}
	if held := contents(t, dir); len(held) != 2 || held[digestOf("тізім")] != "тізім" {
		t.Errorf("held %q", held)
	}
}

func TestArchiveRefuses(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, dir, nil)
	if _, err := a.Keep(strings.NewReader("12345"), 4); !errors.Is(err, ErrTooLarge) {
		t.Errorf("five bytes of four: %v", err)
	}
	if _, err := a.Keep(strings.NewReader("1234"), 4); err != nil {
		t.Errorf("four bytes of four: %v", err)
	}
	broken := errors.New("the line broke")
	if _, err := a.Keep(io.MultiReader(strings.NewReader("x"), iotest.ErrReader(broken)), 0); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
	for _, sha := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("a", 63) + "/"} {
		if _, err := a.Open(sha); !errors.Is(err, ErrDigest) {
			t.Errorf("open %q: %v", sha, err)
		}
	}
	if _, err := a.Open(digestOf("never")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open unknown: %v", err)
	}
	if held := contents(t, dir); len(held) != 1 {
		t.Errorf("held %q", held)
	}
}

func TestArchiveConcurrentKeeps(t *testing.T) {
	dir := t.TempDir()
	body := strings.Repeat("the same bytes ", 40_000)
	var fresh sync.Map
	var wg sync.WaitGroup
	for process := range 4 {
		a := openArchive(t, dir, nil) // sweeps while the others write
		for range 6 {
			wg.Go(func() {
				k, err := a.Keep(strings.NewReader(body), 0)
				if err != nil || k.SHA256 != digestOf(body) {
					t.Errorf("%+v, %v", k, err)
				}
				if !k.Already {
					fresh.Store(process, true)
				}
			})
		}
	}
	for range 20 {
		openArchive(t, dir, nil)
	}
	wg.Wait()
	if held := contents(t, dir); len(held) != 1 || held[digestOf(body)] != body {
		t.Errorf("%d held", len(held))
	}
}

func TestOpenArchiveSweepsOnlyTheDead(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, dir, nil)
	living, err := newTemp(a.root, archiveTemp, 0o400, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer living.drop()
	dead := filepath.Join(dir, archiveTemp, tempPrefix+"DEAD"+tempSuffix)
	foreign := filepath.Join(dir, archiveTemp, "note.txt")
	for _, p := range []string{dead, foreign} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openArchive(t, dir, nil)
	for path, want := range map[string]bool{living.Name(): true, dead: false, foreign: true} {
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s: there %v, want %v", filepath.Base(path), err == nil, want)
		}
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, dir, nil)
	for _, s := range []string{"whole", "flipped", "cut"} {
		if _, err := a.Keep(strings.NewReader(s), 0); err != nil {
			t.Fatal(err)
		}
	}
	write := func(rel, s string) {
		path := filepath.Join(dir, rel)
		_ = os.Remove(path)
		if err := os.WriteFile(path, []byte(s), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	write(archiveName(digestOf("flipped")), "flippeD")
	write(archiveName(digestOf("cut")), "cu")
	write(filepath.Join(digestOf("whole")[:2], "readme"), "")
	write("stray", "")
	got := map[string]error{}
	if err := a.Verify(context.Background(), func(sha string, err error) { got[sha] = err }); err != nil {
		t.Fatal(err)
	}
	want := map[string]error{
		digestOf("whole"): nil, digestOf("flipped"): ErrDamaged, digestOf("cut"): ErrDamaged,
		digestOf("whole")[:2] + "/readme": ErrDigest, "stray": ErrDigest,
	}
	for sha, err := range want {
		if e, ok := got[sha]; !ok || !errors.Is(e, err) {
			t.Errorf("%s: %v, want %v", sha, e, err)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d reported, want %d", len(got), len(want))
	}
	// The same bytes coming again heal a file of the wrong size.
	if k, err := a.Keep(strings.NewReader("cut"), 0); err != nil || k.Already {
		t.Errorf("healing: %+v, %v", k, err)
	}
	if err := a.verify(context.Background(), digestOf("cut")); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := a.Verify(ctx, func(string, error) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestArchiveNameTakenByLink(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, dir, nil)
	name := filepath.Join(dir, archiveName(digestOf("x")))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", name); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Keep(bytes.NewReader([]byte("x")), 0); !errors.Is(err, ErrNotRegular) {
		t.Error(err)
	}
	if _, err := a.Open(digestOf("x")); !errors.Is(err, ErrNotRegular) {
		t.Error(err)
	}
}

// A step that panics is how a test in one process stands in for a crash: what
// is deferred still runs, and nothing may be kept by it.
func TestArchivePanickingStep(t *testing.T) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		calls := 0
		var ops []string
		done := func() (done bool) {
			defer func() { done = recover() == nil }()
			a, err := OpenArchive(dir, func(op string) {
				if ops = append(ops, op); len(ops) == n {
					panic(op)
				}
				calls++
			})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			_, err = a.Keep(strings.NewReader("bytes"), 0)
			return err == nil
		}()
		if held := contents(t, dir); done && len(held) != 1 || len(held) > 1 {
			t.Fatalf("step %d %v: held %q", n, ops, held)
		}
		if done {
			if n < 8 {
				t.Errorf("only %d steps: %v", n, ops)
			}
			return
		}
	}
}
