package ledger

import (
	"bytes"
	"io"
)

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
