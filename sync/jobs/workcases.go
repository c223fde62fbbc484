package jobs

import (
	"cmp"
	"context"
	"errors"
	"time"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// CasesDone counts what a run did on cases.
type CasesDone struct {
	Opened, Steps, Closed int
	// Waiting are open cases on which the program can do nothing: they wait for
	// people. Stuck are those that cannot go on, with the reason in the log.
	Waiting, Stuck int
	// Nearly and Overdue are the open cases that are late, or nearly.
	Nearly, Overdue int
	Paths           []string
}

// WorkCases does on every open case what the program may do by itself: the
// previous organisation's answer, where a roster gives it; every step, where the
// configuration says so. Then it prints what was issued.
func (d *Desk) WorkCases(ctx context.Context, turn Turn, progress Progress) (done CasesDone, err error) {
	fault := d.learnWording(ctx, turn)
	if done.Opened, err = d.OpenListed(ctx, turn); err != nil {
		return done, err
	}
	open, err := d.Store.Cases(ctx, store.CaseFilter{Open: true})
	if err != nil {
		return done, err
	}
	for i, f := range open {
		progress("cases", i, len(open))
		if err := ctx.Err(); err != nil {
			return done, err
		}
		c, err := caseOf(f)
		if err != nil {
			return done, err
		}
		if err := d.work(ctx, turn, c, &done); err != nil {
			if store.Lost(err) || errors.Is(err, store.ErrFenced) || ctx.Err() != nil {
				return done, err
			}
			turn.Log.Warn("a case cannot go on", "case", c.Number, "reason", err)
			done.Stuck++
		}
	}
	still, err := d.Cases(ctx, store.CaseFilter{Open: true}, turn.moment(turn.Now))
	if err != nil {
		return done, err
	}
	for _, c := range still {
		switch c.State {
		case casework.Nearly:
			done.Nearly++
		case casework.Overdue:
			done.Overdue++
		}
	}
	paths, err := d.PrintOffice(ctx, progress)
	done.Paths = append(done.Paths, paths...)
	return done, cmp.Or(err, fault)
}

func (d *Desk) work(ctx context.Context, turn Turn, c osms.Case, done *CasesDone) error {
	for !casework.IsClosed(c) {
		s, able, err := d.able(ctx, c, turn.moment(turn.Now))
		if err != nil {
			return err
		}
		if !able {
			done.Waiting++
			return nil
		}
		after, err := d.step(ctx, turn, c, s)
		if errors.Is(err, ErrFormUnknown) {
			done.Waiting++
			return nil
		}
		if err != nil {
			return err
		}
		c = after
		done.Steps++
	}
	done.Closed++
	return nil
}

// able is the next step of an open case, and whether the program may do it by
// itself at a moment.
func (d *Desk) able(ctx context.Context, c osms.Case, at time.Time) (s CaseStep, able bool, err error) {
	step := casework.Next(c, d.Casework.Hearing)[0]
	s = CaseStep{StepDone: osms.StepDone{Step: step, By: byProgram, At: at}}
	if last := c.Steps[len(c.Steps)-1].At; s.At.Before(last) {
		s.At = last
	}
	switch {
	case step == osms.StepAnswer:
		left, ok, err := d.leftByRegister(ctx, c)
		s.Answer, s.LeftOn = osms.LeftThere, left
		return s, ok, err
	case !d.Casework.Automatic, step == osms.StepHear:
		return s, false, nil
	}
	return s, true, nil
}

// leftByRegister tells whether a roster of the previous organisation says that the
// person left it, and on what day.
func (d *Desk) leftByRegister(ctx context.Context, c osms.Case) (left osms.Date, ok bool, err error) {
	facts, _, err := d.Store.History(ctx, c.Person)
	if err != nil {
		return 0, false, err
	}
	for _, f := range facts {
		if f.KnownUntil != 0 || f.BIN != c.Previous {
			continue
		}
		if f.Until == osms.Forever || !f.Ending.Departure() {
			return 0, false, nil
		}
		left = max(left, f.Until)
	}
	return left, left != 0, nil
}
