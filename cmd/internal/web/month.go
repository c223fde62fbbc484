package web

import (
	"context"
	"errors"
	"time"

	"osmsd/cmd/internal/words"
	"osmsd/sync/contribution"
	"osmsd/sync/osms"
)

func (s *Server) monthRoutes() []route {
	return []route{
		{"GET /{$}", everybody, "", (*ask).home},
		{"GET /month", everybody, osms.ScopeRead, (*ask).monthPage},
		{"GET /missing", everybody, osms.ScopeRead, (*ask).missingPage},
	}
}

func (q *ask) home() error {
	if q.is(osms.RoleAkimat) {
		return q.redirect("/files", "")
	}
	return q.redirect("/month", "")
}

// monthPage is a month at a glance: by region, what came in and what did not,
// and the money where the reader may see it.
type monthPage struct {
	Month         osms.Month
	Before, After osms.Month
	Region        osms.Region
	Regions       []osms.RegionName
	Due           osms.Date // for rosters
	Lines         []monthLine
	Total         monthLine
	Money         bool
	NoRate        int // the year whose rate is not known, so that there is no money; 0: it is
	Frozen        int // version; 0: not frozen
	Flow          flow
	Planned       []Planned
}

// monthLine is a region in a month. In counts organisations whose roster stands,
// Missing those without; Held counts the diffs that wait for an administrator now,
// of whatever month; Refused counts files.
type monthLine struct {
	Region                     osms.Region
	In, Missing, Held, Refused int
	Persons                    int
	Due, Ledger, Difference    osms.Tiyn
	Unexplained                osms.Tiyn
}

// Sum writes an amount, as a dash where no money could be worked out.
func (p monthPage) Sum(t osms.Tiyn) string {
	if p.NoRate != 0 {
		return "—"
	}
	return t.Grouped()
}

// Heads writes how many persons money is due for, likewise.
func (p monthPage) Heads(n int) string {
	if p.NoRate != 0 {
		return "—"
	}
	return words.Grouped(n)
}

// Place stands for the line's region in addresses.
func (l monthLine) Place() string { return placeWord(l.Region) }

func (q *ask) monthPage() error {
	m, region, err := q.monthRegion()
	if err != nil {
		return err
	}
	page, err := q.monthShown(m)
	if err != nil {
		return err
	}
	page.Region = region
	page.Regions = q.regionChoice()
	if region != 0 {
		page = page.only(region)
	}
	if q.s.Planned != nil {
		if page.Planned, err = q.s.Planned(q.ctx()); err != nil {
			return err
		}
	}
	return q.show("month", q.say("month.title", m), page)
}

// monthKey is by what a month is remembered: akimats are shown no money, so none
// is worked out for them.
type monthKey struct {
	month   osms.Month
	without bool
}

// monthShown is a month as it stands, remembered while the register does not
// change; without the money where its year has no rate yet, which is not
// remembered: the configuration may be mended at any moment.
func (q *ask) monthShown(m osms.Month) (monthPage, error) {
	page, err := q.s.months.get(q.ctx(), q, monthKey{m, q.is(osms.RoleAkimat)}, func(ctx context.Context) (monthPage, error) { return q.monthAt(ctx, m) })
	if errors.Is(err, contribution.ErrNoRate) {
		page.NoRate, err = m.Year(), nil
	}
	return page, err
}

// monthAt works a month out. Where no rate is known it gives all but the money
// together with contribution.ErrNoRate.
func (q *ask) monthAt(ctx context.Context, m osms.Month) (monthPage, error) {
	page := monthPage{Month: m, Before: m.Add(-1), After: m.Add(1), Due: q.desk.DueDay(m), Money: !q.is(osms.RoleAkimat)}
	lines := map[osms.Region]*monthLine{}
	line := func(r osms.Region) *monthLine {
		if lines[r] == nil {
			lines[r] = &monthLine{Region: r}
		}
		return lines[r]
	}
	have, err := q.store().Submissions(ctx, m)
	if err != nil {
		return page, err
	}
	missing, err := q.desk.Missing(ctx, m, 0, q.now)
	if err != nil {
		return page, err
	}
	for bin := range have.Submitted {
		if o, ok := have.Organisations[bin]; ok {
			line(o.Region).In++
		}
	}
	for _, u := range missing.Organisations {
		line(u.Organisation.Region).Missing++
	}
	held, err := q.store().HeldCounts(ctx)
	if err != nil {
		return page, err
	}
	for r, n := range held {
		line(r).Held += n
	}
	counts, err := q.store().ArrivalCounts(ctx, q.begins(m.First()), q.begins(m.Add(1).First()))
	if err != nil {
		return page, err
	}
	for r, by := range counts {
		if n := by[osms.FileRefused]; n > 0 {
			line(r).Refused += n
		}
	}
	var unrated error
	if page.Money {
		r, err := q.reconciliation(ctx, m)
		if errors.Is(err, contribution.ErrNoRate) {
			r, unrated = osms.Reconciliation{}, err
		} else if err != nil {
			return page, err
		}
		page.Frozen = r.FreezeVersion
		for _, x := range r.Lines {
			l := line(x.Region)
			l.Persons, l.Due, l.Ledger, l.Difference, l.Unexplained = x.DuePersons, x.Due, x.Ledger, x.Difference, x.Unexplained
		}
		page.Flow = flowOf(r)
	}
	for _, name := range osms.Regions() {
		if l := lines[name.Region]; l != nil {
			page.Lines = append(page.Lines, *l)
		}
	}
	if l := lines[0]; l != nil {
		page.Lines = append(page.Lines, *l)
	}
	page.Total = totalOf(page.Lines)
	return page, unrated
}

func totalOf(lines []monthLine) (t monthLine) {
	for _, l := range lines {
		t.In += l.In
		t.Missing += l.Missing
		t.Held += l.Held
		t.Refused += l.Refused
		t.Persons += l.Persons
		t.Due += l.Due
		t.Ledger += l.Ledger
		t.Difference += l.Difference
		t.Unexplained += l.Unexplained
	}
	return t
}

// only keeps one region's line.
func (p monthPage) only(r osms.Region) monthPage {
	var kept []monthLine
	for _, l := range p.Lines {
		if l.Region == r {
			kept = append(kept, l)
		}
	}
	p.Lines, p.Total, p.Flow = kept, totalOf(kept), flow{}
	return p
}

// begins is the moment at which a day begins where business dates are counted.
func (q *ask) begins(d osms.Date) time.Time {
	return time.Date(d.Year(), time.Month(d.MonthNum()), d.Day(), 0, 0, 0, 0, q.desk.Zone)
}

// reconciliation is a month's as it stands, remembered while the register does
// not change.
func (q *ask) reconciliation(ctx context.Context, m osms.Month) (osms.Reconciliation, error) {
	return q.s.reconciled.get(ctx, q, m, func(ctx context.Context) (osms.Reconciliation, error) {
		return q.desk.Reconcile(ctx, m, time.Time{}, q.now)
	})
}
