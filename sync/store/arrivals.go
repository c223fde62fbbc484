package store

import (
	"context"
	"encoding/json"
	"fmt"
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
	query := `SELECT a.id, a.sha256, a.name, f.size, a.region, a.kind, a.channel, a.received, a.run, a.outcome, a.sequence
		FROM arrival a JOIN file f ON f.sha256 = a.sha256 ORDER BY a.id DESC`
	if limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", limit)
	}
	rows, err := s.db.QueryContext(ctx, query)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []Arrival
	for rows.Next() {
		var a Arrival
		var received int64
		if err := rows.Scan(&a.ID, &a.SHA256, &a.Name, &a.Size, &a.Region, &a.Kind, &a.Channel, &received, &a.Run, &a.Outcome, &a.Sequence); err != nil {
			return nil, err
		}
		a.Received = time.Unix(received, 0).UTC()
		out = append(out, a)
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, unreachable(rows.Err())
}
