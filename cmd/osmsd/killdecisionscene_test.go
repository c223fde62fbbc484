package main

import (
	"bytes"
	"context"
	"encoding/json"
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

	"osmsd/sync/store/storetest"
)

// childCommand makes the test binary be the program with these arguments (JSON),
// to be killed like the daemon.
const childCommand = "OSMSD_TEST_COMMAND"

// decisionScene is a home in which much waits to be decided: a list that the
// breaker held, imports whose letters are on paper, and an archive of rosters
// in a drop folder. The commands are played on copies of it.
type decisionScene struct {
	scene
	from  string // the home that is copied
	files string // rosters to import
	// archive is one of rosters, for a drop folder.
	archive []byte
	// What the commands are about.
	held, fresh  string // hashes of diffs: of one that waits, and of a file that was only looked at
	wrong, under string // imports to undo: nothing rests on the first
}

// decisionHome is one place in which a decision is made.
type decisionHome struct {
	*home
	scene *decisionScene
}

func (s *decisionScene) path(name string) string { return filepath.Join(s.files, name) }

func newDecisionScene(t *testing.T, address string) *decisionScene {
	t.Helper()
	s := &decisionScene{scene: scene{t: t, base: address, made: new(atomic.Int64)}, from: t.TempDir(), files: t.TempDir()}
	if !strings.HasPrefix(address, "postgres") {
		s.base = filepath.Join(s.from, "registry.db")
	}
	h := &decisionHome{&home{scene: &s.scene, dir: s.from, database: s.base}, s}
	do := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := h.run(args...)
		if code != want {
			t.Fatalf("osmsd %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, errs)
		}
		return out
	}
	a, b, c := source{bin: organisationNo(1), nth: 1}, source{bin: organisationNo(2), nth: 2}, source{bin: organisationNo(3), nth: 3}
	write := func(name string, lines ...string) string {
		t.Helper()
		if err := os.WriteFile(s.path(name), []byte(strings.Join(append([]string{csvHeader}, lines...), "\n")+"\n"), 0o640); err != nil {
			t.Fatal(err)
		}
		return s.path(name)
	}
	listed := "БИН;Наименование на русском;Қазақша атауы;Регион\n"
	for _, o := range []source{a, b, c} {
		listed += fmt.Sprintf("%s;Школа № %d;№ %d мектеп;63\n", o.bin.Digits(), o.nth, o.nth)
	}
	if err := os.WriteFile(s.path("organisations.csv"), []byte(listed), 0o640); err != nil {
		t.Fatal(err)
	}
	refused := strings.Replace(c.line(50), "14.03.2015", "31.02.2015", 1)
	do(0, "import", "--region", "63", s.path("organisations.csv"),
		write("63-full-2026-09-15.csv", slices.Concat(a.lines(10), b.lines(10), c.lines(10))...))
	do(0, "run", "letters")
	s.wrong = fieldOf(t, do(0, "import", "--json", "--region", "63", write("63-delta-2026-10-02.csv", c.line(20), c.line(21))), "files", 0, "import")
	renamed := strings.Replace(a.line(1), "Сынақ", "Қате", 1)
	s.under = fieldOf(t, do(0, "import", "--json", "--region", "63", write("63-delta-2026-10-03.csv", a.line(20), renamed)), "files", 0, "import")
	do(0, "run", "letters")
	do(0, "import", "--region", "63", write("63-delta-2026-10-05.csv", strings.Replace(a.line(20), "Сынақ", "Түзету", 1), a.line(22)))
	do(0, "run", "letters")
	// Of B hardly anyone is left, and one of A's pupils is claimed by it too.
	both := strings.Replace(a.line(3), a.bin.Digits(), b.bin.Digits(), 1)
	s.held = fieldOf(t, do(3, "import", "--json", "--region", "63", write("63-full-2026-10-10.csv", b.line(1), both)), "files", 0, "holds", 0, "diff")
	s.fresh = fieldOf(t, do(3, "check", "--json", "--region", "63", write("63-full-2026-10-12.csv", c.line(1), refused)), "files", 0, "diff")
	members := []part{}
	for _, m := range []struct {
		name  string
		lines []string
	}{{"63-delta-2026-10-14.csv", []string{a.line(30)}}, {"63-delta-2026-10-15.csv", []string{c.line(31), refused}}, {"no roster.csv", nil}} {
		body := "a;b;c\n1;2;3\n"
		if m.lines != nil {
			body = strings.Join(append([]string{csvHeader}, m.lines...), "\n") + "\n"
		}
		members = append(members, part{m.name, body})
	}
	s.archive = zipped(members...)
	if complaints := h.proved(false); len(complaints) > 0 {
		t.Fatal(complaints)
	}
	return s
}

