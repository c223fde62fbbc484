package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// writeCamt writes a statement as camt.053.001.08.
func writeCamt(out *csvWriter, s *statement) error {
	esc := func(text string) string { return string(appendXML(nil, text)) }
	sided := func(a osms.Tiyn) (osms.Tiyn, string) {
		if a < 0 {
			return -a, "DBIT"
		}
		return a, "CRDT"
	}
	balance := func(code string, day osms.Date, a osms.Tiyn) string {
		a, side := sided(a)
		return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`, code, a, side, day)
	}
	id := fmt.Sprintf("ST%s%02d", yymmdd(s.until), s.number)
	made := s.until.Add(1).String() + "T09:15:00+05:00"
	err := put(out, `<?xml version="1.0" encoding="UTF-8"?>`,
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">`, `<BkToCstmrStmt>`,
		`<GrpHdr><MsgId>`+id+`</MsgId><CreDtTm>`+made+`</CreDtTm></GrpHdr>`,
		`<Stmt><Id>`+id+`</Id><ElctrncSeqNb>`+fmt.Sprint(s.number)+`</ElctrncSeqNb><CreDtTm>`+made+`</CreDtTm>`,
		fmt.Sprintf(`<FrToDt><FrDtTm>%sT00:00:00+05:00</FrDtTm><ToDtTm>%sT23:59:59+05:00</ToDtTm></FrToDt>`, s.from, s.until),
		`<Acct><Id><IBAN>`+fund.account+`</IBAN></Id><Ccy>KZT</Ccy><Ownr><Nm>`+esc(fund.name)+`</Nm><Id><OrgId><Othr><Id>`+fund.bin+`</Id></Othr></OrgId></Id></Ownr></Acct>`,
		balance("OPBD", s.from, s.opening), balance("CLBD", s.until, s.closing))
	for i := range s.movements {
		v := &s.movements[i]
		payer, payee := v.sides()
		amount, side := sided(v.sum.Amount)
		who := func(tag string, p party) string {
			return fmt.Sprintf(`<%s><Pty><Nm>%s</Nm><Id><OrgId><Othr><Id>%s</Id></Othr></OrgId></Id></Pty></%s><%sAcct><Id><IBAN>%s</IBAN></Id></%sAcct>`,
				tag, esc(p.name), p.bin, tag, tag, p.account, tag)
		}
		if err == nil {
			err = put(out, fmt.Sprintf(`<Ntry><NtryRef>%d</NtryRef><Amt Ccy="KZT">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>`, i+1, amount, side),
				fmt.Sprintf(`<BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%s</Dt></ValDt><AcctSvcrRef>%s</AcctSvcrRef>`, v.booked, v.booked, v.reference),
				`<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>`+map[string]string{"CRDT": "RCDT", "DBIT": "ICDT"}[side]+`</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>`,
				`<NtryDtls><TxDtls><Refs><AcctSvcrRef>`+v.reference+`</AcctSvcrRef><EndToEndId>`+v.reference+`</EndToEndId></Refs>`,
				fmt.Sprintf(`<Amt Ccy="KZT">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, amount, side),
				`<RltdPties>`+who("Dbtr", payer)+who("Cdtr", payee)+`</RltdPties>`,
				`<Purp><Prtry>`+v.knp+`</Prtry></Purp><RmtInf><Ustrd>`+esc(v.purpose)+`</Ustrd></RmtInf>`,
				fmt.Sprintf(`<RltdDts><TxDtTm>%sT10:00:00+05:00</TxDtTm></RltdDts></TxDtls></NtryDtls></Ntry>`, v.dated))
		}
	}
	if err != nil {
		return err
	}
	return put(out, `</Stmt>`, `</BkToCstmrStmt>`, `</Document>`)
}
