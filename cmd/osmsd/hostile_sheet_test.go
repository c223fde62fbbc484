package main

import (
	"fmt"
	"strings"
)

// The XML of a sheet: 33 to 51.
func hostileSheets() []hostile {
	// a sheet of three pupils with more behind them
	behind := func(more string) func(source) []byte {
		return func(s source) []byte { return s.sheet(worksheet(s.rows(3) + more)) }
	}
	tail := func(more string) func(source) []byte {
		return func(s source) []byte { return s.sheet(withTail(s.rows(3), more)) }
	}
	as := func(f func(sheet string) string) func(source) []byte {
		return func(s source) []byte { return s.sheet(f(worksheet(s.rows(3)))) }
	}
	// the part of a sheet up to the end of its rows, for what grows there
	open := func(s source) string { return strings.TrimSuffix(worksheet(s.rows(3)), `</sheetData></worksheet>`) }
	grows := func(head, unit string, times int, end string) func(source) []byte {
		return func(s source) []byte {
			return grown(book(""), sheetPart, open(s)+head, unit, times, end+`</sheetData></worksheet>`)
		}
	}
	name := func(inside string) func(source) []byte { // the first pupil's name
		return func(s source) []byte { return s.with(cells{"B": ` t="inlineStr"><is>` + inside + `</is>`}) }
	}
	const mc = `xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`
	return []hostile{
		{no: 33, name: "bad XML behind row 4", data: behind(`<row r="5"><c`), want: "refused damaged", says: "4"},
		{no: 34, name: "bad UTF-8", data: behind(`<row r="5"><c r="A5" t="str"><v>` + "\xD0" + `</v></c></row>`), want: "refused damaged"},
		{no: 34, name: "a control character", data: behind(`<row r="5"><c r="A5" t="str"><v>` + "\x01" + `</v></c></row>`), want: "refused damaged"},
		{no: 34, name: "&nbsp;", data: behind(`<row r="5"><c r="A5" t="str"><v>&nbsp;</v></c></row>`), want: "refused damaged"},
		{no: 35, name: "ends in a row", data: func(s source) []byte { return s.sheet(open(s) + `<row r="5"><c r="A5"><v>1</v></c>`) }, want: "refused damaged"},
		{no: 35, name: "ends behind a row", data: func(s source) []byte { return s.sheet(open(s)) }, want: "refused damaged"},
		{no: 36, name: "a billion laughs", data: func(s source) []byte {
			dtd := `<!DOCTYPE x [<!ENTITY a "ха">`
			for i := 'b'; i <= 'j'; i++ {
				dtd += fmt.Sprintf(`<!ENTITY %c "%s">`, i, strings.Repeat("&"+string(i-1)+";", 10))
			}
			return s.sheet(strings.Replace(worksheet(s.rows(3)), "<worksheet", dtd+"]><worksheet", 1))
		}, want: "refused unsafe", says: "DTD"},
		{no: 36, name: "an external entity", data: as(func(x string) string {
			return strings.Replace(x, "<worksheet", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet`, 1)
		}), want: "refused unsafe", says: "DTD"},
		{no: 36, name: "a document type of 1 GB", data: func(s source) []byte {
			return grown(book(""), sheetPart, `<!DOCTYPE w [`, "<!ENTITY a 'b'>", 1<<26, `]>`+worksheet(s.rows(3)))
		}, want: "refused too_large", heavy: true}, // by its ratio, before a byte of it is read
		{no: 37, name: "5,000 deep", data: behind(strings.Repeat("<row>", 5000)), want: "refused too_large"},
		{no: 37, name: "5,000,000 deep", data: grows("", "<row>", 5_000_000, ""), want: "refused too_large", heavy: true},
		{no: 38, name: "100,000 attributes", data: behind(`<row` + attributes(100_000) + `/>`), want: "refused too_large"},
		{no: 38, name: "8,000,000 attributes", data: func(s source) []byte {
			return s.sheet(open(s) + `<row` + attributes(8_000_000) + `/></sheetData></worksheet>`)
		}, want: "refused too_large", heavy: true},
		{no: 39, name: "70,000 cell styles", data: func(s source) []byte {
			return s.sheet(worksheet(s.rows(3)), part{stylePart, xmlHead + `<styleSheet ` + mainNS + `><cellXfs>` + strings.Repeat("<xf/>", 70_000) + `</cellXfs></styleSheet>`})
		}, want: "refused too_large"},
		// Styles of such a size are not read at all: no cell is lost by that.
		{no: 39, name: "10,000,000 cell styles", data: func(s source) []byte {
			return grown(book(worksheet(s.rows(3))), stylePart, xmlHead+`<styleSheet `+mainNS+`><cellXfs>`, "<xf/>", 10_000_000, `</cellXfs></styleSheet>`)
		}, want: "applied", known: 3, heavy: true},
		{no: 40, name: "3,000,001 shared strings", data: func(s source) []byte {
			return rawZip(honestAll(book(worksheet(s.rows(3)), sst(strings.Repeat("<si/>", 3_000_001))))...)
		}, want: "refused too_large"},
		{no: 40, name: "30,000,000 shared strings", data: func(s source) []byte {
			return grown(book(worksheet(s.rows(3))), sstPart, xmlHead+`<sst `+mainNS+`>`, "<si/>", 30_000_000, "</sst>")
		}, want: "refused too_large", heavy: true},
		{no: 41, name: "40,000 runs in a cell", data: name(strings.Repeat("<r><t/></r>", 40_000)), want: "refused too_large"},
		{no: 41, name: "a text of 32,768 letters", data: name("<t>" + strings.Repeat("Ә", 32_768) + "</t>"), want: "refused too_large"},
		{no: 41, name: "5,000,000 runs in a cell", data: grows(`<row r="5"><c r="A5" t="inlineStr"><is>`, "<r><t>а</t></r>", 5_000_000, `</is></c></row>`), want: "refused too_large", heavy: true},
		{no: 42, name: "20,000 cells in a row", data: behind(`<row r="5">` + strings.Repeat("<c/>", 20_000) + `</row>`), want: "refused damaged"},
		{no: 42, name: "20,000,000 cells in a row", data: grows(`<row r="5">`, "<c/>", 20_000_000, `</row>`), want: "refused too_large", heavy: true}, // by its ratio
		{no: 43, name: "a value in XFD", data: behind(`<row r="5"><c r="XFD5"><v>1</v></c></row>`), want: "refused too_large"},
		{no: 43, name: "styled empty cells in XFD", data: behind(`<row r="5"><c r="XFD5" s="1"/></row><row r="6"><c r="XFD6" s="1"/></row>`), want: "applied", known: 3},
		{no: 43, name: "300,000 rows of an empty XFD", data: func(s source) []byte {
			var b strings.Builder
			for r := 5; r < 300_005; r++ {
				fmt.Fprintf(&b, `<row r="%d"><c r="XFD%d" s="1"/></row>`, r, r)
			}
			return s.sheet(worksheet(s.rows(3) + b.String()))
		}, want: "applied", known: 3, heavy: true},
		{no: 44, name: "a value in XFD1048576", data: behind(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`), want: "refused too_large"},
		{no: 44, name: "row 1048576 with a style", data: behind(`<row r="1048576"><c r="A1048576" s="1"/></row>`), want: "applied", known: 3},
		{no: 45, name: "a dimension of everything", data: as(func(x string) string {
			return strings.Replace(x, "<sheetData>", `<dimension ref="A1:XFD1048576"/><sheetData>`, 1)
		}), want: "applied", known: 3},
		{no: 46, name: "the whole sheet merged", data: tail(`<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>`), want: "applied_with_refusals",
			rows: []string{"Лист1!A2 iin merged_cell refused", "Лист1!A3 iin merged_cell refused", "Лист1!A4 iin merged_cell refused"}},
		{no: 46, name: "cells of two pupils merged", data: tail(`<mergeCells><mergeCell ref="E3:E4"/><mergeCell ref=""/></mergeCells>`), want: "applied_with_refusals",
			rows: []string{"Лист1!E3 study_form merged_cell refused", "Лист1!E4 study_form merged_cell refused"}, known: 1},
		{no: 46, name: "300,000 merges", data: tail(`<mergeCells>` + strings.Repeat(`<mergeCell ref="K1:L2"/>`, 300_000) + `</mergeCells>`), want: "refused too_large"},
		{no: 46, name: "2,000,000 merges", data: func(s source) []byte {
			return grown(book(""), sheetPart, open(s)+`</sheetData><mergeCells>`, `<mergeCell ref="K1:L2"/>`, 2_000_000, `</mergeCells></worksheet>`)
		}, want: "refused too_large", heavy: true},
		{no: 47, name: "UTF-16", data: as(func(x string) string { return wide(strings.Replace(x, "UTF-8", "UTF-16", 1)) }), want: "applied", known: 3},
		{no: 47, name: "windows-1251 declared, and it is", data: func(s source) []byte {
			return s.sheet(strings.Replace(cp1251(worksheet(header()+row(2, s.person(0, cells{"B": str("Сынаков Али")})))), "UTF-8", "windows-1251", 1))
		}, want: "applied", known: 1},
		{no: 47, name: "UTF-16 declared, and it is not", data: as(func(x string) string { return strings.Replace(x, "UTF-8", "UTF-16", 1) }), want: "refused bad_encoding"},
		{no: 48, name: "a byte order mark", data: as(func(x string) string { return "\ufeff" + x }), want: "applied", known: 3},
		{no: 48, name: "prefixes", data: as(func(x string) string {
			head, body, _ := strings.Cut(x, "\n")
			body = strings.Replace(body, mainNS, strings.Replace(mainNS, "xmlns", "xmlns:x", 1), 1)
			return head + "\n" + strings.NewReplacer("</", "</x:", "<", "<x:").Replace(body)
		}), want: "applied", known: 3},
		{no: 48, name: "the Strict namespace", data: as(func(x string) string {
			return strings.Replace(x, mainNS, `xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"`, 1)
		}), want: "applied", known: 3},
		{no: 48, name: "foreign cells that look alike", data: func(s source) []byte {
			p := s.person(0, nil)
			x := row(2, p)
			x = strings.Replace(x, "<row r=\"2\">", `<row r="2"><f:c xmlns:f="urn:f" r="A2"><v>666</v></f:c>`, 1)
			return s.sheet(withTail(header()+x, `<extLst><ext><sheetData>`+row(3, s.person(1, nil))+`</sheetData></ext></extLst>`))
		}, want: "applied", known: 1},
		{no: 49, name: "alternate content", data: func(s source) []byte {
			inside := ` t="inlineStr"><is><mc:AlternateContent ` + mc + `><mc:Choice Requires="x"><t>666</t></mc:Choice><mc:Fallback><t>` + s.pupil(0).Digits() + `</t></mc:Fallback></mc:AlternateContent></is>`
			return s.with(cells{"A": inside})
		}, want: "applied", known: 3},
		{no: 50, name: "rows in the anchors of a drawing", data: tail(`<drawing><from><row>3</row></from></drawing>`), want: "applied", known: 3},
		{no: 51, name: "two lists of rows", data: tail(`<sheetData/>`), want: "refused damaged"},
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	return b.String()
}

// cp1251 writes Russian text in its code page.
func cp1251(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteByte(byte(r))
		case r >= 'А' && r <= 'я':
			b.WriteByte(byte(r-'А') + 0xC0)
		case r == '№':
			b.WriteByte(0xB9)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}
