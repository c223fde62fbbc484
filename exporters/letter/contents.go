package letter

import (
	"fmt"
	"strconv"
	"strings"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// Columns of the table of contents: number, name with a dotted leader, what
// was done, page.
const (
	numberWidth = 36.0
	whatWidth   = 50.0
	pageWidth   = 13.0
	nameWidth   = width - numberWidth - whatWidth - pageWidth - 4
	entrySize   = 9.5
	nameLines   = 8 // holds a name of three hundred letters
)

// entry is one line of the table of contents, set.
type entry struct {
	number, name, what paper.Block
}

func (e entry) height() float64 {
	return max(e.number.Height(), e.name.Height(), e.what.Height()) + 1.1
}

// contents prints the table of contents. Its length is found before its first
// line is printed, because the letters' page numbers follow from it.
func (p *printer) contents() error {
	entries := make([]entry, len(p.bundle.Letters))
	p.links = make([]paper.Target, len(entries))
	for i, l := range p.bundle.Letters {
		p.links[i] = p.doc.NewTarget()
		name, ok := paper.SetWithin(paper.Regular(), entrySize, nameWidth, nameLines, paper.Left, l.Name.String())
		if !ok {
			return &numberedError{l.Number, fmt.Errorf("%w: the name in the contents", paper.ErrFit)}
		}
		entries[i] = entry{
			number: paper.Set(paper.Regular(), entrySize, numberWidth-2, paper.Left, l.Number),
			name:   name,
			what:   paper.Set(paper.Regular(), entrySize, whatWidth, paper.Left, p.texts.both("action."+string(l.Action))),
		}
	}
	page := p.doc.NewPage()
	p.doc.Outline(p.texts.both("label.contents"), 0)
	first := p.front()
	const next, last = top + 12, bottom - 8
	p.pages = 1
	y := first
	breaks := map[int]bool{}
	for i, e := range entries {
		if y+e.height() > last {
			p.pages++
			breaks[i] = true
			y = next
		}
		y += e.height()
	}
	p.total = p.pages + len(entries)
	y = first
	for i, e := range entries {
		if breaks[i] {
			p.foot(p.bundle.Date.Dotted(), page)
			page = p.doc.NewPage()
			p.columns(next)
			y = next
		}
		p.entry(e, y, p.pages+1+i, p.links[i])
		y += e.height()
	}
	p.foot(p.bundle.Date.Dotted(), page)
	return nil
}

// front prints the head of the first page and returns where the entries begin.
func (p *printer) front() float64 {
	t := p.texts
	y := p.letterhead(t.letterhead(signer(p.bundle)), "") + 3
	y += p.doc.Print(paper.Set(paper.Bold(), 12, width, paper.Centre, t.both("label.contents")), left, y) + 1
	y += p.doc.Print(paper.Set(paper.Regular(), 10, width, paper.Centre,
		paper.DateKK(p.bundle.Date)+" / "+paper.DateRU(p.bundle.Date)), left, y)
	counts := map[osms.LetterAction]int{}
	for _, l := range p.bundle.Letters {
		counts[l.Action]++
	}
	total := []string{fmt.Sprintf("%s: %d", t.both("label.total"), len(p.bundle.Letters))}
	for _, a := range []osms.LetterAction{osms.Entered, osms.Updated, osms.Removed} {
		if counts[a] > 0 {
			total = append(total, fmt.Sprintf("%s: %d", t.both("action."+string(a)), counts[a]))
		}
	}
	y += p.doc.Print(paper.Set(paper.Regular(), 9, width, paper.Centre, strings.Join(total, " · ")), left, y)
	if p.bundle.Sequence > 0 {
		y += p.doc.Print(paper.Set(paper.Regular(), 9, width, paper.Centre,
			t.both("label.sequence")+" "+strconv.FormatInt(p.bundle.Sequence, 10)), left, y)
	}
	p.columns(y + 12)
	return y + 12
}

// columns prints the heads of the columns above y.
func (p *printer) columns(y float64) {
	x := left
	for _, c := range []struct {
		key   string
		width float64
		align paper.Align
	}{
		{"label.number", numberWidth, paper.Left}, {"label.name", nameWidth + 4, paper.Left},
		{"label.what", whatWidth, paper.Left}, {"label.page", pageWidth, paper.Right},
	} {
		kazakh := paper.Set(paper.Bold(), 8.5, c.width, c.align, p.texts.word(kk, c.key))
		russian := paper.Set(paper.Regular(), 8, c.width, c.align, p.texts.word(ru, c.key))
		p.doc.Print(russian, x, y-1.2-russian.Height())
		p.doc.Print(kazakh, x, y-1.2-russian.Height()-kazakh.Height())
		x += c.width
	}
	p.doc.Rule(left, y-0.6, right, y-0.6, 0.3, 0)
}

func (p *printer) entry(e entry, y float64, page int, to paper.Target) {
	p.doc.Print(e.number, left, y)
	p.doc.Print(e.name, left+numberWidth, y)
	what := left + numberWidth + nameWidth + 4
	p.doc.Print(e.what, what, y)
	p.doc.Print(paper.Set(paper.Regular(), entrySize, pageWidth, paper.Right, strconv.Itoa(page)), right-pageWidth, y)
	p.leader(e.name, left+numberWidth, what-1.5, y)
	p.leader(e.what, what, right-2-paper.Regular().Width(strconv.Itoa(page), entrySize), y)
	p.doc.Link(left, y, width, e.height()-1.1, to)
}

// leader prints dots from the end of a block's last line to x2; the dots of
// all lines stand under each other.
func (p *printer) leader(b paper.Block, x1, x2, y float64) {
	if len(b.Lines) == 0 {
		return
	}
	last := len(b.Lines) - 1
	x1 += b.Face.Width(b.Lines[last], b.Size) + 1
	const step = 1.5
	n := int((x2 - x1) / step)
	base := y + float64(last)*b.Leading + b.Size*0.95*25.4/72
	if n > 2 {
		p.doc.Dots(x2-float64(n)*step, base, n, step)
	}
}
