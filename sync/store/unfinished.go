package store

import (
	"context"
	"encoding/json"
	"fmt"

	"osmsd/sync/osms"
)

// Unfinished is an arrival that is committed and of which it is not known
// whether its receipts were handed out and its file removed: a crash came
// between, or the connection broke while the commit was answered.
type Unfinished struct {
	Arrival int64
	Channel string
	Name    string
	SHA256  string
}

// Unfinished lists what a crash left to finish, oldest first.
func (s *Store) Unfinished(ctx context.Context) ([]Unfinished, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT arrival, channel, name, sha256 FROM unfinished ORDER BY arrival")
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []Unfinished
	for rows.Next() {
		var u Unfinished
		if err := rows.Scan(&u.Arrival, &u.Channel, &u.Name, &u.SHA256); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, unreachable(rows.Err())
}

// Finish takes arrivals off the list of the unfinished.
func (s *Store) Finish(ctx context.Context, lease Lease, done []Unfinished) error {
	if len(done) == 0 {
		return nil
	}
	return s.Write(ctx, lease, func(t *Tx) error {
		for _, u := range done {
			if _, err := t.exec("DELETE FROM unfinished WHERE channel = $1 AND name = $2 AND sha256 = $3", u.Channel, u.Name, u.SHA256); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReportOf reads what was said about an arrival when it was committed;
// ErrNotFound when there is none.
func (s *Store) ReportOf(ctx context.Context, arrival int64) (osms.FileReport, error) {
	var packed []byte
	if err := s.db.GetContext(ctx, &packed, "SELECT report FROM arrival WHERE id = $1", arrival); err != nil {
		return osms.FileReport{}, missing(err)
	}
	return s.unpackReport(arrival, packed)
}

func (s *Store) unpackReport(arrival int64, packed []byte) (osms.FileReport, error) {
	text, err := s.packer.unpack(packed)
	if err != nil {
		return osms.FileReport{}, fmt.Errorf("report of arrival %d: %w", arrival, err)
	}
	var k keptReport
	if err := json.Unmarshal(text, &k); err != nil {
		return osms.FileReport{}, fmt.Errorf("report of arrival %d: %w", arrival, err)
	}
	r := k.report()
	r.Arrival = arrival
	return r, nil
}

// keptReport is a report with the numbers that are written as text elsewhere
// as numbers, so that it can be read back. Its own fields hide those of the
// same names in the report.
type keptReport struct {
	osms.FileReport
	Region        int64
	AsAt          int64
	Organisations []int64
	Deadline      int64
	Spoken        []keptSpoken
	Holds         []keptHold
}

type keptHold struct {
	osms.Hold
	BIN int64
}

type keptSpoken struct {
	BIN            int64
	NameKK, NameRU string
	Rows           int
}

func keep(r osms.FileReport) keptReport {
	r.ByOrganisation, r.Changes = nil, nil
	k := keptReport{FileReport: r, Region: int64(r.Region), AsAt: int64(r.AsAt), Deadline: int64(r.Deadline)}
	for _, b := range r.Organisations {
		k.Organisations = append(k.Organisations, int64(b))
	}
	for _, h := range r.Holds {
		k.Holds = append(k.Holds, keptHold{h, int64(h.BIN)})
	}
	for _, s := range r.Spoken {
		k.Spoken = append(k.Spoken, keptSpoken{int64(s.BIN), s.NameKK, s.NameRU, s.Rows})
	}
	return k
}

func (k keptReport) report() osms.FileReport {
	r := k.FileReport
	r.Region, r.AsAt, r.Deadline = osms.Region(k.Region), osms.Date(k.AsAt), osms.Date(k.Deadline)
	for _, b := range k.Organisations {
		r.Organisations = append(r.Organisations, osms.BIN(b))
	}
	for _, h := range k.Holds {
		h.Hold.BIN = osms.BIN(h.BIN)
		r.Holds = append(r.Holds, h.Hold)
	}
	for _, s := range k.Spoken {
		r.Spoken = append(r.Spoken, osms.Spoken{BIN: osms.BIN(s.BIN), NameKK: s.NameKK, NameRU: s.NameRU, Rows: s.Rows})
	}
	return r
}
