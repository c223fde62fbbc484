package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLease(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		audit := func(l Lease) error {
			return s.Write(ctx, l, func(tx *Tx) error { return tx.Audit(minute(0), "import", "d") })
		}
		first, err := s.TakeLease(ctx, "registry", "alpha, process 1", minute(0), minute(2))
		must(t, err)
		must(t, audit(first))

		// Somebody else hears who holds it and until when.
		_, err = s.TakeLease(ctx, "registry", "beta, process 2", minute(1), minute(3))
		var busy *BusyError
		if !errors.As(err, &busy) || busy.Holder != "alpha, process 1" || !busy.Until.Equal(minute(2)) {
			t.Fatalf("got %v", err)
		}
		if msg := err.Error(); !strings.Contains(msg, "alpha, process 1") || !strings.Contains(msg, "2026-10-01T09:02:00Z") {
			t.Errorf("message %q", msg)
		}
		// Another lease is another matter.
		if _, err := s.TakeLease(ctx, "letters", "beta, process 2", minute(1), minute(3)); err != nil {
			t.Error(err)
		}

		// It is extended while it is held, and had when its time is over.
		must(t, s.ExtendLease(ctx, first, minute(5)))
		if _, err = s.TakeLease(ctx, "registry", "beta, process 2", minute(3), minute(6)); !errors.As(err, &busy) {
			t.Fatalf("an extended lease was taken: %v", err)
		}
		second, err := s.TakeLease(ctx, "registry", "beta, process 2", minute(5), minute(7))
		must(t, err)
		if second.Fence <= first.Fence {
			t.Errorf("fence %d after %d", second.Fence, first.Fence)
		}
		// The holder that was away wakes: it may do nothing, not even give back.
		wantErr(t, audit(first), ErrFenced)
		wantErr(t, s.ExtendLease(ctx, first, minute(20)), ErrFenced)
		must(t, s.DropLease(ctx, first))
		must(t, audit(second))

		// The same holder asking again, as after a restart under the same name,
		// shuts its earlier self out.
		again, err := s.TakeLease(ctx, "registry", "beta, process 2", minute(5), minute(7))
		must(t, err)
		wantErr(t, audit(second), ErrFenced)
		must(t, audit(again))

		// Given back, it is free at once.
		must(t, s.DropLease(ctx, again))
		third, err := s.TakeLease(ctx, "registry", "alpha, process 1", minute(5), minute(7))
		must(t, err)
		wantErr(t, audit(again), ErrFenced)
		must(t, audit(third))
		if last, err := s.LastSequence(ctx); err != nil || last != 4 {
			t.Errorf("a fenced write left something: sequence %d, %v", last, err)
		}
		wantErr(t, audit(Lease{Name: "no such lease", Fence: 1}), ErrNotFound)
	})
}

// TestLeaseInALongTransaction: whoever finds the registry in the middle of a
// long transaction hears at once who holds it.
func TestLeaseInALongTransaction(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		lease, err := s.TakeLease(ctx, "registry", "alpha", minute(0), minute(2))
		must(t, err)
		inside, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() {
			done <- s.Write(context.Background(), lease, func(tx *Tx) error {
				close(inside)
				<-release
				return tx.Audit(minute(0), "import", "d")
			})
		}()
		<-inside
		start := time.Now()
		_, err = s.TakeLease(ctx, "registry", "beta", minute(1), minute(3))
		if !errors.As(err, new(*BusyError)) || time.Since(start) > time.Second {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		close(release)
		must(t, <-done)
	})
}

// TestOneOfManyHolds: of many that ask at once, one gets it.
func TestOneOfManyHolds(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		var wg sync.WaitGroup
		var had atomic.Int32
		for i := range 6 {
			wg.Go(func() {
				_, err := s.TakeLease(t.Context(), "registry", string(rune('a'+i)), minute(0), minute(2))
				switch {
				case err == nil:
					had.Add(1)
				case !errors.As(err, new(*BusyError)):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if had.Load() != 1 {
			t.Errorf("%d hold the lease", had.Load())
		}
	})
}

// TestWritersInOrder: many writers at once leave a chain without gaps, each
// sequence becoming visible after those before it.
func TestWritersInOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				for n := range 5 {
					if err := s.Write(t.Context(), Lease{}, func(tx *Tx) error { return tx.Audit(minute(n), "import", "d") }); err != nil {
						t.Error(err)
					}
					last, err := s.LastSequence(t.Context())
					if err != nil {
						t.Error(err)
					}
					var seen int64
					if err := s.db.Get(&seen, "SELECT count(*) FROM audit WHERE number <= $1", last); err != nil || seen != last {
						t.Errorf("sequence %d is seen before those under it: %d, %v", last, seen, err)
					}
				}
			})
		}
		wg.Wait()
		entries, _, err := s.WalkAudit(t.Context(), func(n int64, detail string) { t.Errorf("%d: %s", n, detail) })
		if err != nil || entries != 30 {
			t.Errorf("%d entries, %v", entries, err)
		}
	})
}
