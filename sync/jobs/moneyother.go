package jobs

import (
	"cmp"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
	"osmsd/sync/store"
)

// otherMonth is what is known of the money of another month.
type otherMonth struct {
	reconcile.OtherMonth
	arrived map[int64]bool // its lists
	// named are the arrived documents that say something of persons, as they are.
	named map[int64]store.StoredDocument
}

// other looks at another month as it would be looked at for itself.
func (m *money) other(month osms.Month) otherMonth {
	if o, ok := m.others[month]; ok {
		return o
	}
	o := otherMonth{OtherMonth: reconcile.OtherMonth{Source: osms.FromNothing}, arrived: map[int64]bool{},
		named: map[int64]store.StoredDocument{}}
	entries, err := m.d.Store.Ledger(m.ctx, month, m.sequence)
	m.failed = cmp.Or(m.failed, err)
	totals := make([]osms.LedgerEntry, len(entries))
	for i, e := range entries {
		totals[i] = e.LedgerEntry
	}
	other := &money{d: m.d, ctx: m.ctx, month: month, sequence: m.sequence, held: m.held}
	m.failed = cmp.Or(m.failed, other.gather())
	other.link(totals)
	movements := false
	for id, x := range other.documents {
		if !other.state[id] {
			continue
		}
		movements = movements || x.Kind == osms.DocumentMovement && (x.Month == month || x.Month == 0 && other.links[id] != "")
		o.Lists = o.Lists || other.ofMonth(x) && !x.Returned
		o.arrived[id] = x.Kind == osms.DocumentMovement || !other.lead || other.links[id] != ""
		if o.arrived[id] && x.Digest != "" {
			if other.lent[id] {
				x.Reference = ""
			}
			o.named[id] = x
		}
	}
	switch {
	case len(totals) > 0:
		o.Source = osms.FromTotals
	case movements:
		o.Source = osms.FromStatements
	case o.Lists:
		o.Source = osms.FromLists
	}
	if m.others == nil {
		m.others = map[osms.Month]otherMonth{}
	}
	m.others[month] = o
	return o
}

// expected are the lists of the other months that are near and that lists of
// persons account for: the frozen ones, and what is due now where nothing was
// frozen.
func (m *money) expected() ([]store.Freeze, error) {
	if m.expects != nil {
		return m.expects, nil
	}
	frozen := map[osms.Month]store.Freeze{}
	for _, f := range m.freezes {
		frozen[f.Month] = f
	}
	m.expects = []store.Freeze{}
	for n := -reconcile.Farthest; n <= reconcile.Farthest; n++ {
		month := m.month.Add(n)
		if n == 0 || !m.other(month).Lists {
			continue
		}
		f, ok := frozen[month]
		if !ok {
			rate, _, err := m.d.due(m.ctx, month, m.sequence)
			if err != nil {
				continue // there is no rate: nothing can be due
			}
			f = store.Freeze{Month: month, Sequence: m.sequence, Rate: rate}
		}
		m.expects = append(m.expects, f)
	}
	return m.expects, m.failed
}
