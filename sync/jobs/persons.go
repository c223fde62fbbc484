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
}

// Person reads everything that was ever believed of a person; on a day (zero:
// any) and as known at a sequence (0: with its whole history of knowledge; -1:
// before the first). ErrBlocked when the person's data are blocked, store.ErrNotFound when the register had never heard of the
// person.
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
	if len(facts) == 0 {
		return p, store.ErrNotFound
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return p, err
	}
	newest := slices.MaxFunc(facts, func(a, b store.KnownFact) int {
		return cmp.Or(cmp.Compare(max(a.KnownFrom, a.Import), max(b.KnownFrom, b.Import)), cmp.Compare(a.First, b.First))
	})
	p.Name, p.Born = newest.Name, newest.Birth
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
	if len(facts) == 0 {
		return s, store.ErrNotFound
	}
	newest := slices.MaxFunc(facts, func(a, b store.KnownFact) int { return cmp.Compare(a.KnownFrom, b.KnownFrom) })
	s.Name, s.Birth = newest.Name, newest.Birth
	s.Participation = participation(entitlements, osms.DateOf(now.In(d.Zone)).Month())
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return s, err
	}
	freezes, err := d.Store.Freezes(ctx, last)
	if err != nil {
		return s, err
	}
	if err := d.transferred(ctx, &s, last); err != nil {
		return s, err
	}
	for _, f := range freezes {
		e, ok := standing(entitlements, f.Month, f.Sequence)
		if !ok || f.Month < from || f.Month > to {
			continue
		}
		if listed, err := d.listedFor(ctx, f.Month, last); err != nil || listed {
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

// transferred adds what the payer's lists say of the person, month by month.
func (d *Desk) transferred(ctx context.Context, s *osms.Statement, sequence int64) error {
	payments, err := d.Payments(ctx, s.Person, sequence)
	for _, p := range payments {
		if !p.State || p.Month < s.From || p.Month > s.To {
			continue
		}
		payer, id := p.Document.Payer, p.Document.PayerID
		if payer == "" {
			payer, id = d.State.Payer, d.State.PayerID
		}
		s.Rows = append(s.Rows, osms.StatementRow{Month: p.Month, Payer: payer, PayerID: id, KNP: cmp.Or(p.KNP, d.State.KNP),
			PaidOn: p.PaidOn, Reference: p.Document.Label(), Amount: p.Amount})
		s.Total += p.Amount
	}
	return err
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

// participation judges the periods believed now in the month of the question.
func participation(all []store.KnownEntitlement, month osms.Month) osms.Participation {
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
