package osms

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// Tiyn is an amount of money in tiyn, one hundredth of a tenge. All money in
// the program is this integer; no float is ever near it.
type Tiyn int64

// ErrAmount says that a text is not an amount of money.
var ErrAmount = errors.New("not an amount of money")

// ParseTiyn reads an amount in tenge: digits, optional spaces, NBSP or thin
// spaces between groups of three, at most two decimals behind a comma or dot,
// an optional leading minus. "1 234,50" and "1234.5" are both 123450 tiyn.
func ParseTiyn(s string) (Tiyn, error) {
	s = strings.TrimSpace(s)
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if s == "" {
		return 0, ErrAmount
	}
	limit := uint64(math.MaxInt64)
	if negative {
		limit++
	}
	var whole uint64
	group, digits, spaced, decimals := 0, 0, false, -1
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if decimals >= 2 {
				return 0, ErrAmount
			}
			if whole > limit/10 {
				return 0, ErrAmount
			}
			whole = whole*10 + uint64(r-'0')
			digits++
			if decimals >= 0 {
				decimals++
			} else {
				group++
			}
		case (r == ',' || r == '.') && decimals < 0 && digits > 0:
			if spaced && group != 3 {
				return 0, ErrAmount
			}
			decimals = 0
		case (r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009') && decimals < 0 && digits > 0:
			if spaced && group != 3 || group > 3 || group == 0 {
				return 0, ErrAmount
			}
			spaced, group = true, 0
		default:
			return 0, ErrAmount
		}
	}
	if digits == 0 || decimals == 0 || spaced && group != 3 {
		return 0, ErrAmount
	}
	for d := max(decimals, 0); d < 2; d++ {
		if whole > limit/10 {
			return 0, ErrAmount
		}
		whole *= 10
	}
	if whole > limit {
		return 0, ErrAmount
	}
	if negative {
		return -Tiyn(whole), nil
	}
	return Tiyn(whole), nil
}

// String gives tenge with a dot and two decimals: 5852.00.
func (t Tiyn) String() string {
	sign, n := "", uint64(t)
	if t < 0 {
		sign, n = "-", uint64(-t)
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// Grouped gives tenge as people write it: 1 234 567,50 with no-break spaces.
func (t Tiyn) Grouped() string {
	s := t.String()
	s, sign := strings.TrimPrefix(s, "-"), ""
	if t < 0 {
		sign = "-"
	}
	whole, cents, _ := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteRune('\u00a0')
		}
		b.WriteRune(r)
	}
	b.WriteString("," + cents)
	return b.String()
}

// Signed gives tenge as people write it, with a sign also where it adds. The
// minus is U+2212: a hyphen would let a line end between it and the figures.
func (t Tiyn) Signed() string {
	switch {
	case t > 0:
		return "+" + t.Grouped()
	case t < 0:
		return "−" + strings.TrimPrefix(t.Grouped(), "-")
	}
	return t.Grouped()
}

// Value stores the amount as an integer.
func (t Tiyn) Value() (driver.Value, error) { return int64(t), nil }

// Rate is a percentage held in thousandths of a percent: 1.9 % is 1900.
type Rate int64

// ParseRate reads a percentage such as "1.9" or "2".
func ParseRate(s string) (Rate, error) {
	whole, frac, point := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if len(frac) > 3 {
		return 0, fmt.Errorf("%q is not a rate: at most three decimals of a percent", s)
	}
	n, ok := smallInt(whole + frac + strings.Repeat("0", 3-len(frac)))
	if !ok || len(whole) > 3 || whole == "" || point && frac == "" {
		return 0, fmt.Errorf("%q is not a rate in percent", s)
	}
	return Rate(n), nil
}

// String gives the percentage without trailing zeros: "1.9".
func (r Rate) String() string {
	s := fmt.Sprintf("%d.%03d", r/1000, r%1000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// MarshalJSON gives the percentage as a JSON number.
func (r Rate) MarshalJSON() ([]byte, error) { return []byte(r.String()), nil }

// Value stores the rate as an integer.
func (r Rate) Value() (driver.Value, error) { return int64(r), nil }

// Of is rate × base, rounded half up to the tiyn (a decision, DOMAIN §3). The
// base is not negative.
func (r Rate) Of(base Tiyn) Tiyn {
	hi, lo := bits.Mul64(uint64(r), uint64(base))
	lo, carry := bits.Add64(lo, 50_000, 0)
	q, _ := bits.Div64(hi+carry, lo, 100_000)
	return Tiyn(q)
}
