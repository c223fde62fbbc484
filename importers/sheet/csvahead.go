package sheet

import (
	"bytes"
	"errors"
	"slices"

	"osmsd/sync/osms"
)

// aheadAfter is how many rows are handed out before it is known that the file
// has no more than it may: whoever gathers them would hold a million before the
// file is refused for one too many.
const aheadAfter = 1 << 16

// foresee refuses a file with more records than it may have at once, as next
// would at the first of them. It stands where it stood. Whatever else is wrong
// with the file is next's to find.
func (s *csvScanner) foresee() error {
	most, err := s.lineEnds()
	if err != nil || s.record+most < s.limits.Rows {
		return err
	}
	ahead := *s
	ahead.buf, ahead.cells = slices.Clone(s.buf), make([]Cell, len(s.cells))
	ahead.fields, ahead.row, ahead.feed.raw = nil, Row{}, nil
	for {
		row, err := ahead.next()
		if refusal := (*osms.FileError)(nil); errors.As(err, &refusal) && refusal.Code == osms.FileTooManyRows {
			return err
		}
		if err != nil || row == nil {
			return nil
		}
	}
}

// lineEnds counts the line ends that are left, or more: records can be no more
// than one above them.
func (s *csvScanner) lineEnds() (n int, err error) {
	count := func(b []byte) {
		n += bytes.Count(b, []byte{'\n'}) + bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte("\r\n"))
	}
	count(s.buf[s.pos:s.end])
	chunk := make([]byte, chunkBytes)
	for at := s.feed.at; at < s.feed.enc.end; at += int64(len(chunk)) {
		chunk = chunk[:min(int64(len(chunk)), s.feed.enc.end-at)]
		if _, err := readFull(s.feed.src, chunk, at); err != nil {
			return 0, err
		}
		count(chunk)
	}
	return n, nil
}
