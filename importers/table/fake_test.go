package table_test

import (
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
)

// sheets makes a source of sheets written as lines with | between the cells; a
// cell of digits is a number.
func sheets(texts ...string) table.Source {
	src := table.Source{Sheets: make([]sheet.Sheet, len(texts))}
	for i := range texts {
		src.Sheets[i].Name = "Лист" + string(rune('1'+i))
	}
	src.Rows = func(i int, each func(*sheet.Row) error) (sheet.Summary, error) {
		n := 0
		for line := range strings.SplitSeq(strings.TrimSuffix(texts[i], "\n"), "\n") {
			n++
			row := sheet.Row{Number: n}
			for text := range strings.SplitSeq(line, "|") {
				text = strings.ReplaceAll(strings.TrimSpace(text), `\n`, "\n")
				kind := sheet.Text
				if text == "" {
					kind = sheet.Empty
				} else if strings.Trim(text, "0123456789") == "" {
					kind = sheet.Number
				}
				row.Cells = append(row.Cells, sheet.Cell{Kind: kind, Text: text})
			}
			if err := each(&row); err != nil {
				return sheet.Summary{}, err
			}
		}
		return sheet.Summary{Rows: n}, nil
	}
	return src
}
