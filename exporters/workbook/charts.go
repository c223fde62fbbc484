package workbook

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// The charts' figures stand on the same sheet, right of the print area: by
// region from column V, the steps of the waterfall from column Z.
const (
	regionData = 21
	stepData   = regionData + 4
)

var (
	waterfallTitle = label{
		"%s: айырма неден құралады (теңге)",
		"%s: из чего складывается разница (тенге)",
		"%s: what the difference is made of (tenge)",
	}
	regionsTitle = label{
		"Тиесілі және түскен сома өңірлер бойынша (теңге)",
		"Причитается и поступило по регионам (тенге)",
		"Due and ledger by region (tenge)",
	}
	ledgerTitle = label{"Түскені", "Поступило", "Ledger"}
)

// chartSheet draws the country's bridge as a waterfall, and due against ledger
// by region. Nil when there is nothing to draw.
func chartSheet(r osms.Reconciliation, lang string) *sheet {
	if len(r.Lines) == 0 {
		return nil
	}
	steps := waterfall(r.Lines, lang)
	colours := label{
		"Көк – дәлелденген, ақшыл көк – аталған, бірақ дәлелсіз, сарғыш – түсіндірілмеген, қара – бүкіл айырма",
		"Синий – доказано, голубой – указано без доказательства, оранжевый – не объяснено, чёрный – вся разница",
		"Blue: proved; pale blue: stated without proof; orange: unexplained; black: the whole difference",
	}
	top := append(topLines(r, lang, label{"Диаграммалар", "Диаграммы", "Charts"}), colours.in(lang), colours.second(lang))
	return &sheet{
		name: label{"Диаграммалар", "Диаграммы", "Charts"}.tab(lang), colour: deep, top: top,
		draw: func(f *excelize.File, name string) error {
			return drawCharts(f, name, lang, fmt.Sprintf(waterfallTitle.in(lang), scope(r).in(lang)), len(top)+2, r.Lines, len(steps))
		},
		fill: func(w *rowWriter) error { return chartData(w, r.Lines, steps, lang) },
	}
}

// chartData writes both tables side by side.
func chartData(w *rowWriter, lines []osms.ReconciliationLine, steps []step, lang string) error {
	w.skip()
	w.cols = make([]column, stepData-regionData+2+2*int(stepLooks))
	for i := range w.cols {
		w.cols[i].kind = asMoney
	}
	w.cols[0].kind, w.cols[stepData-regionData].kind = asText, asText
	heading := []any{regionTitle.in(lang), dueStep.in(lang), ledgerTitle.in(lang), nil,
		label{"Қадам", "Шаг", "Step"}.in(lang), label{"негіз", "основание", "base"}.in(lang)}
	for _, l := range []label{{"дәлелденген", "доказано", "proved"}, statedWord, restStep, {"Айырма", "Разница", "Difference"}} {
		heading = append(heading, l.in(lang)+" ↑", l.in(lang)+" ↓")
	}
	if err := w.putAt(regionData, headRow, rowHeight, heading...); err != nil {
		return err
	}
	for i := range max(len(lines), len(steps)) {
		values := []any{nil, nil, nil, nil}
		if i < len(lines) {
			l := lines[i]
			name := regionLabel(l.Region).in(lang)
			if l.Region != 0 {
				name = l.Region.String() + " " + name
			}
			values = []any{name, l.Due, l.Ledger, nil}
		}
		if i < len(steps) {
			values = append(values, steps[i].values()...)
		}
		if err := w.putAt(regionData, plainRow, rowHeight, values...); err != nil {
			return err
		}
	}
	return nil
}

const (
	chartWidth = 1240
	rowHeight  = 15  // points: the rows behind the charts, all alike
	pixelsRow  = 18  // of such a row, as excelize counts when it places a chart
	pageHeight = 800 // of a printed page, in the same pixels
)

// drawCharts places both charts under the title. first is the row of the
// figures' heading.
func drawCharts(f *excelize.File, name, lang, about string, first int, lines []osms.ReconciliationLine, steps int) error {
	regions := len(lines)
	area := func(column, rows int) string {
		c := osms.ColumnName(column)
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", name, c, first+1, c, first+rows)
	}
	cell := func(column int) string {
		return fmt.Sprintf("'%s'!$%s$%d", name, osms.ColumnName(column), first)
	}
	stepHeight := min(110+32*steps, pageHeight-90)
	fall := frame(about, stepHeight)
	// Bars that lie leave room for the words and the sum of a step.
	fall.Type, fall.Legend.Position = excelize.BarStacked, "none"
	fall.XAxis.ReverseOrder = true
	fall.XAxis.TickLabelPosition = excelize.ChartTickLabelLow
	fall.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "#,##0"}
	gap := uint(40)
	fall.GapWidth = &gap
	fall.Series = append(fall.Series, excelize.ChartSeries{
		Name: cell(stepData + 1), Categories: area(stepData, steps), Values: area(stepData+1, steps),
		Fill: excelize.Fill{Type: "pattern", Pattern: 0},
	})
	for i, colour := range []string{"3F7FB5", "A9C8E3", "F2A541", "1F2933"} {
		for half := range 2 {
			c := stepData + 2 + 2*i + half
			fall.Series = append(fall.Series, excelize.ChartSeries{
				Name: cell(c), Categories: area(stepData, steps), Values: area(c, steps), Fill: solid(colour),
			})
		}
	}
	// Charts hang on cells: the height of rows must be known first, and rows of another height would stretch them.
	tall, fixed := float64(rowHeight), true
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{DefaultRowHeight: &tall, CustomHeight: &fixed}); err != nil {
		return err
	}
	if err := f.AddChart(name, osms.CellName(0, first), fall); err != nil {
		return err
	}
	height := min(130+32*regions, pageHeight)
	bars := frame(regionsTitle.in(lang), height)
	bars.Type, bars.Legend.Position = excelize.Bar, "bottom"
	bars.GapWidth = &gap
	bars.XAxis.ReverseOrder = true
	if !slices.ContainsFunc(lines, func(l osms.ReconciliationLine) bool { return l.Due < 0 || l.Ledger < 0 }) {
		zero := 0.0 // a bar that begins elsewhere misleads
		bars.YAxis.Minimum = &zero
	}
	bars.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "#,##0"}
	for i, colour := range []string{"9DB8D2", deep} {
		bars.Series = append(bars.Series, excelize.ChartSeries{
			Name: cell(regionData + 1 + i), Categories: area(regionData, regions),
			Values: area(regionData+1+i, regions), Fill: solid(colour),
		})
	}
	second := first + stepHeight/pixelsRow + 2
	if (second-1)*pixelsRow+height > pageHeight {
		if err := f.InsertPageBreak(name, osms.CellName(0, second)); err != nil {
			return err
		}
	}
	if err := f.AddChart(name, osms.CellName(0, second+1), bars); err != nil { // a row off the break
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: name,
		RefersTo: fmt.Sprintf("'%s'!$A$1:$%s$%d", name, osms.ColumnName(regionData-2), second+1+height/pixelsRow),
	})
}

// frame is what both charts share.
func frame(title string, height int) *excelize.Chart {
	return &excelize.Chart{
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Family: "Arial", Size: 13, Bold: true, Color: deep}}}},
		Dimension: excelize.ChartDimension{Width: chartWidth, Height: uint(height)},
		XAxis:     excelize.ChartAxis{Font: excelize.Font{Family: "Arial", Size: 9, Color: ink}},
		YAxis:     excelize.ChartAxis{Font: excelize.Font{Family: "Arial", Size: 9, Color: ink}, MajorGridLines: true},
	}
}
