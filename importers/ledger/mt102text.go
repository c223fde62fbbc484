package ledger

import (
	"bytes"
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// textLines gives a text line by line, from one buffer.
type textLines struct {
	text   io.Reader
	buf    []byte
	at     int // of what is not yet given, in buf
	ended  bool
	number int // of the line given last
}

// longestLine bounds a line in bytes; no message has one of a thousandth of it.
const longestLine = 1 << 20

// next is the next line without its end and the spaces before it; it is valid
// until the line after it is asked for. io.EOF at the end.
func (l *textLines) next() ([]byte, error) {
	for from := l.at; ; {
		if i := bytes.IndexByte(l.buf[from:], '\n'); i >= 0 {
			line := l.buf[l.at : from+i]
			l.at = from + i + 1
			l.number++
			return bytes.TrimRight(line, "\r \t"), nil
		}
		if l.ended {
			line := l.buf[l.at:]
			if l.at = len(l.buf); len(line) == 0 {
				return nil, io.EOF
			}
			l.number++
			return bytes.TrimRight(line, "\r \t"), nil
		}
		from = len(l.buf) - l.at
		if from > longestLine {
			return nil, &osms.FileError{Code: osms.FileDamaged, Where: fmt.Sprintf("line %d", l.number+1), Detail: "a line is too long"}
		}
		if err := l.more(); err != nil {
			return nil, err
		}
	}
}

// more moves the rest to the buffer's beginning and reads behind it.
func (l *textLines) more() error {
	if l.buf == nil {
		l.buf = make([]byte, 0, 128<<10)
	}
	l.buf, l.at = l.buf[:copy(l.buf[:cap(l.buf)], l.buf[l.at:])], 0
	if len(l.buf) == cap(l.buf) {
		l.buf = append(make([]byte, 0, 2*cap(l.buf)), l.buf...)
	}
	n, err := l.text.Read(l.buf[len(l.buf):cap(l.buf)])
	l.buf = l.buf[:len(l.buf)+n]
	if err == io.EOF {
		l.ended, err = true, nil
	}
	return err
}

// tag names a part of a field's text.
type tag uint8

const (
	tagOther   tag = iota // known to nobody here: /SECO/, /IRS/, /PSO/ …
	tagAccount            // /D/KZ…, or what stands before any tag
	tagName
	tagNumber
	tagDate
	tagKNP
	tagPeriod
	tagPurpose
	tagReference
	tagSurname
	tagGiven
	tagPatronymic
	tagBirth
	tagID
	tags
)

// texts are the texts of a field by their tags.
type texts [tags][]byte

func (t *texts) clear() {
	for i := range t {
		t[i] = t[i][:0]
	}
}

// cutTag parts "/FM/Ахметова" or "//FM/Ахметова" into the tag and what stands
// behind it. A tag is of one to eight capital letters.
func cutTag(line []byte) (t tag, value []byte, ok bool) {
	if len(line) < 3 || line[0] != '/' {
		return 0, line, false
	}
	from := 1
	if line[1] == '/' {
		from = 2
	}
	to := from
	for to < len(line) && line[to] >= 'A' && line[to] <= 'Z' {
		to++
	}
	if to == from || to-from > 8 || to == len(line) || line[to] != '/' {
		return 0, line, false
	}
	switch string(line[from:to]) {
	case "FM":
		t = tagSurname
	case "NM":
		t = tagGiven
	case "FT":
		t = tagPatronymic
	case "DT":
		t = tagBirth
	case "IDN":
		t = tagID
	case "PERIOD":
		t = tagPeriod
	case "KNP":
		t = tagKNP
	case "REF":
		t = tagReference
	case "NAME":
		t = tagName
	case "NUM":
		t = tagNumber
	case "DATE":
		t = tagDate
	case "ASSIGN":
		t = tagPurpose
	case "D":
		t = tagAccount
	}
	return t, line[to+1:], true
}

// longestText bounds the text of one tag.
const longestText = 64 << 10

// text takes a line of the field being read: a tag and its text, several of
// them, or more of the text before.
func (m *message) text(line []byte) error {
	for len(line) > 0 {
		t, value, tagged := cutTag(line)
		if tagged && (t != tagOther || m.tag != tagPurpose) {
			m.tag, line = t, value
		}
		value, line = line, nil
		if m.tag != tagPurpose {
			if i := nextTag(value); i >= 0 {
				value, line = value[:i], value[i:]
			}
		}
		if m.tag == tagOther || m.into == &m.ignored {
			continue
		}
		held := m.into[m.tag]
		if len(held) > 0 {
			held = append(held, ' ')
		}
		m.into[m.tag] = append(held, bytes.TrimSpace(value)...)
		if len(m.into[m.tag]) > longestText {
			return m.p.damaged("a text is too long")
		}
	}
	return nil
}

// nextTag finds a known tag inside a line; -1 when there is none.
func nextTag(b []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '/')
		if i < 0 {
			return -1
		}
		if t, _, ok := cutTag(b[from+i:]); ok && t != tagOther {
			return from + i
		}
		from += i + 1
	}
}
