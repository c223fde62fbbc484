package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// audited asks about a month and gives the rows of every answer; what the head
// says of their number must be so.
func (o *office) audited(m osms.Month, region osms.Region) (osms.Audit, map[osms.AuditQuestion][]osms.AuditRow) {
	o.t.Helper()
	a, each, err := o.desk.Audit(o.t.Context(), m, region, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	out := map[osms.AuditQuestion][]osms.AuditRow{}
	for i, answer := range a.Answers {
		if answer.Question != osms.AuditQuestions[i] {
			o.t.Errorf("question %d is %s", i+1, answer.Question)
		}
		for range 2 { // as often as is wanted
			out[answer.Question] = nil
			err := each(answer.Question, func(r osms.AuditRow) error {
				out[answer.Question] = append(out[answer.Question], r)
				return nil
			})
			if err != nil {
				o.t.Fatal(err)
			}
		}
		rows, last := out[answer.Question], 0
		for _, r := range rows {
			if r.Finding != last && r.Finding != last+1 {
				o.t.Errorf("%s: finding %d follows %d", answer.Question, r.Finding, last)
			}
			last = r.Finding
		}
		if len(rows) != answer.Rows || last != answer.Found {
			o.t.Errorf("%s: %d rows of %d findings, said %d of %d", answer.Question, len(rows), last, answer.Rows, answer.Found)
		}
	}
	return a, out
}

// said writes rows, each as the values picked from it.
func said(rows []osms.AuditRow, pick func(osms.AuditRow) string) string {
	var out []string
	for _, r := range rows {
		out = append(out, pick(r))
	}
	return strings.Join(out, "; ")
}

func (o *office) same(what, got, want string) {
	o.t.Helper()
	if got != want {
		o.t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func tail(digits string) string { return digits[8:] }

func TestAuditNames(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		two, was, one, swapped, blocked := child(t, 1), child(t, 2), child(t, 3), child(t, 4), child(t, 5)
		o.take(63, "63-full-2026-09-01.csv", rosterOf(learner{iin: two, bin: a, surname: "ӘЛИЕВ", given: "ҚАЙРАТ"}, learner{iin: was, bin: a, surname: "ИВАНОВ", given: "ПЁТР"},
			learner{iin: one, bin: a, surname: "ӨТЕГЕНОВ", given: "Ілияс"}, learner{iin: swapped, bin: a, surname: "СЕРІК", given: "АМАН"}, learner{iin: blocked, bin: a, surname: "А", given: "Б"})...)
		o.at("2026-10-02T09:00:00+05:00")
		o.take(10, "10-full-2026-10-01.csv", rosterOf(learner{iin: two, bin: b, surname: "ПЕТРОВ", given: "САША"},
			learner{iin: one, bin: b, surname: "Отегенов", given: "ИЛИЯС"}, learner{iin: swapped, bin: b, surname: "Аман", given: "Серик"}, learner{iin: blocked, bin: b, surname: "В", given: "Г"})...)
		// An organisation cannot exchange the whole name at once: such a row is refused.
		o.take(63, "63-delta-2026-10-01.csv", rosterOf(learner{iin: was, bin: a, surname: "СЫЗДЫҚОВ", given: "ПЁТР"})...)
		o.take(63, "63-delta-2026-10-02.csv", rosterOf(learner{iin: was, bin: a, surname: "СЫЗДЫҚОВ", given: "МАРАТ"})...)
		o.run(func(ctx context.Context, turn Turn) error {
			_, err := o.desk.Block(ctx, turn, blocked, false, "өтініш")
			return err
		})
		pick := func(r osms.AuditRow) string {
			return fmt.Sprintf("%d %s %s|%s %s %s %s", r.Finding, r.BIN.Digits()[7:11], r.Name, r.Kind, r.Learnt.Day, r.Unlearnt.Day, r.Learnt.File)
		}
		x, y := a.Digits()[7:11], b.Digits()[7:11]
		_, got := o.audited(202610, 0)
		want := map[osms.IIN]string{
			two:     fmt.Sprintf("%s ӘЛИЕВ ҚАЙРАТ|now 2026-10-01  63-full-2026-09-01.csv; %s ПЕТРОВ САША|now 2026-10-02  10-full-2026-10-01.csv", x, y),
			was:     fmt.Sprintf("%s ИВАНОВ ПЁТР|before 2026-10-01 2026-10-02 63-full-2026-09-01.csv; %s СЫЗДЫҚОВ МАРАТ|now 2026-10-02  63-delta-2026-10-02.csv", x, x),
			blocked: fmt.Sprintf("%s |now 2026-10-01  63-full-2026-09-01.csv; %s |now 2026-10-02  10-full-2026-10-01.csv", x, y),
		}
		found := map[osms.IIN]string{}
		for _, r := range got[osms.AuditNames] {
			found[r.Person] = strings.TrimPrefix(found[r.Person]+"; "+pick(r)[2:], "; ")
		}
		for person, is := range want {
			o.same("names", found[person], is)
		}
		if len(found) != len(want) {
			t.Errorf("%d persons: %v", len(found), found)
		}
		// A region is asked about its own claims.
		if _, got := o.audited(202610, 10); len(got[osms.AuditNames]) != 4 {
			t.Errorf("in a region: %+v", got[osms.AuditNames])
		}
		if _, got := o.audited(202608, 0); len(got[osms.AuditNames]) != 0 {
			t.Errorf("before they studied: %+v", got[osms.AuditNames])
		}
	})
}

func TestAuditRegions(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, c := school(t, 1), school(t, 2), school(t, 3)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10, c: 10})
		both, moved, inside := child(t, 1), child(t, 2), child(t, 3)
		o.take(63, "63-delta-2026-10-20.csv", rosterOf(learner{iin: both, bin: a, enrolled: "01.09.2026"},
			learner{iin: moved, bin: a, enrolled: "01.09.2026", until: "10.10.2026", status: "отчислен"})...)
		o.at("2026-10-21T09:00:00+05:00")
		o.take(10, "10-delta-2026-10-20.csv", rosterOf(learner{iin: both, bin: b, enrolled: "05.10.2026"}, learner{iin: moved, bin: b, enrolled: "12.10.2026"},
			learner{iin: inside, bin: b, enrolled: "01.09.2026"})...)
		o.take(10, "10-delta-2026-10-21.csv", rosterOf(learner{iin: inside, bin: c, enrolled: "01.10.2026"})...)
		pick := func(r osms.AuditRow) string {
			until := r.Until.String()
			if r.Until == osms.Forever {
				until = "…"
			}
			return fmt.Sprintf("%d %s %s %s..%s %s %t", r.Finding, tail(r.Person.Digits()), r.Region, r.From, until, r.Kind, r.Due)
		}
		order := []osms.IIN{both, moved}
		slices.Sort(order)
		n := map[osms.IIN]int{order[0]: 1, order[1]: 2}
		rows := map[osms.IIN]string{
			both:  fmt.Sprintf("%d %s 63 2026-09-01..… together true; %[1]d %[2]s 10 2026-10-05..… together false", n[both], tail(both.Digits())),
			moved: fmt.Sprintf("%d %s 63 2026-09-01..2026-10-10 in_turn true; %[1]d %[2]s 10 2026-10-12..… in_turn false", n[moved], tail(moved.Digits())),
		}
		_, got := o.audited(202610, 0)
		o.same("regions", said(got[osms.AuditRegions], pick), rows[order[0]]+"; "+rows[order[1]])
		if _, got := o.audited(202611, 0); len(got[osms.AuditRegions]) != 2 {
			t.Errorf("in November: %+v", got[osms.AuditRegions])
		}
		if _, got := o.audited(202610, 75); len(got[osms.AuditRegions])+len(got[osms.AuditOverlaps]) != 0 {
			t.Errorf("in another region: %+v", got[osms.AuditRegions])
		}
		overlaps := got[osms.AuditOverlaps]
		if len(overlaps) != 2 || !slices.ContainsFunc(overlaps, func(r osms.AuditRow) bool {
			return r.Person == both && r.DueTo == a && r.BIN == a && r.OtherBIN == b && r.OtherRegion == 10 && r.From == 20261005 && r.Kind == "open" && r.Number > 0 && r.Name.Surname != ""
		}) {
			t.Errorf("overlaps: %+v", overlaps)
		}
	})
}

