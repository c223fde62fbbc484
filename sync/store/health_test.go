package store

import (
	"testing"

	"osmsd/sync/osms"
)

func TestHealth(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		run := func(job osms.Job, at int, state osms.RunState) {
			r, err := s.BeginRun(ctx, osms.Run{Job: job, Trigger: "schedule", Started: minute(at), Due: minute(at)})
			must(t, err)
			r.Finished, r.State = minute(at+1), state
			must(t, s.EndRun(ctx, r))
		}
		run(osms.JobLetters, 0, osms.Done)
		run(osms.JobLetters, 10, osms.Failed)
		run(osms.JobAssess, 20, osms.Failed)
		must(t, s.PutDue(ctx, osms.JobLetters, minute(30)))
		must(t, s.PutDue(ctx, osms.JobReminders, minute(40)))
		by, err := s.Health(ctx)
		must(t, err)
		if len(by) != 3 {
			t.Errorf("got %+v", by)
		}
		if h := by[osms.JobLetters]; !h.Succeeded.Equal(minute(1)) || !h.Ended.Equal(minute(11)) || h.State != osms.Failed || !h.Due.Equal(minute(30)) {
			t.Errorf("letters: %+v", h)
		}
		if h := by[osms.JobAssess]; !h.Succeeded.IsZero() || !h.Ended.Equal(minute(21)) || !h.Due.IsZero() {
			t.Errorf("assess: %+v", h)
		}
		if h := by[osms.JobReminders]; !h.Ended.IsZero() || !h.Due.Equal(minute(40)) {
			t.Errorf("reminders: %+v", h)
		}
		_, err = s.PutUpload(ctx, Upload{Account: 1, Name: "a", SHA256: "aa", Received: minute(5)})
		must(t, err)
		q, err := s.Queue(ctx)
		must(t, err)
		if q.Uploads != 1 || !q.Oldest.Equal(minute(5)) || q.Held != 0 || q.Mails != 0 || q.SessionsNow != 0 {
			t.Errorf("got %+v", q)
		}
		must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
			_, err := tx.PutArrival("63", osms.FileReport{SHA256: "aa", File: "a", Outcome: osms.Held, Received: minute(5)})
			return err
		}))
		if n, err := s.HeldCounts(ctx); err != nil || len(n) != 0 {
			t.Errorf("got %v, %v", n, err)
		}
		if n, err := s.Outcomes(ctx); err != nil || n[osms.Held] != 1 || len(n) != 1 {
			t.Errorf("got %v, %v", n, err)
		}
		must(t, s.Ping(ctx))
	})
}
