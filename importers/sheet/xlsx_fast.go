package sheet

import "bytes"

// Nearly every cell of nearly every workbook is written in one of a few ways,
// letter for letter:
//
//	<c r="B7" s="1"/>
//	<c r="B7" s="1"><v>36000</v></c>
//	<c r="B7" s="1" t="s"><v>12</v></c>
//	<c r="B7" t="inlineStr"><is><t>Айгүл</t></is></c>
//
// fastCells reads a run of such cells straight from the window. It gives up,
// with nothing changed, at the first that is written otherwise, is cut by the
// end of the window or has anything wrong with it; readCell then judges that
// one. The two ways must never disagree: a fuzz test reads everything both ways.
func (r *sheetReader) fastCells() error {
	usual := r.unprefixed == r.want || r.bare && r.unprefixed == spaceNone
	if !usual || r.selfClosed || len(r.open)+3 > r.limits.Depth {
		return nil
	}
	for {
		w := r.buf[r.pos:r.end]
		n, c := r.fastTag(w)
		if n == 0 {
			return nil
		}
		cell := Cell{}
		from := len(r.text)
		if w[n-2] != '/' {
			body, text := fastBody(w[n:], c.kind)
			if body == 0 || len(text) > r.limits.CellRunes {
				return nil
			}
			n += body
			var ok bool
			if cell, ok = r.fastValue(c, text); !ok {
				r.text = r.text[:from]
				return nil
			}
		}
		if cell.Kind != Empty && c.column >= r.limits.Columns {
			r.text = r.text[:from]
			return nil
		}
		r.pos += n
		r.column = c.column
		if err := r.put(c.column, cell, from); err != nil {
			return err
		}
	}
}

// fastCell is what the tag of a cell says.
type fastCell struct {
	column, style int
	kind          cellType
}

// fastTag reads <c r="…" s="…" t="…"> and gives its length, 0 for any other.
func (r *sheetReader) fastTag(w []byte) (n int, c fastCell) {
	const shortest = len(`<c r="A1"/>`)
	if len(w) < shortest+len(r.digits) || string(w[:6]) != `<c r="` {
		return 0, c
	}
	letters := 0
	c.column, letters = parseColumn(w[6:])
	n = 6 + letters
	if letters == 0 || c.column <= r.column || !bytes.HasPrefix(w[n:], r.digits) {
		return 0, c
	}
	n += len(r.digits)
	if n+1 < len(w) && w[n] == '"' && w[n+1] == '>' {
		return n + 2, c
	}
	if n+4 < len(w) && string(w[n:n+5]) == `" s="` {
		n += 5
		for ; n < len(w) && w[n] >= '0' && w[n] <= '9'; n++ {
			if c.style = c.style*10 + int(w[n]-'0'); c.style > 1<<20 {
				return 0, c
			}
		}
	}
	if n+4 < len(w) && string(w[n:n+5]) == `" t="` {
		n += 5
		j := bytes.IndexByte(w[n:min(len(w), n+10)], '"')
		if j < 0 {
			return 0, c
		}
		var ok bool
		if c.kind, ok = parseType(w[n : n+j]); !ok {
			return 0, c
		}
		n += j
	}
	switch {
	case n+1 < len(w) && w[n] == '"' && w[n+1] == '>':
		return n + 2, c
	case n+2 < len(w) && w[n] == '"' && w[n+1] == '/' && w[n+2] == '>':
		return n + 3, c
	}
	return 0, c
}

// fastBody reads <v>…</v></c> or <is><t>…</t></is></c> and gives its length
// and the text, 0 for anything else.
func fastBody(w []byte, kind cellType) (n int, text []byte) {
	open, closing := "<v>", "</v></c>"
	if kind == typeInline {
		open, closing = "<is><t>", "</t></is></c>"
	}
	if len(w) < len(open) || string(w[:len(open)]) != open {
		return 0, nil
	}
	w = w[len(open):]
	for i, c := range w {
		switch c {
		case '<':
			if len(w)-i < len(closing) || string(w[i:i+len(closing)]) != closing {
				return 0, nil
			}
			return len(open) + i + len(closing), w[:i]
		case '&', '\r':
			return 0, nil
		}
	}
	return 0, nil
}

// fastValue judges a text as value does; ok is false where value must.
func (r *sheetReader) fastValue(c fastCell, text []byte) (cell Cell, ok bool) {
	if len(text) == 0 {
		return cell, true
	}
	switch c.kind {
	case typeShared:
		i, t := parseIndex(text), r.book.strings
		if t == nil || i < 0 || i >= t.count || t.faults != nil {
			return cell, false
		}
		if cell.Text = t.at(i); cell.Text != "" {
			cell.Kind = Text
		}
		return cell, true
	case typeNumber:
		if !plainNumber(text) {
			return cell, false
		}
		cell.Kind = Number
		if c.style < len(r.book.formats) {
			f := r.book.formats[c.style]
			cell.Date, cell.Zeros = f.date, f.zeros
		}
	case typeInline:
		if bytes.IndexByte(text, '_') >= 0 {
			return cell, false
		}
		cell.Kind = Text
	default:
		return cell, false
	}
	r.text = append(r.text, text...)
	return cell, true
}

// plainNumber reports whether a text is digits with at most a sign before and
// one point between.
func plainNumber(b []byte) bool {
	if b[0] == '-' {
		b = b[1:]
	}
	points := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			if points++; c != '.' || points > 1 {
				return false
			}
		}
	}
	return len(b) > points
}
