package sheet

import (
	"bytes"
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// csvField is a field's bytes in the buffer, its quotes taken off.
type csvField struct {
	from, to int
	enclosed bool
	doubled  bool // holds doubled quotes
}

// quoted cuts a record from its beginning, minding quotes. It returns -1 when
// the text ends too early.
func (s *csvScanner) quoted() (int, error) {
	s.fields = s.fields[:0]
	s.row.Fault, s.row.FaultColumn = "", 0
	for at := s.pos; ; {
		if len(s.fields) >= s.limits.Columns {
			return 0, s.tooWide()
		}
		f, next, ok, err := s.field(at)
		if err != nil {
			return 0, err
		}
		if !ok {
			if next < 0 {
				return -1, nil
			}
			return s.literal(at, next)
		}
		s.fields = append(s.fields, f)
		switch {
		case next == s.end:
			return next, nil
		case s.buf[next] == s.delim:
			at = next + 1
		case s.buf[next] == '\r':
			return s.afterCR(next), nil
		default:
			return next + 1, nil
		}
	}
}

// field cuts one field and returns the place of the delimiter or line end
// behind it (or the end of the text). When the field cannot be read for certain
// ok is false and next is the end of its physical line; -1 asks for more text.
func (s *csvScanner) field(at int) (f csvField, next int, ok bool, err error) {
	if at < s.end && s.buf[at] == '"' {
		f, next, err = s.enclosed(at)
		if err != nil || next < 0 {
			return f, -1, false, err
		}
		if next > at {
			return f, next, true, nil
		}
	}
	// As it stands, quotes being ordinary characters.
	quotes := 0
	for next = at; next < s.end; next++ {
		c := s.buf[next]
		if c == s.delim || c == '\n' || c == '\r' {
			break
		}
		if c == '"' {
			quotes++
		}
	}
	if next == s.end && !s.eof {
		return f, -1, false, nil
	}
	if quotes == 0 || quotes%2 == 0 && s.buf[at] != '"' {
		return csvField{from: at, to: next}, next, true, nil
	}
	end := s.lineEnd(at)
	if end < 0 {
		return f, -1, false, nil
	}
	if quotes%2 == 0 && (s.buf[next-1] == '"' || !s.closesLater(next, end)) {
		return csvField{from: at, to: next}, next, true, nil
	}
	if s.buf[at] == '"' && quotes%2 != 0 && bytes.Count(s.buf[at:end], []byte{'"'})%2 != 0 {
		return f, 0, false, s.unclosed(at)
	}
	return f, end, false, nil
}

// closesLater reports whether a field that begins with a quote, and could end
// at the delimiter at from, could as well go on to a later quote before a
// delimiter, its inner quotes having been written without doubling.
func (s *csvScanner) closesLater(from, end int) bool {
	for i := from; i < end; i++ {
		if s.buf[i] == s.delim && i+1 < end && s.buf[i+1] == '"' {
			return false // here a field of its own begins
		}
		if s.buf[i] == '"' && (i+1 == end || s.buf[i+1] == s.delim) {
			return true
		}
	}
	return false
}

// enclosed reads a field that begins with a quote. It returns next == at when
// something other than the field's end follows its closing quote.
func (s *csvScanner) enclosed(at int) (f csvField, next int, err error) {
	f.from, f.enclosed = at+1, true
	for from := at + 1; ; {
		i := bytes.IndexByte(s.buf[from:s.end], '"')
		if i < 0 {
			if s.eof || s.end-s.pos > s.limits.TokenBytes {
				return f, 0, s.unclosed(at)
			}
			return f, -1, nil
		}
		f.to = from + i
		next = f.to + 1
		if next < s.end && s.buf[next] == '"' {
			f.doubled = true
			from = next + 1
			continue
		}
		break
	}
	for next < s.end && s.buf[next] == ' ' && s.delim != ' ' {
		next++
	}
	switch {
	case next == s.end && !s.eof:
		return f, -1, nil
	case next == s.end, s.buf[next] == s.delim, s.buf[next] == '\n', s.buf[next] == '\r':
		return f, next, nil
	}
	return f, at, nil
}

// literal takes the rest of a physical line as it stands and marks the record:
// its fields are for showing, not for believing.
func (s *csvScanner) literal(at, end int) (int, error) {
	s.fault(osms.FieldCount, len(s.fields))
	for {
		if len(s.fields) >= s.limits.Columns {
			return 0, s.tooWide()
		}
		i := bytes.IndexByte(s.buf[at:end], s.delim)
		if i < 0 {
			break
		}
		s.fields = append(s.fields, csvField{from: at, to: at + i})
		at += i + 1
	}
	s.fields = append(s.fields, csvField{from: at, to: end})
	switch {
	case end == s.end:
		return end, nil
	case s.buf[end] == '\r':
		return s.afterCR(end), nil
	}
	return end + 1, nil
}

// lineEnd is the place of the first line end from a place on, or the end of the
// text, or -1 when that is not known yet.
func (s *csvScanner) lineEnd(at int) int {
	if i := bytes.IndexAny(s.buf[at:s.end], "\r\n"); i >= 0 {
		return at + i
	}
	if s.eof {
		return s.end
	}
	return -1
}

func (s *csvScanner) unclosed(at int) error {
	line := s.line + countLines(s.buf[s.pos:at])
	return csvError(osms.FileDamaged, fmt.Sprintf("line %d", line),
		fmt.Sprintf("the quote that opens column %s of this line is never closed, so that the lines behind it cannot be told from its text; the file may have been cut", osms.ColumnName(len(s.fields))))
}

// countLines counts line ends: LF, CRLF and CR are one each.
func countLines(b []byte) int {
	return bytes.Count(b, []byte{'\n'}) + bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte{'\r', '\n'})
}

// unquote makes the cells of a record with quotes, undoes doubled quotes, finds
// control characters and counts the line ends inside.
func (s *csvScanner) unquote() (lines int, err error) {
	s.row.Cells = s.cells[:len(s.fields)]
	for i, f := range s.fields {
		text := s.text[f.from:f.to]
		if f.enclosed && strings.IndexByte(text, '\n')+strings.IndexByte(text, '\r') > -2 {
			lines += countLines(s.buf[f.from:f.to])
			if s.swallowed(i) {
				return 0, s.swallowing(i)
			}
		}
		if f.doubled {
			text = strings.ReplaceAll(text, `""`, `"`)
		}
		s.row.Cells[i].set(text)
	}
	s.findControls()
	return lines, nil
}
