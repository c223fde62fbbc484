package roster

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// statement is one thing that one place declares.
type statement struct {
	source string // "the title rows", "the file name" …
	Declaration
}

// declare settles what the list is before its rows are read: title rows, sheet
// name, file name and configuration each fill what the ones before leave open;
// where two of them say different things the file is held. A sheet without a
// BIN column speaks for the declared organisation; beside a column the declared
// BIN, which may be a letterhead's, only fills its empty cells.
func (r *reading) declare(titles []table.Found) {
	r.binOf = make([]osms.BIN, len(r.src.Sheets))
	var cover []statement // of sheets that hold no table
	own := make([]statement, len(titles))
	for i, f := range titles {
		own[i] = r.titles(r.src.Sheets[i].Name, f.Titles)
		if f.Table == nil {
			cover = append(cover, own[i])
		}
	}
	name := r.fromFileName(r.o.FileName)
	config := statement{"the configuration", r.o.Declared}

	r.settle(append(append([]statement{}, own...), name, config))
	for i, f := range titles {
		if f.Table == nil && len(cover) < len(titles) {
			continue // a cover beside sheets that hold tables
		}
		column := false
		if f.Table != nil {
			_, column = f.Table.Columns["bin"]
		}
		bins := []statement{own[i], {"the name of the sheet", Declaration{BIN: binIn(r.src.Sheets[i].Name)}}}
		bins = append(bins, cover...)
		named := r.firstBIN(bins) // stated inside the file
		r.binOf[i] = named
		outside := r.firstBIN(append(bins, name, config))
		if !column {
			r.binOf[i] = outside
		} else if r.outside == 0 {
			r.outside = outside
		}
		if r.binOf[i] != 0 && !column {
			r.organisation(r.binOf[i]).declared = true
		}
	}
}

// settle fixes kind and day.
func (r *reading) settle(all []statement) {
	for i, s := range all {
		for _, other := range all[:i] {
			if s.Mode != "" && other.Mode != "" && s.Mode != other.Mode {
				r.hold(osms.HoldDeclarationConflict, fmt.Sprintf("%s: %s, %s: %s", other.source, other.Mode, s.source, s.Mode))
			}
			if s.AsAt != 0 && other.AsAt != 0 && s.AsAt != other.AsAt {
				r.hold(osms.HoldDeclarationConflict, fmt.Sprintf("%s: %s, %s: %s", other.source, other.AsAt, s.source, s.AsAt))
			}
		}
		if r.out.Mode == "" {
			r.out.Mode = s.Mode
		}
		if r.out.AsAt == 0 {
			r.out.AsAt = s.AsAt
		}
	}
	if r.out.Mode == "" {
		r.out.Mode = osms.Delta
	}
	r.out.AsAtDeclared = r.out.AsAt != 0
	if !r.out.AsAtDeclared {
		r.out.AsAt = r.o.Received
	}
}

// firstBIN takes the first BIN stated and notes a contradiction.
func (r *reading) firstBIN(all []statement) osms.BIN {
	var first statement
	for _, s := range all {
		switch {
		case s.BIN == 0:
		case first.BIN == 0:
			first = s
		case s.BIN != first.BIN:
			r.hold(osms.HoldDeclarationConflict, fmt.Sprintf("%s: %s, %s: %s", first.source, first.BIN, s.source, s.BIN))
		}
	}
	return first.BIN
}

// titles reads the title rows of a sheet.
func (r *reading) titles(sheetName string, rows []sheet.Row) statement {
	s := statement{source: "the title rows"}
	if sheetName != "" {
		s.source += " of " + sheetName
	}
	for i := range rows {
		for c := range rows[i].Cells {
			cell := rows[i].Cells[c]
			if cell.Kind != sheet.Text {
				continue
			}
			for line := range strings.FieldsFuncSeq(cell.Text, func(r rune) bool { return r == '\n' || r == '\r' || r == ';' }) {
				if table.NoChanges(line) {
					r.out.NoChanges = true
					continue
				}
				r.titleLine(&s, line, nextFilled(&rows[i], c))
			}
		}
	}
	return s
}

// titleLine reads one line of a title cell, "Вид списка: полный"; where only
// the label stands, the value is in the next cell.
func (r *reading) titleLine(s *statement, line string, next sheet.Cell) {
	label, rest, colon := strings.Cut(line, ":")
	what := labelOf(label)
	value := sheet.Cell{Kind: sheet.Text, Text: strings.Trim(table.Trim(rest), "_ .")}
	sure, shown := true, table.Trim(line) // the words are a label and no part of a sentence
	switch {
	case what != "" && value.Text == "":
		value = next
		shown += " " + table.Trim(next.Text)
	case what == "" && !colon:
		what, value.Text = labelBefore(line)
		sure = false
	}
	if what == "" || table.Key(value.Text) == "" {
		return
	}
	read := Declaration{}
	switch what {
	case "mode":
		read.Mode = modeOf(value.Text)
	case "as_at":
		read.AsAt = table.ReadDay(value, r.src.Date1904).Sure
	case "bin":
		read.BIN = table.ReadBIN(value, true).BIN
	}
	if read == (Declaration{}) {
		if sure {
			r.hold(osms.HoldDeclarationConflict, fmt.Sprintf("%s: %q cannot be read", s.source, shown))
		}
		return
	}
	r.add(s, read)
}

