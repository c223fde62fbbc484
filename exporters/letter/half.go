package letter

import (
	"osmsd/exporters/paper"
)

// layout is a half set in type.
type layout struct {
	head   []paper.Block // title, subject
	person [][2]paper.Block
	body   []paper.Block
	facts  [][]paper.Block // label, value, label, value
	points [][2]paper.Block
	tail   []paper.Block // replaces, basis, note
	gap    float64
}

// Columns of the table: label, value, label, value.
const (
	labelWidth = 36.0
	valueWidth = width/2 - labelWidth
	inset      = 1.2
	markWidth  = 7.0
)

func (h Half) set(size float64) layout {
	regular, bold := paper.Regular(), paper.Bold()
	s := layout{gap: size * 0.13,
		head: []paper.Block{
			paper.Set(bold, size+2, width, paper.Centre, h.Title),
			paper.Set(bold, size, width-14, paper.Centre, h.Subject)},
	}
	s.body, s.tail = make([]paper.Block, 0, len(h.Body)), make([]paper.Block, 0, len(h.Tail))
	s.person, s.points = make([][2]paper.Block, 0, len(h.Recipient)), make([][2]paper.Block, 0, len(h.Points))
	s.facts = make([][]paper.Block, 0, len(h.Rows))
	for _, text := range h.Body {
		s.body = append(s.body, paper.Set(regular, size, width, paper.Justified, text))
	}
	for _, text := range h.Tail {
		s.tail = append(s.tail, paper.Set(regular, size-0.5, width, paper.Justified, text))
	}
	for _, p := range h.Recipient {
		s.person = append(s.person, [2]paper.Block{
			paper.Set(regular, size, labelWidth, paper.Left, p.Label+":"),
			paper.Set(bold, size, width-labelWidth, paper.Left, p.Value)})
	}
	for _, r := range h.Rows {
		cells := make([]paper.Block, 0, 2*len(r))
		for _, p := range r {
			wide := valueWidth
			if len(r) == 1 {
				wide = width - labelWidth
			}
			cells = append(cells, paper.Set(regular, size-1, labelWidth-2*inset, paper.Left, p.Label),
				paper.Set(regular, size-0.5, wide-2*inset, paper.Left, p.Value))
		}
		s.facts = append(s.facts, cells)
	}
	for _, p := range h.Points {
		s.points = append(s.points, [2]paper.Block{
			paper.Set(regular, size, markWidth, paper.Left, p.Mark),
			paper.Set(regular, size, width-markWidth, paper.Left, p.Text)})
	}
	return s
}

func rowHeight(cells []paper.Block) (h float64) {
	for _, c := range cells {
		h = max(h, c.Height())
	}
	return h + inset
}

func stackHeight(blocks []paper.Block, gap float64) (h float64) {
	for _, b := range blocks {
		h += b.Height() + gap
	}
	return h
}

func sidesHeight(pairs [][2]paper.Block) (h float64) {
	for _, p := range pairs {
		h += max(p[0].Height(), p[1].Height())
	}
	return h
}

func (s layout) height() (h float64) {
	h = stackHeight(s.head, 0) + sidesHeight(s.person) + sidesHeight(s.points) + stackHeight(s.body, 0) + stackHeight(s.tail, s.gap/2)
	h += float64(max(len(s.body)-1, 0)) * s.gap / 2
	gaps := 3.0 // behind the head, the recipient and the body
	if len(s.facts) > 0 {
		gaps++
	}
	if len(s.points) > 0 {
		gaps++
	}
	for _, r := range s.facts {
		h += rowHeight(r)
	}
	return h + gaps*s.gap
}

// print prints a half from y down and returns its height.
func (p *sheet) print(s layout, y float64) float64 {
	start := y
	for i, b := range s.head {
		b.Role = [...]string{"H1", "H2"}[i]
		y += p.doc.Print(b, left+(width-b.Width)/2, y)
	}
	y = p.sides(s.person, labelWidth, y+s.gap) + s.gap
	for i, b := range s.body {
		if i > 0 {
			y += s.gap / 2
		}
		y += p.doc.Print(b, left, y)
	}
	y += s.gap
	if len(s.facts) > 0 {
		p.table(s.facts, y)
		for _, r := range s.facts {
			y += rowHeight(r)
		}
		y += s.gap
	}
	if len(s.points) > 0 {
		y = p.sides(s.points, markWidth, y) + s.gap
	}
	for _, b := range s.tail {
		y += p.doc.Print(b, left, y) + s.gap/2
	}
	return y - start
}

// sides prints what stands in two columns and returns where it ends.
func (p *sheet) sides(pairs [][2]paper.Block, second, y float64) float64 {
	for _, pair := range pairs {
		p.doc.Print(pair[0], left, y)
		p.doc.Print(pair[1], left+second, y)
		y += max(pair[0].Height(), pair[1].Height())
	}
	return y
}

// table prints the rows under a rule: first the grey behind the labels, then
// rules and text over it.
func (p *sheet) table(rows [][]paper.Block, y float64) {
	for shades, at := true, y; ; shades, at = false, y {
		if !shades {
			p.doc.Rule(left, at, right, at, 0.2, 120)
		}
		for _, cells := range rows {
			h := rowHeight(cells)
			x := left
			for i, c := range cells {
				switch {
				case !shades:
					p.doc.Print(c, x+inset, at+inset/2)
				case i%2 == 0:
					p.doc.Shade(x, at, labelWidth, h, 242)
				}
				if x += labelWidth; i%2 == 1 {
					x = left + width/2
				}
			}
			at += h
			if !shades {
				p.doc.Rule(left, at, right, at, 0.2, 120)
			}
		}
		if !shades {
			return
		}
	}
}
