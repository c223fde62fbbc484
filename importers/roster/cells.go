package roster

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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
		if blankText(c.Text) {
			return sheet.Cell{}, true
		}
	}
	return c, true
}

// shown is a date cell as a person sees it: the day, not its number.
func (p *person) shown(column int) string {
	c := table.At(p.row, column)
	if c.Kind == sheet.Number && c.Date {
		if day := table.ReadDay(c, p.r.src.Date1904).Sure; day != 0 {
			return day.Dotted()
		}
	}
	return c.Text
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
	looked := look(c.Text)
	if looked&control != 0 {
		p.refuse(field, column, osms.ControlCharacter, c.Text, controls(c.Text))
		return ""
	}
	if looked&untidy != 0 {
		return p.r.texts.keep(tidy(c.Text))
	}
	return p.r.texts.keep(c.Text)
}

// blankText reports a cell that says nothing: empty, or a dash.
func blankText(s string) bool {
	switch s {
	case "":
		return true
	case "-", "–", "—":
		return true
	}
	if len(s) > 8 {
		return false
	}
	switch table.Trim(s) {
	case "", "-", "–", "—", "--", "---":
		return true
	}
	return false
}

// What a look at a text tells.
const (
	untidy  = 1 << iota // spaces at the ends, in runs or not plain, or marks that cannot be seen
	control             // a control character that is no white space
	lost                // ? or U+FFFD in the place of letters
	mixed               // a word of Latin and Cyrillic letters
)

// look reads a text once, byte by byte where it is Cyrillic or ASCII.
func look(s string) (found int) {
	latin, cyrillic := false, false
	space := true
	for i := 0; i < len(s); {
		b := s[i]
		switch {
		case b >= 0xd0 && b <= 0xd3 && i+1 < len(s):
			cyrillic, space = true, false
			i += 2
			continue
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			latin, space = true, false
		case b == ' ':
			if space {
				found |= untidy
			}
			space = true
			if latin && cyrillic {
				found |= mixed
			}
			latin, cyrillic = false, false
		case b == '\t' || b == '\n' || b == '\r':
			found |= untidy
			space = true
			if latin && cyrillic {
				found |= mixed
			}
			latin, cyrillic = false, false
		case b < ' ' || b == 0x7f:
			found |= control
		case b < utf8.RuneSelf:
			space = false
			if b == '?' {
				found |= lost
			}
			if latin && cyrillic {
				found |= mixed
			}
			latin, cyrillic = false, false
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			space = false
			switch {
			case r == utf8.RuneError:
				found |= lost
			case unicode.IsSpace(r), table.Invisible(r):
				found |= untidy
			case unicode.IsControl(r):
				found |= control
			case unicode.Is(unicode.Latin, r):
				latin = true
			case unicode.Is(unicode.Cyrillic, r):
				cyrillic = true
			}
			i += size
			if latin && cyrillic {
				found |= mixed
			}
			continue
		}
		i++
	}
	if latin && cyrillic {
		found |= mixed
	}
	if space && s != "" {
		found |= untidy
	}
	return found
}

// tidy trims a text, writes every run of spaces as one and drops marks that
// cannot be seen.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case table.Invisible(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// controls names the control characters of a text.
func controls(s string) string {
	var names []string
	for _, r := range s {
		if unicode.IsControl(r) && !unicode.IsSpace(r) && len(names) < 5 {
			names = append(names, table.ShowRune(r))
		}
	}
	return strings.Join(names, ", ")
}

func counts(found, expected int) string {
	return strconv.Itoa(found) + "/" + strconv.Itoa(expected)
}
