package jobs

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Source says where a fact came from.
type Source struct {
	Import int64
	File   string
	Sheet  string
	Cell   string // the cell of the IIN in the row that stated it; "" for an absence
	Row    int
}

// PersonFact is one fact of a person with its source and its two times.
type PersonFact struct {
	store.KnownFact
	Source Source
	Region osms.Region
}

// PersonEvent is something that happened to a person, with the row that says so.
type PersonEvent struct {
	store.KnownEvent
	Source Source
}

// PersonMonth is a frozen month on whose list the person stands.
type PersonMonth struct {
	Month    osms.Month
	Version  int
	Category osms.Category
	Region   osms.Region
	BIN      osms.BIN
	Amount   osms.Tiyn
}

// Person is one person's history.
type Person struct {
	Person       osms.IIN
	Name         osms.Name
	Born         osms.Date
	Facts        []PersonFact
	Entitlements []store.KnownEntitlement
	Months       []PersonMonth
	Payments     []Payment
	Letters      []store.RegisteredLetter
	Events       []PersonEvent
}

// Person reads everything that was ever believed of a person; on a day (zero:
// any) and as known at a sequence (0: with its whole history of knowledge; -1:
// before the first). ErrBlocked when the person's data are blocked,
// store.ErrNotFound when the register had never heard of the person; of one who
// stands only in lists of events it has no name.
func (d *Desk) Person(ctx context.Context, iin osms.IIN, at osms.Date, known int64) (Person, error) {
	p := Person{Person: iin}
	if err := d.unblocked(ctx, iin); err != nil {
		return p, err
	}
	facts, entitlements, err := d.Store.History(ctx, iin)
	if err != nil {
		return p, err
	}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return p, err
	}
	if known != 0 {
		last = known
		facts = slices.DeleteFunc(facts, func(f store.KnownFact) bool { return f.KnownFrom > known }) // not heard of yet
	}
	heard, err := d.happened(ctx, &p, at, known)
	if err != nil {
		return p, err
	}
	if len(facts) == 0 && !heard {
		return p, store.ErrNotFound
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return p, err
	}
	if len(facts) > 0 {
		newest := slices.MaxFunc(facts, func(a, b store.KnownFact) int {
			return cmp.Or(cmp.Compare(max(a.KnownFrom, a.Import), max(b.KnownFrom, b.Import)), cmp.Compare(a.First, b.First))
		})
		p.Name, p.Born = newest.Name, newest.Birth
	}
	imports := map[int64]store.Import{}
	for _, f := range facts {
		if known != 0 && !believed(f.KnownFrom, f.KnownUntil, known) || !at.IsZero() && !(f.From <= at && at <= f.Until) {
			continue
		}
		i, ok := imports[f.Import]
		if !ok {
			if i, err = d.Store.ImportOf(ctx, f.Import); err != nil {
				return p, err
			}
			imports[f.Import] = i
		}
		p.Facts = append(p.Facts, PersonFact{KnownFact: f, Source: sourceOf(i, f.Place), Region: organisations[f.BIN].Region})
	}
	for _, e := range entitlements {
		if known != 0 && !believed(e.KnownFrom, e.KnownUntil, known) || !at.IsZero() && !(e.From <= at.Month() && at.Month() <= e.To) {
			continue
		}
		p.Entitlements = append(p.Entitlements, e)
	}
	freezes, err := d.Store.Freezes(ctx, last)
	if err != nil {
		return p, err
	}
	for _, f := range freezes {
		if e, ok := standing(entitlements, f.Month, f.Sequence); ok {
			p.Months = append(p.Months, PersonMonth{f.Month, f.Version, e.Category, e.Region, e.BIN, f.Rate.PerPerson()})
		}
	}
	if p.Payments, err = d.Payments(ctx, iin, last); err != nil {
		return p, err
	}
	p.Letters, err = d.Store.LettersOf(ctx, iin)
	return p, err
}

// standing finds the entitlement in a month as known at a sequence.
func standing(all []store.KnownEntitlement, month osms.Month, sequence int64) (store.KnownEntitlement, bool) {
	for _, e := range all {
		if e.From <= month && month <= e.To && believed(e.KnownFrom, e.KnownUntil, sequence) {
			return e, true
		}
	}
	return store.KnownEntitlement{}, false
}

