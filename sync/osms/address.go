package osms

import "strconv"

// ColumnName gives the letters of a column: 0 is A, 26 is AA.
func ColumnName(column int) string {
	var b [8]byte
	i := len(b)
	for column++; column > 0; column = (column - 1) / 26 {
		i--
		b[i] = byte('A' + (column-1)%26)
	}
	return string(b[i:])
}

// CellName gives the address of a cell: column 3, row 17 is D17.
func CellName(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }

// Fault makes the refusal of a row that stands at a place of the roster, with
// the address of the field's cell; a field without a column gets the IIN's.
func (r *Roster) Fault(at Place, field string, code Code, severity Severity, value, detail string) Refusal {
	column := 0
	if int(at.Sheet) < len(r.Columns) {
		c, ok := r.Columns[at.Sheet][field]
		if !ok {
			c = r.Columns[at.Sheet]["iin"]
		}
		column = c
	}
	sheet := ""
	if int(at.Sheet) < len(r.Sheets) {
		sheet = r.Sheets[at.Sheet]
	}
	return Refusal{Sheet: sheet, Cell: CellName(column, int(at.Row)), Row: int(at.Row), Field: field,
		Code: code, Severity: severity, Value: value, Detail: detail}
}
