package ledger

import (
	"math/big"
	"strings"
	"testing"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

func TestReadMonth(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"2026-10", "2026-10"}, {"10.2026", "2026-10"}, {"1.2026", "2026-01"}, {"10/2026", "2026-10"}, {"2026/10", "2026-10"},
		{"2026.10", "2026-10"}, {"10 2026", "2026-10"}, {"октябрь 2026", "2026-10"}, {"Октябрь 2026 г.", "2026-10"},
		{"за октябрь 2026 года", "2026-10"}, {"2026 ж. қазан", "2026-10"}, {"2026 жылғы қазан", "2026-10"}, {"Қазан 2026", "2026-10"},
		{"казан 2026", "2026-10"}, {"2026 жылдың қазан айы", "2026-10"}, {"October 2026", "2026-10"}, {"Oct-2026", "2026-10"},
		{"май 2026", "2026-05"}, {"мамыр 2026", "2026-05"}, {"маусым 2026", "2026-06"}, {"01.10.2026", "2026-10"},
		{"2026-10-31", "2026-10"}, {"31 октября 2026", "2026-10"}, {"\u00a02026-10 ", "2026-10"},
		{"", ""}, {"2026", ""}, {"октябрь", ""}, {"13.2026", ""}, {"2026-00", ""}, {"10.26", ""}, {"октябрь 26", ""}, {"1999-10", ""},
		{"202610", ""}, {"102026", ""}, {"октябрь ноябрь 2026", ""}, {"3 квартал 2026", ""}, {"2026-10-32", ""}, {"31.02.2026", ""},
		{"2026 2026", ""}, {"01.10.2026-31.10.2026", ""}, {"01.10.2026 00:00:00", "2026-10"}, {"2926-10", ""},
	} {
		got, ok := table.ReadMonth(sheet.Cell{Kind: sheet.Text, Text: c.text}, false)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%q: %s %t", c.text, got, ok)
		}
	}
	for _, c := range []struct {
		text string
		date bool
		want string
	}{
		{"46296", true, "2026-10"}, {"46296.5", true, "2026-10"}, {"46296", false, "2026-10"}, {"10.2026", false, "2026-10"},
		{"1.2026", false, "2026-01"}, {"10.202", false, "2020-10"}, {"202610", false, ""}, {"2026", false, ""}, {"13.2026", false, ""},
		{"10.20261", false, ""}, {"-1", false, ""}, {"60", true, ""},
	} {
		got, ok := table.ReadMonth(sheet.Cell{Kind: sheet.Number, Text: c.text, Date: c.date}, false)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s: %s %t", c.text, got, ok)
		}
	}
}

func TestExactTiyn(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"117040", "117040.00"}, {"1234.5", "1234.50"}, {"1234.55", "1234.55"}, {"5.852E+5", "585200.00"}, {"5.852e5", "585200.00"},
		{"5852E-2", "58.52"}, {"1E2", "100.00"}, {"-0.01", "-0.01"}, {"0", "0.00"}, {"-0", "0.00"}, {"0.0", "0.00"}, {"1E-2", "0.01"},
		{"1234.5500000000002", "1234.55"}, {"1234.5499999999999", "1234.55"}, {"0.30000000000000004", "0.30"},
		{"99999999999.995", ""}, {"9999999999999.999", "10000000000000.00"}, {"9999999999999999", ""}, {"12345678901234567", ""},
		{"999999999999999", "999999999999999.00"},
		{"1.234", ""}, {"1E-3", ""}, {"1E18", ""}, {"1E400", ""}, {"1E-400", ""}, {"1E999999999999", ""}, {"NaN", ""}, {"Infinity", ""},
		{"0x1p10", ""}, {"1_000", ""}, {"", ""}, {".", ""}, {"-", ""}, {"E5", ""}, {"1.2.3", ""}, {"1E1E1", ""}, {"--1", ""},
	} {
		got, ok := exactTiyn(c.text)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%q: %s %t", c.text, got, ok)
		}
	}
}

// FuzzExactTiyn compares with exact rational numbers: what is read lies within
// half a unit of the fifteenth digit.
func FuzzExactTiyn(f *testing.F) {
	for _, seed := range []string{"117040", "1234.5500000000002", "-5.852E+5", "1E-2", "0.001", "99999999999.995"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := exactTiyn(s)
		if !ok || strings.ContainsAny(s, "/_xXpP") {
			return
		}
		want, good := new(big.Rat).SetString(strings.TrimPrefix(s, "+"))
		if !good {
			if _, good = new(big.Rat).SetString(strings.Replace(s, ".", "", 1)); !good {
				t.Fatalf("%q read as %s", s, got)
			}
			return
		}
		have := big.NewRat(int64(got), 100)
		gap := new(big.Rat).Abs(new(big.Rat).Sub(have, want))
		bound := new(big.Rat).Mul(new(big.Rat).Abs(want), big.NewRat(1, 100_000_000_000_000))
		if gap.Cmp(bound) > 0 {
			t.Fatalf("%q read as %s", s, got)
		}
	})
}

// FuzzCells: no text panics, and what is read as a month or amount reads the
// same when the program writes it.
func FuzzCells(f *testing.F) {
	for _, seed := range []string{"2026-10", "2026 ж. қазан", "1 234,50 ₸", "категория 13", "63", "Алматы қаласы", "\xff", "−1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range []sheet.Kind{sheet.Text, sheet.Number, sheet.Bool} {
			c := sheet.Cell{Kind: kind, Text: s}
			if m, ok := table.ReadMonth(c, false); ok {
				if again, ok := table.ReadMonth(sheet.Cell{Kind: sheet.Text, Text: m.String()}, false); !ok || again != m {
					t.Fatalf("%q: %s", s, m)
				}
			}
			if a, ok := readAmount(c); ok {
				if again, ok := readAmount(sheet.Cell{Kind: sheet.Text, Text: a.String()}); !ok || again != a {
					t.Fatalf("%q: %s", s, a)
				}
			}
			readCount(c)
			if category, ok := readCategory(c); ok && category != "" && categories()[string(category)] != category {
				t.Fatalf("%q: %s", s, category)
			}
			if region, ok := readRegion(c); ok && region != 0 && !region.Known() {
				t.Fatal(osms.Region(region))
			}
		}
	})
}
