package reconcile_test

import (
	"cmp"
	"fmt"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

// The model says again, person by person and with plain maps, what the second
// part of the bridge is. It knows the whole world at once and works out all
// months in one go, so that the halves of a pair come from one decision.

// modelRow is one person's or document's sum on one line of one month.
type modelRow struct {
	Month  osms.Month
	Region osms.Region
	Kind   osms.BridgeKind
	Who    string
	Doc    int64
	Amount osms.Tiyn
	Other  string
}

type model struct {
	w      *world
	rows   []modelRow
	ledger map[osms.Month]map[osms.Region]osms.Tiyn
	region map[int]osms.Region // where an entry stands
}

const fee = osms.Tiyn(20_00)

func newModel(w *world) *model {
	m := &model{w: w, ledger: map[osms.Month]map[osms.Region]osms.Tiyn{}, region: map[int]osms.Region{}}
	people := map[string][]int{}
	for i, e := range w.entries {
		people[who(e, i)] = append(people[who(e, i)], i)
	}
	for _, list := range w.listed {
		for _, s := range list {
			people[fmt.Sprint(uint64(s.Person))] = people[fmt.Sprint(uint64(s.Person))]
		}
	}
	absent := map[osms.Month][]reconcile.Stand{}
	for name, entries := range people {
		m.person(name, entries, absent)
	}
	for _, month := range w.months() {
		m.money(month)
		m.alone(month)
		m.organisations(month, absent[month])
	}
	return m
}

func who(e reconcile.Entry, i int) string {
	switch {
	case e.Person != 0:
		return fmt.Sprint(uint64(e.Person))
	case e.Given != "":
		return e.Given
	}
	return fmt.Sprint("nobody ", i)
}

func (m *model) doc(i int) *reconcile.Document { return m.w.document(m.w.entries[i].Document) }

func (m *model) isReturn(i int) bool {
	return m.doc(i).Returned || m.w.entries[i].Returned || m.w.entries[i].Amount < 0
}

func (m *model) isMoney(i int) bool {
	refs := m.w.references()
	return m.doc(i).Kind == osms.DocumentMovement || len(refs) == 0 || refs[m.doc(i).Reference] ||
		m.w.other(m.w.entries[i].Month).Source == osms.FromLists
}

func (m *model) row(i int, month osms.Month, region osms.Region, kind osms.BridgeKind, name string, amount osms.Tiyn, other string) {
	r := modelRow{Month: month, Region: region, Kind: kind, Who: name, Amount: amount, Other: other}
	if i >= 0 {
		r.Doc = m.doc(i).ID
	}
	m.rows = append(m.rows, r)
}

func (m *model) person(name string, entries []int, absent map[osms.Month][]reconcile.Stand) {
	w := m.w
	slices.SortFunc(entries, func(a, b int) int {
		return cmp.Or(cmp.Compare(m.doc(a).Dated, m.doc(b).Dated), cmp.Compare(m.doc(a).Reference, m.doc(b).Reference), cmp.Compare(m.doc(a).Identity, m.doc(b).Identity),
			cmp.Compare(w.entries[a].Number, w.entries[b].Number))
	})
	home := map[osms.Month]reconcile.Stand{}
	for month, list := range w.listed {
		for _, s := range list {
			if fmt.Sprint(uint64(s.Person)) == name {
				home[month] = s
			}
		}
	}
	stated := map[int]osms.Region{}
	for _, i := range entries {
		stated[i] = cmp.Or(w.entries[i].Region, m.doc(i).Region)
		m.region[i] = cmp.Or(stated[i], home[w.entries[i].Month].Region)
	}
	var tooMany []int
	var missing []osms.Month
	late := map[osms.Month]int{}
	for _, month := range w.months() {
		var payments, returns []int
		for _, i := range entries {
			switch {
			case w.entries[i].Month != month:
			case m.isReturn(i):
				returns = append(returns, i)
			case m.isMoney(i):
				payments = append(payments, i)
			}
		}
		given := m.backs(payments, returns, stated)
		for _, r := range returns {
			m.row(r, month, m.region[r], osms.BridgeReturned, name, w.entries[r].Amount, "")
		}
		s, expected := home[month]
		slices.SortStableFunc(payments, func(a, b int) int { return cmp.Compare(m.badness(a, s, given), m.badness(b, s, given)) })
		switch {
		case expected && len(payments) > 0:
			p := payments[0]
			payments = payments[1:]
			if at := m.region[p]; at != s.Region {
				m.row(p, month, s.Region, osms.BridgeOtherRegion, name, -fee, at.String())
				m.row(p, month, at, osms.BridgeOtherRegion, name, fee, s.Region.String())
			}
			if d := w.entries[p].Amount - fee; d != 0 && d > -100 && d < 100 {
				m.row(p, month, m.region[p], osms.BridgeRounding, name, d, "")
			}
		case expected:
			missing = append(missing, month)
			for _, i := range entries {
				if w.entries[i].Month == month && !m.isMoney(i) && !m.isReturn(i) && w.transit[m.doc(i).Dated] {
					if _, ok := late[month]; !ok {
						late[month] = i
					}
				}
			}
		}
		for _, p := range payments {
			if given[p] {
				m.row(p, month, m.region[p], osms.BridgeReturned, name, w.entries[p].Amount, "")
			} else {
				tooMany = append(tooMany, p)
			}
		}
	}
	slices.SortStableFunc(tooMany, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.entries[a].Month, w.entries[b].Month), cmp.Compare(slices.Index(entries, a), slices.Index(entries, b)))
	})
	for _, month := range missing {
		if i, onWay := late[month]; onWay {
			m.row(i, month, home[month].Region, osms.BridgeInTransit, name, -fee, "")
			continue
		}
		k := slices.IndexFunc(tooMany, func(p int) bool {
			return w.other(month).Lists && w.entries[p].Amount > fee-100 && w.entries[p].Amount < fee+100
		})
		if k < 0 {
			absent[month] = append(absent[month], home[month])
			continue
		}
		p := tooMany[k]
		tooMany = slices.Delete(tooMany, k, k+1)
		m.region[p] = cmp.Or(m.region[p], home[month].Region)
		m.row(p, month, home[month].Region, osms.BridgeOtherMonth, name, -fee, w.entries[p].Month.String())
		m.row(p, w.entries[p].Month, m.region[p], osms.BridgeOtherMonth, name, w.entries[p].Amount, month.String())
	}
	for _, p := range tooMany {
		kind := osms.BridgeUnknownPerson
		if _, ok := home[w.entries[p].Month]; ok {
			kind = osms.BridgePaidTwice
		}
		m.row(p, w.entries[p].Month, m.region[p], kind, name, w.entries[p].Amount, "")
	}
}

