package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// csvText gives every record as "number@line: [cell] [cell] !fault@column".
func csvText(book *Book) (string, error) {
	var b strings.Builder
	_, err := book.Read(0, func(row *Row) error {
		fmt.Fprintf(&b, "%d@%d:", row.Number, row.Line)
		for _, c := range row.Cells {
			if (c.Kind == Empty) != (c.Text == "") || c.Kind > Text {
				return fmt.Errorf("row %d: a cell of kind %d holds %q", row.Number, c.Kind, c.Text)
			}
			fmt.Fprintf(&b, " [%s]", strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(c.Text))
		}
		if row.Fault != "" {
			fmt.Fprintf(&b, " !%s@%s", row.Fault, osms.ColumnName(row.FaultColumn))
		}
		b.WriteByte('\n')
		return nil
	})
	return b.String(), err
}

func openText(text string, limits Limits) (*Book, error) {
	return openCSV(bytes.NewReader([]byte(text)), int64(len(text)), limits)
}

func TestCSVRecords(t *testing.T) {
	lines := func(s ...string) string { return strings.Join(s, "\n") + "\n" }
	for _, c := range []struct {
		name, text, delim string
		want              string
	}{
		{"semicolons", "ИИН;ФИО\n1;2\n", ";", lines("1@1: [ИИН] [ФИО]", "2@2: [1] [2]")},
		{"no line end at the end", "a,b\nc,d", ",", lines("1@1: [a] [b]", "2@2: [c] [d]")},
		{"CRLF", "a;b\r\nc;d\r\n", ";", lines("1@1: [a] [b]", "2@2: [c] [d]")},
		{"CR only", "a;b\rc;d\r", ";", lines("1@1: [a] [b]", "2@2: [c] [d]")},
		{"CR only, quoted", "a;\"b\rc\"\rd;e", ";", lines(`1@1: [a] [b\rc]`, "2@3: [d] [e]")},
		{"line ends mixed", "a;b\r\nc;d\ne;f\rg;h", ";", lines("1@1: [a] [b]", "2@2: [c] [d]", "3@3: [e] [f]", "4@4: [g] [h]")},
		{"blank lines count", "\n\na;b\n\nc;d\n\n", ";", lines("3@3: [a] [b]", "5@5: [c] [d]")},
		{"a record of empty cells is delivered", "a;b\n;\n", ";", lines("1@1: [a] [b]", "2@2: [] []")},
		{"an empty quoted cell alone", "a\n\"\"\nb\n", ";", lines("1@1: [a]", "2@2: []", "3@3: [b]")},
		{"empty cells at the end stay", "a;b;\nc;d;\n", ";", lines("1@1: [a] [b] []", "2@2: [c] [d] []")},
		{"spaces stay", "a ; b\n c;d \n", ";", lines("1@1: [a ] [ b]", "2@2: [ c] [d ]")},
		{"TAB", "a\tb, c; d\ne\tf\n", "\t", lines("1@1: [a] [b, c; d]", "2@2: [e] [f]")},
		{"quotes", "a;\"b;c\"\n\"d\";e\n", ";", lines("1@1: [a] [b;c]", "2@2: [d] [e]")},
		{"doubled quotes", "a;\"ТОО \"\"Ромашка\"\"\"\n\"\"\"\";\"\"\n", ";", lines(`1@1: [a] [ТОО "Ромашка"]`, `2@2: ["] []`)},
		{"line ends in quotes", "a;\"b\nc\r\nd\";e\nf;g;h\n", ";", lines(`1@1: [a] [b\nc\r\nd] [e]`, "2@4: [f] [g] [h]")},
		{"an address of lines with delimiters", "№;адрес;x\n1;\"Алматы; Абая\nдом; кв\";x\n", ";", lines("1@1: [№] [адрес] [x]", `2@2: [1] [Алматы; Абая\nдом; кв] [x]`)},
		{"spaces behind a quote", "a;\"b\" ;c\nd;e;f\n", ";", lines("1@1: [a] [b] [c]", "2@2: [d] [e] [f]")},
		{"bare quotes in one field", "a;ТОО \"Ромашка\";c\nd;e;f\n", ";", lines(`1@1: [a] [ТОО "Ромашка"] [c]`, "2@2: [d] [e] [f]")},
		{"bare quotes at the beginning", "a;\"Ромашка\" ТОО;c\nd;e;f\n", ";", lines(`1@1: [a] ["Ромашка" ТОО] [c]`, "2@2: [d] [e] [f]")},
		{"a bare quote and a quoted field", "ТОО \"Р\";\"b;c\";d\ne;f;g\n", ";", lines(`1@1: [ТОО "Р"] [b;c] [d]`, "2@2: [e] [f] [g]")},
		{"bare quotes around a delimiter", "a;b;c\nТОО \"Р;Ко\";x\nd;e;f\n", ";",
			lines("1@1: [a] [b] [c]", `2@2: [ТОО "Р] [Ко"] [x] !field_count@A`, "3@3: [d] [e] [f]")},
		{"quotes closed and opened again around a delimiter", "a;b;c\n1;\"ТОО \"Р; Ко\"\";x\nd;e;f\n", ";",
			lines("1@1: [a] [b] [c]", `2@2: [1] ["ТОО "Р] [ Ко""] [x] !field_count@B`, "3@3: [d] [e] [f]")},
		{"one bare quote", "a;b\nМонитор 17\";x\nd;e\n", ";",
			lines("1@1: [a] [b]", `2@2: [Монитор 17"] [x] !field_count@A`, "3@3: [d] [e]")},
		{"sep line", "sep=,\na,b;c\nd,e;f\n", ",", lines("2@2: [a] [b;c]", "3@3: [d] [e;f]")},
		{"sep line in quotes, CRLF", "\"SEP=;\"\r\na,1;b\r\n", ";", lines("2@2: [a,1] [b]")},
		{"sep TAB", "sep=\t\na\tb\n", "\t", lines("2@2: [a] [b]")},
		{"sep bar", "sep=|\na|b\n", "|", lines("2@2: [a] [b]")},
		{"not a sep line", "sep=a\nb;c\nd;e\n", ";", lines("1@1: [sep=a]", "2@2: [b] [c]", "3@3: [d] [e]")},
		{"Ctrl-Z at the end", "a;b\r\nc;d\r\n\x1a", ";", lines("1@1: [a] [b]", "2@2: [c] [d]")},
		{"Ctrl-Z and line ends at the end", "a;b\nc;d\x1a\x1a\r\n", ";", lines("1@1: [a] [b]", "2@2: [c] [d]")},
		{"byte order mark", "\ufeffИИН;b\nc;d\n", ";", lines("1@1: [ИИН] [b]", "2@2: [c] [d]")},
		{"two byte order marks", "\ufeff\ufeffИИН;b\nc;d\n", ";", lines("1@1: [ИИН] [b]", "2@2: [c] [d]")},
		{"mark and sep line", "\ufeffsep=;\nИИН;b\n", ";", lines("2@2: [ИИН] [b]")},
		{"control character", "a;b\nc;d\x07e\nf;g\n", ";", lines("1@1: [a] [b]", "2@2: [c] [d\x07e] !control_character@B", "3@3: [f] [g]")},
		{"control character in quotes", "a;b\n\"c\x01\";d\nf;g\n", ";", lines("1@1: [a] [b]", "2@2: [c\x01] [d] !control_character@A", "3@3: [f] [g]")},
		{"DEL", "a;b\nc;\x7f\nf;g\n", ";", lines("1@1: [a] [b]", "2@2: [c] [\x7f] !control_character@B", "3@3: [f] [g]")},
		{"U+0085", "a;b\nc;д\u0085\nf;g\n", ";", lines("1@1: [a] [b]", "2@2: [c] [д\u0085] !control_character@B", "3@3: [f] [g]")},
		{"NBSP is no control", "a;b\nc;1\u00a0234,50 ₸\n", ";", lines("1@1: [a] [b]", "2@2: [c] [1\u00a0234,50 ₸]")},
		{"TAB in a cell", "a;b\nc;d\te\n", ";", lines("1@1: [a] [b]", "2@2: [c] [d\te]")},
		{"one column", "ИИН\n990101300123\n", ";", lines("1@1: [ИИН]", "2@2: [990101300123]")},
		{"fields longer than a word", "abcdefghijk;lmnopqrstuvwxyz\n0123456789;0123456789012345\n", ";",
			lines("1@1: [abcdefghijk] [lmnopqrstuvwxyz]", "2@2: [0123456789] [0123456789012345]")},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := Open(strings.NewReader(c.text), int64(len(c.text)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // a book can be read again
				got, err := csvText(book)
				if err != nil {
					t.Fatal(err)
				}
				if got != c.want {
					t.Fatalf("got\n%swant\n%s", got, c.want)
				}
			}
			if book.Delimiter != c.delim || book.Format != "csv" || len(book.Sheets) != 1 || book.Sheets[0].Name != "" {
				t.Errorf("delimiter %q, format %q, sheets %v", book.Delimiter, book.Format, book.Sheets)
			}
		})
	}
}

