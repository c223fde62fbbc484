package summary

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// The page, in millimetres.
const (
	left   = 15.0
	right  = 195.0
	width  = right - left
	top    = 11.0
	bottom = 288.0
)

// Write prints the reconciliation as one A4 page in a language ("kk", "ru" or
// "en"); titles and the first sentence stand in Kazakh and Russian besides.
// Amounts are in tenge. The type is set as large as the page allows and guesses
// give way to figures; there is never a second page.
//
// Errors: osms.ErrDoesNotAddUp before a byte is written, paper.ErrFit when even
// the smallest type is too large. The same reconciliation gives the same bytes.
func Write(w io.Writer, r osms.Reconciliation, lang string) error {
	if err := r.AddsUp(); err != nil {
		return fmt.Errorf("summary of %s: %w", r.Month, err)
	}
	if lang != "kk" && lang != "en" {
		lang = "ru"
	}
	doc := paper.New(paper.Options{Title: title.in(lang) + " " + r.Month.String(), Date: osms.DateOf(r.AsOf.In(almaty())), Lang: lang})
	p := fitted(doc, r, lang)
	doc.NewPage()
	y := top
	for _, piece := range p.pieces {
		piece.draw(y)
		y += piece.height
	}
	return doc.Write(w)
}

// piece is what stands in one strip of the page.
type piece struct {
	height float64
	draw   func(y float64)
}

// page is the summary being laid out in one size of type.
type page struct {
	doc    *paper.Document
	r      osms.Reconciliation
	lang   string
	size   float64
	pieces []piece
}

// fitted lays the page out in the largest type in which it fits with three
// guesses; in the smallest it leaves guesses out one by one.
func fitted(doc *paper.Document, r osms.Reconciliation, lang string) *page {
	guesses := best(r)
	for size := 9.5; ; size -= 0.5 {
		for n := len(guesses); n >= 0; n-- {
			p := &page{doc: doc, r: r, lang: lang, size: max(size, paper.MinSize)}
			p.lay(guesses[:n])
			if p.height() <= bottom-top {
				return p
			}
			if size > paper.MinSize {
				break
			}
			if n == 0 {
				doc.Refuse(fmt.Errorf("%w: a summary of %d regions", paper.ErrFit, len(r.Lines)))
				return p
			}
		}
	}
}

func (p *page) height() (h float64) {
	for _, piece := range p.pieces {
		h += piece.height
	}
	return h
}

func (p *page) lay(guesses []guess) {
	month, headline, population := monthOf(p.r.Month), told(p.r.Headline), told(osms.Population)
	p.text(paper.Bold(), p.size+4, title.both(p.lang), 0.5)
	p.text(paper.Regular(), p.size+1, month.both(p.lang)+p.scope(), 1)
	p.box(headline.in(p.lang), headline.second(p.lang))
	p.regions()
	p.bridge()
	if len(guesses) > 0 {
		p.text(paper.Bold(), p.size+1, guessHead.both(p.lang), 0.3)
		for _, g := range guesses {
			p.text(paper.Regular(), p.size, "• "+paper.Printable(g.said(p.lang)), 0.3)
		}
		p.gap(1.5)
	}
	p.rule()
	small := max(p.size-1, paper.MinSize)
	for _, l := range []label{known(p.r), sources(p.r), population} {
		p.text(paper.Regular(), small, paper.Printable(l.in(p.lang)), 0.4)
	}
}

// scope names the region of a report on one region.
func (p *page) scope() string {
	if len(p.r.Lines) != 1 {
		return ""
	}
	return " · " + p.r.Lines[0].Region.OrNone(p.lang)
}

// guess is a suggestion with the region whose remainder it is about.
type guess struct {
	about osms.Region
	osms.Suggestion
}

// said names the region and says the guess in a sentence.
func (g guess) said(lang string) string { return g.about.OrNone(lang) + ": " + g.Message(lang) }

// best are the three guesses that would explain most.
func best(r osms.Reconciliation) []guess {
	var all []guess
	for _, l := range r.Lines {
		for _, s := range l.Suggestions {
			all = append(all, guess{l.Region, s})
		}
	}
	slices.SortStableFunc(all, func(a, b guess) int { return cmp.Compare(size(b.Amount), size(a.Amount)) })
	return all[:min(len(all), 3)]
}

// size is an amount without its sign.
func size(t osms.Tiyn) uint64 {
	if t < 0 {
		return -uint64(t)
	}
	return uint64(t)
}

func (p *page) add(height float64, draw func(y float64)) {
	p.pieces = append(p.pieces, piece{height, draw})
}

func (p *page) gap(height float64) { p.add(height, func(float64) {}) }

// text prints a paragraph over the whole width.
func (p *page) text(f *paper.Face, size float64, s string, below float64) {
	b := paper.Set(f, size, width, paper.Left, s)
	p.add(b.Height()+below, func(y float64) { p.doc.Print(b, left, y) })
}

func (p *page) rule() {
	p.add(1, func(y float64) { p.doc.Rule(left, y, right, y, 0.2, 120) })
}

// box prints the sentence of the summary in both languages on a shade.
func (p *page) box(first, second string) {
	const inset = 1.5
	a := paper.Set(paper.Bold(), p.size+1, width-2*inset, paper.Left, first)
	b := paper.Set(paper.Regular(), p.size, width-2*inset, paper.Left, second)
	h := a.Height() + b.Height() + 3.5
	p.add(h+2, func(y float64) {
		p.doc.Shade(left, y, width, h, 236)
		p.doc.Print(a, left+inset, y+1)
		p.doc.Print(b, left+inset, y+1.8+a.Height())
	})
}
