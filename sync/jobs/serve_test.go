package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/calendar"
	"osmsd/sync/osms"
)

// clock is a clock that a test turns while a service looks at it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// service is a daemon for an office, with a clock of its own.
func (o *office) service(c *clock, tasks map[osms.Job]Task) *Service {
	o.t.Helper()
	folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := folder.Prepare([]osms.Region{63}); err != nil {
		o.t.Fatal(err)
	}
	tt, err := NewTimetable(tasks, o.desk.Zone, calendar.Default())
	if err != nil {
		o.t.Fatal(err)
	}
	return &Service{Desk: o.desk, Timetable: tt, Folder: folder, Poll: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
		Runner: &Runner{Store: o.desk.Store, Clock: c.now, Holder: "daemon", Log: slog.New(slog.DiscardHandler)}}
}

// while serves until something is so, and then ends within a second.
func (o *office) while(s *Service, so func() bool) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.t.Context())
	defer cancel()
	polls := make(chan struct{}, 1)
	s.Notify = func() {
		select {
		case polls <- struct{}{}:
		default:
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case err := <-ended:
			o.t.Fatalf("the service ended by itself: %v", err)
		case <-deadline:
			o.t.Fatalf("waited in vain; runs: %+v", o.runs())
		case <-polls:
		}
		if so() {
			break
		}
	}
	start := time.Now()
	cancel()
	if err := <-ended; err != nil || time.Since(start) > time.Second {
		o.t.Errorf("ended after %s: %v", time.Since(start), err)
	}
}

func almaty(t *testing.T, moment string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, zone(t, "Asia/Almaty"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// scheduled lists the runs by the schedule in the order in which they ran.
func (o *office) scheduled() (out []string) {
	o.t.Helper()
	for _, r := range o.runs() {
		if r.Trigger == "schedule" {
			out = append(out, fmt.Sprintf("%s %s %s", r.Job, r.Due.In(o.desk.Zone).Format("01-02 15:04"), r.State))
		}
	}
	return out
}

// TestServeCatchesUp: the daemon was away for three months. What was due comes
// once, in order; a job that fails does not stop the others; after a restart
// nothing is done twice.
func TestServeCatchesUp(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.desk.Calendar = nil // reminders cannot do without
		c := &clock{at: almaty(t, "2026-09-20 12:00")}
		tasks := map[osms.Job]Task{
			osms.JobAssess:    {Cron: "0 6 * * *", WorkingDay: 1},
			osms.JobReconcile: {Cron: "0 7 * * *", WorkingDay: 6},
			osms.JobReminders: {Cron: "0 5 1 * *"}, // it fails each time
		}
		o.while(o.service(c, tasks), func() bool { return true })
		if runs := o.scheduled(); len(runs) != 0 {
			t.Errorf("a job ran before its time: %v", runs)
		}
		c.set(almaty(t, "2026-12-02 12:00"))
		want := []string{
			"reminders 10-01 05:00 failed", "assess 10-01 06:00 done", "reconcile 10-08 07:00 done",
			"reminders 11-01 05:00 failed", "assess 11-02 06:00 done", "reconcile 11-09 07:00 done",
			"reminders 12-01 05:00 failed", "assess 12-01 06:00 done",
		}
		o.while(o.service(c, tasks), func() bool { return len(o.scheduled()) == len(want) })
		if got := o.scheduled(); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		freezes, err := o.desk.Store.Freezes(t.Context(), 1<<30)
		if err != nil || len(freezes) != 3 || freezes[0].Month != 202610 || freezes[2].Month != 202612 {
			t.Errorf("%+v, %v", freezes, err)
		}
		// A restart, several polls long, with nothing due.
		polls := 0
		o.while(o.service(c, tasks), func() bool { polls++; return polls > 3 })
		if got := o.scheduled(); len(got) != len(want) {
			t.Errorf("after a restart: %v", got)
		}
		// The clock is put back and on again: nothing is due twice.
		c.set(almaty(t, "2026-12-01 05:30"))
		polls = 0
		o.while(o.service(c, tasks), func() bool { polls++; return polls > 3 })
		c.set(almaty(t, "2026-12-02 12:00"))
		polls = 0
		o.while(o.service(c, tasks), func() bool { polls++; return polls > 3 })
		if got := o.scheduled(); len(got) != len(want) {
			t.Errorf("after the clock was put back: %v", got)
		}
	})
}

