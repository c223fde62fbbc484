package remote_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"

	"osmsd/importers/remote"
	"osmsd/importers/remote/remotetest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantReason(t *testing.T, err error, want remote.Reason) {
	t.Helper()
	if remote.ReasonOf(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// options are those of a user with a key.
func options(s *remotetest.SFTP) remote.Options {
	return remote.Options{Silence: 5 * time.Second, SFTP: &remote.SFTP{Address: s.Address, User: remotetest.User, HostKey: s.HostKey,
		Key: func() ([]byte, error) { return s.Key, nil }}}
}

func open(t *testing.T, o remote.Options) *remote.Place {
	t.Helper()
	p, err := remote.Open(t.Context(), o)
	must(t, err)
	t.Cleanup(func() { _ = p.Close() })
	return p
}

var modified = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)

// drop puts a file on the server, n minutes after the others.
func drop(t *testing.T, s *remotetest.SFTP, name string, data []byte, n int) {
	t.Helper()
	path := filepath.Join(s.Dir, filepath.FromSlash(name))
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, data, 0o600))
	at := modified.Add(time.Duration(n) * time.Minute)
	must(t, os.Chtimes(path, at, at))
}

func names(l remote.Listing) string {
	var out []string
	for _, e := range l.Entries {
		out = append(out, e.Name)
	}
	return strings.Join(out, " ")
}

func list(t *testing.T, p *remote.Place) remote.Listing {
	t.Helper()
	l, err := p.List(t.Context())
	must(t, err)
	return l
}

func TestSFTPLists(t *testing.T) {
	s := remotetest.StartSFTP(t)
	for i, name := range []string{"b.csv", "a.csv", "a.csv.sha256", "half.xlsx.part", "x.tmp", "y.filepart", ".hidden", "~$open.xlsx", "open.xlsx",
		"processed/old.csv", "big.xlsx", "странно \\ имя.csv"} {
		drop(t, s, name, []byte("1234"), 100-i)
	}
	drop(t, s, "big.xlsx", make([]byte, 1001), 0)
	must(t, os.Symlink(filepath.Join(s.Dir, "a.csv"), filepath.Join(s.Dir, "link.csv")))
	o := options(s)
	o.Limit = 1000
	p := open(t, o)
	l := list(t, p)
	if got, want := names(l), "странно \\ имя.csv a.csv b.csv"; got != want {
		t.Errorf("listed %q, want %q", got, want)
	}
	if side, ok := l.Sidecar(l.Entries[1]); !ok || side.Name != "a.csv.sha256" {
		t.Errorf("sidecar %+v %v", side, ok)
	}
	if fmt.Sprint(l.Odd) != "[{big.xlsx too_large}]" {
		t.Errorf("odd %v", l.Odd)
	}
	if !strings.HasPrefix(p.Key, "SHA256:") {
		t.Errorf("key %q", p.Key)
	}
}

// named is a file of a listing that is not on the disk.
type named struct {
	name string
	at   time.Time
	size int64 // 0: ten bytes
}

func (n named) Name() string       { return n.name }
func (n named) Size() int64        { return cmp.Or(n.size, 10) }
func (n named) Mode() fs.FileMode  { return 0o600 }
func (n named) ModTime() time.Time { return n.at }
func (n named) IsDir() bool        { return false }
func (n named) Sys() any           { return nil }

