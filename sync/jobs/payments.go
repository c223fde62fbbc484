package jobs

import (
	"cmp"
	"context"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Payment is what a payment document says of a person, and where it says so.
type Payment struct {
	Month    osms.Month
	Amount   osms.Tiyn // negative: given back
	KNP      string
	Listed   string // the name as the document writes it
	Region   osms.Region
	PaidOn   osms.Date
	State    bool // it pays the state's contribution
	Document osms.DocumentRef
	Source   Source
}

// Payments lists what the documents that are believed at a sequence say of a
// person, in order of month and document.
func (d *Desk) Payments(ctx context.Context, iin osms.IIN, sequence int64) ([]Payment, error) {
	type posted struct {
		document int64
		osms.Posting
	}
	var postings []posted
	var ids []int64
	err := d.Store.PostingsFor(ctx, []osms.IIN{iin}, func(document int64, p *osms.Posting) error {
		postings, ids = append(postings, posted{document, *p}), append(ids, document)
		return nil
	})
	if err != nil || len(postings) == 0 {
		return nil, err
	}
	slices.Sort(ids)
	documents, err := d.Store.DocumentsNumbered(ctx, slices.Compact(ids), sequence)
	if err != nil {
		return nil, err
	}
	m := &money{d: d, ctx: ctx, sequence: sequence}
	if err := m.files(); err != nil {
		return nil, err
	}
	var out []Payment
	for _, p := range postings {
		x, ok := documents[p.document]
		if !ok {
			continue
		}
		out = append(out, Payment{Month: p.Month, Amount: p.Amount, KNP: cmp.Or(p.KNP, x.KNP), Listed: p.Name, Region: cmp.Or(p.Region, x.Region),
			PaidOn: moved(x), State: d.ofState(x.Document) && !notState[p.KNP], Document: m.reference(x),
			Source: Source{Import: x.Import, File: m.names[x.Origin], Sheet: m.sheet(x, p.Place), Row: int(p.Row)}})
	}
	return out, nil
}

// listedFor reports whether lists of persons account for a month: then who is on
// none of them was not paid for.
func (d *Desk) listedFor(ctx context.Context, month osms.Month, sequence int64) (bool, error) {
	documents, err := d.Store.Documents(ctx, month, sequence)
	return slices.ContainsFunc(documents, func(x store.StoredDocument) bool {
		return x.Kind == osms.DocumentList && x.First != 0 && x.First <= month && month <= x.Last && d.ofState(x.Document)
	}), err
}
