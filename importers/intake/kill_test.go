package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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

	"osmsd/sync/osms"
)

// A test that kills starts its own binary again: the child works in the home
// named here and is killed, as by the kernel, before the operation of this
// number.
const (
	childHome = "OSMSD_TEST_INTAKE_HOME"
	childKill = "OSMSD_TEST_INTAKE_KILL"
	childRole = "OSMSD_TEST_INTAKE_ROLE"
)

func TestMain(m *testing.M) {
	if home := os.Getenv(childHome); home != "" {
		os.Exit(child(home, os.Getenv(childRole)))
	}
	os.Exit(m.Run())
}

func child(home, role string) int {
	kill, _ := strconv.ParseInt(os.Getenv(childKill), 10, 64)
	var n atomic.Int64
	step := Step(func(string) {
		if n.Add(1) == kill {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	})
	var err error
	switch role {
	case "intake":
		err = takeEverything(home, step)
	case "small files only":
		// No file may grow beyond 64 KiB, as on a disk that fills up.
		if err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}); err == nil {
			err = takeEverything(home, step)
		}
	case "few open files":
		if err = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 9, Max: 9}); err == nil {
			err = takeEverything(home, step)
		}
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// takeEverything is the daemon in small: poll, claim, "commit" (a line in a
// synced file, once for each digest), hand out, done.
func takeEverything(home string, step Step) error {
	a, err := OpenArchive(filepath.Join(home, "archive"), step)
	if err != nil {
		return err
	}
	f, err := OpenFolder(filepath.Join(home, "inbox"), Options{Step: step})
	if err != nil {
		return err
	}
	if err := f.Prepare([]osms.Region{63}); err != nil {
		return err
	}
	returned := filepath.Join(home, "returned")
	if err := CleanUp(returned, step); err != nil {
		return err
	}
	if _, err := f.Poll(time.Now()); err != nil {
		return err
	}
	p, err := f.Poll(time.Now().Add(time.Hour))
	if err != nil {
		return err
	}
	defer a.Close()
	var failed error
	for _, found := range p.Ready {
		failed = errors.Join(failed, takeOne(f, a, found, home, returned, step))
	}
	for _, o := range p.Odd {
		failed = errors.Join(failed, o.Err)
	}
	return failed
}

func takeOne(f *Folder, a *Archive, found Found, home, returned string, step Step) error {
	c, err := f.Claim(found, a)
	if err != nil {
		return err
	}
	kept, err := a.Open(c.SHA256)
	if err != nil {
		return err
	}
	defer kept.Close()
	if _, err := io.Copy(io.Discard, kept); err != nil {
		return err
	}
	if !slices.Contains(committed(home), c.SHA256) {
		step.before("commit")
		j, err := os.OpenFile(filepath.Join(home, "journal"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer j.Close()
		if _, err := j.WriteString(c.SHA256 + "\n"); err != nil {
			return err
		}
	}
	if err := HandOut(returned, "63/"+SafeName(c.Name+".json"), []byte(c.SHA256), step); err != nil {
		return err
	}
	return f.Done(c)
}

func committed(home string) []string {
	b, _ := os.ReadFile(filepath.Join(home, "journal"))
	return strings.Fields(string(b))
}

// run starts the child; killed reports that it was.
func run(t *testing.T, home, role string, kill int) (killed bool, out string, code int) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childHome+"="+home, childRole+"="+role, childKill+"="+strconv.Itoa(kill))
	var b bytes.Buffer
	c.Stdout, c.Stderr = &b, &b
	err := c.Run()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return e.Sys().(syscall.WaitStatus).Signaled(), b.String(), e.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return false, b.String(), 0
}

