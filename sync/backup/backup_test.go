package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// A test that kills starts its own binary again: the child backs up, or restores,
// and is killed, as by the kernel, before the operation of this number.
const (
	childDo   = "OSMSD_TEST_BACKUP_DO"
	childHome = "OSMSD_TEST_BACKUP_HOME"
	childDSN  = "OSMSD_TEST_BACKUP_DATABASE"
	childKill = "OSMSD_TEST_BACKUP_KILL"
	childFile = "OSMSD_TEST_BACKUP_FILE"
)

func TestMain(m *testing.M) {
	if do := os.Getenv(childDo); do != "" {
		os.Exit(child(do))
	}
	os.Exit(storetest.Main(m))
}

func child(do string) int {
	kill, _ := strconv.ParseInt(os.Getenv(childKill), 10, 64)
	var n atomic.Int64
	step := intake.Step(func(string) {
		if n.Add(1) == kill {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	})
	ctx := context.Background()
	h, err := openHome(ctx, os.Getenv(childHome), os.Getenv(childDSN), step)
	if err == nil && do == "write" {
		_, err = Write(ctx, h.source(), os.Getenv(childFile), silent)
	}
	if err == nil && do == "restore" {
		_, err = Restore(ctx, os.Getenv(childFile), h.target(), silent)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func silent(string, int, int) {}

// testHome is a home of the tests. store is nil where there is no registry.
type testHome struct {
	dir, address string
	store        *store.Store
	archive      *intake.Archive
	step         intake.Step
}

func openHome(ctx context.Context, dir, address string, step intake.Step) (h *testHome, err error) {
	h = &testHome{dir: dir, address: address, step: step}
	if h.archive, err = intake.OpenArchive(filepath.Join(dir, "archive"), nil); err != nil {
		return nil, err
	}
	if address != "" {
		h.store, err = store.Open(ctx, address)
	}
	return h, err
}

func newHome(t *testing.T, dir, address string) *testHome {
	t.Helper()
	h, err := openHome(t.Context(), dir, address, nil)
	must(t, err)
	t.Cleanup(func() {
		_ = h.archive.Close()
		if h.store != nil {
			must(t, h.store.Close())
		}
	})
	return h
}

func (h *testHome) parts() []Part {
	return []Part{{"osmsd.yaml", filepath.Join(h.dir, "osmsd.yaml")}, {"requests.key", filepath.Join(h.dir, "statement.key")},
		{"letters", filepath.Join(h.dir, "letters")}, {"absent", filepath.Join(h.dir, "absent")}, {"none", ""}}
}

func (h *testHome) source() Source {
	return Source{Store: h.store, Archive: h.archive, Parts: h.parts(), Program: "test", Made: time.Unix(1_790_000_000, 0), Step: h.step}
}

func (h *testHome) target() Target {
	return Target{Dir: h.dir, Archive: h.archive, Parts: h.parts(), Keep: []string{"osmsd.yaml"}, Step: h.step,
		Place: func(_ context.Context, registry string) error {
			return intake.Settle(registry, filepath.Join(h.dir, "registry.db"), false, h.step)
		}}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// drop is one decision with an original, as an import leaves them.
func (h *testHome) drop(t *testing.T, text string) (sha string) {
	t.Helper()
	k, err := h.archive.Keep(strings.NewReader(text), 0)
	must(t, err)
	must(t, h.store.Write(t.Context(), store.Lease{}, func(tx *store.Tx) error {
		_, err := tx.PutArrival("63", osms.FileReport{SHA256: k.SHA256, Size: k.Size, File: "roster.csv", Region: 63, Kind: osms.KindRoster, Outcome: osms.Applied})
		if err != nil {
			return err
		}
		return tx.Audit(time.Unix(1_790_000_000, 0), "import", k.SHA256)
	}))
	return k.SHA256
}

// furnish fills a home.
func (h *testHome) furnish(t *testing.T) {
	t.Helper()
	for i := range 5 {
		h.drop(t, fmt.Sprintf("roster %d", i)+strings.Repeat("x", i*100_000))
	}
	for path, text := range map[string]string{"osmsd.yaml": "language: kk\n", "statement.key": "secret", "letters/63/060340001234/Хабарлама №1.pdf": "%PDF"} {
		path = filepath.Join(h.dir, path)
		must(t, os.MkdirAll(filepath.Dir(path), 0o750))
		must(t, os.WriteFile(path, []byte(text), 0o600))
	}
}

func (h *testHome) originals(t *testing.T) (all []string) {
	t.Helper()
	must(t, h.archive.Verify(t.Context(), func(sha string, err error) {
		if err != nil {
			t.Errorf("%s: %v", sha, err)
		}
		all = append(all, sha)
	}))
	return all
}

// TestThereAndBack: a restored home has the same registry, row by row, the same
// originals and the same files; a second restore into it is refused.
func TestThereAndBack(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		h := newHome(t, t.TempDir(), address)
		h.furnish(t)
		_, err := h.archive.Keep(strings.NewReader("kept, and never imported"), 0)
		must(t, err)
		file := filepath.Join(t.TempDir(), "backups", "a.tar")
		w, err := Write(t.Context(), h.source(), file, silent)
		must(t, err)
		if w.Sequence != 5 || w.Files != 1+5+3 || w.Missing != 0 || len(w.Head) != 64 {
			t.Errorf("written: %+v", w)
		}
		info, err := os.Stat(file)
		must(t, err)
		if info.Mode().Perm() != 0o600 || info.Size() != w.Size {
			t.Errorf("mode %v, %d bytes", info.Mode(), info.Size())
		}
		alone(t, file)
		m, err := Check(t.Context(), file, silent)
		must(t, err)
		if m.Files != w.Files || m.Bytes != w.Bytes || m.Sequence != w.Sequence || m.Head != w.Head || m.Schema != store.SchemaVersion {
			t.Errorf("checked %+v, written %+v", m, w)
		}
		if text, err := ReadPart(t.Context(), file, "osmsd.yaml"); err != nil || string(text) != "language: kk\n" {
			t.Errorf("part: %q %v", text, err)
		}
		_, err = ReadPart(t.Context(), file, "absent")
		wantErr(t, err, fs.ErrNotExist)
		_, err = Write(t.Context(), h.source(), file, silent)
		wantErr(t, err, fs.ErrExist)

		back := newHome(t, filepath.Join(t.TempDir(), "home"), "")
		r, err := Restore(t.Context(), file, back.target(), silent)
		must(t, err)
		if len(r.Kept) > 0 || r.Sequence != 5 {
			t.Errorf("restored: %+v", r)
		}
		back.same(t, h)
		if _, err := os.Stat(filepath.Join(back.dir, "letters/63/060340001234/Хабарлама №1.pdf")); err != nil {
			t.Error(err)
		}
		_, err = Restore(t.Context(), file, back.target(), silent)
		wantErr(t, err, fs.ErrExist)
		back.same(t, h) // what was there stayed
	})
}

// same wants the registry, the originals and the key of another home.
func (h *testHome) same(t *testing.T, as *testHome) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(h.dir, "registry.db"))
	must(t, err)
	defer s.Close()
	got, err := s.Contents(t.Context())
	must(t, err)
	want, err := as.store.Contents(t.Context())
	must(t, err)
	if !slices.Equal(got, want) {
		t.Errorf("registry:\n%v\n%v", got, want)
	}
	files, err := s.Files(t.Context())
	must(t, err)
	if originals := h.originals(t); !slices.Equal(originals, files) || len(files) == 0 {
		t.Errorf("%d originals, %d files", len(originals), len(files))
	}
	if key, err := os.ReadFile(filepath.Join(h.dir, "statement.key")); err != nil || string(key) != "secret" {
		t.Errorf("key %q, %v", key, err)
	}
}

