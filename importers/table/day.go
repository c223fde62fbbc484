package table

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// Day is what a date cell may mean. Sure is the reading that needs no other
// evidence: a day number, dd.mm.yyyy, yyyy-mm-dd, or a day with the month's
// name. Might are readings that count only where something else settles them,
// as the IIN does for a birth date: the month before the day, or a year of two
// digits. A cell that holds no date has neither.
type Day struct {
	Sure  osms.Date
	Might [4]osms.Date
}

// Any reports whether the cell can be read as a date in any way.
func (d Day) Any() bool { return d != Day{} }

// Means reports whether the day is among the readings.
func (d Day) Means(day osms.Date) bool {
	return day != 0 && (d.Sure == day || d.Might[0] == day || d.Might[1] == day || d.Might[2] == day || d.Might[3] == day)
}

// ReadDay reads a date cell: a number is a day number, a text is read in the
// forms of DOMAIN §7. Hours are dropped.
func ReadDay(c sheet.Cell, date1904 bool) Day {
	switch c.Kind {
	case sheet.Number:
		n, _, ok := Whole(c.Text)
		if !ok {
			return Day{}
		}
		day, _ := DateOfSerial(n, date1904)
		return Day{Sure: day}
	case sheet.Text:
		return readText(c.Text)
	}
	return Day{}
}

// oldest is the first day that a date which nothing else settles may be; a number
// that is not shown as a date must be a day after 1954, or it is a year.
const (
	oldest       osms.Date = 19000101
	oldestNumber osms.Date = 19541003
)

// SureDay reads a date cell that nothing else can settle; 0: it holds none.
func SureDay(c sheet.Cell, date1904 bool) osms.Date {
	day := ReadDay(c, date1904).Sure
	if day < oldest || c.Kind == sheet.Number && !c.Date && day < oldestNumber {
		return 0
	}
	return day
}

// readText reads 11.12.2006, 11/12/2006, 2006-12-11, "11.12.2006 г.",
// "2006 ж. 11 желтоқсан", "«11» декабря 2006 года" and their like.
func readText(s string) Day {
	if len(s) == 10 && s[2] == s[5] && (s[2] == '.' || s[2] == '/') {
		day, ok1 := two(s[0:2])
		month, ok2 := two(s[3:5])
		high, ok3 := two(s[6:8])
		low, ok4 := two(s[8:10])
		if ok1 && ok2 && ok3 && ok4 {
			return threeNumbers(day, month, high*100+low)
		}
	}
	var t tokens
	if !t.split(Trim(s)) {
		return Day{}
	}
	n := t.numbers[:t.count]
	switch {
	case t.month > 0 && t.count == 2:
		switch {
		case n[0].digits <= 2 && n[1].digits == 4:
			return sure(n[1].value, t.month, n[0].value)
		case n[0].digits == 4 && n[1].digits <= 2:
			return sure(n[0].value, t.month, n[1].value)
		case n[0].digits <= 2 && n[1].digits == 2:
			return might([4]osms.Date{date(2000+n[1].value, t.month, n[0].value), date(1900+n[1].value, t.month, n[0].value)})
		}
	case t.month == 0 && t.count == 3:
		switch {
		case n[0].digits == 4 && n[1].digits <= 2 && n[2].digits <= 2:
			return sure(n[0].value, n[1].value, n[2].value)
		case n[0].digits <= 2 && n[1].digits <= 2 && n[2].digits == 4:
			return threeNumbers(n[0].value, n[1].value, n[2].value)
		case n[0].digits <= 2 && n[1].digits <= 2 && n[2].digits == 2:
			a, b, y := n[0].value, n[1].value, n[2].value
			return might([4]osms.Date{date(2000+y, b, a), date(1900+y, b, a), date(2000+y, a, b), date(1900+y, a, b)})
		}
	}
	return Day{}
}

func threeNumbers(a, b, year int) Day {
	d := Day{Sure: date(year, b, a)}
	if a != b {
		d.Might[0] = date(year, a, b)
	}
	return d
}

