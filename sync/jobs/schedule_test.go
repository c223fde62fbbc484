package jobs

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"osmsd/sync/calendar"
	"osmsd/sync/osms"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func timetable(t *testing.T, task Task, z *time.Location) *Timetable {
	t.Helper()
	tt, err := NewTimetable(map[osms.Job]Task{osms.JobAssess: task}, z, calendar.Default())
	if err != nil {
		t.Fatal(err)
	}
	return tt
}

func TestParseCron(t *testing.T) {
	for _, good := range []string{"0 6 * * *", "*/5 * * * *", "@daily", "@every 10m", "30 23 29 2 *", "0 9 1-7 * 1"} {
		if _, err := ParseCron(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "tomorrow", "0 6 * *", "60 6 * * *", "TZ=0", "TZ=", "CRON_TZ=Asia/Tokyo 0 6 * * *", "TZ=UTC 0 6 * * *",
		"0 0 31 2 *", "0 0 30 2 *", "@reboot", "0 0 0 0 0", "* * * * * * *", "\x00", "@every 1"} {
		if s, err := ParseCron(bad); err == nil {
			t.Errorf("%q was read as %v", bad, s)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseCron(f *testing.F) {
	for _, s := range []string{"0 6 * * *", "TZ=0", "@every 1h", "0 0 31 2 *", "*/0 * * * *", "1-0 * * * *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if s, err := ParseCron(expression); (s == nil) == (err == nil) {
			t.Errorf("%v, %v", s, err)
		}
	})
}

func TestNewTimetableRefuses(t *testing.T) {
	for _, task := range []Task{{Cron: "0 6 * *"}, {Cron: "0 0 31 2 *"}, {Cron: "0 9 * * *", WorkingDay: 30}, {Cron: "0 9 1 1 *", WorkingDay: 1}} {
		_, err := NewTimetable(map[osms.Job]Task{osms.JobLetters: task}, time.UTC, calendar.Default())
		if err == nil || !strings.Contains(err.Error(), "letters") {
			t.Errorf("%+v: %v", task, err)
		}
	}
	tt, err := NewTimetable(map[osms.Job]Task{osms.JobLetters: {Cron: "0 9 * * *"}, osms.JobAssess: {}}, time.UTC, calendar.Default())
	if err != nil || len(tt.Jobs()) != 1 || !tt.Next(osms.JobAssess, time.Now()).IsZero() {
		t.Errorf("%v, %v", tt, err)
	}
}

// TestNext is a table of due times: from a moment, the next ones.
func TestNext(t *testing.T) {
	for _, c := range []struct {
		what, zone string
		task       Task
		after      string
		want       []string
	}{
		{"daily", "Asia/Almaty", Task{Cron: "0 6 * * *"}, "2026-10-01T05:59:59+05:00",
			[]string{"2026-10-01T06:00:00+05:00", "2026-10-02T06:00:00+05:00"}},
		{"from the very moment", "Asia/Almaty", Task{Cron: "0 6 * * *"}, "2026-10-01T06:00:00+05:00", []string{"2026-10-02T06:00:00+05:00"}},
		{"first working day", "Asia/Almaty", Task{Cron: "0 18 * * *", WorkingDay: 1}, "2026-10-01T18:00:00+05:00",
			[]string{"2026-11-02T18:00:00+05:00", "2026-12-01T18:00:00+05:00", "2027-01-05T18:00:00+05:00"}},
		{"every minute of the third working day", "Asia/Almaty", Task{Cron: "* * * * *", WorkingDay: 3}, "2026-10-05T23:59:00+05:00",
			[]string{"2026-11-04T00:00:00+05:00", "2026-11-04T00:01:00+05:00"}},
		{"a clock put back over the time: the first time only", "Asia/Almaty", Task{Cron: "30 23 * * *"}, "2024-02-28T23:30:00+06:00",
			[]string{"2024-02-29T23:30:00+06:00", "2024-03-01T23:30:00+05:00"}},
		{"asked between the two", "Asia/Almaty", Task{Cron: "30 23 * * *"}, "2024-02-29T23:00:00+05:00", []string{"2024-03-01T23:30:00+05:00"}},
		{"the hour that comes twice is not left out", "Asia/Almaty", Task{Cron: "*/30 * * * *"}, "2024-02-29T23:00:00+06:00",
			[]string{"2024-02-29T23:30:00+06:00", "2024-02-29T23:00:00+05:00", "2024-02-29T23:30:00+05:00", "2024-03-01T00:00:00+05:00"}},
		{"a clock put forward over the time", "Europe/Berlin", Task{Cron: "30 2 * * *"}, "2026-03-28T02:30:00+01:00",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"midnight that does not exist", "America/Sao_Paulo", Task{Cron: "0 0 * * *"}, "2018-11-03T00:00:00-03:00",
			[]string{"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"}},
		{"a day that does not exist", "Pacific/Apia", Task{Cron: "0 12 * * *"}, "2011-12-29T12:00:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"}},
	} {
		at, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		tt := timetable(t, c.task, zone(t, c.zone))
		for _, want := range c.want {
			at = tt.Next(osms.JobAssess, at)
			if got := at.Format(time.RFC3339); got != want {
				t.Errorf("%s: got %s, want %s", c.what, got, want)
				break
			}
		}
	}
}

// TestThirtyYears turns the clock of ten zones for thirty years, hour by hour,
// as a daemon that wakes now and then: a daily job is due once for every day, a
// monthly one once for every month, one of every quarter of an hour at each.
func TestThirtyYears(t *testing.T) {
	years := 6
	if *long {
		years = 30
	}
	for _, name := range []string{"Asia/Almaty", "Asia/Qyzylorda", "Asia/Aqtau", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe",
		"Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "UTC"} {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			z := zone(t, name)
			start := time.Date(2004, 1, 1, 0, 0, 0, 0, z)
			if !*long {
				start = start.AddDate(7, 0, 0) // Samoa's lost day is among these
			}
			end := start.AddDate(years, 0, 0)
			for _, cron := range []string{"30 23 * * *", "30 2 * * *", "0 0 * * *", "0 3 * * *"} {
				day := osms.DateOf(start)
				due := due{timetable(t, Task{Cron: cron}, z), start.Add(-time.Second), start}
				due.each(end, func(at time.Time) {
					// The day's time, or the end of a gap that swallowed it.
					if got := osms.DateOf(at); got != day && !(got == day.Add(1) && gapBefore(at)) {
						t.Errorf("%s: due on %s, expected %s", cron, at, day)
						day = got
					}
					if wall := fmt.Sprintf("%d %d", at.Minute(), at.Hour()); cron[:len(cron)-6] != wall && !gapBefore(at) {
						t.Errorf("%s: due at %s", cron, at)
					}
					// A midnight that a gap swallowed falls together with the next one.
					if gapBefore(at) && wallOf(at).Format("15:04") == "00:00" && cron == "0 0 * * *" {
						day = osms.DateOf(at)
					}
					day = day.Add(1)
				})
			}
			month := osms.DateOf(start).Month()
			monthly := due{timetable(t, Task{Cron: "0 18 * * *", WorkingDay: 1}, z), start.Add(-time.Second), start}
			monthly.each(end, func(at time.Time) {
				if want := calendar.Default().FirstWorkingDay(month); osms.DateOf(at) != want {
					t.Errorf("month %s due on %s, want %s", month, at, want)
				}
				month = month.Add(1)
			})
			quarter := start
			quarters := due{timetable(t, Task{Cron: "*/15 * * * *"}, z), start.Add(-time.Second), start}
			quarters.each(start.AddDate(1, 0, 0), func(at time.Time) {
				if !at.Equal(quarter) {
					t.Errorf("due at %s, want %s", at, quarter)
					quarter = at
				}
				quarter = quarter.Add(15 * time.Minute)
			})
		})
	}
}

