package table

import (
	"strconv"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// BINReading is what the cell of a BIN holds: the number, or why there is none.
type BINReading struct {
	BIN    osms.BIN
	Code   osms.Code
	Detail string
}

// ReadBIN reads the cell of a BIN, which loses its leading zeros like an IIN:
// here structure and check digit are all there is to prove the padding.
func ReadBIN(c sheet.Cell, csv bool) BINReading {
	n := ReadNumber(c, csv)
	switch n.Code {
	case "":
	case osms.IINMissing:
		return BINReading{Code: osms.BINMissing}
	case osms.FormulaWithoutValue, osms.ErrorCell, osms.ControlCharacter:
		return BINReading{Code: n.Code, Detail: n.Detail}
	default:
		return BINReading{Code: osms.BINStructure, Detail: n.Detail}
	}
	if n.Short {
		n.Digits = strings.Repeat("0", 12-len(n.Digits)) + n.Digits
	}
	bin, err := osms.ParseBIN(n.Digits)
	switch {
	case err == nil:
		return BINReading{BIN: bin}
	case n.Short:
		return BINReading{Code: osms.BINStructure, Detail: strconv.Itoa(len(strings.TrimLeft(n.Digits, "0")))}
	case err == osms.ErrNumberCheckDigit:
		return BINReading{Code: osms.BINCheckDigit}
	}
	return BINReading{Code: osms.BINStructure}
}
