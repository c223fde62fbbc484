package sheet

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestCSVTooManyRowsIsForeseen: a file with too many records is refused before
// they are handed out, with the words it would be refused with at the first of
// them; one with as many as it may have is read whole.
func TestCSVTooManyRowsIsForeseen(t *testing.T) {
	const limit = aheadAfter + 40_000
	rows := func(n int, end string) string { return strings.Repeat("a;ә"+end, n) }
	wide := func(text string) string {
		var b strings.Builder
		b.WriteString("\xFF\xFE")
		for _, r := range text {
			b.Write([]byte{byte(r), byte(r >> 8)})
		}
		return b.String()
	}
	for _, c := range []struct {
		name, text string
		delivered  int
		line       int // at which it is refused; 0: it is not
	}{
		{"as many as it may", rows(limit, "\n"), limit, 0},
		{"the last without a line end", strings.TrimSuffix(rows(limit, "\r\n"), "\r\n"), limit, 0},
		{"one more", rows(limit+1, "\n"), aheadAfter - 1, limit + 1},
		{"one more, without a line end", rows(limit, "\r\n") + "a;b", aheadAfter - 1, limit + 1},
		{"CR", rows(limit+1, "\r"), aheadAfter - 1, limit + 1},
		{"UTF-16", wide(rows(limit+1, "\r\n")), aheadAfter - 1, limit + 1},
		{"UTF-16, as many as it may", wide(rows(limit, "\r\n")), limit, 0},
		{"blank ones count", rows(aheadAfter, "\n") + strings.Repeat("\n", limit), aheadAfter - 1, limit + 1},
		{"line ends in cells do not", rows(limit-3000, "\n") + strings.Repeat("\"a\nb\nc\";d\n", 3000), limit, 0},
		{"line ends in cells, and one more", rows(limit-3000, "\n") + strings.Repeat("\"a\nb\nc\";d\n", 3001), aheadAfter - 1, limit - 3000 + 3*3000 + 1},
		{"another fault comes first", rows(limit-10, "\n") + "a;b\x00\n" + rows(limit, "\n"), -1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := openText(c.text, Limits{Rows: limit})
			if err != nil {
				t.Fatal(err)
			}
			delivered, last := 0, 0
			_, err = book.Read(0, func(r *Row) error {
				if r.Number != last+1 || len(r.Cells) != 2 {
					t.Fatalf("row %d after %d, %d cells", r.Number, last, len(r.Cells))
				}
				delivered, last = delivered+1, r.Number
				return nil
			})
			if c.delivered < 0 {
				if fileCode(err) != osms.FileDamaged || delivered < aheadAfter {
					t.Errorf("%d rows, %v", delivered, err)
				}
				return
			}
			refusal := (*osms.FileError)(nil)
			switch errors.As(err, &refusal); {
			case c.line == 0 && err != nil, delivered != c.delivered:
				t.Errorf("%d rows, %v", delivered, err)
			case c.line > 0 && (refusal == nil || refusal.Code != osms.FileTooManyRows || refusal.Where != fmt.Sprintf("line %d", c.line)):
				t.Errorf("%+v", err)
			}
		})
	}
}
