package lines

import (
	"slices"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// Remark makes a Handler's Remark that recognises a signature below the list:
// words in place of the number that every line has, the first of them a
// signatory's, and hardly anything else; or a single cell.
func Remark(number string) func(*table.Table, *sheet.Row) bool {
	return func(t *table.Table, row *sheet.Row) bool {
		return !strings.ContainsAny(t.Cell(row, number).Text, "0123456789") && (Filled(row) < 2 || signature(row))
	}
}

func signature(row *sheet.Row) bool {
	filled, first := 0, ""
	for _, c := range row.Cells {
		if k := table.Key(c.Text); k != "" {
			if filled++; first == "" {
				first = k
			}
		}
	}
	for _, word := range []string{"руководитель", "басшы", "исполнитель", "орындаушы", "директор", "бухгалтер", "подпись", "қолы", "мп", "м п", "head", "executor"} {
		if filled <= 3 && strings.HasPrefix(first, word) {
			return true
		}
	}
	return false
}

// InOrder sorts refusals by sheet and row as the file has them.
func InOrder(sheets []string, refusals []osms.Refusal) []osms.Refusal {
	slices.SortStableFunc(refusals, func(a, b osms.Refusal) int {
		if d := slices.Index(sheets, a.Sheet) - slices.Index(sheets, b.Sheet); d != 0 {
			return d
		}
		return a.Row - b.Row
	})
	return refusals
}
