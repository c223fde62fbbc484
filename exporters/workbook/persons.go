package workbook

import (
	"fmt"
	"strconv"

	"osmsd/sync/osms"
)

// behind is a person or document behind a bridge line, with the line's region.
type behind struct {
	region osms.Region
	*osms.BridgePerson
}

// personSheets gives for every kind of line that names persons or documents a
// sheet with all of them, split when they are more than most.
func personSheets(r osms.Reconciliation, lang string, most int) []sheet {
	var sheets []sheet
	for _, kind := range kindsOf(r.Lines) {
		var people []behind
		unnamed, rest := 0, osms.Tiyn(0)
		for _, l := range r.Lines {
			for _, b := range l.Bridge {
				if b.Kind != kind {
					continue
				}
				rest += b.Amount
				unnamed += b.Persons - len(b.Behind)
				for i := range b.Behind {
					rest -= b.Behind[i].Amount
					people = append(people, behind{l.Region, &b.Behind[i]})
				}
			}
		}
		about, page := describe(kind), paymentSheet
		if about.first {
			page = personSheet
		}
		for start := 0; start < len(people); start += most {
			end := min(start+most, len(people))
			s := page(r, lang, about, people, start, end)
			if start > 0 {
				s.name = numbered(s.name, start/most+1)
			}
			if end == len(people) && rest != 0 {
				s.top = append(s.top, stayed(unnamed, rest).line(lang))
			}
			sheets = append(sheets, s)
		}
	}
	return sheets
}

// stayed speaks of those whom another rate concerns: everybody who stayed on the
// list. They are counted, not named.
func stayed(persons int, amount osms.Tiyn) label {
	n, sum := strconv.Itoa(persons), amount.Grouped()
	return label{
		"Тізімде қалғандардың бәрі де басқа мөлшерлемемен: тағы " + n + " адам, " + sum + " теңге, мұнда аталмаған",
		"Иная ставка и у всех, кто остался в списке: ещё " + n + " чел., " + sum + " тенге, поимённо не названы",
		"Another rate also for everybody who stayed: " + n + " more, " + sum + " tenge, not named here",
	}
}

// numbered gives the name of a further sheet of the same list.
func numbered(name string, n int) string {
	suffix := " " + strconv.Itoa(n)
	runes := []rune(name)
	return string(runes[:min(len(runes), 31-len(suffix))]) + suffix
}

// kindsOf lists the kinds that stand in the bridge, known ones in their order.
func kindsOf(lines []osms.ReconciliationLine) []osms.BridgeKind {
	seen := map[osms.BridgeKind]bool{}
	var kinds, others []osms.BridgeKind
	for _, l := range lines {
		for _, b := range l.Bridge {
			if !seen[b.Kind] {
				seen[b.Kind] = true
				others = append(others, b.Kind)
			}
		}
	}
	for _, k := range osms.BridgeKinds() {
		if seen[k] {
			kinds = append(kinds, k)
			delete(seen, k)
		}
	}
	for _, k := range others {
		if seen[k] {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// personSheet writes people[start:end] and, on the last sheet, the sum over
// all of them.
func personSheet(r osms.Reconciliation, lang string, kind bridgeKind, people []behind, start, end int) sheet {
	return sheet{
		name: kind.brief.tab(lang), colour: "7F9DB9", freeze: 2, rows: end - start,
		top: topLines(r, lang, kind.sentence),
		columns: []column{
			{label{"№", "№", "No"}, 8, asInt},
			{label{"ЖСН", "ИИН", "IIN"}, 15, asCode},
			{label{"Тегі, аты, әкесінің аты", "Фамилия, имя, отчество", "Name"}, 40, asText},
			{codeTitle, 7, asCode},
			{regionTitle, 30, asText},
			{label{"Ұйымның БСН-і", "БИН организации", "Organisation's BIN"}, 17, asCode},
			{label{"Санаты: болған", "Категория: была", "Category: was"}, 14, asCentre},
			{label{"Санаты: қазір", "Категория: сейчас", "Category: now"}, 14, asCentre},
			{label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"}, 17, asMove},
			{label{"Импорт №", "Импорт №", "Import"}, 10, asCentre},
			{label{"Файл", "Файл", "File"}, 40, asText},
		},
		fill: func(w *rowWriter) error {
			for i, p := range people[start:end] {
				if err := w.fit(plainRow, start+i+1, iinText(p.Person), p.Name.String(), p.region.String(),
					regionLabel(p.region).in(lang), p.BIN.String(), category(p.Was), category(p.Now),
					p.Amount, importCell(p.Import), shown(p.File)); err != nil {
					return err
				}
			}
			if end < len(people) {
				return nil
			}
			var sum osms.Tiyn
			for _, p := range people {
				sum += p.Amount
			}
			return w.put(totalRow, 18, nil, nil, fmt.Sprintf("%s: %d", totalTitle.line(lang), len(people)),
				nil, nil, nil, nil, nil, sum, nil, nil)
		},
	}
}

// category shows a category of the law; "–" when the person is not on the list.
func category(c osms.Category) string {
	if c == "" {
		return "–"
	}
	return string(c)
}

// iinText gives the whole number, or nothing for none.
func iinText(i osms.IIN) string {
	if i == 0 {
		return ""
	}
	return i.Digits()
}

// importCell is empty when no import is named.
func importCell(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
