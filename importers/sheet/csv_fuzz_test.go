package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// FuzzCSV: no input panics; an error is a refusal; a second reading gives the
// same; record numbers and lines only grow; a delivered cell is sound UTF-8.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		russianTable, kazakhTable, "sep=,\na,b\n", "a;\"b\nc\";d\n", "a;ТОО \"Р\";c\r\n\x1a", "a\tb\rc\td",
		"\ufeffa;b\n", string(encodeWide("\ufeff"+kazakhTable, false)), string(encode(f, kz1048(), kazakhTable)),
		string(encode(f, cp866(), "ИИН;ФИО;Форма обучения\n")), "a;\"b\"\"c\"\"\";\"\n", "\"a\"b\";c\n", "a\x00", "\xc0\x80",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		book, err := openCSV(bytes.NewReader(file), int64(len(file)), Limits{TokenBytes: 512, Rows: 200})
		if err != nil {
			mustRefuse(t, err)
			return
		}
		first, err := csvText(book)
		if err != nil {
			mustRefuse(t, err)
		}
		second, again := csvText(book)
		if second != first || (err == nil) != (again == nil) {
			t.Fatalf("read twice:\n%s%v\n%s%v", first, err, second, again)
		}
		number, line := 0, 0
		_, _ = book.Read(0, func(row *Row) error {
			if row.Number <= number || row.Line <= line || len(row.Cells) == 0 || len(row.Cells) > 256 || row.FaultColumn > len(row.Cells) {
				t.Fatalf("row %d line %d behind row %d line %d", row.Number, row.Line, number, line)
			}
			number, line = row.Number, row.Line
			for _, c := range row.Cells {
				if !utf8.ValidString(c.Text) {
					t.Fatalf("%q", c.Text)
				}
			}
			return nil
		})
	})
}

func mustRefuse(t *testing.T, err error) {
	t.Helper()
	var refusal *osms.FileError
	if !errors.As(err, &refusal) || refusal.Code == "" {
		t.Fatal(err)
	}
}

// FuzzCSVOracle: what encoding/csv reads strictly, without quotes or CR where
// the two differ on purpose, reads the same here.
func FuzzCSVOracle(f *testing.F) {
	f.Add("a;b\nc;d\n", uint8(0))
	f.Add("a,\"b\n,c\"\"\",d\ne,f,g\n\n", uint8(1))
	f.Add("a\t\"b\"\r\n\tc\n", uint8(2))
	f.Add("aaaaaaaaaaaaaaaaaaaaa,bbbbbbbbbb,\"cccccccc\"\nд,ж", uint8(1))
	f.Fuzz(func(t *testing.T, text string, d uint8) {
		delim := delimiters[int(d)%len(delimiters)]
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1a\ufeff") || len(text) == 0 ||
			strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\r") {
			return
		}
		oracle := csv.NewReader(strings.NewReader(text))
		oracle.Comma = rune(delim)
		oracle.FieldsPerRecord = -1
		want, err := oracle.ReadAll()
		if err != nil {
			return
		}
		enc := encoding{name: nameUTF8, end: int64(len(text))}
		s := newCSVScanner(strings.NewReader(text), enc, delim, Limits{}.complete(), 64)
		var got [][]string
		for {
			row, err := s.next()
			if err != nil {
				if fileCode(err) == osms.FileTooLarge || strings.Contains(err.Error(), "swallows") {
					return
				}
				t.Fatal(err)
			}
			if row == nil {
				break
			}
			if row.Fault == string(osms.FieldCount) {
				t.Fatalf("fault in %q", text)
			}
			var record []string
			for _, c := range row.Cells {
				// encoding/csv turns CRLF inside quotes into LF
				record = append(record, strings.ReplaceAll(c.Text, "\r\n", "\n"))
			}
			got = append(got, record)
		}
		if len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// The stretches in which a file is read must not show: a buffer's edge may fall
// anywhere.
func TestCSVEdges(t *testing.T) {
	record := "ИИН;\"Ә \"\"Қ\"\"\r\nҮ\";ТОО \"Р\";;\r\n"
	for shift := range 48 {
		text := "Қанат" + strings.Repeat("x", shift) + ";b;c;d;e\r\n" + strings.Repeat(record, 9000)
		for _, file := range [][]byte{[]byte(text), encode(t, kz1048(), text), encodeWide("\ufeff"+text, false)} {
			if shift%8 != 0 && file[0] == 0xFF {
				continue
			}
			book, err := openCSV(bytes.NewReader(file), int64(len(file)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			_, err = book.Read(0, func(row *Row) error {
				rows++
				if rows > 1 && (len(row.Cells) != 5 || row.Cells[0].Text != "ИИН" || row.Cells[1].Text != "Ә \"Қ\"\r\nҮ" ||
					row.Cells[2].Text != `ТОО "Р"` || row.Number != rows || row.Line != 2*rows-2 || row.Fault != "") {
					t.Fatalf("%d: %+v", rows, row)
				}
				return nil
			})
			if err != nil || rows != 9001 {
				t.Fatal(rows, err)
			}
		}
	}
}
