package reconcile

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// Ask names, in order, the persons whose other months decide: those who lack the
// month's payment or have one too many. All entries have been added. It is called
// once; a second call has nothing to ask.
func (m *Matching) Ask() []osms.IIN {
	if m.split {
		return nil
	}
	m.split = true
	m.turn()
	var ask []osms.IIN
	m.groups(func(group []kept) {
		person := group[0].person
		at := m.at(person)
		if v, entries := m.judge(at, group, Past{}); person == 0 || !v.open {
			m.record(at, v, entries)
			return
		}
		ask = append(ask, person)
		if at >= 0 {
			m.stands.state[at] |= isAsked
		} else {
			m.asked[person] = true
		}
	})
	for i, state := range m.stands.state {
		if state&isKept == 0 && m.tally.lists && m.lacks(i) {
			m.stands.state[i] |= isAsked
			ask = append(ask, m.stands.person(i))
		}
	}
	slices.Sort(ask)
	return ask
}

// HasEntries tells of a person who was asked for whether the month has an entry
// of theirs beyond a plain payment: if not, only entries of other months can
// change what is found.
func (m *Matching) HasEntries(person osms.IIN) bool { return len(m.group(person)) > 0 }

// lacks tells whether a person with nothing odd lacks a payment that is not on
// its way.
func (m *Matching) lacks(i int) bool {
	n := m.stands.first[i].paper
	return n == 0 || !m.papers[n-1].arrived && !m.papers[n-1].onItsWay
}

// Tell settles a person who was asked for. It is called once a person, in any
// order; whoever is not told about is settled by the month alone.
func (m *Matching) Tell(person osms.IIN, p Past) {
	at := m.at(person)
	switch {
	case at < 0 && m.asked[person]:
		delete(m.asked, person)
	case at >= 0 && m.stands.state[at]&(isAsked|isJudged) == isAsked:
	default:
		return
	}
	v, entries := m.judge(at, m.group(person), p)
	m.record(at, v, entries)
}

// at is the person's index on the list, or -1.
func (m *Matching) at(person osms.IIN) int {
	if person == 0 {
		return -1
	}
	return m.stands.find(person)
}

// groups calls f with the kept entries of each person. Those without an IIN are
// a person each, or one for the same text in its place.
func (m *Matching) groups(f func(group []kept)) {
	for from := 0; from < len(m.kept); {
		k, to := m.kept[from], from+1
		for to < len(m.kept) && m.kept[to].person == k.person &&
			(k.person != 0 || m.text(k).given != "" && m.text(k).given == m.text(m.kept[to]).given) {
			to++
		}
		f(m.kept[from:to])
		from = to
	}
}

// group gives the kept entries of one person.
func (m *Matching) group(person osms.IIN) []kept {
	from, _ := slices.BinarySearchFunc(m.kept, person, func(k kept, p osms.IIN) int { return cmp.Compare(k.person, p) })
	to := from
	for to < len(m.kept) && m.kept[to].person == person {
		to++
	}
	return m.kept[from:to]
}

// judge puts together what the month and other months say of a person.
func (m *Matching) judge(at int, group []kept, past Past) (verdict, []payment) {
	var expected []Expected
	entries := make([]payment, 0, len(group)+1+len(past.Entries))
	if at >= 0 {
		expected = append(expected, Expected{Month: m.o.Month, Stand: m.stands.stand(at), PerPerson: m.o.PerPerson})
		if s := m.stands.first[at]; s.paper != 0 {
			entries = append(entries, m.payment(kept{rank: int32(s.paper - 1), number: s.number, row: s.row, text: -1, sheet: s.sheet,
				amount: m.o.PerPerson + osms.Tiyn(m.stands.diff[at]), region: expected[0].Region}))
		}
	}
	for _, k := range group {
		entries = append(entries, m.payment(k))
	}
	for _, x := range past.Expected {
		if x.Month != m.o.Month {
			expected = append(expected, x)
		}
	}
	elsewhere := map[int64]*paper{}
	for i := range past.Documents {
		p := &paper{Document: past.Documents[i]}
		m.bind(&p.Document)
		elsewhere[p.ID] = p
	}
	for i := range past.Entries {
		if p := m.elsewhere(&past.Entries[i], elsewhere); p.month != m.o.Month {
			entries = append(entries, p)
		}
	}
	slices.SortFunc(expected, func(a, b Expected) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), comparePlaces(place{a.BIN, a.Region, a.Category}, place{b.BIN, b.Region, b.Category}))
	})
	slices.SortFunc(entries, func(a, b payment) int {
		return cmp.Or(cmp.Compare(a.month, b.month), compareDocuments(&a.paper.Document, &b.paper.Document), cmp.Compare(a.number, b.number), cmp.Compare(a.row, b.row))
	})
	return judge(expected, entries, func(month osms.Month) bool { return m.other(month).Lists }), entries
}

// payment is a kept entry as the rules see it.
func (m *Matching) payment(k kept) payment {
	t, p := m.text(k), &m.papers[k.rank]
	return payment{paper: p, person: k.person, month: m.o.Month, region: k.region, amount: k.amount, back: k.back, reverses: t.reverses,
		number: k.number, row: k.row, sheet: m.sheets[k.sheet], name: t.name, given: t.given, arrived: p.arrived, onItsWay: p.onItsWay}
}

// elsewhere is an entry of another month as the rules see it.
func (m *Matching) elsewhere(e *Entry, documents map[int64]*paper) payment {
	p := documents[e.Document]
	if rank, ok := m.ranks[e.Document]; ok && p == nil {
		p = &m.papers[rank]
	}
	if p == nil {
		p = &paper{Document: Document{ID: e.Document}}
		documents[e.Document] = p
	}
	x := payment{paper: p, person: e.Person, month: cmp.Or(e.Month, p.Month), region: cmp.Or(e.Region, p.Region), amount: e.Amount,
		back: givesBack(&p.Document, &e.Posting), reverses: cmp.Or(e.Reverses, p.Reverses), number: e.Number, row: e.Row, sheet: e.Sheet,
		name: e.Name, given: e.Given}
	if x.sheet == "" && e.Place.Sheet >= 0 && int(e.Place.Sheet) < len(p.Names) {
		x.sheet = p.Names[e.Place.Sheet]
	}
	x.arrived, x.onItsWay = m.arrived(&p.Document, m.other(x.month).Source)
	return x
}

// record counts what the verdict says of the month.
func (m *Matching) record(at int, v verdict, entries []payment) {
	if at >= 0 {
		m.stands.state[at] |= isJudged
	}
	for i := range entries {
		if p := &entries[i]; p.month == m.o.Month {
			m.tally.entry(p, v.regions[i])
		}
	}
	var mine []finding
	for _, f := range v.findings {
		switch {
		case f.month != m.o.Month:
		case f.kind == absent && at >= 0:
			m.stands.state[at] |= isAbsent
			if f.by != nil {
				m.stands.state[at] |= isNamed
			}
		default:
			mine = append(mine, f)
		}
	}
	for i, f := range mine {
		again := slices.ContainsFunc(mine[:i], func(g finding) bool { return g.kind == f.kind && g.region == f.region })
		m.tally.found(f, !again)
	}
}
