package statement

import (
	"fmt"
	"strconv"

	"rsc.io/qr"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// yearWidth is the width of the column of years; the amounts share the rest.
const yearWidth = 28.0

// sums makes the table of years and kinds of payment, the last line all years;
// nothing where there are no sums. Only kinds that occur have a column.
func (p *writer) sums() (list []piece) {
	t := p.v.Totals
	if len(t.ByYear) == 0 {
		return nil
	}
	wide := (width - yearWidth) / float64(len(t.ByKind)+1)
	line := func(face *paper.Face, year pair, amounts func(kind) string, total string) []cell {
		cells := []cell{{yearWidth, []paper.Block{paper.Set(face, 9, yearWidth-2*inset, paper.Left, year.both())}}}
		texts := []string{}
		for _, k := range t.ByKind {
			texts = append(texts, amounts(k.Kind))
		}
		for _, text := range append(texts, total) {
			b, ok := paper.SetWithin(face, 9, wide-2*inset, 1, paper.Right, text)
			if !ok {
				p.doc.Refuse(fmt.Errorf("%w: the sums of a year", paper.ErrFit))
			}
			cells = append(cells, cell{wide, []paper.Block{b}})
		}
		return cells
	}
	head := []cell{p.twoLines(word("year"), yearWidth, paper.Left)}
	for _, k := range t.ByKind {
		head = append(head, p.twoLines(k.Kind.words(), wide, paper.Right))
	}
	head = append(head, p.twoLines(word("total"), wide, paper.Right))
	list = append(list, p.section("years"), piece{height: rowHeight(head), keep: true, draw: func(y float64) { p.row(head, y, true) }})
	add := func(cells []cell, keep bool) {
		list = append(list, piece{height: rowHeight(cells), head: head, keep: keep, draw: func(y float64) { p.row(cells, y, false) }})
	}
	for i, y := range t.ByYear {
		year := "—"
		if y.Year > 0 {
			year = strconv.Itoa(y.Year)
		}
		add(line(paper.Regular(), pair{kk: year}, amountOf(y.ByKind), osms.Tiyn(y.Amount).Grouped()), i == len(t.ByYear)-1)
	}
	add(line(paper.Bold(), word("total"), amountOf(t.ByKind), osms.Tiyn(t.Amount).Grouped()), false)
	return list
}

// twoLines is a cell of a head: Kazakh over Russian.
func (p *writer) twoLines(w pair, wide float64, a paper.Align) cell {
	return cell{wide, []paper.Block{paper.Set(paper.Bold(), 8, wide-2*inset, a, w.kk), paper.Set(paper.Regular(), 8, wide-2*inset, a, w.ru)}}
}

func amountOf(list []shapeKind) func(kind) string {
	return func(k kind) string {
		for _, have := range list {
			if have.Kind == k {
				return osms.Tiyn(have.Amount).Grouped()
			}
		}
		return "–"
	}
}

// The code of squares is 28 mm wide, so that one of its 57 squares has about
// half a millimetre; around it four squares stay white (ISO/IEC 18004).
const (
	squaresSize  = 28.0
	squaresQuiet = 4
)

// proof is what the document is verified with: the digest and, when it is
// signed, the code in squares and in letters. It stays on one page.
func (p *writer) proof() piece {
	digest := word("digest").both() + ": " + p.s.Digest
	if !p.mark.signed() {
		lines := paper.Set(paper.Regular(), 7.5, width, paper.Left, digest)
		unsigned := paper.Set(paper.Regular(), 7.5, width, paper.Left, word("unsigned").both())
		return piece{height: lines.Height() + unsigned.Height() + 1, draw: func(y float64) {
			p.doc.Print(unsigned, left, y+1+p.doc.Print(lines, left, y+1))
		}}
	}
	code, err := qr.Encode(squaresText(p.s, p.mark), qr.M)
	if err != nil || code.Size > 81 {
		p.doc.Refuse(fmt.Errorf("%w: the number in the code of squares", paper.ErrFit))
		return piece{draw: func(float64) {}}
	}
	quiet := squaresSize / float64(code.Size) * squaresQuiet
	at := left + squaresSize + 2*quiet + 1
	wide := right - at
	check := word("check")
	blocks := []paper.Block{
		paper.Set(paper.Regular(), 9, wide, paper.Left, word("code").both()+":"),
		paper.Set(paper.Bold(), 15, wide, paper.Left, p.mark.code()),
		paper.Set(paper.Regular(), 8.5, wide, paper.Left, "№ "+p.s.Number+" · "+word("key").both()+" "+p.mark.keyText()),
		paper.Set(paper.Regular(), 7.5, wide, paper.Left, digest),
		paper.Set(paper.Regular(), 8, wide, paper.Left, check.kk),
		paper.Set(paper.Regular(), 8, wide, paper.Left, check.ru),
	}
	text := 0.0
	for _, b := range blocks {
		text += b.Height() + 0.8
	}
	height := max(squaresSize+2*quiet, text) + 3
	return piece{height: height, draw: func(y float64) {
		y += 2
		p.doc.Squares(left+quiet, y+quiet, squaresSize, code.Size, func(row, column int) bool { return code.Black(column, row) })
		y += max(0, (squaresSize+2*quiet-text)/2)
		for _, b := range blocks {
			y += p.doc.Print(b, at, y) + 0.8
		}
	}}
}