// badness orders payments by how ill they fit a place on a list.
func (m *model) badness(p int, s reconcile.Stand, given map[int]bool) string {
	d := m.w.entries[p].Amount - fee
	return fmt.Sprint(given[p], m.region[p] != s.Region, d <= -100 || d >= 100, d != 0)
}

// backs tells which payments were given back.
func (m *model) backs(payments, returns []int, stated map[int]osms.Region) map[int]bool {
	given, done := map[int]bool{}, map[int]bool{}
	for level := range 4 {
		for _, r := range returns {
			for _, p := range payments {
				reverses := cmp.Or(m.w.entries[r].Reverses, m.doc(r).Reverses)
				same := m.w.entries[r].Amount == -m.w.entries[p].Amount
				named := reverses != "" && reverses == m.doc(p).Reference
				if done[r] || given[p] || ![]bool{named && same, named, same, true}[level] {
					continue
				}
				done[r], given[p] = true, true
				if stated[r] == 0 {
					m.region[r] = m.region[p]
				}
			}
		}
	}
	return given
}

// counts tells whether entries of a document are the ledger's money in a month,
// and money gives that ledger.
func (m *model) counts(d *reconcile.Document, month osms.Month) bool {
	switch m.w.other(month).Source {
	case osms.FromLists:
		return d.Kind == osms.DocumentList
	case osms.FromStatements:
		if d.Kind == osms.DocumentMovement {
			return d.Month == month || d.Month == 0
		}
		for _, x := range m.w.documents {
			if x.Kind == osms.DocumentMovement && x.Reference == d.Reference && x.Returned == d.Returned && x.Reference != "" && (x.Month == month || x.Month == 0) {
				return true
			}
		}
	}
	return false
}

