package intake

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// maxName is the length in bytes of a name that SafeName makes.
const maxName = 100

// SafeName makes of any text a file name that every system accepts and a
// person can read: letters of any script, ASCII digits, spaces and - _ . ( ) +
// , № are kept, everything else (separators, controls, invisible and
// right-to-left marks, bytes that are no UTF-8) becomes _. The name is not
// hidden, ends in no dot or space, is no device of Windows, is at most 100
// bytes with its extension kept, and holds no personal number: of twelve
// digits that are a valid IIN the first eight become x.
//
// Only the part after the last slash or backslash counts. Two different names
// can become the same: a caller that needs them apart puts a number of its own
// into the name. SafeName(SafeName(s)) = SafeName(s).
func SafeName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	var b strings.Builder
	for _, r := range name { // an invalid byte comes as U+FFFD
		if !keptInName(r) {
			r = '_'
		}
		if r == '_' && strings.HasSuffix(b.String(), "_") {
			continue
		}
		b.WriteRune(r)
	}
	// Nothing was taken out from between two digits, so no new number arose.
	return fit(maskIINs(b.String(), "xxxxxxxx"))
}

// SafeNameWith is a safe name that begins with name and ends in tail (for
// example "-import-17.xlsx"), which must itself be made of safe characters and
// be at most 60 bytes: where both are too long it is name that is cut, so that
// names with different tails stay apart.
func SafeNameWith(name, tail string) string {
	stem := SafeName(name)
	if most := maxName - len(tail); len(stem) > most {
		stem = cut(stem, most)
	}
	return SafeName(stem + tail)
}

// cut shortens to at most that many bytes, at the end of a letter.
func cut(s string, most int) string {
	s = s[:max(most, 0)]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

func keptInName(r rune) bool {
	switch {
	case r == utf8.RuneError:
		return false
	case r < utf8.RuneSelf:
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune(" -_.()+,", r)
	}
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0': // letters that show nothing
		return false
	}
	return r == '№' || unicode.IsLetter(r) || unicode.Is(unicode.Mn, r)
}

// fit trims the ends, keeps away from names with a meaning, and cuts.
func fit(name string) string {
	name = strings.TrimLeftFunc(name, func(r rune) bool {
		return strings.ContainsRune(" .-", r) || unicode.Is(unicode.Mn, r)
	})
	name = strings.TrimRight(name, " .")
	if name == "" {
		return "file"
	}
	if device(name) {
		name = "_" + name
	}
	if len(name) <= maxName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 10 {
		ext = ""
	}
	return strings.TrimRight(cut(name, maxName-len(ext)), " .") + ext
}

// device reports a name that Windows takes for a device, whatever follows the
// first dot.
func device(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	return len(stem) == 4 && (stem[:3] == "COM" || stem[:3] == "LPT") && stem[3] >= '0' && stem[3] <= '9'
}

// Shown gives a name or path as it may stand in a receipt, a log or an error:
// as it is, but for characters that are not printed (shown as escapes, so that
// no name breaks a line or turns the writing round) and personal numbers,
// which are masked.
func Shown(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(name[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, name[i])
		case r == ' ' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return maskIINs(b.String(), "********")
}

// maskIINs puts mask, of eight characters, over the first eight of every
// twelve digits in a row that are a valid IIN. A BIN is never one: it has no
// day of birth.
func maskIINs(s, mask string) string {
	run := 0
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			run = 0
			continue
		}
		if run++; run < 12 {
			continue
		}
		from := i - 11
		if _, err := osms.ParseIIN(s[from:i+1], 0); err == nil {
			if b == nil {
				b = []byte(s)
			}
			copy(b[from:], mask)
			run = 4 // the digits that stay may begin another number
		}
	}
	if b == nil {
		return s
	}
	return string(b)
}