// TestServeTakesANewSchedule: a changed expression counts from the restart on.
func TestServeTakesANewSchedule(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		c := &clock{at: almaty(t, "2026-10-05 12:00")}
		due := func() string {
			at, err := o.desk.Store.Due(t.Context(), osms.JobLetters)
			if err != nil {
				t.Fatal(err)
			}
			return at.In(o.desk.Zone).Format("01-02 15:04")
		}
		for _, step := range []struct{ cron, want string }{
			{"0 8 * * *", "10-06 08:00"}, {"0 9 10 * *", "10-10 09:00"}, {"0 7 * * *", "10-06 07:00"}, {"0 7 * * *", "10-06 07:00"},
		} {
			o.while(o.service(c, map[osms.Job]Task{osms.JobLetters: {Cron: step.cron}}), func() bool { return true })
			if due() != step.want {
				t.Errorf("%s: due %s, want %s", step.cron, due(), step.want)
			}
		}
		// What was due while nobody served stays due, whatever the expression says now.
		c.set(almaty(t, "2026-10-06 12:00"))
		o.while(o.service(c, map[osms.Job]Task{osms.JobLetters: {Cron: "0 9 10 * *"}}), func() bool { return len(o.scheduled()) > 0 })
		if got := o.scheduled(); !slices.Equal(got, []string{"letters 10-06 07:00 done"}) || due() != "10-10 09:00" {
			t.Errorf("%v, due %s", got, due())
		}
	})
}

// TestServePanic: a job that panics is recorded, and the next one runs.
func TestServePanic(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		c := &clock{at: almaty(t, "2026-10-01 05:00")}
		tasks := map[osms.Job]Task{osms.JobReconcile: {Cron: "0 6 * * *"}, osms.JobAssess: {Cron: "0 7 * * *"}}
		o.while(o.service(c, tasks), func() bool { return true })
		c.set(almaty(t, "2026-10-01 08:00"))
		s := o.service(c, tasks)
		o.desk.Drops.Step = func(string) { panic("ойламаған") } // writing the workbook of the reconciliation does
		o.while(s, func() bool { return len(o.scheduled()) == 2 })
		if got := o.scheduled(); !slices.Equal(got, []string{"reconcile 10-01 06:00 failed", "assess 10-01 07:00 done"}) {
			t.Errorf("%v", got)
		}
		if r := o.runs()[0]; !strings.Contains(r.Message, "internal error") {
			t.Errorf("%+v", r)
		}
	})
}

// TestServeTakesADrop: a file copied into a drop folder is picked up, and a
// receipt appears; another process's lease only delays it.
func TestServeTakesADrop(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		c := &clock{at: o.now}
		s := o.service(c, nil)
		// Somebody else works.
		lease, err := o.desk.Store.TakeLease(t.Context(), leaseName, "other", o.now, o.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		path := o.write("63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a})...)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		dropped := filepath.Join(o.desk.Home.Inbox, "63", "63-full-2026-10-01.csv")
		if err := os.WriteFile(dropped, b, 0o600); err != nil {
			t.Fatal(err)
		}
		polls := 0
		o.while(s, func() bool {
			if polls++; polls == 10 {
				if _, err := os.Stat(dropped); err != nil {
					t.Errorf("taken while somebody else held the registry: %v", err)
				}
				if err := o.desk.Store.DropLease(t.Context(), lease); err != nil {
					t.Error(err)
				}
			}
			receipts, _ := filepath.Glob(filepath.Join(o.desk.Home.Returned, "63", "*.json"))
			return len(receipts) > 0
		})
		if _, err := os.Stat(dropped); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the file is still there: %v", err)
		}
		if n := o.heads(202610); n != 1 {
			t.Errorf("%d due, want 1", n)
		}
		arrivals, err := o.desk.Store.Arrivals(t.Context(), 0)
		if err != nil || len(arrivals) != 2 || arrivals[1].Outcome != osms.Applied {
			t.Errorf("%+v, %v", arrivals, err)
		}
	})
}
