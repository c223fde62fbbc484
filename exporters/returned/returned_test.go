package returned_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/exporters/returned"
	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

var (
	long = flag.Bool("long", false, "200 messy workbooks, and LibreOffice opens each")
	keep = flag.String("keep", "", "a folder to keep the returned workbooks in")
)

// read reads a file as the roster that it is.
func read(t testing.TB, data []byte) osms.FileReport {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	r, err := roster.Read(book, roster.Options{Region: 63, Received: 20261005, FileName: "63.xlsx"})
	if err != nil {
		t.Fatal(err)
	}
	return osms.FileReport{Refusals: r.Refusals, Tables: r.Tables, Holds: r.Holds, Rows: r.Rows, Refused: r.Refused,
		Accepted: r.Rows - r.Refused - r.Ignored, Ignored: r.Ignored, Unlisted: r.Unlisted, Format: book.Format, Size: int64(len(data))}
}

func patched(t testing.TB, data []byte, report osms.FileReport) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := returned.Patch(&out, bytes.NewReader(data), int64(len(data)), report); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := returned.Patch(&again, bytes.NewReader(data), int64(len(data)), report); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Fatalf("patched twice, two results (%v)", err)
	}
	return out.Bytes()
}

// TestMessy is what a returned workbook promises, for generated workbooks of the
// sort that akimats send.
func TestMessy(t *testing.T) {
	n := uint64(15)
	if *long {
		n = 200
	}
	office := ""
	if *long {
		office = "soffice"
	}
	faults, rows := 0, 0
	for seed := range n {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			m := makeMessy(t, seed)
			report := read(t, m.data)
			if report.Refused < m.wrong/2 {
				t.Fatalf("%d rows are wrong, %d were refused", m.wrong, report.Refused)
			}
			faults += len(report.Refusals)
			rows += report.Rows
			out := patched(t, m.data, report)
			if *keep != "" {
				if err := os.WriteFile(filepath.Join(*keep, fmt.Sprintf("messy-%03d.xlsx", seed)), out, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			checkPackage(t, m.data, out)
			checkParts(t, m.data, out, report)
			checkCells(t, m.data, out, report)
			if office != "" {
				checkOffice(t, office, m.data, out, report)
			}
			checkMended(t, m, out, report)
		})
	}
	t.Logf("%d workbooks, %d rows, %d faults", n, rows, faults)
}

// touched lists the sheets that have something to mark.
func touched(report osms.FileReport) map[string]bool {
	out := map[string]bool{}
	for _, r := range report.Refusals {
		out[r.Sheet] = true
	}
	return out
}

// checkParts: every part that has no mark in it is what it was, as packed.
func checkParts(t *testing.T, before, after []byte, report osms.FileReport) {
	t.Helper()
	old, oldFiles := files(t, before)
	_, newFiles := files(t, after)
	now := map[string]int{}
	for i, f := range newFiles {
		now[f.Name] = i
	}
	may := map[string]bool{"xl/styles.xml": true, "xl/workbook.xml": true, "xl/_rels/workbook.xml.rels": true, "[Content_Types].xml": true}
	book, err := excelize.OpenReader(bytes.NewReader(before))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for i, name := range book.GetSheetList() {
		if !touched(report)[name] {
			continue
		}
		part := fmt.Sprintf("sheet%d.xml", i+1)
		may["xl/worksheets/"+part] = true
		rels := "xl/worksheets/_rels/" + part + ".rels"
		may[rels] = true
		for name := range old {
			if strings.Contains(old[rels], filepath.Base(name)) && (strings.Contains(name, "omments") || strings.Contains(name, "vmlDrawing")) {
				may[name] = true
			}
		}
	}
	for _, f := range oldFiles {
		i, there := now[f.Name]
		if !there {
			t.Errorf("%s is gone", f.Name)
			continue
		}
		if !may[f.Name] && !bytes.Equal(packed(t, f), packed(t, newFiles[i])) {
			t.Errorf("%s was touched", f.Name)
		}
	}
}

// errorColumns finds the column of sentences of each sheet.
func errorColumns(t *testing.T, f *excelize.File, report osms.FileReport) map[string]int {
	t.Helper()
	out := map[string]int{}
	names := f.GetSheetList()
	for _, table := range report.Tables {
		row, err := f.GetRows(names[table.Sheet])
		if err != nil {
			t.Fatal(err)
		}
		if c := slices.Index(row[table.HeaderRow-1], osms.ReturnedHeader); c >= 0 {
			out[names[table.Sheet]] = c
		}
	}
	return out
}

