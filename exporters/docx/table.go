package docx

import "fmt"

// Table is a table between the margins.
type Table struct {
	Widths  []float64 // of the columns, millimetres
	Borders bool      // thin lines round every cell
	// Heads is how many rows at the top are repeated on every page.
	Heads int
}

// Row is a row of a table. It stays on one page.
type Row []Cell

// Cell is a cell: one paragraph, in which "\n" begins a line.
type Cell struct {
	Look Look
	Runs []Run
	// Shaded is for labels: a light grey ground.
	Shaded bool
	Span   int // columns; zero: one
}

// Label is a shaded cell.
func Label(runs ...Run) Cell { return Cell{Runs: runs, Shaded: true} }

// Value is a cell without shade.
func Value(runs ...Run) Cell { return Cell{Runs: runs} }

const (
	shade     = "F2F2F2"
	cellSpace = 1.5 // on the left and right of a cell's text, millimetres
	cellDrop  = 0.5 // above and below it
)

// Table adds a table. The cells of every row must fill its columns.
func (d *Document) Table(t Table, rows ...Row) {
	if d.table || d.newPage { // two tables in a row would be one
		d.body.WriteString(gap(d.newPage))
		d.newPage = false
	}
	d.at++
	b := &d.body
	width := 0.0
	for _, w := range t.Widths {
		if w <= 0 {
			d.refuse(fmt.Errorf("table %d has a column without width", d.at))
		}
		width += w
	}
	switch {
	case len(t.Widths) == 0 || len(rows) == 0:
		d.refuse(fmt.Errorf("table %d is empty", d.at))
		return
	case width > d.TextWidth()+0.1:
		d.refuse(fmt.Errorf("table %d is %.1f mm wide, the text %.1f mm", d.at, width, d.TextWidth()))
	case t.Heads < 0 || t.Heads > len(rows):
		d.refuse(fmt.Errorf("table %d repeats %d of %d rows", d.at, t.Heads, len(rows)))
	}
	fmt.Fprintf(b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/>`, twips(width))
	if t.Borders {
		b.WriteString("<w:tblBorders>")
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			fmt.Fprintf(b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="808080"/>`, side)
		}
		b.WriteString("</w:tblBorders>")
	}
	b.WriteString(`<w:tblLayout w:type="fixed"/><w:tblCellMar>`)
	for _, side := range []string{"top", "left", "bottom", "right"} {
		space := cellDrop
		if side == "left" || side == "right" {
			space = cellSpace
		}
		fmt.Fprintf(b, `<w:%s w:w="%d" w:type="dxa"/>`, side, twips(space))
	}
	b.WriteString("</w:tblCellMar></w:tblPr><w:tblGrid>")
	for _, w := range t.Widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, twips(w))
	}
	b.WriteString("</w:tblGrid>")
	for i, r := range rows {
		d.row(t, r, i)
	}
	b.WriteString("</w:tbl>")
	d.table = true
}

func (d *Document) row(t Table, r Row, number int) {
	b := &d.body
	b.WriteString("<w:tr><w:trPr><w:cantSplit/>")
	if number < t.Heads {
		b.WriteString("<w:tblHeader/>")
	}
	b.WriteString("</w:trPr>")
	at := 0
	for _, c := range r {
		span := max(c.Span, 1)
		if at+span > len(t.Widths) {
			at += span
			break
		}
		width := 0.0
		for _, w := range t.Widths[at : at+span] {
			width += w
		}
		at += span
		fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, twips(width))
		if span > 1 {
			fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, span)
		}
		if c.Shaded {
			b.WriteString(`<w:shd w:val="clear" w:color="auto" w:fill="` + shade + `"/>`)
		}
		b.WriteString("</w:tcPr>")
		d.paragraph(b, c.Look, c.Runs)
		b.WriteString("</w:tc>")
	}
	b.WriteString("</w:tr>")
	if at != len(t.Widths) {
		d.refuse(fmt.Errorf("table %d, row %d: its cells do not fill %d columns", d.at, number+1, len(t.Widths)))
	}
}

// gap is the lowest paragraph there is: word processors want one between two
// tables, before one that begins a page, and behind the last.
func gap(newPage bool) string {
	first := ""
	if newPage {
		first = "<w:pageBreakBefore/>"
	}
	return "<w:p><w:pPr>" + first + `<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>` +
		`<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>`
}
