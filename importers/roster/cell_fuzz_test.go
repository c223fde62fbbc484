package roster_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// readOne reads a roster of one row under the given headers.
func readOne(t *testing.T, csv bool, heads []string, cells ...sheet.Cell) *osms.Roster {
	t.Helper()
	rows := []sheet.Row{{Number: 1}, {Number: 2, Cells: cells}}
	for _, h := range heads {
		rows[0].Cells = append(rows[0].Cells, sheet.Cell{Kind: sheet.Text, Text: h})
	}
	src := table.Source{Sheets: []sheet.Sheet{{Name: "Лист1"}}, CSV: csv,
		Rows: func(_ int, each func(*sheet.Row) error) (sheet.Summary, error) {
			for i := range rows {
				if err := each(&rows[i]); err != nil {
					return sheet.Summary{}, err
				}
			}
			return sheet.Summary{}, nil
		}}
	r, err := roster.ReadSource(src, roster.Options{Region: 63, Received: 20261005, Declared: roster.Declaration{BIN: 971240666596, Mode: osms.Full}})
	if err != nil {
		t.Fatalf("%v: %v", cells, err)
	}
	check(t, r)
	return r
}

func textCell(s string) sheet.Cell {
	if s == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Text: s}
}

// codesOf gives the codes of the refusals of one field.
func codesOf(r *osms.Roster, fields ...string) (codes []osms.Code) {
	for _, f := range r.Refusals {
		if f.Severity == osms.Refused && slices.Contains(fields, f.Field) {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// FuzzIIN reads any content of an IIN's cell: it gives either a valid number,
// whose digits are those of the cell in their order (restored zeros apart), or
// a code of the IIN. Never both, and never neither.
func FuzzIIN(f *testing.F) {
	for _, s := range []string{
		"061211601593", "61211601593", "6.1211601593E10", "6,12116E+10", "61211601593.00006", "61211601593.0", "ИИН 061211 601593",
		"06121160159З", "О61211601593", "０６１２１１６０１５９３", "0612116015933", "06121160159", "000000000000", "971240666596",
		"'061211601593", "061211\u200b601593\u200f", "NaN", "0x1p10", "1_000", "1e400", "123456789012345678", "#N/A", "итого", "061231601593 \x00",
	} {
		f.Add(s, uint8(0), false)
		f.Add(s, uint8(12), true)
	}
	f.Fuzz(func(t *testing.T, text string, kind uint8, csv bool) {
		c := textCell(text)
		if text != "" && !csv {
			c.Kind = []sheet.Kind{sheet.Text, sheet.Number, sheet.Error, sheet.Bool}[kind%4]
			if kind&4 != 0 && c.Kind == sheet.Number {
				c.Zeros = 12
			}
		}
		if !utf8.ValidString(text) {
			return // a reader gives sound text only
		}
		// The birth date is the one of the number, where there is one, so that
		// zeros may be restored.
		r := readOne(t, csv, []string{"ИИН", "ФИО", "Дата рождения", "Форма обучения"}, c, textCell("Ахметова Әсел"), textCell("11.12.2006"), textCell("очная"))
		codes := codesOf(r, "iin", "birth_date")
		accepted := len(r.Organisations) == 1 && len(r.Organisations[0].Rows) == 1
		switch {
		case r.Rows == 0: // a title, a total or a blank row: not data
			return
		case accepted == (len(codes) > 0):
			t.Fatalf("%q: accepted %v with %v", text, accepted, codes)
		case !accepted:
			return
		}
		got := r.Organisations[0].Rows[0].Person.Digits()
		if c.Kind == sheet.Number {
			value, ok := new(big.Rat).SetString(text)
			if !ok || value.RatString() != strings.TrimLeft(got, "0") {
				t.Fatalf("the number %q became %s", text, got)
			}
			return
		}
		var have []rune
		for _, d := range text {
			if d >= '０' && d <= '９' {
				d -= '０' - '0'
			}
			if d >= '0' && d <= '9' {
				have = append(have, d)
			}
		}
		from, want := strings.TrimLeft(string(have), "0"), strings.TrimLeft(got, "0")
		if !strings.HasPrefix(from, want) || strings.Trim(from[len(want):], "0") != "" {
			t.Fatalf("%q became %s", text, got)
		}
		if strings.ContainsFunc(text, unicode.IsLetter) && !strings.ContainsFunc(text, func(r rune) bool { return strings.ContainsRune("ИЖСНIБBсжинibnбʼ", unicode.ToUpper(r)) }) {
			t.Fatalf("%q became %s", text, got)
		}
	})
}

// FuzzName reads any name, whole or in parts: what is accepted is the letters
// of the cell in their order, with single spaces, and nothing that cannot be
// seen; lost letters and control characters are refused.
func FuzzName(f *testing.F) {
	f.Add("Ахметова Әсел Қайратқызы", "", "", false)
	f.Add("Ахметова", "Әсел", "-", true)
	f.Add("-", "Әсел", "", true)
	f.Add("=HYPERLINK(\"x\")", "<script>", "'; DROP TABLE", true)
	f.Add("  Иванов\u00a0\u00a0Пётр\t-", "", "", false)
	f.Add("Ив?нов Пётр", "", "", false)
	f.Add("Иванов\u202eртёП И\u0306", "", "", false)
	f.Add("Ахметова \x07", "\u200b", "😀", true)
	f.Fuzz(func(t *testing.T, a, b, c string, parts bool) {
		if !utf8.ValidString(a + b + c) {
			return
		}
		heads, cells := []string{"ИИН", "ФИО", "Форма обучения"}, []sheet.Cell{textCell("061211601593"), textCell(a), textCell("очная")}
		whole := a
		if parts {
			heads = []string{"ИИН", "Фамилия", "Имя", "Отчество", "Форма обучения"}
			cells = []sheet.Cell{textCell("061211601593"), textCell(a), textCell(b), textCell(c), textCell("очная")}
			whole = a + " " + b + " " + c
		}
		r := readOne(t, false, heads, cells...)
		if r.Rows == 0 {
			return
		}
		codes := codesOf(r, "full_name", "surname", "given_name", "patronymic")
		accepted := len(r.Organisations) == 1 && len(r.Organisations[0].Rows) == 1
		if accepted == (len(codes) > 0) {
			t.Fatalf("%q: accepted %v with %v", whole, accepted, codes)
		}
		if !accepted {
			return
		}
		n := r.Organisations[0].Rows[0].Name
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					return r
				}
				return -1
			}, s)
		}
		if letters(n.Surname+n.Given+n.Patronymic) != letters(whole) {
			t.Fatalf("%q became %q", whole, n)
		}
		for _, part := range []string{n.Surname, n.Given, n.Patronymic} {
			if part != strings.TrimSpace(part) || strings.Contains(part, "  ") || strings.Contains(part, "\ufffd") ||
				strings.ContainsFunc(part, func(r rune) bool { return unicode.IsControl(r) || table.Invisible(r) }) {
				t.Fatalf("%q became %q", whole, n)
			}
		}
	})
}
