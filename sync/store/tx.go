package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// now is the sequence that stands for "still believed".
const now = 2147483647

// Lease is the right to write, with the fence that proves it is still held.
type Lease struct {
	Name, Holder string
	Fence        int64
}

// Tx is one decision in the making: everything in it is committed together or
// not at all.
type Tx struct {
	s        *Store
	tx       *sqlx.Tx
	ctx      context.Context
	sequence int64
	audited  bool
	// looks: the decision only answers or notes who looked; moves: it changes what
	// is known of money. See Version.
	looks, moves bool
	tallies      map[tallyKey]int64
}

// Write runs one transaction. The lease's fence is checked inside it: a holder
// that lost the lease gets ErrFenced and writes nothing. A zero Lease checks
// nothing. Serialisation failures are tried again, up to five times.
func (s *Store) Write(ctx context.Context, lease Lease, do func(*Tx) error) error {
	for try := 1; ; try++ {
		err := s.write(ctx, lease, do)
		if err == nil || try == 5 || !Retryable(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(try) * 50 * time.Millisecond):
		}
	}
}

func (s *Store) write(ctx context.Context, lease Lease, do func(*Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return unreachable(err)
	}
	defer tx.Rollback()
	t := &Tx{s: s, tx: tx, ctx: ctx, tallies: map[tallyKey]int64{}}
	if s.d.writing != "" {
		if _, err := t.exec(s.d.writing); err != nil {
			return err
		}
	}
	// One row that every writer updates puts the writers in commit order, so
	// that sequences become visible in the order of their numbers.
	if _, err := t.exec("INSERT INTO counter (name, value) VALUES ('sequence', 0) ON CONFLICT (name) DO UPDATE SET value = counter.value"); err != nil {
		return err
	}
	if lease.Name != "" {
		var fence int64
		err := tx.GetContext(ctx, &fence, "SELECT fence FROM lease WHERE name = $1", lease.Name)
		if err != nil {
			return missing(err)
		}
		if fence != lease.Fence {
			return ErrFenced
		}
	}
	if err := do(t); err != nil {
		return err
	}
	if t.sequence != 0 && !t.audited {
		return errNoEntry
	}
	if err := t.writeTallies(); err != nil {
		return err
	}
	if err := t.putVersion(); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return unreachable(fmt.Errorf("commit: %w", plain(err)))
	}
	if lease.Name != "" {
		s.commits.Add(1)
	}
	return nil
}

// Commits counts what was committed under a lease since the store was opened:
// while a run goes on, the sign that it gets somewhere.
func (s *Store) Commits() int64 { return s.commits.Load() }

// study lets the planner look at the tables while it knows hardly anything of
// them.
func (t *Tx) study() error {
	if t.s.d.ignorant == "" || t.s.studied.Load() {
		return nil
	}
	var ignorant bool
	if err := t.tx.GetContext(t.ctx, &ignorant, t.s.d.ignorant); err != nil {
		return missing(err)
	}
	if !ignorant {
		t.s.studied.Store(true)
		return nil
	}
	_, err := t.exec(t.s.d.study)
	return err
}

func unreachable(err error) error {
	if err == nil {
		return nil
	}
	if Lost(err) {
		return fmt.Errorf("%w: %w", ErrUnreachable, plain(err))
	}
	return plain(err)
}

// Sequence takes the next sequence for this decision, once.
func (t *Tx) Sequence() (int64, error) {
	if t.sequence == 0 {
		n, err := t.count("sequence", 1)
		if err != nil {
			return 0, err
		}
		t.sequence = n
	}
	return t.sequence, nil
}

// Next ends this decision, which must have its entry in the chain, and begins
// another in the same transaction: either both are committed or neither is.
func (t *Tx) Next() error {
	if t.sequence != 0 && !t.audited {
		return errNoEntry
	}
	err := t.writeTallies()
	t.sequence, t.audited, t.tallies = 0, false, map[tallyKey]int64{}
	return err
}

var errNoEntry = errors.New("store: a decision without an audit entry")

// count moves a counter by n and gives its new value. Counters are part of the
// transaction, so numbers have no gaps.
func (t *Tx) count(name string, n int64) (value int64, err error) {
	err = t.tx.QueryRowContext(t.ctx, `INSERT INTO counter (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value`, name, n).Scan(&value)
	return value, plain(err)
}

// Audit leaves this decision's entry in the chain: what was decided and the
// digest of its content. The chain holds digests only.
func (t *Tx) Audit(at time.Time, what, digest string) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	var previous string
	err = t.tx.GetContext(t.ctx, &previous, "SELECT chain FROM audit WHERE number = $1", sequence-1)
	if err = missing(err); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	t.audited, t.looks = true, what == AuditAccess || what == AuditRequest || what == AuditAccount
	_, err = t.exec("INSERT INTO audit (number, at, what, digest, chain) VALUES ($1, $2, $3, $4, $5)",
		sequence, at.Unix(), what, digest, chain(previous, sequence, at.Unix(), what, digest))
	return err
}

// notBefore is a moment, or that of the decision before this one, if that is
// later: what was known at a moment stays what was known at it.
func (t *Tx) notBefore(at time.Time) (time.Time, error) {
	at = at.UTC().Truncate(time.Second)
	sequence, err := t.Sequence()
	if err != nil {
		return at, err
	}
	var last int64
	if err := t.tx.GetContext(t.ctx, &last, "SELECT coalesce(max(at), 0) FROM audit WHERE number = $1", sequence-1); err != nil {
		return at, unreachable(err)
	}
	if before := time.Unix(last, 0).UTC(); before.After(at) {
		at = before
	}
	return at, nil
}

func chain(previous string, number, at int64, what, digest string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d|%d|%s|%s", previous, number, at, what, digest))
	return hex.EncodeToString(sum[:])
}

func (t *Tx) exec(query string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, unreachable(err)
	}
	return r.RowsAffected()
}

// each runs a query and calls scan for every row.
func (t *Tx) each(scan func(*sql.Rows) error, query string, args ...any) error {
	return eachRow(t.ctx, t.tx, scan, query, args...)
}

func eachRow(ctx context.Context, q queryer, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return unreachable(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return unreachable(rows.Err())
}

// keys makes or empties a temporary table of keys and fills it in bulk. A query
// joins it with CROSS JOIN, which means the same to both databases and tells
// SQLite to begin with the keys.
func (t *Tx) keys(table string, columns []string, each func(add func(values ...any) error) error) error {
	definition := strings.Join(columns, " BIGINT, ") + " BIGINT"
	if _, err := t.exec(fmt.Sprintf("CREATE TEMPORARY TABLE IF NOT EXISTS %s (%s)", table, definition)); err != nil {
		return err
	}
	if _, err := t.exec(fmt.Sprintf(t.s.d.empty, table)); err != nil {
		return err
	}
	return t.load(table, columns, each)
}

// load fills a table in bulk.
func (t *Tx) load(table string, columns []string, each func(add func(values ...any) error) error) error {
	b, err := t.s.d.bulk(t.ctx, t.tx, table, columns)
	if err != nil {
		return unreachable(err)
	}
	err = each(func(values ...any) error { return b.add(values) })
	if cerr := b.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", table, unreachable(err))
	}
	return nil
}

// queryer is what the store and a transaction in it have in common.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
