package workbook

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

var trendTitle = label{"Бүкіл ел бойынша айлар", "По месяцам, вся страна", "By month, whole country"}

// trendSheet shows the country month by month, with two charts: what was due
// and what arrived, and below what of the difference is proved and what is left
// (a thousand times smaller, so not on one scale). Nil when there is nothing.
func trendSheet(r osms.Reconciliation, lang string) *sheet {
	if len(r.Trend) == 0 {
		return nil
	}
	s := &sheet{
		name: label{"Айлар", "По месяцам", "Months"}.tab(lang), colour: "5B7F5B", freeze: 1, rows: len(r.Trend), onePage: true,
		top: topLines(r, lang, trendTitle),
		columns: []column{
			{label{"Ай", "Месяц", "Month"}, 16, asCentre},
			{label{"Тиесілі: адам", "Причитается: человек", "Due: persons"}, 22, asInt},
			{label{"Тиесілі, теңге", "Причитается, тенге", "Due, tenge"}, 26, asMoney},
			{label{"Бекітілген, теңге", "Зафиксировано, тенге", "Frozen, tenge"}, 26, asMoney},
			{label{"Түскені, теңге", "Поступило, тенге", "Ledger, tenge"}, 26, asMoney},
			{label{"Айырма, теңге", "Разница, тенге", "Difference, tenge"}, 24, asMove},
			{label{"Дәлелденген, теңге", "Доказано, тенге", "Proved, tenge"}, 24, asMove},
			{label{"Қалғаны, теңге", "Остаток, тенге", "Remainder, tenge"}, 24, asMove},
		},
		fill: func(w *rowWriter) error {
			for _, m := range r.Trend {
				kind, row := plainRow, []any{m.Month.String(), m.DuePersons, m.Due, nil, nil, nil, nil, nil}
				if m.Bridged && m.IsFrozen { // one that is not bridged is too large to be compared for a trend
					row[3] = m.Frozen
				}
				if m.Bridged && m.HasMoney {
					row[4], row[5], row[6], row[7] = m.Ledger, m.Ledger-m.Due, m.Proved, m.Remainder
					if m.Remainder != 0 {
						kind = warnRow
					}
				}
				if err := w.put(kind, 18, row...); err != nil {
					return err
				}
			}
			return nil
		},
	}
	first := s.head()
	s.draw = func(f *excelize.File, name string) error {
		negative := slices.ContainsFunc(r.Trend, func(m osms.MonthPoint) bool { return m.Due < 0 || m.Ledger < 0 })
		return drawTrend(f, name, lang, first, len(r.Trend), negative)
	}
	return s
}

// drawTrend hangs the charts below the table.
func drawTrend(f *excelize.File, name, lang string, head, months int, negative bool) error {
	area := func(column int) string {
		c := osms.ColumnName(column)
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", name, c, head+1, c, head+months)
	}
	const height, pixels = 340, 20 // of a chart, of a row of ordinary height
	at := head + months + 2
	for i, c := range []struct {
		title   label
		columns []int
		colours []string
	}{
		{label{"Тиесілі және түскен сома (теңге)", "Причитается и поступило (тенге)", "Due and ledger (tenge)"},
			[]int{2, 4}, []string{"9DB8D2", deep}},
		{label{"Айырмадан дәлелденгені және қалғаны (теңге)", "Из разницы доказано и осталось (тенге)", "Of the difference, proved and left (tenge)"},
			[]int{6, 7}, []string{"3F7FB5", "F2A541"}},
	} {
		chart := frame(c.title.in(lang), height)
		chart.Type, chart.Legend.Position = excelize.Col, "bottom"
		chart.XAxis.TickLabelPosition = excelize.ChartTickLabelLow
		if i == 0 && !negative {
			zero := 0.0 // a column that begins elsewhere misleads
			chart.YAxis.Minimum = &zero
		}
		chart.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "#,##0"}
		for j, column := range c.columns {
			chart.Series = append(chart.Series, excelize.ChartSeries{
				Name: fmt.Sprintf("'%s'!$%s$%d", name, osms.ColumnName(column), head), Categories: area(0), Values: area(column), Fill: solid(c.colours[j]),
			})
		}
		if err := f.AddChart(name, osms.CellName(0, at+i*(height/pixels+2)), chart); err != nil {
			return err
		}
	}
	return nil
}