// TestSFTPHostileNames: a name asks for a file in the folder and nothing else.
func TestSFTPHostileNames(t *testing.T) {
	s := remotetest.StartSFTP(t)
	var all []fs.FileInfo
	for _, name := range []string{"..", ".", "/etc/passwd", "../../up.csv", "a/b.csv", "ok.csv", "line\nbreak.csv", strings.Repeat("x", 1001), "nul\x00.csv"} {
		all = append(all, named{name, modified, 0})
	}
	all = append(all, named{"five gigabytes.csv", modified, 5 << 30}, named{"negative.csv", modified, -1})
	s.List(func(string) []fs.FileInfo { return all })
	var asked []string
	s.Refuse(func(method, path string) error {
		if method == "Get" || method == "Stat" {
			asked = append(asked, path)
		}
		return nil
	})
	p := open(t, options(s))
	l := list(t, p)
	// The library keeps what follows the last slash.
	if got, want := names(l), "b.csv line\nbreak.csv ok.csv passwd up.csv"; got != want {
		t.Errorf("listed %q, want %q", got, want)
	}
	var odd []remote.Reason
	for _, o := range l.Odd {
		odd = append(odd, o.Reason)
	}
	if got, want := fmt.Sprint(odd), "[too_large too_large name name]"; got != want {
		t.Errorf("odd %v", l.Odd)
	}
	for _, e := range l.Entries {
		_, err := p.Fetch(t.Context(), e, io.Discard)
		wantReason(t, err, remote.Changed) // none is there
	}
	for _, path := range asked {
		if strings.Count(path, "/") != 1 {
			t.Errorf("asked for %q", path)
		}
	}
	if len(asked) == 0 {
		t.Error("nothing was asked for")
	}
}

// TestSFTPManyNames: a listing is bounded in names and in bytes.
func TestSFTPManyNames(t *testing.T) {
	s := remotetest.StartSFTP(t)
	var all []fs.FileInfo
	for i := range 100_000 {
		all = append(all, named{fmt.Sprintf("%05d.csv", 99_999-i), modified, 0})
	}
	s.List(func(string) []fs.FileInfo { return all })
	p := open(t, options(s))
	if l := list(t, p); len(l.Entries) != 100_000 || l.Entries[0].Name != "00000.csv" {
		t.Errorf("%d listed", len(l.Entries))
	}
	o := options(s)
	o.Listed = 99_999
	_, err := open(t, o).List(t.Context())
	wantReason(t, err, remote.TooMany)
	o = options(s)
	o.ListedBytes = 1 << 20
	_, err = open(t, o).List(t.Context())
	wantReason(t, err, remote.TooMany)
	if !remote.ReasonOf(err).EndsVisit() {
		t.Error("the visit goes on")
	}
}

