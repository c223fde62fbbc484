package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// TestFourDaemons drops the same bytes fifty times for four daemons on one
// registry and one inbox: they are applied once, and each copy has one outcome.
func TestFourDaemons(t *testing.T) {
	const copies, daemons = 50, 4
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		lists, roster := s.files[:2], s.files[2]
		s.files = lists
		h := s.mustHome()
		if _, _, err := h.start("", ""); err != nil {
			t.Fatal(err)
		}
		before := len(lists)
		s.files = nil
		for i := range copies {
			f := roster
			f.name = fmt.Sprintf("copy %02d %s", i, f.name)
			s.files = append(s.files, f)
		}
		if err := h.dropAll(s.files); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range daemons {
			all.Go(func() {
				one := &home{scene: h.scene, dir: h.dir, database: h.database, attempt: 1}
				if _, _, err := one.start("", ""); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		s.archive = []string{lists[0].sha256, lists[1].sha256, roster.sha256}
		report(t, h.ended())
		db, err := store.Open(t.Context(), h.database)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		arrivals, err := db.Arrivals(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		outcomes, imports := map[osms.Outcome]int{}, map[int64]bool{}
		for _, a := range arrivals[before:] {
			outcomes[a.Outcome]++
			imports[a.Sequence] = true
		}
		if outcomes[osms.AlreadyApplied] != copies-1 || len(arrivals) != before+copies || len(imports) != 1 {
			t.Errorf("%d arrivals: %v as imports %v", len(arrivals)-before, outcomes, imports)
		}
		runs, err := db.Runs(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%v in %d runs", outcomes, len(runs))
	})
}

// TestPausedHolder lets a daemon fall asleep in the middle of a run until its
// lease is over and another daemon has worked: when it wakes, it is refused and
// writes nothing. Without the check of the fence it would write.
func TestPausedHolder(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		s.files = s.files[:2]
		for _, unchecked := range []bool{false, true} {
			t.Run(fmt.Sprintf("unchecked=%v", unchecked), func(t *testing.T) {
				h := s.mustHome()
				sleeper, later := openPaused(t, h, 0, unchecked), openPaused(t, h, 3*time.Minute, false)
				folder, ready := pollAll(t, sleeper)
				var between string
				_, err := sleeper.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake}, func(ctx context.Context, turn jobs.Turn) (string, error) {
					_, err := later.runner.Run(ctx, osms.Run{Job: osms.JobIntake}, func(ctx context.Context, turn jobs.Turn) (string, error) {
						return "", later.desk.Intake(ctx, turn, folder, ready[:1], func(jobs.Taken) {})
					})
					if err != nil {
						t.Fatal(err)
					}
					if between, err = h.state(); err != nil {
						t.Fatal(err)
					}
					return "", sleeper.desk.Intake(ctx, turn, folder, ready[1:], func(jobs.Taken) {})
				})
				after, serr := h.state()
				if serr != nil {
					t.Fatal(serr)
				}
				if unchecked {
					if err != nil || after == between {
						t.Errorf("the planted bug does not show: %v", err)
					}
					return
				}
				if !errors.Is(err, store.ErrFenced) || after != between || !h.waiting(s.files[1]) {
					t.Errorf("woken: %v; the registry changed: %v", err, after != between)
				}
			})
		}
	})
}

