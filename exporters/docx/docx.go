// Package docx writes simple documents for offices that edit: paragraphs and
// tables in WordprocessingML (ECMA-376, transitional), on A4, in Times New Roman.
//
//	d := docx.New(docx.Options{Title: "Хабарлама", Date: day, Lang: docx.KK, PageNumbers: true})
//	d.Paragraph(docx.Look{Style: docx.Title}, docx.Text(docx.KK, "ХАБАРЛАМА"))
//	d.Paragraph(docx.Look{Align: docx.Justified, First: 12.5, After: 6},
//		docx.Text(docx.RU, "Уведомляем, что "), docx.Bold(docx.RU, "данные обновлены"), docx.Text(docx.RU, "."))
//	d.Table(docx.Table{Widths: []float64{60, 110}, Borders: true, Heads: 1}, rows...)
//	d.PageBreak()
//	err := d.Write(w)
//
// Lengths on the page are millimetres, sizes of letters and space between
// paragraphs points. Every run names its language, so that a word processor
// checks Kazakh as Kazakh and Russian as Russian.
//
// In a text "\n" is a line break and "\t" a tab; any other control character,
// and what is not UTF-8 or not allowed in XML, is refused: a document is not
// issued with a letter lost. The first refusal is kept and comes back from
// Write, which then writes nothing; it names the place by number and never the
// text, which may be a person's name.
//
// The same calls give the same bytes. No clock is read: times inside the file
// are midnight UTC of the date given.
package docx

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"
)

// Lang is the language of a run, as word processors name it.
type Lang string

const (
	KK Lang = "kk-KZ"
	RU Lang = "ru-RU"
)

// Margins of the page, millimetres.
type Margins struct{ Left, Right, Top, Bottom float64 }

// Options are what holds for a whole document.
type Options struct {
	Title   string    // in the properties of the file
	Date    time.Time // of the document; only year, month and day count; 1980 or later
	Lang    Lang      // of what names no language; zero: KK
	Size    float64   // points; zero: 12
	Margins Margins   // zero: 25 left, 15 right, 20 above and below
	// Footer stands at the foot of every page, on the left; PageNumbers puts
	// "page / pages" on its right, or in the middle without a Footer.
	Footer      string
	PageNumbers bool
}

// A4, millimetres.
const pageWidth, pageHeight = 210.0, 297.0

// Document is a document in the making.
type Document struct {
	options Options
	body    bytes.Buffer
	// at counts paragraphs and tables, for errors.
	at  int
	err error
	// newPage: what comes next begins a page; table: a table was last.
	newPage, table bool
}

// New begins a document.
func New(o Options) *Document {
	if o.Lang == "" {
		o.Lang = KK
	}
	if o.Size == 0 {
		o.Size = 12
	}
	if o.Margins == (Margins{}) {
		o.Margins = Margins{Left: 25, Right: 15, Top: 20, Bottom: 20}
	}
	d := &Document{options: o}
	m := o.Margins
	switch {
	case o.Date.Year() < 1980 || o.Date.Year() > 2107:
		d.refuse(fmt.Errorf("a file cannot carry the year %d", o.Date.Year()))
	case min(m.Left, m.Right, m.Top, m.Bottom) < 0 || d.TextWidth() < 20 || pageHeight-m.Top-m.Bottom < 20:
		d.refuse(fmt.Errorf("the margins leave no room"))
	case o.Size < 1 || o.Size > 200:
		d.refuse(fmt.Errorf("letters of %v points", o.Size))
	}
	d.check("title", o.Title)
	d.check("footer", o.Footer)
	if strings.ContainsAny(o.Title+o.Footer, "\n\t") {
		d.refuse(fmt.Errorf("the title and the footer are one line each"))
	}
	return d
}

// TextWidth is how wide the text between the margins is, millimetres: what the
// widths of a table's columns may come to.
func (d *Document) TextWidth() float64 {
	return pageWidth - d.options.Margins.Left - d.options.Margins.Right
}

// PageBreak lets what is added next begin a page. Nothing after it: no page.
func (d *Document) PageBreak() { d.newPage = d.at > 0 }

// refuse keeps the first error.
func (d *Document) refuse(err error) {
	if d.err == nil {
		d.err = fmt.Errorf("docx: %w", err)
	}
}

// twips are the twentieths of a point in a length of millimetres.
func twips(mm float64) int { return int(math.Round(mm * 1440 / 25.4)) }

// points gives twentieths of a point.
func points(pt float64) int { return int(math.Round(pt * 20)) }

// half gives half points, the unit of letter sizes.
func half(pt float64) int { return int(math.Round(pt * 2)) }
