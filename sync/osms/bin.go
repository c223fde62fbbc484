package osms

import (
	"database/sql/driver"
	"fmt"
)

// BIN (БСН, БИН) is an organisation's business identification number,
// YYMMTANNNNNK: month of registration, type T (4 resident, 5 non-resident, 6
// joint entrepreneurs), attribute A (0 head, 1 branch, 2 representative office,
// 3 farm), serial number, check digit. It is public and prints whole. The zero
// value means "none".
type BIN uint64

// ParseBIN reads twelve digits and checks them. The error is ErrNumberCharacters,
// ErrNumberLength, ErrBINStructure or ErrNumberCheckDigit, in this order.
func ParseBIN(s string) (BIN, error) {
	n, err := digits12(s)
	if err != nil {
		return 0, err
	}
	month, kind, attribute := n/100000000%100, n/10000000%10, n/1000000%10
	if month < 1 || month > 12 || kind < 4 || kind > 6 || attribute > 3 {
		return 0, ErrBINStructure
	}
	if !checkDigitAgrees(n) {
		return 0, ErrNumberCheckDigit
	}
	return BIN(n), nil
}

// Digits gives the twelve digits.
func (b BIN) Digits() string { return format12(uint64(b)) }

// String gives the twelve digits, or "" for none.
func (b BIN) String() string {
	if b == 0 {
		return ""
	}
	return b.Digits()
}

// Format prints the twelve digits whatever the verb.
func (b BIN) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(b.String())) }

// MarshalText gives the twelve digits.
func (b BIN) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Value stores the number as an integer.
func (b BIN) Value() (driver.Value, error) { return int64(b), nil }
