package reconcile

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// How many persons a line names. Rounding concerns everybody at once; beyond
// this many the documents are named, or for those whom no document names their
// organisations.
const (
	mostRounded = 1000
	mostNamed   = 20_000
)

// tally counts a month by region.
type tally struct {
	month osms.Month
	each  osms.Tiyn
	lists bool // somebody is named as paid in the month
	// returned: an entry that gives money back is not money of the ledger itself.
	returned bool
	by       [256]*regionTally
}

// regionTally is one region. What was found and what remains adds up to
// evidence − list, which is checked.
type regionTally struct {
	region   osms.Region
	stands   int
	ledger   holding // entries that are money of the ledger
	evidence holding // entries that arrived, and returns
	lines    map[osms.BridgeKind]*heap
	partial  heap
	diffs    map[osms.Tiyn]int // of partial
	late     map[*paper]holding
}

func newTally(month osms.Month, each osms.Tiyn, lists bool) *tally {
	return &tally{month: month, each: each, lists: lists}
}

func (t *tally) at(r osms.Region) *regionTally {
	if t.by[r] == nil {
		t.by[r] = &regionTally{region: r, lines: map[osms.BridgeKind]*heap{}, partial: heap{most: mostRounded},
			diffs: map[osms.Tiyn]int{}, late: map[*paper]holding{}}
	}
	return t.by[r]
}

// entry counts an entry of the month where it stands.
func (t *tally) entry(p *payment, region osms.Region) {
	r, persons := t.at(region), 1
	if p.back {
		persons = -1
	}
	if p.arrived || p.back {
		r.evidence = r.evidence.plus(persons, p.amount)
	} else if !p.onItsWay {
		r.late[p.paper] = r.late[p.paper].plus(persons, p.amount)
	}
	t.returned = t.returned || p.back && !p.paper.counted
	if p.paper.counted {
		r.ledger = r.ledger.plus(persons, p.amount)
	}
}

// found counts a finding; first, when the person is new to its line.
func (t *tally) found(f finding, first bool) {
	r := t.at(f.region)
	h := &r.partial
	if f.kind == otherSum {
		r.diffs[f.amount]++
	} else {
		h = r.line(f.kind)
	}
	if first {
		h.persons++
	}
	b := osms.BridgePerson{Amount: f.amount, OtherMonth: f.otherMonth, OtherRegion: f.otherRegion}
	if f.stand != nil {
		b.Person, b.BIN, b.Was = f.stand.Person, f.stand.BIN, f.stand.Category
	}
	if f.by == nil {
		h.add(b, nil, 0)
		return
	}
	b.Given, b.Listed, b.Sheet, b.Row = f.by.given, f.by.name, f.by.sheet, int(f.by.row)
	b.Person = cmp.Or(b.Person, f.by.person)
	h.add(b, f.by.paper, f.by.number)
}

func (r *regionTally) line(kind osms.BridgeKind) *heap {
	h := r.lines[kind]
	if h == nil {
		h = &heap{most: mostNamed}
		if kind == osms.BridgeRounding {
			h.most = mostRounded
		}
		r.lines[kind] = h
	}
	return h
}

// heap is what stands behind a line: persons, and when they are too many to be
// named, documents and organisations.
type heap struct {
	most, persons int
	amount        osms.Tiyn
	named         []mention
	many          bool
	byPaper       map[*paper]osms.Tiyn
	byBIN         map[osms.BIN]osms.Tiyn
}

type mention struct {
	osms.BridgePerson
	paper  *paper
	number int32
}

func (h *heap) add(b osms.BridgePerson, p *paper, number int32) {
	h.count(b.Amount, p, b.BIN)
	if h.many || len(h.named) == h.most {
		h.many, h.named = true, nil
		return
	}
	if p != nil {
		b.Document, b.Import, b.File = &p.Ref, p.Ref.Import, p.Ref.File
	}
	h.named = append(h.named, mention{b, p, number})
}

// count adds to the sums alone.
func (h *heap) count(amount osms.Tiyn, p *paper, bin osms.BIN) {
	h.amount += amount
	if p != nil {
		if h.byPaper == nil {
			h.byPaper = map[*paper]osms.Tiyn{}
		}
		h.byPaper[p] += amount
		return
	}
	if h.byBIN == nil {
		h.byBIN = map[osms.BIN]osms.Tiyn{}
	}
	h.byBIN[bin] += amount
}

// behind gives the persons, or the documents and organisations, in their order.
func (h *heap) behind() []osms.BridgePerson {
	named := h.named
	if h.many {
		for p, amount := range h.byPaper {
			named = append(named, mention{osms.BridgePerson{Amount: amount, Document: &p.Ref, Import: p.Ref.Import, File: p.Ref.File}, p, 0})
		}
		for bin, amount := range h.byBIN {
			named = append(named, mention{osms.BridgePerson{BIN: bin, Amount: amount}, nil, 0})
		}
	}
	slices.SortFunc(named, compareMentions)
	behind := make([]osms.BridgePerson, len(named))
	for i := range named {
		behind[i] = named[i].BridgePerson
	}
	return behind
}

func compareMentions(a, b mention) int {
	order := cmp.Or(cmp.Compare(a.BIN, b.BIN), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Given, b.Given))
	if order == 0 && a.paper != nil && b.paper != nil {
		order = compareDocuments(&a.paper.Document, &b.paper.Document)
	}
	return cmp.Or(order, cmp.Compare(a.number, b.number), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Amount, b.Amount))
}
