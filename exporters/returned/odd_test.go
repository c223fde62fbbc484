package returned_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"osmsd/exporters/returned"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

const (
	transitional = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relate       = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	head         = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// plainParts is a workbook as programs write it: two rows under a header, the
// second without a number.
func plainParts() map[string]string {
	return map[string]string{
		"[Content_Types].xml": head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":         head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relate + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":     head + `<workbook xmlns="` + transitional + `" xmlns:r="` + relate + `"><sheets><sheet name="Оқушылар" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relate +
			`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": worksheet(""),
	}
}

var rows = `<row r="1"><c r="A1" t="inlineStr"><is><t>ИИН</t></is></c><c r="B1" t="inlineStr"><is><t>Аты</t></is></c></row>` +
	`<row r="2"><c r="A2"><v>61211601593</v></c><c r="B2" s="3" t="inlineStr"><is><t>Әсел</t></is></c></row>` +
	`<row r="4" ht="15"><c r="B4" t="inlineStr"><is><t>=1+1</t></is></c></row>`

func worksheet(tail string) string {
	return head + `<worksheet xmlns="` + transitional + `" xmlns:r="` + relate + `"><sheetData>` + rows + `</sheetData>` + tail + `</worksheet>`
}

const styled = head + `<styleSheet xmlns="` + transitional + `"><fills count="1"><fill><patternFill patternType="none"/></fill></fills><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49" fillId="0"/></cellXfs></styleSheet>`

func pack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range sortedNames(parts) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sortedNames(parts map[string]string) (names []string) {
	for name := range parts {
		names = append(names, name)
	}
	for i := range names {
		for j := i; j > 0 && names[j] < names[j-1]; j-- {
			names[j], names[j-1] = names[j-1], names[j]
		}
	}
	return names
}

// oddReport finds fault with a cell that is there, one that is not, and rows
// that are not.
func oddReport() osms.FileReport {
	r := func(cell string, row int, s osms.Severity) osms.Refusal {
		return osms.Refusal{Sheet: "Оқушылар", Cell: cell, Row: row, Code: osms.IINCheckDigit, Severity: s}
	}
	return osms.FileReport{Tables: []osms.TableAt{{HeaderRow: 1, LastHeaderRow: 1, LastColumn: 1, Returned: -1}}, Format: "xlsx",
		Refusals: []osms.Refusal{r("A2", 2, osms.Warning), r("B2", 2, osms.Refused), r("A3", 3, osms.Refused), r("A4", 4, osms.Refused), r("B9", 9, osms.Refused)}}
}

// cells reads a workbook as the product does: address and value of each cell,
// without the column of the sentences and the list of faults.
func cells(t testing.TB, data []byte, skip int) map[string]string {
	t.Helper()
	out, err := readCells(data, skip)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readCells(data []byte, skip int) (map[string]string, error) {
	limits := sheet.Limits{PartBytes: 8 << 20, TokenBytes: 1 << 16}
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	out := map[string]string{}
	for i, s := range book.Sheets {
		if strings.HasPrefix(s.Name, osms.ReturnedSheet) {
			continue
		}
		_, err := book.Read(i, func(r *sheet.Row) error {
			for c, cell := range r.Cells {
				if cell.Kind != sheet.Empty && c != skip {
					out[s.Name+"!"+osms.CellName(c, r.Number)] = fmt.Sprint(cell.Kind, cell.Text, cell.Date, cell.Zeros)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TestOddities: workbooks written in the ways that real ones are.
func TestOddities(t *testing.T) {
	prefixed := func(xml string) string {
		xml = strings.NewReplacer("</", "</x:", "<?", "<?", "<", "<x:").Replace(xml)
		return strings.ReplaceAll(xml, "xmlns=", "xmlns:x=")
	}
	for name, change := range map[string]func(map[string]string){
		"as it is":          func(map[string]string) {},
		"formats":           func(p map[string]string) { addStyles(p, styled) },
		"prefixed sheet":    func(p map[string]string) { p["xl/worksheets/sheet1.xml"] = prefixed(worksheet("")) },
		"prefixed formats":  func(p map[string]string) { addStyles(p, prefixed(styled)) },
		"prefixed workbook": func(p map[string]string) { p["xl/workbook.xml"] = prefixed(p["xl/workbook.xml"]) },
		"a BOM":             func(p map[string]string) { p["xl/worksheets/sheet1.xml"] = "\ufeff" + worksheet("") },
		"Strict": func(p map[string]string) {
			for n := range p {
				p[n] = strings.ReplaceAll(strings.ReplaceAll(p[n], transitional, "http://purl.oclc.org/ooxml/spreadsheetml/main"), relate, "http://purl.oclc.org/ooxml/officeDocument/relationships")
			}
		},
		"no addresses": func(p map[string]string) {
			xml := worksheet("")
			for _, r := range []string{` r="A1"`, ` r="B1"`, ` r="A2"`, ` r="B2"`, ` r="1"`, ` r="2"`} {
				xml = strings.ReplaceAll(xml, r, "")
			}
			p["xl/worksheets/sheet1.xml"] = xml
		},
		"empty rows": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.Replace(worksheet(""), `<row r="4"`, `<row r="3" s="7" customFormat="1"/><row r="4"`, 1)
		},
		"absolute targets": func(p map[string]string) {
			p["xl/_rels/workbook.xml.rels"] = strings.Replace(p["xl/_rels/workbook.xml.rels"], "worksheets/", "/xl/worksheets/", 1)
		},
		"backslashes": func(p map[string]string) {
			for _, n := range sortedNames(p) {
				body := p[n]
				delete(p, n)
				p[strings.ReplaceAll(n, "/", `\`)] = body
			}
		},
		"what stands behind the notes": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = worksheet(`<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/><extLst/>`)
		},
		"no prefix for relationships": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.Replace(worksheet(""), ` xmlns:r="`+relate+`"`, "", 1)
		},
		"apostrophes": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.NewReplacer(`r="4" ht="15"`, `r='4' ht='15' x='a"b>c'`, `<c r="A2">`, `<c  r='A2' >`).Replace(worksheet(""))
		},
		"columns": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.Replace(worksheet(""), "<sheetData>", `<cols><col min="1" max="2" width="20"></col><col min="3" max="16384" width="9" hidden="1"/></cols><sheetData>`, 1)
		},
		"columns farther off": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.Replace(worksheet(""), "<sheetData>", `<cols><col min="1" max="1" width="20"/><col min="7" max="9" width="9"/></cols><sheetData>`, 1)
		},
		"a merge in the way": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = worksheet(`<mergeCells count="1"><mergeCell ref="C8:D9"/></mergeCells>`)
		},
		"macros": func(p map[string]string) {
			p["xl/vbaProject.bin"] = "macros"
			p["[Content_Types].xml"] = strings.Replace(p["[Content_Types].xml"], "<Override", `<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override`, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			parts := plainParts()
			change(parts)
			data := pack(t, parts)
			before := cells(t, data, -1)
			out := patched(t, data, oddReport())
			column := 2
			if name == "a merge in the way" {
				column = 4
			}
			if after := cells(t, out, column); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("cells %v, before %v", after, before)
			}
			checkPackage(t, data, out)
			all := cells(t, out, -1)
			for cell, want := range map[int]string{1: osms.ReturnedHeader, 2: "B2: ", 3: "A3: ", 4: "A4: ", 9: "B9: "} {
				if got := all["Оқушылар!"+osms.CellName(column, cell)]; !strings.Contains(got, want) {
					t.Errorf("row %d says %q", cell, got)
				}
			}
			checkColours(t, out)
		})
	}
}

func addStyles(p map[string]string, xml string) {
	p["xl/styles.xml"] = xml
	p["xl/_rels/workbook.xml.rels"] = strings.Replace(p["xl/_rels/workbook.xml.rels"], "</Rel", `<Relationship Id="rId7" Type="`+relate+`/styles" Target="styles.xml"/></Rel`, 1)
	p["[Content_Types].xml"] = strings.Replace(p["[Content_Types].xml"], "</Types", `<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types`, 1)
}

// checkColours finds the colour of each marked cell by its number, and none on
// the others.
func checkColours(t *testing.T, data []byte) {
	t.Helper()
	parts, _ := files(t, data)
	body, styles := "", ""
	for name, part := range parts {
		switch {
		case strings.HasSuffix(strings.ReplaceAll(name, `\`, "/"), "worksheets/sheet1.xml"):
			body = part
		case strings.Contains(name, "styles"):
			styles = strings.NewReplacer("x:", "").Replace(part)
		}
	}
	fills := strings.Split(between(styles, "fills"), "<fill>")[1:]
	xfs := strings.Split(between(styles, "cellXfs"), "<xf ")[1:]
	colour := func(cell string) string {
		tag := regexp.MustCompile(`<(?:x:)?c [^>]*r="` + cell + `"[^>]*>`).FindString(strings.ReplaceAll(body, "'", `"`))
		var s, fill int
		if _, style, ok := strings.Cut(tag, ` s="`); ok {
			_, _ = fmt.Sscanf(style, "%d", &s)
		}
		if s >= len(xfs) {
			return ""
		}
		if _, id, ok := strings.Cut(xfs[s], `fillId="`); ok {
			_, _ = fmt.Sscanf(id, "%d", &fill)
		}
		for _, c := range []string{"FFC7CF", "FFEB9D"} {
			if fill < len(fills) && strings.Contains(fills[fill], c) {
				return c
			}
		}
		return ""
	}
	for cell, want := range map[string]string{"A2": "FFEB9D", "B2": "FFC7CF", "A3": "FFC7CF", "A4": "FFC7CF", "B4": "", "B9": "FFC7CF"} {
		if got := colour(cell); got != want && strings.Contains(strings.ReplaceAll(body, "'", `"`), `r="`+cell+`"`) {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
}

// TestErrOdd: what cannot be patched says so, and Make writes the values.
func TestErrOdd(t *testing.T) {
	wide := func(s string) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
		return b.String()
	}
	for name, change := range map[string]func(map[string]string){
		"UTF-16":           func(p map[string]string) { p["xl/worksheets/sheet1.xml"] = wide(worksheet("")) },
		"no content types": func(p map[string]string) { delete(p, "[Content_Types].xml") },
		"foreign cells": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.Replace(worksheet(""), "<row r=\"4\"", `<f:row xmlns:f="urn:f"/><row r="4"`, 1)
		},
		"no namespace": func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.Replace(worksheet(""), ` xmlns="`+transitional+`"`, "", 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			parts := plainParts()
			change(parts)
			data := pack(t, parts)
			before := cells(t, data, -1)
			var out bytes.Buffer
			if err := returned.Patch(&out, bytes.NewReader(data), int64(len(data)), oddReport()); !errors.Is(err, returned.ErrOdd) {
				t.Fatalf("got %v", err)
			}
			out.Reset()
			if err := returned.Make(&out, values(t, data), oddReport()); err != nil {
				t.Fatal(err)
			}
			checkPackage(t, data, out.Bytes())
			if after := cells(t, out.Bytes(), 2); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("cells %v, before %v", after, before)
			}
			checkColours(t, out.Bytes())
		})
	}
}

// values reads a file for Make, as the desk does.
func values(t testing.TB, data []byte) returned.Values {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	v := returned.Values{Date1904: book.Date1904, CSV: book.Format == "csv"}
	for _, s := range book.Sheets {
		v.Sheets = append(v.Sheets, returned.Sheet{Name: s.Name})
	}
	kinds := map[sheet.Kind]returned.Kind{sheet.Text: returned.Text, sheet.Number: returned.Number, sheet.Bool: returned.Bool, sheet.Error: returned.Error}
	v.Rows = func(i int, each func(returned.Row) error) error {
		_, err := book.Read(i, func(r *sheet.Row) error {
			row := returned.Row{Number: r.Number}
			for _, c := range r.Cells {
				row.Cells = append(row.Cells, returned.Cell{Kind: kinds[c.Kind], Text: c.Text, Date: c.Date, Zeros: c.Zeros})
			}
			return each(row)
		})
		return err
	}
	return v
}

// TestCSV: a CSV comes back as a workbook with every cell at its address, reads
// as the same list, and is clean once the marked cells are mended.
func TestCSV(t *testing.T) {
	text := "\ufeffБСН: 971240666596;;;;\r\n\r\nЖСН;ТАӘ;Туған күні;Оқу нысаны;Ескертпе\r\n" +
		"061211601593;Ахметова Әсел;11.12.2006;күндізгі;=cmd|' /C calc'!A0\r\n" +
		"61211601593;Ахметова Әсел;11.12.2006;күндізгі;\"a\nb_x000D_\"\r\n" +
		"031231543339;Иванов Пётр;31.12.2003;очная;@x\r\n" +
		"990717371478;Сергазин Ержан;17.07.1999;оч;артық;өріс\r\n"
	data := []byte(text)
	report := read(t, data)
	if report.Refused != 2 || len(report.Refusals) < 3 {
		t.Fatalf("%+v", report)
	}
	var out bytes.Buffer
	if err := returned.Make(&out, values(t, data), report); err != nil {
		t.Fatal(err)
	}
	var wrong complaints
	judge(t, &wrong, out.Bytes())
	if len(wrong.list) > 0 {
		t.Error(wrong.list)
	}
	var again bytes.Buffer
	if err := returned.Make(&again, values(t, data), report); err != nil || !bytes.Equal(again.Bytes(), out.Bytes()) {
		t.Errorf("made twice, two results (%v)", err)
	}
	made := cells(t, out.Bytes(), 6)
	for at, want := range cells(t, data, -1) {
		at = "Тізім - Список" + at
		if digitsOnly := strings.Replace(want, "1", "2", 1); made[at] != want && made[at] != digitsOnly {
			t.Errorf("%s is %q, before %q", at, made[at], want)
		}
	}
	next := read(t, out.Bytes())
	if next.Refused != 2 || next.Rows != report.Rows || len(next.Holds) > len(report.Holds) {
		t.Errorf("read again: %+v, before %+v", next, report)
	}
}

// FuzzPatch: no input makes it panic; what the reader reads before, it reads
// after, but for the marks.
func FuzzPatch(f *testing.F) {
	f.Add([]byte(worksheet("")), []byte(styled))
	f.Add([]byte(strings.ReplaceAll(worksheet(`<legacyDrawing r:id="rId9"/><extLst/>`), "<c ", "<c  ")), []byte(strings.Replace(styled, "<cellXfs", "<borders/><cellXfs", 1)))
	f.Add([]byte(strings.Replace(worksheet(""), "<sheetData>", `<dimension ref="A1:B4"/><cols><col min="3" max="9"/></cols><sheetData>`, 1)), []byte(`<styleSheet xmlns="`+transitional+`"/>`))
	f.Add([]byte(head+`<worksheet xmlns="`+transitional+`"><cols/><sheetData/></worksheet>`), []byte("x"))
	f.Fuzz(patchAnything)
}

func patchAnything(t *testing.T, xml, styles []byte) {
	parts := plainParts()
	parts["xl/worksheets/sheet1.xml"] = string(xml)
	addStyles(parts, string(styles))
	data := pack(t, parts)
	before, err := readCells(data, 2)
	report := oddReport()
	var out bytes.Buffer
	if patchErr := returned.Patch(&out, bytes.NewReader(data), int64(len(data)), report); err != nil || errors.Is(patchErr, returned.ErrOdd) {
		return
	} else if patchErr != nil {
		t.Fatal(patchErr)
	}
	column := -1
	all := cells(t, out.Bytes(), -1)
	for c := range 256 {
		if strings.Contains(all["Оқушылар!"+osms.CellName(c, 1)], osms.ReturnedHeader) {
			column = c
		}
	}
	if column < 0 {
		t.Fatal("no column of sentences")
	}
	was, _ := readCells(data, column)
	is := cells(t, out.Bytes(), column)
	if fmt.Sprint(was) != fmt.Sprint(is) {
		t.Fatalf("cells %v, before %v (%d)", is, was, len(before))
	}
}
