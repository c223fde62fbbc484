package jobs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// movement is one line of a statement of the Fund's account.
type movement struct {
	number, reference, day, purpose string
	payer, payee, knp               string
	amount                          int // tenge; negative: leaves the account
}

const fund = "160940025485"

// bankOf is a 1C statement of the Fund's account.
func bankOf(movements ...movement) []string {
	sum := 0
	for _, m := range movements {
		sum += m.amount
	}
	lines := []string{"1CClientBankExchange", "Кодировка=Windows", "РасчСчет=KZ33125KZT1001313313", "СекцияРасчСчет", "РасчСчет=KZ33125KZT1001313313",
		"НачальныйОстаток=1000000,00", fmt.Sprintf("КонечныйОстаток=%d,00", 1_000_000+sum), "КонецРасчСчет"}
	for _, m := range movements {
		from, to, in, out := "KZ12009MEMO000000001", "KZ33125KZT1001313313", m.amount, 0
		if m.payer == "" {
			m.payer = stateCorporation
		}
		if m.amount < 0 {
			from, to, in, out = to, from, 0, -m.amount
			if m.payer == stateCorporation {
				m.payer = fund
			}
			if m.payee == "" {
				m.payee = stateCorporation
			}
		}
		if m.knp == "" {
			m.knp = "122"
		}
		lines = append(lines, "СекцияДокумент=ПлатежноеПоручение", "НомерДокумента="+m.number, "Референс="+m.reference, "ДатаДокумента="+m.day,
			"ДатаОперации="+m.day, "ПлательщикИИК="+from, "ПлательщикБИН_ИИН="+m.payer, "ПолучательИИК="+to, "ПолучательБИН_ИИН="+m.payee,
			"КодНазначенияПлатежа="+m.knp, "НазначениеПлатежа="+m.purpose, fmt.Sprintf("СуммаРасход=%d,00", out), fmt.Sprintf("СуммаПриход=%d,00", in), "КонецДокумента")
	}
	return append(lines, "КонецФайла")
}

const vko, pavlodar = "Взносы за октябрь 2026 г. по Восточно-Казахстанской области", "Взносы за октябрь 2026 г. по Павлодарской области"

func (o *office) wantAt(what string, month osms.Month, region osms.Region, want string) {
	o.t.Helper()
	if got := o.reconciled(month, region); got != want {
		o.t.Errorf("%s, %s %s:\n got %s\nwant %s", what, month, region, got, want)
	}
}

// TestSumsAreNotLinks: a list and a movement of one sum that have references of
// their own, or name different regions, are not each other's.
func TestSumsAreNotLinks(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		o.take(0, "s.txt", bankOf(movement{number: "77", reference: "M55", day: "05.11.2026", purpose: pavlodar, amount: 6800})...)
		o.take(0, "l.csv", paymentsOf("L63", 202610, p...)...)
		o.wantAt("the region of the list", 202610, 63, "statements: ledger 0 due 6800 rest -6800")
		o.wantAt("the region of the movement", 202610, 55, "statements: ledger 6800 due 0 rest 6800")
		o.at("2026-11-30T09:00:00+05:00") // nothing is on its way any more
		o.take(0, "s2.txt", bankOf(movement{number: "78", day: "06.11.2026", purpose: "Взносы", amount: 3400})...)
		o.take(0, "l2.csv", paymentsOf("L64", 202610, p[0], p[1])...)
		o.wantAt("a sum that only these two have", 202610, 63, "statements: ledger 3400 due 6800 rest -3400")
	})
}

// TestCorrectedMovement: what a statement said before it was taken back does not
// cling to the movement; while it stands, another purpose is told.
func TestCorrectedMovement(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.frozenOctober()
		m := movement{number: "77", reference: "X1", day: "05.11.2026", purpose: "Взносы за сентябрь 2026 г. по Павлодарской области", amount: 6800}
		wrong := o.take(0, "a.txt", bankOf(m)...)
		m.purpose = vko
		again := o.take(0, "b.txt", bankOf(m)...)
		if again.Joined != 0 || len(again.Refusals) != 1 || again.Refusals[0].Code != osms.DocumentDiffers || again.Refused != 0 {
			t.Errorf("a movement that says another thing: joined %d, %+v", again.Joined, again.Refusals)
		}
		o.undo(again.Import, UndoOptions{})
		o.undo(wrong.Import, UndoOptions{})
		m.day = "05.11.2026"
		o.want("the corrected one", o.take(0, "c.txt", bankOf(m)...), osms.Applied, counts(1, 1, 0, 0, 0, 0, 0, 0))
		o.wantAt("corrected", 202610, 63, "statements: ledger 6800 due 6800 rest 0")
		o.wantAt("as it had been", 202609, 55, "none: ledger 0 due 0 rest 0")
		o.verified()
	})
}

