package country

import (
	"fmt"
	"strconv"

	"osmsd/sync/osms"
)

// kind is what sort of value a written cell holds.
type kind uint8

const (
	empty kind = iota
	text
	number       // text holds the digits
	day          // a date: a serial number in a workbook, the day's number in text
	failed       // an error value such as #N/A
	uncalculated // a formula (text) without a stored value
	calculated   // a number that a formula gave
)

// cell is one cell to write. A CSV writes the text, whatever the kind.
type cell struct {
	kind  kind
	style style
	text  string
	date  osms.Date
}

// style is an index into the workbook's cell formats.
type style uint8

const (
	plain style = iota
	titled
	headed
	boxed
	dated
	centred
	money
)

func words(s string) cell { return cell{kind: text, text: s} }
func digits(n int) cell   { return cell{kind: number, text: strconv.Itoa(n)} }

// line is one row to write.
type line struct {
	cells  []cell
	hidden bool
}

// table is a sheet being written: row numbers count from 1, blank ones too.
type table interface {
	// write adds a row and gives its number.
	write(l line) (int, error)
}

// manner is a way of writing dates.
type manner uint8

const (
	asSerial  manner = iota // a real date in a workbook, dd.mm.yyyy elsewhere
	asDotted                // 11.12.2006
	asISO                   // 2006-12-11
	asRussian               // 11.12.2006 г.
	asKazakh                // 2006 ж. 11 желтоқсан
)

var monthsKK = [13]string{"", "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"}
var monthsRU = [13]string{"", "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"}

func dateCell(d osms.Date, how manner) cell {
	if d == 0 {
		return cell{}
	}
	switch how {
	case asDotted:
		return words(d.Dotted())
	case asISO:
		return words(d.String())
	case asRussian:
		return words(d.Dotted() + " г.")
	case asKazakh:
		return words(fmt.Sprintf("%d ж. %d %s", d.Year(), d.Day(), monthsKK[d.MonthNum()]))
	}
	return cell{kind: day, text: d.Dotted(), date: d}
}
