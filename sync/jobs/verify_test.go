package jobs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// TestVerify damages one thing at a time behind the program's back: verify
// finds it, and finds nothing when it is put right again.
func TestVerify(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.at("2026-11-10T09:00:00+05:00")
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a}, learner{iin: student(t, 3), bin: b})...)
		o.take(63, "63-full-2026-11-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 4), bin: a})...)
		o.take(63, "63-full-2026-10-15.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 5), bin: a})...)
		if _, _, err := o.assess(202610, false, ""); err != nil {
			t.Fatal(err)
		}
		// What was said of an organisation is kept whole: enough to take it back.
		err := o.desk.Store.Look(t.Context(), func(tx *store.Tx) error {
			spoken, err := tx.SpokenWithRows(a)
			if err != nil || len(spoken) != 3 {
				t.Errorf("%d imports spoke, %v", len(spoken), err)
			}
			for _, s := range spoken {
				j, err := registry.Decode(s.Kept, a)
				if err != nil || len(j.Rows) != 2 || s.Rows != 2 || j.Rows[0].Person != child(t, 1) {
					t.Errorf("%+v, %v", j, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		db := database(t, address)
		exec := func(statement string) {
			t.Helper()
			r, err := db.Exec(statement)
			if err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 && !strings.HasPrefix(statement, "CREATE") {
				t.Fatalf("%s changed nothing", statement)
			}
		}
		o.verified()
		for _, c := range []struct{ table, damage, found string }{
			{"enrolment", "UPDATE enrolment SET until_day = 20261231 WHERE until_day < 20261201 AND known_until > 1000", "registry"},
			{"enrolment", "UPDATE enrolment SET surname = 'БАСҚА' WHERE known_until > 1000", "registry"},
			{"enrolment", "DELETE FROM enrolment WHERE known_until > 1000 AND bin = " + b.Digits(), "registry"},
			{"entitlement", "UPDATE entitlement SET category = '13' WHERE category = '1'", "entitlement"},
			{"entitlement", "UPDATE entitlement SET from_month = 202609 WHERE known_until > 1000 AND category = '13'", "entitlement"},
			{"entitlement", "DELETE FROM entitlement WHERE known_until < 1000", "total"},
			{"state_rules", `UPDATE state_rules SET rules = '{"academic_leave_due":true,"category1_first":false}'`, "entitlement"},
			{"tally", "UPDATE tally SET change = change + 1 WHERE month <= 202610", "total"},
			{"frozen_line", "UPDATE frozen_line SET amount = amount + 1 WHERE category = '1'", "freeze"},
			{"frozen_line", "UPDATE frozen_line SET persons = persons + 1, amount = amount / persons * (persons + 1)", "freeze"},
			{"import_organisation", "UPDATE import_organisation SET kept = (SELECT kept FROM import_organisation WHERE bin = " + b.Digits() + ") WHERE bin = " + a.Digits(), "kept"},
			{"import_organisation", "UPDATE import_organisation SET state = 'undone' WHERE as_at = 20261101", "import"},
			{"audit", "UPDATE audit SET digest = 'x' WHERE number = 2", "audit"},
			{"file", "UPDATE file SET sha256 = '00' || substr(sha256, 3) WHERE name LIKE '%2026-10-15%'", "archive"},
		} {
			exec("CREATE TABLE kept_aside AS SELECT * FROM " + c.table)
			exec(c.damage)
			v, err := o.desk.Verify(t.Context(), quiet)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == c.found }) {
				t.Errorf("%s: found %+v, want %s", c.damage, v.Findings, c.found)
			}
			for _, f := range v.Findings {
				if strings.Contains(f.Where+f.Detail, "150314") {
					t.Errorf("a finding shows a number: %+v", f)
				}
			}
			exec("DELETE FROM " + c.table)
			exec("INSERT INTO " + c.table + " SELECT * FROM kept_aside")
			if _, err := db.Exec("DROP TABLE kept_aside"); err != nil {
				t.Fatal(err)
			}
		}
		o.verified()

		files, err := filepath.Glob(filepath.Join(o.desk.Home.Archive, "*", "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%v, %v", files, err)
		}
		whole, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(files[0], 0o600); err != nil {
			t.Fatal(err)
		}
		for _, damaged := range [][]byte{append([]byte{whole[0] ^ 1}, whole[1:]...), whole[1:], append(slices.Clone(whole), 0), {}} {
			if err := os.WriteFile(files[0], damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			if v, err := o.desk.Verify(t.Context(), quiet); err != nil || len(v.Findings) != 1 || v.Findings[0].What != "archive" {
				t.Errorf("%+v, %v", v.Findings, err)
			}
		}
	})
}
