package returned

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// sheetPatch marks one sheet while it is copied.
type sheetPatch struct {
	*survey
	marks    *sheetMarks
	styles   *styles
	legacyID string // of the drawing with the notes; "" leaves the sheet's own
	clean    bool   // the workbook has colours of ours
	sentence int    // format of the sentences

	sc      *scanner
	out     *bufio.Writer
	row     int // the row that is open or was last
	column  int
	rowTag  []byte
	pending []mark // marks of the row still to come, from left to right
	text    string // of the column of sentences, when due in this row
	due     bool
	next    int // in marks.rows
	heading int // format of the head of the column, from its neighbour
}

func (p *sheetPatch) run(in io.Reader, w io.Writer) error {
	p.sc, p.out = newScanner(in), bufio.NewWriterSize(w, 64<<10)
	depth, ordinal, inData, columnsDone := 0, 0, false, p.hasColumns || p.errors < 0
	for {
		k, err := p.sc.next()
		if err != nil {
			return err
		}
		if k == tokenEOF {
			return p.out.Flush()
		}
		raw := p.sc.raw()
		switch k {
		case tokenOpen, tokenEmpty:
			local := string(localName(nameOf(raw)))
			own := string(nameOf(raw)) == p.prefix+local
			handled := false
			switch {
			case depth == 1:
				if ordinal++; ordinal == p.drawing {
					p.legacyDrawing()
				}
				switch {
				case own && local == "sheetData":
					if !columnsDone {
						p.write("<" + p.prefix + "cols>" + p.errorColumn("") + "</" + p.prefix + "cols>")
					}
					inData = k == tokenOpen
					if k == tokenEmpty && p.more() {
						p.write(string(opened(raw)))
						p.rowsBefore(lastRow + 1)
						p.write("</" + p.prefix + "sheetData>")
						handled = true
					}
				case own && local == "dimension":
					p.dimension(raw)
					handled = true
				}
			case depth == 2 && own && local == "col" && p.errors >= 0:
				if first, last, ok := span(raw); ok {
					p.col(raw, first, last)
					if err := p.skip(k); err != nil {
						return err
					}
					continue
				}
			case depth == 2 && inData && own && local == "row":
				if err := p.startRow(raw, k == tokenEmpty); err != nil {
					return err
				}
				handled = true
			case depth == 3 && inData && own && local == "c":
				if handled, err = p.cell(raw, k); err != nil {
					return err
				}
				if handled {
					continue // the cell was taken to its end
				}
			}
			if !handled {
				p.copy(raw)
			}
			if k == tokenOpen {
				depth++
			}
		case tokenClose:
			depth--
			switch {
			case depth == 0 && p.drawing < 0:
				p.legacyDrawing()
			case depth == 1 && inData:
				p.rowsBefore(lastRow + 1)
				inData = false
			case depth == 1 && string(nameOf(raw)) == p.prefix+"cols" && p.errors >= 0:
				p.write(p.lastCol())
			case depth == 2 && inData && p.rowTag != nil:
				p.endRow()
			}
			p.copy(raw)
		default:
			p.copy(raw)
		}
	}
}

// copy and write lean on the writer, which keeps its first error for Flush.
func (p *sheetPatch) copy(raw []byte) { _, _ = p.out.Write(raw) }
func (p *sheetPatch) write(s string)  { _, _ = p.out.WriteString(s) }

func (p *sheetPatch) legacyDrawing() {
	if p.legacyID == "" || p.legacy != "" {
		return
	}
	if p.relation != "" {
		p.write(fmt.Sprintf(`<%slegacyDrawing %s:id="%s"/>`, p.prefix, p.relation, p.legacyID))
		return
	}
	space := relationSpace
	if p.strict {
		space = strictRelateSpace
	}
	p.write(fmt.Sprintf(`<%slegacyDrawing xmlns:osmsd="%s" osmsd:id="%s"/>`, p.prefix, space, p.legacyID))
}

// more reports whether rows are still to be marked.
func (p *sheetPatch) more() bool {
	return p.next < len(p.marks.rows) || p.headRow() > p.row
}

// headRow is the row in which the column of sentences has its head, 0 for none.
func (p *sheetPatch) headRow() int {
	if p.errors < 0 || p.again {
		return 0
	}
	return p.marks.table.HeaderRow
}

// rowsBefore writes rows that have marks and are not in the sheet.
func (p *sheetPatch) rowsBefore(number int) {
	for {
		row := number
		if p.next < len(p.marks.rows) {
			row = min(row, p.marks.rows[p.next].row)
		}
		if head := p.headRow(); head > p.row {
			row = min(row, head)
		}
		if row >= number {
			return
		}
		p.take(row)
		p.rowTag = []byte("<row>")
		p.write(fmt.Sprintf(`<%srow r="%d">`, p.prefix, row))
		p.column = -1
		p.endRow()
		p.write("</" + p.prefix + "row>")
	}
}

