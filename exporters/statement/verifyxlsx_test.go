package statement

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// TestAnyDigitXLSX: every figure of every cell in turn, in a workbook that
// excelize saved again.
func TestAnyDigitXLSX(t *testing.T) {
	whole := xlsx(t, signed(mixed()))
	sheets, err := readBook(whole)
	if err != nil {
		t.Fatal(err)
	}
	resave := func(f *excelize.File) []byte {
		t.Helper()
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	f := open(t, whole)
	if err := f.SetColWidth(sheetName, "A", "A", 7); err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(resave(f), "", testKeys()); err != nil || !v.Resaved {
		t.Fatalf("saved again: %v %v", v.Resaved, err)
	}
	tried := 0
	for _, sheet := range sheets {
		for at, c := range sheet.cells {
			places := digits([]byte(c.text))
			if sheet.name == carrySheet && !*long {
				places = places[:40]
			}
			for n, i := range places {
				if !*long && n%4 != len(places)%4 {
					continue
				}
				changed := []byte(c.text)
				changed[i] = otherDigit(changed[i], i)
				if c.kind == "number" {
					err = f.SetCellDefault(sheet.name, at, string(changed))
				} else {
					err = f.SetCellStr(sheet.name, at, escape(string(changed)))
				}
				if err != nil {
					t.Fatal(err)
				}
				if _, err := Verify(resave(f), "", testKeys()); err == nil {
					t.Fatalf("cell %s of %s: figure %d was changed and not seen", at, sheet.name, i)
				}
				tried++
			}
			if c.kind == "number" {
				err = f.SetCellDefault(sheet.name, at, c.text)
			} else {
				err = f.SetCellStr(sheet.name, at, escape(c.text))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if v, err := Verify(resave(f), "", testKeys()); err != nil || !v.Resaved {
		t.Fatalf("put back: %v %v", v.Resaved, err)
	}
	t.Logf("%d figures", tried)
}

// TestXLSXShownOtherwise: the cells hold what was issued, and show another thing.
func TestXLSXShownOtherwise(t *testing.T) {
	s := signed(sample(3))
	for name, change := range map[string]func(f *excelize.File) error{
		"format": func(f *excelize.File) error {
			format := `"9,999.00"`
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				return err
			}
			column, row := find(t, f, "Барлығы / Итого")
			return f.SetCellStyle(sheetName, osms.CellName(column+6, row), osms.CellName(column+6, row), id)
		},
		"hidden row":    func(f *excelize.File) error { return f.SetRowVisible(sheetName, 20, false) },
		"hidden column": func(f *excelize.File) error { return f.SetColVisible(sheetName, "C", false) },
		"narrow column": func(f *excelize.File) error { return f.SetColWidth(sheetName, "C", "C", 15) },
		"low rows": func(f *excelize.File) error {
			zero := true
			return f.SetSheetProps(sheetName, &excelize.SheetPropsOptions{ZeroHeight: &zero})
		},
		"no zeros": func(f *excelize.File) error {
			zeros := false
			return f.SetSheetView(sheetName, 0, &excelize.ViewOptions{ShowZeros: &zeros})
		},
		"header": func(f *excelize.File) error {
			return f.SetHeaderFooter(sheetName, &excelize.HeaderFooterOptions{OddHeader: "&C&14ИТОГО: 99 999 999,00", OddFooter: footer(t, f)})
		},
		"footer": func(f *excelize.File) error {
			return f.SetHeaderFooter(sheetName, &excelize.HeaderFooterOptions{OddFooter: footer(t, f) + " 9"})
		},
		"no footer": func(f *excelize.File) error { return f.SetHeaderFooter(sheetName, nil) },
		"another first page": func(f *excelize.File) error {
			return f.SetHeaderFooter(sheetName, &excelize.HeaderFooterOptions{OddFooter: footer(t, f), DifferentFirst: true})
		},
		"header of the hidden sheet": func(f *excelize.File) error {
			return f.SetHeaderFooter(carrySheet, &excelize.HeaderFooterOptions{OddHeader: "9"})
		},
		"print area": func(f *excelize.File) error {
			return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: "'" + sheetName + "'!$A$1:$C$5", Scope: sheetName})
		},
		"print titles": func(f *excelize.File) error {
			if err := f.DeleteDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheetName}); err != nil {
				return err
			}
			return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + sheetName + "'!$1:$2", Scope: sheetName})
		},
		"no print titles": func(f *excelize.File) error {
			return f.DeleteDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheetName})
		},
		"name": func(f *excelize.File) error {
			return f.SetDefinedName(&excelize.DefinedName{Name: "Total", RefersTo: "99999"})
		},
		"low row": func(f *excelize.File) error { return f.SetRowHeight(sheetName, 20, 0.5) },
		"merged":  func(f *excelize.File) error { return f.MergeCell(sheetName, "A22", "H23") },
		"condition": func(f *excelize.File) error {
			format := 0
			return f.SetConditionalFormat(sheetName, "A1:H40", []excelize.ConditionalFormatOptions{{Type: "blanks", Format: &format}})
		},
		"note":    func(f *excelize.File) error { return f.AddComment(sheetName, excelize.Comment{Cell: "A1", Text: "9"}) },
		"formula": func(f *excelize.File) error { return f.SetCellFormula(sheetName, "J1", "1+1") },
		"as text": func(f *excelize.File) error {
			column, row := find(t, f, "Барлығы / Итого")
			return f.SetCellStr(sheetName, osms.CellName(column+6, row), s.Total.String())
		},
		"cell":  func(f *excelize.File) error { return f.SetCellStr(sheetName, "J1", "9") },
		"sheet": func(f *excelize.File) error { _, err := f.NewSheet("Sheet2"); return err },
		"shown": func(f *excelize.File) error { return f.SetSheetVisible(carrySheet, true) },
	} {
		f := open(t, xlsx(t, s))
		if err := change(f); err != nil {
			t.Fatal(name, err)
		}
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(out.Bytes(), "", testKeys()); reason(err) != ChangedDocument {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// footer is the footer that the workbook has.
func footer(t *testing.T, f *excelize.File) string {
	t.Helper()
	h, err := f.GetHeaderFooter(sheetName)
	if err != nil || h == nil || h.OddFooter == "" {
		t.Fatal(h, err)
	}
	return h.OddFooter
}

// TestXLSXOtherParts: a workbook whose relations lead a spreadsheet to other
// parts than those that hold what was issued.
func TestXLSXOtherParts(t *testing.T) {
	whole := xlsx(t, signed(sample(3)))
	for name, c := range map[string]struct {
		part, from, to string
		want           Reason
	}{
		"workbook": {"_rels/.rels", "xl/workbook.xml", "xl/other.xml", NotStatement},
		"two workbooks": {"_rels/.rels", "</Relationships>",
			`<Relationship Id="other" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/other.xml"/></Relationships>`, NotStatement},
		"texts": {"xl/_rels/workbook.xml.rels", "sharedStrings.xml", "other.xml", Damaged},
		"two texts": {"xl/_rels/workbook.xml.rels", "</Relationships>",
			`<Relationship Id="other" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="other.xml"/></Relationships>`, ChangedDocument},
		"two styles": {"xl/_rels/workbook.xml.rels", "</Relationships>",
			`<Relationship Id="other" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="other.xml"/></Relationships>`, ChangedDocument},
		"a name twice": {"xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId1" Type="x" Target="other.xml"/></Relationships>`, Damaged},
		"a cell twice": {"xl/worksheets/sheet1.xml", "</row>", `<c r="A1"><v>1</v></c></row>`, Damaged},
		"doctype":      {"xl/worksheets/sheet1.xml", "<worksheet", "<!DOCTYPE a><worksheet", Damaged},
		"nothing":      {"xl/worksheets/sheet1.xml", "x", "x", ""},
	} {
		was := part(t, whole, c.part)
		if !strings.Contains(was, c.from) {
			t.Fatalf("%s: %s is not in %s", name, c.from, was)
		}
		b := packed(t, whole, map[string][]byte{c.part: []byte(strings.Replace(was, c.from, c.to, 1))})
		if _, err := Verify(b, "", testKeys()); c.want == "" && err != nil || c.want != "" && reason(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestXLSXSavedByOffice: LibreOffice opens and saves the workbook.
func TestXLSXSavedByOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("no LibreOffice here")
	}
	in, out := t.TempDir(), t.TempDir()
	args := []string{"--headless", "-env:UserInstallation=file://" + in, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out}
	for name, s := range shapes() {
		args = append(args, filepath.Join(in, name+".xlsx"))
		if err := os.WriteFile(args[len(args)-1], xlsx(t, signed(s)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := exec.Command(office, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	for name, s := range shapes() {
		b, err := os.ReadFile(filepath.Join(out, name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		if v, err := Verify(b, "", testKeys()); err != nil || !v.Resaved {
			t.Errorf("%s: %v", name, err)
			if at := placeOf(err); at != "" {
				was, _ := readBook(xlsx(t, signed(s)))
				is, _ := readBook(b)
				t.Errorf("%+v and %+v", was[0].cells[at], is[0].cells[at])
			}
		}
	}
}

func TestSameNumber(t *testing.T) {
	for _, c := range []struct {
		ours, theirs string
		same         bool
	}{
		{"5852.00", "5852", true}, {"5852.00", "5852.0", true}, {"5852.00", "5.852E3", true}, {"5852.00", "5852.01", false},
		{"5852.10", "5852.1000000000004", true}, {"0.00", "0", true}, {"-0.01", "-0.01", true}, {"-0.01", "0.01", false},
		{"92233720368547758.07", "9.223372036854776E+16", true}, {"92233720368547758.07", "92233720368547758.08", false},
		{"92233720368547758.07", "92233720368547759.07", false}, {"45658", "45659", false}, {"1", "", false}, {"1", "1e9999999", false}, {"1", "x", false},
	} {
		if got := sameNumber(c.ours, c.theirs); got != c.same {
			t.Errorf("%s and %s: %v", c.ours, c.theirs, got)
		}
	}
}

// FuzzBook reads the parts of a workbook, which compression hides from FuzzVerify.
func FuzzBook(f *testing.F) {
	s := mixed()
	s.Rows = s.Rows[:1]
	s.Total = s.Rows[0].Amount
	whole := xlsx(f, signed(s))
	sheets, err := readBook(whole)
	if err != nil || len(sheets) != 2 {
		f.Fatal(err)
	}
	f.Add([]byte(part(f, whole, "xl/worksheets/sheet1.xml")), []byte(part(f, whole, "xl/sharedStrings.xml")), []byte(part(f, whole, "xl/styles.xml")))
	f.Fuzz(func(t *testing.T, sheet, shared, styles []byte) {
		v, err := Verify(packed(t, whole, map[string][]byte{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared, "xl/styles.xml": styles}), "f", testKeys())
		if err == nil && v.Digest != Digest(s) {
			t.Errorf("%+v", v)
		}
	})
}
