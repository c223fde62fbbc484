package ledger

import (
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// camtEntry is a Ntry.
type camtEntry struct {
	line         int
	amount       osms.Tiyn
	stated       bool
	side         string
	reversed     bool
	status       string
	booked       osms.Date
	value        osms.Date
	reference    string // of the bank
	info         string
	transactions []camtTransaction
}

// camtBatch is a NtryDtls.
type camtBatch struct {
	first  int // of the entry's transactions
	count  string
	total  osms.Tiyn
	stated bool
}

// camtTransaction is a TxDtls: one payment of the entry.
type camtTransaction struct {
	line           int
	amount, gross  osms.Tiyn
	stated, priced bool // Amt; AmtDtls/TxAmt
	side           string
	returned       bool
	value          [camtFields]string
}

type camtField uint8

const (
	camtEndToEnd camtField = iota
	camtInstruction
	camtTransactionID
	camtServicer
	camtDebtor
	camtDebtorID
	camtCreditor
	camtCreditorID
	camtUnstructured
	camtStructured
	camtNumber
	camtPurposeCode
	camtInfo
	camtFields
)

// camtPaths are the leaves of a TxDtls that are read. From version 08 on a party
// stands in a Pty.
var camtPaths = func() map[string]camtField {
	paths := map[string]camtField{
		"Refs/EndToEndId": camtEndToEnd, "Refs/InstrId": camtInstruction, "Refs/TxId": camtTransactionID, "Refs/AcctSvcrRef": camtServicer,
		"RmtInf/Ustrd": camtUnstructured, "RmtInf/Strd/AddtlRmtInf": camtStructured, "RmtInf/Strd/RfrdDocInf/Nb": camtNumber,
		"Purp/Cd": camtPurposeCode, "Purp/Prtry": camtPurposeCode, "AddtlTxInf": camtInfo,
	}
	for party, fields := range map[string][2]camtField{"Dbtr": {camtDebtor, camtDebtorID}, "Cdtr": {camtCreditor, camtCreditorID}} {
		for _, inside := range []string{"", "Pty/"} {
			at := "RltdPties/" + party + "/" + inside
			paths[at+"Nm"] = fields[0]
			paths[at+"Id/OrgId/Othr/Id"], paths[at+"Id/PrvtId/Othr/Id"] = fields[1], fields[1]
		}
	}
	return paths
}()

// endInEntry takes the end of an element inside an entry.
func (c *camt) endInEntry(path string) (err error) {
	e := &c.entry
	if inside, ok := strings.CutPrefix(path, "NtryDtls/TxDtls/"); ok {
		return c.endInTransaction(inside)
	}
	text := c.x.leaf()
	switch path {
	case "Amt":
		if e.stated {
			return c.x.refuse(osms.FileDamaged, "an entry with two amounts")
		}
		e.stated = true
		e.amount, err = c.amount(text)
	case "CdtDbtInd":
		err = c.set(&e.side, text)
	case "RvslInd":
		e.reversed = text == "true" || text == "1"
	case "Sts", "Sts/Cd", "Sts/Prtry":
		if text != "" {
			err = c.set(&e.status, text)
		}
	case "BookgDt/Dt", "BookgDt/DtTm":
		e.booked, err = c.day(text)
	case "ValDt/Dt", "ValDt/DtTm":
		e.value, err = c.day(text)
	case "AcctSvcrRef":
		e.reference = oneLine(text)
	case "AddtlNtryInf":
		e.info = text
	case "NtryDtls/Btch/NbOfTxs":
		c.batch.count = text
	case "NtryDtls/Btch/TtlAmt":
		c.batch.stated = true
		c.batch.total, err = c.amount(text)
	case "NtryDtls/TxDtls":
		if c.s.rows+len(e.transactions) >= c.s.most {
			return c.s.tooMany()
		}
		e.transactions = append(e.transactions, c.tx)
	case "NtryDtls":
		return c.endBatch()
	}
	return err
}

func (c *camt) endInTransaction(path string) (err error) {
	t := &c.tx
	text := c.x.leaf()
	switch path {
	case "Amt":
		if t.stated {
			return c.x.refuse(osms.FileDamaged, "a transaction with two amounts")
		}
		t.stated = true
		t.amount, err = c.amount(text)
		return err
	case "AmtDtls/TxAmt/Amt":
		t.priced = true
		t.gross, err = c.amount(text)
		return err
	case "CdtDbtInd":
		return c.set(&t.side, text)
	}
	field, ok := camtPaths[path]
	if !ok || text == "" {
		return nil
	}
	switch before := &t.value[field]; field {
	case camtUnstructured, camtStructured:
		if *before != "" {
			*before += " "
		}
		if *before += text; len(*before) > c.x.meter.most {
			return c.x.refuse(osms.FileTooLarge, "a text of more than %d bytes", c.x.meter.most)
		}
	case camtDebtorID, camtCreditorID:
		// A party may have several numbers, of which one is the BIN or IIN.
		if *before == "" {
			*before = identification(text)
		}
	default:
		if *before == "" {
			*before = text
		}
	}
	return nil
}

// set keeps a value that may be stated once.
func (c *camt) set(field *string, text string) error {
	if *field != "" && *field != text {
		return c.x.refuse(osms.FileDamaged, "%s is stated twice, differently", c.x.path[len(c.x.path)-1])
	}
	*field = text
	return nil
}

// day reads 2026-10-15 or 2026-10-15T09:30:00+05:00: the day as it is written.
func (c *camt) day(text string) (osms.Date, error) {
	date, _, _ := strings.Cut(text, "T")
	if len(date) > 10 && strings.ContainsAny(date[10:11], "Z+-") {
		date = date[:10] // a date with a zone
	}
	day, err := osms.ParseDate(date)
	if err != nil {
		return 0, c.x.refuse(osms.FileDamaged, "%q is not a date", shortened(text))
	}
	return day, nil
}

// endBatch compares what a NtryDtls states of its transactions.
func (c *camt) endBatch() error {
	own := c.entry.transactions[c.batch.first:]
	if len(own) == 0 {
		return nil
	}
	if n, err := strconv.Atoi(c.batch.count); c.batch.count != "" && (err != nil || n != len(own)) {
		return c.disagrees(shortened(c.batch.count), strconv.Itoa(len(own)))
	}
	if !c.batch.stated {
		return nil
	}
	var sum osms.Tiyn
	for i := range own {
		amount, ok := own[i].signed(true)
		if !ok {
			return nil
		}
		if own[i].side != "" && own[i].side != c.entry.side {
			amount = -amount
		}
		if err := addTiyn(&sum, amount, own[i].line); err != nil {
			return err
		}
	}
	if sum != c.batch.total {
		return c.disagrees(tenge(c.batch.total), tenge(sum))
	}
	return nil
}

func (c *camt) disagrees(stated, counted string) error {
	return disagreement(c.stmt.part.where(c.entry.line), stated, counted)
}

// signed is the amount of the transaction, in or out; none is false.
func (t *camtTransaction) signed(in bool) (osms.Tiyn, bool) {
	amount, ok := t.amount, t.stated
	if !ok {
		amount, ok = t.gross, t.priced
	}
	if !in {
		amount = -amount
	}
	return amount, ok
}
