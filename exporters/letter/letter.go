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
	bundle := &printer{doc: doc, texts: t, bundle: b, name: name}
	if err := bundle.contents(); err != nil {
		return nil, err
	}
	for i, l := range b.Letters {
		if err := bundle.letter(i, l); err != nil {
			return nil, &numberedError{l.Number, err}
		}
	}
	return doc, doc.Err()
}

// numberedError says which letter a bundle fails at.
type numberedError struct {
	number string
	err    error
}

func (e *numberedError) Error() string { return fmt.Sprintf("letter %s: %v", e.number, e.err) }
func (e *numberedError) Unwrap() error { return e.err }

// provider gives the organisation's names; what exists in one language only
// stands for both, and an organisation known by its number alone is called so.
func (t *Texts) provider(o osms.Organisation) [2]string {
	n := [2]string{o.NameKK, o.NameRU}
	switch {
	case n[kk] == "" && n[ru] == "":
		for lang := range n {
			n[lang] = t.word(language(lang), "organisation.") + " " + o.BIN.Digits()
		}
	case n[kk] == "":
		n[kk] = n[ru]
	case n[ru] == "":
		n[ru] = n[kk]
	}
	return n
}

// printer is a bundle on its way to paper.
type printer struct {
	doc    *paper.Document
	texts  *Texts
	bundle osms.LetterBundle
	name   [2]string
	links  []paper.Target
	pages  int // of the contents
}

// missing names the first field that a letter must have and lacks.
func missing(l osms.Letter) error {
	for _, f := range []struct {
		lacks bool
		name  string
	}{
		{l.Number == "", "number"}, {l.Date.IsZero(), "date"}, {l.Person == 0, "IIN"},
		{l.Name.String() == "", "name"}, {l.Birth.IsZero(), "birth date"},
		{l.First.IsZero(), "first day"}, {l.Effective.IsZero(), "effective month"},
		{l.Basis.KK == "" || l.Basis.RU == "", "legal basis"},
		{l.Action != osms.Entered && l.Action != osms.Updated && l.Action != osms.Removed, "action"},
	} {
		if f.lacks {
			return fmt.Errorf("the %s is missing", f.name)
		}
	}
	return nil
}

// child reports whether the person is not yet eighteen on a day.
func child(birth, on osms.Date) bool { return on < birth+18_00_00 }
