package main

import (
	"strings"
	"sync"
	"testing"

	"osmsd/sync/store/storetest"
)

// TestKilled kills the daemon while it takes files from its drop folders, at
// operations on files and on the database, between BEGIN and the end of COMMIT
// too, and in a share of the cases once more while it recovers. Right after
// each kill the registry is in the state before or after a file, never between,
// and no file is lost; at the end everything is as if nothing had happened.
func TestKilled(t *testing.T) {
	points := map[string]int{"op": 7, "tx": 8, "soon": 2, "import": 1, "imported": 2}
	if raced {
		points = map[string]int{"tx": 1, "imported": 1}
	}
	if *long {
		points = map[string]int{"op": 85, "tx": 100, "soon": 60, "import": 5, "imported": 15}
	}
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		ops, tx, imports := s.countOperations()
		if imports != len(s.files) {
			t.Fatalf("%d files committed, want %d", imports, len(s.files))
		}
		var kills []string
		all := map[string]int{"op": ops, "tx": tx, "soon": tx, "import": imports, "imported": imports}
		for how, n := range points {
			for i := range n {
				kills = append(kills, killAt{how, 1 + (2*i+1)*all[how]/(2*n)}.String())
			}
		}
		var mu sync.Mutex
		killed, inside, again := 0, 0, 0
		s.each(kills, func(i int, kill string) {
			h, err := s.newHome(t.TempDir())
			if err != nil {
				t.Error(err)
				return
			}
			defer h.close()
			twice := ""
			if i%3 == 1 {
				twice = killAt{"op", 1 + i*31%ops}.String()
			}
			first, second, complaints := h.killed(kill, twice)
			for _, c := range complaints {
				t.Errorf("%s %s (%s; %s): %s", kill, twice, first, second, c)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, at := range []string{first, second} {
				if at != "" {
					killed++
				}
				if strings.HasSuffix(at, "inside=true") {
					inside++
				}
			}
			if second != "" {
				again++
			}
		})
		t.Logf("%d operations, %d of them between BEGIN and the end of COMMIT: killed at %d points, %d of them inside, %d while recovering",
			ops, tx, killed, inside, again)
		if killed < len(kills)*9/10 || inside*4 < killed && !raced {
			t.Errorf("%d points, %d inside a transaction: too few", killed, inside)
		}
	})
}

// killed kills the daemon, and perhaps kills it again, looks at what is left
// each time, and lets it finish.
func (h *home) killed(kill, again string) (first, second string, complaints []string) {
	var err error
	if first, _, err = h.start(kill, ""); err != nil {
		return first, "", []string{err.Error()}
	}
	if complaints = h.between(); again != "" {
		if second, _, err = h.start(again, ""); err != nil {
			return first, second, append(complaints, err.Error())
		}
		complaints = append(complaints, h.between()...)
	}
	if _, _, err := h.start("", ""); err != nil {
		return first, second, append(complaints, err.Error())
	}
	return first, second, append(complaints, h.afterwards()...)
}

// each does the work of many points, a few at a time.
func (s *scene) each(kills []string, do func(i int, kill string)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 3)
	for i, kill := range kills {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			do(i, kill)
		})
	}
	wg.Wait()
}

// TestKilledFindsBugs plants the bugs that TestKilled is there to find.
func TestKilledFindsBugs(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		for _, bug := range []struct{ plant, kill, says string }{
			{"move before commit", "import:5", "is lost"},
			{"arrival outside", "imported:5", "between two states"},
			{"two transactions", "imported:5", "between two states"},
		} {
			t.Run(bug.plant, func(t *testing.T) {
				h, err := s.newHome(t.TempDir())
				if err != nil {
					t.Fatal(err)
				}
				defer h.close()
				killed, said, err := h.start(bug.kill, bug.plant)
				if err != nil || killed == "" {
					t.Fatalf("not killed: %v %s", err, said)
				}
				found := strings.Join(h.between(), "\n")
				if !strings.Contains(found, bug.says) {
					t.Errorf("the planted bug is not found: %q", found)
				}
			})
		}
	})
}
