package workbook

import (
	"slices"

	"github.com/xuri/excelize/v2"
)

// styles holds the style of every kind of cell in every kind of row. They are
// all made at the start, in one order, so that their numbers never differ.
type styles struct{ ids [rowKinds][cellKinds]int }

func (s *styles) id(row rowKind, cell cellKind) int { return s.ids[row][cell] }

const (
	ink     = "1F2933"
	quiet   = "6B7280"
	deep    = "1F4E79" // headings
	pale    = "DCE6F1" // totals, first rows
	warm    = "FCE4D6" // not explained
	sand    = "FFF6DD" // what was found
	hairy   = "C9D1DB" // borders
	money   = `#,##0.00;[Red]\-#,##0.00`
	moves   = `+#,##0.00;[Red]\-#,##0.00;0.00`
	whole   = `#,##0;[Red]\-#,##0`
	dayForm = `dd\.mm\.yyyy`
	tileSum = `+#,##0.00;\-#,##0.00;0.00`
)

// shades are the steps of the map: one hue from white to dark, so that they are
// told apart by those who see no colours, and on a grey print.
var shades = [tileSteps]string{"FFFFFF", "D6E4F2", "92BFDF", "3F7FB5", "123F6D"}

func newStyles(f *excelize.File) (*styles, error) {
	s := new(styles)
	for row := range rowKinds {
		for cell := range cellKinds {
			id, err := f.NewStyle(styleOf(row, cell))
			if err != nil {
				return nil, err
			}
			s.ids[row][cell] = id
		}
	}
	return s, nil
}

func styleOf(row rowKind, cell cellKind) *excelize.Style {
	font := &excelize.Font{Family: "Arial", Size: 10, Color: ink}
	switch row {
	case titleRow:
		font.Size, font.Bold, font.Color = 14, true, deep
		return &excelize.Style{Font: font, Alignment: &excelize.Alignment{Vertical: "center"}}
	case noteRow:
		font.Color = quiet
		return &excelize.Style{Font: font, Alignment: &excelize.Alignment{Vertical: "center"}}
	case leadRow:
		font.Size, font.Bold = 12, true
		return &excelize.Style{Font: font, Fill: solid(sand), Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}
	}
	style := &excelize.Style{Font: font, Alignment: &excelize.Alignment{Vertical: "center"}}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		style.Border = append(style.Border, excelize.Border{Type: side, Color: hairy, Style: 1})
	}
	switch row {
	case headRow:
		font.Bold, font.Color, font.Size = true, "FFFFFF", 9
		style.Fill = solid(deep)
		style.Alignment = &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
		return style
	case totalRow, closeRow:
		font.Bold = true
		style.Fill = solid(pale)
	case openRow:
		font.Bold = true
		style.Fill = solid(pale)
	case warnRow:
		font.Bold = true
		style.Fill = solid(warm)
	case guessRow:
		font.Italic, font.Color = true, "46505C"
		style.Fill = solid("F4F4F0")
	}
	if row >= voidTile && row <= lastTile {
		return tileStyle(row, cell, style)
	}
	form := ""
	switch cell {
	case asText:
		style.Alignment.WrapText = true
	case asCode:
		style.NumFmt = 49
		style.Alignment.Horizontal = "center"
	case asCentre:
		style.Alignment.Horizontal = "center"
		style.Alignment.WrapText = true
	case asInt:
		form = whole
	case asLeftInt:
		form = whole
		style.Alignment.Horizontal = "left"
	case asLeftMoney:
		form = money
		style.Alignment.Horizontal = "left"
	case asMoney:
		form = money
	case asMove:
		form = moves
		if row == openRow || row == closeRow { // where a sum begins and ends
			form = money
		}
	case asShare:
		form = `0.00%`
	case asDay:
		form = dayForm
		style.Alignment.Horizontal = "center"
	}
	if form != "" {
		style.CustomNumFmt = &form
	}
	return style
}

// tileStyle is the style of one half of a tile of the map: the name above, the
// sum below.
func tileStyle(row rowKind, cell cellKind, style *excelize.Style) *excelize.Style {
	style.Font.Size = 8
	style.Alignment = &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	if row == voidTile {
		style.Font.Color = quiet
	} else {
		shade := int(row - firstTile)
		style.Fill = solid(shades[shade])
		if shade > tileSteps/2 {
			style.Font.Color = "FFFFFF"
		}
	}
	if cell == asMove {
		form := tileSum
		style.CustomNumFmt, style.Font.Bold, style.Font.Size = &form, true, 9
		style.Alignment.WrapText = false
	}
	side := "top" // both halves are one tile
	if cell != asMove {
		side = "bottom"
	}
	style.Border = slices.DeleteFunc(style.Border, func(b excelize.Border) bool { return b.Type == side })
	for i := range style.Border {
		style.Border[i].Color = quiet
	}
	return style
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}
