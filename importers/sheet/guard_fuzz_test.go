package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzZipGuard opens only the container: what the guard lets through is one
// ZIP, which an ordinary reader understands in the very same way.
func FuzzZipGuard(f *testing.F) {
	base := rebuiltStyled(sheetXML(stylish))
	sound := packed(f, base...)
	raw := rawZip(entriesOf(base)...)
	for _, seed := range [][]byte{
		sound, raw, raw[:len(raw)-22], raw[:len(raw)/2], append([]byte("MZ"), raw...), append(slices.Clone(raw), 0),
		rawZip(stored("a", "1"), stored("A", "2")), rawZip(stored("../a", "1")), rawZip(stored(`a\b`, "1")),
		rawZip(stored("a", "")), []byte("PK\x05\x06" + strings.Repeat("\x00", 18)),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := openArchive(bytes.NewReader(data), int64(len(data)), Limits{Entries: 100}.complete())
		if err != nil {
			mustRefuse(t, err)
			return
		}
		if len(a.entries) > 100 || len(a.parts) != len(a.entries) {
			t.Fatalf("%d entries, %d parts", len(a.entries), len(a.parts))
		}
		in := slices.Clone(a.entries)
		slices.SortFunc(in, func(a, b entry) int { return int(a.header - b.header) })
		var from int64
		for _, e := range in {
			if e.header < from || e.body < e.header || e.packed < 0 || e.size < 0 || e.body+e.packed > e.end || e.end > int64(len(data)) {
				t.Fatalf("%q lies at %d, %d, %d behind %d", e.name, e.header, e.body, e.end, from)
			}
			from = e.end
			if unsafeName([]byte(e.name)) != "" {
				t.Fatalf("%q is let through", e.name)
			}
		}
		// Another reader must see the same files with the same bytes.
		oracle, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil && err != zip.ErrInsecurePath {
			return
		}
		if len(oracle.File) != len(a.entries) {
			t.Fatalf("%d entries, another reader sees %d", len(a.entries), len(oracle.File))
		}
		for i, o := range oracle.File {
			e := &a.entries[i]
			if e.name != slashed([]byte(o.Name)) || uint64(e.size) != o.UncompressedSize64 {
				t.Fatalf("%q of %d bytes, another reader sees %q of %d", e.name, e.size, o.Name, o.UncompressedSize64)
			}
			if e.size > 1<<20 {
				continue
			}
			in, err := a.open(e)
			if err != nil {
				mustRefuse(t, err)
				continue
			}
			got, err := io.ReadAll(in)
			if err != nil {
				mustRefuse(t, err)
				continue
			}
			if r, err := o.Open(); err == nil {
				if want, err := io.ReadAll(r); err == nil && !bytes.Equal(got, want) {
					t.Fatalf("%q is read in two ways", e.name)
				}
			}
		}
	})
}

// FuzzSharedStrings puts any bytes in place of the table of texts: what is
// read has as many strings as another XML reader counts, each of them a sound
// text within the limits.
func FuzzSharedStrings(f *testing.F) {
	const head = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	for _, s := range []string{
		`<si><t>Әлия</t></si><si/><si><t xml:space="preserve"> </t></si></sst>`,
		`<si><r><rPr><b/></rPr><t>а</t></r><r><t>б</t></r><rPh sb="0" eb="1"><t>в</t></rPh></si></sst>`,
		`<si><t>_x0000_ _x000D_ _xD800_ &amp; &#1241;</t></si></sst>`,
		`<si><t><![CDATA[<si>]]></t></si><extLst><ext><si/></ext></extLst></sst>`,
		`<x:si xmlns:x="urn:y"><x:t>1</x:t></x:si><si><t>1</t></si></sst>`,
		strings.Repeat(`<si/>`, 120) + `</sst>`, `<si><t>` + strings.Repeat("а", 300) + `</t></si></sst>`,
	} {
		f.Add([]byte(head + s))
	}
	f.Add([]byte("\xef\xbb\xbf<?xml version='1.0'?>" + head + "</sst>"))
	f.Add([]byte(wide(`<?xml version="1.0"?>`+head+`<si><t>Қ</t></si></sst>`, binary.LittleEndian)))
	f.Fuzz(func(t *testing.T, body []byte) {
		data := rawZip(stored("xl/sharedStrings.xml", string(body)))
		limits := Limits{CellRunes: 200, TokenBytes: 4 << 10, SharedStrings: 100, SharedBytes: 4 << 10, Depth: 12}.complete()
		a, err := openArchive(bytes.NewReader(data), int64(len(data)), limits)
		if err != nil {
			t.Fatal(err)
		}
		w := &workbook{archive: a}
		if err := w.readStrings(a.part("xl/sharedStrings.xml")); err != nil {
			mustRefuse(t, err)
			return
		}
		if w.strings.count > 100 || w.strings.bytes > 4<<10 {
			t.Fatalf("%d strings of %d bytes", w.strings.count, w.strings.bytes)
		}
		for i := range w.strings.count {
			if s := w.strings.at(i); !utf8.ValidString(s) || utf8.RuneCountInString(s) > 200 || strings.Contains(s, "\x00") {
				t.Fatalf("%d is %q", i, s)
			}
		}
		if n, ok := countStrings(body); ok && n != w.strings.count {
			t.Fatalf("%d strings, another reader counts %d", w.strings.count, n)
		}
	})
}

