package jobs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// paymentsOf are the lines of a payment list, each person paid one contribution
// of the office's rate for a month.
func paymentsOf(reference string, month osms.Month, persons ...osms.IIN) []string {
	lines := []string{"ИИН;ФИО;Период;Сумма;КНП;БИН/ИИН плательщика;Дата платежа;Референс"}
	for _, p := range persons {
		lines = append(lines, fmt.Sprintf("%s;Ахметов Ерлан;%s;1700,00;122;;05.11.2026;%s", p.Digits(), month, reference))
	}
	return lines
}

// mt102Of is an MT102 message of the same.
func mt102Of(reference string, persons ...osms.IIN) []string {
	lines := []string{":20:" + reference, ":50:/D/KZ123456789012345678", "/NAME/Мемлекет", "/IDN/070952133429", ":59:KZ33125KZT1001313313", "/NAME/Қор",
		"/IDN/160940025485", ":70:/NUM/17", "/DATE/261105", "/KNP/122", "/PERIOD/102026", "/ASSIGN/Взносы за октябрь 2026 г."}
	for i, p := range persons {
		lines = append(lines, fmt.Sprintf(":21:%d", i+1), ":32B:KZT1700,00", ":70:/FM/Ахметов", "/NM/Ерлан", "/FT/-", "/DT/20150314", "/IDN/"+p.Digits(), "/PERIOD/102026")
	}
	return append(lines, fmt.Sprintf(":32A:261105KZT%d,00", 1700*len(persons)))
}

// reconciled writes a month's line of a region: ledger, what each kind explains,
// and the rest, in tenge.
func (o *office) reconciled(month osms.Month, region osms.Region) string {
	o.t.Helper()
	r, err := o.desk.Reconcile(o.t.Context(), month, time.Time{}, o.now.UTC().Truncate(time.Second))
	if err != nil {
		o.t.Fatal(err)
	}
	l := osms.ReconciliationLine{}
	for _, line := range r.Lines {
		if line.Region == region {
			l = line
		}
	}
	out := fmt.Sprintf("%s: ledger %d due %d", r.Source, l.Ledger/100, l.Due/100)
	for _, b := range l.Bridge {
		out += fmt.Sprintf(" %s %d", b.Kind, b.Amount/100)
		for _, p := range b.Behind {
			if p.Document != nil {
				out += fmt.Sprintf(" (%s:%d)", p.File, p.Row)
			}
		}
	}
	out += fmt.Sprintf(" rest %d", l.Unexplained/100)
	for _, u := range r.Unplaced {
		out += fmt.Sprintf("; %s %d", u.Why, u.Amount/100)
	}
	return out
}

// town is an office with four learners of one school on October's frozen list.
func (o *office) frozenOctober() (a osms.BIN, persons []osms.IIN) {
	o.t.Helper()
	a = school(o.t, 1)
	o.list(map[osms.BIN]osms.Region{a: 63})
	o.at("2026-11-01T09:00:00+05:00")
	var learners []learner
	for n := range 4 {
		persons = append(persons, child(o.t, n+1))
		learners = append(learners, learner{iin: persons[n], bin: a})
	}
	o.take(63, "63-full-2026-10-01.csv", rosterOf(learners...)...)
	if _, _, err := o.assess(202610, false, ""); err != nil {
		o.t.Fatal(err)
	}
	o.at("2026-11-10T09:00:00+05:00")
	return a, persons
}

