package jobs

import (
	"context"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/store/storetest"
)

// TestTamperingAfterDestruction changes one thing at a time in a registry of
// which rows were destroyed: what is left is as safe as before, and nobody can
// say of rows that they were destroyed who did not record it.
func TestTamperingAfterDestruction(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, imports := agedOffice(t, o)
		o.desk.Retention = halfYear
		o.destroyed(DestroyOptions{Reason: "мерзімі өтті"})
		o.destroyed(DestroyOptions{Import: imports[3], Reason: "қолмен"})
		if err := o.block(child(t, 1), false); err != nil {
			t.Fatal(err)
		}
		if err := o.block(child(t, 1), true); err != nil {
			t.Fatal(err)
		}
		o.run(func(ctx context.Context, turn Turn) error { _, err := o.desk.Letters(ctx, turn, quiet); return err })
		o.verified()
		db := database(t, address)
		exec := behindTheBack(t, db)
		for _, c := range []struct{ damage, found string }{
			{"UPDATE destruction SET reason = 'x' WHERE what = 'due'", "destruction"},
			{"UPDATE destruction SET committed = committed + 1 WHERE what = 'due'", "destruction"},
			{"UPDATE destruction SET arrival = arrival - 1 WHERE what = 'due'", "destruction"},
			{"UPDATE destruction SET what = 'file' WHERE what = 'import'", "destruction"},
			{"UPDATE destruction SET subject = '1' WHERE what = 'import'", "destruction"},
			{"DELETE FROM destruction WHERE what = 'import'", "destruction"},
			{"DELETE FROM destruction WHERE what = 'import'", "stray"},
			{"UPDATE destroyed SET digest = 'x' WHERE class = 'rows'", "destruction"},
			{"UPDATE destroyed SET dated = dated + 1 WHERE class = 'arrivals'", "destruction"},
			{"UPDATE destroyed SET subject = 'x' WHERE class = 'originals' AND dated = 20261005", "archive"},
			{"DELETE FROM destroyed WHERE class = 'rows' AND dated = 20261005", "kept"},
			{"DELETE FROM destroyed WHERE class = 'originals' AND dated = 20261005", "archive"},
			{"DELETE FROM destroyed WHERE class = 'arrivals' AND dated = 20261005", "destruction"},
			{"INSERT INTO destroyed VALUES (9999, 'rows', '1/1', 'x', 20261001, 0)", "stray"},
			// Rows that nobody destroyed, and a record made up for them.
			{"UPDATE import_organisation SET kept = NULL WHERE as_at = 20271001", "kept"},
			{"INSERT INTO destroyed SELECT (SELECT min(sequence) FROM destruction), 'originals', max(sha256), max(sha256), 20271005, 0 FROM import WHERE as_at = 20271001", "destruction"},
			{"UPDATE import_organisation SET digest = 'x' WHERE as_at = 20261001", "import"},
			{"UPDATE import_organisation SET row_count = 9 WHERE as_at = 20261001", "import"},
			{"UPDATE seal SET digest = 'x'", "registry"},
			{"UPDATE seal SET digest = 'x'", "destruction"},
			{"UPDATE seal SET through = through - 1 WHERE sequence = (SELECT max(sequence) FROM seal)", "destruction"},
			{"UPDATE seal SET boundary = 20250101 WHERE sequence = (SELECT min(sequence) FROM seal)", "destruction"},
			{"UPDATE seal SET facts = facts + 1", "registry"},
			{"DELETE FROM seal WHERE sequence = (SELECT max(sequence) FROM seal)", "kept"},
			{"DELETE FROM seal", "kept"},
			// Facts below the seal, and above it.
			{"UPDATE enrolment SET surname = 'БАСҚА' WHERE known_until < 1000", "registry"},
			{"UPDATE enrolment SET surname = 'БАСҚА' WHERE known_until > 1000", "registry"},
			{"UPDATE enrolment SET row_number = row_number + 1 WHERE known_from < 5", "registry"},
			{"UPDATE enrolment SET known_until = known_until + 1 WHERE known_until < 1000", "registry"},
			{"UPDATE enrolment SET until_day = until_day - 1 WHERE known_until < 1000", "registry"},
			{"UPDATE enrolment SET fingerprint = fingerprint + 1", "registry"},
			{"DELETE FROM enrolment WHERE known_until < 1000", "registry"},
			{"DELETE FROM enrolment WHERE known_until > 1000", "registry"},
			{"INSERT INTO enrolment SELECT bin, person + 1, first_day, from_day, until_day, ending, form, level, status, grade, class_group, speciality, language, funding, surname, given, patronymic, birth, fingerprint, source, sheet, row_number, known_from, known_until FROM enrolment WHERE known_from = (SELECT min(known_from) FROM enrolment) AND person = " + child(t, 1).Digits(), "registry"},
			{"UPDATE entitlement SET region = 71", "entitlement"},
			{"UPDATE tally SET change = change + 1", "total"},
			{"UPDATE person_block SET person = person + 1", "block"},
			{"UPDATE person_block SET blocked = 1 - blocked", "block"},
			{"UPDATE person_block SET reason = 'x'", "block"},
			{"UPDATE person_block SET committed = committed + 1", "block"},
			{"DELETE FROM person_block WHERE blocked = 0", "block"},
			{"DELETE FROM person_block", "block"},
			{"INSERT INTO person_block SELECT sequence + 1, person + 1, 1, reason, committed, run, import FROM person_block WHERE blocked = 0", "block"},
		} {
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
				for _, clear := range []string{"150314", "ТЕГІ", "АТЫ", "БАСҚА"} {
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
		if v, err := o.desk.Verify(t.Context(), quiet); err != nil || v.Sealed != 1 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}
