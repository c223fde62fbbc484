package jobs

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
	"osmsd/sync/store"
)

// daysToReturn is how long after a payment a return that does not name it, only
// its sum and sender, may still be its own.
const daysToReturn = 60

// returns finds what returns take back that do not say for which month or region
// they are: a movement with the same sum and one of their references, or else the
// only one of that sum from the same sender; of a return that names a person, the
// person's payment of that sum. They take month and region from there.
func (m *money) returns() error {
	m.reversals, m.named = map[int64]int64{}, map[int64]osms.Month{}
	all := m.sorted()
	lists := map[string][]store.StoredDocument{}
	for _, x := range all {
		if link := m.links[x.ID]; link != "" && x.Kind == osms.DocumentList {
			lists[link] = append(lists[link], x)
		}
	}
	for _, x := range all {
		if x.Kind != osms.DocumentMovement || !m.state[x.ID] || x.Amount >= 0 || !x.Returned || x.Month != 0 && (x.Region != 0 || x.Digest != "") {
			continue
		}
		if x.Digest != "" {
			if err := m.nameMonth(&x); err != nil {
				return err
			}
			m.documents[x.ID] = x
			continue
		}
		y, ok := reversed(x, all, m.state)
		if !ok {
			continue
		}
		x.Month, x.Region = cmp.Or(x.Month, y.Month), cmp.Or(x.Region, y.Region)
		if of := lists[m.links[y.ID]]; m.links[y.ID] != "" && len(of) == 1 && of[0].Amount == -x.Amount && of[0].First == of[0].Last {
			// All of a list came back: every person of it.
			x.Month, x.First, x.Last, x.Digest = of[0].First, of[0].First, of[0].First, of[0].Digest
			m.reversals[of[0].ID] = x.ID
		}
		m.documents[x.ID] = x
	}
	return nil
}

// reversed finds the movement that a return gives back whole.
func reversed(x store.StoredDocument, all []store.StoredDocument, state map[int64]bool) (store.StoredDocument, bool) {
	var named, alike []store.StoredDocument
	for _, y := range all {
		if y.Kind != osms.DocumentMovement || !state[y.ID] || y.Amount != -x.Amount || y.Account != x.Account || moved(y) > moved(x) {
			continue
		}
		switch {
		case slices.ContainsFunc(bears(y), func(r string) bool { return r == x.Reverses || r == x.Reference || r == x.Number }):
			named = append(named, y)
		case moved(x).Sub(moved(y)) <= daysToReturn && (x.PayeeID == "" || y.PayerID == "" || x.PayeeID == y.PayerID):
			alike = append(alike, y)
		}
	}
	switch {
	case len(named) > 0:
		return named[len(named)-1], true
	case len(alike) == 1 && x.Reverses == "":
		return alike[0], true
	}
	return store.StoredDocument{}, false
}

// nameMonth finds the month of a return that names one person: that of the
// latest payment of the sum for the person before it.
func (m *money) nameMonth(x *store.StoredDocument) error {
	if x.Month != 0 {
		return nil
	}
	var person osms.IIN
	err := m.d.Store.PostingsOf(m.ctx, x.ID, 0, func(p *osms.Posting) error {
		person = p.Person
		return nil
	})
	if err != nil || person == 0 {
		return err
	}
	payments, err := m.postingsFor([]osms.IIN{person}, func(p *osms.Posting) bool { return p.Amount == -x.Amount && p.Month != 0 })
	if err != nil {
		return err
	}
	for _, p := range payments {
		if moved(p.document) <= moved(*x) {
			x.Month = max(x.Month, p.Month)
		}
	}
	if x.Month != 0 {
		x.First, x.Last = x.Month, x.Month
		m.named[x.ID] = x.Month
	}
	return nil
}

// giveBack adds what the returns that were given a month say of persons.
func (m *money) giveBack(matching *reconcile.Matching) error {
	for list, movement := range m.reversals {
		x := m.documents[movement]
		if x.Month != m.month {
			continue
		}
		err := m.d.Store.PostingsOf(m.ctx, list, m.month, func(p *osms.Posting) error {
			back := *p
			back.Amount, back.Returned, back.Place = -p.Amount, true, x.Place
			return matching.Add(reconcile.Entry{Document: movement, Posting: back, Sheet: m.sheet(x, x.Place)})
		})
		if err != nil {
			return err
		}
	}
	for movement, month := range m.named {
		if month != m.month {
			continue
		}
		x := m.documents[movement]
		err := m.d.Store.PostingsOf(m.ctx, movement, 0, func(p *osms.Posting) error {
			p.Month = month
			return matching.Add(reconcile.Entry{Document: movement, Posting: *p, Sheet: m.sheet(x, p.Place)})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
