package roster

import (
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// readName reads the name from three columns, or from one that holds surname,
// given name and patronymic in this order. A dash stands for a part that the
// person does not have; surname and given name cannot both be a dash, and
// neither may be left empty or hold no letter.
func (p *person) readName() {
	col := &p.r.col
	if col.surname < 0 || col.given < 0 {
		p.fullName()
		return
	}
	parts := [3]*string{&p.Name.Surname, &p.Name.Given, &p.Name.Patronymic}
	dashes := 0
	for i, column := range [3]int{col.surname, col.given, col.patronymic} {
		text, ok := p.namePart(nameFields[i], column)
		if table.IsDash(text) {
			dashes++
			if i == 2 || dashes == 1 {
				continue
			}
			text = ""
		}
		if i < 2 && table.Wordless(text) {
			text = ""
		}
		*parts[i] = p.r.texts.keep(text)
		if ok && text == "" && i < 2 {
			p.refuse(nameFields[i], column, osms.NameMissing, table.At(p.row, column).Text, "")
		}
	}
}

var nameFields = [3]string{"surname", "given_name", "patronymic"}

func (p *person) fullName() {
	column := p.r.col.fullName
	text, ok := p.namePart("full_name", column)
	if !ok {
		return
	}
	if text == "" || table.IsDash(text) || table.Wordless(text) {
		p.refuse("full_name", column, osms.NameMissing, table.At(p.row, column).Text, "")
		return
	}
	name := table.SplitName(text)
	p.Name = osms.Name{Surname: p.r.texts.keep(name.Surname), Given: p.r.texts.keep(name.Given), Patronymic: p.r.texts.keep(name.Patronymic)}
}

// namePart reads one cell of a name: tidied, and refused where letters were
// lost or control characters stand in it. The text lives as long as the row.
func (p *person) namePart(field string, column int) (string, bool) {
	if column < 0 || column >= len(p.row.Cells) {
		return "", true
	}
	c := p.row.Cells[column]
	switch c.Kind {
	case sheet.Empty:
		return "", true
	case sheet.Formula, sheet.Error:
		_, ok := p.cell(field, column)
		return "", ok
	}
	looked := table.Look(c.Text)
	if looked == 0 {
		return c.Text, true
	}
	if p.row.Fault != "" && p.row.FaultColumn == column {
		looked &^= table.Lost // the mark of the fault that is reported already
	}
	if looked&table.ControlSign != 0 {
		p.refuse(field, column, osms.ControlCharacter, c.Text, table.Controls(c.Text))
	}
	// A control character that the reader replaced is refused as such already.
	if looked&table.Lost != 0 && !(p.row.Fault != "" && p.row.FaultColumn == column) {
		p.refuse(field, column, osms.NameLettersLost, c.Text, "")
	}
	if looked&table.Mixed != 0 {
		p.warn(field, column, osms.MixedScript, c.Text, table.MixedWord(c.Text))
	}
	if looked&table.Untidy != 0 {
		return table.Tidy(c.Text), true
	}
	return c.Text, true
}
