package workbook

import (
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

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
		rows += len(l.Bridge) + len(l.Suggestions) + 4 + len(organisationSums(l))
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
			{label{"Қадам", "Шаг", "Step"}, 74, asText},
			{label{"Адам", "Человек", "Persons"}, 12, asInt},
			{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 20, asMove},
			{label{"Дәлелденген", "Доказано", "Proved"}, 14, asCentre},
			{label{"Өспелі жиын, теңге", "Нарастающий итог, тенге", "Running sum, tenge"}, 20, asMoney},
			{label{"Тексеру: 0 болуы тиіс", "Проверка: должно быть 0", "Check: must be 0"}, 18, asMoney},
			{label{"Болжам, теңге: есепке алынбаған", "Догадка, тенге: не учтено", "Guess, tenge: not counted"}, 18, asMove},
		},
		fill: func(w *rowWriter) error {
			for i, l := range blocks {
				name, parts := regionLabel(l.Region), []osms.ReconciliationLine{l}
				if i == 0 {
					name, parts = scope(r), r.Lines
				}
				if err := bridgeBlock(w, lang, name, l, parts); err != nil {
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

// provedMark says whether a kind is proved in all the parts that have it, in
// some, or in none.
func provedMark(kind osms.BridgeKind, parts []osms.ReconciliationLine) label {
	yes, no := false, false
	for _, l := range parts {
		for _, b := range l.Bridge {
			yes = yes || b.Kind == kind && b.Proved
			no = no || b.Kind == kind && !b.Proved
		}
	}
	switch {
	case yes && no:
		return label{"ішінара", "частично", "in part"}
	case yes:
		return yesTitle
	}
	return noTitle
}

// organisationSum is what a line comes to in one organisation, or in those that
// are not shown by themselves.
type organisationSum struct {
	said    label
	persons int
	amount  osms.Tiyn
}

// mostOrganisations is how many organisations stand under a line.
const mostOrganisations = 20

// organisationSums are the organisations for which no list of the payer has a
// line, those with most money first: parts of the line above them, which add up
// to it. A total names no persons, and has none.
func organisationSums(l osms.ReconciliationLine) []organisationSum {
	var parts []osms.OrganisationPart
	for _, b := range l.Bridge {
		if b.Kind == osms.BridgeNotSubmitted {
			parts = osms.ByOrganisation(b.Behind)
		}
	}
	slices.SortStableFunc(parts, func(a, b osms.OrganisationPart) int { return size(b.Amount).Cmp(size(a.Amount)) })
	var sums []organisationSum
	for i, p := range parts {
		if i < mostOrganisations {
			sums = append(sums, organisationSum{alone(strings.TrimSpace("… " + p.BIN.String() + " " + shown(p.Name))), len(p.Behind), p.Amount})
			continue
		}
		if i == mostOrganisations {
			n := len(parts) - i
			sums = append(sums, organisationSum{said: label{fmt.Sprintf("… тағы %d ұйым", n), fmt.Sprintf("… ещё организаций: %d", n), fmt.Sprintf("… %d more organisations", n)}})
		}
		rest := &sums[mostOrganisations]
		rest.persons += len(p.Behind)
		rest.amount += p.Amount
	}
	return sums
}

// bridgeBlock writes one region, or all of them with their parts: due, first
// part, frozen, second part, unexplained, ledger, and the guesses.
func bridgeBlock(w *rowWriter, lang string, name label, l osms.ReconciliationLine, parts []osms.ReconciliationLine) error {
	code, region, running := l.Region.String(), name.lines(lang), l.Due
	height := 14 * (1 + strings.Count(region, "\n")) // a line a language
	put := func(kind rowKind, step string, values ...any) error {
		return w.put(kind, height, append(append([]any{code, region, step}, values...), nil)...)
	}
	part := func(first bool) error {
		for _, b := range l.Bridge {
			about := describe(b.Kind)
			if about.first != first {
				continue
			}
			running += b.Amount
			if err := put(plainRow, about.sentence.lines(lang), b.Persons, b.Amount, provedMark(b.Kind, parts).line(lang), running, nil); err != nil {
				return err
			}
			if b.Kind != osms.BridgeNotSubmitted {
				continue
			}
			for _, o := range organisationSums(l) {
				if err := put(guessRow, o.said.line(lang), o.persons, o.amount, nil, nil, nil); err != nil {
					return err
				}
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
	if err := put(closeRow, ledgerStep.line(lang), l.LedgerPersons, l.Ledger, nil, running, running-l.Ledger); err != nil {
		return err
	}
	for _, g := range l.Suggestions {
		said := told(g.Message)
		text := guessMark.line(lang) + "\n" + said.in(lang) + "\n" + said.second(lang)
		if err := w.put(guessRow, guessHeight, code, region, text, nil, nil, nil, nil, nil, g.Amount); err != nil {
			return err
		}
	}
	return nil
}

var guessMark = label{"Болжам, есепке алынбаған", "Догадка, не учтено", "A guess, not counted"}

// guessHeight holds the mark and two lines of each language.
const guessHeight = 70

// nilZero is an empty cell for none.
func nilZero(n int) any {
	if n == 0 {
		return nil
	}
	return n
}
