package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// The parts of a workbook are XML. xmlReader reads one of them as a stream of
// tokens over a window of the inflated bytes: no tree, no token allocates, and
// memory is bounded by the longest token allowed. It is strict where a parser
// of office files usually is not: elements must nest and close by name,
// attributes must be quoted and not repeated, every byte must be a character
// that XML allows, there is no document type, and the part must end where its
// root element ends. next also resolves what makes one sheet read in two ways:
// elements of foreign namespaces are passed over, and of alternate content only
// the first fallback is taken.

type token uint8

const (
	tokenStart token = iota // name and attrs are set
	tokenEnd
	tokenText // text is set; plain when it holds no reference and no CR
	tokenEOF
)

const (
	windowBytes = 128 << 10
	// mostAttributes and mostScopes bound what one element, and all open
	// elements together, may declare. Honest parts have some twenty.
	mostAttributes = 64
	mostScopes     = 64
)

type attribute struct{ name, value []byte }

// element is one open element.
type element struct {
	name    int   // where its name begins in xmlReader.names
	scopes  int   // scopes that were bound when it began
	space   space // of its own name
	through bool  // alternate content: neither it nor its end is delivered
	taken   bool  // alternate content whose fallback was taken
}

type xmlReader struct {
	in     io.Reader
	part   string        // name for messages
	after  func() string // what was last read soundly, for messages
	limits Limits

	buf        []byte
	pos        int   // next byte to be read
	end        int   // bytes up to here are proved characters
	filled     int   // bytes up to here were read
	base       int64 // offset of buf[0] in the part
	pending    error // what ended the input; io.EOF when it ended well
	selfClosed bool  // the end of an empty element is due
	ended      bool  // the root element is closed

	name  []byte // local name
	attrs []attribute
	text  []byte
	plain bool

	open    []element
	names   []byte
	through bool // the element closed last was not delivered
	spaces
}

// newXMLReader begins to read a part whose elements are of the namespace want
// (or of none, when its root element has none).
func newXMLReader(p *part, want space, limits Limits) (*xmlReader, error) {
	s := &xmlReader{part: plainName(p.entry.name), after: func() string { return "" }, limits: limits}
	s.want = want
	s.attrs = make([]attribute, 0, 8)
	s.buf = make([]byte, min(windowBytes, max(p.entry.size+1, 512)))
	in, err := decoded(p)
	if err != nil {
		return nil, s.located(err)
	}
	s.in = in
	return s, nil
}

// next delivers the next token of the main namespace.
func (s *xmlReader) next() (token, error) {
	for {
		t, err := s.raw()
		if err != nil || t == tokenText || t == tokenEOF {
			return t, err
		}
		if t == tokenEnd {
			if s.through {
				continue
			}
			return t, nil
		}
		e := &s.open[len(s.open)-1]
		switch {
		case e.space == s.want || e.space == spaceNone && s.bare:
			return t, nil
		case e.space == spaceCompatibility && s.alternate(e):
			e.through = true
		default:
			if err := s.skip(); err != nil {
				return t, err
			}
		}
	}
}

// alternate reports whether the element belongs to alternate content and its
// children are to be read in its place.
func (s *xmlReader) alternate(e *element) bool {
	if string(s.name) == "AlternateContent" {
		return true
	}
	if string(s.name) != "Fallback" || len(s.open) < 2 {
		return false
	}
	parent := &s.open[len(s.open)-2]
	if !parent.through || parent.taken {
		return false
	}
	parent.taken = true
	return true
}

// skip passes over the element that was just begun, to its end.
func (s *xmlReader) skip() error {
	for depth := len(s.open); len(s.open) >= depth; {
		if _, err := s.raw(); err != nil {
			return err
		}
	}
	return nil
}