func (m *model) money(month osms.Month) {
	by := map[osms.Region]osms.Tiyn{}
	m.ledger[month] = by
	for _, l := range m.w.totals {
		if l.Month == month {
			by[l.Region] += l.Amount
		}
	}
	if m.w.other(month).Source == osms.FromTotals {
		return
	}
	for i, e := range m.w.entries {
		if e.Month == month && m.counts(m.doc(i), month) {
			by[m.region[i]] += e.Amount
		}
	}
	parcels := map[string][]reconcile.Document{}
	for _, d := range m.w.documents {
		key := fmt.Sprint(d.Reference, d.Returned)
		if d.Reference == "" {
			key = fmt.Sprint("alone ", d.ID)
		}
		parcels[key] = append(parcels[key], d)
	}
	for _, parcel := range parcels {
		var monthless, dated, lists []reconcile.Document
		first := osms.Month(999999)
		for _, d := range parcel {
			switch {
			case d.Kind == osms.DocumentList:
				lists = append(lists, d)
			case d.Month == 0:
				monthless = append(monthless, d)
			case d.Month == month:
				dated = append(dated, d)
			}
			if d.First != 0 && (d.Kind == osms.DocumentList || d.Month == 0) {
				first = min(first, d.First)
			}
		}
		if len(monthless) > 0 && first < 999999 {
			if first == month {
				var rest osms.Tiyn
				for _, d := range monthless {
					rest += d.Amount
					if d.First != 0 {
						rest -= d.Amount
					}
				}
				for _, d := range lists {
					rest -= d.Amount
				}
				by[agreed(monthless)] += rest
			}
			lists = nil
		}
		if len(dated) > 0 {
			var rest osms.Tiyn
			for _, d := range dated {
				rest += d.Amount
			}
			for _, d := range append(lists, dated...) {
				for _, e := range m.w.entries {
					if e.Document == d.ID && e.Month == month {
						rest -= e.Amount
					}
				}
			}
			by[agreed(dated)] += rest
		}
	}
}

// agreed is the region of all documents, or none.
func agreed(documents []reconcile.Document) osms.Region {
	for _, d := range documents {
		if d.Region != documents[0].Region {
			return 0
		}
	}
	return documents[0].Region
}

// alone finds the movements that give money back and name nobody.
func (m *model) alone(month osms.Month) {
	if m.w.other(month).Source != osms.FromStatements {
		return
	}
	for i, e := range m.w.entries {
		if e.Month == month && m.isReturn(i) && !m.counts(m.doc(i), month) {
			return
		}
	}
	for _, d := range m.w.documents {
		if d.Kind != osms.DocumentMovement || d.Month != month || !d.Returned {
			continue
		}
		together, lonely := []reconcile.Document{d}, true
		for _, x := range m.w.documents {
			if x.ID != d.ID && (x.Reference == "" || x.Reference != d.Reference || !x.Returned) {
				continue
			}
			switch {
			case x.Kind == osms.DocumentList:
				lonely = lonely && (m.taken(d) || !m.concerns(x, month))
			case x.Month == month:
				together = append(together, x)
				lonely = lonely && !m.concerns(x, month)
			}
		}
		if lonely {
			m.rows = append(m.rows, modelRow{Month: month, Region: agreed(together), Kind: osms.BridgeReturned, Doc: d.ID, Amount: d.Amount})
		}
	}
}

// taken tells whether a movement without a month has the lists of a reference.
func (m *model) taken(d reconcile.Document) bool {
	return slices.ContainsFunc(m.w.documents, func(x reconcile.Document) bool {
		return x.Kind == osms.DocumentMovement && x.Month == 0 && x.Reference == d.Reference && x.Returned == d.Returned && d.Reference != ""
	})
}

// concerns tells whether a document has an entry of the month.
func (m *model) concerns(d reconcile.Document, month osms.Month) bool {
	return slices.ContainsFunc(m.w.entries, func(e reconcile.Entry) bool { return e.Document == d.ID && e.Month == month })
}

// organisations finds those of whom no document of the month names anybody.
func (m *model) organisations(month osms.Month, absent []reconcile.Stand) {
	if !m.w.other(month).Lists {
		return
	}
	named, heads := map[osms.BIN]bool{}, map[string]osms.Tiyn{}
	evidence := map[osms.Region]osms.Tiyn{}
	for i, e := range m.w.entries {
		if e.Month != month {
			continue
		}
		if m.isMoney(i) || m.isReturn(i) {
			evidence[m.region[i]] += e.Amount
		}
		for _, s := range m.w.listed[month] {
			if s.Person == e.Person {
				named[s.BIN] = true
			}
		}
	}
	for _, s := range m.w.listed[month] {
		heads[fmt.Sprint(s.BIN, s.Region)] += fee
	}
	for _, s := range absent {
		if !named[s.BIN] && m.ledger[month][s.Region]-evidence[s.Region] < heads[fmt.Sprint(s.BIN, s.Region)] {
			m.row(-1, month, s.Region, osms.BridgeNotSubmitted, fmt.Sprint(uint64(s.Person)), -fee, "")
		}
	}
}
