package jobs

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// What is asked about one payment of the month. Each question takes what a
// document that is believed says of a person, and everything that was ever
// believed of the person, and gives a row or none.

// asks is a question about a payment.
type asks func(*auditor, store.PersonHistory, paid) (osms.AuditRow, bool)

// paymental are the questions that are answered payment by payment.
var paymental = map[osms.AuditQuestion]asks{
	osms.AuditPaidDeparted: (*auditor).paidDeparted,
	osms.AuditPaidNames:    (*auditor).paidNames,
	osms.AuditPaidByOthers: (*auditor).paidByOthers,
}

// paid is a payment for a person.
type paid struct {
	osms.Posting
	document store.StoredDocument
	state    bool // it is a contribution of the state
}

// paidDeparted finds a contribution of the state for somebody who studied until
// before the month and for whom it is due to nobody, whose claims are believed no
// more, or who was never on the register. Study of any form in the month is no
// departure.
func (a *auditor) paidDeparted(h store.PersonHistory, p paid) (osms.AuditRow, bool) {
	if _, due := a.dueNow(h); due || !p.state {
		return osms.AuditRow{}, false
	}
	var last store.KnownFact
	kind := osms.PaidUnknown
	if len(h.Facts) > 0 {
		last, kind = newest(h.Facts), osms.PaidWithdrawn
		stands := slices.DeleteFunc(slices.Clone(h.Facts), func(f store.KnownFact) bool { return f.KnownUntil != 0 })
		over := slices.DeleteFunc(slices.Clone(stands), func(f store.KnownFact) bool { return f.Until >= a.head.Month.First() })
		if len(stands) > 0 {
			if len(over) == 0 || slices.ContainsFunc(stands, func(f store.KnownFact) bool { return a.inMonth(f.Fact) }) {
				return osms.AuditRow{}, false
			}
			last = slices.MaxFunc(over, func(x, y store.KnownFact) int { return cmp.Compare(x.Until, y.Until) })
			kind = string(last.Ending)
		}
	}
	r := a.payment(p, last, kind)
	if kind != osms.PaidWithdrawn {
		r.Until = last.Until
	}
	_, r.Due = a.onFrozenList(h)
	return r, a.asked(r.Region)
}

// paidNames finds a contribution of the state under a name of which neither
// surname nor given name is one that the register ever had for the person.
func (a *auditor) paidNames(h store.PersonHistory, p paid) (osms.AuditRow, bool) {
	if !p.state || len(h.Facts) == 0 || slices.ContainsFunc(h.Facts, func(f store.KnownFact) bool { return !otherListed(p.Name, f.Name) }) {
		return osms.AuditRow{}, false
	}
	r := a.payment(p, newest(h.Facts), "")
	return r, a.asked(r.Region)
}

// otherListed reports that a name as a list writes it, in one piece, has neither
// the surname nor the given name of another. Where the parts of the list's name
// begin is not told, so a name is found wherever it stands as whole words.
func otherListed(listed string, name osms.Name) bool {
	surname, given := osms.FoldName(name.Surname), osms.FoldName(name.Given)
	listed = " " + osms.FoldName(listed) + " "
	if strings.TrimSpace(listed) == "" || surname == "" || given == "" {
		return false
	}
	return !strings.Contains(listed, " "+surname+" ") && !strings.Contains(listed, " "+given+" ")
}

// paidByOthers finds a payment that is no contribution of the state for somebody
// on the state's list of the month: the frozen one, or what is due now.
func (a *auditor) paidByOthers(h store.PersonHistory, p paid) (osms.AuditRow, bool) {
	if p.state || p.Amount <= 0 {
		return osms.AuditRow{}, false
	}
	place, ok := a.onFrozenList(h)
	if a.frozen == nil {
		place, ok = a.dueNow(h)
	}
	if !ok || !a.asked(place.Region) {
		return osms.AuditRow{}, false
	}
	kind := osms.PaidByOther
	switch cmp.Or(p.KNP, p.document.KNP) {
	case "121":
		kind = osms.PaidByEmployer
	case "123", "124":
		kind = osms.PaidAsPenalty
	}
	var claim store.KnownFact
	if len(h.Facts) > 0 {
		claim = newest(h.Facts)
	}
	r := a.payment(p, claim, kind)
	r.Region, r.BIN, r.Category = place.Region, place.BIN, place.Category
	return r, true
}

// newest is the fact that became known last, a believed one before all others.
func newest(facts []store.KnownFact) store.KnownFact {
	return slices.MaxFunc(facts, func(x, y store.KnownFact) int {
		if (x.KnownUntil == 0) != (y.KnownUntil == 0) {
			return cmp.Compare(y.KnownUntil, x.KnownUntil)
		}
		return cmp.Or(cmp.Compare(x.KnownFrom, y.KnownFrom), cmp.Compare(x.From, y.From))
	})
}

