package intake

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ready drops a file and polls until it is ready.
func (y *yard) ready(rel, s string) Found {
	y.Helper()
	y.write(rel, s)
	for _, f := range y.settled().Ready {
		if f.Path == rel {
			return f
		}
	}
	y.Fatalf("%s did not become ready", rel)
	return Found{}
}

func (y *yard) claim(f Found) Claimed {
	y.Helper()
	c, err := y.f.Claim(f, y.a)
	y.must(err)
	return c
}

func (y *yard) there(rel string, want bool) {
	y.Helper()
	if _, err := os.Lstat(y.path(rel)); (err == nil) != want {
		y.Errorf("%s: there %v, want %v", rel, err == nil, want)
	}
}

func TestClaimAndDone(t *testing.T) {
	y := newYard(t, Options{})
	c := y.claim(y.ready("63/a.csv", "rows"))
	if c.SHA256 != digestOf("rows") || c.Size != 4 || c.Already || c.Proof != NoProof {
		t.Errorf("%+v", c)
	}
	y.there("63/a.csv", true)
	y.must(y.f.Done(c))
	y.there("63/a.csv", false)
	y.must(y.f.Done(c)) // a crash after the commit: gone already
	if left, _ := os.ReadDir(y.path("63")); len(left) > 0 {
		t.Errorf("left in the folder: %v", left)
	}
	// The same bytes by another channel.
	c = y.claim(y.ready("71/b.csv", "rows"))
	if !c.Already {
		t.Error("kept twice")
	}
	y.must(os.RemoveAll(y.path("71")))
	y.must(y.f.Done(c))
}

// Whatever happens to the file between Poll and Claim, or while it is read,
// nothing of it is kept.
func TestClaimChanged(t *testing.T) {
	for name, change := range map[string]func(y *yard){
		"rewritten": func(y *yard) { y.write("63/a.csv", "ROWS") },
		"longer":    func(y *yard) { y.write("63/a.csv", "rows and rows") },
		"replaced": func(y *yard) {
			y.write("63/new", "rows")
			y.must(os.Rename(y.path("63/new"), y.path("63/a.csv")))
		},
		"removed":     func(y *yard) { y.must(os.Remove(y.path("63/a.csv"))) },
		"folder gone": func(y *yard) { y.must(os.RemoveAll(y.path("63"))) },
		"made a link": func(y *yard) {
			y.must(os.Rename(y.path("63/a.csv"), y.path("71/a.csv")))
			y.must(os.Symlink("../71/a.csv", y.path("63/a.csv")))
		},
		"made a link to its folder": func(y *yard) {
			y.must(os.Rename(y.path("63"), y.path("other")))
			y.must(os.Symlink("other", y.path("63")))
		},
		"made a pipe": func(y *yard) {
			y.must(os.Remove(y.path("63/a.csv")))
			y.must(syscall.Mkfifo(y.path("63/a.csv"), 0o666))
		},
		"a second name": func(y *yard) { y.must(os.Link(y.path("63/a.csv"), y.path("71/a.csv"))) },
	} {
		t.Run("before, "+name, func(t *testing.T) {
			y := newYard(t, Options{})
			f := y.ready("63/a.csv", "rows")
			time.Sleep(10 * time.Millisecond) // the clock of the disk is coarse
			change(y)
			refusesToClaim(y, f)
		})
		if name == "made a link to its folder" {
			continue // the opened folder and file are still the right ones
		}
		t.Run("while reading, "+name, func(t *testing.T) {
			y := newYard(t, Options{})
			f := y.ready("63/a.csv", "rows")
			time.Sleep(10 * time.Millisecond)
			once := true
			y.a.step = func(op string) {
				if op == "write" && once { // the bytes were read, not yet kept
					once = false
					change(y)
				}
			}
			refusesToClaim(y, f)
			if once {
				t.Error("nothing was written")
			}
		})
	}
}

func refusesToClaim(y *yard, f Found) {
	y.Helper()
	c, err := y.f.Claim(f, y.a)
	if !errors.Is(err, ErrChanged) && !errors.Is(err, ErrNotRegular) && !errors.Is(err, syscall.ENOENT) {
		y.Errorf("%+v, %v", c, err)
	}
	if held := contents(y.T, y.a.root.Name()); len(held) > 0 {
		y.Errorf("kept %q", held)
	}
}