func TestCSVDelimiter(t *testing.T) {
	rows := func(header, row string, n int) string { return header + "\n" + strings.Repeat(row+"\n", n) }
	for _, c := range []struct{ name, text, want string }{
		{"decimal commas", rows("Период;Регион;Сумма", "2026-10;63;1234,50", 5), ";"},
		{"decimal commas and a comma in the header", rows("Период;Регион;Сумма, тенге", "2026-10;63;1234,50", 5), ";"},
		{"addresses", rows("ИИН;ФИО;Адрес", "990101300123;А Б;г. Алматы, ул. Абая, д. 5, кв. 3", 5), ";"},
		{"addresses, header alike", rows("ИИН;ФИО;Адрес (город, улица, дом, квартира)", "990101300123;А Б;г. Алматы, ул. Абая, д. 5, кв. 3", 5), ";"},
		{"commas, semicolons in quotes", rows("ИИН,ФИО,Адрес", "990101300123,А Б,\"Алматы; Абая; 5; 3\"", 5), ","},
		{"commas with quoted decimals", rows("month,region,amount", "2026-10,63,\"1234,50\"", 5), ","},
		{"TAB with both", rows("ИИН\tФИО\tАдрес; дом", "990101300123\tА Б\tАлматы, 5; 3", 5), "\t"},
		{"title rows", "Список; учащихся\nПо состоянию на: 01.10.2026\n\n" + rows("ИИН,ФИО,Форма", "990101300123,А Б,очная", 3), ","},
		{"title rows padded", "Список;;;\nБИН;990140000123;;\n" + rows("ИИН;ФИО;Форма;Сумма", "990101300123;А Б;очная;1,5", 3), ";"},
		{"some rows broken", rows("ИИН;ФИО;Форма", "990101300123;А Б;очная", 6) + rows("990101300123;А Б", "990101300123;А;Б;очная", 2), ";"},
		{"half of the rows broken", rows("ИИН;ФИО;Форма", "990101300123;А Б;очная", 4) + rows("990101300123;А Б", "990101300123;А, Б;В;очная", 4), ";"},
		{"header only", "ИИН,ФИО,Форма\n", ","},
	} {
		book, err := openText(c.text, Limits{})
		if err != nil || book.Delimiter != c.want {
			t.Errorf("%s: %v, %v", c.name, book, err)
		}
	}
}

