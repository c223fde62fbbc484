package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// soundStatement reads a file and holds what it says against itself.
func soundStatement(t *testing.T, file []byte, format string) *Documents {
	src, size := bytes.NewReader(file), int64(len(file))
	d, err := ReadDocuments(src, size, format, sheet.Limits{Rows: 5000}, Options{})
	if err != nil {
		if refused := new(osms.FileError); !errors.As(err, &refused) {
			t.Fatalf("not a refusal: %v", err)
		}
		return nil
	}
	if d.Rows != len(d.Documents)+d.Ignored || len(d.Documents) == 0 && d.Rows > d.Ignored {
		t.Fatalf("%d rows, %d documents, %d ignored", d.Rows, len(d.Documents), d.Ignored)
	}
	known := map[string]bool{}
	for _, m := range d.Documents {
		if known[m.Identity] || m.Identity == "" || m.Kind != osms.DocumentMovement || m.Booked == 0 || m.Row < 1 || len(m.KNP) != 0 && len(m.KNP) != 3 ||
			len(m.PayerID) != 0 && len(m.PayerID) != 12 || m.Reverses != "" && !m.Returned && len(m.Purpose) < longestPurpose && !strings.Contains(strings.ToLower(m.Purpose), "взамен") &&
			!strings.Contains(strings.ToLower(osms.FoldName(m.Purpose)), osms.FoldName("орнына")) && m.Format != "mt940" && m.Format != "mt950" {
			t.Fatalf("%+v", m)
		}
		known[m.Identity] = true
	}
	sums := make([]*osms.PostingSum, len(d.Documents))
	err = d.Each(src, size, func(document int, p *osms.Posting) error {
		m := &d.Documents[document]
		if sums[document] != nil || p.Amount != m.Amount || !p.Returned || !m.Returned || p.Month != m.Month || p.Place != m.Place {
			return fmt.Errorf("posting %d of %d", p.Number, document)
		}
		sums[document] = osms.NewPostingSum()
		sums[document].Add(p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range d.Documents {
		if (m.Digest != "") != (sums[i] != nil) || sums[i] != nil && sums[i].String() != m.Digest {
			t.Fatalf("document %d: other postings in the second reading", i)
		}
	}
	return d
}

// fuzzStatement: nothing panics, what is read is sound, and other line ends are
// the same documents.
func fuzzStatement(f *testing.F, prefix, format string) {
	for _, s := range samples(f) {
		if strings.HasPrefix(s.name, prefix) {
			f.Add([]byte(s.file))
		}
	}
	for _, e := range edits {
		for _, s := range samples(f) {
			if s.name == e.sample && strings.HasPrefix(s.name, prefix) {
				f.Add([]byte(strings.Replace(s.file, e.from, e.to, 1)))
			}
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		d := soundStatement(t, file, format)
		if d == nil || d.Encoding != "utf-8" || bytes.ContainsRune(file, '\r') {
			return
		}
		again := soundStatement(t, bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")), format)
		if again == nil || !slices.Equal(identities(again), identities(d)) {
			t.Fatal("with other line ends other documents")
		}
	})
}

func Fuzz1C(f *testing.F)    { fuzzStatement(f, "1c", "1c") }
func FuzzMT940(f *testing.F) { fuzzStatement(f, "mt", "mt940") }
func FuzzCamt(f *testing.F)  { fuzzStatement(f, "camt", "camt.053") }

// manyOf repeats the movements of a sample's kind n times, with balances that
// hold.
func manyOf(format string, n int) []byte {
	const account, purpose = "KZ33125KZT1001313313", "Взносы государства на ОСМС за октябрь 2026 г. по Восточно-Казахстанской области, Кол-во потребителей =1"
	var b bytes.Buffer
	total := fmt.Sprintf("%d,%02d", n*585201/100, n*585201%100)
	switch format {
	case "1c":
		fmt.Fprintf(&b, "1CClientBankExchange\nСекцияРасчСчет\nРасчСчет=%s\nНачальныйОстаток=0\nВсегоПоступило=%s\nВсегоСписано=0\nКонечныйОстаток=%s\nКонецРасчСчет\n", account, total, total)
		for i := range n {
			fmt.Fprintf(&b, "СекцияДокумент=ПлатежноеПоручение\nНомерДокумента=%d\nДатаДокумента=15.10.2026\nДатаОперации=15.10.2026\nПлательщикИИК=KZ12009\nПлательщикБИН_ИИН=160440007161\n"+
				"ПлательщикНаименование=Государственная корпорация\nПолучательИИК=%s\nПолучательБИН_ИИН=160940025485\nКодНазначенияПлатежа=122\nНазначениеПлатежа=%s\nСуммаРасход=0.00\nСуммаПриход=5852.01\nКонецДокумента\n", i, account, purpose)
		}
		b.WriteString("КонецФайла\n")
	case "mt940":
		fmt.Fprintf(&b, ":20:A\n:25:%s\n:28C:1/1\n:60F:C261015KZT0,00\n", account)
		for i := range n {
			fmt.Fprintf(&b, ":61:2610151015CT5852,01NTRFGCVP%d//B%d\n:86:/NUM/%d/NAME/Государственная корпорация/BIN/160440007161/KNP/122/ASSIGN/\n%s\n", i, i, i, purpose)
		}
		fmt.Fprintf(&b, ":62F:C261015KZT%s\n", total)
	case "camt.053":
		balance := `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>` + "\n"
		fmt.Fprintf(&b, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n<BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>%s</IBAN></Id></Acct>\n", account)
		fmt.Fprintf(&b, balance+balance, "OPBD", "0.00", "CLBD", strings.Replace(total, ",", ".", 1))
		for i := range n {
			fmt.Fprintf(&b, `<Ntry><Amt Ccy="KZT">5852.01</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-10-15</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>E%d</EndToEndId></Refs>
<RltdPties><Dbtr><Pty><Nm>Государственная корпорация</Nm><Id><OrgId><Othr><Id>160440007161</Id></Othr></OrgId></Id></Pty></Dbtr></RltdPties><Purp><Prtry>122</Prtry></Purp><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`, i, purpose)
		}
		b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	}
	return b.Bytes()
}

func benchmarkStatement(b *testing.B, format string) {
	file := manyOf(format, 20_000)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := ReadDocuments(bytes.NewReader(file), int64(len(file)), format, sheet.Limits{}, Options{})
		if err != nil || len(d.Documents) != 20_000 || d.Documents[0].Region != 63 {
			b.Fatal(d, err)
		}
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "movements/s")
}

func Benchmark1C(b *testing.B)    { benchmarkStatement(b, "1c") }
func BenchmarkMT940(b *testing.B) { benchmarkStatement(b, "mt940") }
func BenchmarkCamt(b *testing.B)  { benchmarkStatement(b, "camt.053") }
