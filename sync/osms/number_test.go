package osms_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"testing"

	"osmsd/sync/osms"
)

func TestIdentifierVectors(t *testing.T) {
	f, err := os.Open("testdata/identifiers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 20 {
		t.Fatalf("only %d vectors", len(rows))
	}
	for _, row := range rows[1:] {
		number, kind, valid, why := row[0], row[1], row[2] == "yes", row[3]
		var digits string
		var err error
		if kind == "IIN" {
			var i osms.IIN
			i, err = osms.ParseIIN(number, 20261122)
			digits = i.Digits()
		} else {
			var b osms.BIN
			b, err = osms.ParseBIN(number)
			digits = b.Digits()
		}
		if (err == nil) != valid {
			t.Errorf("%s %s (%s): error %v, valid %v", kind, number, why, err, valid)
		}
		if err == nil && digits != number {
			t.Errorf("%s %s: Digits gives %s", kind, number, digits)
		}
	}
}

func TestNumberFaults(t *testing.T) {
	iin := func(s string) error { _, err := osms.ParseIIN(s, 20261122); return err }
	bin := func(s string) error { _, err := osms.ParseBIN(s); return err }
	for _, c := range []struct {
		number string
		parse  func(string) error
		want   error
	}{
		{"", iin, osms.ErrNumberLength},
		{"06121160159", iin, osms.ErrNumberLength},
		{"0612116015930", iin, osms.ErrNumberLength},
		{"О61211601593", iin, osms.ErrNumberCharacters}, // Cyrillic О
		{"06121160159X", iin, osms.ErrNumberCharacters},
		{"061211 601593", iin, osms.ErrNumberCharacters},
		{"+61211601593", iin, osms.ErrNumberCharacters},
		{"٠٦١٢١١٦٠١٥٩٣", iin, osms.ErrNumberCharacters},
		{"12X", iin, osms.ErrNumberCharacters},
		{"070809597183", iin, osms.ErrNumberCheckDigit},
		{"050230625748", iin, osms.ErrIINBirthDate},
		{"990606799797", iin, osms.ErrIINBirthDate},
		{"000000000000", iin, osms.ErrIINBirthDate},
		{"050505538583", iin, osms.ErrNumberCheckDigit},
		{"940140780639", bin, osms.ErrNumberCheckDigit},
		{"949940656273", bin, osms.ErrBINStructure},
		{"940190026094", bin, osms.ErrBINStructure},
		{"940149250046", bin, osms.ErrBINStructure},
		{"061211601593", bin, osms.ErrBINStructure}, // an IIN is never a BIN
		{"16044000716", bin, osms.ErrNumberLength},
		{"16044000716a", bin, osms.ErrNumberCharacters},
	} {
		if err := c.parse(c.number); !errors.Is(err, c.want) {
			t.Errorf("%q: %v, want %v", c.number, err, c.want)
		}
	}
}

// A number born tomorrow is refused today and read without a today.
func TestIINFromTheFuture(t *testing.T) {
	const number = "061211601593"
	for _, c := range []struct {
		today osms.Date
		want  error
	}{{20061210, osms.ErrIINBirthDate}, {20061211, nil}, {0, nil}} {
		if _, err := osms.ParseIIN(number, c.today); !errors.Is(err, c.want) {
			t.Errorf("today %s: %v, want %v", c.today, err, c.want)
		}
	}
}

func TestInsideIIN(t *testing.T) {
	for _, c := range []struct {
		number    uint64
		birth     osms.Date
		sex       osms.Sex
		foreigner bool
	}{
		{61211601593, 20061211, osms.Female, false},
		{31231543338, 20031231, osms.Male, false},
		{229537532, 20000229, osms.Male, false},
		{990717371478, 19990717, osms.Male, false},
		{981201425069, 19981201, osms.Female, false},
		{981201100000, 18981201, osms.Male, false},
		{981201200000, 18981201, osms.Female, false},
		{290101000000, 20290101, "", true},
		{300101000000, 19300101, "", true},
		{990606799797, 0, "", false},
		{20229300000, 0, osms.Male, false}, // 1902 was no leap year
	} {
		i := osms.IIN(c.number)
		if i.Birth() != c.birth || i.Sex() != c.sex || i.Foreigner() != c.foreigner {
			t.Errorf("%012d: birth %s, sex %q, foreigner %v; want %s, %q, %v",
				c.number, i.Birth(), i.Sex(), i.Foreigner(), c.birth, c.sex, c.foreigner)
		}
	}
}

// The check digit again, from the rule's own words and with a loop for each
// pass.
func slowCheckDigit(eleven string) (int, bool) {
	for _, weights := range [][]int{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2}} {
		sum := 0
		for i, w := range weights {
			sum += w * int(eleven[i]-'0')
		}
		if sum%11 != 10 {
			return sum % 11, true
		}
	}
	return 0, false
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"061211601593", "060315601150", "050505538583", "160940025485", "", "00000000000", "1e11", "６１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, errI := osms.ParseIIN(s, 0)
		b, errB := osms.ParseBIN(s)
		if errI == nil && errB == nil {
			t.Fatalf("%q is an IIN and a BIN", s)
		}
		if errI == nil && (i.Digits() != s || i.Birth().IsZero()) || errB == nil && b.String() != s {
			t.Fatalf("%q reads as %s / %s", s, i.Digits(), b)
		}
		if errI == nil || errB == nil {
			if k, ok := slowCheckDigit(s[:11]); !ok || fmt.Sprint(k) != s[11:] {
				t.Fatalf("%q was accepted against its check digit %d, %v", s, k, ok)
			}
		}
	})
}
