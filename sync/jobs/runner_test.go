package jobs

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (o *office) runs() []osms.Run {
	o.t.Helper()
	runs, err := o.desk.Store.Runs(o.t.Context(), 0)
	if err != nil {
		o.t.Fatal(err)
	}
	return runs
}

func TestRunner(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		run := osms.Run{Job: osms.JobAssess, Month: 202610, Trigger: "command"}
		done := func(context.Context, Turn) (string, error) { return "жасалды", nil }

		var seen Turn
		r, err := o.runner.Run(ctx, run, func(_ context.Context, turn Turn) (string, error) {
			seen = turn
			// While it works, somebody else hears who holds the registry.
			other := &Runner{Store: o.desk.Store, Clock: o.runner.Clock, Holder: "other", Log: o.runner.Log}
			_, err := other.Run(ctx, run, done)
			var busy *store.BusyError
			if !errors.As(err, &busy) || busy.Holder != "test" {
				t.Errorf("got %v", err)
			}
			return "жасалды", nil
		})
		if err != nil || r.State != osms.Done || r.Message != "жасалды" || !r.Finished.Equal(o.now) {
			t.Errorf("%+v, %v", r, err)
		}
		if !seen.Now.Equal(o.now) || seen.Run.ID != r.ID || seen.Lease.Holder != "test" {
			t.Errorf("%+v", seen)
		}

		// Failing and panicking are recorded, and the lease is given back.
		failure := errors.New("сәтсіз")
		r, err = o.runner.Run(ctx, run, func(context.Context, Turn) (string, error) { return "half", failure })
		if !errors.Is(err, failure) || r.State != osms.Failed || r.Message != "сәтсіз" {
			t.Errorf("%+v, %v", r, err)
		}
		r, err = o.runner.Run(ctx, run, func(context.Context, Turn) (string, error) { panic("ойламаған") })
		var panicked *PanicError
		if !errors.As(err, &panicked) || r.State != osms.Failed || !strings.Contains(string(panicked.Stack), "runner_test.go") || strings.Contains(r.Message, "\n") {
			t.Errorf("%+v, %v", r, err)
		}
		other := &Runner{Store: o.desk.Store, Clock: o.runner.Clock, Holder: "other", Log: o.runner.Log}
		if _, err := other.Run(ctx, run, done); err != nil {
			t.Errorf("after a panic: %v", err)
		}

		// A signal ends a run: it is interrupted, which is written all the same.
		stopped, stop := context.WithCancel(ctx)
		r, err = o.runner.Run(stopped, run, func(ctx context.Context, turn Turn) (string, error) {
			stop()
			<-ctx.Done()
			return "", ctx.Err()
		})
		if !errors.Is(err, context.Canceled) || r.State != osms.Interrupted {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := other.Run(ctx, run, done); err != nil {
			t.Errorf("after a signal: %v", err)
		}

		// A holder that was away while another took over writes nothing more.
		_, err = o.runner.Run(ctx, run, func(ctx context.Context, turn Turn) (string, error) {
			o.now = o.now.Add(2 * leaseTime)
			if _, err := other.Run(context.WithoutCancel(ctx), run, done); err != nil {
				t.Errorf("the lease had run out: %v", err)
			}
			_, _, err := o.desk.Assess(ctx, turn, 202610, false, "")
			return "", err
		})
		wantErr(t, err, store.ErrFenced)
		if _, err := o.desk.Store.Frozen(ctx, 202610, 0); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a fenced run froze a month: %v", err)
		}

		want := []osms.RunState{osms.Done, osms.Failed, osms.Failed, osms.Done, osms.Interrupted, osms.Done, osms.Failed, osms.Done}
		runs := o.runs()
		if len(runs) != len(want) {
			t.Fatalf("%d runs, want %d", len(runs), len(want))
		}
		for i, r := range runs {
			if r.State != want[i] || r.ID != int64(i+1) || r.Finished.IsZero() || r.Job != osms.JobAssess || r.Month != 202610 {
				t.Errorf("run %d: %+v, want %s", i+1, r, want[i])
			}
		}
	})
}

