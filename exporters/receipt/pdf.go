package receipt

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// The page, in millimetres. Text in both languages stands side by side, Kazakh
// left and Russian right.
const (
	left   = 18.0
	right  = 195.0
	width  = right - left
	gutter = 5.0
	half   = (width - gutter) / 2
	top    = 14.0
	bottom = 287.0
	inset  = 1.0
)

// WritePDF writes the receipt as an A4 document in Kazakh and Russian: one page
// for a clean file, and for others a table of at most 200 refused cells with
// the rest counted by code. Letters that the font does not have are shown as a
// box, so that no name of a file can hinder its receipt. Times are shown in the
// zone. The same report gives the same bytes.
func WritePDF(w io.Writer, r osms.FileReport, zone *time.Location) error {
	number := ""
	if r.Arrival != 0 {
		number = " № " + strconv.FormatInt(r.Arrival, 10)
	}
	date := osms.Date(20200101) // a report always has its moment; a document needs a date
	if !r.Received.IsZero() {
		date = osms.DateOf(r.Received.In(zone))
	}
	s := &sheet{r: r, zone: zone, number: number,
		doc: paper.New(paper.Options{Title: receiptTitle.kk + " / " + receiptTitle.ru + number, Date: date})}
	s.head()
	s.about()
	if r.Error != nil {
		s.section(errorTitle)
		s.pair(each(r.Error.Message))
	}
	s.holds()
	switch {
	case r.Format == "zip":
		s.members()
	case r.Error == nil && r.Outcome != osms.Waiting:
		s.rows()
	}
	s.again()
	s.advice()
	s.faults()
	s.print()
	return s.doc.Write(w)
}

// sheet collects the pieces of a receipt; then they are put on pages.
type sheet struct {
	r      osms.FileReport
	zone   *time.Location
	number string
	doc    *paper.Document
	pieces []piece
}

// piece is what stands together on a page.
type piece struct {
	height float64
	draw   func(y float64)
	// heading: it stands on the page of what follows.
	heading bool
	// again is printed once more where a table goes on on a new page.
	again *piece
}

func (s *sheet) add(p piece) { s.pieces = append(s.pieces, p) }

func (s *sheet) gap(h float64) { s.add(piece{height: h}) }

// print puts the pieces on pages.
func (s *sheet) print() {
	const room = bottom - 8 - top
	pages, y := [][]piece{nil}, 0.0
	for i, p := range s.pieces {
		need := p.height
		for j := i; s.pieces[j].heading && j+1 < len(s.pieces); j++ {
			need += s.pieces[j+1].height
		}
		last := len(pages) - 1
		if p.draw == nil && len(pages[last]) == 0 {
			continue // no gap at the head of a page
		}
		if p.draw == nil && y+need > room {
			continue
		}
		if y+need > room && len(pages[last]) > 0 {
			pages, last, y = append(pages, nil), last+1, 0
			if p.again != nil {
				pages[last], y = append(pages[last], *p.again), p.again.height
			}
		}
		pages[last] = append(pages[last], p)
		y += p.height
	}
	for i, page := range pages {
		s.doc.NewPage()
		y := top
		for _, p := range page {
			if p.draw != nil {
				p.draw(y)
			}
			y += p.height
		}
		s.foot(i+1, len(pages))
	}
}

func (s *sheet) foot(page, pages int) {
	s.doc.Rule(left, bottom-5, right, bottom-5, 0.1, 150)
	name := strings.TrimSpace(s.number + "   SHA-256 " + clip(s.r.SHA256, 64))
	s.doc.Print(set(paper.Regular(), 7.5, 130, paper.Left, name), left, bottom-4.2)
	s.doc.Print(set(paper.Regular(), 7.5, 45, paper.Right, fmt.Sprintf("бет / стр. %d / %d", page, pages)), right-45, bottom-4.2)
}

// set sets any text: what the fonts cannot print becomes a box.
func set(f *paper.Face, size, width float64, a paper.Align, text string) paper.Block {
	return paper.Set(f, size, width, a, paper.Printable(osms.Escaped(text, unicode.IsGraphic)))
}

// pair sets a text in both languages side by side.
func (s *sheet) pair(l label) { s.columns(paper.Regular(), 9, clipped(l, 700), 1) }

func clipped(l label, most int) label { return label{clip(l.kk, most), clip(l.ru, most)} }

func (s *sheet) columns(f *paper.Face, size float64, l label, below float64) {
	kk, ru := set(f, size, half, paper.Left, l.kk), set(f, size, half, paper.Left, l.ru)
	s.add(piece{height: max(kk.Height(), ru.Height()) + below, draw: func(y float64) {
		s.doc.Print(kk, left, y)
		s.doc.Print(ru, left+half+gutter, y)
	}})
}

// section begins a part.
func (s *sheet) section(l label) {
	kk, ru := set(paper.Bold(), 9.5, half-inset, paper.Left, l.kk), set(paper.Bold(), 9.5, half, paper.Left, l.ru)
	s.gap(3)
	h := max(kk.Height(), ru.Height()) + 1.2
	s.add(piece{heading: true, height: h + 1.4, draw: func(y float64) {
		s.doc.Shade(left, y, width, h, 232)
		s.doc.Print(kk, left+inset, y+0.4)
		s.doc.Print(ru, left+half+gutter, y+0.4)
	}})
}

