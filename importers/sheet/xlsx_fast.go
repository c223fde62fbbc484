package sheet

import (
	"bytes"
	"encoding/binary"
)

// Nearly every cell of nearly every workbook is written in one of a few ways,
// letter for letter:
//
//	<c r="B7" s="1"/>
//	<c r="B7" s="1"><v>36000</v></c>
//	<c r="B7" s="1" t="s"><v>12</v></c>
//	<c r="B7" t="inlineStr"><is><t>Айгүл</t></is></c>
//
// fastCells reads a run of such cells straight from the window. It gives up,
// with nothing changed, at the first that is written otherwise, comes near the
// end of the window or has anything wrong with it; readCell then judges that
// one. The two ways must never disagree: tests read everything both ways.
func (r *sheetReader) fastCells() {
	usual := r.unprefixed == r.want || r.bare && r.unprefixed == spaceNone
	if !usual || r.selfClosed || len(r.open)+3 > r.limits.Depth {
		return
	}
	for {
		w := r.buf[r.pos:r.end]
		n, c := r.fastTag(w)
		if n == 0 {
			return
		}
		if w[n-2] != '/' {
			body := r.fastBody(w[n:], c)
			if body == 0 {
				return
			}
			n += body
		}
		r.pos += n
		r.column = c.column
	}
}

// fastCell is what the tag of a cell says.
type fastCell struct {
	column, style int
	kind          cellType
}

// fastTagBytes is more than a tag can have that fastTag reads, so that it need
// not watch the end of the window.
const fastTagBytes = 64

// fastTag reads <c r="…" s="…" t="…"> and gives its length, 0 for any other.
func (r *sheetReader) fastTag(w []byte) (n int, c fastCell) {
	if len(w) < fastTagBytes || string(w[:6]) != `<c r="` {
		return 0, c
	}
	if n = 7; w[6]-'A' < 26 && w[7] <= '9' {
		c.column = int(w[6] - 'A')
	} else {
		var letters int
		if c.column, letters = parseColumn(w[6:12]); letters == 0 {
			return 0, c
		}
		n = 6 + letters
	}
	if c.column <= r.column || binary.LittleEndian.Uint64(w[n:])&r.digitsMask != r.digitsWord {
		return 0, c
	}
	if n += len(r.digits); w[n] == '"' && w[n+1] == '>' {
		return n + 2, c
	}
	if string(w[n:n+5]) == `" s="` {
		n += 5
		for last := n + 6; n < last && w[n]-'0' < 10; n++ {
			c.style = c.style*10 + int(w[n]-'0')
		}
	}
	switch {
	case string(w[n:n+6]) == `" t="s`:
		n, c.kind = n+6, typeShared
	case string(w[n:n+6]) == `" t="n`:
		n += 6
	case string(w[n:n+14]) == `" t="inlineStr`:
		n, c.kind = n+14, typeInline
	}
	switch {
	case w[n] == '"' && w[n+1] == '>':
		return n + 2, c
	case w[n] == '"' && w[n+1] == '/' && w[n+2] == '>':
		return n + 3, c
	}
	return 0, c
}

// fastBody reads what follows the tag and puts the cell into the row. It gives
// the length, 0 for what is left to readCell.
func (r *sheetReader) fastBody(w []byte, c fastCell) int {
	if c.column >= r.limits.Columns {
		return 0
	}
	switch c.kind {
	case typeShared:
		return r.fastShared(w, c)
	case typeInline:
		return r.fastInline(w, c)
	}
	return r.fastNumber(w, c)
}

// fastShared reads <v>12</v></c>.
func (r *sheetReader) fastShared(w []byte, c fastCell) int {
	t := r.book.strings
	if len(w) < 20 || string(w[:3]) != "<v>" || t == nil || t.faults != nil {
		return 0
	}
	n, i := 3, 0
	for ; n < 12 && w[n]-'0' < 10; n++ {
		i = i*10 + int(w[n]-'0')
	}
	if n == 3 || i >= t.count || string(w[n:n+8]) != "</v></c>" {
		return 0
	}
	if s := t.at(i); s != "" {
		cell := r.cell(c.column)
		cell.Kind, cell.Text = Text, s
	}
	return n + 8
}

// fastNumber reads <v>36000</v></c>, digits with at most one point between.
func (r *sheetReader) fastNumber(w []byte, c fastCell) int {
	if len(w) < 32 || string(w[:3]) != "<v>" {
		return 0
	}
	n, digits := 3, 0
	for ; n < 24 && (w[n]-'0' < 10 || w[n] == '.'); n++ {
		if w[n] != '.' {
			digits++
		}
	}
	if digits == 0 || digits < n-4 || string(w[n:n+8]) != "</v></c>" {
		return 0
	}
	cell := r.cell(c.column)
	cell.Kind = Number
	if c.style < len(r.book.formats) {
		f := r.book.formats[c.style]
		cell.Date, cell.Zeros = f.date, f.zeros
	}
	r.keep(c.column, w[3:n])
	return n + 8
}

// fastInline reads <is><t>…</t></is></c>.
func (r *sheetReader) fastInline(w []byte, c fastCell) int {
	const open, closing = "<is><t>", "</t></is></c>"
	if len(w) < len(open) || string(w[:len(open)]) != open {
		return 0
	}
	w = w[len(open):]
	n := bytes.IndexByte(w, '<')
	if n < 0 || n > r.limits.CellRunes || len(w)-n < len(closing) || string(w[n:n+len(closing)]) != closing {
		return 0
	}
	if n > 0 {
		for _, b := range w[:n] {
			if b == '&' || b == '\r' || b == '_' {
				return 0
			}
		}
		r.cell(c.column).Kind = Text
		r.keep(c.column, w[:n])
	}
	return len(open) + n + len(closing)
}

// cell gives the row's cell in a column, with the cells before it.
func (r *sheetReader) cell(column int) *Cell {
	for len(r.cells) <= column {
		r.cells = append(r.cells, Cell{})
	}
	return &r.cells[column]
}

// keep remembers the text of a cell until the row is whole.
func (r *sheetReader) keep(column int, text []byte) {
	from := len(r.text)
	r.text = append(r.text, text...)
	r.spans = append(r.spans, textSpan{column, from, len(r.text)})
}
