package statement

import (
	"errors"
	"fmt"
	"io"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

const (
	left   = 20.0
	right  = 195.0
	width  = right - left
	top    = 12.0
	bottom = 285.0
	inset  = 1.2
	label  = 62.0 // width of a label
	fund   = osms.BIN(160940025485)
)

// writer is a statement on its way to paper.
type writer struct {
	doc  *paper.Document
	s    osms.Statement
	v    shape
	mark mark
}

// WritePDF writes the statement as an A4 document in Kazakh and Russian, which
// carries its JSON as an attached file. The statement needs a number, a person,
// a period and the moment of issue; an empty digest is computed. Errors:
// ErrTotal, ErrDigest, ErrRows, ErrSignature, paper.ErrFit, *paper.GlyphError.
func WritePDF(w io.Writer, s osms.Statement) error {
	s, b, err := complete(s)
	if err != nil {
		return err
	}
	return draw(w, s, b)
}

// draw writes the document that shows a statement and carries a JSON.
func draw(w io.Writer, s osms.Statement, carried []byte) error {
	m, err := markOf(s.Signature)
	if err != nil {
		return err
	}
	title := word("title")
	doc := paper.New(paper.Options{Title: title.both() + " № " + s.Number, Date: osms.DateOf(local(s.Issued))})
	p := &writer{doc: doc, s: s, v: shapeOf(s), mark: m}
	doc.NewPage()
	y := p.head()
	pages := paginate(p.pieces(), bottom-7-y, bottom-7-top)
	for i, pg := range pages {
		if i > 0 {
			doc.NewPage()
			y = top
		}
		doc.Outline(fmt.Sprintf("%s %d", word("page").both(), i+1), 0)
		if pg.head != nil {
			p.row(pg.head, y, true)
			y += rowHeight(pg.head)
		}
		for _, piece := range pg.pieces {
			piece.draw(y)
			y += piece.height
		}
		p.foot(i+1, len(pages))
	}
	doc.Attach(attachment, carried)
	return doc.Write(w)
}

// complete checks what a document must have, seals the statement and gives it as
// its JSON has it, with that JSON: what is printed follows from the JSON alone.
func complete(s osms.Statement) (osms.Statement, []byte, error) {
	switch {
	case s.Number == "":
		return s, nil, errors.New("the statement has no number")
	case s.Issued.IsZero():
		return s, nil, errors.New("the statement has no moment of issue")
	case s.Person == 0:
		return s, nil, errors.New("the statement has no person")
	case s.From.IsZero() || s.To.IsZero() || s.To < s.From:
		return s, nil, errors.New("the statement's period is not a period")
	}
	if _, ok := words()["status."+string(s.Participation.Status)]; !ok {
		return s, nil, fmt.Errorf("%q is not a status of participation", s.Participation.Status)
	}
	s, b, err := seal(s)
	if err != nil {
		return s, nil, err
	}
	if s, err = readJSON(b); err != nil { // only for a day or number that none can be
		return s, nil, fmt.Errorf("read the statement again: %w", err)
	}
	return s, b, nil
}

// head prints the provider, number, moment of issue and title, and returns
// where the content begins.
func (p *writer) head() float64 {
	y := letterhead(p.doc, p.s.Number, issued(p.s.Issued))
	for _, t := range [][2]string{{word("title").kk, word("subject").kk}, {word("title").ru, word("subject").ru}} {
		y += p.doc.Print(paper.Set(paper.Bold(), 12, width, paper.Centre, t[0]), left, y)
		y += p.doc.Print(paper.Set(paper.Bold(), 9, width, paper.Centre, t[1]), left, y) + 1.8
	}
	return y + 1
}

// letterhead prints the provider, the document's number and its moment.
func letterhead(doc *paper.Document, of string, at pair) float64 {
	regular, bold := paper.Regular(), paper.Bold()
	provider, bin := word("provider"), word("bin")
	const column = 82.0
	y := top
	for i, text := range []string{provider.kk, provider.ru} {
		x := left
		code := bin.kk
		if i == 1 {
			x, code = right-column, bin.ru
		}
		h := doc.Print(paper.Set(bold, 10, column, paper.Centre, text), x, top)
		h += doc.Print(paper.Set(regular, 8.5, column, paper.Centre, code+" "+fund.Digits()), x, top+h+0.6)
		y = max(y, top+h+2.4)
	}
	doc.Rule(left, y, right, y, 0.6, 0)
	doc.Rule(left, y+0.9, right, y+0.9, 0.2, 0)
	y += 3
	number, ok := paper.SetWithin(regular, 10, 60, 2, paper.Left, "№ "+of)
	if !ok {
		doc.Refuse(fmt.Errorf("%w: the number", paper.ErrFit))
	}
	return y + max(doc.Print(number, left, y), doc.Print(paper.Set(regular, 10, width-62, paper.Right, at.both()), left+62, y)) + 3
}

// pieces is everything under the title, in order.
func (p *writer) pieces() (list []piece) {
	regular, bold := paper.Regular(), paper.Bold()
	list = append(list, p.fields(append(person(p.s), received(p.s)...), true)...)
	list = append(list, p.section("participation"))
	list = append(list, p.fields(participation(p.s.Participation), false)...)
	sums := p.section("sums")
	head := p.columns()
	list = append(list, sums, piece{height: rowHeight(head), keep: true, draw: func(y float64) { p.row(head, y, true) }})
	for i := range p.s.Rows {
		cells, err := p.cells(i)
		if err != nil {
			p.doc.Refuse(err)
		}
		list = append(list, piece{height: rowHeight(cells), head: head, keep: i == len(p.s.Rows)-1,
			draw: func(y float64) { p.row(cells, y, false) }})
	}
	if len(p.s.Rows) == 0 {
		none := paper.Set(regular, 9.5, width, paper.Centre, word("no_rows").both())
		list = append(list, block(p.doc, none, left, 1.5))
	}
	list = append(list, p.total()...)
	list = append(list, p.sums()...)
	list = append(list, p.proof())
	for i, n := range notes() {
		if i == 0 {
			list = append(list, piece{height: 2, keep: true, draw: func(float64) {}})
			heading := block(p.doc, paper.Set(bold, 8.5, width, paper.Left, word("notes").both()), left, 0.6)
			heading.keep = true
			list = append(list, heading)
		}
		kk := paper.Set(regular, 7.5, width, paper.Justified, fmt.Sprintf("%d. %s", i+1, n.kk))
		ru := paper.Set(regular, 7.5, width, paper.Justified, n.ru)
		list = append(list, piece{height: kk.Height() + ru.Height() + 0.8, draw: func(y float64) {
			p.doc.Print(ru, left, y+p.doc.Print(kk, left, y))
		}})
	}
	return list
}

func (p *writer) section(key string) piece {
	b := paper.Set(paper.Bold(), 11, width, paper.Left, word(key).both())
	return piece{height: b.Height() + 4, keep: true, draw: func(y float64) { p.doc.Print(b, left, y+3) }}
}

// fields makes a two-column table: label in both languages, value in Kazakh
// and under it in Russian.
func (p *writer) fields(list []field, strong bool) (pieces []piece) {
	for i, f := range list {
		face := paper.Regular()
		if strong && i < 2 {
			face = paper.Bold()
		}
		name := paper.Set(paper.Regular(), 8.5, label-2*inset, paper.Left, f.label.both())
		value := f.value.both()
		kk := paper.Set(face, 9.5, width-label-2*inset, paper.Left, value)
		ru := paper.Block{}
		if len(kk.Lines) > 1 && f.value.ru != "" { // too long for one line: each language on its own
			kk = paper.Set(face, 9.5, width-label-2*inset, paper.Left, f.value.kk)
			ru = paper.Set(face, 9.5, width-label-2*inset, paper.Left, f.value.ru)
		}
		height := max(name.Height(), kk.Height()+ru.Height()) + inset
		pieces = append(pieces, piece{height: height, draw: func(y float64) {
			p.doc.Shade(left, y, label, height, 242)
			p.doc.Rule(left, y, right, y, 0.2, 120)
			p.doc.Rule(left, y+height, right, y+height, 0.2, 120)
			p.doc.Print(name, left+inset, y+inset/2)
			p.doc.Print(ru, left+label+inset, y+inset/2+p.doc.Print(kk, left+label+inset, y+inset/2))
		}})
	}
	return pieces
}

func (p *writer) foot(page, pages int) {
	text := "№ " + p.s.Number + " · SHA-256 " + p.s.Digest[:16] + "…"
	if p.mark.signed() {
		text = "№ " + p.s.Number + " · " + word("code").both() + ": " + p.mark.code()
	}
	p.doc.Rule(left, bottom-4, right, bottom-4, 0.1, 150)
	p.doc.Print(paper.Set(paper.Regular(), 7.5, 120, paper.Left, text), left, bottom-3.4)
	p.doc.Print(paper.Set(paper.Regular(), 7.5, 50, paper.Right, fmt.Sprintf("%s %d / %d", word("page").both(), page, pages)), right-50, bottom-3.4)
}
