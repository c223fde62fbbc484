package jobs

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

const paidHeader = "ИИН;ФИО;Период;Сумма;КНП;БИН/ИИН плательщика;Дата платежа;Референс"

// paidFor is a row of a payment list of October's contribution, of 5 November.
func paidFor(iin, name, knp string) string {
	return fmt.Sprintf("%s;%s;2026-10;1700,00;%s;160440007161;05.11.2026;R1", iin, name, knp)
}

// TestAuditPayments: for whom the state paid that was not there, under which
// names, and who paid besides.
func TestAuditPayments(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.at("2026-11-01T09:00:00+05:00")
		gone, inMonth, renamed, working, partTime, later, withdrawn, never := child(t, 1), child(t, 2), child(t, 3), child(t, 4), child(t, 5), child(t, 6), child(t, 7), child(t, 8)
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: gone, bin: a, surname: "ӘЛИЕВ", given: "ҚАЙРАТ", enrolled: "01.09.2026"}, learner{iin: inMonth, bin: a, enrolled: "01.09.2026"},
			learner{iin: renamed, bin: a, surname: "ӨТЕГЕНОВ", given: "Ілияс"}, learner{iin: working, bin: a, surname: "СЕРІК", given: "АМАН"}, learner{iin: partTime, bin: a, form: "заочная"})...)
		if _, _, err := o.assess(202610, false, ""); err != nil {
			t.Fatal(err)
		}
		o.at("2026-11-10T09:00:00+05:00")
		o.take(63, "63-delta-2026-11-10.csv", rosterOf(learner{iin: gone, bin: a, surname: "ӘЛИЕВ", given: "ҚАЙРАТ", status: "отчислен", until: "30.09.2026"},
			learner{iin: inMonth, bin: a, status: "отчислен", until: "01.10.2026"}, learner{iin: later, bin: a, enrolled: "01.11.2026"})...)
		twice := o.take(10, "10-full-2026-10-01.csv", rosterOf(learner{iin: withdrawn, bin: b, surname: "КИМ", given: "ЮРИЙ"})...)
		o.undo(twice.Import, UndoOptions{Reason: "екі рет"})
		list := o.take(0, "list.csv", paidHeader,
			paidFor(gone.Digits(), "АЛИЕВ КАЙРАТ МАРАТҰЛЫ", "122"), // look-alike letters, and a patronymic: no other name
			paidFor(inMonth.Digits(), "", "122"),
			paidFor(renamed.Digits(), "ПЕТРОВ САША", "122"),
			paidFor(working.Digits(), "АМАН СЕРИК", "122"), // exchanged
			paidFor(working.Digits(), "ПЕТРОВ САША", "121"),
			paidFor(partTime.Digits(), "", "122"), paidFor(later.Digits(), "", "122"),
			paidFor(withdrawn.Digits(), "КИМ ЮРИЙ", "122"), paidFor(never.Digits(), "НИКТО", "122"), paidFor(never.Digits(), "НИКТО", "122"),
			paidFor("12345", "НИКТО", "122"), paidFor("54321", "НИКТО", "122"), paidFor(never.Digits(), "НИКТО", "121"))
		if list.Accepted != 13 || list.Outcome != osms.Applied {
			t.Fatalf("%+v", list)
		}
		departed := func(r osms.AuditRow) string {
			id := r.Payment.Given
			if r.Person != 0 {
				id = tail(r.Person.Digits())
			}
			return fmt.Sprintf("%d %s %s %s %t %q %s %d %s:%d", r.Finding, id, r.Kind, r.Until, r.Due, r.Name, r.Region, r.Amount, r.Learnt.File, r.Payment.Row)
		}
		_, got := o.audited(202610, 0)
		o.same("departed", said(got[osms.AuditPaidDeparted], departed), strings.Join([]string{
			"1 " + tail(gone.Digits()) + " expelled 2026-09-30 true \"ӘЛИЕВ ҚАЙРАТ\" 63 170000 list.csv:2",
			"2 " + tail(withdrawn.Digits()) + " claim_withdrawn  false \"КИМ ЮРИЙ\" 10 170000 list.csv:9",
			"3 " + tail(never.Digits()) + " never_known  false \"\"  170000 list.csv:10",
			"3 " + tail(never.Digits()) + " never_known  false \"\"  170000 list.csv:11",
			"4 12345 never_known  false \"\"  170000 list.csv:12", "5 54321 never_known  false \"\"  170000 list.csv:13"}, "; "))
		names := func(r osms.AuditRow) string {
			return fmt.Sprintf("%s %q %q %s", tail(r.Person.Digits()), r.Name, r.Payment.Listed, r.Payment.KNP)
		}
		o.same("names", said(got[osms.AuditPaidNames], names), tail(renamed.Digits())+` "ӨТЕГЕНОВ Ілияс" "ПЕТРОВ САША" 122`)
		others := func(r osms.AuditRow) string {
			return fmt.Sprintf("%s %s %s %s %s %d", tail(r.Person.Digits()), r.Kind, r.Payment.KNP, r.Payment.PayerID, r.Category, r.Amount)
		}
		o.same("others", said(got[osms.AuditPaidByOthers], others), tail(working.Digits())+" employer 121 160440007161 1 170000")

		// A region has its own; of another month there is nothing.
		if _, got := o.audited(202610, 10); len(got[osms.AuditPaidDeparted]) != 1 || len(got[osms.AuditPaidNames])+len(got[osms.AuditPaidByOthers]) != 0 {
			t.Errorf("in a region: %+v", got[osms.AuditPaidDeparted])
		}
		if _, got := o.audited(202609, 0); len(got[osms.AuditPaidDeparted])+len(got[osms.AuditPaidNames])+len(got[osms.AuditPaidByOthers]) != 0 {
			t.Errorf("in September: %+v", got)
		}
		// Whose data are blocked is found, without a name; what is taken back is not.
		o.run(func(ctx context.Context, turn Turn) error {
			_, err := o.desk.Block(ctx, turn, renamed, false, "өтініш")
			return err
		})
		_, got = o.audited(202610, 0)
		o.same("blocked", said(got[osms.AuditPaidNames], names), tail(renamed.Digits())+` "" "" 122`)
		o.undo(list.Import, UndoOptions{Reason: "қате"})
		if _, got := o.audited(202610, 0); len(got[osms.AuditPaidDeparted])+len(got[osms.AuditPaidNames])+len(got[osms.AuditPaidByOthers])+len(got[osms.AuditIncomplete]) != 0 {
			t.Errorf("taken back: %+v", got)
		}
	})
}

