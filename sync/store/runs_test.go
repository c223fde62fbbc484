package store

import (
	"sync"
	"sync/atomic"
	"testing"

	"osmsd/sync/osms"
)

func TestRunJournal(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		due := osms.Run{Job: osms.JobAssess, Month: 202610, Trigger: "schedule", Due: minute(0), Started: minute(1)}
		first, err := s.BeginRun(ctx, due)
		must(t, err)
		if first.ID != 1 || first.State != osms.Running {
			t.Errorf("%+v", first)
		}
		// The same due time is there once, for this job only; runs by hand as
		// often as anybody likes.
		_, err = s.BeginRun(ctx, due)
		wantErr(t, err, ErrOnce)
		other := due
		other.Job = osms.JobLetters
		_, err = s.BeginRun(ctx, other)
		must(t, err)
		hand := osms.Run{Job: osms.JobAssess, Trigger: "command", Started: minute(2)}
		for range 2 {
			_, err = s.BeginRun(ctx, hand)
			must(t, err)
		}
		first.Finished, first.State, first.Message = minute(3), osms.Done, "2026-10 қатырылды"
		must(t, s.EndRun(ctx, first))
		_, err = s.BeginRun(ctx, due)
		wantErr(t, err, ErrOnce)

		// A crash leaves runs open; the next holder closes them.
		n, err := s.InterruptRuns(ctx, osms.JobAssess, minute(9), "the process ended")
		must(t, err)
		if n != 3 {
			t.Errorf("%d runs were open, want 3", n)
		}
		runs, err := s.Runs(ctx, 0)
		must(t, err)
		want := []osms.RunState{osms.Done, osms.Interrupted, osms.Interrupted, osms.Interrupted}
		if len(runs) != len(want) {
			t.Fatalf("%d runs, numbers have gaps or runs are missing: %+v", len(runs), runs)
		}
		for i, r := range runs {
			if r.ID != int64(i+1) || r.State != want[i] {
				t.Errorf("run %d: %+v", i, r)
			}
		}
		if runs[0] != first {
			t.Errorf("read back %+v, want %+v", runs[0], first)
		}
		if !runs[2].Due.IsZero() || !runs[3].Finished.Equal(minute(9)) || runs[3].Message != "the process ended" {
			t.Errorf("%+v", runs[3])
		}
		if latest, err := s.Runs(ctx, 2); err != nil || len(latest) != 2 || latest[0].ID != 3 {
			t.Errorf("the latest two: %+v, %v", latest, err)
		}
		if older, err := s.RunsBefore(ctx, 3, 1); err != nil || len(older) != 1 || older[0].ID != 2 {
			t.Errorf("the one before the third: %+v, %v", older, err)
		}
	})
}

// TestDueOnceAmongMany: of many daemons that find the same due time, one runs.
func TestDueOnceAmongMany(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		var wg sync.WaitGroup
		var ran atomic.Int32
		for range 6 {
			wg.Go(func() {
				_, err := s.BeginRun(t.Context(), osms.Run{Job: osms.JobAssess, Trigger: "schedule", Due: minute(0), Started: minute(1)})
				if err == nil {
					ran.Add(1)
				} else {
					wantErr(t, err, ErrOnce)
				}
			})
		}
		wg.Wait()
		if ran.Load() != 1 {
			t.Errorf("%d ran", ran.Load())
		}
	})
}

func TestDueTimes(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if due, err := s.Due(ctx, osms.JobAssess); err != nil || !due.IsZero() {
			t.Errorf("never planned: %v, %v", due, err)
		}
		must(t, s.PutDue(ctx, osms.JobAssess, minute(5)))
		must(t, s.PutDue(ctx, osms.JobLetters, minute(6)))
		must(t, s.PutDue(ctx, osms.JobAssess, minute(7)))
		if due, err := s.Due(ctx, osms.JobAssess); err != nil || !due.Equal(minute(7)) {
			t.Errorf("%v, %v", due, err)
		}
	})
}
