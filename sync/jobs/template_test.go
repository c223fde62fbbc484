package jobs

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"osmsd/exporters/workbook"
	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

const templateList = "Тізім · Список"

// template makes a template as the command does and opens it.
func (o *office) template(r TemplateRequest) *excelize.File {
	o.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(o.templateBytes(r)))
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = f.Close() })
	return f
}

func (o *office) templateBytes(r TemplateRequest) []byte {
	o.t.Helper()
	made, _, err := o.desk.Template(o.t.Context(), r)
	if err != nil {
		o.t.Fatal(err)
	}
	var b bytes.Buffer
	if err := workbook.WriteTemplate(&b, made); err != nil {
		o.t.Fatal(err)
	}
	return b.Bytes()
}

// saved saves a workbook as a person would, under a name of no meaning.
func (o *office) saved(f *excelize.File) string {
	o.t.Helper()
	path := filepath.Join(o.files, fmt.Sprintf("book-%d.xlsx", len(o.listed())))
	if err := f.SaveAs(path); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o *office) listed() []os.DirEntry {
	o.t.Helper()
	entries, err := os.ReadDir(o.files)
	if err != nil {
		o.t.Fatal(err)
	}
	return entries
}

// takeFile imports a file that lies there.
func (o *office) takeFile(region osms.Region, path string) (report osms.FileReport) {
	o.t.Helper()
	o.run(importing(o, region, path, &report))
	return report
}

