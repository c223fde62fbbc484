package shape

import (
	"fmt"
	"time"

	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// CaseStep is a step of a case that was done.
type CaseStep struct {
	Step osms.CaseStep `json:"step"`
	By   string        `json:"by"`
	At   time.Time     `json:"at"`
	Note string        `json:"note"`
}

// Case is an application for service A with its clock. Times left are working
// minutes, negative when they have run out.
type Case struct {
	Number   string           `json:"number"`
	Incoming string           `json:"incoming"`
	Origin   osms.CaseOrigin  `json:"origin"`
	Region   osms.Region      `json:"region"`
	BIN      osms.BIN         `json:"bin"`
	Previous osms.BIN         `json:"previous_bin"`
	IIN      string           `json:"iin"`
	Name     string           `json:"name"`
	Received time.Time        `json:"received_at"`
	Counted  osms.Date        `json:"counted"`
	Days     int              `json:"term_days"`
	Deadline *time.Time       `json:"deadline"`
	State    casework.State   `json:"state"`
	Step     osms.CaseStep    `json:"next_step"`
	StepBy   string           `json:"next_by"`
	StepLeft int              `json:"step_left_minutes"`
	TermLeft int              `json:"term_left_minutes"`
	Lacks    []osms.Lack      `json:"lacks"`
	Answer   osms.Answer      `json:"answer"`
	Outcome  osms.CaseOutcome `json:"outcome"`
	Ground   osms.Ground      `json:"ground"`
	Reason   osms.CaseReason  `json:"reason"`
	Letter   string           `json:"letter"`
	Import   int64            `json:"import"`
	Update   int64            `json:"update"`
	Steps    []CaseStep       `json:"steps"`
}

// CaseOf shows a case with its moments in a zone.
func CaseOf(c jobs.CaseAt, zone *time.Location) Case {
	out := Case{Number: c.Number.String(), Incoming: c.Incoming, Origin: c.Origin, Region: c.Region, BIN: c.BIN, Previous: c.Previous, IIN: c.Person.Digits(),
		Name: c.Name.String(), Received: c.Received.In(zone), Counted: c.Counted, Days: c.Days, State: c.State, Step: c.Step, StepBy: string(c.By), StepLeft: c.StepLeft,
		TermLeft: int(c.TermLeft / time.Minute), Lacks: append([]osms.Lack{}, c.Lacks...), Answer: c.Answer, Outcome: c.Outcome, Ground: c.Ground, Reason: c.Reason,
		Letter: c.Letter, Import: c.Import, Update: c.Update, Steps: []CaseStep{}}
	if c.Days > 0 { // a change that a roster reported has no term
		deadline := c.Deadline.In(zone)
		out.Deadline = &deadline
	}
	for _, s := range c.Case.Steps {
		out.Steps = append(out.Steps, CaseStep{s.Step, s.By, s.At.In(zone), s.Note})
	}
	return out
}

// Tally counts cases; median and longest are working minutes.
type Tally struct {
	Received    int            `json:"received"`
	NotAccepted int            `json:"not_accepted"`
	Notified    int            `json:"notified"`
	Refused     int            `json:"refused"`
	Withdrawn   int            `json:"withdrawn"`
	ByGround    map[string]int `json:"by_ground"`
	Open        int            `json:"open"`
	OneDay      int            `json:"one_day"`
	FourDays    int            `json:"four_days"`
	InTime      int            `json:"in_time"`
	Late        int            `json:"late"`
	Nearly      int            `json:"nearly"`
	Overdue     int            `json:"overdue"`
	Median      int            `json:"median_minutes"`
	Longest     int            `json:"longest_minutes"`
	FromRoster  int            `json:"from_roster"`
}

// TallyOf shows counted cases.
func TallyOf(t casework.Tally) Tally {
	out := Tally{t.Received, t.NotAccepted, t.Notified, t.Refused, t.Withdrawn, map[string]int{}, t.Open, t.OneDay, t.FourDays, t.InTime, t.Late, t.Nearly, t.Overdue,
		int(t.Median / time.Minute), int(t.Longest / time.Minute), t.FromRoster}
	for g := osms.GroundUnreliable; g <= osms.GroundNoConsent; g++ {
		out.ByGround[fmt.Sprint(int(g))] = t.ByGround[g]
	}
	return out
}

// ProviderTally counts the cases of one organisation.
type ProviderTally struct {
	BIN osms.BIN `json:"bin"`
	Tally
}

// CasesReport counts the cases of a month.
type CasesReport struct {
	At        time.Time       `json:"at"`
	Month     osms.Month      `json:"month"`
	Providers []ProviderTally `json:"providers"`
	Total     Tally           `json:"total"`
}

// CasesReportOf shows the cases of a month, counted.
func CasesReportOf(r casework.Report) CasesReport {
	out := CasesReport{r.At, r.Month, []ProviderTally{}, TallyOf(r.Total)}
	for _, p := range r.Providers {
		out.Providers = append(out.Providers, ProviderTally{p.BIN, TallyOf(p.Tally)})
	}
	return out
}
