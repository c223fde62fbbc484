package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"osmsd/sync/osms"
)

// Arrival is one file that was seen, with the one outcome in which it ended.
type Arrival struct {
	ID       int64
	SHA256   string
	Name     string
	Size     int64
	Region   osms.Region
	Kind     osms.Kind
	Channel  string
	Received time.Time
	Run      int64
	Outcome  osms.Outcome
	Sequence int64 // of the import, 0 when nothing was applied
	// Waits: something of it is held still. Released is the arrival in which what
	// was held of it was applied; 0: none.
	Waits    bool
	Released int64
}

// PutArrival records a file that was seen and what is to be said about it. It
// is unfinished until Finish is told that its receipts are handed out and its
// file has left the drop folder.
func (t *Tx) PutArrival(channel string, r osms.FileReport) (id int64, err error) {
	if id, err = t.count("arrival", 1); err != nil {
		return 0, err
	}
	if _, err := t.exec(`INSERT INTO file (sha256, size, name, seen) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING`,
		r.SHA256, r.Size, r.File, r.Received.Unix()); err != nil {
		return 0, err
	}
	text, err := json.Marshal(keep(r))
	if err != nil {
		return 0, err
	}
	report := t.s.packer.pack(text)
	_, err = t.exec(`INSERT INTO arrival (id, sha256, name, region, kind, channel, received, run, outcome, sequence, report)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, r.SHA256, r.File, r.Region, r.Kind, channel, r.Received.Unix(), r.Run, r.Outcome, r.Import, report)
	if err != nil {
		return 0, err
	}
	_, err = t.exec("INSERT INTO unfinished (arrival, channel, name, sha256) VALUES ($1, $2, $3, $4)", id, channel, r.File, r.SHA256)
	return id, err
}

// Arrivals lists the files that were seen, newest last, at most limit of them
// (0: all).
func (s *Store) Arrivals(ctx context.Context, limit int) ([]Arrival, error) {
	return s.ArrivalsAsked(ctx, ArrivalsAsked{Limit: limit})
}

// ArrivalsAsked narrows the files that were seen; zero fields do not. Held asks
// for what still waits for a decision.
type ArrivalsAsked struct {
	Region  osms.Region
	Outcome osms.Outcome
	Run     int64
	SHA256  string
	Before  int64 // only with smaller numbers
	Limit   int   // the newest so many
}

// stillHeld: an arrival that was held waits for a decision.
const stillHeld = `a.outcome = 'held' AND EXISTS (SELECT 1 FROM import_organisation o WHERE o.sequence = a.sequence AND o.state = 'held')`

const arrivalColumns = `a.id, a.sha256, a.name, f.size, a.region, a.kind, a.channel, a.received, a.run, a.outcome, a.sequence,
	CASE WHEN ` + stillHeld + ` THEN 1 ELSE 0 END,
	CASE WHEN a.outcome = 'held' AND a.sequence <> 0 THEN coalesce((SELECT min(l.id) FROM arrival l WHERE l.sha256 = a.sha256 AND l.id > a.id
		AND l.sequence = a.sequence AND (l.channel = 'release' OR l.outcome IN ('applied', 'applied_with_refusals'))), 0) ELSE 0 END
	FROM arrival a JOIN file f ON f.sha256 = a.sha256`

// ArrivalsAsked lists files that were seen, newest last.
func (s *Store) ArrivalsAsked(ctx context.Context, asked ArrivalsAsked) (out []Arrival, err error) {
	where, args := " WHERE 1 = 1", []any{}
	narrow := func(condition string, value any) {
		args = append(args, value)
		where += fmt.Sprintf(" AND "+condition, len(args))
	}
	if asked.Region != 0 {
		narrow("a.region = $%d", asked.Region)
	}
	if asked.Outcome != "" {
		narrow("a.outcome = $%d", string(asked.Outcome))
	}
	if asked.Outcome == osms.Held {
		where += " AND " + stillHeld
	}
	if asked.Run != 0 {
		narrow("a.run = $%d", asked.Run)
	}
	if asked.SHA256 != "" {
		narrow("a.sha256 = $%d", asked.SHA256)
	}
	if asked.Before != 0 {
		narrow("a.id < $%d", asked.Before)
	}
	query := "SELECT " + arrivalColumns + where + " ORDER BY a.id DESC"
	if asked.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", asked.Limit)
	}
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		a, err := scanArrival(rows.Scan)
		out = append(out, a)
		return err
	}, query, args...)
	slices.Reverse(out)
	return out, err
}

func scanArrival(scan func(...any) error) (a Arrival, err error) {
	var received int64
	err = scan(&a.ID, &a.SHA256, &a.Name, &a.Size, &a.Region, &a.Kind, &a.Channel, &received, &a.Run, &a.Outcome, &a.Sequence, &a.Waits, &a.Released)
	a.Received = time.Unix(received, 0).UTC()
	return a, err
}

// ArrivalNumbered finds a file that was seen; ErrNotFound.
func (s *Store) ArrivalNumbered(ctx context.Context, id int64) (Arrival, error) {
	a, err := scanArrival(s.db.QueryRowContext(ctx, "SELECT "+arrivalColumns+" WHERE a.id = $1", id).Scan)
	return a, unreachable(missing(err))
}

// ArrivalCounts counts the files of a span of time by region and outcome.
func (s *Store) ArrivalCounts(ctx context.Context, from, until time.Time) (map[osms.Region]map[osms.Outcome]int, error) {
	out := map[osms.Region]map[osms.Outcome]int{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var region osms.Region
		var outcome osms.Outcome
		var n int
		err := rows.Scan(&region, &outcome, &n)
		if out[region] == nil {
			out[region] = map[osms.Outcome]int{}
		}
		out[region][outcome] = n
		return err
	}, "SELECT region, outcome, count(*) FROM arrival WHERE received >= $1 AND received < $2 GROUP BY region, outcome", from.Unix(), until.Unix())
	return out, err
}

// ArrivalsOf finds the file that brought each of some sequences: the arrival of an
// import, and of the import that a decision released or took back. A sequence
// that no file brought is left out.
func (s *Store) ArrivalsOf(ctx context.Context, sequences []int64) (map[int64]int64, error) {
	out := make(map[int64]int64, len(sequences))
	for chunk := range slices.Chunk(sequences, 500) {
		list, args := among(chunk, 1)
		err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
			var sequence, arrival int64
			err := rows.Scan(&sequence, &arrival)
			out[sequence] = arrival
			return err
		}, `SELECT x.sequence, min(a.id) FROM (
				SELECT sequence, sequence AS import FROM import WHERE sequence IN (`+list+`)
				UNION ALL SELECT sequence, import FROM decision WHERE sequence IN (`+list+`)) x
			JOIN import i ON i.sequence = x.import
			JOIN arrival a ON a.sha256 = i.sha256
			WHERE a.sequence = x.import OR NOT EXISTS (SELECT 1 FROM arrival b WHERE b.sha256 = i.sha256 AND b.sequence = x.import)
			GROUP BY x.sequence`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
