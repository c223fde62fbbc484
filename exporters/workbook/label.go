package workbook

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the country's zone, also where the machine has no zone files
	"unicode"
	"unicode/utf16"

	"osmsd/sync/osms"
)

// label is a text in the three languages.
type label struct{ kk, ru, en string }

// words are a label of the two languages.
func words(kk, ru string) label { return label{kk: kk, ru: ru} }

// in gives the label in one language; Russian when the language is unknown.
func (l label) in(lang string) string {
	switch lang {
	case "kk":
		return l.kk
	case "en":
		return l.en
	}
	return l.ru
}

// all gives the languages in the order in which a reader of lang wants them.
// Kazakh and Russian always stand there; English only when it is asked for.
func (l label) all(lang, between string) string {
	parts := []string{l.ru, l.kk}
	switch lang {
	case "kk":
		parts = []string{l.kk, l.ru}
	case "en":
		parts = []string{l.en, l.kk, l.ru}
	}
	kept := parts[:1]
	for _, p := range parts[1:] {
		if p != kept[len(kept)-1] && p != kept[0] {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, between)
}

// lines stacks the languages, for headings.
func (l label) lines(lang string) string { return l.all(lang, "\n") }

// line sets the languages side by side, for titles.
func (l label) line(lang string) string { return l.all(lang, " / ") }

// tab gives a sheet name: as many languages as fit into 31 characters, without
// the characters that a sheet name may not have.
func (l label) tab(lang string) string { return l.tabAfter("", lang) }

// tabAfter is tab with a number or the like before it.
func (l label) tabAfter(before, lang string) string {
	name := before + l.all(lang, " · ")
	if len(utf16.Encode([]rune(name))) > 31 {
		name = before + l.in(lang)
	}
	return name
}

// regionLabel names a region; zero is "no region".
func regionLabel(r osms.Region) label { return told(r.OrNone) }

// alone is a text that is the same in every language.
func alone(s string) label { return label{s, s, s} }

// second gives the other of the two languages that always stand in a workbook.
func (l label) second(lang string) string {
	if lang == "kk" {
		return l.ru
	}
	return l.kk
}

var (
	monthsKK = []string{"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"}
	monthsRU = []string{"январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"}
)

// monthLabel names a month in words.
func monthLabel(m osms.Month) label {
	if m.IsZero() {
		return label{"–", "–", "–"}
	}
	i := m.MonthNum() - 1
	return label{
		fmt.Sprintf("%d жылғы %s", m.Year(), monthsKK[i]),
		fmt.Sprintf("%s %d г.", monthsRU[i], m.Year()),
		fmt.Sprintf("%s %d", time.Month(i+1), m.Year()),
	}
}

var almaty = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		panic("workbook: embedded zone data: " + err.Error())
	}
	return zone
})

// moment gives a time as the country's clocks show it; "–" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(almaty()).Format("02.01.2006 15:04:05 -07:00")
}

// shown makes a text that came from outside fit to be shown in a line of a
// report, cut at 200 characters.
func shown(s string) string {
	runes := []rune(osms.Escaped(s, unicode.IsGraphic))
	if len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return string(runes)
}
