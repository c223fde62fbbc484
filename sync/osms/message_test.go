package osms_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"osmsd/sync/osms"
)

// TestEveryCodeHasSentences reads the constants from the source, so that a new
// code without texts fails here.
func TestEveryCodeHasSentences(t *testing.T) {
	say := map[string]func(code, lang, where, detail string) string{
		"Code": func(code, lang, _, detail string) string {
			return osms.Refusal{Code: osms.Code(code), Detail: detail}.Message(lang)
		},
		"FileCode": func(code, lang, where, detail string) string {
			return (&osms.FileError{Code: osms.FileCode(code), Where: where, Detail: detail}).Message(lang)
		},
		"HoldReason": func(code, lang, _, detail string) string {
			return osms.Hold{Reason: osms.HoldReason(code), Detail: detail}.Message(lang)
		},
		"Outcome": func(code, lang, _, _ string) string { return osms.Outcome(code).In(lang) },
	}
	codes := constants(t, "refusal.go")
	for kind, least := range map[string]int{"Code": 37, "FileCode": 16, "HoldReason": 9, "Outcome": 7} {
		if len(codes[kind]) < least {
			t.Errorf("%s: %d constants found in the source, want at least %d", kind, len(codes[kind]), least)
		}
		for _, code := range codes[kind] {
			seen := map[string]string{}
			for _, lang := range []string{"kk", "ru", "en"} {
				for _, detail := range []string{"", "«ZZ»"} {
					got := say[kind](code, lang, "", detail)
					if got == "" || kind != "Outcome" && got == code {
						t.Errorf("%s %s in %s: no sentence (%q)", kind, code, lang, got)
					}
					if strings.ContainsAny(got, "[]{}") || strings.Contains(got, "()") || strings.Contains(got, "  ") {
						t.Errorf("%s %s in %s: an unfilled place: %q", kind, code, lang, got)
					}
					if kind != "Outcome" && !strings.HasSuffix(got, ".") {
						t.Errorf("%s %s in %s: not a sentence: %q", kind, code, lang, got)
					}
					if lang == "en" && strings.IndexFunc(got, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) >= 0 {
						t.Errorf("%s %s: Cyrillic in English: %q", kind, code, got)
					}
					seen[lang] = got
				}
			}
			if seen["kk"] == seen["ru"] || seen["ru"] == seen["en"] {
				t.Errorf("%s %s: two languages say the same: %q", kind, code, seen)
			}
			if kind == "FileCode" && code != "empty" && code != "encrypted" && code != "legacy_xls" {
				for _, lang := range []string{"kk", "ru", "en"} {
					if got := say[kind](code, lang, "xl/a.xml", "«ZZ»"); !strings.Contains(got, "xl/a.xml") || !strings.Contains(got, "«ZZ»") {
						t.Errorf("%s in %s leaves out where or detail: %q", code, lang, got)
					}
				}
			}
		}
	}
}

// constants lists the values of a file's typed string constants by type.
func constants(t *testing.T, file string) map[string][]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		kind, ok := spec.Type.(*ast.Ident)
		if !ok {
			return true
		}
		for _, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok {
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				found[kind.Name] = append(found[kind.Name], s)
			}
		}
		return true
	})
	return found
}

