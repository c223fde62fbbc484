package workbook

import (
	"fmt"
	"strconv"

	"osmsd/sync/osms"
)

// behind is a person behind a bridge line, with the line's region.
type behind struct {
	region osms.Region
	osms.BridgePerson
}

// personSheets gives for every kind of line that names persons a sheet with all
// of them, split when they are more than most.
func personSheets(r osms.Reconciliation, lang string, most int) []sheet {
	var sheets []sheet
	for _, kind := range kindsOf(r) {
		var people []behind
		for _, l := range r.Lines {
			for _, b := range l.Bridge {
				if b.Kind == kind {
					for _, p := range b.Behind {
						people = append(people, behind{l.Region, p})
					}
				}
			}
		}
		for start := 0; start < len(people); start += most {
			end := min(start+most, len(people))
			s := personSheet(r, lang, describe(kind), people, start, end)
			if start > 0 {
				s.name = numbered(s.name, start/most+1)
			}
			sheets = append(sheets, s)
		}
	}
	return sheets
}

// numbered gives the name of a further sheet of the same list.
func numbered(name string, n int) string {
	suffix := " " + strconv.Itoa(n)
	runes := []rune(name)
	return string(runes[:min(len(runes), 31-len(suffix))]) + suffix
}

// kindsOf lists the kinds that stand in the bridge, known ones in their order.
func kindsOf(r osms.Reconciliation) []osms.BridgeKind {
	seen := map[osms.BridgeKind]bool{}
	var kinds, others []osms.BridgeKind
	for _, l := range r.Lines {
		for _, b := range l.Bridge {
			if !seen[b.Kind] {
				seen[b.Kind] = true
				others = append(others, b.Kind)
			}
		}
	}
	for _, k := range bridgeKinds {
		if seen[k.kind] {
			kinds = append(kinds, k.kind)
			delete(seen, k.kind)
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
				if err := w.put(plainRow, 0, start+i+1, iinText(p.Person), p.Name.String(), p.region.String(),
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
