package osms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Masked is Value as it may leave the submitter's own file (law No 94-V): of an
// IIN the last four digits, of a name the first letter, of anything else every
// run of nine or more digits masked, since an IIN may stand in a wrong column:
// in the column of amounts, where sums have as many, of twelve.
func (r Refusal) Masked() string {
	switch r.Field {
	case "iin":
		return maskNumber(r.Value)
	case "name", "full_name", "surname", "given_name", "patronymic":
		return maskName(r.Value)
	case "amount":
		return maskRuns(r.Value, 12)
	}
	return maskRuns(r.Value, 9)
}

// maskNumber masks what stood where an IIN is expected: the last four digits
// of nine or more are shown, anything shorter is masked whole.
func maskNumber(s string) string {
	var digits []rune
	for _, c := range s {
		if unicode.IsDigit(c) {
			digits = append(digits, c)
		}
	}
	if len(digits) >= 9 {
		return "********" + string(digits[len(digits)-4:])
	}
	return strings.Repeat("*", min(utf8.RuneCountInString(s), 12))
}

func maskName(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(s)
	return string(first) + "***"
}

// maskRuns masks every run of that many or more digits in a text. A valid BIN is
// public and stays: its fifth digit is at least 4, which no day of birth
// begins with, so that it cannot be an IIN. Spaces, hyphens and invisible signs
// do not end a run of exactly twelve digits that is the whole text.
func maskRuns(s string, least int) string {
	if isSpacedNumber(s) {
		return maskNumber(s)
	}
	var b, run strings.Builder
	n := 0
	flush := func() {
		text := run.String()
		if n >= least {
			if _, err := ParseBIN(text); err != nil {
				text = maskNumber(text)
			}
		}
		b.WriteString(text)
		run.Reset()
		n = 0
	}
	for _, c := range s {
		if unicode.IsDigit(c) {
			run.WriteRune(c)
			n++
			continue
		}
		if n > 0 {
			flush()
		}
		b.WriteRune(c)
	}
	flush()
	return b.String()
}

// isSpacedNumber reports twelve digits written in groups and nothing else.
func isSpacedNumber(s string) bool {
	digits, others := 0, 0
	for _, c := range s {
		switch {
		case unicode.IsDigit(c):
			digits++
		case unicode.IsSpace(c), unicode.Is(unicode.Cf, c), unicode.Is(unicode.Pd, c):
			others++
		default:
			return false
		}
	}
	return digits == 12 && others > 0
}
