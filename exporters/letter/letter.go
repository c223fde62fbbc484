package letter

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// ErrEmpty says that a bundle has no letters: nothing is issued.
var ErrEmpty = errors.New("no letters to print")

// MaxLetters is how many letters one PDF holds: a document is made in memory
// (about 7 KB a letter while it is being written), and a file of more pages
// is of use to nobody. Volumes splits a larger bundle.
const MaxLetters = 10000

// manyLetters is from how many letters on a document is tagged by runs of blocks.
const manyLetters = 100

// ErrTooMany says that a bundle has more than MaxLetters letters.
var ErrTooMany = fmt.Errorf("more than %d letters in one document", MaxLetters)

// Volumes splits a bundle into bundles of at most MaxLetters letters, in
// order; a bundle that is small enough is its only volume.
func Volumes(b osms.LetterBundle) (volumes []osms.LetterBundle) {
	for part := range slices.Chunk(b.Letters, MaxLetters) {
		v := b
		v.Letters = part
		volumes = append(volumes, v)
	}
	return volumes
}

// Write prints a bundle in the built-in wording: the table of contents, then a
// page for each letter in the order given. Equal bundles give equal bytes.
func Write(w io.Writer, b osms.LetterBundle) error { return Default().Write(w, b) }

// Write prints a bundle in this wording.
func (t *Texts) Write(w io.Writer, b osms.LetterBundle) error {
	doc, err := t.layOut(b)
	if err != nil {
		return err
	}
	return doc.Write(w)
}

// layOut puts a bundle on its pages. The error is the document's first too.
func (t *Texts) layOut(b osms.LetterBundle) (*paper.Document, error) {
	if len(b.Letters) == 0 {
		return nil, ErrEmpty
	}
	if len(b.Letters) > MaxLetters {
		return nil, ErrTooMany
	}
	if b.Organisation.BIN == 0 {
		return nil, errors.New("the organisation of the letters has no BIN")
	}
	name := t.provider(b.Organisation)
	doc := paper.New(paper.Options{
		Title: fmt.Sprintf("%s. %s. %s", t.both("label.letters"), name[kk], b.Date),
		Date:  b.Date,
		Runs:  len(b.Letters) > manyLetters,
	})
	bundle := &printer{sheet: sheet{doc: doc, texts: t}, bundle: b}
	if err := bundle.contents(); err != nil {
		return nil, err
	}
	for i, l := range b.Letters {
		if err := bundle.notification(bundle.links[i], l); err != nil {
			return nil, &numberedError{l.Number, err}
		}
	}
	return doc, doc.Err()
}

// printer is a bundle on its way to paper.
type printer struct {
	sheet
	bundle osms.LetterBundle
	links  []paper.Target
	pages  int // of the contents
}

// notification prints a letter on a page of its own.
func (p *printer) notification(link paper.Target, l osms.Letter) error {
	c, err := p.texts.Notification(p.bundle, l)
	if err != nil {
		return err
	}
	page := p.doc.NewPage()
	p.doc.Place(link)
	p.doc.Outline(l.Number+" "+l.Name.String(), 0)
	return p.letterOn(page, c)
}

// numberedError says which letter a bundle fails at.
type numberedError struct {
	number string
	err    error
}

func (e *numberedError) Error() string { return fmt.Sprintf("letter %s: %v", e.number, e.err) }
func (e *numberedError) Unwrap() error { return e.err }
