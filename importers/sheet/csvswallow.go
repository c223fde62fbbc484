package sheet

import (
	"bytes"
	"fmt"

	"osmsd/sync/osms"
)

// swallowed looks into a quoted field that holds line ends. Two stray quotes,
// one in each of two rows, make such a field too: it swallows the rows between
// them, and the record may even have the right number of fields. The two
// readings are told apart by what lies inside: when each physical line, quotes
// being ordinary characters, is a record as wide as the one before, with figures
// in the same columns, then people would vanish in the other reading, and the
// file is refused.
func (s *csvScanner) swallowed(field int) bool {
	lines := splitLines(s.buf[s.fields[field].from:s.fields[field].to])
	delim := []byte{s.delim}
	first := s.literals(0, field)
	first = append(first, bytes.Split(lines[0], delim)...)
	last := bytes.Split(lines[len(lines)-1], delim)
	torn := len(last) - 1 // the column of the second quote
	last = append(last, s.literals(field+1, len(s.fields))...)
	width := s.width
	if width == 0 {
		width = len(first)
	}
	if width < 3 || len(first) != width || len(last) != width {
		return false
	}
	for _, inner := range lines[1 : len(lines)-1] {
		if len(inner) > 0 && bytes.Count(inner, delim) != width-1 {
			return false
		}
	}
	for c := range width {
		if c != field && c != torn && figures(first[c]) != figures(last[c]) {
			return false
		}
	}
	return true
}

func (s *csvScanner) literals(from, to int) (texts [][]byte) {
	for _, f := range s.fields[from:to] {
		texts = append(texts, s.buf[f.from:f.to])
	}
	return texts
}

// splitLines parts a text at its line ends.
func splitLines(b []byte) (lines [][]byte) {
	for {
		i := bytes.IndexAny(b, "\r\n")
		if i < 0 {
			return append(lines, b)
		}
		lines = append(lines, b[:i])
		if b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n' {
			i++
		}
		b = b[i+1:]
	}
}

// figures reports a text of digits only.
func figures(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

func (s *csvScanner) swallowing(field int) error {
	line := s.line + countLines(s.buf[s.pos:s.fields[field].from])
	return csvError(osms.FileDamaged, fmt.Sprintf("line %d", line),
		fmt.Sprintf("the quote that opens column %s of this line swallows whole rows: a quote too many stands here and in a later row", osms.ColumnName(field)))
}
