package workbook

import (
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

func formTitle(m osms.Mode) label {
	if m == osms.Delta {
		return words("Білім алушылар бойынша өзгерістер", "Изменения по обучающимся")
	}
	return words("Білім алушылар тізімі", "Список обучающихся")
}

// The words of the declaration, as the importer reads them in title rows.
var (
	fullList  = words("толық", "полный")
	deltaList = words("өзгерістер", "изменения")
	noChanges = words("Өзгеріс жоқ", "Изменений нет")
)

func listKind(m osms.Mode) label {
	if m == osms.Full {
		return fullList
	}
	return deltaList
}

// declaration fills the rows above the header: what the list is and of whom.
// Each label has its value in the next filled cell, where the importer looks.
func (f *form) declaration() error {
	if err := f.put(listTab, "A1", formTitle(f.list.Mode).line("kk"), formName); err != nil {
		return err
	}
	o := f.list.Organisation
	region := regionLabel(f.list.Region)
	for i, line := range []struct {
		name  label
		value string
		look  look
	}{
		{words("Ұйымның атауы қазақша", "Название на казахском"), o.NameKK, formValue},
		{words("Ұйымның атауы орысша", "Название на русском"), o.NameRU, formValue},
		{words("БСН", "БИН"), o.BIN.Digits(), formCode},
		{words("Өңір", "Регион"), f.list.Region.String() + " – " + region.kk + " / " + region.ru, formValue},
	} {
		row := i + 2
		if err := f.pair(row, "A", "B", line.name.line("kk"), "C", "E", line.value, line.look); err != nil {
			return err
		}
		if err := f.SetRowHeight(listTab, row, float64(max(28, 14*linesOf(line.value, 44)))); err != nil {
			return err
		}
	}
	if err := f.pair(2, "F", "G", words("Тізім түрі", "Вид списка").line("kk"), "H", "H", listKind(f.list.Mode).line("kk"), formChoice); err != nil {
		return err
	}
	if err := f.pair(3, "F", "G", words("Күні", "По состоянию на").line("kk"), "H", "H", "", formDay); err != nil {
		return err
	}
	if err := f.day(listTab, "H3", f.list.AsAt); err != nil {
		return err
	}
	if err := f.pair(4, "F", "G", "Ештеңе өзгермесе, осы жерден таңдаңыз / Если ничего не изменилось, выберите здесь", "H", "H", "", formChoice); err != nil {
		return err
	}
	if err := f.put(listTab, "F5", "* міндетті баған / обязательный столбец", formNote); err != nil {
		return err
	}
	if err := f.put(listTab, "A6", "Әр адамға – бір жол. Ережелер мен мысалдар – «"+rulesTab+"» парағында. / Каждому человеку – одна строка. Правила и примеры – на листе «"+rulesTab+"».", formNote); err != nil {
		return err
	}
	if err := f.SetRowHeight(listTab, 1, 26); err != nil {
		return err
	}
	return f.SetRowHeight(listTab, 6, 18)
}

// pair writes a label and its value, each over the cells from one column to
// another.
func (f *form) pair(row int, labelFrom, labelTo, text, valueFrom, valueTo, value string, l look) error {
	n := strconv.Itoa(row)
	for _, c := range []struct {
		from, to, text string
		look           look
	}{{labelFrom, labelTo, text, formLabel}, {valueFrom, valueTo, value, l}} {
		if err := f.put(listTab, c.from+n, c.text, c.look); err != nil {
			return err
		}
		if c.from == c.to {
			continue
		}
		style, err := f.style(c.look)
		if err != nil {
			return err
		}
		if err := f.SetCellStyle(listTab, c.from+n, c.to+n, style); err != nil {
			return err
		}
		if err := f.MergeCell(listTab, c.from+n, c.to+n); err != nil {
			return err
		}
	}
	return nil
}

// day writes a date; what a spreadsheet cannot count stands as text.
func (f *form) day(sheet, cell string, d osms.Date) error {
	switch {
	case d == 0:
		return nil
	case d < 19000301:
		return f.SetCellStr(sheet, cell, d.Dotted())
	}
	return f.SetCellInt(sheet, cell, int64(serialOf(d)))
}

func serialOf(d osms.Date) int { return d.Sub(osms.Date(18991230)) }

// persons writes those whom the list holds already.
func (f *form) persons() error {
	for i, r := range f.list.Rows {
		lines := 1
		for c, column := range f.list.Columns {
			cell := osms.CellName(c, formFirst+i)
			text, day := formCell(column, r)
			lines = max(lines, linesOf(text, int(formWidth(column))-3))
			if err := f.day(listTab, cell, day); err != nil {
				return err
			}
			if text == "" {
				continue
			}
			if err := f.SetCellStr(listTab, cell, text); err != nil {
				return err
			}
		}
		if lines > 1 {
			if err := f.SetRowHeight(listTab, formFirst+i, float64(13*min(lines, 30)+2)); err != nil {
				return err
			}
		}
	}
	return nil
}

// formCell is what a row states in a column: a text or a day. A name without
// one of its two first parts has a dash there, as the importer wants it.
func formCell(c osms.Column, r osms.Row) (string, osms.Date) {
	switch c.Field {
	case "iin":
		return r.Person.Digits(), 0
	case "surname":
		return orDash(r.Name.Surname), 0
	case "given_name":
		return orDash(r.Name.Given), 0
	case "patronymic":
		return r.Name.Patronymic, 0
	case "birth_date":
		return "", r.Birth
	case "sex":
		return c.Words(string(r.Person.Sex())), 0
	case "study_form":
		return c.Words(string(r.Facts.Form)), 0
	case "level":
		return c.Words(string(r.Facts.Level)), 0
	case "status":
		return c.Words(string(r.Facts.Status)), 0
	case "grade":
		return r.Facts.Grade, 0
	case "group":
		return r.Facts.Group, 0
	case "speciality":
		return r.Facts.Speciality, 0
	case "language":
		return r.Facts.Language, 0
	case "funding":
		return r.Facts.Funding, 0
	case "enrolled_on":
		return "", r.EnrolledOn
	case "left_on":
		return "", r.LeftOn
	case "order":
		return r.Order, 0
	case "order_date":
		return "", r.OrderDate
	}
	return "", 0
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// view freezes the header and sets the page.
func (f *form) view() error {
	if err := f.SetPanes(listTab, &excelize.Panes{
		Freeze: true, XSplit: 2, YSplit: formHead, TopLeftCell: osms.CellName(2, formFirst), ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: "A" + strconv.Itoa(formFirst), ActiveCell: "A" + strconv.Itoa(formFirst), Pane: "bottomLeft"}},
	}); err != nil {
		return err
	}
	end := osms.CellName(len(f.list.Columns)-1, formHead+len(f.list.Rows))
	if err := f.SetSheetDimension(listTab, "A1:"+end); err != nil {
		return err
	}
	head := strconv.Itoa(formHead)
	if err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: listTab,
		RefersTo: "'" + listTab + "'!$" + head + ":$" + head}); err != nil {
		return err
	}
	if err := printing(f.File, sheet{name: listTab, colour: deep}, ""); err != nil {
		return err
	}
	yes := true // the lines to write between
	return f.SetSheetView(listTab, 0, &excelize.ViewOptions{ShowGridLines: &yes})
}

// linesOf is how many lines a text takes in a cell of so many characters.
func linesOf(s string, width int) int {
	lines := 0
	for line := range splitLines(s) {
		lines += max(1, (utf8.RuneCountInString(line)+width-1)/width)
	}
	return lines
}
