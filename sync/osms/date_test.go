package osms_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

var anyDay = rapid.Custom(func(t *rapid.T) time.Time {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, rapid.IntRange(0, 3652058-1).Draw(t, "day")) // to 9999-12-30
})

func TestDatesAgainstTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := anyDay.Draw(t, "at")
		d := osms.DateOf(at)
		if d.Year() != at.Year() || d.MonthNum() != int(at.Month()) || d.Day() != at.Day() || !d.Time().Equal(at) || d.Weekday() != at.Weekday() {
			t.Fatalf("%s is not %s", d, at)
		}
		if d.String() != at.Format(time.DateOnly) || d.Dotted() != at.Format("02.01.2006") {
			t.Fatalf("%s prints %s and %s", at, d, d.Dotted())
		}
		if again, err := osms.ParseDate(d.String()); err != nil || again != d {
			t.Fatalf("%s parses as %s, %v", d, again, err)
		}
		if again, ok := osms.NewDate(d.Year(), d.MonthNum(), d.Day()); !ok || again != d {
			t.Fatalf("NewDate gives %s, %v for %s", again, ok, d)
		}
		days := rapid.OneOf(rapid.IntRange(-60, 60), rapid.IntRange(-4_000_000, 4_000_000)).Draw(t, "days")
		moved := at.AddDate(0, 0, days)
		got := d.Add(days)
		switch {
		case moved.Year() > 9999:
			if got != osms.Forever {
				t.Fatalf("%s + %d = %s", d, days, got)
			}
		case moved.Year() < 1:
			if got != 10101 {
				t.Fatalf("%s + %d = %s", d, days, got)
			}
		default:
			if got != osms.DateOf(moved) || got.Sub(d) != days || d.Sub(got) != -days {
				t.Fatalf("%s + %d = %s (%d days off)", d, days, got, got.Sub(d))
			}
		}
	})
}

func TestDatesAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want osms.Date
	}{
		{"forever later", osms.Forever.Add(1), osms.Forever},
		{"forever earlier", osms.Forever.Add(-400), osms.Forever},
		{"none later", osms.Date(0).Add(5), 0},
		{"to the last day", osms.Date(99991230).Add(1), osms.Forever},
		{"past the last day", osms.Date(99991230).Add(3), osms.Forever},
		{"far past", osms.Date(20260101).Add(math.MaxInt), osms.Forever},
		{"far before", osms.Date(20260101).Add(math.MinInt), 10101},
		{"before the first day", osms.Date(10101).Add(-1), 10101},
		{"leap day", osms.Date(20240228).Add(1), 20240229},
		{"no leap day", osms.Date(21000228).Add(1), 21000301},
		{"new year", osms.Date(20251231).Add(1), 20260101},
		{"backward over a month", osms.Date(20260301).Add(-1), 20260228},
		{"first of none", osms.Month(0).First(), 0},
		{"last of none", osms.Month(0).Last(), 0},
		{"last of the endless", osms.EndlessMonth.Last(), osms.Forever},
		{"last of leap February", osms.Month(202402).Last(), 20240229},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
	if got := osms.Forever.Sub(20260101); got != int((osms.Forever.Time().Unix()-osms.Date(20260101).Time().Unix())/86400) {
		t.Errorf("days to the end of the calendar: %d", got)
	}
	for _, s := range []string{"", "2026-1-01", "2026-02-30", "0000-01-01", "2026-13-01", "2026/01/01", "20260101", "2026-00-10", "2026-01-00", "+026-01-01", "2026-01-0x"} {
		if d, err := osms.ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
	almaty := time.FixedZone("", 5*3600)
	if got := osms.DateOf(time.Date(2026, 1, 31, 21, 0, 0, 0, time.UTC).In(almaty)); got != 20260201 {
		t.Errorf("the day in Almaty is %s", got)
	}
}

func TestMonthsAgainstTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := anyDay.Draw(t, "at")
		m := osms.DateOf(at).Month()
		first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
		if m.First() != osms.DateOf(first) || m.Last() != osms.DateOf(first.AddDate(0, 1, -1)) {
			t.Fatalf("%s runs from %s to %s", m, m.First(), m.Last())
		}
		if again, err := osms.ParseMonth(m.String()); err != nil || again != m || m.String() != at.Format("2006-01") {
			t.Fatalf("%s parses as %s, %v", m, again, err)
		}
		n := rapid.OneOf(rapid.IntRange(-30, 30), rapid.IntRange(-200_000, 200_000)).Draw(t, "months")
		if m == osms.EndlessMonth {
			return
		}
		got, moved := m.Add(n), first.AddDate(0, n, 0)
		switch {
		case moved.Year() > 9999:
			if got != osms.EndlessMonth {
				t.Fatalf("%s + %d = %s", m, n, got)
			}
		case moved.Year() < 1:
			if got != 101 {
				t.Fatalf("%s + %d = %s", m, n, got)
			}
		default:
			if got != osms.DateOf(moved).Month() || got.Sub(m) != n {
				t.Fatalf("%s + %d = %s", m, n, got)
			}
		}
	})
	for _, c := range []struct{ got, want osms.Month }{
		{osms.EndlessMonth.Add(-1), osms.EndlessMonth}, {osms.Month(0).Add(3), 0},
		{osms.Month(202601).Add(math.MaxInt), osms.EndlessMonth}, {osms.Month(202601).Add(math.MinInt), 101},
		{osms.Month(202601).Add(-1), 202512}, {osms.Month(202512).Add(1), 202601},
	} {
		if c.got != c.want {
			t.Errorf("%d, want %d", c.got, c.want)
		}
	}
	for _, s := range []string{"", "2026", "2026-13", "2026-00", "0000-01", "2026-1", "10.2026", "2026-1x"} {
		if m, err := osms.ParseMonth(s); err == nil {
			t.Errorf("%q was read as %s", s, m)
		}
	}
}
