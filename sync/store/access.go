package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// What the chain calls the two ways of looking at a person's data.
const (
	AuditAccess  = "access"  // somebody looked
	AuditRequest = "request" // a request of service B was answered
)

// AccessDigest is what the audit chain keeps of a line of the access log and,
// where the line is an answer's, of the request.
func AccessDigest(a osms.Access, r *Request) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d|%d|%q|%q|%s|%q|%q\n", a.ID, a.At.Unix(), a.Who, a.What, a.Person.Digits(), a.Ground, a.Number)
	if r != nil {
		fmt.Fprintf(h, "%d|%d|%d|%d|%q|%d|%s|%d|%d|%q|%t|%d|%d|%q|%q|%q|%d\n", r.ID, r.Sequence, r.Sheet, r.Row, r.Incoming, r.Received.Unix(),
			r.Person.Digits(), int(r.From), int(r.To), string(r.ConfirmedBy), r.Consent, r.Answered.Unix(), int(r.Ground), string(r.Reason), r.Number, r.Digest, r.Known)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// PutAccess writes a line of the access log and audits it: before anything is
// shown.
func (t *Tx) PutAccess(a osms.Access) (osms.Access, error) {
	at, err := t.notBefore(a.At)
	if err != nil {
		return a, err
	}
	a.At = at
	a, err = t.putAccess(a)
	if err != nil {
		return a, err
	}
	return a, t.Audit(a.At, AuditAccess, AccessDigest(a, nil))
}

func (t *Tx) putAccess(a osms.Access) (_ osms.Access, err error) {
	if a.ID, err = t.count("access", 1); err != nil {
		return a, err
	}
	_, err = t.exec("INSERT INTO access (id, at, who, what, person, ground, number) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		a.ID, a.At.Unix(), a.Who, a.What, a.Person, a.Ground, a.Number)
	return a, err
}

// TakeNumber takes the next number of a series of documents in a year. Numbers
// have no gaps, and nothing of the person can be read from them.
func (t *Tx) TakeNumber(series string, year int) (string, error) {
	series = fmt.Sprintf("%s-%d", series, year)
	n, err := t.count(series, 1)
	return DocumentNumber(series, n), err
}

// DocumentNumber writes the n-th number of a series of a year: С-2026-0000123.
func DocumentNumber(series string, n int64) string { return fmt.Sprintf("%s-%07d", series, n) }

// AccessesAsked narrows the access log; zero fields do not.
type AccessesAsked struct {
	Person      osms.IIN
	Who         string    // exactly
	From, Until time.Time // from is included, until is not
	Before      int64     // only lines with smaller numbers
}

// narrowed is the condition that it stands for.
func (a AccessesAsked) narrowed() (where string, args []any) {
	where = "WHERE 1 = 1"
	narrow := func(condition string, value any) {
		args = append(args, value)
		where += fmt.Sprintf(" AND "+condition, len(args))
	}
	if a.Person != 0 {
		narrow("person = $%d", a.Person)
	}
	if a.Who != "" {
		narrow("who = $%d", a.Who)
	}
	if !a.From.IsZero() {
		narrow("at >= $%d", a.From.Unix())
	}
	if !a.Until.IsZero() {
		narrow("at < $%d", a.Until.Unix())
	}
	if a.Before != 0 {
		narrow("id < $%d", a.Before)
	}
	return where, args
}

// Accesses reads the lines of the access log about a person, oldest first.
func (s *Store) Accesses(ctx context.Context, person osms.IIN) (out []osms.Access, err error) {
	err = s.EachAccess(ctx, AccessesAsked{Person: person}, func(a osms.Access) error {
		out = append(out, a)
		return nil
	})
	return out, err
}

// EachAccess passes over lines of the access log, oldest first.
func (s *Store) EachAccess(ctx context.Context, asked AccessesAsked, each func(osms.Access) error) error {
	where, args := asked.narrowed()
	return eachAccess(ctx, s.db, each, where+" ORDER BY id", args...)
}

// AccessPage lists lines of the access log newest first, at most limit of them.
func (s *Store) AccessPage(ctx context.Context, asked AccessesAsked, limit int) (out []osms.Access, err error) {
	where, args := asked.narrowed()
	err = eachAccess(ctx, s.db, func(a osms.Access) error {
		out = append(out, a)
		return nil
	}, fmt.Sprintf("%s ORDER BY id DESC LIMIT %d", where, limit), args...)
	return out, err
}

// EachAccess passes over the whole access log, oldest first.
func (t *Tx) EachAccess(each func(osms.Access) error) error {
	return eachAccess(t.ctx, t.tx, each, "ORDER BY id")
}

func eachAccess(ctx context.Context, q queryer, each func(osms.Access) error, where string, args ...any) error {
	return eachRow(ctx, q, func(rows *sql.Rows) error {
		var a osms.Access
		var at int64
		if err := rows.Scan(&a.ID, &at, &a.Who, &a.What, &a.Person, &a.Ground, &a.Number); err != nil {
			return err
		}
		a.At = time.Unix(at, 0).UTC()
		return each(a)
	}, "SELECT id, at, who, what, person, ground, number FROM access "+where, args...)
}