func (o *office) wantReconciled(what, want string) {
	o.t.Helper()
	if got := o.reconciled(202610, 63); got != want {
		o.t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// TestDocumentsOnce: a list that comes again in another file changes nothing,
// and stands as long as one of the two does.
func TestDocumentsOnce(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		o.wantReconciled("before", "none: ledger 0 due 6800 rest -6800")
		list := paymentsOf("R1", 202610, p[0], p[1], p[2], p[3], p[3])
		first := o.take(0, "list.csv", list...)
		o.want("the list", first, osms.Applied, counts(5, 5, 0, 0, 0, 0, 0, 0))
		paid := "lists: ledger 8500 due 6800 paid_twice 1700 (list.csv:6) rest 0"
		o.wantReconciled("the list", paid)

		slices.Reverse(list[1:])
		again := o.take(0, "list reversed.csv", list...)
		o.want("the same list reversed", again, osms.Applied, counts(5, 0, 0, 0, 0, 5, 0, 0))
		o.wantReconciled("the same list reversed", paid)
		o.want("the same bytes", o.take(0, "again.csv", list...), osms.AlreadyApplied, counts(5, 0, 0, 0, 0, 5, 0, 0))
		o.verified()

		if u := o.undo(first.Import, UndoOptions{}); !u.Undone || u.Closed != 0 {
			t.Errorf("undo of one of two: %+v", u)
		}
		o.wantReconciled("after one was taken back", paid)
		if u := o.undo(again.Import, UndoOptions{}); !u.Undone || u.Closed != 1 {
			t.Errorf("undo of the other: %+v", u)
		}
		o.wantReconciled("after both", "none: ledger 0 due 6800 rest -6800")
		o.verified()
		back := o.take(0, "list.csv", list...)
		o.want("brought back", back, osms.Applied, counts(5, 5, 0, 0, 0, 0, 0, 0))
		o.wantReconciled("brought back", strings.Replace(paid, ":6", ":3", 1)) // another file's rows
		o.verified()
	})
}

// TestMessageConflict: an MT102 message with a known reference, payer and date
// that says something else is refused, and nothing is lost.
func TestMessageConflict(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		first := o.take(0, "a.txt", mt102Of("R1", p[0], p[1])...)
		o.want("message", first, osms.Applied, counts(2, 2, 0, 0, 0, 0, 0, 0))
		other := o.take(0, "b.txt", mt102Of("R1", p[0], p[2])...)
		if other.Outcome != osms.FileRefused || other.Error.Code != osms.FileDocumentConflict ||
			!strings.Contains(other.Error.Detail, fmt.Sprint("import ", first.Import)) {
			t.Errorf("conflict: %s %+v", other.Outcome, other.Error)
		}
		o.want("under another reference", o.take(0, "c.txt", mt102Of("R2", p[0], p[2])...), osms.Applied, counts(2, 2, 0, 0, 0, 0, 0, 0))
		o.wantReconciled("three persons, one twice", "lists: ledger 6800 due 6800 paid_twice 1700 (c.txt:13) rest -1700")
		cut := mt102Of("R3", p[3])
		refused := o.take(0, "cut.txt", cut[:len(cut)-1]...)
		if refused.Outcome != osms.FileRefused {
			t.Errorf("a message without its total: %s", refused.Outcome)
		}
		o.verified()
	})
}

// TestCheckOfDocuments: a dry run says what the import would, and leaves nothing.
func TestCheckOfDocuments(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		path := o.write("list.csv", paymentsOf("R1", 202610, p...)...)
		last := o.last()
		seen := o.check(0, path)
		o.want("check", seen, osms.Applied, counts(4, 4, 0, 0, 0, 0, 0, 0))
		if o.last() != last || seen.Diff == "" || seen.Kind != osms.KindPayments {
			t.Errorf("after a dry run: sequence %d, was %d; diff %q, kind %s", o.last(), last, seen.Diff, seen.Kind)
		}
		if done := o.take(0, "list.csv", paymentsOf("R1", 202610, p...)...); done.Diff != seen.Diff {
			t.Errorf("applied %s, check had shown %s", done.Diff, seen.Diff)
		}
		o.want("check of what is there", o.check(0, path), osms.AlreadyApplied, counts(4, 0, 0, 0, 0, 4, 0, 0))
	})
}

