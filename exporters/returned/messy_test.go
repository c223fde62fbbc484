package returned_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// messy is a generated workbook of the sort that akimats send, and what would be
// right in each cell that is wrong.
type messy struct {
	data  []byte
	right map[string]any // by "sheet!cell"
	wrong int
}

// field is a column of a generated roster.
type field struct{ name, kk, ru string }

var fields = []field{
	{"iin", "ЖСН", "ИИН"}, {"surname", "Тегі", "Фамилия"}, {"given", "Аты", "Имя"}, {"patronymic", "Әкесінің аты", "Отчество"},
	{"birth", "Туған күні", "Дата рождения"}, {"sex", "Жынысы", "Пол"}, {"form", "Оқу нысаны", "Форма обучения"},
	{"enrolled", "Қабылданған күні", "Дата зачисления"}, {"note", "Ескертпе", "Телефон родителей"},
}

var bins = []string{"971240666596", "060340000019"}

type writer struct {
	t *testing.T
	f *excelize.File
	r *rand.Rand
	m *messy
}

func (w *writer) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *writer) one(in int) bool { return w.r.IntN(in) == 0 }

// iin makes a number of nobody's with a check digit that fits.
func (w *writer) iin(year, month, day int, male bool) string {
	century := 4
	if year >= 2000 {
		century = 6
	}
	if male {
		century--
	}
	for {
		for check := range 10 {
			s := fmt.Sprintf("%02d%02d%02d%d%04d", year%100, month, day, century, w.r.IntN(10000))
			if _, err := osms.ParseIIN(s+fmt.Sprint(check), 0); err == nil {
				return s + fmt.Sprint(check)
			}
		}
	}
}

// makeMessy makes a workbook; the same seed makes the same.
func makeMessy(t *testing.T, seed uint64) *messy {
	t.Helper()
	w := &writer{t: t, f: excelize.NewFile(), r: rand.New(rand.NewPCG(seed, 7)), m: &messy{right: map[string]any{}}}
	defer w.f.Close()
	sheets := 1 + w.r.IntN(3)
	for i := range sheets {
		name := []string{"Лист1", "Тізім 'А' & Б", "2-бет"}[i]
		if i == 0 {
			w.must(w.f.SetSheetName("Sheet1", name))
		} else {
			_, err := w.f.NewSheet(name)
			w.must(err)
		}
		w.roster(name, w.one(2) || i == 0)
	}
	if w.one(2) {
		w.other()
	}
	if w.one(3) {
		w.must(w.f.SetDefinedName(&excelize.DefinedName{Name: "Форма", RefersTo: "'Лист1'!$A$1:$C$3"}))
	}
	if w.one(3) {
		w.f.SetActiveSheet(sheets - 1)
	}
	var b bytes.Buffer
	w.must(w.f.Write(&b))
	w.m.data = b.Bytes()
	return w.m
}

// other is a sheet that is no roster.
func (w *writer) other() {
	const name = "Диаграмма"
	_, err := w.f.NewSheet(name)
	w.must(err)
	for i := range 5 {
		w.must(w.f.SetCellValue(name, osms.CellName(0, i+1), fmt.Sprint("группа ", i)))
		w.must(w.f.SetCellValue(name, osms.CellName(1, i+1), w.r.IntN(100)))
	}
	w.must(w.f.AddComment(name, excelize.Comment{Cell: "A2", Author: "Айгүл", Text: "осы парақ бөлек"}))
	w.must(w.f.AddChart(name, "D2", &excelize.Chart{Type: excelize.Col,
		Series: []excelize.ChartSeries{{Name: name + "!$A$1", Categories: name + "!$A$1:$A$5", Values: name + "!$B$1:$B$5"}}}))
	if w.one(2) {
		w.must(w.f.SetSheetVisible(name, false))
	}
}

func (w *writer) style(s excelize.Style) int {
	id, err := w.f.NewStyle(&s)
	w.must(err)
	return id
}

