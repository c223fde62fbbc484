package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/store/storetest"
)

func silent(string, int) {}

// fill puts rows into every table that the database knows, whatever the tables
// are: numbers at the ends of their range, letters of every alphabet, bytes that
// are no text, and nothing wherever that is allowed.
func fill(t *testing.T, s *Store) {
	t.Helper()
	type typed struct{ table, column, kind string }
	var all []typed
	must(t, eachRow(t.Context(), s.db, func(rows *sql.Rows) error {
		var c typed
		err := rows.Scan(&c.table, &c.column, &c.kind)
		all = append(all, c)
		return err
	}, s.d.columns))
	// SQLite takes nothing in a key, PostgreSQL does not.
	var keys []string
	if s.Database() == "sqlite" {
		must(t, s.db.Select(&keys, "SELECT m.name || '.' || c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE c.pk > 0"))
	}
	value := func(c typed, n int) any {
		switch strings.ToUpper(c.kind) {
		case "BIGINT":
			return []int64{9_223_372_036_854_775_000, -9_223_372_036_854_775_000, 0}[n%3] + int64(n)
		case "INTEGER":
			return []int64{2_147_483_000, -2_147_483_000, 0}[n%3] + int64(n)
		case "TEXT":
			return []string{"Әлия Қасымова «5-Ә» ₸ \t\n\\N \\x41 'x' \U0001F33E", "", "№ 2"}[n%3] + fmt.Sprint(n)
		}
		return [][]byte{{0, 1, 255, '\\', 0}, {}, []byte("\\x00")}[n%3]
	}
	for i := 0; i < len(all); {
		table := all[i].table
		var columns []typed
		for ; i < len(all) && all[i].table == table; i++ {
			columns = append(columns, all[i])
		}
		if slices.Contains(apart, table) {
			continue
		}
		var names, places []string
		for k, c := range columns {
			names, places = append(names, c.column), append(places, fmt.Sprintf("$%d", k+1))
		}
		query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(places, ", "))
		for n := range 12 + len(columns) {
			values := make([]any, len(columns))
			for k, c := range columns {
				values[k] = value(c, n)
			}
			if n >= 12 {
				if slices.Contains(keys, table+"."+names[n-12]) {
					continue
				}
				values[n-12] = nil
			}
			if _, err := s.db.Exec(query, values...); err != nil && n < 12 {
				t.Fatalf("%s: %v", table, err)
			}
		}
	}
}

// TestCopyKnowsEveryTable: whatever the catalogue of a new registry lists is
// copied, and every column has a type that copies. It fails when a table is added
// in words that created does not read, or with a type that kinds does not know.
func TestCopyKnowsEveryTable(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		all, err := s.tables(t.Context(), s.db)
		must(t, err)
		var known, listed []string
		for _, table := range all {
			known = append(known, table.name)
			for _, c := range table.columns {
				if c.kind == 0 {
					t.Errorf("column %s of %s has a type that cannot be copied: add it to kinds", c.name, table.name)
				}
			}
		}
		for _, name := range created() {
			if !slices.Contains(apart, name) {
				listed = append(listed, name)
			}
		}
		slices.Sort(known)
		slices.Sort(listed)
		if !slices.Equal(known, listed) {
			t.Errorf("in the catalogue:\n%v\nread in schema/*.sql:\n%v", known, listed)
		}
		if len(known) < 30 || !slices.Contains(known, "enrolment") || slices.Contains(known, "lease") {
			t.Errorf("tables %v", known)
		}
	})
}

// TestCopyThereAndBack: SQLite → PostgreSQL → SQLite, and a snapshot of each, hold
// the same rows in every table.
func TestCopyThereAndBack(t *testing.T) {
	first := open(t, filepath.Join(t.TempDir(), "registry.db"))
	fill(t, first)
	// Text in a column of bytes, as a DEFAULT '' leaves it there.
	_, err := first.db.Exec("UPDATE request SET content = ''")
	must(t, err)
	_, err = first.TakeLease(t.Context(), "registry", "somebody", minute(0), minute(10))
	must(t, err)
	want, err := first.Contents(t.Context())
	must(t, err)
	for _, c := range want {
		if c.Rows < 12 {
			t.Errorf("%s: %d rows", c.Table, c.Rows)
		}
	}
	second, third := open(t, storetest.Postgres(t)), open(t, filepath.Join(t.TempDir(), "registry.db"))
	for i, pair := range [][2]*Store{{first, second}, {second, third}} {
		c, err := pair[0].CopyTo(t.Context(), pair[1], silent)
		must(t, err)
		got, err := pair[1].Contents(t.Context())
		must(t, err)
		if !slices.Equal(got, want) || !slices.Equal(sorted(c.Tables), sorted(want)) {
			t.Errorf("copy %d: %v, said %v", i+1, unlike(got, want), unlike(sorted(c.Tables), sorted(want)))
		}
		if held, err := leaseOf(t.Context(), pair[1].db, "registry"); err != nil || held.holder != "" {
			t.Errorf("copy %d: the lease was copied: %v %v", i+1, held, err)
		}
		path := filepath.Join(t.TempDir(), "snapshot.db")
		_, err = pair[0].Snapshot(t.Context(), path, silent)
		must(t, err)
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode of the snapshot: %v %v", info.Mode(), err)
		}
		s := open(t, path)
		got, err = s.Contents(t.Context())
		must(t, err)
		if !slices.Equal(got, want) {
			t.Errorf("snapshot %d: %v", i+1, unlike(got, want))
		}
		if held, err := leaseOf(t.Context(), s.db, "registry"); err != nil || held.holder != "" {
			t.Errorf("snapshot %d: somebody holds the lease: %v %v", i+1, held, err)
		}
	}
}

