package entitlement

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// Overlap is two full-time claims of different organisations with a day in
// common: the days from From to Until, as many on end as there are.
type Overlap struct {
	A, B        osms.BIN // A < B
	From, Until osms.Date
}

// Overlaps lists a person's overlaps, one for each stretch of days that two
// organisations have in common, in order of A, B and day. A claim that has been
// settled leaves the stretches of the past where they were: a month that was
// claimed twice stays so. In months that an event lost nothing is claimed, and a
// review of an academic leave says whether its days are; study abroad is nobody's
// claim against another.
func Overlaps(sources []Source, rules Rules, events []osms.Event) []Overlap {
	return overlapping(sources, reviewed(rules, events), lostMonths(events))
}

func overlapping(sources []Source, rules Rules, lost []months) []Overlap {
	var out []Overlap
	due := make([][]days, len(sources))
	for i, s := range sources {
		due[i] = lose(dueDays(s.Claim, rules), lost)
	}
	for i, a := range sources {
		for k, b := range sources[i+1:] {
			for _, d := range common(due[i], due[i+1+k]) {
				out = append(out, Overlap{A: min(a.Claim.BIN, b.Claim.BIN), B: max(a.Claim.BIN, b.Claim.BIN), From: d.from, Until: d.until})
			}
		}
	}
	slices.SortFunc(out, func(x, y Overlap) int {
		return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B), cmp.Compare(x.From, y.From))
	})
	return out
}

// days is a stretch of days, both included.
type days struct{ from, until osms.Date }

// dueDays are the days on which a claim gives a right to the contribution, in
// order and on end: full-time study, and academic leave where the rules of the
// month say so.
func dueDays(c osms.Claim, rules Rules) []days {
	var out []days
	for _, e := range c.Enrolments {
		for _, s := range e.Spans {
			if s.Facts.Form != osms.FullTime {
				continue
			}
			if s.Facts.Status != osms.AcademicLeave {
				out = lengthen(out, days{s.From, s.Until})
				continue
			}
			for i := 0; i <= len(rules.Changes); i++ {
				d, choices := days{s.From, s.Until}, rules.Choices
				if i > 0 {
					choices = rules.Changes[i-1].Choices
					d.from = max(d.from, rules.Changes[i-1].Since.First())
				}
				if i < len(rules.Changes) {
					d.until = min(d.until, rules.Changes[i].Since.First().Add(-1))
				}
				if choices.AcademicLeaveDue && d.from <= d.until {
					out = lengthen(out, d)
				}
			}
		}
	}
	return out
}

// common are the stretches that two lists have in common. Both are in order.
func common(a, b []days) []days {
	var out []days
	for len(a) > 0 && len(b) > 0 {
		if d := (days{max(a[0].from, b[0].from), min(a[0].until, b[0].until)}); d.from <= d.until {
			out = append(out, d)
		}
		if a[0].until < b[0].until {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// lengthen puts a stretch behind the others, or makes the last one longer.
func lengthen(all []days, d days) []days {
	if n := len(all); n > 0 && all[n-1].until.Add(1) == d.from {
		all[n-1].until = d.until
		return all
	}
	return append(all, d)
}