// payment is what a row says of a payment for a person, of whom a fact is shown;
// without one the region is the list's.
func (a *auditor) payment(p paid, f store.KnownFact, kind string) osms.AuditRow {
	r := a.paper(p.document, kind)
	r.Finding, r.Person, r.Name, r.Amount = 1, p.Person, f.Name, p.Amount
	if p.Person != 0 {
		r.Birth = p.Person.Birth()
	}
	if r.Region = cmp.Or(p.Region, p.document.Region); f.BIN != 0 {
		r.Region, r.BIN = a.regionOf(f.BIN), f.BIN
	}
	said := r.Payment
	said.KNP, said.Listed, said.Given, said.Place = cmp.Or(p.KNP, said.KNP), p.Name, p.Given, p.Place
	said.Returned = said.Returned || p.Returned
	return r
}

// paper is what a row says of a document, and of the import that brings it.
func (a *auditor) paper(x store.StoredDocument, kind string) osms.AuditRow {
	return osms.AuditRow{Region: x.Region, Kind: kind, Learnt: osms.AuditMoment{Sequence: x.Import, Source: a.source(x.Origin)},
		Payment: &osms.AuditPayment{Format: x.Format, Reference: x.Reference, Number: x.Number, Dated: x.Dated, Booked: x.Booked,
			Payer: x.Payer, PayerID: x.PayerID, KNP: x.KNP, Returned: x.Returned, Place: x.Place}}
}

// paymentsAtOnce is for how many payments persons and documents are looked up
// together.
const paymentsAtOnce = 1000

// askPayments asks questions about the payments that walk hands over: those of a
// person together, and then those without an IIN, each of which is a finding of
// its own.
func (a *auditor) askPayments(ctx context.Context, questions map[osms.AuditQuestion]asks, walk func(add func(int64, *osms.Posting) error) error,
	found func(osms.AuditQuestion, osms.AuditRow) error) error {
	numbers, last := map[osms.AuditQuestion]int{}, map[osms.AuditQuestion]osms.IIN{}
	ask := func(h store.PersonHistory, p paid) error {
		for q, ask := range questions {
			r, ok := ask(a, h, p)
			if !ok {
				continue
			}
			if p.Person == 0 || p.Person != last[q] {
				numbers[q]++
			}
			last[q], r.Finding = p.Person, numbers[q]
			if err := found(q, r); err != nil {
				return err
			}
		}
		return nil
	}
	var batch []paid
	err := walk(func(document int64, p *osms.Posting) error {
		batch = append(batch, paid{Posting: *p, document: store.StoredDocument{ID: document}})
		if len(batch) < paymentsAtOnce {
			return nil
		}
		err := a.askBatch(ctx, batch, ask)
		batch = batch[:0]
		return err
	})
	if err != nil {
		return err
	}
	return a.askBatch(ctx, batch, ask)
}

// askBatch looks up the persons and believed documents of some payments, which
// are in order of persons but for those without an IIN, and asks about each.
func (a *auditor) askBatch(ctx context.Context, batch []paid, ask func(store.PersonHistory, paid) error) error {
	var ids []int64
	var persons []osms.IIN
	for _, p := range batch {
		ids = append(ids, p.document.ID)
		if p.Person != 0 {
			persons = append(persons, p.Person)
		}
	}
	slices.Sort(ids)
	documents, err := a.d.Store.DocumentsNumbered(ctx, slices.Compact(ids), a.head.Sequence)
	if err != nil {
		return err
	}
	histories := map[osms.IIN]store.PersonHistory{}
	err = a.d.Store.PersonsAt(ctx, slices.Compact(persons), a.head.Sequence, func(h store.PersonHistory) error {
		histories[h.Person] = h
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range batch {
		x, ok := documents[p.document.ID]
		if !ok {
			continue
		}
		p.document, p.state = x, a.ofState(x.Document) && !notState[p.KNP]
		if err := ask(histories[p.Person], p); err != nil {
			return err
		}
	}
	return nil
}

// countPayments counts what the questions about payments find, and keeps of whom.
func (a *auditor) countPayments(ctx context.Context, found, rows map[osms.AuditQuestion]int) error {
	walk := func(add func(int64, *osms.Posting) error) error {
		if err := a.d.Store.PostingsByPerson(ctx, a.head.Month, add); err != nil {
			return err
		}
		return a.d.Store.PostingsOfNobody(ctx, a.head.Month, add)
	}
	return a.askPayments(ctx, paymental, walk, func(q osms.AuditQuestion, r osms.AuditRow) error {
		found[q] = r.Finding
		rows[q]++
		switch n := len(a.persons[q]); {
		case r.Person == 0:
			a.nameless[q] = true
		case n == 0 || a.persons[q][n-1] != r.Person:
			a.persons[q] = append(a.persons[q], r.Person)
		}
		return nil
	})
}

// eachPayment gives the rows of an answer about payments.
func (a *auditor) eachPayment(ctx context.Context, q osms.AuditQuestion, yield func(osms.AuditRow) error) error {
	walk := func(add func(int64, *osms.Posting) error) error {
		if err := a.d.Store.PostingsAmong(ctx, a.head.Month, a.persons[q], add); err != nil || !a.nameless[q] {
			return err
		}
		return a.d.Store.PostingsOfNobody(ctx, a.head.Month, add)
	}
	return a.askPayments(ctx, map[osms.AuditQuestion]asks{q: paymental[q]}, walk, func(_ osms.AuditQuestion, r osms.AuditRow) error { return yield(r) })
}