// checkCells: every cell is what it was but for the marks, and those explain.
func checkCells(t *testing.T, before, after []byte, report osms.FileReport) {
	t.Helper()
	a, err := excelize.OpenReader(bytes.NewReader(before))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := excelize.OpenReader(bytes.NewReader(after))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	names := a.GetSheetList()
	if got := b.GetSheetList(); !slices.Equal(got, append(slices.Clone(names), osms.ReturnedSheet)) {
		t.Errorf("sheets %q, before %q", got, names)
	}
	if !reflect.DeepEqual(a.GetDefinedName(), b.GetDefinedName()) || a.GetActiveSheetIndex() != b.GetActiveSheetIndex() {
		t.Error("defined names or the active sheet changed")
	}
	columns := errorColumns(t, b, report)
	marks := map[string]osms.Refusal{}
	for _, r := range report.Refusals {
		if old, ok := marks[r.Sheet+"!"+r.Cell]; !ok || old.Severity == osms.Warning {
			marks[r.Sheet+"!"+r.Cell] = r
		}
	}
	raw := excelize.Options{RawCellValue: true}
	for _, name := range names {
		was, is := sheetXML(t, a, before, name), sheetXML(t, b, after, name)
		for _, same := range []string{"sheetViews", "mergeCells", "dataValidations", "conditionalFormatting", "autoFilter", "sheetProtection", "headerFooter", "tableParts", "hyperlinks"} {
			if between(was, same) != between(is, same) {
				t.Errorf("%s: <%s> changed", name, same)
			}
		}
		errorColumn, ok := columns[name]
		if !ok && touched(report)[name] {
			t.Errorf("%s has no column of sentences", name)
		}
		rows, _ := b.GetRows(name, raw)
		more, _ := a.GetRows(name, raw)
		for i := range max(len(rows), len(more)) {
			width := 14
			for c := range width {
				at := osms.CellName(c, i+1)
				if ok && c == errorColumn {
					continue
				}
				v1, _ := a.GetCellValue(name, at, raw)
				v2, _ := b.GetCellValue(name, at, raw)
				f1, _ := a.GetCellFormula(name, at)
				f2, _ := b.GetCellFormula(name, at)
				s1, _ := a.GetCellStyle(name, at)
				s2, _ := b.GetCellStyle(name, at)
				if v1 != v2 || f1 != f2 {
					t.Errorf("%s!%s: %q %q became %q %q", name, at, v1, f1, v2, f2)
				}
				mark, marked := marks[name+"!"+at]
				if !marked {
					if s1 != s2 {
						t.Errorf("%s!%s: the format %d became %d", name, at, s1, s2)
					}
					continue
				}
				d1, err1 := a.GetStyle(s1)
				d2, err2 := b.GetStyle(s2)
				if err1 != nil || err2 != nil {
					t.Fatal(err1, err2)
				}
				want := "FFC7CF"
				if mark.Severity == osms.Warning {
					want = "FFEB9D"
				}
				if len(d2.Fill.Color) != 1 || d2.Fill.Color[0] != want {
					t.Errorf("%s!%s is not coloured %s: %v", name, at, want, d2.Fill)
				}
				d1.Fill, d2.Fill = excelize.Fill{}, excelize.Fill{}
				if !reflect.DeepEqual(d1, d2) {
					t.Errorf("%s!%s: more than the colour changed: %+v, %+v", name, at, d1, d2)
				}
			}
		}
		checkNotes(t, a, b, name, report, errorColumn)
	}
	checkLinks(t, b, report)
}

func sheetXML(t *testing.T, f *excelize.File, data []byte, name string) string {
	t.Helper()
	parts, _ := files(t, data)
	return parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", slices.Index(f.GetSheetList(), name)+1)]
}

func noteText(c excelize.Comment) string {
	text := c.Text
	for _, run := range c.Paragraph {
		text += run.Text
	}
	return text
}

