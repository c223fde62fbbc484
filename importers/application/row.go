package application

import (
	"strings"
	"time"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// row is one line while it is read.
type row struct {
	*lines.Line
	o   Options
	csv bool
}

// What is kept of texts, in letters: more than any form has room for.
const (
	longestNumber = 140
	longestText   = 1000
)

// text reads a cell that is kept as it was written.
func (r *row) text(field string, longest int) string {
	c := r.Cell(field)
	looked := table.Look(c.Text)
	if looked&table.ControlSign != 0 {
		r.Refuse(field, osms.ControlCharacter, table.Controls(c.Text))
		return ""
	}
	text := r.Text(field)
	if table.BlankText(text) {
		return ""
	}
	if looked&table.Untidy != 0 {
		text = table.Tidy(text)
	}
	return strings.Clone(table.Beginning(text, longest))
}

// day reads a date that nothing else can settle; an empty cell is none, which is
// fine.
func (r *row) day(field string) osms.Date {
	c := r.Cell(field)
	if table.BlankText(c.Text) {
		return 0
	}
	day := table.SureDay(c, r.Date1904)
	if day == 0 {
		r.Refuse(field, osms.DateUnreadable, "")
	}
	return day
}

const (
	// earliest is the first day on which anything can have been received; before
	// it a date is a slip of the pen.
	earliest osms.Date = 20150101
	// ahead is how far the clock of who wrote the list may be ahead of ours.
	ahead = 5 * time.Minute
	// opening is the hour at which a day without a time is taken to begin.
	opening = 9 * time.Hour
)

// received reads when the line's paper was received. A day without a time counts
// from the opening of the office, with a warning, and on the day of the file no
// later than the file.
func (r *row) received() time.Time {
	const field = "received_at"
	m := table.ReadMoment(r.Cell(field), r.Date1904, r.o.Zone)
	switch {
	case m.Day < earliest:
		r.Refuse(field, osms.DateUnreadable, "")
	case m.HasClock && m.At.After(r.o.Received.Add(ahead)), m.Day > osms.DateOf(r.o.Received.Add(ahead)):
		r.Refuse(field, osms.FutureDate, r.o.Received.Format("02.01.2006 15:04"))
	case !m.HasClock:
		r.Warn(field, osms.TimeMissing, "")
		if m.At = m.At.Add(opening); m.At.After(r.o.Received) {
			m.At = r.o.Received
		}
	}
	return m.At
}

// person reads the IIN, and proves it by the day of birth where the list has it.
// What is wrong goes to fault; 0: there is no IIN to go by.
func (r *row) person(fault func(field string, code osms.Code, detail string)) osms.IIN {
	received := osms.DateOf(r.o.Received)
	var birth table.Day
	if c := r.Table.Cell(r.Row, "birth_date"); !table.BlankText(c.Text) {
		if birth = table.ReadDay(c, r.Date1904); !birth.Any() {
			fault("birth_date", osms.DateUnreadable, "")
		}
	}
	n := table.ReadIIN(r.Table.Cell(r.Row, "iin"), r.csv, birth, received)
	switch {
	case n.IIN == 0:
		fault("iin", n.Code, n.Detail)
		return 0
	case n.IIN.Birth() > received:
		fault("iin", osms.IINBirthDate, "")
		return 0
	case birth.Any() && !birth.Means(n.IIN.Birth()) && !sameButCentury(n.IIN, birth):
		fault("birth_date", osms.BirthDateMismatch, n.IIN.Birth().String())
		return 0
	}
	if n.Code != "" {
		r.Warn("iin", n.Code, n.Detail)
	}
	return n.IIN
}

// sameButCentury: century digit 0 does not tell the century.
func sameButCentury(iin osms.IIN, birth table.Day) bool {
	return iin.Foreigner() && birth.Sure%1_000_000 == iin.Birth()%1_000_000
}

// organisation reads a BIN. A dash or a no-word is none.
func (r *row) organisation(field string) (osms.BIN, bool) {
	c := r.Cell(field)
	if yes, known := answer(r.Text(field)); c.Kind == sheet.Empty || known && !yes {
		return 0, false
	}
	n := table.ReadBIN(c, r.csv)
	if n.Code != "" {
		r.Refuse(field, n.Code, n.Detail)
	}
	return n.BIN, true
}

// answer reads yes or no; an empty text and a dash are no.
func answer(text string) (yes, known bool) {
	switch {
	case table.BlankText(text) || text == "−":
		return false, true
	case text == "+":
		return true, true
	}
	word := table.Values().Lookup("yes_no", text)
	return word == "yes", word != ""
}

// yes reads a cell of yes or no; what is neither is no, with a warning.
func (r *row) yes(field string) bool {
	yes, known := answer(r.Text(field))
	if !known {
		r.Warn(field, osms.YesNoUnknown, "")
	}
	return yes
}

// present reads the cell of a document: yes or no, or the document's own name,
// number or date. A text that begins with a no-word and names no number says that
// it is not there: «нет, утеряно».
func (r *row) present(field string) bool {
	text := r.Text(field)
	if yes, known := answer(text); known {
		return yes
	}
	if strings.ContainsAny(text, "0123456789") {
		return true
	}
	first, _, _ := strings.Cut(table.Key(text), " ")
	return table.Values().Lookup("yes_no", first) != "no"
}
