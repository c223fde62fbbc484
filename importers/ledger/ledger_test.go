package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/importers/ledger"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

func open(t testing.TB, file []byte) *sheet.Book {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// tell reads a file and tells what came of it, one line each.
func tell(t testing.TB, file []byte) string {
	t.Helper()
	book := open(t, file)
	defer book.Close()
	totals, err := ledger.Read(book, ledger.Options{})
	if err != nil {
		var refusal *osms.FileError
		if !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		if refusal.Code == osms.FileMissingColumn || refusal.Code == osms.FileNoHeader {
			return string(refusal.Code) + "\n"
		}
		return refusal.Error() + "\n"
	}
	var b strings.Builder
	for _, e := range totals.Entries {
		fmt.Fprintf(&b, "%d %s %s|%s|%d %s %s %s\n", e.Row, e.Month, e.Region, e.Category, e.Persons, e.Amount, e.PaidOn, e.Reference)
	}
	for _, r := range totals.Refusals {
		fmt.Fprintf(&b, "%s %s%s %s %s %q %s\n", r.Severity, r.Sheet, r.Cell, r.Field, r.Code, r.Value, r.Detail)
	}
	for _, h := range totals.Holds {
		fmt.Fprintf(&b, "held %s %s\n", h.Reason, h.Detail)
	}
	if totals.Rows != len(totals.Entries)+totals.Refused {
		t.Errorf("%d rows, %d entries, %d refused", totals.Rows, len(totals.Entries), totals.Refused)
	}
	if totals.Controlled {
		b.WriteString("controlled\n")
	}
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), "  ", " "), " \n", "\n")
}

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }

