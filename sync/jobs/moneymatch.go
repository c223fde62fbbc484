package jobs

import (
	"cmp"
	"maps"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
	"osmsd/sync/store"
)

// match compares the month's documents with the frozen list, person by person.
// Without any document it leaves matched nil: the totals alone are the ledger.
func (m *money) match(totals []osms.LedgerEntry, rate osms.StateRate, onItsWay func(osms.Date) bool) error {
	if err := m.gather(); err != nil {
		return err
	}
	if err := m.files(); err != nil {
		return err
	}
	m.unplaced = map[osms.Placeless]*osms.Unplaced{}
	m.link(totals)
	if err := m.returns(); err != nil {
		return err
	}
	if err := m.strangers(totals); err != nil || len(m.documents) == 0 {
		return err
	}
	o := reconcile.MatchOptions{Month: m.month, PerPerson: rate.PerPerson(), Totals: totals, HasReferences: m.lead, OnItsWay: onItsWay,
		Links: true, Other: func(month osms.Month) reconcile.OtherMonth { return m.other(month).OtherMonth }}
	lists := false
	for _, x := range m.sorted() {
		switch {
		case m.ofMonth(x) && m.state[x.ID]:
			lists = true
		case m.state[x.ID] && x.Kind == osms.DocumentList && m.links[x.ID] != "": // it may be what a movement without a month pays for
		case !m.state[x.ID] || x.Kind == osms.DocumentList || x.Month != m.month && !(m.links[x.ID] != "" && x.Month == 0) && !(x.Digest != "" && x.First == m.month):
			continue
		}
		o.Documents = append(o.Documents, m.shown(x))
	}
	if len(o.Documents) == 0 {
		return nil
	}
	matching := reconcile.NewMatching(o)
	if lists || slices.ContainsFunc(o.Documents, func(x reconcile.Document) bool { return x.Digest != "" }) {
		if err := m.stands(matching); err != nil {
			return err
		}
		if err := m.add(matching, o.Documents); err != nil {
			return err
		}
		if err := m.tell(matching); err != nil {
			return err
		}
	}
	closed := matching.Close()
	m.matched = &closed
	return m.failed
}

// stands hands the month's list over.
func (m *money) stands(matching *reconcile.Matching) error {
	return m.d.Store.Stands(m.ctx, m.month, m.frozen, func(e osms.Entitlement) error {
		matching.List(reconcile.Stand{Person: e.Person, BIN: e.BIN, Region: e.Region, Category: e.Category})
		return nil
	})
}

// add hands the month's postings of the state's documents over.
func (m *money) add(matching *reconcile.Matching, documents []reconcile.Document) error {
	counts := map[int64]bool{}
	for _, x := range documents {
		counts[x.ID] = true
	}
	err := m.d.Store.Postings(m.ctx, m.month, func(document int64, p *osms.Posting) error {
		if !counts[document] || notState[p.KNP] {
			return nil
		}
		return matching.Add(reconcile.Entry{Document: document, Posting: *p, Sheet: m.sheet(m.documents[document], p.Place)})
	})
	if err != nil {
		return err
	}
	return m.giveBack(matching)
}

// askAtOnce is how many persons are looked up in other months together.
const askAtOnce = 2000

// tell gives the other months of the persons for whom they decide.
func (m *money) tell(matching *reconcile.Matching) error {
	for asked := range slices.Chunk(matching.Ask(), askAtOnce) {
		if err := m.tellOf(matching, asked); err != nil {
			return err
		}
	}
	return nil
}

func (m *money) tellOf(matching *reconcile.Matching, asked []osms.IIN) error {
	postings, err := m.postingsFor(asked, func(p *osms.Posting) bool { return p.Month != m.month && p.Month != 0 && !notState[p.KNP] })
	if err != nil {
		return err
	}
	// Whoever has nothing in other months, and nothing too many in this one, is
	// settled by the month alone.
	pasts := map[osms.IIN]*reconcile.Past{}
	for _, p := range asked {
		if matching.HasEntries(p) {
			pasts[p] = &reconcile.Past{}
		}
	}
	for _, p := range postings {
		x := p.document
		if !ofState(m.payer, x.Document) {
			continue
		}
		past := pasts[p.Person]
		if past == nil {
			past = &reconcile.Past{}
			pasts[p.Person] = past
		}
		shown := m.shown(x)
		shown.Link = "" // it has arrived, or not, as its own month sees it
		if m.other(p.Month).arrived[x.ID] {
			shown.Link = "arrived"
		}
		entry := reconcile.Entry{Document: x.ID, Posting: p.Posting, Sheet: m.sheet(x, p.Place)}
		entry.Region = cmp.Or(entry.Region, x.Region)
		past.Entries = append(past.Entries, entry)
		if !slices.ContainsFunc(past.Documents, func(d reconcile.Document) bool { return d.ID == x.ID }) {
			past.Documents = append(past.Documents, shown)
		}
	}
	if len(pasts) == 0 {
		return nil
	}
	expected, err := m.expected()
	if err != nil {
		return err
	}
	err = m.d.Store.EntitlementsFor(m.ctx, slices.Sorted(maps.Keys(pasts)), func(e store.KnownEntitlement) error {
		for _, x := range expected {
			if e.From <= x.Month && x.Month <= e.To && believed(e.KnownFrom, e.KnownUntil, x.Sequence) {
				pasts[e.Person].Expected = append(pasts[e.Person].Expected, reconcile.Expected{Month: x.Month, PerPerson: x.Rate.PerPerson(),
					Stand: reconcile.Stand{Person: e.Person, BIN: e.BIN, Region: e.Region, Category: e.Category}})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range slices.Sorted(maps.Keys(pasts)) {
		matching.Tell(p, *pasts[p])
	}
	return m.failed
}

// shown is a document as it is matched.
func (m *money) shown(x store.StoredDocument) reconcile.Document {
	return reconcile.Document{ID: x.ID, Document: x.Document, Ref: m.reference(x), Names: m.sheets[x.Origin], Link: m.links[x.ID]}
}
