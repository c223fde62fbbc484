package ledger

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// readRegion reads KATO digits or a name; an empty cell is "no region".
func readRegion(c sheet.Cell) (osms.Region, bool) {
	text := plainText(c)
	if text == "" {
		return 0, true
	}
	region, err := osms.ParseRegion(text)
	return region, err == nil
}

//go:embed data/categories.csv
var categoriesCSV string

// categories maps each code and name of a category to its code.
var categories = sync.OnceValue(func() map[string]osms.Category {
	rows, err := csv.NewReader(strings.NewReader(categoriesCSV)).ReadAll()
	if err != nil {
		panic("ledger: embedded categories.csv: " + err.Error())
	}
	known := map[string]osms.Category{}
	for _, row := range rows[1:] {
		code := osms.Category(row[0])
		known[row[0]] = code
		for _, name := range row[1:3] {
			if k := table.Key(name); k != "" && known[k] == "" {
				known[k] = code
			}
		}
	}
	return known
})

// readCategory reads the law's number of a category ("13", "6-1"), alone or
// behind the word, or its name; empty is "not given". A number that Excel turned
// into a date (6-1) is not read.
func readCategory(c sheet.Cell) (osms.Category, bool) {
	if c.Kind == sheet.Empty {
		return "", true
	}
	if c.Date {
		return "", false
	}
	text := plainText(c)
	if category, ok := categories()[text]; ok {
		return category, true
	}
	key := table.Key(text)
	if category, ok := categories()[key]; ok {
		return category, true
	}
	for _, word := range []string{"категория", "санат", "category"} {
		lower := strings.ToLower(text)
		for _, rest := range []string{strings.TrimPrefix(lower, word), strings.TrimSuffix(lower, word)} {
			if category, ok := categories()[strings.Trim(rest, " \u00a0-№")]; ok && rest != lower {
				return category, true
			}
		}
	}
	return "", false
}

// plainText is the cell's text, a whole number as its digits.
func plainText(c sheet.Cell) string {
	if c.Kind == sheet.Number {
		if n, fraction, ok := table.Whole(c.Text); ok && !fraction {
			return fmt.Sprintf("%0*d", int(c.Zeros), n)
		}
	}
	return table.Trim(c.Text)
}

// readCount reads a whole number of persons; an empty cell is none.
func readCount(c sheet.Cell) (int64, bool) {
	switch c.Kind {
	case sheet.Empty:
		return 0, true
	case sheet.Number:
		n, fraction, ok := table.Whole(c.Text)
		return n, ok && !fraction && !c.Date && n >= -maxPersons && n <= maxPersons
	case sheet.Text:
		text := table.Trim(c.Text)
		for _, unit := range []string{"чел.", "чел", "человек", "адам"} {
			text = strings.TrimSuffix(text, unit)
		}
		n, err := osms.ParseTiyn(strings.TrimFunc(text, unicode.IsSpace))
		return int64(n) / 100, err == nil && n%100 == 0 && n >= -maxPersons*100 && n <= maxPersons*100
	}
	return 0, false
}

// maxPersons is more than the country has.
const maxPersons = 100_000_000

// readAmount reads an amount in tenge. A text is read as osms.ParseTiyn does,
// with the sign or name of the tenge behind it; a number is read as the exact
// decimal number that the workbook holds. An empty cell is no amount.
func readAmount(c sheet.Cell) (osms.Tiyn, bool) {
	switch c.Kind {
	case sheet.Number:
		if c.Date {
			return 0, false
		}
		return exactTiyn(c.Text)
	case sheet.Text:
		text := table.Trim(c.Text)
		for _, unit := range []string{"₸", "тг.", "тг", "тенге", "теңге", "KZT", "tenge"} {
			if cut, ok := strings.CutSuffix(text, unit); ok {
				text = strings.TrimFunc(cut, unicode.IsSpace)
				break
			}
		}
		text = strings.Replace(text, "−", "-", 1) // the true minus sign
		amount, err := osms.ParseTiyn(text)
		return amount, err == nil
	}
	return 0, false
}

// exactTiyn reads a number as workbooks store it, "117040", "1234.55",
// "5.852E+5", without floating point. Excel itself keeps fifteen digits; what a
// sum of fractions leaves behind them (1234.5500000000002) is rounded away.
// More than two decimals are no amount of money.
func exactTiyn(s string) (osms.Tiyn, bool) {
	mantissa, power, hasPower := strings.Cut(strings.ToUpper(s), "E")
	exponent := 0
	if hasPower {
		n, err := strconv.Atoi(power)
		if err != nil || n < -400 || n > 400 {
			return 0, false
		}
		exponent = n
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || len(digits) > 60 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	exponent -= len(fraction)
	digits = strings.TrimLeft(digits, "0")
	if over := len(digits) - 15; over > 0 {
		up := digits[15] >= '5'
		digits, exponent = digits[:15], exponent+over
		if up {
			n, _ := strconv.ParseInt(digits, 10, 64)
			digits = strconv.FormatInt(n+1, 10)
		}
	}
	if trimmed := strings.TrimRight(digits, "0"); trimmed != digits {
		exponent += len(digits) - len(trimmed)
		digits = trimmed
	}
	if digits == "" {
		return 0, true
	}
	if exponent < -2 || len(digits)+exponent+2 > 18 {
		return 0, false
	}
	n, err := strconv.ParseInt(digits+strings.Repeat("0", exponent+2), 10, 64)
	if err != nil || n == math.MinInt64 {
		return 0, false
	}
	if negative {
		n = -n
	}
	return osms.Tiyn(n), true
}
