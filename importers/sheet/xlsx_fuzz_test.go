package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// readSlowly is readWorkbook with every cell read the general way.
func readSlowly(data []byte, limits Limits) (string, error) {
	return readWith(func() (*Book, error) {
		a, err := openArchive(bytes.NewReader(data), int64(len(data)), limits.complete())
		if err != nil {
			return nil, err
		}
		b := &Book{}
		w := &workbook{archive: a, slow: true}
		b.read = w.read
		return b, w.prepare(b)
	})
}

// bothWays reads a workbook with and without the short cut for usual cells;
// what they give, and where they stop, must be the same.
func bothWays(t *testing.T, data []byte) {
	t.Helper()
	fast, err := readWorkbook(data, fuzzLimits)
	slow, slowErr := readSlowly(data, fuzzLimits)
	if fast != slow || (err == nil) != (slowErr == nil) || err != nil && err.Error() != slowErr.Error() {
		t.Fatalf("the two ways differ:\n%s%v\n\n%s%v", fast, err, slow, slowErr)
	}
	var fe *osms.FileError
	if err != nil && !errors.As(err, &fe) {
		t.Fatalf("%v is no refusal", err)
	}
}

var fuzzLimits = Limits{PartBytes: 8 << 20, Columns: 40, CellRunes: 200, TokenBytes: 4 << 10, SharedStrings: 100, Depth: 12}

// seeds of worksheets: every way of writing a cell, and some that are wrong.
var seedSheets = []string{
	oneRow, stylish, "",
	`<row r="1" spans="1:2"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="AA1" s="2"><v>12.5</v></c></row>`,
	`<row r="12"><c r="A12" t="n"><v>-1e5</v></c><c r="B12" t="inlineStr"><is><t>a_x0000_</t></is></c><c r="C12"/></row>`,
	`<row><c t="str"><f>1</f><v>&amp;&#1241;</v></c><c><v>.</v></c><c t="b"><v>1</v></c></row><row r="9" hidden="true"/>`,
	`<row r="1"><c r="A1" t="s"><v>99</v></c></row>`, `<row r="1"><c r="A1" t="s"><v>00001</v></c></row>`,
	`<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`, `<row r="1"><c r="A2"><v>1</v></c></row>`,
	`<row r="1"><c r="A1" s="99999999"><v>1..2</v></c><c r="B1" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>`,
	`<row r="1"><c r="A1" s="` + strings.Repeat("0", 100) + `1"><v>36000</v></c><c r="B1" s="000001"><v>36000</v></c><c r="C1" s="0000001"><v>1</v></c></row>`,
	`<row r="1"><c xmlns="urn:x" r="A1"><v>1</v></c><x:c xmlns:x="urn:y" r="A1"/></row>`,
	`<row r="1"><c r="A1"><v>1</v></c` + ` ><c r="B1"><v>1</v></c></row>`,
}

// FuzzSheet puts any bytes in place of a sheet's rows.
func FuzzSheet(f *testing.F) {
	for _, s := range seedSheets {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, rows []byte) {
		bothWays(t, rawZip(entriesOf(rebuiltStyled(sheetXML(string(rows))))...))
	})
}

// FuzzParts puts any bytes in place of whole parts.
func FuzzParts(f *testing.F) {
	base := rebuiltStyled(sheetXML(stylish))
	for i, p := range base {
		f.Add(uint8(i), []byte(p.body))
	}
	f.Add(uint8(4), []byte(wide(sheetXML(oneRow), binary.LittleEndian)))
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		files := append([]rawPart(nil), base...)
		files[int(which)%len(files)].body = string(body)
		bothWays(t, rawZip(entriesOf(files)...))
	})
}

// FuzzOpen opens and reads any bytes whatever.
func FuzzOpen(f *testing.F) {
	f.Add(packed(f, rebuiltStyled(sheetXML(stylish))...))
	f.Add(rawZip(entriesOf(rebuiltStyled(sheetXML(stylish)))...))
	f.Add(ole("Workbook"))
	f.Add([]byte("PK\x05\x06"))
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := readWorkbook(data, fuzzLimits)
		var fe *osms.FileError
		if err != nil && !errors.As(err, &fe) {
			t.Fatalf("%v is no refusal", err)
		}
	})
}

// FuzzValid compares the check of characters with a plain one.
func FuzzValid(f *testing.F) {
	for _, s := range []string{"", "abcdefgh\nijklmnop", "Әлия қызы", "\x00", "aaaaaaa\x1f", "\xD0", "\uFFFE", "\xED\xA0\x80", "a\xF0\x9F\x98", "\x7f\u0085😀"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, bad := validPrefix(b)
		wantN, wantBad := plainValidPrefix(b)
		if n != wantN || bad != wantBad {
			t.Fatalf("%q: %d %v, not %d %v", b, n, bad, wantN, wantBad)
		}
	})
}

func plainValidPrefix(b []byte) (n int, bad bool) {
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			return n, utf8.FullRune(b[n:])
		}
		if !xmlChar(r) {
			return n, true
		}
		n += size
	}
	return n, false
}

func TestBothWays(t *testing.T) {
	for _, s := range seedSheets {
		bothWays(t, packed(t, rebuiltStyled(sheetXML(s))...))
	}
	for name, data := range corruptible(t) {
		want, err := readSlowly(data, Limits{})
		got, err2 := readWorkbook(data, Limits{})
		if err != nil || err2 != nil || got != want {
			t.Errorf("%s is read in two ways: %v %v", name, err, err2)
		}
	}
}
