package country

import (
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// ledgerLine is one line of a list of totals. Without a month, a reference or a
// day it has the list's.
type ledgerLine struct {
	region    osms.Region
	category  osms.Category
	sum       Sum
	month     osms.Month
	reference string
	paidOn    osms.Date
}

// ledger writes how the money of a month arrives, and completes the truth about
// the month.
func (c *country) ledger(m int) error {
	month := &c.truth.Months[m]
	var err error
	if month.Money == Totals && len(c.opt.Plant) == 0 {
		err = c.disturbedTotals(m)
	} else {
		err = c.pay(m)
	}
	for i := range month.Regions {
		r := &month.Regions[i]
		t := &month.Total
		t.Frozen, t.Known, t.Final, t.Ledger = t.Frozen.plus(r.Frozen), t.Known.plus(r.Known), t.Final.plus(r.Final), t.Ledger.plus(r.Ledger)
		t.Unexplained += r.Unexplained
	}
	month.Total.Bridge = totalBridge(month.Regions)
	return err
}

// disturbedTotals writes the totals of a month: what was frozen, but for the
// differences that are planted in some regions.
func (c *country) disturbedTotals(m int) error {
	month := &c.truth.Months[m]
	var lines []ledgerLine
	for i := range month.Regions {
		r := &month.Regions[i]
		r.Ledger = r.Frozen
		if learners(month, r.Region) > 3 {
			disturb(r, month.PerPerson, i, m)
		}
		r.Unexplained = r.Ledger.Amount - r.Frozen.Amount
		if (m+1)%3 != 0 {
			lines = append(lines, ledgerLine{region: r.Region, sum: r.Ledger})
			continue
		}
		rest := r.Ledger // by category, what was planted on the last line
		for _, d := range month.Due {
			if d.Region == r.Region && d.Category == osms.Child {
				lines = append(lines, ledgerLine{region: r.Region, category: osms.Child, sum: d.Frozen})
				rest = Sum{rest.Persons - d.Frozen.Persons, rest.Amount - d.Frozen.Amount}
			}
		}
		lines = append(lines, ledgerLine{region: r.Region, category: osms.Learner, sum: rest})
	}
	if m == 1 {
		nowhere := Region{Ledger: Sum{2, 2 * month.PerPerson}, Bridge: []Line{}, Later: []Line{}, Planted: "a line without a region"}
		nowhere.Unexplained = nowhere.Ledger.Amount
		month.Regions = append(month.Regions, nowhere)
		lines = append(lines, ledgerLine{sum: nowhere.Ledger})
	}
	return c.writeLedger(m, (m+1)%3 == 0, lines)
}

// learners is how many persons of category 13 are frozen in a region.
func learners(m *Month, region osms.Region) int {
	for _, d := range m.Due {
		if d.Region == region && d.Category == osms.Learner {
			return d.Frozen.Persons
		}
	}
	return 0
}

// disturb plants a known difference in a region of a month; two regions of
// three have none.
func disturb(r *Region, each osms.Tiyn, i, m int) {
	switch (i + 2*m) % 6 {
	case 1:
		r.Ledger = r.Ledger.plus(Sum{1, each})
		r.Planted = "one person too many"
	case 4:
		r.Ledger = r.Ledger.plus(Sum{-2, -2*each - 150})
		r.Planted = "two persons and 1.50 tenge short"
	}
}

func totalBridge(regions []Region) []Line {
	sums := map[osms.BridgeKind]Sum{}
	for _, r := range regions {
		for _, l := range r.Bridge {
			sums[l.Kind] = sums[l.Kind].plus(l.Sum)
		}
	}
	lines := []Line{}
	for _, kind := range append([]osms.BridgeKind{osms.BridgeClaimedTwice, osms.BridgeMovedRegion, osms.BridgeCategoryOrRate,
		osms.BridgeJoinedLate, osms.BridgeLeftLate}, secondPart...) {
		if s := sums[kind]; s != (Sum{}) {
			lines = append(lines, Line{kind, s, []Behind{}})
		}
	}
	return lines
}

// writeLedger writes the lines in the form that the month's file has: workbook
// and CSV, three languages, and the ways of writing months, regions and sums.
func (c *country) writeLedger(m int, byCategory bool, lines []ledgerLine) error {
	month := c.opt.First.Add(m)
	forms := [...]dress{
		{name: "ledger-ru", language: "ru"},
		{name: "ledger-kk-csv", language: "kk", encoding: "utf-8-bom", delimiter: ";"},
		{name: "ledger-category", language: "ru", inline: true},
		{name: "ledger-en-csv", language: "en", encoding: "utf-8", delimiter: ",", unix: true},
		{name: "ledger-kk", language: "kk"},
		{name: "ledger-1251-csv", language: "ru", encoding: "windows-1251", delimiter: ";"},
	}
	d := &forms[m%len(forms)]
	first, last := month.First(), month.First().Add(3)
	headings := [][]string{inKK: {"р/с", "Кезең", "Өңір", "Санат", "Саны", "Сомасы", "Төлем күні", "Референс"},
		inRU: {"№", "Период", "Регион", "Категория", "Кол-во потребителей", "Сумма, тенге", "Дата платежа", "Референс"},
		inEN: {"№", "Month", "Region", "Категория", "Persons", "Amount", "Дата платежа", "Референс"}}[tongue(d.language)]
	rows := [][]cell{{{kind: text, style: titled, text: say(d.language, "МӘМС жарналары бойынша түсімдер", "Поступления взносов на ОСМС", "Contributions received")}}, nil, nil}
	pick := func(row []cell) []cell {
		if byCategory {
			return row
		}
		return append(append([]cell{}, row[:3]...), row[4:]...)
	}
	for _, h := range headings {
		rows[2] = append(rows[2], cell{kind: text, style: headed, text: h})
	}
	rows[2] = pick(rows[2])
	var total Sum
	for i, l := range lines {
		total = total.plus(l.sum)
		region := ""
		if l.region != 0 {
			region = [...]string{l.region.In(d.language), l.region.String(), l.region.In("kk"), l.region.String() + "0000000"}[(i+m)%4]
			if d.russianOnly() {
				region = l.region.In("ru")
			}
		}
		if l.month == 0 {
			l.month = month
		}
		if l.reference == "" {
			l.reference, l.paidOn = fmt.Sprintf("KZ%d%03d", month, i+1), [2]osms.Date{first.Add(1), last}[i%2]
		}
		row := []cell{digits(i + 1), monthCell(l.month, d, i), words(region), words(string(l.category)), digits(l.sum.Persons),
			amountCell(l.sum.Amount, d, i), dateCell(l.paidOn, asDotted), words(l.reference)}
		for k := range row {
			if row[k].style == plain {
				row[k].style = boxed
			}
		}
		rows = append(rows, pick(row))
	}
	rows = append(rows, pick([]cell{{kind: text, style: headed, text: say(d.language, "Барлығы", "Итого", "Total")}, {}, {}, {},
		digits(total.Persons), amountCell(total.Amount, d, 0)}))
	if d.russianOnly() {
		for _, row := range rows {
			for k := range row {
				row[k].text = typist.Replace(row[k].text)
			}
		}
	}
	t := File{Path: fmt.Sprintf("%s/inbox/ledger/%s %s.%s", month, say(d.language, "түсімдер", "поступления", "received"), month, d.extension()),
		Kind: osms.KindLedger, Month: month, Format: d.extension(), Encoding: d.encoding, Delimiter: d.delimiter, Dress: d.name, Rows: len(lines), Organisations: []osms.BIN{}}
	c.truth.Files = append(c.truth.Files, t)
	return c.writeTable(t.Path, d, say(d.language, "Түсімдер", "Поступления", "Received"), []int{10, 20, 36, 14, 20, 24, 16, 16}, rows)
}

// monthCell writes a month in one of the ways in use.
func monthCell(m osms.Month, d *dress, i int) cell {
	switch i % 5 {
	case 0:
		return words(m.String())
	case 1:
		return words(fmt.Sprintf("%02d.%d", m.MonthNum(), m.Year()))
	case 2:
		return words(fmt.Sprintf("%s %d", monthsRU[m.MonthNum()], m.Year()))
	case 3:
		if !d.russianOnly() {
			return words(fmt.Sprintf("%d ж. %s", m.Year(), monthsKK[m.MonthNum()]))
		}
	}
	return dateCell(m.First(), asSerial)
}

// amountCell writes tenge: a number in a workbook, or text with spaces, no-break
// spaces, a comma or a dot.
func amountCell(a osms.Tiyn, d *dress, i int) cell {
	if !d.csv() && i%3 != 2 {
		return cell{kind: number, style: money, text: strings.TrimSuffix(a.String(), ".00")}
	}
	switch i % 4 {
	case 0:
		return words(a.Grouped())
	case 1:
		return words(a.String())
	case 2:
		return words(strings.ReplaceAll(a.Grouped(), "\u00a0", " "))
	}
	return words(strings.Replace(a.String(), ".", ",", 1))
}
