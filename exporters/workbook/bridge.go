package workbook

import "osmsd/sync/osms"

var (
	dueStep    = label{"Қазір тиесілі", "Причитается сейчас", "Due now"}
	frozenStep = label{"= Бекітілген тізім", "= Зафиксированный список", "= Frozen list"}
	ledgerStep = label{"= Түскені", "= Поступило", "= Ledger"}
	restStep   = label{"Түсіндірілмеген", "Не объяснено", "Unexplained"}
	country    = label{"Бүкіл ел", "Вся страна", "Whole country"}
)

// bridgeSheet leads from due to ledger, first for the country, then for each
// region (for one region only once). The running sum starts at what is due, passes the frozen list and
// ends at the ledger: the identity can be followed line by line.
func bridgeSheet(r osms.Reconciliation, lang string) sheet {
	blocks := r.Lines
	if len(r.Lines) != 1 {
		blocks = append([]osms.ReconciliationLine{r.Total}, r.Lines...)
	}
	rows := 0
	for _, l := range blocks {
		rows += len(l.Bridge) + 4
	}
	identity := label{
		"Түскені − қазір тиесілі = (бекітілген − қазір тиесілі) + (түскені − бекітілген). Өспелі жиын тиесіліден басталып, түскенге жетеді.",
		"Поступило − причитается сейчас = (зафиксировано − причитается сейчас) + (поступило − зафиксировано). Нарастающий итог идёт от причитающегося к поступившему.",
		"Ledger − due now = (frozen − due now) + (ledger − frozen). The running sum starts at what is due and ends at the ledger.",
	}
	top := topLines(r, lang, label{"Көпір: тиесіліден түскенге дейін", "Мост: от причитающегося к поступившему", "Bridge: from due to ledger"})
	top = append(top, identity.in(lang))
	if second := (label{identity.ru, identity.kk, identity.kk}).in(lang); lang != "" {
		top = append(top, second)
	}
	return sheet{
		name: label{"Көпір", "Мост", "Bridge"}.tab(lang), colour: deep, freeze: 3, rows: rows, top: top,
		columns: []column{
			{codeTitle, 7, asCode},
			{regionTitle, 31, asText},
			{label{"Қадам", "Шаг", "Step"}, 52, asText},
			{label{"Адам", "Человек", "Persons"}, 12, asInt},
			{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 20, asMove},
			{label{"Дәлелденген", "Доказано", "Proved"}, 14, asCentre},
			{label{"Өспелі жиын, теңге", "Нарастающий итог, тенге", "Running sum, tenge"}, 20, asMoney},
			{label{"Тексеру: 0 болуы тиіс", "Проверка: должно быть 0", "Check: must be 0"}, 18, asMoney},
		},
		fill: func(w *rowWriter) error {
			for i, l := range blocks {
				name := regionLabel(l.Region)
				if i == 0 {
					name = scope(r)
				}
				if err := bridgeBlock(w, lang, name, l); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// scope names what the totals speak of: the country, or the one region that
// the report is about.
func scope(r osms.Reconciliation) label {
	if len(r.Lines) == 1 {
		return regionLabel(r.Lines[0].Region)
	}
	return country
}

// bridgeBlock writes one region: due, first part, frozen, second part,
// unexplained, ledger.
func bridgeBlock(w *rowWriter, lang string, name label, l osms.ReconciliationLine) error {
	code, region, running := l.Region.String(), name.lines(lang), l.Due
	put := func(kind rowKind, step string, values ...any) error {
		return w.put(kind, 28, append([]any{code, region, step}, values...)...)
	}
	part := func(first bool) error {
		for _, b := range l.Bridge {
			about := describe(b.Kind)
			if about.first != first {
				continue
			}
			running += b.Amount
			proved := noTitle
			if b.Proved {
				proved = yesTitle
			}
			if err := put(plainRow, about.sentence.lines(lang), b.Persons, b.Amount, proved.line(lang), running, nil); err != nil {
				return err
			}
		}
		return nil
	}
	if err := put(openRow, dueStep.line(lang), l.DuePersons, l.Due, nil, running, nil); err != nil {
		return err
	}
	if err := part(true); err != nil {
		return err
	}
	if err := put(closeRow, frozenStep.line(lang), l.FrozenPersons, l.Frozen, nil, running, running-l.Frozen); err != nil {
		return err
	}
	if err := part(false); err != nil {
		return err
	}
	kind := plainRow
	if l.Unexplained != 0 {
		kind = warnRow
	}
	running += l.Unexplained
	if err := put(kind, restStep.line(lang), nil, l.Unexplained, nil, running, nil); err != nil {
		return err
	}
	return put(closeRow, ledgerStep.line(lang), l.LedgerPersons, l.Ledger, nil, running, running-l.Ledger)
}
