package ledger

import (
	"strings"
	"testing"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// edits are samples with one thing changed, and what they must get: a code with
// the place and detail of its refusal, or nothing when the file is still good.
var edits = []struct {
	sample, from, to string
	want             string
}{
	{"1c-kazakh", "КонечныйОстаток=2158696.50", "КонечныйОстаток=2158696.51", "control_total at account KZ33125KZT1001313313, line 11: stated 2 158 696,51 tenge ≠ counted 2 158 696,50 tenge"},
	{"1c-kazakh", "ВсегоСписано=11704.00\nКонечныйОстаток=2158696.50", "", ""},
	{"1c-kazakh", "СуммаРасход=5852.00\nСуммаПриход=0.00\nКонецДокумента\nКонецФайла", "СуммаРасход=5852.01\nСуммаПриход=0.00\nКонецДокумента\nКонецФайла",
		"control_total at account KZ33125KZT1001313313, line 11: stated 11 704,00 tenge ≠ counted 11 704,01 tenge"},
	{"1c-kazakh", "ВсегоСписано=11704.00\n", "", ""},
	{"1c-kazakh", "ВсегоПоступило=1170400.50\nВсегоСписано=11704.00\nКонечныйОстаток=2158696.50", "ВсегоПоступило=1170400.51",
		"control_total at account KZ33125KZT1001313313, line 11: stated 1 170 400,51 tenge ≠ counted 1 170 400,50 tenge"},
	{"1c-storno", "КонечныйОстаток=2000.00\nКонецРасчСчет\nСекцияРасчСчет\nИИК=KZ33125KZT1001313313\nНачальныйОстаток=2000.00",
		"КонечныйОстаток=2001.00\nКонецРасчСчет\nСекцияРасчСчет\nИИК=KZ33125KZT1001313313\nНачальныйОстаток=2001.00",
		"control_total at account KZ33125KZT1001313313, line 3: stated 2 001,00 tenge ≠ counted 2 000,00 tenge"},
	{"camt-02", "<Bal><Tp><CdOrPrtry><Cd>OPBD", `<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">1000000.01</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal><Bal><Tp><CdOrPrtry><Cd>OPBD`,
		"control_total at account KZ33125KZT1001313313, statement S-201, line 5: stated 1 000 000,00 tenge ≠ counted 1 000 000,01 tenge"},
	{"1c-kazakh", "КонецФайла\n", "", "truncated at line 64: the file ends before КонецФайла"},
	{"1c-kazakh", "КонецФайла\n", "КонецФайла\nещё\n", "damaged at line 66: text behind КонецФайла"},
	{"1c-kazakh", "КонецДокумента\nКонецФайла", "КонецФайла", "damaged at line 64: a section begins or ends inside another"},
	{"1c-kazakh", "СуммаПриход=1170400.50", "СуммаПриход=1170400.5O", `damaged at line 20: "1170400.5O" is not an amount`},
	{"1c-kazakh", "СуммаРасход=0.00\nСуммаПриход=1170400.50", "", "damaged at line 20: a document without an amount"},
	{"1c-kazakh", "СуммаРасход=0.00\nСуммаПриход=1170400.50", "СуммаРасход=1.00\nСуммаПриход=1170400.50", "damaged at line 20: the amounts of a document contradict each other"},
	{"1c-kazakh", "ДатаОперации=16.10.2026", "ДатаОперации=31.02.2026", `damaged at line 20: "31.02.2026" is not a date`},
	{"1c-kazakh", "СуммаПриход=1170400.50\n", "СуммаПриход=1170400.50\nСуммаПриход=1.00\n", "damaged at line 34: СуммаПриход is stated twice, differently"},
	{"1c-kazakh", "СуммаПриход=1170400.50\n", "СуммаПриход=1170400.50\nВалюта=USD\n", `unsupported_format at line 20: the currency is "USD": only tenge (KZT) are read`},
	{"1c-kazakh", "НачальныйОстаток=1000000.00", "НачальныйОстаток=92233720368547758.07", "damaged at line 11: the sum of the amounts is beyond all money"},
	{"1c-storno", "НачальныйОстаток=2000.00", "НачальныйОстаток=2001.00", "control_total at account KZ33125KZT1001313313, line 10: stated 2 001,00 tenge ≠ counted 2 000,00 tenge"},
	{"1c-russian", "ПолучательСчет=KZ33125KZT1001313313", "ПолучательСчет=KZ11", "damaged at line 19: it does not show on which account the money moved"},

	{"mt940-swift", ":62F:C261016KZT2158296,00", ":62F:C261016KZT2158296,01", "control_total at account KZ33125KZT1001313313, statement 201/2, line 22: stated 2 158 296,01 tenge ≠ counted 2 158 296,00 tenge"},
	{"mt940-swift", ":60M:C261016KZT2164548,50", ":60M:C261016KZT2164548,49", "control_total at account KZ33125KZT1001313313, statement 201/2, line 17: stated 2 164 548,49 tenge ≠ counted 2 164 548,50 tenge"},
	{"mt940-swift", ":60M:", ":60F:", "truncated at line 11: the next page of the statement of KZ33125KZT1001313313 is missing"},
	{"mt940-swift", ":60F:C261015KZT1000000,00", ":60M:C261015KZT1000000,00", "truncated at line 5: the page before this one of the statement of KZ33125KZT1001313313 is missing"},
	{"mt940-swift", ":62M:C261016KZT2164548,50\n", "", "truncated at line 11: the statement ends without its closing balance"},
	{"mt940-swift", "KZT1000000,00", "USD1000000,00", `unsupported_format at line 5: the currency is "USD": only tenge (KZT) are read`},
	{"mt940-swift", ":61:2610161016CT1170400,50", ":61:2610161016CT1170400.50", "damaged at line 6: field 61 is not a movement"},
	{"mt940-swift", ":61:2610161016CT1170400,50", ":61:2613161016CT1170400,50", "damaged at line 6: field 61 is not a movement"},
	{"mt940-swift", ":61:2610161016CT1170400,50", ":61:2610161016EC1170400,50", "damaged at line 6: field 61 is not a movement"},
	{"mt940-swift", ":25:NBRKKZKX/KZ33125KZT1001313313\n:28C:201/1\n", "", "damaged at line 3: an opening balance without an account, or a second one"},
	{"mt940-swift", "-}{5:{CHK:000000000000}}\n", "", "truncated at line 24: the file ends inside a message"},
	{"mt940-bare", ":90C:2KZT601,50", ":90C:3KZT601,50", "control_total at account KZ33125KZT1001313313, statement 1, line 12: stated 3 ≠ counted 2"},
	{"mt940-bare", ":62F:C270102KZT101,50\n", "", "truncated at line 12: the statement ends without its closing balance"},
	{"mt940-bare", ":62F:C270102KZT101,50", ":62F:C270102KZT101,50\n:61:2612310102C1,00NTRFX", "damaged at line 11: a movement outside the balances"},

	{"camt-02", ">1170400.50</Amt><CdtDbtInd>", ">1170400.51</Amt><CdtDbtInd>", "control_total at account KZ33125KZT1001313313, statement S-201, line 15: stated 1 170 400,51 tenge ≠ counted 1 170 400,50 tenge"},
	{"camt-02", ">2164548.50<", ">2164548.51<", "control_total at account KZ33125KZT1001313313, statement S-201, line 5: stated 2 164 548,51 tenge ≠ counted 2 164 548,50 tenge"},
	{"camt-02", "<NbOfTxs>2<", "<NbOfTxs>3<", "control_total at account KZ33125KZT1001313313, statement S-201, line 15: stated 3 ≠ counted 2"},
	{"camt-02", `<Amt Ccy="KZT">1000000.00<`, `<Amt Ccy="EUR">1000000.00<`, `unsupported_format at line 8: the currency is "EUR": only tenge (KZT) are read`},
	{"camt-02", "<Document", "<!DOCTYPE Document [<!ENTITY a \"b\">]>\n<Document", "unsafe at line 2: the file has a document type (DTD), which may hide anything"},
	{"camt-02", "001.02", "001.13", `unsupported_format at line 3: "urn:iso:std:iso:20022:tech:xsd:camt.053.001.13" is not a version of camt.053 that is read: 02 to 12`},
	{"camt-02", "001.02", "001.12", ""},
	{"camt-02", "&amp;", "&nbsp;", "damaged at line 31: the XML is not well formed"},
	{"camt-02", "</Document>", "</Document><Document/>", "damaged at line 44: a second document behind the first"},
	{"camt-02", "</Document>", "", "truncated at line 45: the file ends inside an element"},
	{"camt-02", "<Sts>PDNG</Sts>", "<Sts>BOOK</Sts>", "control_total at account KZ33125KZT1001313313, statement S-201, line 5: stated 2 164 548,50 tenge ≠ counted 2 164 448,50 tenge"},
	{"camt-02", "<Ntry>", "<Ntry>1", "damaged at line 16: text beside elements in Ntry"},
	{"camt-02", "<BookgDt><Dt>2026-10-16</Dt></BookgDt>", "<BookgDt><Dt>2026-10-32</Dt></BookgDt>", `damaged at line 17: "2026-10-32" is not a date`},
	{"camt-02", "<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>", "<CdtDbtInd>CRDIT</CdtDbtInd><Sts>BOOK</Sts>", "damaged at line 15: an entry without amount or side"},
	{"camt-02", "<Acct><Id><IBAN>KZ33125KZT1001313313</IBAN></Id><Ccy>KZT</Ccy></Acct>", "", "damaged at line 5: a statement without its account"},
	{"camt-08", "PRCD", "OPBD", ""},
	{"camt-08", ">601.5<", ">601.4<", "control_total at account KZ33125KZT1001313313, statement 7/1, line 7: stated 601,40 tenge ≠ counted 601,50 tenge"},
}

func TestStatementsRefused(t *testing.T) {
	files := map[string]string{}
	for _, s := range samples(t) {
		files[s.name] = s.file
	}
	for _, e := range edits {
		text := strings.Replace(files[e.sample], e.from, e.to, 1)
		if text == files[e.sample] {
			t.Errorf("%s: nothing to replace with %q", e.sample, e.to)
		}
		_, _, err := open([]byte(text), sheet.Limits{})
		got := ""
		if err != nil {
			got = err.Error()
			fileCode(t, err)
		}
		if got != e.want {
			t.Errorf("%s: %q instead of %q:\n%s\nwant\n%s", e.sample, e.to, e.from, got, e.want)
		}
	}
}

// TestStatementsHostile: what would cost memory or time is refused.
func TestStatementsHostile(t *testing.T) {
	deep := "<Document><BkToCstmrStmt>" + strings.Repeat("<a>", 100_000)
	for _, c := range []struct {
		name, text string
		want       osms.FileCode
	}{
		{"deep", deep, osms.FileUnsafe},
		{"deep in another namespace", `<Document><BkToCstmrStmt><x:a xmlns:x="urn:x">` + strings.Repeat("<a>", 100_000), osms.FileUnsafe},
		{"a long text", "<Document><BkToCstmrStmt><Stmt><Id>" + strings.Repeat("1", 3<<20), osms.FileTooLarge},
		{"a long attribute", `<Document><BkToCstmrStmt><Stmt a="` + strings.Repeat("1", 3<<20), osms.FileTooLarge},
		{"many attributes", `<Document><BkToCstmrStmt><Stmt` + strings.Repeat(` a="1"`, 1<<20), osms.FileTooLarge},
		{"a long line", "1CClientBankExchange\nСумма=" + strings.Repeat("1", 3<<20), osms.FileDamaged},
		{"a field without end", ":20:A\n:25:B\n:60F:C261016KZT1,00\n:61:2610161016C1,00NTRFX\n:86:" + strings.Repeat("text\n", 1<<20), osms.FileTooLarge},
		{"orders to a bank", "1CClientBankExchange\nРасчСчет=KZ1\nСекцияДокумент=Платежное поручение\nНомер=1\nДата=15.10.2026\nСумма=5.00\nПлательщикСчет=KZ1\nПолучательСчет=KZ2\nКонецДокумента\nКонецФайла\n",
			osms.FileUnsupportedFormat},
	} {
		_, _, err := open([]byte(c.text), sheet.Limits{})
		if err == nil || fileCode(t, err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
