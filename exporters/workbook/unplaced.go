package workbook

import (
	"fmt"

	"osmsd/sync/osms"
)

// unplacedSheet shows the money that stands on no line, with its persons and
// documents and why; nil when there is none.
func unplacedSheet(r osms.Reconciliation, lang string) *sheet {
	if len(r.Unplaced) == 0 {
		return nil
	}
	var all []behind
	rows := 0
	for _, u := range r.Unplaced {
		for i := range u.Behind {
			all = append(all, behind{BridgePerson: &u.Behind[i]})
		}
		rows += len(u.Behind) + 1
	}
	columns := paymentColumns(lang, all)
	s := &sheet{
		name: label{"Орнынсыз ақша", "Деньги без места", "Money without a place"}.tab(lang), colour: "C98A2B", freeze: 1, rows: rows,
		top: topLines(r, lang, label{"Ешбір өңір мен айға жазылмаған ақша: салыстыруға кірмейді", "Деньги, не отнесённые ни к региону, ни к месяцу: в сверку не входят",
			"Money on no line of any region and month: not in the reconciliation"}),
		columns: []column{{label{"Неге", "Почему", "Why"}, 40, asText}},
	}
	for _, c := range columns {
		s.columns = append(s.columns, c.column)
	}
	s.fill = func(w *rowWriter) error {
		for _, u := range r.Unplaced {
			why := told(u.Why.In)
			row := make([]any, len(s.columns))
			row[0] = why.in(lang) + "\n" + why.second(lang)
			for i := range u.Behind {
				for c := range columns {
					row[c+1] = columns[c].of(behind{BridgePerson: &u.Behind[i]})
				}
				if err := w.fit(plainRow, row...); err != nil {
					return err
				}
			}
			clear(row)
			row[0] = why.in(lang) + "\n" + why.second(lang)
			row[2] = fmt.Sprintf("%s: %d %s", totalTitle.line(lang), u.Persons, label{"адам", "чел.", "persons"}.in(lang))
			for c := range columns {
				if columns[c].kind == asMove {
					row[c+1] = u.Amount
				}
			}
			if err := w.fit(closeRow, row...); err != nil {
				return err
			}
		}
		return nil
	}
	return s
}
