package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// States of an upload.
const (
	UploadWaiting = "waiting"
	UploadDone    = "done"
	UploadFailed  = "failed" // Report says why
)

// Upload is a file that came by the console or the API. Its bytes wait in the
// home until it is taken.
type Upload struct {
	ID      int64
	Account int64
	// Request is the sender's idempotency key, Body the digest of all that came
	// under it.
	Request, Body string
	Name          string
	SHA256        string
	Size          int64
	Region        osms.Region
	Kind          osms.Kind
	Approve       string // the diff that is approved
	Dry           bool   // only look
	State         string
	Received      time.Time
	Run           int64
	Report        []byte  // of a dry run: what it said; of a failure: why
	Arrivals      []int64 // what became of it, by number
}

// PutUpload registers an upload. Under an idempotency key that the account used
// before, it gives the earlier one and ErrOnce.
func (s *Store) PutUpload(ctx context.Context, u Upload) (Upload, error) {
	given := u
	err := s.Write(ctx, Lease{}, func(t *Tx) (err error) {
		u = given
		if u.Request != "" {
			earlier, err := uploads(t.ctx, t.tx, "WHERE account = $1 AND request = $2", u.Account, u.Request)
			if err != nil {
				return err
			}
			if len(earlier) > 0 {
				u = earlier[0]
				return ErrOnce
			}
		}
		if u.ID, err = t.count("upload", 1); err != nil {
			return err
		}
		u.State = UploadWaiting
		_, err = t.exec(`INSERT INTO upload (id, account, request, body, name, sha256, size, region, kind, approve, dry, state, received, run, report, arrivals)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, '')`,
			u.ID, u.Account, u.Request, u.Body, u.Name, u.SHA256, u.Size, u.Region, u.Kind, u.Approve, bit(u.Dry), u.State, u.Received.Unix(), []byte{})
		return err
	})
	return u, err
}

// WaitAgain lets a dry run that was made be made once more.
func (s *Store) WaitAgain(ctx context.Context, id int64) error {
	_, err := s.db.ExecContext(ctx, "UPDATE upload SET state = 'waiting' WHERE id = $1 AND dry = 1 AND state = 'done'", id)
	return unreachable(err)
}

// EndUpload notes what became of an upload that waits: of one that has ended it
// changes nothing.
func (s *Store) EndUpload(ctx context.Context, u Upload) error {
	numbers := make([]string, len(u.Arrivals))
	for i, n := range u.Arrivals {
		numbers[i] = strconv.FormatInt(n, 10)
	}
	report := u.Report
	if report == nil {
		report = []byte{}
	}
	_, err := s.db.ExecContext(ctx, "UPDATE upload SET state = $1, run = $2, report = $3, arrivals = $4 WHERE id = $5 AND state = 'waiting'",
		u.State, u.Run, report, strings.Join(numbers, " "), u.ID)
	return unreachable(err)
}

// UploadNumbered finds an upload; ErrNotFound.
func (s *Store) UploadNumbered(ctx context.Context, id int64) (Upload, error) {
	found, err := uploads(ctx, s.db, "WHERE id = $1", id)
	if err == nil && len(found) == 0 {
		return Upload{}, ErrNotFound
	}
	if err != nil {
		return Upload{}, err
	}
	return found[0], nil
}

// UploadUnder finds what an account sent under an idempotency key; ErrNotFound.
func (s *Store) UploadUnder(ctx context.Context, account int64, request string) (Upload, error) {
	found, err := uploads(ctx, s.db, "WHERE account = $1 AND request = $2", account, request)
	if err == nil && len(found) == 0 {
		return Upload{}, ErrNotFound
	}
	if err != nil {
		return Upload{}, err
	}
	return found[0], nil
}

// UploadsApplying lists the uploads after a dry one that apply the same bytes with
// the same declaration, of its account or another, oldest first; failed ones are
// none.
func (s *Store) UploadsApplying(ctx context.Context, dry Upload, other int64) ([]Upload, error) {
	return uploads(ctx, s.db, "WHERE account IN ($1, $2) AND sha256 = $3 AND region = $4 AND kind = $5 AND dry = 0 AND state <> 'failed' AND id > $6",
		dry.Account, other, dry.SHA256, dry.Region, dry.Kind, dry.ID)
}

// WaitingUploads lists the uploads that are not taken yet, oldest first.
func (s *Store) WaitingUploads(ctx context.Context) ([]Upload, error) {
	return uploads(ctx, s.db, "WHERE state = 'waiting'")
}

func uploads(ctx context.Context, q queryer, where string, args ...any) (out []Upload, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var u Upload
		var dry int
		var received int64
		var arrivals string
		if err := rows.Scan(&u.ID, &u.Account, &u.Request, &u.Body, &u.Name, &u.SHA256, &u.Size, &u.Region, &u.Kind, &u.Approve, &dry,
			&u.State, &received, &u.Run, &u.Report, &arrivals); err != nil {
			return err
		}
		u.Dry, u.Received = dry != 0, time.Unix(received, 0).UTC()
		for word := range strings.FieldsSeq(arrivals) {
			n, err := strconv.ParseInt(word, 10, 64)
			if err != nil {
				return err
			}
			u.Arrivals = append(u.Arrivals, n)
		}
		out = append(out, u)
		return nil
	}, `SELECT id, account, request, body, name, sha256, size, region, kind, approve, dry, state, received, run, report, arrivals
		FROM upload `+where+" ORDER BY id", args...)
	return out, err
}
