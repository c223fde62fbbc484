package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"unicode/utf16"

	"osmsd/sync/osms"
)

// rawEntry is an entry whose every field a test may falsify.
type rawEntry struct {
	name         string
	body         []byte // as it lies in the file
	method       uint16
	flags        uint16
	crc          uint32
	packed, size uint32
	external     uint32 // attributes
	extra        []byte
	over         int // 1 + index of the entry whose body this one claims
}

// stored makes an honest entry.
func stored(name, body string) rawEntry {
	n := uint32(len(body))
	return rawEntry{name: name, body: []byte(body), crc: crc32.ChecksumIEEE([]byte(body)), packed: n, size: n}
}

// rawZip writes entries as they are, true or not.
func rawZip(entries ...rawEntry) []byte {
	le := binary.LittleEndian
	var out, dir []byte
	at := make([]int, len(entries))
	for i, e := range entries {
		at[i] = len(out)
		if e.over > 0 {
			at[i] = at[e.over-1]
		} else {
			out = append(out, "PK\x03\x04\x14\x00"...)
			out = le.AppendUint16(le.AppendUint16(out, e.flags), e.method)
			out = append(out, 0, 0, 0x21, 0)
			out = le.AppendUint32(le.AppendUint32(le.AppendUint32(out, e.crc), e.packed), e.size)
			out = le.AppendUint16(le.AppendUint16(out, uint16(len(e.name))), 0)
			out = append(append(out, e.name...), e.body...)
		}
		dir = append(dir, "PK\x01\x02\x14\x03\x14\x00"...)
		dir = le.AppendUint16(le.AppendUint16(dir, e.flags), e.method)
		dir = append(dir, 0, 0, 0x21, 0)
		dir = le.AppendUint32(le.AppendUint32(le.AppendUint32(dir, e.crc), e.packed), e.size)
		dir = le.AppendUint16(le.AppendUint16(le.AppendUint16(dir, uint16(len(e.name))), uint16(len(e.extra))), 0)
		dir = append(dir, 0, 0, 0, 0)
		dir = le.AppendUint32(le.AppendUint32(dir, e.external), uint32(at[i]))
		dir = append(append(dir, e.name...), e.extra...)
	}
	n := uint16(len(entries))
	out = append(out, dir...)
	out = append(out, "PK\x05\x06\x00\x00\x00\x00"...)
	out = le.AppendUint16(le.AppendUint16(out, n), n)
	out = le.AppendUint32(le.AppendUint32(out, uint32(len(dir))), uint32(len(out)-12-len(dir)))
	return append(out, 0, 0)
}

// entriesOf makes stored entries of parts.
func entriesOf(files []rawPart) (out []rawEntry) {
	for _, f := range files {
		out = append(out, stored(f.name, f.body))
	}
	return out
}

const oneRow = `<row r="1"><c r="A1" t="inlineStr"><is><t>ЖСН</t></is></c></row>`

