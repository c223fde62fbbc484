// Package table finds the table in the rows of a sheet: the header by its
// words in Kazakh, Russian or English, in any order, under title rows, in one
// row or in several; then it tells data rows from what is not data (blank rows,
// the numbering row "1 2 3 …", the header repeated on each printed page, totals,
// signatures) and notices a second table below the first.
//
// It knows the header words of every kind of file that is dropped (For) and the
// words that stand for values (Values); a region may add its own. It reads a
// stream: only the rows above and of the header are kept.
package table

import (
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// Rows delivers the rows of one sheet; it is (*sheet.Book).Read. It may be
// called more than once for a sheet.
type Rows func(sheet int, each func(*sheet.Row) error) (sheet.Summary, error)

// Source is an opened file.
type Source struct {
	Sheets []sheet.Sheet
	Rows   Rows
	// CSV: every cell is text and a data row must have as many fields as the
	// header.
	CSV      bool
	Date1904 bool
}

// FromBook makes an opened book a Source.
func FromBook(b *sheet.Book) Source {
	return Source{Sheets: b.Sheets, Rows: b.Read, CSV: b.Format == "csv", Date1904: b.Date1904}
}

// Spec says what to look for.
type Spec struct {
	Vocabulary *Vocabulary
	// Required replaces the vocabulary's own list when it is not nil.
	Required []Need
	// MayRepeat names fields that two columns may claim; the second column and
	// those after it stand in Table.Others. Any other field claimed twice
	// refuses the file (duplicate_header).
	MayRepeat []string
}

// Table is a header that was found, with the title rows above it.
type Table struct {
	Sheet       int
	Name        string // of the sheet
	First, Last int    // rows of the header
	// Columns says in which column (0 is A) a field stands.
	Columns map[string]int
	// Others are further columns of fields that may repeat.
	Others map[string][]int
	// Notes are the unknown columns by their header, kept as notes.
	Notes map[int]string
	// Width is the number of columns up to the last one with a header.
	Width int
	// Fields is the number of fields of the header's longest row, those
	// without a word at the end counted too.
	Fields int
	// Titles are the rows above the header, blank ones left out.
	Titles []sheet.Row

	keys []map[int]string // of each header row, to know it again
}

// Cell is the field's cell in a row; an absent column or cell is empty.
func (t *Table) Cell(row *sheet.Row, field string) sheet.Cell {
	column, ok := t.Columns[field]
	if !ok {
		return sheet.Cell{}
	}
	return At(row, column)
}

// Text is the trimmed text of the field's cell; an error or formula cell gives
// "".
func (t *Table) Text(row *sheet.Row, field string) string {
	c := t.Cell(row, field)
	if c.Kind == sheet.Error || c.Kind == sheet.Formula {
		return ""
	}
	return Trim(c.Text)
}

// Address names the field's cell in a row, or column A where the field has no
// column.
func (t *Table) Address(row *sheet.Row, field string) string {
	return osms.CellName(t.Columns[field], row.Number)
}

// At is the cell of a column; beyond the row's end it is empty.
func At(row *sheet.Row, column int) sheet.Cell {
	if column < 0 || column >= len(row.Cells) {
		return sheet.Cell{}
	}
	return row.Cells[column]
}

// Handler receives what is found, in order. A nil function is not called; a
// row is valid only until its function returns. An error ends the reading.
type Handler struct {
	Header func(*Table) error
	Row    func(*Table, *sheet.Row) error
	Total  func(*Table, Total) error
	// End is called when a sheet that has a table was read to its end.
	End func(*Table, sheet.Summary) error
}

// Found is what one sheet held.
type Found struct {
	Table   *Table // nil: no table
	Titles  []sheet.Row
	Summary sheet.Summary
	Filled  int // rows that are not blank
	// SecondTable is the row of another header below the data, 0 when there is
	// none; from there on nothing is delivered.
	SecondTable int

	partial partial
	persons int // rows with a valid IIN in a sheet without a header
}

// Read finds the table of each sheet and hands its rows to the handler. Sheets
// without a table are passed over when another sheet has one. What was found is
// returned also beside an error. The error is a *osms.FileError (no_header,
// missing_column, duplicate_header, or what the source says), or the handler's.
func Read(src Source, spec Spec, h Handler) ([]Found, error) {
	required := spec.Required
	if required == nil {
		required = spec.Vocabulary.Required
	}
	found, words := make([]Found, len(src.Sheets)), newWords(spec.Vocabulary)
	for i := range src.Sheets {
		r := reader{spec: spec, words: words, required: required, handler: h, sheet: i, name: src.Sheets[i].Name, found: &found[i]}
		summary, err := src.Rows(i, r.row)
		if err != nil {
			return found, err
		}
		if err := r.end(summary); err != nil {
			return found, err
		}
	}
	return found, judge(src, spec, found)
}

// judge refuses a file without a table, and a file one of whose sheets holds
// persons under a header that cannot be read: to pass over such a sheet would
// make its people absent.
func judge(src Source, spec Spec, found []Found) error {
	tables, best := 0, -1
	for i, f := range found {
		if f.Table != nil {
			tables++
			continue
		}
		if f.partial.matched >= 2 && (best < 0 || f.partial.matched > found[best].partial.matched) {
			best = i
		}
	}
	for i, f := range found {
		switch {
		case f.Table != nil:
		case f.partial.matched >= 2 && (f.partial.key && tables > 0 || i == best && tables == 0):
			return missing(src.Sheets[i].Name, f.partial, spec.Vocabulary)
		case f.persons > 0 && tables > 0:
			return noHeader(src.Sheets[i].Name, spec.Vocabulary)
		}
	}
	if tables == 0 {
		name := ""
		if len(src.Sheets) > 0 {
			name = src.Sheets[0].Name
		}
		return noHeader(name, spec.Vocabulary)
	}
	return nil
}
