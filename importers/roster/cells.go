package roster

import (
	"strconv"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// refuse adds a fault that refuses the row; one code is said once of a cell.
func (p *person) refuse(field string, column int, code osms.Code, value, detail string) {
	p.refused = true
	for _, f := range p.r.faults[p.first:] {
		if f.Code == code && f.column == column {
			return
		}
	}
	p.r.fault(p.Place, field, column, code, osms.Refused, value, detail)
}

func (p *person) warn(field string, column int, code osms.Code, value, detail string) {
	p.r.fault(p.Place, field, column, code, osms.Warning, value, detail)
}

// fault lists a refusal or warning, unless too many are listed.
func (r *reading) fault(at osms.Place, field string, column int, code osms.Code, severity osms.Severity, value, detail string) {
	if r.listed[severity] >= r.o.MostListed {
		r.out.Unlisted++
		return
	}
	r.listed[severity]++
	r.faults = append(r.faults, fault{int(at.Sheet), int(at.Row), column, osms.Refusal{
		Sheet: r.out.Sheets[at.Sheet], Cell: osms.CellName(max(column, 0), int(at.Row)), Row: int(at.Row), Field: field,
		Code: code, Severity: severity, Value: r.texts.clone(value), Detail: detail}})
}

// countRefused counts a refused row.
func (r *reading) countRefused(p *person) {
	r.out.Refused++
	r.refused = append(r.refused, p.Place)
}

// cell takes the cell of a field that is used; a formula without a value or an
// error value refuses the row.
func (p *person) cell(field string, column int) (sheet.Cell, bool) {
	if column < 0 || column >= len(p.row.Cells) {
		return sheet.Cell{}, true
	}
	c := p.row.Cells[column]
	switch c.Kind {
	case sheet.Formula:
		p.refuse(field, column, osms.FormulaWithoutValue, c.Text, "")
		return sheet.Cell{}, false
	case sheet.Error:
		p.refuse(field, column, osms.ErrorCell, c.Text, "")
		return sheet.Cell{}, false
	case sheet.Text:
		if table.BlankText(c.Text) {
			return sheet.Cell{}, true
		}
	}
	return c, true
}

// shown is a date cell as a person sees it.
func (p *person) shown(column int) string {
	return table.Shown(table.At(p.row, column), p.r.src.Date1904)
}

// value reads a cell whose words stand for values; an unknown word says
// nothing.
func (p *person) value(cache int, field string, column int) string {
	c, ok := p.cell(field, column)
	if !ok || c.Kind == sheet.Empty {
		return ""
	}
	return p.r.values[cache].look(p.r.words, field, c.Text)
}

// text reads a cell that is kept as it was written.
func (p *person) text(field string, column int) string {
	c, ok := p.cell(field, column)
	if !ok || c.Kind == sheet.Empty {
		return ""
	}
	looked := table.Look(c.Text)
	if looked&table.ControlSign != 0 {
		p.refuse(field, column, osms.ControlCharacter, c.Text, table.Controls(c.Text))
		return ""
	}
	if looked&table.Untidy != 0 {
		return p.r.texts.keep(table.Tidy(c.Text))
	}
	return p.r.texts.keep(c.Text)
}

func counts(found, expected int) string {
	return strconv.Itoa(found) + "/" + strconv.Itoa(expected)
}
