package store

import (
	"bytes"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

func anImport(sha string) Import {
	return Import{SHA256: sha, Kind: osms.KindRoster, Region: 63, Mode: osms.Full, AsAt: 20261001, Name: "63 тізім.xlsx",
		Received: minute(1), Committed: minute(2), Run: 7, Sheets: []string{"Лист1", "5 «Ә»"},
		Columns: []map[string]int{{"iin": 1, "surname": 2}, {"iin": 0}}, Digest: "digest", Kept: []byte("kept")}
}

func TestOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		i := anImport("aa")
		put := func(i Import, o OrganisationImport) error {
			return s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				if err := tx.PutImport(i); err != nil {
					return err
				}
				if err := tx.PutOrganisationImports(i, []OrganisationImport{o}); err != nil {
					return err
				}
				return tx.Audit(minute(2), "import", i.Digest)
			})
		}
		o := OrganisationImport{BIN: schoolA, Mode: osms.Full, AsAt: i.AsAt, Version: 1, State: StateApplied, Diff: "d", Rows: 3,
			Digest: "k", Kept: bytes.Repeat([]byte("жол "), 1000)}
		must(t, put(i, o))
		// The same bytes with the same declaration for the same organisation.
		wantErr(t, put(i, o), ErrOnce)
		// Another organisation, region, kind, mode, day or file is another import.
		others := []func(*Import, *OrganisationImport){
			func(_ *Import, o *OrganisationImport) { o.BIN = schoolB },
			func(_ *Import, o *OrganisationImport) { o.BIN = 0 },
			func(i *Import, _ *OrganisationImport) { i.Region = 10 },
			func(i *Import, _ *OrganisationImport) { i.Mode = osms.Delta },
			func(i *Import, _ *OrganisationImport) { i.AsAt = 20261101 },
			func(i *Import, _ *OrganisationImport) { i.SHA256 = "bb" },
		}
		for n, change := range others {
			i, o := i, o
			change(&i, &o)
			if err := put(i, o); err != nil {
				t.Errorf("%d: %v", n, err)
			}
		}
		if last, err := s.LastSequence(t.Context()); err != nil || last != int64(1+len(others)) {
			t.Errorf("sequence %d, %v: the import that broke off left a gap", last, err)
		}
		// One that was undone stands in nobody's way, however often.
		for range 2 {
			_, err := s.db.Exec("UPDATE import_organisation SET state = $1 WHERE sha256 = 'aa' AND region = 63 AND mode = 'full' AND as_at = 20261001 AND bin = $2", StateUndone, schoolA)
			must(t, err)
			must(t, put(i, o))
			wantErr(t, put(i, o), ErrOnce)
		}
		must(t, s.Look(t.Context(), func(tx *Tx) error {
			if earlier, err := tx.Earlier(i, schoolA); err != nil || earlier.Sequence != 9 || earlier.State != StateApplied {
				t.Errorf("earlier import %+v, %v", earlier, err)
			}
			if earlier, err := tx.Earlier(anImport("cc"), schoolA); err != nil || earlier.Sequence != 0 {
				t.Errorf("earlier import %+v of a file that never came, %v", earlier, err)
			}
			return nil
		}))

		got, err := s.ImportOf(t.Context(), 1)
		must(t, err)
		if got.Name != i.Name || got.Sheets[1] != "5 «Ә»" || got.Columns[0]["surname"] != 2 || !got.Received.Equal(i.Received) ||
			!got.Committed.Equal(i.Committed) || got.Region != 63 || got.Mode != osms.Full || got.AsAt != i.AsAt || got.Run != 7 || got.Digest != i.Digest {
			t.Errorf("%+v", got)
		}
		_, err = s.ImportOf(t.Context(), 99)
		wantErr(t, err, ErrNotFound)
		if all, err := s.Imports(t.Context(), 3); err != nil || len(all) != 3 || all[2].Sequence != 3 {
			t.Errorf("%d imports, %v", len(all), err)
		}
	})
}

func TestSpoken(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		put := func(sha string, kind osms.Kind, asAt osms.Date, o OrganisationImport) {
			t.Helper()
			i := anImport(sha)
			i.Kind, i.AsAt = kind, asAt
			o.BIN, o.Digest = schoolA, Digest(o.Kept)
			decide(t, s, 0, func(tx *Tx) error {
				if err := tx.PutImport(i); err != nil {
					return err
				}
				return tx.PutOrganisationImports(i, []OrganisationImport{o})
			})
		}
		november := []byte(strings.Repeat("қараша ", 500))
		put("1", osms.KindRoster, 20261101, OrganisationImport{Mode: osms.Full, State: StateApplied, Kept: november})
		put("2", osms.KindRoster, 20261001, OrganisationImport{Mode: osms.Delta, State: StateApplied, Kept: []byte("қазан")})
		put("3", osms.KindRoster, 20261001, OrganisationImport{Mode: osms.Full, State: StateHeld, Reason: string(osms.HoldNoRows)})
		put("4", osms.KindRoster, 20261001, OrganisationImport{Mode: osms.Full, State: StateUndone})
		put("5", osms.KindLedger, 20261001, OrganisationImport{Mode: osms.Delta, State: StateApplied})
		put("6", osms.KindRoster, 20261001, OrganisationImport{Mode: osms.Full, State: StateApplied, Kept: nil})
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			for _, with := range []bool{false, true} {
				read := func(bin osms.BIN) ([]OrganisationImport, error) { return standing(t, tx, bin).Spoken, nil }
				if with {
					read = tx.SpokenWithRows
				}
				got, err := read(schoolA)
				must(t, err)
				if len(got) != 3 || got[0].Sequence != 2 || got[1].Sequence != 6 || got[2].Sequence != 1 {
					t.Fatalf("%+v", got)
				}
				if got[0].Mode != osms.Delta || got[0].AsAt != 20261001 {
					t.Errorf("%+v", got[0])
				}
				if with && (!bytes.Equal(got[2].Kept, november) || Digest(got[2].Kept) != got[2].Digest || len(got[1].Kept) != 0) {
					t.Errorf("kept rows came back as %.40q", got[2].Kept)
				}
				if !with && got[2].Kept != nil {
					t.Error("rows that nobody asked for")
				}
			}
			if got := standing(t, tx, schoolB).Spoken; len(got) != 0 {
				t.Errorf("%v", got)
			}
			return nil
		}))
	})
}

