package roster

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// number is what stands in the cell of an IIN or BIN once it is read as
// digits.
type number struct {
	digits string
	// short: 9 to 11 digits from a cell that may have lost leading zeros (a
	// number, or any cell of a CSV); digits holds them without the zeros.
	short bool
	// code and detail say why there are no twelve digits.
	code   osms.Code
	detail string
	// cleaned names what was stripped, "«ИИН», U+00A0".
	cleaned string
}

// readNumber reads the cell of an IIN (the codes are the IIN's). A whole number
// of 13 to 15 digits has the wrong length (iin_length); one of more digits than
// a workbook's cell can hold, one with a fraction and one written with an
// exponent have lost digits (iin_digits_lost). A number whose format shows
// twelve digits is taken as it shows.
func readNumber(c sheet.Cell, csv bool) number {
	switch c.Kind {
	case sheet.Empty:
		return number{code: osms.IINMissing}
	case sheet.Number:
		return fromNumber(c)
	case sheet.Formula:
		return number{code: osms.FormulaWithoutValue}
	case sheet.Error:
		return number{code: osms.ErrorCell}
	}
	if len(c.Text) == 12 && digits(c.Text) {
		return number{digits: c.Text}
	}
	return fromText(c.Text, csv)
}

func fromNumber(c sheet.Cell) number {
	n, fraction, ok := table.Whole(c.Text)
	if !ok && strings.ContainsAny(c.Text, "eE") && digit(c.Text[0]) || fraction {
		return number{code: osms.IINDigitsLost}
	}
	if !ok && len(c.Text) > 15 && digits(c.Text) || n > 999_999_999_999_999 {
		return number{code: osms.IINDigitsLost}
	}
	if !ok || n < 0 {
		return number{code: osms.IINCharacters, detail: strange(c.Text)}
	}
	s := strconv.FormatInt(n, 10)
	if c.Zeros == 12 && len(s) < 12 {
		return number{digits: strings.Repeat("0", 12-len(s)) + s}
	}
	return sized(number{digits: s}, true)
}

// sized judges the count of digits.
func sized(n number, mayBeShort bool) number {
	switch count := len(n.digits); {
	case count == 12:
	case mayBeShort && count >= 9 && count <= 11:
		n.short = true
	default:
		n.code, n.detail = osms.IINLength, strconv.Itoa(count)
	}
	return n
}

// fromText strips what typists and programs put around a number, says what it
// stripped, and refuses anything else that is not a digit. A look-alike letter
// is never taken for a digit.
func fromText(text string, csv bool) number {
	trimmed := table.Trim(text)
	if trimmed == "" {
		return number{code: osms.IINMissing}
	}
	if exponential(trimmed) {
		return number{code: osms.IINDigitsLost}
	}
	var n number
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
		case unicode.IsSpace(r), table.Invisible(r), strings.ContainsRune("'’‘ʼ`´′\"«»“”-‐‑‒–—−", r):
			strip(show(r))
			continue
		case unicode.IsControl(r):
			return number{code: osms.ControlCharacter, detail: show(r)}
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
		return number{code: osms.IINDigitsLost}
	}
	n.digits, n.cleaned = s, strings.Join(stripped, ", ")
	switch {
	case s == "":
		return number{code: osms.IINMissing}
	case !digits(s):
		return number{code: osms.IINCharacters, detail: strange(s)}
	case len(s) > 15 && len(strings.TrimRight(s, "0")) <= 15 && csv:
		return number{code: osms.IINDigitsLost}
	}
	return sized(n, csv)
}

// cutFraction parts 61211601593.0 as programs export it; zeros tells that
// nothing but zeros stands behind the point.
func cutFraction(s string) (whole string, zeros, ok bool) {
	i := strings.IndexAny(s, ".,")
	if i < 1 || !digits(s[:i]) || !digits(s[i+1:]) {
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
	return digits(strings.NewReplacer(".", "", ",", "").Replace(mantissa)) && digits(power) && len(power) <= 3
}

// strange names the characters of a text that are no digits, at most five.
func strange(s string) string {
	var names []string
	for _, r := range s {
		if r >= '0' && r <= '9' {
			continue
		}
		if n := show(r); !slices.Contains(names, n) && len(names) < 5 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// show names a character: itself and its code where it can be seen.
func show(r rune) string {
	if !unicode.IsGraphic(r) || unicode.IsSpace(r) || table.Invisible(r) {
		return fmt.Sprintf("U+%04X", r)
	}
	if unicode.IsLetter(r) {
		return fmt.Sprintf("«%c» U+%04X", r, r)
	}
	return "«" + string(r) + "»"
}

// binReading is what the cell of a BIN holds.
type binReading struct {
	bin    osms.BIN
	code   osms.Code
	detail string
}

// readBIN reads the cell of a BIN, which loses its leading zeros like an IIN:
// here structure and check digit are all there is to prove the padding.
func readBIN(c sheet.Cell, csv bool) binReading {
	n := readNumber(c, csv)
	switch n.code {
	case "":
	case osms.IINMissing:
		return binReading{code: osms.BINMissing}
	case osms.FormulaWithoutValue, osms.ErrorCell, osms.ControlCharacter:
		return binReading{code: n.code, detail: n.detail}
	default:
		return binReading{code: osms.BINStructure, detail: n.detail}
	}
	if n.short {
		n.digits = strings.Repeat("0", 12-len(n.digits)) + n.digits
	}
	bin, err := osms.ParseBIN(n.digits)
	switch {
	case err == nil:
		return binReading{bin: bin}
	case n.short:
		return binReading{code: osms.BINStructure, detail: strconv.Itoa(len(strings.TrimLeft(n.digits, "0")))}
	case err == osms.ErrNumberCheckDigit:
		return binReading{code: osms.BINCheckDigit}
	}
	return binReading{code: osms.BINStructure}
}
