// Package lines reads lists whose rows stand each for itself: ledger totals,
// the list of organisations. It takes a table's rows one by one, refuses those
// that cannot be read soundly whatever they say (a wrong number of fields, a
// cell with an error, a formula that was never calculated, merged cells), passes
// over signatures and remarks below the table, and gives the rest to the
// importer as a Line, which notes further faults with their addresses.
package lines

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// Handler receives the lines in order. Total may be nil; an error of either
// ends the reading and is returned as it is.
type Handler struct {
	Line  func(*Line) error
	Total func(*table.Table, table.Total) error
	// Remark, when not nil, tells whether a row below the header is a remark, a
	// signature or the like and no line.
	Remark func(*table.Table, *sheet.Row) bool
}

// Result is what a reading comes to besides what the importer made of it.
type Result struct {
	Sheets   []string // names, indexed by Place.Sheet
	Refusals []osms.Refusal
	Holds    []osms.Hold
	Tables   []osms.TableAt
	// Rows counts the lines, Refused those of them that were refused,
	// HiddenRows those that were hidden, by themselves or with their sheet.
	Rows, Refused, HiddenRows int
	// Unlisted counts the refusals and warnings beyond MostListed.
	Unlisted int

	merged map[osms.Place]bool
}

// MostListed bounds the refusals and warnings that are listed.
const MostListed = 100_000

// Kept reports whether a line that was handed over may be used: merged cells
// are known only when a sheet was read to its end.
func (r *Result) Kept(at osms.Place) bool { return !r.merged[at] }

// Merged are the lines that were handed over and may not be used.
func (r *Result) Merged() map[osms.Place]bool { return r.merged }

// Line is one row of a list.
type Line struct {
	Table    *table.Table
	Row      *sheet.Row
	Date1904 bool

	refusals []osms.Refusal
	refused  bool
}

// Place is where the line stands.
func (l *Line) Place() osms.Place {
	return osms.Place{Sheet: int32(l.Table.Sheet), Row: int32(l.Row.Number)}
}

// Cell is the field's cell. A cell that holds an error, or a formula without a
// value, is refused here and reads as empty.
func (l *Line) Cell(field string) sheet.Cell {
	c := l.Table.Cell(l.Row, field)
	switch c.Kind {
	case sheet.Error:
		l.Refuse(field, osms.ErrorCell, c.Text)
		return sheet.Cell{}
	case sheet.Formula:
		l.Refuse(field, osms.FormulaWithoutValue, "")
		return sheet.Cell{}
	}
	if c.Kind == sheet.Text && table.Trim(c.Text) == "" {
		return sheet.Cell{}
	}
	return c
}

// Text is the trimmed text of the field's cell, cloned so that it can be kept;
// a whole number reads as its digits.
func (l *Line) Text(field string) string {
	c := l.Cell(field)
	if c.Kind == sheet.Number {
		if n, fraction, ok := table.Whole(c.Text); ok && !fraction {
			return fmt.Sprint(n)
		}
	}
	return strings.Clone(table.Trim(c.Text))
}

// Refuse notes a fault of the line, which is then not used.
func (l *Line) Refuse(field string, code osms.Code, detail string) {
	l.note(field, code, osms.Refused, detail)
	l.refused = true
}

// Warn notes what should be looked at; the line is used.
func (l *Line) Warn(field string, code osms.Code, detail string) {
	l.note(field, code, osms.Warning, detail)
}

// Refused reports whether a fault was noted.
func (l *Line) Refused() bool { return l.refused }

func (l *Line) note(field string, code osms.Code, severity osms.Severity, detail string) {
	value := strings.Clone(table.Shown(l.Table.Cell(l.Row, field), l.Date1904))
	for _, r := range l.refusals {
		if r.Field == field && r.Severity == severity {
			return // one fault a cell, the first
		}
	}
	l.refusals = append(l.refusals, osms.Refusal{Sheet: l.Table.Name, Cell: l.Table.Address(l.Row, field), Row: l.Row.Number,
		Field: field, Code: code, Severity: severity, Value: value, Detail: detail})
}

// Read reads every sheet of an opened file. The error is a *osms.FileError, or
// one of reading, or the handler's; the result must then not be used.
func Read(src table.Source, spec table.Spec, h Handler) (*Result, error) {
	r := &reading{src: src, spec: spec, handler: h, out: Result{merged: map[osms.Place]bool{}}}
	for _, s := range src.Sheets {
		r.out.Sheets = append(r.out.Sheets, s.Name)
	}
	found, err := table.Read(src, spec, table.Handler{Header: r.header, Row: r.row, Total: h.Total, End: r.end})
	if err != nil {
		return nil, err
	}
	for i, f := range found {
		if f.Table != nil && f.SecondTable > 0 {
			r.out.Holds = append(r.out.Holds, osms.Hold{Reason: osms.HoldSecondTable, Detail: where(f.Table.Name, f.SecondTable)})
		}
		if f.Table != nil && src.Sheets[i].Visibility == sheet.VeryHidden {
			r.out.Holds = append(r.out.Holds, osms.Hold{Reason: osms.HoldVeryHiddenSheet, Detail: src.Sheets[i].Name})
		}
	}
	return &r.out, nil
}

func where(name string, row int) string {
	if name == "" {
		return fmt.Sprintf("row %d", row)
	}
	return fmt.Sprintf("%s, row %d", name, row)
}