// take makes ready what is due in a row.
func (p *sheetPatch) take(row int) {
	p.row, p.pending, p.text, p.due = row, nil, "", false
	for p.next < len(p.marks.rows) && p.marks.rows[p.next].row < row {
		p.next++
	}
	if p.next < len(p.marks.rows) && p.marks.rows[p.next].row == row {
		m := &p.marks.rows[p.next]
		p.pending, p.text = m.cells, m.sentence
		p.due = p.errors >= 0
		p.next++
	}
	t := p.marks.table
	switch {
	case t == nil || p.errors < 0:
	case row == t.HeaderRow && !p.again:
		p.text, p.due = osms.ReturnedHeader, true
	case row <= t.LastHeaderRow:
		p.due = false
	}
	if t == nil {
		p.due = false
	}
}

func (p *sheetPatch) startRow(raw []byte, empty bool) error {
	number, err := position(raw, p.row)
	if err != nil {
		return err
	}
	p.rowsBefore(number)
	p.take(number)
	p.column = -1
	p.rowTag = nil
	if len(p.pending) == 0 && !p.due && !p.clean && !p.again {
		p.copy(raw)
		return nil
	}
	p.rowTag = append([]byte(nil), raw...)
	tag := append([]byte(nil), raw...)
	if p.due {
		tag = withAttr(tag, "spans", "")
	}
	if (p.due || p.again) && p.row > p.marks.table.LastHeaderRow && !truth(attr(raw, "customHeight")) {
		// A height that nobody chose follows the texts.
		height := ""
		if p.due {
			height = strconv.Itoa(textHeight(p.text, sentenceLine))
		}
		if height != "" || attr(raw, "ht") != nil {
			tag = withAttr(tag, "ht", height)
		}
	}
	if !empty {
		p.copy(tag)
		return nil
	}
	if len(p.pending) == 0 && !p.due {
		p.copy(tag)
		return nil
	}
	p.copy(opened(tag))
	p.endRow()
	p.write("</" + p.prefix + "row>")
	p.rowTag = nil
	return nil
}

func truth(v []byte) bool { return string(v) == "1" || string(v) == "true" || string(v) == "on" }

// endRow writes the cells that are due and not in the row.
func (p *sheetPatch) endRow() {
	p.cellsBefore(1 << 20)
	p.rowTag = nil
}

// cellsBefore writes the marked cells left of a column that the row lacks.
func (p *sheetPatch) cellsBefore(column int) {
	for {
		next := column
		if len(p.pending) > 0 {
			next = min(next, p.pending[0].column)
		}
		if p.due {
			next = min(next, p.errors)
		}
		if next >= column {
			return
		}
		if p.due && next == p.errors {
			p.writeSentence(p.styleBeside())
			if len(p.pending) > 0 && p.pending[0].column == next {
				p.pending = p.pending[1:]
			}
			continue
		}
		style := p.styles.marked(p.styleOf(next), p.pending[0].severity)
		p.write(fmt.Sprintf(`<%sc r="%s" s="%d"/>`, p.prefix, osms.CellName(next, p.row), style))
		p.pending = p.pending[1:]
	}
}

// styleOf is the format of a cell that is not there: its row's or its column's.
func (p *sheetPatch) styleOf(c int) int {
	if truth(attr(p.rowTag, "customFormat")) {
		if n, ok := number(attr(p.rowTag, "s")); ok {
			return n
		}
	}
	for _, col := range p.columns {
		if c+1 >= col.min && c+1 <= col.max {
			n, _ := number(attr([]byte(col.tag), "style"))
			return n
		}
	}
	return 0
}

// styleBeside is the format of the sentence, or of the head: its neighbour's.
func (p *sheetPatch) styleBeside() int {
	if p.text == osms.ReturnedHeader && p.row == p.headRow() {
		return p.heading // a fill of ours might hide the letters of a dark head
	}
	return p.sentence
}

func (p *sheetPatch) writeSentence(style int) {
	p.due = false
	ref := osms.CellName(p.errors, p.row)
	if p.text == "" {
		p.write(fmt.Sprintf(`<%sc r="%s" s="%d"/>`, p.prefix, ref, style))
		return
	}
	p.write(fmt.Sprintf(`<%[1]sc r="%[2]s" s="%[3]d" t="inlineStr"><%[1]sis><%[1]st xml:space="preserve">%[4]s</%[1]st></%[1]sis></%[1]sc>`,
		p.prefix, ref, style, escape(p.text)))
}