func TestContested(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		i := anImport("aa")
		decide(t, s, 0, func(tx *Tx) error {
			must(t, tx.PutImport(i))
			must(t, tx.PutOrganisationImports(i, []OrganisationImport{{BIN: schoolA, State: StateHeld, Reason: string(osms.HoldProvisionalBIN)}}))
			return tx.PutOrganisationImports(i, []OrganisationImport{{BIN: schoolB, State: StateHeld, Reason: string(osms.HoldNoRows)}})
		})
		must(t, s.Look(t.Context(), func(tx *Tx) error {
			for _, c := range []struct {
				bin    osms.BIN
				region osms.Region
				want   bool
			}{{schoolA, 10, true}, {schoolA, 63, false}, {schoolB, 10, false}} {
				if got, err := tx.Contested(c.bin, c.region); err != nil || got != c.want {
					t.Errorf("%v: %v, %v", c, got, err)
				}
			}
			return nil
		}))
	})
}

func TestArrivals(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		for n, outcome := range []osms.Outcome{osms.Applied, osms.AlreadyApplied, osms.FileRefused} {
			must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				id, err := tx.PutArrival("63", osms.FileReport{SHA256: "aa", File: "тізім.csv", Size: 123, Region: 63, Kind: osms.KindRoster,
					Received: minute(n), Run: 1, Outcome: outcome, Import: int64(n), Refusals: []osms.Refusal{{Cell: "B7", Code: osms.IINLength}}})
				if id != int64(n+1) {
					t.Errorf("arrival %d", id)
				}
				return err
			}))
		}
		all, err := s.Arrivals(t.Context(), 0)
		must(t, err)
		if len(all) != 3 || all[0].Outcome != osms.Applied || all[2].Outcome != osms.FileRefused || all[1].Size != 123 ||
			all[1].Name != "тізім.csv" || !all[1].Received.Equal(minute(1)) || all[1].Sequence != 1 || all[1].Channel != "63" {
			t.Errorf("%+v", all)
		}
		if last, err := s.Arrivals(t.Context(), 2); err != nil || len(last) != 2 || last[0].ID != 2 {
			t.Errorf("%+v, %v", last, err)
		}
		if files, err := s.Files(t.Context()); err != nil || len(files) != 1 || files[0] != "aa" {
			t.Errorf("%v, %v", files, err)
		}
	})
}

// standing is what the register has of one organisation, for an import that
// was never there.
func standing(t *testing.T, tx *Tx, bin osms.BIN) *Standing {
	t.Helper()
	i := anImport("never")
	i.AsAt = 20260401
	all, err := tx.Standings(i, []osms.BIN{bin})
	must(t, err)
	return all[bin]
}

// TestStandings: the standing of many organisations is that of each alone.
func TestStandings(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		i := anImport("aa")
		decide(t, s, 0, func(tx *Tx) error {
			must(t, tx.PutImport(i))
			must(t, tx.PutOrganisation(osms.Organisation{BIN: schoolA, Region: 63, NameRU: "Школа"}))
			must(t, tx.Bump([]osms.BIN{schoolA}))
			return tx.PutOrganisationImports(i, []OrganisationImport{
				{BIN: schoolA, Mode: i.Mode, AsAt: i.AsAt, State: StateApplied},
				{BIN: schoolB, Mode: i.Mode, AsAt: i.AsAt, State: StateHeld}})
		})
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			all, err := tx.Standings(i, []osms.BIN{schoolA, schoolB, 0})
			must(t, err)
			if a := all[schoolA]; a.Earlier.Sequence != 1 || a.Earlier.State != StateApplied || !a.Known || a.Organisation.NameRU != "Школа" || a.Version != 1 || len(a.Spoken) != 1 {
				t.Errorf("%+v", a)
			}
			if b := all[schoolB]; b.Earlier.Sequence != 1 || b.Earlier.State != StateHeld || b.Known || b.Version != 0 || len(b.Spoken) != 0 {
				t.Errorf("%+v", b)
			}
			if none := all[0]; none.Earlier.Sequence != 0 || none.Known {
				t.Errorf("%+v", none)
			}
			return nil
		}))
	})
}
