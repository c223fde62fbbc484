package sheet

import (
	"fmt"
	"io"
	"math/bits"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// csvScanner cuts text into records. Its rules are RFC 4180's, with what real
// files need and no more:
//
//   - a record ends at LF, CRLF or CR, whichever comes;
//   - a field that begins with a quote ends at the next quote that is not
//     doubled, and only spaces may stand between that quote and the delimiter;
//   - the one-field rule: a quote elsewhere is an ordinary character as long as
//     the quotes of that field are even in number, so that reading them as
//     quotes or as characters gives the same fields (ТОО "Ромашка"). Where the
//     two readings differ the record is delivered with the fault field_count
//     and nothing in it should be believed;
//   - a quote that is never closed refuses the file and names the line that
//     opened it: what follows would be swallowed; so does a quoted field that
//     can as well be read as whole rows (see swallowed).
type csvScanner struct {
	feed   feed
	limits Limits
	delim  byte
	wide   uint64 // the delimiter in each of eight bytes

	buf      []byte // buf[pos:end] is text not yet cut; eight bytes of slack follow
	text     string // the same text, for the cells to share
	pos, end int
	eof      bool

	record int // number of the record last delivered, 1 the first
	line   int // physical line of the next record's beginning
	width  int // fields of the record last delivered without a fault
	cells  []Cell
	fields []csvField // of a record with quotes
	row    Row
}

// chunkBytes is how much text is held at a time when reading in earnest.
const chunkBytes = 128 << 10

func newCSVScanner(src Source, enc encoding, delim byte, limits Limits, room int64) *csvScanner {
	s := &csvScanner{
		feed: feed{src: src, enc: enc, at: enc.start}, limits: limits, line: 1,
		delim: delim, wide: uint64(delim) * ones,
		cells: make([]Cell, limits.Columns),
	}
	s.buf = make([]byte, min(room, 3*(enc.end-enc.start))+64+8)
	return s
}

// more makes text available behind end, keeping buf[pos:end].
func (s *csvScanner) more() error {
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end > s.limits.TokenBytes {
		return s.tooLong(s.line)
	}
	if len(s.buf)-8-s.end < 64 {
		grown := make([]byte, 2*len(s.buf))
		copy(grown, s.buf[:s.end])
		s.buf = grown
	}
	n, err := s.feed.fill(s.buf[s.end : len(s.buf)-8])
	s.end += n
	s.text = string(s.buf[:s.end])
	if err == io.EOF {
		s.eof = true
		return nil
	}
	return err
}

func (s *csvScanner) tooLong(line int) error {
	return csvError(osms.FileTooLarge, fmt.Sprintf("line %d", line),
		fmt.Sprintf("a record longer than %d bytes", s.limits.TokenBytes))
}

func (s *csvScanner) tooWide() error {
	return csvError(osms.FileTooLarge, fmt.Sprintf("line %d", s.line),
		fmt.Sprintf("more than %d fields in a record", s.limits.Columns))
}

// next delivers the next record that is not blank, or nil at the end.
func (s *csvScanner) next() (*Row, error) {
	for {
		if s.pos >= s.end {
			if s.eof {
				return nil, nil
			}
			if err := s.more(); err != nil {
				return nil, err
			}
			continue
		}
		if c := s.buf[s.pos]; c == '\n' || c == '\r' { // blank
			next := s.pos + 1
			if c == '\r' {
				next = s.afterCR(s.pos)
			}
			if next < 0 {
				if err := s.more(); err != nil {
					return nil, err
				}
				continue
			}
			if s.record++; s.record > s.limits.Rows {
				return nil, s.tooMany()
			}
			s.line++
			s.pos = next
			continue
		}
		s.row.Fault, s.row.FaultColumn = "", 0
		next, err := s.plain()
		if err == nil && next < 0 {
			err = s.more()
			if err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		return s.deliver(next)
	}
}

func (s *csvScanner) tooMany() error {
	return csvError(osms.FileTooManyRows, fmt.Sprintf("line %d", s.line),
		fmt.Sprintf("more than %d records", s.limits.Rows))
}

// deliver makes the cells found the row and moves on.
func (s *csvScanner) deliver(next int) (*Row, error) {
	if s.record++; s.record > s.limits.Rows {
		return nil, s.tooMany()
	}
	s.row.Number, s.row.Line = s.record, s.line
	lines := 1
	if len(s.fields) > 0 {
		more, err := s.unquote()
		if err != nil {
			return nil, err
		}
		lines += more
	}
	if s.feed.marks && s.row.Fault == "" {
		s.findControls()
	}
	if size := next - s.pos; size > s.limits.CellRunes {
		if size > s.limits.TokenBytes {
			return nil, s.tooLong(s.line)
		}
		for i, c := range s.row.Cells {
			if utf8.RuneCountInString(c.Text) > s.limits.CellRunes {
				return nil, csvError(osms.FileTooLarge, fmt.Sprintf("%s, line %d", osms.CellName(i, s.record), s.line),
					fmt.Sprintf("a cell of more than %d characters", s.limits.CellRunes))
			}
		}
	}
	if s.row.Fault == "" {
		s.width = len(s.row.Cells)
	}
	s.line += lines
	s.pos = next
	return &s.row, nil
}

// plain cuts a record without quotes, eight bytes at a time, and hands over to
// quoted at the first quote. It returns where the next record begins, or -1
// when the text ends too early.
func (s *csvScanner) plain() (int, error) {
	buf, end, from, cells, n := s.buf, s.end, s.pos, s.cells, 0
	text, wide, delim := s.text, s.wide, s.delim
	const quotes, spaces = '"' * ones, 0xE0 * ones
	s.fields = s.fields[:0]
	for i := from; i < end; i += 8 {
		x := load64(buf[i:])
		// In each byte the top bit is set when it is the delimiter, a quote or
		// less than a space: subtracting one from a byte that was made zero below
		// its top bit clears that bit. Letters beyond ASCII have x's own.
		y := x | highBits
		other := ((y ^ wide) - ones) & ((y ^ quotes) - ones) & ((y & spaces) - ones)
		marks := ^(other | x) & highBits
		for ; marks != 0; marks &= marks - 1 {
			at := i + bits.TrailingZeros64(marks)>>3
			if at >= end {
				break
			}
			c := buf[at]
			if c == delim || c == '\n' || c == '\r' {
				if n >= len(cells) {
					return 0, s.tooWide()
				}
				cells[n].set(text[from:at])
				n++
				from = at + 1
				if c == delim {
					continue
				}
				s.row.Cells = cells[:n]
				if c == '\r' {
					return s.afterCR(at), nil
				}
				return from, nil
			}
			if c == '"' {
				return s.quoted()
			}
			if c != '\t' {
				s.fault(osms.ControlCharacter, n)
			}
		}
	}
	if !s.eof {
		return -1, nil
	}
	if n >= len(cells) {
		return 0, s.tooWide()
	}
	cells[n].set(text[from:end])
	s.row.Cells = cells[:n+1]
	return end, nil
}

func (c *Cell) set(text string) {
	c.Kind, c.Text = Text, text
	if text == "" {
		c.Kind = Empty
	}
}

// afterCR is where the text goes on behind the CR at a place, or -1 when that
// is not known yet.
func (s *csvScanner) afterCR(at int) int {
	switch {
	case at+1 < s.end && s.buf[at+1] == '\n':
		return at + 2
	case at+1 < s.end || s.eof:
		return at + 1
	}
	return -1
}

func (s *csvScanner) fault(code osms.Code, column int) {
	if s.row.Fault == "" {
		s.row.Fault, s.row.FaultColumn = string(code), column
	}
}

// findControls looks for control characters in the cells of a record: behind
// quotes, and those that the feed saw somewhere and plain does not look for.
func (s *csvScanner) findControls() {
	for i := range s.row.Cells {
		text := s.row.Cells[i].Text
		for k := 0; k < len(text); k++ {
			c := text[k]
			if c >= 0x20 && c != 0x7F && c != 0xC2 || c == '\t' || c == '\n' || c == '\r' {
				continue
			}
			if c != 0xC2 || text[k+1] < 0xA0 {
				s.fault(osms.ControlCharacter, i)
				return
			}
		}
	}
}
