package osms

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kazakhAlphabet is the order of the Kazakh Cyrillic alphabet, which holds the
// Russian one.
const kazakhAlphabet = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"

// CompareKazakh orders texts as a Kazakh dictionary does: by letter whatever
// the case, Ә after А and Қ after К, numbers by their value (9А before 10А).
// Texts that differ in case only are ordered by it, so that only equal texts
// give 0.
func CompareKazakh(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		if isDigit(x[0]) && isDigit(y[0]) {
			n, restX := leadingNumber(x)
			m, restY := leadingNumber(y)
			if c := cmp.Or(cmp.Compare(len(n), len(m)), cmp.Compare(n, m)); c != 0 {
				return c
			}
			x, y = restX, restY
			continue
		}
		r, size := utf8.DecodeRuneInString(x)
		s, other := utf8.DecodeRuneInString(y)
		if c := cmp.Compare(letterRank(r), letterRank(s)); c != 0 {
			return c
		}
		x, y = x[size:], y[other:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// letterRank puts what is no letter first, then Latin, then Kazakh letters.
func letterRank(r rune) int {
	r = unicode.ToLower(r)
	if i := strings.IndexRune(kazakhAlphabet, r); i >= 0 {
		return 1<<22 + i
	}
	if unicode.IsLetter(r) {
		return 1<<21 + int(r)
	}
	return int(r)
}

// leadingNumber cuts the digits off the front of a text, zeros before them left
// out.
func leadingNumber(s string) (digits, rest string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return strings.TrimLeft(s[:i], "0"), s[i:]
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
