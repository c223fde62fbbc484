package letter

import (
	"fmt"
	"io"

	"osmsd/exporters/paper"
)

// The type sizes that a letter's body is tried in, until both halves fit.
const (
	largest  = 11.0
	smallest = 7.5
)

// signed is where the foot of a letter begins.
const signed = bottom - 35.0

// sheet is a document of letters on its way to paper.
type sheet struct {
	doc   *paper.Document
	texts *Texts
	total int // pages, as the feet say
	// before is how many pages of the document are other letters': the feet count
	// from there.
	before int
}

// write prints a letter of its own.
func (t *Texts) write(w io.Writer, c Content) error {
	doc, err := t.layOutContent(c)
	if err != nil {
		return err
	}
	return doc.Write(w)
}

func (t *Texts) layOutContent(c Content) (*paper.Document, error) {
	p := &sheet{doc: paper.New(paper.Options{Title: c.Title, Date: c.Date}), texts: t, total: 1}
	if err := p.letter(c); err != nil {
		return nil, err
	}
	return p.doc, p.doc.Err()
}

// letter prints a letter: on one page the letterhead, number and date, the
// Kazakh half, a rule, the Russian half and the place for the signature. A list
// that finds no room there stands on pages behind.
func (p *sheet) letter(c Content) error { return p.letterOn(p.doc.NewPage(), c) }

// letterOn prints it from a page that is begun.
func (p *sheet) letterOn(page int, c Content) error {
	y := p.letterhead(c.Head, c.Sample) + 2
	for _, r := range c.Registers {
		number := paper.Set(paper.Regular(), 10, 70, paper.Left, r.Number)
		date := paper.Set(paper.Regular(), 10, width-72, paper.Right, r.Day)
		y += max(p.doc.Print(number, left, y), p.doc.Print(date, left+72, y))
	}
	y += 1.5
	const end = signed - 3
	l := p.listing(c.List)
	if l != nil && l.height() < end-y {
		if at, ok := p.halves(c.Halves, y, end-l.height(), largest-1); ok {
			p.listed(l, at+3, nil)
			p.signature(c, page)
			return p.doc.Err()
		}
	}
	if _, ok := p.halves(c.Halves, y, end, smallest); !ok {
		if err := p.doc.Err(); err != nil {
			return err
		}
		return fmt.Errorf("%w: the body of the letter", paper.ErrFit)
	}
	if l != nil {
		p.total += l.flow(listFirst, listFirst)
	}
	p.signature(c, page)
	if l != nil {
		p.annex(l, c.Number)
	}
	return p.doc.Err()
}

// halves prints both halves in the largest type that fits between y and end,
// spreads what is left over, and returns where they end. It prints nothing when
// even the type least does not fit.
func (p *sheet) halves(halves [2]Half, y, end, least float64) (float64, bool) {
	for size := largest; size >= least; size -= 0.5 {
		set := [2]layout{halves[kk].set(size), halves[ru].set(size)}
		spare := end - y - set[kk].height() - set[ru].height() - 6
		if spare < 0 {
			continue
		}
		gap := min(spare/5, 6.0)
		y += gap / 2
		p.doc.Language(languages[kk])
		y += p.print(set[kk], y) + 3 + gap
		p.doc.Rule(left, y, right, y, 0.2, 110)
		y += 3 + gap
		p.doc.Language(languages[ru])
		y += p.print(set[ru], y)
		p.doc.Language("")
		return y, true
	}
	return 0, false
}

// signature prints the foot of the page, which both languages share.
func (p *sheet) signature(c Content, page int) {
	regular, bold, s := paper.Regular(), paper.Bold(), c.Signature
	refuse := func(ok bool, what string) {
		if !ok {
			p.doc.Refuse(fmt.Errorf("%w: %s", paper.ErrFit, what))
		}
	}
	head, ok := paper.SetWithin(bold, 10.5, 62, 2, paper.Right, s.Name)
	refuse(ok, "the name of the head")
	by, ok := paper.SetWithin(regular, 8.5, width, 2, paper.Left, s.Executor)
	refuse(ok, "the executor")
	position, ok := paper.SetWithin(bold, 10.5, 55, 3, paper.Left, s.Position)
	refuse(ok, "the position of the head")
	line := signed + 9
	p.doc.Print(position, left, line-4.2-float64(max(len(position.Lines)-1, 0))*position.Leading)
	p.doc.Rule(left+58, line, left+106, line, 0.2, 0)
	p.doc.Print(paper.Set(regular, 7.5, 48, paper.Centre, s.Signed), left+58, line+0.6)
	if s.Name == "" {
		p.doc.Rule(right-62, line, right, line, 0.2, 0)
	}
	p.doc.Print(head, right-62, line+0.4-head.Height())
	p.doc.Print(paper.Set(regular, 10.5, 55, paper.Left, s.Seal), left, line+6.5)
	p.doc.Print(by, left, bottom-6-by.Height())
	p.foot(c.Number, page)
}

// foot prints the number of the page under everything.
func (p *sheet) foot(number string, page int) {
	p.doc.Rule(left, bottom-4, right, bottom-4, 0.1, 150)
	of := paper.Set(paper.Regular(), 7.5, 80, paper.Left, number)
	at := paper.Set(paper.Regular(), 7.5, 80, paper.Right, fmt.Sprintf("%s %d / %d", p.texts.both("label.page"), page-p.before, p.total))
	of.Role, at.Role = paper.RoleArtifact, paper.RoleArtifact
	p.doc.Print(of, left, bottom-3.4)
	p.doc.Print(at, right-80, bottom-3.4)
}
