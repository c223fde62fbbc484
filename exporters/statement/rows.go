package statement

import (
	"fmt"
	"strconv"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// columns of the table of sums: number, month, payer, payment code, day,
// document, amount.
var columnWidths = [...]float64{9, 16, 64, 13, 21, 27, 25}

var columnKeys = [...]string{"row", "month", "payer", "knp", "paid_on", "reference", "amount"}

var columnAligns = [...]paper.Align{paper.Right, paper.Left, paper.Left, paper.Left, paper.Left, paper.Left, paper.Right}

// cell is one column of a row: its width and blocks one under the other.
type cell struct {
	width  float64
	blocks []paper.Block
}

func rowHeight(cells []cell) (h float64) {
	for _, c := range cells {
		n := 0.0
		for _, b := range c.blocks {
			n += b.Height()
		}
		h = max(h, n)
	}
	return h + inset
}

// columns sets the head of the table.
func (p *writer) columns() (cells []cell) {
	for i, key := range columnKeys {
		w := word(key)
		wide := columnWidths[i] - 2*inset
		cells = append(cells, cell{columnWidths[i], []paper.Block{paper.Set(paper.Bold(), 8, wide, columnAligns[i], w.kk), paper.Set(paper.Regular(), 8, wide, columnAligns[i], w.ru)}})
	}
	return cells
}

// cells sets row i of the table.
func (p *writer) cells(i int) (cells []cell, err error) {
	r := p.s.Rows[i]
	for c, texts := range [][]string{{strconv.Itoa(i + 1)}, {shortMonth(r.Month)}, {payer(r)}, {r.KNP},
		{r.PaidOn.Dotted()}, {r.Reference}, {r.Amount.Grouped()}} {
		lines := cell{width: columnWidths[c]}
		for _, text := range texts {
			most := 12
			if columnKeys[c] == "amount" {
				most = 1 // an amount in two lines could be read as two
			}
			b, ok := paper.SetWithin(paper.Regular(), 8.5, columnWidths[c]-2*inset, most, columnAligns[c], text)
			if !ok {
				return nil, fmt.Errorf("row %d: %w: the column %s", i+1, paper.ErrFit, columnKeys[c])
			}
			lines.blocks = append(lines.blocks, b)
		}
		cells = append(cells, lines)
	}
	return cells, nil
}

// payer is a payer with its number, as far as they are known.
func payer(r osms.StatementRow) string {
	if r.Payer == "" || r.PayerID == "" {
		return r.Payer + r.PayerID
	}
	return r.Payer + ", " + r.PayerID
}

func (p *writer) row(cells []cell, y float64, head bool) {
	h := rowHeight(cells)
	if head {
		p.doc.Shade(left, y, width, h, 235)
		p.doc.Rule(left, y, right, y, 0.3, 0)
	}
	x := left
	for _, c := range cells {
		at := y + inset/2
		for _, b := range c.blocks {
			at += p.doc.Print(b, x+inset, at)
		}
		x += c.width
	}
	thickness, grey := 0.1, 150
	if head {
		thickness, grey = 0.3, 0
	}
	p.doc.Rule(left, y+h, right, y+h, thickness, grey)
}

// total makes the lines under the table: the total, what it consists of, and
// the total in words in both languages. They stay together.
func (p *writer) total() (list []piece) {
	regular, bold := paper.Regular(), paper.Bold()
	line := func(label, value string, face *paper.Face, size float64) {
		l := paper.Set(face, size, width-60, paper.Right, label)
		v := paper.Set(face, size, 58, paper.Right, value)
		list = append(list, piece{height: l.Height() + 0.6, keep: true, draw: func(y float64) {
			p.doc.Print(l, left, y+0.6)
			p.doc.Print(v, right-58-inset, y+0.6)
		}})
	}
	line(word("total").both()+", теңге / тенге:", p.s.Total.Grouped(), bold, 10)
	for _, f := range subtotals(p.v) {
		line(f.label.both()+":", f.value.kk, regular, 8.5)
	}
	list = append(list, piece{height: 1.8, keep: true, draw: func(float64) {}})
	for i, text := range []string{word("words").kk + ": " + AmountKK(p.s.Total), word("words").ru + ": " + AmountRU(p.s.Total)} {
		b := block(p.doc, paper.Set(regular, 9.5, width, paper.Left, text), left, 0.4)
		b.keep = i == 0
		list = append(list, b)
	}
	return list
}
