package store

import (
	"context"
	"errors"
	"time"
)

// TakeLease gives the right to write to a holder until a moment. It is had when
// nobody holds it, when the holder's time is over, or when the same holder asks
// again; otherwise the error is a *BusyError. Every taking raises the fence, so
// that whoever held the lease before can write no more.
func (s *Store) TakeLease(ctx context.Context, name, holder string, at, until time.Time) (Lease, error) {
	// Looked at without a transaction first: who finds it busy need not wait for
	// the holder's transaction to hear so.
	if held, err := leaseOf(ctx, s.db, name); err != nil {
		return Lease{}, err
	} else if held.keeps(holder, at) {
		return Lease{}, held.busy()
	}
	lease := Lease{Name: name, Holder: holder}
	err := s.Write(ctx, Lease{}, func(t *Tx) error {
		held, err := leaseOf(ctx, t.tx, name)
		if err != nil {
			return err
		}
		if held.keeps(holder, at) {
			return held.busy()
		}
		lease.Fence = held.fence + 1
		_, err = t.exec(`INSERT INTO lease (name, holder, fence, expires) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence, expires = excluded.expires`,
			name, holder, lease.Fence, until.Unix())
		return err
	})
	if Retryable(err) {
		// The holder's time is over, but its transaction goes on.
		if held, herr := leaseOf(ctx, s.db, name); herr == nil && held.holder != "" {
			return Lease{}, held.busy()
		}
	}
	return lease, err
}

// Enter reports whether nobody in this process works under a lease as this holder,
// and makes the caller the one who does until Leave. A lease belongs to a process:
// without it two of its runs would take the lease from each other.
func (s *Store) Enter(name, holder string) bool {
	_, entered := s.entered.LoadOrStore([2]string{name, holder}, true)
	return !entered
}

// Leave lets other runs of this process work under a lease.
func (s *Store) Leave(name, holder string) { s.entered.Delete([2]string{name, holder}) }

// heldLease is a line of the table of leases.
type heldLease struct {
	holder         string
	fence, expires int64
}

func leaseOf(ctx context.Context, q queryer, name string) (l heldLease, err error) {
	err = missing(q.QueryRowContext(ctx, "SELECT holder, fence, expires FROM lease WHERE name = $1", name).Scan(&l.holder, &l.fence, &l.expires))
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return l, err
}

func (l heldLease) keeps(out string, at time.Time) bool {
	return l.holder != "" && l.holder != out && l.expires > at.Unix()
}

func (l heldLease) busy() error { return &BusyError{l.holder, time.Unix(l.expires, 0).UTC()} }

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
