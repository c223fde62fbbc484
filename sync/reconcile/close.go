package reconcile

import (
	"cmp"
	"fmt"
	"slices"

	"osmsd/sync/osms"
)

// Close settles everybody by what is known and gives the month's money and what
// is proved of it.
func (m *Matching) Close() Matched {
	m.Ask()
	m.groups(func(group []kept) {
		person := group[0].person
		at := m.at(person)
		if at >= 0 && m.stands.state[at]&isJudged == 0 || at < 0 && m.asked[person] {
			v, entries := m.judge(at, group, Past{})
			m.record(at, v, entries)
		}
	})
	for i := range m.stands.list {
		m.closePerson(i)
	}
	for r := range m.funds.by {
		m.tally.at(r)
	}
	heads := m.stands.heads()
	absent := m.absent(heads)
	out := Matched{Source: m.funds.source, each: m.o.PerPerson}
	for _, r := range m.tally.by {
		if r == nil {
			continue
		}
		left := absent[r.region]
		if left == nil {
			left = &lacking{}
		}
		if err := r.check(m.o.PerPerson, left); err != nil && out.err == nil {
			out.err = err
		}
		m.returnedAlone(r)
		out.Regions = append(out.Regions, m.closeRegion(r, left, heads))
	}
	out.Documents = m.documents()
	return out
}

// closePerson counts a person on the list; one with nothing odd is settled here.
func (m *Matching) closePerson(i int) {
	s := &m.stands
	r := m.tally.at(s.places[s.placeOf(i)].region)
	r.stands++
	if s.state[i]&isJudged != 0 {
		return
	}
	s.state[i] |= isJudged
	slot := s.first[i]
	if slot.paper == 0 {
		s.state[i] |= isAbsent
		return
	}
	paper := &m.papers[slot.paper-1]
	x := payment{paper: paper, month: m.o.Month, amount: m.o.PerPerson + osms.Tiyn(s.diff[i]), number: slot.number, row: slot.row,
		arrived: paper.arrived, onItsWay: paper.onItsWay}
	m.tally.entry(&x, r.region)
	if paper.arrived && s.diff[i] == 0 || !paper.arrived && !paper.onItsWay {
		if !paper.arrived {
			s.state[i] |= isAbsent | isNamed
		}
		return
	}
	x.sheet = m.sheets[slot.sheet]
	f := finding{month: m.o.Month, region: r.region, by: &x, stand: &Expected{Stand: s.stand(i)}}
	switch d := osms.Tiyn(s.diff[i]); {
	case !paper.arrived:
		f.kind, f.amount = osms.BridgeInTransit, -m.o.PerPerson
	case near(d):
		f.kind, f.amount = osms.BridgeRounding, d
	default:
		f.kind, f.amount = otherSum, d
	}
	m.tally.found(f, true)
}

// absent sorts the persons who lack the month's payment: those of an
// organisation that no list names at all are not submitted, unless the region's
// money beyond the lists could hold them. It gives the others by region.
func (m *Matching) absent(heads map[site]int) map[osms.Region]*lacking {
	named := map[osms.BIN]bool{}
	for n, p := range m.stands.places {
		named[p.bin] = named[p.bin] || m.seen[n]
	}
	left := map[osms.Region]*lacking{}
	for i, state := range m.stands.state {
		if state&isAbsent == 0 {
			continue
		}
		p := m.stands.places[m.stands.placeOf(i)]
		r := m.tally.at(p.region)
		whole := osms.Tiyn(heads[site{p.bin, p.region}]) * m.o.PerPerson
		b := osms.BridgePerson{Person: m.stands.person(i), BIN: p.bin, Was: p.category, Amount: -m.o.PerPerson}
		if m.tally.lists && p.bin != 0 && !named[p.bin] && m.beyond(r).amount < whole {
			h := r.line(osms.BridgeNotSubmitted)
			h.persons++
			h.add(b, nil, 0)
			continue
		}
		l := left[p.region]
		if l == nil {
			l = &lacking{unnamed: heap{most: mostSuggested}}
			left[p.region] = l
		}
		l.all += b.Amount
		if state&isNamed == 0 {
			l.unnamed.persons++
			l.unnamed.add(b, nil, 0)
		}
	}
	return left
}

// lacking is what the persons of a region lack and no line says why. Unnamed are
// those whom no list names, arrived or not.
type lacking struct {
	all     osms.Tiyn
	unnamed heap
}

// ledger is the money of a region: what movements and lists of totals have by
// themselves, and the entries that are money.
func (m *Matching) ledger(r *regionTally) holding {
	return r.ledger.plus(m.funds.by[r.region].persons, m.funds.by[r.region].amount)
}

// beyond is the money of a region that no entry names.
func (m *Matching) beyond(r *regionTally) holding {
	return m.ledger(r).plus(-r.evidence.persons, -r.evidence.amount)
}

