package ledger

import (
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// swiftMovement is a field 61 that waits for its field 86.
type swiftMovement struct {
	line       int
	booked     osms.Date
	amount     osms.Tiyn
	reversed   bool
	reference  string // for the owner of the account
	bank       string // of the bank
	supplement string
	remark     []string
}

// newMovement takes :61:, for example
//
//	:61:2610151015CT585200,00NTRFREF123//BANK456
//
// value date, entry date (optional), side (C, D, RC, RD), the third letter of the
// currency (optional), amount, type, reference, the bank's reference (optional)
// and in a further line a supplement.
func (w *swift) newMovement(f swiftField) error {
	m, ok := parseMovement(f.lines[0])
	if !ok {
		return statementError(osms.FileDamaged, f.line, "field 61 is not a movement")
	}
	m.line = f.line
	m.supplement = strings.Join(f.lines[1:], " ")
	side := 1
	sum := m.amount
	if m.amount < 0 {
		side, sum = 0, -m.amount
	}
	w.turnover[side].count++
	if err := addTiyn(&w.turnover[side].sum, sum, f.line); err != nil {
		return err
	}
	w.movement = &m
	return addTiyn(&w.sum, m.amount, f.line)
}

func parseMovement(s string) (m swiftMovement, ok bool) {
	if len(s) < 6 {
		return m, false
	}
	value := swiftDay(s[:6])
	m.booked = value
	s = s[6:]
	if len(s) >= 4 && isDigit(s[0]) {
		if m.booked = entryDay(value, s[:4]); m.booked == 0 {
			return m, false
		}
		s = s[4:]
	}
	s, m.reversed = strings.CutPrefix(s, "R")
	if value == 0 || s == "" || s[0] != 'C' && s[0] != 'D' {
		return m, false
	}
	// A reversed credit takes the money away again.
	negative := (s[0] == 'D') != m.reversed
	s = s[1:]
	if s != "" && s[0] >= 'A' && s[0] <= 'Z' {
		s = s[1:]
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789,"))
	amount, read := commaAmount(s[:digits])
	s = s[digits:]
	if !read || len(s) < 4 || !strings.Contains("NSF", s[:1]) {
		return m, false
	}
	if m.amount = amount; negative {
		m.amount = -amount
	}
	m.reference, m.bank, _ = strings.Cut(s[4:], "//")
	return m, true
}

// entryDay is the day MMDD nearest to the value date.
func entryDay(value osms.Date, monthDay string) osms.Date {
	n, err := strconv.Atoi(monthDay)
	if err != nil || value == 0 || strings.Trim(monthDay, "0123456789") != "" {
		return 0
	}
	year := value.Year()
	switch months := n/100 - value.MonthNum(); {
	case months > 6:
		year--
	case months < -6:
		year++
	}
	day, _ := osms.NewDate(year, n/100, n%100)
	return day
}

// endMovement hands over the movement that waited for its remark.
func (w *swift) endMovement() error {
	m := w.movement
	if m == nil {
		return nil
	}
	w.movement = nil
	remark := readSwiftRemark(m.remark)
	if remark.text == "" {
		remark.text = m.supplement
	}
	if remark.purpose == "" {
		remark.purpose = m.supplement
	}
	d := osms.Document{Place: osms.Place{Row: int32(m.line)}, Account: w.part.account, Booked: m.booked, Dated: swiftDay(remark.value["DATE"]),
		Reference: firstText(reference(m.reference), reference(m.bank)), Number: reference(remark.value["NUM"]), KNP: purposeCode(remark.value["KNP"]), Purpose: oneLine(remark.purpose), Amount: m.amount}
	if m.amount < 0 {
		d.Payee, d.PayeeID = oneLine(remark.name), identification(remark.id)
	} else {
		d.Payer, d.PayerID = oneLine(remark.name), identification(remark.id)
	}
	return w.s.movement(d, remark.text, m.reversed)
}
