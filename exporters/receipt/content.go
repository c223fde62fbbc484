package receipt

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"osmsd/sync/osms"
)

// fact is a line of what came and what became of it.
type fact struct {
	label label
	value label // empty: it is not said
}

func plain(s string) label { return label{s, s} }

// with fills the label's own places.
func (l label) with(values ...any) label {
	return label{fmt.Sprintf(l.kk, values...), fmt.Sprintf(l.ru, values...)}
}

// facts are the same in every form of the receipt.
func facts(r osms.FileReport, zone *time.Location) []fact {
	number, imported, declared, region := "", "", label{}, label{}
	if r.Arrival != 0 {
		number = strconv.FormatInt(r.Arrival, 10)
	}
	if r.Import != 0 {
		imported = strconv.FormatInt(r.Import, 10)
	}
	if r.Region != 0 {
		region = each(func(lang string) string { return r.Region.String() + " " + r.Region.In(lang) })
	}
	if r.Mode != "" {
		declared = modeLabel(r.Mode)
		if !r.AsAt.IsZero() {
			declared = each(func(lang string) string { return fmt.Sprintf(asAtLabel.in(lang), declared.in(lang), r.AsAt.Dotted()) })
			if !r.AsAtDeclared {
				declared = label{declared.kk + undeclared.kk, declared.ru + undeclared.ru}
			}
		}
	}
	out := []fact{
		{numberLabel, plain(number)},
		{fileLabel, plain(osms.Shown(r.File))},
		{receivedLabel, plain(moment(r.Received, zone))},
		{plain("SHA-256"), plain(r.SHA256)},
		{sizeLabel, size(r)},
		{regionLabel, region},
		{kindTitle, kindLabel(r.Kind)},
		organisations(r),
		{declaredLabel, declared},
		{importLabel, plain(imported)},
		{outcomeLabel, each(func(lang string) string { return outcome(r, lang) })},
	}
	if r.Format != "" && r.Error == nil {
		out = append(out, fact{readLabel, readAs(r)})
		if r.Format != "zip" { // a CSV in it may have been cut before it was packed
			out = append(out, fact{wholeLabel, wholeness(r)})
		}
	}
	if r.Money != nil {
		out = append(out, fact{moneyLabel, each(r.Money.Message)})
	}
	return append(out, fact{deadlineLabel, deadline(r)})
}

func outcome(r osms.FileReport, lang string) string {
	if r.Released {
		return r.Outcome.In(lang) + releasedTail.in(lang)
	}
	return r.Outcome.In(lang)
}

func size(r osms.FileReport) label {
	if r.Size == 0 && r.Error == nil {
		return label{}
	}
	return plain(grouped(r.Size) + " байт")
}

func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// mostNamed bounds the organisations that are named to people.
const mostNamed = 5

func organisations(r osms.FileReport) fact {
	out := fact{label: spokenLabel}
	if r.SpokenOf > 1 {
		out.label = spokenLabels
	}
	out.value = each(func(lang string) string {
		var names []string
		for _, o := range r.Spoken[:min(len(r.Spoken), mostNamed)] {
			name := o.NameRU
			if lang == "kk" {
				name = o.NameKK
			}
			if name == "" {
				name = unlistedName.in(lang)
			}
			names = append(names, o.BIN.Digits()+" "+shown(name))
		}
		said := strings.Join(names, "; ")
		if r.SpokenOf > 1 {
			said = strconv.Itoa(r.SpokenOf) + ": " + said
		}
		if more := r.SpokenOf - len(names); more > 0 && len(names) > 0 {
			said += "; " + fmt.Sprintf(moreSpoken.in(lang), more)
		}
		return said
	})
	return out
}

func deadline(r osms.FileReport) label {
	if r.Deadline.IsZero() || r.Outcome == osms.Waiting {
		return label{}
	}
	return words(r.Deadline.Dotted()+" күнін қоса алғанда; кейін келгені де қабылданады, бірақ ай тізіміне үлгермеуі мүмкін",
		r.Deadline.Dotted()+" включительно; позже файл тоже примем, но в список месяца он может не успеть")
}

// count is a number with its name.
type count struct {
	label label
	n     int
}