// check proves the region to the tiyn: what persons were found to have or lack
// is what the lists say arrived beside what was expected.
func (r *regionTally) check(each osms.Tiyn, left *lacking) error {
	sum := r.partial.amount + left.all
	for _, h := range r.lines {
		sum += h.amount
	}
	if want := r.evidence.amount - osms.Tiyn(r.stands)*each; sum != want {
		return fmt.Errorf("region %s: the persons matched prove %s of %s tenge between the lists of persons and the frozen list", r.region, sum, want)
	}
	return nil
}

// returnedAlone attributes movements that give money back and name nobody: the
// document itself proves them. Where lists name persons whose money came back and
// no movement bears their reference, these may be the same money, and the
// movements stay in the remainder.
func (m *Matching) returnedAlone(r *regionTally) {
	if m.tally.returned {
		return
	}
	for _, p := range m.funds.unlisted[r.region] {
		if p.Returned {
			h := r.line(osms.BridgeReturned)
			h.persons += p.Persons
			h.add(osms.BridgePerson{Amount: p.Amount}, p, 0)
		}
	}
}

func (m *Matching) closeRegion(r *regionTally, left *lacking, heads map[site]int) MatchedRegion {
	ledger := m.ledger(r)
	out := MatchedRegion{Region: r.region, LedgerPersons: ledger.persons, Ledger: ledger.amount,
		ListedPersons: r.evidence.persons, Listed: r.evidence.amount}
	for kind, h := range r.lines {
		out.Bridge = append(out.Bridge, osms.BridgeLine{Kind: kind, Persons: h.persons, Amount: h.amount, Proved: true, Behind: h.behind()})
	}
	sortBridge(out.Bridge)
	out.raw = m.material(r, left, heads)
	return out
}

// says tells whether anything stands at the region. Where a payment was made and
// given back, nothing does.
func (r *MatchedRegion) says() bool {
	return r.raw.stands > 0 || r.LedgerPersons != 0 || r.Ledger != 0 || r.ListedPersons != 0 || r.Listed != 0 ||
		slices.ContainsFunc(r.Bridge, func(b osms.BridgeLine) bool { return b.Amount != 0 })
}

// documents tells of every document what concerns the month.
func (m *Matching) documents() []osms.LedgerDocument {
	var all []osms.LedgerDocument
	for i := range m.papers {
		p := &m.papers[i]
		if p.entries == 0 && !p.counted && (p.Kind != osms.DocumentMovement || p.Month != m.o.Month) {
			continue
		}
		d := osms.LedgerDocument{DocumentRef: p.Ref, Kind: p.Kind, Region: p.Region, KNP: p.KNP, Booked: p.Booked,
			Persons: p.persons, Amount: p.sum, Linked: p.linked}
		if p.Kind == osms.DocumentMovement && (p.entries == 0 || p.Month == m.o.Month) {
			d.Persons, d.Amount = p.Persons, p.Amount
		}
		all = append(all, d)
	}
	return all
}

// material is what suggestions rest on.
type material struct {
	stands  int
	lists   bool
	heads   []headCount // of the region, in order of organisation
	absent  heap        // whom no list names, and no line says why
	partial *heap
	diffs   []otherSums
	late    heap // lists without money
	beyond  holding
	loose   heap // movements without a list
}

type headCount struct {
	bin     osms.BIN
	persons int
}

// otherSums is how many persons were paid a sum that differs so.
type otherSums struct {
	diff    osms.Tiyn
	persons int
}

func (m *Matching) material(r *regionTally, left *lacking, heads map[site]int) material {
	x := material{stands: r.stands, lists: m.tally.lists, absent: left.unnamed, partial: &r.partial, beyond: m.beyond(r),
		late: heap{most: mostSuggested}, loose: heap{most: mostSuggested}}
	for s, n := range heads {
		if s.region == r.region && s.bin != 0 && n > 0 {
			x.heads = append(x.heads, headCount{s.bin, n})
		}
	}
	slices.SortFunc(x.heads, func(a, b headCount) int { return cmp.Compare(a.bin, b.bin) })
	for d, n := range r.diffs {
		x.diffs = append(x.diffs, otherSums{d, n})
	}
	slices.SortFunc(x.diffs, func(a, b otherSums) int { return cmp.Compare(a.diff, b.diff) })
	for p, h := range r.late {
		x.late.persons += h.persons
		x.late.add(osms.BridgePerson{Amount: -h.amount}, p, 0)
	}
	for _, p := range m.funds.unlisted[r.region] {
		if p.Returned {
			continue
		}
		x.loose.persons += p.Persons
		x.loose.add(osms.BridgePerson{Amount: p.Amount}, p, 0)
	}
	return x
}