// TestOddAges: the thresholds to the day.
func TestOddAges(t *testing.T) {
	for _, c := range []struct {
		birth    string
		category osms.Category
		level    osms.Level
		want     string
	}{
		{"2110315", osms.Child, "", ""}, // five on 31 October 2026
		{"2111015", osms.Child, "", osms.AgeTooYoung},
		{"0710015", osms.Learner, osms.Secondary, osms.AgeOldPupil}, // nineteen on the first
		{"0710025", osms.Learner, osms.Secondary, ""},
		{"0710015", osms.Learner, osms.TVET, ""},
		{"0810315", osms.Child, osms.Secondary, ""}, // the month of the 18th birthday
		{"0809305", osms.Child, osms.Secondary, osms.AgeNoChild},
		{"6510013", osms.Learner, osms.Higher, osms.AgeOldLearner}, // sixty-one on the first
		{"6510023", osms.Learner, osms.Higher, ""},
	} {
		got := strings.Join(oddAges(made(t, c.birth, 1), 202610, c.category, c.level), " ")
		if got != c.want {
			t.Errorf("%s %s %s: %q, want %q", c.birth, c.category, c.level, got, c.want)
		}
	}
	if n := age(20080229, 20260228); n != 17 {
		t.Errorf("born on 29 February, %d years old on 28 February", n)
	}
}

