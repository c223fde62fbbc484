package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"osmsd/sync/osms"
)

func TestCodePages(t *testing.T) {
	for name, c := range map[string]struct {
		page   *codePage
		oracle *charmap.Charmap
	}{"1251": {windows1251(), charmap.Windows1251}, "866": {cp866(), charmap.CodePage866}} {
		for b := range 256 {
			want := c.oracle.DecodeByte(byte(b))
			g := c.page[b]
			if got, _ := utf8.DecodeRune(g.bytes[:g.size]); got != want {
				t.Errorf("%s, byte %X: %q, not %q", name, b, got, want)
			}
		}
	}
	differ := 0
	for b := range 256 {
		if kz1048()[b] != windows1251()[b] {
			differ++
		}
	}
	if differ != 16 {
		t.Errorf("%d bytes differ", differ)
	}
	for _, d := range kz1048Differences() {
		if !strings.ContainsRune("ҚҺқһҰұӘӨҒҮөғәҢңү", d.letter) {
			t.Errorf("%X is %q", d.code, d.letter)
		}
	}
}

// encode writes text in a single-byte encoding.
func encode(t testing.TB, page *codePage, text string) []byte {
	t.Helper()
	back := make(map[rune]byte)
	for b := range 256 {
		r, _ := utf8.DecodeRune(page[b].bytes[:page[b].size])
		back[r] = byte(b)
	}
	var out []byte
	for _, r := range text {
		b, ok := back[r]
		if !ok {
			t.Fatalf("%q has no byte", r)
		}
		out = append(out, b)
	}
	return out
}

