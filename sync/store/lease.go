package store

import (
	"context"
	"errors"
	"time"
)

// TakeLease gives the right to write to a holder until a moment. It is had when
// nobody holds it, when the holder's time is over, or when the same holder asks
// again; otherwise the error is a *BusyError. Every new taking raises the fence.
func (s *Store) TakeLease(ctx context.Context, name, holder string, at, until time.Time) (Lease, error) {
	lease := Lease{Name: name, Holder: holder}
	err := s.Write(ctx, Lease{}, func(t *Tx) error {
		var held string
		var fence, expires int64
		err := t.tx.QueryRowContext(ctx, "SELECT holder, fence, expires FROM lease WHERE name = $1", name).Scan(&held, &fence, &expires)
		if err = missing(err); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil && held != "" && held != holder && expires > at.Unix() {
			return &BusyError{held, time.Unix(expires, 0).UTC()}
		}
		if held != holder || expires <= at.Unix() {
			fence++
		}
		lease.Fence = fence
		_, err = t.exec(`INSERT INTO lease (name, holder, fence, expires) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence, expires = excluded.expires`,
			name, holder, fence, until.Unix())
		return err
	})
	return lease, err
}

// ExtendLease moves the end of a lease that is still held; ErrFenced when it is
// not.
func (s *Store) ExtendLease(ctx context.Context, l Lease, until time.Time) error {
	r, err := s.db.ExecContext(ctx, "UPDATE lease SET expires = $1 WHERE name = $2 AND holder = $3 AND fence = $4", until.Unix(), l.Name, l.Holder, l.Fence)
	if err != nil {
		return unreachable(err)
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, ErrFenced)
	}
	return nil
}

// DropLease gives a lease back.
func (s *Store) DropLease(ctx context.Context, l Lease) error {
	_, err := s.db.ExecContext(ctx, "UPDATE lease SET holder = '', expires = 0 WHERE name = $1 AND holder = $2 AND fence = $3", l.Name, l.Holder, l.Fence)
	return unreachable(err)
}
