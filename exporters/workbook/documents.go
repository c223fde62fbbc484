package workbook

import "osmsd/sync/osms"

// documentKind names a sort of payment document.
func documentKind(k osms.DocumentKind) label {
	switch k {
	case osms.DocumentMovement:
		return label{"шот қозғалысы", "движение по счёту", "movement"}
	case osms.DocumentList:
		return label{"адамдар тізімі", "список людей", "list of persons"}
	}
	return alone(string(k))
}

// documentSheet lists the payment documents that were looked at, and whether the
// money of each is known; nil when there are none.
func documentSheet(r osms.Reconciliation, lang string) *sheet {
	if len(r.Documents) == 0 {
		return nil
	}
	return &sheet{
		name: label{"Құжаттар", "Документы", "Documents"}.tab(lang), colour: "A9B8C6", freeze: 1, rows: len(r.Documents),
		top: topLines(r, lang, label{"Қаралған төлем құжаттары", "Рассмотренные платёжные документы", "Payment documents that were looked at"}),
		columns: []column{
			{label{"№", "№", "No"}, 7, asInt},
			{label{"Құжат", "Документ", "Document"}, 18, asCentre},
			{label{"Пішімі", "Формат", "Format"}, 10, asCentre},
			{label{"Сілтеме", "Референс", "Reference"}, 20, asText},
			{label{"Құжат №", "Документ №", "Document No"}, 12, asCentre},
			{label{"Күні", "Дата", "Dated"}, 12, asDay},
			{label{"Шотқа өткізілген", "Проведён", "Booked"}, 12, asDay},
			{label{"Төлеуші", "Плательщик", "Payer"}, 28, asText},
			{label{"Төлеушінің БСН/ЖСН-і", "БИН/ИИН плательщика", "Payer's BIN or IIN"}, 15, asCode},
			{label{"ТТК", "КНП", "KNP"}, 7, asCode},
			{codeTitle, 7, asCode},
			{regionTitle, 22, asText},
			{label{"Адам", "Человек", "Persons"}, 11, asInt},
			{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 19, asMove},
			{label{"Ақшасы табылды", "Деньги найдены", "Money is linked"}, 12, asCentre},
			{label{"Импорт №", "Импорт №", "Import"}, 9, asCentre},
			{label{"Файл", "Файл", "File"}, 28, asText},
		},
		fill: func(w *rowWriter) error {
			for i, d := range r.Documents {
				kind, linked := plainRow, yesTitle
				if !d.Linked {
					kind, linked = warnRow, noTitle
				}
				row := []any{i + 1, documentKind(d.Kind).in(lang), shown(d.Format), shown(d.Reference), shown(d.Number), d.Dated, d.Booked,
					shown(d.Payer), shown(d.PayerID), shown(d.KNP), d.Region.String(), regionLabel(d.Region).in(lang), d.Persons, d.Amount,
					linked.line(lang), importCell(d.Import), shown(d.File)}
				if err := w.fit(kind, row...); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