// TestAuditPaymentBatches: more payments than are looked up together, of one
// person and of many, are one finding a person.
func TestAuditPaymentBatches(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.list(map[osms.BIN]osms.Region{school(t, 1): 63})
		o.at("2026-11-10T09:00:00+05:00")
		lines := []string{paidHeader}
		for range paymentsAtOnce + 1 {
			lines = append(lines, paidFor(child(t, 1).Digits(), "", "122"))
		}
		for n := range 499 {
			lines = append(lines, paidFor(child(t, n+1).Digits(), "", "122"), paidFor(fmt.Sprint(n), "", "122"))
		}
		if r := o.take(0, "list.csv", lines...); r.Accepted != len(lines)-1 {
			t.Fatalf("%+v", r)
		}
		a, got := o.audited(202610, 0)
		answer := a.Answers[11]
		if answer.Question != osms.AuditPaidDeparted || answer.Found != 2*499 || answer.Rows != len(lines)-1 {
			t.Errorf("%+v", answer)
		}
		seen := map[int32]bool{}
		for _, r := range got[osms.AuditPaidDeparted] {
			seen[r.Payment.Row] = true
		}
		if len(seen) != len(lines)-1 {
			t.Errorf("%d rows of the file", len(seen))
		}
	})
}

// TestAuditDocuments: what was dated long after the month or before it, and what
// a document does not say.
func TestAuditDocuments(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		row := func(iin osms.IIN, month, knp, day, reference string) string {
			return fmt.Sprintf("%s;;%s;1700,00;%s;160440007161;%s;%s", iin.Digits(), month, knp, day, reference)
		}
		lines := []string{paidHeader,
			row(p[0], "2026-10", "122", "30.12.2026", "ON"),    // sixty days after
			row(p[0], "2026-10", "122", "31.12.2026", "AFTER"), // sixty-one
			row(p[0], "2026-10", "122", "01.10.2026", "IN"),
			row(p[0], "2026-10", "122", "30.09.2026", "AHEAD"),
			row(p[0], "2026-10", "121", "31.12.2026", "OTHER"),
			row(p[0], "2026-10", "122", "31.12.2026", "TWO"), row(p[1], "2026-09", "122", "31.12.2026", "TWO"), row(child(t, 9), "2026-10", "122", "31.12.2026", "TWO"),
			row(p[1], "", "122", "15.10.2026", "NONE"), row(p[2], "", "122", "15.11.2026", "NOVEMBER"),
			row(p[3], "", "121", "15.10.2026", "NONE OF STATE")}
		if r := o.take(0, "list.csv", lines...); r.Accepted != len(lines)-1 {
			t.Fatalf("%+v", r)
		}
		document := func(r osms.AuditRow) string {
			return fmt.Sprintf("%d %s %s %d %d×%d", r.Finding, r.Payment.Reference, r.Kind, r.Days, r.Persons, r.Amount/1700_00)
		}
		_, got := o.audited(202610, 0)
		o.same("untimely", said(got[osms.AuditUntimely], document), "1 AFTER late 61 1×1; 2 AHEAD ahead 1 1×1; 3 TWO late 61 2×2")
		o.same("incomplete", said(got[osms.AuditIncomplete], document), "1 ON no_region 0 1×1; 2 AFTER no_region 0 1×1; 3 IN no_region 0 1×1; 4 AHEAD no_region 0 1×1; "+
			"5 TWO no_region 0 2×2; 5 TWO no_person 0 1×1; 6 NONE no_month 0 1×1")
		_, got = o.audited(202611, 0)
		o.same("untimely in November", said(got[osms.AuditUntimely], document), "")
		o.same("incomplete in November", said(got[osms.AuditIncomplete], document), "1 NOVEMBER no_month 0 1×1")
		_, got = o.audited(202609, 0)
		o.same("untimely in September", said(got[osms.AuditUntimely], document), "1 TWO late 92 1×1")
		if _, got := o.audited(202610, 63); len(got[osms.AuditUntimely])+len(got[osms.AuditIncomplete]) != 0 {
			t.Errorf("in a region, of documents that state none: %+v", got)
		}
		// A movement that names its region lacks nothing; one that does not, does.
		o.take(0, "statement.txt", clientBank("7", "1700.00")...)
		whole := clientBank("8", "5100.00")
		whole[len(whole)-3] = strings.ReplaceAll(whole[len(whole)-3], " регион 63", "")
		o.take(0, "whole.txt", whole...)
		_, got = o.audited(202610, 0)
		rows := got[osms.AuditIncomplete]
		o.same("movements", said(rows[7:], func(r osms.AuditRow) string {
			return fmt.Sprint(r.Payment.Number, " ", r.Kind, " ", r.Payment.Format, " ", r.Amount)
		}), "8 no_region 1c 5100.00")
	})
}