// TestHeldDocuments: a workbook with a very hidden sheet waits; released, its
// postings are there.
func TestHeldDocuments(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		f := excelize.NewFile()
		for i, line := range paymentsOf("R1", 202610, p...) {
			cells := strings.Split(line, ";")
			if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.NewSheet("secret"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("secret", "A1", &[]string{"ИИН", "Период", "Сумма"}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("secret", "A2", &[]string{p[0].Digits(), "2026-10", "1700"}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetVisible("secret", false, true); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		held := o.importAll(0, "list.xlsx", b.Bytes())[0]
		if held.Outcome != osms.Held || held.Holds[0].Reason != osms.HoldVeryHiddenSheet {
			t.Fatalf("%s %+v", held.Outcome, held.Holds)
		}
		o.wantReconciled("held", "none: ledger 0 due 6800 rest -6800")
		o.verified()
		taken, err := o.release(held.Diff)
		if err != nil || taken.Report.Joined != 5 {
			t.Fatalf("%+v, %v", taken.Report, err)
		}
		if got := o.reconciled(202610, 63); !strings.Contains(got, "ledger 8500") || !strings.HasSuffix(got, "rest 0") {
			t.Errorf("released: %s", got)
		}
		o.verified()
		if u := o.undo(held.Import, UndoOptions{}); !u.Undone {
			t.Errorf("%+v", u)
		}
		o.wantReconciled("taken back", "none: ledger 0 due 6800 rest -6800")
		o.verified()
	})
}

// TestPlaceless: what has no month, no known person or is not the state's is
// kept and shown by itself.
func TestPlaceless(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		lines := paymentsOf("R1", 202610, p...)
		lines = append(lines, fmt.Sprintf("%s;Ахметов Ерлан;;1700,00;122;;05.10.2026;R2", p[0].Digits()))           // no month
		lines = append(lines, fmt.Sprintf("%s;Ахметов Ерлан;2026-10;900,00;121;;05.10.2026;R3", p[1].Digits()))     // an employer's
		lines = append(lines, fmt.Sprintf("%s;Ахметов Ерлан;2026-10;1700,00;122;;05.11.2026;R1", "00000000000000")) // nobody
		report := o.take(0, "list.csv", lines...)
		if report.Accepted != 7 || report.Refused != 0 {
			t.Errorf("%+v", report)
		}
		o.wantReconciled("the region", "lists: ledger 6800 due 6800 rest 0; no_month 1700; not_state 900")
		if got, want := o.reconciled(202610, 0), "lists: ledger 1700 due 0 unknown_person 1700 (list.csv:8) rest 0; no_month 1700; not_state 900"; got != want {
			t.Errorf("no region:\n got %s\nwant %s", got, want)
		}
		risks, err := o.desk.Risks(t.Context(), 20261110)
		if err != nil || len(risks.EmployerPayments) != 1 || risks.EmployerPayments[0].Person != p[1] || risks.EmployerPayments[0].Amount != 90000 {
			t.Errorf("employers' payments %+v, %v", risks.EmployerPayments, err)
		}
		payments, err := o.desk.Payments(t.Context(), p[1], o.last())
		if err != nil || len(payments) != 2 || payments[0].State == payments[1].State {
			t.Errorf("payments %+v, %v", payments, err)
		}
		o.verified()
	})
}

// TestVerifyDocuments: whatever is changed in payment documents behind the
// program's back is found.
func TestVerifyDocuments(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		o.take(0, "list.csv", paymentsOf("R1", 202610, p...)...)
		undone := o.take(0, "more.csv", paymentsOf("R2", 202610, p[0])...)
		o.undo(undone.Import, UndoOptions{})
		exec := behindTheBack(t, database(t, address))
		o.verified()
		for _, c := range []struct{ table, damage string }{
			{"posting", "UPDATE posting SET amount = amount + 1 WHERE number = 2"},
			{"posting", "UPDATE posting SET person = 1 WHERE number = 2"},
			{"posting", "UPDATE posting SET region = 10 WHERE number = 2"},
			{"posting", "UPDATE posting SET month = 202609 WHERE number = 2"},
			{"posting", "DELETE FROM posting WHERE number = 4"},
			{"posting", "INSERT INTO posting SELECT month, document, number + 10, person, amount, region, returned, sheet, row_number, birth, name, given, knp, reverses FROM posting WHERE number = 4"},
			{"posting", "INSERT INTO posting SELECT month, document + 10, number, person, amount, region, returned, sheet, row_number, birth, name, given, knp, reverses FROM posting WHERE number = 4"},
			{"payment_document", "UPDATE payment_document SET amount = amount + 1"},
			{"payment_document", "UPDATE payment_document SET reference = 'R9' WHERE reference = 'R1'"},
			{"payment_document", "UPDATE payment_document SET region = 10"},
			{"payment_document", "UPDATE payment_document SET digest = 'x'"},
			{"payment_document", "DELETE FROM payment_document WHERE reference = 'R1'"},
			{"document_import", "DELETE FROM document_import WHERE document = 1"},
			{"document_import", "UPDATE document_import SET known_until = 2147483647"},
			{"document_import", "UPDATE document_import SET known_until = 9 WHERE document = 1"},
			{"document_import", "UPDATE document_import SET sequence = 1 WHERE document = 1"},
		} {
			exec("CREATE TABLE kept_aside AS SELECT * FROM " + c.table)
			exec(c.damage)
			v, err := o.desk.Verify(t.Context(), quiet)
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Findings) == 0 {
				t.Errorf("not found: %s", c.damage)
			}
			exec("DELETE FROM " + c.table)
			exec("INSERT INTO " + c.table + " SELECT * FROM kept_aside")
			exec("DROP TABLE kept_aside")
		}
		o.verified()
	})
}

