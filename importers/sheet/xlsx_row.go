package sheet

import (
	"strconv"

	"osmsd/sync/osms"
)

// sheetData reads the rows. They must stand in increasing order: a row that
// comes again or goes back would glue one person's cells to another's.
func (r *sheetReader) sheetData() error {
	return r.children(func() error {
		if string(r.name) != "row" {
			return r.skip()
		}
		return r.readRow()
	})
}

// readRow reads the row element that is open and delivers it if any of its
// cells has a value. Rows that are only styled cost nothing further on.
func (r *sheetReader) readRow() error {
	number, hidden := r.number+1, false
	for _, a := range r.attrs {
		switch string(a.name) {
		case "r":
			n, ok := parseRow(a.value)
			if !ok {
				return r.fault(osms.FileDamaged, "%s is not the number of a row", shown(string(a.value)))
			}
			number = n
		case "hidden":
			hidden = xmlTrue(string(a.value))
		}
	}
	if number <= r.number {
		return r.fault(osms.FileDamaged, "row %d stands after row %d", number, r.number)
	}
	if number > lastRow {
		return r.fault(osms.FileTooManyRows, "a row beyond %d", lastRow)
	}
	clear(r.cells)
	r.cells, r.text, r.spans = r.cells[:0], r.text[:0], r.spans[:0]
	r.digits = strconv.AppendInt(r.digits[:0], int64(number), 10)
	r.digitsWord, r.digitsMask = 0, 1<<(8*len(r.digits))-1
	for i, d := range r.digits {
		r.digitsWord |= uint64(d) << (8 * i)
	}
	r.row = Row{Number: number, Hidden: hidden}
	r.column = -1
	for {
		if !r.book.slow {
			r.fastCells()
		}
		t, err := r.next()
		if err != nil {
			return err
		}
		if t == tokenEnd {
			break
		}
		switch {
		case t == tokenStart && string(r.name) == "c":
			err = r.readCell()
		case t == tokenStart:
			err = r.skip()
		case t == tokenText && !blank(r.xmlReader.text):
			err = r.fault(osms.FileDamaged, "text between cells in row %d", number)
		}
		if err != nil {
			return err
		}
	}
	r.number = number
	return r.deliver()
}

// deliver hands out the row that was read, unless it is empty.
func (r *sheetReader) deliver() error {
	n := len(r.cells)
	for n > 0 && r.cells[n-1].Kind == Empty {
		n--
	}
	if n == 0 {
		return nil
	}
	if r.row.Number > r.limits.Rows {
		return r.fault(osms.FileTooManyRows, "a value in row %d; %d rows are allowed", r.row.Number, r.limits.Rows)
	}
	all := string(r.text) // the one allocation of a row
	for _, s := range r.spans {
		r.cells[s.cell].Text = all[s.from:s.to]
	}
	r.row.Cells = r.cells[:n]
	r.summary.Rows++
	if r.row.Hidden {
		r.summary.HiddenRows++
	}
	return r.each(&r.row)
}
