package ledger

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// purposeMonth is the one month that the text names, or 0. Dates ("от
// 15.10.2026") name none; a month without its year, and a span of months, make
// the text say several.
func purposeMonth(words []purposeWord) osms.Month {
	var found osms.Month
	several := false
	add := func(m osms.Month, sure bool) {
		several = several || !sure || found != 0 && m != found
		found = m
	}
	for i := 0; i < len(words); {
		w := words[i]
		if !w.numeric {
			if m, sure, is := namedMonth(words, i); is {
				add(m, sure)
			}
			i++
			continue
		}
		last := i // of the numbers that stand in one, 15.10.2026
		for last+1 < len(words) && words[last+1].numeric && numberJoint(words[last+1].gap) {
			last++
		}
		if m, sure, is := numberedMonth(words, i, last); is {
			add(m, sure)
		}
		i = last + 1
	}
	if several {
		return 0
	}
	return found
}

func numberJoint(gap string) bool { return len(gap) == 1 && strings.Contains("./-", gap) }

// numberedMonth reads 10.2026, 2026-10 and behind its label 102026.
func numberedMonth(words []purposeWord, first, last int) (m osms.Month, sure, is bool) {
	if strings.ContainsAny(words[first].gap, "№#") || first > 0 && (words[first].gap == "" || periodless[words[first-1].text] ||
		!words[first-1].numeric && numberJoint(words[first].gap) && !isPeriod(words, first-1)) {
		return 0, false, false
	}
	number := words[first : last+1]
	switch {
	case len(number) == 1 && first > 0 && isPeriod(words, first-1) && states(number[0].gap) && len(number[0].text) == 6:
		return month(number[0].text[2:], number[0].text[:2])
	case len(number) == 2 && len(number[0].text) <= 2 && len(number[1].text) == 4:
		return month(number[1].text, number[0].text)
	case len(number) == 2 && len(number[0].text) == 4 && len(number[1].text) == 2:
		return month(number[0].text, number[1].text)
	case len(number) == 3 && number[1].gap != number[2].gap, len(number) == 4:
		// 10-12.2026, 10.2026-12.2026
		for _, n := range number {
			if _, _, year := month(n.text, "1"); year && len(n.text) == 4 {
				return 0, false, true
			}
		}
	}
	return 0, false, false
}

// month reports a month of the years in which there were contributions.
func month(year, number string) (m osms.Month, sure, is bool) {
	y, err1 := strconv.Atoi(year)
	n, err2 := strconv.Atoi(number)
	m, ok := osms.NewMonth(y, n)
	ok = ok && err1 == nil && err2 == nil && y >= table.FirstYear && y <= table.LastYear
	return m, ok, ok
}

var (
	periodWords = folded("period", "период", "периода", "кезең", "кезеңі")
	// periodless: what stands behind them is a number of something else.
	periodless = folded("номер", "дог", "договор", "договору", "договора", "счет", "сч", "реф", "референс", "ref", "пп")
)

func isPeriod(words []purposeWord, i int) bool { return periodWords[words[i].text] }

// namedMonth reads "октябрь 2026", "2026 ж. қазан айы". is: the word at i names
// a month that is no part of a date.
func namedMonth(words []purposeWord, i int) (m osms.Month, sure, is bool) {
	number := monthWord(words[i])
	if number == 0 {
		return 0, false, false
	}
	year, after := "", i+1
	for after < len(words) && monthFiller[words[after].text] && beside(words[after].gap) {
		after++
	}
	if after < len(words) && isYear(words, after) && gapOnly(words[after].gap, ".,-") {
		year = words[after].text
	}
	before := i - 1
	for before >= 0 && monthFiller[words[before].text] && gapOnly(words[before+1].gap, ".-") {
		before--
	}
	day := i > 0 && words[i-1].numeric && len(words[i-1].text) <= 2 && gapOnly(words[i].gap, "-.\"«»")
	if year != "" && day {
		return 0, false, false // 15 октября 2026
	}
	if year == "" && before >= 0 && isYear(words, before) && gapOnly(words[before+1].gap, ".,-") {
		year = words[before].text
		if next := i + 1; next < len(words) && words[next].numeric && len(words[next].text) <= 2 && gapOnly(words[next].gap, "-.\"") {
			return 0, false, false // 2026 ж. қазан 15
		}
	}
	if year == "" {
		// A short word may be something else than the short name of a month.
		return 0, false, !day && utf8.RuneCountInString(words[i].raw) > 3
	}
	m, sure, _ = month(year, strconv.Itoa(number))
	return m, sure, true
}

func isYear(words []purposeWord, i int) bool {
	if !words[i].numeric || len(words[i].text) != 4 {
		return false
	}
	if i > 0 && words[i-1].numeric && numberJoint(words[i].gap) {
		return false // the end of a date
	}
	_, _, ok := month(words[i].text, "1")
	return ok && (i+1 == len(words) || !words[i+1].numeric || !numberJoint(words[i+1].gap))
}

var monthFiller = folded("месяц", "месяца", "мес", "айы", "айының", "айына", "ай", "г", "год", "года", "ж", "жыл", "жылы", "жылғы", "жылдың", "жж")

// monthWord is the number of the month that a word names in any of its cases.
func monthWord(w purposeWord) int {
	if n := table.MonthNumber(w.raw); n > 0 {
		return n
	}
	return monthCases[w.text]
}

var monthCases = func() map[string]int {
	cases := map[string]int{}
	for i, stem := range []string{"январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"} {
		endings := []string{"е", "ю", "ем"}
		if stem == "март" || stem == "август" {
			endings = []string{"е", "у", "ом"}
		}
		for _, ending := range endings {
			if stem != "ма" || ending != "ю" { // «маю» is no month on its own
				cases[osms.FoldName(stem+ending)] = i + 1
			}
		}
	}
	for i, name := range []string{"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"} {
		for _, ending := range []string{"дың", "дің", "ның", "нің", "тың", "тің", "ға", "ге", "қа", "ке", "да", "де", "та", "те", "дағы", "дегі", "тағы", "тегі"} {
			cases[osms.FoldName(name+ending)] = i + 1
		}
	}
	return cases
}()
