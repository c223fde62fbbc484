package workbook

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// templateColumns are a few columns of every kind.
func templateColumns() []osms.Column {
	return []osms.Column{
		{Field: "iin", KK: "ЖСН", RU: "ИИН", Kind: osms.DigitsColumn, Required: true, RuleKK: "12 цифр.", RuleRU: "12 цифр текстом.", Example: "070315500931"},
		{Field: "surname", KK: "Тегі", RU: "Фамилия", Kind: osms.TextColumn, Required: true, RuleKK: "Куәліктегідей.", RuleRU: "Как в удостоверении.", Example: "Қанатұлы"},
		{Field: "birth_date", KK: "Туған күні", RU: "Дата рождения", Kind: osms.DateColumn, RuleKK: "Күн.ай.жыл.", RuleRU: "День.месяц.год.", Example: "15.03.2007"},
		{Field: "study_form", KK: "Оқу нысаны", RU: "Форма обучения", Kind: osms.ChoiceColumn, Required: true, RuleKK: "Таңдаңыз.", RuleRU: "Выберите.",
			Choices: []osms.Choice{{Value: "full_time", KK: "күндізгі", RU: "очная"}, {Value: "external", KK: "экстернат", RU: "экстернат"}}},
		{Field: "status", KK: "Мәртебесі", RU: "Статус", Kind: osms.ChoiceColumn, RuleKK: "Таңдаңыз.", RuleRU: "Выберите.",
			Choices: []osms.Choice{{Value: "studying", KK: "оқиды", RU: "обучается"}, {Value: "expelled", KK: "шығарылған", RU: "отчислен"}}},
		{Field: "left_on", KK: "Шыққан күні", RU: "Дата выбытия", Kind: osms.DateColumn, RuleKK: "Күн.ай.жыл.", RuleRU: "День.месяц.год."},
	}
}

func sampleTemplate() Template {
	return Template{Region: 63, Mode: osms.Full, AsAt: 20261101, Columns: templateColumns(),
		Organisation: osms.Organisation{BIN: 971240666596, NameKK: "«Өскемен жоғары колледжі» КМҚК", NameRU: "КГКП «Усть-Каменогорский высший колледж»"},
		Rows: []osms.Row{
			{Person: 61211601593, Name: osms.Name{Surname: "=Әбішева"}, Birth: 20061211, Facts: osms.Facts{Form: osms.FullTime, Status: osms.Studying}, LeftOn: 20270630},
			{Person: 60315601150, Birth: 18990101, Facts: osms.Facts{Form: osms.External, Status: osms.Expelled}},
		}}
}

func openTemplate(t *testing.T, s Template) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTemplate(&b, s); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestTemplateCells: every cell, rule and hint of a small template, as text.
func TestTemplateCells(t *testing.T) {
	f := openTemplate(t, sampleTemplate())
	var b strings.Builder
	for _, name := range f.GetSheetList() {
		fmt.Fprintf(&b, "== %s\n", name)
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, text := range row {
				if text != "" {
					fmt.Fprintf(&b, "%s\t%s\n", osms.CellName(x, y+1), strings.ReplaceAll(text, "\n", " ⏎ "))
				}
			}
		}
		rules, err := f.GetDataValidations(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range rules {
			hint := ""
			if v.Prompt != nil {
				hint = strings.ReplaceAll(*v.PromptTitle+": "+*v.Prompt, "\n", " ⏎ ")
			}
			style := ""
			if v.ErrorStyle != nil {
				style = *v.ErrorStyle
			}
			fmt.Fprintf(&b, "rule %s\t%s %s %s %s\t%s\t%s\n", v.Sqref, v.Type, v.Operator, v.Formula1, v.Formula2, style, hint)
		}
		colours, err := f.GetConditionalFormats(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, where := range slices.Sorted(maps.Keys(colours)) {
			for _, c := range colours[where] {
				fmt.Fprintf(&b, "colour %s\t%s\n", where, c.Criteria)
			}
		}
	}
	golden(t, "template.golden.txt", []byte(b.String()))
}

// TestTemplateKeepsWhatIsTyped: numbers and groups are text, down to the end of
// the column, and dates are shown as people here write them.
func TestTemplateKeepsWhatIsTyped(t *testing.T) {
	f := openTemplate(t, sampleTemplate())
	for i, c := range templateColumns() {
		for _, row := range []int{8, 9, 10, 5000, 60000} {
			id, err := f.GetCellStyle(listTab, osms.CellName(i, row))
			if err != nil {
				t.Fatal(err)
			}
			style, err := f.GetStyle(id)
			if err != nil {
				t.Fatal(err)
			}
			if c.Kind == osms.DateColumn && (style.CustomNumFmt == nil || *style.CustomNumFmt != dayForm) || c.Kind != osms.DateColumn && style.NumFmt != asWritten {
				t.Errorf("%s, row %d: format %d %v", c.Field, row, style.NumFmt, style.CustomNumFmt)
			}
		}
	}
	for _, cell := range []string{"A8", "A9", "B8", "C4"} {
		if kind, err := f.GetCellType(listTab, cell); err != nil || kind != excelize.CellTypeSharedString {
			t.Errorf("%s is of type %v, %v", cell, kind, err)
		}
		if formula, err := f.GetCellFormula(listTab, cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
}

// TestTemplatePage: the header stays in sight and on every page.
func TestTemplatePage(t *testing.T) {
	f := openTemplate(t, sampleTemplate())
	panes, err := f.GetPanes(listTab)
	if err != nil || !panes.Freeze || panes.YSplit != formHead {
		t.Errorf("panes %+v, %v", panes, err)
	}
	layout, err := f.GetPageLayout(listTab)
	if err != nil || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 {
		t.Errorf("page %+v, %v", layout, err)
	}
	found := false
	for _, n := range f.GetDefinedName() {
		found = found || n.Name == "_xlnm.Print_Titles" && n.RefersTo == "'"+listTab+"'!$7:$7"
	}
	if !found {
		t.Errorf("no row is repeated: %v", f.GetDefinedName())
	}
}

// TestTemplateBloat: a list that is ready for five thousand rows is small.
func TestTemplateBloat(t *testing.T) {
	var b bytes.Buffer
	if err := WriteTemplate(&b, sampleTemplate()); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 40_000 {
		t.Errorf("%d bytes", b.Len())
	}
}

// TestTemplateLimits: Excel cuts a hint's title at 32 characters and its text
// at 255, and repairs a file that has longer ones.
func TestTemplateLimits(t *testing.T) {
	longer(t, openTemplate(t, sampleTemplate()))
	bad := sampleTemplate()
	bad.Columns[3].Choices[0].KK = strings.Repeat("күндізгі", 32)
	if err := WriteTemplate(&bytes.Buffer{}, bad); err == nil {
		t.Error("a list of more than 255 characters was written into one cell")
	}
}

func longer(t *testing.T, f *excelize.File) {
	t.Helper()
	rules, err := f.GetDataValidations(listTab)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range rules {
		for _, limit := range []struct {
			text *string
			most int
		}{{v.PromptTitle, 32}, {v.ErrorTitle, 32}, {v.Prompt, 255}, {v.Error, 255}} {
			if limit.text != nil && len(utf16.Encode([]rune(*limit.text))) > limit.most {
				t.Errorf("%s: %q is longer than %d", v.Sqref, *limit.text, limit.most)
			}
		}
	}
}
