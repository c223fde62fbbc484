package store

import (
	"database/sql/driver"
	"os"
	"path/filepath"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

func direct(c driver.Connector) driver.Connector { return c }

// TestInspect: a database is asked and left as it is: without a registry none is
// made, and an old schema stays old.
func TestInspect(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		if !IsPostgres(address) {
			must(t, os.WriteFile(address, nil, 0o600))
		}
		h, err := Inspect(t.Context(), address, direct)
		must(t, err)
		if h.Schema != 0 || h.Known != schemaVersion {
			t.Errorf("an empty database: %+v", h)
		}
		s := open(t, address)
		if empty, err := s.Empty(t.Context()); err != nil || !empty {
			t.Errorf("empty %v, %v", empty, err)
		}
		_, err = s.db.Exec("DELETE FROM schema_version WHERE version = $1", schemaVersion)
		must(t, err)
		h, err = Inspect(t.Context(), address, direct)
		must(t, err)
		if h.Schema != schemaVersion-1 || h.Version == "" || h.Damage != "" || h.Standby {
			t.Errorf("%+v", h)
		}
		if IsPostgres(address) {
			if h.Major < 14 || h.Encoding != "UTF8" || h.Zone == "" || h.Most != 50 || h.Connections < 1 || time.Since(h.Clock).Abs() > time.Minute {
				t.Errorf("%+v", h)
			}
		} else if h.Journal != "wal" || h.Encoding != "UTF-8" || h.Database != "sqlite" {
			t.Errorf("%+v", h)
		}
		_, err = s.db.Exec("INSERT INTO schema_version (version) VALUES ($1)", schemaVersion+3)
		must(t, err)
		if h, err = Inspect(t.Context(), address, direct); err != nil || h.Schema != schemaVersion+3 {
			t.Errorf("%+v %v", h, err)
		}
	})
}

// TestInspectFindsDamage: a page that was written over.
func TestInspectFindsDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "registry.db")
	s, err := Open(t.Context(), path)
	must(t, err)
	fill(t, s)
	must(t, s.Close())
	text, err := os.ReadFile(path)
	must(t, err)
	for at := 40 * 4096; at < len(text)-4096; at += 4096 {
		for i := range 64 {
			text[at+i] = 0xEE
		}
	}
	must(t, os.WriteFile(path, text, 0o600))
	h, err := Inspect(t.Context(), path, direct)
	if err == nil && h.Damage == "" {
		t.Errorf("the damage is not found: %+v", h)
	}
}

// TestWaiting: what was left to do is counted.
func TestWaiting(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		w, err := s.Waiting(t.Context())
		must(t, err)
		if w.Held+w.Letters+w.Requests+w.Answers+w.Unfinished+w.Open != 0 || w.Interrupted != 0 || !w.HeldSince.IsZero() || w.Holder != "" {
			t.Errorf("an empty registry: %+v", w)
		}
		_, err = s.TakeLease(t.Context(), "registry", "somebody", minute(0), minute(10))
		must(t, err)
		for _, state := range []osms.RunState{osms.Done, osms.Failed, osms.Done, osms.Interrupted} {
			r, err := s.BeginRun(t.Context(), osms.Run{Job: osms.JobLetters, Started: minute(1), Trigger: "schedule"})
			must(t, err)
			r.Finished, r.State, r.Started = minute(2), state, minute(1)
			must(t, s.EndRun(t.Context(), r))
		}
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			_, err := tx.PutArrival("63", osms.FileReport{SHA256: "x", File: "a.csv"})
			return err
		}))
		_, err = s.db.Exec("INSERT INTO letter_bundle (id, bin, region, dated, from_seq, to_seq, letters, written) VALUES (1, 1, 63, 20261001, 0, 1, 2, 0), (2, 1, 63, 20261001, 0, 1, 0, 0), (3, 1, 63, 20261001, 0, 1, 3, 1)")
		must(t, err)
		w, err = s.Waiting(t.Context())
		must(t, err)
		if w.Letters != 1 || w.Unfinished != 1 || w.Interrupted != 4 || w.Holder != "somebody" || !w.Until.Equal(minute(10)) {
			t.Errorf("%+v", w)
		}
	})
}
