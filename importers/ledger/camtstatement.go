package ledger

import (
	"strconv"

	"osmsd/sync/osms"
)

// opening is the balance with which the statement begins: OPBD, or PRCD, the
// closing balance of the one before; of a later page the first interim one.
func (st *camtStatement) opening() (osms.Tiyn, bool) {
	for _, kind := range []string{"OPBD", "PRCD"} {
		if amount, ok := st.balances[kind]; ok {
			return amount, true
		}
	}
	if len(st.interim) > 0 {
		return st.interim[0], true
	}
	return 0, false
}

// closing is CLBD, or of a page that is not the last the last interim balance.
func (st *camtStatement) closing() (osms.Tiyn, bool) {
	if amount, ok := st.balances["CLBD"]; ok {
		return amount, true
	}
	_, opened := st.balances["OPBD"]
	_, before := st.balances["PRCD"]
	if n := len(st.interim); n == 2 || n == 1 && (opened || before) {
		return st.interim[n-1], true
	}
	return 0, false
}

// beginStatement tells the statements of a Stmt before its first movement.
func (c *camt) beginStatement() error {
	st := &c.stmt
	if st.begun {
		return nil
	}
	st.begun = true
	if st.part.account = st.iban; st.part.account == "" {
		st.part.account = st.other
	}
	if st.part.account == "" {
		return statementError(osms.FileDamaged, st.line, "a statement without its account")
	}
	if st.part.number == "" {
		st.part.number = shortened(st.seq)
	}
	st.part.opening, st.part.opened = st.opening()
	c.s.begin(st.part)
	return nil
}

// endStatement compares the balances and the summary with the booked entries.
func (c *camt) endStatement() error {
	if err := c.beginStatement(); err != nil {
		return err
	}
	st := &c.stmt
	opened, hasOpening := st.opening()
	closed, hasClosing := st.closing()
	st.part.closing = closed
	if before, ok := st.balances["PRCD"]; ok && before != opened {
		return st.part.disagrees(st.line, opened, before)
	}
	if hasOpening && hasClosing {
		counted := opened
		if err := addTiyn(&counted, st.booked.in, st.line); err != nil {
			return err
		}
		if err := addTiyn(&counted, -st.booked.out, st.line); err != nil {
			return err
		}
		if counted != closed {
			return st.part.disagrees(st.line, closed, counted)
		}
	}
	summed, err := c.summary()
	if err != nil {
		return err
	}
	c.s.ended(st.part, hasOpening && hasClosing || summed)
	return nil
}

// summary compares TxsSummry with the booked entries, or with all of them: banks
// differ in what they sum. summed: both sides or all entries were compared by
// their sum.
func (c *camt) summary() (summed bool, err error) {
	st := &c.stmt
	faults := st.disagreement(&st.booked)
	if faults != nil && st.all != st.booked && st.disagreement(&st.all) == nil {
		faults = nil
	}
	_, credits := st.stated["TtlCdtNtries/Sum"]
	_, debits := st.stated["TtlDbtNtries/Sum"]
	_, both := st.stated["TtlNtries/Sum"]
	return credits && debits || both, faults
}

func (st *camtStatement) disagreement(t *camtTurnover) error {
	gross, net := t.in, t.in
	if err := addTiyn(&gross, t.out, st.statedLine); err != nil {
		return err
	}
	if net -= t.out; net < 0 {
		net = -net
	}
	for _, c := range []struct {
		path  string
		count int
	}{{"TtlNtries", t.credits + t.debits}, {"TtlCdtNtries", t.credits}, {"TtlDbtNtries", t.debits}} {
		stated, ok := st.stated[c.path+"/NbOfNtries"]
		if n, err := strconv.Atoi(stated); ok && (err != nil || n != c.count) {
			return disagreement(st.part.where(st.statedLine), shortened(stated), strconv.Itoa(c.count))
		}
	}
	for _, c := range []struct {
		path string
		sum  osms.Tiyn
	}{{"TtlNtries/Sum", gross}, {"TtlCdtNtries/Sum", t.in}, {"TtlDbtNtries/Sum", t.out}, {"TtlNtries/TtlNetNtryAmt", net}, {"TtlNtries/TtlNetNtry/Amt", net}} {
		text, ok := st.stated[c.path]
		if !ok {
			continue
		}
		stated, read := isoAmount(text)
		if !read {
			return statementError(osms.FileDamaged, st.statedLine, "%q is not an amount", shortened(text))
		}
		if stated != c.sum {
			return st.part.disagrees(st.statedLine, stated, c.sum)
		}
	}
	return nil
}
