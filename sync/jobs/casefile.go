package jobs

import (
	"fmt"
	"slices"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// caseOf makes a case again from what is stored of it.
func caseOf(f store.CaseFile) (osms.Case, error) {
	a, err := applicationKept(f.Content)
	if err != nil {
		return osms.Case{}, err
	}
	c := osms.Case{Number: f.Number, Application: a, Region: f.Number.Region, Days: f.Days, Counted: f.Counted, Deadline: f.Deadline,
		Origin: f.Origin, Import: f.Import}
	c.Received = f.Received
	if len(f.Steps) > 0 {
		c.Lacks = f.Steps[0].Lacks
	}
	heard := slices.ContainsFunc(f.Steps, func(s store.CaseStep) bool { return s.Step == osms.StepHear })
	records := make([]casework.StepRecord, len(f.Steps))
	for i, s := range f.Steps {
		records[i] = casework.StepRecord{Done: s.StepDone, Decision: casework.Decision{Outcome: s.Outcome, Ground: s.Ground, Reason: s.Reason,
			Answer: s.Answer, LeftOn: s.LeftOn, Letter: s.Letter, Hearing: heard}}
		if s.Step == osms.StepAccept || s.Step == osms.StepIssue || s.Step == osms.StepWithdraw {
			records[i].Decision = casework.Decision{Letter: s.Letter, Hearing: heard} // the outcome stands there for whoever reads the table
		}
		if s.Updated != 0 {
			c.Update = s.Updated
		}
	}
	if c, err = casework.Fold(c, records); err != nil {
		return c, fmt.Errorf("case %s: %w", f.Number, err)
	}
	return c, nil
}

// fileOf is what is stored of a case that is opened, with its steps so far.
func fileOf(c osms.Case, rules string) (store.CaseFile, error) {
	content, err := keepApplication(c.Application)
	f := store.CaseFile{Number: c.Number, Person: c.Person, BIN: c.BIN, Incoming: c.Incoming, Received: c.Received, Counted: c.Counted, Deadline: c.Deadline,
		Days: c.Days, Origin: c.Origin, Import: c.Import, Rules: rules, Content: content}
	for _, s := range c.Steps {
		f.Steps = append(f.Steps, store.CaseStep{StepDone: s})
	}
	if n := len(f.Steps); n > 0 {
		f.Steps[0].Lacks = c.Lacks
		if casework.IsClosed(c) {
			f.Closed = f.Steps[n-1].At
			f.Steps[n-1].Outcome, f.Steps[n-1].Letter = c.Outcome, c.Letter
		}
	}
	return f, err
}
