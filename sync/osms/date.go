package osms

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a civil day, held as the integer yyyymmdd so that it compares, sorts
// and is stored as it reads. It has no zone. The zero value means "none".
type Date int32

// Forever is the last day of what has no end.
const Forever Date = 99991231

// NewDate builds a day and reports whether it exists.
func NewDate(year, month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return Date(year*10000 + month*100 + day), true
}

// DateOf is the civil day of a moment, of the years 1 to 9999, in that moment's
// own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(y*10000 + int(m)*100 + d)
}

// ParseDate reads yyyy-mm-dd.
func ParseDate(s string) (Date, error) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		y, ok1 := smallInt(s[0:4])
		m, ok2 := smallInt(s[5:7])
		d, ok3 := smallInt(s[8:10])
		if ok1 && ok2 && ok3 {
			if date, ok := NewDate(y, m, d); ok {
				return date, nil
			}
		}
	}
	return 0, fmt.Errorf("%q is not a date: write yyyy-mm-dd", s)
}

func smallInt(s string) (n int, ok bool) {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, len(s) > 0
}

func (d Date) Year() int     { return int(d) / 10000 }
func (d Date) MonthNum() int { return int(d) / 100 % 100 }
func (d Date) Day() int      { return int(d) % 100 }
func (d Date) IsZero() bool  { return d == 0 }

// Month is the month that the day lies in.
func (d Date) Month() Month { return Month(int(d) / 100) }

// Time is the first moment of the day in UTC, for weekday and day arithmetic.
func (d Date) Time() time.Time {
	return time.Date(d.Year(), time.Month(d.MonthNum()), d.Day(), 0, 0, 0, 0, time.UTC)
}

// Add moves by whole days. Forever stays Forever and none stays none; past the
// end of the calendar it gives Forever, before its beginning the first day.
func (d Date) Add(days int) Date {
	if d == Forever || d == 0 {
		return d
	}
	const whole = 10000 * 366 // more days than the calendar has
	days = max(-whole, min(days, whole))
	if day := d.Day() + days; day >= 1 && day <= 28 {
		return d + Date(days)
	}
	t := d.Time().AddDate(0, 0, days)
	switch {
	case t.Year() > 9999:
		return Forever
	case t.Year() < 1:
		return 10101
	}
	return DateOf(t)
}

// MonthLater is the day on which a term of one month ends that begins on the day:
// the same day of the next month, or its last (Art. 174 of the Civil Code).
func (d Date) MonthLater() Date {
	next := d.Month().Add(1)
	return min(next.First()+Date(d.Day()-1), next.Last())
}

// Sub is the number of days from other to d.
func (d Date) Sub(other Date) int {
	// Not time.Duration: it ends after 292 years.
	return int((d.Time().Unix() - other.Time().Unix()) / (24 * 60 * 60))
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// String gives yyyy-mm-dd, or "" for none.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year(), d.MonthNum(), d.Day())
}

// Dotted gives dd.mm.yyyy, as letters and workbooks write it.
func (d Date) Dotted() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%02d.%02d.%04d", d.Day(), d.MonthNum(), d.Year())
}

// MarshalText gives yyyy-mm-dd; none is the empty string.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d = 0
	if len(text) > 0 {
		*d, err = ParseDate(string(text))
	}
	return err
}

// Value stores the day as the integer yyyymmdd.
func (d Date) Value() (driver.Value, error) { return int64(d), nil }

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