// alone wants nothing beside a file.
func alone(t *testing.T, file string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(file))
	must(t, err)
	for _, e := range entries {
		if e.Name() != filepath.Base(file) {
			t.Errorf("left over: %s", e.Name())
		}
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// TestDamaged: a backup of which a byte changed, whose end is missing, to which
// something was added, or which is something else is refused.
func TestDamaged(t *testing.T) {
	h := newHome(t, t.TempDir(), filepath.Join(t.TempDir(), "registry.db"))
	h.furnish(t)
	whole := filepath.Join(t.TempDir(), "a.tar")
	_, err := Write(t.Context(), h.source(), whole, silent)
	must(t, err)
	text, err := os.ReadFile(whole)
	must(t, err)
	bad := filepath.Join(t.TempDir(), "b.tar")
	check := func(what string, damaged []byte) error {
		must(t, os.WriteFile(bad, damaged, 0o600))
		_, err := Check(t.Context(), bad, silent)
		if err == nil {
			t.Errorf("%s: not found", what)
		} else if !errors.Is(err, ErrForeign) && !errors.Is(err, ErrCut) && !errors.Is(err, ErrChanged) {
			t.Errorf("%s: %v", what, err)
		}
		return err
	}
	wanted := 1500
	if raced {
		wanted = 60
	}
	flips, harmless := 0, 0
	padding := paddingOf(t, text)
	for at := 0; at < len(text); at += 1 + len(text)/wanted {
		if padding[at] {
			harmless++
			continue
		}
		flips++
		damaged := bytes.Clone(text)
		damaged[at] ^= 1
		_ = check(fmt.Sprintf("byte %d of %d", at, len(text)), damaged)
	}
	cuts := 0
	end := bytes.LastIndex(text, []byte("}\n")) + 2
	for at := 1; at < end; at += 1 + 8*end/wanted {
		cuts++
		err := check(fmt.Sprintf("cut at %d of %d", at, len(text)), text[:at])
		if at > 512 && !errors.Is(err, ErrCut) && !errors.Is(err, ErrChanged) {
			t.Errorf("cut at %d: %v", at, err)
		}
	}
	_ = check("something behind it", append(bytes.Clone(text), "more"...))
	_ = check("two of them", append(bytes.Clone(text), text...))
	wantErr(t, check("nothing", nil), ErrForeign)
	wantErr(t, check("text", []byte(strings.Repeat("this is no backup\n", 100))), ErrForeign)
	wantErr(t, check("another tar", tarOf(t, "readme.txt", "hello")), ErrForeign)
	wantErr(t, check("a tar without a manifest", tarOf(t, RegistryEntry, "hello")), ErrCut)
	for _, name := range []string{"../x", "/etc/passwd", "archive/../../x"} {
		wantErr(t, check(name, append(tarOf(t, RegistryEntry, "hello")[:1024], tarOf(t, name, "x")...)), ErrChanged)
	}
	if flips < wanted*2/3 || cuts < wanted/10 {
		t.Errorf("%d flips, %d cuts", flips, cuts)
	}
	t.Logf("%d flips, %d of padding left out, %d cuts", flips, harmless, cuts)
}

// paddingOf marks the bytes of a tar that say nothing: what fills the last block
// of an entry, the end, and those fields of a header that a restore does not read.
func paddingOf(t *testing.T, text []byte) []bool {
	t.Helper()
	out := make([]bool, len(text))
	mark := func(from, to int) {
		for i := from; i < to; i++ {
			out[i] = true
		}
	}
	r := bytes.NewReader(text)
	entries := tar.NewReader(r)
	for {
		h, err := entries.Next()
		if err != nil {
			break
		}
		from := len(text) - r.Len()
		if len(h.PAXRecords) > 0 { // the times of a long name's own header
			for i := from - 1536; i < from-512; i++ {
				mark(i, i+1)
			}
		}
		end := from + int(h.Size)
		mark(end, (end+511)/512*512)
	}
	end := bytes.LastIndex(text, []byte("}\n")) + 2
	mark(end, len(text))
	return out
}

func tarOf(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o600}))
	_, err := w.Write([]byte(text))
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

