package sheet

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

func TestHostileSheet(t *testing.T) {
	cell := func(v string) string { return `<row r="1"><c r="A1"><v>1</v></c>` + v + `</row>` }
	inline := func(s string) string {
		return `<row r="1"><c r="A1" t="inlineStr"><is>` + s + `</is></c></row>`
	}
	twelve := ""
	for i := 1; i <= 12; i++ {
		twelve += fmt.Sprintf(`<row r="%d"><c r="A%d"><v>%d</v></c></row>`, i, i, i)
	}
	ws := func(inner string) string { return xmlHead + `<worksheet ` + mainNS + `>` + inner + `</worksheet>` }
	tests := []struct {
		name  string
		sheet string // the whole part, or rows when it does not begin with markup of a part
		code  osms.FileCode
		says  string // in the error, or in what was read
	}{
		{"bad XML after row 12", sheetXML(twelve + `<row r="13"><c`), osms.FileDamaged, "after row 12"},
		{"bad UTF-8 in row 13", sheetXML(twelve + `<row r="13"><c r="A13" t="str"><v>` + "\xD0" + `</v></c></row>`), osms.FileDamaged, "after row 12"},
		{"control character in row 13", sheetXML(twelve + `<row r="13"><c r="A13" t="str"><v>` + "\x01" + `</v></c></row>`), osms.FileDamaged, "after row 12"},
		{"U+FFFF in row 13", sheetXML(twelve + `<row r="13"><c r="A13" t="str"><v>` + "\uFFFF" + `</v></c></row>`), osms.FileDamaged, "after row 12"},
		{"&nbsp; in row 13", sheetXML(twelve + `<row r="13"><c r="A13" t="str"><v>&nbsp;</v></c></row>`), osms.FileDamaged, "&nbsp;"},
		{"&#0;", sheetXML(inline("<t>&#0;</t>")), osms.FileDamaged, "&#0;"},
		{"& alone", sheetXML(inline("<t>a & b</t>")), osms.FileDamaged, "'&'"},
		{"ends in a row", xmlHead + `<worksheet ` + mainNS + `><sheetData><row r="1"><c r="A1"><v>1</v></c>`, osms.FileDamaged, "inside an element"},
		{"ends after the rows", xmlHead + `<worksheet ` + mainNS + `><sheetData>` + twelve + `</sheetData>`, osms.FileDamaged, "after row 12"},
		{"something after the end", sheetXML(twelve) + "<x/>", osms.FileDamaged, "second root"},
		{"text after the end", sheetXML(twelve) + "x", osms.FileDamaged, "outside the root"},
		{"crossed tags", sheetXML(`<row r="1"><c r="A1"><v>1</c></v></row>`), osms.FileDamaged, "does not close"},
		{"an attribute twice", sheetXML(`<row r="1" r="2"><c><v>1</v></c></row>`), osms.FileDamaged, "twice"},
		{"an attribute without quotes", sheetXML(`<row r=1><c><v>1</v></c></row>`), osms.FileDamaged, "quotes"},
		{"attributes without a space", sheetXML(`<row r="1"spans="1:2"><c><v>1</v></c></row>`), osms.FileDamaged, "broken tag"},
		{"an undeclared prefix", sheetXML(`<y:row r="1"/>`), osms.FileDamaged, "prefix"},
		{"a document type", `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]><worksheet ` + mainNS + `><sheetData/></worksheet>`, osms.FileUnsafe, "DTD"},
		{"a document type of a gigabyte", `<!DOCTYPE w [` + strings.Repeat("<!ENTITY a 'b'>", 1000), osms.FileUnsafe, "DTD"},
		{"depth", sheetXML(strings.Repeat("<row>", 70)), osms.FileTooLarge, "deeper than 64"},
		{"depth elsewhere", ws(`<sheetData/>` + strings.Repeat("<a>", 5000)), osms.FileTooLarge, "deeper than 64"},
		{"100,000 attributes", sheetXML(`<row` + strings.Repeat(` a="1"`, 0) + manyAttributes(100_000) + `/>`), osms.FileTooLarge, "attributes"},
		{"a tag of 2 MiB", sheetXML(`<row a="` + strings.Repeat("x", 2<<20) + `"/>`), osms.FileTooLarge, "1048576 bytes"},
		{"a comment of 2 MiB", sheetXML(`<!--` + strings.Repeat("x", 2<<20) + `-->`), osms.FileTooLarge, "1048576 bytes"},
		{"a value of 2 MiB", sheetXML(`<row r="1"><c r="A1"><v>` + strings.Repeat("1", 2<<20) + `</v></c></row>`), osms.FileTooLarge, "bytes"},
		{"a text of 32,767 characters", sheetXML(inline("<t>" + strings.Repeat("Ә", 32767) + "</t>")), "", ""},
		{"a text of 32,768 characters", sheetXML(inline("<t>" + strings.Repeat("Ә", 32768) + "</t>")), osms.FileTooLarge, "32767 characters"},
		{"a text of many small texts", sheetXML(inline(strings.Repeat("<r><t>abcd</t></r>", 9000))), osms.FileTooLarge, "32767 characters"},
		{"40,000 empty runs", sheetXML(inline(strings.Repeat("<r><t/></r>", 40000))), osms.FileTooLarge, "runs"},
		{"20,000 cells in a row", sheetXML(`<row r="1">` + strings.Repeat("<c/>", 20000) + `</row>`), osms.FileDamaged, "16384 cells"},
		{"a value in XFD", sheetXML(cell(`<c r="XFD1"><v>1</v></c>`)), osms.FileTooLarge, "XFD1"},
		{"a value in IW", sheetXML(cell(`<c r="IW1" t="inlineStr"><is><t>x</t></is></c>`)), osms.FileTooLarge, "IW1"},
		{"a value in IV", sheetXML(cell(`<c r="IV1"><v>1</v></c>`)), "", ""},
		{"a styled empty cell in XFD", sheetXML(cell(`<c r="XFD1" s="1"/>`)), "", ""},
		{"a column beyond XFD", sheetXML(cell(`<c r="XFE1"/>`)), osms.FileDamaged, "XFE1"},
		{"row 1048576 styled", sheetXML(cell("") + `<row r="1048576"><c r="XFD1048576" s="1"/></row>`), "", ""},
		{"row 1048577", sheetXML(cell("") + `<row r="1048577"/>`), osms.FileDamaged, "1048577"},
		{"a lying dimension", ws(`<dimension ref="A1:XFD1048576"/><sheetData>` + cell("") + `</sheetData>`), "", ""},
		{"merges", ws(`<sheetData>` + cell("") + `</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref=""/><mergeCell ref="$B$3:A2"/></mergeCells>`), "", "{FirstRow:2 FirstColumn:0 LastRow:3 LastColumn:1}"},
		{"a merge that cannot be", ws(`<sheetData/><mergeCells><mergeCell ref="A0:B2"/></mergeCells>`), osms.FileDamaged, "A0:B2"},
		{"300,000 merges", ws(`<sheetData/><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:B2"/>`, 300_000) + `</mergeCells>`), osms.FileTooLarge, "merged"},
		{"an autofilter", ws(`<sheetData>` + cell("") + `</sheetData><autoFilter ref="A1:B2"><filterColumn colId="0"/></autoFilter>`), "", "Filtered:true"},
		{"UTF-16", wide(strings.Replace(sheetXML(inline("<t>Ғ😀</t>")), "UTF-8", "UTF-16", 1), binary.LittleEndian), "", "Ғ😀"},
		{"UTF-16, big end first", wide(sheetXML(inline("<t>Ғ</t>")), binary.BigEndian), "", "Ғ"},
		{"UTF-16 without a mark", wide(sheetXML(inline("<t>Ғ</t>")), binary.LittleEndian)[2:], "", "Ғ"},
		{"half a pair in UTF-16", wide("<", binary.LittleEndian) + "\x00\xD8a\x00", osms.FileBadEncoding, "surrogate"},
		{"UTF-16 that says it is, but is not", strings.Replace(sheetXML(inline("<t>x</t>")), "UTF-8", "UTF-16", 1), osms.FileBadEncoding, "utf-16"},
		{"windows-1251", strings.Replace(sheetXML(inline("<t>\xC8\xC8\xCD</t>")), "UTF-8", "windows-1251", 1), "", "ИИН"},
		{"windows-1251 with a byte that is none", strings.Replace(sheetXML(inline("<t>\x98</t>")), "UTF-8", "windows-1251", 1), osms.FileBadEncoding, "98"},
		{"Shift JIS", strings.Replace(sheetXML(inline("<t>x</t>")), "UTF-8", "Shift_JIS", 1), osms.FileBadEncoding, "shift_jis"},
		{"UTF-7", strings.Replace(sheetXML(inline("<t>x</t>")), "UTF-8", "UTF-7", 1), osms.FileBadEncoding, "utf-7"},
		{"a byte order mark", "\uFEFF" + sheetXML(cell("")), "", ""},
		{"prefixes", xmlHead + strings.NewReplacer("</", "</x:", "<", "<x:").Replace(`<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+cell("")+`</sheetData></worksheet>`), "", `2"1"`},
		{"the Strict namespace", xmlHead + `<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData>` + cell("") + `</sheetData></worksheet>`, "", `2"1"`},
		{"no namespace", `<worksheet><sheetData>` + cell("") + `</sheetData></worksheet>`, "", `2"1"`},
		{"another namespace", `<worksheet xmlns="urn:x"><sheetData>` + cell("") + `</sheetData></worksheet>`, osms.FileDamaged, "<worksheet>"},
		{"a foreign cell", sheetXML(`<row r="1"><c r="A1"><v>1</v></c><f:c xmlns:f="urn:f" r="B1"><v>666</v></f:c><c xmlns="urn:f" r="B1"><v>666</v></c></row>`), "", `: 2"1"` + "\n"},
		{"foreign cells without a prefix", xmlHead + `<x:worksheet xmlns="urn:f" xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><c r="A1"><v>666</v></c><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData>` + strings.Repeat(" ", 99) + `</x:worksheet>`, "", `: 2"7"` + "\n"},
		{"look-alikes in extLst", ws(`<sheetData>` + cell("") + `</sheetData><extLst><ext><sheetData><row r="2"><c r="A2"><v>666</v></c></row></sheetData></ext></extLst>`), "", "Rows:1"},
		{"rows in a drawing", ws(`<sheetData>` + cell("") + `</sheetData><drawing><from><row>3</row></from></drawing>`), "", "Rows:1"},
		{"alternate content", sheetXML(`<row r="1"><c r="A1"><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x"><v>666</v></mc:Choice><mc:Fallback><v>7</v></mc:Fallback><mc:Fallback><v>667</v></mc:Fallback></mc:AlternateContent></c></row>`), "", `: 2"7"` + "\n"},
		{"two lists of rows", ws(`<sheetData>` + cell("") + `</sheetData><sheetData/>`), osms.FileDamaged, "two lists"},
		{"no list of rows", ws(`<sheetViews/>`), osms.FileDamaged, "no list of rows"},
		{"not a worksheet", xmlHead + `<chartsheet ` + mainNS + `/>`, osms.FileDamaged, "<worksheet>"},
		{"cells out of order", sheetXML(`<row r="1"><c r="C1"><v>3</v></c><c r="B1"><v>2</v></c></row>`), osms.FileDamaged, "column B stands after column C"},
		{"a cell twice", sheetXML(cell(`<c r="A1"><v>2</v></c>`)), osms.FileDamaged, "column A stands after column A"},
		{"a row twice", sheetXML(cell("") + cell("")), osms.FileDamaged, "row 1 stands after row 1"},
		{"a row going back", sheetXML(`<row r="3"/><row r="2"/>`), osms.FileDamaged, "row 2 stands after row 3"},
		{"row 0", sheetXML(`<row r="0"/>`), osms.FileDamaged, "number of a row"},
		{"row -5", sheetXML(`<row r="-5"/>`), osms.FileDamaged, "number of a row"},
		{"row abc", sheetXML(`<row r="abc"/>`), osms.FileDamaged, "number of a row"},
		{"row 10^20", sheetXML(`<row r="100000000000000000000"/>`), osms.FileDamaged, "number of a row"},
		{"row +1", sheetXML(`<row r="+1"/>`), osms.FileDamaged, "number of a row"},
		{"empty row number", sheetXML(`<row r=""/>`), osms.FileDamaged, "number of a row"},
		{"a cell of another row", sheetXML(`<row r="12"><c r="A99"><v>1</v></c></row>`), osms.FileDamaged, "stands in row 12"},
		{"no addresses", sheetXML(`<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>`), "", "1 hidden=false fault=/0: 2\"1\" 0\"\" 2\"3\"\n3 hidden=false fault=/0: 2\"4\""},
		{"text between cells", sheetXML(`<row r="1">x<c r="A1"/></row>`), osms.FileDamaged, "text between cells"},
		{"text between rows", sheetXML(`x<row r="1"/>`), osms.FileDamaged, "text where none"},
		{"text in a cell", sheetXML(`<row r="1"><c r="A1">1</c></row>`), osms.FileDamaged, "outside the value"},
		{"two values", sheetXML(`<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>`), osms.FileDamaged, "two values"},
		{"an unknown type", sheetXML(`<row r="1"><c r="A1" t="x"><v>1</v></c></row>`), osms.FileDamaged, "unknown type"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := expect(t, packed(t, rebuilt(test.sheet)...), Limits{}, test.code, test.says)
			if !strings.Contains(out, test.says) {
				t.Fatalf("%q is not in\n%s", test.says, out)
			}
		})
	}
}

