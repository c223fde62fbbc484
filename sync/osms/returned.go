package osms

// A faulty workbook goes back to whoever sent it, marked. These names tell the
// marks from the submitter's own content, so that a returned workbook that is
// dropped again is an ordinary file and is marked afresh.
const (
	// ReturnedHeader heads the column of sentences right of a table.
	ReturnedHeader = "Қате / Ошибка"
	// ReturnedSheet is the name of the sheet that lists all faults.
	ReturnedSheet = "Қателер - Ошибки"
)

// TableAt is where a table stands: rows as a person counts, columns from 0 (A).
type TableAt struct {
	Sheet                    int // by its place in the file's list of sheets
	HeaderRow, LastHeaderRow int
	LastColumn               int // the last one with a header of the submitter's
	// Returned is the column that an earlier returned workbook added; -1: none.
	Returned int
}

// NewTableAt finds the place of a table from its header rows, its number of
// columns and the headers that are no field's.
func NewTableAt(sheet, headerRow, lastHeaderRow, width int, notes map[int]string) TableAt {
	t := TableAt{Sheet: sheet, HeaderRow: headerRow, LastHeaderRow: lastHeaderRow, LastColumn: width - 1, Returned: -1}
	for column, header := range notes {
		if header == ReturnedHeader && (t.Returned < 0 || column < t.Returned) {
			t.Returned = column
		}
	}
	if t.Returned == t.LastColumn {
		t.LastColumn--
	}
	return t
}

// Returnable reports whether a file has anything to be marked: a clean one
// comes back as a receipt only, and so does one that was refused whole.
func (r FileReport) Returnable() bool { return r.Error == nil && len(r.Refusals) > 0 }
