package table

import "osmsd/sync/osms"

// Whole reads a decimal number as a workbook stores it, "45000", "45000.99",
// "9.90101300123E11", without a detour over floating point: the whole part,
// whether anything stands behind the point, and whether it is a number of at
// most 18 digits at all.
func Whole(s string) (n int64, fraction, ok bool) {
	i, negative := 0, false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		negative = s[i] == '-'
		i++
	}
	var mantissa [40]byte
	count, point, seen := 0, -1, false
	for ; i < len(s); i++ {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			seen = true
			if count == 0 && b == '0' && point < 0 {
				continue
			}
			if count == len(mantissa) {
				return 0, false, false
			}
			mantissa[count] = b - '0'
			count++
			continue
		case b == '.' && point < 0:
			point = count
			continue
		}
		break
	}
	if !seen {
		return 0, false, false
	}
	if point < 0 {
		point = count
	}
	if i < len(s) {
		shift, good := exponent(s[i:])
		if !good {
			return 0, false, false
		}
		point += shift
	}
	for d := 0; d < count || d < point; d++ {
		digit := int64(0)
		if d < count {
			digit = int64(mantissa[d])
		}
		if d >= point {
			fraction = fraction || digit != 0
			continue
		}
		if n > 99999999999999999 { // an 18th digit at most
			return 0, false, false
		}
		n = n*10 + digit
	}
	if negative {
		n = -n
	}
	return n, fraction, true
}

// exponent reads "E11", "e+11", "E-05".
func exponent(s string) (n int, ok bool) {
	if len(s) < 2 || s[0] != 'E' && s[0] != 'e' {
		return 0, false
	}
	s = s[1:]
	sign := 1
	if s[0] == '+' || s[0] == '-' {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 3 {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return sign * n, true
}

// DateOfSerial is the day that a workbook's day number stands for. In the
// 1900 system day 1 is 1 January 1900 and day 60 is the 29 February 1900 that
// never was; in the 1904 system day 0 is 1 January 1904.
func DateOfSerial(n int64, date1904 bool) (osms.Date, bool) {
	if date1904 {
		if n < 0 || n > 2957003 {
			return 0, false
		}
		return civil(n - 24107), true
	}
	switch {
	case n < 1 || n == 60 || n > 2958465:
		return 0, false
	case n < 60:
		return civil(n - 25568), true
	}
	return civil(n - 25569), true
}

// civil is the day that lies so many days after 1 January 1970. Years are
// counted from March, so that a leap day ends its year.
func civil(days int64) osms.Date {
	days += 719468
	era := days / 146097
	ofEra := days - era*146097
	year := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*year + year/4 - year/100)
	march := (5*ofYear + 2) / 153
	day := ofYear - (153*march+2)/5 + 1
	month, year := march+3, year+era*400
	if month > 12 {
		month -= 12
		year++
	}
	return osms.Date(year*10000 + month*100 + day)
}
