package ledger

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// textLines reads a text line by line, whatever its line ends.
type textLines struct {
	in     *bufio.Reader
	most   int    // bytes of a line
	long   []byte // a line longer than the buffer of in
	number int    // of the line last read, from 1
}

func newTextLines(in io.Reader, limits sheet.Limits) *textLines {
	most := limits.TokenBytes
	if most <= 0 {
		most = 1 << 20
	}
	return &textLines{in: bufio.NewReaderSize(&newlines{in: in}, 64<<10), most: most}
}

// next gives the next line without its end, valid until the one after; io.EOF
// behind the last.
func (l *textLines) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	l.number++
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = l.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			if l.long = append(l.long, line...); len(l.long) > l.most {
				return nil, statementError(osms.FileTooLarge, l.number, "a line of more than %d bytes", l.most)
			}
			line, err = l.in.ReadSlice('\n')
		}
		l.long = append(l.long, line...)
		line = l.long
	}
	if len(line) > l.most {
		return nil, statementError(osms.FileTooLarge, l.number, "a line of more than %d bytes", l.most)
	}
	if err == io.EOF && len(line) > 0 {
		err = nil
	}
	return bytes.TrimSuffix(line, []byte{'\n'}), err
}

// newlines makes of CR LF and of CR alone one LF.
type newlines struct {
	in io.Reader
	cr bool // a CR was the last byte, and stands as LF already
}

func (r *newlines) Read(p []byte) (int, error) {
	for {
		n, err := r.in.Read(p)
		if !r.cr && bytes.IndexByte(p[:n], '\r') < 0 {
			return n, err
		}
		kept := 0
		for _, c := range p[:n] {
			switch {
			case c == '\r':
				p[kept], r.cr = '\n', true
				kept++
				continue
			case c == '\n' && r.cr:
			default:
				p[kept] = c
				kept++
			}
			r.cr = false
		}
		if kept > 0 || err != nil || n == 0 {
			return kept, err
		}
	}
}

// firstLine is the first line of a text with anything in it.
func firstLine(head []byte) []byte {
	for line := range bytes.FieldsFuncSeq(head, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line
		}
	}
	return nil
}
