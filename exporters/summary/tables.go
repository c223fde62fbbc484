package summary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// mostRegions is how many regions are listed: all that there are, and money
// without a region.
const mostRegions = 21

// cell is one cell of a table.
type cell struct {
	text  string
	width float64
	align paper.Align
}

// row prints cells side by side; texts that are too wide wrap.
func (p *page) row(f *paper.Face, shade int, cells []cell, extra func(y, height float64)) {
	const inset = 0.7
	var blocks []paper.Block
	height := 0.0
	for _, c := range cells {
		b := paper.Set(f, p.size, c.width-2*inset, c.align, c.text)
		blocks = append(blocks, b)
		height = max(height, b.Height())
	}
	height += 0.5
	p.add(height, func(y float64) {
		if shade > 0 {
			p.doc.Shade(left, y, width, height, shade)
		}
		x := left
		for i, b := range blocks {
			p.doc.Print(b, x+inset, y+0.1)
			x += cells[i].width
		}
		p.doc.Rule(left, y+height, right, y+height, 0.1, 190)
		if extra != nil {
			extra(y, height)
		}
	})
}

// regions is the table of regions, the least explained first.
func (p *page) regions() {
	lines := slices.Clone(p.r.Lines)
	slices.SortStableFunc(lines, func(a, b osms.ReconciliationLine) int {
		return cmp.Or(cmp.Compare(size(b.Unexplained), size(a.Unexplained)), cmp.Compare(size(b.Difference), size(a.Difference)))
	})
	const name, money = 49.0, (width - 49.0) / 5
	cells := func(texts ...string) []cell {
		all := []cell{{texts[0], name, paper.Left}}
		for _, t := range texts[1:] {
			all = append(all, cell{t, money, paper.Right})
		}
		return all
	}
	figures := func(name string, l osms.ReconciliationLine, parts ...osms.ReconciliationLine) []cell {
		proved, _ := osms.Explained(parts...)
		return cells(name, l.Due.Grouped(), l.Ledger.Grouped(), l.Difference.Signed(), proved.Signed(), l.Unexplained.Signed())
	}
	p.text(paper.Bold(), p.size+1, regionsHead.both(p.lang), 0.3)
	p.row(paper.Bold(), 215, cells(regionWord.in(p.lang), dueWord.in(p.lang), ledgerWord.in(p.lang), diffWord.in(p.lang), provedWord.in(p.lang), restWord.in(p.lang)), nil)
	for i, l := range lines {
		if i == mostRegions {
			p.row(paper.Regular(), 0, cells(fmt.Sprintf(moreWord.in(p.lang), len(lines)-i), "", "", "", "", ""), nil)
			break
		}
		face := paper.Regular()
		if l.Unexplained != 0 {
			face = paper.Bold()
		}
		p.row(face, 0, figures(l.Region.OrNone(p.lang), l, l), nil)
	}
	p.row(paper.Bold(), 236, figures(totalWord.in(p.lang), p.r.Total, p.r.Lines...), nil)
	for _, u := range p.r.Unplaced {
		p.row(paper.Regular(), 0, []cell{{outsideWord.in(p.lang) + ": " + u.Why.In(p.lang), name + money, paper.Left}, {u.Amount.Grouped(), money, paper.Right}}, nil)
	}
	p.gap(2)
}

// The greys of the bars: proved, only stated, not explained.
const (
	greyProved = 130
	greyStated = 205
	greyRest   = 20
)

// bridge leads from what is due to the ledger, for the country or the one
// region, with a bar for each step: left of the middle takes away, right adds.
func (p *page) bridge() {
	t := p.r.Total
	const name, persons, money, proved, bars = 58.0, 18.0, 36.0, 26.0, width - 58 - 18 - 36 - 26
	longest := size(t.Unexplained)
	for _, b := range t.Bridge {
		longest = max(longest, size(b.Amount))
	}
	put := func(f *paper.Face, shade int, text, n, amount, mark string, value osms.Tiyn, grey int) {
		p.row(f, shade, []cell{{text, name, paper.Left}, {n, persons, paper.Right}, {amount, money, paper.Right}, {mark, proved, paper.Centre}},
			func(y, height float64) {
				if shade > 0 || longest == 0 {
					return
				}
				middle := right - bars/2
				long := max(float64(size(value))/float64(longest)*(bars/2-1), 0.25)
				x := middle
				if value < 0 {
					x -= long
				}
				if value != 0 {
					p.doc.Shade(x, y+0.5, long, height-1, grey)
				}
				p.doc.Rule(middle, y, middle, y+height, 0.15, 80)
			})
	}
	sum := func(text label, n int, amount osms.Tiyn) {
		put(paper.Bold(), 236, text.in(p.lang), grouped(n), amount.Grouped(), "", 0, 0)
	}
	part := func(first bool) {
		for _, b := range t.Bridge {
			if b.Kind.First() == first {
				mark, grey := p.proved(b.Kind)
				put(paper.Regular(), 0, b.Kind.Brief(p.lang), grouped(b.Persons), b.Amount.Signed(), mark, b.Amount, grey)
			}
		}
	}
	p.text(paper.Bold(), p.size+1, bridgeHead.both(p.lang), 0.2)
	p.text(paper.Regular(), max(p.size-1, paper.MinSize), asWritten.in(p.lang), 0.3)
	put(paper.Bold(), 215, "", personsWord.in(p.lang), "", provedWord.in(p.lang), 0, 0)
	sum(dueWord, t.DuePersons, t.Due)
	part(true)
	sum(frozenWord, t.FrozenPersons, t.Frozen)
	part(false)
	put(paper.Bold(), 0, restWord.in(p.lang), "", t.Unexplained.Signed(), "", t.Unexplained, greyRest)
	sum(ledgerWord, t.LedgerPersons, t.Ledger)
	p.gap(2)
}

// proved says whether a kind is proved in every region that has it, and the grey
// of its bar.
func (p *page) proved(kind osms.BridgeKind) (string, int) {
	yes, no := false, false
	for _, l := range p.r.Lines {
		for _, b := range l.Bridge {
			yes = yes || b.Kind == kind && b.Proved
			no = no || b.Kind == kind && !b.Proved
		}
	}
	switch {
	case yes && no:
		return partWord.in(p.lang), greyStated
	case yes:
		return yesWord.in(p.lang), greyProved
	}
	return noWord.in(p.lang), greyStated
}

// grouped writes a number of persons in groups of three digits.
func grouped(n int) string { return strings.TrimSuffix((osms.Tiyn(n) * 100).Grouped(), ",00") }