// TestOtherListed: one name in common is enough, wherever it stands; a part of a
// word is none.
func TestOtherListed(t *testing.T) {
	for _, c := range []struct {
		listed string
		name   osms.Name
		other  bool
	}{
		{"Ахметов Ерлан", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН"}, false},
		{"Ерлан Ахметов", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН"}, false},
		{"Ахметова Ерлан", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН"}, false},
		{"Ахметов", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН"}, false},
		{"Ахметова Ерлана", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН"}, true},
		{"Цой Анна-Мария", osms.Name{Surname: "КИМ", Given: "АННА МАРИЯ"}, false},
		{"Сейітов Абай", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН", Patronymic: "АБАЙ"}, true},
		{"", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН"}, false},
		{"-", osms.Name{Surname: "АХМЕТОВ", Given: "ЕРЛАН"}, false},
		{"Цой Анна", osms.Name{Surname: "АХМЕТОВ"}, false},
	} {
		if got := otherListed(c.listed, c.name); got != c.other {
			t.Errorf("%q, %q: %t", c.listed, c.name, got)
		}
	}
}

// TestPaidByOthers: who is on the list of the month, by whom and how paid for.
func TestPaidByOthers(t *testing.T) {
	place := store.KnownEntitlement{Entitlement: osms.Entitlement{Person: child(t, 1), Category: osms.Child, From: 202609, To: 202610, Region: 63, BIN: school(t, 1)}, KnownFrom: 5}
	for _, c := range []struct {
		what   string
		month  osms.Month
		frozen int64 // sequence of the frozen list
		paid   paid
		want   string
	}{
		{"another payer", 202610, 0, paid{Posting: osms.Posting{Amount: 1}, document: store.StoredDocument{Document: osms.Document{KNP: "122"}}}, osms.PaidByOther},
		{"the document's code", 202610, 0, paid{Posting: osms.Posting{Amount: 1}, document: store.StoredDocument{Document: osms.Document{KNP: "121"}}}, osms.PaidByEmployer},
		{"the person's code before it", 202610, 0, paid{Posting: osms.Posting{Amount: 1, KNP: "124"}, document: store.StoredDocument{Document: osms.Document{KNP: "121"}}}, osms.PaidAsPenalty},
		{"on the frozen list", 202610, 5, paid{Posting: osms.Posting{Amount: 1, KNP: "123"}}, osms.PaidAsPenalty},
		{"not yet on it", 202610, 4, paid{Posting: osms.Posting{Amount: 1, KNP: "121"}}, ""},
		{"no longer due", 202611, 0, paid{Posting: osms.Posting{Amount: 1, KNP: "121"}}, ""},
		{"the state", 202610, 0, paid{Posting: osms.Posting{Amount: 1}, state: true}, ""},
		{"given back", 202610, 0, paid{Posting: osms.Posting{Amount: -1, KNP: "121"}}, ""},
	} {
		a := &auditor{head: osms.Audit{Month: c.month}}
		if c.frozen != 0 {
			a.frozen = &store.Freeze{Sequence: c.frozen}
		}
		c.paid.Person = place.Person
		r, ok := a.paidByOthers(store.PersonHistory{Person: place.Person, Entitlements: []store.KnownEntitlement{place}}, c.paid)
		if ok != (c.want != "") || r.Kind != c.want || ok && (r.Region != 63 || r.BIN != place.BIN) {
			t.Errorf("%s: %+v, %t", c.what, r, ok)
		}
	}
}
