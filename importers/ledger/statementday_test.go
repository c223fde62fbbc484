package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// nameless is a movement of a day of October 2026 that has nothing to tell it
// by.
type nameless struct {
	day    int
	amount osms.Tiyn
}

func netOf(movements []nameless) (sum osms.Tiyn) {
	for _, m := range movements {
		sum += m.amount
	}
	return sum
}

// comma writes an amount without its sign.
func comma(amount osms.Tiyn) string {
	return fmt.Sprintf("%d,%02d", max(amount, -amount)/100, max(amount, -amount)%100)
}

func point(amount osms.Tiyn) string { return strings.Replace(comma(amount), ",", ".", 1) }

func side(amount osms.Tiyn, in, out string) string {
	if amount < 0 {
		return out
	}
	return in
}

// swiftPage writes a page of an MT940; marks are the letters of the fields 60
// and 62.
func swiftPage(number, marks string, opening osms.Tiyn, movements []nameless) string {
	balance := func(amount osms.Tiyn) string { return side(amount, "C", "D") + "261001KZT" + comma(amount) }
	var b strings.Builder
	fmt.Fprintf(&b, ":20:A\n:25:KZ1\n:28C:%s\n:60%c:%s\n", number, marks[0], balance(opening))
	for i, m := range movements {
		fmt.Fprintf(&b, ":61:2610%02d%s%sNTRF%s\n", m.day, side(m.amount, "C", "D"), comma(m.amount), []string{"NONREF", "", "NONREF//NONREF"}[i%3])
	}
	fmt.Fprintf(&b, ":62%c:%s\n-\n", marks[1], balance(opening+netOf(movements)))
	return b.String()
}

