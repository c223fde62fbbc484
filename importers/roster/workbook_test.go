package roster_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// TestWorkbook reads a workbook that another program wrote, with what Excel
// makes of numbers and dates, a merged and a filtered row and a formula that
// was never calculated.
func TestWorkbook(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	const name = "Тізім"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", name))
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	rows := [][]any{
		{"Тізім түрі: толық"},
		{"Күні:", day(2026, 10, 1)},
		{"БСН: 971240666596"},
		{"№", "ЖСН", "ТАӘ", "Туған күні", "Жынысы", "Оқу нысаны", "Қабылданған күні"},
		{"№", "ИИН", "ФИО", "Дата рождения", "Пол", "Форма обучения", "Дата зачисления"},
		{1, 2, 3, 4, 5, 6, 7},
		{1, 61211601593, "Ахметова Әсел", day(2006, 12, 11), "ж", "күндізгі", day(2024, 9, 1)},
		{2, "031231543338", "Иванов Пётр", "31.12.2003", "м", "очная", "01.09.2022"},
		{3, "990717371478", "Сергазин Ержан", "17.07.1999", "м", "очная", day(2023, 9, 1)},
		{4, "981201425069", "Оспанова Мария", "01.12.1998", "ж", "очная", nil},
		{"Барлығы", nil, nil, 4},
	}
	for i, row := range rows {
		must(f.SetSheetRow(name, osms.CellName(0, i+1), &row))
	}
	must(f.MergeCell(name, "A1", "G1"))
	must(f.MergeCell(name, "E9", "F9"))
	must(f.SetRowVisible(name, 8, false))
	must(f.SetCellFormula(name, "G10", "=TODAY()"))
	var b bytes.Buffer
	must(f.Write(&b))

	book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), sheet.Limits{})
	must(err)
	defer book.Close()
	r, err := roster.Read(book, roster.Options{Region: 63, Received: 20261005, FileName: "тізім.xlsx"})
	const want = `full as at 2026-10-01 declared; rows 4 = accepted 2 + refused 2 + ignored 0; repaired 1; hidden 1; control total 4
971240666596
  031231543338 Иванов Пётр, 2003-12-31, full_time, studying, from 2022-09-01
  061211601593 Ахметова Әсел, 2006-12-11, full_time, studying, from 2024-09-01
  protected 981201425069
  protected 990717371478
warning Тізім!B7 iin iin_repaired "61211601593"
warning Тізім!B8 iin hidden_row_read "031231543338"
refused Тізім!E9 sex merged_cell "м"
refused Тізім!G10 enrolled_on formula_without_value ""
`
	if got := tell(r, err); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if r.Format != "xlsx" || r.Columns[0]["iin"] != 1 {
		t.Errorf("format %q, columns %v", r.Format, r.Columns)
	}
}

// TestEndlessTexts: names as long as a cell may hold, no two the same, refuse
// the file before they fill the memory.
func TestEndlessTexts(t *testing.T) {
	long := strings.Repeat("Ә", 16_000)
	src := month(20_000, false)
	rows := src.Rows
	src.Rows = func(i int, each func(*sheet.Row) error) (sheet.Summary, error) {
		return rows(i, func(row *sheet.Row) error {
			if row.Number > 1 {
				row.Cells[3].Text = long + strconv.Itoa(row.Number)
			}
			return each(row)
		})
	}
	_, err := roster.ReadSource(src, roster.Options{Region: 63, Received: 20261005})
	if refused := (*osms.FileError)(nil); !errors.As(err, &refused) || refused.Code != osms.FileTooLarge {
		t.Errorf("got %v", err)
	}
}
