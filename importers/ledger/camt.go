package ledger

import (
	"bytes"
	"strconv"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// camt.053 is the statement of ISO 20022, an XML message with statements (Stmt),
// their balances (Bal) and entries (Ntry). An entry may be many payments
// (TxDtls), which must then come to its amount. Only booked entries moved money.

// fitsCamt tells the format by its namespace or its element.
func fitsCamt(head []byte) bool {
	return bytes.Contains(head, []byte("camt.053.001")) || bytes.Contains(head, []byte("BkToCstmrStmt"))
}

// camt is a camt.053 message being read.
type camt struct {
	x     *camtXML
	s     *statements
	any   bool // BkToCstmrStmt was there
	stmt  camtStatement
	bal   camtBalance
	entry camtEntry
	batch camtBatch
	tx    camtTransaction
}

// camtStatement is a Stmt.
type camtStatement struct {
	part             statementPart
	line             int
	begun            bool // handed to the statements
	balances         map[string]osms.Tiyn
	interim          []osms.Tiyn // the first and the last interim balance
	booked, all      camtTurnover
	stated           map[string]string // of TxsSummry, by path
	statedLine       int
	iban, other, seq string
}

// camtBalance is a Bal.
type camtBalance struct {
	kind, side string
	amount     osms.Tiyn
	stated     bool
}

// camtTurnover is the number and sum of entries of each side.
type camtTurnover struct {
	credits, debits int
	in, out         osms.Tiyn
}

func readCamt(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	text, err := sheet.OpenText(src, size, limits)
	if err != nil {
		return err
	}
	r.out.Encoding = text.Encoding
	c := &camt{x: newCamtXML(&newlines{in: text}, limits), s: newStatements(r, "camt.053", limits)}
	for {
		step, err := c.x.next()
		if err != nil {
			return err
		}
		switch {
		case step == camtEOF:
			if !c.any {
				return &osms.FileError{Code: osms.FileUnsupportedFormat, Detail: "the XML has no statement (BkToCstmrStmt)"}
			}
			c.s.finish()
			return nil
		case c.x.root == 0:
		case step == camtStart:
			c.any = true
			if err := c.begin(); err != nil {
				return err
			}
		default:
			if err := c.end(); err != nil {
				return err
			}
		}
	}
}

// begin takes the beginning of an element.
func (c *camt) begin() error {
	line := c.x.line()
	switch string(c.x.key) {
	case "Stmt":
		c.stmt = camtStatement{line: line, balances: map[string]osms.Tiyn{}, stated: map[string]string{}}
	case "Stmt/Bal":
		c.bal = camtBalance{}
	case "Stmt/Ntry":
		c.entry = camtEntry{line: line}
		return c.beginStatement()
	case "Stmt/Ntry/NtryDtls":
		c.batch = camtBatch{first: len(c.entry.transactions)}
	case "Stmt/Ntry/NtryDtls/TxDtls":
		c.tx = camtTransaction{line: line}
	case "Stmt/Ntry/NtryDtls/TxDtls/RtrInf":
		c.tx.returned = true
	}
	return nil
}

// end takes the end of an element, with its text when it is a leaf.
func (c *camt) end() (err error) {
	key, st := string(c.x.key), &c.stmt
	if inside, ok := strings.CutPrefix(key, "Stmt/Ntry/"); ok {
		return c.endInEntry(inside)
	}
	if path, ok := strings.CutPrefix(key, "Stmt/TxsSummry/"); ok {
		if text := c.x.leaf(); text != "" {
			st.statedLine = c.x.line()
			return c.once(path, text)
		}
		return nil
	}
	text := c.x.leaf()
	switch key {
	case "Stmt":
		return c.endStatement()
	case "Stmt/Ntry":
		return c.endEntry()
	case "Stmt/Id":
		st.part.number = shortened(text)
	case "Stmt/ElctrncSeqNb":
		st.seq = text
	case "Stmt/StmtPgntn/PgNb":
		st.part.page, _ = strconv.Atoi(text)
	case "Stmt/Acct/Id/IBAN":
		st.iban = accountNumber(text)
	case "Stmt/Acct/Id/Othr/Id":
		st.other = accountNumber(text)
	case "Stmt/Acct/Ccy":
		if !isTenge(text) {
			return foreign(c.x.line(), shortened(text))
		}
	case "Stmt/Bal/Tp/CdOrPrtry/Cd", "Stmt/Bal/Tp/CdOrPrtry/Prtry":
		c.bal.kind = text
	case "Stmt/Bal/CdtDbtInd":
		c.bal.side = text
	case "Stmt/Bal/Amt":
		if c.bal.stated {
			return c.x.refuse(osms.FileDamaged, "a balance with two amounts")
		}
		c.bal.stated = true
		c.bal.amount, err = c.amount(text)
	case "Stmt/Bal":
		return c.endBalance()
	}
	return err
}

// amount reads the amount of the element that ends, which is in tenge.
func (c *camt) amount(text string) (osms.Tiyn, error) {
	for _, a := range c.x.attrs {
		if a.Name.Local == "Ccy" && !isTenge(a.Value) {
			return 0, foreign(c.x.line(), shortened(a.Value))
		}
	}
	amount, ok := isoAmount(text)
	if !ok {
		return 0, c.x.refuse(osms.FileDamaged, "%q is not an amount", shortened(text))
	}
	return amount, nil
}

// isoAmount reads 1000, 1000.5 or 1000.50; further decimals must be zeros.
func isoAmount(text string) (osms.Tiyn, bool) {
	whole, fraction, point := strings.Cut(text, ".")
	if len(fraction) > 2 && strings.Trim(fraction[2:], "0") == "" {
		fraction = fraction[:2]
	}
	if whole == "" || point && fraction == "" || len(fraction) > 2 || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+"00"[len(fraction):], 10, 64)
	return osms.Tiyn(n), err == nil
}

// credit reads CRDT or DBIT.
func credit(text string) (in, ok bool) { return text == "CRDT", text == "CRDT" || text == "DBIT" }

// once keeps a figure of the summary, which may not be there twice.
func (c *camt) once(path, text string) error {
	if before, ok := c.stmt.stated[path]; ok && before != text && !strings.HasPrefix(path, "TtlNtriesPerBkTxCd/") {
		return c.x.refuse(osms.FileDamaged, "%s is stated twice, differently", path)
	}
	c.stmt.stated[path] = text
	return nil
}

func (c *camt) endBalance() error {
	in, ok := credit(c.bal.side)
	if !ok || !c.bal.stated {
		return c.x.refuse(osms.FileDamaged, "a balance without amount or side")
	}
	amount := c.bal.amount
	if !in {
		amount = -amount
	}
	switch c.bal.kind {
	case "OPBD", "PRCD", "CLBD":
		if before, ok := c.stmt.balances[c.bal.kind]; ok && before != amount {
			return c.x.refuse(osms.FileDamaged, "two different balances %s", c.bal.kind)
		}
		c.stmt.balances[c.bal.kind] = amount
	case "ITBD":
		if len(c.stmt.interim) == 2 {
			c.stmt.interim[1] = amount
		} else {
			c.stmt.interim = append(c.stmt.interim, amount)
		}
	}
	return nil
}
