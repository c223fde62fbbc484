package returned

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// mark is one faulty cell.
type mark struct {
	column   int
	severity osms.Severity
	note     string
}

// rowMarks are the faulty cells of a row, from left to right, and what the
// column of sentences says of it.
type rowMarks struct {
	row      int
	cells    []mark
	sentence string
}

// sheetMarks is what is to be marked in one sheet.
type sheetMarks struct {
	rows  []rowMarks // in order
	table *osms.TableAt
}

// at finds the marks of a row.
func (s *sheetMarks) at(row int) *rowMarks {
	i, found := slices.BinarySearchFunc(s.rows, row, func(r rowMarks, row int) int { return cmp.Compare(r.row, row) })
	if !found {
		return nil
	}
	return &s.rows[i]
}

// fault is a refusal by its address.
type fault struct {
	sheet, row, column int
	*osms.Refusal
}

// faults puts the refusals in order of sheet, row and column. A refusal of a
// sheet that is not there is left out and counted.
func faults(report osms.FileReport, sheets []string) (all []fault, lost int) {
	index := make(map[string]int, len(sheets))
	for i, name := range sheets {
		index[name] = i
	}
	for i := range report.Refusals {
		r := &report.Refusals[i]
		sheet, ok := index[r.Sheet]
		row := r.Row
		column, n := columnOf([]byte(r.Cell))
		if addressed, good := number([]byte(r.Cell[n:])); good {
			row = addressed
		}
		if !ok || row < 1 || row > lastRow {
			lost++
			continue
		}
		all = append(all, fault{sheet, row, max(column, 0), r})
	}
	slices.SortStableFunc(all, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.sheet, b.sheet), cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
	return all, lost
}

// marksOf gathers the faults of each sheet by row and cell.
func marksOf(all []fault, tables []osms.TableAt, sheets int) []sheetMarks {
	out := make([]sheetMarks, sheets)
	for i := range tables {
		if t := &tables[i]; t.Sheet >= 0 && t.Sheet < sheets {
			out[t.Sheet].table = t
		}
	}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].sheet == all[0].sheet && all[n].row == all[0].row {
			n++
		}
		s := &out[all[0].sheet]
		s.rows = append(s.rows, marksOfRow(all[:n]))
		all = all[n:]
	}
	return out
}

func marksOfRow(faults []fault) rowMarks {
	r := rowMarks{row: faults[0].row}
	var sentences []string
	for _, f := range faults {
		kk, ru := f.Message("kk"), f.Message("ru")
		text := kk + "\n" + ru
		if n := len(r.cells); n > 0 && r.cells[n-1].column == f.column {
			c := &r.cells[n-1]
			if !strings.Contains(c.note, text) {
				c.note += "\n\n" + text
			}
			if f.Severity == osms.Refused {
				c.severity = osms.Refused
			}
		} else {
			r.cells = append(r.cells, mark{f.column, f.Severity, text})
		}
		address := osms.CellName(f.column, f.row)
		text = address + ": " + kk + "\n" + address + ": " + ru
		if !slices.Contains(sentences, text) {
			sentences = append(sentences, text)
		}
	}
	r.sentence = cut(strings.Join(sentences, "\n"), mostCell)
	for i := range r.cells {
		r.cells[i].note = cut(r.cells[i].note, mostCell/2)
	}
	return r
}

// mostCell is the number of UTF-16 units that a cell may hold.
const mostCell = 32_767

// cut shortens a text to so many letters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
		if n >= most {
			return s[:i] + "…"
		}
	}
	return s
}

// columnOf reads the letters of an address; -1 for none.
func columnOf(ref []byte) (column, n int) {
	for n < len(ref) && n < 4 {
		c := ref[n] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
		n++
	}
	return column - 1, n
}

func number(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 100_000_000 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0
}

// escape writes a text as the characters of XML, also for an attribute. What
// XML does not allow, and what a reader would take for such an escape, is
// written as the format has it: _x0001_.
func escape(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' || strings.ContainsRune("&<>\"_\uFFFE\uFFFF\uFFFD", r)
	}) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\t':
			b.WriteString("&#9;")
		case r == '_' && escaped(s[i:]):
			b.WriteString("_x005F_")
		case r < ' ' && r != '\n' || r == 0xFFFE || r == 0xFFFF:
			const hex = "0123456789ABCDEF"
			b.WriteString("_x" + string([]byte{hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]}) + "_")
		case r == utf8.RuneError:
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// escaped reports a text that begins as an escape does, _x000D_.
func escaped(s string) bool {
	if len(s) < 7 || s[1]|0x20 != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
