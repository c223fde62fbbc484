package roster

import (
	"slices"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// interval is a run of rows, both ends included.
type interval struct{ first, last int }

// intervals are in order and do not touch each other.
type intervals []interval

func (is intervals) hold(row int) bool {
	i, found := slices.BinarySearchFunc(is, row, func(i interval, row int) int { return i.first - row })
	return found || i > 0 && is[i-1].last >= row
}

// union sorts intervals and joins those that overlap.
func union(is intervals) intervals {
	slices.SortFunc(is, func(a, b interval) int { return a.first - b.first })
	joined := is[:0]
	for _, i := range is {
		if n := len(joined); n > 0 && i.first <= joined[n-1].last+1 {
			joined[n-1].last = max(joined[n-1].last, i.last)
		} else {
			joined = append(joined, i)
		}
	}
	return joined
}

var missing = map[osms.Code]bool{osms.IINMissing: true, osms.NameMissing: true, osms.BINMissing: true,
	osms.StudyFormMissing: true, osms.LeftOnMissing: true}

// merged refuses the data rows that merged cells touch in a column that is
// used. A workbook lists its merged cells after its rows, so that rows already
// accepted are taken back. The cost follows the rows and the merges, never
// their areas.
func (r *reading) merged(t *table.Table, merges []sheet.Range) error {
	used := r.col.used()
	if r.forms.alternative >= 0 {
		used[r.forms.alternative] = "study_form"
	}
	byColumn := map[int]intervals{}
	var all intervals
	for _, m := range merges {
		if m.LastRow <= t.Last || m.FirstRow == m.LastRow && m.FirstColumn == m.LastColumn {
			continue
		}
		rows, touched := interval{max(m.FirstRow, t.Last+1), m.LastRow}, false
		for column := range used {
			if column >= m.FirstColumn && column <= m.LastColumn {
				byColumn[column] = append(byColumn[column], rows)
				touched = true
			}
		}
		if touched {
			all = append(all, rows)
		}
	}
	if len(all) == 0 {
		return nil
	}
	all = union(all)
	var columns []int
	for column, rows := range byColumn {
		byColumn[column] = union(rows)
		columns = append(columns, column)
	}
	slices.Sort(columns)
	hits := map[int]int{} // row → first column that is merged
	hit := func(row int) bool {
		if !all.hold(row) {
			return false
		}
		for _, column := range columns {
			if byColumn[column].hold(row) {
				hits[row] = column
				return true
			}
		}
		return false
	}
	for _, row := range r.refused {
		hit(int(row.Row))
	}
	var out []osms.Row
	for _, org := range r.orgs {
		kept := org.rows[:org.mark]
		for _, row := range org.rows[org.mark:] {
			if hit(int(row.Row)) {
				out = append(out, row)
			} else {
				kept = append(kept, row)
			}
		}
		org.rows = kept
	}
	if len(hits) == 0 {
		return nil
	}
	for _, row := range out {
		r.out.Refused++
		r.persons = append(r.persons, row.Person)
		r.unrepair(row.Place)
	}
	// What is missing only because a merge covers its cell is the merge's fault.
	r.faults = slices.DeleteFunc(r.faults, func(f fault) bool {
		return f.sheet == t.Sheet && missing[f.Code] && byColumn[f.column].hold(f.row)
	})
	// Only now is it known which rows are meant: their values are read again.
	_, err := r.src.Rows(t.Sheet, func(row *sheet.Row) error {
		if column, ok := hits[row.Number]; ok {
			r.fault(osms.Place{Sheet: int32(t.Sheet), Row: int32(row.Number)}, used[column], column, osms.MergedCell, osms.Refused,
				table.At(row, column).Text, "")
		}
		return nil
	})
	return err
}