// copy makes a home as it is before the decision.
func (s *decisionScene) copy(dir string, d decided) (*decisionHome, error) {
	dir = filepath.Join(dir, "home")
	if err := os.CopyFS(dir, os.DirFS(s.from)); err != nil {
		return nil, err
	}
	if d.name == "archive" {
		inbox := filepath.Join(dir, "inbox", "63")
		if err := errors.Join(os.MkdirAll(inbox, 0o770), os.WriteFile(filepath.Join(inbox, "rosters.zip"), s.archive, 0o640)); err != nil {
			return nil, err
		}
	}
	h, err := s.newHome(dir)
	return &decisionHome{h, s}, err
}

func (s *decisionScene) mustCopy(t *testing.T, d decided) *decisionHome {
	t.Helper()
	h, err := s.copy(t.TempDir(), d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.close() })
	return h
}

func (h *decisionHome) surroundings(out, errs io.Writer) Surroundings {
	env := map[string]string{"OSMSD_HOME": h.dir, "OSMSD_LANGUAGE": "ru", "OSMSD_INTAKE_REST": "1s",
		"OSMSD_NOW": sceneNow.Add(time.Duration(h.attempt) * 10 * time.Minute).Format(time.RFC3339)}
	if strings.HasPrefix(h.database, "postgres") {
		env["OSMSD_DATABASE"] = h.database
	}
	return Surroundings{Stdout: out, Stderr: errs, Clock: time.Now, Env: func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}}
}

// run runs a command in this process.
func (h *decisionHome) run(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Main(context.Background(), args, h.surroundings(&o, &e))
	return code, o.String(), e.String()
}

// command runs a command as a process of its own; killed is what it said of the
// operation at which it was killed.
func (h *decisionHome) command(kill, plant string, args []string) (killed, said string, err error) {
	h.attempt++
	words, err := json.Marshal(args)
	if err != nil {
		return "", "", err
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childCommand+"="+string(words), childHome+"="+h.dir, childDatabase+"="+h.database,
		childKill+"="+kill, childPlant+"="+plant, childNow+"="+fmt.Sprint(h.attempt))
	var out, note strings.Builder
	c.Stdout, c.Stderr = &out, &note
	err = c.Run()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		if e.Sys().(syscall.WaitStatus).Signaled() {
			return strings.TrimSpace(note.String()), out.String(), nil
		}
		if e.ExitCode() == exitRefused {
			err = nil
		}
	}
	if err != nil {
		err = fmt.Errorf("%s ended with %w: %s%s", args[0], err, out.String(), note.String())
	}
	return "", note.String() + out.String(), err
}

// commandChild is the program, to be killed.
func commandChild(dir string) int {
	var args []string
	attempt, err := strconv.Atoi(os.Getenv(childNow))
	if err := errors.Join(err, json.Unmarshal([]byte(os.Getenv(childCommand)), &args)); err != nil {
		fmt.Println(err)
		return exitUsage
	}
	c := &counter{kill: parseKill(os.Getenv(childKill)), counts: map[string]int{}, plant: os.Getenv(childPlant), home: dir}
	s := (&decisionHome{home: &home{dir: dir, database: os.Getenv(childDatabase), attempt: attempt}}).surroundings(os.Stdout, os.Stderr)
	s.Step, s.Through = c.file, storetest.Tap(c.tap).Through
	code := Main(context.Background(), args, s)
	fmt.Fprintf(os.Stderr, "ended op=%d tx=%d after=%d imported=%d\n", c.counts["op"], c.counts["tx"], c.counts["after"], c.counts["imported"])
	return code
}

// finish finishes what was cut off: by the command given again, if there is
// one, and by the jobs that write what is missing.
func (h *decisionHome) finish(d *decided) (complaints []string) {
	do := func(want []int, args ...string) {
		h.attempt++
		if code, out, errs := h.run(args...); !slices.Contains(want, code) {
			complaints = append(complaints, fmt.Sprintf("osmsd %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs))
		}
	}
	if d != nil {
		do(d.again, d.args(h.scene)...)
	}
	do([]int{exitDone}, "run", "intake")
	do([]int{exitDone}, "run", "letters")
	return complaints
}
