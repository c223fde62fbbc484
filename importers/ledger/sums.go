package ledger

import (
	"fmt"
	"strings"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// sums adds up the lines of a table and compares them with its totals rows.
type sums struct {
	all, section sum // of all lines, and of those since the last totals row
	sheet        int
	compared     int // totals rows that agreed
	unchecked    int // totals rows above which a line could not be read
	turnover
}

// controlled: totals rows were there, every one was compared and agreed.
func (r *sums) controlled() bool { return r.compared > 0 && r.unchecked == 0 }

// sum of the lines above a totals row; a blind part had a line whose figure
// could not be read, so that no total can prove or disprove it.
type sum struct {
	persons                    int64
	amount                     osms.Tiyn
	blindPersons, blindAmounts bool
	bare                       bool // a line was figures alone
}

func (s *sum) add(persons int64, amount osms.Tiyn, personsKnown, amountKnown bool) {
	s.persons += persons
	s.amount += amount
	s.blindPersons = s.blindPersons || !personsKnown
	s.blindAmounts = s.blindAmounts || !amountKnown
}

// add adds a line to both sums.
func (r *sums) add(l *lines.Line, persons int64, amount osms.Tiyn, personsKnown, amountKnown bool) {
	figures := 0
	for _, field := range []string{"persons", "amount"} {
		if l.Table.Cell(l.Row, field).Kind != sheet.Empty {
			figures++
		}
	}
	r.all.add(persons, amount, personsKnown, amountKnown)
	r.section.add(persons, amount, personsKnown, amountKnown)
	r.all.bare = r.all.bare || figures == lines.Filled(l.Row)
}

// begin starts the sums anew on each sheet.
func (r *sums) begin(t *table.Table) {
	if r.sheet != t.Sheet {
		r.sheet, r.all, r.section = t.Sheet, sum{}, sum{}
	}
}

// stated is what a totals row states.
type stated struct {
	hasPersons, personsRead bool
	persons                 int64
	personsText             string
	hasAmount, amountRead   bool
	amount                  osms.Tiyn
	amountText              string
}

// compare compares a totals row with the lines since the last one, and with all
// lines of the sheet: a list may have totals for its parts and one at the end.
// A row "in that number …" speaks of a part that cannot be told and is passed
// over.
func (r *sums) compare(t *table.Table, total table.Total, st stated) error {
	r.begin(t)
	if total.Part || !st.hasPersons && !st.hasAmount {
		return nil
	}
	refuse := func(field, stated, counted string) error {
		where := fmt.Sprintf("row %d, cell %s", total.Row.Number, t.Address(total.Row, field))
		if t.Name != "" {
			where = fmt.Sprintf("%s, cell %s", t.Name, t.Address(total.Row, field))
		}
		return disagreement(where, stated, counted)
	}
	if st.hasPersons && !st.personsRead {
		return refuse("persons", table.Trim(st.personsText), fmt.Sprint(r.all.persons))
	}
	if st.hasAmount && !st.amountRead {
		return refuse("amount", table.Trim(st.amountText)+" tenge", tenge(r.all.amount))
	}
	blind := false
	agrees := func(s sum) bool {
		blind = blind || s.blindPersons && st.hasPersons || s.blindAmounts && st.hasAmount
		return (!st.hasPersons || s.blindPersons || s.persons == st.persons) &&
			(!st.hasAmount || s.blindAmounts || s.amount == st.amount)
	}
	if !agrees(r.section) && !agrees(r.all) {
		if st.hasAmount && !r.all.blindAmounts && r.all.amount != st.amount {
			return refuse("amount", tenge(st.amount), tenge(r.all.amount))
		}
		return refuse("persons", fmt.Sprint(st.persons), fmt.Sprint(r.all.persons))
	}
	if blind {
		r.unchecked++
	} else {
		r.compared++
	}
	r.section = sum{}
	return nil
}

// remark: a row without a digit, or with one filled cell that is not the
// amount, states no money. A row of figures alone that equal the sums of the
// lines above is a totals row whose word was left out, unless the lines are
// figures alone themselves.
func (r *sums) remark(t *table.Table, row *sheet.Row) bool {
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
	if !ok || !known || stated != lines.Filled(row) || r.all == (sum{}) || r.all.bare || r.all.blindPersons || r.all.blindAmounts ||
		amount != r.all.amount || stated == 2 && persons != r.all.persons {
		return false
	}
	r.compared++
	return true
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
