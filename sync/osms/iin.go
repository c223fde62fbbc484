package osms

import (
	"database/sql/driver"
	"fmt"
	"log/slog"
)

// IIN (ЖСН, ИИН) is a person's individual identification number, YYMMDDCNNNNK:
// birth date, century and sex digit, serial number, check digit. The zero value
// means "none".
//
// An IIN masks itself (********0012) under every fmt verb, in slog and in
// encoding/json; the whole number leaves only through Digits, so that every
// place which discloses it can be found. Law No 94-V, DOMAIN §8. Three doors fmt
// itself leaves open, as it calls no method there: the verbs %p and %w, which
// are wrong for a number anyway, and a struct printed whole that has an IIN in
// an unexported field.
type IIN uint64

// ParseIIN reads twelve digits and checks them: structure, birth date (which
// must exist and not lie after today) and check digit. A zero today skips the
// future test. The error is ErrNumberCharacters, ErrNumberLength,
// ErrIINBirthDate or ErrNumberCheckDigit, in this order of precedence.
func ParseIIN(s string, today Date) (IIN, error) {
	n, err := digits12(s)
	if err != nil {
		return 0, err
	}
	i := IIN(n)
	birth := i.Birth()
	if birth.IsZero() || !today.IsZero() && birth > today {
		return 0, ErrIINBirthDate
	}
	if !checkDigitAgrees(n) {
		return 0, ErrNumberCheckDigit
	}
	return i, nil
}

// Digits gives the whole number, twelve digits.
func (i IIN) Digits() string { return format12(uint64(i)) }

// String gives the masked number: only the last four digits are shown.
func (i IIN) String() string { return "********" + i.Digits()[8:] }

// Format prints the masked number whatever the verb.
func (i IIN) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(i.String())) }

// LogValue masks the number in slog.
func (i IIN) LogValue() slog.Value { return slog.StringValue(i.String()) }

// MarshalText masks the number in JSON; shapes that disclose it use Digits.
func (i IIN) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// Value stores the number as an integer.
func (i IIN) Value() (driver.Value, error) { return int64(i), nil }

// CenturyDigit is the seventh digit: 1/2 born 18xx, 3/4 19xx, 5/6 20xx, odd
// male, even female; 0 is said to exist for some foreigners.
func (i IIN) CenturyDigit() int { return int(uint64(i) / 100000 % 10) }

// Foreigner reports the century digit 0 (unverified: DOMAIN §5).
func (i IIN) Foreigner() bool { return i.CenturyDigit() == 0 }

// Birth is the date inside the number, or zero when it does not exist. With
// century digit 0 the century is taken as 20 when that date has two digits up
// to 29, else 19.
func (i IIN) Birth() Date {
	yy := int(uint64(i) / 10000000000)
	mm := int(uint64(i) / 100000000 % 100)
	dd := int(uint64(i) / 1000000 % 100)
	var century int
	switch c := i.CenturyDigit(); {
	case c == 0 && yy <= 29:
		century = 2000
	case c == 0:
		century = 1900
	case c <= 6:
		century = 1800 + (c-1)/2*100
	default:
		return 0
	}
	d, ok := NewDate(century+yy, mm, dd)
	if !ok {
		return 0
	}
	return d
}

// Sex is the sex inside the number, or "" for century digit 0.
func (i IIN) Sex() Sex {
	switch c := i.CenturyDigit(); {
	case c == 0 || c > 6:
		return ""
	case c%2 == 1:
		return Male
	default:
		return Female
	}
}
