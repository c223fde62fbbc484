package entitlement

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// months is a stretch of months, both included.
type months struct{ from, to osms.Month }

// lastMonth is the month of a last day; endless where there is none.
func lastMonth(day osms.Date) osms.Month {
	if day == osms.Forever {
		return osms.EndlessMonth
	}
	return day.Month()
}

// lostMonths are those in which nothing is due, whoever claims. Death and loss of
// the right to reside end the entitlement with the month in which they happen; who
// may reside again is entitled from the month of the first day of that: a month
// is due if one of its days is (DOMAIN §2; Law No 405-V, Art. 26).
func lostMonths(events []osms.Event) []months {
	var out []months
	for _, kind := range []osms.EventKind{osms.EventDeath, osms.EventResidenceLost} {
		for _, e := range osms.EventsOf(kind, events) {
			lost := months{e.On.Month().Add(1), osms.EndlessMonth}
			if e.Until != osms.Forever {
				lost.to = e.Until.Add(1).Month().Add(-1)
			}
			if lost.from <= lost.to {
				out = append(out, lost)
			}
		}
	}
	return out
}

// lose takes the days of lost months out of others.
func lose(all []days, lost []months) []days {
	for _, m := range lost {
		var left []days
		for _, d := range all {
			if before := (days{d.from, min(d.until, m.from.First().Add(-1))}); before.from <= before.until {
				left = append(left, before)
			}
			if after := (days{max(d.from, m.to.Add(1).First()), d.until}); m.to != osms.EndlessMonth && after.from <= after.until {
				left = append(left, after)
			}
		}
		all = left
	}
	return all
}

// reviewed are the rules for one person: in the months that a review of an
// academic leave speaks of, its outcome stands for the policy (DOMAIN §2: keep by
// default, policy flag, listed for review). Where two outcomes contradict each
// other the one that became known later stands.
func reviewed(rules Rules, events []osms.Event) Rules {
	var reviews []osms.Event
	for _, kind := range []osms.EventKind{osms.EventLeaveKept, osms.EventLeaveEnded} {
		reviews = append(reviews, osms.EventsOf(kind, events)...)
	}
	if len(reviews) == 0 {
		return rules
	}
	slices.SortStableFunc(reviews, func(a, b osms.Event) int { return cmp.Compare(slices.Index(events, a), slices.Index(events, b)) })
	cuts := make([]osms.Month, 0, len(rules.Changes)+2*len(reviews))
	for _, c := range rules.Changes {
		cuts = append(cuts, c.Since)
	}
	for _, e := range reviews {
		cuts = append(cuts, e.On.Month())
		if e.Until != osms.Forever {
			cuts = append(cuts, e.Until.Month().Add(1))
		}
	}
	slices.Sort(cuts)
	out := Rules{Choices: rules.Choices}
	for _, m := range slices.Compact(cuts) {
		c := Change{Since: m, Choices: rules.At(m)}
		for _, e := range reviews {
			if e.On.Month() <= m && m <= lastMonth(e.Until) {
				c.AcademicLeaveDue = e.Kind == osms.EventLeaveKept
			}
		}
		out.Changes = append(out.Changes, c)
	}
	return out
}

// abroad are the months in which the claim of a learner goes on whom no roster at
// home names, because the studies go on abroad: such learners come in lists of
// their own (DOMAIN §2). The organisation that had the last full-time claim by the
// first day abroad keeps it; who never had one is nobody's.
func abroad(sources []Source, rules Rules, decided []decidedFor, events []osms.Event) []stretch {
	var out []stretch
	for _, e := range osms.EventsOf(osms.EventStudyAbroad, events) {
		if last, ok := lastClaim(sources, rules, decided, e.On); ok {
			out = append(out, stretch{e.On.Month(), lastMonth(e.Until), e.On, last.Claim.BIN, last.Region, false})
		}
	}
	return out
}

// lastClaim finds the source with the last day on which a claim gave a right, up
// to a day; of several with that day the one that claims its month.
func lastClaim(sources []Source, rules Rules, decided []decidedFor, by osms.Date) (Source, bool) {
	type claim struct {
		day   osms.Date
		first osms.Date // of the enrolment that the day is in
		of    Source
	}
	var found []claim
	for _, s := range sources {
		for _, e := range s.Claim.Enrolments {
			for _, d := range dueDays(osms.Claim{Enrolments: []osms.Enrolment{e}}, rules) {
				if d.from <= by {
					found = append(found, claim{min(d.until, by), e.First, s})
				}
			}
		}
	}
	if len(found) == 0 {
		return Source{}, false
	}
	day := slices.MaxFunc(found, func(a, b claim) int { return cmp.Compare(a.day, b.day) }).day
	found = slices.DeleteFunc(found, func(c claim) bool { return c.day != day })
	aside := setAside(decided, day.Month())
	if kept := slices.DeleteFunc(slices.Clone(found), func(c claim) bool { return slices.Contains(aside, c.of.Claim.BIN) }); len(kept) > 0 {
		found = kept
	}
	return slices.MinFunc(found, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.of.Claim.BIN, b.of.Claim.BIN))
	}).of, true
}
