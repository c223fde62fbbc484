package casework

import (
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// Decision is what a step brings beside who and when: check an outcome, and with
// a refusal its ground and reason; answer what the previous organisation says; the
// step that closes a case the outgoing number of its letter. A hearing may bring
// an outcome of its own: the person was heard, and the executor thinks again.
type Decision struct {
	Outcome osms.CaseOutcome
	Ground  osms.Ground
	Reason  osms.CaseReason
	Answer  osms.Answer
	LeftOn  osms.Date
	Letter  string
	// Hearing: hearings before a refusal are switched on. It stands with each step,
	// so that a case folds as it was made, whatever the switch says later.
	Hearing bool
}

// StepRecord is a step as a store appends it.
type StepRecord struct {
	Done     osms.StepDone
	Decision Decision
}

// StepCode says why a step cannot be done.
type StepCode string

const (
	WrongStep     StepCode = "wrong_step"     // another step comes next
	Closed        StepCode = "closed"         // the case is closed
	WhoMissing    StepCode = "who_missing"    // nobody is named
	WhenMissing   StepCode = "when_missing"   // no time is named
	Before        StepCode = "before"         // earlier than the step before it, or than the receipt
	NeedsAnswer   StepCode = "needs_answer"   // of the previous organisation
	NeedsLeftOn   StepCode = "needs_left_on"  // the day on which the person left there
	LeftTooEarly  StepCode = "left_too_early" // a day before the register has the person begin there
	NeedsDecision StepCode = "needs_decision" // notified or refused
	NeedsGround   StepCode = "needs_ground"   // 1 to 5
	NeedsReason   StepCode = "needs_reason"   // or, by hand, the words in the note
	WrongGround   StepCode = "wrong_ground"   // the reason belongs to another ground
	NotHere       StepCode = "not_here"       // the step does not take what was decided
)

// StepError is a step that cannot be done, and why.
type StepError struct {
	Code StepCode
	Step osms.CaseStep
}

func (e *StepError) Error() string { return fmt.Sprintf("step %s: %s", e.Step, e.Code) }

// IsClosed reports whether nothing is left to do: the result is issued, or the
// application was not accepted.
func IsClosed(c osms.Case) bool {
	return c.Outcome == osms.CaseNotAccepted || c.Outcome == osms.CaseWithdrawn || done(c, osms.StepIssue) != nil
}

// Next is what may be done now, where hearings before a refusal are on or off:
// one step, or none when the case is closed. An open case may be withdrawn besides.
func Next(c osms.Case, hearing bool) []osms.CaseStep {
	if s := next(c, hearing); s != "" {
		return []osms.CaseStep{s}
	}
	return nil
}

func next(c osms.Case, hearing bool) osms.CaseStep {
	if IsClosed(c) {
		return ""
	}
	if len(c.Steps) == 0 {
		if c.Origin == osms.FromRoster {
			return osms.StepIssue
		}
		return osms.StepAccept
	}
	switch c.Steps[len(c.Steps)-1].Step {
	case osms.StepAccept:
		return osms.StepResolve
	case osms.StepResolve:
		if Elsewhere(c.Application) {
			return osms.StepAsk
		}
		return osms.StepCheck
	case osms.StepAsk:
		return osms.StepAnswer
	case osms.StepAnswer:
		return osms.StepCheck
	case osms.StepCheck:
		if hearing && c.Outcome == osms.CaseRefused {
			return osms.StepHear
		}
		return osms.StepSign
	case osms.StepHear:
		return osms.StepSign
	case osms.StepSign:
		return osms.StepIssue
	}
	return ""
}

// done is the step as it was done, or nil.
func done(c osms.Case, s osms.CaseStep) *osms.StepDone {
	if i := slices.IndexFunc(c.Steps, func(d osms.StepDone) bool { return d.Step == s }); i >= 0 {
		return &c.Steps[i]
	}
	return nil
}

// Do does a step and gives the case after it; c itself does not change. A step
// that cannot be done gives c and a *StepError.
func Do(c osms.Case, s osms.StepDone, d Decision) (osms.Case, error) {
	if code := refused(c, s, d); code != "" {
		return c, &StepError{code, s.Step}
	}
	after := c
	after.Steps = append(slices.Clip(c.Steps), s)
	switch s.Step {
	case osms.StepAccept:
		if len(c.Lacks) > 0 {
			after.Outcome, after.Letter = osms.CaseNotAccepted, d.Letter
		}
	case osms.StepAnswer:
		after.Answer, after.LeftOn = d.Answer, d.LeftOn
	case osms.StepCheck, osms.StepHear:
		if d.Outcome != osms.CaseOpen {
			after.Outcome, after.Ground, after.Reason = d.Outcome, d.Ground, d.Reason
		}
	case osms.StepWithdraw:
		after.Outcome, after.Ground, after.Reason = osms.CaseWithdrawn, 0, ""
	case osms.StepIssue:
		after.Letter = d.Letter
		if c.Origin == osms.FromRoster {
			after.Outcome = osms.CaseNotified
		}
	}
	return after, nil
}

// Fold makes a case again from how it was opened and the steps that were
// appended. A step that cannot be is an error with its place, and the case up to
// it.
func Fold(opened osms.Case, steps []StepRecord) (osms.Case, error) {
	c := opened
	for i, s := range steps {
		var err error
		if c, err = Do(c, s.Done, s.Decision); err != nil {
			return c, fmt.Errorf("step %d of %d: %w", i+1, len(steps), err)
		}
	}
	return c, nil
}

// refused says why a step cannot be done, or "".
func refused(c osms.Case, s osms.StepDone, d Decision) StepCode {
	if IsClosed(c) {
		return Closed
	}
	if want := next(c, d.Hearing); s.Step != want && (s.Step != osms.StepWithdraw || len(c.Steps) == 0) {
		if s.Step == osms.StepCheck && (want == osms.StepAsk || want == osms.StepAnswer) {
			return NeedsAnswer
		}
		return WrongStep
	}
	last := c.Received
	if n := len(c.Steps); n > 0 {
		last = c.Steps[n-1].At
	}
	switch {
	case strings.TrimSpace(s.By) == "":
		return WhoMissing
	case s.At.IsZero():
		return WhenMissing
	case s.At.Before(last):
		return Before
	}
	if s.Step == osms.StepWithdraw && strings.TrimSpace(s.Note) == "" {
		return NeedsReason
	}
	return undecided(c, s, d)
}

// undecided says what a decision lacks for its step, or has too much.
func undecided(c osms.Case, s osms.StepDone, d Decision) StepCode {
	decides := s.Step == osms.StepCheck || s.Step == osms.StepHear
	answers := s.Step == osms.StepAnswer
	closes := s.Step == osms.StepIssue || s.Step == osms.StepAccept && len(c.Lacks) > 0
	switch {
	case !decides && (d.Outcome != "" || d.Ground != 0 || d.Reason != ""), !answers && (d.Answer != "" || d.LeftOn != 0), !closes && d.Letter != "":
		return NotHere
	case answers && d.Answer != osms.StillStudy && d.Answer != osms.LeftThere && d.Answer != osms.NeverThere:
		return NeedsAnswer
	case answers && d.Answer == osms.LeftThere && d.LeftOn.IsZero():
		return NeedsLeftOn
	case answers && d.Answer != osms.LeftThere && !d.LeftOn.IsZero():
		return NotHere
	case !decides, s.Step == osms.StepHear && d.Outcome == osms.CaseOpen && d.Ground == 0 && d.Reason == "":
		return ""
	}
	switch {
	case d.Outcome == osms.CaseNotified && (d.Ground != 0 || d.Reason != "" && d.Reason != osms.ReasonByHand):
		return NotHere
	case d.Outcome == osms.CaseNotified:
		return ""
	case d.Outcome != osms.CaseRefused:
		return NeedsDecision
	case d.Ground < osms.GroundUnreliable || d.Ground > osms.GroundNoConsent:
		return NeedsGround
	case d.Reason == "", d.Reason == osms.ReasonByHand && strings.TrimSpace(s.Note) == "":
		return NeedsReason
	case d.Reason != osms.ReasonByHand && GroundOf(d.Reason) != d.Ground:
		return WrongGround
	}
	return ""
}
