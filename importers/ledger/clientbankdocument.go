package ledger

import (
	"slices"

	"osmsd/sync/osms"
)

// document takes a section of a document: one movement, or two when the file
// shows both accounts between which the money went.
func (x *exchange) document() error {
	c := &x.record
	if !isTenge(c.value[keyCurrency]) {
		return foreign(c.line, c.value[keyCurrency])
	}
	moves, err := x.moves()
	if err != nil {
		return err
	}
	var days [4]osms.Date
	for i, key := range []clientKey{keyBooked, keyDebited, keyCredited, keyDated} {
		if days[i], err = c.day(key); err != nil {
			return err
		}
	}
	purpose := oneLine(c.first(keyPurpose, keyPurposePart))
	for _, m := range moves {
		booked := firstDay(days[0], days[1], days[2], days[3])
		if m.in {
			booked = firstDay(days[0], days[2], days[1], days[3])
		}
		if a := x.accounts[m.account]; booked == days[3] && c.first(keyBooked, keyDebited, keyCredited, keyIn, keyOut) == "" && (a == nil || a.sections == 0) {
			return statementError(osms.FileUnsupportedFormat, c.line, "these are orders to a bank: only statements show what was paid")
		}
		if booked == 0 {
			return statementError(osms.FileDamaged, c.line, "a document without a date")
		}
		a := x.accountOf(m.account)
		a.documents++
		sum, amount := &a.out, -m.amount
		if m.in {
			sum, amount = &a.in, m.amount
		}
		if err := addTiyn(sum, m.amount, c.line); err != nil {
			return err
		}
		d := osms.Document{Place: osms.Place{Row: int32(c.line)}, Account: m.account, Reference: reference(c.value[keyReference]),
			Number: reference(c.value[keyNumber]), Dated: days[3], Booked: booked, KNP: purposeCode(c.value[keyKNP]), Purpose: purpose, Amount: amount,
			Payer: oneLine(c.first(keyPayerName, keyPayerShortName, keyPayerLongName)), PayerID: identification(c.value[keyPayerID]),
			Payee: oneLine(c.first(keyPayeeName, keyPayeeShortName, keyPayeeLongName)), PayeeID: identification(c.value[keyPayeeID])}
		if err := x.s.movement(d, purpose, m.amount < 0); err != nil {
			return err
		}
	}
	return nil
}

func firstDay(days ...osms.Date) osms.Date {
	for _, day := range days {
		if day != 0 {
			return day
		}
	}
	return 0
}

// clientMove is what a document does to an account. A negative amount is a
// storno on its side.
type clientMove struct {
	account string
	in      bool
	amount  osms.Tiyn
}

// moves tells which way the money of a document went: by the side on which its
// amount stands, else by which of the two accounts is the statement's, else by
// which of the two dates is there.
func (x *exchange) moves() ([]clientMove, error) {
	c := &x.record
	var money [3]osms.Tiyn
	var stated [3]bool
	for i, key := range []clientKey{keyAmount, keyIn, keyOut} {
		var err error
		if money[i], stated[i], err = c.amount(key); err != nil {
			return nil, err
		}
	}
	payer := accountNumber(c.first(keyPayerAccount, keyPayerOtherAccount))
	payee := accountNumber(c.first(keyPayeeAccount, keyPayeeOtherAccount))
	if stated[1] || stated[2] {
		amount, in, own := money[1], true, payee
		if money[2] != 0 || !stated[1] {
			amount, in, own = money[2], false, payer
		}
		if money[1] != 0 && money[2] != 0 || stated[0] && money[0] != amount {
			return nil, statementError(osms.FileDamaged, c.line, "the amounts of a document contradict each other")
		}
		account, ok := x.whose(own)
		if !ok {
			return nil, statementError(osms.FileDamaged, c.line, "it does not show on which account the money moved")
		}
		return []clientMove{{account, in, amount}}, nil
	}
	if !stated[0] {
		return nil, statementError(osms.FileDamaged, c.line, "a document without an amount")
	}
	out, in := x.shown(payer), x.shown(payee)
	if debited, credited := c.value[keyDebited] != "", c.value[keyCredited] != ""; debited != credited {
		if out, in = out && debited, in && credited; !out && !in {
			own := payee
			if debited {
				own = payer
			}
			account, ok := x.whose(own)
			if !ok {
				return nil, statementError(osms.FileDamaged, c.line, "it does not show on which account the money moved")
			}
			return []clientMove{{account, credited, money[0]}}, nil
		}
	}
	var moves []clientMove
	if out {
		moves = append(moves, clientMove{payer, false, money[0]})
	}
	if in {
		moves = append(moves, clientMove{payee, true, money[0]})
	}
	if len(moves) == 0 || payer == payee {
		return nil, statementError(osms.FileDamaged, c.line, "it does not show which way the money went")
	}
	return moves, nil
}

// shown reports whether the file is a statement of an account.
func (x *exchange) shown(account string) bool {
	if a := x.accounts[account]; a != nil && a.sections > 0 {
		return true
	}
	return slices.Contains(x.header, account)
}

// whose gives the account of a movement whose own side names an account: that
// one, or else the only one of the file. Where it names none it is that of the
// section before, which the totals prove.
func (x *exchange) whose(own string) (string, bool) {
	switch {
	case own != "" && x.shown(own):
		return own, true
	case x.sections > 0 && len(x.order) == 1:
		return x.order[0], true
	case x.sections > 0:
		return x.current, own == ""
	case len(x.header) == 1:
		return x.header[0], true
	}
	return own, own != "" && len(x.header) == 0
}
