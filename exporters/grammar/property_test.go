package grammar

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

// anyPart draws a part of a name: mostly words that a rule knows, or any text.
func anyPart(t *rapid.T, label string) string {
	return rapid.OneOf(
		rapid.StringMatching(`[А-ЯӘҒҚҢӨҰҮҺІЁ][а-яәғқңөұүһіё]{1,9}`),
		rapid.StringMatching(`[А-Я][а-я]{1,5}(ов|ев|ин|ова|ева|ина|ский|ская|ых|ко|ұлы|қызы|ович|овна|бек|ай|ия|гуль|ан|а)`),
		rapid.StringMatching(`[А-Я]{1,6}|[А-Я]\.|[A-Z][a-z]{2,5}|[А-Я][а-я]{1,4}[- ][А-Я][а-я]{1,4}|`),
		rapid.SampledFrom([]string{"Пётр", "Лев", "Павел", "Любовь", "Мария", "Никита", "Олег", "Айсулу", "Цой"}),
		rapid.String(),
	).Draw(t, label)
}

// anyName draws parts that mostly belong to a man, or mostly to a woman.
func anyName(t *rapid.T) osms.Name {
	switch rapid.IntRange(0, 2).Draw(t, "whose") {
	case 0:
		return osms.Name{
			Surname:    rapid.StringMatching(`[А-Я][а-я]{1,5}(ов|ев|ин|ский|ых|ко|ұлы|бек|ай|ан)`).Draw(t, "surname"),
			Given:      rapid.StringMatching(`[А-Я][а-я]{1,5}(бек|ай|ий|ан|ур)|Пётр|Лев|Павел|Олег|Никита`).Draw(t, "given"),
			Patronymic: rapid.StringMatching(`[А-Я][а-яғү]{1,5}(ович|ұлы)|`).Draw(t, "patronymic"),
		}
	case 1:
		return osms.Name{
			Surname:    rapid.StringMatching(`[А-Я][а-я]{1,5}(ова|ева|ина|ская|ых|ко|қызы|ан)`).Draw(t, "surname"),
			Given:      rapid.StringMatching(`[А-Я][а-я]{1,5}(гуль|ай|ья|ан|ра)|Мария|Любовь|Айсулу`).Draw(t, "given"),
			Patronymic: rapid.StringMatching(`[А-Я][а-яғү]{1,5}(овна|қызы)|`).Draw(t, "patronymic"),
		}
	}
	return osms.Name{Surname: anyPart(t, "surname"), Given: anyPart(t, "given"), Patronymic: anyPart(t, "patronymic")}
}

// Not sure: the name as it is written. Sure in Russian: the same words, in each
// at least as many letters and at most the last two changed, but for the three
// names whose stem changes; each word as the rule of its place gives it alone.
func TestRussianKeepsLetters(t *testing.T) {
	sure := 0
	rapid.Check(t, func(t *rapid.T) {
		n, sex := anyName(t), rapid.SampledFrom([]osms.Sex{osms.Male, osms.Female, ""}).Draw(t, "sex")
		got, is := DativeRU(n, sex)
		if !is {
			if got != n.String() {
				t.Fatalf("not sure, but changed: %q", got)
			}
			return
		}
		sure++
		was, now := strings.Fields(n.String()), strings.Fields(got)
		if len(was) != len(now) || len(was) < 2 {
			t.Fatalf("%q became %q", n, got)
		}
		for i, w := range was {
			if i == 1 && slices.Contains([]string{"Лев", "Павел", "Пётр"}, w) {
				if now[i] != ownForms[w].dative {
					t.Fatalf("%q became %q", w, now[i])
				}
				continue
			}
			letters := utf8.RuneCountInString(w)
			if utf8.RuneCountInString(now[i]) < letters || !strings.HasPrefix(now[i], string([]rune(w)[:letters-2])) {
				t.Fatalf("%q became %q", w, now[i])
			}
			if strings.ContainsAny(now[i][len(now[i])-2:], kazakhLetters) {
				t.Fatalf("%q ends in a letter that Russian has not", now[i])
			}
		}
		if again, twice := DativeRU(n, sex); again != got || !twice {
			t.Fatal("the same name gives two answers")
		}
	})
	if sure == 0 {
		t.Error("no name was sure: the property was not tried")
	}
}

// Sure in Kazakh: the name as it is written with one of the endings behind it.
func TestKazakhOnlyAdds(t *testing.T) {
	sure := 0
	rapid.Check(t, func(t *rapid.T) {
		n := anyName(t)
		got, is := DativeKK(n)
		ending, kept := strings.CutPrefix(got, n.String())
		if !kept {
			t.Fatalf("%q became %q", n, got)
		}
		if is != slices.Contains([]string{"ға", "ге", "қа", "ке", "на"}, ending) || !is && ending != "" {
			t.Fatalf("%q, sure %v", got, is)
		}
		if is {
			sure++
		}
	})
	if sure == 0 {
		t.Error("no name was sure: the property was not tried")
	}
}

// Every listed given name is a plain word that the rules do not already give,
// or one that says whose sex it is, and is declined for that sex only.
func TestListedNames(t *testing.T) {
	for name, c := range givenNames {
		if !plain(name) || hasKazakh(name) {
			t.Errorf("%s is not a plain word", name)
		}
		man, lady := 0, 0
		if _, ok := givenRU(name, true); ok {
			man++
		}
		if _, ok := givenRU(name, false); ok {
			lady++
		}
		if man+lady != 1 {
			t.Errorf("%s (%d): sure for a man %d, for a woman %d", name, c, man, lady)
		}
	}
	for name := range ownForms {
		if givenNames[name] != irregular {
			t.Errorf("%s is not in the list", name)
		}
	}
	for word := range nouns {
		if _, sure := surnameRU(word, false); sure {
			t.Errorf("%s is sure", word)
		}
	}
}