// checkNotes: every faulty cell has a note and every faulty row its sentences;
// the notes that were there are there.
func checkNotes(t *testing.T, a, b *excelize.File, name string, report osms.FileReport, column int) {
	t.Helper()
	notes := map[string]string{}
	now, err := b.GetComments(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range now {
		notes[c.Cell] = noteText(c)
	}
	was, _ := a.GetComments(name)
	for _, c := range was {
		if !strings.HasPrefix(notes[c.Cell], noteText(c)) {
			t.Errorf("%s!%s: the note %q became %q", name, c.Cell, noteText(c), notes[c.Cell])
		}
	}
	for _, r := range report.Refusals {
		if r.Sheet != name {
			continue
		}
		sentence, _ := b.GetCellValue(name, osms.CellName(column, r.Row))
		for _, lang := range []string{"kk", "ru"} {
			if !strings.Contains(notes[r.Cell], r.Message(lang)) {
				t.Errorf("%s!%s: the note %q lacks %q", name, r.Cell, notes[r.Cell], r.Message(lang))
			}
			if !strings.Contains(sentence, r.Cell+": "+r.Message(lang)) {
				t.Errorf("%s row %d: the sentences %q lack %q", name, r.Row, sentence, r.Message(lang))
			}
		}
	}
}

// checkLinks: the list of faults leads to each.
func checkLinks(t *testing.T, b *excelize.File, report osms.FileReport) {
	t.Helper()
	rows, err := b.GetRows(osms.ReturnedSheet)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for i := range rows {
		if ok, link, _ := b.GetCellHyperLink(osms.ReturnedSheet, osms.CellName(1, i+1)); ok {
			found[link]++
		}
	}
	want := map[string]int{}
	for _, r := range report.Refusals {
		want["'"+strings.ReplaceAll(r.Sheet, "'", "''")+"'!"+r.Cell]++
	}
	if !maps.Equal(found, want) {
		t.Errorf("links %v, want %v", found, want)
	}
}

// checkMended: whoever only mends the marked cells sends a clean file, and one
// who mends half of them gets marks on the other half only.
func checkMended(t *testing.T, m *messy, out []byte, report osms.FileReport) {
	t.Helper()
	for _, share := range []int{2, 1} {
		f, err := excelize.OpenReader(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range report.Refusals {
			value, known := m.right[r.Sheet+"!"+r.Cell]
			if !known || share == 2 && i%2 == 0 {
				continue
			}
			if err := f.SetCellValue(r.Sheet, r.Cell, value); err != nil {
				t.Fatal(err)
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		next := read(t, b.Bytes())
		if next.Rows != report.Rows || len(next.Holds) != len(report.Holds) {
			t.Errorf("the mended file has %d rows and %v, the first %d and %v", next.Rows, next.Holds, report.Rows, report.Holds)
		}
		if share == 1 {
			if next.Refused != 0 {
				t.Errorf("the mended file is refused in %d rows: %v", next.Refused, next.Refusals)
			}
			for _, r := range next.Refusals {
				if r.Code != osms.HiddenRowRead {
					t.Errorf("the mended file: %v", r)
				}
			}
			continue
		}
		if len(next.Refusals) > 0 {
			again := patched(t, b.Bytes(), next)
			checkPackage(t, b.Bytes(), again)
			checkAgain(t, again, next)
		}
	}
}

// checkAgain: a workbook returned for the second time bears the marks of the
// second reading and no others.
func checkAgain(t *testing.T, data []byte, report osms.FileReport) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n := len(slices.DeleteFunc(f.GetSheetList(), func(s string) bool { return !strings.HasPrefix(s, osms.ReturnedSheet) })); n != 1 {
		t.Errorf("%d lists of faults", n)
	}
	checkLinks(t, f, report)
	want := map[string]bool{}
	rows := map[string]bool{}
	for _, r := range report.Refusals {
		want[r.Sheet+"!"+r.Cell] = true
		rows[fmt.Sprint(r.Sheet, "!", r.Row)] = true
	}
	names := f.GetSheetList()
	for _, table := range report.Tables {
		name := names[table.Sheet]
		lines, _ := f.GetRows(name)
		heads := 0
		for _, cell := range lines[table.HeaderRow-1] {
			if cell == osms.ReturnedHeader {
				heads++
			}
		}
		if heads > 1 {
			t.Errorf("%s: %d columns of sentences", name, heads)
		}
		for i := range lines {
			for c := range lines[i] {
				at := osms.CellName(c, i+1)
				id, _ := f.GetCellStyle(name, at)
				style, err := f.GetStyle(id)
				if err != nil {
					t.Fatal(err)
				}
				ours := len(style.Fill.Color) > 0 && (style.Fill.Color[0] == "FFC7CF" || style.Fill.Color[0] == "FFEB9D")
				if ours != want[name+"!"+at] && c != table.Returned && lines[i][c] != osms.ReturnedHeader && i+1 > table.LastHeaderRow {
					t.Errorf("%s!%s: coloured %v, faulty %v", name, at, ours, want[name+"!"+at])
				}
			}
			if table.Returned >= 0 && i+1 > table.LastHeaderRow {
				sentence, _ := f.GetCellValue(name, osms.CellName(table.Returned, i+1))
				if (sentence != "") != rows[fmt.Sprint(name, "!", i+1)] {
					t.Errorf("%s row %d says %q", name, i+1, sentence)
				}
			}
		}
		notes, _ := f.GetComments(name)
		for _, n := range notes {
			if n.Author == "osmsd" && !want[name+"!"+n.Cell] {
				t.Errorf("%s!%s has an old note", name, n.Cell)
			}
		}
	}
}
