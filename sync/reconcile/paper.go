package reconcile

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// paper is a document with what the month makes of it.
type paper struct {
	Document
	rank int // its place in the order of documents, which no arrival changes

	entries, persons int       // of the month; persons net of returns
	sum              osms.Tiyn // of the entries of the month
	bulk             bool      // an entry pays somebody: it is a list of who was paid
	linked, arrived  bool
	onItsWay         bool
	counted          bool // its entries are the money of the ledger, under statements
}

// compareDocuments orders documents by what they say, whatever brought them.
func compareDocuments(a, b *Document) int {
	return cmp.Or(cmp.Compare(a.Dated, b.Dated), cmp.Compare(a.Reference, b.Reference), cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.ID, b.ID))
}

// sortPapers gives the documents in their order.
func sortPapers(documents []Document) []paper {
	papers := make([]paper, 0, len(documents))
	for _, d := range documents {
		papers = append(papers, paper{Document: d})
	}
	slices.SortFunc(papers, func(a, b paper) int { return compareDocuments(&a.Document, &b.Document) })
	for i := range papers {
		papers[i].rank = i
	}
	return papers
}

// month is the first that its postings name, or the month for which the whole
// document pays.
func (p *paper) month() osms.Month { return cmp.Or(p.First, p.Month) }

// holding is money at a region.
type holding struct {
	persons int
	amount  osms.Tiyn
}

func (h holding) plus(persons int, amount osms.Tiyn) holding {
	return holding{h.persons + persons, h.amount + amount}
}

// funds is the money of a month that no entry of a list holds: the lines of lists
// of totals, and what movements have beside their lists.
type funds struct {
	source osms.MoneySource
	by     map[osms.Region]holding
	// unlisted are the movements that no list names, by region.
	unlisted map[osms.Region][]*paper
}

// parcel is the movements and lists that bear one reference. Returns are parcels
// of their own: they may bear the reference of what they give back.
type parcel struct {
	movements, lists []*paper
}

// fund settles where the month's money comes from, and marks the documents whose
// entries are that money. All entries have been added.
func fund(month osms.Month, totals []osms.LedgerEntry, papers []paper) funds {
	f := funds{source: osms.FromNothing, by: map[osms.Region]holding{}, unlisted: map[osms.Region][]*paper{}}
	if len(totals) > 0 {
		f.source = osms.FromTotals
		for _, l := range totals {
			f.by[l.Region] = f.by[l.Region].plus(l.Persons, l.Amount)
		}
		return f
	}
	for _, p := range parcels(papers) {
		f.settle(month, p)
	}
	if f.source == osms.FromNothing {
		for i := range papers {
			if p := &papers[i]; p.entries > 0 && p.Kind == osms.DocumentList {
				f.source, p.counted = osms.FromLists, true
			}
		}
	}
	return f
}

// parcels groups documents by reference, in the order of the documents.
func parcels(papers []paper) []*parcel {
	type key struct {
		link     string
		returned bool
	}
	var all []*parcel
	by := map[key]*parcel{}
	for i := range papers {
		p := &papers[i]
		k := key{p.Link, p.Returned}
		g := by[k]
		if g == nil || p.Link == "" {
			g = &parcel{}
			all = append(all, g)
			by[k] = g
		}
		if p.Kind == osms.DocumentMovement {
			g.movements = append(g.movements, p)
		} else {
			g.lists = append(g.lists, p)
		}
	}
	return all
}

// settle counts the movements of a parcel that pay for the month. What its lists
// name stands at the regions of the entries, the rest at the movement's own.
//
// A movement that names its month pays for that month whatever its list says. One
// that does not pays for the months of its list; what the list does not name
// stands in the first of these. Where a reference has both, the list is the
// latter's, since every month sees that one.
func (f *funds) settle(month osms.Month, g *parcel) {
	var here, open []*paper
	for _, m := range g.movements {
		switch m.Month {
		case month:
			here = append(here, m)
		case 0:
			open = append(open, m)
		}
	}
	lists := g.lists
	if first, entries := span(open, g.lists); first != 0 && len(open) > 0 {
		lists = nil
		if first == month {
			f.place(open, g.lists, func(p *paper) osms.Tiyn { return p.Amount })
		} else if entries > 0 {
			f.source = osms.FromStatements
			for _, p := range slices.Concat(open, g.lists) {
				p.counted = true
			}
		}
	}
	if len(here) > 0 {
		lists = slices.DeleteFunc(slices.Clone(lists), func(p *paper) bool { return p.entries == 0 })
		f.place(here, lists, func(p *paper) osms.Tiyn { return p.sum })
	}
}

// span gives the first month that documents name, and how many entries of the
// month asked about they have.
func span(movements, lists []*paper) (first osms.Month, entries int) {
	for _, p := range slices.Concat(movements, lists) {
		if m := p.month(); m != 0 && (first == 0 || m < first) {
			first = m
		}
		entries += p.entries
	}
	return first, entries
}

// place puts what movements have beside what their lists name at the movements'
// region, which is none when they do not agree.
func (f *funds) place(movements, lists []*paper, named func(*paper) osms.Tiyn) {
	f.source = osms.FromStatements
	var rest osms.Tiyn
	persons, entries, region := 0, 0, movements[0].Region
	for _, m := range movements {
		m.counted = true
		rest += m.Amount
		if m.Persons > 0 && m.Amount < 0 {
			persons -= m.Persons
		} else {
			persons += m.Persons
		}
		if m.First != 0 { // it names persons itself
			rest -= named(m)
		}
		entries += m.entries
		if m.Region != region {
			region = 0
		}
	}
	for _, l := range lists {
		l.counted = true
		rest -= named(l)
		entries += l.entries
	}
	if entries > 0 || len(lists) > 0 {
		persons = 0 // the entries are counted where they stand
	} else {
		f.unlisted[region] = append(f.unlisted[region], movements...)
	}
	if rest != 0 || persons != 0 {
		f.by[region] = f.by[region].plus(persons, rest)
	}
}