func TestClaimTooLarge(t *testing.T) {
	y := newYard(t, Options{})
	f := y.ready("63/a.csv", "rows")
	y.f.o.Limit = 3
	if _, err := y.f.Claim(f, y.a); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestSidecar(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		young Proof // "again": to be tried again
		old   Proof
	}{
		"bare":            {digestOf("rows"), Matches, Matches},
		"sha256sum":       {digestOf("rows") + " *a.csv\n", Matches, Matches},
		"capitals, mark":  {"\ufeff" + strings.ToUpper(digestOf("rows")) + "\r\n", Matches, Matches},
		"BSD":             {"SHA256 (a.csv) = " + digestOf("rows"), Matches, Matches},
		"another":         {digestOf("more rows"), "again", Differs},
		"no digest":       {"see attached", NoneInProof, NoneInProof},
		"empty":           {"", NoneInProof, NoneInProof},
		"digest far away": {strings.Repeat(" ", maxSidecar) + digestOf("rows"), NoneInProof, NoneInProof},
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, Options{})
			y.write("63/a.csv.sha256", c.text)
			f := y.ready("63/a.csv", "rows")
			for _, want := range []Proof{c.young, c.old} {
				got, err := y.f.Claim(f, y.a)
				switch {
				case want == "again":
					if !errors.Is(err, ErrChanged) {
						t.Errorf("%v", err)
					}
				case err != nil || got.Proof != want:
					t.Errorf("%q, %v; want %q", got.Proof, err, want)
				}
				f = y.poll(11 * time.Minute).Ready[0]
			}
			y.must(y.f.Done(y.claim(f)))
			y.there("63/a.csv", false)
			y.there("63/a.csv.sha256", false)
			y.says(y.poll(time.Second))
		})
	}
}

func TestSidecarChangesWhileWaiting(t *testing.T) {
	y := newYard(t, Options{})
	y.ready("63/a.csv", "rows")
	y.write("63/a.csv.sha256", digestOf("rows")) // comes late: the wait begins anew
	y.says(y.poll(time.Second), "settling 63/a.csv")
	f := y.poll(6 * time.Second).Ready[0]
	time.Sleep(10 * time.Millisecond)
	y.write("63/a.csv.sha256", digestOf("ROWS"))
	if _, err := y.f.Claim(f, y.a); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	// A sidecar that changed after the claim belongs to what comes next.
	f = y.ready("63/b.csv", "rows")
	y.write("63/b.csv.sha256", digestOf("rows"))
	y.must(y.f.Done(y.claim(f)))
	y.there("63/b.csv.sha256", true)
}

func TestDoneLeavesANewDelivery(t *testing.T) {
	y := newYard(t, Options{})
	c := y.claim(y.ready("63/a.csv", "rows"))
	time.Sleep(10 * time.Millisecond)
	y.write("63/a.csv", "ROWS")
	if err := y.f.Done(c); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	y.there("63/a.csv", true)
	y.says(y.poll(0), "settling 63/a.csv")
	y.says(y.poll(6*time.Second), "ready 63/a.csv")
}

// The last moment: the file is replaced between the look and the removal.
func TestDoneRacesWithANewDelivery(t *testing.T) {
	for name, again := range map[string]bool{"replaced": false, "and the name taken again": true} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, Options{})
			c := y.claim(y.ready("63/a.csv", "rows"))
			n := 0
			y.f.o.Step = func(op string) {
				switch {
				case op == "rename" && n == 0:
					y.write("71/new", "new rows")
					y.must(os.Rename(y.path("71/new"), y.path("63/a.csv")))
					n++
				case op == "link" && n == 1 && again:
					y.write("63/a.csv", "newest rows")
					n++
				}
			}
			if err := y.f.Done(c); !errors.Is(err, ErrChanged) {
				t.Error(err)
			}
			y.f.o.Step = nil
			var got []string
			for _, f := range y.settled().Ready {
				b, _ := os.ReadFile(y.path(f.Path))
				got = append(got, string(b))
			}
			want := "new rows"
			if again {
				want = "new rows, newest rows"
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("left: %q, want %s", got, want)
			}
		})
	}
}

