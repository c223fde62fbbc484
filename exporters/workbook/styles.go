package workbook

import "github.com/xuri/excelize/v2"

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
	hairy   = "C9D1DB" // borders
	money   = `#,##0.00;[Red]\-#,##0.00`
	moves   = `+#,##0.00;[Red]\-#,##0.00;0.00`
	whole   = `#,##0;[Red]\-#,##0`
	dayForm = `dd\.mm\.yyyy`
)

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
	case asDay:
		form = dayForm
		style.Alignment.Horizontal = "center"
	}
	if form != "" {
		style.CustomNumFmt = &form
	}
	return style
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}
