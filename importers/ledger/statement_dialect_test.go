package ledger

import (
	"fmt"
	"strings"
	"testing"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

func TestParseMovement(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2610161016CT1170400,50NTRFREF//BANK", "2026-10-16 1170400.50 false REF|BANK"}, {"261016C1,NTRFNONREF", "2026-10-16 1.00 false NONREF|"},
		{"261016D0,5S103X", "2026-10-16 -0.50 false X|"}, {"2612310102D2,00FMSCX/Y//Z//W", "2027-01-02 -2.00 false X/Y|Z//W"},
		{"2701021231C2,00NTRFX", "2026-12-31 2.00 false X|"}, {"261016RC3,00NTRFX", "2026-10-16 -3.00 true X|"}, {"261016RDT3,00NTRFX", "2026-10-16 3.00 true X|"},
		{"2402290301C3,00NTRF", "2024-03-01 3.00 false |"},
		{"", ""}, {"261016", ""}, {"261016C", ""}, {"261016C5", ""}, {"261016C5,00", ""}, {"261016C5,00XTRF", ""}, {"261016C5.00NTRF", ""}, {"261016C5,001NTRF", ""},
		{"261016C,50NTRF", ""}, {"261016C-5,00NTRF", ""}, {"261316C5,00NTRF", ""}, {"2610161332C5,00NTRF", ""}, {"261016EC5,00NTRF", ""}, {"261016RRC5,00NTRF", ""},
		{"261016C99999999999999999999,00NTRF", ""}, {"261016CTT5,00NTRF", ""},
	} {
		m, ok := parseMovement(c.text)
		got := ""
		if ok {
			got = fmt.Sprintf("%s %s %t %s|%s", m.booked, m.amount, m.reversed, m.reference, m.bank)
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSwiftRemark(t *testing.T) {
	long := strings.Repeat("а", 65)
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{"Оплата", "услуг"}, "Оплата услуг||"},
		{[]string{long, "услуг"}, long + "услуг||"},
		{[]string{"/NAME/ТОО Ромашка/IDN/160440007161/ASSIGN/Взносы/прочее"}, "Взносы/прочее|ТОО Ромашка|160440007161"},
		{[]string{"//NAME/ТОО/BIN/160440007161//REMI/Взносы"}, "Взносы|ТОО|160440007161"},
		{[]string{"/NAME/ТОО/UNKNOWN/x"}, "/NAME/ТОО/UNKNOWN/x|ТОО/UNKNOWN/x|"},
		{[]string{"166?00A?20Взносы?21за октябрь?32ТОО?33 Ромашка?30NBRKKZKX"}, "Взносы за октябрь|ТОО  Ромашка|"},
		{[]string{"166~20Взносы /BIN/160440007161~32ТОО"}, "Взносы /BIN/160440007161|ТОО|160440007161"},
		{[]string{"166?20Что это? Взносы"}, "Что это? Взносы||"},
		{[]string{"166 услуг"}, "166 услуг||"}, {[]string{"2026-10"}, "2026-10||"}, {nil, "||"},
	} {
		r := readSwiftRemark(c.lines)
		if got := r.purpose + "|" + r.name + "|" + r.id; got != c.want {
			t.Errorf("%q: %q, want %q", c.lines, got, c.want)
		}
	}
}

func TestClientDay(t *testing.T) {
	for text, want := range map[string]string{"15.10.2026": "2026-10-15", "5.1.2026": "2026-01-05", "15.10.26": "2026-10-15", "2026-10-15": "2026-10-15",
		"15/10/2026": "2026-10-15", "15.10.2026 10:11:12": "2026-10-15", "31.02.2026": "", "15.10": "", "15..10.2026": "", "2026.10": "", "15.10.2026x": "", "": "",
		"15.10.202": "", "1 5.10.2026": "", "15.10.2026 в": ""} {
		if got := clientDay(text); got.String() != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestISOAmount(t *testing.T) {
	for text, want := range map[string]string{"1000": "1000.00", "1000.5": "1000.50", "1000.50": "1000.50", "1000.50000": "1000.50", "0": "0.00", "1000.": "", ".5": "", "1000.501": "",
		"-5": "", "1,5": "", "1 000": "", "": "", "1e3": "", "99999999999999999999": ""} {
		got, ok := isoAmount(text)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%q: %s %t", text, got, ok)
		}
	}
}

// told is each movement of a text as account and amount, or why it is refused.
func told(text string) string {
	d, _, err := open([]byte(text), sheet.Limits{})
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, m := range d.Documents {
		fmt.Fprintf(&b, "%s %s %s; ", m.Account, m.Booked, m.Amount)
	}
	return fmt.Sprintf("%scontrolled %t, ignored %d", b.String(), d.Controlled, d.Ignored)
}

// TestClientDirections: which way the money of a document of 1C went.
func TestClientDirections(t *testing.T) {
	document := func(lines string) string {
		return "СекцияДокумент=Платежное поручение\nНомер=1\n" + strings.ReplaceAll(lines, " ", "\n") + "\nКонецДокумента\n"
	}
	section := func(account string) string {
		return "СекцияРасчСчет\nРасчСчет=" + account + "\nДатаНачала=15.10.2026\nКонецРасчСчет\n"
	}
	for _, c := range []struct{ text, want string }{
		{"РасчСчет=KZ1\n" + document("ДатаПоступило=15.10.2026 Сумма=5.00 ПлательщикСчет=KZ2 ПолучательСчет=KZ1"), "KZ1 2026-10-15 5.00; controlled false, ignored 0"},
		{"РасчСчет=KZ1\n" + document("ДатаСписано=15.10.2026 Сумма=5.00 ПлательщикСчет=KZ1 ПолучательСчет=KZ2"), "KZ1 2026-10-15 -5.00; controlled false, ignored 0"},
		{"РасчСчет=KZ1\n" + document("ДатаПоступило=15.10.2026 Сумма=5.00"), "KZ1 2026-10-15 5.00; controlled false, ignored 0"},
		{section("KZ1") + document("ДатаПоступило=15.10.2026 Сумма=5.00 ПолучательСчет=KZ9"), "KZ1 2026-10-15 5.00; controlled false, ignored 0"},
		{section("KZ1") + document("Дата=15.10.2026 Сумма=5.00 ПлательщикСчет=KZ1 ПолучательСчет=KZ2"), "KZ1 2026-10-15 -5.00; controlled false, ignored 0"},
		{section("KZ1") + section("KZ2") + document("ДатаСписано=15.10.2026 Сумма=5.00 ПлательщикСчет=KZ1 ПолучательСчет=KZ2"), "KZ1 2026-10-15 -5.00; controlled false, ignored 0"},
		{section("KZ1") + section("KZ2") + document("ДатаОперации=15.10.2026 Сумма=5.00 ПлательщикСчет=KZ1 ПолучательСчет=KZ2"), "KZ1 2026-10-15 -5.00; KZ2 2026-10-15 5.00; controlled false, ignored 0"},
		{section("KZ1") + document("ДатаОперации=15.10.2026 СуммаПриход=5.00") + section("KZ2") + document("ДатаОперации=15.10.2026 СуммаПриход=6.00"), "KZ1 2026-10-15 5.00; KZ2 2026-10-15 6.00; controlled false, ignored 0"},
		{document("ДатаОперации=15.10.2026 СуммаПриход=5.00 СуммаРасход=0 ПолучательИИК=KZ1"), "KZ1 2026-10-15 5.00; controlled false, ignored 0"},
		{document("ДатаОперации=15.10.2026 СуммаРасход=5.00 ПлательщикИИК=KZ1"), "KZ1 2026-10-15 -5.00; controlled false, ignored 0"},
		{document("ДатаОперации=15.10.2026 СуммаРасход=-5.00 ПлательщикИИК=KZ1"), "KZ1 2026-10-15 5.00; controlled false, ignored 0"},
		{"РасчСчет=KZ1\n" + document("ДатаОперации=15.10.2026 Сумма=0 ПлательщикСчет=KZ1 ПолучательСчет=KZ2"), "KZ1 2026-10-15 0.00; controlled false, ignored 0"},
		{"РасчСчет=KZ1\nРасчСчет=KZ2\nСекцияРасчСчет\nРасчСчет=KZ1\nНачальныйОстаток=0\nКонечныйОстаток=5\nКонецРасчСчет\n" + document("ДатаОперации=15.10.2026 СуммаПриход=5.00 ПолучательИИК=KZ1") +
			document("ДатаОперации=15.10.2026 СуммаПриход=6.00 ПолучательИИК=KZ2"), "KZ1 2026-10-15 5.00; KZ2 2026-10-15 6.00; controlled false, ignored 0"},
		{document("ДатаОперации=15.10.2026 СуммаПриход=5.00"), "damaged at line 2: it does not show on which account the money moved"},
		{"РасчСчет=KZ1\n" + document("ДатаОперации=15.10.2026 Сумма=5.00 ПлательщикСчет=KZ2 ПолучательСчет=KZ3"), "damaged at line 3: it does not show which way the money went"},
		{section("KZ1") + section("KZ2") + document("ДатаОперации=15.10.2026 СуммаПриход=5.00 ПолучательИИК=KZ3"), "damaged at line 10: it does not show on which account the money moved"},
		{section("KZ1") + document("Сумма=5.00 ПлательщикСчет=KZ1"), "damaged at line 6: a document without a date"},
		{"СекцияРасчСчет\nКонецРасчСчет\n", "damaged at line 2: a section of an account without its number"},
	} {
		if got := told("1CClientBankExchange\n" + c.text + "КонецФайла\n"); got != c.want {
			t.Errorf("%s%s\nwant %s", c.text, got, c.want)
		}
	}
}

// TestEqualMovements: two equal movements are two where they stand in one
// statement, or in two that follow each other, and one where a statement is
// there again.
func TestEqualMovements(t *testing.T) {
	page := func(number, from, to string, movements int) string {
		return ":20:A\n:25:KZ1\n:28C:" + number + "\n:60" + from + "\n" + strings.Repeat(":61:261015C5,00NTRFX\n", movements) + ":62" + to + "\n-\n"
	}
	five := "KZ1 2026-10-15 5.00; "
	for _, c := range []struct{ text, want string }{
		{page("1", "F:C261015KZT0,00", "F:C261015KZT10,00", 2), five + five + "controlled true, ignored 0"},
		{page("1/1", "F:C261015KZT0,00", "M:C261015KZT5,00", 1) + page("1/2", "M:C261015KZT5,00", "F:C261015KZT10,00", 1), five + five + "controlled true, ignored 0"},
		{page("1", "F:C261015KZT0,00", "F:C261015KZT5,00", 1) + page("2", "F:C261015KZT5,00", "F:C261015KZT10,00", 1), five + five + "controlled true, ignored 0"},
		{page("1", "F:C261015KZT0,00", "F:C261015KZT10,00", 2) + page("1", "F:C261015KZT0,00", "F:C261015KZT10,00", 2), five + five + "controlled true, ignored 2"},
		// A later part of a statement may hold again what an earlier one held.
		{page("1", "F:C261015KZT0,00", "F:C261015KZT5,00", 1) + page("9", "F:C261015KZT0,00", "F:C261015KZT10,00", 2), five + five + "controlled true, ignored 1"},
	} {
		if got := told(c.text); got != c.want {
			t.Errorf("%s%s\nwant %s", c.text, got, c.want)
		}
	}
	// A net of nothing: the copy opens with the balance that the first closed with.
	nought := ":20:A\n:25:KZ1\n:28C:1\n:60F:C261015KZT7,00\n:61:261015C5,00NTRFX\n:61:261015D5,00NTRFX\n:62F:C261015KZT7,00\n-\n"
	if got := told(nought + nought); got != "KZ1 2026-10-15 5.00; KZ1 2026-10-15 -5.00; controlled true, ignored 2" {
		t.Error(got)
	}
}

// TestCamtBatches: the transactions of an entry come to its amount, or the entry
// is one movement, or it is refused.
func TestCamtBatches(t *testing.T) {
	file := func(details string) string {
		return `<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>KZ1</IBAN></Id></Acct>` +
			`<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">0</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">9</Amt><CdtDbtInd>DBIT</CdtDbtInd></Bal>` +
			`<Ntry><Amt Ccy="KZT">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-15</Dt></BookgDt>` + details + `</Ntry></Stmt></BkToCstmrStmt></Document>`
	}
	amount := func(amount, more string) string {
		return `<TxDtls><Amt Ccy="KZT">` + amount + `</Amt>` + more + `</TxDtls>`
	}
	for _, c := range []struct{ details, want string }{
		{"", "KZ1 2026-10-15 -9.00; controlled true, ignored 0"},
		{"<NtryDtls><TxDtls/><TxDtls/></NtryDtls>", "KZ1 2026-10-15 -9.00; controlled true, ignored 0"},
		{"<NtryDtls>" + amount("4.00", "") + amount("5.00", "") + "</NtryDtls>", "KZ1 2026-10-15 -4.00; KZ1 2026-10-15 -5.00; controlled true, ignored 0"},
		{"<NtryDtls>" + amount("4.00", "") + "</NtryDtls><NtryDtls>" + amount("5.00", "") + "</NtryDtls>", "KZ1 2026-10-15 -4.00; KZ1 2026-10-15 -5.00; controlled true, ignored 0"},
		{"<NtryDtls>" + amount("10.00", "") + amount("1.00", "<CdtDbtInd>CRDT</CdtDbtInd>") + "</NtryDtls>", "KZ1 2026-10-15 -10.00; KZ1 2026-10-15 1.00; controlled true, ignored 0"},
		{"<NtryDtls>" + amount("4.00", "") + amount("4.00", "") + "</NtryDtls>", "control_total at account KZ1, statement 1, line 1: stated -9,00 tenge ≠ counted -8,00 tenge"},
		{"<NtryDtls>" + amount("8.00", "") + "</NtryDtls>", "control_total at account KZ1, statement 1, line 1: stated -9,00 tenge ≠ counted -8,00 tenge"},
		{"<NtryDtls>" + amount("9.00", "") + "<TxDtls/></NtryDtls>", "damaged at line 1: a transaction of several without an amount"},
		{`<NtryDtls><Btch><TtlAmt Ccy="KZT">8.00</TtlAmt></Btch>` + amount("9.00", "") + "</NtryDtls>", "control_total at account KZ1, statement 1, line 1: stated 8,00 tenge ≠ counted 9,00 tenge"},
		{`<Amt Ccy="KZT">9.00</Amt>`, "damaged at line 1: an entry with two amounts"},
		{`<CdtDbtInd>CRDT</CdtDbtInd>`, "damaged at line 1: CdtDbtInd is stated twice, differently"},
	} {
		if got := told(file(c.details)); got != c.want {
			t.Errorf("%s\n%s\nwant %s", c.details, got, c.want)
		}
	}
}

// TestRefusalsInWords: a person is told where a statement does not add up.
func TestRefusalsInWords(t *testing.T) {
	_, _, err := open([]byte(":20:A\n:25:KZ1\n:28C:7/1\n:60F:C261015KZT0,00\n:62F:C261015KZT1,00\n"), sheet.Limits{})
	refused, ok := err.(*osms.FileError)
	if !ok {
		t.Fatal(err)
	}
	for lang, want := range map[string][2]string{
		"ru": {"(счёт KZ1, выписка 7/1, строка 5)", "в документе указано 1,00 тенге, насчитано 0,00 тенге"},
		"kk": {"(KZ1 шоты, 7/1 көшірмесі, жол 5)", "құжатта 1,00 теңге көрсетілген, есептелгені 0,00 теңге"},
		"en": {"(account KZ1, statement 7/1, line 5)", "stated 1,00 tenge ≠ counted 0,00 tenge"},
	} {
		if got := refused.Message(lang); !strings.Contains(got, want[0]) || !strings.Contains(got, want[1]) {
			t.Errorf("%s: %s", lang, got)
		}
	}
	refused = foreign(7, "USD").(*osms.FileError)
	if got := refused.Message("ru"); got != `Документ не в тенге (строка 7), валюта "USD": читаются только тенге; пришлите выписку счёта или список в тенге.` {
		t.Error(got)
	}
}