func sure(year, month, day int) Day { return Day{Sure: date(year, month, day)} }

func might(days [4]osms.Date) Day { return Day{Might: days} }

func date(year, month, day int) osms.Date {
	d, _ := osms.NewDate(year, month, day)
	return d
}

func two(s string) (int, bool) {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return 0, false
	}
	return int(s[0]-'0')*10 + int(s[1]-'0'), true
}

type number struct{ value, digits int }

// tokens are the numbers and the month of a date written as text.
type tokens struct {
	numbers [3]number
	count   int
	month   int
}

// split takes a text apart; false when it holds a word that no date has.
func (t *tokens) split(s string) bool {
	if len(s) == 0 || len(s) > 80 {
		return false
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r >= '0' && r <= '9':
			n := number{}
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				n.value, n.digits = n.value*10+int(s[i]-'0'), n.digits+1
				if n.digits > 4 {
					return false
				}
				i++
			}
			if t.count == len(t.numbers) || i < len(s) && s[i] == ':' {
				// Three numbers are the day; what follows can only be hours.
				return t.hours(s[i:])
			}
			t.numbers[t.count] = n
			t.count++
			continue
		case unicode.IsLetter(r):
			end := i
			for end < len(s) {
				r, size := utf8.DecodeRuneInString(s[end:])
				if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
					break
				}
				end += size
			}
			word := s[i:end]
			i = end
			if m := MonthNumber(word); m > 0 && t.month == 0 {
				t.month = m
			} else if t.count == 3 && (word == "T" || word == "t") {
				return t.hours(s[i:])
			} else if !besideDate[strings.ToLower(word)] {
				return false
			}
			continue
		case strings.ContainsRune(" .,/-\u00a0\u202f«»\"'–\t\n", r), Invisible(r):
		default:
			return false
		}
		i += size
	}
	return t.count > 0
}

// hours accepts the rest of a moment, "8:30:00.000", "T00:00:00+05:00".
func (t *tokens) hours(rest string) bool {
	return strings.Trim(rest, "0123456789:.+-Zz ") == "" && t.count+min(t.month, 1) >= 3
}

// besideDate are the words that may stand in a date: год, жыл, "th" of 11th.
var besideDate = map[string]bool{"г": true, "год": true, "года": true, "ж": true, "жыл": true, "жылы": true, "жылғы": true,
	"жылгы": true, "жылдың": true, "y": true, "year": true, "th": true, "st": true, "nd": true, "rd": true, "of": true}

// months names the months in Kazakh, Russian (two cases) and English, whole
// and cut short.
var months = [12]string{
	"қаңтар қаң январь января янв january jan",
	"ақпан ақп февраль февраля фев февр february feb",
	"наурыз нау март марта мар march mar",
	"сәуір сәу апрель апреля апр april apr",
	"мамыр мам май мая may",
	"маусым мау июнь июня июн june jun",
	"шілде шіл июль июля июл july jul",
	"тамыз там август августа авг august aug",
	"қыркүйек қыр сентябрь сентября сен сент september sep sept",
	"қазан қаз октябрь октября окт october oct",
	"қараша қар ноябрь ноября ноя нояб november nov",
	"желтоқсан жел декабрь декабря дек december dec",
}

var monthWords = sync.OnceValue(func() map[string]int {
	words := map[string]int{}
	for i, names := range months {
		for name := range strings.FieldsSeq(names) {
			words[name] = i + 1
		}
	}
	for i, names := range months {
		for name := range strings.FieldsSeq(names) {
			if f := osms.FoldName(name); words[f] == 0 {
				words[f] = i + 1
			}
		}
	}
	return words
})

// MonthNumber is the month that a word names in Kazakh, Russian or English, 1
// to 12, or 0. The word itself comes before its fold: "May" folds to "мау",
// which is June in Kazakh.
func MonthNumber(word string) int {
	words := monthWords()
	if m := words[strings.ToLower(word)]; m > 0 {
		return m
	}
	return words[osms.FoldName(word)]
}
