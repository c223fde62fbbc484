package paper

import (
	"errors"
	"math"
	"strconv"
)

// page is the current page: its content as PDF operators, and the state that
// they have left, so that an operator is written only where something changes.
// Lines and fills lie under all text, whatever was drawn first: so each of the
// two is one run, which is shorter.
type page struct {
	lines, text []byte
	whole       []byte // both, once the page ends
	key         int    // of the page in the parent tree
	marks       []int  // structure elements of the marked content, by its number
	annots      []int
	linked      []int // structure elements of the links, in order

	open, lang   string // role and language of the marked content
	at           origin // where the last line of text begins
	face         *Face
	size         float64
	fill, stroke int // greys; 0: black
	width        float64
}

// begin empties the page, keeping its memory.
func (p *page) begin(key int) {
	*p = page{lines: p.lines[:0], text: p.text[:0], whole: p.whole[:0], marks: p.marks[:0], annots: p.annots[:0], linked: p.linked[:0], key: key, width: -1}
}

// content is the page's operators: what is drawn is marked as no text, so that
// readers that speak pass over it.
func (p *page) content() []byte {
	b := p.whole
	if len(p.lines) > 0 {
		b = append(append(append(b, "/Artifact BMC\n"...), p.lines...), "EMC\n"...)
		if p.fill != 0 {
			b = append(b, "0 g\n"...)
		}
	}
	if len(p.text) > 0 {
		b = append(append(append(b, "BT\n"...), p.text...), "ET\n"...)
	}
	p.whole = b
	return b
}

// draw writes numbers of so many decimals and an operator.
func (p *page) draw(decimals int, operator string, values ...float64) {
	for _, v := range values {
		p.lines = append(appendNumber(p.lines, v, decimals), ' ')
	}
	p.lines = append(append(p.lines, operator...), '\n')
}

func (p *page) setFill(grey int) {
	if p.fill != grey {
		p.draw(2, "g", float64(grey)/255)
		p.fill = grey
	}
}

// points turns millimetres into points.
func points(mm float64) float64 { return mm / mmPerPoint }

// height turns a distance from the upper edge into points from the lower one.
func height(y float64) float64 { return points(PageHeight - y) }

// appendNumber writes a number with at most so many decimals (0 to 2).
func appendNumber(b []byte, v float64, decimals int) []byte {
	scale := [...]int64{1, 10, 100}[decimals]
	n := int64(math.Round(v * float64(scale)))
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	if whole := n / scale; whole > 0 || n == 0 {
		b = strconv.AppendInt(b, whole, 10)
	}
	n %= scale
	if n == 0 {
		return b
	}
	b = append(b, '.')
	for n > 0 {
		scale /= 10
		b = append(b, byte('0'+n/scale))
		n %= scale
	}
	return b
}

// ready reports whether there is a page to print on.
func (d *Document) ready() bool {
	if d.err == nil && len(d.pages) == 0 {
		d.fail(errors.New("a document needs a page before anything is printed"))
	}
	return d.err == nil && !d.ended
}

// Rule draws a line of a thickness in millimetres and a grey between 0
// (black) and 255.
func (d *Document) Rule(x1, y1, x2, y2, thickness float64, grey int) {
	if !d.ready() {
		return
	}
	p := &d.page
	if p.width != thickness {
		p.draw(2, "w", points(thickness))
		p.width = thickness
	}
	if p.stroke != grey {
		p.draw(2, "G", float64(grey)/255)
		p.stroke = grey
	}
	p.draw(1, "m", points(x1), height(y1))
	p.draw(1, "l S", points(x2), height(y2))
}

// Shade fills a rectangle with a grey. It lies under all text of its page.
func (d *Document) Shade(x, y, width, high float64, grey int) {
	if !d.ready() {
		return
	}
	d.page.setFill(grey)
	d.page.draw(1, "re f", points(x), height(y+high), points(width), points(high))
}

// Dots draws a leader of n dots from x, a step apart, on a baseline.
func (d *Document) Dots(x, y float64, n int, step float64) {
	if n < 1 || !d.ready() {
		return
	}
	p := &d.page
	p.lines = append(p.lines, "q 1 J .71 w .35 G[0 "...)
	p.lines = append(appendNumber(p.lines, points(step), 2), "]0 d\n"...)
	p.draw(1, "m", points(x), height(y-0.12))
	p.draw(1, "l S Q", points(x+float64(n-1)*step), height(y-0.12))
}

// Squares draws the dark squares of an n × n code with its upper left corner at
// x, y and a side of size millimetres.
func (d *Document) Squares(x, y, size float64, n int, dark func(row, column int) bool) {
	if n < 1 || !d.ready() {
		return
	}
	d.page.setFill(0)
	step := size / float64(n)
	for row := range n {
		for column := 0; column < n; column++ {
			from := column
			for column < n && dark(row, column) {
				column++
			}
			if column > from {
				d.page.draw(2, "re", points(x+float64(from)*step), height(y+float64(row+1)*step), points(float64(column-from)*step), points(step))
			}
		}
	}
	d.page.draw(0, "f")
}
