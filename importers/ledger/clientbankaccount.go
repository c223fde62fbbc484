package ledger

import "osmsd/sync/osms"

// clientAccount is what the sections of an account state together, and what the
// documents show.
type clientAccount struct {
	number          string
	line            int // of its last section
	sections        int
	opening         osms.Tiyn
	closing         osms.Tiyn
	opened, closed  bool // the first states its opening, the last its closing balance
	received, spent osms.Tiyn
	allIn, allOut   bool // every section states its totals
	in, out         osms.Tiyn
	documents       int
}

func (x *exchange) accountOf(number string) *clientAccount {
	a := x.accounts[number]
	if a == nil {
		a = &clientAccount{number: number, allIn: true, allOut: true}
		x.accounts[number] = a
		x.order = append(x.order, number)
	}
	return a
}

// account takes a section of an account.
func (x *exchange) account() error {
	c := &x.record
	number := accountNumber(c.value[keyAccount])
	if number == "" && len(x.header) == 1 {
		number = x.header[0]
	}
	if number == "" {
		return statementError(osms.FileDamaged, c.line, "a section of an account without its number")
	}
	if !isTenge(c.value[keyCurrency]) {
		return foreign(c.line, c.value[keyCurrency])
	}
	if len(x.accounts) >= mostAccounts {
		return statementError(osms.FileTooManyRows, c.line, "more than %d accounts", mostAccounts)
	}
	var money [4]osms.Tiyn
	var stated [4]bool
	for i, key := range []clientKey{keyOpening, keyReceived, keySpent, keyClosing} {
		var err error
		if money[i], stated[i], err = c.amount(key); err != nil {
			return err
		}
	}
	x.current = number
	x.sections++
	a := x.accountOf(number)
	a.line = c.line
	if a.sections > 0 && a.closed && stated[0] && money[0] != a.closing {
		return x.part(a).disagrees(c.line, money[0], a.closing)
	}
	if a.sections++; a.sections == 1 {
		a.opening, a.opened = money[0], stated[0]
	}
	a.closing, a.closed = money[3], stated[3]
	a.allIn, a.allOut = a.allIn && stated[1], a.allOut && stated[2]
	if stated == [4]bool{true, true, true, true} {
		counted := money[0]
		if err := addTiyn(&counted, money[1], c.line); err != nil {
			return err
		}
		if err := addTiyn(&counted, -money[2], c.line); err != nil {
			return err
		}
		if counted != money[3] {
			return x.part(a).disagrees(c.line, money[3], counted)
		}
	}
	if err := addTiyn(&a.received, money[1], c.line); err != nil {
		return err
	}
	return addTiyn(&a.spent, money[2], c.line)
}

func (x *exchange) part(a *clientAccount) statementPart {
	return statementPart{account: a.number, opened: a.opened, opening: a.opening}
}

// controls compares, at the end of the file, what the sections state with the
// documents.
func (x *exchange) controls() error {
	for _, number := range x.order {
		a := x.accounts[number]
		if a.sections > 0 && a.allIn && a.received != a.in {
			return x.part(a).disagrees(a.line, a.received, a.in)
		}
		if a.sections > 0 && a.allOut && a.spent != a.out {
			return x.part(a).disagrees(a.line, a.spent, a.out)
		}
		balanced := a.sections > 0 && a.opened && a.closed
		if balanced {
			counted := a.opening
			if err := addTiyn(&counted, a.in, a.line); err != nil {
				return err
			}
			if err := addTiyn(&counted, -a.out, a.line); err != nil {
				return err
			}
			if counted != a.closing {
				return x.part(a).disagrees(a.line, a.closing, counted)
			}
		}
		if checked := balanced || a.sections > 0 && a.allIn && a.allOut; checked || a.documents > 0 {
			x.s.ended(x.part(a), checked)
		}
	}
	return nil
}
