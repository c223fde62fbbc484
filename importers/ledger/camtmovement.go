package ledger

import (
	"osmsd/sync/osms"
)

// endEntry hands over the movements of an entry: one for each of its
// transactions that states its amount, else one for the whole.
func (c *camt) endEntry() error {
	e := &c.entry
	in, ok := credit(e.side)
	if !ok || !e.stated {
		return statementError(osms.FileDamaged, e.line, "an entry without amount or side")
	}
	if err := c.stmt.all.add(in, e); err != nil {
		return err
	}
	if e.status != "" && e.status != "BOOK" {
		return c.pending()
	}
	if err := c.stmt.booked.add(in, e); err != nil {
		return err
	}
	if e.booked == 0 {
		e.booked = e.value
	}
	if e.booked == 0 {
		return statementError(osms.FileDamaged, e.line, "an entry without a date")
	}
	amount := e.amount
	if !in {
		amount = -amount
	}
	priced, err := c.pricedTransactions(in, amount)
	if err != nil {
		return err
	}
	if !priced {
		whole := camtTransaction{line: e.line}
		if len(e.transactions) == 1 {
			whole = e.transactions[0]
		}
		return c.hand(&whole, amount)
	}
	for i := range e.transactions {
		t := &e.transactions[i]
		part, _ := t.signed(t.in(in))
		if err := c.hand(t, part); err != nil {
			return err
		}
	}
	return nil
}

// in is the side of the transaction, by default that of its entry.
func (t *camtTransaction) in(entry bool) bool {
	if in, ok := credit(t.side); ok {
		return in
	}
	return entry
}

// pricedTransactions reports whether the transactions state their amounts, which
// must then come to the amount of the entry.
func (c *camt) pricedTransactions(in bool, amount osms.Tiyn) (bool, error) {
	var sum osms.Tiyn
	priced := 0
	for i := range c.entry.transactions {
		t := &c.entry.transactions[i]
		part, ok := t.signed(t.in(in))
		if !ok {
			continue
		}
		priced++
		if err := addTiyn(&sum, part, t.line); err != nil {
			return false, err
		}
	}
	if priced > 0 && sum != amount {
		return false, c.disagrees(tenge(amount), tenge(sum))
	}
	if priced > 0 && priced < len(c.entry.transactions) {
		return false, statementError(osms.FileDamaged, c.entry.line, "a transaction of several without an amount")
	}
	return priced > 0, nil
}

func (t *camtTurnover) add(in bool, e *camtEntry) error {
	count, sum := &t.debits, &t.out
	if in {
		count, sum = &t.credits, &t.in
	}
	*count++
	return addTiyn(sum, e.amount, e.line)
}

// hand gives one movement to the statements.
func (c *camt) hand(t *camtTransaction, amount osms.Tiyn) error {
	e, v := &c.entry, &t.value
	d := osms.Document{Place: osms.Place{Row: int32(t.line)}, Account: c.stmt.part.account, Booked: e.booked, Amount: amount,
		Number: reference(v[camtNumber]), KNP: purposeCode(v[camtPurposeCode]),
		Payer: oneLine(v[camtDebtor]), PayerID: v[camtDebtorID], Payee: oneLine(v[camtCreditor]), PayeeID: v[camtCreditorID],
		Purpose: oneLine(firstText(v[camtUnstructured], v[camtStructured], v[camtInfo], e.info))}
	for _, text := range []string{v[camtEndToEnd], v[camtInstruction], v[camtTransactionID], v[camtServicer], e.reference} {
		if d.Reference = reference(text); d.Reference != "" {
			break
		}
	}
	return c.s.movement(d, d.Purpose, e.reversed || t.returned)
}

// pending passes over an entry that is not booked.
func (c *camt) pending() error {
	if err := c.s.row(); err != nil {
		return err
	}
	out := c.s.r.out
	out.Rows++
	out.Ignored++
	c.s.r.note(osms.Refusal{Row: c.entry.line, Field: "status", Code: osms.MovementPending, Severity: osms.Warning,
		Value: shortened(c.entry.status)})
	return nil
}
