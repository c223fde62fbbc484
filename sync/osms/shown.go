package osms

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shown makes the name of a file or a sheet fit to be shown outside the file's
// own region: escaped, and of twelve digits that are a valid IIN the first eight
// masked. A BIN is public and stays.
func Shown(s string) string { return maskIINs(Escaped(s, unicode.IsPrint)) }

// Escaped shows what is not to be printed, and bytes that are no UTF-8, by
// their code, so that no text breaks a line or turns the writing round.
func Escaped(s string, printed func(rune) bool) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == ' ' || printed(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func maskIINs(s string) string {
	const mask = "********"
	b, run := []byte(s), 0
	for i := range b {
		if b[i] < '0' || b[i] > '9' {
			run = 0
			continue
		}
		if run++; run < 12 {
			continue
		}
		from := i - 11
		if _, err := ParseIIN(s[from:i+1], 0); err == nil {
			copy(b[from:], mask)
			run = 12 - len(mask) // the digits that stay may begin another number
		}
	}
	return string(b)
}
