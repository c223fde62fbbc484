package osms

import (
	"database/sql/driver"
	"fmt"
)

// Month is a civil month, held as the integer yyyymm. The zero value means
// "none".
type Month int32

// EndlessMonth is the last month of what has no end.
const EndlessMonth Month = 999912

// NewMonth builds a month and reports whether it exists.
func NewMonth(year, month int) (Month, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 {
		return 0, false
	}
	return Month(year*100 + month), true
}

// ParseMonth reads yyyy-mm.
func ParseMonth(s string) (Month, error) {
	if len(s) == 7 && s[4] == '-' {
		y, ok1 := smallInt(s[0:4])
		m, ok2 := smallInt(s[5:7])
		if month, ok := NewMonth(y, m); ok1 && ok2 && ok {
			return month, nil
		}
	}
	return 0, fmt.Errorf("%q is not a month: write yyyy-mm", s)
}

func (m Month) Year() int     { return int(m) / 100 }
func (m Month) MonthNum() int { return int(m) % 100 }
func (m Month) IsZero() bool  { return m == 0 }

// First is the first day of the month; none for none.
func (m Month) First() Date {
	if m == 0 {
		return 0
	}
	return Date(int(m)*100 + 1)
}

// Last is the last day of the month; none for none.
func (m Month) Last() Date {
	if m == 0 {
		return 0
	}
	return Date(int(m)*100 + daysIn(m.Year(), m.MonthNum()))
}

// Add moves by whole months. EndlessMonth and none stay; past the end of the
// calendar it gives EndlessMonth, before its beginning the first month.
func (m Month) Add(months int) Month {
	if m == EndlessMonth || m == 0 {
		return m
	}
	const first, last = 1 * 12, 9999*12 + 11
	n := m.Year()*12 + m.MonthNum() - 1 + max(-last, min(months, last))
	n = max(first, min(n, last))
	return Month(n/12*100 + n%12 + 1)
}

// Sub is the number of months from other to m.
func (m Month) Sub(other Month) int {
	return (m.Year()-other.Year())*12 + m.MonthNum() - other.MonthNum()
}

// String gives yyyy-mm, or "" for none.
func (m Month) String() string {
	if m == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year(), m.MonthNum())
}

// MarshalText gives yyyy-mm; none is the empty string.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Month) UnmarshalText(text []byte) (err error) {
	*m = 0
	if len(text) > 0 {
		*m, err = ParseMonth(string(text))
	}
	return err
}

// Value stores the month as the integer yyyymm.
func (m Month) Value() (driver.Value, error) { return int64(m), nil }
