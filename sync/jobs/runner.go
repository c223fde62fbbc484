package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Runner gives every run the same shape.
type Runner struct {
	Store *store.Store
	// Clock is read once a run, and to keep the lease alive.
	Clock  func() time.Time
	Holder string // who we are, for whoever finds the registry busy
	Log    *slog.Logger
	// Versions names the dated data that runs use; the journal records it.
	Versions string
	// CleanUp is called when an earlier run was cut off. It may be nil.
	CleanUp func() error
	// Watch is told of every run as it goes on. It may be nil.
	Watch Watch
	// Alive is called during a run at every renewal of its lease, as long as the
	// run gets somewhere: for a watchdog. It may be nil. See pulse.
	Alive func()
	// Renew is how often the lease is renewed, and Patience how long a run may go
	// on without a commit before it counts as stuck. Zero: 30 s and 1 h.
	Renew, Patience time.Duration
}

// Watch looks on while runs go on, for whoever wants to see how far one has come
// or to end it.
type Watch interface {
	// Began is told that a run began. cancel ends it, naming who wants that; what
	// is given hears how far the run has come.
	Began(run osms.Run, cancel func(who string)) Progress
	// Ended is told how it ended.
	Ended(run osms.Run)
}

// CancelledError says that somebody ended a run before it was done.
type CancelledError struct{ Who string }

func (e *CancelledError) Error() string { return "cancelled by " + e.Who }

// Turn is what a run may use: its only "now", its lease, its line in the
// journal.
type Turn struct {
	Now   time.Time
	Lease store.Lease
	Run   osms.Run
	Log   *slog.Logger
	// Progress hears how far the run has come; never nil in a run of a Runner.
	Progress Progress

	known *knownPersons
	clock func() time.Time
}

func (t Turn) progress(step string, done, all int) {
	if t.Progress != nil {
		t.Progress(step, done, all)
	}
}

// moment is the running time of the run: when something is committed. Without a
// run it is the moment given.
func (t Turn) moment(otherwise time.Time) time.Time {
	if t.clock == nil {
		return otherwise
	}
	return t.clock().UTC().Truncate(time.Second)
}

const (
	leaseName = "registry"
	leaseMail = "mail"
	leaseTime = 2 * time.Minute
)

// leaseFor is the lease that a job holds while it runs. Those that wait for other
// people's servers have their own: one that is slow keeps nobody from the
// registry.
func leaseFor(job osms.Job) string {
	switch {
	case job == osms.JobDeliver:
		return leaseMail
	case job.Apart():
		return string(job)
	}
	return leaseName
}

// Run takes the lease (or returns a *store.BusyError, also when another run of this
// process has it), opens a line in the run
// journal and calls do. Whatever do does, a panic included, the line is closed
// with the outcome and the lease is given back. The message that do returns is
// what the journal shows. A run with a due time that ran before returns
// store.ErrOnce and does nothing.
func (r *Runner) Run(ctx context.Context, run osms.Run, do func(context.Context, Turn) (message string, err error)) (osms.Run, error) {
	now := r.Clock().UTC().Truncate(time.Second)
	if !r.Store.Enter(leaseFor(run.Job), r.Holder) {
		return run, &store.BusyError{Holder: r.Holder, Until: now.Add(leaseTime)}
	}
	defer r.Store.Leave(leaseFor(run.Job), r.Holder)
	lease, err := r.Store.TakeLease(ctx, leaseFor(run.Job), r.Holder, now, now.Add(leaseTime))
	if err != nil {
		return run, err
	}
	// What must be written at the end is written even when ctx has ended.
	closing := context.WithoutCancel(ctx)
	defer func() {
		if err := r.Store.DropLease(closing, lease); err != nil {
			r.Log.Error("lease not given back", "err", err)
		}
	}()
	if n, err := r.Store.InterruptRuns(ctx, run.Job, now, "the process ended before the run did"); err != nil {
		return run, err
	} else if n > 0 {
		r.Log.Warn("runs were cut off", "runs", n)
		if r.CleanUp != nil {
			if err := r.CleanUp(); err != nil {
				r.Log.Warn("leftovers of an earlier run cannot be removed", "err", err)
			}
		}
	}
	run.Started, run.Versions = now, r.Versions
	if run, err = r.Store.BeginRun(ctx, run); err != nil {
		return run, err
	}
	alive, cancel := context.WithCancelCause(ctx)
	kept := r.keep(alive, cancel, lease)
	progress := Progress(quiet)
	if r.Watch != nil {
		progress = r.Watch.Began(run, func(who string) { cancel(&CancelledError{who}) })
	}
	message, err := guarded(alive, do, Turn{Now: now, Lease: lease, Run: run, Log: r.Log.With("run", run.ID, "job", run.Job), Progress: progress, known: &knownPersons{}, clock: r.Clock})
	var cancelled *CancelledError
	if err != nil && errors.As(context.Cause(alive), &cancelled) {
		err = cancelled
	}
	cancel(nil)
	<-kept
	run.Finished, run.Message, run.State = r.Clock().UTC().Truncate(time.Second), message, osms.Done
	switch {
	case err != nil && ctx.Err() != nil:
		run.State, run.Message = osms.Interrupted, "stopped by a signal"
	case cancelled != nil && err != nil:
		run.State, run.Message = osms.Interrupted, err.Error()
	case store.Lost(err):
		run.State, run.Message = osms.Interrupted, fmt.Sprintf("%v", err)
	case err != nil:
		run.State, run.Message = osms.Failed, fmt.Sprintf("%v", err)
	}
	if cerr := r.Store.EndRun(closing, run); cerr != nil {
		err = errors.Join(err, cerr)
	}
	if r.Watch != nil {
		r.Watch.Ended(run)
	}
	r.Log.Info("run ended", "run", run.ID, "job", run.Job, "state", run.State)
	return run, err
}

// PanicError is a panic inside a run.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

func guarded(ctx context.Context, do func(context.Context, Turn) (string, error), t Turn) (message string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, debug.Stack()}
			t.Log.Error("panic", "stack", string(debug.Stack()))
		}
	}()
	return do(ctx, t)
}

// keep extends the lease while a run goes on, and ends the run when the lease
// is lost.
func (r *Runner) keep(ctx context.Context, cancel context.CancelCauseFunc, lease store.Lease) <-chan struct{} {
	done, life := make(chan struct{}), r.pulse()
	go func() {
		defer close(done)
		tick := time.NewTicker(cmp.Or(r.Renew, leaseTime/4))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				err := r.Store.ExtendLease(ctx, lease, r.Clock().UTC().Add(leaseTime))
				if errors.Is(err, store.ErrFenced) {
					r.Log.Error("the lease was lost", "err", err)
					cancel(err)
					return
				}
				life.beat(err)
			}
		}
	}()
	return done
}
