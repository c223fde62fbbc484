package workbook

import (
	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// look is how a cell of a template looks.
type look int

const (
	textCell look = iota // below the header
	codeCell
	dateCell
	formName // the title
	formLabel
	formValue
	formCode
	formDay
	formChoice // to be chosen by whoever fills it in
	formNote
	requiredHead
	optionalHead
	rulesHead
	rulesName
	rulesText
	rulesTitle
)

func cellLook(c osms.Column) look {
	switch c.Kind {
	case osms.DigitsColumn:
		return codeCell
	case osms.DateColumn:
		return dateCell
	}
	return textCell
}

// asWritten is the number format that keeps what is typed: without it a group
// "1-2" would become a date and an IIN lose its zeros.
const asWritten = 49

func (f *form) style(l look) (int, error) {
	if id, ok := f.looks[l]; ok {
		return id, nil
	}
	id, err := f.NewStyle(formStyle(l))
	f.looks[l] = id
	return id, err
}

func formStyle(l look) *excelize.Style {
	font := &excelize.Font{Family: "Arial", Size: 10, Color: ink}
	s := &excelize.Style{Font: font, Alignment: &excelize.Alignment{Vertical: "center"}}
	day := dayForm
	switch l {
	case textCell:
		s.NumFmt = asWritten
		s.Alignment.WrapText = true
		inset(s)
		return s
	case codeCell:
		s.NumFmt = asWritten
		s.Alignment.Horizontal = "center"
		return s
	case dateCell:
		s.CustomNumFmt = &day
		s.Alignment.Horizontal = "center"
		return s
	case formName, rulesTitle:
		font.Size, font.Bold, font.Color = 14, true, deep
		return s
	case formNote:
		font.Color, font.Size = quiet, 9
		return s
	}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		s.Border = append(s.Border, excelize.Border{Type: side, Color: hairy, Style: 1})
	}
	s.Alignment.WrapText = true
	if l != requiredHead && l != optionalHead && l != rulesHead {
		inset(s)
	}
	switch l {
	case formLabel:
		s.Fill, font.Size = solid("F3F6FA"), 9
	case formCode:
		font.Bold = true
		s.NumFmt = asWritten
	case formDay:
		font.Bold = true
		s.CustomNumFmt = &day
		s.Fill = solid(offered)
	case formChoice:
		font.Bold = true
		s.Fill = solid(offered)
	case requiredHead, optionalHead, rulesHead:
		font.Bold, font.Color, font.Size = true, "FFFFFF", 9
		s.Fill = solid(deep)
		if l == optionalHead {
			s.Fill = solid("6F87A6")
		}
		s.Alignment.Horizontal = "center"
	case rulesName:
		font.Bold = true
		s.Fill = solid("F3F6FA")
		s.Alignment.Vertical = "top"
	case rulesText:
		s.Alignment.Vertical = "top"
	}
	return s
}

// inset keeps a text off the line on its left.
func inset(s *excelize.Style) { s.Alignment.Horizontal, s.Alignment.Indent = "left", 1 }

// offered is the colour of the cells that stand open to a choice.
const offered = "FFF8DC"