// A file that cannot be removed is not offered again and again.
func TestDoneCannotRemove(t *testing.T) {
	y := newYard(t, Options{})
	y.openToAll("63", "71", "ledger", "applications", "requests", "organisations")
	c := y.claim(y.ready("63/a.csv", "rows"))
	y.must(os.Chmod(y.path("63"), 0o555))
	asNobody(t, func() {
		if err := y.f.Done(c); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "right") {
			t.Errorf("%v", err)
		}
		p, err := y.f.Poll(y.now)
		if err != nil {
			t.Fatal(err)
		}
		y.says(p, "not_removable 63/a.csv")
	})
	y.must(os.Chmod(y.path("63"), 0o755))
	y.says(y.poll(time.Second))
	y.there("63/a.csv", false)
}

func TestTakeFileWithSidecar(t *testing.T) {
	for name, c := range map[string]struct {
		make func(y *yard, sidecar string)
		want Proof
	}{
		"agrees":    {func(y *yard, s string) { y.must(os.WriteFile(s, []byte(digestOf("rows")), 0o600)) }, Matches},
		"differs":   {func(y *yard, s string) { y.must(os.WriteFile(s, []byte(digestOf("ROWS")), 0o600)) }, Differs},
		"no digest": {func(y *yard, s string) { y.must(os.WriteFile(s, nil, 0o600)) }, NoneInProof},
		"none":      {func(*yard, string) {}, NoProof},
		"a link":    {func(y *yard, s string) { y.must(os.Symlink("/etc/hostname", s)) }, NoProof},
		"a pipe":    {func(y *yard, s string) { y.must(syscall.Mkfifo(s, 0o600)) }, NoProof},
		"in capital": {func(y *yard, s string) {
			y.must(os.WriteFile(strings.TrimSuffix(s, sidecarExt)+".SHA256", []byte(digestOf("ROWS")), 0o600))
		}, Differs},
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, Options{})
			path := filepath.Join(t.TempDir(), "тізім.csv")
			y.must(os.WriteFile(path, []byte("rows"), 0o600))
			c.make(y, path+sidecarExt)
			got, err := TakeFile(path, y.a, 0)
			if err != nil || got.Proof != c.want || got.SHA256 != digestOf("rows") {
				t.Errorf("%+v, %v; want %q", got, err, c.want)
			}
			t.Chdir(filepath.Dir(path))
			if got, err = TakeFile("тізім.csv", y.a, 0); err != nil || got.Proof != c.want {
				t.Errorf("by its name alone: %+v, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestTakeFile(t *testing.T) {
	y := newYard(t, Options{})
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	y.must(os.WriteFile(path, []byte("rows"), 0o600))
	y.must(os.Link(path, filepath.Join(dir, "second name.csv")))
	c, err := TakeFile(path, y.a, 0)
	if err != nil || c.SHA256 != digestOf("rows") || c.Name != "a.csv" || c.Path != path {
		t.Errorf("%+v, %v", c, err)
	}
	f, err := y.a.Open(c.SHA256)
	y.must(err)
	defer f.Close()
	if b, _ := io.ReadAll(f); string(b) != "rows" {
		t.Errorf("%q", b)
	}
	y.must(y.f.Done(c))
	if _, err := os.Lstat(path); err != nil {
		t.Error("the original is gone")
	}
	empty := filepath.Join(dir, "empty.csv")
	y.must(os.WriteFile(empty, nil, 0o600))
	if c, err := TakeFile(empty, y.a, 0); err != nil || c.SHA256 != digestOf("") {
		t.Errorf("empty: %+v, %v", c, err)
	}
	if _, err := TakeFile(path, y.a, 3); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), path) {
		t.Errorf("too large: %v", err)
	}
	y.must(syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	y.must(os.Symlink(path, filepath.Join(dir, "link")))
	for p, says := range map[string]string{
		filepath.Join(dir, "pipe"): "a pipe", filepath.Join(dir, "link"): "a link", dir: "a directory",
		"/dev/zero": "a device", filepath.Join(dir, "none.csv"): "not there",
	} {
		if _, err := TakeFile(p, y.a, 0); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", p, err)
		}
	}
	changed := 0
	y.a.step = func(op string) {
		if changed++; op == "write" {
			y.must(os.WriteFile(path, []byte("other rows"), 0o600))
		}
	}
	if _, err := TakeFile(path, y.a, 0); !errors.Is(err, ErrChanged) {
		t.Errorf("changed: %v", err)
	}
}
