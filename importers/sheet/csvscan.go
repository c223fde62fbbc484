package sheet

import (
	"fmt"
	"io"
	"math/bits"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// scanner cuts text into records. Its rules are RFC 4180's, with what real
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
//     opened it: what follows would be swallowed.
type scanner struct {
	feed   feed
	limits Limits
	delim  byte
	wide   uint64 // the delimiter in each of eight bytes

	buf      []byte // buf[pos:end] is text not yet cut; eight bytes of slack follow
	pos, end int
	eof      bool

	record int // number of the record last delivered, 1 the first
	line   int // physical line of the next record's beginning
	fields []span
	slow   bool // the record has quotes
	row    Row
}

// span is a field's bytes in the buffer, its quotes taken off.
type span struct {
	from, to int
	doubled  bool // holds doubled quotes
}

const chunkBytes = 256 << 10

func newScanner(src Source, enc encoding, delim byte, limits Limits) *scanner {
	s := &scanner{feed: feed{src: src, enc: enc, at: enc.start}, limits: limits, line: 1}
	s.setDelimiter(delim)
	room := min(2*chunkBytes, 3*(enc.end-enc.start)+64)
	s.buf = make([]byte, room+8)
	s.fields = make([]span, 0, 32)
	return s
}

func (s *scanner) setDelimiter(delim byte) { s.delim, s.wide = delim, uint64(delim)*ones }

// more makes text available behind end, keeping buf[pos:end].
func (s *scanner) more() error {
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
	if err == io.EOF {
		s.eof = true
		return nil
	}
	return err
}

func (s *scanner) tooLong(line int) error {
	return csvError(osms.FileTooLarge, fmt.Sprintf("line %d", line),
		fmt.Sprintf("a record longer than %d bytes", s.limits.TokenBytes))
}

// next delivers the next record that is not blank, or nil at the end.
func (s *scanner) next() (*Row, error) {
	for {
		stop, err := s.cut()
		if err != nil {
			return nil, err
		}
		if stop < 0 {
			return nil, nil
		}
		s.record++
		if s.record > s.limits.Rows {
			return nil, csvError(osms.FileTooManyRows, fmt.Sprintf("line %d", s.line),
				fmt.Sprintf("more than %d records", s.limits.Rows))
		}
		if len(s.fields) == 1 && s.fields[0].from == s.fields[0].to && !s.slow {
			s.line++
			s.pos = stop
			continue
		}
		if err := s.fill(stop); err != nil {
			return nil, err
		}
		return &s.row, nil
	}
}

// cut finds the fields of the record at pos and returns where the next record
// begins, or -1 at the end of the text.
func (s *scanner) cut() (int, error) {
	for {
		if s.pos < s.end {
			s.fields, s.slow, s.row.Fault, s.row.FaultColumn = s.fields[:0], false, "", 0
			stop, err := s.plain()
			if err != nil {
				return 0, err
			}
			if stop >= 0 {
				if stop-s.pos > s.limits.TokenBytes {
					return 0, s.tooLong(s.line)
				}
				return stop, nil
			}
		} else if s.eof {
			return -1, nil
		}
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

// zeroBytes has the top bit set in exactly those bytes of x that are zero.
func zeroBytes(x uint64) uint64 { return ^((x&lowBits + lowBits) | x | lowBits) }

// plain cuts a record without quotes, eight bytes at a time, and hands over to
// quoted at the first quote. It returns -1 when the text ends too early.
func (s *scanner) plain() (int, error) {
	buf, end, from := s.buf, s.end, s.pos
	for i := s.pos; i < end; i += 8 {
		x := load64(buf[i:])
		marks := zeroBytes(x^s.wide) | zeroBytes(x^'"'*ones) | zeroBytes(x&(0xE0*ones))
		for ; marks != 0; marks &= marks - 1 {
			at := i + bits.TrailingZeros64(marks)>>3
			if at >= end {
				break
			}
			switch c := buf[at]; {
			case c == s.delim:
				if len(s.fields) >= s.limits.Columns-1 {
					return 0, s.tooWide()
				}
				s.fields = append(s.fields, span{from: from, to: at})
				from = at + 1
			case c == '\n':
				s.fields = append(s.fields, span{from: from, to: at})
				return at + 1, nil
			case c == '\r':
				s.fields = append(s.fields, span{from: from, to: at})
				return s.afterCR(at), nil
			case c == '"':
				return s.quoted(from)
			case c != '\t':
				s.fault(string(osms.ControlCharacter), len(s.fields))
			}
		}
	}
	if !s.eof {
		return -1, nil
	}
	s.fields = append(s.fields, span{from: from, to: end})
	return end, nil
}

// afterCR is where the text goes on behind the CR at a place, or -1 when that
// is not known yet.
func (s *scanner) afterCR(at int) int {
	switch {
	case at+1 < s.end && s.buf[at+1] == '\n':
		return at + 2
	case at+1 < s.end || s.eof:
		return at + 1
	}
	return -1
}

func (s *scanner) fault(code string, column int) {
	if s.row.Fault == "" {
		s.row.Fault, s.row.FaultColumn = code, column
	}
}

func (s *scanner) tooWide() error {
	return csvError(osms.FileTooLarge, fmt.Sprintf("line %d", s.line),
		fmt.Sprintf("more than %d fields in a record", s.limits.Columns))
}

// fill makes the row of the fields found, in one string, and moves on to stop.
func (s *scanner) fill(stop int) error {
	lines := 1
	if s.slow || s.feed.marks {
		lines += s.inspect()
	}
	s.row.Number, s.row.Line = s.record, s.line
	first := s.fields[0].from
	text := string(s.buf[first:s.fields[len(s.fields)-1].to])
	if cap(s.row.Cells) < len(s.fields) {
		s.row.Cells = make([]Cell, len(s.fields), max(32, len(s.fields)))
	}
	s.row.Cells = s.row.Cells[:len(s.fields)]
	for i, f := range s.fields {
		cell := &s.row.Cells[i]
		if f.from == f.to {
			cell.Kind, cell.Text = Empty, ""
			continue
		}
		cell.Kind, cell.Text = Text, text[f.from-first:f.to-first]
		if len(cell.Text) > s.limits.CellRunes && utf8.RuneCountInString(cell.Text) > s.limits.CellRunes {
			return csvError(osms.FileTooLarge, fmt.Sprintf("%s, line %d", osms.CellName(i, s.record), s.line),
				fmt.Sprintf("a cell of more than %d characters", s.limits.CellRunes))
		}
	}
	s.line += lines
	s.pos = stop
	return nil
}
