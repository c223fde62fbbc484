package ledger

import (
	"bytes"
	"fmt"
	"strings"

	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// message is one MT102 while it is read.
type message struct {
	p    *mt102
	m    *making
	d    osms.Document
	line int // of :70:, where the purpose stands

	// into is the field whose lines are being read, tag the last tag in it.
	into                           *texts
	tag                            tag
	payer, payee, payment, ignored texts

	item    item
	stated  purpose
	items   numbers
	sum     osms.Tiyn // of the amounts as they are written
	headed  bool      // the header was understood
	persons osms.Posting
}

func (p *mt102) begin(reference []byte) *message {
	m := &message{p: p, m: p.r.begin()}
	m.into = &m.ignored
	m.d = osms.Document{Kind: osms.DocumentList, Format: "mt102", Reference: oneSpace(reference)}
	m.d.Row = int32(p.lines.number)
	return m
}

// head understands the header, once the first person or the total begins.
func (m *message) head() {
	if m.headed {
		return
	}
	m.headed = true
	d, pay := &m.d, &m.payment
	d.Number = oneSpace(pay[tagNumber])
	d.Dated = m.sixDigits(pay[tagDate], "dated")
	d.Payer, d.PayerID = oneSpace(m.payer[tagName]), m.number(m.payer[tagID], "payer_id")
	d.Payee, d.PayeeID = oneSpace(m.payee[tagName]), m.number(m.payee[tagID], "payee_id")
	d.Purpose = oneSpace(pay[tagPurpose])
	d.KNP = oneSpace(pay[tagKNP])
	m.stated = readRemark(d.Purpose, d.KNP == returnKNP)
	if d.KNP == "" {
		d.KNP = m.stated.KNP
	}
	if d.KNP != "" && !knownKNPs()[d.KNP] {
		m.warn("knp", osms.KNPUnknown, d.KNP)
	}
	if d.Month = m.month(pay[tagPeriod]); d.Month == 0 {
		d.Month = m.stated.Month
	}
	d.Region = m.stated.Region
	if d.Returned = m.stated.Returned; d.Returned {
		if d.Reverses = oneSpace(pay[tagReference]); d.Reverses == "" {
			d.Reverses = m.stated.Reverses
		}
	}
}

// total reads :32A:YYMMDDKZT…, and believes the message only when its items come
// to that sum, are numbered without a gap, and are as many as the purpose says.
func (m *message) total(value []byte) error {
	if err := m.endItem(); err != nil {
		return err
	}
	m.head()
	m.into = &m.ignored
	if len(value) < 6 {
		return m.p.damaged("the total cannot be read")
	}
	if err := m.p.inTenge(value[6:]); err != nil {
		return err
	}
	total, ok := swiftAmount(value[6:])
	if !ok || len(bytes.Trim(value[:6], "0123456789")) > 0 {
		return m.p.damaged("the total cannot be read")
	}
	if m.d.Booked = m.sixDigits(value[:6], "booked"); m.d.Dated == 0 {
		m.d.Dated = m.d.Booked
	}
	if total != m.sum {
		return disagreement(m.p.where(m.p.lines.number), tenge(total), tenge(m.sum))
	}
	if !m.items.whole() {
		return &osms.FileError{Code: osms.FileControlTotal, Where: m.p.where(m.items.line),
			Detail: fmt.Sprintf("item %d where %d was expected", m.items.other, m.items.expected)}
	}
	if m.stated.Persons >= 0 && m.stated.Persons != m.m.persons {
		return disagreement(m.p.where(m.line), fmt.Sprint(m.stated.Persons), fmt.Sprint(m.m.persons))
	}
	m.m.end(m.d, 0)
	return nil
}

func (m *message) warn(field string, code osms.Code, value string) {
	m.p.r.note(osms.Refusal{Row: m.p.lines.number, Field: field, Code: code, Severity: osms.Warning, Value: value})
}

// sixDigits reads YYMMDD, a day of this century; what is no day is 0 with a
// warning.
func (m *message) sixDigits(b []byte, field string) osms.Date {
	if len(b) == 0 {
		return 0
	}
	if n, ok := wholeNumber(b); ok && len(b) == 6 {
		if day, ok := osms.NewDate(2000+n/10000, n/100%100, n%100); ok {
			return day
		}
	}
	m.warn(field, osms.DateUnreadable, string(b))
	return 0
}

// month reads MMYYYY; what is no month is 0 with a warning.
func (m *message) month(b []byte) osms.Month {
	if len(b) == 0 || isDashes(b) {
		return 0
	}
	if n, ok := wholeNumber(b); ok && len(b) == 6 && n%10000 >= table.FirstYear && n%10000 <= table.LastYear {
		if month, ok := osms.NewMonth(n%10000, n/10000); ok {
			return month
		}
	}
	m.warn("month", osms.MonthUnreadable, string(b))
	return 0
}

// number reads a BIN or IIN of an organisation or person that pays or is paid.
func (m *message) number(b []byte, field string) string {
	if len(b) == 0 || isDashes(b) {
		return ""
	}
	if _, ok := wholeNumber(b); ok && len(b) == 12 {
		return string(b)
	}
	m.warn(field, osms.BINStructure, string(b))
	return ""
}

// wholeNumber reads up to eighteen digits.
func wholeNumber(b []byte) (n int, ok bool) {
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0 && len(b) <= 18
}

// inTenge refuses an amount that begins with another currency.
func (p *mt102) inTenge(b []byte) error {
	if len(b) < 4 || string(b[:3]) == "KZT" || len(bytes.Trim(b[:3], "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) > 0 {
		return nil
	}
	return &osms.FileError{Code: osms.FileUnsupportedFormat, Where: p.where(p.lines.number), Detail: foreignDetail(string(b[:3]))}
}

// swiftAmount reads KZT600,00, and as some programs write it KZT600, or KZT600.
func swiftAmount(b []byte) (osms.Tiyn, bool) {
	b, ok := bytes.CutPrefix(b, []byte("KZT"))
	if !ok {
		return 0, false
	}
	whole, fraction, _ := bytes.Cut(bytes.TrimSpace(b), []byte(","))
	if i := bytes.IndexByte(whole, '.'); i >= 0 && len(fraction) == 0 {
		whole, fraction = whole[:i], whole[i+1:]
	}
	n, ok := wholeNumber(whole)
	if !ok || len(whole) > 15 || len(fraction) > 2 {
		return 0, false
	}
	n *= 100
	for i, c := range fraction {
		if !isDigit(c) {
			return 0, false
		}
		n += int(c-'0') * [2]int{10, 1}[i]
	}
	return osms.Tiyn(n), true
}

// oneSpace is a text with its runs of white space as one space.
func oneSpace(b []byte) string { return strings.Join(strings.Fields(string(b)), " ") }

// isDashes: dashes stand for what there is not.
func isDashes(b []byte) bool {
	return len(b) > 0 && (b[0] == '-' || b[0] == "–"[0]) && len(bytes.Trim(b, "-–—")) == 0
}
