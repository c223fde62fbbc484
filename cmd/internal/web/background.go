package web

import (
	"context"
	"sync"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// background is what goes on after the request that began it, in the life of the
// server.
type background struct {
	life  context.Context
	cease context.CancelFunc
	tasks sync.WaitGroup
}

func (b *background) begin(ctx context.Context) { b.life, b.cease = context.WithCancel(ctx) }

// end stops what goes on and waits for it.
func (b *background) end() {
	b.cease()
	b.tasks.Wait()
}

// do does something in the life of the server.
func (b *background) do(task func(ctx context.Context)) { b.tasks.Go(func() { task(b.life) }) }

// startRun begins a run that goes on after the request. It returns once the run is
// in the journal, with its number, or once it is certain that it did not begin: a
// *store.BusyError where somebody else works.
func (s *Server) startRun(run osms.Run, do func(context.Context, jobs.Turn) (string, error)) (int64, error) {
	begun, failed := make(chan int64, 1), make(chan error, 1)
	s.background.do(func(ctx context.Context) {
		underWay := false
		done, err := s.Runner.Run(ctx, run, func(ctx context.Context, t jobs.Turn) (string, error) {
			underWay = true
			begun <- t.Run.ID
			return do(ctx, t)
		})
		switch {
		case !underWay:
			failed <- err
		case err != nil && ctx.Err() == nil:
			s.Log.Warn("a run failed", "run", done.ID, "job", done.Job, "err", err)
		}
	})
	select {
	case id := <-begun:
		return id, nil
	case err := <-failed:
		return 0, err
	}
}
