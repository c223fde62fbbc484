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
func (p *printer) letterhead() float64 {
	o := p.bundle.Organisation
	address := [2]string{o.AddressKK, o.AddressRU}
	if address[kk] == "" {
		address[kk] = address[ru]
	}
	if address[ru] == "" {
		address[ru] = address[kk]
	}
	end := top
	for lang, x := range []float64{left, right - column} {
		name, ok := paper.SetWithin(paper.Bold(), 11, column, 5, paper.Centre, p.name[lang])
		where, fits := paper.SetWithin(paper.Regular(), 8.5, column, 3, paper.Centre, address[lang])
		bin := paper.Set(paper.Regular(), 8.5, column, paper.Centre, p.texts.word(language(lang), "label.bin")+" "+o.BIN.Digits())
		if !ok || !fits {
			p.doc.Refuse(fmt.Errorf("%w: the name or address of the organisation", paper.ErrFit))
		}
		p.doc.Language(tags[lang])
		y := top + p.doc.Print(name, x, top) + 0.8
		y += p.doc.Print(where, x, y)
		y += p.doc.Print(bin, x, y)
		end = max(end, y)
	}
	p.doc.Language("")
	end += 1.8
	p.doc.Rule(left, end, right, end, 0.6, 0)
	p.doc.Rule(left, end+0.9, right, end+0.9, 0.2, 0)
	return end + 0.9
}