// TestTotalsOnce: lines of totals that all bear references are the same money in
// another file; without references both files count.
func TestTotalsOnce(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.frozenOctober()
		head := "Период;Регион;Количество;Сумма;Референс"
		first := o.take(0, "a.csv", head, "2026-10;63;2;3400,00;R1", "2026-10;63;1;1700,00;R2")
		o.want("totals", first, osms.Applied, counts(2, 2, 0, 0, 0, 0, 0, 0))
		again := o.take(0, "b.csv", head, "2026-10;63;1;1700,00;R2", "2026-10;63;2;3400,00;R1")
		o.want("the same lines", again, osms.AlreadyApplied, counts(2, 0, 0, 0, 0, 2, 0, 0))
		if again.Import != first.Import {
			t.Errorf("import %d, want the earlier %d", again.Import, first.Import)
		}
		o.wantReconciled("once", "totals: ledger 5100 due 6800 rest -1700")
		nameless := "2026-10;63;1;1700,00;"
		o.take(0, "c.csv", head, nameless)
		o.want("a line without a reference", o.take(0, "d.csv", head, nameless, ""), osms.Applied, counts(1, 1, 0, 0, 0, 0, 0, 0))
		o.wantReconciled("both", "totals: ledger 8500 due 6800 rest 1700")
		o.undo(first.Import, UndoOptions{})
		o.want("taken back", o.take(0, "b.csv", head, "2026-10;63;1;1700,00;R2", "2026-10;63;2;3400,00;R1"), osms.Applied, counts(2, 2, 0, 0, 0, 0, 0, 0))
		o.verified()
	})
}

// clientBank is a 1C statement of the Fund's account with one movement.
func clientBank(number string, amount string) []string {
	return []string{"1CClientBankExchange", "Кодировка=Windows", "СекцияРасчСчет", "ДатаНачала=05.11.2026", "ДатаКонца=05.11.2026",
		"РасчСчет=KZ33125KZT1001313313", "НачальныйОстаток=0,00", "КонечныйОстаток=" + amount, "КонецРасчСчет",
		"СекцияДокумент=ПлатежноеПоручение", "НомерДокумента=" + number, "ДатаДокумента=05.11.2026", "ДатаОперации=05.11.2026",
		"ПлательщикБИН_ИИН=160440007161", "ПлательщикИИК=KZ123456789012345678", "ПолучательИИК=KZ33125KZT1001313313",
		"СуммаПриход=" + amount, "НазначениеПлатежа=Взносы за октябрь 2026 г. регион 63", "КонецДокумента", "КонецФайла"}
}

// TestOneFormat: the same movement in two formats of statements is counted once;
// two movements of one format are two.
func TestOneFormat(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.frozenOctober()
		o.want("1C", o.take(0, "a.txt", clientBank("7", "1700,00")...), osms.Applied, counts(1, 1, 0, 0, 0, 0, 0, 0))
		o.wantReconciled("1C", "statements: ledger 1700 due 6800 rest -5100")
		mt940 := o.take(0, "b.sta", ":20:S1", ":25:KZ33125KZT1001313313", ":28C:1/1", ":60F:C261105KZT0,", ":61:261105C1700,00NTRFREF7", ":86:Взносы за октябрь 2026 г. регион 63", ":62F:C261105KZT1700,", "-")
		o.want("MT940", mt940, osms.Applied, counts(1, 1, 0, 0, 0, 0, 0, 0))
		o.wantReconciled("both formats", "statements: ledger 1700 due 6800 rest -5100")
		o.take(0, "c.txt", clientBank("8", "1700,00")...)
		o.wantReconciled("another movement of the same sum", "statements: ledger 3400 due 6800 rest -3400")
		o.verified()
	})
}
