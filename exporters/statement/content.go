package statement

import (
	"strconv"
	"time"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// field is a label with its value, as both the PDF and the workbook show it.
type field struct {
	label pair
	value pair // ru "" when it is the same in both
	text  bool // a personal number: text, though it looks like a number
}

func dateWords(d osms.Date) pair {
	if d.IsZero() {
		return word("unknown")
	}
	return pair{paper.DateKK(d), paper.DateRU(d)}
}

func monthWords(m osms.Month, none pair) pair {
	if m.IsZero() || m == osms.EndlessMonth {
		return none
	}
	return pair{paper.MonthKK(m), paper.MonthRU(m)}
}

func person(s osms.Statement) []field {
	period := pair{paper.MonthKK(s.From) + " – " + paper.MonthKK(s.To), paper.MonthRU(s.From) + " – " + paper.MonthRU(s.To)}
	if s.From == s.To {
		period = pair{paper.MonthKK(s.From), paper.MonthRU(s.From)}
	}
	name := pair{kk: s.Name.String()}
	if name.kk == "" { // no list ever named who has a temporary status only
		name = word("none")
	}
	return []field{
		{label: word("name"), value: name},
		{label: word("iin"), value: pair{kk: s.Person.Digits()}, text: true},
		{label: word("born"), value: dateWords(s.Birth)},
		{label: word("period"), value: period},
	}
}

func participation(p osms.Participation) []field {
	until := word("none")
	if p.Status == osms.Participating {
		until = word("open")
	}
	return []field{
		{label: word("status"), value: word("status." + string(p.Status))},
		{label: word("category"), value: category(p.Category)},
		{label: word("since"), value: monthWords(p.Since, word("none"))},
		{label: word("until"), value: monthWords(p.Until, until)},
		{label: word("preserved"), value: monthWords(p.PreservedUntil, word("none"))},
	}
}

// issued gives the moment of issue in words with the republic's clock time.
func issued(t time.Time) pair {
	at := local(t)
	d, clock := osms.DateOf(at), at.Format("15:04:05")
	return pair{paper.DateKK(d) + " " + clock, paper.DateRU(d) + " " + clock}
}

// shortMonth is a month as the table of sums writes it: 10.2026.
func shortMonth(m osms.Month) string {
	if m.IsZero() {
		return ""
	}
	return m.First().Dotted()[3:]
}

// subtotals are the lines under the sums: months, and amounts by payment code
// where there is more than one.
func subtotals(v shape) (lines []field) {
	lines = append(lines, field{label: word("months"), value: pair{kk: strconv.Itoa(v.Totals.Months)}})
	if len(v.Totals.ByKNP) > 1 {
		for _, k := range v.Totals.ByKNP {
			code := k.KNP
			if code == "" {
				code = "—"
			}
			of := word("total_knp")
			lines = append(lines, field{label: pair{of.kk + " " + code, of.ru + " " + code}, value: pair{kk: osms.Tiyn(k.Amount).Grouped()}})
		}
	}
	return lines
}
