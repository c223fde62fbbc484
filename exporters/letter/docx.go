package letter

import (
	"io"

	"osmsd/exporters/docx"
	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// WriteDOCX writes a letter of any kind but a notification as a document that an
// office can edit, in the built-in wording. Equal letters give equal bytes.
func WriteDOCX(w io.Writer, l osms.OfficeLetter) error { return Default().WriteDOCX(w, l) }

// WriteDOCX writes a letter in this wording.
func (t *Texts) WriteDOCX(w io.Writer, l osms.OfficeLetter) error {
	c, err := t.Content(l)
	if err != nil {
		return err
	}
	d := newDOCX(c.Title, l.Number, l.Date)
	d.content(c)
	return d.Write(w)
}

// WriteBundleDOCX writes the notifications of a bundle, each from a new page,
// without a table of contents.
func (t *Texts) WriteBundleDOCX(w io.Writer, b osms.LetterBundle) error {
	if len(b.Letters) == 0 {
		return ErrEmpty
	}
	if len(b.Letters) > MaxLetters {
		return ErrTooMany
	}
	footer := b.Date.Dotted()
	if len(b.Letters) == 1 {
		footer = b.Letters[0].Number
	}
	d := newDOCX(t.both("label.letters"), footer, b.Date)
	for _, l := range b.Letters {
		c, err := t.Notification(b, l)
		if err != nil {
			return &numberedError{l.Number, err}
		}
		d.PageBreak()
		d.content(c)
	}
	return d.Write(w)
}

// document is letters in WordprocessingML.
type document struct{ *docx.Document }

func newDOCX(title, footer string, date osms.Date) document {
	return document{docx.New(docx.Options{Title: paper.Clean(title), Date: date.Time(), Lang: docx.KK, Size: 10.5, Footer: paper.Clean(footer), PageNumbers: true,
		Margins: docx.Margins{Left: left, Right: paper.PageWidth - right, Top: 12, Bottom: 12}})}
}

// tongues are the languages of runs.
var tongues = [2]docx.Lang{docx.KK, docx.RU}

func plain(lang docx.Lang, text string) docx.Run { return docx.Text(lang, paper.Clean(text)) }
func bold(lang docx.Lang, text string) docx.Run  { return docx.Bold(lang, paper.Clean(text)) }

func (d document) content(c Content) {
	if c.Sample != "" {
		d.Paragraph(docx.Look{Align: docx.Centre, After: 6}, bold(docx.KK, c.Sample))
	}
	var blank docx.Row
	for lang, name := range c.Head.Names {
		runs := []docx.Run{bold(tongues[lang], name)}
		for _, line := range c.Head.Lines[lang] {
			runs = append(runs, docx.Text(tongues[lang], "\n"+paper.Clean(line)).Sized(9))
		}
		blank = append(blank, docx.Cell{Look: docx.Look{Align: docx.Centre}, Runs: runs})
	}
	sides := []float64{width / 2, width / 2}
	d.Table(docx.Table{Widths: sides}, blank)
	var numbers []docx.Row
	for _, r := range c.Registers {
		numbers = append(numbers, docx.Row{docx.Value(plain(docx.KK, r.Number)),
			{Look: docx.Look{Align: docx.Right}, Runs: []docx.Run{plain(docx.KK, r.Day)}}})
	}
	d.Table(docx.Table{Widths: sides}, numbers...)
	for lang, h := range c.Halves {
		d.half(tongues[lang], h)
	}
	s := c.Signature
	d.Paragraph(docx.Look{})
	name := s.Name
	if name == "" {
		name = "____________________"
	}
	d.Table(docx.Table{Widths: []float64{60, 53, 60}}, docx.Row{docx.Value(bold(docx.KK, s.Position)),
		{Look: docx.Look{Align: docx.Centre}, Runs: []docx.Run{docx.Text(docx.KK, "____________________\n"), plain(docx.KK, s.Signed).Sized(8)}},
		{Look: docx.Look{Align: docx.Right}, Runs: []docx.Run{bold(docx.KK, name)}}})
	d.Paragraph(docx.Look{Before: 6, After: 6}, plain(docx.KK, s.Seal))
	d.Paragraph(docx.Look{}, plain(docx.KK, s.Executor).Sized(9))
	if c.List != nil {
		d.list(*c.List)
	}
}

// half adds a letter in one language.
func (d document) half(lang docx.Lang, h Half) {
	d.Paragraph(docx.Look{Style: docx.Title, Before: 10}, plain(lang, h.Title))
	d.Paragraph(docx.Look{Align: docx.Centre, After: 6}, bold(lang, h.Subject))
	var rows []docx.Row
	for _, p := range h.Recipient {
		rows = append(rows, docx.Row{docx.Value(plain(lang, p.Label+":")), docx.Value(bold(lang, p.Value))})
	}
	d.Table(docx.Table{Widths: []float64{labelWidth, width - labelWidth}}, rows...)
	running := docx.Look{Align: docx.Justified, Before: 4, After: 4}
	for _, text := range h.Body {
		d.Paragraph(running, plain(lang, text))
	}
	rows = nil
	for _, r := range h.Rows {
		var row docx.Row
		for _, p := range r {
			row = append(row, docx.Label(plain(lang, p.Label)), docx.Value(plain(lang, p.Value)))
		}
		if len(r) == 1 {
			row[1].Span = 3
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 {
		d.Table(docx.Table{Widths: []float64{labelWidth, valueWidth, labelWidth, valueWidth}, Borders: true}, rows...)
	}
	for _, p := range h.Points {
		d.Paragraph(docx.Look{Indent: markWidth, First: -markWidth}, docx.Text(lang, paper.Clean(p.Mark)+"\t"+paper.Clean(p.Text)))
	}
	for _, text := range h.Tail {
		d.Paragraph(running, plain(lang, text))
	}
}

// list adds a list from a new page.
func (d document) list(l List) {
	d.PageBreak()
	d.Paragraph(docx.Look{Align: docx.Right, After: 6}, plain(docx.KK, l.Caption))
	widths := make([]float64, len(l.Columns))
	heads := make(docx.Row, len(l.Columns))
	looks := make([]docx.Look, len(l.Columns))
	for i, c := range l.Columns {
		widths[i] = c.Width
		if c.Right {
			looks[i].Align = docx.Right
		}
		heads[i] = docx.Cell{Look: looks[i], Shaded: true, Runs: []docx.Run{bold(docx.KK, c.Head[kk]).Sized(8), docx.Text(docx.RU, "\n"+paper.Clean(c.Head[ru])).Sized(8)}}
	}
	rows := []docx.Row{heads}
	for _, cells := range l.Rows {
		row := make(docx.Row, len(cells))
		for i, text := range cells {
			row[i] = docx.Cell{Look: looks[i], Runs: []docx.Run{plain(docx.KK, text).Sized(8.5)}}
		}
		rows = append(rows, row)
	}
	d.Table(docx.Table{Widths: widths, Borders: true, Heads: 1}, rows...)
	d.Paragraph(docx.Look{Before: 6}, bold(docx.KK, l.Total))
}