// TestNumbersOfOtherYears: a payment order of another year with the same number
// has nothing to do with a list.
func TestNumbersOfOtherYears(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		o.take(0, "old.txt", bankOf(movement{number: "15", day: "15.01.2025", purpose: "Взносы", amount: 1234})...)
		o.take(0, "now.txt", bankOf(movement{number: "99", day: "05.11.2026", purpose: pavlodar, amount: 500})...)
		o.take(0, "l.csv", paymentsOf("15", 202610, p...)...)
		o.wantAt("the list", 202610, 63, "statements: ledger 0 due 6800 rest -6800")
		o.wantAt("no region", 202610, 0, "statements: ledger 0 due 0 rest 0")
	})
}

// TestRegionsWithoutTotals: what a statement shows for a region that the month's
// totals do not have is not hidden.
func TestRegionsWithoutTotals(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.frozenOctober()
		o.take(0, "s.txt", bankOf(movement{number: "77", day: "05.11.2026", purpose: vko, amount: 6800})...)
		o.take(0, "totals.csv", "Регион;Период;Количество;Сумма", "55;2026-10;1;1700,00")
		o.wantAt("totals of another region", 202610, 63, "totals: ledger 0 due 6800 rest -6800; not_in_totals 6800")
	})
}

// TestUndatedList: a list without a day is its movement's wherever it is asked.
func TestUndatedList(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		list := paymentsOf("R1", 202610, p...)
		for i := range list {
			list[i] = strings.Replace(list[i], "05.11.2026", "", 1)
		}
		o.take(0, "l.csv", list...)
		o.take(0, "s.txt", bankOf(movement{number: "77", reference: "R1", day: "05.11.2026", purpose: "Взносы", amount: 6800})...)
		o.wantAt("the month of the list", 202610, 63, "statements: ledger 6800 due 6800 rest 0")
		if got := o.reconciled(202611, 63); strings.Contains(got, "no_month") {
			t.Errorf("the month of the movement: %s", got)
		}
	})
}

// TestReturnsOfOthers: what goes back to an employer is not the state's, and what
// goes back to the state is, whatever its purpose calls it.
func TestReturnsOfOthers(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.desk.State.PayerID = "070952133429"
		_, p := o.frozenOctober()
		const employer = "050340001234"
		o.take(0, "l.csv", paymentsOf("R1", 202610, p...)...)
		o.take(0, "s.txt", bankOf(movement{number: "77", reference: "R1", day: "05.11.2026", purpose: vko, amount: 6800},
			movement{number: "80", day: "06.11.2026", purpose: vko, payer: employer, amount: 900},
			movement{number: "81", day: "07.11.2026", purpose: "Возврат за октябрь 2026 г. по Восточно-Казахстанской области", payer: fund, payee: employer, amount: -900})...)
		o.wantAt("an employer's", 202610, 63, "statements: ledger 6800 due 6800 rest 0; not_state 0")
		o.take(0, "back.txt", bankOf(movement{number: "82", day: "08.11.2026", purpose: "Ошибочно перечислено за октябрь 2026 г. по Восточно-Казахстанской области", amount: -1700})...)
		if got := o.reconciled(202610, 63); !strings.HasPrefix(got, "statements: ledger 5100 due 6800") {
			t.Errorf("the state's: %s", got)
		}
	})
}

// TestAsOfSettings: rates and the payer that were learnt later do not change what
// is told of before.
func TestAsOfSettings(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.frozenOctober()
		o.take(0, "s.txt", bankOf(movement{number: "77", day: "05.11.2026", purpose: vko, payer: "070952133429", amount: 7600})...)
		asOf := o.now.UTC().Truncate(time.Second)
		tell := func() string {
			r, err := o.desk.Reconcile(t.Context(), 202610, asOf, o.now.UTC().Truncate(time.Second))
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%+v", r)
		}
		one := tell()
		o.at("2027-01-10T09:00:00+05:00")
		o.desk.Rates = append(o.desk.Rates, osms.StateRate{Year: 2027, Percent: osms.Rate(2000), Base: 9_500_000})
		o.desk.State.PayerID = "100000000000"
		o.take(0, "more.csv", "Регион;Период;Количество;Сумма", "55;2026-12;1;1700,00")
		if two := tell(); one != two {
			t.Errorf("the same moment is told differently:\n%s\n%s", one, two)
		}
		if got := o.reconciled(202610, 63); !strings.Contains(got, "not_state 7600") {
			t.Errorf("with another payer now: %s", got)
		}
		o.verified()
	})
}