func TestCSVRefused(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, c := range []struct {
		name, text  string
		code        osms.FileCode
		where, word string
	}{
		{"empty", "", osms.FileEmpty, "", ""},
		{"blanks", " \r\n\t\n", osms.FileEmpty, "", ""},
		{"a mark alone", "\ufeff", osms.FileEmpty, "", ""},
		{"unclosed quote", "a;b\nc;\"d\ne;f\ng;h\n", osms.FileDamaged, "line 2", "column B"},
		{"unclosed quote behind line ends", "a;b\n\"c\nc\";\"d\ne;f\n", osms.FileDamaged, "line 3", "column B"},
		{"unclosed quote that meets another", "a;b;c\n1;\"ТОО;x\n2;\"y\";z\n", osms.FileDamaged, "line 2", "quote"},
		{"unclosed quote and much behind", "a;b\nc;\"d\n" + strings.Repeat("e;f\n", 600_000), osms.FileDamaged, "line 2", "quote"},
		{"two stray quotes", "№;ТОО;x\n1;\"ТОО Р;x\n2;а;y\n3;Роза\";z\n4;б;z\n", osms.FileDamaged, "line 2", "swallows"},
		{"stray quotes in neighbours", "№;ТОО;x\r\n1;а;x\r\n2;\"а;y\r\n3;Роза\";z\r\n4;б;z\r\n", osms.FileDamaged, "line 3", "swallows"},
		{"stray quotes in other columns", "№;а;б;в\n1;\"а;б;в\n2;а;б\";в\n", osms.FileDamaged, "line 2", "swallows"},
		{"zero byte", "a;b\nc\x00;d\n", osms.FileDamaged, "byte 5", "zero"},
		{"zeros to the end", "a;b\nc;d\n" + strings.Repeat("\x00", 600), osms.FileTruncated, "byte 8", "zeros"},
		{"Ctrl-Z inside", "a;b\nc\x1a;d\n", osms.FileDamaged, "byte 5", "Ctrl-Z"},
		{"overlong", "a;b\nИмя;д\nc;\xc0\xaf\n", osms.FileBadEncoding, "byte 16", ""},
		{"overlong alone", "a;b\nc;\xc0\xaf\n", osms.FileBadEncoding, "byte 6", ""},
		{"overlong of three", "a;b\nc;\xe0\x80\xaf\n", osms.FileBadEncoding, "byte 6", ""},
		{"surrogate in UTF-8", "Имя;д\nc;\xed\xa0\x80\n", osms.FileBadEncoding, "byte 12", ""},
		{"cut inside a letter", "Имя;д\nИмя;\xd0", osms.FileTruncated, "byte 17", ""},
		{"record too long", "a;b\n" + long + ";x\n", osms.FileTooLarge, "line 2", "1048576"},
		{"line without end", strings.Repeat("x", 3<<20), osms.FileTooLarge, "line 1", ""},
		{"fields without end", "a;b\n" + strings.Repeat(";", 1<<20), osms.FileTooLarge, "line 2", "256"},
		{"257 quoted fields", "a;b\n" + strings.Repeat("\"x\";", 256) + "\n", osms.FileTooLarge, "line 2", "256"},
		{"a long cell", "a;b\nc;" + long[:32_768] + "\n", osms.FileTooLarge, "B2, line 2", "32767"},
		{"one byte of a workbook", "P", osms.FileTruncated, "byte 1", "workbook"},
		{"three bytes of a workbook", "PK\x03", osms.FileTruncated, "byte 3", "workbook"},
		{"four bytes of an old workbook", "\xd0\xcf\x11\xe0", osms.FileTruncated, "byte 4", "workbook"},
		{"web page", "\n <!DOCTYPE html><html>", osms.FileNotAWorkbook, "", "HTML"},
		{"table of 1C", "\ufeff<TABLE><TR>", osms.FileNotAWorkbook, "", "HTML"},
		{"XML table", "<?xml version=\"1.0\"?><Workbook>", osms.FileNotAWorkbook, "", "XML"},
		{"PDF", "%PDF-1.4\n", osms.FileNotAWorkbook, "", "PDF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := openText(c.text, Limits{})
			if err == nil {
				_, err = csvText(book)
			}
			var refusal *osms.FileError
			if !errors.As(err, &refusal) || refusal.Code != c.code || refusal.Where != c.where || !strings.Contains(refusal.Detail, c.word) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCSVLimits(t *testing.T) {
	if _, err := openText("a;b\nc;d\n", Limits{FileBytes: 7}); fileCode(err) != osms.FileTooLarge {
		t.Error(err)
	}
	book, err := openText("a;b\n\nc;d\n", Limits{Rows: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := csvText(book); fileCode(err) != osms.FileTooManyRows {
		t.Error(err)
	}
	if _, err := openText(strings.Repeat("x;", 255)+"x\n", Limits{}); err != nil {
		t.Error("256 fields:", err)
	}
}

func fileCode(err error) osms.FileCode {
	var refusal *osms.FileError
	errors.As(err, &refusal)
	if refusal == nil {
		return ""
	}
	return refusal.Code
}

func TestCSVEachError(t *testing.T) {
	book, err := openText("a;b\nc;d\ne;f\n", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("enough")
	sum, err := book.Read(0, func(row *Row) error {
		if row.Number == 2 {
			return stop
		}
		return nil
	})
	if err != stop || sum.Rows != 2 {
		t.Error(sum, err)
	}
	if sum, err := book.Read(0, func(*Row) error { return nil }); err != nil || sum.Rows != 3 {
		t.Error(sum, err)
	}
}

// flaky fails, or ends, at a byte.
type flaky struct {
	text string
	at   int64
	err  error
}

func (f flaky) ReadAt(b []byte, off int64) (int, error) {
	n, err := strings.NewReader(f.text[:f.at]).ReadAt(b, off)
	if err != nil && f.err != nil {
		err = f.err
	}
	return n, err
}

func TestCSVSourceFails(t *testing.T) {
	text := strings.Repeat("aaa;bbb;ccc\n", 100_000)
	broken := errors.New("broken disk")
	for _, at := range []int64{0, 10, 60_000, 1_000_000} {
		for _, cause := range []error{nil, broken} {
			book, err := openCSV(flaky{text, at, cause}, int64(len(text)), Limits{})
			if err == nil {
				_, err = csvText(book)
			}
			if cause == nil && fileCode(err) != osms.FileTruncated || cause != nil && (!errors.Is(err, broken) || fileCode(err) != "") {
				t.Errorf("byte %d, %v: %v", at, cause, err)
			}
		}
	}
}

// endless is a file of one line over and over, made as it is read.
type endless string

func (e endless) ReadAt(b []byte, off int64) (int, error) {
	for n := 0; n < len(b); {
		n += copy(b[n:], e[(off+int64(n))%int64(len(e)):])
	}
	return len(b), nil
}

func TestCSVMemoryFlat(t *testing.T) {
	line := endless("990101300123;Әбдіқалықова Гүлнұр;\"күндізгі\";11.12.2006\r\n")
	used := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := used()
	rows := 300_000
	book, err := openCSV(line, int64(rows*len(line)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := book.Read(0, func(row *Row) error {
		if row.Number%100_000 == 0 {
			if now := used(); now > before+2<<20 {
				t.Errorf("row %d: %d bytes more", row.Number, now-before)
			}
		}
		return nil
	})
	if err != nil || sum.Rows != rows {
		t.Fatal(sum, err)
	}
}
