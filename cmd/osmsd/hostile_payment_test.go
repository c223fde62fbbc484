package main

import (
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// What hostile statements and lists of persons are made of: an account, payer
// and references of the case's own, so that no other case has the same payment.

func (s source) account() string { return fmt.Sprintf("KZ33125KZT%010d", s.nth) }

func (s source) reference() string { return fmt.Sprintf("REF%d", s.nth) }

// move is one movement of a statement. Negative is money that left.
type move struct {
	day     int // of October 2026
	amount  osms.Tiyn
	number  string
	purpose string
}

const paidFor = "Взносы государства на ОСМС за октябрь 2026 г. по Восточно-Казахстанской области"

// moves are n payments on one day and the days after it.
func moves(day int, n int) (out []move) {
	for i := range n {
		out = append(out, move{day + i, osms.Tiyn(585_200 * (i + 1)), fmt.Sprint(day + i), paidFor})
	}
	return out
}

// opening is with how much every statement begins.
const opening osms.Tiyn = 100_000_000

func closing(all []move) osms.Tiyn {
	sum := opening
	for _, m := range all {
		sum += m.amount
	}
	return sum
}

func comma(amount osms.Tiyn) string { return strings.Replace(amount.String(), ".", ",", 1) }

// mt940 is a statement of one page; a reversed move is a storno.
func (s source) mt940(all ...move) string {
	var b strings.Builder
	fmt.Fprintf(&b, ":20:S%d\n:25:%s\n:28C:1/1\n:60F:C261001KZT%s\n", s.nth, s.account(), comma(opening))
	for _, m := range all {
		side, amount := "C", m.amount
		if amount < 0 {
			side, amount = "D", -amount
		}
		fmt.Fprintf(&b, ":61:2610%02d%s%sNTRF%s-%s\n:86:/NUM/%s/BIN/160440007161/KNP/122/ASSIGN/%s\n", m.day, side, comma(amount), s.reference(), m.number, m.number, m.purpose)
	}
	fmt.Fprintf(&b, ":62F:C261031KZT%s\n", comma(closing(all)))
	return b.String()
}

// clientBank is the same as 1CClientBankExchange.
func (s source) clientBank(all ...move) string {
	var b, documents strings.Builder
	var in, out osms.Tiyn
	for _, m := range all {
		side := fmt.Sprintf("ПолучательИИК=%s\nСуммаПриход=%s", s.account(), m.amount)
		if m.amount < 0 {
			side = fmt.Sprintf("ПлательщикИИК=%s\nСуммаРасход=%s", s.account(), -m.amount)
			out -= m.amount
		} else {
			in += m.amount
		}
		fmt.Fprintf(&documents, "СекцияДокумент=ПлатежноеПоручение\nНомерДокумента=%s\nДатаДокумента=%02d.10.2026\nДатаОперации=%02d.10.2026\n%s\nКодНазначенияПлатежа=122\nНазначениеПлатежа=%s\nКонецДокумента\n",
			m.number, m.day, m.day, side, m.purpose)
	}
	fmt.Fprintf(&b, "1CClientBankExchange\nВерсияФормата=2.00\nСекцияРасчСчет\nРасчСчет=%s\nНачальныйОстаток=%s\nВсегоПоступило=%s\nВсегоСписано=%s\nКонечныйОстаток=%s\nКонецРасчСчет\n",
		s.account(), opening, in, out, closing(all))
	return b.String() + documents.String() + "КонецФайла\n"
}

// camt is the same as camt.053; entry is what stands in an entry beside its
// amount, "" the payment alone.
func (s source) camt(all ...move) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>`)
	fmt.Fprintf(&b, "<Id>S-%d</Id><Acct><Id><IBAN>%s</IBAN></Id><Ccy>KZT</Ccy></Acct>\n", s.nth, s.account())
	balance := func(kind string, amount osms.Tiyn) {
		fmt.Fprintf(&b, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>`+"\n", kind, amount)
	}
	balance("OPBD", opening)
	balance("CLBD", closing(all))
	for _, m := range all {
		side, amount := "CRDT", m.amount
		if amount < 0 {
			side, amount = "DBIT", -amount
		}
		fmt.Fprintf(&b, `<Ntry><Amt Ccy="KZT">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-%02d</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>%s-%s</EndToEndId></Refs><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`+"\n",
			amount, side, m.day, s.reference(), m.number, m.purpose)
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	return b.String()
}

// paid is one person of a list.
type paid struct {
	iin    string
	amount osms.Tiyn
	month  string // 102026; "" not stated
}

// paidFor3 are three persons, paid for October.
func (s source) paidFor3() (out []paid) {
	for i := range 3 {
		out = append(out, paid{s.pupil(i).Digits(), 585_200, "102026"})
	}
	return out
}

// mt102 is a message of these persons, with its true sum.
func (s source) mt102(all ...paid) string {
	var b strings.Builder
	fmt.Fprintf(&b, ":20:%s\n:50:/D/KZ123456789012345678\n/NAME/Государственная корпорация\n/IDN/160440007161\n:59:%s\n/NAME/Фонд социального медицинского страхования\n/IDN/160940025485\n", s.reference(), s.account())
	fmt.Fprintf(&b, ":70:/NUM/17\n/DATE/261005\n/KNP/122\n/ASSIGN/Взносы государства на ОСМС Кол-во потребителей =%d\n", len(all))
	var sum osms.Tiyn
	for i, p := range all {
		fmt.Fprintf(&b, ":21:%d\n:32B:KZT%s\n:70:/FM/Сынақов\n/NM/Әли\n/DT/20150314\n/IDN/%s\n", i+1, comma(p.amount), p.iin)
		if p.month != "" {
			fmt.Fprintf(&b, "/PERIOD/%s\n", p.month)
		}
		sum += p.amount
	}
	fmt.Fprintf(&b, ":32A:261006KZT%s\n", comma(sum))
	return b.String()
}
