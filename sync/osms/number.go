package osms

import "errors"

// Faults of a personal or business number, one for each rule of its structure.
// An error returned by ParseIIN or ParseBIN is one of these.
var (
	ErrNumberLength     = errors.New("a number has exactly 12 digits")
	ErrNumberCharacters = errors.New("a number has digits only")
	ErrNumberCheckDigit = errors.New("the check digit does not agree")
	ErrIINBirthDate     = errors.New("the birth date inside the IIN is impossible")
	ErrBINStructure     = errors.New("the month, type or attribute inside the BIN is impossible")
)

// digits12 reads exactly twelve ASCII digits.
func digits12(s string) (n uint64, err error) {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, ErrNumberCharacters
		}
	}
	if len(s) != 12 {
		return 0, ErrNumberLength
	}
	for i := 0; i < 12; i++ {
		n = n*10 + uint64(s[i]-'0')
	}
	return n, nil
}

// CheckDigit computes the twelfth digit of an IIN or BIN from the first eleven
// (as a number). Weights 1..11, sum modulo 11; if that is 10, weights 3 4 5 6 7
// 8 9 10 11 1 2. When both passes give 10 the number is never issued and ok is
// false.
func CheckDigit(eleven uint64) (digit int, ok bool) {
	var d [11]uint64
	for i := 10; i >= 0; i-- {
		d[i] = eleven % 10
		eleven /= 10
	}
	var first, second uint64
	for i, v := range d {
		first += v * uint64(i+1)
		second += v * uint64((i+2)%11+1)
	}
	if k := first % 11; k < 10 {
		return int(k), true
	}
	if k := second % 11; k < 10 {
		return int(k), true
	}
	return 0, false
}

func checkDigitAgrees(n uint64) bool {
	k, ok := CheckDigit(n / 10)
	return ok && uint64(k) == n%10
}

func format12(n uint64) string {
	var b [12]byte
	return string(append12(b[:0], n))
}

// append12 writes a number in twelve digits.
func append12(b []byte, n uint64) []byte {
	var d [12]byte
	for i := 11; i >= 0; i-- {
		d[i] = byte('0' + n%10)
		n /= 10
	}
	return append(b, d[:]...)
}