// raw delivers the next token whatever its namespace.
func (s *xmlReader) raw() (token, error) {
	if s.selfClosed {
		s.selfClosed = false
		s.pop()
		return tokenEnd, nil
	}
	for {
		if s.pos == s.end {
			if err := s.fill(); errors.Is(err, io.EOF) {
				return s.finish()
			} else if err != nil {
				return tokenEOF, err
			}
		}
		if s.buf[s.pos] != '<' {
			t, err := s.readText()
			if err != nil || len(s.open) > 0 {
				return t, err
			}
			if !blank(s.text) {
				return t, s.fault(osms.FileDamaged, "text outside the root element")
			}
			continue
		}
		for s.pos+1 == s.end {
			if err := s.more(); err != nil {
				return tokenEOF, err
			}
		}
		switch s.buf[s.pos+1] {
		case '/':
			return tokenEnd, s.endTag()
		case '!', '?':
			isText, err := s.special()
			if err != nil || isText {
				return tokenText, err
			}
		default:
			return tokenStart, s.startTag()
		}
	}
}

// finish judges the end of the input: tokenEOF comes only after the end of the
// root element.
func (s *xmlReader) finish() (token, error) {
	if !s.ended {
		return tokenEOF, s.fault(osms.FileDamaged, "the part ends inside an element")
	}
	return tokenEOF, nil
}

// readText delivers the characters up to the next markup.
func (s *xmlReader) readText() (token, error) {
	for from := s.pos; ; {
		if j := bytes.IndexByte(s.buf[from:s.end], '<'); j >= 0 {
			j += from
			s.text = s.buf[s.pos:j]
			s.cdata = false
			s.plain = bytes.IndexByte(s.text, '&') < 0 && bytes.IndexByte(s.text, '\r') < 0
			s.pos = j
			return tokenText, nil
		}
		seen := s.end - s.pos
		err := s.fill()
		if errors.Is(err, io.EOF) {
			s.text, s.plain, s.cdata = s.buf[s.pos:s.end], false, false
			s.pos = s.end
			return tokenText, nil
		}
		if err != nil {
			return tokenText, err
		}
		from = s.pos + seen
	}
}

// fill reads more after the bytes that were not yet used, which move to the
// front of the window. io.EOF says that there is no more.
func (s *xmlReader) fill() error {
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.filled])
		s.base += int64(s.pos)
		s.filled -= s.pos
		s.end -= s.pos
		s.pos = 0
	}
	if s.end > s.limits.TokenBytes {
		return s.fault(osms.FileTooLarge, "a tag or text of more than %d bytes", s.limits.TokenBytes)
	}
	for had := s.end; s.end == had; {
		if s.pending != nil {
			return s.ending()
		}
		if s.filled == len(s.buf) {
			s.buf = append(s.buf, make([]byte, len(s.buf))...)
		}
		n, err := s.in.Read(s.buf[s.filled:])
		s.filled += n
		good, bad := validPrefix(s.buf[s.end:s.filled])
		s.end += good
		switch {
		case bad || err == io.EOF && s.end != s.filled:
			s.pending = errCharacter
		case err != nil:
			s.pending = err
		}
	}
	return nil
}

// errCharacter ends the input at bytes that are no character.
var errCharacter = errors.New("no character of XML in UTF-8")

// ending gives the error that ended the input, with the place where the reader
// stands now that everything before it was used.
func (s *xmlReader) ending() error {
	if s.pending == errCharacter {
		return s.fault(osms.FileDamaged, "byte %d is %s", s.base+int64(s.end), errCharacter)
	}
	return s.located(s.pending)
}

// more is fill for a place where the input may not end.
func (s *xmlReader) more() error {
	err := s.fill()
	if errors.Is(err, io.EOF) {
		return s.fault(osms.FileDamaged, "the part ends inside a tag")
	}
	return err
}

// fault refuses the file for something at the current byte of the part.
func (s *xmlReader) fault(code osms.FileCode, format string, args ...any) error {
	where := fmt.Sprintf("%s, byte %d", s.part, s.base+int64(s.pos))
	return &osms.FileError{Code: code, Where: where + s.after(), Detail: fmt.Sprintf(format, args...)}
}

// located adds to the error of a part what was last read soundly.
func (s *xmlReader) located(err error) error {
	var fe *osms.FileError
	if !errors.As(err, &fe) {
		return err
	}
	located := *fe
	located.Where += s.after()
	if fe.Where == "" {
		located.Where = s.part + s.after()
	}
	return &located
}
