package sheet

import (
	"bytes"
	"fmt"

	"osmsd/sync/osms"
)

const (
	lastRow    = 1048576 // of any workbook
	lastColumn = 16384
	// mostMerges bounds the list of merged ranges; the largest honest list
	// known holds some fifty thousand.
	mostMerges = 250_000
)

// read delivers the rows of one sheet.
func (w *workbook) read(sheet int, each func(*Row) error) (Summary, error) {
	if sheet < 0 || sheet >= len(w.sheets) {
		return Summary{}, fmt.Errorf("the workbook has no sheet %d", sheet)
	}
	e := w.sheets[sheet]
	if e == nil {
		return Summary{}, nil
	}
	in, err := w.open(e)
	if err != nil {
		return Summary{}, err
	}
	s, err := newXMLReader(in, spaceMain, w.limits)
	if err != nil {
		return Summary{}, err
	}
	r := &sheetReader{xmlReader: s, book: w, sheet: w.names[sheet], each: each}
	s.after = r.where
	if err := r.worksheet(); err != nil {
		return Summary{}, err
	}
	return r.summary, nil
}

// sheetReader reads one worksheet part.
type sheetReader struct {
	*xmlReader
	book    *workbook
	sheet   string
	each    func(*Row) error
	summary Summary

	row    Row
	text   []byte     // texts of the row, made one string at its end
	spans  []textSpan // where in text the text of a cell lies
	digits []byte     // the row's number, as the addresses of its cells end
	// digitsWord holds the digits as the first bytes of a word, and digitsMask
	// says which bytes of the word they are.
	digitsWord, digitsMask uint64
	cells                  []Cell // for Row.Cells, used again by every row
	column                 int    // the last column of the row that was seen
	number                 int    // the last row that was seen, with or without a value
}

type textSpan struct{ cell, from, to int }

func (r *sheetReader) worksheet() error {
	if err := r.root("worksheet"); err != nil {
		return err
	}
	found := false
	err := r.children(func() error {
		switch string(r.name) {
		case "sheetData":
			if found {
				return r.fault(osms.FileDamaged, "two lists of rows in one sheet")
			}
			found = true
			return r.sheetData()
		case "mergeCells":
			return r.children(r.merge)
		case "autoFilter":
			r.summary.Filtered = true
		}
		return r.skip()
	})
	if err != nil {
		return err
	}
	if !found {
		return r.fault(osms.FileDamaged, "the sheet has no list of rows")
	}
	return r.drain()
}

// where names for messages the sheet and the last row that was read soundly.
func (r *sheetReader) where() string {
	if r.number == 0 {
		return fmt.Sprintf(", sheet %s, before the first row", shown(r.sheet))
	}
	return fmt.Sprintf(", sheet %s, after row %d", shown(r.sheet), r.number)
}

func (r *sheetReader) merge() error {
	if string(r.name) != "mergeCell" {
		return r.skip()
	}
	ref, err := r.attribute("ref")
	if err != nil {
		return err
	}
	if ref == "" {
		return r.skip()
	}
	m, ok := parseRange([]byte(ref))
	if !ok {
		return r.fault(osms.FileDamaged, "the merged range %s cannot be", shown(ref))
	}
	if len(r.summary.Merges) == mostMerges {
		return r.fault(osms.FileTooLarge, "more than %d merged ranges", mostMerges)
	}
	r.summary.Merges = append(r.summary.Merges, m)
	return r.skip()
}

// parseRange reads A1:B2 or A1; the corners may stand in any order.
func parseRange(ref []byte) (Range, bool) {
	first, last, two := bytes.Cut(ref, []byte(":"))
	if !two {
		last = first
	}
	c1, r1, ok1 := parseAddress(first)
	c2, r2, ok2 := parseAddress(last)
	return Range{FirstRow: min(r1, r2), FirstColumn: min(c1, c2), LastRow: max(r1, r2), LastColumn: max(c1, c2)}, ok1 && ok2
}

// parseAddress reads an address such as D17, with or without "$".
func parseAddress(ref []byte) (column, row int, ok bool) {
	ref = bytes.ReplaceAll(ref, []byte("$"), nil)
	column, n := parseColumn(ref)
	row, ok = parseRow(ref[n:])
	return column, row, ok && n > 0
}

// parseColumn reads the letters at the beginning of an address: A is 0. It
// gives how many there were, 0 when they name no column.
func parseColumn(ref []byte) (column, n int) {
	for n < len(ref) {
		c := ref[n] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
		if n++; column > lastColumn {
			return 0, 0
		}
	}
	return column - 1, n
}

// parseRow reads a row number, 1 to 1,048,576.
func parseRow(b []byte) (int, bool) {
	row := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		if row = row*10 + int(c-'0'); row > lastRow {
			return 0, false
		}
	}
	return row, row > 0 && b[0] != '0'
}
