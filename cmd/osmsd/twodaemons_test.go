package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// TestTwoDaemons: two processes of `osmsd serve` on one PostgreSQL and one inbox
// get a thousand rosters. The one that works is killed in the middle; the other
// goes on within the lease, and in the end each file was applied once.
//
// The second daemon's clock goes ahead of the first one's by less than a lease
// can have left, so that the test need not wait for all of it; -long has both
// clocks right.
func TestTwoDaemons(t *testing.T) {
	if raced {
		t.Skip("every process is some ten times slower: it runs without the race detector")
	}
	const files, lease = 1000, 2 * time.Minute
	ahead := 80 * time.Second
	if *long {
		ahead = 0
	}
	address := storetest.Schema(t)
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	inbox := filepath.Join(home, "inbox", "63")
	if err := os.MkdirAll(inbox, 0o750); err != nil {
		t.Fatal(err)
	}
	for i := range files {
		iin := boundIIN(t, i)
		text := fmt.Sprintf("ИИН;ФИО;Дата рождения;БИН;Форма обучения;Дата зачисления\n%s;Сериков Асан;01.03.2008;971240666596;очная;01.09.2024\n", iin)
		if err := os.WriteFile(filepath.Join(inbox, fmt.Sprintf("file %04d.csv", i)), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	daemons := map[int]*exec.Cmd{}
	logs := map[int]string{}
	for i, clock := range []time.Duration{0, ahead} {
		log, err := os.Create(filepath.Join(dir, fmt.Sprint("log ", i)))
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		c := exec.Command(self, "serve")
		c.Env = []string{scriptProgram + "=1", "PATH=" + os.Getenv("PATH"), "OSMSD_HOME=" + home, "OSMSD_DATABASE=" + address, "OSMSD_CONSOLE_LISTEN=127.0.0.1:0",
			"OSMSD_INTAKE_POLL=1s", "OSMSD_INTAKE_REST=1s", "OSMSD_NOW=" + time.Now().Add(clock).Format(time.RFC3339), "TMPDIR=" + dir, "HOME=" + dir}
		c.Stderr = log
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		daemons[c.Process.Pid], logs[c.Process.Pid] = c, log.Name()
		defer func() {
			_ = c.Process.Kill()
			_ = c.Wait()
		}()
		if i == 0 { // the first is to be the one that works, and is killed
			waitUntil(t, 30*time.Second, "the first daemon works", func() bool { w, err := s.Waiting(t.Context()); return err == nil && w.Holder != "" })
		}
	}
	taken := func() int {
		all, err := s.Arrivals(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	waitUntil(t, 3*time.Minute, "a third is taken", func() bool { return taken() > files/3 })
	w, err := s.Waiting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for pid, c := range daemons {
		if strings.Contains(w.Holder, fmt.Sprintf("process %d ", pid)) {
			killed = pid
			if err := c.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			_ = c.Wait()
		}
	}
	if killed == 0 {
		t.Fatalf("nobody of ours holds the registry: %q", w.Holder)
	}
	at, had := time.Now(), taken()
	if had >= files {
		t.Fatal("everything was taken before anybody was killed")
	}
	waitUntil(t, lease+30*time.Second-ahead, "the other goes on", func() bool { return taken() > had })
	took := time.Since(at) + ahead
	if took > lease+15*time.Second {
		t.Errorf("the other went on after %s, a lease is %s", took, lease)
	}
	waitUntil(t, 3*time.Minute, "all are taken", func() bool {
		left, err := filepath.Glob(filepath.Join(inbox, "*"))
		return err == nil && len(left) == 0
	})
	t.Logf("%d files in %s; killed after %d, the other went on after %s at most", files, time.Since(began).Round(time.Second), had, took.Round(time.Second))
	for pid, c := range daemons {
		if pid == killed {
			continue
		}
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			log, _ := os.ReadFile(logs[pid])
			t.Errorf("the other ended with %v\n%s", err, log)
		}
	}

	// Each file has one outcome and one import, and the register is what they say.
	all, err := s.Arrivals(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	names, imports := map[string]int{}, map[int64]int{}
	for _, a := range all {
		names[a.Name]++
		if a.Outcome != osms.Applied || a.Sequence == 0 {
			t.Errorf("%s is %s", a.Name, a.Outcome)
		}
		imports[a.Sequence]++
	}
	if len(all) != files || len(names) != files || len(imports) != files {
		t.Errorf("%d arrivals of %d files, %d imports", len(all), len(names), len(imports))
	}
	archive, err := intake.OpenArchive(filepath.Join(home, "archive"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	receipts, err := filepath.Glob(filepath.Join(home, "returned", "63", "*.json"))
	if err != nil || len(receipts) != files {
		t.Errorf("%d receipts, %v", len(receipts), err)
	}
	a, err := quickApp(home, address, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	o, err := a.openHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	var v jobs.Verification
	if v, err = o.desk.Verify(t.Context(), func(string, int, int) {}); err != nil || len(v.Findings) > 0 || v.Persons != files {
		t.Errorf("%d persons, %v, %v", v.Persons, v.Findings, err)
	}
}

// boundIIN is the i-th valid number of somebody born on 1 March 2008.
func boundIIN(t *testing.T, i int) string {
	t.Helper()
	for n := uint64(i * 2); ; n++ {
		eleven := 8030150000 + n // 080301 5 nnnn
		if digit, ok := osms.CheckDigit(eleven); ok {
			return fmt.Sprintf("%011d%d", eleven, digit)
		}
	}
}

func waitUntil(t *testing.T, patience time.Duration, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}
