package store

import (
	"testing"
	"time"

	"osmsd/sync/osms"
)

// A country's organisations are looked through with a few statements.
func TestSubmissionsOfACountry(t *testing.T) {
	const organisations = 10_000
	eachDB(t, func(t *testing.T, s *Store) {
		bin := func(i int) osms.BIN { return osms.BIN(60340000000 + i) }
		columns := []string{"bin", "name_kk", "name_ru", "region", "district", "level", "address_kk", "address_ru", "head", "executor", "phone",
			"closed_on", "provisional", "known_from", "known_until"}
		months := []osms.Date{20260801, 20260901, 20261001}
		for n, asAt := range months {
			err := s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				sequence, err := tx.Sequence()
				if err != nil {
					return err
				}
				if n == 0 {
					err = tx.load("organisation", columns, func(add func(...any) error) error {
						for i := range organisations {
							if err := add(int64(bin(i)), "Мектеп", "Школа", int64(63), "", "", "", "", "", "", "", int64(0), int64(0), sequence, int64(now)); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						return err
					}
				}
				i := Import{SHA256: asAt.String(), Kind: osms.KindRoster, Region: 63, Mode: osms.Full, AsAt: asAt, Name: asAt.String() + ".xlsx",
					Received: asAt.Time(), Committed: asAt.Time()}
				var said []OrganisationImport
				for k := range organisations {
					o := OrganisationImport{BIN: bin(k), Mode: osms.Full, State: StateApplied, Rows: 1}
					switch {
					case n == 2 && k%100 == 0:
						continue // these have not submitted for October
					case n == 2 && k%100 == 1:
						o.State, o.Reason = StateHeld, string(osms.HoldBreaker)
					}
					said = append(said, o)
				}
				if err := tx.PutOrganisationImports(i, said); err != nil {
					return err
				}
				if err := tx.PutImport(i); err != nil {
					return err
				}
				return tx.Audit(asAt.Time(), "import", "digest")
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			month                 osms.Month
			submitted, came, last int
		}{{202609, organisations, 0, 0}, {202610, organisations * 98 / 100, organisations / 100, organisations * 2 / 100}, {202611, 0, 0, organisations}} {
			began := time.Now()
			got, err := s.Submissions(t.Context(), c.month)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > 5*time.Second { // on a machine that does much else
				t.Errorf("%s took %s", c.month, took)
			} else {
				t.Logf("%s took %s", c.month, took)
			}
			if len(got.Organisations) != organisations || len(got.Submitted) != c.submitted || len(got.Came) != c.came || len(got.Last) != c.last {
				t.Errorf("%s: %d organisations, %d submitted, of %d something came, of %d the last is known; want %+v", c.month,
					len(got.Organisations), len(got.Submitted), len(got.Came), len(got.Last), c)
			}
		}
		got, err := s.Submissions(t.Context(), 202610)
		if err != nil {
			t.Fatal(err)
		}
		if last := got.Last[bin(100)]; last.AsAt != 20260901 || last.File != "2026-09-01.xlsx" || got.Came[bin(101)].Reason != string(osms.HoldBreaker) {
			t.Errorf("%+v %+v", last, got.Came[bin(101)])
		}
		all, err := s.LastRosters(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != organisations || all[bin(100)] != got.Last[bin(100)] || all[bin(102)].AsAt != 20261001 {
			t.Errorf("%d last rosters, %+v, %+v", len(all), all[bin(100)], all[bin(102)])
		}
	})
}