// countStrings counts the strings of a table with encoding/xml, where that
// reader and ours take the same XML in the same sense.
func countStrings(body []byte) (n int, ok bool) {
	if bytes.Contains(body, []byte("AlternateContent")) || !utf8.Valid(body) {
		return 0, false
	}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	depth, space := 0, ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			return n, true
		}
		if err != nil {
			return 0, false
		}
		switch x := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				space = x.Name.Space
			}
			if depth == 1 && x.Name.Local == "si" && x.Name.Space == space {
				n++
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

// FuzzDialect writes a table of any cells with each delimiter, in UTF-8 and in
// UTF-16: encoding and delimiter are found, and every cell comes back.
func FuzzDialect(f *testing.F) {
	f.Add("Иванов Пётр", "061211601593", "очная", uint8(0), uint8(3))
	f.Add("Әлия \"Ұ\" қызы", "№ 7", "", uint8(1), uint8(9))
	f.Add("a\nb", "1,5", "sep=;", uint8(2), uint8(1))
	f.Add("?", "\ufeff", "<html>", uint8(7), uint8(0))
	f.Fuzz(func(t *testing.T, a, b, c string, how, rows uint8) {
		delim := string(delimiters[int(how)%3])
		text := "ИИН" + delim + "ФИО" + delim + "Форма обучения\n"
		record := make([]string, 0, 3)
		for _, cell := range []string{a, b, c} {
			record = append(record, dialectCell(cell, delim, how&0x40 != 0))
		}
		for range int(rows)%20 + 1 {
			text += strings.Join(record, delim) + "\n"
		}
		file := []byte(text)
		if how&0x80 != 0 {
			file = encodeWide("\ufeff"+text, how&0x20 != 0)
		}
		book, err := openCSV(bytes.NewReader(file), int64(len(file)), Limits{})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if book.Delimiter != delim {
			t.Fatalf("%q: the delimiter is %q, not %q", text, book.Delimiter, delim)
		}
		n := 0
		_, err = book.Read(0, func(row *Row) error {
			if n++; n == 1 {
				return nil
			}
			for i, want := range record {
				if i >= len(row.Cells) || row.Cells[i].Text != strings.ReplaceAll(strings.Trim(want, `"`), `""`, `"`) {
					t.Fatalf("%q: record %d is %v, not %q", text, n, row.Cells, record)
				}
			}
			return nil
		})
		if err != nil || n != int(rows)%20+2 {
			t.Fatalf("%q: %d records, %v", text, n, err)
		}
	})
}

// dialectCell makes a cell that is the same text in every dialect: letters,
// digits, spaces and points, and, in quotes, the delimiter itself.
func dialectCell(s, delim string, quoted bool) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= 0x410 && r < 0x450, strings.ContainsRune("әғқңөұүһіӘҒҚҢӨҰҮҺІ .-", r):
			return r
		}
		return -1
	}, s)
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "")
	}
	s = "я" + s // no cell of the header's own kind, none empty
	if quoted {
		return `"` + s + delim + `"`
	}
	return s
}
