package jobs

import (
	"cmp"
	"context"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// What is asked about one payment document as a whole. With a region that is
// asked about, only documents that state it are looked at.

// askedDocument is a document with what it says of persons: of the month, and
// without a month.
type askedDocument struct {
	store.StoredDocument
	month, monthless store.PostingTotals
}

// documentary are the questions that are answered document by document.
var documentary = map[osms.AuditQuestion]func(*auditor, askedDocument) []osms.AuditRow{
	osms.AuditUntimely:   (*auditor).untimely,
	osms.AuditIncomplete: (*auditor).incomplete,
}

// untimely finds a contribution of the state for the month that is dated or
// booked more than AuditLateMoney days after its end, or dated (or, undated,
// booked) in an earlier month.
func (a *auditor) untimely(x askedDocument) []osms.AuditRow {
	persons, amount := x.month.Persons, x.month.Amount
	if x.Month == a.head.Month {
		persons, amount = x.Persons, x.Amount
	} else if persons == 0 {
		return nil
	}
	if !a.ofState(x.Document) || !a.asked(x.Region) {
		return nil
	}
	var out []osms.AuditRow
	add := func(kind string, days int) {
		r := a.paper(x.StoredDocument, kind)
		r.Finding, r.Persons, r.Amount, r.Days = 1, persons, amount, days
		out = append(out, r)
	}
	if dated := cmp.Or(x.Dated, x.Booked); dated != 0 && dated.Month() < a.head.Month {
		add(osms.MoneyAhead, a.head.Month.First().Sub(dated))
	}
	if days := max(x.Dated, x.Booked); days > a.head.Month.Last().Add(osms.AuditLateMoney) {
		add(osms.MoneyLate, days.Sub(a.head.Month.Last()))
	}
	return out
}

// incomplete finds a contribution of the state that does not say everything: for
// which month it is, when it moved in this one; for which region the month's
// persons or the whole are; and persons whom nobody ever claimed.
func (a *auditor) incomplete(x askedDocument) []osms.AuditRow {
	if !a.ofState(x.Document) || !a.asked(x.Region) {
		return nil
	}
	var out []osms.AuditRow
	add := func(kind string, persons int, amount osms.Tiyn) {
		r := a.paper(x.StoredDocument, kind)
		r.Finding, r.Persons, r.Amount = 1, persons, amount
		out = append(out, r)
	}
	whole := x.Digest == "" // it names no persons
	if cmp.Or(moved(x.StoredDocument), a.day(x.Import)).Month() == a.head.Month {
		switch {
		case whole && x.Month == 0:
			add(osms.LacksMonth, x.Persons, x.Amount)
		case x.monthless.Persons > 0:
			add(osms.LacksMonth, x.monthless.Persons, x.monthless.Amount)
		}
	}
	switch {
	case x.Region != 0:
	case whole && x.Month == a.head.Month:
		add(osms.LacksRegion, x.Persons, x.Amount)
	case x.month.Regionless > 0:
		add(osms.LacksRegion, x.month.Regionless, x.month.RegionlessAmount)
	}
	if x.month.Unknown > 0 {
		add(osms.LacksPerson, x.month.Unknown, x.month.UnknownAmount)
	}
	return out
}

// documentsAtOnce is how many documents are looked at together.
const documentsAtOnce = 500

// countDocuments counts what the questions about documents find, and keeps of
// which.
func (a *auditor) countDocuments(ctx context.Context, found, rows map[osms.AuditQuestion]int) error {
	var batch []store.StoredDocument
	look := func() error {
		err := a.askDocuments(ctx, batch, func(x askedDocument) error {
			for q, ask := range documentary {
				if n := len(ask(a, x)); n > 0 {
					a.documents[q] = append(a.documents[q], x.ID)
					found[q]++
					rows[q] += n
				}
			}
			return nil
		})
		batch = batch[:0]
		return err
	}
	err := a.d.Store.EachDocument(ctx, a.head.Month, a.head.Sequence, func(x store.StoredDocument) error {
		if !a.ofState(x.Document) || !a.asked(x.Region) {
			return nil
		}
		if batch = append(batch, x); len(batch) < documentsAtOnce {
			return nil
		}
		return look()
	})
	if err != nil {
		return err
	}
	return look()
}

// eachDocument looks at some documents again, in order.
func (a *auditor) eachDocument(ctx context.Context, ids []int64, each func(askedDocument) error) error {
	for len(ids) > 0 {
		some := ids[:min(len(ids), documentsAtOnce)]
		ids = ids[len(some):]
		known, err := a.d.Store.DocumentsNumbered(ctx, some, a.head.Sequence)
		if err != nil {
			return err
		}
		var documents []store.StoredDocument
		for _, id := range some {
			if x, ok := known[id]; ok {
				documents = append(documents, x)
			}
		}
		if err := a.askDocuments(ctx, documents, each); err != nil {
			return err
		}
	}
	return nil
}

// askDocuments looks up what documents say of persons.
func (a *auditor) askDocuments(ctx context.Context, documents []store.StoredDocument, each func(askedDocument) error) error {
	var listing []int64
	for _, x := range documents {
		if x.Digest != "" {
			listing = append(listing, x.ID)
		}
	}
	month, err := a.d.Store.PostedIn(ctx, a.head.Month, listing, a.head.Sequence)
	if err != nil {
		return err
	}
	monthless, err := a.d.Store.PostedIn(ctx, 0, listing, a.head.Sequence)
	if err != nil {
		return err
	}
	for _, x := range documents {
		if err := each(askedDocument{x, month[x.ID], monthless[x.ID]}); err != nil {
			return err
		}
	}
	return nil
}
