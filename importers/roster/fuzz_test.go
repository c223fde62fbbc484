package roster_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// FuzzCSV reads any bytes as a CSV roster: it never panics, what it counts adds
// up, and no one stands twice at one organisation.
func FuzzCSV(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		a, err := parseArchive(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, s := range a.Files {
			if s.Name != "case" && s.Name != "want" {
				f.Add(bytes.ReplaceAll(s.Data, []byte("|"), []byte(";")))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{Rows: 1000})
		if err != nil {
			return
		}
		defer book.Close()
		r, err := roster.Read(book, roster.Options{Region: 63, Received: 20261005, FileName: "full.csv", Declared: roster.Declaration{BIN: 971240666596}})
		if err != nil {
			if refused := (*osms.FileError)(nil); !errors.As(err, &refused) {
				t.Fatalf("the error is no refusal of the file: %v", err)
			}
			return
		}
		check(t, r)
	})
}

// FuzzRow reads rows whose cells are any text, number or date.
func FuzzRow(f *testing.F) {
	f.Add("061211601593", "Ахметова Әсел", "11.12.2006", "ж", "очная", "01.09.2024", "31.08.2026", "отчислена", uint16(0))
	f.Add("#61211601593", "Иванов ?", "#d39062", "m", "грант", "#45536", "12/31/09", "", uint16(0x155))
	f.Add("ИИН 0612 11-601593", "", "2006 ж. 11 желтоқсан", "x", "", "1e308", "-", "выбыл", uint16(0xffff))
	f.Fuzz(func(t *testing.T, iin, name, birth, sex, form, enrolled, left, status string, kinds uint16) {
		row := sheet.Row{Number: 2, Hidden: kinds&0x8000 != 0}
		for i, text := range []string{iin, name, birth, sex, form, enrolled, left, status} {
			c := sheet.Cell{Kind: sheet.Text, Text: text, Date: kinds>>(i+8)&1 != 0}
			if text == "" {
				c.Kind = sheet.Empty
			} else if kinds>>i&1 != 0 {
				c.Kind = sheet.Number
			}
			row.Cells = append(row.Cells, c)
		}
		header := sheet.Row{Number: 1}
		for _, h := range []string{"ИИН", "ФИО", "Дата рождения", "Пол", "Форма обучения", "Дата зачисления", "Дата выбытия", "Статус"} {
			header.Cells = append(header.Cells, sheet.Cell{Kind: sheet.Text, Text: h})
		}
		src := table.Source{Sheets: []sheet.Sheet{{Name: "Лист1"}}, CSV: kinds&0x4000 != 0,
			Rows: func(_ int, each func(*sheet.Row) error) (sheet.Summary, error) {
				for _, r := range []sheet.Row{header, row} {
					if err := each(&r); err != nil {
						return sheet.Summary{}, err
					}
				}
				return sheet.Summary{}, nil
			}}
		r, err := roster.ReadSource(src, roster.Options{Region: 63, Received: 20261005, Declared: roster.Declaration{BIN: 971240666596, Mode: osms.Full}})
		if err != nil {
			if refused := (*osms.FileError)(nil); !errors.As(err, &refused) {
				t.Fatalf("the error is no refusal of the file: %v", err)
			}
			return
		}
		check(t, r)
		// An accepted number is the digits that stood in the cell, zeros apart.
		for _, org := range r.Organisations {
			for _, p := range org.Rows {
				digits := strings.Map(func(r rune) rune {
					if r >= '０' && r <= '９' {
						return r - '０' + '0'
					}
					if r >= '0' && r <= '9' {
						return r
					}
					return -1
				}, iin)
				if !strings.ContainsAny(iin, ".,eE") && strings.TrimLeft(digits, "0") != strings.TrimLeft(p.Person.Digits(), "0") {
					t.Fatalf("%q became %s", iin, p.Person.Digits())
				}
			}
		}
	})
}

// check holds what is true of every roster that was read.
func check(t *testing.T, r *osms.Roster) {
	accepted := 0
	for i, org := range r.Organisations {
		accepted += len(org.Rows)
		if i > 0 && r.Organisations[i-1].BIN >= org.BIN {
			t.Fatal("organisations are out of order")
		}
		for k, row := range org.Rows {
			if k > 0 && org.Rows[k-1].Person >= row.Person {
				t.Fatal("persons are out of order or stand twice")
			}
			if _, err := osms.ParseIIN(row.Person.Digits(), 20261005); err != nil || row.BIN != org.BIN || row.Facts.Form == "" || row.Name == (osms.Name{}) {
				t.Fatalf("accepted %v %+v", err, row)
			}
		}
	}
	if accepted+r.Refused+r.Ignored != r.Rows {
		t.Fatalf("%d rows are not %d + %d + %d", r.Rows, accepted, r.Refused, r.Ignored)
	}
	rows := map[[2]any]bool{}
	for _, f := range r.Refusals {
		if f.Severity == osms.Refused {
			rows[[2]any{f.Sheet, f.Row}] = true
		}
		if f.Cell == "" || f.Code == "" {
			t.Fatalf("a refusal without an address: %+v", f)
		}
	}
	if r.Unlisted == 0 && len(rows) != r.Refused {
		t.Fatalf("%d rows are refused, %d are counted", len(rows), r.Refused)
	}
}

// TestCutCSV cuts a roster at every byte: whatever is left, nobody is accepted
// who does not stand whole in it.
func TestCutCSV(t *testing.T) {
	const head = "БИН;ИИН;ФИО;Дата рождения;Форма обучения;Группа\n"
	whole := head + "971240666596;061211601593;Ахметова Әсел;11.12.2006;очная;101\n971240666596;031231543338;Иванов Пётр;31.12.2003;очная;101\n"
	for n := len(head); n < len(whole); n++ {
		book, err := sheet.Open(strings.NewReader(whole[:n]), int64(n), sheet.Limits{})
		if err != nil {
			continue // cut inside a letter
		}
		r, err := roster.Read(book, roster.Options{Region: 63, Received: 20261005})
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		for _, org := range r.Organisations {
			for _, row := range org.Rows {
				if !strings.Contains(whole[:n], row.Person.Digits()+";"+row.Name.String()+";"+row.Birth.Dotted()+";очная;") {
					t.Fatalf("cut at %d: %v", n, row)
				}
			}
		}
		if r.ProvedWhole != "" {
			t.Fatalf("cut at %d: proved whole by %q", n, r.ProvedWhole)
		}
	}
}
