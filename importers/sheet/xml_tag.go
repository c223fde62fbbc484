package sheet

import (
	"bytes"

	"osmsd/sync/osms"
)

// nameByte says which bytes a name may hold; letters beyond ASCII are taken as
// they are.
var nameByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 0x80 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			c == '_' || c == '-' || c == '.' || c == ':'
	}
	return t
}()

func nameStart(c byte) bool {
	return nameByte[c] && c != '-' && c != '.' && (c < '0' || c > '9') && c != ':'
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// blank reports whether text is nothing but space.
func blank(text []byte) bool {
	for _, c := range text {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// startTag reads a start tag that begins at pos. When the window ends inside
// it, more is read and the tag is read again from its beginning.
func (s *xmlReader) startTag() error {
	for {
		n, whole, err := s.parseTag()
		if err != nil {
			return err
		}
		if whole {
			s.pos += n
			return nil
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// parseTag reads name and attributes; whole is false when the window ended.
func (s *xmlReader) parseTag() (n int, whole bool, err error) {
	b := s.buf[s.pos:s.end]
	i := 1
	if !nameStart(b[i]) {
		return 0, false, s.fault(osms.FileDamaged, "a tag without a name")
	}
	for i < len(b) && nameByte[b[i]] {
		i++
	}
	name := b[1:i]
	s.attrs = s.attrs[:0]
	for {
		spaced := false
		for i < len(b) && isSpace(b[i]) {
			i++
			spaced = true
		}
		if i+1 >= len(b) { // "/>" needs two bytes; ">" as the last of the window waits too, unless it is the last of the part
			if i < len(b) && b[i] == '>' {
				return i + 1, true, s.push(name)
			}
			return 0, false, nil
		}
		switch {
		case b[i] == '>':
			return i + 1, true, s.push(name)
		case b[i] == '/' && b[i+1] == '>':
			s.selfClosed = true
			return i + 2, true, s.push(name)
		case !spaced || !nameStart(b[i]):
			return 0, false, s.fault(osms.FileDamaged, "a broken tag")
		case len(s.attrs) == mostAttributes:
			return 0, false, s.fault(osms.FileTooLarge, "a tag with more than %d attributes", mostAttributes)
		}
		var a attribute
		if a, i, err = s.parseAttribute(b, i); err != nil || i == 0 {
			return 0, false, err
		}
		for k := range s.attrs {
			name := s.attrs[k].name
			if len(name) == len(a.name) && name[len(name)-1] == a.name[len(name)-1] && bytes.Equal(name, a.name) {
				return 0, false, s.fault(osms.FileDamaged, "an attribute stands twice in a tag")
			}
		}
		s.attrs = append(s.attrs, a)
	}
}

// parseAttribute reads name="value" at b[i:] and gives the place after it, or
// 0 when the window ended.
func (s *xmlReader) parseAttribute(b []byte, i int) (attribute, int, error) {
	start := i
	for i < len(b) && nameByte[b[i]] {
		i++
	}
	name := b[start:i]
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i < len(b) && b[i] != '=' {
		return attribute{}, 0, s.fault(osms.FileDamaged, "an attribute without a value")
	}
	for i++; i < len(b) && isSpace(b[i]); {
		i++
	}
	if i >= len(b) {
		return attribute{}, 0, nil
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return attribute{}, 0, s.fault(osms.FileDamaged, "an attribute without quotes")
	}
	i++
	value := i
	for i < len(b) && b[i] != quote {
		if b[i] == '<' {
			return attribute{}, 0, s.fault(osms.FileDamaged, "'<' inside an attribute")
		}
		if i++; i-value == 32 { // values are short; a long one is searched at the speed of memory
			j := bytes.IndexByte(b[i:], quote)
			if j < 0 {
				return attribute{}, 0, nil
			}
			if bytes.IndexByte(b[i:i+j], '<') >= 0 {
				return attribute{}, 0, s.fault(osms.FileDamaged, "'<' inside an attribute")
			}
			i += j
		}
	}
	if i >= len(b) {
		return attribute{}, 0, nil
	}
	return attribute{name: name, value: b[value:i]}, i + 1, nil
}

// push opens the element whose tag was read.
func (s *xmlReader) push(name []byte) error {
	switch {
	case s.ended:
		return s.fault(osms.FileDamaged, "a second root element")
	case len(s.open) >= s.limits.Depth:
		return s.fault(osms.FileTooLarge, "elements nest deeper than %d", s.limits.Depth)
	case len(name) > longestName:
		return s.fault(osms.FileTooLarge, "an element's name has %d bytes", len(name))
	}
	e := element{name: len(s.names), scopes: len(s.scopes)}
	s.names = append(s.names, name...)
	for _, a := range s.attrs {
		if len(a.name) >= 5 && string(a.name[:5]) == "xmlns" {
			if err := s.bind(a); err != nil {
				return err
			}
		}
	}
	colon := bytes.IndexByte(name, ':')
	id, ok := s.resolve(name[:max(0, colon)])
	if !ok || colon == len(name)-1 {
		return s.fault(osms.FileDamaged, "an element's prefix is not declared")
	}
	s.name = name[colon+1:]
	e.space = id
	if len(s.open) == 0 {
		s.bare = id == spaceNone
	}
	s.open = append(s.open, e)
	return nil
}

// pop closes the innermost element.
func (s *xmlReader) pop() {
	e := s.open[len(s.open)-1]
	s.through = e.through
	s.open = s.open[:len(s.open)-1]
	s.names = s.names[:e.name]
	s.unbind(e.scopes)
	s.ended = len(s.open) == 0
}

// endTag reads an end tag that begins at pos; it must close the innermost
// element by its name.
func (s *xmlReader) endTag() error {
	if len(s.open) == 0 {
		return s.fault(osms.FileDamaged, "an end tag without its start")
	}
	name := s.names[s.open[len(s.open)-1].name:]
	n := 2 + len(name)
	for s.end-s.pos <= n {
		if err := s.more(); err != nil {
			return err
		}
	}
	if string(s.buf[s.pos+2:s.pos+n]) != string(name) {
		return s.fault(osms.FileDamaged, "an end tag does not close the element that is open")
	}
	for isSpace(s.buf[s.pos+n]) {
		if n++; s.pos+n == s.end {
			if err := s.more(); err != nil {
				return err
			}
		}
	}
	if s.buf[s.pos+n] != '>' {
		return s.fault(osms.FileDamaged, "an end tag does not close the element that is open")
	}
	s.pos += n + 1
	s.pop()
	return nil
}

// special passes over comments and processing instructions and delivers CDATA
// as text. A document type is refused: with it come entities that grow, and
// files that are fetched.
func (s *xmlReader) special() (isText bool, err error) {
	for s.end-s.pos < len("<![CDATA[") {
		if err := s.fill(); err != nil {
			break // a short tail is judged below
		}
	}
	b := s.buf[s.pos:s.end]
	open, closing := 2, "?>"
	switch {
	case bytes.HasPrefix(b, []byte("<?")):
	case bytes.HasPrefix(b, []byte("<!--")):
		open, closing = 4, "-->"
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		open, closing, isText = 9, "]]>", true
	case bytes.HasPrefix(bytes.ToUpper(b[:min(len(b), 9)]), []byte("<!DOCTYPE")):
		return false, s.fault(osms.FileUnsafe, "a DTD (document type declaration)")
	default:
		return false, s.fault(osms.FileDamaged, "broken markup")
	}
	for from := open; ; {
		if j := bytes.Index(s.buf[s.pos+from:s.end], []byte(closing)); j >= 0 {
			s.text, s.plain = s.buf[s.pos+open:s.pos+from+j], false
			s.cdata = isText
			s.pos += from + j + len(closing)
			break
		}
		from = max(open, s.end-s.pos-len(closing)+1)
		if err := s.more(); err != nil {
			return false, err
		}
	}
	if isText && len(s.open) == 0 {
		return false, s.fault(osms.FileDamaged, "text outside the root element")
	}
	return isText, nil
}