// TestWhatIsInTheWay: another key stops a restore and nothing of it stays; another
// configuration stays.
func TestWhatIsInTheWay(t *testing.T) {
	h := newHome(t, t.TempDir(), filepath.Join(t.TempDir(), "registry.db"))
	h.furnish(t)
	file := filepath.Join(t.TempDir(), "a.tar")
	_, err := Write(t.Context(), h.source(), file, silent)
	must(t, err)
	back := newHome(t, filepath.Join(t.TempDir(), "home"), "")
	must(t, os.WriteFile(filepath.Join(back.dir, "osmsd.yaml"), []byte("language: en\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(back.dir, "statement.key"), []byte("other"), 0o600))
	_, err = Restore(t.Context(), file, back.target(), silent)
	wantErr(t, err, ErrOther)
	if left := back.originals(t); len(left) > 0 {
		t.Errorf("%d originals stayed", len(left))
	}
	must(t, os.Remove(filepath.Join(back.dir, "statement.key")))

	failing := back.target()
	failing.Place = func(context.Context, string) error { return errors.New("no room") }
	if _, err = Restore(t.Context(), file, failing, silent); err == nil {
		t.Error("no error")
	}
	if left := back.originals(t); len(left) > 0 {
		t.Errorf("%d originals stayed", len(left))
	}
	if _, err := os.Stat(filepath.Join(back.dir, "statement.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the key stayed: %v", err)
	}
	r, err := Restore(t.Context(), file, back.target(), silent)
	must(t, err)
	if !slices.Equal(r.Kept, []string{"osmsd.yaml"}) {
		t.Errorf("kept %v", r.Kept)
	}
	back.same(t, h)
}

// TestMissingOriginals: an original that is gone is said; one that was destroyed
// with a record is not missing.
func TestMissingOriginals(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		h := newHome(t, t.TempDir(), address)
		h.furnish(t)
		gone, destroyed := h.drop(t, "gone"), h.drop(t, "destroyed")
		must(t, h.archive.Destroy(gone))
		must(t, h.archive.Destroy(destroyed))
		must(t, h.store.Write(t.Context(), store.Lease{}, func(tx *store.Tx) error {
			_, err := tx.PutDestruction(store.Destruction{What: store.DestroyFile, Subject: destroyed, Reason: "test", Arrival: 100, Committed: time.Unix(1_790_000_000, 0),
				Items: []store.Destroyed{{Class: osms.ClassOriginals, Subject: destroyed, Digest: destroyed, Dated: 20261001}}})
			return err
		}))
		w, err := Write(t.Context(), h.source(), filepath.Join(t.TempDir(), "a.tar"), silent)
		must(t, err)
		if w.Missing != 1 {
			t.Errorf("%d missing", w.Missing)
		}
	})
}

// TestWhileWriting: while files come in without end, every backup holds one moment:
// as many decisions as it says, with the original of each.
func TestWhileWriting(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		h := newHome(t, t.TempDir(), address)
		h.furnish(t)
		stop, done := make(chan struct{}), make(chan int)
		go func() {
			n := 0
			defer func() { done <- n }()
			for ; ; n++ {
				select {
				case <-stop:
					return
				default:
					h.drop(t, fmt.Sprintf("busy %d", n))
				}
			}
		}()
		var last int64
		for i := range 4 {
			file := filepath.Join(t.TempDir(), "a.tar")
			w, err := Write(t.Context(), h.source(), file, silent)
			must(t, err)
			if w.Sequence <= last || w.Missing != 0 {
				t.Errorf("backup %d: %+v after %d", i, w, last)
			}
			last = w.Sequence
			back := newHome(t, filepath.Join(t.TempDir(), "home"), "")
			_, err = Restore(t.Context(), file, back.target(), silent)
			must(t, err)
			s, err := store.Open(t.Context(), filepath.Join(back.dir, "registry.db"))
			must(t, err)
			entries, head, err := s.WalkAudit(t.Context(), func(n int64, fault string) { t.Errorf("entry %d: %s", n, fault) })
			must(t, err)
			files, err := s.Files(t.Context())
			must(t, err)
			if int64(entries) != w.Sequence || head != w.Head || !slices.Equal(back.originals(t), files) || len(files) != entries {
				t.Errorf("backup %d: %d entries, %d files, sequence %d", i, entries, len(files), w.Sequence)
			}
			must(t, s.Close())
		}
		close(stop)
		t.Logf("%d decisions meanwhile", <-done)
	})
}

