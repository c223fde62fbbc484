package ledger_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"osmsd/importers/ledger"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// TestLongTexts: texts beyond all forms are kept in part, the same in both
// readings; what identifies is the whole.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("ҰR7", 4000)
	iin := fakeIIN(1).Digits()
	camt := `<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>` + long + `</IBAN></Id></Acct><Ntry><Amt Ccy="KZT">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><BookgDt><Dt>2026-10-15</Dt></BookgDt>` +
		`<NtryDtls><TxDtls><Refs><EndToEndId>` + long + `</EndToEndId></Refs><RltdPties><Dbtr><Nm>` + long + `</Nm></Dbtr><Cdtr><Nm>` + long + `</Nm></Cdtr></RltdPties>` +
		`<RmtInf><Ustrd>[` + iin + `] ` + long + `</Ustrd><Strd><RfrdDocInf><Nb>` + long + `</Nb></RfrdDocInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`
	exchange := "1CClientBankExchange\nСекцияРасчСчет\nРасчСчет=" + long + "\nКонецРасчСчет\nСекцияДокумент=A\nНомер=" + long + "\nДатаОперации=15.10.2026\nСуммаПриход=5\nНазначениеПлатежа=" + long + "\nКонецДокумента\nКонецФайла\n"
	message := "{2:I102}{4:\n:20:" + long + "\n:50:/NAME/" + long + "\n:70:/NUM/" + long + "\n/KNP/021\n/REF/" + long + "\n/ASSIGN/" + long + "\n:21:1\n:32B:KZT5\n:70:/IDN/" + iin + "\n/REF/" + long + "\n:32A:261005KZT5\n-}\n"
	list := "ИИН;Период;Сумма;Референс;Плательщик\n" + iin + ";2026-10;5;" + long + ";" + long + "\n"
	for format, file := range map[string]string{"camt.053": camt, "1c": exchange, "mt102": message, "csv": list} {
		read := func(file string) osms.Document {
			docs, err := documents([]byte(file))
			if err != nil || len(docs.Documents) != 1 || docs.Format != format {
				t.Fatalf("%s: %v", format, err)
			}
			d := docs.Documents[0]
			sum := osms.NewPostingSum()
			err = docs.Each(strings.NewReader(file), int64(len(file)), func(_ int, p *osms.Posting) error {
				sum.Add(p)
				if n := utf8.RuneCountInString(p.Reverses); n > 140 {
					return fmt.Errorf("reverses of %d letters", n)
				}
				return nil
			})
			if err != nil || d.Digest != "" && sum.String() != d.Digest {
				t.Errorf("%s: other postings in the second reading: %v", format, err)
			}
			return d
		}
		d := read(file)
		for name, text := range map[string]string{"reference": d.Reference, "number": d.Number, "reverses": d.Reverses, "account": d.Account,
			"payer": d.Payer, "payee": d.Payee, "purpose": d.Purpose} {
			most := map[string]int{"payer": 1000, "payee": 1000, "purpose": 4000}[name]
			if most == 0 {
				most = 140
			}
			if n := utf8.RuneCountInString(text); n > most || n > 0 && n < most || !utf8.ValidString(text) {
				t.Errorf("%s: %s of %d letters", format, name, n)
			}
		}
		other := strings.ReplaceAll(file, long, long[:len(long)-1]+"8")
		if x := read(other); x.Identity == d.Identity || x.Reference != d.Reference {
			t.Errorf("%s: another end of the reference: %t", format, x.Identity == d.Identity)
		}
	}
	text := "Регион;Период;Сумма;Количество;Референс\nг. Алматы;2026-10;5;1;" + long + "\n"
	book, err := sheet.Open(bytes.NewReader([]byte(text)), int64(len(text)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	totals, err := ledger.Read(book, ledger.Options{})
	if err != nil || len(totals.Entries) != 1 || utf8.RuneCountInString(totals.Entries[0].Reference) != 140 {
		t.Errorf("%+v %v", totals, err)
	}
}
