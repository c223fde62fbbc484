package jobs

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Service is the daemon: it polls the drop folders and runs what is due.
type Service struct {
	Desk      *Desk
	Runner    *Runner
	Timetable *Timetable
	Folder    *intake.Folder
	Poll      time.Duration
	Log       *slog.Logger
	// Notify is told when a poll or a run ended: for a watchdog. It may be nil.
	Notify func()

	odd       map[string]intake.Reason
	recovered bool // nothing is left that a crash or a failure cut off
	failed    bool // the last run did
}

// Serve works until the context ends. Jobs run one after another; one that
// fails or panics is recorded and the others go on. What became due while the
// daemon was away is caught up in order, each due time once.
func (s *Service) Serve(ctx context.Context) error {
	if err := s.Desk.CleanUp(); err != nil {
		s.Log.Warn("leftovers of an earlier run cannot be removed", "err", err)
	}
	if err := s.plan(ctx); err != nil {
		return err
	}
	// What waits for other people's servers does not keep the rest waiting.
	var aside sync.WaitGroup
	defer aside.Wait()
	aside.Go(func() { s.serveAside(ctx) })
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		s.poll(ctx)
		s.runDue(ctx, false)
		if s.Notify != nil {
			s.Notify()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// serveAside runs the jobs that run beside the others until the context ends.
func (s *Service) serveAside(ctx context.Context) {
	if !slices.ContainsFunc(s.Timetable.Jobs(), osms.Job.Aside) {
		return
	}
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		s.runDue(ctx, true)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// plan gives every job that was never planned its first due time, and takes
// note of a schedule that changed.
func (s *Service) plan(ctx context.Context) error {
	now := s.Runner.Clock()
	for _, job := range s.Timetable.Jobs() {
		due, err := s.Desk.Store.Due(ctx, job)
		if err != nil {
			return err
		}
		// What is past stays due; what is to come is what the timetable says today.
		if next := s.Timetable.Next(job, now); due.IsZero() || due.After(now) && !due.Equal(next) {
			due = next
			if err := s.Desk.Store.PutDue(ctx, job, due); err != nil {
				return err
			}
		}
		s.Log.Info("planned", "job", job, "due", due.In(s.Desk.Zone).Format(time.RFC3339))
	}
	return nil
}

// runDue runs what is due, the earliest first, until nothing is: of the jobs
// that run aside, or of the others.
func (s *Service) runDue(ctx context.Context, aside bool) {
	failed := map[osms.Job]bool{}
	for ctx.Err() == nil {
		job, due, err := s.earliest(ctx, aside, failed)
		if err != nil {
			s.Log.Error("the schedule cannot be read", "err", err)
			return
		}
		if job == "" {
			return
		}
		month := osms.DateOf(due.In(s.Desk.Zone)).Month()
		_, err = s.Runner.Run(ctx, osms.Run{Job: job, Month: month, Trigger: "schedule", Due: due},
			func(ctx context.Context, t Turn) (string, error) { return s.Desk.Do(ctx, t, job, month, t.Progress) })
		switch {
		case errors.As(err, new(*store.BusyError)):
			return // somebody else works: it stays due
		case errors.Is(err, store.ErrOnce):
			s.Log.Info("ran already", "job", job, "due", due)
		case store.Lost(err):
			s.Log.Error("the registry is out of reach: the job stays due", "job", job, "err", err)
			return
		case err != nil && ctx.Err() != nil:
			return
		case err != nil:
			s.Log.Error("job failed", "job", job, "err", err)
		}
		next := s.Timetable.Next(job, due)
		if now := s.Runner.Clock(); (job == osms.JobIntake || job.Aside()) && next.Before(now) {
			next = s.Timetable.Next(job, now) // what lies there was taken by one run
		}
		if err := s.Desk.Store.PutDue(ctx, job, next); err != nil {
			s.Log.Error("the schedule cannot be written", "job", job, "err", err)
			failed[job] = true
		}
	}
}

func (s *Service) earliest(ctx context.Context, aside bool, skip map[osms.Job]bool) (job osms.Job, due time.Time, err error) {
	now := s.Runner.Clock()
	for _, j := range s.Timetable.Jobs() {
		at, err := s.Desk.Store.Due(ctx, j)
		if err != nil {
			return "", due, err
		}
		if j.Aside() == aside && !skip[j] && !at.IsZero() && !at.After(now) && (job == "" || at.Before(due)) {
			job, due = j, at
		}
	}
	return job, due, nil
}

func quiet(string, int, int) {}

// poll looks into the drop folders and takes what is ready.
func (s *Service) poll(ctx context.Context) {
	polled, err := s.Folder.Poll(s.Desk.DiskClock())
	if err != nil {
		s.Log.Error("the inbox cannot be read", "err", err)
		return
	}
	seen := map[string]intake.Reason{}
	for _, o := range polled.Odd {
		seen[o.Path] = o.Reason
		if s.odd[o.Path] != o.Reason {
			s.Log.Warn("cannot be taken", "path", o.Path, "reason", o.Reason)
		}
	}
	s.odd = seen
	if ctx.Err() != nil || len(polled.Ready) == 0 && (settling(polled) || !s.cutOff(ctx)) {
		return
	}
	_, err = s.Runner.Run(ctx, osms.Run{Job: osms.JobIntake, Trigger: "folder"}, func(ctx context.Context, t Turn) (string, error) {
		return s.Desk.intakeRun(ctx, t, s.Folder, polled.Ready)
	})
	if !errors.As(err, new(*store.BusyError)) {
		s.recovered, s.failed = err == nil, err != nil
	}
	if err != nil && ctx.Err() == nil && !errors.As(err, new(*store.BusyError)) {
		s.Log.Error("intake failed", "err", err)
	}
}

// settling reports files that will be ready at the next poll: what a crash cut
// off goes on together with them.
func settling(p intake.Polled) bool {
	return slices.ContainsFunc(p.Waiting, func(w intake.Waited) bool { return w.Reason == intake.Settling })
}

// cutOff reports that the last run did not come to its end, or, when the daemon
// starts, that one was left so: then there may be receipts to hand out and
// overlaps to number although no file is waiting.
func (s *Service) cutOff(ctx context.Context) bool {
	if s.recovered || s.failed {
		return s.failed
	}
	runs, err := s.Desk.Store.CutOff(ctx, osms.JobIntake)
	if err != nil {
		s.Log.Error("the run journal cannot be read", "err", err)
	}
	s.recovered = err == nil && runs == 0
	return runs > 0
}
