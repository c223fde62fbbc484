package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"osmsd/sync/calendar"
	"osmsd/sync/osms"
)

func office(t testing.TB) calendar.Hours {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	h := calendar.OfficeHours(zone)
	if err := h.Check(); err != nil {
		t.Fatal(err)
	}
	return h
}

func clock(t testing.TB, h calendar.Hours, s string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, h.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWorkingMinutes(t *testing.T) {
	c, h := calendar.Default(), office(t)
	for _, m := range []struct {
		from, to string
		want     int
	}{
		{"2026-11-20 00:00:00", "2026-11-21 00:00:00", 480},
		{"2026-11-20 09:00:00", "2026-11-20 09:20:00", 20},
		{"2026-11-20 12:50:00", "2026-11-20 14:40:00", 20},
		{"2026-11-20 13:00:00", "2026-11-20 14:30:00", 0},
		{"2026-11-20 18:20:00", "2026-11-23 09:10:00", 20}, // over a weekend
		{"2026-03-20 18:29:00", "2026-03-26 09:01:00", 2},  // over Nauryz
		{"2026-11-20 09:00:59", "2026-11-20 09:02:58", 1},
		{"2026-11-20 12:00:00", "2026-11-20 11:00:00", 0},
		{"2026-11-21 10:00:00", "2026-11-21 12:00:00", 0},   // Saturday
		{"2024-05-04 10:00:00", "2024-05-04 12:00:00", 120}, // a Saturday that is worked
		{"2024-02-29 18:00:00", "2024-03-01 09:30:00", 60},  // the clocks went back that night
		{"2026-01-01 00:00:00", "2027-01-01 00:00:00", 247 * 480},
	} {
		if got := c.WorkingMinutes(clock(t, h, m.from), clock(t, h, m.to), h); got != m.want {
			t.Errorf("%s to %s: %d minutes, want %d", m.from, m.to, got, m.want)
		}
		utc := clock(t, h, m.from).UTC()
		if got := c.WorkingMinutes(utc, clock(t, h, m.to).UTC(), h); got != m.want {
			t.Errorf("in UTC %s to %s: %d minutes, want %d", m.from, m.to, got, m.want)
		}
	}
}

func TestReceivedAndDeadline(t *testing.T) {
	c, h := calendar.Default(), office(t)
	for _, r := range []struct {
		at        string
		received  osms.Date
		one, four string
	}{
		{"2026-11-18 10:00:00", 20261118, "2026-11-19 18:30:00", "2026-11-24 18:30:00"},
		{"2026-11-18 03:00:00", 20261118, "2026-11-19 18:30:00", "2026-11-24 18:30:00"},
		{"2026-11-18 18:29:59", 20261118, "2026-11-19 18:30:00", "2026-11-24 18:30:00"},
		{"2026-11-18 18:30:00", 20261119, "2026-11-20 18:30:00", "2026-11-25 18:30:00"},
		{"2026-11-21 10:00:00", 20261123, "2026-11-24 18:30:00", "2026-11-27 18:30:00"},
		{"2025-12-31 19:00:00", 20260105, "2026-01-06 18:30:00", "2026-01-12 18:30:00"},
	} {
		at := clock(t, h, r.at)
		if got := c.Received(at, h); got != r.received {
			t.Errorf("%s counts as received on %s, want %s", r.at, got, r.received)
		}
		for n, want := range map[int]string{1: r.one, 4: r.four} {
			if got := c.Deadline(at, n, h); !got.Equal(clock(t, h, want)) {
				t.Errorf("%s: %d working days end %s, want %s", r.at, n, got, want)
			}
		}
	}
}

func TestWorkingTimeProperties(t *testing.T) {
	c, h := calendar.Default(), office(t)
	start := time.Date(2022, 1, 1, 0, 0, 0, 0, h.Zone)
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return start.Add(time.Duration(rapid.IntRange(0, 5*365*24*3600).Draw(t, "second")) * time.Second)
	})
	rapid.Check(t, func(t *rapid.T) {
		from := moment.Draw(t, "from")
		work := time.Duration(rapid.IntRange(1, 60*3600).Draw(t, "work")) * time.Second
		end := c.AddWorkingTime(from, work, h)
		if got := c.WorkingTime(from, end, h); got != work {
			t.Fatalf("%s + %s = %s, which is %s", from, work, end, got)
		}
		if got := c.WorkingTime(from, end.Add(-time.Second), h); got != work-time.Second {
			t.Fatalf("%s is not the first such moment: %s", end, got)
		}
		middle := from.Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(from))).Draw(t, "middle")))
		if c.WorkingTime(from, middle, h)+c.WorkingTime(middle, end, h) != work {
			t.Fatalf("parts of %s to %s do not add up at %s", from, end, middle)
		}
		if got := c.AddWorkingTime(from, 0, h); !got.Equal(from) {
			t.Fatalf("no work takes from %s to %s", from, got)
		}
	})
}

