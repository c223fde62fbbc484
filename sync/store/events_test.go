package store

import (
	"errors"
	"reflect"
	"testing"

	"osmsd/sync/osms"
)

func event(person osms.IIN, row int32, kind osms.EventKind, on, until osms.Date) osms.Event {
	return osms.Event{Place: osms.Place{Sheet: 1, Row: row}, Person: person, Kind: kind, On: on, Until: until, Document: "№ 7-қ, 1.10.2026", Note: "ескерту"}
}

func TestEvents(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		death, abroad := event(iin(1), 2, osms.EventDeath, 20261003, osms.Forever), event(iin(2), 3, osms.EventStudyAbroad, 20260901, osms.Forever)
		back, other := event(iin(2), 2, osms.EventStudyAbroad, 20260901, 20261231), event(iin(3), 5, osms.EventLeaveEnded, 20260901, 20261031)
		var first, second, undo int64
		first = decide(t, s, 1, func(tx *Tx) error { return tx.PutEvents([]osms.Event{abroad, death}) })
		second = decide(t, s, 2, func(tx *Tx) error { return tx.PutEvents([]osms.Event{back, other}) })
		touched := func(want ...KnownEvent) {
			t.Helper()
			rolledBack := errors.New("rolled back")
			wantErr(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				must(t, tx.Touch([]osms.IIN{iin(1), iin(2)}))
				got, err := tx.TouchedEvents()
				if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
					t.Errorf("touched: got %+v, want %+v", got, want)
				}
				must(t, err)
				return rolledBack
			}), rolledBack)
		}
		touched(KnownEvent{death, first, 0}, KnownEvent{abroad, first, 0}, KnownEvent{back, second, 0})
		undo = decide(t, s, 3, func(tx *Tx) error {
			closed, err := tx.CloseEvents(first)
			if want := []osms.Event{death, abroad}; !reflect.DeepEqual(closed, want) {
				t.Errorf("closed %+v, want %+v", closed, want)
			}
			return err
		})
		touched(KnownEvent{back, second, 0})
		decide(t, s, 4, func(tx *Tx) error {
			closed, err := tx.CloseEvents(first)
			if len(closed) > 0 {
				t.Errorf("closed again %+v", closed)
			}
			return err
		})
		held := map[osms.IIN]bool{}
		must(t, s.Look(t.Context(), func(tx *Tx) error { return tx.EachHeldPerson(func(person osms.IIN) { held[person] = true }) }))
		if want := map[osms.IIN]bool{iin(2): true, iin(3): true}; !reflect.DeepEqual(held, want) { // what was taken back does not count
			t.Errorf("held are %v, want %v", held, want)
		}
		got, err := s.EventsOf(t.Context(), iin(2))
		must(t, err)
		if want := []KnownEvent{{abroad, first, undo}, {back, second, 0}}; !reflect.DeepEqual(got, want) {
			t.Errorf("of the person: got %+v, want %+v", got, want)
		}
		must(t, s.Look(t.Context(), func(tx *Tx) error {
			list, until, err := tx.EventsBy(first)
			if !reflect.DeepEqual(list, []osms.Event{death, abroad}) || !reflect.DeepEqual(until, []int64{undo, undo}) {
				t.Errorf("by the import: %+v %v", list, until)
			}
			return err
		}))
		seen := 0
		must(t, s.EachPerson(t.Context(), second, func(h PersonHistory) error {
			seen += len(h.Events)
			for _, e := range h.Events {
				if e.KnownUntil != 0 {
					t.Errorf("before the undo it is believed until %d", e.KnownUntil)
				}
			}
			return nil
		}))
		if seen != 4 {
			t.Errorf("%d events in the histories, want 4", seen)
		}
	})
}

func TestCourtDecisions(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ban := event(iin(1), 2, osms.EventCourtBan, 20260901, osms.Forever)
		deprived := event(iin(1), 3, osms.EventCourtDeprived, 20260101, 20260930)
		decide(t, s, 1, func(tx *Tx) error {
			return tx.PutEvents([]osms.Event{ban, deprived, event(iin(1), 4, osms.EventDeath, 20260801, osms.Forever), event(iin(2), 5, osms.EventCourtBan, 20260101, osms.Forever)})
		})
		in := func(day osms.Date, want ...osms.Event) {
			t.Helper()
			got, err := s.CourtDecisions(t.Context(), iin(1), day)
			must(t, err)
			if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %+v, want %+v", day, got, want)
			}
		}
		in(20260831, deprived)
		in(20260930, ban, deprived)
		in(20261001, ban)
		lifted := event(iin(1), 2, osms.EventCourtBan, 20260901, 20261015)
		decide(t, s, 2, func(tx *Tx) error { return tx.PutEvents([]osms.Event{lifted}) })
		in(20261015, lifted)
		in(20261016)
		in(20251231)
	})
}

// TestNext: two decisions of one transaction, each with its entry and its totals.
func TestNext(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		entitle := func(person osms.IIN) []osms.Entitlement {
			return []osms.Entitlement{{Person: person, Category: osms.Child, From: 202509, To: osms.EndlessMonth, BIN: schoolA, Region: 63}}
		}
		second := int64(0)
		first := decide(t, s, 1, func(tx *Tx) error {
			wantErr(t, tx.Next(), errNoEntry)
			must(t, tx.OpenEntitlements(entitle(iin(1))))
			must(t, tx.Audit(minute(1), "import", Digest(nil)))
			must(t, tx.Next())
			n, err := tx.Sequence()
			second = n
			must(t, err)
			return tx.OpenEntitlements(entitle(iin(2)))
		})
		if second != first+1 {
			t.Fatalf("decisions %d and %d", first, second)
		}
		for n, sequence := range []int64{first, second} {
			heads, err := s.Heads(t.Context(), 202509, sequence)
			must(t, err)
			if len(heads) != 1 || heads[0].Persons != n+1 {
				t.Errorf("as known at %d: %+v", sequence, heads)
			}
		}
		if _, _, err := s.WalkAudit(t.Context(), func(n int64, fault string) { t.Error(n, fault) }); err != nil {
			t.Fatal(err)
		}
	})
}