// sums are the rows that were read and where each of them went, and what is
// counted beside them.
func sums(r osms.FileReport) (sum, beside []count) {
	joined := joinedLabel
	if r.Kind != osms.KindRoster {
		joined = newLabel
	}
	sum = []count{{rowsLabel, r.Rows}, {joined, r.Joined}, {leftByRowLabel, r.LeftByRow}, {changedLabel, r.Changed},
		{unchangedLabel, r.Unchanged}, {refusedLabel, r.Refused}, {ignoredLabel, r.Ignored}}
	if r.OfMoney() { // nobody joins, leaves or changes by it
		unchanged := thereLabel
		if r.Outcome == osms.Held {
			unchanged = waitingLabel
		}
		sum = []count{sum[0], sum[1], {unchanged, r.LeftByRow + r.Changed + r.Unchanged}, sum[5], sum[6]}
	}
	if r.Kind == osms.KindRoster {
		beside = append(beside, count{absentLabel, absences(r)})
	}
	if !r.OfMoney() {
		beside = append(beside, count{repairedLabel, r.Repaired})
	}
	beside = append(beside, count{hiddenLabel, r.HiddenRows})
	if r.ControlTotal >= 0 {
		beside = append(beside, count{controlLabel, r.ControlTotal}, count{countedLabel, r.Rows})
	}
	return sum, beside
}

func conserved(r osms.FileReport) bool {
	return r.Rows == r.Joined+r.LeftByRow+r.Changed+r.Unchanged+r.Refused+r.Ignored
}

func bySeverity(faults []osms.Refusal) (refused, warnings []osms.Refusal) {
	for _, x := range faults {
		if x.Severity == osms.Warning {
			warnings = append(warnings, x)
		} else {
			refused = append(refused, x)
		}
	}
	return refused, warnings
}

// again says that a fault was there the time before.
func again(x osms.Repeat, zone *time.Location) label {
	before := ""
	if !x.Before.IsZero() {
		before = x.Before.In(zone).Format("02.01.2006")
	}
	what := brief(x.Code)
	if x.Rows == 0 {
		return words(fmt.Sprintf("%s: %s күнгі файлдағы қате (№ %d түбіртек) қайталанды.", what.kk, before, x.BeforeArrival),
			fmt.Sprintf("%s: та же ошибка, что и в файле от %s (квитанция № %d).", what.ru, before, x.BeforeArrival))
	}
	return words(fmt.Sprintf("%s: қазір %d жол, %s күнгі файлда (№ %d түбіртек) %d жол болған.", what.kk, x.Rows, before, x.BeforeArrival, x.BeforeRows),
		fmt.Sprintf("%s: сейчас строк %d, в файле от %s (квитанция № %d) было %d.", what.ru, x.Rows, before, x.BeforeArrival, x.BeforeRows))
}

// brief is a fault's sentence up to its cure.
func brief(code osms.Code) label {
	return each(func(lang string) string {
		said := osms.Refusal{Code: code}.Message(lang)
		if said == string(code) {
			said = (&osms.FileError{Code: osms.FileCode(code)}).Message(lang)
		}
		said, _, _ = strings.Cut(said, ": ")
		said, _, _ = strings.Cut(said, ". ")
		return strings.TrimSuffix(said, ".") + " [" + string(code) + "]"
	})
}

// moment gives a time in the zone, with the zone's name; "–" for none.
func moment(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(zone)
	return t.Format("02.01.2006 15:04:05") + " (" + zone.String() + ", UTC" + t.Format("-07:00") + ")"
}

// shown makes a text that came from outside fit to be shown in a line, cut at
// 200 characters.
func shown(s string) string { return clip(osms.Escaped(s, unicode.IsGraphic), 200) }

// clip cuts a text visibly.
func clip(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

func kindLabel(k osms.Kind) label {
	switch k {
	case osms.KindRoster:
		return words("тізім", "список")
	case osms.KindLedger:
		return words("түсімдер", "поступления")
	case osms.KindPayments:
		return words("төлемдер", "платежи")
	case osms.KindApplications:
		return words("өтініштер", "заявления")
	case osms.KindRequests:
		return words("сұраныстар", "запросы")
	case osms.KindOrganisations:
		return words("ұйымдар", "организации")
	case osms.KindEvents:
		return words("оқиғалар", "события")
	}
	return plain(string(k))
}
