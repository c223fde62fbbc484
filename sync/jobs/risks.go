package jobs

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Risks lists what ends within thirty and within sixty days from a day on, as
// the register believes it now: category 1 with the month of the 18th birthday,
// when study goes on; study of which the last day was announced, when no other
// study follows; academic leave of which the last day was. Only of persons who
// are due in the month in which it ends. Names of persons whose data are blocked
// are withheld. EmployerPayments are those of the month of the day and of the two
// before it.
func (d *Desk) Risks(ctx context.Context, asOf osms.Date) (osms.Risks, error) {
	const near, far = 30, 60
	out := osms.Risks{AsOf: asOf}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return out, err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return out, err
	}
	organisations, err := d.Store.OrganisationsAt(ctx, last)
	if err != nil {
		return out, err
	}
	persons, err := d.Store.PersonsEnding(ctx, asOf, asOf.Add(far))
	if err != nil {
		return out, err
	}
	err = d.Store.PersonsAt(ctx, persons, last, func(h store.PersonHistory) error {
		for _, e := range endings(h, asOf, asOf.Add(far)) {
			if blocked[e.Person] {
				e.Name = osms.Name{}
			}
			e.Region = organisations[e.BIN].Region
			if e.On <= asOf.Add(near) {
				out.Ending30 = append(out.Ending30, e)
			} else {
				out.Ending60 = append(out.Ending60, e)
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	for n := -2; n <= 0; n++ {
		paid, err := d.employers(ctx, asOf.Month().Add(n), last)
		if err != nil {
			return out, err
		}
		for _, p := range paid {
			if blocked[p.Person] {
				p.Name = osms.Name{}
			}
			out.EmployerPayments = append(out.EmployerPayments, p)
		}
	}
	return out, nil
}

// endings is what ends of a person between two days, both included, in order of
// day.
func endings(h store.PersonHistory, from, until osms.Date) (out []osms.EndingRisk) {
	var study []osms.Fact
	for _, f := range h.Facts {
		if f.KnownUntil == 0 && f.Facts.Form == osms.FullTime {
			study = append(study, f.Fact)
		}
	}
	due := func(m osms.Month) (osms.Entitlement, bool) {
		for _, e := range h.Entitlements {
			if e.KnownUntil == 0 && e.From <= m && m <= e.To {
				return e.Entitlement, true
			}
		}
		return osms.Entitlement{}, false
	}
	lastChild := entitlement.LastChildMonth(h.Person)
	on := lastChild.Last()
	is, child := due(lastChild)
	if _, goesOn := due(lastChild.Add(1)); child && goesOn && is.Category == osms.Child && from <= on && on <= until {
		out = append(out, osms.EndingRisk{Person: h.Person, Name: nameAt(study, is.BIN), BIN: is.BIN, Category: osms.Child, On: on, Reason: osms.RiskTurns18})
	}
	for _, f := range study {
		is, isDue := due(f.Until.Month())
		if f.Until < from || f.Until > until || !isDue {
			continue
		}
		goesOn := slices.ContainsFunc(study, func(next osms.Fact) bool { return next.From <= f.Until.Add(1) && f.Until < next.Until })
		reason := endingReason(f)
		if goesOn && reason != osms.RiskLeave {
			continue
		}
		out = append(out, osms.EndingRisk{Person: h.Person, Name: f.Name, BIN: f.BIN, Category: is.Category, On: f.Until, Reason: reason})
	}
	slices.SortStableFunc(out, func(a, b osms.EndingRisk) int { return cmp.Compare(a.On, b.On) })
	return out
}

// nameAt is the name as an organisation writes it.
func nameAt(study []osms.Fact, bin osms.BIN) (n osms.Name) {
	for _, f := range study {
		if f.BIN == bin {
			n = f.Name
		}
	}
	return n
}

// endingReason says why a span ends that has a last day.
func endingReason(f osms.Fact) osms.RiskReason {
	switch {
	case f.Facts.Status == osms.AcademicLeave && !f.Ending.Departure():
		return osms.RiskLeave
	case f.Ending == osms.EndingOf(osms.Graduated), f.Ending == osms.Expected && finalCourse(f.Facts):
		return osms.RiskGraduation
	}
	return osms.RiskLeftOn
}

// lastCourses are the grades and courses from which on an announced end is taken
// for graduation. Longer programmes than these exist, so it is a likelihood; no
// act is behind it.
var lastCourses = map[osms.Level]int{osms.Secondary: 11, osms.TVET: 3, osms.PostSecondary: 2, osms.Higher: 4, osms.Postgraduate: 2}

// finalCourse reports a grade or course that may be the last: its number is the
// first of the text ("11 «Ә»", "4 курс").
func finalCourse(f osms.Facts) bool {
	digits := strings.TrimLeftFunc(f.Grade, func(r rune) bool { return r < '0' || r > '9' })
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	course, err := strconv.Atoi(digits)
	last, known := lastCourses[f.Level]
	return err == nil && known && course >= last
}

// employers lists the payments of others than the state for persons whom the
// state pays for in a month: such a payment bounces, or the person works.
func (d *Desk) employers(ctx context.Context, month osms.Month, sequence int64) ([]osms.EmployerPayment, error) {
	m := &money{d: d, ctx: ctx, month: month, sequence: sequence, frozen: sequence}
	if err := m.gather(); err != nil {
		return nil, err
	}
	if err := m.files(); err != nil {
		return nil, err
	}
	var out []osms.EmployerPayment
	var persons []osms.IIN
	err := d.Store.Postings(ctx, month, func(document int64, p *osms.Posting) error {
		x, ok := m.documents[document]
		if ok && p.Person != 0 && p.Amount > 0 && (!m.state[document] || notState[p.KNP]) {
			persons = append(persons, p.Person)
			out = append(out, osms.EmployerPayment{Person: p.Person, Month: month, Amount: p.Amount, KNP: cmp.Or(p.KNP, x.KNP), Document: m.reference(x)})
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	slices.Sort(persons)
	persons = slices.Compact(persons)
	stands := map[osms.IIN]osms.Entitlement{}
	err = d.Store.EntitlementsFor(ctx, persons, func(e store.KnownEntitlement) error {
		if e.From <= month && month <= e.To && believed(e.KnownFrom, e.KnownUntil, sequence) {
			stands[e.Person] = e.Entitlement
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	names, err := d.Store.Names(ctx, persons, sequence)
	if err != nil {
		return nil, err
	}
	out = slices.DeleteFunc(out, func(p osms.EmployerPayment) bool { return stands[p.Person].Region == 0 })
	for i := range out {
		s := stands[out[i].Person]
		out[i].Region, out[i].BIN, out[i].Name = s.Region, s.BIN, names[out[i].Person]
	}
	slices.SortStableFunc(out, func(a, b osms.EmployerPayment) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.BIN, b.BIN), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Document.Reference, b.Document.Reference))
	})
	return out, nil
}
