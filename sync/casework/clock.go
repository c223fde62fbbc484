package casework

import (
	"slices"
	"time"

	"osmsd/sync/calendar"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// State says how a case stands against its term.
type State string

const (
	InTime     State = "in_time"
	Nearly     State = "nearly" // no more of the term is left than the rule's share
	Overdue    State = "overdue"
	DoneInTime State = "done_in_time"
	DoneLate   State = "done_late"
)

// PreviousOrganisation does the step of answering.
const PreviousOrganisation law.Role = "previous_organisation"

// Clock is how much time a case has, at a moment.
type Clock struct {
	Step osms.CaseStep // that comes next; "" when the case is closed
	By   law.Role      // who does it
	// StepBudget is what the regulation allows for the step, StepSpent what has gone
	// by of it, StepLeft the rest, below 0 when it is overrun: working minutes since
	// the step before was done. Asking is part of the executor's step, and the time
	// in which the previous organisation is to answer is not the executor's: until
	// it comes the three stand still. A hearing has no budget; its StepLeft is 0.
	StepBudget, StepSpent, StepLeft int
	// TermLeft is the working time until the deadline, below 0 since it passed; of a
	// closed case, what was left when it was closed. Left is the same in words of
	// days.
	TermLeft time.Duration
	Left     calendar.Left
	// TermWhole is the working time from the receipt to the deadline; 0: no term.
	TermWhole time.Duration
	State     State
}

// ClockAt reads the clock of a case at a moment, where hearings are on or off.
// The term runs on while the previous organisation is asked. A case that a roster
// opened has no term and is never late.
func ClockAt(c osms.Case, hearing bool, now time.Time, r law.Rule, cal *calendar.Calendar, h calendar.Hours) Clock {
	clock := Clock{Step: next(c, hearing)}
	at := now
	if IsClosed(c) {
		at = c.Steps[len(c.Steps)-1].At
	} else {
		clock.step(c, now, r, cal, h)
	}
	late := false
	if !c.Deadline.IsZero() {
		late = at.After(c.Deadline)
		clock.TermLeft = cal.WorkingTime(at, c.Deadline, h) - cal.WorkingTime(c.Deadline, at, h)
		clock.TermWhole = cal.WorkingTime(c.Received, c.Deadline, h)
		clock.Left = h.Left(clock.TermLeft)
		clock.Left.Late = late
	}
	switch {
	case clock.Step == "" && late:
		clock.State = DoneLate
	case clock.Step == "":
		clock.State = DoneInTime
	case late:
		clock.State = Overdue
	case !c.Deadline.IsZero() && nearly(c, clock, r):
		clock.State = Nearly
	default:
		clock.State = InTime
	}
	return clock
}

func nearly(c osms.Case, k Clock, r law.Rule) bool {
	term := r.Usual
	if Elsewhere(c.Application) {
		term = r.Elsewhere
	}
	return k.TermLeft*100 <= k.TermWhole*time.Duration(term.NearlyPercent)
}

// Taken is a step on the way of a case, done or still to come.
type Taken struct {
	osms.StepDone // By "" and At zero: still to come
	Role          law.Role
	// Budget is what the regulation allows for the step, Spent what it took, in
	// working minutes; a step without a budget has 0 and 0.
	Budget, Spent int
}

// Way is every step of a case in order: those that were done, each with the time
// that it took, and of an open case those that are to come. Closing without a
// result, answering and a hearing have no budget; asking and the check share one.
func Way(c osms.Case, hearing bool, r law.Rule, cal *calendar.Calendar, h calendar.Hours) []Taken {
	var way []Taken
	for i, s := range c.Steps {
		before := c
		before.Steps = c.Steps[:i]
		if before.Outcome == osms.CaseNotAccepted || before.Outcome == osms.CaseWithdrawn {
			before.Outcome = osms.CaseOpen
		}
		taken := Taken{StepDone: s}
		if k := (Clock{Step: s.Step}); s.Step != osms.StepWithdraw && c.Origin != osms.FromRoster {
			k.step(before, s.At, r, cal, h)
			taken.Role = k.By
			if s.Step != osms.StepAnswer && s.Step != osms.StepHear {
				taken.Budget, taken.Spent = k.StepBudget, k.StepSpent
			}
		}
		way = append(way, taken)
	}
	for _, step := range toCome(c, hearing) {
		taken := Taken{StepDone: osms.StepDone{Step: step}}
		if s, ok := r.Step(step); ok {
			taken.Role, taken.Budget = s.By, s.Minutes
		} else if step == osms.StepAnswer {
			taken.Role = PreviousOrganisation
		} else {
			taken.Role = law.Executor
		}
		way = append(way, taken)
	}
	return way
}

// toCome are the steps that are left, as far as they can be known.
func toCome(c osms.Case, hearing bool) (out []osms.CaseStep) {
	for {
		step := next(c, hearing)
		if step == "" {
			return out
		}
		out = append(out, step)
		c.Steps = append(slices.Clip(c.Steps), osms.StepDone{Step: step})
	}
}

// step fills in the clock of the step that comes next.
func (k *Clock) step(c osms.Case, now time.Time, r law.Rule, cal *calendar.Calendar, h calendar.Hours) {
	from := c.Received
	if n := len(c.Steps); n > 0 {
		from = c.Steps[n-1].At
	}
	budgeted := k.Step
	spent := cal.WorkingTime(from, now, h)
	switch k.Step {
	case osms.StepAsk, osms.StepAnswer, osms.StepCheck:
		budgeted = osms.StepCheck
		spent = executorSpent(c, now, cal, h)
	}
	s, _ := r.Step(budgeted)
	k.By, k.StepBudget, k.StepSpent = s.By, s.Minutes, int(spent/time.Minute)
	k.StepLeft = k.StepBudget - k.StepSpent
	switch k.Step {
	case osms.StepAnswer:
		k.By = PreviousOrganisation
	case osms.StepHear:
		k.By, k.StepLeft = law.Executor, 0
	}
}

// executorSpent is the executor's working time before the check is done: from the
// head's resolution on, without the wait for the previous organisation's answer.
func executorSpent(c osms.Case, now time.Time, cal *calendar.Calendar, h calendar.Hours) time.Duration {
	resolved := done(c, osms.StepResolve)
	if resolved == nil {
		return 0
	}
	asked, answered := done(c, osms.StepAsk), done(c, osms.StepAnswer)
	if asked == nil {
		return cal.WorkingTime(resolved.At, now, h)
	}
	spent := cal.WorkingTime(resolved.At, asked.At, h)
	if answered != nil {
		spent += cal.WorkingTime(answered.At, now, h)
	}
	return spent
}
