package ledger

import (
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// opening takes :60F: or :60M:. The first page of a statement begins with 60F;
// 60M must be the balance with which the page before ended.
func (w *swift) opening(f swiftField, value string) error {
	if w.state != swiftBegun || w.part.account == "" {
		return statementError(osms.FileDamaged, f.line, "an opening balance without an account, or a second one")
	}
	balance, err := w.balance(f, value)
	if err != nil {
		return err
	}
	before, due := w.pages[w.part.account]
	switch {
	case f.tag == "60M" && !due:
		return statementError(osms.FileTruncated, f.line, "the page before this one of the statement of %s is missing", w.part.account)
	case f.tag == "60F" && due:
		return statementError(osms.FileTruncated, w.pageLine[w.part.account], "the next page of the statement of %s is missing", w.part.account)
	case due && before != balance:
		return w.part.disagrees(f.line, balance, before)
	}
	delete(w.pages, w.part.account)
	w.state, w.sum = swiftOpen, balance
	w.part.opening, w.part.opened, w.part.later = balance, true, f.tag == "60M"
	w.s.begin(w.part)
	return nil
}

// closing takes :62F: or :62M:: the opening balance and the movements must come
// to it.
func (w *swift) closing(f swiftField, value string) error {
	if w.state != swiftOpen {
		return statementError(osms.FileDamaged, f.line, "a closing balance without an opening one")
	}
	balance, err := w.balance(f, value)
	if err != nil {
		return err
	}
	if balance != w.sum {
		return w.part.disagrees(f.line, balance, w.sum)
	}
	w.state, w.part.closing = swiftClosed, balance
	w.s.ended(w.part, true)
	if f.tag == "62M" {
		if _, known := w.pageLine[w.part.account]; !known {
			w.order = append(w.order, w.part.account)
		}
		w.pages[w.part.account], w.pageLine[w.part.account] = balance, f.line
	}
	return nil
}

// balance reads C261031KZT1000,00; what is owed is negative.
func (w *swift) balance(f swiftField, value string) (osms.Tiyn, error) {
	if len(value) < 11 || value[0] != 'C' && value[0] != 'D' || swiftDay(value[1:7]) == 0 {
		return 0, statementError(osms.FileDamaged, f.line, "%q is not a balance", shortened(value))
	}
	if value[7:10] != "KZT" {
		return 0, foreign(f.line, value[7:10])
	}
	amount, ok := commaAmount(value[10:])
	if !ok {
		return 0, statementError(osms.FileDamaged, f.line, "%q is not an amount", shortened(value[10:]))
	}
	if value[0] == 'D' {
		amount = -amount
	}
	return amount, nil
}

// total takes :90C: or :90D:, the number and sum of the movements of one side.
func (w *swift) total(f swiftField, value string) error {
	side := w.turnover[0]
	if f.tag == "90C" {
		side = w.turnover[1]
	}
	digits := len(value) - len(strings.TrimLeft(value, "0123456789"))
	count, err := strconv.Atoi(value[:digits])
	rest := value[digits:]
	if err != nil || len(rest) < 4 {
		return statementError(osms.FileDamaged, f.line, "%q is not a total", shortened(value))
	}
	if rest[:3] != "KZT" {
		return foreign(f.line, rest[:3])
	}
	amount, ok := commaAmount(rest[3:])
	if !ok {
		return statementError(osms.FileDamaged, f.line, "%q is not an amount", shortened(rest[3:]))
	}
	if amount != side.sum {
		return w.part.disagrees(f.line, amount, side.sum)
	}
	if count != side.count {
		return disagreement(w.part.where(f.line), strconv.Itoa(count), strconv.Itoa(side.count))
	}
	return nil
}

// endMessage ends the message that was read: its closing balance must have been
// there.
func (w *swift) endMessage() error {
	if err := w.endMovement(); err != nil {
		return err
	}
	if w.state == swiftBegun || w.state == swiftOpen {
		return statementError(osms.FileTruncated, w.lines.number, "the statement ends without its closing balance")
	}
	w.state = swiftOutside
	return nil
}

// commaAmount reads 1000,00: digits, a comma and up to two digits.
func commaAmount(s string) (osms.Tiyn, bool) {
	whole, fraction, comma := strings.Cut(s, ",")
	if !comma || whole == "" || len(fraction) > 2 || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, false
	}
	amount, err := strconv.ParseInt(whole+fraction+"00"[len(fraction):], 10, 64)
	return osms.Tiyn(amount), err == nil
}

// swiftDay reads YYMMDD of this century.
func swiftDay(s string) osms.Date {
	n, err := strconv.Atoi(s)
	if err != nil || len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return 0
	}
	day, _ := osms.NewDate(2000+n/10000, n/100%100, n%100)
	return day
}