// ole makes a compound file whose directory holds the named streams.
func ole(streams ...string) []byte {
	le := binary.LittleEndian
	b := make([]byte, 512*3)
	copy(b, oleSignature)
	le.PutUint16(b[30:], 9)
	le.PutUint32(b[48:], 1) // the directory is sector 1
	le.PutUint32(b[76:], 0) // the table is sector 0
	le.PutUint32(b[512:], 0xFFFFFFFD)
	le.PutUint32(b[516:], 0xFFFFFFFE)
	for i, s := range append([]string{"Root Entry"}, streams...) {
		e := b[1024+128*i:]
		for k, u := range utf16.Encode([]rune(s)) {
			le.PutUint16(e[2*k:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(s)+2))
	}
	return b
}

func TestHostileContainer(t *testing.T) {
	good := packed(t, parts(sheetXML(oneRow))...)
	big := bigWorkbook(t, 2000, false)
	base := parts(sheetXML(oneRow))
	// falsified stores all parts and lets a test change one entry.
	falsified := func(name string, change func(*rawEntry)) []byte {
		es := entriesOf(base)
		for i := range es {
			if es[i].name == name {
				change(&es[i])
			}
		}
		return rawZip(es...)
	}
	const sheet1 = "xl/worksheets/sheet1.xml"
	many := func(n int) []byte {
		es := []rawEntry{stored("a", strings.Repeat("x", 100))}
		for i := range n {
			e := stored(fmt.Sprintf("n%d", i), strings.Repeat("x", 100))
			e.over = 1
			es = append(es, e)
		}
		return rawZip(es...)
	}
	flipped := func(b []byte, at int, bit byte) []byte {
		b = bytes.Clone(b)
		b[at] ^= bit
		return b
	}
	zeroed := func(b []byte, from, to int) []byte {
		b = bytes.Clone(b)
		clear(b[from:to])
		return b
	}
	bomb := strings.Repeat(" ", 12<<20)
	tests := []struct {
		name string
		data []byte
		code osms.FileCode // "" when the file must be read
		says string        // must stand in the error
	}{
		{"an ordinary workbook", good, "", ""},
		{"an ordinary workbook, stored", rawZip(entriesOf(base)...), "", ""},
		{"no bytes", nil, osms.FileEmpty, ""},
		{"seven bytes", []byte("PK\x03\x04abc"), osms.FileTruncated, "cut short"},
		{"half", big[:len(big)/2], osms.FileTruncated, "end record is missing"},
		{"without its last 22 bytes", big[:len(big)-22], osms.FileTruncated, ""},
		{"without its last byte", big[:len(big)-1], osms.FileTruncated, ""},
		{"a tail of zeros", zeroed(big, len(big)/2, len(big)), osms.FileTruncated, "not copied whole"},
		{"nothing but zeros", make([]byte, 5000), osms.FileTruncated, ""},
		{"one bit", flipped(big, len(big)/2, 4), osms.FileDamaged, sheet1},
		{"a kilobyte of zeros", zeroed(big, len(big)/2, len(big)/2+1024), osms.FileDamaged, sheet1},
		{"wrong checksum", falsified(sheet1, func(e *rawEntry) { e.crc++ }), osms.FileDamaged, "checksum"},
		{"size lies small", falsified(sheet1, func(e *rawEntry) { e.size -= 50; e.packed -= 50 }), osms.FileDamaged, ""},
		{"size lies large", falsified(sheet1, func(e *rawEntry) { e.size++; e.packed++ }), osms.FileUnsafe, "overlaps"},
		{"Zip64 size beyond 2^63", falsified(sheet1, func(e *rawEntry) {
			e.size = 0xFFFFFFFF
			e.extra = append([]byte{1, 0, 8, 0}, 0, 0, 0, 0, 0, 0, 0, 0x80)
		}), osms.FileUnsafe, "cannot be true"},
		{"Zip64 size of 3 GB", falsified(sheet1, func(e *rawEntry) {
			e.method, e.size = methodDeflated, 0xFFFFFFFF
			e.extra = append([]byte{1, 0, 8, 0}, 0, 0, 0, 0xC0, 0, 0, 0, 0)
		}), osms.FileTooLarge, "inflate"},
		{"1,000 bytes before", append(bytes.Repeat([]byte("x"), 1000), good...), osms.FileUnsafe, "before"},
		{"a ZIP before", append(bytes.Clone(good), good...), osms.FileUnsafe, ""},
		{"1,000 bytes after", append(bytes.Clone(good), bytes.Repeat([]byte("x"), 1000)...), osms.FileUnsafe, "after the end"},
		{"a name twice", rawZip(append(entriesOf(base), stored(sheet1, sheetXML("")))...), osms.FileUnsafe, "appears twice"},
		{"a name twice in another case", rawZip(append(entriesOf(base), stored("XL/Worksheets/Sheet1.XML", sheetXML("")))...), osms.FileUnsafe, "appears twice"},
		{"9,000 entries over one body", many(9000), osms.FileUnsafe, "overlap"},
		{"60,000 entries over one body", many(60000), osms.FileTooLarge, "60001 entries"},
		{"../ in a name", rawZip(append(entriesOf(base), stored("../../x", ""))...), osms.FileUnsafe, "leads out"},
		{`..\ in a name`, rawZip(append(entriesOf(base), stored(`a\..\..\x`, ""))...), osms.FileUnsafe, "leads out"},
		{"a name from the root", rawZip(append(entriesOf(base), stored("/etc/x", ""))...), osms.FileUnsafe, "from the root"},
		{"a NUL in a name", rawZip(append(entriesOf(base), stored("a\x00b", ""))...), osms.FileUnsafe, "control"},
		{"a name of 60 KB", rawZip(append(entriesOf(base), stored(strings.Repeat("a", 60000), ""))...), osms.FileUnsafe, "60000 bytes"},
		{"backslashes in names", rawZip(entriesOf([]rawPart{{"_rels\\.rels", base[1].body}, {"xl\\workbook.xml", base[2].body},
			{"xl\\_rels\\workbook.xml.rels", base[3].body}, {"xl\\worksheets\\sheet1.xml", base[4].body}})...), "", ""},
		{"a link", falsified(sheet1, func(e *rawEntry) { e.external = 0xA1FF << 16 }), osms.FileUnsafe, "link"},
		{"an encrypted entry", falsified(sheet1, func(e *rawEntry) { e.flags = 1 }), osms.FileEncrypted, ""},
		{"an unknown method", falsified(sheet1, func(e *rawEntry) { e.method = 12 }), osms.FileUnsafe, "method (12)"},
		{"a bomb in a part that is not needed", packed(t, parts(sheetXML(oneRow), rawPart{"xl/media/image1.png", bomb})...), "", ""},
		{"a bomb in the styles", packed(t, parts(sheetXML(oneRow), rawPart{"xl/styles.xml", stylesXML + bomb})...), "", ""},
		{"a bomb in the sheet", packed(t, parts(sheetXML(oneRow)+bomb)...), osms.FileTooLarge, "400 times"},
		{"password", ole("EncryptionInfo", "EncryptedPackage"), osms.FileEncrypted, "password"},
		{"old workbook", ole("Workbook"), osms.FileLegacyXLS, ".xls"},
		{"old workbook of Excel 5", ole("Book"), osms.FileLegacyXLS, ".xls"},
		{"old text document", ole("WordDocument"), osms.FileUnsupportedFormat, ".doc"},
		{"compound file cut short", ole("Workbook")[:1100], osms.FileTruncated, ""},
		{"an .xlsb", packed(t, parts("", rawPart{base[1].name, strings.ReplaceAll(base[1].body, "workbook.xml", "workbook.bin")}, rawPart{"xl/workbook.bin", "x"})...), osms.FileUnsupportedFormat, ".xlsb"},
		{"an .ods", packed(t, rawPart{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, rawPart{"content.xml", "<x/>"}), osms.FileUnsupportedFormat, ".ods"},
		{"a .docx", packed(t, rawPart{base[1].name, strings.ReplaceAll(base[1].body, "xl/workbook.xml", "word/document.xml")}, rawPart{"word/document.xml", "<x/>"}), osms.FileUnsupportedFormat, ".docx"},
		{"an .xlsm", packed(t, parts(sheetXML(oneRow), rawPart{"xl/vbaProject.bin", "x"})...), "", ""},
		{"HTML", []byte("\xEF\xBB\xBF <html><table><tr><td>1</table></html>"), osms.FileNotAWorkbook, "HTML"},
		{"HTML in UTF-16", []byte("\xFF\xFE<\x00h\x00t\x00m\x00l\x00>\x00"), osms.FileNotAWorkbook, "HTML"},
		{"XML of 2003", []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`), osms.FileNotAWorkbook, "2003"},
		{"a ZIP of workbooks", packed(t, rawPart{"1.xlsx", string(good)}, rawPart{"2.xlsx", string(good)}), osms.FileNotAWorkbook, "without a workbook"},
		{"an empty ZIP", []byte("PK\x05\x06" + strings.Repeat("\x00", 18)), osms.FileNotAWorkbook, ""},
		{"7z", []byte("7z\xBC\xAF\x27\x1C......"), osms.FileUnsupportedFormat, "7z"},
		{"RAR", []byte("Rar!\x1A\x07\x01\x00......"), osms.FileUnsupportedFormat, "RAR"},
		{"gzip", []byte("\x1F\x8B\x08......."), osms.FileUnsupportedFormat, "gzip"},
		{"an e-mail", []byte("Received: from x\r\nSubject: y\r\n"), osms.FileUnsupportedFormat, "e-mail"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { expect(t, test.data, Limits{}, test.code, test.says) })
	}
}

// expect reads a file and compares how that ends. A file that must be read
// must give at least one row.
func expect(t *testing.T, data []byte, limits Limits, code osms.FileCode, says string) string {
	t.Helper()
	out, err := readWorkbook(data, limits)
	if code == "" {
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		if !strings.Contains(out, "\n1 hidden=") && !strings.Contains(out, says) {
			t.Fatalf("no first row in %s", out)
		}
		return out
	}
	var fe *osms.FileError
	if !errors.As(err, &fe) {
		t.Fatalf("got %v, want %s\n%s", err, code, out)
	}
	if fe.Code != code || !strings.Contains(err.Error(), says) {
		t.Fatalf("got %v, want %s with %q", err, code, says)
	}
	return err.Error()
}

// Six hundred thousand entries are refused from the end record: the directory
// is not even read.
func TestManyEntriesAreRefusedFromTheEndRecord(t *testing.T) {
	le := binary.LittleEndian
	const n, size = 600_000, 600_000 * 46
	b := append([]byte("PK\x03\x04"), make([]byte, size)...)
	wideAt := uint64(len(b))
	b = append(b, "PK\x06\x06"...)
	b = le.AppendUint64(b, wideEndLen-12)
	b = append(b, make([]byte, 12)...)
	for _, v := range []uint64{n, n, size, 4} {
		b = le.AppendUint64(b, v)
	}
	b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
	b = le.AppendUint64(b, wideAt)
	b = append(b, 1, 0, 0, 0)
	b = append(b, "PK\x05\x06\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00"...)
	src := &counting{Source: bytes.NewReader(b)}
	_, err := Open(src, int64(len(b)), Limits{})
	if fe := (*osms.FileError)(nil); !errors.As(err, &fe) || fe.Code != osms.FileTooLarge {
		t.Fatal(err)
	}
	if src.bytes > 128<<10 {
		t.Fatalf("%d bytes were read for it", src.bytes)
	}
}

// counting counts the bytes that are read of a source, and fails after a while
// when told to.
type counting struct {
	Source
	bytes int
	fail  int // after so many reads
	reads int
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	if c.reads++; c.fail > 0 && c.reads > c.fail {
		return 0, errDisk
	}
	n, err := c.Source.ReadAt(p, at)
	c.bytes += n
	return n, err
}

var errDisk = errors.New("input/output error")

// An error of the disk is not the file's fault and must not refuse it.
func TestReadErrorsAreNotRefusals(t *testing.T) {
	data := bigWorkbook(t, 3000, true)
	for fail := 1; ; fail++ {
		src := &counting{Source: bytes.NewReader(data), fail: fail}
		b, err := Open(src, int64(len(data)), Limits{})
		if err == nil {
			_, err = b.Read(0, func(*Row) error { return nil })
		}
		if err == nil {
			if fail < 10 {
				t.Fatal("too few reads to prove anything")
			}
			return
		}
		if !errors.Is(err, errDisk) {
			t.Fatalf("after %d reads: %v", fail, err)
		}
	}
}

func TestErrorOfTheCallerComesBack(t *testing.T) {
	data := packed(t, parts(sheetXML(oneRow))...)
	b, err := Open(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Read(0, func(*Row) error { return errDisk }); err != errDisk {
		t.Fatal(err)
	}
	if _, err := b.Read(1, nil); err == nil {
		t.Fatal("a sheet that is not there was read")
	}
}

// wide writes text as UTF-16 with a byte order mark.
func wide(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\uFEFF" + text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}
