package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var verb = regexp.MustCompile(`%(?:\[\d+\])?[.0-9+#]*[a-zA-Z]`)

// TestShared: every word is there in all three languages, with the same places
// for arguments.
func TestShared(t *testing.T) {
	for key, block := range Shared() {
		for _, lang := range Languages() {
			text := block[lang]
			if strings.TrimSpace(text) == "" || text != strings.TrimRight(text, " ") {
				t.Errorf("%s in %s: %q", key, lang, text)
			}
			a, b := verb.FindAllString(text, -1), verb.FindAllString(block["en"], -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s: %v in %s, %v in en", key, a, lang, b)
			}
			if lang == "en" && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
				t.Errorf("%s: Cyrillic in English: %q", key, text)
			}
		}
	}
}

func TestParseRefusesDoubles(t *testing.T) {
	for _, text := range []string{"a\nru: x\na\nru: y\n", "a\nru: x\nru: y\n", "ru: x\n"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("accepted %q", text)
				}
			}()
			Parse(text)
		}()
	}
}

// TestJournal: messages are put into the language, names of files are not.
func TestJournal(t *testing.T) {
	for message, want := range map[string]string{
		"2026-10 frozen, version 1: 1417 persons":                                                           "2026-10",
		`2 files, 1 applied, 1 cannot be taken: "1200 files" (link)`:                                        `"1200 files" (`,
		"3 cases opened, 1200 steps, 2 closed, 0 wait for people, 1 cannot go on, 2 nearly late, 0 overdue": "шагов: 1\u00a0200, закрыто: 2, ждут людей: 0, не могут продолжаться: 1, срок близко: 2",
		"import 12 refused": "импорт 12 отклонён",
		"import 12 undone, 3 notices of annulled letters": "импорт 12 отменён, уведомлений",
		"cancelled by boss": "остановил: boss",
		`2 fetched, 0 dealt with there, 1 delivered, 3 waiting there, 1 in vain: "5 waiting there" (rename); failed: "east" (host_key)`: `"5 waiting there" (сервер не даёт`,
		"5 steps":                 "шагов по делам: 5",
		"63-2026-000004 annulled": "№ 63-2026-000004",
		"case 75-2026-З-000006":   "дело № 75-2026-З-000006",
		"63-2026-З-000007":        "дело № 63-2026-З-000007",
		"answers":                 "внесены ответы по делам",
		"what nobody knows":       "what nobody knows",
	} {
		got := Journal("ru", message)
		if !strings.Contains(got, want) {
			t.Errorf("%q: got %q", message, got)
		}
		if message != want && strings.Contains(got, "frozen") || strings.Contains(got, "applied") || strings.Contains(got, "failed") || strings.Contains(got, "delivered") {
			t.Errorf("%q stayed as it was: %q", message, got)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1\u00a0000", -1234567: "-1\u00a0234\u00a0567"} {
		if got := Grouped(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