// TestLeaseWaitsForCommit asks for an expired lease while its holder is between
// the check of its fence and its COMMIT: the answer comes after the COMMIT.
func TestLeaseWaitsForCommit(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		s.files = s.files[:1]
		h := s.mustHome()
		var committed atomic.Bool
		taken := make(chan bool, 1)
		late := openPaused(t, h, 3*time.Minute, false)
		a, err := h.app()
		if err != nil {
			t.Fatal(err)
		}
		a.Through = storetest.Tap(func(op *storetest.Op, next func() error) error {
			err := next()
			if op.Name == "exec" && strings.HasPrefix(op.Query, "INSERT INTO arrival") {
				go func() {
					now := late.now()
					_, err := late.desk.Store.TakeLease(context.Background(), "registry", "late", now, now.Add(time.Minute))
					taken <- err == nil && committed.Load()
				}()
				time.Sleep(150 * time.Millisecond)
				committed.Store(true) // only the COMMIT is left to do
			}
			return err
		}).Through
		o, err := a.openHome(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer o.close()
		folder, ready := pollAll(t, o)
		_, err = o.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake}, func(ctx context.Context, turn jobs.Turn) (string, error) {
			return "", o.desk.Intake(ctx, turn, folder, ready, func(taken jobs.Taken) {
				if taken.Err != nil {
					t.Error(taken.Err)
				}
			})
		})
		if !<-taken {
			t.Error("the lease was given away in the middle of a transaction of its holder")
		}
		if err != nil && !errors.Is(err, store.ErrFenced) {
			t.Error(err)
		}
	})
}

// openPaused opens a home as a daemon whose clock stands at a time; unchecked
// makes the check of the fence always agree.
func openPaused(t *testing.T, h *home, ahead time.Duration, unchecked bool) *opened {
	t.Helper()
	a, err := h.app()
	if err != nil {
		t.Fatal(err)
	}
	a.Clock = func() time.Time { return sceneNow.Add(ahead) }
	if unchecked {
		var fence driver.Value
		a.Through = storetest.Tap(func(op *storetest.Op, next func() error) error {
			switch {
			case strings.HasPrefix(op.Query, "INSERT INTO lease"):
				fence = op.Args[2].Value
			case strings.HasPrefix(op.Query, "SELECT fence FROM lease") && fence != nil:
				op.Query = fmt.Sprintf("SELECT CAST(%d AS BIGINT) WHERE $1 <> ''", fence)
			}
			return next()
		}).Through
	}
	o, err := a.openHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.close)
	return o
}

// pollAll gives the files that are ready in a home.
func pollAll(t *testing.T, o *opened) (*intake.Folder, []intake.Found) {
	t.Helper()
	folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Poll(time.Now()); err != nil {
		t.Fatal(err)
	}
	polled, err := folder.Poll(time.Now().Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return folder, polled.Ready
}

// TestUniqueKey blinds the look-up that finds the earlier import of the same
// bytes: the unique key in the transaction still refuses a second application,
// and nothing of it stays.
func TestUniqueKey(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		s.files = s.files[:3]
		h := s.mustHome()
		a, err := h.app()
		if err != nil {
			t.Fatal(err)
		}
		blinded := 0
		a.Through = storetest.Tap(func(op *storetest.Op, next func() error) error {
			if op.Name == "query" && strings.Contains(op.Query, "state <> 'undone'") {
				blinded++
				op.Query += " AND 1 = 0"
			}
			return next()
		}).Through
		o, err := a.openHome(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(o.close)
		take := func(name string, region osms.Region) (taken jobs.Taken) {
			_, err := o.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake}, func(ctx context.Context, turn jobs.Turn) (string, error) {
				return "", o.desk.Import(ctx, turn, []string{filepath.Join(h.dir, "inbox", name)}, region, "", func(t jobs.Taken) { taken = t })
			})
			if err != nil {
				t.Fatal(err)
			}
			return taken
		}
		roster := filepath.Join(s.files[2].folder, s.files[2].name)
		region, err := osms.ParseRegion(s.files[2].folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.files[:2] {
			r, err := osms.ParseRegion(f.folder)
			if err != nil {
				t.Fatal(err)
			}
			take(filepath.Join(f.folder, f.name), r)
		}
		if first := take(roster, region); first.Err != nil {
			t.Fatal(first.Err)
		}
		before, err := h.state()
		if err != nil {
			t.Fatal(err)
		}
		second := take(roster, region)
		after, err := h.state()
		if err != nil {
			t.Fatal(err)
		}
		if !errors.Is(second.Err, store.ErrOnce) || after != before || blinded < 2 {
			t.Errorf("a second application: %v, %s; the registry changed: %v", second.Err, second.Report.Outcome, after != before)
		}
	})
}
