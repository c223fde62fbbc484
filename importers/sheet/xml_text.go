package sheet

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// appendText adds the text that was delivered last, with references resolved
// and line ends made one.
func (s *xmlReader) appendText(dst []byte) ([]byte, error) {
	if s.plain {
		return append(dst, s.text...), nil
	}
	if s.cdata {
		s.cdata = false
		return appendLines(dst, s.text), nil
	}
	return s.unescaped(dst, s.text)
}

// unescaped resolves character references and the five entities of XML; there
// are no others without a document type.
func (s *xmlReader) unescaped(dst, text []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return appendLines(dst, text), nil
		}
		dst = appendLines(dst, text[:i])
		text = text[i+1:]
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			return dst, s.fault(osms.FileDamaged, "'&' without its ';'")
		}
		r, ok := reference(text[:end])
		if !ok {
			return dst, s.fault(osms.FileDamaged, "the reference &%s; is not known", text[:min(end, 8)])
		}
		dst = utf8.AppendRune(dst, r)
		text = text[end+1:]
	}
}

// reference gives the character that stands between '&' and ';'.
func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 || digits[0] == '+' || digits[0] == '-' || digits[0] == '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	return rune(n), err == nil && xmlChar(rune(n))
}

// xmlChar reports whether XML allows the character.
func xmlChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF ||
		r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// appendLines makes CR LF and CR into LF, as XML demands.
func appendLines(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\r')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(append(dst, text[:i]...), '\n')
		if text = text[i+1:]; len(text) > 0 && text[0] == '\n' {
			text = text[1:]
		}
	}
}

// unescapeOffice decodes the _xHHHH_ by which a workbook writes characters
// that XML cannot hold. It works in place and gives the new length. Space
// characters stay; other control characters are removed and counted; unsound
// says that a NUL or half a surrogate pair stood there, which no text may hold.
func unescapeOffice(b []byte) (n, removed int, unsound bool) {
	i := bytes.Index(b, []byte("_x"))
	if i < 0 {
		return len(b), 0, false
	}
	for n = i; i < len(b); {
		u, ok := officeEscape(b[i:])
		if !ok {
			b[n] = b[i]
			n, i = n+1, i+1
			continue
		}
		i += 7
		if u >= 0xD800 && u < 0xDC00 {
			if low, ok := officeEscape(b[i:]); ok && low >= 0xDC00 && low < 0xE000 {
				u = 0x10000 + (u-0xD800)<<10 + (low - 0xDC00)
				i += 7
			}
		}
		switch {
		case u == 0 || u >= 0xD800 && u < 0xE000:
			unsound = true
			u = utf8.RuneError
		case u < 0x20 && u != '\t' && u != '\n' && u != '\r':
			removed++
			continue
		}
		n += utf8.EncodeRune(b[n:n+4:n+4], u) // never longer than the seven bytes that stood there
	}
	return n, removed, unsound
}

// officeEscape reads _xHHHH_ at the beginning of b.
func officeEscape(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var u rune
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			u = u<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			u = u<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			u = u<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return u, true
}
