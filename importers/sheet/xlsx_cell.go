package sheet

import (
	"bytes"
	"math"
	"strconv"

	"osmsd/sync/osms"
)

// cellType is the t attribute of a cell.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeInline
	typeString // of a formula
	typeBool
	typeError
	typeISODate
)

// readCell reads the cell element that is open. A cell must belong to its row
// and stand right of the one before; a value never moves to another column.
func (r *sheetReader) readCell() error {
	column, style, kind := r.column+1, 0, typeNumber
	for _, a := range r.attrs {
		switch string(a.name) {
		case "r":
			c, n := parseColumn(a.value)
			if n == 0 || !bytes.Equal(a.value[n:], r.digits) {
				return r.fault(osms.FileDamaged, "the cell %s stands in row %d", shown(string(a.value)), r.row.Number)
			}
			column = c
		case "s":
			style = parseIndex(a.value)
		case "t":
			var ok bool
			if kind, ok = parseType(a.value); !ok {
				return r.fault(osms.FileDamaged, "a cell of the unknown type %s", shown(string(a.value)))
			}
		}
	}
	switch {
	case column <= r.column:
		return r.fault(osms.FileDamaged, "column %s stands after column %s in row %d", osms.ColumnName(column), osms.ColumnName(r.column), r.row.Number)
	case column >= lastColumn:
		return r.fault(osms.FileDamaged, "row %d has more than %d cells", r.row.Number, lastColumn)
	}
	r.column = column
	from := len(r.text)
	cell, err := r.cellContent(kind, style)
	if err != nil {
		return err
	}
	return r.put(column, cell, from)
}

// put places a cell in the row; its text, when it has any of its own, is what
// was appended to r.text from from on.
func (r *sheetReader) put(column int, cell Cell, from int) error {
	if cell.Kind == Empty {
		r.text = r.text[:from]
		return nil
	}
	if column >= r.limits.Columns {
		return r.fault(osms.FileTooLarge, "a value in %s; columns up to %s may hold values",
			osms.CellName(column, r.row.Number), osms.ColumnName(r.limits.Columns-1))
	}
	*r.cell(column) = cell
	if len(r.text) > from {
		r.spans = append(r.spans, textSpan{column, from, len(r.text)})
	}
	return nil
}

// parts of a cell that were seen.
type cellParts struct {
	formula, value, inline bool
	fault                  textFault
}

// cellContent reads the cell to its end. The value's text is appended to
// r.text, but for a shared string, which stands in the cell.
func (r *sheetReader) cellContent(kind cellType, style int) (Cell, error) {
	from := len(r.text)
	var seen cellParts
	for {
		t, err := r.next()
		if err != nil {
			return Cell{}, err
		}
		switch t {
		case tokenEnd:
			return r.value(kind, style, seen, from)
		case tokenStart:
			err = r.cellChild(kind, &seen, from)
		case tokenText:
			if !blank(r.xmlReader.text) {
				err = r.fault(osms.FileDamaged, "text outside the value of a cell in row %d", r.row.Number)
			}
		}
		if err != nil {
			return Cell{}, err
		}
	}
}

func (r *sheetReader) cellChild(kind cellType, seen *cellParts, from int) (err error) {
	switch string(r.name) {
	case "f":
		seen.formula = true
	case "v":
		if seen.value {
			return r.fault(osms.FileDamaged, "a cell with two values in row %d", r.row.Number)
		}
		seen.value = true
		if kind == typeInline && seen.inline {
			break
		}
		r.text, err = r.textContent(r.text[:from], from)
		return err
	case "is":
		if seen.inline {
			return r.fault(osms.FileDamaged, "a cell with two texts in row %d", r.row.Number)
		}
		seen.inline = true
		if kind != typeInline && seen.value {
			break
		}
		r.text, seen.fault, err = r.richText(r.text[:from])
		return err
	}
	return r.skip()
}