// readTemplate reads a workbook as the importer does.
func readTemplate(t *testing.T, path string) (*osms.Roster, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(f, info.Size(), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if kind, err := table.Detect(table.FromBook(book)); err != nil || kind != osms.KindRoster {
		t.Errorf("kind %q, %v", kind, err)
	}
	return roster.Read(book, roster.Options{Region: 63, Received: 20261015, FileName: "list.xlsx"})
}

// fillIn writes a row of the list by its headers; a date is written as one.
func fillIn(t *testing.T, f *excelize.File, row int, values map[string]any) {
	t.Helper()
	for i, c := range roster.Columns() {
		v, ok := values[c.Field]
		if !ok {
			continue
		}
		cell := osms.CellName(i, row)
		var err error
		if day, dated := v.(osms.Date); dated {
			err = f.SetCellInt(templateList, cell, int64(day.Sub(18991230)))
		} else {
			err = f.SetCellStr(templateList, cell, v.(string))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// everyChoice are rows that together use every word of every drop-down.
func everyChoice(t *testing.T) (rows []map[string]any) {
	t.Helper()
	most := 0
	for _, c := range roster.Columns() {
		most = max(most, len(c.Choices))
	}
	for n := range most {
		iin := made(t, "0703155", n)
		row := map[string]any{"iin": iin.Digits(), "surname": "Қанатұлы", "given_name": fmt.Sprintf("Ғани%s", strings.Repeat("я", n)),
			"birth_date": iin.Birth(), "grade": "2", "group": "1-2", "enrolled_on": osms.Date(20250901),
			"order": "115-қ", "order_date": osms.Date(20250828), "note": "жаңа"}
		for _, c := range roster.Columns() {
			if len(c.Choices) > 0 {
				row[c.Field] = c.Choices[min(n, len(c.Choices)-1)].Words()
			}
			if c.Field == "sex" {
				row["sex"] = c.Words(string(iin.Sex()))
			}
			if c.Field == "status" && osms.Status(c.Choices[min(n, len(c.Choices)-1)].Value).Leaving() {
				row["left_on"] = osms.Date(20260915)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// TestTemplateFilledIn: a template filled in with every word that it offers is
// read without a refusal or a warning, each cell as what was chosen.
func TestTemplateFilledIn(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin := school(t, 1)
		o.list(map[osms.BIN]osms.Region{bin: 63})
		for _, mode := range []osms.Mode{osms.Full, osms.Delta} {
			f := o.template(TemplateRequest{Region: 63, BIN: bin, Mode: mode, AsAt: 20261001})
			rows := everyChoice(t)
			for i, row := range rows {
				fillIn(t, f, 8+i, row)
			}
			path := o.saved(f)
			got, err := readTemplate(t, path)
			if err != nil {
				t.Fatal(err)
			}
			if got.Mode != mode || !got.AsAtDeclared || got.AsAt != 20261001 || got.NoChanges || len(got.Holds) > 0 || len(got.Refusals) > 0 ||
				got.Rows != len(rows) || got.Ignored+got.Refused > 0 || len(got.Organisations) != 1 || got.Organisations[0].BIN != bin {
				t.Fatalf("%s: %+v", mode, got)
			}
			for i, row := range rows {
				wantRow(t, got.Organisations[0].Rows, row, 8+i)
			}
			report := o.check(63, path)
			if report.Refused > 0 || len(report.Refusals) > 0 || len(report.Holds) > 0 || report.Error != nil || report.Rows != len(rows) {
				t.Errorf("%s: %+v", mode, report)
			}
		}
	})
}

// wantRow finds the row that was read from a row of the sheet and compares its
// facts with what was filled in.
func wantRow(t *testing.T, rows []osms.Row, filled map[string]any, number int) {
	t.Helper()
	for _, r := range rows {
		if int(r.Place.Row) != number {
			continue
		}
		said := map[string]any{"iin": r.Person.Digits(), "surname": r.Name.Surname, "given_name": r.Name.Given, "birth_date": r.Birth,
			"grade": r.Facts.Grade, "group": r.Facts.Group, "enrolled_on": r.EnrolledOn, "order": r.Order, "order_date": r.OrderDate}
		for _, c := range roster.Columns() {
			switch c.Field {
			case "study_form":
				said[c.Field] = c.Words(string(r.Facts.Form))
			case "level":
				said[c.Field] = c.Words(string(r.Facts.Level))
			case "status":
				said[c.Field] = c.Words(string(r.Facts.Status))
			}
		}
		for field, v := range said {
			if v != filled[field] {
				t.Errorf("row %d: %s is read as %v, filled in was %v", number, field, v, filled[field])
			}
		}
		return
	}
	t.Errorf("row %d was not read", number)
}

// TestTemplateUntouched: what nobody filled in ends nobody's study, and nothing
// in it is taken for a zero return; where no changes are chosen it is one.
func TestTemplateUntouched(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin := school(t, 1)
		o.list(map[osms.BIN]osms.Region{bin: 63})
		o.take(63, "first-full-2026-09-01.csv", append(rosterOf(learner{iin: student(t, 1), bin: bin}, learner{iin: student(t, 2), bin: bin}), "Всего;2")...)
		for _, mode := range []osms.Mode{osms.Full, osms.Delta} {
			f := o.template(TemplateRequest{Region: 63, BIN: bin, Mode: mode, AsAt: 20261001})
			r := o.takeFile(63, o.saved(f))
			if r.Outcome != osms.Held || len(r.Holds) != 1 || r.Holds[0].Reason != osms.HoldNoRows || r.Left > 0 {
				t.Errorf("%s: %s %v %v", mode, r.Outcome, r.Holds, r.Error)
			}
			if err := f.SetCellStr(templateList, "H4", "Өзгеріс жоқ / Изменений нет"); err != nil {
				t.Fatal(err)
			}
			path := o.saved(f)
			if got, err := readTemplate(t, path); err != nil || !got.NoChanges || len(got.Holds) > 0 {
				t.Errorf("%s: %+v, %v", mode, got, err)
			}
			if r := o.takeFile(63, path); r.Outcome != osms.Applied || r.Left > 0 {
				t.Errorf("%s, no changes: %s, left %d, %v %v", mode, r.Outcome, r.Left, r.Holds, r.Error)
			}
		}
		if n := o.heads(202610); n != 2 {
			t.Errorf("%d heads, want 2", n)
		}
		o.verified()
	})
}

// TestTemplateSaysNothingOfItself: without the declaration's cells the whole
// book, instructions included, declares nothing, and its other sheets are no
// lists.
func TestTemplateSaysNothingOfItself(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := o.template(TemplateRequest{Region: 63, BIN: school(t, 1), Mode: osms.Full, AsAt: 20261001})
	for _, cell := range []string{"F2", "H2", "F3", "H3"} {
		if err := f.SetCellStr(templateList, cell, ""); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readTemplate(t, o.saved(f))
	if err != nil {
		t.Fatal(err)
	}
	if got.Mode != osms.Delta || got.AsAtDeclared || got.NoChanges || len(got.Holds) != 1 || got.Holds[0].Reason != osms.HoldNoRows {
		t.Errorf("%+v", got)
	}
	if len(got.Sheets) != 2 || got.Columns[1] != nil {
		t.Errorf("sheets %q, columns of the second %v", got.Sheets, got.Columns[1])
	}
	for name, visible := range f.GetSheetMap() {
		if ok, err := f.GetSheetVisible(visible); err != nil || !ok {
			t.Errorf("sheet %d %q is hidden: %v", name, visible, err)
		}
	}
}

// TestTemplateRoundTrip: last month's list dropped as it is changes nothing.
func TestTemplateRoundTrip(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin := school(t, 1)
		o.list(map[osms.BIN]osms.Region{bin: 63, school(t, 2): 10})
		header := "ИИН;Фамилия;Имя;Отчество;Форма обучения;Статус;Дата зачисления;Дата отчисления;БИН;Курс;Группа;Специальность;Язык обучения;Основа обучения;Уровень образования"
		lines := []string{header}
		add := func(n int, rest string) { lines = append(lines, strings.Replace(rest, "БИН", bin.Digits(), 1)) }
		iin := func(n int) string { return student(t, n).Digits() }
		add(1, iin(1)+";ӘБІШЕВ;Ғани;Қанатұлы;очная;;01.09.2024;;БИН;2;ИС-21;06130100 Бағдарлама;қазақ;грант;ТиПО")
		add(2, iin(2)+";-;Өмір;;заочная;;;;БИН;1;1-2;;;;высшее")
		add(3, iin(3)+";Smith;-;;очная;академический отпуск;01.09.2025;;БИН;10;10А;=1+1;;;")
		add(4, iin(4)+";ЦОЙ;Анна;;вечерняя;;01.09.2023;30.06.2027;БИН;;9А;;русский;платно;послевузовское")
		add(5, made(t, "0002295", 5).Digits()+";Ёлкин;Пётр;;экстернат;;;;БИН;;;;;;")
		add(6, iin(6)+";Шыққан;Кім;;очная;;;;БИН;;;;;;")
		if r := o.take(63, "first-full-2026-09-01.csv", append(lines, "Всего;6")...); r.Outcome != osms.Applied {
			t.Fatalf("%s %v %v %v", r.Outcome, r.Error, r.Refusals, r.Holds)
		}
		// One leaves before the day of the list, one will leave after it.
		if r := o.take(63, "leavers-delta-2026-09-20.csv", header,
			iin(6)+";Шыққан;Кім;;очная;отчислен;;15.09.2026;"+bin.Digits()+";;;;;;",
			made(t, "0002295", 5).Digits()+";Ёлкин;Пётр;;экстернат;выпускник;;20.10.2026;"+bin.Digits()+";;;;;;"); r.Outcome != osms.Applied {
			t.Fatalf("%s %v %v %v", r.Outcome, r.Error, r.Refusals, r.Holds)
		}
		for _, mode := range []osms.Mode{osms.Full, osms.Delta} {
			f := o.template(TemplateRequest{Region: 63, BIN: bin, Mode: mode, AsAt: 20261001, Filled: true})
			path := o.saved(f)
			o.want(string(mode), o.check(63, path), osms.Applied, counts(5, 0, 0, 0, 0, 5, 0, 0))
			if r := o.takeFile(63, path); len(r.Refusals) > 0 {
				t.Errorf("%s: %v", mode, r.Refusals)
			} else {
				o.want(string(mode), r, osms.Applied, counts(5, 0, 0, 0, 0, 5, 0, 0))
			}
		}
		o.verified()
		if _, _, err := o.desk.Template(t.Context(), TemplateRequest{Region: 10, BIN: bin, Mode: osms.Full, AsAt: 20261001}); err != ErrOtherRegion {
			t.Errorf("another region's organisation: %v", err)
		}
		if made, known, err := o.desk.Template(t.Context(), TemplateRequest{Region: 10, BIN: school(t, 9), Mode: osms.Full, AsAt: 20261001, Filled: true}); err != nil || known || len(made.Rows) > 0 {
			t.Errorf("unknown organisation: %v %v %d", err, known, len(made.Rows))
		}
	})
}

// TestTemplateOrder: people read a list by group, then by name as the Kazakh
// alphabet goes.
func TestTemplateOrder(t *testing.T) {
	fact := func(n int, group, surname string) osms.Fact {
		f := osms.Fact{Person: student(t, n), Name: osms.Name{Surname: surname}}
		f.From, f.Until, f.Facts.Group = 20250901, osms.Forever, group
		return f
	}
	rows := studyingOn([]osms.Fact{fact(1, "10А", "Асан"), fact(2, "9А", "Қайрат"), fact(3, "9А", "Карим"), fact(4, "9А", "Әлия"), fact(5, "9А", "Бек")}, 20261001)
	got := ""
	for _, r := range rows {
		got += r.Facts.Group + " " + r.Name.Surname + ", "
	}
	if want := "9А Әлия, 9А Бек, 9А Карим, 9А Қайрат, 10А Асан, "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTemplateSameBytes: the same template twice is the same file.
func TestTemplateSameBytes(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	r := TemplateRequest{Region: 63, BIN: school(t, 1), Mode: osms.Full, AsAt: 20261001}
	first := o.templateBytes(r)
	for range 5 {
		if !bytes.Equal(first, o.templateBytes(r)) {
			t.Fatal("the bytes differ")
		}
	}
}

func importing(o *office, region osms.Region, path string, report *osms.FileReport) func(context.Context, Turn) error {
	return func(ctx context.Context, t Turn) error {
		return o.desk.Import(ctx, t, []string{path}, region, "", func(taken Taken) {
			if taken.Err != nil {
				o.t.Fatal(taken.Err)
			}
			*report = taken.Report
		})
	}
}

// TestTemplateHints: Excel repairs a file whose hints are longer than it shows.
func TestTemplateHints(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := o.template(TemplateRequest{Region: 63, BIN: school(t, 1), Mode: osms.Full, AsAt: 20261001})
	rules, err := f.GetDataValidations(templateList)
	if err != nil || len(rules) < len(roster.Columns()) {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	for _, v := range rules {
		for text, most := range map[*string]int{v.PromptTitle: 32, v.ErrorTitle: 32, v.Prompt: 255, v.Error: 255} {
			if text != nil && len(utf16.Encode([]rune(*text))) > most {
				t.Errorf("%s: %q is longer than %d", v.Sqref, *text, most)
			}
		}
	}
}
