package returned

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// Values are the values of a file as they were read, for Make.
type Values struct {
	Sheets   []Sheet
	Date1904 bool
	// CSV: every value is text.
	CSV bool
	// Rows delivers the rows of one sheet in order; a row is used before the
	// next is asked for.
	Rows func(sheet int, each func(Row) error) error
}

// Sheet is one sheet; State is "", "hidden" or "veryHidden".
type Sheet struct{ Name, State string }

// Row is one row, numbered as a person counts, with its cells from A on.
type Row struct {
	Number int
	Cells  []Cell
}

// Cell is one value.
type Cell struct {
	Kind Kind
	Text string // a number as its digits
	// Date: a number that is shown as a date.
	Date bool
	// Zeros: a number that is shown with so many digits.
	Zeros uint8
}

// Kind is what sort of value a cell holds.
type Kind uint8

const (
	Empty Kind = iota
	Text
	Number
	Bool
	Error
)

// Make writes a new workbook of the values, each at its address, marked as Patch
// marks. In a CSV a number of 9 to 11 digits becomes a number, for as a text it
// would no longer be one that lost its zeros.
func Make(w io.Writer, v Values, report osms.FileReport) error {
	names := make([]string, len(v.Sheets))
	shown := make([]string, len(v.Sheets))
	for i, s := range v.Sheets {
		names[i] = s.Name
		if shown[i] = s.Name; s.Name == "" {
			shown[i] = "Тізім - Список"
		}
	}
	st, err := readStyles(fmt.Appendf(nil, noStyles, mainSpace), 0)
	if err != nil {
		return err
	}
	all, _ := faults(report, names)
	marks := marksOf(all, report.Tables, len(v.Sheets))
	m := &maker{Values: v, styles: st, text: st.append(`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`),
		date:  st.append(`<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`),
		whole: st.append(`<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`), zeros: map[uint8]int{}}
	looks := st.looks()
	z := newZip(w)
	var types, sheets, rels strings.Builder
	add := func(name, kind string, write func(io.Writer) error) error {
		fmt.Fprintf(&types, `<Override PartName="/%s" ContentType="%s"/>`, name, kind)
		return part(z, name, write)
	}
	list := func(i int, name, state string, write func(io.Writer) error) error {
		if state != "" {
			state = ` state="` + state + `"`
		}
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, escape(name), i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, i+1, transitionalRelations, i+1)
		return add(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), typeSheet, write)
	}
	for i, s := range v.Sheets {
		notes := notesOf(marks[i].rows)
		if err := list(i, shown[i], s.State, func(w io.Writer) error { return m.sheet(w, i, &marks[i], len(notes) > 0) }); err != nil {
			return err
		}
		if len(notes) == 0 {
			continue
		}
		if err := m.notes(z, i, notes, add); err != nil {
			return err
		}
	}
	last := &summary{faults: all, sheets: shown, report: report, views: true, looks: looks}
	if err := list(len(v.Sheets), (&book{}).unique(names), "", last.write); err != nil {
		return err
	}
	if err := add("xl/styles.xml", typeStyles, func(w io.Writer) error { _, err := w.Write(st.finish()); return err }); err != nil {
		return err
	}
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%sstyles" Target="styles.xml"/>`, len(v.Sheets)+2, transitionalRelations)
	dates := ""
	if v.Date1904 {
		dates = `<workbookPr date1904="1"/>`
	}
	const relationships = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	workbook := xmlHead + `<workbook xmlns="` + mainSpace + `" xmlns:r="` + relationSpace + `">` + dates + `<bookViews><workbookView/></bookViews><sheets>` + sheets.String() + `</sheets></workbook>`
	if err := add("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", asBytes(workbook)); err != nil {
		return err
	}
	for _, p := range [][2]string{
		{"xl/_rels/workbook.xml.rels", fmt.Sprintf(relationships, rels.String())},
		{"_rels/.rels", fmt.Sprintf(relationships, `<Relationship Id="rId1" Type="`+transitionalRelations+`officeDocument" Target="xl/workbook.xml"/>`)},
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="` + typeRelation +
			`"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="vml" ContentType="` + typeDrawing + `"/>` + types.String() + `</Types>`},
	} {
		if err := part(z, p[0], asBytes(p[1])); err != nil {
			return err
		}
	}
	return z.Close()
}