// drop makes a home with two files waiting, one of them with its sidecar.
func drop(t *testing.T) (home string, names map[string]string) {
	t.Helper()
	home = t.TempDir()
	names = map[string]string{"a.csv": "rows of a", "б.csv": strings.Repeat("rows of б ", 30_000)}
	dir := filepath.Join(home, "inbox", "63")
	err := os.MkdirAll(dir, 0o750)
	for name, s := range names {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), []byte(s), 0o640))
	}
	err = errors.Join(err, os.WriteFile(filepath.Join(dir, "a.csv.sha256"), []byte(digestOf("rows of a")), 0o640))
	if err != nil {
		t.Fatal(err)
	}
	return home, names
}

// sound checks what must hold at every instant: what was committed is in the
// archive, and what left the folder was committed.
func sound(t *testing.T, home string, names map[string]string) {
	t.Helper()
	held := contents(t, filepath.Join(home, "archive"))
	done := committed(home)
	for _, sha := range done {
		if _, ok := held[sha]; !ok {
			t.Errorf("committed but not kept: %s", sha)
		}
	}
	for name, s := range names {
		_, err := os.Lstat(filepath.Join(home, "inbox", "63", name))
		if err != nil && !slices.Contains(done, digestOf(s)) {
			t.Errorf("%s left the folder before it was committed", name)
		}
		b, err := os.ReadFile(filepath.Join(home, "returned", "63", name+".json"))
		if err == nil && string(b) != digestOf(s) {
			t.Errorf("%s handed out in part: %q", name, b)
		}
	}
}

// ended checks the end: everything kept, committed once and handed out,
// nothing left lying.
func ended(t *testing.T, home string, names map[string]string) {
	t.Helper()
	sound(t, home, names)
	if done := committed(home); len(done) != len(names) {
		t.Errorf("committed %d times, want %d", len(done), len(names))
	}
	if held := contents(t, filepath.Join(home, "archive")); len(held) != len(names) {
		t.Errorf("%d held", len(held))
	}
	for _, place := range []struct {
		dir  string
		want int
	}{{"inbox/63", 0}, {"returned/63", len(names)}, {"returned", 1}} {
		left, err := os.ReadDir(filepath.Join(home, place.dir))
		if err != nil || len(left) != place.want {
			t.Errorf("%s: %v, %v", place.dir, left, err)
		}
	}
}

func TestKilledAtEveryOperation(t *testing.T) {
	points, stride := 0, 1
	if underRace {
		stride = 5
	}
	for n := 1; ; n += stride {
		home, names := drop(t)
		killed, out, code := run(t, home, "intake", n)
		sound(t, home, names)
		if !killed {
			if code != 0 {
				t.Fatalf("%d: %s", n, out)
			}
			ended(t, home, names)
			break
		}
		points++
		if n%4 == 0 { // killed again while recovering, at another place each time
			run(t, home, "intake", 1+n*7%40)
			sound(t, home, names)
		}
		if err := takeEverything(home, nil); err != nil {
			t.Fatalf("killed at %d, then: %v", n, err)
		}
		if ended(t, home, names); t.Failed() {
			t.Fatalf("killed at %d", n)
		}
	}
	if t.Logf("%d points", points); points < 50/stride {
		t.Errorf("only %d operations", points)
	}
}

// A disk that takes no more bytes, a process that may open no more files: the
// sentence says so, nothing is marked done, and the work goes on afterwards.
func TestShortOfSomething(t *testing.T) {
	for role, says := range map[string]string{
		"small files only": "larger than this process or disk allows",
		"few open files":   "raise the limit of open files",
	} {
		t.Run(role, func(t *testing.T) {
			home, names := drop(t)
			_, out, code := run(t, home, role, 0)
			if code != 1 || !strings.Contains(out, says) || !strings.Contains(out, home) {
				t.Errorf("exit %d, %s", code, out)
			}
			if len(committed(home)) == len(names) {
				t.Error("everything was committed all the same")
			}
			sound(t, home, names)
			if _, out, code := run(t, home, "intake", 0); code != 0 {
				t.Errorf("afterwards: %s", out)
			}
			ended(t, home, names)
		})
	}
}
