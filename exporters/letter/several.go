package letter

import (
	"io"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// Worded is what a letter says with the wording that it was issued in.
type Worded struct {
	Content Content
	Texts   *Texts
}

// Write prints the letter by itself.
func (l Worded) Write(w io.Writer) error { return l.Texts.write(w, l.Content) }

// WriteSeveral prints letters of any kinds into one document for the printer:
// each as it is by itself, from a page of its own, in the order given. The day is
// that of the document. It fails as Write does, ErrEmpty and ErrTooMany included.
func WriteSeveral(w io.Writer, letters []Worded, on osms.Date) error {
	if len(letters) == 0 {
		return ErrEmpty
	}
	if len(letters) > MaxLetters {
		return ErrTooMany
	}
	doc := paper.New(paper.Options{Title: letters[0].Texts.both("label.letters") + ". " + on.Dotted(), Date: on, Runs: len(letters) > manyLetters})
	for _, l := range letters {
		page := doc.NewPage()
		doc.Outline(l.Content.Title, 0)
		p := &sheet{doc: doc, texts: l.Texts, total: 1, before: page - 1}
		if err := p.letterOn(page, l.Content); err != nil {
			return &numberedError{l.Content.Number, err}
		}
	}
	if err := doc.Err(); err != nil {
		return err
	}
	return doc.Write(w)
}
