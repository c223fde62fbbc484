package jobs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// casesOfEveryKind fills a registry with cases and letters of every kind.
func (o *office) casesOfEveryKind(a, b osms.BIN) {
	t := o.t
	o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
	o.at("2026-10-05T10:00:00+05:00")
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "refusal.ru.txt"), []byte(`{{define "title"}}ОТВЕТ{{end}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	o.desk.Casework, o.desk.Wording.Folder = Casework{Automatic: true, Covering: true, DOCX: true}, folder
	o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: student(t, 1), bin: a, enrolled: "01.09.2025"}, learner{iin: student(t, 2), bin: b, enrolled: "01.09.2025"})...)
	o.told()
	in := func(number string, n int, without string) handedIn {
		return handedIn{number: number, received: "05.10.2026 09:30", person: student(t, n), name: "Оспанов Берік", bin: a, form: "очная", enrolled: "01.10.2026", without: without}
	}
	elsewhere := in("4", 2, "")
	elsewhere.previous, elsewhere.name = b, ""
	o.take(63, "өтініш.csv", applicationsOf(in("1", 3, ""), in("2", 4, "consent"), in("3", 5, "study"), elsewhere, in("5", 6, ""))...)
	o.worked()
	if _, err := o.does(o.only(store.CaseFilter{Incoming: "4"}).Number, CaseStep{StepDone: osms.StepDone{Step: osms.StepAnswer, Note: "хат № 3"}, Answer: osms.LeftThere, LeftOn: 20260930}); err != nil {
		t.Fatal(err)
	}
	o.worked()
	o.take(0, "события.csv", eventsOf(happening{student(t, 1), osms.EventDeath, "01.10.2026", ""})...)
	o.desk.Casework.FromRosters = true
	o.take(63, "63-delta-2026-10-05.csv", rosterOf(learner{iin: student(t, 7), bin: a, enrolled: "02.10.2026"})...)
	o.told()
	refused := o.only(store.CaseFilter{Incoming: "2"})
	if _, err := o.annul(refused.Letter, true); err != nil {
		t.Fatal(err)
	}
	o.desk.Casework.Automatic = false
	o.take(63, "ашық.csv", applicationsOf(in("6", 8, ""))...)
	o.worked()
}

// TestTamperedCases: whatever is changed in the tables of cases and letters,
// verify finds it, without a name or a number.
func TestTamperedCases(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		o.casesOfEveryKind(school(t, 1), school(t, 2))
		o.verified()
		db := database(t, address)
		exec := behindTheBack(t, db)
		const notified, refused, open, rostered = "WHERE incoming = '1'", "WHERE incoming = '2'", "WHERE incoming = '6'", "WHERE origin = 'roster'"
		const check = "WHERE serial = 1 AND step = 'check'"
		const annulled = "WHERE number = (SELECT number FROM letter_annulment)"
		const stands = "WHERE kind = 'notification' AND bundle = 0"
		const aCase = "WHERE matter LIKE '%000001'"
		for i, c := range []struct{ damage, found string }{
			{"UPDATE case_file SET person = person + 1 " + notified, "case"},
			{"UPDATE case_file SET bin = bin + 1 " + notified, "case"},
			{"UPDATE case_file SET incoming = '77' " + notified, "case"},
			{"UPDATE case_file SET received = received + 60 " + notified, "case"},
			{"UPDATE case_file SET counted = counted + 1 " + notified, "case"},
			{"UPDATE case_file SET deadline = deadline + 60 " + notified, "case"},
			{"UPDATE case_file SET days = 4 " + notified, "case"},
			{"UPDATE case_file SET origin = 'hand' " + notified, "case"},
			{"UPDATE case_file SET sequence = 0 " + notified, "case"},
			{"UPDATE case_file SET rules = 'x' " + notified, "case"},
			{"UPDATE case_file SET application = (SELECT application FROM case_file WHERE incoming = '2') " + notified, "case"},
			{"UPDATE case_file SET application = '{' " + notified, "case"},
			{"UPDATE case_file SET closed = 0 " + refused, "case"},
			{"UPDATE case_file SET closed = closed + 60 " + refused, "case"},
			{"UPDATE case_file SET closed = closed + 60 " + rostered, "case"},
			{"UPDATE case_file SET closed = received " + open, "case"},
			{"UPDATE case_file SET year = 2025 " + open, "case"},
			{"UPDATE case_file SET serial = 99 " + open, "stray"},
			{"UPDATE case_file SET deadline = deadline + 60 " + rostered, "case"},
			{"DELETE FROM case_file " + open, "case"},
			{"DELETE FROM case_file " + rostered, "stray"},
			{"INSERT INTO case_file SELECT region, year, serial + 50, person, bin, incoming, received, counted, deadline, days, origin, sequence, rules, application, closed FROM case_file " + open, "stray"},
			{"UPDATE case_step SET who = 'x' " + check, "case"},
			{"UPDATE case_step SET at = at + 1 " + check, "case"},
			{"UPDATE case_step SET note = 'x' " + check, "case"},
			{"UPDATE case_step SET step = 'hear' " + check, "case"},
			{"UPDATE case_step SET outcome = 'refused', ground = 1, reason = 'no_study' " + check, "case"},
			{"UPDATE case_step SET ground = 3 WHERE serial = 2 AND step = 'check'", "case"},
			{"UPDATE case_step SET reason = 'blocked' WHERE serial = 2 AND step = 'check'", "case"},
			{"UPDATE case_step SET lacks = 'identity_document' WHERE serial = 3 AND step = 'accept'", "case"},
			{"UPDATE case_step SET answer = 'never' WHERE answer = 'left'", "case"},
			{"UPDATE case_step SET left_on = left_on + 1 WHERE answer = 'left'", "case"},
			{"UPDATE case_step SET letter = '63-2026-000001' WHERE serial = 1 AND step = 'issue'", "case"},
			{"UPDATE case_step SET outcome = 'refused' WHERE serial = 1 AND step = 'issue'", "case"},
			{"UPDATE case_step SET updated = 0 WHERE updated <> 0", "case"},
			{"UPDATE case_step SET updated = 1 " + check, "case"},
			{"UPDATE case_step SET sequence = sequence - 1 " + check, "case"},
			{"UPDATE case_step SET number = 9 WHERE serial = 1 AND step = 'issue'", "case"},
			{"UPDATE case_step SET serial = 6 WHERE serial = 1 AND step = 'issue'", "case"},
			{"DELETE FROM case_step WHERE serial = 1 AND step = 'issue'", "case"},
			{"DELETE FROM case_step WHERE serial = 1", "case"},
			{"INSERT INTO case_step SELECT region, year, serial, 2, 'resolve', who, at, note, lacks, outcome, ground, reason, answer, left_on, letter, updated, 3 FROM case_step WHERE serial = 7 AND number = 1", "case"},
			{"UPDATE office_letter SET matter = 'x' " + aCase, "case"},
			{"UPDATE office_letter SET texts = 'x' " + aCase, "case"},
			{"UPDATE office_letter SET known = known + 1 " + aCase, "case"},
			{"UPDATE office_letter SET content = (SELECT content FROM office_letter WHERE matter LIKE 'event%') " + aCase, "case"},
			{"UPDATE office_letter SET sequence = sequence - 1 " + aCase, "case"},
			{"UPDATE office_letter SET number = 99 " + aCase, "stray"},
			{"DELETE FROM office_letter " + aCase, "case"},
			{"DELETE FROM office_letter WHERE matter LIKE 'event%'", "case"},
			{"DELETE FROM office_letter WHERE matter LIKE 'bundle 1'", "case"},
			{"INSERT INTO office_letter SELECT region, year, number + 50, sequence, known, matter, texts, content, written FROM office_letter " + aCase, "stray"},
			{"UPDATE letter SET person = person + 1 " + stands, "case"},
			{"UPDATE letter SET bin = bin + 1 " + stands, "case"},
			{"UPDATE letter SET kind = 'refusal' " + stands, "case"},
			{"UPDATE letter SET kind = 'refusal' WHERE kind = 'covering'", "case"},
			{"UPDATE letter SET kind = 'event' WHERE bundle = 1", "letter"},
			{"UPDATE letter SET dated = dated + 1 " + stands, "case"},
			{"UPDATE letter SET action = 'removed' " + stands, "case"},
			{"UPDATE letter SET first_day = first_day + 1 " + stands, "case"},
			{"UPDATE letter SET last_day = 20261231 " + stands, "case"},
			{"UPDATE letter SET effective = effective + 1 " + stands, "case"},
			{"UPDATE letter SET sequence = sequence - 1 " + stands, "stray"},
			{"UPDATE letter SET bundle = 1 " + stands, "letter"},
			{"UPDATE letter SET replaces = '63-2026-000001' " + stands, "case"},
			{"UPDATE letter SET replaces = '' WHERE kind = 'refusal' AND replaces <> ''", "case"},
			{"UPDATE letter SET annulled = 0 " + annulled, "stray"},
			{"UPDATE letter SET annulled = (SELECT sequence FROM letter_annulment) " + stands, "stray"},
			{"UPDATE letter SET annulled = 1 " + stands, "stray"},
			{"DELETE FROM letter " + stands, "case"},
			{"DELETE FROM letter WHERE kind = 'event'", "case"},
			{"UPDATE letter_annulment SET reason = 'x'", "letter"},
			{"UPDATE letter_annulment SET number = number + 1", "letter"},
			{"UPDATE letter_annulment SET region = 10", "letter"},
			{"UPDATE letter_annulment SET year = 2025", "letter"},
			{"UPDATE letter_annulment SET committed = committed + 1", "letter"},
			{"UPDATE letter_annulment SET run = run + 1", "letter"},
			{"UPDATE letter_annulment SET sequence = sequence + 1", "letter"},
			{"DELETE FROM letter_annulment", "letter"},
			{"INSERT INTO letter_annulment SELECT 1, region, year, 1, reason, committed, run FROM letter_annulment", "letter"},
			{"UPDATE letter_texts SET files = 'x'", "letter"},
			{"DELETE FROM letter_texts", "stray"},
		} {
			if raced && i%4 != 0 {
				continue
			}
			table := strings.Fields(strings.NewReplacer("DELETE FROM ", "", "INSERT INTO ", "", "UPDATE ", "").Replace(c.damage))[0]
			exec("CREATE TABLE kept_aside AS SELECT * FROM " + table)
			r, err := db.Exec(c.damage)
			if err != nil {
				t.Fatalf("%s: %v", c.damage, err)
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 {
				t.Errorf("%s changed nothing", c.damage)
			}
			v, err := o.desk.Verify(t.Context(), quiet)
			if err != nil {
				t.Errorf("%s: %v", c.damage, err)
			}
			if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == c.found }) {
				t.Errorf("%s: found %+v, want %s", c.damage, v.Findings, c.found)
			}
			for _, f := range v.Findings {
				for _, clear := range []string{"040314", "Оспанов", "Берік", "ТЕГІ", "АТЫ"} {
					if strings.Contains(f.Where+f.Detail, clear) {
						t.Errorf("a finding shows whom it is about: %+v", f)
					}
				}
			}
			exec("DELETE FROM " + table)
			exec("INSERT INTO " + table + " SELECT * FROM kept_aside")
			exec("DROP TABLE kept_aside")
		}
		o.verified()
	})
}
