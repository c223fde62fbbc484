package jobs

import (
	"context"
	"time"
)

// Settings are what a daemon works by. A reload replaces them whole, over the
// same open store, archive and folders; a run that is under way ends by those
// with which it began.
type Settings struct {
	Desk      *Desk
	Runner    *Runner
	Timetable *Timetable
	Poll      time.Duration
	// Taken is told when they are in force. It may be nil.
	Taken func()
}

// InForce gives the settings that the daemon works by now: whoever serves people
// beside the loop asks for them anew each time. It is safe for concurrent use.
func (s *Service) InForce() Settings {
	if in := s.inForce.Load(); in != nil {
		return *in
	}
	return Settings{Desk: s.Desk, Runner: s.Runner, Timetable: s.Timetable, Poll: s.Poll}
}

// renew takes settings that came during a run, and writes a schedule that could
// not be written when they came.
func (s *Service) renew(ctx context.Context) {
	select {
	case fresh := <-s.Fresh:
		s.take(ctx, fresh)
	default:
		if s.unplanned {
			s.replan(ctx)
		}
	}
}

func (s *Service) take(ctx context.Context, fresh Settings) {
	s.inForce.Store(&fresh)
	s.Folder = s.Folder.With(fresh.Desk.Drops)
	s.replan(ctx)
	call(fresh.Taken)
}

func (s *Service) replan(ctx context.Context) {
	err := s.plan(ctx)
	if s.unplanned = err != nil; s.unplanned {
		s.Log.Error("the schedule cannot be written", "err", err)
	}
}