func (w *writer) roster(name string, faulty bool) {
	f, first := w.f, w.r.IntN(3) // of the table's columns
	order := append([]field(nil), fields...)
	w.r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	last := first + len(order) - 1
	at := func(c, row int) string { return osms.CellName(c, row) }
	row := 1
	for _, title := range []string{"Білім алушылардың тізімі / Список обучающихся", "БСН: " + bins[0], "Күні: 01.10.2026"} {
		w.must(f.SetCellValue(name, at(first, row), title))
		w.must(f.MergeCell(name, at(first, row), at(last, row)))
		w.must(f.SetCellStyle(name, at(first, row), at(last, row), w.style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: &excelize.Alignment{Horizontal: "center"}})))
		row++
	}
	if w.one(2) {
		w.must(f.SetRowHeight(name, row-1, 33))
		row++
	}
	border := []excelize.Border{{Type: "left", Color: "999999", Style: 1}, {Type: "right", Color: "999999", Style: 1}, {Type: "bottom", Color: "999999", Style: 1}}
	head := w.style(excelize.Style{Border: border, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true}})
	header := row
	for c, fd := range order {
		w.must(f.SetCellValue(name, at(first+c, row), fd.kk))
	}
	w.must(f.SetCellStyle(name, at(first, row), at(last, row), head))
	if w.one(2) {
		row++
		for c, fd := range order {
			w.must(f.SetCellValue(name, at(first+c, row), fd.ru))
		}
		w.must(f.SetCellStyle(name, at(first, row), at(last, row), head))
	}
	if w.one(2) {
		row++
		for c := range order {
			w.must(f.SetCellValue(name, at(first+c, row), c+1))
		}
	}
	text := w.style(excelize.Style{NumFmt: 49, Border: border})
	plain := w.style(excelize.Style{Border: border})
	banded := w.style(excelize.Style{Border: border, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E2EFDA"}}})
	top := row + 1
	for range 4 + w.r.IntN(20) {
		row++
		w.learner(name, row, first, order, faulty && w.one(3))
		style := plain
		if row%2 == 0 {
			style = banded
		}
		for c, fd := range order {
			if s := style; fd.name == "iin" {
				w.must(f.SetCellStyle(name, at(first+c, row), at(first+c, row), text))
			} else if w.one(9) {
				continue // without any style, perhaps without a cell
			} else {
				w.must(f.SetCellStyle(name, at(first+c, row), at(first+c, row), s))
			}
		}
		if w.one(12) {
			w.must(f.SetRowVisible(name, row, false))
		}
		if w.one(15) {
			w.must(f.SetRowHeight(name, row, 28))
		}
	}
	w.furniture(name, header, top, row, first, last, order)
	if w.one(2) {
		w.must(f.SetCellValue(name, at(first, row+2), "Директор ______________ Ж. Үсенов"))
	}
}

// learner writes one row, right or with something wrong.
func (w *writer) learner(name string, row, first int, order []field, faulty bool) {
	male := w.one(2)
	year, month, day := 1998+w.r.IntN(17), 1+w.r.IntN(12), 1+w.r.IntN(28)
	iin := w.iin(year, month, day, male)
	sex, surname := "ж", "Әбдіқалықова"
	if male {
		sex, surname = "м", "Іңкәрбеков"
	}
	right := map[string]any{"iin": iin, "surname": surname, "given": []string{"Гүлнұр", "Өмірбек", "Анна"}[w.r.IntN(3)],
		"patronymic": "", "birth": fmt.Sprintf("%02d.%02d.%04d", day, month, year), "sex": sex, "form": "күндізгі", "enrolled": "01.09.2024", "note": "=8(777)"}
	wrong := map[string]any{}
	formula, broken := "", ""
	if faulty {
		switch w.r.IntN(11) {
		case 0:
			wrong["iin"] = iin[:11] + string('0'+(iin[11]-'0'+1)%10)
		case 1:
			wrong["iin"] = ""
		case 2:
			wrong["iin"] = iin[:10]
		case 3:
			wrong["iin"] = iin[:6] + " " + iin[6:]
		case 4:
			wrong["birth"] = fmt.Sprintf("%02d.%02d.%04d", day, month, year+1)
		case 5:
			wrong["sex"] = map[string]string{"м": "ж", "ж": "м"}[sex]
		case 6:
			wrong["form"] = "=очно"
			wrong["iin"] = "О" + iin[1:]
		case 7:
			wrong["enrolled"] = "31.02.2024"
		case 8:
			wrong["given"] = ""
		case 9:
			formula = "enrolled"
		case 10:
			broken = "birth"
		}
	}
	for c, fd := range order {
		at := osms.CellName(first+c, row)
		value := right[fd.name]
		if x, ok := wrong[fd.name]; ok {
			w.m.right[name+"!"+at] = value
			value = x
		}
		switch {
		case fd.name == formula:
			w.m.right[name+"!"+at] = value
			w.must(w.f.SetCellFormula(name, at, "TODAY()-30"))
		case fd.name == broken:
			w.m.right[name+"!"+at] = value
			w.must(w.f.SetCellFormula(name, at, "NA()"))
		case value != "":
			w.must(w.f.SetCellStr(name, at, value.(string)))
		}
	}
	if len(wrong) > 0 || formula+broken != "" {
		w.m.wrong++
	}
}

// furniture is what stands in a workbook besides cells.
func (w *writer) furniture(name string, header, top, bottom, first, last int, order []field) {
	f := w.f
	at := func(c, row int) string { return osms.CellName(c, row) }
	if w.one(2) {
		w.must(f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: top - 1, TopLeftCell: at(0, top), ActivePane: "bottomLeft"}))
	}
	if w.one(2) {
		d := excelize.NewDataValidation(true)
		d.SetSqref(at(first, top) + ":" + at(first, bottom))
		w.must(d.SetDropList([]string{"күндізгі", "сырттай"}))
		w.must(f.AddDataValidation(name, d))
	}
	if w.one(2) {
		red := 0
		red, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "9A0511"}})
		w.must(err)
		w.must(f.SetConditionalFormat(name, at(first, top)+":"+at(last, bottom), []excelize.ConditionalFormatOptions{{Type: "duplicate", Criteria: "=", Format: &red}}))
	}
	for c := first; c <= last; c++ {
		if w.one(2) {
			w.must(f.SetColWidth(name, osms.ColumnName(c), osms.ColumnName(c), float64(8+w.r.IntN(30))))
		}
	}
	if w.one(3) { // all the columns that nobody needs are hidden
		w.must(f.SetColVisible(name, osms.ColumnName(last+1)+":XFD", false))
	}
	if w.one(3) {
		w.must(f.AddComment(name, excelize.Comment{Cell: at(first, top), Author: "Айгүл", Paragraph: []excelize.RichTextRun{{Text: "тексеру керек", Font: &excelize.Font{Bold: true}}}}))
	}
	if w.one(3) {
		w.must(f.AddComment(name, excelize.Comment{Cell: at(last, bottom), Author: "Айгүл", Text: "соңғы жол"}))
	}
	switch {
	case w.one(4) && top == header+1:
		show := true
		w.must(f.AddTable(name, &excelize.Table{Range: at(first, header) + ":" + at(last, bottom), Name: fmt.Sprintf("T%d", w.r.Uint32()), ShowHeaderRow: &show}))
	case w.one(3):
		w.must(f.AutoFilter(name, at(first, header)+":"+at(last, bottom), nil))
	}
	if w.one(3) {
		var b bytes.Buffer
		w.must(png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 20, 20))))
		w.must(f.AddPictureFromBytes(name, at(last+3, 2), &excelize.Picture{Extension: ".png", File: b.Bytes(), Format: &excelize.GraphicOptions{}}))
	}
	if w.one(4) {
		w.must(f.SetCellValue(name, at(last+1, bottom-1), "жанында тұрған жазба")) // in the way of the sentences
	}
	if w.one(4) {
		w.must(f.SetCellHyperLink(name, at(first, header), "https://example.org/", "External"))
	}
	if w.one(4) {
		w.must(f.ProtectSheet(name, &excelize.SheetProtectionOptions{SelectLockedCells: true}))
	}
	if w.one(4) {
		w.must(f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: "&CТізім"}))
	}
	if w.one(4) {
		w.must(f.AddFormControl(name, excelize.FormControl{Cell: at(last+4, 8), Type: excelize.FormControlButton, Text: "OK", Width: 60, Height: 20}))
	}
}
