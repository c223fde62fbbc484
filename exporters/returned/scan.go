package returned

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

type token uint8

const (
	tokenEOF   token = iota
	tokenText        // also CDATA
	tokenOpen        // <a …>
	tokenEmpty       // <a …/>
	tokenClose       // </a>
	tokenOther       // declaration, comment, processing instruction
)

// mostToken bounds one tag or text; the reader of rosters allows a quarter.
const mostToken = 4 << 20

// scanner cuts XML in UTF-8 into tokens whose bytes, one after the other, are
// the part as it was.
type scanner struct {
	in       io.Reader
	buf      []byte
	from, to int // the token
	end      int
	err      error // what ended the input
}

func newScanner(in io.Reader) *scanner { return &scanner{in: in, buf: make([]byte, 256<<10)} }

// raw gives the bytes of the token, valid until the next.
func (s *scanner) raw() []byte { return s.buf[s.from:s.to] }

func (s *scanner) next() (token, error) {
	s.from = s.to
	if s.from == s.end && !s.more() {
		return tokenEOF, s.ending()
	}
	if s.buf[s.from] != '<' {
		s.until("<", 0, false)
		return tokenText, s.tooLong()
	}
	for s.end-s.from < 9 && s.more() {
	}
	head := s.buf[s.from:s.end]
	switch {
	case bytes.HasPrefix(head, []byte("<!--")):
		return tokenOther, s.must(s.until("-->", 4, true))
	case bytes.HasPrefix(head, []byte("<![CDATA[")):
		return tokenText, s.must(s.until("]]>", 9, true))
	case bytes.HasPrefix(head, []byte("<!")):
		return tokenOther, fmt.Errorf("%w: a document type", ErrOdd)
	case bytes.HasPrefix(head, []byte("<?")):
		return tokenOther, s.must(s.until("?>", 2, true))
	case bytes.HasPrefix(head, []byte("</")):
		return tokenClose, s.must(s.until(">", 2, true))
	}
	for n := 1; ; {
		if !s.until(">", n, true) {
			return tokenOpen, s.must(false)
		}
		tag := s.raw()
		if quotesClosed(tag) {
			if tag[len(tag)-2] == '/' {
				return tokenEmpty, s.tooLong()
			}
			return tokenOpen, s.tooLong()
		}
		n = len(tag)
	}
}

// until ends the token with the sign that is looked for from an offset in it, or
// before it.
func (s *scanner) until(sign string, offset int, with bool) bool {
	for {
		if at := s.from + offset; at < s.end {
			if i := bytes.Index(s.buf[at:s.end], []byte(sign)); i >= 0 {
				if s.to = at + i; with {
					s.to += len(sign)
				}
				return true
			}
			offset = max(offset, s.end-s.from-len(sign)+1)
		}
		if s.end-s.from > mostToken || !s.more() {
			s.to = s.end
			return false
		}
	}
}

func (s *scanner) more() bool {
	if s.err != nil {
		return false
	}
	if s.from > 0 {
		copy(s.buf, s.buf[s.from:s.end])
		s.end -= s.from
		s.to -= s.from
		s.from = 0
	}
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n := 0
	for n == 0 && s.err == nil {
		n, s.err = s.in.Read(s.buf[s.end:])
		s.end += n
	}
	return n > 0
}

func (s *scanner) ending() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

func (s *scanner) must(found bool) error {
	if err := s.ending(); err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w: a tag without an end", ErrOdd)
	}
	return s.tooLong()
}

func (s *scanner) tooLong() error {
	if s.to-s.from > mostToken {
		return fmt.Errorf("%w: a tag or text of more than %d bytes", ErrOdd, mostToken)
	}
	return nil
}

// quotesClosed reports whether a ">" at the end of the bytes ends the tag, and
// does not stand in the value of an attribute.
func quotesClosed(tag []byte) bool {
	if bytes.IndexByte(tag, '\'') < 0 {
		return bytes.Count(tag, []byte{'"'})%2 == 0
	}
	open := byte(0)
	for _, c := range tag {
		switch {
		case open == 0 && (c == '"' || c == '\''):
			open = c
		case c == open:
			open = 0
		}
	}
	return open == 0
}

// nameOf gives the name of a tag, with its prefix.
func nameOf(tag []byte) []byte {
	tag = bytes.TrimPrefix(tag[1:], []byte("/"))
	for i, c := range tag {
		switch c {
		case ' ', '\t', '\r', '\n', '>', '/':
			return tag[:i]
		}
	}
	return tag
}

func localName(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attributes walks the attributes of a tag, with the places of each as a whole.
func attributes(tag []byte, each func(name, value []byte, from, to int) bool) {
	i := 1 + len(nameOf(tag))
	for i < len(tag) {
		from := i
		for i < len(tag) && (tag[i] == ' ' || tag[i] == '\t' || tag[i] == '\r' || tag[i] == '\n') {
			i++
		}
		at := i
		for i < len(tag) && tag[i] != '=' && tag[i] != ' ' && tag[i] != '\t' && tag[i] != '\r' && tag[i] != '\n' && tag[i] != '>' {
			i++
		}
		name := tag[at:i]
		for i < len(tag) && tag[i] != '"' && tag[i] != '\'' {
			i++
		}
		if i >= len(tag) || len(name) == 0 {
			return
		}
		end := bytes.IndexByte(tag[i+1:], tag[i])
		if end < 0 {
			return
		}
		value := tag[i+1 : i+1+end]
		i += end + 2
		if !each(name, value, from, i) {
			return
		}
	}
}

// attr gives the raw value of an attribute, nil when it is absent.
func attr(tag []byte, want string) (found []byte) {
	attributes(tag, func(name, value []byte, _, _ int) bool {
		if string(name) == want {
			found = value
			if found == nil {
				found = []byte{}
			}
			return false
		}
		return true
	})
	return found
}

// withAttr gives the tag with an attribute set; an empty value takes it away.
func withAttr(tag []byte, name, value string) []byte {
	set := ""
	if value != "" {
		set = " " + name + `="` + value + `"`
	}
	var out []byte
	attributes(tag, func(n, _ []byte, from, to int) bool {
		if string(n) != name {
			return true
		}
		out = append(append(append(out, tag[:from]...), set...), tag[to:]...)
		return false
	})
	if out != nil {
		return out
	}
	at := 1 + len(nameOf(tag))
	return append(append(append(out, tag[:at]...), set...), tag[at:]...)
}

// closed gives an opening tag as an empty one.
func closed(tag []byte) []byte {
	if bytes.HasSuffix(tag, []byte("/>")) || len(tag) == 0 {
		return tag
	}
	return append(tag[:len(tag)-1:len(tag)-1], "/>"...)
}

// opened gives an empty tag as one that opens.
func opened(tag []byte) []byte {
	return append(bytes.TrimRight(tag[:len(tag)-2:len(tag)-2], " "), '>')
}
