package osms_test

import (
	"encoding/csv"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

var (
	englishText = regexp.MustCompile(`[a-z]{2,}[,:]? (%[a-zA-Z] )?[A-Za-z-]{2,}`)
	verbs       = regexp.MustCompile(`%[0-9.]*[a-zA-Z]`)
	inQuotes    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|«[^»]*»|“[^”]*”`)
	leftEnglish = regexp.MustCompile(`[a-z]{2,} [a-z]{2,}`)
)

// notDetails are texts of the packages that no file is refused or held with.
var notDetails = []string{"<!doctype html", "as at", "as of", "list type", "no changes", "state order"}

// pieces are texts that stand in a detail with what the program puts beside
// them.
var pieces = map[string]string{
	" all claim study_form":                                "columns F, G all claim study_form",
	" say two different things":                            "the title rows of Лист1 say two different things",
	"%s: %q cannot be read":                                `the title rows of Лист1: "Күні: ертең" cannot be read`,
	"): no column and no declared BIN":                     "",
	", sheet %s, after row %d":                             "",
	", sheet %s, before the first row":                     "",
	"byte %d is %s":                                        "byte 17 is no character of XML in UTF-8",
	"byte %d of the file":                                  "",
	"a file of kind %s does not belong into this folder":   "a file of kind payments does not belong into this folder",
	"columns %s all claim %s":                              "columns B, D all claim birth_date",
	"its header fits none of ":                             "its header fits none of roster, ledger, payments",
	"no row is a header; known headers: ":                  "no row is a header; known headers: № п/п, IIN, full name of the learner",
	"the configuration":                                    "the configuration: full, the file name: delta",
	"the file name":                                        "the file name: 2026-10-01, the name of the sheet: 2026-11-01",
	"the file name: ":                                      `the file name: "2026-13-45" is not a date: write yyyy-mm-dd`,
	"the name of the sheet":                                "the name of the sheet: 971240666596, the file name: 971240666596",
	"the title rows":                                       "the title rows: 2026-11-01, the file name: 2026-10-01",
	"the workbook":                                         "the workbook is missing from the package",
	"the header of %s and the directory differ: %s":        `the header of "xl/workbook.xml" and the directory differ: size`,
	": open it in Excel and save it as .xlsx or CSV UTF-8": "this is a PDF document: open it in Excel and save it as .xlsx or CSV UTF-8",
	"this is ":              "",
	"a web page (HTML)":     "this is a web page (HTML): open it in Excel and save it as .xlsx or CSV UTF-8",
	"a web archive":         "this is a web archive: open it in Excel and save it as .xlsx or CSV UTF-8",
	"an XML document":       "this is an XML document: open it in Excel and save it as .xlsx or CSV UTF-8",
	"a text document (RTF)": "this is a text document (RTF): open it in Excel and save it as .xlsx or CSV UTF-8",
}

// sources are where files are refused and held: the readers whole, and of the
// jobs the files that make such errors.
func sources(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, dir := range []string{"importers/sheet", "importers/table", "importers/roster", "importers/lines", "importers/ledger", "importers/organisations", "sync/jobs"} {
		names, err := filepath.Glob("../../" + dir + "/*.go")
		if err != nil || len(names) == 0 {
			t.Fatal(dir, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			if dir == "sync/jobs" {
				source, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(source), "osms.FileError{") && !strings.Contains(string(source), "osms.Hold{") {
					continue
				}
			}
			files = append(files, name)
		}
	}
	return files
}

// details are the English texts of the sources: every literal of two words or
// more that is no error for programmers and no word list.
func details(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, name := range sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec, *ast.Field:
				return false
			case *ast.CallExpr:
				called := ""
				switch f := n.Fun.(type) {
				case *ast.Ident:
					called = f.Name
				case *ast.SelectorExpr:
					called = f.Sel.Name
				}
				if slices.Contains([]string{"panic", "Errorf", "New", "Warn", "Error", "Info"}, called) {
					return false
				}
			case *ast.BasicLit:
				s, err := strconv.Unquote(n.Value)
				if err == nil && n.Kind == token.STRING && englishText.MatchString(s) && !strings.ContainsAny(s, "әқңғүұһйцукенгшщзхъ") {
					found = append(found, s)
				}
			}
			return true
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// sample fills the places of a text as the program would.
func sample(s string) string {
	return verbs.ReplaceAllStringFunc(s, func(v string) string {
		switch v[len(v)-1] {
		case 'd':
			return "4096"
		case 'X':
			return "8F"
		}
		return `"a few English words"`
	})
}

// TestNoEnglishDetails: whatever a file is refused or held with, people who read
// Kazakh or Russian are told nothing in English, and no new text of the readers
// goes without a phrase.
func TestNoEnglishDetails(t *testing.T) {
	codes := constants(t, "refusal.go")
	found := details(t)
	if len(found) < 150 {
		t.Errorf("%d texts found in the sources", len(found))
	}
	unused := map[string]bool{}
	for s := range pieces {
		unused[s] = true
	}
	var samples []string
	for _, s := range found {
		piece, whole := pieces[s]
		delete(unused, s)
		switch {
		case slices.Contains(notDetails, s), whole && piece == "":
			continue
		case whole:
			s = piece
		default:
			s = sample(s)
		}
		samples = append(samples, s)
		for _, lang := range []string{"kk", "ru"} {
			text, ok := osms.Phrased(s, lang)
			if !ok {
				t.Errorf("%s: no phrase for %q: translate it in data/phrases.txt or leave it out there", lang, s)
			}
			told(t, lang, text)
		}
	}
	for s := range unused {
		t.Errorf("nothing says %q any more", s)
	}
	places := []string{"", `xl/worksheets/sheet1.xml, byte 7012, sheet "a few words", after row 5`, `xl/a.xml, byte 3, sheet "b", before the first row`,
		"byte 659 of the file", "line 3", "D5, line 3", "row 3", "Лист1, row 3", "row 12, cell C12", "Лист1, cell C12", "sidecar", "rosters.csv, byte 0"}
	n := 0 // codes and places in turn: 19 and 12 have no divisor in common
	for _, lang := range []string{"kk", "ru"} {
		for _, detail := range append(samples, "some text that nobody has translated") {
			for _, code := range codes["FileCode"] {
				n++
				told(t, lang, (&osms.FileError{Code: osms.FileCode(code), Where: places[n%len(places)], Detail: detail}).Message(lang))
			}
			for _, reason := range codes["HoldReason"] {
				if osms.HoldReason(reason) != osms.HoldVeryHiddenSheet && osms.HoldReason(reason) != osms.HoldSecondTable {
					told(t, lang, osms.Hold{Reason: osms.HoldReason(reason), Detail: detail}.Message(lang))
				}
			}
		}
		for _, detail := range []string{"", "11", "13/12", "«A» U+0041, «B» U+0042", "2026-10-01", "male", "row 12, row 15", "sheet «List of learners», row 3", "#REF!", "A6:A7", "63", "BIN"} {
			for _, code := range codes["Code"] {
				if got := (osms.Refusal{Code: osms.Code(code), Detail: detail}).Message(lang); strings.Contains(got, "BIN") || strings.Contains(got, " row ") {
					t.Errorf("%s: %s", lang, got)
				} else {
					told(t, lang, got)
				}
			}
		}
	}
}

func told(t *testing.T, lang, message string) {
	t.Helper()
	if left := leftEnglish.FindString(inQuotes.ReplaceAllString(message, "")); left != "" {
		t.Errorf("%s: %q in %q", lang, left, message)
	}
}

// TestFieldsHaveNames: every field that a header can stand for has a name, so
// that a file's missing or doubled column is named in the language.
func TestFieldsHaveNames(t *testing.T) {
	for name, column := range map[string]int{"headers.csv": 0, "other_headers.csv": 1} {
		data, err := os.ReadFile("../../importers/table/data/" + name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			for _, lang := range []string{"kk", "ru"} {
				got := (&osms.FileError{Code: osms.FileMissingColumn, Detail: row[column] + " (" + row[column+2] + ")"}).Message(lang)
				if strings.Contains(got, "("+row[column+2]+")") || strings.Contains(got, row[column]+":") {
					t.Errorf("%s: %s", lang, got)
				}
			}
		}
	}
}

func TestPhrases(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{(&osms.FileError{Code: osms.FileTruncated, Where: "byte 659 of the file", Detail: "the end record is missing: the file was cut short or is still being copied"}).Message("kk"),
			"Файл толық емес немесе әлі көшіріліп жатыр (файлдың 659-байты): көшіру аяқталғанын күтіп, файлды толық жіберіңіз. Толығырақ: файлдың соңы жоқ."},
		{osms.Hold{Reason: osms.HoldDeclarationConflict, Detail: "the title rows of events: 2026-11-01, the file name: delta"}.Message("ru"),
			"Заголовок, имя файла или настройка говорят разное (строки над таблицей на листе events: 01.11.2026, имя файла: изменения), файл ждёт решения администратора: приведите вид списка, дату и БИН к одному."},
		{(&osms.FileError{Code: osms.FileControlTotal, Where: "events, row 9", Detail: "declared 10, found 9 rows"}).Message("ru"),
			"Контрольный итог не сходится с данными файла (events, строка 9): проверьте, полон ли файл, и исправьте итог. Подробнее: указано 10, строк в файле 9."},
		{(&osms.FileError{Code: osms.FileDamaged, Where: "xl/styles.xml, byte 5", Detail: "a broken tag"}).Message("kk"),
			"Файл бүлінген (xl/styles.xml, байт 5): түпнұсқасын Excel-де ашып, қайта сақтап жіберіңіз."},
		{(&osms.FileError{Code: osms.FileDamaged, Where: "events", Detail: `two sheets are named "the {} file name"`}).Message("ru"),
			`Файл повреждён (events): откройте исходный файл в Excel, сохраните заново и отправьте. Подробнее: два листа названы одинаково: "the {} file name".`},
		{(&osms.FileError{Code: osms.FileDuplicateHeader, Where: "Лист1, row 3", Detail: "columns B, D all claim full_name"}).Message("kk"),
			"Екі бағанның мағынасы бірдей (Лист1, жол 3): біреуін ғана қалдырыңыз. Толығырақ: B, D бағандарының мағынасы бірдей: Т.А.Ә."},
		{osms.Hold{Reason: osms.HoldVeryHiddenSheet, Detail: "List of all learners"}.Message("ru"),
			"В файле есть лист, скрытый даже от меню Excel (List of all learners), файл ждёт решения администратора: покажите лист или удалите его."},
		{(&osms.FileError{Code: osms.FileUnknownKind, Detail: "the registry is elsewhere"}).Message("en"),
			"It is not clear what this file is: put it into the right folder or state its kind. More: the registry is elsewhere."},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}
