package workbook

import "osmsd/sync/osms"

// flatRow is a row of the flat sheet: one figure of one region.
type flatRow struct {
	part    label
	kind    string
	name    label
	proved  label
	persons any
	amount  osms.Tiyn
}

// flatRows gives every figure of a region once.
func flatRows(l osms.ReconciliationLine) []flatRow {
	sums, first, second := label{"сома", "сумма", "sum"}, label{"1: бекітілген − тиесілі", "1: зафиксировано − причитается", "1: frozen − due"},
		label{"2: түскені − бекітілген", "2: поступило − зафиксировано", "2: ledger − frozen"}
	rows := []flatRow{
		{sums, "due", label{"Қазір тиесілі", "Причитается сейчас", "Due now"}, label{}, l.DuePersons, l.Due},
		{sums, "frozen", label{"Бекітілген", "Зафиксировано", "Frozen"}, label{}, l.FrozenPersons, l.Frozen},
		{sums, "ledger", ledgerTitle, label{}, l.LedgerPersons, l.Ledger},
		{sums, "difference", label{"Айырма", "Разница", "Difference"}, label{}, nil, l.Difference},
	}
	for _, b := range l.Bridge {
		about, part, proved := describe(b.Kind), second, noTitle
		if about.first {
			part = first
		}
		if b.Proved {
			proved = yesTitle
		}
		rows = append(rows, flatRow{part, string(b.Kind), about.brief, proved, b.Persons, b.Amount})
	}
	return append(rows, flatRow{second, "unexplained", restStep, noTitle, nil, l.Unexplained})
}

// flatSheet is every figure of every region in a row of its own, as a table for
// pivots. There are no totals in it: they would be counted twice.
func flatSheet(r osms.Reconciliation, lang string) sheet {
	count := 0
	for _, l := range r.Lines {
		count += len(flatRows(l))
	}
	kk, ru := "қаз.", "рус."
	return sheet{
		name: label{"Деректер", "Данные", "Data"}.tab(lang), colour: "5B7F5B", freeze: 4, rows: count, table: "Reconciliation",
		top: topLines(r, lang, label{"Деректер: әр жолда бір көрсеткіш", "Данные: один показатель в строке", "Data: one figure a row"}),
		columns: []column{
			{label{"Ай", "Месяц", "Month"}, 11, asCentre},
			{codeTitle, 8, asCode},
			{alone("Өңір, " + kk), 28, asLine},
			{alone("Регион, " + ru), 30, asLine},
			{label{"Бөлік", "Часть", "Part"}, 56, asLine},
			{label{"Көрсеткіш коды", "Код показателя", "Code"}, 18, asLine},
			{alone("Көрсеткіш, " + kk), 24, asLine},
			{alone("Показатель, " + ru), 24, asLine},
			{label{"Дәлелденген", "Доказано", "Proved"}, 14, asCentre},
			{label{"Адам", "Человек", "Persons"}, 12, asInt},
			{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 22, asMoney},
		},
		fill: func(w *rowWriter) error {
			for _, l := range r.Lines {
				name := regionLabel(l.Region)
				for _, f := range flatRows(l) {
					if err := w.put(plainRow, 15, r.Month.String(), l.Region.String(), name.kk, name.ru, f.part.line(lang), f.kind, f.name.kk, f.name.ru,
						f.proved.line(lang), f.persons, f.amount); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
}
