package store

import (
	"errors"
	"testing"

	"osmsd/sync/osms"
)

func TestArrivalsAsked(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for i, r := range []osms.FileReport{
			{SHA256: "aa", File: "a.csv", Region: 63, Outcome: osms.Applied, Received: minute(0), Run: 1},
			{SHA256: "bb", File: "b.csv", Region: 10, Outcome: osms.Held, Received: minute(1), Run: 1},
			{SHA256: "cc", File: "c.csv", Region: 63, Outcome: osms.Held, Received: minute(2), Run: 2},
			{SHA256: "aa", File: "a.csv", Region: 63, Outcome: osms.AlreadyApplied, Received: minute(3), Run: 3},
		} {
			must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
				id, err := tx.PutArrival("63", r)
				if id != int64(i+1) {
					t.Errorf("number %d", id)
				}
				return err
			}))
		}
		for _, c := range []struct {
			asked ArrivalsAsked
			want  []int64
		}{
			{ArrivalsAsked{}, []int64{1, 2, 3, 4}},
			{ArrivalsAsked{Region: 63}, []int64{1, 3, 4}},
			{ArrivalsAsked{Region: 63, Limit: 2}, []int64{3, 4}},
			{ArrivalsAsked{Region: 63, Before: 4, Limit: 1}, []int64{3}},
			{ArrivalsAsked{Outcome: osms.Held}, nil}, // none of them waits
			{ArrivalsAsked{Run: 1}, []int64{1, 2}},
			{ArrivalsAsked{SHA256: "aa"}, []int64{1, 4}},
			{ArrivalsAsked{Region: 75}, nil},
		} {
			got, err := s.ArrivalsAsked(ctx, c.asked)
			must(t, err)
			var ids []int64
			for _, a := range got {
				ids = append(ids, a.ID)
			}
			if len(ids) != len(c.want) {
				t.Errorf("%+v: %v", c.asked, ids)
				continue
			}
			for i := range ids {
				if ids[i] != c.want[i] {
					t.Errorf("%+v: %v", c.asked, ids)
				}
			}
		}
		counts, err := s.ArrivalCounts(ctx, minute(1), minute(3))
		must(t, err)
		if len(counts) != 2 || counts[63][osms.Held] != 1 || counts[63][osms.Applied] != 0 || counts[10][osms.Held] != 1 {
			t.Errorf("got %v", counts)
		}
		if a, err := s.ArrivalNumbered(ctx, 2); err != nil || a.Name != "b.csv" {
			t.Errorf("got %+v, %v", a, err)
		}
		if _, err := s.ArrivalNumbered(ctx, 9); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

// TestArrivalsOf: an import leads to the file that it was applied from, not to
// the same bytes sent again; a decision leads to the file that it decided on.
func TestArrivalsOf(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		arrive := func(r osms.FileReport) (id int64) {
			r.Received = minute(1)
			must(t, s.Write(ctx, Lease{}, func(tx *Tx) (err error) {
				id, err = tx.PutArrival("63", r)
				return err
			}))
			return id
		}
		bring := func(sha256 string) int64 {
			return decide(t, s, 1, func(tx *Tx) error {
				return tx.PutImport(Import{SHA256: sha256, Kind: osms.KindRoster, Region: 63, Received: minute(1), Committed: minute(1)})
			})
		}
		first := bring("aa")
		refused := arrive(osms.FileReport{SHA256: "aa", File: "a.csv", Outcome: osms.FileRefused})
		applied := arrive(osms.FileReport{SHA256: "aa", File: "a.csv", Outcome: osms.Applied, Import: first})
		arrive(osms.FileReport{SHA256: "aa", File: "a.csv", Outcome: osms.AlreadyApplied, Import: first})
		second := bring("bb")
		held := arrive(osms.FileReport{SHA256: "bb", File: "b.csv", Outcome: osms.Held})
		undone := decide(t, s, 2, func(tx *Tx) error {
			_, err := tx.exec("INSERT INTO decision (sequence, what, import, hash, reason, committed, run) VALUES ($1, 'undo', $2, '', '', 0, 0)", second+1, first)
			return err
		})
		got, err := s.ArrivalsOf(ctx, []int64{first, second, undone, 99})
		must(t, err)
		if len(got) != 3 || got[first] != applied || got[second] != held || got[undone] != applied || refused == applied {
			t.Errorf("got %v, want %d → %d, %d → %d, %d → %d", got, first, applied, second, held, undone, applied)
		}
		if got, err := s.ArrivalsOf(ctx, nil); err != nil || len(got) != 0 {
			t.Errorf("nothing asked: %v, %v", got, err)
		}
	})
}

// TestArrivalsWait: a file that was held waits until what was held of it is
// decided, and leads to the file that its release made.
func TestArrivalsWait(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		arrive := func(channel string, r osms.FileReport) (id int64) {
			r.Received = minute(1)
			must(t, s.Write(ctx, Lease{}, func(tx *Tx) (err error) {
				id, err = tx.PutArrival(channel, r)
				return err
			}))
			return id
		}
		hold := func(sha256 string) int64 {
			return decide(t, s, 1, func(tx *Tx) error {
				n, err := tx.Sequence()
				if err == nil {
					_, err = tx.exec(`INSERT INTO import_organisation (sequence, bin, sha256, region, kind, mode, as_at, speaks, version, state, reason, diff, row_count, digest)
						VALUES ($1, 1, $2, 63, 'roster', 'full', 20261001, 'full', 0, 'held', '', '', 1, '')`, n, sha256)
				}
				return err
			})
		}
		first, second := hold("aa"), hold("bb")
		a := arrive("63", osms.FileReport{SHA256: "aa", File: "a.csv", Outcome: osms.Held, Import: first})
		b := arrive("63", osms.FileReport{SHA256: "bb", File: "b.csv", Outcome: osms.Held, Import: second})
		decide(t, s, 2, func(tx *Tx) error {
			_, err := tx.exec("UPDATE import_organisation SET state = 'applied' WHERE sequence = $1", first)
			return err
		})
		released := arrive("release", osms.FileReport{SHA256: "aa", File: "a.csv", Outcome: osms.Applied, Import: first})
		for _, c := range []struct {
			id, released int64
			waits        bool
		}{{a, released, false}, {b, 0, true}, {released, 0, false}} {
			if got, err := s.ArrivalNumbered(ctx, c.id); err != nil || got.Waits != c.waits || got.Released != c.released {
				t.Errorf("%+v: %+v, %v", c, got, err)
			}
		}
		if got, err := s.ArrivalsAsked(ctx, ArrivalsAsked{Outcome: osms.Held}); err != nil || len(got) != 1 || got[0].ID != b {
			t.Errorf("held: %+v, %v", got, err)
		}
	})
}