// cell deals with a cell that is there. It reports whether it took it to its
// end.
func (p *sheetPatch) cell(raw []byte, k token) (bool, error) {
	if p.rowTag == nil {
		return false, nil
	}
	column, err := cellColumn(raw, p.column)
	if err != nil {
		return false, err
	}
	p.cellsBefore(column)
	p.column = column
	style, _ := number(attr(raw, "s"))
	if t := p.marks.table; t != nil && p.row == t.HeaderRow && column <= t.LastColumn {
		p.heading = style
	}
	severity := osms.Severity("")
	if len(p.pending) > 0 && p.pending[0].column == column {
		severity, p.pending = p.pending[0].severity, p.pending[1:]
	}
	if column == p.errors && (p.due || p.again && p.row > p.marks.table.LastHeaderRow) {
		// Ours, or empty: the old sentence goes, a new one comes.
		if p.again && !p.due {
			p.text = ""
		}
		if p.text == osms.ReturnedHeader && p.row == p.headRow() {
			p.writeSentence(p.styleBeside())
		} else {
			p.writeSentence(p.sentence)
		}
		return true, p.skip(k)
	}
	if severity == "" && (!p.clean || column == p.errors) {
		return false, nil
	}
	changed := p.styles.marked(style, severity)
	if changed == style {
		return false, nil
	}
	p.copy(withAttr(append([]byte(nil), raw...), "s", strconv.Itoa(changed)))
	return true, p.rest(k)
}

// skip passes over the cell that is open, rest copies it to its end.
func (p *sheetPatch) skip(k token) error { return p.through(k, false) }
func (p *sheetPatch) rest(k token) error { return p.through(k, true) }

func (p *sheetPatch) through(k token, copied bool) error {
	for depth := 1; k == tokenOpen && depth > 0; {
		inner, err := p.sc.next()
		if err != nil {
			return err
		}
		switch inner {
		case tokenEOF:
			return fmt.Errorf("%w: a cell without an end", ErrOdd)
		case tokenOpen:
			depth++
		case tokenClose:
			depth--
		}
		if copied {
			p.copy(p.sc.raw())
		}
	}
	return nil
}

// dimension widens the range that the sheet says it uses.
func (p *sheetPatch) dimension(raw []byte) {
	first, last, ok := rangeOf(attr(raw, "ref"))
	if !ok || p.errors < 0 || last.column >= p.errors {
		p.copy(raw)
		return
	}
	last.column = p.errors
	ref := osms.CellName(first.column, first.row) + ":" + osms.CellName(last.column, last.row)
	p.copy(withAttr(append([]byte(nil), raw...), "ref", ref))
}

const (
	sentenceWidth = 110 // of the column, in digits
	sentenceLine  = 100 // letters in a line of it
)

// textHeight is the height in points of a row that shows a text in lines of so
// many letters; a row may be 409 high.
func textHeight(text string, letters int) int {
	lines := 0
	for line := range strings.SplitSeq(text, "\n") {
		lines += 1 + (max(utf8.RuneCountInString(line), 1)-1)/letters
	}
	return min(lines*15, 405)
}

func span(tag []byte) (first, last int, ok bool) {
	first, ok1 := number(attr(tag, "min"))
	last, ok2 := number(attr(tag, "max"))
	return first, last, ok1 && ok2 && first >= 1 && last >= first
}

// errorColumn writes the <col> of the sentences, with the attributes of the one
// that it was part of.
func (p *sheetPatch) errorColumn(tag string) string {
	t := closed([]byte(tag))
	if tag == "" {
		t = []byte("<" + p.prefix + "col/>")
	}
	n := strconv.Itoa(p.errors + 1)
	for _, a := range [][2]string{{"customWidth", "1"}, {"width", strconv.Itoa(sentenceWidth)}, {"max", n}, {"min", n}} {
		t = withAttr(t, a[0], a[1])
	}
	for _, a := range []string{"hidden", "bestFit", "collapsed", "outlineLevel"} {
		if attr(t, a) != nil {
			t = withAttr(t, a, "")
		}
	}
	return string(t)
}

// col copies a <col>; one that holds the column of the sentences is parted.
func (p *sheetPatch) col(raw []byte, first, last int) {
	raw = closed(raw)
	at := p.errors + 1
	if i := slices.IndexFunc(p.columns, func(c column) bool { return c.min > at }); i >= 0 && p.columns[i].min == first && !p.covered() &&
		(i == 0 || p.columns[i-1].max < at) {
		p.write(p.errorColumn(""))
	}
	if at < first || at > last {
		p.copy(raw)
		return
	}
	part := func(from, to int) {
		if from <= to {
			t := withAttr(append([]byte(nil), raw...), "min", strconv.Itoa(from))
			p.copy(withAttr(t, "max", strconv.Itoa(to)))
		}
	}
	part(first, at-1)
	p.write(p.errorColumn(string(raw)))
	part(at+1, last)
}

// covered reports whether a <col> holds the column of the sentences.
func (p *sheetPatch) covered() bool {
	at := p.errors + 1
	return slices.ContainsFunc(p.columns, func(c column) bool { return c.min <= at && at <= c.max })
}

// lastCol is the <col> of the sentences where it stands behind all others.
func (p *sheetPatch) lastCol() string {
	at := p.errors + 1
	if p.covered() || slices.ContainsFunc(p.columns, func(c column) bool { return c.min > at }) {
		return ""
	}
	return p.errorColumn("")
}

// cellAddress gives the column and row of an address such as D17.
func cellAddress(ref string) (cell, bool) {
	first, _, ok := rangeOf([]byte(ref))
	return first, ok && !strings.Contains(ref, ":")
}
