package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Service is the daemon: it polls the drop folders and runs what is due.
type Service struct {
	// Desk, Runner, Timetable and Poll are what it begins with; InForce gives what
	// it works by now.
	Desk      *Desk
	Runner    *Runner
	Timetable *Timetable
	Folder    *intake.Folder
	Poll      time.Duration
	Log       *slog.Logger
	// Fresh brings the settings of a reload. They are taken between two runs. It
	// may be nil.
	Fresh <-chan Settings
	// Ready is told once, when everything is planned and the first look begins;
	// Notify when a look at everything ended; Status what the daemon is at, in one
	// line without anything personal. Each may be nil.
	Ready  func()
	Notify func()
	Status func(string)
	// Beat is called whenever the loop goes round, and every BeatEvery while it
	// waits (0: it waits without beating): for a watchdog. During a run it is the
	// Runner who beats. It may be nil.
	Beat      func()
	BeatEvery time.Duration

	inForce   atomic.Pointer[Settings]
	unplanned bool // settings came and their schedule is not written yet
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
	for _, job := range osms.AsideJobs() {
		aside.Go(func() { s.serveAside(ctx, job) })
	}
	call(s.Ready)
	for {
		call(s.Beat)
		s.renew(ctx)
		s.poll(ctx)
		s.runDue(ctx, "")
		s.idle(ctx)
		call(s.Notify)
		if !s.wait(ctx) {
			return nil
		}
	}
}

// serveAside runs a job that runs beside the others until the context ends. It
// takes no settings, and no watchdog hears of it: that is about the loop.
func (s *Service) serveAside(ctx context.Context, job osms.Job) {
	for {
		s.runDue(ctx, job)
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.InForce().Poll):
		}
	}
}

func call(f func()) {
	if f != nil {
		f()
	}
}

// wait waits for the next look, or for new settings, and goes on beating; false
// when the context ended.
func (s *Service) wait(ctx context.Context) bool {
	next := time.NewTimer(s.InForce().Poll)
	defer next.Stop()
	var beat <-chan time.Time
	if s.BeatEvery > 0 {
		tick := time.NewTicker(s.BeatEvery)
		defer tick.Stop()
		beat = tick.C
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-next.C:
			return true
		case fresh := <-s.Fresh:
			s.take(ctx, fresh)
			return true
		case <-beat:
			call(s.Beat)
		}
	}
}

// idle says what comes next.
func (s *Service) idle(ctx context.Context) {
	if s.Status == nil || ctx.Err() != nil {
		return
	}
	now := s.InForce()
	var first osms.Job
	var at time.Time
	for _, job := range now.Timetable.Jobs() {
		due, err := now.Desk.Store.Due(ctx, job)
		if err != nil {
			s.Status("the registry is out of reach")
			return
		}
		if !due.IsZero() && (first == "" || due.Before(at)) {
			first, at = job, due
		}
	}
	if first == "" {
		s.Status("waiting for files")
		return
	}
	s.Status(fmt.Sprintf("waiting for files; next job: %s, %s", first, at.In(now.Desk.Zone).Format("2006-01-02 15:04")))
}

func (s *Service) doing(job osms.Job) {
	if s.Status != nil {
		s.Status("running " + string(job))
	}
}

// plan gives every job that was never planned its first due time, and takes
// note of a schedule that changed.
func (s *Service) plan(ctx context.Context) error {
	in := s.InForce()
	now := in.Runner.Clock()
	for _, job := range in.Timetable.Jobs() {
		due, err := in.Desk.Store.Due(ctx, job)
		if err != nil {
			return err
		}
		// What is past stays due; what is to come is what the timetable says today.
		if next := in.Timetable.Next(job, now); due.IsZero() || due.After(now) && !due.Equal(next) {
			due = next
			if err := in.Desk.Store.PutDue(ctx, job, due); err != nil {
				return err
			}
		}
		s.Log.Info("planned", "job", job, "due", due.In(in.Desk.Zone).Format(time.RFC3339))
	}
	return nil
}

// runDue runs what is due, the earliest first, until nothing is: of one job that
// runs aside, or ("") of those that do not.
func (s *Service) runDue(ctx context.Context, only osms.Job) {
	failed, aside := map[osms.Job]bool{}, only != ""
	for ctx.Err() == nil {
		if !aside {
			call(s.Beat)
			s.renew(ctx)
		}
		in := s.InForce()
		job, due, err := s.earliest(ctx, only, failed)
		if err != nil {
			s.Log.Error("the schedule cannot be read", "err", err)
			return
		}
		if job == "" {
			return
		}
		if job == osms.JobDeliver && !s.mailDue(ctx, in) {
			// No line in the journal for each look into an empty outbox.
			if err := in.Desk.Store.PutDue(ctx, job, in.Timetable.Next(job, in.Runner.Clock())); err != nil {
				s.Log.Error("the schedule cannot be written", "job", job, "err", err)
				failed[job] = true
			}
			continue
		}
		month := osms.DateOf(due.In(in.Desk.Zone)).Month()
		runner := in.Runner
		if aside {
			unheard := *runner
			unheard.Alive = nil
			runner = &unheard
		} else {
			s.doing(job)
		}
		_, err = runner.Run(ctx, osms.Run{Job: job, Month: month, Trigger: "schedule", Due: due},
			func(ctx context.Context, t Turn) (string, error) { return in.Desk.Do(ctx, t, job, month, t.Progress) })
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
		next := in.Timetable.Next(job, due)
		if now := in.Runner.Clock(); (job == osms.JobIntake || job.Apart()) && next.Before(now) {
			next = in.Timetable.Next(job, now) // what lies in the folders, in the outbox or on the servers was taken by one run
		}
		if err := in.Desk.Store.PutDue(ctx, job, next); err != nil {
			s.Log.Error("the schedule cannot be written", "job", job, "err", err)
			failed[job] = true
		}
	}
}

func (s *Service) earliest(ctx context.Context, only osms.Job, skip map[osms.Job]bool) (job osms.Job, due time.Time, err error) {
	in := s.InForce()
	now := in.Runner.Clock()
	for _, j := range in.Timetable.Jobs() {
		if j != only && (only != "" || j.Aside()) {
			continue
		}
		at, err := in.Desk.Store.Due(ctx, j)
		if err != nil {
			return "", due, err
		}
		if !skip[j] && !at.IsZero() && !at.After(now) && (job == "" || at.Before(due)) {
			job, due = j, at
		}
	}
	return job, due, nil
}

// mailDue reports whether a run of deliveries would have anything to do.
func (s *Service) mailDue(ctx context.Context, in Settings) bool {
	due, err := in.Desk.mailDue(ctx, in.Runner.Clock())
	if err != nil {
		s.Log.Error("the outbox cannot be read", "err", err)
	}
	return due
}

func quiet(string, int, int) {}

// poll looks into the drop folders and takes what is ready.
func (s *Service) poll(ctx context.Context) {
	in := s.InForce()
	polled, err := s.Folder.Poll(in.Desk.DiskClock())
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
	s.doing(osms.JobIntake)
	_, err = in.Runner.Run(ctx, osms.Run{Job: osms.JobIntake, Trigger: "folder"}, func(ctx context.Context, t Turn) (string, error) {
		return in.Desk.intakeRun(ctx, t, s.Folder, polled.Ready)
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
	runs, err := s.InForce().Desk.Store.CutOff(ctx, osms.JobIntake)
	if err != nil {
		s.Log.Error("the run journal cannot be read", "err", err)
	}
	s.recovered = err == nil && runs == 0
	return runs > 0
}