// namelessStatements writes one statement in each format.
var namelessStatements = map[string]func(opening osms.Tiyn, movements []nameless) string{
	"mt940": func(opening osms.Tiyn, movements []nameless) string { return swiftPage("1", "FF", opening, movements) },
	"camt": func(opening osms.Tiyn, movements []nameless) string {
		amount := func(amount osms.Tiyn) string {
			return fmt.Sprintf(`<Amt Ccy="KZT">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, point(amount), side(amount, "CRDT", "DBIT"))
		}
		var b strings.Builder
		fmt.Fprintf(&b, "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>KZ1</IBAN></Id></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>%s</Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>%s</Bal>\n",
			amount(opening), amount(opening+netOf(movements)))
		for _, m := range movements {
			fmt.Fprintf(&b, "<Ntry>%s<BookgDt><Dt>2026-10-%02d</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n", amount(m.amount), m.day)
		}
		return b.String() + "</Stmt></BkToCstmrStmt></Document>\n"
	},
	"1c": func(opening osms.Tiyn, movements []nameless) string {
		var b strings.Builder
		fmt.Fprintf(&b, "1CClientBankExchange\nСекцияРасчСчет\nРасчСчет=KZ1\nНачальныйОстаток=%s\nКонечныйОстаток=%s\nКонецРасчСчет\n",
			side(opening, "", "-")+point(opening), side(opening+netOf(movements), "", "-")+point(opening+netOf(movements)))
		for _, m := range movements {
			fmt.Fprintf(&b, "СекцияДокумент=Мемориальный ордер\nНомер=\nДатаОперации=%02d.10.2026\n%s=%s\nКонецДокумента\n", m.day, side(m.amount, "СуммаПриход", "СуммаРасход"), point(m.amount))
		}
		return b.String() + "КонецФайла\n"
	},
}

func identitiesOf(t interface{ Fatal(...any) }, text string) []string {
	d, _, err := open([]byte(text), sheet.Limits{})
	if err != nil {
		t.Fatal(err, text)
	}
	return identities(d)
}

func missing(some, all []string) (n int) {
	for _, id := range some {
		if !slices.Contains(all, id) {
			n++
		}
	}
	return n
}

// TestNamelessMovements: equal movements without reference or number are told
// apart by the balance with which their day opened, in files that bring parts of
// the days.
func TestNamelessMovements(t *testing.T) {
	days := []nameless{{14, 300}, {14, -100}, {15, 500}, {15, 500}, {15, -200}, {15, 500}, {16, 500}, {16, 900}}
	const opening = osms.Tiyn(-1000)
	for name, write := range namelessStatements {
		file := func(from, to int) []string { return identitiesOf(t, write(opening+netOf(days[:from]), days[from:to])) }
		all := file(0, len(days))
		if len(all) != len(days) {
			t.Errorf("%s: %d movements of %d", name, len(all), len(days))
		}
		reversed := slices.Clone(days)
		slices.Reverse(reversed)
		for of, want := range map[string][]string{"again": file(0, len(days)), "reordered": identitiesOf(t, write(opening, reversed)),
			"the last days": file(2, 8), "one day": file(2, 6), "a morning": file(2, 3), "a longer part of the day": file(2, 5)} {
			if n := missing(want, all); n > 0 {
				t.Errorf("%s: %s: %d movements more", name, of, n)
			}
		}
		if morning, rest := file(2, 3), file(3, 6); missing(rest, morning) != 3 {
			t.Errorf("%s: a movement of the afternoon is taken for one of the morning", name)
		}
		both := write(opening, days[:3]) + write(opening+netOf(days[:3]), days[3:])
		if name == "camt" {
			both = strings.Replace(both, "</BkToCstmrStmt></Document>\n<Document><BkToCstmrStmt>", "", 1)
		}
		if got := identitiesOf(t, both); len(got) != len(days) || missing(append(file(0, 3), file(3, 8)...), got) > 0 {
			t.Errorf("%s: two statements in one file are others than in two", name)
		}
		if other := namelessStatements["1c"](opening, days); !slices.Equal(identitiesOf(t, other), all) {
			t.Errorf("%s: another format brings other movements", name)
		}
	}
	pages := swiftPage("1/1", "FM", opening, days[:3]) + swiftPage("1/2", "MM", opening+netOf(days[:3]), days[3:5]) + swiftPage("1/3", "MF", opening+netOf(days[:5]), days[5:])
	for _, text := range []string{pages, pages + pages} {
		if !slices.Equal(identitiesOf(t, text), identitiesOf(t, swiftPage("1", "FF", opening, days))) {
			t.Error("pages are not the statement")
		}
	}
}

// TestNamelessParts: a statement cut into two at any place brings as many
// movements as the whole; where it is cut between days, the same ones.
func TestNamelessParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		movements := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) nameless {
			return nameless{rapid.IntRange(14, 16).Draw(t, "day"), osms.Tiyn(rapid.IntRange(1, 2).Draw(t, "amount"))}
		}), 1, 12).Draw(t, "movements")
		slices.SortStableFunc(movements, func(a, b nameless) int { return a.day - b.day })
		write := namelessStatements[rapid.SampledFrom([]string{"mt940", "camt", "1c"}).Draw(t, "format")]
		at := rapid.IntRange(0, len(movements)).Draw(t, "cut")
		all, first := identitiesOf(t, write(7, movements)), identitiesOf(t, write(7, movements[:at]))
		second := identitiesOf(t, write(7+netOf(movements[:at]), movements[at:]))
		if missing(first, all) > 0 || missing(second, first) != len(second) || len(first)+len(second) != len(movements) {
			t.Fatalf("%d and %d of %d", len(first), len(second), len(movements))
		}
		if between := at == 0 || at == len(movements) || movements[at-1].day != movements[at].day; between && missing(second, all) > 0 {
			t.Fatal("a statement of whole days brings other movements")
		}
	})
}

// TestIdentityStands: what identifies a movement that has a reference or number,
// or whose statement does not state its balance, is the same for ever.
func TestIdentityStands(t *testing.T) {
	const document = "СекцияДокумент=Мемориальный ордер\nДатаОперации=15.10.2026\nСуммаПриход=5.00\nПолучательИИК=KZ1\nКонецДокумента\n"
	const named, blind = "9217837f2ffad3b2c55f905b9beb2da65d7a41785c5f4a2616b81a3e0fd5596b", "479ac70312395c4ab1ff087773356299cbe56d16452b54ff55ff6a77f741c44f"
	for text, want := range map[string]string{
		swiftPage("1", "FF", 0, nil): "",
		":20:A\n:25:KZ1\n:28C:1\n:60F:C261015KZT1,00\n:61:261015C5,00NTRFX\n:62F:C261015KZT6,00\n-\n":                        named,
		":20:A\n:25:KZ1\n:28C:1\n:60F:C261015KZT9,00\n:61:261015C5,00NTRFNONREF//X\n:62F:C261015KZT14,00\n-\n":               named,
		"1CClientBankExchange\n" + document + "КонецФайла\n":                                                                 blind,
		"1CClientBankExchange\nСекцияРасчСчет\nРасчСчет=KZ1\nКонецРасчСчет\n" + document + "КонецФайла\n":                    blind,
		"1CClientBankExchange\nСекцияРасчСчет\nРасчСчет=KZ1\nКонечныйОстаток=5\nКонецРасчСчет\n" + document + "КонецФайла\n": blind,
	} {
		if got := strings.Join(identitiesOf(t, text), " "); got != want {
			t.Errorf("%s%s", text, got)
		}
	}
}
