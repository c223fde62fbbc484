package osms_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

func TestParseTiyn(t *testing.T) {
	for s, want := range map[string]osms.Tiyn{
		"0": 0, "-0": 0, "1": 100, "5852": 585200, "1 234,50": 123450, "1234.5": 123450, "-12,3": -1230,
		"1\u00a0234\u00a0567,89": 123456789, "12\u202f345": 1234500, "12\u2009345.00": 1234500, "  7 ": 700,
		"007": 700, "0,01": 1, "1234567": 123456700, "100 000": 10000000,
		"92233720368547758.07": math.MaxInt64, "-92233720368547758.08": math.MinInt64,
		"92 233 720 368 547 758,07": math.MaxInt64,
	} {
		if got, err := osms.ParseTiyn(s); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", " ", "-", "--1", "+1", ",5", "5,", "5.", "1,234", "1,23,4", "1.2.3", "1e3", "12 34", "1234 567", "1  234", "1 234 56",
		"1 23,40", "1 2345", "1 234 ,5", "1,2 3", "₸5", "5 тг", "٥", "0x10", "NaN", "1'234", "1,234.56",
		"92233720368547758.08", "92233720368547759", "9223372036854775900", "-92233720368547758.09", "99999999999999999999999999",
		"- 5", "5-", "5 -",
	} {
		if got, err := osms.ParseTiyn(s); !errors.Is(err, osms.ErrAmount) {
			t.Errorf("%q was read as %d, %v", s, got, err)
		}
	}
}

func TestTiynText(t *testing.T) {
	for _, c := range []struct {
		amount          osms.Tiyn
		string, grouped string
	}{
		{0, "0.00", "0,00"}, {1, "0.01", "0,01"}, {-1, "-0.01", "-0,01"}, {99, "0.99", "0,99"}, {585200, "5852.00", "5_852,00"},
		{100000, "1000.00", "1_000,00"}, {99999, "999.99", "999,99"}, {-123456789, "-1234567.89", "-1_234_567,89"},
		{math.MaxInt64, "92233720368547758.07", "92_233_720_368_547_758,07"},
		{math.MinInt64, "-92233720368547758.08", "-92_233_720_368_547_758,08"},
	} {
		if got := c.amount.String(); got != c.string {
			t.Errorf("%d: %q", int64(c.amount), got)
		}
		if got, want := c.amount.Grouped(), strings.ReplaceAll(c.grouped, "_", "\u00a0"); got != want {
			t.Errorf("%d: %q, want %q", int64(c.amount), got, want)
		}
	}
}

func TestTiynRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := osms.Tiyn(rapid.Int64().Draw(t, "amount"))
		for _, text := range []string{want.String(), want.Grouped()} {
			if got, err := osms.ParseTiyn(text); err != nil || got != want {
				t.Fatalf("%q: %d, %v", text, got, err)
			}
		}
	})
}

func FuzzParseTiyn(f *testing.F) {
	for _, s := range []string{"1 234,50", "-92233720368547758.08", "92233720368547759", "1\u00a0234", "5,", "--1", "\xff", "12 345 678.9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := osms.ParseTiyn(s)
		if err != nil {
			return
		}
		// What was accepted means what its digits say.
		plain := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2009", "", ",", ".").Replace(strings.TrimSpace(s))
		exact, ok := new(big.Rat).SetString(plain)
		if !ok || exact.Mul(exact, big.NewRat(100, 1)).Cmp(new(big.Rat).SetInt64(int64(got))) != 0 {
			t.Fatalf("%q was read as %s", s, got)
		}
		if again, err := osms.ParseTiyn(got.String()); err != nil || again != got {
			t.Fatalf("%q → %s → %s, %v", s, got, again, err)
		}
	})
}

func TestRate(t *testing.T) {
	for s, want := range map[string]osms.Rate{"0": 0, "2": 2000, "1.9": 1900, "1,9": 1900, "0.001": 1, "100": 100000, "999.999": 999999, "02": 2000} {
		if got, err := osms.ParseRate(s); err != nil || got != want {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", ".", "1.", ".5", "-1", "+1", "1.2345", "1000", "1.2.3", "1,2,3", "1 9", "2%", "1e1"} {
		if got, err := osms.ParseRate(s); err == nil {
			t.Errorf("%q was read as %d", s, got)
		}
	}
	for r, want := range map[osms.Rate]string{0: "0", 1: "0.001", 1900: "1.9", 2000: "2", 10000: "10", 999999: "999.999"} {
		js, _ := json.Marshal(r)
		if r.String() != want || string(js) != want {
			t.Errorf("%d: %q, JSON %s, want %s", int64(r), r, js, want)
		}
	}
}

func TestStateRateAsPublished(t *testing.T) {
	for _, c := range []struct {
		percent osms.Rate
		base    osms.Tiyn
		want    osms.Tiyn
	}{
		{1900, 30800000, 585200}, // 2024, published: 5,852 KZT
		{2000, 40541600, 810832}, // 2026
		{1400, 16267300, 227742}, // 2020: 2277.422, half down
		{1700, 21300300, 362105}, // 2022: 3621.051
		{1000, 50, 1},            // exactly half goes up
		{1000, 49, 0},            // below half does not
		{1, math.MaxInt64, 92233720368548},
		{100000, math.MaxInt64, math.MaxInt64},
		{0, 1, 0},
	} {
		if got := (osms.StateRate{Percent: c.percent, Base: c.base}).PerPerson(); got != c.want {
			t.Errorf("%s %% of %s: %s, want %s", c.percent, c.base, got, c.want)
		}
	}
}

func TestRateOfAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Int64Range(0, 100_000).Draw(t, "rate")
		base := rapid.Int64Range(0, math.MaxInt64).Draw(t, "base")
		// floor((2·rate·base + 100000) / 200000) is half up.
		want := new(big.Int).Mul(big.NewInt(2*rate), big.NewInt(base))
		want.Add(want, big.NewInt(100_000)).Div(want, big.NewInt(200_000))
		if got := osms.Rate(rate).Of(osms.Tiyn(base)); big.NewInt(int64(got)).Cmp(want) != 0 {
			t.Fatalf("%d of %d: %d, want %s", rate, base, got, want)
		}
	})
}
