package roster

import (
	"strings"
	"unicode"
	"unicode/utf8"

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
		if isDash(text) {
			dashes++
			if i == 2 || dashes == 1 {
				continue
			}
			text = ""
		}
		if i < 2 && wordless(text) {
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
	if text == "" || isDash(text) || wordless(text) {
		p.refuse("full_name", column, osms.NameMissing, table.At(p.row, column).Text, "")
		return
	}
	surname, rest, _ := strings.Cut(text, " ")
	given, patronymic, _ := strings.Cut(rest, " ")
	if isDash(patronymic) {
		patronymic = ""
	}
	p.Name = osms.Name{Surname: p.r.texts.keep(surname), Given: p.r.texts.keep(given), Patronymic: p.r.texts.keep(patronymic)}
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
	looked := look(c.Text)
	if looked == 0 {
		return c.Text, true
	}
	if p.row.Fault != "" && p.row.FaultColumn == column {
		looked &^= lost // the mark of the fault that is reported already
	}
	if looked&control != 0 {
		p.refuse(field, column, osms.ControlCharacter, c.Text, controls(c.Text))
	}
	// A control character that the reader replaced is refused as such already.
	if looked&lost != 0 && !(p.row.Fault != "" && p.row.FaultColumn == column) {
		p.refuse(field, column, osms.NameLettersLost, c.Text, "")
	}
	if looked&mixed != 0 {
		p.warn(field, column, osms.MixedScript, c.Text, mixedWord(c.Text))
	}
	if looked&untidy != 0 {
		return tidy(c.Text), true
	}
	return c.Text, true
}

// mixedWord names the letters that stand in the wrong alphabet: those of the
// alphabet with fewer letters in the first mixed word.
func mixedWord(s string) string {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r < 'A' || r == '\u00a0' }) {
		if look(word)&mixed == 0 {
			continue
		}
		var latin, cyrillic []string
		for _, r := range word {
			switch {
			case r >= 0x400 && r < 0x530:
				cyrillic = append(cyrillic, table.ShowRune(r))
			case r < 0x300 && r >= 'A':
				latin = append(latin, table.ShowRune(r))
			}
		}
		if len(latin) <= len(cyrillic) {
			return strings.Join(latin, ", ")
		}
		return strings.Join(cyrillic, ", ")
	}
	return ""
}

// wordless reports a text without a single letter, lost ones counted as letters:
// those are refused by a name of their own.
func wordless(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || r == '?' || r == utf8.RuneError }) < 0
}

func isDash(s string) bool { return s != "" && blankText(s) }