// TestCrashedRun: what a process that died left open is closed by the next run,
// and its lease waits no longer than its time.
func TestCrashedRun(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		if _, err := o.desk.Store.TakeLease(ctx, leaseName, "dead", o.now, o.now.Add(leaseTime)); err != nil {
			t.Fatal(err)
		}
		if _, err := o.desk.Store.BeginRun(ctx, osms.Run{Job: osms.JobLetters, Trigger: "schedule", Due: o.now, Started: o.now}); err != nil {
			t.Fatal(err)
		}
		run := osms.Run{Job: osms.JobAssess, Trigger: "command"}
		done := func(context.Context, Turn) (string, error) { return "", nil }
		if _, err := o.runner.Run(ctx, run, done); !errors.As(err, new(*store.BusyError)) {
			t.Errorf("got %v", err)
		}
		o.now = o.now.Add(leaseTime + time.Second)
		if _, err := o.runner.Run(ctx, run, done); err != nil {
			t.Fatal(err)
		}
		runs := o.runs()
		if len(runs) != 2 || runs[0].State != osms.Interrupted || runs[0].Message == "" || !runs[0].Finished.Equal(o.now) || runs[1].State != osms.Done {
			t.Errorf("%+v", runs)
		}
	})
}

// looker sees what a runner tells of its runs.
type looker struct {
	began, ended []osms.Run
	steps        []string
	cancel       func(string)
}

func (l *looker) Began(run osms.Run, cancel func(string)) Progress {
	l.began, l.cancel = append(l.began, run), cancel
	return func(step string, done, all int) { l.steps = append(l.steps, step) }
}

func (l *looker) Ended(run osms.Run) { l.ended = append(l.ended, run) }

// TestWatchedRun: whoever looks on hears of a run and how far it has come, and
// can end it: it stands in the journal as interrupted, with who did it.
func TestWatchedRun(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		l := &looker{}
		o.runner.Watch = l
		run := osms.Run{Job: osms.JobLetters, Trigger: "console", Who: "aigul"}
		_, err := o.runner.Run(t.Context(), run, func(ctx context.Context, turn Turn) (string, error) {
			turn.Progress("letters", 1, 2)
			l.cancel("root")
			<-ctx.Done()
			return "half", ctx.Err()
		})
		var cancelled *CancelledError
		if !errors.As(err, &cancelled) || cancelled.Who != "root" {
			t.Fatalf("got %v", err)
		}
		if len(l.began) != 1 || l.began[0].ID == 0 || len(l.ended) != 1 || l.ended[0].State != osms.Interrupted || len(l.steps) != 1 {
			t.Errorf("%+v", l)
		}
		last := o.runs()[0]
		if last.State != osms.Interrupted || last.Message != "cancelled by root" || last.Who != "aigul" {
			t.Errorf("%+v", last)
		}
		// A run that came to its end before it heard of it is done.
		_, err = o.runner.Run(t.Context(), run, func(context.Context, Turn) (string, error) {
			l.cancel("root")
			return "all", nil
		})
		if last := o.runs()[1]; err != nil || last.State != osms.Done {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

// TestRunnerOneAtATime: a second run in the same process, such as one that somebody
// begins at the console while a scheduled one goes on, is told that the registry is
// busy, and takes nothing from the first.
func TestRunnerOneAtATime(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		first, err := o.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "schedule"}, func(ctx context.Context, turn Turn) (string, error) {
			_, err := o.runner.Run(ctx, osms.Run{Job: osms.JobRelease, Trigger: "console"}, func(context.Context, Turn) (string, error) {
				t.Error("the second run began")
				return "", nil
			})
			var busy *store.BusyError
			if !errors.As(err, &busy) || busy.Holder != o.runner.Holder || !busy.Until.After(o.now) {
				t.Errorf("busy: %v", err)
			}
			return "", o.desk.Store.Write(ctx, turn.Lease, func(*store.Tx) error { return nil }) // still its own
		})
		if err != nil || first.State != osms.Done {
			t.Errorf("%+v, %v", first, err)
		}
		if _, err := o.runner.Run(t.Context(), osms.Run{Job: osms.JobRelease, Trigger: "console"}, func(context.Context, Turn) (string, error) { return "", nil }); err != nil {
			t.Error("after it:", err)
		}
	})
}