func TestReadCSV(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"russian", "Период;Регион;Категория;Количество;Сумма, тенге;Дата платежа;Референс\n" +
			"2026-10;63;13;100;585200,00;05.10.2026;ПП-1\n10.2026;Алматы қаласы;1;1 200;7 022 400;2026-10-05;\n",
			lines("2 2026-10 63|13|100 585200.00 2026-10-05 ПП-1", "3 2026-10 75|1|1200 7022400.00 2026-10-05")},
		{"kazakh, other order, titles, numbering, footer", "Жергілікті бюджеттен аударылған сомалар;;;\n;;;\nСомасы;Саны;Кезең;Өңір\n1;2;3;4\n" +
			"5852,00;1;2026 ж. қазан;Шығыс Қазақстан облысы\n11704;2;қазан 2026;630000000\nБарлығы: 3;;;\nОрындаушы: А. Б.;;;\nБасшы;;;Иванов\n",
			lines("5 2026-10 63||1 5852.00", "6 2026-10 63||2 11704.00")},
		{"english", "Month,Region,Persons,Amount\nOctober 2026,East Kazakhstan Region,3,17556.50\n", lines("2 2026-10 63||3 17556.50")},
		{"no region, no persons", "Месяц;Регион;Сумма\nоктябрь 2026;;100,5\n", lines("2 2026-10 ||0 100.50")},
		{"units", "Месяц;Сумма;Количество\nза октябрь 2026 г.;1\u00a0234,50 ₸;12 чел.\n01.10.2026;-10 тенге;-1\n10/2026;0;0\n",
			lines("2 2026-10 ||12 1234.50", "3 2026-10 ||-1 -10.00", "4 2026-10 ||0 0.00")},
		{"refused rows", "Период;Регион;Категория;Количество;Сумма;Дата платежа\n" +
			"2026-13;63;13;1;1;\n2026-10;99;13;1;1;\n2026-10;63;99;1;1;\n2026-10;63;13;x;1;\n2026-10;63;13;1;1.234;\n2026-10;63;13;1;(100);\n" +
			"2026-10;63;13;1;1.234.567;\n2026-10;63;13;1;1,234.50;\n2026-10;63;13;-1;1;\n2026-10;63;13;1;;\n2026-10;63;13;1;1;31.02.2026\n2026-10;63;13;1,5;1;\n12026;Марс;0;?;?;?\n2026-10;63;13;2;2;\n",
			lines("2 63|13|1 1.00", "3 2026-10 |13|1 1.00", "4 2026-10 63||1 1.00", "5 2026-10 63|13|0 1.00", "10 2026-10 63|13|0 1.00",
				"12 2026-10 63|13|1 1.00", "13 2026-10 63|13|0 1.00", "15 2026-10 63|13|2 2.00",
				`warning A2 month month_unreadable "2026-13"`, `warning B3 region region_unknown "99"`,
				`warning C4 category category_unknown "99"`, `warning D5 persons persons_unreadable "x"`,
				`refused E6 amount amount_unreadable "1.234"`, `refused E7 amount amount_unreadable "(100)"`,
				`refused E8 amount amount_unreadable "1.234.567"`, `refused E9 amount amount_unreadable "1,234.50"`,
				`warning D10 persons persons_unreadable "-1"`, `refused E11 amount amount_unreadable ""`,
				`warning F12 paid_on date_unreadable "31.02.2026"`, `warning D13 persons persons_unreadable "1,5"`,
				`warning A14 month month_unreadable "12026"`, `warning B14 region region_unknown "Марс"`,
				`warning C14 category category_unknown "0"`, `refused E14 amount amount_unreadable "?"`,
				`warning D14 persons persons_unreadable "?"`, `warning F14 paid_on date_unreadable "?"`)},
		{"field count", "Период;Регион;Сумма;\n2026-10;63;1;\n2026-10;63;1;1;\n2026-10;1\n2026-10;63;1\n",
			lines("2 2026-10 63||0 1.00", "5 2026-10 63||0 1.00",
				`refused A3 month field_count "2026-10" 5 ≠ 3`, `refused A4 month field_count "2026-10" 2 ≠ 3`)},
		{"faults of the reader", "Период;Регион;Сумма\n2026-10;6\x073;1\n2026-10;\"a;1\";2\"2\n2026-10;63;2\n",
			lines("4 2026-10 63||0 2.00", "refused B2 region control_character \"6\\a3\"", `refused C3 amount field_count "2\"2"`)},
		{"repeated", "Период;Сумма;Референс\n2026-10;1;A\n2026-10;1;A\n2026-10;1;\n2026-10;1;\n",
			lines("2 2026-10 ||0 1.00 A", "3 2026-10 ||0 1.00 A", "4 2026-10 ||0 1.00", "5 2026-10 ||0 1.00",
				`warning C3 reference line_repeated "A" row 2`)},
		{"total", "Период;Количество;Сумма\n2026-10;1;10,10\n2026-10;2;20,20\nИтого;3;30,30\n",
			lines("2 2026-10 ||1 10.10", "3 2026-10 ||2 20.20", "controlled")},
		{"total counts refused lines", "Период;Регион;Количество;Сумма\n2026-10;63;1;10\n2026-10;Марс;2;20\nБарлығы;;3;30\n",
			lines("2 2026-10 63||1 10.00", "3 2026-10 ||2 20.00", `warning B3 region region_unknown "Марс"`, "controlled")},
		{"total above an unreadable amount", "Период;Регион;Количество;Сумма\n2026-10;63;1;10\n2026-10;63;2;?\nВсего;;3;30\n",
			lines("2 2026-10 63||1 10.00", `refused D3 amount amount_unreadable "?"`)},
		{"total of persons above an unreadable amount", "Период;Регион;Количество;Сумма\n2026-10;63;1;10\n2026-10;63;2;?\nВсего;;4;30\n",
			lines("control_total at row 4, cell C4: stated 4 ≠ counted 3")},
		{"totals of parts and of all", "Период;Регион;Сумма\n2026-10;63;10\n2026-10;71;20\nИтого за октябрь;;30\n2026-11;63;40\nИтого за ноябрь;;40\nВсего;;70\n",
			lines("2 2026-10 63||0 10.00", "3 2026-10 71||0 20.00", "5 2026-11 63||0 40.00", "controlled")},
		{"total without its word", "Период;Количество;Сумма\n2026-10;1;10,10\n2026-10;2;20,20\n;3;30,30\n",
			lines("2 2026-10 ||1 10.10", "3 2026-10 ||2 20.20", "controlled")},
		{"figures alone that are no total", "Период;Количество;Сумма\n2026-10;1;10,10\n;3;30,30\n;;40\nтел. 1234;;\n",
			lines("2 2026-10 ||1 10.10", "3 ||3 30.30", "4 ||0 40.00")},
		{"no month at all", "Период;Регион;Сумма\n;63;100\n;;100\n;71;?\n",
			lines("2 63||0 100.00", `refused C4 amount amount_unreadable "?"`, "controlled")},
		{"figures alone twice", "Период;Сумма\n;100\n;100\n", lines("2 ||0 100.00", "3 ||0 100.00")},
		{"one tiyn off", "Период;Количество;Сумма\n2026-10;1;10,10\n2026-10;2;20,20\nИтого;3;30,31\n",
			lines("control_total at row 4, cell C4: stated 30,31 tenge ≠ counted 30,30 tenge")},
		{"persons off", "Период;Количество;Сумма\n2026-10;1;10,10\nИтого;2;10,10\n", lines("control_total at row 3, cell B3: stated 2 ≠ counted 1")},
		{"total unreadable", "Период;Количество;Сумма\n2026-10;1;10,10\nИтого;1;1.234.5\n", lines("control_total at row 3, cell C3: stated 1.234.5 tenge ≠ counted 10,10 tenge")},
		{"cut", "Период;Количество;Сумма\nTotal;2;20\n", lines("control_total at row 2, cell C2: stated 20,00 tenge ≠ counted 0,00 tenge")},
		{"no header", "a;b\nc;d\n", lines("no_header")},
		{"no amount", "Период;Регион;Количество\n2026-10;63;1\n", lines("missing_column")},
		{"two amounts", "Период;Сумма;Сумма, тенге\n2026-10;1;1\n", lines("duplicate_header at row 1: columns B, C all claim amount")},
		{"category names", "Период;Категория;Сумма\n2026-10;дети;1\n2026-10;категория 13;1\n2026-10;6-1;1\n2026-10;26-1.1.2;1\n2026-10;13 санат;1\n",
			lines("2 2026-10 |1|0 1.00", "3 2026-10 |13|0 1.00", "4 2026-10 |6-1|0 1.00", "5 2026-10 |26-1.1.2|0 1.00", "6 2026-10 |13|0 1.00")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tell(t, []byte(c.file)); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// workbook writes rows with excelize; edit may change what stands there.
func workbook(t testing.TB, rows [][]any, edit func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if edit != nil {
		edit(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadWorkbook(t *testing.T) {
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	dates := func(f *excelize.File) {
		format := "mmm yyyy"
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		must(err)
		must(f.SetCellStyle("Sheet1", "A3", "A3", style))
	}
	for _, c := range []struct {
		name string
		rows [][]any
		edit func(*excelize.File)
		want string
	}{
		{"numbers and dates", [][]any{
			{"Поступления"}, {"Период", "Регион", "Количество", "Сумма", "Дата платежа", "Референс", "Категория"},
			{46296, 63, 100, 585200.5, 46300, 123456789012, 13}, {"2026-10", "63", "2", "11 704,00", "05.10.2026", "A", "13"},
			{10.2026, 630000000, 1, 0.1, nil, nil, "1"}, {"Итого", nil, 103, 596904.6}}, dates,
			lines("3 2026-10 63|13|100 585200.50 2026-10-05 123456789012", "4 2026-10 63|13|2 11704.00 2026-10-05 A",
				"5 2026-10 63|1|1 0.10", "controlled")},
		{"a formula without value", [][]any{{"Период", "Сумма"}, {"2026-10", 5}, {"2026-10", nil}}, func(f *excelize.File) {
			must(f.SetCellFormula("Sheet1", "B3", "B2*2"))
		}, lines("2 2026-10 ||0 5.00", `refused Sheet1B3 amount formula_without_value ""`)},
		{"three decimals", [][]any{{"Период", "Сумма"}, {"2026-10", 1.234}, {"2026-10", 1e18}},
			nil, lines(`refused Sheet1B2 amount amount_unreadable "1.234"`, `refused Sheet1B3 amount amount_unreadable "1000000000000000000"`)},
		{"merged", [][]any{{"Регион", "Период", "Сумма"}, {"63", "2026-10", 1}, {nil, "2026-11", 2}, {"71", "2026-10", 4}}, func(f *excelize.File) {
			must(f.MergeCell("Sheet1", "A2", "A3"))
		}, lines("4 2026-10 71||0 4.00", `refused Sheet1A2 region merged_cell "" A2:A3`, `refused Sheet1A3 region merged_cell "" A2:A3`)},
		{"hidden", [][]any{{"Период", "Сумма"}, {"2026-10", 1}, {"2026-10", 2}}, func(f *excelize.File) {
			must(f.SetRowVisible("Sheet1", 3, false))
		}, lines("2 2026-10 ||0 1.00", "3 2026-10 ||0 2.00", `warning Sheet1A3 month hidden_row_read "2026-10"`)},
		{"category that became a date", [][]any{{"Период", "Категория", "Сумма"}, {"2026-10", nil, 1}, {"2026-10", 46028, 1}}, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
			must(err)
			must(f.SetCellStyle("Sheet1", "B3", "B3", style))
		}, lines("2 2026-10 ||0 1.00", "3 2026-10 ||0 1.00", `warning Sheet1B3 category category_unknown "06.01.2026"`)},
		{"two sheets, a very hidden one", [][]any{{"Период", "Сумма"}, {"2026-10", 1}, {"Итого", 1}}, func(f *excelize.File) {
			_, err := f.NewSheet("2")
			must(err)
			must(f.SetSheetRow("2", "A1", &[]any{"Период", "Сумма"}))
			must(f.SetSheetRow("2", "A2", &[]any{"2026-11", 2}))
			must(f.SetSheetRow("2", "A3", &[]any{"Итого", 2}))
			must(f.SetSheetVisible("2", false, true))
		}, lines("2 2026-10 ||0 1.00", "2 2026-11 ||0 2.00", "held very_hidden_sheet 2", "controlled")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tell(t, workbook(t, c.rows, c.edit)); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}
