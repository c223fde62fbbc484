package workbook

import (
	"cmp"
	"fmt"
	"slices"

	"osmsd/sync/osms"
)

// payment is a column of a list of payments with what a payment shows in it.
type payment struct {
	column
	of func(p behind) any
}

// paymentColumns are the columns of the second part: who is paid for and who as
// the list writes it, how much, the month or region of the other side, the
// document, and where it stands. A column in which nobody has anything is left
// out, which leaves the others room on paper.
func paymentColumns(lang string, people []behind) []payment {
	return slices.DeleteFunc(everyPaymentColumn(lang), func(c payment) bool {
		return c.kind != asMove && !slices.ContainsFunc(people, func(p behind) bool { return !blank(c.of(p)) })
	})
}

// blank reports a value that shows nothing.
func blank(v any) bool {
	return v == nil || v == "" || v == osms.Date(0)
}

func everyPaymentColumn(lang string) []payment {
	return []payment{
		{column{label{"ЖСН немесе оның орнында жазылғаны", "ИИН или что указано вместо него", "IIN, or what stands for it"}, 18, asCode}, givenIIN},
		{column{label{"Тізілім бойынша аты-жөні", "Имя по реестру", "Name in the register"}, 27, asText}, func(p behind) any { return p.Name.String() }},
		{column{label{"Тізімде жазылғандай", "Как записано в списке", "Name as listed"}, 27, asText}, func(p behind) any { return shown(p.Listed) }},
		{column{codeTitle, 7, asCode}, func(p behind) any { return p.region.String() }},
		{column{regionTitle, 22, asText}, func(p behind) any { return regionLabel(p.region).in(lang) }},
		{column{label{"Ұйымның БСН-і", "БИН организации", "Organisation's BIN"}, 15, asCode}, func(p behind) any { return binText(p.BIN) }},
		{column{organisationTitle, 34, asText}, func(p behind) any { return shown(p.Organisation) }},
		{column{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 17, asMove}, func(p behind) any { return p.Amount }},
		{column{label{"Басқа ай", "Другой месяц", "Other month"}, 10, asCentre}, func(p behind) any { return p.OtherMonth.String() }},
		{column{label{"Басқа өңір", "Другой регион", "Other region"}, 20, asCentre}, func(p behind) any {
			if p.OtherRegion == 0 {
				return nil
			}
			return p.OtherRegion.String() + " " + regionLabel(p.OtherRegion).in(lang)
		}},
		{column{label{"Құжат түрі", "Формат документа", "Document format"}, 11, asCentre}, document(func(d *osms.DocumentRef) any { return shown(d.Format) })},
		{column{label{"Сілтеме", "Референс", "Reference"}, 18, asText}, document(func(d *osms.DocumentRef) any { return shown(d.Reference) })},
		{column{label{"Құжат №", "Документ №", "Document No"}, 11, asCentre}, document(func(d *osms.DocumentRef) any { return shown(d.Number) })},
		{column{label{"Құжат күні", "Дата документа", "Dated"}, 12, asDay}, document(func(d *osms.DocumentRef) any { return d.Dated })},
		{column{label{"Төлеуші", "Плательщик", "Payer"}, 32, asText}, document(func(d *osms.DocumentRef) any { return shown(d.Payer) })},
		{column{label{"Төлеушінің БСН/ЖСН-і", "БИН/ИИН плательщика", "Payer's BIN or IIN"}, 15, asCode}, document(func(d *osms.DocumentRef) any { return shown(d.PayerID) })},
		{column{label{"Импорт №", "Импорт №", "Import"}, 10, asCentre}, func(p behind) any {
			if p.Import == 0 && p.Document != nil {
				return importCell(p.Document.Import)
			}
			return importCell(p.Import)
		}},
		{column{label{"Файл", "Файл", "File"}, 28, asText}, func(p behind) any {
			if p.Document != nil {
				return shown(cmp.Or(p.File, p.Document.File))
			}
			return shown(p.File)
		}},
		{column{label{"Парақ", "Лист", "Sheet"}, 12, asText}, func(p behind) any { return shown(p.Sheet) }},
		{column{label{"Жол", "Строка", "Row"}, 8, asInt}, func(p behind) any { return nilZero(p.Row) }},
	}
}

// document shows what a person's document says; nothing where there is none.
func document(of func(d *osms.DocumentRef) any) func(behind) any {
	return func(p behind) any {
		if p.Document == nil {
			return nil
		}
		return of(p.Document)
	}
}

// givenIIN is the whole number, or what the list writes for it.
func givenIIN(p behind) any {
	if p.Person == 0 {
		return shown(p.Given)
	}
	return p.Person.Digits()
}

func binText(b osms.BIN) string {
	if b == 0 {
		return ""
	}
	return b.Digits()
}

// paymentSheet writes people[start:end] of a kind of the second part; the last
// sheet has the sum over all of them.
func paymentSheet(r osms.Reconciliation, lang string, kind bridgeKind, people []behind, start, end int) sheet {
	columns := paymentColumns(lang, people)
	s := sheet{name: kind.brief.tab(lang), colour: "7F9DB9", freeze: 2, rows: end - start, top: topLines(r, lang, kind.sentence),
		columns: []column{{label{"№", "№", "No"}, 7, asInt}}}
	for _, c := range columns {
		s.columns = append(s.columns, c.column)
	}
	s.fill = func(w *rowWriter) error {
		row := make([]any, len(s.columns))
		var sum osms.Tiyn
		for i, p := range people {
			sum += p.Amount
			if i < start || i >= end {
				continue
			}
			row[0] = i + 1
			for c := range columns {
				row[c+1] = columns[c].of(p)
			}
			if err := w.fit(plainRow, row...); err != nil {
				return err
			}
		}
		if end < len(people) {
			return nil
		}
		clear(row)
		row[2] = fmt.Sprintf("%s: %d", totalTitle.line(lang), len(people))
		for c := range columns {
			if columns[c].kind == asMove {
				row[c+1] = sum
			}
		}
		return w.put(totalRow, 18, row...)
	}
	return s
}
