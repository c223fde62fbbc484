package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"

	"osmsd/sync/osms"
)

// Health is what a database says of itself. What a kind of database does not
// know stays zero.
type Health struct {
	Database string // sqlite, postgres
	Version  string
	Major    int
	Encoding string
	Zone     string
	// Schema is the version of the registry's schema, 0 where there is none, and
	// Known that of this program.
	Schema, Known int
	Clock         time.Time
	// Connections are open of Most that may be.
	Connections, Most int
	Standby           bool   // it can only be read
	Journal           string // how SQLite writes; wal lets others read meanwhile
	Damage            string // what a quick check of SQLite's pages found
}

// Inspect asks a database how it is, and changes nothing: the schema stays as old
// as it is. The file of a SQLite registry must be there.
func Inspect(ctx context.Context, address string, through func(driver.Connector) driver.Connector) (h Health, err error) {
	s, err := connect(ctx, address, through)
	if err != nil {
		return h, err
	}
	defer s.Close()
	h = Health{Database: s.d.name, Known: schemaVersion}
	if h.Schema, err = s.schemaVersion(ctx); err != nil {
		h.Schema = 0 // an empty database
	}
	for _, ask := range s.d.health {
		var said sql.NullString
		if err := s.db.GetContext(ctx, &said, ask.query); err != nil {
			return h, fmt.Errorf("ask the database for its %s: %w", ask.what, unreachable(err))
		}
		h.take(ask.what, said.String)
	}
	return h, nil
}

// healthQuestion is one thing that a database is asked about itself.
type healthQuestion struct{ what, query string }

func (h *Health) take(what, said string) {
	n, _ := strconv.Atoi(said)
	switch what {
	case "version":
		h.Version = said
	case "major":
		h.Major = n / 10_000
	case "encoding":
		h.Encoding = said
	case "zone":
		h.Zone = said
	case "clock":
		h.Clock = time.UnixMilli(int64(n)).UTC()
	case "connections":
		h.Connections = n
	case "most":
		h.Most = n
	case "standby":
		h.Standby = said == "true"
	case "journal":
		h.Journal = said
	case "damage":
		if said != "ok" {
			h.Damage = said
		}
	}
}

// Waiting is what waits for somebody, or for the next run.
type Waiting struct {
	Held        int       // organisations' parts of imports that wait for an administrator
	HeldSince   time.Time // of the oldest
	Letters     int       // bundles, letters of other kinds and notices that are not on the disk
	Requests    int       // of service B without an answer
	Answers     int       // answers to listed requests that are not on the disk
	Unfinished  int       // arrivals whose receipts a crash left
	Open        int       // runs that are under way, or were cut off
	Interrupted int64     // the last run when it was cut off; 0: it came to its end
	Holder      string    // who works now
	Until       time.Time
}

// Waiting counts what waits, at one moment.
func (s *Store) Waiting(ctx context.Context) (w Waiting, err error) {
	err = s.Look(ctx, func(t *Tx) error {
		var since int64
		err := t.tx.QueryRowContext(ctx, `SELECT
			(SELECT count(*) FROM import_organisation WHERE state = 'held'),
			(SELECT coalesce(min(i.received), 0) FROM import_organisation AS o JOIN import AS i ON i.sequence = o.sequence WHERE o.state = 'held'),
			(SELECT count(*) FROM letter_bundle WHERE written = 0 AND letters > 0) + (SELECT count(*) FROM office_letter WHERE written = 0)
				+ (SELECT count(*) FROM overlap_notice WHERE written = 0),
			(SELECT count(*) FROM request WHERE answered = 0),
			(SELECT count(*) FROM request WHERE written = 0 AND sequence <> 0 AND answered <> 0),
			(SELECT count(*) FROM unfinished),
			(SELECT count(*) FROM run WHERE state = $1),
			(SELECT coalesce(max(id), 0) FROM run WHERE state = $2 AND id = (SELECT max(id) FROM run))`, osms.Running, osms.Interrupted).
			Scan(&w.Held, &since, &w.Letters, &w.Requests, &w.Answers, &w.Unfinished, &w.Open, &w.Interrupted)
		if err != nil {
			return missing(err)
		}
		if since > 0 {
			w.HeldSince = time.Unix(since, 0).UTC()
		}
		held, err := leaseOf(ctx, t.tx, "registry")
		w.Holder, w.Until = held.holder, time.Unix(held.expires, 0).UTC()
		return err
	})
	return w, err
}
