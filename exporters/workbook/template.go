package workbook

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// Template is a list for an organisation to fill in.
type Template struct {
	Region osms.Region
	// Organisation as the register knows it; of one that it does not know, the
	// BIN only.
	Organisation osms.Organisation
	Mode         osms.Mode
	AsAt         osms.Date
	Columns      []osms.Column
	// Rows are persons whom the list holds already, to be corrected.
	Rows []osms.Row
}

// WriteTemplate writes a list to fill in: the declaration on top, a header in
// Kazakh and Russian, drop-downs, dates and hints below it for five thousand
// rows more than there are, and a sheet of instructions in both languages. What
// is filled in is read by the importer whose columns these are; nothing on the
// sheet of instructions can be taken for a list or a declaration. The same
// template gives the same bytes.
func WriteTemplate(w io.Writer, t Template) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	if err := t.build(f); err != nil {
		return fmt.Errorf("template for %s: %w", t.Organisation.BIN, err)
	}
	bones := &skeleton{parts: map[string]*bytes.Buffer{}}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return bones })
	if err := f.Write(io.Discard); err != nil {
		return fmt.Errorf("template for %s: %w", t.Organisation.BIN, err)
	}
	return bones.pack(w, nil)
}

func (t Template) build(f *excelize.File) error {
	if err := f.SetDefaultFont("Arial"); err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", listTab); err != nil {
		return err
	}
	form := &form{File: f, list: t, looks: map[look]int{}}
	for _, step := range []func() error{form.columns, form.declaration, form.header, form.persons, form.checks, form.colours,
		form.view, form.instructions} {
		if err := step(); err != nil {
			return err
		}
	}
	f.SetActiveSheet(0)
	moment := t.AsAt.Time().UTC().Format("2006-01-02T15:04:05Z") // the moment of writing would make two files of one template differ
	if err := f.SetDocProps(&excelize.DocProperties{
		Created: moment, Modified: moment, Creator: "osmsd", LastModifiedBy: "osmsd", Title: formTitle(t.Mode).line("kk"), Language: "kk",
	}); err != nil {
		return err
	}
	return f.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel", AppVersion: "16.0300"})
}

// Where things stand on the list's sheet.
const (
	formHead  = 7                // row of the header
	formFirst = formHead + 1     // of the first person
	formSpare = 5000             // rows that are made ready beyond those filled in
	zeroCell  = "H4"             // where no changes are stated
	listTab   = "Тізім · Список" // name of the sheet
	rulesTab  = "Нұсқаулық · Инструкция"
)

// form is a template being written.
type form struct {
	*excelize.File
	list  Template
	looks map[look]int
}

// last is the last row that is made ready.
func (f *form) last() int { return formHead + len(f.list.Rows) + formSpare }

// down is the range of a column's rows.
func (f *form) down(column int) string {
	name := osms.ColumnName(column)
	return name + strconv.Itoa(formFirst) + ":" + name + strconv.Itoa(f.last())
}

// columns gives each column its width, and its format from top to bottom: a
// column style costs nothing, styled cells would be written one by one.
func (f *form) columns() error {
	for i, c := range f.list.Columns {
		name := osms.ColumnName(i)
		if err := f.SetColWidth(listTab, name, name, formWidth(c)); err != nil {
			return err
		}
		style, err := f.style(cellLook(c))
		if err != nil {
			return err
		}
		if err := f.SetColStyle(listTab, name, style); err != nil {
			return err
		}
		if c.Kind == osms.DateColumn {
			continue
		}
		if err := f.AddIgnoredErrors(listTab, f.down(i), excelize.IgnoredErrorsNumberStoredAsText); err != nil {
			return err
		}
	}
	return nil
}

var formWidths = map[string]float64{"iin": 15, "surname": 20, "given_name": 15, "patronymic": 18, "birth_date": 13, "sex": 13,
	"study_form": 26, "level": 31, "grade": 12, "group": 11, "speciality": 28, "language": 15, "funding": 18, "status": 26,
	"enrolled_on": 15, "left_on": 14, "order": 12, "order_date": 13, "note": 20}

func formWidth(c osms.Column) float64 {
	if w, ok := formWidths[c.Field]; ok {
		return w
	}
	return 20
}

// header writes the header, a line for each language.
func (f *form) header() error {
	for i, c := range f.list.Columns {
		kind, text := optionalHead, c.Header()
		if c.Required {
			kind, text = requiredHead, text+" *"
		}
		if err := f.put(listTab, osms.CellName(i, formHead), text, kind); err != nil {
			return err
		}
	}
	return f.SetRowHeight(listTab, formHead, 34)
}

// put writes a text with its look.
func (f *form) put(sheet, cell, text string, l look) error {
	style, err := f.style(l)
	if err != nil {
		return err
	}
	if text != "" {
		if err := f.SetCellStr(sheet, cell, text); err != nil {
			return err
		}
	}
	return f.SetCellStyle(sheet, cell, cell, style)
}