func encodeWide(text string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

const (
	russianTable   = "ИИН;ФИО;Форма обучения;№\n990101300123;Иванов Пётр Семёнович;очная;1\n050505500123;Соколова Алёна «Б»;заочная;2\n"
	kazakhTable    = "ЖСН;Тегі, аты;Оқу нысаны\n990101300123;Әбдіқалықова Үміт Ғалымқызы;күндізгі\n050505500123;Өтеғұлов Нұрсұлтан Һамитұлы;сырттай\n"
	ukrainianTable = "ИИН;ФИО\n990101300123;Андрієнко Євген Сергійович\n050505500123;Київська Марія Юріївна\n"
	serbianTable   = "ИИН;ФИО\n990101300123;Петровић Јован\n050505500123;Ђорђевић Љубица\n"
	belarusTable   = "ИИН;ФИО\n990101300123;Быкаў Васіль\n050505500123;Воўк Таццяна\n"
)

func TestEncodings(t *testing.T) {
	page := func(p *codePage, text string) []byte { return encode(t, p, text) }
	for _, c := range []struct {
		name, text string
		file       []byte
		want       string
	}{
		{"ascii", "iin;name\n1;2\n", []byte("iin;name\n1;2\n"), "utf-8"},
		{"utf-8", kazakhTable, []byte(kazakhTable), "utf-8"},
		{"utf-8 with mark", kazakhTable, []byte("\ufeff" + kazakhTable), "utf-8-bom"},
		{"utf-16le with mark", kazakhTable, encodeWide("\ufeff"+kazakhTable, false), "utf-16le"},
		{"utf-16le, tabs", strings.ReplaceAll(kazakhTable, ";", "\t"), encodeWide("\ufeff"+strings.ReplaceAll(kazakhTable, ";", "\t"), false), "utf-16le"},
		{"utf-16le without", kazakhTable, encodeWide(kazakhTable, false), "utf-16le"},
		{"utf-16be with mark", russianTable, encodeWide("\ufeff"+russianTable, true), "utf-16be"},
		{"utf-16be without", russianTable, encodeWide(russianTable, true), "utf-16be"},
		{"utf-16le, beyond the plane, Ctrl-Z", "а;😀\n", encodeWide("\ufeffа;😀\n\x1a", false), "utf-16le"},
		{"russian", russianTable, page(windows1251(), russianTable), "windows-1251"},
		{"russian capitals", strings.ToUpper(russianTable), page(windows1251(), strings.ToUpper(russianTable)), "windows-1251"},
		{"ukrainian", ukrainianTable, page(windows1251(), ukrainianTable), "windows-1251"},
		{"serbian", serbianTable, page(windows1251(), serbianTable), "windows-1251"},
		{"belarusian", belarusTable, page(windows1251(), belarusTable), "windows-1251"},
		{"kazakh", kazakhTable, page(kz1048(), kazakhTable), "kz-1048"},
		{"kazakh capitals", strings.ToUpper(kazakhTable), page(kz1048(), strings.ToUpper(kazakhTable)), "kz-1048"},
		{"one kazakh letter", "ИИН;ФИО\n1;Сәуле\n", page(kz1048(), "ИИН;ФИО\n1;Сәуле\n"), "kz-1048"},
		{"dos", strings.ReplaceAll(strings.ReplaceAll(russianTable, "«", "'"), "»", "'"),
			page(cp866(), strings.ReplaceAll(strings.ReplaceAll(russianTable, "«", "'"), "»", "'")), "cp866"},
		{"no-break spaces alone", "month;amount\n2026-10;1\u00a0234,50\n", page(windows1251(), "month;amount\n2026-10;1\u00a0234,50\n"), "windows-1251"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := Open(bytes.NewReader(c.file), int64(len(c.file)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if book.Encoding != c.want {
				t.Errorf("encoding %s, want %s", book.Encoding, c.want)
			}
			got, err := csvText(book)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := openText(c.text, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if want, _ := csvText(plain); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// Each word alone must speak for its own language.
func TestKazakhEvidence(t *testing.T) {
	kazakh := strings.Fields("Қанат Сәуле Дәулет Әлия Әуез Уәлихан Ғалым Бағдат Мағжан Күлаш Нұргүл Үміт Ұлан Өрік Бөлек Жиһан Гауһар Ибраһим Таң Ңұр Өтеғұл Қайырғали Айгүл ӘБДІҚАЛЫҚ ҒАНИ ҮМБЕТ БӨЛЕК")
	foreign := strings.Fields("Андрієнко Євген Сергєєв Київ Марія Юріївна Україна Ґалаґан Быкаў Воўк Васільеў Јован Петровић Марковић Љубица Његош Јелена")
	for _, w := range kazakh {
		name, _, err := weighed(encode(t, kz1048(), w+" Иванов"))
		if err != nil || name != nameKZ1048 {
			t.Errorf("%s: %s %v", w, name, err)
		}
	}
	for _, w := range foreign {
		name, _, err := weighed(encode(t, windows1251(), w+" Иванов"))
		if err != nil || name != name1251 {
			t.Errorf("%s: %s %v", w, name, err)
		}
	}
}

func weighed(b []byte) (string, *codePage, error) {
	var w weigher
	w.weigh(b, 0)
	w.finish()
	return w.verdict()
}

func TestEncodingRefused(t *testing.T) {
	utf := []byte(russianTable)
	ansi := encode(t, windows1251(), russianTable)
	koi8, _ := charmap.KOI8R.NewEncoder().Bytes([]byte(strings.NewReplacer("«", "", "»", "", "№", "N").Replace(russianTable)))
	mac, _ := charmap.MacintoshCyrillic.NewEncoder().Bytes([]byte(russianTable))
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, c := range []struct {
		name  string
		file  []byte
		code  osms.FileCode
		where string
	}{
		{"1251 behind much UTF-8", join(utf, utf, ansi), osms.FileBadEncoding, fmt.Sprintf("byte %d", 2*len(utf))},
		{"UTF-8 behind much 1251", join(ansi, ansi, ansi, ansi, utf), osms.FileBadEncoding, fmt.Sprintf("byte %d", 4*len(ansi)+len("ИИН;ФИО;"))},
		{"1251 behind a mark of UTF-8", join([]byte("\ufeff"), ansi), osms.FileBadEncoding, "byte 3"},
		{"1251 far behind UTF-8", join(bytes.Repeat(utf, 3000), ansi), osms.FileBadEncoding, fmt.Sprintf("byte %d", 3000*len(utf))},
		{"byte 98", join(ansi, []byte("\x98")), osms.FileBadEncoding, ""},
		{"KOI8-R", koi8, osms.FileBadEncoding, "byte 0"},
		{"Macintosh", mac, osms.FileBadEncoding, "byte 0"},
		{"UTF-32", []byte("\xff\xfe\x00\x00a\x00\x00\x00"), osms.FileBadEncoding, "byte 0"},
		{"half a letter of UTF-16", encodeWide("\ufeffab", false)[:5], osms.FileTruncated, "byte 5"},
		{"a lone surrogate", []byte("\xff\xfea\x00;\x00\x00\xd8b\x00"), osms.FileBadEncoding, "byte 6"},
		{"a zero in UTF-16", []byte("\xff\xfea\x00;\x00\x00\x00b\x00"), osms.FileDamaged, "byte 6"},
		{"kazakh and ukrainian", encode(t, windows1251(), "Андрієнко Євген Юріївна Київ; ќонаќ"), osms.FileBadEncoding, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := openCSV(bytes.NewReader(c.file), int64(len(c.file)), Limits{})
			if err == nil {
				_, err = csvText(book)
			}
			if err == nil || fileCode(err) != c.code || c.where != "" && !strings.Contains(err.Error(), c.where+":") {
				t.Errorf("%v", err)
			}
		})
	}
}
