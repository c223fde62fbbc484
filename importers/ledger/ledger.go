// Package ledger reads lists of ledger totals: what arrived for a region and
// month, with a count of persons and an amount, as a CSV or a workbook.
//
// Nothing is believed before it adds up: a totals row must equal the sum of the
// lines above it, or the file is refused with both figures. Amounts are read as
// exact decimal numbers; where a text could mean two amounts (1,234 or 1.234)
// the line is refused. A line without a region or month belongs to "no region"
// or "no month" and is kept: money is never dropped because a cell is empty.
package ledger

import (
	"fmt"

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
		HiddenRows: res.HiddenRows, Controlled: r.controlled()}
	for _, e := range r.entries {
		if res.Kept(e.Place) {
			t.Entries = append(t.Entries, e)
			t.Persons += e.Persons
			t.Amount += e.Amount
		}
	}
	return t, nil
}

type reading struct {
	sums
	entries []osms.LedgerEntry
	seen    map[osms.LedgerEntry]int // row, by entry without its place
}

func (r *reading) line(l *lines.Line) error {
	r.begin(l.Table)
	e := osms.LedgerEntry{Place: l.Place()}
	if c := l.Cell("month"); c.Kind != sheet.Empty { // without a month it is money all the same
		month, ok := table.ReadMonth(c, l.Date1904)
		if e.Month = month; !ok {
			l.Warn("month", osms.MonthUnreadable, "")
		}
	}
	region, ok := readRegion(l.Cell("region"))
	if e.Region = region; !ok {
		l.Warn("region", osms.RegionUnknown, "")
	}
	category, ok := readCategory(l.Cell("category"))
	if e.Category = category; !ok {
		l.Warn("category", osms.CategoryUnknown, "")
	}
	amount, amountKnown := readAmount(l.Cell("amount"))
	if e.Amount = amount; !amountKnown {
		l.Refuse("amount", osms.AmountUnreadable, "")
	}
	persons, personsKnown := readCount(l.Cell("persons"))
	if personsKnown && persons < 0 && amountKnown && amount >= 0 {
		personsKnown = false // only a reversal takes persons back
	}
	if !personsKnown {
		persons = 0
		l.Warn("persons", osms.PersonsUnreadable, "")
	}
	e.Persons = int(persons)
	if c := l.Cell("paid_on"); c.Kind != sheet.Empty {
		if e.PaidOn = table.ReadDay(c, l.Date1904).Sure; e.PaidOn == 0 {
			l.Warn("paid_on", osms.DateUnreadable, "")
		}
	}
	e.Reference = table.Beginning(l.Text("reference"), longestReference)
	if !r.turnover.add(amount) {
		return &osms.FileError{Code: osms.FileDamaged, Where: table.Where(l.Table.Name, l.Row.Number), Detail: beyondMoney}
	}
	r.add(l, persons, amount, personsKnown, amountKnown)
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

func (r *reading) total(t *table.Table, total table.Total) error {
	persons, amount := t.Cell(total.Row, "persons"), t.Cell(total.Row, "amount")
	st := stated{hasPersons: filled(persons), hasAmount: filled(amount), personsText: persons.Text, amountText: amount.Text}
	st.persons, st.personsRead = readCount(persons)
	st.amount, st.amountRead = readAmount(amount)
	return r.compare(t, total, st)
}
