package table

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Trim cuts the spaces of every kind, and what cannot be seen, from both ends.
func Trim(s string) string {
	if s == "" || plainEnd(s[0]) && plainEnd(s[len(s)-1]) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || Invisible(r) })
}

// plainEnd: a byte that surely belongs to visible text. Letters of Cyrillic
// begin with D0–D4 and their second bytes do not tell, so the end of a text is
// judged only when it is ASCII.
func plainEnd(b byte) bool { return b > ' ' && b < 0x7f || b >= 0xd0 && b <= 0xd4 }

// Invisible reports marks that take no room: zero-width and directional marks,
// the soft hyphen, the byte order mark.
func Invisible(r rune) bool {
	switch {
	case r == '\u00ad', r == '\ufeff', r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e',
		r >= '\u2060' && r <= '\u2064', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return false
}

// Key is the form in which header and value words are compared: lower case,
// letters, digits and № only, anything between them as one space.
func Key(s string) string {
	if s == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '№', unicode.Is(unicode.Mn, r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			if r == 'Ё' || r == 'ё' {
				r = 'е'
			}
			b.WriteRune(unicode.ToLower(r))
		case Invisible(r):
		default:
			space = true
		}
	}
	return b.String()
}

// parts splits a header or value in two languages, "ЖСН / ИИН", "Тегі
// (Фамилия)" or on two lines, into its halves.
func parts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		switch r {
		case '/', '\\', '|', '\n', '\r', '(', ')', '[', ']', ';', '–', '—':
			return true
		}
		return false
	})
}

// digits counts the decimal digits of a text.
func digits(s string) (n int) {
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// hasLetter reports a letter of any script.
func hasLetter(s string) bool {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsLetter(r) {
			return true
		}
		i += size
	}
	return false
}
