package osms_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

func TestFoldNameSame(t *testing.T) {
	for _, same := range [][]string{
		{"Қасымов", "КАСЫМОВ", "касымов", "Kасымов", "Қaсымов"},
		{"Әлия", "Алия", "Əлия", "әлия"}, // Kazakh Ә and Latin schwa
		{"Ұлан", "Улан", "Үлан", "Yлан"},
		{"Іңкәр", "Инкар", "Iнкар", "іңкәр", "ИҢКӘР"},
		{"Ғани", "Гани", "ғани"},
		{"Өмірбек", "Омирбек", "Oмірбек", "Өмiрбек"},
		{"Жиһан", "Жихан", "Жиhан", "ЖИҺАН"},
		{"НҰРЛАН", "HҰРЛАН", "Нурлан"},       // Latin capital H
		{"СЕРІК", "CEPIK", "Серік", "Cepiк"}, // wholly Latin look-alikes
		{"ТОМАТ", "TOMAT", "Томат", "Toмат"},
		{"Андрей", "Андреи\u0306", "АНДРЕЙ"},
		{"Артём", "Артем", "Арте\u0308м", "АРТЁМ"},
		{"Ахмет  Айгүл", "Ахмет Айгүл", " Ахмет\u00a0Айгүл ", "Ахмет\tАйгүл", "Ахмет-Айгүл", "Ахмет‑Айгүл", "Ахмет — Айгүл", "Ахмет\nАйгүл", "Ахмет\u3000Айгүл"},
		{"Айгүл", "Ай\u200bгүл", "\ufeffАйгүл", "Ай\u00adгүл", "А\u0301йгүл"},
		{"Hasan Ali", "HASAN ALI", "hasan ali"}, // a Latin name in either case
		{"JOHN", "John"},
		{"EMMA", "Emma"},
		{"GÜNEŞ", "Güneş"},
		{"", " ", "-", "\u200b"},
	} {
		for _, s := range same[1:] {
			if got, want := osms.FoldName(s), osms.FoldName(same[0]); got != want {
				t.Errorf("%q folds to %q, %q to %q", s, got, same[0], want)
			}
		}
	}
}

func TestFoldNameDifferent(t *testing.T) {
	for _, pair := range [][2]string{
		{"Ахметов", "Ахметова"}, {"Данияр", "Дамир"}, {"Нанов", "Ханов"}, {"Али Хан", "Алихан"}, {"Шалқар", "Щалқар"}, {"Ербол", "Ерболат"},
	} {
		if a, b := osms.FoldName(pair[0]), osms.FoldName(pair[1]); a == b {
			t.Errorf("%q and %q both fold to %q", pair[0], pair[1], a)
		}
	}
	if got := osms.FoldName(" Әбілқасымова-Нұр  Айгүл\u00a0"); got != "абилкасымова нур аигул" {
		t.Errorf("%q", got)
	}
}

// The letters of the Kazakh, Russian and Latin alphabets and what stands
// between them.
var nameText = rapid.StringOf(rapid.OneOf(
	rapid.RuneFrom([]rune("АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")),
	rapid.RuneFrom([]rune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzəƏ")),
	rapid.RuneFrom([]rune("  --\u00a0")),
))

func TestFoldNameProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := nameText.Draw(t, "name")
		key := osms.FoldName(s)
		for name, other := range map[string]string{
			"NFD": norm.NFD.String(s), "NFC": norm.NFC.String(s), "spaces": " " + strings.ReplaceAll(s, " ", "\u00a0 ") + "\t",
		} {
			if got := osms.FoldName(other); got != key {
				t.Fatalf("%s: %q folds to %q, %q to %q", name, s, key, other, got)
			}
		}
		if strings.HasPrefix(key, " ") || strings.HasSuffix(key, " ") || strings.Contains(key, "  ") ||
			strings.IndexFunc(key, unicode.IsUpper) >= 0 {
			t.Fatalf("%q folds to %q", s, key)
		}
		// Case never matters, but for the h whose look decides.
		if !strings.ContainsAny(s, "hH") && osms.FoldName(strings.ToUpper(s)) != key {
			t.Fatalf("%q folds to %q, in capitals to %q", s, key, osms.FoldName(strings.ToUpper(s)))
		}
	})
}

func FuzzFoldName(f *testing.F) {
	for _, s := range []string{"Қасымов", "HASAN", "\xff\xfe", "Арте\u0308м", "İı", "ﬁ", "\u0530", "\U0001F600h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := osms.FoldName(s)
		if strings.TrimSpace(key) != key || strings.Contains(key, "  ") {
			t.Fatalf("%q folds to %q", s, key)
		}
		if got := osms.FoldName("\u00a0" + s + "-"); got != key {
			t.Fatalf("%q folds to %q, between spaces to %q", s, key, got)
		}
	})
}

func BenchmarkFoldName(b *testing.B) {
	for b.Loop() {
		osms.FoldName("Әбілқасымова Айгүл Нұрланқызы")
	}
}
