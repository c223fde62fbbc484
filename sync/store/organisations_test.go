package store

import (
	"testing"

	"osmsd/sync/osms"
)

func TestOrganisations(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		a := osms.Organisation{BIN: schoolA, NameKK: "№ 1 орта мектеп", NameRU: "СОШ № 1", Region: 63, District: "Өскемен", Level: "school",
			AddressKK: "Абай к-сі, 1", AddressRU: "ул. Абая, 1", Head: "Ж. Ә. Үсенов", Executor: "Қ. Іңкәр", Phone: "+7 7232 00-00-00"}
		decide(t, s, 0, func(tx *Tx) error {
			if err := tx.PutOrganisation(osms.Organisation{BIN: schoolA, Region: 63, Provisional: true}); err != nil {
				return err
			}
			// Believed anew within one decision: what was never known leaves no trace.
			return tx.PutOrganisation(osms.Organisation{BIN: schoolA, Region: 63, Provisional: true, Phone: "1"})
		})
		decide(t, s, 1, func(tx *Tx) error { return tx.PutOrganisation(a) })
		closed := a
		closed.ClosedOn = 20261231
		decide(t, s, 2, func(tx *Tx) error { return tx.PutOrganisation(closed) })

		now, err := s.Organisations(ctx)
		must(t, err)
		if len(now) != 1 || now[schoolA] != closed {
			t.Errorf("%+v", now)
		}
		for sequence, want := range map[int64]osms.Organisation{1: {BIN: schoolA, Region: 63, Provisional: true, Phone: "1"}, 2: a, 3: closed, 9: closed} {
			then, err := s.OrganisationsAt(ctx, sequence)
			must(t, err)
			if len(then) != 1 || then[schoolA] != want {
				t.Errorf("at %d: %+v", sequence, then)
			}
		}
		if before, err := s.OrganisationsAt(ctx, 0); err != nil || len(before) != 0 {
			t.Errorf("%v, %v", before, err)
		}
		must(t, s.Look(ctx, func(tx *Tx) error {
			if o, err := tx.Organisation(schoolA); err != nil || o != closed {
				t.Errorf("%+v, %v", o, err)
			}
			_, err := tx.Organisation(schoolB)
			wantErr(t, err, ErrNotFound)
			return nil
		}))
	})
}

func TestVersion(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			for want := range int64(3) {
				if v := standing(t, tx, schoolA).Version; v != want {
					t.Errorf("version %d, want %d", v, want)
				}
				must(t, tx.Bump([]osms.BIN{schoolA}))
			}
			if v := standing(t, tx, schoolB).Version; v != 0 {
				t.Errorf("version %d", v)
			}
			return nil
		}))
	})
}

func TestOverlapNumbers(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		overlap := func(n int) Overlap {
			return Overlap{Person: iin(n), A: schoolA, B: schoolB, From: 20261001, Until: 20261010}
		}
		decide(t, s, 0, func(tx *Tx) error {
			for n := range 3 {
				if err := tx.OpenOverlap(overlap(n)); err != nil {
					return err
				}
			}
			// One that is settled within the same decision was never a dispute.
			gone := overlap(2)
			gone.KnownFrom = 1
			return tx.CloseOverlap(gone)
		})
		for _, want := range []int{2, 0} {
			if n, err := s.NumberOverlaps(ctx, Lease{}); err != nil || n != want {
				t.Errorf("numbered %d, want %d, %v", n, want, err)
			}
		}
		// One is settled, one changes its days and keeps its number, one is new.
		decide(t, s, 1, func(tx *Tx) error {
			must(t, tx.Touch([]osms.IIN{iin(0), iin(1), iin(2)}))
			held, err := tx.Overlaps()
			must(t, err)
			if len(held) != 2 || held[0].Number != 1 || held[1].Number != 2 || held[0].KnownFrom != 1 {
				t.Errorf("%+v", held)
			}
			for _, o := range held {
				must(t, tx.CloseOverlap(o))
			}
			kept := held[1]
			kept.Until = 20261020
			must(t, tx.OpenOverlap(kept))
			return tx.OpenOverlap(overlap(4))
		})
		if n, err := s.NumberOverlaps(ctx, Lease{}); err != nil || n != 1 {
			t.Errorf("numbered %d, %v", n, err)
		}
		open, err := s.OpenOverlaps(ctx, 202610)
		must(t, err)
		if len(open) != 2 || open[0].Number != 2 || open[0].Until != 20261020 || open[1].Number != 3 || open[1].KnownFrom != 2 {
			t.Errorf("%+v", open)
		}
		for _, m := range []osms.Month{202609, 202611} {
			if open, err := s.OpenOverlaps(ctx, m); err != nil || len(open) != 0 {
				t.Errorf("%s: %+v, %v", m, open, err)
			}
		}
		for _, c := range []struct {
			from, to int64
			want     int
		}{{0, 0, 0}, {0, 1, 2}, {1, 2, 3}, {2, 2, 2}} {
			if got, err := s.Contending(ctx, 202610, c.from, c.to); err != nil || len(got) != c.want {
				t.Errorf("%d to %d: %v, %v", c.from, c.to, got, err)
			}
		}
		if got, err := s.Contending(ctx, 202611, 1, 2); err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	})
}
