package main

import (
	"bytes"
	"fmt"
	"strings"
)

// Containers: 1 to 32.
func hostileContainers() []hostile {
	fixed := func(b string) func(source) []byte { return func(source) []byte { return []byte(b) } }
	// parts of a workbook of three pupils, of which more replace some
	parts := func(s source, more ...part) []part { return book(worksheet(s.rows(3)), more...) }
	of := func(more ...part) func(source) []byte {
		return func(s source) []byte { return zipped(parts(s, more...)...) }
	}
	lying := func(name string, lie func(*rawEntry)) func(source) []byte {
		return func(s source) []byte { return falsified(parts(s), name, lie) }
	}
	extra := func(e rawEntry) func(source) []byte {
		return func(s source) []byte { return rawZip(append(honestAll(parts(s)), e)...) }
	}
	cut := func(f func(b []byte) []byte) func(source) []byte {
		return func(s source) []byte { return f(zipped(book(worksheet(s.rows(300)))...)) }
	}
	packed := func(s source) int { // where the packed rows begin
		return bytes.Index(zipped(book(worksheet(s.rows(300)))...), []byte(sheetPart))
	}
	over := func(n int) func(source) []byte {
		return func(source) []byte {
			all := []rawEntry{honest("a", strings.Repeat("x", 100))}
			for i := range n {
				e := honest(fmt.Sprintf("n%d", i), strings.Repeat("x", 100))
				e.over = 1
				all = append(all, e)
			}
			return rawZip(all...)
		}
	}
	const mega = 1 << 20
	spaces := strings.Repeat(" ", 12*mega)
	return []hostile{
		{no: 1, name: "0 bytes", data: fixed(""), waits: true, want: "refused empty"},
		{no: 2, name: "the first 7 bytes", data: fixed("PK\x03\x04abc"), waits: true, want: "refused truncated"},
		{no: 3, name: "cut in half", data: cut(func(b []byte) []byte { return b[:len(b)/2] }), waits: true, want: "refused truncated"},
		{no: 3, name: "the last 22 bytes missing", data: cut(func(b []byte) []byte { return b[:len(b)-22] }), waits: true, want: "refused truncated"},
		{no: 4, name: "a tail of zeros", data: cut(func(b []byte) []byte { return zeroed(b, len(b)/2, len(b)) }), waits: true, want: "refused truncated"},
		{no: 5, name: "one bit of the rows", data: func(s source) []byte {
			return flipped(zipped(book(worksheet(s.rows(300)))...), packed(s)+700, 4)
		}, want: "refused damaged", says: sheetPart},
		{no: 6, name: "1 KB of zeros", data: func(s source) []byte {
			b := zipped(book(worksheet(s.rows(300)))...)
			return zeroed(b, packed(s)+700, packed(s)+1724)
		}, want: "refused damaged", says: sheetPart},
		{no: 7, name: "a wrong checksum", data: lying(sheetPart, func(e *rawEntry) { e.crc++ }), want: "refused damaged"},
		{no: 8, name: "a size that lies small", data: lying(sheetPart, func(e *rawEntry) { e.size -= 50; e.packed -= 50 }), want: "refused damaged"},
		{no: 8, name: "a size that lies large", data: lying(sheetPart, func(e *rawEntry) { e.size++; e.packed++ }), want: "refused unsafe"},
		{no: 9, name: "a Zip64 size beyond 2^63", data: lying(sheetPart, func(e *rawEntry) {
			e.size = 0xFFFFFFFF
			e.extra = append([]byte{1, 0, 8, 0}, 0, 0, 0, 0, 0, 0, 0, 0x80)
		}), want: "refused unsafe"},
		{no: 9, name: "a Zip64 size of 3 GB", data: lying(sheetPart, func(e *rawEntry) {
			e.method, e.size = 8, 0xFFFFFFFF
			e.extra = append([]byte{1, 0, 8, 0}, 0, 0, 0, 0xC0, 0, 0, 0, 0)
		}), want: "refused too_large"},
		// A file that ends otherwise than a whole one may still be coming: it waits.
		{no: 10, name: "1,000 bytes before", data: func(s source) []byte { return append(bytes.Repeat([]byte("x"), 1000), s.xlsx(3)...) }, waits: true, want: "refused unsafe"},
		{no: 10, name: "1,000 bytes after", data: func(s source) []byte { return append(s.xlsx(3), bytes.Repeat([]byte("x"), 1000)...) }, waits: true, want: "refused unsafe"},
		{no: 10, name: "two workbooks in one", data: func(s source) []byte { return append(s.xlsx(3), s.xlsx(2)...) }, waits: true, want: "refused unsafe"},
		{no: 11, name: "a part twice", data: extra(honest(sheetPart, worksheet(""))), want: "refused unsafe"},
		{no: 11, name: "a part twice in another case", data: extra(honest(strings.ToUpper(sheetPart), worksheet(""))), want: "refused unsafe"},
		{no: 12, name: "9,000 entries over one body", data: over(9000), want: "refused unsafe"},
		{no: 12, name: "60,000 entries over one body", data: over(60_000), want: "refused too_large"},
		{no: 13, name: "20,000 empty entries", data: func(source) []byte { return emptyEntries(20_000) }, want: "refused too_large"},
		{no: 13, name: "600,000 empty entries, 50 MB", data: func(source) []byte { return emptyEntries(600_000) }, want: "refused too_large", heavy: true},
		{no: 14, name: "12 MB of spaces in a picture", data: of(part{"xl/media/image1.png", spaces}), want: "applied", known: 3},
		{no: 14, name: "12 MB of spaces in the styles", data: of(part{stylePart, xmlHead + `<styleSheet ` + mainNS + `/>` + spaces}), want: "applied", known: 3},
		{no: 14, name: "2 GB of spaces in a picture", data: func(s source) []byte {
			return grown(parts(s), "xl/media/image1.png", "", " ", 2<<30, "")
		}, want: "applied", known: 3, heavy: true},
		{no: 14, name: "2 GB of spaces in the styles", data: func(s source) []byte {
			return grown(parts(s), stylePart, xmlHead+`<styleSheet `+mainNS+`/>`, " ", 2<<30, "")
		}, want: "applied", known: 3, heavy: true},
		{no: 15, name: "12 MB in a value", data: func(s source) []byte {
			return s.sheet(worksheet(s.rows(3) + `<row r="5"><c r="A5"><v>` + strings.Repeat("1", 12*mega) + `</v></c></row>`))
		}, want: "refused too_large"},
		{no: 15, name: "2 MB in a value, hardly packed", data: func(s source) []byte {
			return rawZip(honestAll(book(worksheet(s.rows(3) + `<row r="5"><c r="A5"><v>` + strings.Repeat("1", 2*mega) + `</v></c></row>`)))...)
		}, want: "refused too_large"},
		{no: 15, name: "4 GB in a value", data: func(s source) []byte {
			return grown(parts(s), sheetPart, strings.TrimSuffix(worksheet(s.rows(3)+"|"), "|</sheetData></worksheet>")+`<row r="5"><c r="A5"><v>`, "1", 4<<30, `</v></c></row></sheetData></worksheet>`)
		}, want: "refused too_large", heavy: true},
		{no: 16, name: "../ in a name", data: extra(honest("../../x", "")), want: "refused unsafe"},
		{no: 16, name: "a name from the root", data: extra(honest("/etc/x", "")), want: "refused unsafe"},
		{no: 16, name: "a NUL in a name", data: extra(honest("a\x00b", "")), want: "refused unsafe"},
		{no: 16, name: "a name of 60 KB", data: extra(honest(strings.Repeat("a", 60_000), "")), want: "refused unsafe"},
		{no: 17, name: "backslashes in names", data: func(s source) []byte {
			all := honestAll(parts(s))
			for i := range all {
				all[i].name = strings.ReplaceAll(all[i].name, "/", `\`)
			}
			return rawZip(all...)
		}, want: "applied", known: 3},
		{no: 18, name: "a target out of the package", data: of(part{bookRels, relsOf(rel("rId1", "worksheet", "../../../../etc/passwd"))}), want: "refused unsafe"},
		{no: 18, name: "a target beside the workbook", data: of(part{bookRels, relsOf(rel("rId1", "worksheet", "worksheets/sheet1.xml"), rel("rId9", "customXml", "../customXml/item1.xml"))},
			part{"customXml/item1.xml", "<x/>"}), want: "applied", known: 3},
		{no: 19, name: "a sheet on the net", data: of(part{bookRels, relsOf(`<Relationship Id="rId1" Type="` + relType + `worksheet" Target="http://example.org/x.xml" TargetMode="External"/>`)}),
			want: "refused damaged", says: "Лист1"},
		{no: 20, name: "a link", data: lying(sheetPart, func(e *rawEntry) { e.external = 0xA1FF << 16 }), want: "refused unsafe"},
		{no: 20, name: "an encrypted part", data: lying(sheetPart, func(e *rawEntry) { e.flags = 1 }), want: "refused encrypted"},
		{no: 20, name: "an unknown method", data: lying(sheetPart, func(e *rawEntry) { e.method = 12 }), want: "refused unsafe"},
		{no: 21, name: "a password", data: func(source) []byte { return compound("EncryptionInfo", "EncryptedPackage") }, want: "refused encrypted", says: "паролем"},
		{no: 21, name: "an old .xls", data: func(source) []byte { return compound("Workbook") }, want: "refused legacy_xls", says: ".xls"},
		{no: 22, name: ".xlsb named .xlsx", data: func(s source) []byte {
			return zipped(put(parts(s), part{"_rels/.rels", relsOf(rel("rId1", "officeDocument", "xl/workbook.bin"))}, part{"xl/workbook.bin", "x"})...)
		}, want: "refused unsupported_format", says: ".xlsb"},
		{no: 22, name: ".ods named .xlsx", data: func(source) []byte {
			return zipped(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", "<x/>"}, part{"META-INF/manifest.xml", "<x/>"})
		}, want: "refused unsupported_format", says: ".ods"},
		{no: 22, name: ".docx named .xlsx", data: func(s source) []byte {
			return zipped(part{typesPart, parts(s)[0].body}, part{"_rels/.rels", relsOf(rel("rId1", "officeDocument", "word/document.xml"))}, part{"word/document.xml", "<x/>"})
		}, want: "refused unsupported_format", says: ".docx"},
		{no: 22, name: ".xlsm with macros", file: "h022-макрос.xlsm", data: of(part{"xl/vbaProject.bin", "Sub Auto_Open()"}), want: "applied", says: "Format:xlsm", known: 3},
		{no: 22, name: ".xlsm renamed .xlsx", data: of(part{"xl/vbaProject.bin", "Sub Auto_Open()"}), want: "applied", says: "Format:xlsm", known: 3},
		// A name of a workbook promises an end record: such a file waits first.
		{no: 23, name: "HTML named .xlsx", data: fixed("<html><table><tr><td>ИИН</td></tr></table></html>"), waits: true, want: "refused not_a_workbook", says: "HTML"},
		{no: 23, name: "HTML named .xls", file: "h023-банк.xls", data: fixed("\ufeff <!DOCTYPE html><table><tr><td>ИИН</table>"), want: "refused not_a_workbook", says: "HTML"},
		{no: 23, name: "XML of 2003 named .xls", file: "h023-2003.xls", data: fixed(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`), want: "refused not_a_workbook"},
		// A CSV is read by its content: its rows prove as much as under its own name.
		{no: 23, name: "CSV named .xlsx", data: func(s source) []byte { return s.csv(3) }, waits: true, want: "applied", says: "Format:csv", known: 3},
		{no: 24, name: "a .zip of 20 workbooks", file: "h024.zip", data: func(s source) []byte {
			var all []part
			for i := range 20 {
				all = append(all, part{fmt.Sprintf("%02d.xlsx", i), string(zipped(book(worksheet(header() + row(2, s.person(i, nil))))...))})
			}
			return zipped(all...)
		}, want: "applied", members: twentyApplied(), known: 20},
		{no: 24, name: "a workbook in a workbook", data: func(s source) []byte {
			return zipped(parts(s, part{"xl/embeddings/book.xlsx", string(s.xlsx(2))})...)
		}, want: "applied", known: 3},
		{no: 24, name: "a .zip with everything in it", file: "h024-всё.zip", data: func(s source) []byte {
			secret := honest("пароль.xlsx", "x")
			secret.flags = 1
			strange := honest("strange.xlsx", "x")
			strange.method = 12
			broken := honest("broken.xlsx", string(s.xlsx(1)))
			broken.crc++
			return rawZip(honest("a.csv", string(s.csv(2))), honest("b/the same.csv", string(s.csv(2))), honest("__MACOSX/._a.csv", "x"), honest("b/.DS_Store", "x"),
				honest("Thumbs.db", "x"), honest("~$a.xlsx", "x"), secret, strange, broken, honest("c.pdf", "%PDF-1.7\n"), honest("d.docx", string(compound("WordDocument"))),
				honest("e.zip", string(zipped(part{"x.csv", string(s.csv(1))}))), honest("f.xls", string(compound("Workbook"))), honest("g/", ""))
		}, want: "applied_with_refusals", members: []string{"a.csv: applied", "b/the same.csv: already_applied", "broken.xlsx: refused damaged",
			"c.pdf: refused unsupported_format", "d.docx: refused unsupported_format", "e.zip: refused unsupported_format", "f.xls: refused legacy_xls",
			"strange.xlsx: refused unsafe", "пароль.xlsx: refused encrypted"}, known: 2},
		{no: 24, name: "a .zip whose name leads out", file: "h024-out.zip", data: func(s source) []byte {
			return rawZip(honest("../../a.csv", string(s.csv(2))))
		}, want: "refused unsafe"},
		{no: 24, name: "a .zip with a link", file: "h024-link.zip", data: func(s source) []byte {
			e := honest("a.csv", "/etc/passwd")
			e.external = 0xA1FF << 16
			return rawZip(e)
		}, want: "refused unsafe"},
		{no: 24, name: "a .zip of nothing", file: "h024-empty.zip", data: fixed("PK\x05\x06" + strings.Repeat("\x00", 18)), want: "refused empty"},
		{no: 24, name: "a .zip of 1,001 files", file: "h024-many.zip", data: func(source) []byte { return emptyNamed(1001) }, want: "refused too_large"},
		{no: 24, name: "a .zip bomb of 100 files", file: "h024-bomb.zip", data: func(source) []byte {
			var all []part
			for i := range 100 {
				all = append(all, part{fmt.Sprint(i, ".csv"), spaces[:mega]})
			}
			return zipped(all...)
		}, want: "refused too_large"},
		{no: 24, name: "a .zip with a file of 2 GB", file: "h024-2g.zip", data: func(s source) []byte {
			return grown([]part{{"a.csv", string(s.csv(2))}}, "b.csv", "", " ", 2<<30, "")
		}, want: "applied_with_refusals", members: []string{"a.csv: applied", "b.csv: refused too_large"}, known: 2, heavy: true},
		{no: 24, name: ".7z", file: "h024.7z", data: fixed("7z\xBC\xAF\x27\x1C\x00\x04......"), want: "refused unsupported_format", says: "7z"},
		{no: 24, name: ".rar", file: "h024.rar", data: fixed("Rar!\x1A\x07\x01\x00......"), want: "refused unsupported_format", says: "RAR"},
		{no: 24, name: ".eml", file: "h024.eml", data: fixed("Received: from mail\r\nSubject: список\r\n\r\n"), want: "refused unsupported_format"},
		{no: 24, name: ".pdf", file: "h024.pdf", data: fixed("%PDF-1.7\n%...."), want: "refused unsupported_format", says: "PDF"},
		{no: 25, name: "open in Excel", elsewhere: "importers/intake TestPollWhatWaitsAndWhatIsOdd"},
		{no: 26, name: "other names, absolute targets, other letter case", data: func(s source) []byte {
			return zipped(part{"[content_types].XML", parts(s)[0].body}, part{"_RELS/.rels", relsOf(rel("rId1", "officeDocument", "/Data/Book.xml"))},
				part{"data/book.XML", workbookOf(`<sheet name="Лист1" sheetId="1" r:id="rId1"/>`)}, part{"data/_rels/BOOK.xml.rels", relsOf(rel("rId1", "worksheet", "/DATA/tab.xml"))},
				part{"Data/Tab.xml", worksheet(s.rows(3))})
		}, want: "applied", known: 3},
		{no: 27, name: "shared strings missing while used", data: func(s source) []byte {
			return s.sheet(worksheet(s.rows(3) + `<row r="5"><c r="A5" t="s"><v>0</v></c></row>`))
		}, want: "refused damaged"},
		{no: 28, name: "no content types, styles, app.xml", data: func(s source) []byte { return zipped(without(parts(s), typesPart)...) }, want: "applied", known: 3},
		{no: 29, name: "a listed sheet is missing", data: of(part{bookPart, workbookOf(`<sheet name="Лист1" sheetId="1" r:id="rId1"/><sheet name="Пропал" sheetId="2" r:id="rId9"/>`)}),
			want: "refused damaged", says: "Пропал"},
		{no: 30, name: "two sheets of one name", data: of(part{bookPart, workbookOf(`<sheet name="Лист1" sheetId="1" r:id="rId1"/><sheet name="лист1" sheetId="2" r:id="rId2"/>`)}, sst("")),
			want: "refused damaged"},
		{no: 31, name: "300 sheets", data: func(s source) []byte {
			sheets, rels, all := "", "", parts(s)
			for i := range 300 {
				sheets += fmt.Sprintf(`<sheet name="a%d" sheetId="%d" r:id="r%d"/>`, i, i+1, i)
				rels += rel(fmt.Sprint("r", i), "worksheet", fmt.Sprintf("s%d.xml", i))
				all = append(all, part{fmt.Sprintf("xl/s%d.xml", i), worksheet("")})
			}
			return zipped(put(all, part{bookPart, workbookOf(sheets)}, part{bookRels, relsOf(rels)})...)
		}, want: "refused too_large"},
		{no: 31, name: "2,000,000 sheets", data: func(s source) []byte {
			var sheets strings.Builder
			for i := range 2_000_000 {
				fmt.Fprintf(&sheets, `<sheet name="a%d" sheetId="%d" r:id="rId1"/>`, i, i+1)
			}
			return zipped(parts(s, part{bookPart, workbookOf(sheets.String())})...)
		}, want: "refused too_large", heavy: true},
		{no: 32, name: "a long sheet name of odd characters", data: of(part{bookPart, workbookOf(`<sheet name="/\:[]*? ` + strings.Repeat("Ә", 60) + `" sheetId="1" r:id="rId1"/>`)}), want: "applied", known: 3},
	}
}

func twentyApplied() (out []string) {
	for i := range 20 {
		out = append(out, fmt.Sprintf("%02d.xlsx: applied", i))
	}
	return out
}

func emptyNamed(n int) []byte {
	var all []rawEntry
	for i := range n {
		all = append(all, honest(fmt.Sprint(i, ".csv"), ""))
	}
	return rawZip(all...)
}
