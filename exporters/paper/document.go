package paper

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"osmsd/sync/osms"
)

// A4 in millimetres.
const (
	PageWidth  = 210.0
	PageHeight = 297.0
)

// ErrFit says that a text does not fit into its place even at the smallest
// type that is still readable.
var ErrFit = errors.New("the text does not fit on its page")

// MinSize is the smallest type that a document is set in, in points.
const MinSize = 7.0

// Options head a document.
type Options struct {
	// Title stands in the metadata and the window's title: no personal number.
	Title string
	// Date is the document's own day, written as its creation date. It must
	// not be zero: a PDF without a date would take the machine's.
	Date osms.Date
	// Lang is the language that the document is tagged with; "" is "kk".
	Lang string
}

// Document is a PDF being written, in millimetres from the upper left corner.
// The first error stays and is returned by Write; methods after it do nothing.
type Document struct {
	pdf  *fpdf.Fpdf
	face *Face
	size float64
	err  error

	attached []fpdf.Attachment
}

// New starts a document of A4 pages.
func New(o Options) *Document {
	d := &Document{pdf: fpdf.New("P", "mm", "A4", "")}
	if o.Date.IsZero() {
		d.fail(errors.New("a document needs a date"))
		return d
	}
	at := o.Date.Time().Add(12 * time.Hour)
	d.pdf.SetCatalogSort(true)
	d.pdf.SetCreationDate(at)
	d.pdf.SetModificationDate(at)
	d.pdf.SetProducer("osmsd", false)
	d.pdf.SetTitle(Clean(o.Title), true)
	d.pdf.SetLang(cmp.Or(o.Lang, "kk"))
	d.pdf.SetMargins(0, 0, 0)
	d.pdf.SetCellMargin(0)
	d.pdf.SetAutoPageBreak(false, 0)
	for _, f := range faces() {
		d.pdf.AddUTF8FontFromBytes("serif", f.style, f.ttf)
	}
	return d
}

func (d *Document) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// Err is the first error so far.
func (d *Document) Err() error {
	if d.err == nil && d.pdf.Err() {
		d.err = fmt.Errorf("page %d: %w", d.pdf.PageNo(), d.pdf.Error())
	}
	return d.err
}

// NewPage starts a page and returns its number, from 1.
func (d *Document) NewPage() int {
	d.pdf.AddPage()
	d.face = nil
	return d.pdf.PageNo()
}

// set chooses the type; fpdf writes an operator each time, so only on change.
func (d *Document) set(f *Face, size float64) {
	if d.face != f || d.size != size {
		d.pdf.SetFont("serif", f.style, size)
		d.face, d.size = f, size
	}
}

// Line prints one clean line with its baseline at y, from x. It refuses a
// letter that the face does not have and a line that leaves the page.
func (d *Document) Line(f *Face, size, x, y float64, s string) {
	if s == "" || d.Err() != nil {
		return
	}
	if err := f.Check(s); err != nil {
		d.fail(err)
		return
	}
	if size < MinSize || x < 0 || y < 0 || y > PageHeight || x+f.Width(s, size) > PageWidth {
		d.fail(fmt.Errorf("%w: a line at %.0f, %.0f mm in %.1f points", ErrFit, x, y, size))
		return
	}
	d.set(f, size)
	d.pdf.Text(x, y, s)
}

// spread prints one line justified to width.
func (d *Document) spread(f *Face, size, x, y, width float64, s string) {
	if d.Err() != nil {
		return
	}
	if err := f.Check(s); err != nil {
		d.fail(err)
		return
	}
	d.set(f, size)
	height := size * mmPerPoint
	d.pdf.SetXY(x, y-0.8*height) // CellFormat puts the baseline .5 h + .3 size below y
	d.pdf.CellFormat(width, height, s, "", 0, "J", false, 0, "")
}

// Rule draws a line of a thickness in millimetres and a grey between 0
// (black) and 255.
func (d *Document) Rule(x1, y1, x2, y2, thickness float64, grey int) {
	if d.Err() != nil {
		return
	}
	d.pdf.SetLineWidth(thickness)
	d.pdf.SetDrawColor(grey, grey, grey)
	d.pdf.Line(x1, y1, x2, y2)
}

// Shade fills a rectangle with a grey.
func (d *Document) Shade(x, y, width, height float64, grey int) {
	if d.Err() != nil {
		return
	}
	d.pdf.SetFillColor(grey, grey, grey)
	d.pdf.Rect(x, y, width, height, "F")
}

// Outline adds an entry to the document's outline that leads to the current
// page.
func (d *Document) Outline(title string, level int) {
	if d.Err() == nil {
		d.set(Regular(), 10) // fpdf writes the title as Unicode only under such a font
		d.pdf.Bookmark(Clean(title), level, 0)
	}
}

// Target is a place in the document that links lead to.
type Target int

// NewTarget makes a target that is placed later.
func (d *Document) NewTarget() Target { return Target(d.pdf.AddLink()) }

// Place puts the target at the top of the current page.
func (d *Document) Place(t Target) { d.pdf.SetLink(int(t), 0, -1) }

// Link makes a rectangle of the current page lead to the target.
func (d *Document) Link(x, y, width, height float64, t Target) {
	if d.Err() == nil {
		d.pdf.Link(x, y, width, height, int(t))
	}
}

// Write ends the document and writes it. Nothing is written after an error.
func (d *Document) Write(w io.Writer) error {
	if err := d.Err(); err != nil {
		return err
	}
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}

// Refuse makes the document fail with an error of the caller's, unless it has
// failed already.
func (d *Document) Refuse(err error) { d.fail(err) }

// Dots draws a leader of n dots from x, a step apart, on a baseline.
func (d *Document) Dots(x, y float64, n int, step float64) {
	if d.Err() != nil || n < 1 {
		return
	}
	d.pdf.SetLineWidth(0.25)
	d.pdf.SetDrawColor(90, 90, 90)
	d.pdf.SetLineCapStyle("round")
	d.pdf.SetDashPattern([]float64{0, step}, 0)
	d.pdf.Line(x, y-0.12, x+float64(n-1)*step, y-0.12)
	d.pdf.SetDashPattern(nil, 0)
	d.pdf.SetLineCapStyle("butt")
}

// Squares draws the dark squares of an n × n code with its upper left corner at
// x, y and a side of size millimetres.
func (d *Document) Squares(x, y, size float64, n int, dark func(row, column int) bool) {
	if d.Err() != nil {
		return
	}
	d.pdf.SetFillColor(0, 0, 0)
	step := size / float64(n)
	for row := range n {
		for column := 0; column < n; column++ {
			from := column
			for column < n && dark(row, column) {
				column++
			}
			if column > from {
				d.pdf.Rect(x+float64(from)*step, y+float64(row)*step, float64(column-from)*step, step, "F")
			}
		}
	}
}

// Attach puts a file into the document.
func (d *Document) Attach(name string, content []byte) {
	if d.Err() == nil {
		d.attached = append(d.attached, fpdf.Attachment{Content: content, Filename: name})
		d.pdf.SetAttachments(d.attached)
	}
}