func TestMessages(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{osms.Refusal{Code: osms.BirthDateMismatch, Detail: "2006-12-11"}.Message("ru"),
			"Дата рождения не совпадает с датой в ИИН (по ИИН 11.12.2006): сверьте с документом и исправьте дату или ИИН."},
		{osms.Refusal{Code: osms.SexMismatch, Detail: "female"}.Message("kk"),
			"Жынысы ЖСН ішіндегі жынысқа сәйкес келмейді (ЖСН бойынша әйел): құжатпен салыстырып, жынысын немесе ЖСН-ді түзетіңіз."},
		{osms.Refusal{Code: osms.OtherRegion, Detail: "63"}.Message("en"),
			"The organisation belongs to another region (East Kazakhstan Region): take the row out of this list, that region reports it."},
		{osms.Refusal{Code: osms.ConflictingRows, Detail: "row 12, row 15"}.Message("ru"),
			"Строки об этом человеке противоречат друг другу (строка 12, строка 15): оставьте одну, верную."},
		{osms.Refusal{Code: osms.NameMismatch, Value: "Ахметов", Detail: "Серіков"}.Message("en"),
			"This organisation already has the IIN under another surname and given name: check whose IIN it is and correct the IIN or the name."},
		{(&osms.FileError{Code: osms.FileEncrypted}).Message("ru"),
			"Файл защищён паролем: сохраните его без пароля и отправьте ещё раз."},
		{(&osms.FileError{Code: osms.FileMissingColumn, Where: `sheet "Лист1"`, Detail: "iin, study_form"}).Message("ru"),
			"Нет обязательного столбца — ИИН, Форма обучения (лист \"Лист1\"): добавьте его в список."},
		{(&osms.FileError{Code: osms.FileMissingColumn, Where: "Лист1, row 3", Detail: "bin (БИН); surname, given_name or full_name (Фамилия, Имя, ФИО)"}).Message("kk"),
			"Міндетті баған жоқ — БСН; Тегі, Аты немесе Т.А.Ә. (Лист1, жол 3): оны тізімге қосыңыз."},
		{(&osms.FileError{Code: osms.FileMissingColumn, Detail: "something else"}).Message("en"),
			"A required column is missing — something else: add it to the list."},
		{(&osms.FileError{Code: osms.FileTooLarge, Detail: "the file has 268435457 bytes; 268435456 are allowed"}).Message("en"),
			"The file is too large: split the list into several files by organisation. More: the file has 268435457 bytes; 268435456 are allowed."},
		{(&osms.FileError{Code: osms.FileDuplicateHeader, Where: "sheet 061211601593", Detail: "x"}).Message("en"),
			"Two columns mean the same (sheet ********1593): keep one of them. More: x."},
		{(&osms.FileError{Code: osms.FileDamaged, Where: "xl/worksheets/sheet1.xml, byte 7012", Detail: "the checksum differs."}).Message("kk"),
			"Файл бүлінген (xl/worksheets/sheet1.xml, байт 7012): түпнұсқасын Excel-де ашып, қайта сақтап жіберіңіз. Толығырақ: бақылау сомасы сәйкес келмейді."},
		{osms.Refusal{Code: osms.IINBirthDate, Detail: "061211601593"}.Message("de"),
			"В ИИН записана невозможная дата рождения (********1593): сверьте номер с документом и исправьте."},
		{osms.Hold{Reason: osms.HoldBreaker, Detail: "412 → 3"}.Message("ru"),
			"Файл закончил бы обучение слишком многих в организации (412 → 3) и ждёт решения администратора: проверьте, полон ли список."},
		{osms.Superseded.In("en"), "replaced by a later file"},
		{osms.Refusal{Code: "unheard_of"}.Message("ru"), "unheard_of"},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

// A sentence about names shows no part of a name.
func TestNamesStayOut(t *testing.T) {
	for _, code := range []osms.Code{osms.NameMissing, osms.NameLettersLost, osms.NameMismatch, osms.NameChanged, osms.NameDiffersElsewhere,
		osms.MixedScript, osms.IINRepaired, osms.IINCleaned, osms.IINCheckDigit} {
		for _, lang := range []string{"kk", "ru", "en"} {
			if got := (osms.Refusal{Code: code, Value: "Ахметова", Detail: "Ахметова"}).Message(lang); strings.Contains(got, "Ахмет") {
				t.Errorf("%s: %s", code, got)
			}
		}
	}
}

func TestMasked(t *testing.T) {
	for _, c := range []struct{ field, value, want string }{
		{"iin", "061211601593", "********1593"},
		{"iin", "0612 1160 1593", "********1593"},
		{"iin", "61211601593", "********1593"},
		{"iin", "О61211601593", "********1593"},
		{"iin", "6,12116E+10", "***********"},
		{"iin", "12345678", "********"},
		{"iin", "", ""},
		{"iin", "a long text where a number should be", "************"},
		{"surname", "Әбілқасымов", "Ә***"},
		{"full_name", " Ахметова Айгүл", "А***"},
		{"given_name", "", ""},
		{"bin", "971240666596", "971240666596"},
		{"bin", "061211601593", "********1593"},
		{"note", "ИИН 061211601593, тел. 87771234567", "ИИН ********1593, тел. ********4567"},
		{"group", "061211-601593", "********1593"},
		{"group", "٠٦١٢١١٦٠١٥٩٣", "********١٥٩٣"},
		{"birth_date", "31.02.2006", "31.02.2006"},
		{"birth_date", "2006-12-11 2007-01-01", "2006-12-11 2007-01-01"},
		{"grade", "12345678", "12345678"},
		{"note", "\xff123456789", "\uFFFD********6789"},
	} {
		if got := (osms.Refusal{Field: c.field, Value: c.value}).Masked(); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.field, c.value, got, c.want)
		}
	}
}