// head is the title and, under it, the outcome.
func (s *sheet) head() {
	s.columns(paper.Bold(), 14, label{receiptTitle.kk + s.number, receiptTitle.ru + s.number}, 2)
	said := each(func(lang string) string { return upperFirst(outcome(s.r, lang)) })
	kk, ru := set(paper.Bold(), 11.5, half-2*inset, paper.Left, said.kk), set(paper.Bold(), 11.5, half-2*inset, paper.Left, said.ru)
	h := max(kk.Height(), ru.Height()) + 3
	s.add(piece{height: h + 2.5, draw: func(y float64) {
		s.doc.Shade(left, y, width, h, 232)
		s.doc.Rule(left, y, left, y+h, 1, 60)
		s.doc.Print(kk, left+2*inset, y+1.4)
		s.doc.Print(ru, left+half+gutter, y+1.4)
	}})
}

func upperFirst(s string) string {
	for i, c := range s {
		return string(unicode.ToUpper(c)) + s[i+len(string(c)):]
	}
	return s
}

// about is the table of facts: a label in both languages and the value, once
// where it is the same in both.
func (s *sheet) about() {
	const labels = 44.0
	line := func(y float64) { s.doc.Rule(left, y, right, y, 0.1, 190) }
	for _, f := range facts(s.r, s.zone) {
		if f.value == (label{}) || f.label == outcomeLabel || f.label == numberLabel {
			continue
		}
		name := f.label.kk
		if f.label.ru != name {
			name += " / " + f.label.ru
		}
		f.value = clipped(f.value, 500)
		values := []paper.Block{set(paper.Regular(), 9, width-labels, paper.Left, f.value.kk)}
		if f.value.kk != f.value.ru {
			if both := set(paper.Regular(), 9, width-labels, paper.Left, f.value.kk+" / "+f.value.ru); len(both.Lines) == 1 {
				values[0] = both
			} else {
				values = append(values, set(paper.Regular(), 9, width-labels, paper.Left, f.value.ru))
			}
		}
		named := set(paper.Regular(), 8, labels-2, paper.Left, name)
		h := 0.0
		for _, v := range values {
			h += v.Height()
		}
		h = max(h, named.Height()) + 1
		s.add(piece{height: h, draw: func(y float64) {
			s.doc.Print(named, left, y+0.6)
			at := y + 0.4
			for _, v := range values {
				at += s.doc.Print(v, left+labels, at)
			}
			line(y + h)
		}})
	}
}

func (s *sheet) holds() {
	const most = 12
	if len(s.r.Holds) == 0 {
		return
	}
	s.section(holdsTitle)
	for _, h := range s.r.Holds[:min(len(s.r.Holds), most)] {
		s.pair(each(func(lang string) string { return "– " + h.Message(lang) }))
	}
	if more := len(s.r.Holds) - most; more > 0 {
		s.pair(moreHolds.with(more))
	}
}

// rows is the account of the rows: what was read is what became of it.
func (s *sheet) rows() {
	const number = 30.0
	const wide = (width - number) / 2
	s.section(rowsTitle)
	put := func(f *paper.Face, sign string, c count) {
		indent := 0.0
		if sign != "" {
			indent = 4
		}
		kk, ru := set(f, 9, wide-2-indent, paper.Left, c.label.kk), set(f, 9, wide-2-indent, paper.Left, c.label.ru)
		n := set(f, 9, number-8, paper.Right, strconv.Itoa(c.n))
		before := set(f, 9, 4, paper.Left, sign)
		s.add(piece{height: max(kk.Height(), ru.Height()) + 0.4, draw: func(y float64) {
			s.doc.Print(before, left, y)
			s.doc.Print(kk, left+indent, y)
			s.doc.Print(n, left+wide, y)
			s.doc.Print(before, left+wide+number, y)
			s.doc.Print(ru, left+wide+number+indent, y)
		}})
	}
	sum, beside := sums(s.r)
	for i, c := range sum {
		switch i {
		case 0:
			put(paper.Bold(), "", c)
		case 1:
			put(paper.Regular(), "=", c)
		default:
			put(paper.Regular(), "+", c)
		}
	}
	s.add(piece{height: 2, draw: func(y float64) { s.doc.Rule(left, y+1, right, y+1, 0.1, 190) }})
	for _, c := range beside {
		put(paper.Regular(), "", c)
	}
	if !conserved(s.r) {
		s.columns(paper.Bold(), 9, notConserved, 1)
	}
	if s.r.Outcome == osms.Held && !s.r.OfMoney() {
		s.gap(1)
		s.pair(heldRows)
	}
}

func (s *sheet) again() {
	if len(s.r.Repeated) == 0 {
		return
	}
	s.section(repeatedTitle)
	for _, x := range s.r.Repeated {
		said := again(x, s.zone)
		s.pair(label{"– " + said.kk, "– " + said.ru})
	}
}

func (s *sheet) advice() {
	s.section(nextTitle)
	for _, l := range advice(s.r) {
		s.pair(l)
	}
}
