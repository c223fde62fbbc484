package osms_test

import (
	"strings"
	"testing"
	"unicode"

	"osmsd/sync/osms"
)

// Every constant of the reports has words in three languages, read from the
// source so that a new one without words fails here.
func TestEveryReportConstantHasWords(t *testing.T) {
	say := map[string]func(code, lang string) string{
		"BridgeKind": func(code, lang string) string {
			return osms.BridgeKind(code).In(lang) + osms.BridgeKind(code).Brief(lang)
		},
		"SuggestionKind": func(code, lang string) string {
			return osms.Suggestion{Kind: osms.SuggestionKind(code), Amount: -123456}.Message(lang)
		},
		"Placeless":   func(code, lang string) string { return osms.Placeless(code).In(lang) },
		"MoneySource": func(code, lang string) string { return osms.MoneySource(code).In(lang) },
	}
	codes := constants(t, "reconciliation.go")
	for kind, least := range map[string]int{"BridgeKind": 14, "SuggestionKind": 10, "Placeless": 2, "MoneySource": 4} {
		if len(codes[kind]) < least {
			t.Errorf("%s: %d constants found, want at least %d", kind, len(codes[kind]), least)
		}
		for _, code := range codes[kind] {
			seen := map[string]bool{}
			for _, lang := range []string{"kk", "ru", "en"} {
				got := say[kind](code, lang)
				if strings.Contains(got, code+code) || got == code || strings.HasPrefix(got, code+":") || strings.ContainsAny(got, "[]{}") {
					t.Errorf("%s %s in %s: %q", kind, code, lang, got)
				}
				if kind == "SuggestionKind" && !strings.Contains(got, "1\u00a0234,56") {
					t.Errorf("%s in %s does not say the amount: %q", code, lang, got)
				}
				if lang == "en" && strings.IndexFunc(got, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) >= 0 {
					t.Errorf("%s: Cyrillic in English: %q", code, got)
				}
				seen[got] = true
			}
			if len(seen) != 3 {
				t.Errorf("%s %s: two languages say the same", kind, code)
			}
		}
	}
	if got := len(osms.BridgeKinds()); got != len(codes["BridgeKind"]) {
		t.Errorf("the order of the identity has %d kinds, the source %d", got, len(codes["BridgeKind"]))
	}
	if !osms.BridgeLeftLate.First() || osms.BridgeReturned.First() || osms.BridgeKind("odd").First() {
		t.Error("the parts of the bridge")
	}
}

func TestSuggestionSaysItsFigures(t *testing.T) {
	s := osms.Suggestion{Kind: osms.SuggestOpposite, Amount: -1170400, Region: 75, Month: 202608}
	if got, want := s.Message("ru"), "Такая же сумма с другим знаком, 11 704,00 тенге, стоит в другом месте: город Алматы, 2026-08; возможно, деньги отнесены не туда."; strings.ReplaceAll(got, "\u00a0", " ") != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s = osms.Suggestion{Kind: osms.SuggestHeadCount, Amount: 1170400, Persons: 2, BIN: 60340001234, Text: "061211601593"}
	got := s.Message("kk")
	for _, want := range []string{"БСН 060340001234", "2 адам", "********1593"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestHeadline(t *testing.T) {
	line := func(region osms.Region, difference, rest osms.Tiyn, bridge ...osms.BridgeLine) osms.ReconciliationLine {
		return osms.ReconciliationLine{Region: region, Difference: difference, Unexplained: rest, Bridge: bridge}
	}
	joined := osms.BridgeLine{Kind: osms.BridgeJoinedLate, Persons: 2, Amount: -1170400, Proved: true}
	twice := osms.BridgeLine{Kind: osms.BridgePaidTwice, Persons: 1, Amount: 585200}
	for want, lines := range map[string][]osms.ReconciliationLine{
		"Сравнивать нечего: за этот месяц ничего не причитается и ничего не поступило.":                                    nil,
		"Всё сходится: по каждому региону поступило ровно столько, сколько причитается.":                                   {line(10, 0, 0), line(63, 0, 0)},
		"Больше всего расходится область Абай: поступило на 1,00 тенге больше, чем причитается; не объяснено +1,00 тенге.": {line(63, 99, 99), line(10, 100, 100)},
		"область Абай: поступило на 1,00 тенге меньше, чем причитается; не объяснено −1,00 тенге.":                         {line(10, -100, -100)},
		"область Абай: поступило на 5 852,00 тенге больше, чем причитается; из объяснённого больше всего – «Оплачено дважды»: +5 852,00 тенге (1 чел.); всё названо, но часть не доказана.": {
			line(10, 585200, 0, twice)},
		"Больше всего расходится область Абай: поступило на 11 704,00 тенге меньше, чем причитается; из объяснённого больше всего – «Поступил позже»: −11 704,00 тенге (2 чел.); всё объяснено с доказательством; больше всего не объяснено в другом месте, Без региона: +3,00 тенге.": {
			line(10, -1170400, 0, joined), line(63, 5, 5), line(0, 300, 300)},
		"Больше всего расходится город Алматы: поступило столько, сколько причитается, но внутри расхождения гасят друг друга; из объяснённого больше всего – «Поступил позже»: −11 704,00 тенге (2 чел.); не объяснено +11 704,00 тенге.": {
			line(10, 0, 0), line(75, 0, 1170400, joined)},
	} {
		if got := strings.ReplaceAll(osms.Reconciliation{Lines: lines}.Headline("ru"), "\u00a0", " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// Money on no line is told when there is more of it than of anything unexplained,
// also when all the lines agree.
func TestHeadlineOfMoneyOnNoLine(t *testing.T) {
	outside := []osms.Unplaced{{Why: osms.NotState, Amount: 99}, {Why: osms.NoMonth, Persons: 2, Amount: -150}}
	line := func(rest osms.Tiyn) osms.ReconciliationLine {
		return osms.ReconciliationLine{Region: 10, Difference: rest, Unexplained: rest}
	}
	const told = "вне строк 1,50 тенге (2 чел.): документ не говорит, за какой месяц платят."
	for _, c := range []struct {
		lines []osms.ReconciliationLine
		want  bool
	}{{nil, true}, {[]osms.ReconciliationLine{line(0)}, true}, {[]osms.ReconciliationLine{line(-149)}, true}, {[]osms.ReconciliationLine{line(150)}, false}} {
		got := osms.Reconciliation{Lines: c.lines, Unplaced: outside}.Headline("ru")
		if strings.HasSuffix(got, "; "+told) != c.want || strings.Contains(got, "вне строк") != c.want {
			t.Errorf("%v: %s", c.lines, got)
		}
	}
}

// A report on one region names nobody of another.
func TestOnlyLeavesOutOtherRegions(t *testing.T) {
	r := osms.Reconciliation{
		Lines:     []osms.ReconciliationLine{{Region: 10}, {Region: 63, Due: 5}},
		Documents: []osms.LedgerDocument{{Region: 10}, {Region: 63, KNP: "121"}, {}},
		Unplaced:  []osms.Unplaced{{Why: osms.NoMonth, Behind: []osms.BridgePerson{{Person: 1}}}},
		Trend:     []osms.MonthPoint{{Month: 202609}},
	}
	only := r.Only(63)
	if len(only.Lines) != 1 || only.Total.Due != 5 || len(only.Documents) != 1 || only.Documents[0].KNP != "121" || only.Unplaced != nil || only.Trend != nil {
		t.Errorf("%+v", only)
	}
	if len(r.Documents) != 3 || len(r.Unplaced) != 1 {
		t.Error("the whole report changed")
	}
}
