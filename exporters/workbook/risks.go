package workbook

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// endingDays is how many days each list of endings covers.
const endingDays = 30

// WriteRisks writes what the coming months' lists will run into: the persons
// whose entitlement ends within thirty days and on the days 31 to 60, and the
// employers' payments for persons on the state's list. Personal numbers stand
// whole in it. A person on the list of other days gives ErrDoesNotAddUp before a
// byte is written; the same risks give the same bytes.
func WriteRisks(w io.Writer, r osms.Risks, lang string) error {
	for i, list := range [][]osms.EndingRisk{r.Ending30, r.Ending60} {
		from, to := r.AsOf.Add(i*endingDays), r.AsOf.Add((i+1)*endingDays)
		if i > 0 {
			from = from.Add(1)
		}
		for _, e := range list {
			if e.On < from || e.On > to {
				return fmt.Errorf("risks as at %s: %w: an ending on %s is on the list from %s to %s", r.AsOf, ErrDoesNotAddUp, e.On, from, to)
			}
		}
	}
	b := &book{lang: lang, made: r.AsOf.Time(), title: "OSMS risks " + r.AsOf.String(), foot: r.AsOf.Dotted()}
	b.sheets = append(b.sheets, riskSummary(r, lang),
		endingSheet(r, lang, within30, r.Ending30), endingSheet(r, lang, within60, r.Ending60), employerSheet(r, lang))
	return b.write(w)
}

var (
	within30  = label{"30 күнде аяқталады", "Закончится за 30 дней", "Ends within 30 days"}
	within60  = label{"31–60 күнде аяқталады", "Закончится на 31–60 день", "Ends on days 31 to 60"}
	employers = label{"Жұмыс берушілер төлемі", "Платежи работодателей", "Employers' payments"}
)

// riskTop gives a sheet's title rows.
func riskTop(r osms.Risks, lang string, title label) []string {
	at := r.AsOf.Dotted()
	return []string{title.line(lang), label{at + " күніне", "по состоянию на " + at, "as at " + at}.line(lang)}
}

// reasonLabel says why a person's entitlement ends.
func reasonLabel(why osms.RiskReason) label {
	switch why {
	case osms.RiskTurns18:
		return label{"18 жасқа толады", "исполнится 18 лет", "turns 18"}
	case osms.RiskGraduation:
		return label{"оқуын бітіреді", "окончание учёбы", "graduates"}
	case osms.RiskLeave:
		return label{"академиялық демалыс", "академический отпуск", "academic leave"}
	case osms.RiskLeftOn:
		return label{"шығатын күні хабарланған", "сообщён день выбытия", "a leaving day was reported"}
	}
	return alone(string(why))
}

// riskSummary counts every list by region.
func riskSummary(r osms.Risks, lang string) sheet {
	type counts struct {
		soon, later, payments int
		amount                osms.Tiyn
	}
	byRegion, total := map[osms.Region]*counts{}, counts{}
	of := func(region osms.Region) *counts {
		if byRegion[region] == nil {
			byRegion[region] = &counts{}
		}
		return byRegion[region]
	}
	for _, e := range r.Ending30 {
		of(e.Region).soon++
		total.soon++
	}
	for _, e := range r.Ending60 {
		of(e.Region).later++
		total.later++
	}
	for _, p := range r.EmployerPayments {
		of(p.Region).payments++
		of(p.Region).amount += p.Amount
		total.payments++
		total.amount += p.Amount
	}
	put := func(w *rowWriter, kind rowKind, code string, name label, c counts) error {
		return w.put(kind, 28, code, name.lines(lang), c.soon, c.later, c.payments, c.amount)
	}
	return sheet{
		name: label{"Тәуекелдер", "Риски", "Risks"}.tab(lang), colour: deep, freeze: 2, rows: len(byRegion), below: 1,
		top: riskTop(r, lang, label{"Алдағы айлардың тәуекелдері", "Риски ближайших месяцев", "Risks of the coming months"}),
		columns: []column{
			{codeTitle, 8, asCode}, {regionTitle, 34, asText}, {within30, 22, asInt}, {within60, 22, asInt},
			{employers, 22, asInt}, {label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 22, asMoney},
		},
		fill: func(w *rowWriter) error {
			for _, n := range append(osms.Regions(), osms.RegionName{}) {
				if c := byRegion[n.Region]; c != nil {
					if err := put(w, plainRow, n.Region.String(), regionLabel(n.Region), *c); err != nil {
						return err
					}
				}
			}
			return put(w, totalRow, "", totalTitle, total)
		},
	}
}

