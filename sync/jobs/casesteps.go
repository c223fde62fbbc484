package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// ErrNoCase says that there is no case of this number. ErrFormUnknown says that a
// case cannot be notified of: neither the roster nor the application says in what
// form the person studies, and it is never guessed.
var (
	ErrNoCase      = errors.New("there is no case of this number")
	ErrFormUnknown = errors.New("the form of study is not known")
)

// BoundError says that a ground binds: the executor may not decide otherwise.
type BoundError struct {
	Ground osms.Ground
	Reason osms.CaseReason
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("the service must be refused on ground %d: %s", e.Ground, e.Reason)
}

// CaseStep is a step that somebody does on a case.
type CaseStep struct {
	osms.StepDone
	// Outcome, Ground and Reason decide a check or a hearing by hand; without them
	// the check finds its outcome by the rules.
	Outcome osms.CaseOutcome
	Ground  osms.Ground
	Reason  osms.CaseReason
	Answer  osms.Answer
	LeftOn  osms.Date
	// Form, Level and Since are what the executor knows of the study that the
	// application does not say.
	Form  osms.StudyForm
	Level osms.Level
	Since osms.Date
}

// StepCase does the next step of a case. A step that cannot be done is a
// *casework.StepError; a letter that the step brings about is registered with it,
// and printed by PrintOffice.
func (d *Desk) StepCase(ctx context.Context, turn Turn, number osms.CaseNumber, s CaseStep) (osms.Case, error) {
	files, err := d.Store.Cases(ctx, store.CaseFilter{Number: number})
	if err != nil {
		return osms.Case{}, err
	}
	if len(files) == 0 {
		return osms.Case{}, ErrNoCase
	}
	c, err := caseOf(files[0])
	if err != nil {
		return c, err
	}
	if next := casework.Next(c, d.Casework.Hearing); s.Step == "" && len(next) > 0 {
		s.Step = next[0]
	}
	return d.step(ctx, turn, c, s)
}

func (d *Desk) step(ctx context.Context, turn Turn, c osms.Case, s CaseStep) (osms.Case, error) {
	s.At = s.At.UTC().Truncate(time.Second)
	decision := casework.Decision{Outcome: s.Outcome, Ground: s.Ground, Reason: s.Reason, Answer: s.Answer, LeftOn: s.LeftOn, Hearing: d.Casework.Hearing}
	if s.Step == osms.StepIssue {
		decision.Letter = "?" // it is numbered in the transaction
	}
	decides := s.Step == osms.StepCheck || s.Step == osms.StepHear
	var f casework.Findings
	if decides && slices.Contains(casework.Next(c, d.Casework.Hearing), s.Step) {
		var err error
		if f, err = d.findings(ctx, c, osms.DateOf(s.At.In(d.Zone))); err != nil {
			return c, err
		}
		if f.Application.StudyForm == "" {
			f.Application.StudyForm = s.Form
		}
		v := casework.Check(f, d.rule(osms.DateOf(c.Received.In(d.Zone))))
		switch {
		case s.Outcome == osms.CaseOpen && s.Step == osms.StepHear: // heard, and nothing changes
		case s.Outcome == osms.CaseOpen:
			decision.Outcome, decision.Ground, decision.Reason = v.Outcome, v.Ground, v.Reason
		case s.Outcome == osms.CaseNotified && v.Ground >= osms.GroundCourtBan:
			return c, &BoundError{v.Ground, v.Reason}
		case s.Outcome != v.Outcome && strings.TrimSpace(s.Note) == "":
			return c, &casework.StepError{Code: casework.NeedsReason, Step: s.Step}
		}
	}
	after, err := casework.Do(c, s.StepDone, decision)
	if err != nil {
		return c, err
	}
	if s.Step == osms.StepAnswer && s.Answer == osms.LeftThere {
		if early, err := d.beganLater(ctx, c, s.LeftOn); err != nil || early {
			return c, cmp.Or(err, error(&casework.StepError{Code: casework.LeftTooEarly, Step: s.Step}))
		}
	}
	if decides && decision.Outcome == osms.CaseNotified { // a step that cannot be done updates nothing
		if after.Update, err = d.update(ctx, turn, c, f, s); err != nil {
			return c, err
		}
	}
	if decides && after.Outcome == osms.CaseRefused {
		// What the case brought before a crash came between that and a step that now
		// refuses is taken back.
		brought, err := d.broughtBy(ctx, c)
		if err != nil {
			return c, err
		}
		if brought != 0 {
			if undone, err := d.Undo(ctx, turn, brought, UndoOptions{Reason: "case " + c.Number.String() + " is refused"}); err != nil {
				return c, err
			} else if !undone.Undone {
				return c, fmt.Errorf("case %s: imports %v rest on what it brought", c.Number, undone.BlockedBy)
			}
		}
	}
	err = d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		var w store.Casework
		record := store.CaseStep{StepDone: s.StepDone, Outcome: decision.Outcome, Ground: decision.Ground, Reason: decision.Reason, Answer: decision.Answer,
			LeftOn: decision.LeftOn}
		if decides {
			record.Updated = after.Update
		}
		closed := time.Time{}
		if casework.IsClosed(after) {
			closed, record.Outcome = s.At, after.Outcome
		}
		today := osms.DateOf(turn.moment(s.At).In(d.Zone))
		switch s.Step {
		case osms.StepAsk:
			l, err := d.reserve(t, c.Region, today)
			if err != nil {
				return err
			}
			if l, err = d.issue(t, after, osms.LetterQuestion, l); err != nil {
				return err
			}
			w.Letters = append(w.Letters, l)
		case osms.StepIssue:
			l, err := d.result(t, after, today)
			if err != nil {
				return err
			}
			w.Letters = append(w.Letters, l)
			record.Letter = l.Outgoing()
			after.Letter = record.Letter
		}
		record, err := t.AddStep(c.Number, len(c.Steps), record, closed)
		if err != nil {
			return err
		}
		w.Steps = append(w.Steps, record)
		return t.Audit(turn.moment(s.At), store.AuditCasework, w.Digest())
	})
	if err != nil {
		return c, err
	}
	return after, nil
}

// beganLater reports whether the register has the person begin at the previous
// organisation only after a day: then that cannot be the one of leaving.
func (d *Desk) beganLater(ctx context.Context, c osms.Case, left osms.Date) (bool, error) {
	facts, _, err := d.Store.History(ctx, c.Person)
	return slices.ContainsFunc(facts, func(f store.KnownFact) bool {
		return f.KnownUntil == 0 && f.BIN == c.Previous && f.First > left
	}), err
}
