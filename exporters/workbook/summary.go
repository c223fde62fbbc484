package workbook

import "osmsd/sync/osms"

var (
	codeTitle   = label{"КАТО", "КАТО", "KATO"}
	regionTitle = label{"Өңір", "Регион", "Region"}
	totalTitle  = label{"Барлығы", "Итого", "Total"}
	yesTitle    = label{"иә", "да", "yes"}
	noTitle     = label{"жоқ", "нет", "no"}
)

// summarySheet is one row a region: frozen, due now, ledger, and how much of
// the difference is proved, only stated, or not explained at all.
func summarySheet(r osms.Reconciliation, lang string) sheet {
	row := func(w *rowWriter, kind rowKind, code string, name any, l osms.ReconciliationLine) error {
		proved, stated := osms.Tiyn(0), osms.Tiyn(0)
		for _, b := range l.Bridge {
			if b.Proved {
				proved += b.Amount
			} else {
				stated += b.Amount
			}
		}
		return w.put(kind, 28, code, name, l.FrozenPersons, l.Frozen, l.DuePersons, l.Due,
			l.LedgerPersons, l.Ledger, l.Difference, proved, stated, l.Unexplained)
	}
	return sheet{
		name: label{"Жиынтық", "Свод", "Summary"}.tab(lang), colour: deep, freeze: 2, rows: len(r.Lines),
		top: topLines(r, lang, label{"ӘМС жарналарын салыстыру: жиынтық", "Сверка взносов на ОСМС: свод", "Reconciliation of OSMS contributions: summary"}),
		columns: []column{
			{codeTitle, 7, asCode},
			{regionTitle, 31, asText},
			{label{"Бекітілген: адам", "Зафиксировано: человек", "Frozen: persons"}, 15, asInt},
			{label{"Бекітілген, теңге", "Зафиксировано, тенге", "Frozen, tenge"}, 19, asMoney},
			{label{"Қазір тиесілі: адам", "Причитается сейчас: человек", "Due now: persons"}, 15, asInt},
			{label{"Қазір тиесілі, теңге", "Причитается сейчас, тенге", "Due now, tenge"}, 19, asMoney},
			{label{"Түскені: адам", "Поступило: человек", "Ledger: persons"}, 15, asInt},
			{label{"Түскені, теңге", "Поступило, тенге", "Ledger, tenge"}, 19, asMoney},
			{label{"Айырма (түскені − тиесілі)", "Разница (поступило − причитается)", "Difference (ledger − due)"}, 18, asMove},
			{label{"Дәлелмен түсіндірілген", "Объяснено с доказательством", "Explained and proved"}, 20, asMove},
			{label{"Дәлелсіз көрсетілген", "Указано без доказательства", "Stated without proof"}, 20, asMove},
			{label{"Түсіндірілмеген", "Не объяснено", "Unexplained"}, 18, asMove},
		},
		fill: func(w *rowWriter) error {
			for _, l := range r.Lines {
				kind := plainRow
				if l.Unexplained != 0 {
					kind = warnRow
				}
				if err := row(w, kind, l.Region.String(), regionLabel(l.Region).lines(lang), l); err != nil {
					return err
				}
			}
			return row(w, totalRow, "", totalTitle.line(lang), r.Total)
		},
	}
}
