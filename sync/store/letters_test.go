package store

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"osmsd/sync/osms"
)

func someLetters(n int) []RegisteredLetter {
	out := make([]RegisteredLetter, n)
	for i := range out {
		out[i] = RegisteredLetter{Person: iin(i), Action: osms.Entered, First: 20260901, Effective: 202609}
	}
	return out
}

func TestLetterNumbers(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		bundle := func(bin osms.BIN, region osms.Region, dated osms.Date, from, to int64) Bundle {
			return Bundle{BIN: bin, Region: region, Dated: dated, From: from, To: to}
		}
		first, letters, err := s.PutBundle(ctx, Lease{}, bundle(schoolA, 63, 20261001, 0, 5), someLetters(3))
		must(t, err)
		if first.ID != 1 || letters[0].Outgoing() != "63-2026-000001" || letters[2].Outgoing() != "63-2026-000003" {
			t.Errorf("%+v %+v", first, letters)
		}
		// What was told up to a sequence is not told again, and takes no numbers.
		for _, again := range []Bundle{bundle(schoolA, 63, 20261001, 0, 5), bundle(schoolA, 63, 20261001, 3, 9), bundle(schoolA, 63, 20261001, 9, 10)} {
			_, _, err = s.PutBundle(ctx, Lease{}, again, someLetters(2))
			wantErr(t, err, ErrOnce)
		}
		_, letters, err = s.PutBundle(ctx, Lease{}, bundle(schoolA, 63, 20261002, 5, 8), someLetters(1))
		must(t, err)
		if letters[0].Number != 4 {
			t.Errorf("number %d after 3", letters[0].Number)
		}
		// Each region and each year has numbers of its own.
		_, letters, err = s.PutBundle(ctx, Lease{}, bundle(schoolB, 10, 20261002, 0, 8), someLetters(1))
		must(t, err)
		if letters[0].Outgoing() != "10-2026-000001" {
			t.Error(letters[0].Outgoing())
		}
		_, letters, err = s.PutBundle(ctx, Lease{}, bundle(schoolA, 63, 20270104, 8, 9), someLetters(1))
		must(t, err)
		if letters[0].Outgoing() != "63-2027-000001" {
			t.Error(letters[0].Outgoing())
		}
		// A bundle of no letters moves the mark and is never to be written.
		_, _, err = s.PutBundle(ctx, Lease{}, bundle(schoolB, 10, 20270104, 8, 9), nil)
		must(t, err)

		marks, err := s.LetterMarks(ctx)
		must(t, err)
		if len(marks) != 2 || marks[schoolA] != 9 || marks[schoolB] != 9 {
			t.Errorf("%v", marks)
		}
		unwritten, err := s.UnwrittenBundles(ctx)
		must(t, err)
		if len(unwritten) != 4 || unwritten[0].ID != first.ID || unwritten[0].Letters != 3 || unwritten[0].To != 5 {
			t.Errorf("%+v", unwritten)
		}
		must(t, s.MarkBundleWritten(ctx, first.ID))
		if unwritten, err = s.UnwrittenBundles(ctx); err != nil || len(unwritten) != 3 {
			t.Errorf("%+v, %v", unwritten, err)
		}
		got, err := s.BundleLetters(ctx, first.ID)
		must(t, err)
		want := RegisteredLetter{Region: 63, Year: 2026, Number: 2, BIN: schoolA, Person: iin(1), Action: osms.Entered, First: 20260901, Effective: 202609, Dated: 20261001, Bundle: first.ID, Kind: osms.LetterNotification}
		if len(got) != 3 || got[1] != want {
			t.Errorf("%+v", got)
		}
		if got, err = s.LettersOf(ctx, iin(0)); err != nil || len(got) != 4 || got[0].Number != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestLetterRace: two that write letters of the same changes give numbers once,
// and the numbers have no gaps.
func TestLetterRace(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		var wg sync.WaitGroup
		var done atomic.Int32
		for _, bin := range []osms.BIN{schoolA, schoolB} {
			for range 3 {
				wg.Go(func() {
					_, _, err := s.PutBundle(t.Context(), Lease{}, Bundle{BIN: bin, Region: 63, Dated: 20261001, To: 5}, someLetters(7))
					if err == nil {
						done.Add(1)
					} else if !errors.Is(err, ErrOnce) {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		var n, last int64
		must(t, s.db.QueryRow("SELECT count(*), max(number) FROM letter").Scan(&n, &last))
		if done.Load() != 2 || n != 14 || last != 14 {
			t.Errorf("%d bundles, %d letters, the last has number %d", done.Load(), n, last)
		}
	})
}