func unlike(got, want []Counted) []Counted {
	return slices.DeleteFunc(slices.Clone(got), func(c Counted) bool { return slices.Contains(want, c) })
}

func sorted(list []Counted) []Counted {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Counted) int { return strings.Compare(a.Table, b.Table) })
	return list
}

// TestContentsSeesEveryChange: one changed value, row or copy of a row changes the
// digest of its table.
func TestContentsSeesEveryChange(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		fill(t, s)
		before, err := s.Contents(t.Context())
		must(t, err)
		for _, change := range []string{
			"UPDATE enrolment SET surname = 'x' WHERE person = (SELECT min(person) FROM enrolment)",
			"UPDATE enrolment SET surname = given, given = surname WHERE person = (SELECT min(person) FROM enrolment)",
			"DELETE FROM enrolment WHERE person = (SELECT min(person) FROM enrolment)",
		} {
			_, err := s.db.Exec(change)
			must(t, err)
			after, err := s.Contents(t.Context())
			must(t, err)
			for i := range after {
				if changed := after[i].Digest != before[i].Digest; changed != (after[i].Table == "enrolment") {
					t.Errorf("%s: digest of %s changed: %v", change, after[i].Table, changed)
				}
			}
			before = after
		}
	})
}

// TestCopyIntoWhatIsThere: nothing is copied over rows, and tables of others in
// the same database are neither copied nor in the way.
func TestCopyIntoWhatIsThere(t *testing.T) {
	eachDB(t, func(t *testing.T, to *Store) {
		from := open(t, filepath.Join(t.TempDir(), "registry.db"))
		decide(t, from, 0, nil)
		for _, s := range []*Store{from, to} {
			_, err := s.db.Exec("CREATE TABLE of_others (a TEXT)")
			must(t, err)
			_, err = s.db.Exec("INSERT INTO of_others (a) VALUES ('x')")
			must(t, err)
		}
		empty, err := to.Empty(t.Context())
		must(t, err)
		if !empty {
			t.Error("a new registry is not empty")
		}
		c, err := from.CopyTo(t.Context(), to, silent)
		must(t, err)
		if c.Sequence != 1 {
			t.Errorf("sequence %d", c.Sequence)
		}
		if empty, err = to.Empty(t.Context()); err != nil || empty {
			t.Errorf("empty %v, %v", empty, err)
		}
		_, err = from.CopyTo(t.Context(), to, silent)
		wantErr(t, err, ErrNotEmpty)
	})
}

// TestCopyThatDiffers: a row that the target changes on its way, and a copy cut
// short, leave nothing.
func TestCopyThatDiffers(t *testing.T) {
	eachDB(t, func(t *testing.T, to *Store) {
		from := open(t, filepath.Join(t.TempDir(), "registry.db"))
		fill(t, from)
		spoil, mend := "CREATE TRIGGER spoil AFTER INSERT ON letter_texts BEGIN UPDATE letter_texts SET taken = 1; END", "DROP TRIGGER spoil"
		if to.Database() == "postgres" {
			_, err := to.db.Exec("CREATE FUNCTION spoilt() RETURNS trigger AS 'BEGIN NEW.taken = 1; RETURN NEW; END' LANGUAGE plpgsql")
			must(t, err)
			spoil, mend = "CREATE TRIGGER spoil BEFORE INSERT ON letter_texts FOR EACH ROW EXECUTE FUNCTION spoilt()", "DROP TRIGGER spoil ON letter_texts"
		}
		_, err := to.db.Exec(spoil)
		must(t, err)
		_, err = from.CopyTo(t.Context(), to, silent)
		wantErr(t, err, ErrDiffers)
		_, err = to.db.Exec(mend)
		must(t, err)
		_, err = from.db.Exec("INSERT INTO letter_texts (digest, taken, files) VALUES ('y', 'not a number', 'x')")
		must(t, err)
		if _, err = from.CopyTo(t.Context(), to, silent); err == nil || errors.Is(err, ErrDiffers) {
			t.Errorf("got %v", err)
		}
		if empty, err := to.Empty(t.Context()); err != nil || !empty {
			t.Errorf("empty %v, %v", empty, err)
		}
	})
}

// TestTablesInOrder: what others refer to comes first, and a circle is said.
func TestTablesInOrder(t *testing.T) {
	all := map[string]*table{}
	for _, name := range []string{"a", "b", "c", "d"} {
		all[name] = &table{name: name}
	}
	out, err := inOrder(all, map[string][]string{"a": {"c", "a"}, "c": {"d"}, "b": {"elsewhere"}})
	must(t, err)
	var names []string
	for _, t := range out {
		names = append(names, t.name)
	}
	if !slices.Equal(names, []string{"d", "c", "a", "b"}) {
		t.Errorf("order %v", names)
	}
	_, err = inOrder(all, map[string][]string{"a": {"c"}, "c": {"a"}})
	wantErr(t, err, errCircle)
	// The databases say what refers to what.
	eachDB(t, func(t *testing.T, s *Store) {
		_, err := s.db.Exec("CREATE TABLE zz_parent (id BIGINT PRIMARY KEY)")
		must(t, err)
		_, err = s.db.Exec("CREATE TABLE aa_child (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES zz_parent (id))")
		must(t, err)
		tables, err := s.tables(t.Context(), s.db)
		must(t, err)
		at := func(name string) int { return slices.IndexFunc(tables, func(t table) bool { return t.name == name }) }
		if at("zz_parent") < 0 || at("zz_parent") > at("aa_child") {
			t.Errorf("parent at %d, child at %d", at("zz_parent"), at("aa_child"))
		}
	})
}
