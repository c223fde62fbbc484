package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// Number is what stands in the cell of an IIN or BIN once it is read as
// digits.
type Number struct {
	Digits string
	// Short: 9 to 11 digits from a cell that may have lost leading zeros (a
	// number, or any cell of a CSV); Digits holds them without the zeros.
	Short bool
	// Code and Detail say why there are no twelve digits.
	Code   osms.Code
	Detail string
	// Cleaned names what was stripped, "«ИИН», U+00A0".
	Cleaned string
}

// ReadNumber reads the cell of an IIN (the codes are the IIN's). A whole number
// of 13 to 15 digits has the wrong length (iin_length); one of more digits than
// a workbook's cell can hold, one with a fraction and one written with an
// exponent have lost digits (iin_digits_lost). A number whose format shows
// twelve digits is taken as it shows.
func ReadNumber(c sheet.Cell, csv bool) Number {
	switch c.Kind {
	case sheet.Empty:
		return Number{Code: osms.IINMissing}
	case sheet.Number:
		return fromNumber(c)
	case sheet.Formula:
		return Number{Code: osms.FormulaWithoutValue}
	case sheet.Error:
		return Number{Code: osms.ErrorCell}
	}
	if len(c.Text) == 12 && allDigits(c.Text) {
		return Number{Digits: c.Text}
	}
	return fromText(c.Text, csv)
}

func fromNumber(c sheet.Cell) Number {
	n, fraction, ok := Whole(c.Text)
	if !ok && strings.ContainsAny(c.Text, "eE") && isDigit(c.Text[0]) || fraction {
		return Number{Code: osms.IINDigitsLost}
	}
	if !ok && len(c.Text) > 15 && allDigits(c.Text) || n > 999_999_999_999_999 {
		return Number{Code: osms.IINDigitsLost}
	}
	if !ok || n < 0 {
		return Number{Code: osms.IINCharacters, Detail: strange(c.Text)}
	}
	s := strconv.FormatInt(n, 10)
	if c.Zeros == 12 && len(s) < 12 {
		return Number{Digits: strings.Repeat("0", 12-len(s)) + s}
	}
	return sized(Number{Digits: s}, true)
}

// sized judges the count of digits.
func sized(n Number, mayBeShort bool) Number {
	switch count := len(n.Digits); {
	case count == 12:
	case mayBeShort && count >= 9 && count <= 11:
		n.Short = true
	default:
		n.Code, n.Detail = osms.IINLength, strconv.Itoa(count)
	}
	return n
}

// fromText strips what typists and programs put around a number, says what it
// stripped, and refuses anything else that is not a digit. A look-alike letter
// is never taken for a digit.
func fromText(text string, csv bool) Number {
	trimmed := Trim(text)
	if trimmed == "" {
		return Number{Code: osms.IINMissing}
	}
	if exponential(trimmed) {
		return Number{Code: osms.IINDigitsLost}
	}
	var n Number
	var stripped []string
	strip := func(what string) {
		if !slices.Contains(stripped, what) {
			stripped = append(stripped, what)
		}
	}
	rest := make([]rune, 0, 32)
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
		case r >= '０' && r <= '９':
			strip("«" + string(r) + "»")
			r -= '０' - '0'
		case unicode.IsSpace(r), Invisible(r), strings.ContainsRune("'’‘ʼ`´′\"«»“”-‐‑‒–—−", r):
			strip(ShowRune(r))
			continue
		case unicode.IsControl(r):
			return Number{Code: osms.ControlCharacter, Detail: ShowRune(r)}
		}
		rest = append(rest, r)
	}
	s := string(rest)
	for _, prefix := range []string{"ИИН", "ЖСН", "IIN", "БИН", "БСН", "BIN"} {
		if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			strip("«" + s[:len(prefix)] + "»")
			s = strings.TrimLeft(s[len(prefix):], ":№.=")
			break
		}
	}
	if whole, zeros, ok := cutFraction(s); ok && zeros {
		strip("«" + s[len(whole):] + "»")
		s = whole
	} else if ok {
		return Number{Code: osms.IINDigitsLost}
	}
	n.Digits, n.Cleaned = s, strings.Join(stripped, ", ")
	switch {
	case s == "":
		return Number{Code: osms.IINMissing}
	case !allDigits(s):
		return Number{Code: osms.IINCharacters, Detail: strange(s)}
	case len(s) > 15 && len(strings.TrimRight(s, "0")) <= 15 && csv:
		return Number{Code: osms.IINDigitsLost}
	}
	return sized(n, csv)
}

// cutFraction parts 61211601593.0 as programs export it; zeros tells that
// nothing but zeros stands behind the point.
func cutFraction(s string) (whole string, zeros, ok bool) {
	i := strings.IndexAny(s, ".,")
	if i < 1 || !allDigits(s[:i]) || !allDigits(s[i+1:]) {
		return s, false, false
	}
	return s[:i], strings.Trim(s[i+1:], "0") == "", true
}

// exponential recognises 6,12116E+10.
func exponential(s string) bool {
	i := strings.IndexAny(s, "eEеЕ")
	if i < 1 {
		return false
	}
	mantissa := strings.Trim(s[:i], " \u00a0")
	power := strings.TrimLeft(strings.TrimLeft(s[i:], "eEеЕ"), "+- ")
	return allDigits(strings.NewReplacer(".", "", ",", "").Replace(mantissa)) && allDigits(power) && len(power) <= 3
}

// strange names the characters of a text that are no digits, at most five.
func strange(s string) string {
	var names []string
	for _, r := range s {
		if r >= '0' && r <= '9' {
			continue
		}
		if n := ShowRune(r); !slices.Contains(names, n) && len(names) < 5 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// ShowRune names a character: itself and its code where it can be seen.
func ShowRune(r rune) string {
	if !unicode.IsGraphic(r) || unicode.IsSpace(r) || Invisible(r) {
		return fmt.Sprintf("U+%04X", r)
	}
	if unicode.IsLetter(r) {
		return fmt.Sprintf("«%c» U+%04X", r, r)
	}
	return "«" + string(r) + "»"
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
