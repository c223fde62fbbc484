package jobs

import (
	"cmp"
	"context"
	"slices"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// graceMonths is how long care goes on after the end of payment (law No 405-V,
// Art. 5).
const graceMonths = 3

// Statement is service B's answer for one person: participation and the sums
// that the state transferred: what the payer's lists say of the person, and for
// a month without lists the share of the frozen list for which the ledger shows
// that money arrived. It has no number and no digest: who issues it gives them.
// ErrBlocked when the person's data are blocked, store.ErrNotFound when the
// register never heard of the person.
func (d *Desk) Statement(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	v, err := d.statementView(ctx)
	if err != nil {
		return osms.Statement{}, err
	}
	return v.known(ctx, iin, from, to, now)
}

// known is the statement of a person of whom it may be given.
func (v *statementView) known(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	if v.blocked[iin] {
		return osms.Statement{}, ErrBlocked
	}
	s, known, err := v.statement(ctx, iin, from, to, now)
	if err == nil && !known {
		err = store.ErrNotFound
	}
	return s, err
}

// statement draws the statement of a person up; known tells whether the register
// ever heard of the person. Whoever is unknown takes no part and has no name, and
// may stand on the payer's lists all the same.
func (v *statementView) statement(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (s osms.Statement, known bool, err error) {
	s = osms.Statement{Issued: now.In(v.d.Zone), Person: iin, From: from, To: to, Rows: []osms.StatementRow{}}
	facts, entitlements, err := v.d.Store.History(ctx, iin)
	if err != nil {
		return s, false, err
	}
	facts, entitlements = asKnown(facts, entitlements, v.content)
	if len(facts) > 0 {
		newest := slices.MaxFunc(facts, func(a, b store.KnownFact) int { return cmp.Compare(a.KnownFrom, b.KnownFrom) })
		s.Name, s.Birth = newest.Name, newest.Birth
	}
	happened, err := v.d.Store.EventsOf(ctx, iin)
	if err != nil {
		return s, false, err
	}
	s.Participation = participation(entitlements, eventsAt(happened, v.content), osms.DateOf(now.In(v.d.Zone)))
	known = len(facts) > 0 || s.Participation.Status != osms.NotParticipating // the Fund may have given a status
	listed, err := v.transferred(ctx, &s)
	if err != nil {
		return s, false, err
	}
	for _, f := range v.freezes {
		e, ok := standing(entitlements, f.Month, f.Sequence)
		if !ok || f.Month < from || f.Month > to {
			continue
		}
		if !listed[f.Month] { // on a list themselves, the person is somebody of the organisation
			if listed[f.Month], err = v.listedFor(ctx, f.Month, e.BIN); err != nil {
				return s, false, err
			}
		}
		if listed[f.Month] {
			continue // lists speak of the organisation: they alone say who was paid for
		}
		month, err := v.month(ctx, f.Month)
		if err != nil {
			return s, false, err
		}
		row := osms.StatementRow{Month: f.Month, Payer: v.d.State.Payer, PayerID: v.d.State.PayerID, KNP: v.d.State.KNP, Amount: f.Rate.PerPerson()}
		paid := false
		if row.PaidOn, row.Reference, paid = paidBy(month.ledger, e.Region, e.Category); !paid {
			continue // assessed, but nothing arrived: no transferred sum
		}
		s.Rows = append(s.Rows, row)
		s.Total += row.Amount
	}
	slices.SortStableFunc(s.Rows, func(a, b osms.StatementRow) int { return cmp.Compare(a.Month, b.Month) })
	return s, known, nil
}

// asKnown leaves of a person's history what was known at a decision.
func asKnown(facts []store.KnownFact, entitlements []store.KnownEntitlement, sequence int64) ([]store.KnownFact, []store.KnownEntitlement) {
	facts = slices.DeleteFunc(facts, func(f store.KnownFact) bool { return f.KnownFrom > sequence })
	entitlements = slices.DeleteFunc(entitlements, func(e store.KnownEntitlement) bool { return e.KnownFrom > sequence })
	for i := range entitlements {
		if entitlements[i].KnownUntil > sequence {
			entitlements[i].KnownUntil = 0 // what ended it was not known yet
		}
	}
	return facts, entitlements
}

// transferred adds what the payer's lists say of the person, month by month, as
// far as their money arrived, and tells the months for which one does.
func (v *statementView) transferred(ctx context.Context, s *osms.Statement) (listed map[osms.Month]bool, err error) {
	var postings []posted
	err = v.d.Store.PostingsFor(ctx, []osms.IIN{s.Person}, func(document int64, p *osms.Posting) error {
		if p.Month >= s.From && p.Month <= s.To {
			postings = append(postings, posted{store.StoredDocument{ID: document}, *p})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	listed = map[osms.Month]bool{}
	for _, p := range postings {
		month, err := v.month(ctx, p.Month)
		if err != nil {
			return nil, err
		}
		x, arrived := month.arrived[p.document.ID]
		if !arrived {
			continue
		}
		listed[p.Month] = true
		if notState[p.KNP] {
			continue
		}
		payer, id := x.Payer, x.PayerID
		if payer == "" || p.Amount < 0 {
			payer, id = v.d.State.Payer, v.d.State.PayerID
		}
		s.Rows = append(s.Rows, osms.StatementRow{Month: p.Month, Payer: payer, PayerID: id, KNP: cmp.Or(p.KNP, x.KNP, v.d.State.KNP),
			PaidOn: moved(x), Reference: cmp.Or(x.Reference, x.Number), Amount: p.Amount})
		s.Total += p.Amount
	}
	return listed, nil
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
// the question. The dead do not participate, and what they had is told; whom the Fund gave a temporary status
// participates to its end, where nothing else says so, and nobody is billed.
func participation(all []store.KnownEntitlement, happened []osms.Event, today osms.Date) osms.Participation {
	for _, e := range osms.EventsOf(osms.EventDeath, happened) {
		if e.On <= today {
			return untilDeath(all, e.On.Month())
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

// untilDeath is the participation of who died in a month: none, and until when it
// lasted, where the register knew of any.
func untilDeath(all []store.KnownEntitlement, month osms.Month) osms.Participation {
	p := entitledIn(all, month)
	if p.Until == 0 && p.Since != 0 || p.Until > month {
		p.Until = month
	}
	return osms.Participation{Status: osms.NotParticipating, Since: p.Since, Until: p.Until}
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
