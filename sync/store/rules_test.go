package store

import (
	"slices"
	"testing"

	"osmsd/sync/osms"
)

// TestRules: rules are known from their decision on, and the newest are in
// force.
func TestRules(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		_, err := s.Rules(t.Context(), 1<<30)
		wantErr(t, err, ErrNotFound)
		put := func(at int, rules, before string) int64 {
			return decide(t, s, at, func(tx *Tx) error {
				if was, err := tx.Rules(); was != before || (err != nil) != (before == "") {
					t.Errorf("before %s: %q, %v", rules, was, err)
				}
				return tx.PutRules(rules)
			})
		}
		first := put(1, "a", "")
		between := decide(t, s, 2, nil)
		second := put(3, "b", "a")
		third := put(4, "a", "b")
		_, err = s.Rules(t.Context(), first-1)
		wantErr(t, err, ErrNotFound)
		for at, want := range map[int64]string{first: "a", between: "a", second: "b", third: "a", third + 9: "a"} {
			if got, err := s.Rules(t.Context(), at); err != nil || got != want {
				t.Errorf("at %d: %q, %v; want %q", at, got, err, want)
			}
		}
		if got, err := s.RuleDecisions(t.Context(), second); err != nil || !slices.Equal(got, []int64{first, second}) {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// TestNextPersons: everybody believed once, in order, batch by batch.
func TestNextPersons(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		var facts []osms.Fact
		for n := range 6 {
			f := fact(iin(n+1), schoolA, 20260901, osms.Forever)
			g := fact(iin(n+1), schoolB, 20260901, osms.Forever)
			if n%2 == 0 {
				g.Facts.Status = osms.AcademicLeave
			}
			facts = append(facts, f, g)
		}
		decide(t, s, 1, func(tx *Tx) error { return tx.OpenFacts(facts, prints(len(facts))) })
		decide(t, s, 2, func(tx *Tx) error { return tx.CloseFacts(facts[:2]) })
		must(t, s.Look(t.Context(), func(tx *Tx) error {
			for n := 1; n <= 7; n++ {
				for onLeave, want := range map[bool][]osms.IIN{false: {iin(2), iin(3), iin(4), iin(5), iin(6)}, true: {iin(3), iin(5)}} {
					var got []osms.IIN
					for after := osms.IIN(0); ; after = got[len(got)-1] {
						next, err := tx.NextPersons(after, n, onLeave)
						if err != nil {
							return err
						}
						if len(next) == 0 {
							break
						}
						if len(next) > n {
							t.Errorf("%d persons, want up to %d", len(next), n)
						}
						got = append(got, next...)
					}
					if !slices.Equal(got, want) {
						t.Errorf("%d at a time, on leave %v: %v, want %v", n, onLeave, got, want)
					}
				}
			}
			return nil
		}))
	})
}
