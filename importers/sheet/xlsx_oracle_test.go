package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// excelizeWorkbook writes a workbook the way another program does: shared
// strings, numbers, dates, booleans, formulas, merged cells, hidden rows,
// hidden sheets and an autofilter.
func excelizeWorkbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	check(err)
	twelve := "000000000000"
	padded, err := f.NewStyle(&excelize.Style{CustomNumFmt: &twelve})
	check(err)
	check(f.SetSheetName("Sheet1", "1-сынып"))
	for r := 1; r <= 60; r++ {
		v := bigRow(r)
		for c, s := range v {
			cell, _ := excelize.CoordinatesToCellName(c+1, r+3)
			check(f.SetCellValue("1-сынып", cell, s))
		}
		check(f.SetCellValue("1-сынып", fmt.Sprintf("F%d", r+3), 36000+r))
		check(f.SetCellValue("1-сынып", fmt.Sprintf("B%d", r+3), 50101300000+r))
		check(f.SetCellBool("1-сынып", fmt.Sprintf("M%d", r+3), r%2 == 0))
		check(f.SetCellValue("1-сынып", fmt.Sprintf("O%d", r+3), float64(r)+0.25))
	}
	check(f.SetCellStyle("1-сынып", "F4", "F63", date))
	check(f.SetCellStyle("1-сынып", "B4", "B63", padded))
	check(f.SetCellValue("1-сынып", "A1", "Тізім <&> \"Ромашка\"\r\nекінші жол  "))
	check(f.SetCellRichText("1-сынып", "A2", []excelize.RichTextRun{{Text: "Оқушылар"}, {Text: " тізімі", Font: &excelize.Font{Bold: true}}}))
	check(f.MergeCell("1-сынып", "A1", "L1"))
	check(f.MergeCell("1-сынып", "A2", "C2"))
	check(f.SetRowVisible("1-сынып", 10, false))
	check(f.SetRowVisible("1-сынып", 11, false))
	check(f.AutoFilter("1-сынып", "A3:L63", nil))
	_, err = f.NewSheet("Жасырын")
	check(err)
	check(f.SetCellValue("Жасырын", "C7", "hidden"))
	check(f.SetSheetVisible("Жасырын", false))
	_, err = f.NewSheet("Бос")
	check(err)
	var b bytes.Buffer
	check(f.Write(&b))
	return b.Bytes()
}

func TestOracle(t *testing.T) {
	for name, data := range map[string][]byte{
		"written by excelize": excelizeWorkbook(t),
		"shared":              bigWorkbook(t, 500, true),
		"inline":              bigWorkbook(t, 500, false),
		"no addresses":        packed(t, rebuilt(sheetXML(`<row><c t="s"><v>0</v></c><c/><c><v>1</v></c></row><row><c><v>5</v></c></row>`))...),
	} {
		t.Run(name, func(t *testing.T) { compareWithExcelize(t, data) })
	}
}

// compareWithExcelize reads every sheet both ways and compares the values cell
// by cell, the hidden rows and the merged ranges.
func compareWithExcelize(t *testing.T, data []byte) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := Open(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(b.Sheets), len(f.GetSheetList()); got != want {
		t.Fatalf("%d sheets, not %d", got, want)
	}
	cells := 0
	for i, name := range f.GetSheetList() {
		visible, _ := f.GetSheetVisible(name)
		if b.Sheets[i].Name != name || visible != (b.Sheets[i].Visibility == Visible) {
			t.Fatalf("sheet %d is %+v, not %s", i, b.Sheets[i], name)
		}
		theirs, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for len(theirs) > 0 && strings.Join(theirs[len(theirs)-1], "") == "" {
			theirs = theirs[:len(theirs)-1]
		}
		next := 0
		summary, err := b.Read(i, func(r *Row) error {
			for ; next < r.Number-1; next++ { // rows without values are not delivered
				if strings.Join(theirs[next], "") != "" {
					t.Fatalf("row %d was left out", next+1)
				}
			}
			want := theirs[next]
			next++
			for c, cell := range r.Cells {
				value := ""
				if c < len(want) {
					value = want[c]
				}
				if cell.Text != value {
					t.Fatalf("%s: column %d of row %d is %q, not %q", name, c, r.Number, cell.Text, value)
				}
				cells++
			}
			if len(want) > len(r.Cells) {
				t.Fatalf("row %d has %d cells, not %d", r.Number, len(r.Cells), len(want))
			}
			if shown, _ := f.GetRowVisible(name, r.Number); shown == r.Hidden {
				t.Fatalf("row %d: hidden %v", r.Number, r.Hidden)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if next != len(theirs) {
			t.Fatalf("%d rows, not %d", next, len(theirs))
		}
		merged, err := f.GetMergeCells(name)
		if err != nil || len(merged) != len(summary.Merges) {
			t.Fatalf("%d merged ranges, not %d (%v)", len(summary.Merges), len(merged), err)
		}
		for k, m := range merged {
			if want, ok := parseRange([]byte(m[0])); !ok || want != summary.Merges[k] {
				t.Fatalf("merged range %v, not %v", summary.Merges[k], m[0])
			}
		}
	}
	if cells < 3 {
		t.Fatalf("only %d cells were compared", cells)
	}
}

// What excelize's own reading does not tell is checked by hand.
func TestKindsOfExcelizeWorkbook(t *testing.T) {
	out, err := readWorkbook(excelizeWorkbook(t), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n4 hidden=false fault=/0: 1\"1\" 2\"50101300001\"z12", " 2\"36001\"d", "10 hidden=true", "11 hidden=true",
		"3\"1\"", "HiddenRows:2 Filtered:true", "sheet \"Жасырын\" 1", "Оқушылар тізімі", `Тізім <&> \"Ромашка\"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}
