package table

import (
	"strconv"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// IINReading is what the cell of an IIN comes to. Without an IIN, Code says why
// there is none; beside one, what should be looked at (iin_repaired,
// iin_foreigner, iin_cleaned) or "".
type IINReading struct {
	IIN    osms.IIN
	Code   osms.Code
	Detail string
}

// ReadIIN reads the cell of an IIN in a list that has at most the day of birth
// to prove it by. Zeros are restored as restored says, never for a birth after
// latest (0: no bound); of a number that stands whole nothing is bounded.
func ReadIIN(c sheet.Cell, csv bool, birth Day, latest osms.Date) IINReading {
	n := ReadNumber(c, csv)
	if n.Code != "" {
		return IINReading{Code: n.Code, Detail: n.Detail}
	}
	if n.Short {
		if iin := restored(n.Digits, birth, latest); iin != 0 {
			return IINReading{IIN: iin, Code: osms.IINRepaired}
		}
		return IINReading{Code: osms.IINLength, Detail: strconv.Itoa(len(n.Digits))}
	}
	iin, err := osms.ParseIIN(n.Digits, 0)
	switch {
	case err != nil:
		return IINReading{Code: IINCode(n.Digits, err)}
	case iin.Foreigner():
		return IINReading{IIN: iin, Code: osms.IINForeigner}
	case n.Cleaned != "":
		return IINReading{IIN: iin, Code: osms.IINCleaned, Detail: n.Cleaned}
	}
	return IINReading{IIN: iin}
}

// restored puts back the leading zeros that a workbook took from an IIN. They
// belong to those born from 2000 to 2009. The check digit alone proves little
// (it passes 9.9 % of the numbers that lost their last digit), so the birth date
// of the row must agree where there is one. 0: it is not to be restored.
func restored(digits string, birth Day, latest osms.Date) osms.IIN {
	iin, err := osms.ParseIIN("000"[:12-len(digits)]+digits, latest)
	if err != nil || iin.Birth().Year() < 2000 || birth.Any() && !birth.Means(iin.Birth()) {
		return 0
	}
	return iin
}

// IINCode names the rule that a text which is no IIN broke.
func IINCode(text string, err error) osms.Code {
	switch {
	case text == "":
		return osms.IINMissing
	case err == osms.ErrNumberCharacters:
		return osms.IINCharacters
	case err == osms.ErrNumberLength:
		return osms.IINLength
	case err == osms.ErrIINBirthDate:
		return osms.IINBirthDate
	}
	return osms.IINCheckDigit
}
