// Package calendar answers which days are working days in Kazakhstan and how
// much working time lies between two moments.
//
// A day off is a Saturday or Sunday, a public holiday, or the next working day
// after a public holiday that fell on a day off; two holidays in a row move in
// a chain. 7 January and the first day of Kurban ait are days off that are
// never moved. Beyond that the Government swaps a weekend day for a working
// day, and Kurban ait follows the moon: both are announced year by year, so a
// year is known only when the data have it. For other years the calendar
// answers by the rule alone, and Known says so.
//
// The data are two dated files: the public holidays with the years they are
// valid for (data/holidays.csv), and for each known year the days that differ
// from those holidays and ordinary weekends (data/working_days.csv). An
// operator can replace years of the second file; Version names what was used.
package calendar

import (
	"slices"
	"time"

	"osmsd/sync/osms"
)

// Calendar is a set of years. It does not change once it is loaded.
type Calendar struct {
	holidays []holiday
	years    map[int][]exception // known years only
	built    map[int]*days
	version  string
}

// days tells for each day of a year, 0 is 1 January, whether it is worked.
type days [366]bool

// Years from firstBuilt to lastBuilt are laid out when a calendar is loaded,
// others on each question.
const firstBuilt, lastBuilt = 2010, 2060

// Known reports whether the days announced for the year are in the data. For
// other years the answers rest on the rule alone: no swapped days, no Kurban
// ait.
func (c *Calendar) Known(year int) bool {
	_, ok := c.years[year]
	return ok
}

// Years lists the known years in order.
func (c *Calendar) Years() []int {
	years := make([]int, 0, len(c.years))
	for y := range c.years {
		years = append(years, y)
	}
	slices.Sort(years)
	return years
}

// Version names the data that the calendar was made of: the same holidays and
// days give the same version. A run records it.
func (c *Calendar) Version() string { return c.version }

// IsWorkingDay reports whether the day is worked; the zero day is not.
func (c *Calendar) IsWorkingDay(d osms.Date) bool {
	if d.IsZero() {
		return false
	}
	return c.year(d.Year())[d.Time().YearDay()-1]
}

// AddWorkingDays gives the n-th working day after d, or before d when n is
// negative; whether d itself is worked does not matter. With n zero it gives d.
func (c *Calendar) AddWorkingDays(d osms.Date, n int) osms.Date {
	step := 1
	if n < 0 {
		step = -1
	}
	for n != 0 && !d.IsZero() && d != osms.Forever {
		next := d.Add(step)
		if next == d {
			break // the first day of the calendar
		}
		if d = next; c.IsWorkingDay(d) {
			n -= step
		}
	}
	return d
}

// OnOrAfter gives d when it is worked, else the next working day.
func (c *Calendar) OnOrAfter(d osms.Date) osms.Date {
	if c.IsWorkingDay(d) {
		return d
	}
	return c.AddWorkingDays(d, 1)
}

// FirstWorkingDay gives the first working day of the month.
func (c *Calendar) FirstWorkingDay(m osms.Month) osms.Date { return c.OnOrAfter(m.First()) }

// WorkingDays counts the working days of a year.
func (c *Calendar) WorkingDays(year int) (n int) {
	for _, worked := range c.year(year) {
		if worked {
			n++
		}
	}
	return n
}

// WorkingDaysBetween counts the working days from a to b, both included; none
// when b lies before a. It walks the days one by one.
func (c *Calendar) WorkingDaysBetween(a, b osms.Date) (n int) {
	if a.IsZero() {
		return 0
	}
	for ; a <= b; a = a.Add(1) {
		if c.IsWorkingDay(a) {
			n++
		}
		if a == osms.Forever {
			break
		}
	}
	return n
}

func (c *Calendar) year(y int) *days {
	if d, ok := c.built[y]; ok {
		return d
	}
	return c.build(y)
}

// build lays out one year by the rule and then by what was announced for it.
func (c *Calendar) build(y int) *days {
	var d days
	length := time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	first := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Weekday()
	for i := range length {
		w := (first + time.Weekday(i)) % 7
		d[i] = w != time.Saturday && w != time.Sunday
	}
	announced, known := c.years[y]
	var moving []int // holidays that fell on a day off, in order
	for _, h := range c.holidays {
		i, valid := h.in(y)
		if !valid {
			continue
		}
		if !d[i] && h.moves && !known {
			moving = append(moving, i)
		}
		d[i] = false
	}
	for _, i := range moving {
		for i < length && !d[i] {
			i++
		}
		if i < length {
			d[i] = false
		}
	}
	for _, e := range announced {
		d[e.day.Time().YearDay()-1] = e.worked
	}
	return &d
}