// due is the daemon's view of one job: what was planned last, and the clock.
type due struct {
	tt      *Timetable
	planned time.Time
	clock   time.Time
}

// each turns the clock to an end in uneven steps and calls do for what is due
// at each step, as runDue does.
func (d *due) each(end time.Time, do func(time.Time)) {
	next := d.tt.Next(osms.JobAssess, d.planned)
	for step := 0; d.clock.Before(end); step++ {
		d.clock = d.clock.Add([]time.Duration{7 * time.Minute, time.Hour, 26 * time.Hour, 40 * 24 * time.Hour}[step%4])
		for ; !next.After(d.clock) && next.Before(end); next = d.tt.Next(osms.JobAssess, next) {
			do(next)
		}
	}
}

// gapBefore reports a moment at which the clock was just put forward.
func gapBefore(at time.Time) bool {
	from, _ := at.ZoneBounds()
	_, before := from.Add(-time.Second).Zone()
	_, after := at.Zone()
	return at.Equal(from) && after > before
}

func ExampleTimetable_Next() {
	tt, _ := NewTimetable(map[osms.Job]Task{osms.JobAssess: {Cron: "0 18 * * *", WorkingDay: 1}}, time.UTC, calendar.Default())
	fmt.Println(tt.Next(osms.JobAssess, time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)))
	// Output: 2027-01-05 18:00:00 +0000 UTC
}
