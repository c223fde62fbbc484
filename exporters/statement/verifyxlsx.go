package statement

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// verifyXLSX reads the JSON that the workbook carries, writes the workbook again
// from it and compares.
func verifyXLSX(file []byte, keys Keys) (Verified, error) {
	sheets, err := readBook(file)
	if err != nil {
		return Verified{}, bookFault(err)
	}
	i := slices.IndexFunc(sheets, func(s sheetCells) bool { return s.name == carrySheet })
	if i < 0 {
		return Verified{}, &Fault{Reason: NotStatement}
	}
	var carried strings.Builder
	for row := 1; ; row++ {
		c, ok := sheets[i].cells[osms.CellName(0, row)]
		if !ok {
			break
		}
		carried.WriteString(c.text)
	}
	s, v, err := verifyJSON([]byte(carried.String()), keys, Workbook)
	if err != nil {
		return v, err
	}
	var again bytes.Buffer
	if err := WriteXLSX(&again, s); err != nil {
		return v, &Fault{Reason: ChangedDocument}
	}
	if bytes.Equal(again.Bytes(), file) {
		return v, nil
	}
	ours, err := readBook(again.Bytes())
	if err != nil {
		return v, bookFault(err)
	}
	if at, same := sameSheets(ours, sheets); !same {
		return v, &Fault{Reason: ChangedDocument, Place: at}
	}
	v.Resaved = true
	return v, nil
}

func bookFault(err error) *Fault {
	switch {
	case errors.Is(err, errBook):
		return &Fault{Reason: NotStatement}
	case errors.Is(err, errBounds):
		return &Fault{Reason: TooLarge}
	case errors.Is(err, errOther):
		return &Fault{Reason: ChangedDocument}
	}
	return &Fault{Reason: Damaged}
}

// sameSheets compares a workbook with the one that was written. at is the first
// cell that differs, on its sheet in the order of the addresses.
func sameSheets(ours, theirs []sheetCells) (at string, same bool) {
	if len(ours) != len(theirs) {
		return "", false
	}
	for i, o := range ours {
		t := theirs[i]
		if o.name != t.name || o.hidden != t.hidden || !slices.Equal(o.merged, t.merged) ||
			!slices.Equal(o.names, t.names) || !maps.Equal(o.printed, t.printed) {
			return "", false
		}
		for column, width := range o.widths { // who reads it may widen a column, not all but hide one
			if t.widths[column] < width/2 {
				return "", false
			}
		}
		for _, cell := range slices.Sorted(maps.Keys(o.cells)) {
			if !sameCell(o.cells[cell], t.cells[cell]) {
				return cell, false
			}
		}
		for _, cell := range slices.Sorted(maps.Keys(t.cells)) {
			if _, ok := o.cells[cell]; !ok {
				return cell, false
			}
		}
	}
	return "", true
}

func sameCell(ours, theirs cellValue) bool {
	if ours.kind != theirs.kind || ours.shown != theirs.shown {
		return false
	}
	return ours.text == theirs.text || ours.kind == "number" && sameNumber(ours.text, theirs.text)
}

// sameNumber tells whether another program may have written theirs for ours. It
// holds numbers as binary fractions and writes them in as many digits as bring
// the fraction back, or in seventeen. No other spelling is let pass: an amount
// that is too large for a fraction would else hide a changed digit.
func sameNumber(ours, theirs string) bool {
	if plainNumber(ours) == plainNumber(theirs) {
		return true
	}
	f, err := strconv.ParseFloat(ours, 64)
	if err != nil {
		return false
	}
	for _, digits := range []int{-1, 16} { // behind the first digit
		if plainNumber(strconv.FormatFloat(f, 'e', digits, 64)) == plainNumber(theirs) {
			return true
		}
	}
	return false
}

// plainNumber is a decimal number as its digits without zeros at either end, and
// the power of ten of the first; the text itself when it is no number.
func plainNumber(s string) string {
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(s), "e")
	power := 0
	if scaled {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > 400 || n < -400 {
			return s
		}
		power = n
	}
	sign := ""
	if strings.HasPrefix(mantissa, "-") {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if len(s) > 64 || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return s
	}
	lead := len(digits) - len(strings.TrimLeft(digits, "0"))
	if digits = strings.Trim(digits, "0"); digits == "" {
		return "0"
	}
	return sign + digits + "e" + strconv.Itoa(power+len(whole)-lead)
}
