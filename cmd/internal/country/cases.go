package country

import (
	"fmt"
	"strconv"
	"time"

	"osmsd/sync/osms"
)

// Out of a thousand persons to whom nothing happens in the registers, so many
// apply for service A in some month, ask for service B in some month, and may
// meet an event in the last one. Nobody does two of these, but for the first of
// those who meet an event that a refusal rests on: they apply as well.
const (
	applyOf1000 = 12
	askOf1000   = 12
	meetOf1000  = 40
)

// What comes about single persons is received on working days from caseFirst to
// caseLast of a month, and dropped from caseDrop on, after the late files.
const (
	caseFirst = 17
	caseLast  = 19
	caseDrop  = 20
)

// cases writes the lists of applications, requests and events of a month.
//
// Events come in the last month, and begin on a day of it that is not its first:
// what ends with them ends with that month, so that the months of the country are
// due as they are without them.
func (c *country) cases(m int) error {
	if !c.opt.Casework {
		return nil
	}
	last := m == c.opt.Months-1
	var applying, asking, meeting []person
	for org := range c.orgs {
		for i := range c.orgs[org].size {
			if kind, _ := c.plotOf(org, i); kind != stay {
				continue
			}
			d := newDraw(c.opt.Seed, saltCase, uint64(org), uint64(i))
			turn, mine := d.n(1000), d.n(c.opt.Months) == m
			switch {
			case turn < applyOf1000 && mine:
				applying = append(applying, c.personAt(org, i))
			case turn >= applyOf1000 && turn < applyOf1000+askOf1000 && mine:
				asking = append(asking, c.personAt(org, i))
			case turn >= applyOf1000+askOf1000 && turn < applyOf1000+askOf1000+meetOf1000 && last:
				meeting = append(meeting, c.personAt(org, i))
			}
		}
	}
	grounds, err := c.events(m, meeting)
	if err != nil {
		return err
	}
	if err := c.applications(m, applying, grounds); err != nil {
		return err
	}
	return c.requests(m, asking)
}

// moment is a day with a time, in minutes.
type moment struct {
	day    osms.Date
	minute int
}

func (t moment) String() string {
	return fmt.Sprintf("%s %02d:%02d", t.day, t.minute/60, t.minute%60)
}

// dotted is how people write it.
func (t moment) dotted() string {
	return fmt.Sprintf("%s %02d:%02d", t.day.Dotted(), t.minute/60, t.minute%60)
}

// cell writes it as a workbook's number or as text.
func (t moment) cell(serial bool) cell {
	if !serial {
		return words(t.dotted())
	}
	days := float64(t.day.Sub(18991230)) + float64(t.minute)/(24*60)
	return cell{kind: number, style: dated, text: strconv.FormatFloat(days, 'f', 10, 64)}
}

// inHours is a moment of the month's working days inside the office's hours;
// outside it, after six in the evening or on a Saturday.
func (c *country) inHours(m int, d *draw) moment {
	t := moment{c.day(m, d.between(caseFirst, caseLast-2)), d.between(9*60, 12*60)}
	for off(t.day) {
		t.day = t.day.Add(1)
	}
	return t
}

// off reports a day on which no office works: of those days of a month, the
// weekends and Independence Day.
func off(d osms.Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || d.MonthNum() == 12 && d.Day() == 16
}

func (c *country) afterHours(m int, d *draw) moment {
	t := c.inHours(m, d)
	if t.minute = d.between(19*60, 22*60); d.of(1, 2) {
		for t.day = c.day(m, caseFirst); t.day.Weekday() != time.Saturday; {
			t.day = t.day.Add(1)
		}
		t.minute = d.between(9*60, 16*60)
	}
	return t
}

// caseFile is a list about single persons in the making: a title, a header, and
// a row a person.
type caseFile struct {
	c     *country
	t     File
	dress *dress
	width int
	rows  [][]cell
	fault []Refusal
}

// caseSheet is the sheet's name in a workbook.
const caseSheet = "Лист1"

// caseDresses are worn by the files in turn.
var caseDresses = [...]dress{
	{name: "cases-ru", language: "ru"},
	{name: "cases-csv-kk", language: "kk", encoding: "utf-8-bom", delimiter: ";"},
	{name: "cases-csv-ru", language: "ru", encoding: "utf-8", delimiter: ";", unix: true},
	{name: "cases-kk", language: "kk", inline: true},
}

func (c *country) newCaseFile(kind osms.Kind, m int, name string, d *dress, title string, headings []string) *caseFile {
	month := c.opt.First.Add(m)
	f := &caseFile{c: c, dress: d, width: len(headings)}
	f.t = File{Path: fmt.Sprintf("%s/casework/inbox/%s/%s.%s", month, kind, name, d.extension()), Kind: kind, Month: month, Late: true,
		AsAt: c.day(m, caseDrop), Format: d.extension(), Encoding: d.encoding, Delimiter: d.delimiter, Dress: d.name, Organisations: []osms.BIN{}}
	top, header := make([]cell, f.width), make([]cell, f.width)
	top[0] = cell{kind: text, style: titled, text: title}
	for i, h := range headings {
		header[i] = cell{kind: text, style: headed, text: h}
	}
	f.rows = [][]cell{top, header}
	return f
}

// flaw is what is wrong with a cell of a row.
type flaw struct {
	column   int
	field    string
	code     osms.Code
	severity osms.Severity
}

// add writes a row and gives its number. A row with a refused cell is refused; a
// duplicate is ignored.
func (f *caseFile) add(cells []cell, flaws ...flaw) int {
	f.rows = append(f.rows, cells)
	f.t.Rows++
	row, refused := len(f.rows), 0
	for _, x := range flaws {
		switch {
		case x.code == osms.DuplicateRow:
			f.t.Ignored++
		case x.severity == osms.Refused:
			refused = 1
		}
		r := Refusal{File: f.t.Path, Cell: osms.CellName(x.column, row), Row: row, Field: x.field, Code: x.code, Severity: x.severity, Value: cells[x.column].text}
		if !f.dress.csv() {
			r.Sheet = caseSheet
		}
		f.fault = append(f.fault, r)
	}
	f.t.Refused += refused
	return row
}

// close writes the file, unless it would be empty.
func (f *caseFile) close() error {
	if f.t.Rows == 0 {
		return nil
	}
	wide := make([]int, f.width)
	for i := range wide {
		wide[i] = 20
	}
	for _, r := range f.fault {
		if err := f.c.refuse(r); err != nil {
			return err
		}
	}
	f.c.truth.Files = append(f.c.truth.Files, f.t)
	return f.c.writeTable(f.t.Path, f.dress, caseSheet, wide, f.rows)
}

// answerWord is yes or no.
func answerWord(yes bool, language string) string {
	if yes {
		return say(language, "иә", "да", "yes")
	}
	return say(language, "жоқ", "нет", "no")
}

// mistyped is the number with another last digit, which no check digit fits.
func mistyped(iin osms.IIN) string {
	return osms.IIN(uint64(iin)/10*10 + (uint64(iin)%10+1)%10).Digits()
}
