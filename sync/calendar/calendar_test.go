package calendar_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/calendar"
	"osmsd/sync/osms"
)

func TestWorkingDaysOfYears(t *testing.T) {
	c := calendar.Default()
	for year, want := range map[int]int{2022: 246, 2023: 246, 2024: 249, 2025: 246, 2026: 247} {
		if got := c.WorkingDays(year); got != want || !c.Known(year) {
			t.Errorf("%d: %d working days, known %v; want %d", year, got, c.Known(year), want)
		}
	}
	for i, want := range []int{19, 20, 18, 22, 17, 22, 22, 21, 22, 21, 21, 22} {
		m, _ := osms.NewMonth(2026, i+1)
		if got := c.WorkingDaysBetween(m.First(), m.Last()); got != want {
			t.Errorf("%s: %d working days, want %d", m, got, want)
		}
	}
	if got := c.Years(); !slices.Equal(got, []int{2022, 2023, 2024, 2025, 2026}) {
		t.Errorf("known years %v", got)
	}
	for _, year := range []int{1, 2021, 2027, 9999} {
		if c.Known(year) {
			t.Errorf("%d is known", year)
		}
	}
}

func TestDays(t *testing.T) {
	c := calendar.Default()
	for _, d := range []struct {
		day    osms.Date
		worked bool
		why    string
	}{
		{20260101, false, "New Year"}, {20260105, true, "Monday"}, {20260107, false, "Christmas"},
		{20260308, false, "Sunday and holiday"}, {20260309, false, "moved from 8 March"}, {20260310, true, ""},
		{20260324, false, "moved from 21 March"}, {20260325, false, "moved from 22 March"}, {20260326, true, ""},
		{20260527, false, "Kurban ait"}, {20260706, false, "Capital Day"}, {20260830, false, "Sunday"}, {20260831, true, "30 August is gone in 2026"},
		{20250830, false, "Saturday"}, {20250901, false, "moved from 30 August 2025"}, {20240830, false, "30 August 2024"},
		{20251025, false, ""}, {20251027, false, "moved from 25 October"}, {20211025, true, "25 October before 2022, by the rule"},
		{20250105, true, "a Sunday that is worked"}, {20250103, false, "the day it was swapped for"}, {20240504, true, "a Saturday that is worked"},
		{20230107, false, "Saturday"}, {20230109, true, "Christmas is never moved"},
		{20240617, true, "Kurban ait on a Sunday is never moved"},
		{20260315, false, "Sunday"}, {20260316, true, "15 March begins in 2027"},
		{20270315, false, "15 March 2027"}, {20280315, false, ""}, {20270830, true, "by the rule"},
		{20270104, false, "2 January 2027, a Saturday, moved by the rule"}, {20270105, true, ""},
		{0, false, "none"},
	} {
		if got := c.IsWorkingDay(d.day); got != d.worked {
			t.Errorf("%s (%s): worked %v, want %v", d.day, d.why, got, d.worked)
		}
	}
}

// The rule that moves holidays, applied to a year as if nothing had been
// announced, must give the announced days but for swaps and Kurban ait.
func TestRuleAgreesWithAnnouncedDays(t *testing.T) {
	ruled, announced := calendar.Rule(calendar.Default()), calendar.Default()
	special := map[osms.Date]bool{ // announced, beyond the rule
		20220305: true, 20220307: true, 20220827: true, 20220829: true, 20221022: true, 20221024: true,
		20230628: true, 20230701: true, 20230707: true, 20240504: true, 20240508: true,
		20250103: true, 20250105: true, 20250606: true, 20260527: true,
	}
	for d := osms.Date(20220101); d <= 20261231; d = d.Add(1) {
		if same := ruled.IsWorkingDay(d) == announced.IsWorkingDay(d); same == special[d] {
			t.Errorf("%s: by the rule worked %v, as announced %v", d, ruled.IsWorkingDay(d), announced.IsWorkingDay(d))
		}
	}
}

func TestAddWorkingDays(t *testing.T) {
	c := calendar.Default()
	for _, a := range []struct {
		from osms.Date
		n    int
		want osms.Date
	}{
		{20261120, 1, 20261123},  // Friday
		{20261121, 1, 20261123},  // Saturday
		{20261120, 4, 20261126},  //
		{20260320, 1, 20260326},  // over Nauryz
		{20260326, -1, 20260320}, //
		{20260101, 0, 20260101},  // a holiday stays with zero
		{20251231, 1, 20260105},
		{0, 5, 0}, {osms.Forever, 3, osms.Forever}, {osms.Forever, -3, osms.Forever},
		{99991230, 400, osms.Forever}, {10103, -400, 10101},
	} {
		if got := c.AddWorkingDays(a.from, a.n); got != a.want {
			t.Errorf("%s + %d: %s, want %s", a.from, a.n, got, a.want)
		}
	}
	for m, want := range map[osms.Month]osms.Date{202601: 20260105, 202603: 20260302, 202605: 20260504, 202611: 20261102, 202203: 20220301, 202501: 20250105} {
		if got := c.FirstWorkingDay(m); got != want {
			t.Errorf("first working day of %s: %s, want %s", m, got, want)
		}
	}
}