func TestSFTPFetches(t *testing.T) {
	s := remotetest.StartSFTP(t)
	data := make([]byte, 3<<20)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(data)
	drop(t, s, "out/a.bin", data, 0)
	drop(t, s, "out/a.bin.sha256", []byte(digest(data)+"  a.bin\n"), 0)
	drop(t, s, "out/empty.csv", nil, 1)
	o := options(s)
	o.SFTP.Folder = "out"
	p := open(t, o)
	l := list(t, p)
	var b bytes.Buffer
	got, err := p.Fetch(t.Context(), l.Entries[0], &b)
	must(t, err)
	if got != digest(data) || !bytes.Equal(b.Bytes(), data) {
		t.Error("other bytes came")
	}
	side, _ := l.Sidecar(l.Entries[0])
	if stated, err := p.Stated(t.Context(), side); err != nil || stated != got {
		t.Errorf("stated %s, %v", stated, err)
	}
	if got, err := p.Fetch(t.Context(), l.Entries[1], io.Discard); err != nil || got != digest(nil) {
		t.Errorf("an empty file: %s %v", got, err)
	}

	// The server gives less than it says.
	for _, n := range []int64{1, 1000, 1 << 20, int64(len(data)) - 1} {
		s.Serve(n)
		_, err := p.Fetch(t.Context(), l.Entries[0], io.Discard)
		wantReason(t, err, remote.Cut)
	}
	s.Serve(0)

	// Our own disk's fault is not the server's.
	full := errors.New("full")
	if _, err := p.Fetch(t.Context(), l.Entries[0], failing{full}); !errors.Is(err, full) || remote.ReasonOf(err) != "" {
		t.Errorf("got %v", err)
	}
	// Another version, before and while it is read.
	drop(t, s, "out/a.bin", data[1:], 0)
	_, err = p.Fetch(t.Context(), l.Entries[0], io.Discard)
	wantReason(t, err, remote.Changed)
	l = list(t, p)
	once := false
	_, err = p.Fetch(t.Context(), l.Entries[0], writes(func() {
		if !once {
			once = true
			f, err := os.OpenFile(filepath.Join(s.Dir, "out/a.bin"), os.O_WRONLY|os.O_APPEND, 0)
			if err == nil {
				_, _ = f.Write([]byte("more"))
				_ = f.Close()
			}
		}
	}))
	if r := remote.ReasonOf(err); r != remote.Changed && r != remote.Cut {
		t.Errorf("got %v", err)
	}
	must(t, os.Remove(filepath.Join(s.Dir, "out/a.bin")))
	_, err = p.Fetch(t.Context(), l.Entries[0], io.Discard)
	wantReason(t, err, remote.Changed)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

type writes func()

func (w writes) Write(b []byte) (int, error) { w(); return len(b), nil }

// TestSFTPBreaks: a connection that drops or says nothing ends within its
// deadline, by name; the next visit goes well.
func TestSFTPBreaks(t *testing.T) {
	s := remotetest.StartSFTP(t)
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	drop(t, s, "a.bin", data, 0)
	for name, fault := range map[remote.Reason]func(int64){remote.Dropped: s.DropAt, remote.Stalled: s.HangAt} {
		t.Run(string(name), func(t *testing.T) {
			o := options(s)
			o.Silence = 500 * time.Millisecond
			p := open(t, o)
			l := list(t, p)
			fault(int64(len(data) / 2))
			began := time.Now()
			n := 0
			_, err := p.Fetch(t.Context(), l.Entries[0], counter{&n})
			fault(0)
			if r := remote.ReasonOf(err); r != name && !(name == remote.Dropped && r == remote.Cut) {
				t.Errorf("got %v, want %s", err, name)
			}
			if n == 0 || n == len(data) || time.Since(began) > 5*time.Second {
				t.Errorf("%d bytes came within %s", n, time.Since(began))
			}
			_, err = p.List(t.Context())
			if !remote.ReasonOf(err).EndsVisit() {
				t.Errorf("afterwards: %v", err)
			}
			if got, err := open(t, options(s)).Fetch(t.Context(), l.Entries[0], io.Discard); err != nil || got != digest(data) {
				t.Errorf("another visit: %s %v", got, err)
			}
		})
	}
	// What the caller ends, ends at once.
	p := open(t, options(s))
	l := list(t, p)
	_ = p
	ctx, cancel := context.WithCancel(t.Context())
	p, err := remote.Open(ctx, options(s))
	must(t, err)
	s.HangAt(1)
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	if _, err := p.Fetch(ctx, l.Entries[0], io.Discard); err == nil || time.Since(began) > 2*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
	s.HangAt(0)
}

type counter struct{ n *int }

func (c counter) Write(b []byte) (int, error) { *c.n += len(b); return len(b), nil }

func TestSFTPHostKey(t *testing.T) {
	s := remotetest.StartSFTP(t)
	key, print, err := remote.HostKey(t.Context(), s.Address)
	must(t, err)
	if key != s.HostKey || !strings.HasPrefix(print, "SHA256:") {
		t.Errorf("key %s, want %s (%s)", key, s.HostKey, print)
	}
	pinned := options(s)
	known := options(s)
	known.SFTP.HostKey, known.SFTP.KnownHosts = "", filepath.Join(t.TempDir(), "known_hosts")
	host, port, _ := strings.Cut(s.Address, ":")
	must(t, os.WriteFile(known.SFTP.KnownHosts, []byte("["+host+"]:"+port+" "+key+"\nother "+key+"\n"), 0o600))
	for name, o := range map[string]remote.Options{"pinned": pinned, "known": known} {
		if p := open(t, o); p.Key != print {
			t.Errorf("%s: key %q", name, p.Key)
		}
	}
	none := options(s)
	none.SFTP.HostKey = ""
	unknown := options(s)
	unknown.SFTP.HostKey, unknown.SFTP.KnownHosts = "", filepath.Join(t.TempDir(), "none")
	rsa := options(s)
	rsa.SFTP.HostKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQDRiYDH3vt7b4M5mzHXHWQV6yBLeW4rjqYr3CWnqlBQpGM7bOmTfzgGSCRM4n8oWmuJ0nQJ3lDd0P6BkXq1P2Zz"
	for name, o := range map[string]remote.Options{"no key": none, "no file": unknown, "another kind": rsa} {
		_, err := remote.Open(t.Context(), o)
		if remote.ReasonOf(err) != remote.WrongKey {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The server shows another key: nothing is asked of it, no password shown.
	asked := false
	s.Refuse(func(string, string) error { asked = true; return nil })
	s.NewHostKey(t)
	for name, o := range map[string]remote.Options{"pinned": pinned, "known": known} {
		_, err := remote.Open(t.Context(), o)
		if remote.ReasonOf(err) != remote.WrongKey || !remote.ReasonOf(err).EndsVisit() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asked {
		t.Error("the server was asked for something")
	}
}

func TestSFTPAccess(t *testing.T) {
	s := remotetest.StartSFTP(t)
	o := options(s)
	o.SFTP.Key, o.SFTP.Password = nil, func() (string, error) { return remotetest.Password, nil }
	open(t, o)
	for name, change := range map[string]func(*remote.SFTP){
		"wrong password": func(o *remote.SFTP) { o.Key, o.Password = nil, func() (string, error) { return "no", nil } },
		"wrong user":     func(o *remote.SFTP) { o.User = "root" },
		"no secret":      func(o *remote.SFTP) { o.Key = nil },
		"unreadable":     func(o *remote.SFTP) { o.Key = func() ([]byte, error) { return nil, fs.ErrPermission } },
		"no key":         func(o *remote.SFTP) { o.Key = func() ([]byte, error) { return []byte("hush"), nil } },
	} {
		o := options(s)
		change(o.SFTP)
		_, err := remote.Open(t.Context(), o)
		if remote.ReasonOf(err) != remote.NoAccess || strings.Contains(fmt.Sprint(err), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for address, want := range map[string]remote.Reason{"127.0.0.1:1": remote.Unreachable, "169.254.169.254:22": remote.Forbidden,
		"[fe80::1%25lo]:22": remote.Forbidden, "[::ffff:169.254.169.254]:22": remote.Forbidden, "0.0.0.0:22": remote.Forbidden, "[fd00:ec2::254]:22": remote.Forbidden} {
		o := options(s)
		o.SFTP.Address, o.Silence = address, time.Second
		_, err := remote.Open(t.Context(), o)
		if remote.ReasonOf(err) != want {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
	o = options(s)
	o.SFTP.Folder = "missing"
	_, err := open(t, o).List(t.Context())
	wantReason(t, err, remote.NoFolder)
}

// there lists all files on the server with their bytes.
func there(t *testing.T, s *remotetest.SFTP) string {
	t.Helper()
	var out []string
	must(t, filepath.WalkDir(s.Dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(s.Dir, path)
		out = append(out, rel+"="+string(b))
		return err
	}))
	return strings.Join(out, " ")
}

func TestSFTPEnds(t *testing.T) {
	s := remotetest.StartSFTP(t)
	p := open(t, options(s))
	step := func(after remote.After, want remote.Reason, left string, between func(e remote.Entry)) {
		t.Helper()
		p = open(t, options(s)) // another visit
		l := list(t, p)
		e := l.Entries[0]
		if between != nil {
			between(e)
		}
		wantReason(t, p.End(t.Context(), e, after, "a-r7.csv"), want)
		if got := there(t, s); got != left {
			t.Errorf("there is %q, want %q", got, left)
		}
		s.Refuse(nil)
	}
	drop(t, s, "a.csv", []byte("1"), 0)
	drop(t, s, "a.csv.sha256", []byte("x"), 0)
	step(remote.Leave, "", "a.csv=1 a.csv.sha256=x", nil)
	step(remote.Move, "", "processed/a.csv=1 processed/a.csv.sha256=x", nil)
	// The name is taken there; a rewritten file stays; and one that is gone is done.
	drop(t, s, "a.csv", []byte("2"), 0)
	step(remote.Move, "", "processed/a-r7.csv=2 processed/a.csv=1 processed/a.csv.sha256=x", nil)
	must(t, os.RemoveAll(filepath.Join(s.Dir, "processed")))
	drop(t, s, "a.csv", []byte("3"), 0)
	rewrite := func(remote.Entry) { drop(t, s, "a.csv", []byte("44"), 0) }
	step(remote.Move, remote.Changed, "a.csv=44", rewrite)
	step(remote.Delete, remote.Changed, "a.csv=55", func(remote.Entry) { drop(t, s, "a.csv", []byte("55"), 9) })
	// Rewritten in the moment of the renaming: it is put back.
	for _, after := range []remote.After{remote.Move, remote.Delete} {
		done := false
		step(after, remote.Changed, "a.csv=666", func(remote.Entry) {
			s.Refuse(func(method, _ string) error {
				if method == "Rename" && !done {
					done = true
					drop(t, s, "a.csv", []byte("666"), 0)
				}
				return nil
			})
		})
		drop(t, s, "a.csv", []byte("7"), 0)
	}
	// The server refuses to rename: nothing is lost.
	refuse := func(remote.Entry) {
		s.Refuse(func(method, _ string) error {
			if method == "Rename" {
				return sftp.ErrSSHFxPermissionDenied
			}
			return nil
		})
	}
	step(remote.Move, remote.Unmoved, "a.csv=7", refuse)
	step(remote.Delete, remote.Unmoved, "a.csv=7", refuse)
	// A removal that was cut short after the renaming is finished.
	step(remote.Delete, remote.Unmoved, ".osmsd-done-a-r7.csv=7", func(remote.Entry) {
		s.Refuse(func(method, _ string) error {
			if method == "Remove" {
				return sftp.ErrSSHFxPermissionDenied
			}
			return nil
		})
	})
	e := remote.Entry{Name: "a.csv", Size: 1, Modified: modified}
	must(t, p.End(t.Context(), e, remote.Delete, "a-r7.csv"))
	if got := there(t, s); got != "" {
		t.Errorf("there is %q", got)
	}
	must(t, p.End(t.Context(), e, remote.Move, "a-r7.csv"))
}

func TestSFTPPuts(t *testing.T) {
	s := remotetest.StartSFTP(t)
	o := options(s)
	o.SFTP.Folder = "in"
	must(t, os.Mkdir(filepath.Join(s.Dir, "in"), 0o700))
	p := open(t, o)
	put := func(at, data string) error {
		t.Helper()
		return p.Put(t.Context(), "", at, strings.NewReader(data), int64(len(data)), digest([]byte(data)))
	}
	must(t, put("returned/63/a.txt", "one"))
	must(t, put("returned/63/a.txt", "one"))
	must(t, put("b.txt", "two"))
	must(t, put("b.txt", "three")) // its newer version
	if got, want := there(t, s), "in/b.txt=three in/returned/63/a.txt=one"; got != want {
		t.Errorf("there is %q, want %q", got, want)
	}
	for _, at := range []string{"../x", "/x", "a//b", "a\nb", ""} {
		wantReason(t, put(at, "x"), remote.BadName)
	}
	// Cut at half: only the temporary file is there, and the next visit writes
	// over it.
	long := strings.Repeat("0123456789", 200_000)
	s.DropPutAt(int64(len(long) / 2))
	if err := put("c.txt", long); !remote.ReasonOf(err).EndsVisit() {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "in/c.txt")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("half a file has its name")
	}
	p = open(t, o)
	must(t, put("c.txt", long))
	if b, err := os.ReadFile(filepath.Join(s.Dir, "in/c.txt")); err != nil || string(b) != long {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if strings.Contains(there(t, s), ".part") {
		t.Error("a temporary file stays")
	}
	// A server that cuts what it is given is found out.
	s.Refuse(func(method, path string) error {
		if method == "Rename" {
			return os.Truncate(filepath.Join(s.Dir, path), 1)
		}
		return nil
	})
	wantReason(t, put("d.txt", "four"), remote.Unverified)
	s.Refuse(func(method, _ string) error {
		if method == "Rename" {
			return sftp.ErrSSHFxPermissionDenied
		}
		return nil
	})
	wantReason(t, put("e.txt", "five"), remote.Unmoved)
	s.Refuse(nil)
	must(t, put("e.txt", "five"))
}