// happened adds the events of a person, on a day and as known, and tells whether
// any was known by then.
func (d *Desk) happened(ctx context.Context, p *Person, at osms.Date, known int64) (heard bool, err error) {
	all, err := d.Store.EventsOf(ctx, p.Person)
	if err != nil {
		return false, err
	}
	for _, e := range all {
		if known != 0 && e.KnownFrom > known {
			continue
		}
		heard = true
		if known != 0 && !believed(e.KnownFrom, e.KnownUntil, known) || !at.IsZero() && !(e.On <= at && at <= e.Until) {
			continue
		}
		i, err := d.Store.BroughtBy(ctx, e.KnownFrom)
		if err != nil {
			return heard, err
		}
		p.Events = append(p.Events, PersonEvent{KnownEvent: e, Source: sourceOf(i, e.Place)})
	}
	return heard, nil
}

// believed reports whether what was known from one sequence until another (0:
// still) was believed at a sequence.
func believed(from, until, at int64) bool { return from <= at && (until == 0 || until > at) }

// sourceOf leads from a place to the sheet and cell of an import.
func sourceOf(i store.Import, at osms.Place) Source {
	s := Source{Import: i.Sequence, File: i.Name, Row: int(at.Row)}
	if at.Row == 0 {
		return s
	}
	r := osms.Roster{Sheets: i.Sheets, Columns: i.Columns}
	f := r.Fault(at, "iin", "", "", "", "")
	s.Sheet, s.Cell = f.Sheet, f.Cell
	return s
}

// graceMonths is how long care goes on after the end of payment (law No 405-V,
// Art. 5).
const graceMonths = 3

// Statement is service B's answer for one person: participation and the sums
// that the state transferred: what the payer's lists say of the person, and for
// a month without lists the share of the frozen list for which the ledger shows
// that money arrived.
func (d *Desk) Statement(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	s := osms.Statement{Issued: now.In(d.Zone), Person: iin, From: from, To: to, Rows: []osms.StatementRow{}}
	if err := d.unblocked(ctx, iin); err != nil {
		return s, err
	}
	facts, entitlements, err := d.Store.History(ctx, iin)
	if err != nil {
		return s, err
	}
	known, err := d.Store.EventsOf(ctx, iin)
	if err != nil {
		return s, err
	}
	today := osms.DateOf(now.In(d.Zone))
	s.Participation = participation(entitlements, eventsAt(known, stillKnown), today)
	if len(facts) > 0 {
		newest := slices.MaxFunc(facts, func(a, b store.KnownFact) int { return cmp.Compare(a.KnownFrom, b.KnownFrom) })
		s.Name, s.Birth = newest.Name, newest.Birth
	} else if s.Participation.Status == osms.NotParticipating {
		return s, store.ErrNotFound // no list names the person, and the Fund gave no status
	}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return s, err
	}
	freezes, err := d.Store.Freezes(ctx, last)
	if err != nil {
		return s, err
	}
	m, err := d.moneyOf(ctx, last)
	if err != nil {
		return s, err
	}
	if err := m.transferred(&s); err != nil {
		return s, err
	}
	for _, f := range freezes {
		e, ok := standing(entitlements, f.Month, f.Sequence)
		if !ok || f.Month < from || f.Month > to {
			continue
		}
		if listed, err := m.listedFor(f.Month, e.BIN); err != nil || listed {
			if err != nil {
				return s, err
			}
			continue
		}
		row := osms.StatementRow{Month: f.Month, Payer: d.State.Payer, PayerID: d.State.PayerID, KNP: d.State.KNP, Amount: f.Rate.PerPerson()}
		ledger, err := d.Store.Ledger(ctx, f.Month, last)
		if err != nil {
			return s, err
		}
		paid := false
		if row.PaidOn, row.Reference, paid = paidBy(ledger, e.Region, e.Category); !paid {
			continue // assessed, but nothing arrived: no transferred sum
		}
		s.Rows = append(s.Rows, row)
		s.Total += row.Amount
	}
	slices.SortStableFunc(s.Rows, func(a, b osms.StatementRow) int { return cmp.Compare(a.Month, b.Month) })
	s.Number = statementNumber(s, last)
	return s, nil
}

