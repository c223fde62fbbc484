package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// What a hostile roster is made of: an organisation of its own with pupils of
// its own, so that what one file does to the registry is told from what others
// do.

// source gives a case what it needs to make its file.
type source struct {
	bin, other osms.BIN // its own organisation, and one of another region
	nth        int      // of the case
}

// pupil is the i-th pupil of the case, a boy born on 14.03.2015.
func (s source) pupil(i int) osms.IIN { return numbered("1503145", s.nth*97+i*7) }

// numbered finds the number with a check digit that fits, at or behind a
// serial: nobody's.
func numbered(birth string, serial int) osms.IIN {
	for ; ; serial++ {
		for check := range 10 {
			if i, err := osms.ParseIIN(fmt.Sprintf("%s%04d%d", birth, serial%10_000, check), 0); err == nil {
				return i
			}
		}
	}
}

// organisationNo is the n-th organisation.
func organisationNo(n int) osms.BIN {
	for ; ; n += 5000 {
		for check := range 10 {
			if b, err := osms.ParseBIN(fmt.Sprintf("060340%05d%d", n, check)); err == nil {
				return b
			}
		}
	}
}

func nameOf(i int) string {
	return "Сынақ" + strings.Repeat("ов", i%3+1) + " Ә" + strings.Repeat("л", i%5+1) + "и"
}

const csvHeader = "ИИН;ФИО;Дата рождения;Пол;Форма обучения;Дата зачисления;Статус;Дата выбытия;БИН"

// line is the i-th pupil as a line of a CSV.
func (s source) line(i int) string {
	return fmt.Sprintf("%s;%s;14.03.2015;м;очная;01.09.2025;;;%s", s.pupil(i).Digits(), nameOf(i), s.bin.Digits())
}

func (s source) lines(n int) (out []string) {
	for i := range n {
		out = append(out, s.line(i))
	}
	return out
}

// csv is a roster of n pupils.
func (s source) csv(n int) []byte { return table(append([]string{csvHeader}, s.lines(n)...)...) }

func table(lines ...string) []byte {
	return []byte("\ufeff" + strings.Join(lines, "\r\n") + "\r\n")
}

// cells are the cells of one row of a workbook by column, each the inside of
// its <c> element behind the address; "" leaves the cell out.
type cells map[string]string

func str(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s))
	return ` t="inlineStr"><is><t xml:space="preserve">` + b.String() + `</t></is>`
}

func num(s string) string   { return `><v>` + s + `</v>` }
func fault(s string) string { return ` t="e"><v>` + s + `</v>` }

var columns = []string{"A", "B", "C", "D", "E", "F", "G", "H", "I"}

// row writes a row.
func row(n int, c cells) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, n)
	keys := slices.Clone(columns)
	for k := range c {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for _, column := range keys {
		if inside := c[column]; inside != "" {
			fmt.Fprintf(&b, `<c r="%s%d"%s</c>`, column, n, inside)
		}
	}
	return b.String() + `</row>`
}

// header is the first row.
func header() string {
	c := cells{}
	for i, h := range strings.Split(csvHeader, ";") {
		c[columns[i]] = str(h)
	}
	return row(1, c)
}

// person are the cells of the i-th pupil, some of them put over.
func (s source) person(i int, over cells) cells {
	c := cells{"A": str(s.pupil(i).Digits()), "B": str(nameOf(i)), "C": str("14.03.2015"), "D": str("м"), "E": str("очная"),
		"F": str("01.09.2025"), "I": str(s.bin.Digits())}
	for k, v := range over {
		c[k] = v
	}
	return c
}

// rows are the header and n pupils.
func (s source) rows(n int) string {
	out := header()
	for i := range n {
		out += row(i+2, s.person(i, nil))
	}
	return out
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS    = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relNS     = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relType   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	pkgRel    = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	sheetPart = "xl/worksheets/sheet1.xml"
	bookPart  = "xl/workbook.xml"
	bookRels  = "xl/_rels/workbook.xml.rels"
	typesPart = "[Content_Types].xml"
	sstPart   = "xl/sharedStrings.xml"
	stylePart = "xl/styles.xml"
)

// worksheet wraps rows, or whatever stands in their place.
func worksheet(rows string) string {
	return xmlHead + `<worksheet ` + mainNS + `><sheetData>` + rows + `</sheetData></worksheet>`
}

func withTail(rows, tail string) string {
	return xmlHead + `<worksheet ` + mainNS + `><sheetData>` + rows + `</sheetData>` + tail + `</worksheet>`
}

// book are the parts of a workbook with one sheet; more parts replace those of
// the same name or are added.
func book(sheet string, more ...part) []part {
	parts := []part{
		{typesPart, xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		{"_rels/.rels", xmlHead + `<Relationships ` + pkgRel + `><Relationship Id="rId1" Type="` + relType + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{bookPart, workbookOf(`<sheet name="Лист1" sheetId="1" r:id="rId1"/>`)},
		{bookRels, relsOf(rel("rId1", "worksheet", "worksheets/sheet1.xml"), rel("rId2", "sharedStrings", "sharedStrings.xml"), rel("rId3", "styles", "styles.xml"))},
		{sheetPart, sheet},
	}
	return put(parts, more...)
}

func put(parts []part, more ...part) []part {
	parts = slices.Clone(parts)
	for _, m := range more {
		if i := slices.IndexFunc(parts, func(p part) bool { return p.name == m.name }); i >= 0 {
			parts[i] = m
		} else {
			parts = append(parts, m)
		}
	}
	return parts
}

func without(parts []part, name string) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.name == name })
}

func workbookOf(sheets string) string {
	return xmlHead + `<workbook ` + mainNS + ` ` + relNS + `><sheets>` + sheets + `</sheets></workbook>`
}

func relsOf(rels ...string) string {
	return xmlHead + `<Relationships ` + pkgRel + `>` + strings.Join(rels, "") + `</Relationships>`
}

func rel(id, kind, target string) string {
	return `<Relationship Id="` + id + `" Type="` + relType + kind + `" Target="` + target + `"/>`
}

func sst(items string) part {
	return part{sstPart, xmlHead + `<sst ` + mainNS + `>` + items + `</sst>`}
}

// xlsx is a sound workbook of n pupils.
func (s source) xlsx(n int) []byte { return zipped(book(worksheet(s.rows(n)))...) }

// sheet is a workbook whose sheet is this.
func (s source) sheet(xml string, more ...part) []byte { return zipped(book(xml, more...)...) }

// with is a workbook of three pupils, of whom the first has these cells.
func (s source) with(over cells) []byte {
	return zipped(book(worksheet(header() + row(2, s.person(0, over)) + row(3, s.person(1, nil)) + row(4, s.person(2, nil))))...)
}
