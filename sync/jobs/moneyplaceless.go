package jobs

import (
	"cmp"
	"maps"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// strangers notes the money that stands on no line of the month: what does not
// say for which month it is, in the month in which it moved; what is not a
// contribution of the state; and, where lists of totals are the ledger, what a
// statement shows for regions that they do not have.
func (m *money) strangers(totals []osms.LedgerEntry) error {
	persons, amount, first, err := m.d.Store.Strangers(m.ctx, m.month, m.sequence, neverState(), mostBehind)
	if err != nil {
		return err
	}
	moves := map[string]bool{} // references of movements that are not the state's
	if persons != 0 || amount != 0 {
		for _, x := range first {
			m.unplace(osms.NotState, x, x.Persons, x.Amount)
			persons, amount = persons-x.Persons, amount-x.Amount
			for _, r := range bears(x) {
				moves[r] = true
			}
		}
		m.unplaced[osms.NotState].Persons += persons
		m.unplaced[osms.NotState].Amount += amount
	}
	for _, x := range m.sorted() {
		if x.Kind == osms.DocumentMovement && !m.state[x.ID] {
			for _, r := range bears(x) {
				moves[r] = true
			}
		}
	}
	has := map[osms.Region]bool{}
	for _, e := range totals {
		has[e.Region] = true
	}
	for _, x := range m.sorted() {
		stated := cmp.Or(x.Month, x.First)
		here := stated == m.month || stated == 0 && moved(x).Month() == m.month
		switch {
		case !m.state[x.ID]:
			if x.Kind == osms.DocumentMovement && notState[x.KNP] || x.Kind == osms.DocumentList && slices.ContainsFunc(bears(x), func(r string) bool { return moves[r] }) {
				continue // it was summed, or its movement stands for it
			}
			if here {
				m.unplace(osms.NotState, x, x.Persons, x.Amount)
			}
		case x.Kind == osms.DocumentMovement && stated == 0 && here && m.links[x.ID] == "":
			m.unplace(osms.NoMonth, x, x.Persons, x.Amount)
		case x.Kind == osms.DocumentMovement && stated == m.month && len(totals) > 0 && x.Region != 0 && !has[x.Region]:
			m.unplace(osms.NotInTotals, x, x.Persons, x.Amount)
		}
	}
	return m.monthless()
}

// monthless notes the persons of lists whose month is not stated, list by list,
// and lines of lists of totals without a month.
func (m *money) monthless() error {
	type sum struct {
		persons int
		amount  osms.Tiyn
	}
	sums := map[int64]sum{}
	err := m.d.Store.Postings(m.ctx, 0, func(document int64, p *osms.Posting) error {
		s := sums[document]
		sums[document] = sum{s.persons + 1, s.amount + p.Amount}
		return nil
	})
	if err != nil {
		return err
	}
	known, err := m.d.Store.DocumentsNumbered(m.ctx, slices.Sorted(maps.Keys(sums)), m.sequence)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if x := known[id]; x.Kind == osms.DocumentList && moved(x).Month() == m.month && ofState(m.payer, x.Document) {
			m.unplace(osms.NoMonth, x, sums[id].persons, sums[id].amount)
		}
	}
	lines, err := m.d.Store.Ledger(m.ctx, 0, m.sequence)
	if err != nil {
		return err
	}
	for _, e := range lines {
		month := e.PaidOn.Month()
		if month == 0 {
			month = osms.DateOf(m.received[e.Import].In(m.d.Zone)).Month()
		}
		if month == m.month {
			x := store.StoredDocument{Document: osms.Document{Format: "totals", Reference: e.Reference, Booked: e.PaidOn, Place: e.Place}, Import: e.Import, Origin: e.Import}
			m.unplace(osms.NoMonth, x, e.Persons, e.Amount)
		}
	}
	return nil
}

func (m *money) unplace(why osms.Placeless, x store.StoredDocument, persons int, amount osms.Tiyn) {
	u := m.unplaced[why]
	if u == nil {
		u = &osms.Unplaced{Why: why}
		m.unplaced[why] = u
	}
	u.Persons += persons
	u.Amount += amount
	if len(u.Behind) < mostBehind {
		ref := m.reference(x)
		u.Behind = append(u.Behind, osms.BridgePerson{Amount: amount, Import: x.Import, File: ref.File, Sheet: m.sheet(x, x.Place), Row: int(x.Row), Document: &ref})
	}
}

// report puts the documents that were counted or looked at, and the money on no
// line, into a reconciliation.
func (m *money) report(r *osms.Reconciliation, imports map[int64]bool) {
	r.Source = osms.FromNothing
	if m.matched != nil {
		r.Source = m.matched.Source
	} else if len(r.Entries) > 0 {
		r.Source = osms.FromTotals
	}
	if m.matched != nil {
		r.Documents = m.matched.Documents
	}
	for _, x := range r.Documents {
		imports[x.Import] = true
	}
	for _, u := range m.unplaced {
		for _, p := range u.Behind {
			imports[p.Import] = true
		}
	}
	for _, why := range []osms.Placeless{osms.NoMonth, osms.NotInTotals, osms.NotState} {
		if u := m.unplaced[why]; u != nil {
			r.Unplaced = append(r.Unplaced, *u)
		}
	}
}
