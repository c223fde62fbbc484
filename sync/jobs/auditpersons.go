package jobs

import (
	"cmp"
	"slices"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// What is asked about one person. Each question takes everything that was ever
// believed of the person up to the audit's decision, and gives the rows of its
// one finding, or none.

// severalNames finds an IIN under names of which surname and given name both
// differ: among the claims with a day in the month, or between such a claim and
// what was believed earlier.
func (a *auditor) severalNames(h store.PersonHistory) []osms.AuditRow {
	if !slices.ContainsFunc(h.Facts, func(f store.KnownFact) bool { return f.Name != h.Facts[0].Name }) {
		return nil
	}
	type version struct {
		bin    osms.BIN
		name   osms.Name
		first  store.KnownFact // the first that was known with this name
		until  int64           // 0: still
		asked  bool            // believed of the month, and in the region that is asked about
		differ bool
	}
	var all []version
	for _, f := range h.Facts {
		i := slices.IndexFunc(all, func(v version) bool { return v.bin == f.BIN && v.name == f.Name })
		if i < 0 {
			i = len(all)
			all = append(all, version{bin: f.BIN, name: f.Name, first: f, until: f.KnownUntil})
		}
		v := &all[i]
		if f.KnownFrom < v.first.KnownFrom {
			v.first = f
		}
		if f.KnownUntil == 0 || v.until != 0 && f.KnownUntil > v.until {
			v.until = f.KnownUntil
		}
		v.asked = v.asked || f.KnownUntil == 0 && a.inMonth(f.Fact) && a.asked(a.regionOf(f.BIN))
	}
	for i := range all {
		for k := range all {
			if all[i].asked && otherName(all[i].name, all[k].name) {
				all[i].differ, all[k].differ = true, true
			}
		}
	}
	var out []osms.AuditRow
	for _, v := range all {
		if !v.differ {
			continue
		}
		r := a.row(v.first, osms.NameNow)
		if v.until != 0 {
			r.Kind, r.Unlearnt = osms.NameBefore, osms.AuditMoment{Sequence: v.until}
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(x, y osms.AuditRow) int { return cmp.Compare(x.Learnt.Sequence, y.Learnt.Sequence) })
	return out
}

// otherName reports names of which surname and given name both differ, as they
// are compared, and are not one another's: columns that were exchanged make no
// second person. A part that is not stated differs from none.
func otherName(x, y osms.Name) bool {
	if x == y || x.Surname == "" || x.Given == "" || y.Surname == "" || y.Given == "" {
		return false
	}
	xs, xg, ys, yg := osms.FoldName(x.Surname), osms.FoldName(x.Given), osms.FoldName(y.Surname), osms.FoldName(y.Given)
	return xs != ys && xg != yg && !(xs == yg && xg == ys)
}

// severalRegions finds a person whom organisations of several regions claim
// full-time on days of the month: a row for each organisation.
func (a *auditor) severalRegions(h store.PersonHistory) []osms.AuditRow {
	claims := a.claims(h)
	several := false
	for _, c := range claims {
		several = several || a.regionOf(c.BIN) != a.regionOf(claims[0].BIN)
	}
	if !several || !slices.ContainsFunc(claims, func(c store.KnownFact) bool { return a.asked(a.regionOf(c.BIN)) }) {
		return nil
	}
	due, _ := a.dueNow(h)
	var out []osms.AuditRow
	for _, c := range claims {
		kind := osms.SideInTurn
		for _, other := range claims {
			if a.regionOf(other.BIN) != a.regionOf(c.BIN) && max(c.From, other.From, a.head.Month.First()) <= min(c.Until, other.Until, a.head.Month.Last()) {
				kind = osms.SideTogether
			}
		}
		if n := len(out) - 1; n >= 0 && out[n].BIN == c.BIN { // another span of the same claim
			out[n].Until = max(out[n].Until, c.Until)
			if kind == osms.SideTogether {
				out[n].Kind = kind
			}
			continue
		}
		r := a.row(c, kind)
		r.From, r.Until, r.Due, r.DueTo = c.First, c.Until, c.BIN == due.BIN, due.BIN
		out = append(out, r)
	}
	return out
}

// ages finds a person who is due in the month at an age that does not fit.
func (a *auditor) ages(h store.PersonHistory) []osms.AuditRow {
	due, ok := a.dueNow(h)
	if !ok || !a.asked(due.Region) {
		return nil
	}
	claims := slices.DeleteFunc(a.claims(h), func(c store.KnownFact) bool { return c.BIN != due.BIN })
	if len(claims) == 0 {
		return nil
	}
	claim := claims[len(claims)-1]
	level := claim.Facts.Level
	if level == "" {
		level = a.organisations[due.BIN].Level
	}
	var out []osms.AuditRow
	for _, kind := range oddAges(h.Person, a.head.Month, due.Category, level) {
		r := a.row(claim, kind)
		r.Birth, r.Age, r.Category, r.Level = h.Person.Birth(), age(h.Person.Birth(), a.head.Month.First()), due.Category, level
		out = append(out, r)
	}
	return out
}

// oddAges says what does not fit about an age in a month.
func oddAges(person osms.IIN, month osms.Month, category osms.Category, level osms.Level) (kinds []string) {
	birth := person.Birth()
	if birth.IsZero() {
		return nil
	}
	first := age(birth, month.First())
	if age(birth, month.Last()) < osms.AuditYoungest {
		kinds = append(kinds, osms.AgeTooYoung)
	}
	if category == osms.Child && month > entitlement.LastChildMonth(person) {
		kinds = append(kinds, osms.AgeNoChild)
	}
	if level == osms.Secondary && first > osms.AuditOldPupil {
		kinds = append(kinds, osms.AgeOldPupil)
	}
	if first > osms.AuditOldest {
		kinds = append(kinds, osms.AgeOldLearner)
	}
	return kinds
}

// age counts completed years on a day; before birth it is negative.
func age(birth, on osms.Date) int {
	years := on.Year() - birth.Year()
	if int(on)%10000 < int(birth)%10000 {
		years--
	}
	return years
}

// departed finds a person of the frozen list whose study there, as is known now,
// had ended before the month, and for whom nobody is due in it.
func (a *auditor) departed(h store.PersonHistory) []osms.AuditRow {
	was, ok := a.onFrozenList(h)
	if !ok {
		return nil
	}
	if _, due := a.dueNow(h); due || len(a.claims(h)) > 0 {
		return nil
	}
	var last store.KnownFact
	for _, f := range h.Facts {
		if f.KnownUntil == 0 && f.BIN == was.BIN && f.Facts.Form == osms.FullTime && f.From < a.head.Month.First() && f.Until >= last.Until {
			last = f
		}
	}
	if last.Person == 0 || last.Until >= a.head.Month.First() {
		return nil // nobody believes any more that the study ever was: no departure
	}
	kind := string(last.Ending)
	for _, f := range h.Facts {
		if f.KnownUntil == 0 && f.BIN == was.BIN && f.From > last.Until {
			kind = osms.EndedForm
		}
	}
	r := a.row(last, kind)
	r.Region, r.Category, r.From, r.Until, r.Amount = was.Region, was.Category, last.First, last.Until, a.head.Rate.PerPerson()
	return []osms.AuditRow{r}
}

// lateEnrolments finds a person whose full-time study was first reported more
// than AuditLateAfter days after it began, and not before the month. The first
// list of an organisation is late for nobody: with it the register begins to
// know the organisation. A first day that was corrected within that time is not
// late either.
func (a *auditor) lateEnrolments(h store.PersonHistory) []osms.AuditRow {
	var out []osms.AuditRow
	for _, c := range a.claims(h) {
		if !a.asked(a.regionOf(c.BIN)) || slices.ContainsFunc(out, func(r osms.AuditRow) bool { return r.BIN == c.BIN && r.From == c.First }) {
			continue
		}
		reported, limit := c, c.First.Add(osms.AuditLateAfter)
		for _, f := range h.Facts {
			if f.BIN == c.BIN && f.From <= limit && f.Until >= c.First && f.KnownFrom < reported.KnownFrom {
				reported = f
			}
		}
		day := a.day(reported.KnownFrom)
		if reported.KnownFrom <= a.first[c.BIN] || day <= limit || day < a.head.Month.First() {
			continue
		}
		r := a.row(reported, "")
		r.Name, r.From, r.Days = c.Name, c.First, day.Sub(c.First)
		out = append(out, r)
	}
	return out
}

// row is what a row says of a fact: whose, where, since when it is known and
// from which file. That is the file that changed what was believed: the import
// that stated the row of the fact may be older, as a new name is put on older
// spans too.
func (a *auditor) row(f store.KnownFact, kind string) osms.AuditRow {
	return osms.AuditRow{Finding: 1, Person: f.Person, Name: f.Name, Birth: f.Birth, Region: a.regionOf(f.BIN), BIN: f.BIN, Kind: kind,
		Learnt: osms.AuditMoment{Sequence: f.KnownFrom, Source: a.source(f.KnownFrom)}}
}

func (a *auditor) inMonth(f osms.Fact) bool {
	return f.From <= a.head.Month.Last() && a.head.Month.First() <= f.Until
}

// claims are the believed facts of full-time study with a day in the month, in
// order of organisation and day.
func (a *auditor) claims(h store.PersonHistory) (out []store.KnownFact) {
	for _, f := range h.Facts {
		if f.KnownUntil == 0 && f.Facts.Form == osms.FullTime && a.inMonth(f.Fact) {
			out = append(out, f)
		}
	}
	return out
}

// dueNow is the conclusion about the month that is believed.
func (a *auditor) dueNow(h store.PersonHistory) (osms.Entitlement, bool) {
	for _, e := range h.Entitlements {
		if e.KnownUntil == 0 && e.From <= a.head.Month && a.head.Month <= e.To {
			return e.Entitlement, true
		}
	}
	return osms.Entitlement{}, false
}

// onFrozenList is the conclusion that put the person on the month's frozen list,
// in its last version.
func (a *auditor) onFrozenList(h store.PersonHistory) (osms.Entitlement, bool) {
	if a.frozen == nil {
		return osms.Entitlement{}, false
	}
	for _, e := range h.Entitlements {
		if believed(e.KnownFrom, e.KnownUntil, a.frozen.Sequence) && e.From <= a.head.Month && a.head.Month <= e.To {
			return e.Entitlement, a.asked(e.Region)
		}
	}
	return osms.Entitlement{}, false
}