func endingSheet(r osms.Risks, lang string, title label, list []osms.EndingRisk) sheet {
	return sheet{
		name: title.tab(lang), colour: "C98A2B", freeze: 3, rows: len(list), top: riskTop(r, lang, title),
		columns: []column{
			{label{"№", "№", "No"}, 8, asInt},
			{label{"ЖСН", "ИИН", "IIN"}, 15, asCode},
			{label{"Тегі, аты, әкесінің аты", "Фамилия, имя, отчество", "Name"}, 38, asText},
			{codeTitle, 7, asCode},
			{regionTitle, 30, asText},
			{label{"Ұйымның БСН-і", "БИН организации", "Organisation's BIN"}, 16, asCode},
			{label{"Санаты", "Категория", "Category"}, 11, asCentre},
			{label{"Күні", "День", "On"}, 12, asDay},
			{label{"Себебі", "Причина", "Reason"}, 40, asText},
		},
		fill: func(w *rowWriter) error {
			for i, e := range list {
				if err := w.fit(plainRow, i+1, iinText(e.Person), e.Name.String(), e.Region.String(), regionLabel(e.Region).in(lang),
					binText(e.BIN), category(e.Category), e.On, reasonLabel(e.Reason).line(lang)); err != nil {
					return err
				}
			}
			return w.put(totalRow, 18, nil, nil, fmt.Sprintf("%s: %d", totalTitle.line(lang), len(list)), nil, nil, nil, nil, nil, nil)
		},
	}
}

func employerSheet(r osms.Risks, lang string) sheet {
	list := r.EmployerPayments
	return sheet{
		name: employers.tab(lang), colour: "C98A2B", freeze: 3, rows: len(list),
		top: append(riskTop(r, lang, employers), label{
			"Мемлекет тізіміндегі адам үшін жұмыс беруші төлеген: мұндай төлем қайтарылады",
			"Работодатель платит за человека из списка государства: такой платёж возвращается",
			"An employer pays for a person on the state's list: such a payment bounces"}.line(lang)),
		columns: []column{
			{label{"№", "№", "No"}, 8, asInt},
			{label{"ЖСН", "ИИН", "IIN"}, 15, asCode},
			{label{"Тегі, аты, әкесінің аты", "Фамилия, имя, отчество", "Name"}, 34, asText},
			{codeTitle, 7, asCode},
			{regionTitle, 26, asText},
			{label{"Ұйымның БСН-і", "БИН организации", "Organisation's BIN"}, 16, asCode},
			{label{"Ай", "Месяц", "Month"}, 10, asCentre},
			{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 17, asMoney},
			{label{"ТТК", "КНП", "KNP"}, 7, asCode},
			{label{"Төлеуші", "Плательщик", "Payer"}, 28, asText},
			{label{"Төлеушінің БСН/ЖСН-і", "БИН/ИИН плательщика", "Payer's BIN or IIN"}, 15, asCode},
			{label{"Сілтеме", "Референс", "Reference"}, 18, asText},
			{label{"Құжат №", "Документ №", "Document No"}, 11, asCentre},
			{label{"Құжат күні", "Дата документа", "Dated"}, 12, asDay},
			{label{"Файл", "Файл", "File"}, 26, asText},
		},
		fill: func(w *rowWriter) error {
			var sum osms.Tiyn
			for i, p := range list {
				sum += p.Amount
				d := p.Document
				if err := w.fit(plainRow, i+1, iinText(p.Person), p.Name.String(), p.Region.String(), regionLabel(p.Region).in(lang),
					binText(p.BIN), p.Month.String(), p.Amount, shown(p.KNP), shown(d.Payer), shown(d.PayerID), shown(d.Reference), shown(d.Number),
					d.Dated, shown(d.File)); err != nil {
					return err
				}
			}
			return w.put(totalRow, 18, nil, nil, fmt.Sprintf("%s: %d", totalTitle.line(lang), len(list)), nil, nil, nil, nil, sum,
				nil, nil, nil, nil, nil, nil, nil)
		},
	}
}