func asBytes(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// maker writes the sheets of a new workbook.
type maker struct {
	Values
	styles            *styles
	text, date, whole int
	zeros             map[uint8]int
}

func (m *maker) notes(z *zip.Writer, i int, notes []note, add func(string, string, func(io.Writer) error) error) error {
	data, _, fresh, err := mergeNotes([]byte(newNotes(false)), notes)
	if err != nil {
		return err
	}
	at := &survey{height: 15, errors: -1}
	shapes, err := mergeShapes([]byte(newDrawing(i)), i, nil, fresh, notes, at)
	if err != nil {
		return err
	}
	if err := add(fmt.Sprintf("xl/comments%d.xml", i+1), typeNotes, asBytes(string(data))); err != nil {
		return err
	}
	if err := part(z, fmt.Sprintf("xl/drawings/vmlDrawing%d.vml", i+1), asBytes(string(shapes))); err != nil {
		return err
	}
	rels := fmt.Sprintf(xmlHead+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="%[1]svmlDrawing" Target="../drawings/vmlDrawing%[2]d.vml"/><Relationship Id="rId2" Type="%[1]scomments" Target="../comments%[2]d.xml"/></Relationships>`,
		transitionalRelations, i+1)
	return part(z, fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", i+1), asBytes(rels))
}

// sheet writes the rows of a sheet with the marks among them.
func (m *maker) sheet(w io.Writer, i int, marks *sheetMarks, noted bool) error {
	b := bufio.NewWriterSize(w, 64<<10)
	column, width := -1, 16
	again := marks.table != nil && marks.table.Returned >= 0
	if marks.table != nil {
		free := &survey{errors: -1}
		err := m.Rows(i, func(r Row) error {
			for c := range r.Cells {
				if r.Number >= marks.table.HeaderRow && r.Cells[c].Kind != Empty {
					free.fill(c)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		free.place(marks.table)
		column = free.errors
	}
	fmt.Fprintf(b, xmlHead+`<worksheet xmlns="%s" xmlns:r="%s"><sheetFormatPr defaultRowHeight="15"/><cols>`, mainSpace, relationSpace)
	if column > 0 {
		fmt.Fprintf(b, `<col min="1" max="%d" width="%d" customWidth="1"/>`, column, width)
	}
	if column >= 0 {
		fmt.Fprintf(b, `<col min="%[1]d" max="%[1]d" width="%[2]d" customWidth="1"/>`, column+1, sentenceWidth)
	} else {
		fmt.Fprintf(b, `<col min="1" max="%d" width="%d" customWidth="1"/>`, lastColumn+1, width)
	}
	b.WriteString(`</cols><sheetData>`)
	err := m.Rows(i, func(r Row) error {
		cells := r.Cells
		rm := marks.at(r.Number)
		sentence := ""
		if t := marks.table; t != nil && column >= 0 {
			switch {
			case r.Number == t.HeaderRow && !again:
				sentence = osms.ReturnedHeader
			case r.Number > t.LastHeaderRow && rm != nil:
				sentence = rm.sentence
			}
		}
		n := len(cells)
		if rm != nil {
			n = max(n, rm.cells[len(rm.cells)-1].column+1)
		}
		if sentence != "" {
			n = max(n, column+1)
		}
		height := ""
		if sentence != "" {
			height = fmt.Sprintf(` ht="%d"`, textHeight(sentence, sentenceLine))
		}
		fmt.Fprintf(b, `<row r="%d"%s>`, r.Number, height)
		for c := range n {
			severity := osms.Severity("")
			if rm != nil {
				for _, mk := range rm.cells {
					if mk.column == c {
						severity = mk.severity
					}
				}
			}
			var value Cell
			if c < len(cells) {
				value = cells[c]
			}
			at := cell{r.Number, c}
			switch t := marks.table; {
			case c == column && sentence == osms.ReturnedHeader:
				writeText(b, at, m.styles.marked(m.text, osms.Refused), sentence)
			case c == column && sentence != "":
				writeText(b, at, m.styles.sentence(), sentence)
			case c == column && again && t != nil && r.Number > t.LastHeaderRow:
			default:
				m.cell(b, at, value, severity)
			}
		}
		_, err := b.WriteString(`</row>`)
		return err
	})
	if err != nil {
		return err
	}
	b.WriteString(`</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>`)
	if noted {
		b.WriteString(`<legacyDrawing r:id="rId1"/>`)
	}
	b.WriteString(`</worksheet>`)
	return b.Flush()
}

func (m *maker) cell(b *bufio.Writer, at cell, c Cell, severity osms.Severity) {
	style, kind := m.text, ""
	switch c.Kind {
	case Number:
		style = 0
		switch {
		case c.Date:
			style = m.date
		case c.Zeros > 0:
			style = m.padded(c.Zeros)
		}
	case Bool:
		style, kind = 0, "b"
	case Error:
		style, kind = 0, "e"
	case Text:
		if m.CSV && lostZeros(c.Text) {
			c.Kind, style = Number, m.whole
		}
	}
	if severity != "" {
		style = m.styles.marked(style, severity)
	}
	switch c.Kind {
	case Empty:
		if severity != "" {
			fmt.Fprintf(b, `<c r="%s" s="%d"/>`, osms.CellName(at.column, at.row), style)
		}
	case Text:
		writeText(b, at, style, c.Text)
	default:
		if kind != "" {
			kind = ` t="` + kind + `"`
		}
		fmt.Fprintf(b, `<c r="%s" s="%d"%s><v>%s</v></c>`, osms.CellName(at.column, at.row), style, kind, escape(c.Text))
	}
}

// lostZeros reports a number that may have lost the zeros it began with.
func lostZeros(s string) bool {
	if len(s) < 9 || len(s) > 11 || s[0] == '0' {
		return false
	}
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil && s[0] != '+'
}

// padded is the format of a number shown with zeros before it.
func (m *maker) padded(digits uint8) int {
	if n, ok := m.zeros[digits]; ok {
		return n
	}
	n := m.styles.append(fmt.Sprintf(`<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, m.styles.format(strings.Repeat("0", int(min(digits, 15))))))
	m.zeros[digits] = n
	return n
}
