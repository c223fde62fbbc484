package letter

import (
	"fmt"
	"strconv"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// The type sizes that a letter's body is tried in, until both halves fit.
const (
	largest  = 11.0
	smallest = 7.5
)

// letter prints one letter on a page of its own: letterhead, number and date,
// the Kazakh half, a rule, the Russian half, the place for the signature.
func (p *printer) letter(i int, l osms.Letter) error {
	if err := missing(l); err != nil {
		return err
	}
	var halves [2]half
	for lang := range halves {
		h, err := p.half(language(lang), l)
		if err != nil {
			return err
		}
		halves[lang] = h
	}
	page := p.doc.NewPage()
	p.doc.Place(p.links[i])
	p.doc.Outline(l.Number+" "+l.Name.String(), 0)
	y := p.letterhead() + 2
	y += p.numberLine(l, y) + 1.5
	if err := p.body(halves, y, signed-3); err != nil {
		return err
	}
	p.signature(l, page)
	return p.doc.Err()
}

// body sets both halves in the largest type that fits between y and end, and
// spreads what is left over.
func (p *printer) body(halves [2]half, y, end float64) error {
	for size := largest; size >= smallest; size -= 0.5 {
		set := [2]layout{halves[kk].set(size), halves[ru].set(size)}
		spare := end - y - set[kk].height() - set[ru].height() - 6
		if spare < 0 {
			continue
		}
		gap := min(spare/5, 6.0)
		y += gap / 2
		p.doc.Language(tags[kk])
		y += p.print(set[kk], y) + 3 + gap
		p.doc.Rule(left, y, right, y, 0.2, 110)
		y += 3 + gap
		p.doc.Language(tags[ru])
		p.print(set[ru], y)
		p.doc.Language("")
		return nil
	}
	return fmt.Errorf("%w: the body of the letter", paper.ErrFit)
}

func (p *printer) numberLine(l osms.Letter, y float64) float64 {
	number := paper.Set(paper.Regular(), 10, 70, paper.Left, p.texts.both("label.outgoing")+" "+l.Number)
	date := paper.Set(paper.Regular(), 10, width-72, paper.Right, paper.DateKK(l.Date)+" / "+paper.DateRU(l.Date))
	return max(p.doc.Print(number, left, y), p.doc.Print(date, left+72, y))
}

// signed is where the foot of a letter begins.
const signed = bottom - 35.0

// signature prints the foot of the page, which both languages share.
func (p *printer) signature(l osms.Letter, page int) {
	t, o := p.texts, p.bundle.Organisation
	regular, bold := paper.Regular(), paper.Bold()
	head, ok := paper.SetWithin(bold, 10.5, 62, 2, paper.Right, o.Head)
	if !ok {
		p.doc.Refuse(fmt.Errorf("%w: the name of the head", paper.ErrFit))
	}
	executor := t.both("label.executor") + ": " + o.Executor
	if o.Executor == "" {
		executor = t.both("label.executor") + ": ____________________"
	}
	if o.Phone != "" {
		executor += ", " + t.both("label.phone") + " " + o.Phone
	}
	by, ok := paper.SetWithin(regular, 8.5, width, 2, paper.Left, executor)
	if !ok {
		p.doc.Refuse(fmt.Errorf("%w: the executor", paper.ErrFit))
	}
	line := signed + 9
	p.doc.Print(paper.Set(bold, 10.5, 55, paper.Left, t.both("label.head")), left, line-4.2)
	p.doc.Rule(left+58, line, left+106, line, 0.2, 0)
	p.doc.Print(paper.Set(regular, 7.5, 48, paper.Centre, "("+t.both("label.signature")+")"), left+58, line+0.6)
	if o.Head == "" {
		p.doc.Rule(right-62, line, right, line, 0.2, 0)
	}
	p.doc.Print(head, right-62, line+0.4-head.Height())
	p.doc.Print(paper.Set(regular, 10.5, 55, paper.Left, t.both("label.seal")), left, line+6.5)
	p.doc.Print(by, left, bottom-6-by.Height())
	p.foot(l.Number, page)
}

// foot prints the number of the page under everything.
func (p *printer) foot(number string, page int) {
	p.doc.Rule(left, bottom-4, right, bottom-4, 0.1, 150)
	total := strconv.Itoa(p.pages + len(p.bundle.Letters))
	of := paper.Set(paper.Regular(), 7.5, 80, paper.Left, number)
	at := paper.Set(paper.Regular(), 7.5, 80, paper.Right, fmt.Sprintf("%s %d / %s", p.texts.both("label.page"), page, total))
	of.Role, at.Role = paper.RoleArtifact, paper.RoleArtifact
	p.doc.Print(of, left, bottom-3.4)
	p.doc.Print(at, right-80, bottom-3.4)
}
