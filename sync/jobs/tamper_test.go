package jobs

import (
	"context"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// TestTampering changes one thing at a time in the tables of a registry that
// has everything in it: whatever it is, verify finds it, shows nobody's number
// or name, and is quiet again when it is put back.
func TestTampering(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		a, b, c, d := school(t, 1), school(t, 2), school(t, 3), school(t, 4)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63, c: 75})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a},
			learner{iin: student(t, 3), bin: b}, learner{iin: student(t, 4), bin: d})...)
		o.take(75, "75-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 2), bin: c}, learner{iin: student(t, 3), bin: c})...)
		letters := func() {
			o.run(func(ctx context.Context, turn Turn) error { _, err := o.desk.Letters(ctx, turn, quiet); return err })
		}
		letters()
		o.assessed(202610, "")
		o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-10;63;3;5100,00", "2026-10;75;2;3400,00")
		o.at("2026-11-10T09:00:00+05:00")
		o.take(63, "63-full-2026-11-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 5), bin: a})...)
		o.take(63, "63-full-2026-10-15.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 6), bin: a})...)
		o.take(75, "75-delta-2026-11-02.csv", rosterOf(learner{iin: student(t, 3), bin: c, until: "02.11.2026", status: "отчислен"})...)
		held := o.take(75, "75-full-2026-11-03.csv", append([]string{"БИН: " + c.Digits()}, rosterHeader)...)
		if held.Outcome != osms.Held {
			t.Fatalf("%s", held.Outcome)
		}
		o.take(0, "organisations2.csv", "БИН;Наименование на русском;Регион;Руководитель", a.Digits()+";Школа;63;А. Басқа", d.Digits()+";Мектеп;71;Б. Басқа")
		// Decisions: a release, a refusal, and an import taken back with its letters.
		for name, decide := range map[string]func(context.Context, Turn, string) error{
			"75-delta-2026-11-04.csv": func(ctx context.Context, turn Turn, hash string) error {
				_, err := o.desk.Release(ctx, turn, hash, "дұрыс")
				return err
			},
			"75-delta-2026-11-05.csv": func(ctx context.Context, turn Turn, hash string) error {
				_, err := o.desk.Refuse(ctx, turn, hash, "қате")
				return err
			},
		} {
			r := o.take(75, name, append([]string{"Вид списка: полный"}, rosterOf(learner{iin: child(t, 2), bin: c}, learner{iin: child(t, 8), bin: c})...)...)
			o.run(func(ctx context.Context, turn Turn) error { return decide(ctx, turn, r.Diff) })
		}
		wrong := o.take(63, "63-delta-2026-11-06.csv", rosterOf(learner{iin: child(t, 12), bin: a})...)
		letters()
		if u := o.undo(wrong.Import, UndoOptions{Reason: "бөтен файл"}); !u.Undone || len(u.LettersAnnulled) != 1 {
			t.Fatalf("%+v", u)
		}
		o.take(63, "63-delta-2026-11-07.csv", rosterOf(learner{iin: child(t, 12), bin: a})...)
		letters() // instead of the annulled one
		o.assessed(202610, "қате")
		o.verified()
		db := database(t, address)
		exec := func(statement string) {
			t.Helper()
			r, err := db.Exec(statement)
			if err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 && !strings.HasPrefix(statement, "CREATE") && !strings.HasPrefix(statement, "DROP") {
				t.Fatalf("%s changed nothing", statement)
			}
		}
		for i, c := range []struct{ damage, found string }{
			{"UPDATE ledger_entry SET amount = amount + 1 WHERE region = 63", "ledger"},
			{"UPDATE ledger_entry SET month = 202611 WHERE region = 63", "ledger"},
			{"UPDATE ledger_entry SET known_until = 1000 WHERE region = 63", "ledger"},
			{"UPDATE ledger_entry SET reference = 'x' WHERE region = 63", "ledger"},
			{"DELETE FROM ledger_entry WHERE region = 75", "ledger"},
			{"INSERT INTO ledger_entry SELECT sequence, sheet, 99, month, region, category, persons, amount, paid_on, reference, known_until FROM ledger_entry WHERE region = 63", "ledger"},
			{"INSERT INTO ledger_entry SELECT 1, sheet, row_number, month, region, category, persons, amount, paid_on, reference, known_until FROM ledger_entry WHERE region = 63", "stray"},
			{"DELETE FROM enrolment WHERE known_until < 1000", "registry"},
			{"DELETE FROM enrolment WHERE known_until > 1000", "registry"},
			{"INSERT INTO enrolment SELECT bin + 1, person, first_day, from_day, until_day, ending, form, level, status, grade, class_group, speciality, language, funding, surname, given, patronymic, birth, fingerprint, source, sheet, row_number, known_from, known_until FROM enrolment WHERE known_until < 1000", "registry"},
			{"UPDATE enrolment SET known_from = known_from + 1 WHERE known_until > 1000 AND bin = " + b.Digits(), "registry"},
			{"UPDATE enrolment SET known_until = known_until + 100 WHERE known_until < 1000", "registry"},
			{"UPDATE enrolment SET row_number = row_number + 1 WHERE known_until < 1000", "registry"},
			{"UPDATE enrolment SET row_number = row_number + 1 WHERE known_until > 1000", "registry"},
			{"UPDATE enrolment SET sheet = sheet + 1", "registry"},
			{"UPDATE enrolment SET source = 1", "registry"},
			{"UPDATE enrolment SET fingerprint = fingerprint + 1", "registry"},
			{"UPDATE enrolment SET surname = 'БАСҚА' WHERE known_until < 1000", "registry"},
			{"UPDATE enrolment SET grade = '12' WHERE known_until > 1000", "registry"},
			{"UPDATE enrolment SET birth = birth + 1", "registry"},
			{"UPDATE import SET as_at = 20261002 WHERE as_at = 20261001", "import"},
			{"UPDATE import SET region = 10 WHERE kind = 'ledger'", "import"},
			{"UPDATE import SET region = 10 WHERE as_at = 20261015", "import"},
			{"UPDATE import SET mode = 'delta' WHERE as_at = 20261015", "import"},
			{"UPDATE import SET kind = 'payments' WHERE kind = 'ledger'", "import"},
			{"UPDATE import SET name = 'x' WHERE as_at = 20261015", "import"},
			{"UPDATE import SET sha256 = 'x' WHERE as_at = 20261015", "import"},
			{"UPDATE import SET committed = committed + 1 WHERE as_at = 20261015", "import"},
			{"UPDATE import SET columns = '[]' WHERE as_at = 20261015", "import"},
			{"UPDATE import SET digest = 'x' WHERE as_at = 20261015", "import"},
			{"UPDATE import SET kept = NULL WHERE kind = 'ledger'", "import"},
			{"UPDATE import SET kept = (SELECT kept FROM import WHERE kind = 'ledger') WHERE kind = 'organisations'", "import"},
			{"DELETE FROM import WHERE as_at = 20261015", "import"},
			{"DELETE FROM import WHERE kind = 'ledger'", "import"},
			{"UPDATE import_organisation SET as_at = 20261002 WHERE as_at = 20261001", "stray"},
			{"UPDATE import_organisation SET region = 10 WHERE as_at = 20261015", "stray"},
			{"UPDATE import_organisation SET mode = 'delta' WHERE as_at = 20261015", "stray"},
			{"UPDATE import_organisation SET kind = 'ledger' WHERE as_at = 20261015", "stray"},
			{"UPDATE import_organisation SET sha256 = 'x' WHERE as_at = 20261015", "stray"},
			{"UPDATE import_organisation SET speaks = 'delta' WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET committed_as = 'held' WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET why = 'x' WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET state = 'applied' WHERE as_at = 20261106", "import"},
			{"UPDATE decision SET reason = 'x' WHERE what = 'undo'", "decision"},
			{"UPDATE decision SET hash = 'x' WHERE what = 'refuse'", "decision"},
			{"UPDATE decision SET what = 'refuse' WHERE what = 'release'", "decision"},
			{"UPDATE decision SET committed = committed + 1 WHERE what = 'release'", "decision"},
			{"UPDATE decision SET import = import + 1 WHERE what = 'undo'", "decision"},
			{"DELETE FROM decision WHERE what = 'undo'", "decision"},
			{"DELETE FROM decision WHERE what = 'refuse'", "decision"},
			{"UPDATE decision_organisation SET version = version + 1", "decision"},
			{"UPDATE decision_organisation SET state = 'applied'", "decision"},
			{"DELETE FROM decision_organisation", "decision"},
			{"UPDATE letter SET annulled = 0", "decision"},
			{"UPDATE letter SET annulled = 1 WHERE annulled = 0", "stray"},
			{"UPDATE import_organisation SET state = 'undone' WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET state = 'held' WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET state = 'undone' WHERE state = 'held'", "import"},
			{"UPDATE import_organisation SET state = 'held' WHERE kind = 'ledger'", "import"},
			{"UPDATE import_organisation SET reason = 'x' WHERE state = 'held'", "import"},
			{"UPDATE import_organisation SET version = version + 1 WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET diff = 'x' WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET row_count = row_count + 1 WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET digest = 'x' WHERE as_at = 20261015", "import"},
			{"UPDATE import_organisation SET kept = NULL WHERE as_at = 20261015", "kept"},
			{"UPDATE import_organisation SET kept = NULL WHERE state = 'held'", "kept"},
			{"DELETE FROM import_organisation WHERE as_at = 20261015", "import"},
			{"DELETE FROM import_organisation WHERE state = 'held'", "import"},
			{"UPDATE organisation SET head = 'x' WHERE known_until > 1000 AND bin = " + a.Digits(), "organisation"},
			{"UPDATE organisation SET head = 'x' WHERE known_until < 1000 AND bin = " + a.Digits(), "organisation"},
			{"UPDATE organisation SET region = 71 WHERE bin = " + b.Digits(), "organisation"},
			{"UPDATE organisation SET closed_on = 20261001 WHERE bin = " + b.Digits(), "organisation"},
			{"UPDATE organisation SET known_from = known_from + 1 WHERE bin = " + b.Digits(), "organisation"},
			{"DELETE FROM organisation WHERE bin = " + b.Digits(), "organisation"},
			{"DELETE FROM organisation WHERE provisional = 1", "organisation"},
			{"INSERT INTO organisation SELECT bin + 1, name_kk, name_ru, region, district, level, address_kk, address_ru, head, executor, phone, closed_on, provisional, known_from, known_until FROM organisation WHERE bin = " + b.Digits(), "organisation"},
			{"UPDATE organisation_version SET version = version + 1 WHERE bin = " + b.Digits(), "stray"},
			{"UPDATE state_rate SET percent = percent + 1", "rate"},
			{"UPDATE state_rate SET base = base + 1", "rate"},
			{"UPDATE state_rate SET unverified = 1 - unverified", "rate"},
			{"UPDATE state_rate SET known_from = known_from + 1", "rate"},
			{"DELETE FROM state_rate", "rate"},
			{"INSERT INTO state_rate SELECT year + 1, percent, base, unverified, known_from FROM state_rate", "rate"},
			{"UPDATE state_rules SET rules = '{\"academic_leave_due\":false,\"category1_first\":false}'", "rules"},
			{"UPDATE state_rules SET rules = 'x'", "rules"},
			{"UPDATE state_rules SET known_from = known_from + 1", "rules"},
			{"DELETE FROM state_rules", "rules"},
			{"DELETE FROM letter WHERE bundle = 1 AND number = (SELECT min(number) FROM letter WHERE bundle = 1)", "letter"},
			{"UPDATE letter SET person = person + 1 WHERE bundle = 1", "letter"},
			{"UPDATE letter SET action = 'removed' WHERE bundle = 1", "letter"},
			{"UPDATE letter SET bundle = 99 WHERE bundle = 1", "letter"},
			{"UPDATE letter SET replaces = '63-2026-000001' WHERE replaces = ''", "letter"},
			{"UPDATE letter SET replaces = '' WHERE replaces <> ''", "letter"},
			{"UPDATE letter SET replaces = '63-2026-000001' WHERE replaces <> ''", "letter"},
			{"UPDATE letter SET sequence = 99 WHERE bundle = 1", "stray"},
			{"UPDATE letter_bundle SET to_seq = to_seq + 1 WHERE id = 1", "letter"},
			{"DELETE FROM letter_bundle WHERE id = 1", "letter"},
			{"DELETE FROM letter_bundle WHERE id = (SELECT max(id) FROM letter_bundle)", "letter"},
			{"DELETE FROM overlap", "overlap"},
			{"DELETE FROM overlap WHERE known_until < 1000", "overlap"},
			{"UPDATE overlap SET until_day = until_day - 1", "overlap"},
			{"UPDATE overlap SET known_from = known_from + 1", "overlap"},
			{"INSERT INTO overlap SELECT person, bin_a, bin_b + 1, from_day, until_day, 9, known_from, known_until FROM overlap", "overlap"},
			{"INSERT INTO overlap SELECT person + 1, bin_a, bin_b, from_day, until_day, 9, known_from, known_until FROM overlap", "overlap"},
			{"UPDATE entitlement SET category = '13' WHERE category = '1'", "entitlement"},
			{"UPDATE entitlement SET bin = bin + 1 WHERE known_until < 1000", "entitlement"},
			{"UPDATE entitlement SET bin = bin + 1 WHERE known_until > 1000", "entitlement"},
			{"UPDATE entitlement SET region = 71 WHERE known_until < 1000", "entitlement"},
			{"UPDATE entitlement SET known_until = known_until + 100 WHERE known_until < 1000", "entitlement"},
			{"UPDATE entitlement SET person = person + 1", "entitlement"},
			{"DELETE FROM entitlement WHERE known_until < 1000", "entitlement"},
			{"DELETE FROM entitlement WHERE known_until > 1000", "entitlement"},
			{"UPDATE tally SET change = change + 1", "total"},
			{"DELETE FROM tally WHERE region = 63", "total"},
			{"INSERT INTO tally SELECT DISTINCT 1, 10, category, 209901, 1 FROM tally", "total"},
			{"UPDATE frozen_month SET percent = percent + 1 WHERE version = 1", "freeze"},
			{"UPDATE frozen_month SET reason = 'x' WHERE version = 2", "freeze"},
			{"UPDATE frozen_month SET frozen = frozen + 1 WHERE version = 1", "freeze"},
			{"UPDATE frozen_month SET sequence = sequence + 1 WHERE version = 1", "freeze"},
			{"DELETE FROM frozen_month WHERE version = 1", "freeze"},
			{"UPDATE frozen_line SET amount = amount + 1 WHERE version = 1", "freeze"},
			{"UPDATE frozen_line SET persons = persons + 1 WHERE version = 1", "freeze"},
			{"DELETE FROM frozen_line WHERE version = 2 AND region = 63", "freeze"},
			{"INSERT INTO frozen_line SELECT month, version, 10, category, persons, amount FROM frozen_line WHERE region = 63", "freeze"},
			{"INSERT INTO frozen_line SELECT month, version + 5, region, category, persons, amount FROM frozen_line", "stray"},
			{"DELETE FROM arrival WHERE id = 1", "stray"},
			{"DELETE FROM arrival WHERE id = (SELECT max(id) FROM arrival)", "stray"},
			{"UPDATE arrival SET sequence = 0 WHERE id = 1", "stray"},
			{"UPDATE audit SET digest = 'x' WHERE number = 2", "audit"},
			{"UPDATE audit SET at = at + 1 WHERE number = 2", "audit"},
			{"UPDATE audit SET what = 'freeze' WHERE number = 2", "audit"},
			{"DELETE FROM audit WHERE number = 2", "audit"},
			{"DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)", "audit"},
		} {
			if raced && i%4 != 0 {
				continue
			}
			table := strings.Fields(strings.NewReplacer("DELETE FROM ", "", "INSERT INTO ", "", "UPDATE ", "").Replace(c.damage))[0]
			exec("CREATE TABLE kept_aside AS SELECT * FROM " + table)
			exec(c.damage)
			v, err := o.desk.Verify(t.Context(), quiet)
			if err != nil {
				t.Errorf("%s: %v", c.damage, err)
			}
			if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == c.found }) {
				t.Errorf("%s: found %+v, want %s", c.damage, v.Findings, c.found)
			}
			for _, f := range v.Findings {
				for _, clear := range []string{"150314", "040314", "ТЕГІ", "АТЫ", "БАСҚА"} {
					if strings.Contains(f.Where+f.Detail, clear) {
						t.Errorf("a finding shows whom it is about: %+v", f)
					}
				}
			}
			if _, err := db.Exec("DELETE FROM " + table); err != nil {
				t.Fatal(err)
			}
			exec("INSERT INTO " + table + " SELECT * FROM kept_aside")
			exec("DROP TABLE kept_aside")
		}
		o.verified()
	})
}

func (o *office) assessed(m osms.Month, reason string) {
	o.t.Helper()
	if _, fresh, err := o.assess(m, reason != "", reason); err != nil || !fresh {
		o.t.Fatalf("%v, %v", fresh, err)
	}
}
