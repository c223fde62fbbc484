package table

import (
	"strconv"
	"strings"
	"unicode"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// Years in which a state contribution can lie; a month outside them is a slip
// of the pen or of the format.
const FirstYear, LastYear = 2017, 2100

// ReadMonth reads 2026-10, 10.2026, "октябрь 2026", "2026 ж. қазан", a date in
// any form, and the number 10.2026 that Excel makes of a typed month. A day
// inside the month stands for the month.
func ReadMonth(c sheet.Cell, date1904 bool) (osms.Month, bool) {
	var m osms.Month
	switch {
	case c.Kind == sheet.Number && !c.Date && strings.Contains(c.Text, "."):
		whole, fraction, _ := strings.Cut(c.Text, ".")
		month, err1 := strconv.Atoi(whole)
		year, err2 := strconv.Atoi(fraction + strings.Repeat("0", max(0, 4-len(fraction))))
		if err1 == nil && err2 == nil && len(whole) <= 2 && len(fraction) <= 4 {
			m, _ = osms.NewMonth(year, month)
		}
	case c.Kind == sheet.Number:
		m = ReadDay(c, date1904).Sure.Month()
	case c.Kind == sheet.Text:
		text := Trim(c.Text)
		if m = monthText(text); m == 0 && !twoDates(text) {
			m = ReadDay(c, date1904).Sure.Month()
		}
	}
	return m, m.Year() >= FirstYear && m.Year() <= LastYear
}

// twoDates: more digits than a date has, and no hours: a span of days may lie in
// two months.
func twoDates(s string) bool {
	digits := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	return digits > 8 && !strings.Contains(s, ":")
}

// monthText reads a year of four digits with a month, as a number or by its
// name.
func monthText(s string) osms.Month {
	var numbers []string
	named := 0
	for _, word := range strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".,-/–()«»", r)
	}) {
		switch {
		case strings.Trim(word, "0123456789") == "":
			numbers = append(numbers, word)
		case besideMonth[strings.ToLower(word)]:
		case named == 0 && MonthNumber(word) > 0:
			named = MonthNumber(word)
		default:
			return 0
		}
	}
	year, month := "", strconv.Itoa(named)
	switch {
	case named > 0 && len(numbers) == 1:
		year = numbers[0]
	case named == 0 && len(numbers) == 2 && len(numbers[0]) == 4:
		year, month = numbers[0], numbers[1]
	case named == 0 && len(numbers) == 2:
		year, month = numbers[1], numbers[0]
	}
	if len(year) != 4 || len(month) > 2 {
		return 0
	}
	y, _ := strconv.Atoi(year)
	n, _ := strconv.Atoi(month)
	m, _ := osms.NewMonth(y, n)
	return m
}

// besideMonth are the words that may stand beside a month and year.
var besideMonth = map[string]bool{"г": true, "год": true, "года": true, "ж": true, "жыл": true, "жылы": true, "жылғы": true,
	"жылдың": true, "за": true, "айы": true, "үшін": true, "месяц": true, "month": true, "for": true}