// value judges what a cell holds once all of it was read.
func (r *sheetReader) value(kind cellType, style int, seen cellParts, from int) (Cell, error) {
	if kind == typeNumber && seen.inline && !seen.value {
		kind = typeInline
	}
	if kind == typeString && seen.value || kind == typeInline && !seen.inline {
		r.text, seen.fault = office(r.text, from)
	}
	text := r.text[from:]
	if kind != typeString && kind != typeInline {
		text = bytes.TrimSpace(text)
	}
	if len(text) == 0 {
		if seen.formula && !(kind == typeString && seen.value) {
			return Cell{Kind: Formula}, nil
		}
		r.text = r.text[:from]
		return Cell{}, nil
	}
	switch kind {
	case typeShared:
		return r.sharedCell(text, from)
	case typeString, typeInline, typeISODate:
		r.note(seen.fault)
		return Cell{Kind: Text, Date: kind == typeISODate}, nil
	case typeBool:
		return r.boolCell(text, from), nil
	case typeError:
		return Cell{Kind: Error}, nil
	}
	r.text = append(r.text[:from], text...) // without the space around
	if !decimal(text) {
		return Cell{Kind: Error}, nil
	}
	cell := Cell{Kind: Number}
	if uint(style) < uint(len(r.book.formats)) {
		f := r.book.formats[style]
		cell.Date, cell.Zeros = f.date, f.zeros
	}
	return cell, nil
}

// sharedCell looks a shared string up.
func (r *sheetReader) sharedCell(text []byte, from int) (Cell, error) {
	i, t := parseIndex(text), r.book.strings
	switch {
	case t == nil:
		return Cell{}, r.fault(osms.FileDamaged, "row %d needs the shared strings, which are missing", r.row.Number)
	case i < 0 || i >= t.count:
		if len(text) > 9 { // it may be anything, also a person's number
			text = append(text[:9:9], "…"...)
		}
		return Cell{}, r.fault(osms.FileDamaged, "row %d needs the shared string %s, of %d", r.row.Number, shown(string(text)), t.count)
	}
	r.text = r.text[:from]
	if t.faults != nil {
		r.note(t.faults[i])
	}
	if s := t.at(i); s != "" {
		return Cell{Kind: Text, Text: s}, nil
	}
	return Cell{}, nil
}

func (r *sheetReader) boolCell(text []byte, from int) Cell {
	v := string(text)
	switch v {
	case "true":
		v = "1"
	case "false":
		v = "0"
	}
	r.text = append(r.text[:from], v...)
	if v != "0" && v != "1" {
		return Cell{Kind: Error}
	}
	return Cell{Kind: Bool}
}

// note counts control characters that were removed, and marks the row when a
// text of it cannot be trusted.
func (r *sheetReader) note(f textFault) {
	r.summary.Controls += f.removed
	if f.unsound && r.row.Fault == "" {
		r.row.Fault, r.row.FaultColumn = string(osms.ControlCharacter), r.column
	}
}

func parseType(t []byte) (cellType, bool) {
	switch string(t) {
	case "n", "":
		return typeNumber, true
	case "s":
		return typeShared, true
	case "inlineStr":
		return typeInline, true
	case "str":
		return typeString, true
	case "b":
		return typeBool, true
	case "e":
		return typeError, true
	case "d":
		return typeISODate, true
	}
	return 0, false
}

// parseIndex reads a number from 0 on; -1 stands for anything else.
func parseIndex(b []byte) int {
	if len(b) == 0 || len(b) > 9 {
		return -1
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// decimal reports whether a text is a finite decimal number: neither "NaN",
// nor hexadecimal, nor with digits set apart, nor beyond what a cell can hold.
func decimal(b []byte) bool {
	i := 0
	digits := func() (n int) {
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i, n = i+1, n+1
		}
		return n
	}
	if b[0] == '-' || b[0] == '+' {
		i++
	}
	n := digits()
	if i < len(b) && b[i] == '.' {
		i++
		n += digits()
	}
	if n == 0 {
		return false
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if i++; i < len(b) && (b[i] == '-' || b[i] == '+') {
			i++
		}
		if digits() == 0 {
			return false
		}
		if v, err := strconv.ParseFloat(string(b), 64); err != nil || math.IsInf(v, 0) {
			return false
		}
	}
	return i == len(b)
}
