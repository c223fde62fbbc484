// Package entitlement draws the law's conclusion from reported study: in which
// months the state pays a person's contribution, in which category, and which
// organisation claims it. It is pure: the same claims and rules give the same
// periods.
package entitlement

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// Choices are what the law leaves open; each is configuration.
type Choices struct {
	// AcademicLeaveDue: a learner on academic leave keeps the claim (unverified).
	AcademicLeaveDue bool
	// ChildFirst: a learner who is a child is claimed in category 1, else in 13.
	ChildFirst bool
}

// Rules are the choices from the beginning and those that replace them from a
// month on, in order of month.
type Rules struct {
	Choices
	Changes []Change
}

// Change replaces the choices from a month on.
type Change struct {
	Since osms.Month
	Choices
}

// DefaultRules are the rules when nothing is configured.
func DefaultRules() Rules { return Rules{Choices: Choices{AcademicLeaveDue: true, ChildFirst: true}} }

// At gives the choices that hold in a month.
func (r Rules) At(m osms.Month) Choices {
	c := r.Choices
	for _, change := range r.Changes {
		if change.Since <= m {
			c = change.Choices
		}
	}
	return c
}

// adultAge is the age whose birthday ends category 1, at the end of its month.
const adultAge = 18

// Source is one organisation's claim with the region that it belongs to.
type Source struct {
	Claim  osms.Claim
	Region osms.Region
}

// stretch is a run of months that one enrolment covers.
type stretch struct {
	from, to osms.Month
	first    osms.Date
	bin      osms.BIN
	region   osms.Region
	onLeave  bool
}

// LastChildMonth is the last month of category 1: that of the 18th birthday.
func LastChildMonth(person osms.IIN) osms.Month { return person.Birth().Month().Add(12 * adultAge) }

// Derive gives a person's periods in order. A month is due when a full-time
// enrolment covers at least one of its days, and once only; between
// organisations the smaller first day of the enrolment claims, then the smaller
// BIN. Category 1 lasts to the end of the month of the 18th birthday, then
// category 13 takes over without a gap. Law No 405-V, Art. 26(1)(1) and (13);
// the choice between claims is ours (DOMAIN §2). In the months of an overlap that
// the Fund has decided, the side that it set aside does not claim. events are
// what happened to the person, in the order in which they became known: a month
// may be lost, a leave reviewed, a claim go on abroad where nobody else claims.
func Derive(person osms.IIN, sources []Source, rules Rules, decisions []Decision, events []osms.Event) []osms.Entitlement {
	stretches := covered(sources)
	if len(stretches) == 0 {
		return nil
	}
	lost, rules := lostMonths(events), reviewed(rules, events)
	decided := decidedMonths(sources, rules, decisions, lost)
	away := abroad(sources, rules, decided, events)
	lastChild := LastChildMonth(person)
	cuts := []osms.Month{lastChild.Add(1)}
	for _, s := range slices.Concat(stretches, away) {
		cuts = append(cuts, s.from)
		if s.to != osms.EndlessMonth {
			cuts = append(cuts, s.to.Add(1))
		}
	}
	for _, c := range rules.Changes {
		cuts = append(cuts, c.Since)
	}
	for _, d := range decided {
		cuts = append(cuts, d.from)
		if d.to != osms.EndlessMonth {
			cuts = append(cuts, d.to.Add(1))
		}
	}
	for _, m := range lost {
		cuts = append(cuts, m.from)
		if m.to != osms.EndlessMonth {
			cuts = append(cuts, m.to.Add(1))
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []osms.Entitlement
	for i, from := range cuts {
		to := osms.EndlessMonth
		if i+1 < len(cuts) {
			to = cuts[i+1].Add(-1)
		}
		if slices.ContainsFunc(lost, func(m months) bool { return m.from <= from && from <= m.to }) {
			continue
		}
		choices := rules.At(from)
		claims := func(s stretch) bool {
			return s.from <= from && from <= s.to && (!s.onLeave || choices.AcademicLeaveDue)
		}
		aside := setAside(decided, from)
		if allAside(stretches, claims, aside) {
			aside = nil // decisions that run in a circle decide nothing
		}
		claimant := first(stretches, func(s stretch) bool { return claims(s) && !slices.Contains(aside, s.bin) })
		if claimant == nil {
			claimant = first(away, claims)
		}
		if claimant == nil {
			continue
		}
		e := osms.Entitlement{Person: person, Category: osms.Learner, From: from, To: to, BIN: claimant.bin, Region: claimant.region}
		if choices.ChildFirst && from <= lastChild {
			e.Category = osms.Child
		}
		if n := len(out); n > 0 && out[n-1].To.Add(1) == from && sameClaim(out[n-1], e) {
			out[n-1].To = to
			continue
		}
		out = append(out, e)
	}
	return out
}

func covered(sources []Source) []stretch {
	var out []stretch
	for _, src := range sources {
		for _, e := range src.Claim.Enrolments {
			for _, s := range e.Spans {
				if s.Facts.Form != osms.FullTime {
					continue
				}
				out = append(out, stretch{s.From.Month(), lastMonth(s.Until), e.First, src.Claim.BIN, src.Region, s.Facts.Status == osms.AcademicLeave})
			}
		}
	}
	return out
}

// Due reports whether a span with these facts gives a claim from a day on:
// full-time study, academic leave included where the rules say so.
func Due(s osms.Span, rules Rules) bool {
	return s.Facts.Form == osms.FullTime && (s.Facts.Status != osms.AcademicLeave || rules.At(s.From.Month()).AcademicLeaveDue)
}

// first finds, among those that claim, the one whose claim goes before the others'.
func first(stretches []stretch, claims func(stretch) bool) (found *stretch) {
	for i, s := range stretches {
		if claims(s) && (found == nil || before(s, *found)) {
			found = &stretches[i]
		}
	}
	return found
}

func before(a, b stretch) bool {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.bin, b.bin)) < 0
}

func sameClaim(a, b osms.Entitlement) bool {
	return a.Category == b.Category && a.BIN == b.BIN && a.Region == b.Region
}
