package statement

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// part gives a part of a workbook.
func part(t testing.TB, b []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// find gives the address of the only cell with a text.
func find(t *testing.T, f *excelize.File, text string) (column, row int) {
	t.Helper()
	at, err := f.SearchSheet(sheetName, text)
	if err != nil || len(at) != 1 {
		t.Fatalf("%q stands in the cells %v, %v", text, at, err)
	}
	column, row, err = excelize.CellNameToCoordinates(at[0])
	if err != nil {
		t.Fatal(err)
	}
	return column, row
}

// packed is a workbook with other parts.
func packed(t testing.TB, b []byte, parts map[string][]byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		text, ok := parts[f.Name]
		if !ok {
			text = []byte(part(t, b, f.Name))
		}
		to, err := w.Create(f.Name)
		if err == nil {
			_, err = to.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t *testing.T, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestXLSXSameBytes(t *testing.T) {
	for _, s := range []osms.Statement{sample(40), longest(), nobody()} {
		first := xlsx(t, s)
		for range 3 {
			if !bytes.Equal(first, xlsx(t, s)) {
				t.Fatal("two writes of one statement differ")
			}
		}
		core := part(t, first, "docProps/core.xml")
		if strings.Count(core, "2026-10-05T13:04:05Z") != 2 || strings.Contains(core, s.Person.Digits()) {
			t.Errorf("metadata: %s", core)
		}
	}
}

func TestXLSXCells(t *testing.T) {
	s := sample(10)
	b := xlsx(t, s)
	f := open(t, b)
	_, row := find(t, f, "Төлеушінің БСН/ЖСН\nБИН/ИИН плательщика")
	for i, r := range s.Rows {
		for column, want := range []struct {
			value string
			text  bool
		}{{"", false}, {shortMonth(r.Month), true}, {r.Payer, true}, {r.PayerID, true}, {r.KNP, true}, {"", false}, {r.Reference, true}, {r.Amount.String(), false}} {
			cell := osms.CellName(column, row+1+i)
			kind, err := f.GetCellType(sheetName, cell)
			if err != nil {
				t.Fatal(err)
			}
			if want.text != (kind == excelize.CellTypeSharedString) {
				t.Errorf("cell %s is of type %d", cell, kind)
			}
			got, err := f.GetCellValue(sheetName, cell, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			if want.value != "" && got != want.value {
				t.Errorf("cell %s: %q, want %q", cell, got, want.value)
			}
		}
	}
	if got, _ := f.GetCellValue(sheetName, osms.CellName(5, row+1)); got != "05.01.2024" {
		t.Errorf("the day of payment: %q", got)
	}
	if got, _ := f.GetCellValue(sheetName, osms.CellName(7, row+1)); got != "5,852.00" {
		t.Errorf("the amount: %q", got)
	}
	_, at := find(t, f, "ЖСН / ИИН")
	if kind, _ := f.GetCellType(sheetName, osms.CellName(3, at)); kind != excelize.CellTypeSharedString {
		t.Error("the IIN is not text")
	}
	_, at = find(t, f, "Барлығы / Итого")
	if got, _ := f.GetCellValue(sheetName, osms.CellName(7, at), excelize.Options{RawCellValue: true}); got != s.Total.String() {
		t.Errorf("the total: %q", got)
	}
}

// TestXLSXNoFormulas: whatever a payer calls itself, it stays text and reads
// back as it was.
func TestXLSXNoFormulas(t *testing.T) {
	s := sample(0)
	evil := []string{"=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "\r=2", "=HYPERLINK(\"http://x\")", "_x0041_", "_x0041_x0042_x", "0012", "1E5", " пробел ", "<b>&amp;"}
	for _, e := range evil {
		s.Rows = append(s.Rows, osms.StatementRow{Month: 202601, Payer: e, PayerID: e, KNP: e, Reference: e, Amount: -1})
		s.Total--
	}
	s.Name = osms.Name{Surname: "=cmd|' /C calc'!A0"}
	b := xlsx(t, s)
	sheet := part(t, b, "xl/worksheets/sheet1.xml")
	if regexp.MustCompile(`<f[ >]`).MatchString(sheet) {
		t.Error("there is a formula in the sheet")
	}
	f := open(t, b)
	_, row := find(t, f, "Төлеушінің БСН/ЖСН\nБИН/ИИН плательщика")
	for i, e := range evil {
		for _, column := range []int{2, 3, 4, 6} {
			cell := osms.CellName(column, row+1+i)
			got, err := f.GetCellValue(sheetName, cell)
			if err != nil || got != e && strings.ReplaceAll(got, "\n", "\r") != e {
				t.Errorf("cell %s: %q, want %q (%v)", cell, got, e, err)
			}
			if kind, _ := f.GetCellType(sheetName, cell); kind != excelize.CellTypeSharedString {
				t.Errorf("cell %s is of type %d", cell, kind)
			}
		}
	}
}

func TestXLSXRefusesWhatExcelCuts(t *testing.T) {
	s := sample(1)
	s.Rows[0].Payer = strings.Repeat("Ә", 40_000)
	var out bytes.Buffer
	if err := WriteXLSX(&out, s); err == nil || out.Len() > 0 {
		t.Error("a text was cut without a word")
	}
}

// TestEnded: who took part until a month is not told that nothing is known.
func TestEnded(t *testing.T) {
	for since, want := range map[osms.Month]string{0: "status.not_participating", 202409: "status.ended"} {
		p := osms.Participation{Status: osms.NotParticipating, Since: since, Until: since}
		fields := participation(p)
		if fields[0].value != word(want) || since != 0 && (fields[2].value != monthWords(since, pair{}) || fields[3].value != monthWords(since, pair{})) {
			t.Errorf("%+v", fields)
		}
	}
}
