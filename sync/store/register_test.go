package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"osmsd/sync/osms"
)

// TestRegisterPages: pages of the register are the newest letters first, without
// gap or double; the totals are those of the filter; an annulment says why, and
// what came in its place is found.
func TestRegisterPages(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		_, a, err := s.PutBundle(ctx, Lease{}, Bundle{BIN: schoolA, Region: 63, Dated: 20261001, To: 5, Registered: minute(0)}, someLetters(3))
		must(t, err)
		_, _, err = s.PutBundle(ctx, Lease{}, Bundle{BIN: schoolB, Region: 10, Dated: 20261002, To: 5, Registered: minute(0)}, someLetters(2))
		must(t, err)
		must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
			_, err := tx.AnnulLetter(Annulment{Region: 63, Year: 2026, Number: 2, Reason: "қате", Committed: minute(3)})
			return err
		}))
		again := someLetters(2)[1:]
		again[0].Replaces = "63-2026-000001, " + a[1].Outgoing()
		_, b, err := s.PutBundle(ctx, Lease{}, Bundle{BIN: schoolA, Region: 63, Dated: 20261003, From: 5, To: 6, Registered: minute(4)}, again)
		must(t, err)

		read := func(f LetterFilter, most, passed int) (out []string) {
			must(t, s.RegisterPage(ctx, f, most, passed, func(l RegisteredLetter, _ []byte) error {
				out = append(out, l.Outgoing())
				return nil
			}))
			return out
		}
		whole := []string{"63-2026-000004", "10-2026-000002", "10-2026-000001", "63-2026-000003", "63-2026-000002", "63-2026-000001"}
		if got := slices.Concat(read(LetterFilter{}, 4, 0), read(LetterFilter{}, 4, 4), read(LetterFilter{}, 4, 8)); !slices.Equal(got, whole) {
			t.Errorf("got %v", got)
		}
		for _, c := range []struct {
			f    LetterFilter
			want string
		}{
			{LetterFilter{}, "6 1"}, {LetterFilter{Region: 63}, "4 1"}, {LetterFilter{BIN: schoolB}, "2 0"}, {LetterFilter{State: LetterStands}, "5 0"},
			{LetterFilter{State: LetterAnnulled}, "1 1"}, {LetterFilter{From: 20261002, To: 20261002}, "2 0"}, {LetterFilter{Kind: osms.LetterRefusal}, "0 0"},
		} {
			n, annulled, err := s.RegisterTotals(ctx, c.f)
			must(t, err)
			if got := fmt.Sprint(n, annulled); got != c.want {
				t.Errorf("%+v: got %s, want %s", c.f, got, c.want)
			}
			all := 0
			must(t, s.Register(ctx, c.f, func(RegisteredLetter, []byte) error { all++; return nil }))
			if page := len(read(c.f, 100, 0)); page != n || all != n {
				t.Errorf("%+v: %d on the page, %d in the register, %d counted", c.f, page, all, n)
			}
		}
		if got := read(LetterFilter{Region: 63}, 2, 1); !slices.Equal(got, []string{"63-2026-000003", "63-2026-000002"}) {
			t.Errorf("got %v", got)
		}

		l, err := s.LetterNumbered(ctx, 63, 2026, 2)
		must(t, err)
		why, err := s.AnnulledBy(ctx, l.Annulled)
		must(t, err)
		if why != (Annulled{What: AuditAnnul, Reason: "қате", Committed: minute(3)}) {
			t.Errorf("got %+v", why)
		}
		by, err := s.ReplacedBy(ctx, l)
		must(t, err)
		if len(by) != 1 || by[0].Outgoing() != b[0].Outgoing() {
			t.Errorf("got %+v", by)
		}
		if _, err := s.LetterNumbered(ctx, 10, 2026, 99); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

// TestCasePages: pages of cases bring each case once, with its own steps.
func TestCasePages(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
			var files []CaseFile
			for n := range 5 {
				region := osms.Region(63)
				if n == 4 {
					region = 10
				}
				files = append(files, someCase(region, n, minute(n)))
			}
			w, err := tx.OpenCases(files)
			if err != nil {
				return err
			}
			return tx.Audit(minute(9), AuditCasework, Casework{Opened: w}.Digest())
		}))
		var got []osms.CaseNumber
		for passed := 0; ; passed += 2 {
			page, err := s.Cases(ctx, CaseFilter{Region: 63, Most: 2, Passed: passed})
			must(t, err)
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				got = append(got, c.Number)
				if len(c.Steps) != 1 || c.Steps[0].Case != c.Number {
					t.Errorf("%s: %+v", c.Number, c.Steps)
				}
			}
		}
		want := []osms.CaseNumber{{Region: 63, Year: 2026, Serial: 4}, {Region: 63, Year: 2026, Serial: 3}, {Region: 63, Year: 2026, Serial: 2}, {Region: 63, Year: 2026, Serial: 1}}
		if !slices.Equal(got, want) {
			t.Errorf("got %v", got)
		}
		if n, err := s.CountCases(ctx, CaseFilter{Region: 63}); err != nil || n != 4 {
			t.Errorf("%d, %v", n, err)
		}
	})
}
