package roster

import (
	"strconv"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// binReading is what the cell of a BIN holds.
type binReading struct {
	bin    osms.BIN
	code   osms.Code
	detail string
}

// readBIN reads the cell of a BIN, which loses its leading zeros like an IIN:
// here structure and check digit are all there is to prove the padding.
func readBIN(c sheet.Cell, csv bool) binReading {
	n := table.ReadNumber(c, csv)
	switch n.Code {
	case "":
	case osms.IINMissing:
		return binReading{code: osms.BINMissing}
	case osms.FormulaWithoutValue, osms.ErrorCell, osms.ControlCharacter:
		return binReading{code: n.Code, detail: n.Detail}
	default:
		return binReading{code: osms.BINStructure, detail: n.Detail}
	}
	if n.Short {
		n.Digits = strings.Repeat("0", 12-len(n.Digits)) + n.Digits
	}
	bin, err := osms.ParseBIN(n.Digits)
	switch {
	case err == nil:
		return binReading{bin: bin}
	case n.Short:
		return binReading{code: osms.BINStructure, detail: strconv.Itoa(len(strings.TrimLeft(n.Digits, "0")))}
	case err == osms.ErrNumberCheckDigit:
		return binReading{code: osms.BINCheckDigit}
	}
	return binReading{code: osms.BINStructure}
}