func TestAuditFrozenAndLate(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, unknown := school(t, 1), school(t, 2), school(t, 9)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		old := made(t, "5503143", 1)
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a, enrolled: "01.09.2026"}, learner{iin: child(t, 2), bin: a}, learner{iin: child(t, 3), bin: a},
			learner{iin: old, bin: a})...)
		o.take(10, "10-delta-2026-10-01.csv", rosterOf(learner{iin: child(t, 4), bin: unknown})...)
		if a, got := o.audited(202610, 0); a.FreezeVersion != 0 || len(got[osms.AuditDeparted])+len(got[osms.AuditLateFiles])+len(got[osms.AuditProvisional]) != 0 {
			t.Errorf("not frozen: %+v", got)
		}
		if _, _, err := o.assess(202610, false, ""); err != nil {
			t.Fatal(err)
		}
		o.at("2026-11-10T09:00:00+05:00")
		// One departed before the month, one in it; a late enrolment, and one that is
		// the organisation's first.
		o.take(63, "63-delta-2026-11-10.csv", rosterOf(learner{iin: child(t, 1), bin: a, status: "отчислен", until: "30.09.2026"},
			learner{iin: child(t, 2), bin: a, status: "отчислен", until: "01.10.2026"}, learner{iin: child(t, 5), bin: a, enrolled: "10.10.2026"},
			learner{iin: child(t, 6), bin: a, enrolled: "11.10.2026"})...)
		o.take(10, "10-delta-2026-11-10.csv", rosterOf(learner{iin: child(t, 7), bin: b, enrolled: "01.09.2026"})...)
		head, got := o.audited(202610, 0)
		if head.FreezeVersion != 1 || head.Rate.PerPerson() != 170_000 || head.FirstFreeze != head.FreezeSequence || head.Rules == 0 || head.Rates == 0 {
			t.Errorf("%+v", head)
		}
		departed := func(rows []osms.AuditRow) string {
			return said(rows, func(r osms.AuditRow) string {
				return fmt.Sprintf("%s %s %s %s %s %d", tail(r.Person.Digits()), r.Until, r.Kind, r.Learnt.Day, r.Learnt.File, r.Amount)
			})
		}
		who := child(t, 1).Digits()
		o.same("departed", departed(got[osms.AuditDeparted]), tail(who)+" 2026-09-30 expelled 2026-11-10 63-delta-2026-11-10.csv 170000")
		late := func(r osms.AuditRow) string {
			return fmt.Sprintf("%s %s %s %d +%d -%d %d", r.Kind, r.Learnt.File, r.Region, r.Persons, r.Joined, r.Left, r.Amount)
		}
		o.same("late files", said(got[osms.AuditLateFiles], late), "import 63-delta-2026-11-10.csv 63 3 +2 -1 170000; import 10-delta-2026-11-10.csv 10 1 +1 -0 170000")
		o.same("late enrolments", said(got[osms.AuditLateEnrolments], func(r osms.AuditRow) string {
			return fmt.Sprintf("%s %s %d %s", tail(r.Person.Digits()), r.From, r.Days, r.Learnt.File)
		}), tail(child(t, 5).Digits())+" 2026-10-10 31 63-delta-2026-11-10.csv")
		o.same("ages", said(got[osms.AuditAges], func(r osms.AuditRow) string { return fmt.Sprintf("%s %d %s", tail(r.Person.Digits()), r.Age, r.Kind) }),
			tail(old.Digits())+" 71 "+osms.AgeOldLearner)
		o.same("provisional", said(got[osms.AuditProvisional], func(r osms.AuditRow) string {
			return fmt.Sprintf("%s %s %d %d %t", r.Region, r.BIN.Digits(), r.Persons, r.Amount, r.Provisional)
		}), "10 "+unknown.Digits()+" 1 170000 true")
		// None of b has a roster of a day in October.
		o.same("missing", said(got[osms.AuditMissing], func(r osms.AuditRow) string { return r.BIN.Digits() + " " + r.Kind }), b.Digits()+" none")

		// Everything is decided anew, and taken back in part.
		imports, err := o.desk.Store.Imports(t.Context(), 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		o.at("2026-11-12T09:00:00+05:00")
		if _, _, err := o.assess(202610, true, "қате"); err != nil {
			t.Fatal(err)
		}
		o.run(func(ctx context.Context, turn Turn) error {
			_, err := o.desk.Undo(ctx, turn, imports[len(imports)-1].Sequence, UndoOptions{Reason: "екі рет"})
			return err
		})
		_, got = o.audited(202610, 0)
		o.same("departed from a list that knew it", departed(got[osms.AuditDeparted]), "")
		o.same("late files since the first version", said(got[osms.AuditLateFiles], late), "import 63-delta-2026-11-10.csv 63 3 +2 -1 170000")
		// All runs of an office are of the same second and job: who began them is not
		// guessed, unless the decision names its run.
		o.same("decisions", said(got[osms.AuditDecisions], func(r osms.AuditRow) string {
			return fmt.Sprintf("%d %s \"%s\" %d %s %s", r.Finding, r.Kind, r.Reason, r.Number, r.Trigger, r.Learnt.File)
		}), "1 rates \"2026: 2 % × 85\u00a0000,00\" 0  ; "+`2 rules "{"academic_leave_due":true,"category1_first":true}" 0  ; 3 freeze "" 1  ; 4 refreeze "қате" 2  ; 5 undo "екі рет" 0 command 10-delta-2026-11-10.csv`)
		if _, got := o.audited(202610, 63); len(got[osms.AuditDecisions]) != 4 || len(got[osms.AuditProvisional]) != 0 {
			t.Errorf("in a region: %+v", got[osms.AuditDecisions])
		}
		if _, got := o.audited(202612, 0); len(got[osms.AuditDecisions]) != 2 {
			t.Errorf("of another month: %+v", got[osms.AuditDecisions])
		}
	})
}

// TestAuditTwins: two IINs, one name and birth date, one organisation.
func TestAuditTwins(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a, surname: "Әлиев", given: "Қуат"}, learner{iin: child(t, 2), bin: a, surname: "АЛИЕВ", given: "КУАТ"},
			learner{iin: child(t, 3), bin: a, surname: "Әлиев", given: "Дәурен"}, learner{iin: student(t, 4), bin: a, surname: "Әлиев", given: "Қуат"},
			learner{iin: child(t, 5), bin: b, surname: "Әлиев", given: "Қуат"})...)
		_, got := o.audited(202610, 0)
		rows := got[osms.AuditTwins]
		if len(rows) != 2 || rows[0].Person != child(t, 1) || rows[1].Person != child(t, 2) || rows[0].BIN != a || rows[0].Finding != 1 || rows[1].Name.Surname != "АЛИЕВ" {
			t.Errorf("%+v", rows)
		}
	})
}
