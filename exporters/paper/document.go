package paper

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

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
	// not be zero: nothing reads the machine's.
	Date osms.Date
	// Lang is the language that the document is tagged with; "" is "kk".
	Lang string
	// Runs makes one element of the tagged text out of blocks of one role and
	// language that follow each other, and puts pages among the small objects. A
	// document of thousands of pages is a fifth smaller so; others have an element
	// for each block.
	Runs bool
}

// Document is a PDF being written, in millimetres from the upper left corner.
// The first error stays and is returned by Write; methods after it do nothing.
//
// A page is compressed as soon as the next one begins, so that a document of
// ten thousand pages takes little more memory than its file.
type Document struct {
	Options
	err   error
	ended bool

	file  *file
	pages []int // object numbers
	nodes []int // of the tree of pages, each with pagesOfNode pages
	page  page
	tree  structure
	more  [2]letters // beyond the fixed subset, by face

	outline  []entry
	targets  []int // page of each, 0: not placed
	links    []link
	attached []attachment
}

// letters are those of one face that the document has beyond the fixed subset.
type letters struct {
	used  bool // the face itself
	codes map[rune]uint16
	order []rune
}

// pagesOfNode is how many pages a node of the tree of pages has.
const pagesOfNode = 64

// New starts a document of A4 pages.
func New(o Options) *Document {
	o.Title, o.Lang = Clean(o.Title), cmp.Or(o.Lang, "kk")
	d := &Document{Options: o, file: newFile()}
	d.Language("")
	if o.Date.IsZero() {
		d.fail(errors.New("a document needs a date"))
	}
	return d
}

func (d *Document) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// Err is the first error so far.
func (d *Document) Err() error { return d.err }

// Refuse makes the document fail with an error of the caller's, unless it has
// failed already.
func (d *Document) Refuse(err error) { d.fail(err) }

// Language says in which language the text that follows is ("kk", "ru"), for
// readers that speak it; "" is the document's own.
func (d *Document) Language(lang string) {
	if !plainTag(lang) || !plainTag(d.Lang) {
		d.fail(errors.New("a language is named by letters and hyphens"))
	}
	d.tree.lang = cmp.Or(lang, d.Lang)
}

// plainTag reports whether a language's tag can stand in a PDF as it is.
func plainTag(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '-' && (r < 'A' || r > 'Z' && r < 'a' || r > 'z') })
}

// NewPage starts a page and returns its number, from 1.
func (d *Document) NewPage() int {
	if d.err != nil {
		return len(d.pages)
	}
	d.endPage()
	if len(d.pages)%pagesOfNode == 0 {
		d.nodes = append(d.nodes, d.file.reserve())
	}
	d.pages = append(d.pages, d.file.reserve())
	d.page.begin(d.tree.key())
	return len(d.pages)
}

// endPage compresses the current page and writes it.
func (d *Document) endPage() {
	if len(d.pages) == 0 {
		return
	}
	d.page.unmark()
	contents, number := d.file.reserve(), d.pages[len(d.pages)-1]
	d.file.stream(contents, "", d.page.content())
	var annots string
	if len(d.page.annots) > 0 {
		annots = "/Annots" + string(appendRefs(nil, d.page.annots))
	}
	dict := fmt.Sprintf("<</Type /Page\n/Parent %d 0 R/Contents %d 0 R/StructParents %d/Tabs/S%s>>", d.nodes[len(d.nodes)-1], contents, d.page.key, annots)
	if d.Runs {
		d.file.pack(number, []byte(dict))
	} else {
		d.file.object(number, dict)
	}
	d.endParents()
}

// Write ends the document and writes it. Nothing is written after an error.
func (d *Document) Write(w io.Writer) error {
	if d.err == nil && len(d.pages) == 0 {
		d.fail(errors.New("a document needs a page"))
	}
	if d.err == nil && !d.ended {
		d.end()
	}
	if d.err != nil {
		return d.err
	}
	for _, c := range d.file.chunks {
		if _, err := w.Write(c); err != nil {
			return fmt.Errorf("write the document: %w", err)
		}
	}
	return nil
}

// end writes everything that is known only at the end. Nothing can be drawn
// afterwards.
func (d *Document) end() {
	d.ended = true
	d.endPage()
	f := d.file
	kids := d.nodes
	for i, node := range kids {
		of := d.pages[i*pagesOfNode : min((i+1)*pagesOfNode, len(d.pages))]
		f.pack(node, fmt.Appendf(nil, "<</Type/Pages/Parent %d 0 R/Count %d/Kids%s>>", objectPages, len(of), appendRefs(nil, of)))
	}
	var fonts strings.Builder
	for i, face := range faces() {
		if d.more[i].used {
			f.embed(i, d.more[i].order)
			fmt.Fprintf(&fonts, "/F%d %d 0 R", i, face.object)
		}
	}
	f.pack(objectPages, fmt.Appendf(nil, "<</Type/Pages/Count %d/MediaBox[0 0 %s %s]/Resources<</Font<<%s>>>>/Kids%s>>", len(d.pages),
		appendNumber(nil, points(PageWidth), 2), appendNumber(nil, points(PageHeight), 2), fonts.String(), appendRefs(nil, kids)))
	d.endStructure()
	d.endLinks()
	catalog := fmt.Sprintf("<</Type /Catalog\n/Pages %d 0 R/Lang (%s)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/ViewerPreferences<</DisplayDocTitle true>>%s%s>>",
		objectPages, d.Lang, objectTree, d.endOutline(), d.endAttachments())
	f.flush()
	at := strings.ReplaceAll(d.Date.String(), "-", "") + "120000"
	f.object(objectInfo, fmt.Sprintf("<</Title%s/Producer(osmsd)/CreationDate(D:%s)/ModDate(D:%s)>>", unicode16(d.Title), at, at))
	f.object(objectCatalog, catalog)
	f.end()
	if f.size > math.MaxUint32 {
		d.fail(errors.New("the document is larger than 4 GB"))
	}
}
