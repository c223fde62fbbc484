package workbook

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

func splitLines(s string) iter.Seq[string] { return strings.SplitSeq(s, "\n") }

// The first and the last day that a date is expected to be.
const (
	earliest osms.Date = 19200101
	latest   osms.Date = 20991231
)

// checks puts hints and rules on the cells to be filled in. Rules of lists and
// of the declaration stop, the others only warn: a person may know better, and
// the importer judges in the end.
func (f *form) checks() error {
	for i, c := range f.list.Columns {
		v := excelize.NewDataValidation(true)
		v.SetSqref(f.down(i))
		v.SetInput(inputTitle(c), c.RuleKK+"\n"+c.RuleRU)
		if err := rule(v, c); err != nil {
			return fmt.Errorf("column %s: %w", c.Field, err)
		}
		if err := f.AddDataValidation(listTab, v); err != nil {
			return err
		}
	}
	kind := excelize.NewDataValidation(false)
	kind.SetSqref("H2")
	kind.SetInput("Тізім түрі · Вид списка", "толық – осы күнгі барлық адам, өзгерістер – тек өзгергендер\nполный – все на эту дату, изменения – только изменившиеся")
	if err := choose(kind, fullList.line("kk"), deltaList.line("kk")); err != nil {
		return err
	}
	day := excelize.NewDataValidation(false)
	day.SetSqref("H3")
	day.SetInput("Күні · Дата списка", "Тізім осы күнге дұрыс болуы керек.\nНа эту дату список должен быть верен.")
	if err := between(day, excelize.DataValidationErrorStyleStop); err != nil {
		return err
	}
	zero := excelize.NewDataValidation(true)
	zero.SetSqref(zeroCell)
	zero.SetInput("Нөлдік есеп · Нулевой отчёт", "Кестеде бір де бір жол болмағанда ғана таңдаңыз.\nВыбирайте, только если в таблице нет ни одной строки.")
	if err := choose(zero, noChanges.line("kk")); err != nil {
		return err
	}
	bin := excelize.NewDataValidation(false)
	bin.SetSqref("C4")
	if err := twelve(bin, excelize.DataValidationErrorStyleStop); err != nil {
		return err
	}
	for _, v := range []*excelize.DataValidation{kind, day, zero, bin} {
		if err := f.AddDataValidation(listTab, v); err != nil {
			return err
		}
	}
	return nil
}

// inputTitle is the title of a hint; Excel shows 32 characters.
func inputTitle(c osms.Column) string {
	title := strings.ReplaceAll(c.Header(), "\n", " · ")
	if len([]rune(title)) > 32 {
		return c.KK
	}
	return title
}

func rule(v *excelize.DataValidation, c osms.Column) error {
	switch c.Kind {
	case osms.ChoiceColumn:
		var words []string
		for _, choice := range c.Choices {
			words = append(words, choice.Words())
		}
		return choose(v, words...)
	case osms.DateColumn:
		return between(v, excelize.DataValidationErrorStyleWarning)
	case osms.DigitsColumn:
		return twelve(v, excelize.DataValidationErrorStyleWarning)
	}
	return nil
}

func choose(v *excelize.DataValidation, words ...string) error {
	v.SetError(excelize.DataValidationErrorStyleStop, "Тізімнен таңдаңыз", "Тізімдегі сөздердің бірін таңдаңыз.\nВыберите одно из слов списка.")
	return v.SetDropList(words) // says itself when they are too long for one cell
}

func between(v *excelize.DataValidation, style excelize.DataValidationErrorStyle) error {
	v.SetError(style, "Күн · Дата", "Күнді күн.ай.жыл түрінде жазыңыз, мысалы 01.09.2026.\nЗапишите дату как день.месяц.год, например 01.09.2026.")
	return v.SetRange(serialOf(earliest), serialOf(latest), excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween)
}

func twelve(v *excelize.DataValidation, style excelize.DataValidationErrorStyle) error {
	v.SetError(style, "12 цифр", "Нөмірде дәл 12 цифр болуы керек.\nВ номере должно быть ровно 12 цифр.")
	return v.SetRange(12, 12, excelize.DataValidationTypeTextLength, excelize.DataValidationOperatorEqual)
}

// colours shows while the list is being filled in what is still missing, and
// rules the rows that are filled.
func (f *form) colours() error {
	row, end := strconv.Itoa(formFirst), osms.ColumnName(len(f.list.Columns)-1)
	filled := "COUNTA($A" + row + ":$" + end + row + ")>0"
	lacks, err := f.NewConditionalStyle(&excelize.Style{Fill: solid(warm)})
	if err != nil {
		return err
	}
	wrong, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "C00000", Bold: true}})
	if err != nil {
		return err
	}
	ruled := &excelize.Style{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		ruled.Border = append(ruled.Border, excelize.Border{Type: side, Color: hairy, Style: 1})
	}
	lines, err := f.NewConditionalStyle(ruled)
	if err != nil {
		return err
	}
	set := func(where, formula string, style int) error {
		return f.SetConditionalFormat(listTab, where, []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: formula, Format: &style}})
	}
	for i, c := range f.list.Columns {
		cell := "$" + osms.ColumnName(i) + row
		if c.Required {
			if err := set(f.down(i), "AND("+filled+",LEN(TRIM("+cell+"))=0)", lacks); err != nil {
				return err
			}
		}
		if c.Kind == osms.DigitsColumn {
			if err := set(f.down(i), "AND(LEN("+cell+")>0,LEN("+cell+")<>12)", wrong); err != nil {
				return err
			}
		}
		if c.Field == "left_on" {
			if leaving := f.leaving(row); leaving != "" {
				if err := set(f.down(i), "AND("+leaving+",LEN("+cell+")=0)", lacks); err != nil {
					return err
				}
			}
		}
	}
	return set("A"+row+":"+end+strconv.Itoa(f.last()), filled, lines)
}

// leaving is the condition that a row states a leaving status.
func (f *form) leaving(row string) string {
	var any []string
	for i, c := range f.list.Columns {
		if c.Field != "status" {
			continue
		}
		for _, choice := range c.Choices {
			if osms.Status(choice.Value).Leaving() {
				any = append(any, "$"+osms.ColumnName(i)+row+`="`+choice.Words()+`"`)
			}
		}
	}
	if any == nil {
		return ""
	}
	return "OR(" + strings.Join(any, ",") + ")"
}
