package jobs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"osmsd/sync/calendar"
	"osmsd/sync/osms"
)

// TestFreshSettings: settings that come while the daemon works are in force
// between two runs: the run under way ends by the old ones, and what is due
// after it runs by the new ones, at the new schedule's times.
func TestFreshSettings(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		c := &clock{at: almaty(t, "2026-10-01 05:00")}
		tasks := map[osms.Job]Task{osms.JobAssess: {Cron: "0 6 * * *"}, osms.JobReconcile: {Cron: "0 7 * * *"}}
		o.while(o.service(c, tasks), func() bool { return true })
		c.set(almaty(t, "2026-10-01 08:00"))

		s := o.service(c, tasks)
		fresh := make(chan Settings, 1)
		s.Fresh = fresh
		later, err := NewTimetable(map[osms.Job]Task{osms.JobAssess: {Cron: "0 6 * * *"}, osms.JobReconcile: {Cron: "0 12 * * *"}}, o.desk.Zone, calendar.Default())
		if err != nil {
			t.Fatal(err)
		}
		old := o.desk
		next := &Desk{Store: old.Store, Archive: old.Archive, Home: old.Home, Zone: old.Zone, Calendar: old.Calendar, Rates: old.Rates, Casework: old.Casework,
			Lang: old.Lang, DiskClock: old.DiskClock, Drops: old.Drops}
		runner := *s.Runner
		runner.Versions = "fresh"
		var taken atomic.Bool
		// The reload comes in the middle of the first run.
		once := false
		s.Runner.CleanUp = nil
		s.Status = func(at string) {
			if at == "running assess" && !once {
				once = true
				fresh <- Settings{Desk: next, Runner: &runner, Timetable: later, Poll: 10 * time.Millisecond, Taken: func() { taken.Store(true) }}
			}
		}
		o.while(s, func() bool { return len(o.scheduled()) == 2 })
		if got := o.scheduled(); !slices.Equal(got, []string{"assess 10-01 06:00 done", "reconcile 10-01 07:00 done"}) {
			t.Errorf("%v", got)
		}
		var versions []string
		for _, r := range o.runs() {
			versions = append(versions, r.Versions)
		}
		slices.Sort(versions)
		if !slices.Equal(versions, []string{"", "fresh"}) || !taken.Load() || s.InForce().Desk != next || s.InForce().Poll != 10*time.Millisecond {
			t.Errorf("versions %q, taken %v", versions, taken.Load())
		}
		at, err := o.desk.Store.Due(t.Context(), osms.JobReconcile)
		if err != nil || at.In(o.desk.Zone).Format("01-02 15:04") != "10-01 12:00" {
			t.Errorf("reconcile is due %s, %v", at, err)
		}
	})
}

// TestFreshSettingsKeepTheInbox: a file that was seen before a reload does not
// begin to rest anew, and one that waits is taken once.
func TestFreshSettingsKeepTheInbox(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		c := &clock{at: o.now}
		s := o.service(c, nil)
		fresh := make(chan Settings, 1)
		s.Fresh = fresh
		b, err := os.ReadFile(o.write("63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a})...))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(o.desk.Home.Inbox, "63", "63-full-2026-10-01.csv"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		polls := 0
		o.while(s, func() bool {
			if polls++; polls%2 == 1 {
				in := s.InForce()
				select {
				case fresh <- in:
				default:
				}
			}
			receipts, _ := filepath.Glob(filepath.Join(o.desk.Home.Returned, "63", "*.json"))
			return len(receipts) > 0
		})
		arrivals, err := o.desk.Store.Arrivals(t.Context(), 0)
		if err != nil || len(arrivals) != 2 || arrivals[1].Outcome != osms.Applied {
			t.Errorf("%+v, %v", arrivals, err)
		}
	})
}

// TestBeats: the daemon beats while it waits, at every round, and not while it
// hangs.
func TestBeats(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) { beats(t, o) })
}

func beats(t *testing.T, o *office) {
	s := o.service(&clock{at: o.now}, nil)
	s.Poll, s.BeatEvery = time.Hour, 5*time.Millisecond
	var beats atomic.Int64
	s.Beat = func() { beats.Add(1) }
	ready, status := false, ""
	s.Ready = func() { ready = true }
	s.Status = func(at string) { status = at }
	o.while(s, func() bool {
		until(t, "beats while it waits", func() bool { return beats.Load() > 5 })
		return true
	})
	if !ready || status != "waiting for files" {
		t.Errorf("ready %v, %q", ready, status)
	}

	s = o.service(&clock{at: o.now}, nil)
	s.BeatEvery, s.Beat = 5*time.Millisecond, func() { beats.Add(1) }
	hung, release := make(chan struct{}), make(chan struct{})
	s.Status = func(string) {
		select {
		case <-hung:
		default:
			close(hung)
		}
		<-release
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	<-hung
	was := beats.Load()
	time.Sleep(100 * time.Millisecond)
	if n := beats.Load() - was; n != 0 {
		t.Errorf("%d beats of a loop that hangs", n)
	}
	close(release)
	until(t, "beats of a loop that goes on", func() bool { return beats.Load() > was+3 })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
