package jobs

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// lateFiles adds up, by the decision that made the difference, whose place on
// the month's list changed after it was first frozen. The sum is at the rate of
// the frozen month: of those who joined less those who left.
func (a *auditor) lateFiles(ctx context.Context) error {
	if a.frozen == nil {
		return nil
	}
	made := map[int64]*osms.AuditRow{}
	err := a.d.Store.EachMonthChange(ctx, a.head.Month, a.head.FirstFreeze, a.head.Sequence, func(c store.MonthChange) error {
		was, is := c.Was.Region != 0 && a.asked(c.Was.Region), c.Now.Region != 0 && a.asked(c.Now.Region)
		if !was && !is {
			return nil
		}
		r := made[c.Import]
		if r == nil {
			r = &osms.AuditRow{}
			made[c.Import] = r
		}
		r.Persons++
		switch {
		case !was:
			r.Joined++
		case !is:
			r.Left++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, sequence := range slices.Sorted(maps.Keys(made)) {
		r := *made[sequence]
		source, kind := a.source(sequence), cmp.Or(a.what[sequence], "import")
		imp, err := a.imported(ctx, source)
		if err != nil {
			return err
		}
		r.Finding, r.Kind, r.Region, r.At = i+1, kind, imp.Region, imp.Received
		r.Learnt = osms.AuditMoment{Sequence: sequence, Source: source}
		r.Amount = osms.Tiyn(r.Joined-r.Left) * a.head.Rate.PerPerson()
		a.add(osms.AuditLateFiles, r)
	}
	return nil
}

// missing lists the organisations that have not submitted for the month.
func (a *auditor) missing(ctx context.Context) error {
	m, err := a.d.Missing(ctx, a.head.Month, a.head.Region, a.head.AsOf)
	if err != nil {
		return err
	}
	a.head.Due = m.Due
	for i, u := range m.Organisations {
		o := u.Organisation
		a.add(osms.AuditMissing, osms.AuditRow{Finding: i + 1, Region: o.Region, BIN: o.BIN, NameKK: o.NameKK, NameRU: o.NameRU, Provisional: o.Provisional,
			Kind: string(u.State), Reason: string(u.Reason), Persons: u.Persons, Days: u.Overdue, From: u.Last.AsAt,
			Learnt: osms.AuditMoment{Sequence: u.Last.Import, Day: a.day(u.Last.Import), Source: u.Last.Import, File: u.Last.File}})
	}
	return nil
}

// provisional lists the organisations on the frozen list that nobody had put on
// the list of organisations when it was frozen.
func (a *auditor) provisional(frozen map[osms.BIN]int) {
	n := 0
	for _, bin := range slices.Sorted(maps.Keys(frozen)) {
		if was, known := a.listed[bin]; known && !was.Provisional {
			continue
		}
		n++
		o := a.organisations[bin]
		a.add(osms.AuditProvisional, osms.AuditRow{Finding: n, Region: o.Region, BIN: bin, NameKK: o.NameKK, NameRU: o.NameRU, Provisional: o.Provisional,
			Persons: frozen[bin], Amount: osms.Tiyn(frozen[bin]) * a.head.Rate.PerPerson()})
	}
}

// overlaps lists whom two organisations claim in the month, and how it stands.
func (a *auditor) overlaps(ctx context.Context) error {
	contests, err := a.d.OverlapRegister(ctx, a.head.Month, a.head.Region)
	if err != nil {
		return err
	}
	var persons []osms.IIN
	for _, c := range contests {
		persons = append(persons, c.Person)
	}
	names, err := a.d.Store.Names(ctx, persons, a.head.Sequence)
	if err != nil {
		return err
	}
	for i, c := range contests {
		r := osms.AuditRow{Finding: i + 1, Person: c.Person, Name: names[c.Person], Birth: c.Person.Birth(), Number: c.Number, Kind: string(c.State),
			From: c.From, Until: c.Until, DueTo: c.DueTo, Learnt: osms.AuditMoment{Sequence: c.Opened.Import, Day: c.Opened.Day}}
		if len(c.Claims) > 0 {
			r.Region, r.BIN = c.Claims[0].Region, c.Claims[0].BIN
		}
		if len(c.Claims) > 1 {
			r.OtherRegion, r.OtherBIN = c.Claims[1].Region, c.Claims[1].BIN
		}
		if c.Settled.Import != 0 {
			r.Unlearnt = osms.AuditMoment{Sequence: c.Settled.Import, Day: c.Settled.Day}
		}
		if c.Decision.Sequence != 0 {
			r.Unlearnt, r.Reason = osms.AuditMoment{Sequence: c.Decision.Sequence}, c.Decision.Reason
		}
		a.add(osms.AuditOverlaps, r)
	}
	return nil
}

// sameName finds, at one organisation, two IINs with equal folded name and birth
// date among the claims with a day in the month.
func (a *auditor) sameName(ctx context.Context, bin osms.BIN) ([]osms.AuditRow, error) {
	if !a.asked(a.regionOf(bin)) {
		return nil, nil
	}
	type key struct {
		name  string
		birth osms.Date
	}
	alike := map[key][]osms.AuditRow{}
	err := a.d.Store.BornTogether(ctx, bin, a.head.Sequence, a.head.Month.First(), a.head.Month.Last(), func(p osms.IIN, name osms.Name, birth osms.Date) error {
		k := key{osms.FoldName(name.String()), birth}
		if rows := alike[k]; len(rows) > 0 && rows[len(rows)-1].Person == p {
			return nil // another span
		}
		alike[k] = append(alike[k], osms.AuditRow{Person: p, Name: name, Birth: birth, Region: a.regionOf(bin), BIN: bin})
		return nil
	})
	if err != nil {
		return nil, err
	}
	var found [][]osms.AuditRow
	for _, rows := range alike {
		if len(rows) > 1 {
			found = append(found, rows)
		}
	}
	slices.SortFunc(found, func(x, y []osms.AuditRow) int { return cmp.Compare(x[0].Person, y[0].Person) })
	var out []osms.AuditRow
	for i, rows := range found {
		for _, r := range rows {
			r.Finding = i + 1
			out = append(out, r)
		}
	}
	return out, nil
}

func (a *auditor) add(q osms.AuditQuestion, r osms.AuditRow) { a.rows[q] = append(a.rows[q], r) }
