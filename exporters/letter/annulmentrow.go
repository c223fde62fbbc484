package letter

import (
	"fmt"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// The columns of the table of annulled letters: number, date, name, IIN, what
// the letter said.
var annulledWidths = [5]float64{29, 20, width - 29 - 20 - 26 - 43, 26, 43}

// annulledRow is a line of that table, set.
type annulledRow struct {
	cells [5]paper.Block
	turns bool // begins a page
}

func (r annulledRow) height() float64 { return rowHeight(r.cells[:]) }

func (p *annulmentPrinter) row(l osms.Letter) (r annulledRow, err error) {
	if l.Number == "" || l.Date.IsZero() {
		return r, fmt.Errorf("an annulled letter has no number or no date")
	}
	iin := ""
	if l.Person != 0 {
		iin = l.Person.Digits()
	}
	if l.Action != osms.Entered && l.Action != osms.Updated && l.Action != osms.Removed {
		return r, &numberedError{l.Number, fmt.Errorf("the action is missing")}
	}
	set := func(i int, text string) {
		r.cells[i] = paper.Set(paper.Regular(), entrySize, annulledWidths[i]-2*inset, paper.Left, text)
	}
	for i, text := range []string{l.Number, l.Date.Dotted(), "", iin, p.texts.both("action." + string(l.Action))} {
		set(i, text)
	}
	if name := l.Name.String(); paper.Regular().Check(paper.Clean(name)) == nil {
		if b, ok := paper.SetWithin(paper.Regular(), entrySize, annulledWidths[2]-2*inset, nameLines, paper.Left, name); ok {
			r.cells[2] = b
		}
	}
	return r, nil
}

// put prints a row and returns where it ends.
func (p *annulmentPrinter) put(r annulledRow, y float64) float64 {
	x := left
	for i, c := range r.cells {
		p.doc.Print(c, x+inset, y+inset/2)
		x += annulledWidths[i]
	}
	y += r.height()
	p.doc.Rule(left, y, right, y, 0.1, 150)
	return y
}

// heads prints the heads of the columns above y.
func (p *annulmentPrinter) heads(y float64) {
	words := annulmentWords()
	x := left
	for i, w := range [5][2]string{p.texts.words["label.number"], words["date"], p.texts.words["label.name"], words["iin"], words["said"]} {
		kazakh := paper.Set(paper.Bold(), 8.5, annulledWidths[i], paper.Left, w[kk])
		russian := paper.Set(paper.Regular(), 8, annulledWidths[i], paper.Left, w[ru])
		p.doc.Print(russian, x+inset, y-1.2-russian.Height())
		p.doc.Print(kazakh, x+inset, y-1.2-russian.Height()-kazakh.Height())
		x += annulledWidths[i]
	}
	p.doc.Rule(left, y-0.6, right, y-0.6, 0.3, 0)
}
