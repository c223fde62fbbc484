package workbook

import "osmsd/sync/osms"

// entrySheet lists the ledger lines that were counted.
func entrySheet(r osms.Reconciliation, lang string) sheet {
	return sheet{
		name: label{"Түсімдер", "Поступления", "Ledger entries"}.tab(lang), colour: "A9B8C6", freeze: 1, rows: len(r.Entries),
		top: topLines(r, lang, label{"Есепке алынған түсімдер", "Учтённые поступления", "Ledger entries that were counted"}),
		columns: []column{
			{label{"№", "№", "No"}, 8, asInt},
			{label{"Ай", "Месяц", "Month"}, 11, asCentre},
			{codeTitle, 7, asCode},
			{regionTitle, 34, asText},
			{label{"Санат", "Категория", "Category"}, 12, asCentre},
			{label{"Адам", "Человек", "Persons"}, 13, asInt},
			{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 20, asMoney},
			{label{"Төленген күні", "Дата оплаты", "Paid on"}, 13, asDay},
			{label{"Құжат", "Документ", "Reference"}, 34, asText},
			{label{"Файлдағы жол", "Строка файла", "Row in the file"}, 10, asInt},
		},
		fill: func(w *rowWriter) error {
			var sum osms.Tiyn
			persons := 0
			for i, e := range r.Entries {
				sum += e.Amount
				persons += e.Persons
				if err := w.fit(plainRow, i+1, e.Month.String(), e.Region.String(), regionLabel(e.Region).in(lang),
					category(e.Category), e.Persons, e.Amount, e.PaidOn, shown(e.Reference), int(e.Row)); err != nil {
					return err
				}
			}
			return w.put(totalRow, 18, nil, nil, nil, totalTitle.line(lang), nil, persons, sum, nil, nil, nil)
		},
	}
}
