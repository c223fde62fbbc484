package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
)

// ErrNotEmpty says that the registry which was to be filled holds something.
var ErrNotEmpty = errors.New("the registry is not empty")

// ErrDiffers says that a copy is not what it was made of.
var ErrDiffers = errors.New("the copy differs from its original")

// Counted is what a table holds. Digest is over its rows, in whatever order they
// stand, and the same in both databases.
type Counted struct {
	Table  string
	Rows   int64
	Digest string
}

// Copied tells what was copied: everything that was decided up to Sequence.
type Copied struct {
	Sequence int64
	Tables   []Counted
}

// CopyTo copies the whole register, as it stands at one moment, into an empty
// one: ErrNotEmpty where it is not. Nobody is kept from writing meanwhile; what
// is decided later is not in the copy. Every table but the lease is loaded in
// bulk in one transaction, read back and compared, row by row, before it is
// committed: a copy that differs is ErrDiffers and is not there.
func (s *Store) CopyTo(ctx context.Context, to *Store, progress func(table string, rows int)) (c Copied, err error) {
	err = s.Look(ctx, func(from *Tx) error {
		c = Copied{}
		if err := from.tx.GetContext(ctx, &c.Sequence, "SELECT coalesce(max(value), 0) FROM counter WHERE name = 'sequence'"); err != nil {
			return unreachable(err)
		}
		tx, err := to.db.BeginTxx(ctx, nil)
		if err != nil {
			return unreachable(err)
		}
		defer tx.Rollback()
		tables, err := s.shared(ctx, from, to, tx)
		if err != nil {
			return err
		}
		if empty, err := none(ctx, tx, tables); err != nil || !empty {
			return errors.Join(err, ErrNotEmpty)
		}
		for _, t := range tables {
			counted, err := copyTable(ctx, from, &Tx{s: to, tx: tx, ctx: ctx}, t, progress)
			if err != nil {
				return fmt.Errorf("copy %s: %w", t.name, err)
			}
			c.Tables = append(c.Tables, counted)
		}
		for i, t := range tables {
			counted, err := count(ctx, tx, t, nil)
			if err != nil {
				return fmt.Errorf("read %s back: %w", t.name, err)
			}
			if counted != c.Tables[i] {
				return fmt.Errorf("%w: table %s, %d rows of %d", ErrDiffers, t.name, counted.Rows, c.Tables[i].Rows)
			}
		}
		if err := tx.Commit(); err != nil {
			return unreachable(fmt.Errorf("commit: %w", plain(err)))
		}
		return nil
	})
	if err == nil && to.d.copied != "" {
		// The copy stands whether the planner is told of it or finds out by itself.
		_, _ = to.db.ExecContext(ctx, to.d.copied)
	}
	return c, err
}

// shared gives the tables to copy, in the order of the one that is filled.
func (s *Store) shared(ctx context.Context, from *Tx, to *Store, tx queryer) ([]table, error) {
	here, err := s.tables(ctx, from.tx)
	if err != nil {
		return nil, err
	}
	there, err := to.tables(ctx, tx)
	if err != nil {
		return nil, err
	}
	return common(to.ours(there), s.ours(here))
}

func copyTable(ctx context.Context, from, to *Tx, t table, progress func(string, int)) (counted Counted, err error) {
	err = to.load(t.name, t.names(), func(add func(values ...any) error) error {
		rows := 0
		counted, err = count(ctx, from.tx, t, func(values []any) error {
			if rows++; rows%20_000 == 0 {
				progress(t.name, rows)
			}
			return add(values...)
		})
		return err
	})
	return counted, err
}

// Contents counts every table of the register as it stands at one moment.
func (s *Store) Contents(ctx context.Context) (out []Counted, err error) {
	err = s.Look(ctx, func(tx *Tx) error {
		all, err := s.tables(ctx, tx.tx)
		if err != nil {
			return err
		}
		for _, t := range s.ours(all) {
			counted, err := count(ctx, tx.tx, t, nil)
			if err != nil {
				return fmt.Errorf("read %s: %w", t.name, err)
			}
			out = append(out, counted)
		}
		return nil
	})
	return out, err
}

// count reads all rows of a table and hands them to each, if there is one. The
// digest of the table is the sum of its rows' digests.
func count(ctx context.Context, q queryer, t table, each func(values []any) error) (Counted, error) {
	c := Counted{Table: t.name}
	values, at := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		at[i] = &values[i]
	}
	var total digest
	var row []byte
	err := eachRow(ctx, q, func(rows *sql.Rows) error {
		if err := rows.Scan(at...); err != nil {
			return err
		}
		row = row[:0]
		for i, col := range t.columns {
			var err error
			if values[i], row, err = col.take(values[i], row); err != nil {
				return fmt.Errorf("column %s: %w", col.name, err)
			}
		}
		c.Rows++
		total.add(sha256.Sum256(row))
		if each != nil {
			return each(values)
		}
		return nil
	}, "SELECT "+t.list()+" FROM "+t.name)
	c.Digest = total.String()
	return c, err
}

// take gives a value as the other database takes it, and writes it down for the
// digest. SQLite keeps a value as it was given, so text may stand for bytes.
func (c column) take(value any, row []byte) (any, []byte, error) {
	if value == nil {
		return nil, append(row, 0), nil
	}
	var text string
	switch v := value.(type) {
	case int64:
		if c.kind == number {
			return v, binary.BigEndian.AppendUint64(append(row, 1), uint64(v)), nil
		}
		return nil, row, errors.New("a number where there should be none")
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return nil, row, fmt.Errorf("a value of type %T", value)
	}
	row = append(binary.BigEndian.AppendUint64(append(row, 2), uint64(len(text))), text...)
	switch c.kind {
	case words:
		return text, row, nil
	case octets:
		return []byte(text), row, nil
	}
	return nil, row, errors.New("text where a number should be")
}

// digest is a sum of SHA-256 digests, as a number of 256 bits.
type digest [4]uint64

func (d *digest) add(sum [sha256.Size]byte) {
	carry := uint64(0)
	for i := 3; i >= 0; i-- {
		d[i], carry = bits.Add64(d[i], binary.BigEndian.Uint64(sum[8*i:]), carry)
	}
}

func (d digest) String() string {
	var b [sha256.Size]byte
	for i, n := range d {
		binary.BigEndian.PutUint64(b[8*i:], n)
	}
	return hex.EncodeToString(b[:])
}
