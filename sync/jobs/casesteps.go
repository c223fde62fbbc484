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

// findings are what the register says about an application on a day.
func (d *Desk) findings(ctx context.Context, c osms.Case, day osms.Date) (casework.Findings, error) {
	f := casework.Findings{Application: c.Application, Day: day, Answer: c.Answer, LeftOn: c.LeftOn}
	o, err := d.Store.Organisation(ctx, c.BIN)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return f, err
	}
	f.Provider = known && (o.ClosedOn == 0 || day <= o.ClosedOn) || d.configured(c.BIN).BIN != 0
	facts, _, err := d.Store.History(ctx, c.Person)
	if err != nil {
		return f, err
	}
	newest := int64(0)
	for _, x := range facts {
		if x.KnownUntil == 0 && x.KnownFrom >= newest {
			newest, f.Registered = x.KnownFrom, x.Name
		}
		if x.KnownUntil == 0 && x.BIN == c.BIN && x.From <= day && day <= x.Until {
			f.InRoster, f.RosterForm = true, x.Facts.Form
		}
	}
	happened, err := d.Store.EventsOf(ctx, c.Person)
	if err != nil {
		return f, err
	}
	for _, e := range happened {
		if e.KnownUntil == 0 {
			f.Events = append(f.Events, e.Event)
		}
	}
	err = d.unblocked(ctx, c.Person)
	if f.Blocked = errors.Is(err, ErrBlocked); f.Blocked {
		err = nil
	}
	return f, err
}

// result registers the document that a decided case is issued with.
func (d *Desk) result(t *store.Tx, c osms.Case, today osms.Date) (store.OfficeLetter, error) {
	l, err := d.reserve(t, c.Region, today)
	if err != nil {
		return l, err
	}
	if c.Outcome == osms.CaseRefused {
		return d.issue(t, c, osms.LetterRefusal, l)
	}
	return d.notify(t, c, l)
}

// notify registers the notification of a case: what the register now says of the
// person at the organisation applied to.
func (d *Desk) notify(t *store.Tx, c osms.Case, l store.OfficeLetter) (store.OfficeLetter, error) {
	facts, _, err := t.History(c.Person)
	if err != nil {
		return l, err
	}
	var standing store.KnownFact
	updated := false
	for _, f := range facts {
		if f.KnownUntil == 0 && f.BIN == c.BIN && f.From >= standing.From {
			standing = f
		}
		updated = updated || f.BIN == c.BIN && f.KnownFrom != c.Update
	}
	if standing.BIN == 0 {
		return l, fmt.Errorf("case %s: the register does not say that the person studies there", c.Number)
	}
	o, err := organisationOr(t, c.BIN, c.Region)
	if err != nil {
		return l, err
	}
	says := osms.Letter{Number: l.Outgoing(), Date: l.Dated, Person: c.Person, Name: standing.Name, Birth: standing.Birth, Action: osms.Entered,
		Facts: standing.Facts, First: standing.First, Last: standing.Until, Effective: max(standing.From.Month(), standing.First.Month()),
		Case: c.Number.String(), Received: c.Counted}
	if updated {
		says.Action = osms.Updated
	}
	if says.Last == osms.Forever {
		says.Last = 0
	}
	if updated && c.Update == 0 { // the register had it all: it is confirmed from the month of the application on
		says.Effective = max(says.Effective, c.Counted.Month())
	}
	says.Category = d.categoryIn(c.Person, says.Effective)
	says.Basis = d.rule(l.Dated).Basis(says.Category)
	b := osms.LetterBundle{Organisation: o, Provider: d.provider(o), Date: l.Dated, Letters: []osms.Letter{says}}
	if fault := d.wording().Unprintable(b)[0]; fault != nil {
		return l, fmt.Errorf("case %s: %w", c.Number, fault)
	}
	if l.Content, err = keepNotification(b); err != nil {
		return l, err
	}
	l.BIN, l.Person, l.Kind, l.Matter, l.Texts = c.BIN, c.Person, osms.LetterNotification, c.Number.String(), textsDigest(d.wording())
	l.Action, l.First, l.Last, l.Effective = says.Action, says.First, says.Last, says.Effective
	l.Known, err = t.Last()
	if err != nil {
		return l, err
	}
	return t.PutOfficeLetter(l)
}

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
	fault := d.LearnWording(ctx, turn.Now)
	if fault != nil {
		turn.Log.Error("the wording of letters is broken: the last good one stays in use", "err", fault)
	}
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
		step := casework.Next(c, d.Casework.Hearing)[0]
		s := CaseStep{StepDone: osms.StepDone{Step: step, By: byProgram, At: turn.moment(turn.Now)}}
		if last := c.Steps[len(c.Steps)-1].At; s.At.Before(last) {
			s.At = last
		}
		switch {
		case step == osms.StepAnswer:
			left, ok, err := d.leftByRegister(ctx, c)
			if err != nil {
				return err
			}
			if !ok {
				done.Waiting++
				return nil
			}
			s.Answer, s.LeftOn = osms.LeftThere, left
		case !d.Casework.Automatic, step == osms.StepHear:
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
