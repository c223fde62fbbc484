package workbook

import (
	"math/big"

	"osmsd/sync/osms"
)

var (
	codeTitle         = label{"КАТО", "КАТО", "KATO"}
	regionTitle       = label{"Өңір", "Регион", "Region"}
	totalTitle        = label{"Барлығы", "Итого", "Total"}
	yesTitle          = label{"иә", "да", "yes"}
	noTitle           = label{"жоқ", "нет", "no"}
	organisationTitle = label{"Ұйым", "Организация", "Organisation"}
	outsideTitle      = label{"Жолдардан тыс", "Вне строк", "On no line"}
)

// summarySheet says in its first lines where the money differs most and why.
// Below stand one row a region (due, frozen, ledger, and how much of the
// difference is proved, only stated, or not explained at all) and the map.
func summarySheet(r osms.Reconciliation, lang string) sheet {
	heat := heatOf(r)
	headline := told(r.Headline)
	s := sheet{
		name: label{"Жиынтық", "Свод", "Summary"}.tab(lang), colour: deep, freeze: 3, rows: len(r.Lines),
		below: heatRows + len(r.Unplaced), onePage: true,
		lead: []string{headline.in(lang), headline.second(lang)},
		top:  topLines(r, lang, label{"МӘМС жарналарын салыстыру: жиынтық", "Сверка взносов на ОСМС: свод", "Reconciliation of OSMS contributions: summary"}),
		columns: []column{
			{codeTitle, 7, asCode},
			{alone(regionTitle.in(lang)), 30, asLine},
			{alone(regionTitle.second(lang)), 30, asLine},
			{label{"Қазір тиесілі: адам", "Причитается сейчас: человек", "Due now: persons"}, heatWidth, asInt},
			{label{"Қазір тиесілі, теңге", "Причитается сейчас, тенге", "Due now, tenge"}, heatWidth, asMoney},
			{label{"Бекітілген: адам", "Зафиксировано: человек", "Frozen: persons"}, heatWidth, asInt},
			{label{"Бекітілген, теңге", "Зафиксировано, тенге", "Frozen, tenge"}, heatWidth, asMoney},
			{label{"Түскені: адам", "Поступило: человек", "Ledger: persons"}, heatWidth, asInt},
			{label{"Түскені, теңге", "Поступило, тенге", "Ledger, tenge"}, heatWidth, asMoney},
			{label{"Айырма (түскені − тиесілі)", "Разница (поступило − причитается)", "Difference (ledger − due)"}, heatWidth, asMove},
			{label{"Дәлелмен түсіндірілген", "Объяснено с доказательством", "Explained and proved"}, heatWidth, asMove},
			{label{"Дәлелсіз көрсетілген", "Указано без доказательства", "Stated without proof"}, heatWidth, asMove},
			{label{"Түсіндірілмеген", "Не объяснено", "Unexplained"}, heatWidth, asMove},
			{label{"Түсіндірілмегендегі үлесі", "Доля в необъяснённом", "Share of the unexplained"}, heatWidth, asShare},
		},
	}
	s.fill = func(w *rowWriter) error {
		shares := shareOfRest(r.Lines)
		for i, l := range r.Lines {
			kind := plainRow
			if l.Unexplained != 0 {
				kind = warnRow
			}
			name := regionLabel(l.Region)
			if err := summaryRow(w, kind, l, []osms.ReconciliationLine{l}, l.Region.String(), name.in(lang), name.second(lang), shares[i]); err != nil {
				return err
			}
		}
		if err := summaryRow(w, totalRow, r.Total, r.Lines, "", totalTitle.in(lang), totalTitle.second(lang), nil); err != nil {
			return err
		}
		for _, u := range r.Unplaced {
			if err := outsideRow(w, lang, u); err != nil {
				return err
			}
		}
		return heat.write(w, lang)
	}
	population := told(osms.Population)
	s.top = append(s.top, population.in(lang), population.second(lang))
	return s
}

func summaryRow(w *rowWriter, kind rowKind, l osms.ReconciliationLine, parts []osms.ReconciliationLine, code, name, second string, part any) error {
	proved, stated := osms.Explained(parts...)
	return w.put(kind, 16, code, name, second, l.DuePersons, l.Due, l.FrozenPersons, l.Frozen,
		l.LedgerPersons, l.Ledger, l.Difference, proved, stated, l.Unexplained, part)
}

// outsideRow shows money on no line under the total, in which it is not counted.
func outsideRow(w *rowWriter, lang string, u osms.Unplaced) error {
	said := label{outsideTitle.kk + ": " + u.Why.In("kk"), outsideTitle.ru + ": " + u.Why.In("ru"), outsideTitle.en + ": " + u.Why.In("en")}
	first, second := said.in(lang), said.second(lang)
	cells := make([]any, len(w.cols))
	cells[1], cells[2] = styled{guessRow, asText, first}, styled{guessRow, asText, second}
	cells[7], cells[8] = u.Persons, u.Amount
	return w.put(guessRow, 2+13*max(wrapped(first, w.cols[1].width-1), wrapped(second, w.cols[2].width-1)), cells...)
}

// shareOfRest is the share of each line in what is unexplained, signs left out,
// rounded half up; empty where nothing is.
func shareOfRest(lines []osms.ReconciliationLine) []any {
	whole := new(big.Int)
	for _, l := range lines {
		whole.Add(whole, size(l.Unexplained))
	}
	shares := make([]any, len(lines))
	if whole.Sign() == 0 {
		return shares
	}
	for i, l := range lines {
		n := new(big.Int).Mul(size(l.Unexplained), big.NewInt(20000))
		n.Add(n, whole).Quo(n, new(big.Int).Lsh(whole, 1))
		shares[i] = share(n.Int64())
	}
	return shares
}

// size is an amount without its sign.
func size(t osms.Tiyn) *big.Int { n := big.NewInt(int64(t)); return n.Abs(n) }