// TestStatementOfLists: a statement shows what lists say was paid and arrived;
// lists that do not speak of a person's organisation silence nothing.
func TestStatementOfLists(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		total := func(person osms.IIN) osms.Tiyn {
			s, err := o.desk.Statement(t.Context(), person, 202610, 202610, o.now)
			if err != nil {
				t.Fatal(err)
			}
			return s.Total / 100
		}
		o.take(0, "totals.csv", "Регион;Период;Количество;Сумма;Референс", "63;2026-10;4;6800,00;T1")
		o.take(0, "other.csv", paymentsOf("OTHER", 202610, child(t, 77))...)
		if got := total(p[0]); got != 1700 {
			t.Errorf("beside a list of other persons: %d", got)
		}
		o.take(0, "l.csv", paymentsOf("T1", 202610, p[0], p[1], p[2])...)
		o.take(0, "late.csv", paymentsOf("LATE", 202610, p[3])...)
		for i, want := range []osms.Tiyn{1700, 1700, 1700, 0} { // the last one's list has not arrived
			if got := total(p[i]); got != want {
				t.Errorf("person %d: %d, want %d", i, got, want)
			}
		}
	})
}

// TestFarMonths: a payment of years ago proves nothing about this month.
func TestFarMonths(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		o.take(0, "old.csv", paymentsOf("OLD", 202401, p[0], p[0])...)
		o.take(0, "l.csv", paymentsOf("R1", 202610, p[1:]...)...)
		o.wantAt("a payment of 2024", 202610, 63, "lists: ledger 5100 due 6800 rest -1700")
		o.take(0, "near.csv", paymentsOf("NEAR", 202609, p[0])...)
		o.wantAt("a payment of September", 202610, 63, "lists: ledger 5100 due 6800 other_month -1700 (near.csv:2) rest 0")
	})
}

// TestSameReferenceInOneFile: two messages of one reference in a file say
// different things of one payment.
func TestSameReferenceInOneFile(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		r := o.take(0, "two.txt", append(mt102Of("R1", p[0], p[1]), mt102Of("R1", p[0], p[2])...)...)
		if r.Outcome != osms.FileRefused || r.Error.Code != osms.FileDocumentConflict {
			t.Errorf("%s %+v", r.Outcome, r.Error)
		}
	})
}

// TestStorno: a movement that is taken back without a word about month, region or
// persons takes them from what it takes back.
func TestStorno(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		o.take(0, "l.csv", paymentsOf("R1", 202610, p...)...)
		o.take(0, "s.txt", bankOf(movement{number: "77", reference: "R1", day: "05.11.2026", purpose: "Взносы", amount: 6800})...)
		o.wantAt("paid", 202610, 63, "statements: ledger 6800 due 6800 rest 0")
		o.take(0, "back.txt", bankOf(movement{number: "78", day: "09.11.2026", purpose: "Сторно п/п № 77 от 05.11.2026", amount: -6800})...)
		if got := o.reconciled(202610, 63); !strings.HasPrefix(got, "statements: ledger 0 due 6800 returned -6800") || !strings.HasSuffix(got, "rest 0") {
			t.Errorf("taken back: %s", got)
		}
		o.verified()
	})
}

// TestReturnOfOne: a return that names a person, and no month, is that person's
// payment of the sum; its region is the person's.
func TestReturnOfOne(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		o.take(0, "l.csv", paymentsOf("R1", 202610, p...)...)
		o.take(0, "s.txt", bankOf(movement{number: "77", reference: "R1", day: "05.11.2026", purpose: "Взносы", amount: 6800},
			movement{number: "78", day: "09.11.2026", knp: "021", amount: -1700,
				purpose: "Возврат ошибочных элементов платежа [" + p[2].Digits() + "] не соответствует указанным Ф.И.О."})...)
		o.wantAt("no month", 202610, 63, "statements: ledger 5100 due 6800 returned -1700 (s.txt:23) rest 0")
		o.take(0, "s2.txt", bankOf(movement{number: "79", day: "10.11.2026", knp: "021", amount: -1700,
			purpose: "Возврат ошибочных элементов платежа за октябрь 2026 г. [" + p[1].Digits() + "] не соответствует указанным Ф.И.О."})...)
		if got := o.reconciled(202610, 63); !strings.HasPrefix(got, "statements: ledger 3400 due 6800 returned -3400") || !strings.HasSuffix(got, "rest 0") {
			t.Errorf("with its month: %s", got)
		}
	})
}

// TestOneTale: two months tell the same of a payment, frozen or not.
func TestOneTale(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		o.at("2026-11-01T09:00:00+05:00")
		var p []osms.IIN
		var learners []learner
		for n := range 4 {
			p = append(p, child(t, n+1))
			learners = append(learners, learner{iin: p[n], bin: a, enrolled: "01.09.2026"})
		}
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learners...)...)
		if _, _, err := o.assess(202610, false, ""); err != nil {
			t.Fatal(err)
		}
		o.at("2026-11-10T09:00:00+05:00")
		o.take(0, "sep.csv", paymentsOf("S", 202609, p[1:]...)...)
		o.take(0, "oct.csv", paymentsOf("O", 202610, p[0], p[0], p[1], p[2], p[3])...)
		o.wantAt("September, not frozen", 202609, 63, "lists: ledger 5100 due 6800 other_month -1700 (oct.csv:3) rest 0")
		o.wantAt("October, frozen", 202610, 63, "lists: ledger 8500 due 6800 other_month 1700 (oct.csv:3) rest 0")
	})
}
