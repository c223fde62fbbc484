package table

import (
	"fmt"
	"slices"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

const (
	headRows    = 100 // filled rows in which a header is looked for
	headerDepth = 3   // rows that a header may take
)

// partial is the best row that was nearly a header.
type partial struct {
	row, matched int
	key          bool // claims the key field
	lacks        []Need
}

// words remembers what header words claim, as the same ones are asked for
// again and again; hostile files never hold few.
type words struct {
	*Vocabulary
	known map[string]string
}

func newWords(v *Vocabulary) *words { return &words{v, map[string]string{}} }

func (w *words) field(text string) string {
	if len(text) > longestHeader {
		return ""
	}
	f, ok := w.known[text]
	if !ok {
		f = w.Field(text)
		if len(w.known) < 10_000 {
			w.known[strings.Clone(text)] = f
		}
	}
	return f
}

// headKey is the Key of a text that may be a header; a text too long for one
// stands for itself without being read.
func headKey(text string) string {
	if len(text) > longestHeader {
		return "…"
	}
	return Key(text)
}

// block is a run of rows read as one header.
type block struct {
	columns map[string]int
	others  map[string][]int
	notes   map[int]string
	width   int
	claims  map[int]string // column → field
	keys    []map[int]string
}

// readBlock maps one to three rows, top first, to fields. In a column the
// lowest word that is known wins (ФИО over Фамилия, Имя, Отчество), then upper
// and lower together (Дата over рождения), where an upper word reaches to the
// right over merged cells.
func readBlock(v *words, rows []sheet.Row) block {
	b := block{columns: map[string]int{}, notes: map[int]string{}, claims: map[int]string{}}
	width := 0
	for _, row := range rows {
		width = max(width, len(row.Cells))
		keys := map[int]string{}
		for c, cell := range row.Cells {
			if k := headKey(cell.Text); k != "" {
				keys[c] = k
			}
		}
		b.keys = append(b.keys, keys)
	}
	carried := make([]string, len(rows)) // the last word to the left, by row
	for c := range width {
		field, text := "", ""
		for i := len(rows) - 1; i >= 0; i-- {
			own := At(&rows[i], c).Text
			if headKey(own) == "" {
				continue
			}
			carried[i] = own
			if text == "" {
				text = Trim(own)
			}
			f := v.field(own)
			if f == "" && i > 0 && carried[i-1] != "" {
				f = v.field(carriedAt(rows, i-1, c, carried) + " " + own)
			}
			if f != "" && (field == "" || field == "row_no") {
				field = f
			}
			if field == "row_no" && i > 0 { // № under a merged "Приказ"
				if up := v.field(carriedAt(rows, i-1, c, carried)); up != "" && len(rows) > 1 {
					field = up
				}
			}
		}
		if text == "" {
			continue
		}
		b.width = c + 1
		if field == "" {
			b.notes[c] = text
			continue
		}
		b.claims[c] = field
		if _, taken := b.columns[field]; !taken {
			b.columns[field] = c
			continue
		}
		if b.others == nil {
			b.others = map[string][]int{}
		}
		b.others[field] = append(b.others[field], c)
	}
	return b
}

// carriedAt is the upper word above a column: its own, or the one to the left
// that reaches over.
func carriedAt(rows []sheet.Row, i, c int, carried []string) string {
	if own := At(&rows[i], c).Text; headKey(own) != "" {
		return own
	}
	return carried[i]
}

// lacks lists the needs that the block does not meet.
func (b block) lacks(needs []Need) (lacks []Need) {
	for _, n := range needs {
		if !n.met(b.columns) {
			lacks = append(lacks, n)
		}
	}
	return lacks
}

// wordy reports a row in which words outnumber figures: one that can head a
// table. Data have figures of six digits and more (numbers, dates).
func wordy(row *sheet.Row) bool {
	words, figures := 0, 0
	for _, c := range row.Cells {
		if Trim(c.Text) == "" {
			continue
		}
		if c.Kind != sheet.Number && hasLetter(c.Text) && digits(c.Text) < 9 || strings.ContainsRune(c.Text, '№') {
			words++
		} else {
			figures++
		}
	}
	return words > figures
}

// plain reports a row of words without a figure.
func plain(row *sheet.Row) bool {
	for _, c := range row.Cells {
		if c.Kind == sheet.Number || c.Kind == sheet.Error || c.Kind == sheet.Formula || digits(c.Text) >= 6 {
			return false
		}
		if t := Trim(c.Text); t != "" && !hasLetter(t) && digits(t) > 0 {
			return false
		}
	}
	return true
}

// blank reports a row without a visible character.
func blank(row *sheet.Row) bool {
	for i := range row.Cells {
		switch row.Cells[i].Kind {
		case sheet.Empty:
		case sheet.Error, sheet.Formula:
			return false
		default:
			if Trim(row.Cells[i].Text) != "" {
				return false
			}
		}
	}
	return true
}

// clone keeps a row beyond its function call.
func clone(row *sheet.Row) sheet.Row {
	kept := *row
	kept.Cells = slices.Clone(row.Cells)
	for i := range kept.Cells {
		kept.Cells[i].Text = strings.Clone(kept.Cells[i].Text)
	}
	return kept
}

func noHeader(sheetName string, v *Vocabulary) error {
	return &osms.FileError{Code: osms.FileNoHeader, Where: sheetName, Detail: "no row is a header; known headers: " + v.Known()}
}

func missing(sheetName string, p partial, v *Vocabulary) error {
	var names []string
	for _, n := range p.lacks {
		var words []string
		for _, together := range n {
			for _, field := range together {
				if w := v.Words(field); len(w) > 0 {
					words = append(words, w[0])
				}
			}
		}
		names = append(names, n.String()+" ("+strings.Join(words, ", ")+")")
	}
	return &osms.FileError{Code: osms.FileMissingColumn, Where: Where(sheetName, p.row), Detail: strings.Join(names, "; ")}
}

func duplicate(sheetName string, row int, field string, columns []int, v *Vocabulary) error {
	var letters []string
	for _, c := range columns {
		letters = append(letters, osms.ColumnName(c))
	}
	return &osms.FileError{Code: osms.FileDuplicateHeader, Where: Where(sheetName, row),
		Detail: fmt.Sprintf("columns %s all claim %s", strings.Join(letters, ", "), field)}
}

// Where names a row of a sheet, for a file error.
func Where(sheetName string, row int) string {
	if sheetName == "" {
		return fmt.Sprintf("row %d", row)
	}
	return fmt.Sprintf("%s, row %d", sheetName, row)
}
