package web

import (
	"context"
	"errors"
	"net/http"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// runnable are the jobs of the schedule that an administrator may run now.
func runnable() []osms.Job {
	return []osms.Job{osms.JobIntake, osms.JobAssess, osms.JobReconcile, osms.JobLetters, osms.JobReminders, osms.JobCases, osms.JobRequests, osms.JobMonth}
}

// startRun begins a job and does not wait for its end: the run goes on when
// whoever asked has gone. It returns when the run has its number, or a
// *store.BusyError when another one goes on.
func (s *Server) startRun(q *ask, job osms.Job, month osms.Month) (osms.Run, error) {
	began, ended := make(chan osms.Run, 1), make(chan error, 1)
	desk, run := q.desk, q.begun(job, month)
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		_, err := s.Runner.Run(s.background, run, func(ctx context.Context, t jobs.Turn) (string, error) {
			began <- t.Run
			return desk.Do(ctx, t, job, month, t.Progress)
		})
		if err != nil && s.background.Err() == nil {
			s.Log.Warn("a run failed", "job", job, "err", err)
		}
		ended <- err
	}()
	select {
	case run := <-began:
		return run, nil
	case err := <-ended:
		select {
		case run := <-began: // it was quicker than we are
			return run, nil
		default:
		}
		if err == nil {
			err = errors.New("a run ended that never began")
		}
		return run, err
	}
}

// cancelRun asks a run to stop. One of another process cannot be reached from
// here.
func (s *Server) cancelRun(q *ask, id int64) (osms.Run, error) {
	run, err := q.store().RunNumbered(q.ctx(), id)
	switch {
	case err != nil:
		return run, err
	case run.State != osms.Running:
		return run, refused(http.StatusConflict, "refused.runended")
	case !s.live.end(id, q.account.Login):
		return run, refused(http.StatusConflict, "refused.elsewhere")
	}
	return run, nil
}
