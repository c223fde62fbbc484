package ledger

import (
	"maps"
	"strings"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// readPayments reads a table of payments, a row a person. The rows that have
// reference, payer, day and purpose code in common are one document; a table
// without any of these is one as a whole. Totals rows must agree with the rows
// above them.
func readPayments(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	book, err := sheet.Open(src, size, limits)
	if err != nil {
		return err
	}
	defer book.Close()
	spec := table.Spec{Vocabulary: table.For(osms.KindPayments).With(o.Headers...)}
	for {
		p := payments{r: r, format: book.Format, csv: book.Format == "csv", groups: map[group]*payment{}, alike: map[group]int{}}
		res, err := lines.Read(table.FromBook(book), spec, lines.Handler{Line: p.line, Total: p.total, Remark: p.remark})
		if err != nil {
			return err
		}
		// Merged cells are known only behind the rows of their sheet. Where there
		// are any, what was made of the rows is thrown away and made again: no
		// document was ended yet.
		if merged := res.Merged(); !maps.Equal(merged, r.out.merged) {
			r.begun, r.out.merged = 0, merged
			continue
		}
		for _, d := range p.order {
			d.end()
		}
		out := r.out
		out.Refusals, out.Unlisted, out.Holds, out.Tables, out.Sheets = res.Refusals, res.Unlisted, res.Holds, res.Tables, res.Sheets
		out.Rows += res.Refused
		out.Refused, out.HiddenRows, out.Controlled = res.Refused, res.HiddenRows, p.controlled()
		out.Format, out.Encoding, out.Delimiter = book.Format, book.Encoding, book.Delimiter
		return nil
	}
}

// payments follows a table row by row.
type payments struct {
	sums
	r       *recorder
	format  string
	csv     bool
	groups  map[group]*payment
	alike   map[group]int // payments that differ in the payer's name alone
	order   []*payment
	posting osms.Posting
}

// largestAmount is more than anyone is paid for, ten thousand million tenge; a
// million of them can still be added.
const largestAmount osms.Tiyn = 1_000_000_000_000

// group is what the rows of a payment have in common.
type group struct {
	reference, payerID, payer, knp string
	paidOn                         osms.Date
}

// payment is one document of a table.
type payment struct {
	m          *making
	d          osms.Document
	ordinal    int
	months     bool // several
	regions    bool
	paid, back int // postings that pay, and that give back
}

func (p *payments) line(l *lines.Line) error {
	p.begin(l.Table)
	q := &p.posting
	*q = osms.Posting{Place: l.Place()}
	if c := l.Cell("month"); c.Kind != sheet.Empty { // without a month it is money all the same
		month, ok := table.ReadMonth(c, l.Date1904)
		if q.Month = month; !ok {
			l.Warn("month", osms.MonthUnreadable, "")
		}
	}
	region, ok := readRegion(l.Cell("region"))
	if q.Region = region; !ok {
		l.Warn("region", osms.RegionUnknown, "")
	}
	amount, known := readAmount(l.Cell("amount"))
	if q.Amount = amount; !known || amount > largestAmount || amount < -largestAmount {
		known = false
		l.Refuse("amount", osms.AmountUnreadable, "")
	}
	if known && !p.turnover.add(amount) {
		return &osms.FileError{Code: osms.FileDamaged, Where: table.Where(l.Table.Name, l.Row.Number), Detail: beyondMoney}
	}
	g := p.group(l)
	p.add(l, 1, amount, true, known)
	if l.Refused() || p.r.out.merged[q.Place] {
		return nil
	}
	p.person(l, q, g.paidOn)
	d := p.groups[g]
	if d == nil {
		d = p.open(l, g)
	}
	if q.Amount < 0 {
		q.Returned = true
	} else if g.knp == returnKNP {
		q.Returned, q.Amount = true, -q.Amount
	}
	d.see(q)
	return d.m.post(q)
}

// group reads what the row says of its payment. The texts live as long as the
// row.
func (p *payments) group(l *lines.Line) group {
	g := group{reference: plainText(l.Cell("reference")), payer: plainText(l.Cell("payer")), knp: plainText(l.Cell("knp"))}
	if len(g.knp) == 2 && strings.Trim(g.knp, "0123456789") == "" {
		g.knp = "0" + g.knp // a workbook keeps 021 as 21
	}
	if c := l.Cell("payer_id"); c.Kind != sheet.Empty {
		n := table.ReadNumber(c, p.csv)
		if n.Short {
			n.Digits = "000"[:12-len(n.Digits)] + n.Digits
		}
		if g.payerID = n.Digits; n.Code != "" {
			g.payerID = ""
			l.Warn("payer_id", osms.BINStructure, n.Detail)
		}
	}
	if c := l.Cell("paid_on"); c.Kind != sheet.Empty {
		if g.paidOn = table.ReadDay(c, l.Date1904).Sure; g.paidOn == 0 {
			l.Warn("paid_on", osms.DateUnreadable, "")
		}
	}
	return g
}

// open begins the document of a row that is the first of its payment.
func (p *payments) open(l *lines.Line, g group) *payment {
	g = group{strings.Clone(g.reference), strings.Clone(g.payerID), strings.Clone(g.payer), strings.Clone(g.knp), g.paidOn}
	d := &payment{m: p.r.begin(), d: osms.Document{Kind: osms.DocumentList, Format: p.format, Place: l.Place(), Reference: g.reference,
		Dated: g.paidOn, Booked: g.paidOn, Payer: strings.Join(strings.Fields(g.payer), " "), PayerID: g.payerID, KNP: g.knp}}
	nameless := g
	nameless.payer = ""
	d.ordinal = p.alike[nameless]
	p.alike[nameless]++
	p.groups[g], p.order = d, append(p.order, d)
	if g.knp != "" && !knownKNPs()[g.knp] {
		l.Warn("knp", osms.KNPUnknown, "")
	}
	return d
}

// see notes what a posting has in common with those before it.
func (d *payment) see(q *osms.Posting) {
	if d.paid+d.back == 0 {
		d.d.Month, d.d.Region = q.Month, q.Region
	}
	d.months = d.months || d.d.Month != q.Month
	d.regions = d.regions || d.d.Region != q.Region
	if q.Returned {
		d.back++
	} else {
		d.paid++
	}
}

func (d *payment) end() {
	if d.months {
		d.d.Month = 0
	}
	if d.regions {
		d.d.Region = 0
	}
	d.d.Returned = d.paid == 0
	d.m.end(d.d, d.ordinal)
}
