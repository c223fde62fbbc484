package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// TestBeyondMoney: a file that moves more than the country does is refused in
// every format, at the line that goes too far; one tiyn less is money.
func TestBeyondMoney(t *testing.T) {
	const most = "100000000000000"
	messages := func(amounts ...string) string {
		var b strings.Builder
		for i, a := range amounts {
			fmt.Fprintf(&b, ":20:R%d\n:21:1\n:32B:KZT%s\n:70:/IDN/1\n:32A:261006KZT%s\n", i, a, a)
		}
		return b.String()
	}
	statement := func(out string) string {
		return fmt.Sprintf(":20:A\n:25:KZ1\n:28C:1\n:60F:C261015KZT%[1]s,\n:61:261015C%[2]s,NTRFX\n:61:261015D%[3]s,NTRFY\n:62F:C261015KZT%[1]s,\n", "0", out, out)
	}
	for _, c := range []struct{ name, file, want string }{
		{"mt102", messages(most), ""},
		{"mt102 of two messages", messages(most, "0,01"), `damaged at message "R1", line 8: ` + beyondMoney},
		{"mt940", statement("50000000000000"), ""},
		{"mt940, there and back", statement("50000000000001"), "damaged at line 6: " + beyondMoney},
		{"mt940, 10^18 tiyn", statement("10000000000000000"), "damaged at line 5: " + beyondMoney},
		{"totals", "Месяц;Регион;Количество;Сумма\n2026-10;63;1;" + most + "\n", ""},
		{"totals of two lines", "Месяц;Регион;Количество;Сумма\n2026-10;63;1;-" + most + "\n2026-10;63;1;0,01\n", "damaged at row 3: " + beyondMoney},
	} {
		var err error
		if strings.HasPrefix(c.name, "totals") {
			var book *sheet.Book
			if book, err = sheet.Open(bytes.NewReader([]byte(c.file)), int64(len(c.file)), sheet.Limits{}); err == nil {
				_, err = Read(book, Options{})
			}
		} else {
			_, _, err = open([]byte(c.file), sheet.Limits{})
		}
		got := ""
		if err != nil {
			got = err.Error()
		}
		if unknown := (*osms.FileError)(nil); got != c.want || err != nil && !errors.As(err, &unknown) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	var all turnover
	for _, amount := range []osms.Tiyn{math.MinInt64, math.MaxInt64, osms.Tiyn(mostTurnover) + 1} {
		if all.add(amount) || all != 0 {
			t.Errorf("%s is money", amount)
		}
	}
}
