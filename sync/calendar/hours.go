package calendar

import (
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// Hours are the working hours of a provider, as minutes after midnight in a
// zone.
type Hours struct {
	Zone               *time.Location
	Open, Close        int
	LunchFrom, LunchTo int
}

// OfficeHours are 9:00–18:30 with lunch 13:00–14:30: stated for service B and
// taken for service A (unverified there: DOMAIN §1).
func OfficeHours(zone *time.Location) Hours {
	return Hours{Zone: zone, Open: 9 * 60, LunchFrom: 13 * 60, LunchTo: 14*60 + 30, Close: 18*60 + 30}
}

// Check reports hours that cannot be.
func (h Hours) Check() error {
	if h.Zone == nil {
		return fmt.Errorf("working hours without a time zone")
	}
	if h.Open < 0 || h.Open > h.LunchFrom || h.LunchFrom > h.LunchTo || h.LunchTo > h.Close || h.Close > 24*60 || h.Open == h.Close {
		return fmt.Errorf("working hours out of order: open %d, lunch %d to %d, close %d minutes after midnight", h.Open, h.LunchFrom, h.LunchTo, h.Close)
	}
	return nil
}

// at is the moment so many minutes after midnight of a day, by the clock.
func (h Hours) at(d osms.Date, minutes int) time.Time {
	return time.Date(d.Year(), time.Month(d.MonthNum()), d.Day(), minutes/60, minutes%60, 0, 0, h.Zone)
}

// End is the moment at which the working hours of a day end.
func (h Hours) End(d osms.Date) time.Time { return h.at(d, h.Close) }

// Length is how much working time a day has: 8 hours in an office.
func (h Hours) Length() time.Duration {
	return time.Duration(h.LunchFrom-h.Open+h.Close-h.LunchTo) * time.Minute
}

// Left is a stretch of working time as people say it: working days of Hours.Length
// each, hours and minutes. Late: so much has gone by since.
type Left struct {
	Late                 bool
	Days, Hours, Minutes int
}

// Left splits working time, negative when a term has passed, into whole units;
// begun minutes are not counted.
func (h Hours) Left(work time.Duration) Left {
	left := Left{Late: work < 0}
	work = work.Abs()
	left.Days = int(work / h.Length())
	work %= h.Length()
	left.Hours, left.Minutes = int(work/time.Hour), int(work%time.Hour/time.Minute)
	return left
}

// shifts are the two stretches of a day in which work is done.
func (h Hours) shifts(d osms.Date) [2][2]time.Time {
	return [2][2]time.Time{{h.at(d, h.Open), h.at(d, h.LunchFrom)}, {h.at(d, h.LunchTo), h.at(d, h.Close)}}
}

// Received is the day on which something that came at a moment counts as
// received: the same day before closing time of a working day, else the next
// working day (order No ҚР ДСМ-26/2020 for service B; DOMAIN §1).
func (c *Calendar) Received(t time.Time, h Hours) osms.Date {
	d := osms.DateOf(t.In(h.Zone))
	if c.IsWorkingDay(d) && t.Before(h.End(d)) {
		return d
	}
	return c.AddWorkingDays(d, 1)
}

// Deadline is the end of working hours of the n-th working day after the day of
// receipt of what came at a moment (a decision: DOMAIN §1).
func (c *Calendar) Deadline(t time.Time, n int, h Hours) time.Time {
	return h.End(c.AddWorkingDays(c.Received(t, h), n))
}

// WorkingTime is how much working time lies between two moments; none when to
// is not after from. Whole minutes are Minutes() of it, cut.
func (c *Calendar) WorkingTime(from, to time.Time, h Hours) (sum time.Duration) {
	last := osms.DateOf(to.In(h.Zone))
	for d := osms.DateOf(from.In(h.Zone)); d <= last; d = d.Add(1) {
		if c.IsWorkingDay(d) {
			for _, shift := range h.shifts(d) {
				start, end := later(shift[0], from), earlier(shift[1], to)
				if end.After(start) {
					sum += end.Sub(start)
				}
			}
		}
		if d == osms.Forever {
			break
		}
	}
	return sum
}

// WorkingMinutes is WorkingTime in whole minutes, begun minutes not counted.
func (c *Calendar) WorkingMinutes(from, to time.Time, h Hours) int {
	return int(c.WorkingTime(from, to, h) / time.Minute)
}

// AddWorkingTime is the first moment by which the working time has gone by since
// from; from itself when the time is not positive.
func (c *Calendar) AddWorkingTime(from time.Time, work time.Duration, h Hours) time.Time {
	if work <= 0 {
		return from
	}
	for d := osms.DateOf(from.In(h.Zone)); ; d = d.Add(1) {
		if c.IsWorkingDay(d) {
			for _, shift := range h.shifts(d) {
				start := later(shift[0], from)
				left := shift[1].Sub(start)
				if left <= 0 {
					continue
				}
				if work <= left {
					return start.Add(work)
				}
				work -= left
			}
		}
		if d == osms.Forever {
			return h.End(d)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