type reading struct {
	src     table.Source
	spec    table.Spec
	handler Handler
	out     Result
	rows    []seen // lines of the sheet being read
	first   int    // of its refusals
}

// seen is a row's number, with a bit for a line that was refused: a sheet may
// have a million.
type seen int32

func (s seen) row() int      { return int(s >> 1) }
func (s seen) refused() bool { return s&1 == 1 }

func (r *reading) header(t *table.Table) error {
	r.out.Tables = append(r.out.Tables, osms.NewTableAt(t.Sheet, t.First, t.Last, t.Width, t.Notes))
	r.rows, r.first = r.rows[:0], len(r.out.Refusals)
	return nil
}

func (r *reading) row(t *table.Table, row *sheet.Row) error {
	if row.Fault == "" && r.handler.Remark != nil && r.handler.Remark(t, row) {
		return nil
	}
	l := &Line{Table: t, Row: row, Date1904: r.src.Date1904}
	if row.Hidden || r.src.Sheets[t.Sheet].Visibility == sheet.Hidden {
		r.out.HiddenRows++
		l.Warn(r.spec.Vocabulary.Key, osms.HiddenRowRead, "")
	}
	switch {
	case row.Fault != "":
		l.refuseCell(row.FaultColumn, osms.Code(row.Fault))
	case r.src.CSV && !rightCount(t, row):
		l.Refuse(r.spec.Vocabulary.Key, osms.FieldCount, fmt.Sprintf("%d ≠ %d", len(row.Cells), t.Width))
	default:
		if err := r.handler.Line(l); err != nil {
			return err
		}
	}
	r.out.Rows++
	if l.refused {
		r.out.Refused++
	}
	r.list(l.refusals...)
	if !r.src.CSV { // which has no merged cells
		r.rows = append(r.rows, seen(row.Number)<<1|seen(boolBit(l.refused)))
	}
	return nil
}

func boolBit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *reading) list(faults ...osms.Refusal) {
	listed := min(len(faults), MostListed-len(r.out.Refusals))
	r.out.Refusals = append(r.out.Refusals, faults[:listed]...)
	r.out.Unlisted += len(faults) - listed
}

// refuseCell refuses the line for a cell that the reader could not read.
func (l *Line) refuseCell(column int, code osms.Code) {
	field := ""
	for f, c := range l.Table.Columns {
		if c == column {
			field = f
		}
	}
	l.refused = true
	l.refusals = append(l.refusals, osms.Refusal{Sheet: l.Table.Name, Cell: osms.CellName(column, l.Row.Number), Row: l.Row.Number,
		Field: field, Code: code, Severity: osms.Refused, Value: strings.Clone(table.At(l.Row, column).Text)})
}

// rightCount: a record has the header's fields; empty ones beyond them, which
// programs write at the end of each line, do not count.
func rightCount(t *table.Table, row *sheet.Row) bool {
	n := len(row.Cells)
	for n > t.Width && row.Cells[n-1].Kind == sheet.Empty {
		n--
	}
	return n == t.Width
}

// Filled counts the cells of a row in which something stands. A row with one is
// a remark, a signature or a date more often than a line.
func Filled(row *sheet.Row) (n int) {
	for _, c := range row.Cells {
		if c.Kind == sheet.Error || c.Kind == sheet.Formula || table.Trim(c.Text) != "" {
			n++
		}
	}
	return n
}

// end looks for merged cells among the lines of a sheet. What stands in a merged
// cell is not said of the other rows under it, or of the other columns.
func (r *reading) end(t *table.Table, summary sheet.Summary) error {
	merges := slices.DeleteFunc(slices.Clone(summary.Merges), func(m sheet.Range) bool {
		if m.LastRow <= t.Last {
			return true
		}
		for _, c := range t.Columns {
			if c >= m.FirstColumn && c <= m.LastColumn {
				return false
			}
		}
		return true
	})
	sort.Slice(merges, func(i, j int) bool { return merges[i].FirstRow < merges[j].FirstRow })
	next, reach := 0, sheet.Range{LastRow: -1}
	for _, line := range r.rows {
		for ; next < len(merges) && merges[next].FirstRow <= line.row(); next++ {
			if merges[next].LastRow > reach.LastRow {
				reach = merges[next]
			}
		}
		if line.row() > reach.LastRow {
			continue
		}
		name := osms.CellName(reach.FirstColumn, reach.FirstRow)
		r.list(osms.Refusal{Sheet: t.Name, Cell: osms.CellName(reach.FirstColumn, line.row()), Row: line.row(),
			Field: r.field(t, reach), Code: osms.MergedCell, Severity: osms.Refused,
			Detail: name + ":" + osms.CellName(reach.LastColumn, reach.LastRow)})
		r.out.merged[osms.Place{Sheet: int32(t.Sheet), Row: int32(line.row())}] = true
		if !line.refused() {
			r.out.Refused++
		}
	}
	added := r.out.Refusals[r.first:]
	sort.SliceStable(added, func(i, j int) bool { return added[i].Row < added[j].Row })
	return nil
}

func (r *reading) field(t *table.Table, m sheet.Range) string {
	for _, f := range r.spec.Vocabulary.Fields() {
		if c, ok := t.Columns[f]; ok && c >= m.FirstColumn && c <= m.LastColumn {
			return f
		}
	}
	return ""
}
