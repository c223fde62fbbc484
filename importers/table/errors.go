package table

import (
	"strings"

	"osmsd/importers/sheet"
)

// errorTexts are the error values of Excel as it shows them in English and in
// Russian, which a CSV, or a cell pasted as a value, holds as text.
var errorTexts = map[string]bool{
	"#N/A": true, "#Н/Д": true,
	"#REF!": true, "#ССЫЛКА!": true,
	"#VALUE!": true, "#ЗНАЧ!": true,
	"#DIV/0!": true, "#ДЕЛ/0!": true,
	"#NAME?": true, "#ИМЯ?": true,
	"#NULL!": true, "#ПУСТО!": true,
	"#NUM!": true, "#ЧИСЛО!": true,
	"#SPILL!": true, "#ПЕРЕНОС!": true,
	"#CALC!": true, "#ВЫЧИСЛ!": true,
	"#GETTING_DATA": true,
}

// markErrors makes texts that are error values cells with an error, so that
// they are judged alike.
func markErrors(row *sheet.Row) {
	for i := range row.Cells {
		c := &row.Cells[i]
		if c.Kind != sheet.Text || len(c.Text) < 4 || len(c.Text) > 64 || !mayBeError(c.Text[0]) {
			continue
		}
		if errorTexts[strings.ToUpper(Trim(c.Text))] {
			c.Kind = sheet.Error
		}
	}
}

// mayBeError reports a first byte that an error value, or a space or mark
// before it, may have.
func mayBeError(b byte) bool { return b <= '#' || b == 0xc2 || b == 0xe2 || b == 0xef }
