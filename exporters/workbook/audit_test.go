package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"osmsd/sync/osms"
)

// sampleAudit answers every question, with a row of each kind.
func sampleAudit() (osms.Audit, map[osms.AuditQuestion][]osms.AuditRow) {
	a := osms.Audit{Month: 202609, Sequence: 21, AsOf: almatyNoon, FreezeVersion: 2, FirstFreeze: 16, FreezeSequence: 18, Frozen: almatyNoon,
		Rate: osms.StateRate{Year: 2026, Percent: 1900, Base: 30800000, Unverified: true}, Rates: 1, Rules: 2, Due: 20260907}
	learnt := osms.AuditMoment{Sequence: 19, Day: 20260920, Source: 19, File: "қосымша \u202Exslx.тізім.xlsx"}
	row := osms.AuditRow{Finding: 1, Person: fakeIIN(1), Name: osms.Name{Surname: "=HYPERLINK(\"x\")", Given: "@Ғани"}, Birth: 20070314, Age: 19, Region: 63,
		BIN: 60340001234, NameKK: "№ 1 мектеп", Category: "13", Level: osms.Secondary, From: 20260901, Until: osms.Forever, Due: true, DueTo: 60340001234,
		Learnt: learnt, Persons: 3, Joined: 2, Left: 1, Amount: each, Reason: "бұйрық № 1", Days: 40, Number: 7, OtherBIN: 60340005678, OtherRegion: 10,
		At: almatyNoon, Run: 5, Trigger: "command", Payment: &osms.AuditPayment{Format: "mt102", Reference: "=1+1", Number: "17", Dated: 20261005, Booked: 20261006,
			Payer: "ТОО «\u202eматабекіт»", PayerID: "070952133429", KNP: "122", Listed: "@Пак Ольга", Given: "-42", Place: osms.Place{Row: 7}, SheetName: "Лист1"}}
	kinds := map[osms.AuditQuestion][]string{
		osms.AuditNames: {osms.NameBefore, osms.NameNow}, osms.AuditRegions: {osms.SideTogether, osms.SideInTurn},
		osms.AuditAges:      {osms.AgeTooYoung, osms.AgeNoChild, osms.AgeOldPupil, osms.AgeOldLearner},
		osms.AuditDeparted:  {"absence", "expelled", "graduated", "transferred_out", "expected", osms.EndedForm},
		osms.AuditLateFiles: {"import", "undo", "release", "overlap", "rules"}, osms.AuditLateEnrolments: {""}, osms.AuditMissing: {"none", "held", "refused"},
		osms.AuditProvisional: {""}, osms.AuditTwins: {""},
		osms.AuditDecisions:    {osms.DecidedFreeze, osms.DecidedRefreeze, osms.DecidedRates, osms.DecidedRules, osms.DecidedOverlap, osms.DecidedWithdraw, osms.DecidedDestroy, "release", "refuse", "undo"},
		osms.AuditOverlaps:     {"open", "settled", "decided"},
		osms.AuditPaidDeparted: {osms.PaidUnknown, osms.PaidWithdrawn, "expelled", "absence"}, osms.AuditPaidNames: {""},
		osms.AuditUntimely: {osms.MoneyLate, osms.MoneyAhead}, osms.AuditPaidByOthers: {osms.PaidByEmployer, osms.PaidAsPenalty, osms.PaidByOther},
		osms.AuditIncomplete: {osms.LacksMonth, osms.LacksRegion, osms.LacksPerson},
	}
	rows := map[osms.AuditQuestion][]osms.AuditRow{}
	for _, q := range osms.AuditQuestions {
		for i, kind := range kinds[q] {
			r := row
			r.Kind, r.Finding = kind, i+1
			rows[q] = append(rows[q], r)
		}
		a.Answers = append(a.Answers, osms.AuditAnswer{Question: q, Found: len(rows[q]), Rows: len(rows[q])})
	}
	return a, rows
}

func auditReading(rows map[osms.AuditQuestion][]osms.AuditRow) osms.EachAuditRow {
	return func(q osms.AuditQuestion, yield func(osms.AuditRow) error) error {
		for _, r := range rows[q] {
			if err := yield(r); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestAuditBook: a numbered sheet for each question after the contents, words
// for every value in every language, nothing a formula, the same bytes twice.
func TestAuditBook(t *testing.T) {
	a, rows := sampleAudit()
	for _, lang := range []string{"kk", "ru", "en"} {
		var first, again bytes.Buffer
		for _, b := range []*bytes.Buffer{&first, &again} {
			if err := WriteAudit(b, a, auditReading(rows), lang); err != nil {
				t.Fatal(err)
			}
		}
		keep(t, "audit-"+lang+".xlsx", first.Bytes())
		if !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Errorf("%s: two writes differ", lang)
		}
		f := opened(t, first.Bytes())
		names := f.GetSheetList()
		if len(names) != 1+len(osms.AuditQuestions) {
			t.Fatalf("sheets %q", names)
		}
		for i, name := range names {
			if !strings.HasPrefix(name, fmt.Sprintf("%d ", i)) || len(utf16.Encode([]rune(name))) > 31 {
				t.Errorf("sheet %d is %q", i, name)
			}
			text, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			all := fmt.Sprint(text)
			for _, raw := range []string{"old_pupil", "in_turn", "too_young", "absence", "refreeze", "withdraw", "command", "transferred_out", "never_known", "claim_withdrawn", "other_payer", "ahead", "no_region", "%!", "\u202e"} {
				if lang != "en" && strings.Contains(all, raw) {
					t.Errorf("%s: %q stands on sheet %q", lang, raw, name)
				}
			}
			if i == 0 {
				continue
			}
			q := osms.AuditQuestions[i-1]
			question, method := AuditQuestion(q, lang)
			if !strings.Contains(all, question) || !strings.Contains(strings.Join(strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(all)), " "), method) {
				t.Errorf("%s: sheet %q does not say %q and %q", lang, name, question, method)
			}
			if got := len(text) - slices.IndexFunc(text, func(r []string) bool { return len(r) > 3 }) - 1; got != len(rows[q]) {
				t.Errorf("%s: %q has %d rows, want %d", lang, name, got, len(rows[q]))
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAuditAddsUp: more or fewer rows than were counted are no workbook.
func TestAuditAddsUp(t *testing.T) {
	for i := range osms.AuditQuestions {
		for _, by := range []int{-1, 1} {
			a, rows := sampleAudit()
			a.Answers[i].Rows += by
			if err := WriteAudit(new(bytes.Buffer), a, auditReading(rows), "ru"); !errors.Is(err, ErrDoesNotAddUp) {
				t.Errorf("question %d, %+d: %v", i+1, by, err)
			}
		}
	}
	a, _ := sampleAudit()
	stop := errors.New("stop")
	err := WriteAudit(new(bytes.Buffer), a, func(osms.AuditQuestion, func(osms.AuditRow) error) error { return stop }, "ru")
	if !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
}

// TestAuditParts: an answer with more rows than a sheet has goes on on the next.
func TestAuditParts(t *testing.T) {
	a, rows := sampleAudit()
	var b bytes.Buffer
	if err := writeAudit(&b, a, auditReading(rows), "ru", 4); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	var got []string
	for _, name := range f.GetSheetList() {
		if !strings.HasPrefix(name, "10 ") {
			continue
		}
		text, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range text[slices.IndexFunc(text, func(r []string) bool { return len(r) > 3 })+1:] {
			got = append(got, r[0])
		}
	}
	if strings.Join(got, " ") != "1 2 3 4 5 6 7 8 9 10" {
		t.Errorf("%q on %q", got, f.GetSheetList())
	}
}
