package roster

import (
	"fmt"
	"slices"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// isData tells a row that speaks of a person from what people write between
// and below: the title of a group, a signature, "no changes". In doubt a row is
// data: then it is refused aloud, and nobody is absent in silence.
func (r *reading) isData(row *sheet.Row) bool {
	iin := table.At(row, r.col.iin).Text
	if len(iin) >= 9 && digit(iin[0]) || row.Fault != "" {
		return true
	}
	var filled []int
	for c := range row.Cells {
		if k := row.Cells[c].Kind; k == sheet.Error || k == sheet.Formula || table.Trim(row.Cells[c].Text) != "" {
			filled = append(filled, c)
		}
	}
	if len(filled) <= 2 {
		for _, c := range filled {
			if table.NoChanges(row.Cells[c].Text) {
				r.noChanges(row)
				return false
			}
		}
	}
	if countDigits(iin) >= 9 || table.At(row, r.col.iin).Kind > sheet.Bool {
		return true
	}
	if r.signature(row, filled) {
		return false
	}
	return len(filled) != 1 || !r.caption(row, filled[0])
}

// noChanges takes a row that states "no changes", of the organisation whose BIN
// it holds: a table may make the zero return of several.
func (r *reading) noChanges(row *sheet.Row) {
	r.out.NoChanges = true
	if cell := table.At(row, r.col.bin); !table.BlankText(cell.Text) {
		if bin := table.ReadBIN(cell, r.src.CSV).BIN; bin != 0 {
			r.organisation(bin).declared = true
		} else {
			r.hold(osms.HoldDeclarationConflict, fmt.Sprintf("%s: %q is no BIN", placeName(r.table.Name, osms.CellName(r.col.bin, row.Number)), table.Trim(cell.Text)))
		}
	}
}

// caption reports a lone text that titles what follows, "Группа 101", or notes
// what went before: not in the columns of a name, unless it holds a figure.
func (r *reading) caption(row *sheet.Row, column int) bool {
	text := row.Cells[column].Text
	if row.Cells[column].Kind != sheet.Text || !hasLetters(text) {
		return false
	}
	switch column {
	case r.col.fullName, r.col.surname, r.col.given, r.col.patronymic:
		return countDigits(text) > 0 || strings.ContainsAny(text, ":«»\"")
	case r.col.birth, r.col.enrolled, r.col.left, r.col.bin, r.col.sex, r.col.status:
		return column == 0
	}
	return !slices.Contains(r.col.forms, column)
}

// signers are the words with which the lines under a list begin.
var signers = []string{"директор", "басшы", "басшысы", "руководитель", "ректор", "декан", "исполнитель", "орындаушы", "орындаған",
	"бухгалтер", "бас бухгалтер", "главный бухгалтер", "заместитель", "зам директора", "орынбасары", "м п", "м о", "мп", "мо", "подпись", "қолы",
	"тел", "телефон", "ответственный", "жауапты", "проверил", "тексерген", "составил", "құрастырған", "утверждаю", "бекітемін", "согласовано",
	"примечание", "ескертпе", "дата", "күні", "director", "head", "executor", "signature", "прорект", "методист", "секретарь", "хатшы", "*"}

// signature reports a line of signatures or notes: it begins like one, or has a
// blank to be signed, and says nothing of a person's study.
func (r *reading) signature(row *sheet.Row, filled []int) bool {
	signed := false
	for i, c := range filled {
		switch c {
		case r.col.form, r.col.birth, r.col.bin, r.col.enrolled:
			if !strings.Contains(row.Cells[c].Text, "__") && !begins(row.Cells[c].Text) {
				return false
			}
		}
		signed = signed || strings.Contains(row.Cells[c].Text, "___") || i == 0 && begins(row.Cells[c].Text)
	}
	return signed
}

func begins(text string) bool {
	k := table.Key(text)
	for _, w := range signers {
		if k == w || strings.HasPrefix(k, w+" ") {
			return true
		}
	}
	return strings.HasPrefix(text, "*")
}

// filler reports a row that was only prepared: a number, the organisation, a
// form of study filled down, and no trace of a person.
func (r *reading) filler(row *sheet.Row) bool {
	if iin := table.At(row, r.col.iin).Text; iin != "" || row.Fault != "" {
		return false
	}
	for _, c := range [...]int{r.col.iin, r.col.fullName, r.col.surname, r.col.given, r.col.patronymic, r.col.birth, r.col.sex,
		r.col.enrolled, r.col.left, r.col.order, r.col.orderDate} {
		if cell := table.At(row, c); cell.Kind > sheet.Bool || !table.BlankText(cell.Text) {
			return false
		}
	}
	return true
}

func countDigits(s string) (n int) {
	for i := 0; i < len(s); i++ {
		if digit(s[i]) {
			n++
		}
	}
	return n
}

func hasLetters(s string) bool { return strings.Trim(s, "0123456789 .,:;/-+№()\u00a0") != "" }
