package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestPostingsByPerson: the postings of a month in order of persons, all of them
// or of some; those without an IIN by themselves.
func TestPostingsByPerson(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ids, _ := bring(t, s, "aa", aList(1, 202610, 3), aList(2, 202610, lookUp+2), aList(3, 202609, 2))
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			err := tx.PutPostings(func(add func(int64, *osms.Posting) error) error {
				for n, id := range []int64{ids[1], ids[0]} {
					if err := add(id, &osms.Posting{Month: 202610, Number: int32(900 + n), Given: "x"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return tx.Audit(minute(3), "import", "x")
		}))
		var all, some, nobody []string
		note := func(out *[]string) func(int64, *osms.Posting) error {
			return func(d int64, p *osms.Posting) error {
				if p.Month != 202610 {
					t.Errorf("a posting of %s", p.Month)
				}
				*out = append(*out, fmt.Sprint(p.Person.Digits(), " ", slices.Index(ids, d), " ", p.Number))
				return nil
			}
		}
		must(t, s.PostingsByPerson(t.Context(), 202610, note(&all)))
		if len(all) != lookUp+5 || !slices.IsSorted(all) || all[0] != "000000000100 0 1" || all[1] != "000000000100 1 1" {
			t.Errorf("%d of all: %q", len(all), all[:2])
		}
		var persons []osms.IIN
		for n := range lookUp + 1 { // all but the last, and one whom nobody paid for
			persons = append(persons, osms.IIN(99+n))
		}
		must(t, s.PostingsAmong(t.Context(), 202610, persons, note(&some)))
		if !slices.Equal(some, all[:len(all)-2]) {
			t.Errorf("%d of some, want %d", len(some), len(all)-2)
		}
		must(t, s.PostingsOfNobody(t.Context(), 202610, note(&nobody)))
		if want := []string{"000000000000 0 901", "000000000000 1 900"}; !slices.Equal(nobody, want) {
			t.Errorf("of nobody %q", nobody)
		}
		stop := fmt.Errorf("stop")
		wantErr(t, s.PostingsByPerson(t.Context(), 202610, func(int64, *osms.Posting) error { return stop }), stop)
	})
}

// TestPostingsByPersonPlan: SQLite sorts in memory, and must not be made to sort a
// month.
func TestPostingsByPersonPlan(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		if s.d.name != "sqlite" {
			t.Skip("PostgreSQL sorts on disk")
		}
		plan := func(query string, args ...any) (out string) {
			rows, err := s.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
			must(t, err)
			defer rows.Close()
			for rows.Next() {
				var id, parent, unused int
				var detail string
				must(t, rows.Scan(&id, &parent, &unused, &detail))
				out += detail + "; "
			}
			must(t, rows.Err())
			return out
		}
		got := plan(postingsByPerson, 202610)
		if !strings.Contains(got, "USING INDEX posting_person") || strings.Contains(got, "TEMP B-TREE FOR ORDER BY") || strings.Contains(got, "TEMP B-TREE FOR LAST 3 TERMS") {
			t.Error(got)
		}
		if got := plan("SELECT "+postingColumns+" FROM posting p "+postingsOfNobody, 202610); strings.Contains(got, "TEMP B-TREE") {
			t.Error(got)
		}
	})
}

// TestEachDocument: those of the month, those with a posting of it, and those that
// moved in it; each once, as known at a sequence.
func TestEachDocument(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		months, far, undated, dated := aList(2, 0, 1), aList(3, 202609, 1), aMovement(4, 0), aMovement(5, 0)
		months.First, months.Last, months.Booked = 202609, 202611, 20270105
		far.Booked = 20261101
		undated.Booked, dated.Booked, dated.Dated = 0, 0, 20261031
		ids, first := bring(t, s, "aa", aList(1, 202610, 2), months, far, undated, dated, aMovement(6, 202612))
		_, second := bring(t, s, "bb", aList(1, 202610, 2))
		look := func(month osms.Month, sequence int64) (out []int) {
			must(t, s.EachDocument(t.Context(), month, sequence, func(d StoredDocument) error {
				if d.Import != first {
					t.Errorf("%s by import %d", d.Identity, d.Import)
				}
				out = append(out, 1+slices.Index(ids, d.ID))
				return nil
			}))
			return out
		}
		for _, c := range []struct {
			month    osms.Month
			sequence int64
			want     []int
		}{{202610, second, []int{1, 2, 4, 5, 6}}, {202609, second, []int{2, 3, 4}}, {202611, second, []int{2, 3, 4}}, {202612, second, []int{4, 6}},
			{202701, second, []int{2, 4}}, {202610, first - 1, nil}} {
			if got := look(c.month, c.sequence); !slices.Equal(got, c.want) {
				t.Errorf("%s at %d: %v, want %v", c.month, c.sequence, got, c.want)
			}
		}
	})
}

// TestPostedIn: who is unknown is so at a sequence, believed or not.
func TestPostedIn(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ids, known := bring(t, s, "aa", aList(1, 202610, 3), aList(2, 202609, 1))
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			err := tx.PutPostings(func(add func(int64, *osms.Posting) error) error {
				if err := add(ids[0], &osms.Posting{Month: 0, Number: 8, Person: 100, Amount: 7}); err != nil {
					return err
				}
				return add(ids[0], &osms.Posting{Month: 202610, Number: 9, Given: "x", Amount: -50})
			})
			if err != nil {
				return err
			}
			f := fact(100, schoolA, 20260901, osms.Forever)
			must(t, tx.OpenFacts([]osms.Fact{f}, prints(1)))
			return tx.Audit(minute(3), "import", "x")
		}))
		for _, c := range []struct {
			month    osms.Month
			sequence int64
			want     string
		}{
			{202610, known + 1, "map[1:{4 1750 1 -50 3 1150}]"}, {202610, known, "map[1:{4 1750 1 -50 4 1750}]"},
			{0, known + 1, "map[1:{1 7 1 7 0 0}]"}, {202611, known, "map[]"},
		} {
			got, err := s.PostedIn(t.Context(), c.month, ids, c.sequence)
			must(t, err)
			plain := map[int]string{}
			for id, x := range got {
				plain[1+slices.Index(ids, id)] = fmt.Sprintf("{%d %d %d %d %d %d}", x.Persons, int64(x.Amount), x.Regionless, int64(x.RegionlessAmount), x.Unknown, int64(x.UnknownAmount))
			}
			if fmt.Sprint(plain) != c.want {
				t.Errorf("%s at %d: %v, want %s", c.month, c.sequence, plain, c.want)
			}
		}
	})
}
