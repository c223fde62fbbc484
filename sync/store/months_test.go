package store

import (
	"slices"
	"testing"

	"osmsd/sync/osms"
)

func TestFreezes(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		_, err := s.Frozen(ctx, 202610, 0)
		wantErr(t, err, ErrNotFound)
		freeze := func(month osms.Month, version, persons int) Freeze {
			f := Freeze{Month: month, Version: version, Rate: osms.StateRate{Year: 2026, Percent: 150, Base: 8_500_000, Unverified: version == 2},
				Frozen: minute(version), Reason: "себебі", Lines: []osms.Contribution{
					{Region: 10, Category: osms.Child, Persons: persons, Amount: osms.Tiyn(persons) * 170_000},
					{Region: 63, Category: osms.Learner, Persons: 1, Amount: 9_223_372_036_854_775}}}
			decide(t, s, version, func(tx *Tx) error {
				var err error
				f, err = tx.PutFreeze(f)
				return err
			})
			return f
		}
		decide(t, s, 0, nil)
		first := freeze(202610, 1, 5)  // decision 2
		other := freeze(202611, 1, 6)  // decision 3
		second := freeze(202610, 2, 7) // decision 4
		if first.Sequence != 1 || second.Sequence != 3 {
			t.Errorf("frozen as of %d and %d", first.Sequence, second.Sequence)
		}
		same := func(what string, got, want Freeze) {
			t.Helper()
			if !slices.Equal(got.Lines, want.Lines) || got.Version != want.Version || got.Sequence != want.Sequence || got.Rate != want.Rate ||
				!got.Frozen.Equal(want.Frozen) || got.Reason != want.Reason || got.Month != want.Month {
				t.Errorf("%s: %+v, want %+v", what, got, want)
			}
		}
		for version, want := range map[int]Freeze{0: second, 1: first, 2: second} {
			got, err := s.Frozen(ctx, 202610, version)
			must(t, err)
			same("version", got, want)
		}
		_, err = s.Frozen(ctx, 202610, 3)
		wantErr(t, err, ErrNotFound)
		for sequence, want := range map[int64]Freeze{2: first, 3: first, 4: second, 5: second} {
			got, err := s.FrozenAt(ctx, 202610, sequence)
			must(t, err)
			same("as known", got, want)
		}
		_, err = s.FrozenAt(ctx, 202610, 1)
		wantErr(t, err, ErrNotFound)
		for sequence, want := range map[int64][]Freeze{1: nil, 2: {first}, 3: {first, other}, 4: {second, other}} {
			got, err := s.Freezes(ctx, sequence)
			must(t, err)
			if len(got) != len(want) {
				t.Fatalf("at %d: %+v", sequence, got)
			}
			for i := range got {
				same("list", got[i], want[i])
			}
		}
		// A version is frozen once.
		if err := s.Write(ctx, Lease{}, func(tx *Tx) error {
			_, err := tx.PutFreeze(second)
			return err
		}); err == nil {
			t.Error("a version was frozen twice")
		}
	})
}

func TestRates(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		old := osms.StateRate{Year: 2026, Percent: 150, Base: 8_500_000, Unverified: true}
		next := osms.StateRate{Year: 2027, Percent: 160, Base: 9_000_000}
		mended := osms.StateRate{Year: 2026, Percent: 150, Base: 8_600_000}
		decide(t, s, 0, nil)
		decide(t, s, 1, func(tx *Tx) error { return tx.PutRate(old) })
		decide(t, s, 2, func(tx *Tx) error {
			must(t, tx.PutRate(next))
			return tx.PutRate(mended)
		})
		for sequence, want := range map[int64][]osms.StateRate{0: nil, 1: nil, 2: {old}, 3: {mended, next}, 9: {mended, next}} {
			if got, err := s.Rates(t.Context(), sequence); err != nil || !slices.Equal(got, want) {
				t.Errorf("at %d: %+v, %v", sequence, got, err)
			}
		}
	})
}

func TestExports(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		_, err := s.LastExport(ctx, 0, 202610, 1)
		wantErr(t, err, ErrNotFound)
		e := Export{Month: 202610, Version: 1, Sequence: 5, Region: 0, Persons: 7, Amount: 1_190_000, Digest: "d", Made: minute(1)}
		must(t, s.PutExport(ctx, Lease{}, e))
		region := e
		region.Region = 63
		must(t, s.PutExport(ctx, Lease{}, region))
		_, err = s.LastExport(ctx, 0, 202610, 1)
		wantErr(t, err, ErrNotFound)
		got, err := s.LastExport(ctx, 0, 202611, 1)
		must(t, err)
		e.ID = 1
		if got != e {
			t.Errorf("%+v, want %+v", got, e)
		}
		if got, err := s.LastExport(ctx, 63, 202610, 2); err != nil || got.Version != 1 || got.Region != 63 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestLedger(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		entry := func(row int32, month osms.Month, region osms.Region, amount osms.Tiyn) osms.LedgerEntry {
			return osms.LedgerEntry{Place: osms.Place{Sheet: 1, Row: row}, Month: month, Region: region, Category: osms.Child, Persons: 3,
				Amount: amount, PaidOn: 20261012, Reference: "№ 15/қ"}
		}
		decide(t, s, 0, func(tx *Tx) error {
			return tx.PutLedger([]osms.LedgerEntry{entry(2, 202610, 63, 1), entry(3, 202610, 10, -2), entry(4, 202611, 10, 3)})
		})
		decide(t, s, 1, func(tx *Tx) error {
			return tx.PutLedger([]osms.LedgerEntry{entry(2, 202610, 10, 9_223_372_036_854_775_807)})
		})
		got, err := s.Ledger(t.Context(), 202610, 1)
		must(t, err)
		if len(got) != 2 || got[0].LedgerEntry != entry(3, 202610, 10, -2) || got[1].LedgerEntry != entry(2, 202610, 63, 1) || got[0].Import != 1 {
			t.Errorf("%+v", got)
		}
		if got, err = s.Ledger(t.Context(), 202610, 2); err != nil || len(got) != 3 || got[1].Import != 2 || got[1].Amount != 9_223_372_036_854_775_807 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
