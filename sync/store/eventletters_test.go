package store

import (
	"fmt"
	"slices"
	"testing"

	"osmsd/sync/osms"
)

// TestEventsToTell: whose news an event is, and until when.
func TestEventsToTell(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		claim := func(n int, bin osms.BIN, from, to osms.Month) osms.Entitlement {
			return osms.Entitlement{Person: iin(n), Category: osms.Child, From: from, To: to, BIN: bin, Region: 63}
		}
		due := func() (out []string) {
			t.Helper()
			got, err := s.EventsToTell(t.Context())
			must(t, err)
			for _, d := range got {
				out = append(out, fmt.Sprintf("%d %v", d.Row, d.BIN == schoolB))
			}
			return out
		}
		want := func(what string, want ...string) {
			t.Helper()
			if got := due(); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		gone := claim(6, schoolB, 202609, osms.EndlessMonth)
		open := decide(t, s, 1, func(tx *Tx) error {
			part := fact(iin(5), schoolA, 20260901, osms.Forever)
			part.Facts.Form = osms.PartTime
			must(t, tx.OpenFacts([]osms.Fact{fact(iin(1), schoolB, 20260901, osms.Forever), part}, prints(2)))
			return tx.OpenEntitlements([]osms.Entitlement{claim(1, schoolA, 202509, osms.EndlessMonth), claim(2, schoolB, 202509, 202605),
				claim(3, schoolA, 202609, osms.EndlessMonth), gone})
		})
		want("nothing happened")
		first := decide(t, s, 2, func(tx *Tx) error {
			must(t, tx.CloseEntitlements([]HeldEntitlement{{gone, open}}))
			return tx.PutEvents([]osms.Event{
				event(iin(1), 2, osms.EventResidenceLost, 20261003, osms.Forever), // both claim
				event(iin(1), 3, osms.EventCourtBan, 20261003, osms.Forever),
				event(iin(1), 4, osms.EventTemporaryStatus, 20261003, osms.Forever),
				event(iin(1), 5, osms.EventBlocked, 20261003, osms.Forever),
				event(iin(2), 6, osms.EventResidenceLost, 20260601, osms.Forever), // after the claim
				event(iin(2), 7, osms.EventLeaveKept, 20260531, 20260630),
				event(iin(3), 8, osms.EventLeaveKept, 20260201, 20260831), // before it
				event(iin(3), 9, osms.EventDeath, 20260201, 20260201),
				event(iin(4), 10, osms.EventDeath, 20260201, osms.Forever), // claimed by nobody
				event(iin(5), 11, osms.EventDeath, 20260201, osms.Forever), // not full-time
				event(iin(6), 12, osms.EventDeath, 20260831, osms.Forever), // it ended the claim
				event(iin(6), 13, osms.EventResidenceLost, 20260831, osms.Forever),
			})
		})
		all := []string{"2 false", "9 false", "2 true", "7 true", "12 true"}
		want("who claims the month or a later one", all...)
		letter := func(e osms.Event, known int64, bin osms.BIN) (l OfficeLetter) {
			decide(t, s, 3, func(tx *Tx) (err error) {
				l = OfficeLetter{Known: known, Content: []byte("{}")}
				l.Region, l.Year, l.BIN, l.Person, l.Kind, l.Matter = 63, 2026, bin, e.Person, osms.LetterEvent, KnownEvent{Event: e, KnownFrom: first}.Matter()
				l.Number, err = tx.Reserve(63, 2026)
				must(t, err)
				l, err = tx.PutOfficeLetter(l)
				return err
			})
			return l
		}
		lost := event(iin(1), 2, osms.EventResidenceLost, 20261003, osms.Forever)
		told := letter(lost, first, schoolB)
		want("told to one of two", "2 false", "9 false", "7 true", "12 true")
		back := func(what string, want ...string) {
			t.Helper()
			got, err := s.EventsToTakeBack(t.Context())
			must(t, err)
			var numbers []string
			for _, l := range got {
				numbers = append(numbers, l.Outgoing())
			}
			if !slices.Equal(numbers, want) {
				t.Errorf("%s: to take back %q, want %q", what, numbers, want)
			}
		}
		back("it is believed")
		// What is said again is no news, and what corrects is.
		again := decide(t, s, 4, func(tx *Tx) error {
			return tx.PutEvents([]osms.Event{event(iin(1), 22, osms.EventResidenceLost, 20261003, osms.Forever), event(iin(3), 23, osms.EventDeath, 20260202, osms.Forever)})
		})
		want("said again, and corrected", "22 false", "23 false", "7 true", "12 true")
		decide(t, s, 5, func(tx *Tx) error { _, err := tx.CloseEvents(first); return err })
		want("the first list is taken back", "22 false", "23 false")
		back("another list says it still")
		until := decide(t, s, 6, func(tx *Tx) error { _, err := tx.CloseEvents(again); return err })
		want("both")
		back("both", told.Outgoing())
		letter(lost, until, schoolB) // says that it was taken back
		decide(t, s, 7, func(tx *Tx) error { return tx.AnnulReplaced(told.RegisteredLetter) })
		back("it was")
		decide(t, s, 8, func(tx *Tx) error {
			wantErr(t, tx.AnnulReplaced(told.RegisteredLetter), ErrOnce)
			return tx.PutEvents([]osms.Event{lost})
		})
		want("believed again", "2 false", "2 true")
	})
}
