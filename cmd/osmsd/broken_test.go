package main

import (
	"context"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// serveUntil is the daemon in this process, until enough holds after a look at
// everything, or nothing is left in the drop folders. It gives the log.
func (h *home) serveUntil(t *testing.T, tap storetest.Tap, enough func(looks int) bool) string {
	t.Helper()
	a, err := h.app()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var log strings.Builder
	a.log = slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, nil))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	looks, empty := 0, 0
	a.Looked = func() {
		looks++
		if empty++; oldestIn(filepath.Join(h.dir, "inbox")) != "" {
			empty = 0
		}
		if empty == 4 || enough(looks) {
			cancel()
		}
	}
	if tap != nil {
		a.Through = tap.Through
	}
	if err := a.serve(ctx); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() == context.DeadlineExceeded {
		t.Fatalf("not done: %s", log.String())
	}
	return log.String()
}

type lockedWriter struct {
	mu *sync.Mutex
	b  *strings.Builder
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func never(int) bool { return false }

func (s *scene) mustHome() *home {
	s.t.Helper()
	h, err := s.newHome(s.t.TempDir())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = h.close() })
	return h
}

func report(t *testing.T, complaints []string) {
	t.Helper()
	for _, c := range complaints {
		t.Error(c)
	}
}

// TestCommitUnanswered breaks the connection at a COMMIT: before it was done,
// or after it was done and before it was answered, at every kind of
// transaction. What became of it is looked up.
func TestCommitUnanswered(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		for _, done := range []bool{true, false} {
			t.Run(fmt.Sprintf("done=%v", done), func(t *testing.T) {
				h := s.mustHome()
				commits, broken := 0, 0
				log := h.serveUntil(t, func(op *storetest.Op, next func() error) error {
					if op.Name != "commit" {
						return next()
					}
					if commits++; commits%4 != 2 || broken == 8 {
						return next()
					}
					if broken++; done {
						if err := next(); err != nil {
							return err
						}
					}
					return driver.ErrBadConn
				}, never)
				report(t, h.afterwards())
				if broken < 5 || !strings.Contains(log, "connection lost") {
					t.Errorf("%d commits broken", broken)
				}
			})
		}
	})
}

// TestServerDropsConnections ends the daemon's connections at the server at
// random moments: the daemon stays, and the end is as if nothing had happened.
func TestServerDropsConnections(t *testing.T) {
	s := newScene(t, storetest.Postgres(t))
	h := s.mustHome()
	u, err := url.Parse(h.database)
	if err != nil {
		t.Fatal(err)
	}
	times := 5
	if *long {
		times = 100
	}
	up := make(chan struct{}) // the daemon has looked at everything once
	ctx, stop := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	dropped := 0
	ended.Go(func() {
		select {
		case <-up:
		case <-ctx.Done():
		}
		for dropped < times && ctx.Err() == nil {
			if err := s.admin(fmt.Sprintf("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'", strings.TrimPrefix(u.Path, "/"))); err != nil {
				t.Error(err)
				return
			}
			dropped++
			time.Sleep(time.Duration(5+rand.IntN(150)) * time.Millisecond)
		}
	})
	defer ended.Wait()
	defer stop()
	log := h.serveUntil(t, nil, func(looks int) bool {
		if looks == 1 {
			close(up)
		}
		return false
	})
	stop()
	ended.Wait()
	t.Logf("connections dropped %d times", dropped)
	report(t, h.afterwards())
	if dropped == 0 {
		t.Error("no connection was dropped")
	}
	if t.Failed() {
		t.Log(log)
	}
}

// TestFoldersInTheWay puts something into the way of the archive and of the
// receipts: the log says what and where, other files go on, nothing is done
// twice, and all is well when the obstacle is gone.
func TestFoldersInTheWay(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		if raced && store.IsPostgres(address) {
			t.Skip("it is about folders: one database is enough under the race detector")
		}
		s := newScene(t, address)
		f := s.files[3]
		for _, c := range []struct {
			name, path string
			inOrder    bool // files are committed in their order all the same
		}{
			{"archive", filepath.Join("archive", f.sha256[:2]), false},
			{"receipts", filepath.Join("returned", f.folder), true},
		} {
			t.Run(c.name, func(t *testing.T) {
				h := s.mustHome()
				obstacle := filepath.Join(h.dir, c.path)
				if err := os.MkdirAll(filepath.Dir(obstacle), 0o750); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(obstacle, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				log := h.serveUntil(t, nil, func(looks int) bool { return looks > 6 })
				if !strings.Contains(log, obstacle) || !strings.Contains(log, "file not taken") {
					t.Errorf("the log does not name %s:\n%s", obstacle, log)
				}
				report(t, h.lost())
				if !h.waiting(f) {
					t.Error("the file left its drop folder")
				}
				if h.waiting(s.files[0]) {
					t.Error("other files were hindered")
				}
				if err := os.Remove(obstacle); err != nil {
					t.Fatal(err)
				}
				h.serveUntil(t, nil, never)
				if c.inOrder {
					report(t, h.afterwards())
				}
				report(t, h.ended())
			})
		}
	})
}
