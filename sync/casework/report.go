package casework

import (
	"cmp"
	"slices"
	"time"

	"osmsd/sync/calendar"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// Report counts the cases of a month: those that count as received in it, as they
// stand at a moment.
type Report struct {
	Month     osms.Month
	At        time.Time
	Total     Tally
	Providers []ProviderTally // in order of BIN
}

// ProviderTally is the tally of one provider.
type ProviderTally struct {
	BIN osms.BIN
	Tally
}

// Tally counts cases. Received = NotAccepted + Notified + Refused + Withdrawn + Open, and also
// OneDay + FourDays. Those that are closed are InTime or Late; of the open ones
// some are Nearly or Overdue. ByGround sums up to Refused.
type Tally struct {
	Received, NotAccepted, Notified, Refused, Withdrawn, Open int
	OneDay, FourDays                                          int
	InTime, Late, Nearly, Overdue                             int
	ByGround                                                  map[osms.Ground]int
	// Median and Longest are the working time from receipt to issue of the cases
	// that were accepted and issued; of an even number the median is the mean of the
	// two in the middle. Zero for none.
	Median, Longest time.Duration
	// FromRoster counts the cases that rosters opened. They are in none of the
	// figures above: nobody applied, and nobody waited.
	FromRoster int
	used       []time.Duration
}

// Summarise counts the cases of a month at a moment; cases of other months are
// left out. A case that a roster opened is of the month in which it was opened.
func Summarise(month osms.Month, cases []osms.Case, now time.Time, r law.Rule, cal *calendar.Calendar, h calendar.Hours) Report {
	report := Report{Month: month, At: now}
	providers := map[osms.BIN]*Tally{}
	for _, c := range cases {
		counted := c.Counted
		if c.Origin == osms.FromRoster {
			counted = osms.DateOf(c.Received.In(h.Zone))
		}
		if counted.Month() != month {
			continue
		}
		if providers[c.BIN] == nil {
			providers[c.BIN] = &Tally{}
		}
		for _, t := range []*Tally{&report.Total, providers[c.BIN]} {
			t.add(c, now, r, cal, h)
		}
	}
	for bin, t := range providers {
		t.close()
		report.Providers = append(report.Providers, ProviderTally{bin, *t})
	}
	slices.SortFunc(report.Providers, func(a, b ProviderTally) int { return cmp.Compare(a.BIN, b.BIN) })
	report.Total.close()
	return report
}

func (t *Tally) add(c osms.Case, now time.Time, r law.Rule, cal *calendar.Calendar, h calendar.Hours) {
	if c.Origin == osms.FromRoster {
		t.FromRoster++
		return
	}
	t.Received++
	if Elsewhere(c.Application) {
		t.FourDays++
	} else {
		t.OneDay++
	}
	switch ClockAt(c, false, now, r, cal, h).State {
	case DoneInTime:
		t.InTime++
	case DoneLate:
		t.Late++
	case Nearly:
		t.Nearly++
	case Overdue:
		t.Overdue++
	}
	if !IsClosed(c) {
		t.Open++
		return
	}
	switch c.Outcome {
	case osms.CaseNotAccepted:
		t.NotAccepted++
		return
	case osms.CaseWithdrawn:
		t.Withdrawn++
		return
	case osms.CaseNotified:
		t.Notified++
	case osms.CaseRefused:
		t.Refused++
		if t.ByGround == nil {
			t.ByGround = map[osms.Ground]int{}
		}
		t.ByGround[c.Ground]++
	}
	t.used = append(t.used, cal.WorkingTime(c.Received, c.Steps[len(c.Steps)-1].At, h))
}

// close works out the times.
func (t *Tally) close() {
	n := len(t.used)
	if n == 0 {
		return
	}
	slices.Sort(t.used)
	t.Median, t.Longest = (t.used[(n-1)/2]+t.used[n/2])/2, t.used[n-1]
	t.used = nil
}
