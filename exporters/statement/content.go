package statement

import (
	"cmp"
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
	// amount of a line of sums; value is its words.
	amount osms.Tiyn
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
	return []field{
		{label: word("name"), value: pair{kk: cmp.Or(s.Name.String(), "—")}},
		{label: word("iin"), value: pair{kk: s.Person.Digits()}, text: true},
		{label: word("born"), value: dateWords(s.Birth)},
		{label: word("period"), value: period},
	}
}

// received is the working day on which the request counts as received; nothing
// when there was no request.
func received(s osms.Statement) []field {
	if s.Counted.IsZero() {
		return nil
	}
	return []field{{label: word("counted"), value: dateWords(s.Counted)}}
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
	if len(v.Totals.ByKNP) < 2 {
		return lines
	}
	for _, k := range v.Totals.ByKNP {
		of, kind := word("total_knp"), kindOf(k.KNP).words()
		code := cmp.Or(k.KNP, "—")
		lines = append(lines, field{label: pair{of.kk + " " + code + " – " + kind.kk, of.ru + " " + code + " – " + kind.ru},
			value: pair{kk: osms.Tiyn(k.Amount).Grouped()}, amount: osms.Tiyn(k.Amount)})
	}
	return lines
}

func (k kind) words() pair { return word("kind." + string(k)) }
