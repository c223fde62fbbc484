package country

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// paymentTable writes lists as rows: a row a person, with the payment that it
// is part of.
type paymentTable struct {
	form  *listForm
	warn  func(Refusal) error
	out   table
	end   func() error
	rows  int
	total osms.Tiyn
}

func newPaymentTable(w io.Writer, f *listForm, warn func(Refusal) error) (*paymentTable, error) {
	t := &paymentTable{form: f, warn: warn}
	if f.csv() {
		out, err := newCSV(w, &f.dress)
		if err != nil {
			return nil, err
		}
		t.out, t.end = out, out.close
	} else {
		book := newWorkbook(w, &f.dress)
		sheet, err := book.sheet(paymentSheet, []int{8, 16, 40, 18, 18, 8, 44, 18, 16, 20, 34})
		if err != nil {
			return nil, err
		}
		t.out = sheet
		t.end = func() error {
			if err := sheet.close(); err != nil {
				return err
			}
			return book.close()
		}
	}
	headings := []string{"№", "ИИН", "ФИО", "Период", "Сумма", "КНП", "Плательщик", "БИН/ИИН плательщика", "Дата платежа", "Референс", "Регион"}
	if f.language == "kk" {
		headings = []string{"р/с", "ЖСН", "ТАӘ", "Кезең", "Сомасы", "ТТК", "Төлеуші", "Төлеушінің БСН/ЖСН", "Дата платежа", "Референс", "Регион"}
	}
	row := make([]cell, len(headings))
	for i, h := range headings {
		row[i] = cell{kind: text, style: headed, text: h}
	}
	_, err := t.put(row)
	return t, err
}

const paymentSheet = "Платежи"

// put writes a row, without the region where the form has no column for it, and
// gives its number.
func (t *paymentTable) put(row []cell) (int, error) {
	if !t.form.region {
		row = row[:10]
	}
	if t.form.russianOnly() {
		for i := range row {
			row[i].text = typist.Replace(row[i].text)
		}
	}
	return t.out.write(line{cells: row})
}

func (t *paymentTable) paper(p *paper) error {
	for i := range p.items {
		x := &p.items[i]
		t.rows++
		amount := x.amount
		if p.returned() {
			amount = -amount
		}
		t.total += amount
		region := ""
		if x.region != 0 {
			region = [...]string{x.region.In(t.form.language), x.region.String()}[t.rows%2]
			if t.form.russianOnly() {
				region = x.region.In("ru")
			}
		}
		how := asDotted
		if !t.form.csv() {
			how = asSerial
		}
		row := []cell{digits(t.rows), words(x.digits()), words(x.name.String()), monthCell(x.month, &t.form.dress, t.rows), amountCell(amount, &t.form.dress, t.rows),
			words(p.knp), words(p.payer.name), words(p.payer.bin), dateCell(p.dated, how), words(p.reference), words(region)}
		n, err := t.put(row)
		if err == nil && x.fault != "" {
			r := Refusal{Cell: osms.CellName(1, n), Row: n, Field: "iin", Code: x.fault, Value: row[1].text}
			if !t.form.csv() {
				r.Sheet = paymentSheet
			}
			err = t.warn(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// close adds the sum where the form is a workbook.
func (t *paymentTable) close() error {
	if !t.form.csv() {
		row := make([]cell, 11)
		row[0], row[4] = cell{kind: text, style: headed, text: "Итого"}, cell{kind: number, style: money, text: t.total.String()}
		if _, err := t.put(row); err != nil {
			return fmt.Errorf("the sum: %w", err)
		}
	}
	return t.end()
}
