package roster

import (
	"fmt"

	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// totals checks the counts that a list states of itself. A totals row counts
// the data rows above it: those since the totals row before, those of the
// sheet, or those of the file; refused rows count, and filler rows may or may
// not. A totals row above the rows of its sheet is checked at the sheet's end.
type totals struct {
	sheet, section  mark
	declared        int // rows that totals rows have declared so far
	declaredOnSheet int // of them, before the sheet being read
	early           int // declared above the rows of the sheet; -1 is none
	earlyRow, seen  int
}

// mark is a count of rows at some point.
type mark struct{ rows, fillers int }

func (r *reading) mark() mark { return mark{r.out.Rows, r.fillers} }

func (t *totals) begin(r *reading) {
	t.sheet, t.section, t.declaredOnSheet, t.early = r.mark(), r.mark(), t.declared, -1
}

// counts tells whether n is the number of rows from one mark to another.
func (m mark) counts(now mark, n int64) bool {
	rows := int64(now.rows - m.rows)
	return n == rows || n == rows-int64(now.fillers-m.fillers)
}

// total hears of a totals row. One that speaks of a part of the rows, or holds
// no number or several, declares nothing.
func (r *reading) total(t *table.Table, total table.Total) error {
	if total.Part || len(total.Numbers) != 1 || total.Numbers[0] < 0 {
		return nil
	}
	n, now := total.Numbers[0], r.mark()
	if now.rows == r.totals.sheet.rows && n > 0 && !(mark{}).counts(now, n) {
		r.totals.early, r.totals.earlyRow = int(n), total.Row.Number
		return nil
	}
	switch {
	case (mark{}).counts(now, n):
		r.totals.declared = int(n)
	case r.totals.sheet.counts(now, n):
		r.totals.declared = r.totals.declaredOnSheet + int(n)
	case r.totals.section.counts(now, n):
		r.totals.declared += int(n)
	default:
		return controlTotal(t, total.Row.Number, n, now.rows-r.totals.sheet.rows)
	}
	r.totals.seen++
	r.totals.section = now
	return nil
}

// end checks the total that stood above the rows.
func (t *totals) end(r *reading, tab *table.Table) error {
	if t.early < 0 {
		return nil
	}
	if now := r.mark(); !t.sheet.counts(now, int64(t.early)) {
		return controlTotal(tab, t.earlyRow, int64(t.early), now.rows-t.sheet.rows)
	}
	t.declared = t.declaredOnSheet + t.early
	t.seen++
	return nil
}

// whole gives the declared count when totals rows declare every data row.
func (t *totals) whole(now mark) (n int, ok bool) {
	return t.declared, t.seen > 0 && (mark{}).counts(now, int64(t.declared))
}

func controlTotal(t *table.Table, row int, declared int64, rows int) error {
	return &osms.FileError{Code: osms.FileControlTotal, Where: table.Where(t.Name, row),
		Detail: fmt.Sprintf("declared %d, found %d rows", declared, rows)}
}