// TestMovedWeekend: a Saturday that was swapped for a Monday is a working day
// like any other, and an operator's file that swaps one moves deadlines.
func TestMovedWeekend(t *testing.T) {
	h := office(t)
	announced := "year,day,kind,why\n2027,2027-05-08,work,swapped\n2027,2027-05-10,off,swapped\n2027,2027-05-11,off,moved from 9 May\n2027,2027-05-01,off,\n2027,2027-05-07,off,\n"
	c, err := calendar.Load([]byte(announced))
	if err != nil {
		t.Fatal(err)
	}
	standard := calendar.Default()
	for _, m := range []struct {
		c           *calendar.Calendar
		at          string
		n           int
		received    osms.Date
		end         string
		minutes     int // of working time from receipt to the end
		description string
	}{
		{standard, "2024-05-03 15:00:00", 1, 20240503, "2024-05-04 18:30:00", 210 + 480, "Friday before a working Saturday"},
		{standard, "2024-05-04 10:00:00", 1, 20240504, "2024-05-06 18:30:00", 450 - 30 + 480, "on a working Saturday"},
		{standard, "2027-05-06 10:00:00", 1, 20270506, "2027-05-11 18:30:00", 420 + 480, "2027 by the rule: 7 May off, 9 May moved to Monday"},
		{c, "2027-05-06 10:00:00", 1, 20270506, "2027-05-08 18:30:00", 420 + 480, "2027 as announced: Saturday is worked"},
		{c, "2027-05-08 17:00:00", 1, 20270508, "2027-05-12 18:30:00", 90 + 480, "and Monday and Tuesday are not"},
	} {
		at := clock(t, h, m.at)
		end := m.c.Deadline(at, m.n, h)
		if got := m.c.Received(at, h); got != m.received || !end.Equal(clock(t, h, m.end)) || m.c.WorkingMinutes(at, end, h) != m.minutes {
			t.Errorf("%s: received %s, until %s, %d minutes; want %s, %s, %d", m.description, got, end, m.c.WorkingMinutes(at, end, h), m.received, m.end, m.minutes)
		}
	}
	if c.Version() == standard.Version() {
		t.Error("another year, the same version")
	}
}

// TestSwapProperties: swapping a weekend day for a working day of one week keeps
// the number of working days, and a deadline may fall on the swapped day but
// never on the day that it was swapped for.
func TestSwapProperties(t *testing.T) {
	h, standard := office(t), calendar.Default()
	rapid.Check(t, func(t *rapid.T) {
		monday := osms.Date(20280103).Add(7 * rapid.IntRange(0, 50).Draw(t, "week"))
		off, worked := monday.Add(rapid.IntRange(0, 4).Draw(t, "off")), monday.Add(rapid.IntRange(5, 6).Draw(t, "worked"))
		if !standard.IsWorkingDay(off) {
			t.Skip("a holiday")
		}
		var file strings.Builder
		file.WriteString("year,day,kind,why\n")
		for d := osms.Date(20280101); d <= 20281231; d = d.Add(1) {
			switch weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday; {
			case d == worked:
				fmt.Fprintf(&file, "2028,%s,work,swapped\n", d)
			case d == off || !standard.IsWorkingDay(d) && !weekend:
				fmt.Fprintf(&file, "2028,%s,off,\n", d)
			}
		}
		c, err := calendar.Load([]byte(file.String()))
		if err != nil {
			t.Fatal(err)
		}
		if c.WorkingDays(2028) != standard.WorkingDays(2028) || !c.IsWorkingDay(worked) || c.IsWorkingDay(off) {
			t.Fatalf("%s for %s: %d working days, want %d", worked, off, c.WorkingDays(2028), standard.WorkingDays(2028))
		}
		at := h.End(monday.Add(rapid.IntRange(-3, 6).Draw(t, "day"))).Add(-time.Duration(rapid.IntRange(-300, 600).Draw(t, "minutes")) * time.Minute)
		end := osms.DateOf(c.Deadline(at, rapid.IntRange(1, 4).Draw(t, "n"), h))
		if !c.IsWorkingDay(end) || end == off {
			t.Fatalf("a term ends on %s, a day off", end)
		}
		if c.WorkingMinutes(h.End(worked.Add(-1)), h.End(worked), h) != 480 {
			t.Fatalf("%s has no working time", worked)
		}
	})
}

func TestLeft(t *testing.T) {
	h := office(t)
	if h.Length() != 8*time.Hour {
		t.Fatalf("a day of %s", h.Length())
	}
	for _, l := range []struct {
		work time.Duration
		want calendar.Left
	}{
		{0, calendar.Left{}},
		{59 * time.Second, calendar.Left{}},
		{8 * time.Hour, calendar.Left{Days: 1}},
		{7*time.Hour + 59*time.Minute + 59*time.Second, calendar.Left{Hours: 7, Minutes: 59}},
		{35*time.Hour + 5*time.Minute, calendar.Left{Days: 4, Hours: 3, Minutes: 5}},
		{-time.Minute, calendar.Left{Late: true, Minutes: 1}},
		{-9 * time.Hour, calendar.Left{Late: true, Days: 1, Hours: 1}},
	} {
		if got := h.Left(l.work); got != l.want {
			t.Errorf("%s: %+v, want %+v", l.work, got, l.want)
		}
	}
}

func TestHoursCheck(t *testing.T) {
	for _, h := range []calendar.Hours{
		{}, {Zone: time.UTC}, {Zone: time.UTC, Open: 600, LunchFrom: 500, LunchTo: 700, Close: 800},
		{Zone: time.UTC, Open: 0, LunchFrom: 1, LunchTo: 2, Close: 1441}, {Open: 0, LunchFrom: 1, LunchTo: 2, Close: 3},
	} {
		if h.Check() == nil {
			t.Errorf("%+v passes", h)
		}
	}
}
