package jobs

import (
	"context"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// mostHeld bounds the documents that are held in memory.
const mostHeld = 100_000

// heldDocuments are the believed documents of every month, in order of their
// numbers: read once where many months are looked at, each of which concerns
// the documents of its neighbours too.
type heldDocuments struct{ all []store.StoredDocument }

// holdDocuments reads them as known at a sequence; nil when they are too many.
func (d *Desk) holdDocuments(ctx context.Context, sequence int64) (*heldDocuments, error) {
	all, err := d.Store.EveryDocument(ctx, sequence, mostHeld+1)
	if err != nil || len(all) > mostHeld {
		return nil, err
	}
	return &heldDocuments{all}, nil
}

// near are the documents that concern the month: see store.Documents.
func (m *money) near() ([]store.StoredDocument, error) {
	if m.held == nil {
		return m.d.Store.Documents(m.ctx, m.month, m.sequence, neverState())
	}
	from, until := store.NearMonth(m.month)
	var out []store.StoredDocument
	for i := range m.held.all {
		x := &m.held.all[i]
		list, booked := x.Kind == osms.DocumentList, x.Booked >= from && x.Booked <= until
		if (x.Month == m.month || x.Month == 0 && booked) && (list || !notState[x.KNP]) || list && (booked || x.First <= m.month && m.month <= x.Last) {
			out = append(out, *x)
		}
	}
	return out, nil
}

// bearing are the documents of a kind that bear one of some references, which are
// sorted: see store.Bearing.
func (m *money) bearing(kind osms.DocumentKind, references []string) ([]store.StoredDocument, error) {
	if m.held == nil {
		return m.d.Store.Bearing(m.ctx, kind, references, m.sequence)
	}
	wanted := make(map[string]bool, len(references))
	for _, r := range references {
		wanted[r] = true
	}
	var out []store.StoredDocument
	for i := range m.held.all {
		if x := &m.held.all[i]; x.Kind == kind && (wanted[x.Reference] || wanted[x.Number]) {
			out = append(out, *x)
		}
	}
	return out, nil
}