// TestKilled: killed at any operation, a backup leaves a whole file or none, and
// the next one removes what is left over; a restore can be done again.
func TestKilled(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		h := newHome(t, t.TempDir(), address)
		h.furnish(t)
		run := func(do, dir, dsn, file string, kill int) bool {
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), childDo+"="+do, childHome+"="+dir, childDSN+"="+dsn, childFile+"="+file, fmt.Sprintf("%s=%d", childKill, kill))
			out, err := c.CombinedOutput()
			if err == nil {
				return false
			}
			if status, ok := c.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
				t.Fatalf("%s, killed at %d: %v\n%s", do, kill, err, out)
			}
			return true
		}
		out := t.TempDir()
		killed := 0
		for kill := 1; ; kill++ {
			file := filepath.Join(out, "a.tar")
			if !run("write", h.dir, address, file, kill) {
				break
			}
			killed++
			if _, err := os.Stat(file); err == nil {
				_, err = Check(t.Context(), file, silent)
				must(t, err)
				must(t, os.Remove(file))
			}
		}
		file := filepath.Join(out, "a.tar")
		_, err := Check(t.Context(), file, silent)
		must(t, err)
		alone(t, file)

		restores := 0
		for kill := 1; ; kill++ {
			dir := filepath.Join(t.TempDir(), "home")
			if !run("restore", dir, "", file, kill) {
				break
			}
			restores++
			back := newHome(t, dir, "")
			if _, err := os.Stat(filepath.Join(dir, "registry.db")); errors.Is(err, fs.ErrNotExist) {
				_, err := Restore(t.Context(), file, back.target(), silent)
				must(t, err)
				if left, _ := filepath.Glob(filepath.Join(dir, ".osmsd-*")); len(left) > 0 {
					t.Errorf("killed at %d: left over: %v", kill, left)
				}
			}
			back.same(t, h)
		}
		if killed < 10 || restores < 10 {
			t.Errorf("killed %d and %d times", killed, restores)
		}
		t.Logf("killed %d and %d times", killed, restores)
	})
}