// add takes what a further line states.
func (r *reading) add(s *statement, d Declaration) {
	if d.Mode != "" && s.Mode != "" && d.Mode != s.Mode || d.AsAt != 0 && s.AsAt != 0 && d.AsAt != s.AsAt || d.BIN != 0 && s.BIN != 0 && d.BIN != s.BIN {
		r.hold(osms.HoldDeclarationConflict, s.source+" say two different things")
		return
	}
	if d.Mode != "" {
		s.Mode = d.Mode
	}
	if d.AsAt != 0 {
		s.AsAt = d.AsAt
	}
	if d.BIN != 0 {
		s.BIN = d.BIN
	}
}

var labels = map[string]string{
	"вид списка": "mode", "тізім түрі": "mode", "list": "mode", "list type": "mode",
	"по состоянию на": "as_at", "күні": "as_at", "as at": "as_at", "as of": "as_at",
	"бин": "bin", "бсн": "bin", "bin": "bin", "бин организации": "bin", "бин организации образования": "bin", "ұйымның бсн": "bin",
}

// labelOf finds what a label declares, also "БСН / БИН".
func labelOf(text string) string {
	k := table.Key(text)
	if what := labels[k]; what != "" {
		return what
	}
	what := ""
	for part := range strings.SplitSeq(text, "/") {
		switch w := labels[table.Key(part)]; {
		case w == "", what != "" && what != w:
			return ""
		default:
			what = w
		}
	}
	return what
}

// labelBefore finds a label without a colon, "По состоянию на 01.10.2026".
func labelBefore(line string) (what, value string) {
	words := strings.Fields(line)
	for n := min(3, len(words)-1); n > 0; n-- {
		if what := labels[table.Key(strings.Join(words[:n], " "))]; what != "" {
			return what, strings.Join(words[n:], " ")
		}
	}
	return "", ""
}

var modes = map[string]osms.Mode{
	"полный": osms.Full, "полная": osms.Full, "толық": osms.Full, "full": osms.Full,
	"изменения": osms.Delta, "изменение": osms.Delta, "өзгерістер": osms.Delta, "өзгеріс": osms.Delta, "delta": osms.Delta, "changes": osms.Delta,
}

func modeOf(text string) osms.Mode {
	if m := modes[table.Key(text)]; m != "" {
		return m
	}
	mode := osms.Mode("")
	for part := range strings.SplitSeq(text, "/") {
		m := modes[table.Key(part)]
		if m == "" || mode != "" && m != mode {
			return ""
		}
		mode = m
	}
	return mode
}

// nextFilled is the first filled cell to the right of a column.
func nextFilled(row *sheet.Row, column int) sheet.Cell {
	for _, c := range row.Cells[column+1:] {
		if table.Trim(c.Text) != "" {
			return c
		}
	}
	return sheet.Cell{}
}

// fromFileName reads the words "full" or "delta", an ISO date and a BIN.
func (r *reading) fromFileName(name string) statement {
	s := statement{source: "the file name"}
	name = strings.ReplaceAll(name, `\`, "/")
	name = path.Base(name)
	name = strings.TrimSuffix(name, path.Ext(name))
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		switch strings.ToLower(word) {
		case "full":
			r.add(&s, Declaration{Mode: osms.Full})
		case "delta":
			r.add(&s, Declaration{Mode: osms.Delta})
		}
	}
	for i := 0; i+10 <= len(name); i++ {
		if i > 0 && digit(name[i-1]) || i+10 < len(name) && digit(name[i+10]) || name[i+4] != '-' || name[i+7] != '-' {
			continue
		}
		if !digits(name[i:i+4]) || !digits(name[i+5:i+7]) || !digits(name[i+8:i+10]) {
			continue
		}
		day, err := osms.ParseDate(name[i : i+10])
		if err != nil {
			r.hold(osms.HoldDeclarationConflict, "the file name: "+err.Error())
			continue
		}
		r.add(&s, Declaration{AsAt: day})
	}
	r.add(&s, Declaration{BIN: binIn(name)})
	return s
}

// binIn finds the first valid BIN in a name.
func binIn(name string) osms.BIN {
	for i := 0; i+12 <= len(name); i++ {
		if i > 0 && digit(name[i-1]) || i+12 < len(name) && digit(name[i+12]) || !digits(name[i:i+12]) {
			continue
		}
		if bin, err := osms.ParseBIN(name[i : i+12]); err == nil {
			return bin
		}
	}
	return 0
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) {
			return false
		}
	}
	return s != ""
}
