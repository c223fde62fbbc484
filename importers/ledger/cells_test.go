package ledger

import (
	"math/big"
	"strings"
	"testing"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

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

// FuzzCells: no text panics, and what is read as an amount reads the same when
// the program writes it.
func FuzzCells(f *testing.F) {
	for _, seed := range []string{"2026-10", "2026 ж. қазан", "1 234,50 ₸", "категория 13", "63", "Алматы қаласы", "\xff", "−1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range []sheet.Kind{sheet.Text, sheet.Number, sheet.Bool} {
			c := sheet.Cell{Kind: kind, Text: s}
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