func TestWorkingDayProperties(t *testing.T) {
	c := calendar.Default()
	rapid.Check(t, func(t *rapid.T) {
		d := osms.Date(20150101).Add(rapid.IntRange(0, 365*30).Draw(t, "day"))
		n := rapid.IntRange(1, 300).Draw(t, "n")
		after := c.AddWorkingDays(d, n)
		if !c.IsWorkingDay(after) || after <= d || c.WorkingDaysBetween(d.Add(1), after) != n {
			t.Fatalf("%s + %d = %s", d, n, after)
		}
		if back := c.AddWorkingDays(after, -n); back > d || c.IsWorkingDay(d) && back != d {
			t.Fatalf("%s + %d = %s, back to %s", d, n, after, back)
		}
		m := rapid.IntRange(1, 50).Draw(t, "m")
		if c.AddWorkingDays(after, m) != c.AddWorkingDays(d, n+m) {
			t.Fatalf("%s: %d and %d more are not %d", d, n, m, n+m)
		}
		first := c.FirstWorkingDay(d.Month())
		if first.Month() != d.Month() || !c.IsWorkingDay(first) || c.WorkingDaysBetween(d.Month().First(), first) != 1 {
			t.Fatalf("first working day of %s: %s", d.Month(), first)
		}
		if c.WorkingDays(d.Year()) != c.WorkingDaysBetween(osms.Date(d.Year()*10000+101), osms.Date(d.Year()*10000+1231)) {
			t.Fatalf("days of %d do not add up", d.Year())
		}
	})
}

func TestLoad(t *testing.T) {
	standard := calendar.Default()
	c, err := calendar.Load([]byte("\xef\xbb\xbfyear,day,kind,why\n# announced in November\n2027,2027-05-17,off,kurban ait (an example)\n2027,2027-01-02,work,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Known(2027) || c.IsWorkingDay(20270517) || !c.IsWorkingDay(20270102) || !c.IsWorkingDay(20270104) || c.IsWorkingDay(20270315) {
		t.Error("2027 is not as the file says")
	}
	if c.WorkingDays(2026) != 247 || standard.Known(2027) {
		t.Error("another year or another calendar has changed")
	}
	// A year is replaced whole, the later file wins, order and comments do not matter.
	again, err := calendar.Load([]byte("year,day,kind,why\n2027,2027-07-01,off,\n"), []byte("year,day,kind,why\n2027,2027-01-02,work,x\n2027,2027-05-17,off,y\n"))
	if err != nil || !again.IsWorkingDay(20270701) || again.Version() != c.Version() {
		t.Errorf("%v, %s and %s", err, again.Version(), c.Version())
	}
	if c.Version() == standard.Version() || standard.Version() == "" || !strings.HasPrefix(standard.Version(), "2022-2026/") {
		t.Errorf("versions %s and %s", c.Version(), standard.Version())
	}
	bad := "year,day,kind,why\n2027,2027-02-30,off,\n2027,2026-01-01,off,\n2027,2027-01-05,free,\n2027,2027-01-06,off,\n2027,2027-01-06,off,\n2027,2027-01-06\n"
	_, err = calendar.Load([]byte(bad))
	for _, want := range []string{"line 2: ", "line 3: ", "line 4: ", "line 6: ", "line 7"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	for _, s := range []string{"", "day,kind\n", "year,day,kind,why\n2027,\"2027"} {
		if _, err := calendar.Load([]byte(s)); err == nil {
			t.Errorf("%q was loaded", s)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, s := range []string{"year,day,kind,why\n2027,2027-05-17,off,x\n", "year,day,kind,why\n1,0001-01-01,work,\n9999,9999-12-31,off,\n", "", "\xef\xbb\xbf#\n\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := calendar.Load(data)
		if err != nil {
			return
		}
		for _, y := range c.Years() {
			if n := c.WorkingDays(y); n > 366 || !c.Known(y) {
				t.Fatalf("%d working days in %d", n, y)
			}
		}
	})
}

func BenchmarkIsWorkingDay(b *testing.B) {
	c := calendar.Default()
	for b.Loop() {
		c.IsWorkingDay(20261122)
	}
}
