package store

import (
	"fmt"
	"slices"
	"testing"

	"osmsd/sync/osms"
)

// TestPersonsAt: whoever is looked up has the history that EachPerson gives,
// as of any sequence, however many are asked for.
func TestPersonsAt(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		var facts []osms.Fact
		var periods []osms.Entitlement
		for n := range lookUp + 7 {
			facts = append(facts, fact(iin(n+1), schoolA, 20260901, osms.Forever))
			periods = append(periods, osms.Entitlement{Person: iin(n + 1), Category: osms.Child, From: 202609, To: osms.EndlessMonth, BIN: schoolA, Region: 63})
		}
		decide(t, s, 1, func(tx *Tx) error {
			must(t, tx.OpenFacts(facts, prints(len(facts))))
			return tx.OpenEntitlements(periods)
		})
		decide(t, s, 2, func(tx *Tx) error {
			must(t, tx.CloseFacts(facts[:3]))
			return tx.OpenFacts([]osms.Fact{fact(iin(2), schoolB, 20261001, osms.Forever)}, prints(1))
		})
		for _, at := range []int64{0, 1, 2} {
			want := map[osms.IIN]string{}
			must(t, s.EachPerson(t.Context(), at, func(h PersonHistory) error {
				want[h.Person] = fmt.Sprintf("%+v %+v", h.Facts, h.Entitlements)
				return nil
			}))
			var persons, got []osms.IIN
			for n := range lookUp + 9 { // two of them nobody knows
				persons = append(persons, iin(n+1))
			}
			must(t, s.PersonsAt(t.Context(), persons, at, func(h PersonHistory) error {
				got = append(got, h.Person)
				if is := fmt.Sprintf("%+v %+v", h.Facts, h.Entitlements); is != want[h.Person] && want[h.Person] != "" {
					t.Errorf("at %d: %s, want %s", at, is, want[h.Person])
				} else if want[h.Person] == "" && len(h.Facts)+len(h.Entitlements) > 0 {
					t.Errorf("at %d: %s of nobody", at, is)
				}
				return nil
			}))
			if !slices.Equal(got, persons) {
				t.Errorf("at %d: %d persons, in another order than asked", at, len(got))
			}
		}
		stop := fmt.Errorf("stop")
		wantErr(t, s.PersonsAt(t.Context(), []osms.IIN{iin(1)}, 2, func(PersonHistory) error { return stop }), stop)
	})
}

// TestPersonsEnding: only what is believed, full-time, of category 1, and ends in
// the days.
func TestPersonsEnding(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		part := fact(iin(4), schoolA, 20260901, 20261015)
		part.Facts.Form = osms.PartTime
		facts := []osms.Fact{fact(iin(1), schoolA, 20260901, 20261015), fact(iin(2), schoolA, 20260901, 20261014),
			fact(iin(3), schoolA, 20260901, 20261101), part, fact(iin(5), schoolA, 20260901, 20261020)}
		period := func(n int, c osms.Category, to osms.Month) osms.Entitlement {
			return osms.Entitlement{Person: iin(n), Category: c, From: 202609, To: to, BIN: schoolA, Region: 63}
		}
		decide(t, s, 1, func(tx *Tx) error {
			must(t, tx.OpenFacts(facts, prints(len(facts))))
			return tx.OpenEntitlements([]osms.Entitlement{period(6, osms.Child, 202610), period(7, osms.Learner, 202610), period(8, osms.Child, 202611), period(1, osms.Child, 202610)})
		})
		decide(t, s, 2, func(tx *Tx) error { return tx.CloseFacts(facts[4:]) })
		got, err := s.PersonsEnding(t.Context(), 20261015, 20261031)
		must(t, err)
		if want := []osms.IIN{iin(1), iin(6)}; !slices.Equal(got, want) {
			t.Errorf("%d persons, want %d", len(got), len(want))
		}
	})
}

// TestBornTogether: those of one organisation, at one moment, on days of a month,
// who share a birth date with somebody.
func TestBornTogether(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		other := fact(iin(3), schoolA, 20260901, osms.Forever)
		other.Birth = 20100102
		again := fact(iin(4), schoolA, 20260901, 20260930)
		facts := []osms.Fact{fact(iin(2), schoolA, 20260901, osms.Forever), fact(iin(1), schoolA, 20260901, 20261001), other, again,
			fact(iin(5), schoolB, 20260901, osms.Forever)}
		decide(t, s, 1, func(tx *Tx) error { return tx.OpenFacts(facts, prints(len(facts))) })
		decide(t, s, 2, func(tx *Tx) error { return tx.CloseFacts(facts[:1]) })
		for at, want := range map[int64][]osms.IIN{1: {iin(1), iin(2)}, 2: nil, 0: nil} {
			var got []osms.IIN
			must(t, s.BornTogether(t.Context(), schoolA, at, 20261001, 20261031, func(p osms.IIN, n osms.Name, birth osms.Date) error {
				got = append(got, p)
				if n != facts[0].Name || birth != 20100101 {
					t.Errorf("%+v, %s", n, birth)
				}
				return nil
			}))
			if !slices.Equal(got, want) {
				t.Errorf("at %d: %d persons, want %d", at, len(got), len(want))
			}
		}
		// In September the fourth was there too.
		n := 0
		must(t, s.BornTogether(t.Context(), schoolA, 1, 20260901, 20260930, func(osms.IIN, osms.Name, osms.Date) error { n++; return nil }))
		if n != 3 {
			t.Errorf("in September %d", n)
		}
		first, err := s.FirstKnown(t.Context())
		if err != nil || len(first) != 2 || first[schoolA] != 1 || first[schoolB] != 1 {
			t.Errorf("%v, %v", first, err)
		}
	})
}

// TestJournal: decisions in order, the run that was under way, and imports by
// their number.
func TestJournal(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		decide(t, s, 1, nil)
		decide(t, s, 5, nil)
		var got []ChainEntry
		each := func(e ChainEntry) error { got = append(got, e); return nil }
		must(t, s.EachDecision(ctx, 1, each))
		if len(got) != 1 || got[0].Number != 1 || !got[0].At.Equal(minute(1)) || got[0].What != "import" {
			t.Errorf("%+v", got)
		}
		must(t, s.EachDecision(ctx, 9, each))
		if len(got) != 3 || got[2].Number != 2 {
			t.Errorf("%+v", got)
		}
		_, err := s.ImportNamed(ctx, 1)
		wantErr(t, err, ErrNotFound)
		run, err := s.BeginRun(ctx, osms.Run{Job: osms.JobAssess, Trigger: "schedule", Started: minute(2)})
		must(t, err)
		want := func(at, runs int) {
			t.Helper()
			if got, err := s.RunsAt(ctx, minute(at)); err != nil || len(got) != runs || runs == 1 && (got[0].ID != run.ID || got[0].Trigger != "schedule" || got[0].Job != osms.JobAssess) {
				t.Errorf("minute %d: %+v, %v", at, got, err)
			}
		}
		want(1, 0)
		want(2, 1)
		want(9, 1)
		run.Finished, run.State = minute(4), osms.Done
		must(t, s.EndRun(ctx, run))
		_, err = s.BeginRun(ctx, osms.Run{Job: osms.JobIntake, Trigger: "command", Started: minute(4)})
		must(t, err)
		want(3, 1)
		want(4, 2)
		if r, err := s.RunNumbered(ctx, run.ID); err != nil || r.Trigger != "schedule" {
			t.Errorf("%+v, %v", r, err)
		}
		_, err = s.RunNumbered(ctx, run.ID+2)
		wantErr(t, err, ErrNotFound)
	})
}
