package organisations

import (
	"strconv"
	"strings"
	"unicode"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// readBIN reads the cell of a BIN: twelve digits, with spaces, hyphens,
// apostrophes and the word БИН around them. A number, and any cell of a CSV,
// may have lost leading zeros; structure and check digit must then agree after
// they are put back. The code is "" when the BIN was read.
func readBIN(c sheet.Cell, csv bool) (osms.BIN, osms.Code, string) {
	short := csv
	var s string
	switch c.Kind {
	case sheet.Empty:
		return 0, osms.BINMissing, ""
	case sheet.Number:
		n, fraction, ok := table.Whole(c.Text)
		if !ok || fraction || n <= 0 {
			return 0, osms.BINStructure, ""
		}
		s, short = strconv.FormatInt(n, 10), true
	default:
		s = strip(c.Text)
	}
	if s == "" {
		return 0, osms.BINMissing, ""
	}
	lost := short && len(s) >= 9 && len(s) < 12
	if lost {
		s = strings.Repeat("0", 12-len(s)) + s
	}
	bin, err := osms.ParseBIN(s)
	switch {
	case err == nil:
		return bin, "", ""
	case err == osms.ErrNumberCheckDigit && !lost:
		return 0, osms.BINCheckDigit, ""
	case err == osms.ErrNumberLength && !lost:
		return 0, osms.BINStructure, strconv.Itoa(len(s))
	}
	return 0, osms.BINStructure, ""
}

// strip takes off what typists and programs put around a number.
func strip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || table.Invisible(r) || strings.ContainsRune("'’ʼ`\"«»-‐‑–—", r) {
			return -1
		}
		return r
	}, s)
	for _, word := range []string{"БИН", "БСН", "BIN"} {
		if len(s) > len(word) && strings.EqualFold(s[:len(word)], word) {
			return strings.TrimLeft(s[len(word):], ":№.")
		}
	}
	return s
}

// lettersLost recognises a name whose Kazakh letters were saved as question
// marks: one that touches a letter.
func lettersLost(name string) bool {
	runes := []rune(name)
	for i, r := range runes {
		if r == unicode.ReplacementChar || r == '?' &&
			(i > 0 && unicode.IsLetter(runes[i-1]) || i+1 < len(runes) && unicode.IsLetter(runes[i+1])) {
			return true
		}
	}
	return false
}
