package letter

import (
	"fmt"

	"osmsd/exporters/paper"
)

// The sheet: a wide left margin for filing, and two columns for the letterhead.
const (
	left   = 22.0
	right  = 195.0
	width  = right - left
	top    = 11.0
	bottom = 287.0
	column = 82.0
)

// letterhead prints the provider in Kazakh on the left and in Russian on the
// right, as official blanks of the republic do, and returns where it ends.
func (p *sheet) letterhead(h Letterhead, sample string) float64 {
	if sample != "" {
		p.doc.Print(paper.Set(paper.Bold(), 13, width, paper.Centre, sample), left, top-7)
	}
	end := top
	for lang, x := range []float64{left, right - column} {
		p.doc.Language(languages[lang])
		name, ok := paper.SetWithin(paper.Bold(), 11, column, 5, paper.Centre, h.Names[lang])
		y := top + p.doc.Print(name, x, top) + 0.8
		for _, text := range h.Lines[lang] {
			line, fits := paper.SetWithin(paper.Regular(), 8.5, column, 3, paper.Centre, text)
			ok = ok && fits
			y += p.doc.Print(line, x, y)
		}
		if !ok {
			p.doc.Refuse(fmt.Errorf("%w: the name or address of the organisation", paper.ErrFit))
		}
		end = max(end, y)
	}
	p.doc.Language("")
	end += 1.8
	p.doc.Rule(left, end, right, end, 0.6, 0)
	p.doc.Rule(left, end+0.9, right, end+0.9, 0.2, 0)
	return end + 0.9
}
