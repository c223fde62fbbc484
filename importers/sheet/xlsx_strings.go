package sheet

import (
	"unicode/utf8"
	"unsafe"

	"osmsd/sync/osms"
)

const (
	stringPage  = 8 << 10   // strings a page of the table
	stringChunk = 256 << 10 // bytes of text a chunk
	longestText = 65_535    // characters that a string of the table may have
)

// sharedStrings is the table of texts that cells point into. The texts lie in
// chunks and each string is a place and a length in eight bytes, so that three
// million short texts cost little and reading a cell allocates nothing.
type sharedStrings struct {
	pages  [][]uint64 // chunk << 40 | start << 20 | length
	chunks [][]byte
	count  int
	bytes  int64
	faults map[int]textFault // of the few strings that have any
}

// textFault is what was wrong with a text after its escapes were decoded.
type textFault struct {
	removed int  // control characters that were taken out
	unsound bool // a NUL or half a surrogate pair
}

// at gives a string; its index must lie below count.
func (t *sharedStrings) at(i int) string {
	p := t.pages[i/stringPage][i%stringPage]
	n := int(p & 0xFFFFF)
	if n == 0 {
		return ""
	}
	return unsafe.String(&t.chunks[p>>40][p>>20&0xFFFFF], n) // a chunk is never written again where a string lies
}

// add keeps a text.
func (t *sharedStrings) add(text []byte) {
	last := len(t.chunks) - 1
	if last < 0 || cap(t.chunks[last])-len(t.chunks[last]) < len(text) {
		t.chunks = append(t.chunks, make([]byte, 0, max(stringChunk, len(text))))
		last++
	}
	start := len(t.chunks[last])
	t.chunks[last] = append(t.chunks[last], text...)
	if t.count%stringPage == 0 {
		t.pages = append(t.pages, make([]uint64, 0, stringPage))
	}
	page := &t.pages[len(t.pages)-1]
	*page = append(*page, uint64(last)<<40|uint64(start)<<20|uint64(len(text)))
	t.count++
	t.bytes += int64(len(text))
}

// readStrings reads the part of shared strings.
func (w *workbook) readStrings(e *entry) error {
	t := &sharedStrings{}
	w.strings = t
	var text []byte
	return w.scan(e, spaceMain, "sst", func(s *xmlReader) error {
		return s.children(func() error {
			if string(s.name) != "si" {
				return s.skip()
			}
			if t.count == w.limits.SharedStrings {
				return s.fault(osms.FileTooLarge, "more than %d shared strings", w.limits.SharedStrings)
			}
			var fault textFault
			var err error
			if text, fault, err = s.richText(text[:0]); err != nil {
				return err
			}
			if t.bytes+int64(len(text)) > w.limits.SharedBytes {
				return s.fault(osms.FileTooLarge, "more than %d bytes of shared strings", w.limits.SharedBytes)
			}
			if fault != (textFault{}) {
				if t.faults == nil {
					t.faults = make(map[int]textFault)
				}
				t.faults[t.count] = fault
			}
			t.add(text)
			return nil
		})
	})
}

// richText reads the element that is open (si or is) to its end and appends
// its text: the runs joined, phonetic readings left out.
func (s *xmlReader) richText(dst []byte) ([]byte, textFault, error) {
	start, runs := len(dst), 0
	read := func() (err error) {
		switch string(s.name) {
		case "t":
			dst, err = s.textContent(dst, start)
			return err
		case "r":
			if runs++; runs > s.limits.CellRunes {
				return s.fault(osms.FileTooLarge, "a text of more than %d runs", s.limits.CellRunes)
			}
			return s.children(func() (err error) {
				if string(s.name) != "t" {
					return s.skip()
				}
				dst, err = s.textContent(dst, start)
				return err
			})
		}
		return s.skip()
	}
	if err := s.children(read); err != nil {
		return dst, textFault{}, err
	}
	dst, fault := office(dst, start)
	return dst, fault, nil
}

// textContent appends the text of the element that is open, to its end. Text
// from start on belongs to one cell and may not be longer than a cell can be.
func (s *xmlReader) textContent(dst []byte, start int) ([]byte, error) {
	for {
		t, err := s.next()
		if err != nil {
			return dst, err
		}
		switch t {
		case tokenEnd:
			return dst, nil
		case tokenText:
			if dst, err = s.appendText(dst); err != nil {
				return dst, err
			}
			if n := len(dst) - start; n > s.limits.CellRunes && (n > 4*s.limits.CellRunes || utf8.RuneCount(dst[start:]) > s.limits.CellRunes) {
				return dst, s.fault(osms.FileTooLarge, "a text of more than %d characters", s.limits.CellRunes)
			}
		case tokenStart:
			if err := s.skip(); err != nil {
				return dst, err
			}
		}
	}
}

// office decodes the escapes of the text from start on.
func office(b []byte, start int) ([]byte, textFault) {
	n, removed, unsound := unescapeOffice(b[start:])
	return b[:start+n], textFault{removed: removed, unsound: unsound}
}
