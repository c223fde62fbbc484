package letter

import (
	"fmt"

	"osmsd/exporters/paper"
)

// listing is a list set in type.
type listing struct {
	List
	heads, rows [][]paper.Block // heads: Kazakh, Russian
	breaks      map[int]bool    // rows that begin a page
}

// headHeight is what the heads of the columns take.
func (l *listing) headHeight() float64 {
	return rowHeight(l.heads[kk]) + rowHeight(l.heads[ru]) - 2*inset + 0.6
}

const (
	totalHeight = 6.0
	listSize    = 8.5
)

// height is what the list takes on one page.
func (l *listing) height() float64 {
	h := l.headHeight() + totalHeight + 3
	for _, r := range l.rows {
		h += rowHeight(r)
	}
	return h
}

// listing sets a list in type; nil gives nil.
func (p *sheet) listing(of *List) *listing {
	if of == nil {
		return nil
	}
	l := &listing{List: *of, heads: make([][]paper.Block, 2)}
	for _, c := range of.Columns {
		l.heads[kk] = append(l.heads[kk], paper.Set(paper.Bold(), 8, c.Width-2*inset, c.align(), c.Head[kk]))
		l.heads[ru] = append(l.heads[ru], paper.Set(paper.Regular(), 7.5, c.Width-2*inset, c.align(), c.Head[ru]))
	}
	for i, row := range of.Rows {
		cells := make([]paper.Block, len(row))
		for j, text := range row {
			block, ok := of.Columns[j].set(text)
			if !ok {
				p.doc.Refuse(fmt.Errorf("%w: line %d of the list", paper.ErrFit, i+1))
			}
			cells[j] = block
		}
		l.rows = append(l.rows, cells)
	}
	return l
}

// set sets a cell of the column; ok is false when its text is too long.
func (c Column) set(text string) (b paper.Block, ok bool) {
	return paper.SetWithin(paper.Regular(), listSize, c.Width-2*inset, nameLines, c.align(), text)
}

func (c Column) align() paper.Align {
	if c.Right {
		return paper.Right
	}
	return paper.Left
}

// The pages behind a letter: where their list begins and ends.
const (
	listFirst = top + 8.0
	listLast  = bottom - 8.0
)

// flow finds the rows that begin a page, and how many pages that makes; y is
// where the heads of the columns stand on the first, next on the others.
func (l *listing) flow(y, next float64) int {
	pages, at := 1, y+l.headHeight()
	l.breaks = map[int]bool{}
	for i, r := range l.rows {
		room := listLast
		if i == len(l.rows)-1 && l.Total != "" {
			room -= totalHeight
		}
		if at+rowHeight(r) > room {
			pages++
			l.breaks[i] = true
			at = next + l.headHeight()
		}
		at += rowHeight(r)
	}
	return pages
}

// listed prints the list with its heads at y of the page; turn ends a page,
// begins another and says where its heads stand.
func (p *sheet) listed(l *listing, y float64, turn func() float64) {
	y = p.columnHeads(l, y)
	for i, r := range l.rows {
		if l.breaks[i] {
			y = p.columnHeads(l, turn())
		}
		y = p.cells(l, r, y)
	}
	p.doc.Print(paper.Set(paper.Bold(), entrySize, width, paper.Left, l.Total), left, y+1)
}

// annex prints the list on pages of its own.
func (p *sheet) annex(l *listing, number string) {
	page := 0
	begin := func() float64 {
		page = p.doc.NewPage()
		p.doc.Print(paper.Set(paper.Regular(), 10, width, paper.Right, l.Caption), left, top)
		return listFirst
	}
	p.listed(l, begin(), func() float64 {
		p.foot(number, page)
		return begin()
	})
	p.foot(number, page)
}

func (p *sheet) columnHeads(l *listing, y float64) float64 {
	for _, heads := range l.heads {
		x := left
		for i, c := range l.Columns {
			p.doc.Print(heads[i], x+inset, y)
			x += c.Width
		}
		y += rowHeight(heads) - inset
	}
	p.doc.Rule(left, y, right, y, 0.3, 0)
	return y + 0.6
}

// cells prints a row and returns where it ends.
func (p *sheet) cells(l *listing, cells []paper.Block, y float64) float64 {
	x := left
	for i, c := range cells {
		p.doc.Print(c, x+inset, y+inset/2)
		x += l.Columns[i].Width
	}
	y += rowHeight(cells)
	p.doc.Rule(left, y, right, y, 0.1, 150)
	return y
}
