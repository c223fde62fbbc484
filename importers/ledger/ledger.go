// Package ledger reads lists of ledger totals: what arrived for a region and
// month, with a count of persons and an amount, as a CSV or a workbook.
//
// Nothing is believed before it adds up: a totals row must equal the sum of the
// lines above it, or the file is refused with both figures. Amounts are read as
// exact decimal numbers; where a text could mean two amounts (1,234 or 1.234)
// the line is refused. A line without a region belongs to "no region" and is
// kept: money is never dropped because a cell is empty.
package ledger

import (
	"fmt"
	"strings"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// Options are what the reader must be told.
type Options struct {
	// Headers are further header words, from the configuration.
	Headers []table.Header
}

// Totals is a list of ledger totals, read and understood. Rows = the number of
// Entries + Refused.
type Totals struct {
	Entries []osms.LedgerEntry // in order of the file
	// Refusals, refused and warnings, in order of the file.
	Refusals []osms.Refusal
	// Holds are reasons why the file needs an administrator.
	Holds                     []osms.Hold
	Tables                    []osms.TableAt
	Sheets                    []string // names, indexed by Place.Sheet
	Rows, Refused, HiddenRows int
	// Persons and Amount are the sums of the entries.
	Persons int
	Amount  osms.Tiyn
	// Controlled: totals rows were there, every one was compared and agreed.
	Controlled                  bool
	Format, Encoding, Delimiter string
}

// Read reads an opened book as ledger totals. The error is a *osms.FileError
// when the file as a whole is refused (no_header, missing_column, control_total
// and what the sheet reader refuses).
func Read(book *sheet.Book, o Options) (*Totals, error) {
	t, err := ReadSource(table.FromBook(book), o)
	if err != nil {
		return nil, err
	}
	t.Format, t.Encoding, t.Delimiter = book.Format, book.Encoding, book.Delimiter
	return t, nil
}

// ReadSource reads rows from wherever they come.
func ReadSource(src table.Source, o Options) (*Totals, error) {
	r := reading{seen: map[osms.LedgerEntry]int{}}
	spec := table.Spec{Vocabulary: table.For(osms.KindLedger).With(o.Headers...)}
	res, err := lines.Read(src, spec, lines.Handler{Line: r.line, Total: r.total, Remark: r.remark})
	if err != nil {
		return nil, err
	}
	t := &Totals{Refusals: res.Refusals, Holds: res.Holds, Tables: res.Tables, Sheets: res.Sheets, Rows: res.Rows, Refused: res.Refused,
		HiddenRows: res.HiddenRows, Controlled: r.compared > 0 && r.unchecked == 0}
	for _, e := range r.entries {
		if res.Kept(e.Place) {
			t.Entries = append(t.Entries, e)
			t.Persons += e.Persons
			t.Amount += e.Amount
		}
	}
	return t, nil
}

// remark: a row without a digit, or with one filled cell that is not the
// amount, states no money. A row of figures alone that equal the sums of the
// lines above is a totals row whose word was left out.
func (r *reading) remark(t *table.Table, row *sheet.Row) bool {
	digits := false
	for _, c := range row.Cells {
		digits = digits || c.Kind == sheet.Error || c.Kind == sheet.Formula || strings.ContainsAny(c.Text, "0123456789")
	}
	if !digits || lines.Filled(row) < 2 && t.Cell(row, "amount").Kind == sheet.Empty {
		return true
	}
	r.begin(t)
	stated := 0
	for _, field := range []string{"persons", "amount"} {
		if t.Cell(row, field).Kind != sheet.Empty {
			stated++
		}
	}
	amount, ok := readAmount(t.Cell(row, "amount"))
	persons, known := readCount(t.Cell(row, "persons"))
	if !ok || !known || stated != lines.Filled(row) || r.all == (sum{}) || r.all.blindPersons || r.all.blindAmounts ||
		amount != r.all.amount || stated == 2 && persons != r.all.persons {
		return false
	}
	r.compared++
	return true
}

type reading struct {
	entries []osms.LedgerEntry
	seen    map[osms.LedgerEntry]int // row, by entry without its place

	all, section sum // of all lines, and of those since the last totals row
	sheet        int
	compared     int // totals rows that agreed
	unchecked    int // totals rows above which a line could not be read
}

// sum of the lines above a totals row; a blind part had a line whose figure
// could not be read, so that no total can prove or disprove it.
type sum struct {
	persons                    int64
	amount                     osms.Tiyn
	blindPersons, blindAmounts bool
}

func (s *sum) add(persons int64, amount osms.Tiyn, personsKnown, amountKnown bool) {
	s.persons += persons
	s.amount += amount
	s.blindPersons = s.blindPersons || !personsKnown
	s.blindAmounts = s.blindAmounts || !amountKnown
}

func (r *reading) line(l *lines.Line) error {
	r.begin(l.Table)
	e := osms.LedgerEntry{Place: l.Place()}
	if month, ok := readMonth(l.Cell("month"), l.Date1904); ok {
		e.Month = month
	} else {
		l.Refuse("month", osms.MonthUnreadable, "")
	}
	region, ok := readRegion(l.Cell("region"))
	if e.Region = region; !ok {
		l.Refuse("region", osms.RegionUnknown, "")
	}
	category, ok := readCategory(l.Cell("category"))
	if e.Category = category; !ok {
		l.Refuse("category", osms.CategoryUnknown, "")
	}
	amount, amountKnown := readAmount(l.Cell("amount"))
	if e.Amount = amount; !amountKnown {
		l.Refuse("amount", osms.AmountUnreadable, "")
	}
	persons, personsKnown := readCount(l.Cell("persons"))
	if personsKnown && persons < 0 && amountKnown && amount >= 0 {
		personsKnown = false // only a reversal takes persons back
	}
	if e.Persons = int(persons); !personsKnown {
		l.Refuse("persons", osms.PersonsUnreadable, "")
	}
	if c := l.Cell("paid_on"); c.Kind != sheet.Empty {
		if e.PaidOn = table.ReadDay(c, l.Date1904).Sure; e.PaidOn == 0 {
			l.Refuse("paid_on", osms.DateUnreadable, "")
		}
	}
	e.Reference = l.Text("reference")
	r.all.add(persons, amount, personsKnown, amountKnown)
	r.section.add(persons, amount, personsKnown, amountKnown)
	if l.Refused() {
		return nil
	}
	same := e
	same.Place = osms.Place{}
	if row, ok := r.seen[same]; ok && e.Reference != "" {
		l.Warn("reference", osms.LineRepeated, fmt.Sprintf("row %d", row))
	} else {
		r.seen[same] = l.Row.Number
	}
	r.entries = append(r.entries, e)
	return nil
}

// begin starts the sums anew on each sheet.
func (r *reading) begin(t *table.Table) {
	if r.sheet != t.Sheet {
		r.sheet, r.all, r.section = t.Sheet, sum{}, sum{}
	}
}

// total compares a totals row with the lines since the last one, and with all
// lines of the sheet: a list may have totals for its parts and one at the end.
// A row "in that number …" speaks of a part that cannot be told and is passed
// over.
func (r *reading) total(t *table.Table, total table.Total) error {
	r.begin(t)
	persons, amount := t.Cell(total.Row, "persons"), t.Cell(total.Row, "amount")
	hasPersons, hasAmount := filled(persons), filled(amount)
	if total.Part || !hasPersons && !hasAmount {
		return nil
	}
	statedPersons, personsRead := readCount(persons)
	statedAmount, amountRead := readAmount(amount)
	refuse := func(field, stated, counted string) error {
		where := fmt.Sprintf("row %d, cell %s", total.Row.Number, t.Address(total.Row, field))
		if t.Name != "" {
			where = fmt.Sprintf("%s, cell %s", t.Name, t.Address(total.Row, field))
		}
		return &osms.FileError{Code: osms.FileControlTotal, Where: where, Detail: fmt.Sprintf("%s ≠ %s", stated, counted)}
	}
	if hasPersons && !personsRead {
		return refuse("persons", table.Trim(persons.Text), fmt.Sprint(r.all.persons))
	}
	if hasAmount && !amountRead {
		return refuse("amount", table.Trim(amount.Text), r.all.amount.String())
	}
	blind := false
	agrees := func(s sum) bool {
		blind = blind || s.blindPersons && hasPersons || s.blindAmounts && hasAmount
		return (!hasPersons || s.blindPersons || s.persons == statedPersons) &&
			(!hasAmount || s.blindAmounts || s.amount == statedAmount)
	}
	if !agrees(r.section) && !agrees(r.all) {
		if hasAmount && !r.all.blindAmounts && r.all.amount != statedAmount {
			return refuse("amount", statedAmount.String(), r.all.amount.String())
		}
		return refuse("persons", fmt.Sprint(statedPersons), fmt.Sprint(r.all.persons))
	}
	if blind {
		r.unchecked++
	} else {
		r.compared++
	}
	r.section = sum{}
	return nil
}

// filled reports whether a cell of a totals row states a figure, and not the
// word for a total or a dash.
func filled(c sheet.Cell) bool {
	switch c.Kind {
	case sheet.Empty:
		return false
	case sheet.Text:
		first := strings.TrimLeft(c.Text, " \u00a0(-−")
		return first != "" && first[0] >= '0' && first[0] <= '9'
	}
	return true
}