// transferred adds what the payer's lists say of the person, month by month, as
// far as their money arrived.
func (m *money) transferred(s *osms.Statement) error {
	payments, err := m.payments(s.Person)
	for _, p := range payments {
		if !p.State || p.Month < s.From || p.Month > s.To || !m.other(p.Month).arrived[p.document] {
			continue
		}
		payer, id := p.Document.Payer, p.Document.PayerID
		if payer == "" || p.Amount < 0 {
			payer, id = m.d.State.Payer, m.d.State.PayerID
		}
		s.Rows = append(s.Rows, osms.StatementRow{Month: p.Month, Payer: payer, PayerID: id, KNP: cmp.Or(p.KNP, m.d.State.KNP),
			PaidOn: p.PaidOn, Reference: cmp.Or(p.Document.Reference, p.Document.Number), Amount: p.Amount})
		s.Total += p.Amount
	}
	return cmp.Or(err, m.failed)
}

// statementNumber names a statement by the day of issue and by what it answers:
// the same question about the same register has the same number, and nothing of
// the IIN can be read from it.
func statementNumber(s osms.Statement, sequence int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s|%d|%d", s.Person.Digits(), s.From, s.To, s.Issued.Unix(), sequence))
	return fmt.Sprintf("%s-%s", s.Issued.Format("20060102"), strings.ToUpper(hex.EncodeToString(sum[:5])))
}

// paidBy tells whether the ledger shows money for a region's category, and the
// day and reference of the line that paid it, where exactly one can have.
func paidBy(ledger []store.StoredLedgerEntry, region osms.Region, category osms.Category) (on osms.Date, reference string, paid bool) {
	var found []store.StoredLedgerEntry
	for _, e := range ledger {
		if e.Region == region && (e.Category == "" || e.Category == category) && e.Amount > 0 {
			found = append(found, e)
		}
	}
	if len(found) == 1 {
		return found[0].PaidOn, found[0].Reference, true
	}
	return 0, "", len(found) > 0
}

// participation judges the periods believed now, and what happened, on the day of
// the question. The dead do not participate; whom the Fund gave a temporary status
// participates to its end, where nothing else says so, and nobody is billed.
func participation(all []store.KnownEntitlement, happened []osms.Event, today osms.Date) osms.Participation {
	for _, e := range osms.EventsOf(osms.EventDeath, happened) {
		if e.On <= today {
			return osms.Participation{Status: osms.NotParticipating}
		}
	}
	p := entitledIn(all, today.Month())
	if p.Status != osms.NotParticipating {
		return p
	}
	for _, e := range osms.EventsOf(osms.EventTemporaryStatus, happened) {
		if last := statusEnd(e); e.On <= today && today <= last {
			return osms.Participation{Status: osms.Participating, Since: e.On.Month(), Until: last.Month()}
		}
	}
	return p
}

// statusEnd is the last day of a temporary status: the one that is stated, but
// never later than a month after its beginning (DOMAIN §2).
func statusEnd(e osms.Event) osms.Date { return min(e.Until, e.On.MonthLater()) }

// entitledIn is the participation that follows from the periods believed now.
func entitledIn(all []store.KnownEntitlement, month osms.Month) osms.Participation {
	var periods []osms.Entitlement
	for _, e := range all {
		if e.KnownUntil == 0 {
			periods = append(periods, e.Entitlement)
		}
	}
	slices.SortFunc(periods, func(a, b osms.Entitlement) int { return cmp.Compare(a.From, b.From) })
	p := osms.Participation{Status: osms.NotParticipating}
	for i, e := range periods {
		if e.From > month {
			break
		}
		if i == 0 || periods[i-1].To.Add(1) < e.From {
			p.Since = e.From
		}
		p.Until, p.Category = e.To, e.Category
		if e.From <= month && month <= e.To {
			p.Status = osms.Participating
		}
		if p.Status == osms.Participating {
			for _, later := range periods[i+1:] {
				if later.From != p.Until.Add(1) {
					break
				}
				p.Until = later.To
			}
			break
		}
	}
	switch {
	case p.Status == osms.Participating && p.Until == osms.EndlessMonth:
		p.Until = 0
	case p.Status == osms.Participating:
		p.PreservedUntil = p.Until.Add(graceMonths)
	case p.Until != 0 && month <= p.Until.Add(graceMonths):
		p.Status, p.PreservedUntil = osms.RightPreserved, p.Until.Add(graceMonths)
	default:
		p.Category = ""
	}
	return p
}
