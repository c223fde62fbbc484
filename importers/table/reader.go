package table

import (
	"slices"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// reader follows one sheet: looking for the header, then reading below it.
type reader struct {
	spec     Spec
	words    *words
	required []Need
	handler  Handler
	sheet    int
	name     string
	found    *Found

	head   []sheet.Row // filled rows above the data
	block  []sheet.Row // rows of the header, while it may still grow
	table  *Table
	key    int  // column of the key field
	apart  bool // a blank or totals row stands above
	closed bool // a second table began
}

func (r *reader) row(row *sheet.Row) error {
	switch {
	case r.closed:
		return nil
	case r.table != nil:
		return r.below(row)
	case blank(row):
		if r.block != nil {
			return r.open()
		}
		return nil
	}
	r.found.Filled++
	if r.block != nil {
		return r.grow(row)
	}
	return r.seek(row)
}

// seek looks for the header among the first rows.
func (r *reader) seek(row *sheet.Row) error {
	if r.spec.Vocabulary.Key == "iin" && holdsIIN(row) {
		r.found.persons++
	}
	if len(r.head) >= headRows {
		return nil
	}
	r.head = append(r.head, clone(row))
	for depth := 1; depth <= headerDepth && depth <= len(r.head); depth++ {
		rows := r.head[len(r.head)-depth:]
		if rows[0].Number+depth-1 != row.Number || !wordy(&rows[0]) {
			break
		}
		b := readBlock(r.words, rows)
		lacks := b.lacks(r.required)
		if len(lacks) == 0 {
			r.block = slices.Clone(rows)
			r.head = r.head[:len(r.head)-depth]
			return nil
		}
		if _, key := b.columns[r.spec.Vocabulary.Key]; len(b.columns) > r.found.partial.matched {
			r.found.partial = partial{row: row.Number, matched: len(b.columns), key: key, lacks: lacks}
		}
	}
	return nil
}

// grow takes the row under a header into it when it names columns too.
func (r *reader) grow(row *sheet.Row) error {
	last := r.block[len(r.block)-1]
	if len(r.block) < headerDepth && last.Number+1 == row.Number && plain(row) {
		alone := readBlock(r.words, []sheet.Row{*row})
		rows := append(slices.Clone(r.block), clone(row))
		before, after := readBlock(r.words, r.block), readBlock(r.words, rows)
		if len(after.lacks(r.required)) == 0 && (len(alone.columns) > 0 || len(after.columns) > len(before.columns)) {
			r.block = rows
			return nil
		}
	}
	if err := r.open(); err != nil {
		return err
	}
	return r.below2(row)
}

// open makes the rows of the header a table.
func (r *reader) open() error {
	b := readBlock(r.words, r.block)
	first, last := r.block[0].Number, r.block[len(r.block)-1].Number
	for _, field := range r.spec.Vocabulary.Fields() {
		if more := b.others[field]; len(more) > 0 && !slices.Contains(r.spec.MayRepeat, field) {
			return duplicate(r.name, last, field, append([]int{b.columns[field]}, more...), r.spec.Vocabulary)
		}
	}
	r.table = &Table{Sheet: r.sheet, Name: r.name, First: first, Last: last, Columns: b.columns, Others: b.others,
		Notes: b.notes, Width: b.width, Titles: r.head, keys: b.keys}
	for i := range r.block {
		r.table.Fields = max(r.table.Fields, len(r.block[i].Cells))
	}
	r.found.Table, r.found.Titles = r.table, r.head
	r.key, r.block = -1, nil
	if c, ok := b.columns[r.spec.Vocabulary.Key]; ok {
		r.key = c
	}
	if r.handler.Header != nil {
		if err := r.handler.Header(r.table); err != nil {
			return err
		}
	}
	for i := range r.head {
		if total, ok := titleTotal(&r.head[i]); ok && r.handler.Total != nil {
			if err := r.handler.Total(r.table, total); err != nil {
				return err
			}
		}
	}
	return nil
}

// below reads a row under the header.
func (r *reader) below(row *sheet.Row) error {
	if r.key >= 0 && r.key < len(row.Cells) && row.Fault == "" {
		// The glance that settles nearly every row: a long figure in the key's column.
		if t := row.Cells[r.key].Text; len(t) >= 9 && t[0] >= '0' && t[0] <= '9' {
			r.found.Filled++
			r.apart = false
			return r.data(row)
		}
	}
	if row.Fault == "" && blank(row) {
		r.apart = true
		return nil
	}
	r.found.Filled++
	return r.below2(row)
}

// below2 tells what a filled row under the header is.
func (r *reader) below2(row *sheet.Row) error {
	switch {
	case row.Fault != "":
	case numbering(row, len(r.table.Columns)):
		return nil
	case r.table.repeats(row):
		return nil
	case r.otherHeader(row):
		r.closed, r.found.SecondTable = true, row.Number
		return nil
	default:
		if total, ok := r.total(row); ok {
			r.apart = true
			if r.handler.Total != nil {
				return r.handler.Total(r.table, total)
			}
			return nil
		}
	}
	r.apart = false
	return r.data(row)
}

func (r *reader) data(row *sheet.Row) error {
	if r.handler.Row == nil {
		return nil
	}
	markErrors(row)
	return r.handler.Row(r.table, row)
}

func (r *reader) end(summary sheet.Summary) error {
	r.found.Summary = summary
	if r.block != nil {
		if err := r.open(); err != nil {
			return err
		}
	}
	if r.table == nil {
		r.found.Titles = r.head
		return nil
	}
	if r.handler.End != nil {
		return r.handler.End(r.table, summary)
	}
	return nil
}

// holdsIIN reports a row that states a person's number.
func holdsIIN(row *sheet.Row) bool {
	for _, c := range row.Cells {
		if t := Trim(c.Text); len(t) == 12 {
			if _, err := osms.ParseIIN(t, 0); err == nil {
				return true
			}
		}
	}
	return false
}
