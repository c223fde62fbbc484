package paper

import (
	"strconv"

	"osmsd/sync/osms"
)

var monthsKK = [...]string{"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
	"шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"}

var monthsRU = [...]string{"январь", "февраль", "март", "апрель", "май", "июнь",
	"июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"}

var monthsOfRU = [...]string{"января", "февраля", "марта", "апреля", "мая", "июня",
	"июля", "августа", "сентября", "октября", "ноября", "декабря"}

// The words of days and months keep the figures of a year and its word on one
// line by a no-break space.

// DateKK writes a day as Kazakh documents do: 2026 жылғы 1 қазан. The zero day
// is "".
func DateKK(d osms.Date) string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Year()) + "\u00a0жылғы " + strconv.Itoa(d.Day()) + "\u00a0" + monthsKK[d.MonthNum()-1]
}

// DateRU writes a day as Russian documents do: 1 октября 2026 года. The zero
// day is "".
func DateRU(d osms.Date) string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Day()) + "\u00a0" + monthsOfRU[d.MonthNum()-1] + " " + strconv.Itoa(d.Year()) + "\u00a0года"
}

// MonthKK writes a month: 2026 жылғы қазан. The zero month is "".
func MonthKK(m osms.Month) string {
	if m.IsZero() {
		return ""
	}
	return strconv.Itoa(m.Year()) + "\u00a0жылғы " + monthsKK[m.MonthNum()-1]
}

// MonthRU writes a month: октябрь 2026 года. The zero month is "".
func MonthRU(m osms.Month) string {
	if m.IsZero() {
		return ""
	}
	return monthsRU[m.MonthNum()-1] + " " + strconv.Itoa(m.Year()) + "\u00a0года"
}
