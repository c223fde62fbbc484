package jobs

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// beating is a runner whose lease is renewed every few milliseconds.
func (o *office) beating(c *clock) (*Runner, *atomic.Int64) {
	beats := &atomic.Int64{}
	return &Runner{Store: o.desk.Store, Clock: c.now, Holder: "beating", Log: slog.New(slog.DiscardHandler), Renew: 5 * time.Millisecond,
		Alive: func() { beats.Add(1) }}, beats
}

// until waits until something is so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// TestPulse: a run that goes on for hours and commits now and then is alive all
// the time; one that commits nothing for longer than an hour is not, and is
// again after the next commit.
func TestPulse(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		c := &clock{at: o.now}
		r, beats := o.beating(c)
		more := func(t *testing.T) {
			t.Helper()
			was := beats.Load()
			until(t, "beats", func() bool { return beats.Load() > was+2 })
		}
		_, err := r.Run(t.Context(), osms.Run{Job: osms.JobAssess, Trigger: "command"}, func(ctx context.Context, turn Turn) (string, error) {
			commit := func() error {
				return o.desk.Store.Write(ctx, turn.Lease, func(*store.Tx) error { return nil })
			}
			for range 5 {
				more(t)
				c.set(c.now().Add(59 * time.Minute))
				more(t)
				if err := commit(); err != nil {
					return "", err
				}
				more(t) // the commit is noticed
			}
			c.set(c.now().Add(61 * time.Minute))
			time.Sleep(20 * time.Millisecond) // a renewal under way
			was := beats.Load()
			time.Sleep(100 * time.Millisecond)
			if n := beats.Load() - was; n != 0 {
				t.Errorf("%d beats of a run that gets nowhere", n)
			}
			// Somebody else's writing is not this run's.
			if err := o.desk.Store.Write(ctx, store.Lease{}, func(*store.Tx) error { return nil }); err != nil {
				return "", err
			}
			time.Sleep(50 * time.Millisecond)
			if n := beats.Load() - was; n != 0 {
				t.Errorf("%d beats after what somebody else wrote", n)
			}
			if err := commit(); err != nil {
				return "", err
			}
			more(t)
			return "", nil
		})
		if err != nil {
			t.Fatal(err)
		}
		was := beats.Load()
		time.Sleep(30 * time.Millisecond)
		if beats.Load() != was {
			t.Error("it beats after the run")
		}
	})
}

// TestPulseWithoutLease: a run whose lease somebody else has is not alive.
func TestPulseWithoutLease(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		c := &clock{at: o.now}
		r, beats := o.beating(c)
		_, err := r.Run(t.Context(), osms.Run{Job: osms.JobAssess, Trigger: "command"}, func(ctx context.Context, turn Turn) (string, error) {
			until(t, "a beat", func() bool { return beats.Load() > 0 })
			late := c.now().Add(time.Hour)
			if _, err := o.desk.Store.TakeLease(ctx, leaseName, "other", late, late.Add(time.Hour)); err != nil {
				return "", err
			}
			<-ctx.Done() // the run is told
			was := beats.Load()
			time.Sleep(30 * time.Millisecond)
			if beats.Load() != was {
				t.Error("it beats without the lease")
			}
			return "", ctx.Err()
		})
		if err == nil {
			t.Error("the run ended well without its lease")
		}
	})
}