// rebuilt makes a workbook of a sheet whose part can be anything.
func rebuilt(sheet string) []rawPart { return parts(sheet, sst("ЖСН", "", "б")) }

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	return b.String()
}

func TestCells(t *testing.T) {
	tests := []struct{ cell, want string }{
		{`<c r="A1"/>`, ``},
		{`<c r="A1" s="1" t="s"><v/></c>`, ``},
		{`<c r="A1" t="s"><v>1</v></c>`, ``},
		{`<c r="A1" t="s"><v>0</v></c>`, `1"ЖСН"`},
		{`<c r="A1" t="s"><v> 2 </v></c>`, `1"б"`},
		{`<c t="s" r="A1"><v>2</v></c>`, `1"б"`},
		{`<c r='A1' t='s' ><v >2</v ></c >`, `1"б"`},
		{`<c r="a1" t="s"><v>2</v></c>`, `1"б"`},
		{`<c r="A1"><v>501013001230</v></c>`, `2"501013001230"`},
		{`<c r="A1" s=""><v>5</v></c>`, `2"5"`},
		{`<c r="A1" s="x"><v>5</v></c>`, `2"5"`},
		{`<c r="A1" s="99"><v>5</v></c>`, `2"5"`},
		{`<c r="A1" s="1"><v>36000</v></c>`, `2"36000"d`},
		{`<c r="A1" s="2"><v>50101300123</v></c>`, `2"50101300123"z12`},
		{`<c r="A1" s="3"><v>0.5</v></c>`, `2"0.5"`},
		{`<c r="A1"><v>9.90101300123E11</v></c>`, `2"9.90101300123E11"`},
		{`<c r="A1"><v> -1.5 </v></c>`, `2"-1.5"`},
		{`<c r="A1"><v>.5</v></c>`, `2".5"`},
		{`<c r="A1"><v>NaN</v></c>`, `4"NaN"`},
		{`<c r="A1"><v>Infinity</v></c>`, `4"Infinity"`},
		{`<c r="A1"><v>1e400</v></c>`, `4"1e400"`},
		{`<c r="A1"><v>0x1p10</v></c>`, `4"0x1p10"`},
		{`<c r="A1"><v>1_000</v></c>`, `4"1_000"`},
		{`<c r="A1"><v>1.2.3</v></c>`, `4"1.2.3"`},
		{`<c r="A1"><v>.</v></c>`, `4"."`},
		{`<c r="A1" t="b"><v>1</v></c>`, `3"1"`},
		{`<c r="A1" t="b"><v>false</v></c>`, `3"0"`},
		{`<c r="A1" t="b"><v>2</v></c>`, `4"2"`},
		{`<c r="A1" t="e"><v>#N/A</v></c>`, `4"#N/A"`},
		{`<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>`, `4"#DIV/0!"`},
		{`<c r="A1"><f>1+1</f></c>`, `5""`},
		{`<c r="A1"><f>1+1</f><v/></c>`, `5""`},
		{`<c r="A1"><f>1+1</f><v>2</v></c>`, `2"2"`},
		{`<c r="A1" t="str"><f>"a"</f></c>`, `5""`},
		{`<c r="A1" t="str"><f>""</f><v></v></c>`, ``},
		{`<c r="A1" t="str"><f>"a"</f><v>a&lt;б&#x4D8;&#1241;</v></c>`, `1"a<бӘә"`},
		{`<c r="A1" t="str"><v><![CDATA[a&<b]]></v></c>`, `1"a&<b"`},
		{`<c r="A1" t="str"><v>a<!-- no -->b</v></c>`, `1"ab"`},
		{`<c r="A1" t="d"><v>2009-12-31T00:00:00</v></c>`, `1"2009-12-31T00:00:00"d`},
		{`<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>`, `1" a "`},
		{`<c r="A1" t="inlineStr"><is><t/></is></c>`, ``},
		{`<c r="A1" t="inlineStr"><v>a</v></c>`, `1"a"`},
		{`<c r="A1"><is><t>a</t></is></c>`, `1"a"`},
		{`<c r="A1" t="inlineStr"><is><r><rPr><b/><t>no</t></rPr><t>Әл</t></r><r><t>ия</t></r><rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/></is></c>`, `1"Әлия"`},
		{"<c r=\"A1\" t=\"inlineStr\"><is><t>a\r\nb\rc</t></is></c>", `1"a\nb\nc"`},
		{`<c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c>`, `1"a\rb"`},
		{`<c r="A1" t="inlineStr"><is><t>_x04D8__x005F_x000D_</t></is></c>`, `1"Ә_x000D_"`},
		{`<c r="A1" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c>`, `1"😀"`},
		{`<c r="A1" t="inlineStr"><is><t>_x12_ _xZZZZ_ x_</t></is></c>`, `1"_x12_ _xZZZZ_ x_"`},
		{`<c r="A1" t="inlineStr"><is><t>_xFEFF_a</t></is></c>`, `1"\ufeffa"`},
		{`<c r="A1" t="inlineStr"><is><t>=HYPERLINK("x")</t></is></c>`, `1"=HYPERLINK(\"x\")"`},
	}
	for _, test := range tests {
		t.Run(test.cell, func(t *testing.T) {
			out, err := readWorkbook(packed(t, rebuiltStyled(sheetXML(`<row r="1">`+test.cell+`</row>`))...), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			_, row, found := strings.Cut(out, "1 hidden=false fault=/0: ")
			row, _, _ = strings.Cut(row, "\n")
			if row != test.want || found != (test.want != "") {
				t.Fatalf("got %s, want %s", row, test.want)
			}
		})
	}
}

func rebuiltStyled(sheet string) []rawPart {
	return with(rebuilt(sheet), rawPart{"xl/styles.xml", stylesXML})
}

// What a text may not hold marks the row; what it should not hold is removed
// and counted, from shared strings at every use.
func TestControlCharactersInTexts(t *testing.T) {
	row := func(n int, cell string) string { return fmt.Sprintf(`<row r="%d">%s</row>`, n, cell) }
	data := packed(t, parts(sheetXML(
		row(1, `<c r="A1" t="s"><v>1</v></c>`)+
			row(2, `<c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>2</v></c>`)+
			row(3, `<c r="A3" t="s"><v>1</v></c>`)+
			row(4, `<c r="C4" t="inlineStr"><is><t>a_xD800_</t></is></c>`)), sst("a", "x_x0001__x0002_y", "n_x0000_"))...)
	out, err := readWorkbook(data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 hidden=false fault=/0: 1\"xy\"\n", "2 hidden=false fault=control_character/1: 1\"a\" 1\"n\ufffd\"",
		"4 hidden=false fault=control_character/2: 0\"\" 0\"\" 1\"a\ufffd\"", "Controls:4"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestHostileWorkbook(t *testing.T) {
	base := parts(sheetXML(oneRow))
	shared := `<row r="1"><c r="A1" t="s"><v>%s</v></c></row>`
	sheets := func(list string) rawPart {
		return rawPart{"xl/workbook.xml", xmlHead + `<workbook ` + mainNS + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` + list + `</workbook>`}
	}
	targets := func(list string) rawPart {
		return rawPart{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships ` + relsNS + `>` + list + `</Relationships>`}
	}
	ws := func(id, target string) string {
		return `<Relationship Id="` + id + `" Type="` + relT + `worksheet" Target="` + target + `"/>`
	}
	styles := func(xfs int) rawPart {
		return rawPart{"xl/styles.xml", `<styleSheet ` + mainNS + `><cellXfs>` + strings.Repeat(`<xf/>`, xfs) + `</cellXfs></styleSheet>`}
	}
	small := Limits{SharedStrings: 1000, SharedBytes: 5000}
	many := func(n int, text string) []rawPart {
		return with(base, rawPart{"xl/sharedStrings.xml", `<sst ` + mainNS + `>` + strings.Repeat(`<si><t>`+text+`</t></si>`, n) + `</sst>`})
	}
	list300 := ""
	for i := range 300 {
		list300 += fmt.Sprintf(`<sheet name="%d" sheetId="%d" r:id="rId1"/>`, i, i)
	}
	tests := []struct {
		name  string
		files []rawPart
		code  osms.FileCode
		says  string
	}{
		{"shared strings used but missing", parts(sheetXML(fmt.Sprintf(shared, "0"))), osms.FileDamaged, "shared strings, which are missing"},
		{"shared string -1", rebuilt(sheetXML(fmt.Sprintf(shared, "-1"))), osms.FileDamaged, `"-1"`},
		{"shared string 99999", rebuilt(sheetXML(fmt.Sprintf(shared, "99999"))), osms.FileDamaged, "99999"},
		{"shared string 3 of 3", rebuilt(sheetXML(fmt.Sprintf(shared, "3"))), osms.FileDamaged, "of 3"},
		{"shared string abc", rebuilt(sheetXML(fmt.Sprintf(shared, "abc"))), osms.FileDamaged, "abc"},
		{"no styles, no content types", with(base, rawPart{"[Content_Types].xml", "-"}), "", ""},
		{"no relationships of the package", with(base, rawPart{"_rels/.rels", "-"}), "", ""},
		{"no relationships of the workbook", with(base, rawPart{"xl/_rels/workbook.xml.rels", "-"}), osms.FileDamaged, "Оқушылар"},
		{"no workbook part", with(base, rawPart{"xl/workbook.xml", "-"}), osms.FileDamaged, "workbook is missing"},
		{"the sheet's part is missing", with(base, rawPart{"xl/worksheets/sheet1.xml", "-"}), osms.FileDamaged, "Оқушылар"},
		{"a target outside the package", with(base, targets(ws("rId1", "../../../../etc/passwd"))), osms.FileUnsafe, "etc/passwd"},
		{"a target with ../", with(base, targets(ws("rId1", "../xl/worksheets/sheet1.xml")+ws("rId9", "../customXml/item1.xml"))), "", ""},
		{"a target from the root", with(base, targets(ws("rId1", "/xl/worksheets/sheet1.xml"))), "", ""},
		{"a target in another case", with(base, targets(ws("rId1", "Worksheets/SHEET1.xml"))), "", ""},
		{"a target with a backslash", with(base, targets(ws("rId1", `worksheets\sheet1.xml`))), "", ""},
		{"a sheet that is elsewhere", with(base, rawPart{"xl/worksheets/sheet1.xml", "-"}, rawPart{"data/tab.xml", sheetXML(oneRow)}, targets(ws("rId1", "../data/tab.xml"))), "", ""},
		{"a sheet on the network", with(base, targets(`<Relationship Id="rId1" Type="`+relT+`worksheet" Target="http://example.com/x" TargetMode="External"/>`)), osms.FileDamaged, "missing"},
		{"one relationship twice", with(base, targets(ws("rId1", "worksheets/sheet1.xml")+ws("rId1", "styles.xml"))), osms.FileDamaged, "twice"},
		{"the workbook under another name", with(base, rawPart{"xl/workbook.xml", "-"}, rawPart{"xl/_rels/workbook.xml.rels", "-"},
			rawPart{"book/b.xml", base[2].body}, rawPart{"book/_rels/b.xml.rels", strings.ReplaceAll(base[3].body, `Target="`, `Target="../xl/`)},
			rawPart{"_rels/.rels", strings.ReplaceAll(base[1].body, "xl/workbook.xml", "/book/b.xml")}), "", ""},
		{"two sheets of one name", with(base, sheets(`<sheets><sheet name="А" r:id="rId1"/><sheet name="а" r:id="rId2"/></sheets>`), targets(ws("rId1", "worksheets/sheet1.xml")+ws("rId2", "s.xml")), rawPart{"xl/s.xml", sheetXML("")}), osms.FileDamaged, "two sheets"},
		{"two sheets of one part", with(base, sheets(`<sheets><sheet name="1" r:id="rId1"/><sheet name="2" r:id="rId1"/></sheets>`)), osms.FileDamaged, "one part"},
		{"300 sheets", with(base, sheets(`<sheets>`+list300[:60]+list300[60:]+`</sheets>`)), osms.FileDamaged, "one part"},
		{"no sheets", with(base, sheets(`<sheets/>`)), osms.FileDamaged, "no sheets"},
		{"a long name with odd letters", with(base, sheets(`<sheets><sheet name="`+strings.Repeat("Ә/:[]*?&quot;", 10)+`" r:id="rId1"/></sheets>`)), "", ""},
		{"hidden sheets", with(base, sheets(`<workbookPr date1904="1"/><sheets><sheet name="a" state="veryHidden" r:id="rId1"/></sheets>`)), "", "sheet \"a\" 2"},
		{"a chart", with(base, sheets(`<sheets><sheet name="c" r:id="rId2"/><sheet name="a" state="hidden" r:id="rId1"/></sheets>`),
			targets(ws("rId1", "worksheets/sheet1.xml")+`<Relationship Id="rId2" Type="`+relT+`chartsheet" Target="c.xml"/>`), rawPart{"xl/c.xml", "<chartsheet/>"}), "", "sheet \"a\" 1"},
		{"65,490 formats", with(base, styles(65490)), "", ""},
		{"65,491 formats", with(base, styles(65491)), osms.FileTooLarge, "cell formats"},
		{"1,000 shared strings", many(1000, ""), "", ""},
		{"1,001 shared strings", many(1001, ""), osms.FileTooLarge, "1000 shared strings"},
		{"too many bytes of shared strings", many(900, "abcdefgh"), osms.FileTooLarge, "5000 bytes"},
		{"a DTD in the shared strings", with(base, rawPart{"xl/sharedStrings.xml", `<!DOCTYPE sst><sst ` + mainNS + `/>`}), osms.FileUnsafe, "DTD"},
		{"a DTD in the relationships", with(base, rawPart{"_rels/.rels", `<!DOCTYPE x>`}), osms.FileUnsafe, "DTD"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := expect(t, packed(t, test.files...), small, test.code, test.says)
			if !strings.Contains(out, test.says) {
				t.Fatalf("%q is not in\n%s", test.says, out)
			}
		})
	}
}

// The sheets of a workbook share one limit.
func TestSheetsShareTheLimit(t *testing.T) {
	files := with(parts(sheetXML(oneRow)),
		rawPart{"xl/workbook.xml", xmlHead + `<workbook ` + mainNS + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" r:id="rId1"/><sheet name="b" r:id="rId2"/></sheets></workbook>`},
		rawPart{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships ` + relsNS + `><Relationship Id="rId1" Type="` + relT + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relT + `worksheet" Target="b.xml"/></Relationships>`},
		rawPart{"xl/b.xml", sheetXML(oneRow)})
	one := int64(len(sheetXML(oneRow)))
	expect(t, packed(t, files...), Limits{PartBytes: 2 * one}, "", "")
	expect(t, packed(t, files...), Limits{PartBytes: 2*one - 1}, osms.FileTooLarge, `"b"`)
}

func TestLimits(t *testing.T) {
	row := `<row r="3"><c r="C3"><v>1</v></c></row>`
	data := packed(t, parts(sheetXML(`<row r="1"><c r="A1"><v>1</v></c></row>`+row))...)
	for _, test := range []struct {
		name   string
		limits Limits
		code   osms.FileCode
	}{
		{"none", Limits{}, ""},
		{"enough", Limits{Rows: 3, Columns: 3, Entries: 5, Sheets: 1, Depth: 5}, ""},
		{"rows", Limits{Rows: 2}, osms.FileTooManyRows},
		{"columns", Limits{Columns: 2}, osms.FileTooLarge},
		{"entries", Limits{Entries: 4}, osms.FileTooLarge},
		{"part", Limits{PartBytes: 100}, osms.FileTooLarge},
		{"file", Limits{FileBytes: int64(len(data)) - 1}, osms.FileTooLarge},
		{"depth", Limits{Depth: 4}, osms.FileTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) { expect(t, data, test.limits, test.code, "") })
	}
}

func TestFormats(t *testing.T) {
	for code, want := range map[string]format{
		"General": {}, "0": {}, "000000000000": {zeros: 12}, "00": {zeros: 2}, "000;-000": {zeros: 3}, "[$-43F]0000": {zeros: 4},
		"0.00": {}, "0.00E+00": {}, "#,##0": {}, `000\-000`: {}, `"ИИН"000`: {}, "@": {}, "[h]:mm": {}, "mm:ss": {}, "h:mm": {}, "[mm]:ss": {},
		"dd.mm.yyyy": {date: true}, `dd\.mm\.yyyy;@`: {date: true}, "[$-43F]d mmmm yyyy": {date: true}, "m/d/yy h:mm": {date: true},
		"mmm": {date: true}, "yyyy": {date: true}, `"day"0`: {}, "[Red]0.0": {}, `0" дней"`: {}, "_d0": {}, "MMMM": {date: true}, "DD.MM.YY": {date: true},
	} {
		if got := parseFormat([]byte(code)); got != want {
			t.Errorf("%q is %+v, want %+v", code, got, want)
		}
	}
	for id, want := range map[int]bool{0: false, 13: false, 14: true, 17: true, 18: false, 21: false, 22: true, 45: false, 49: false} {
		if builtinFormat(id).date != want {
			t.Errorf("built-in format %d", id)
		}
	}
}
