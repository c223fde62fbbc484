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

// period gives months in words, one month once.
func period(from, to osms.Month) pair {
	if from == to {
		return pair{paper.MonthKK(from), paper.MonthRU(from)}
	}
	return pair{paper.MonthKK(from) + " – " + paper.MonthKK(to), paper.MonthRU(from) + " – " + paper.MonthRU(to)}
}

func person(s osms.Statement) []field {
	return []field{
		{label: word("name"), value: pair{kk: cmp.Or(s.Name.String(), "—")}},
		{label: word("iin"), value: pair{kk: s.Person.Digits()}, text: true},
		{label: word("born"), value: dateWords(s.Birth)},
		{label: word("period"), value: period(s.From, s.To)},
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
	status, until := word("status."+string(p.Status)), word("none")
	switch {
	case p.Status == osms.Participating:
		until = word("open")
	case p.Status == osms.NotParticipating && !p.Since.IsZero():
		status = word("status.ended")
	}
	return []field{
		{label: word("status"), value: status},
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

// subtotals are the lines under the sums: months, and amounts by payment code.
func subtotals(v shape) (lines []field) {
	lines = append(lines, field{label: word("months"), value: pair{kk: strconv.Itoa(v.Totals.Months)}})
	for _, k := range v.Totals.ByKNP {
		amount := osms.Tiyn(k.Amount)
		lines = append(lines, field{label: pair{kk: word("knp").both() + " " + cmp.Or(k.KNP, "—") + " – " + kindOf(k.KNP).words().both()},
			value: pair{kk: amount.Grouped()}, amount: amount})
	}
	return lines
}

func (k kind) words() pair { return word("kind." + string(k)) }
