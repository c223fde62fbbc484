package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"osmsd/cmd/internal/country"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// sceneNow is when the scene plays: nothing of the schedule is due for a day.
var sceneNow = time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC)

// scene is a home with files waiting in its drop folders, and everything that
// may become of it.
type scene struct {
	t       *testing.T
	files   []sceneFile
	base    string // an empty registry: a SQLite file or a postgres:// address
	made    *atomic.Int64
	legal   []string // states of the registry: before and after each file
	end     map[string]string
	archive []string
}

type sceneFile struct {
	folder, name string
	bytes        []byte
	sha256       string
}

// scenes are played through once for each kind of database.
var scenes = map[string]*scene{}

// newScene plays the scene once, undisturbed, to know the states that are
// legal.
func newScene(t *testing.T, address string) *scene {
	t.Helper()
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	kind := db.Database()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := &scene{t: t, base: address, made: new(atomic.Int64)}
	if played := scenes[kind]; played != nil {
		s.files, s.legal, s.end, s.archive = played.files, played.legal, played.end, played.archive
		return s
	}
	s.files = sceneFiles(t)
	for _, f := range s.files {
		s.archive = append(s.archive, f.sha256)
	}
	slices.Sort(s.archive)
	s.archive = slices.Compact(s.archive)
	s.playThrough()
	played := *s // a test may change its own scene
	scenes[kind] = &played
	return s
}

// sceneFiles are deliveries in the order of their arrival: lists of
// organisations, rosters of two months, one of them late so that everything is
// folded again, events, a ledger, a file that is refused, and the same bytes
// twice.
func sceneFiles(t *testing.T) []sceneFile {
	t.Helper()
	dir := t.TempDir()
	if _, err := country.Generate(dir, country.Options{Persons: 240, Regions: 2, Months: 2, Seed: 7, Mess: 0.05}); err != nil {
		t.Fatal(err)
	}
	var files []sceneFile
	add := func(folder, name string, b []byte) {
		sum := sha256.Sum256(b)
		files = append(files, sceneFile{folder, name, b, hex.EncodeToString(sum[:])})
	}
	for _, pattern := range []string{"organisations/63/*", "organisations/71/*", "2026-09/inbox/71/*", "2026-10/inbox/63/*",
		"2026-10/inbox/71/*", "2026-09/inbox/63/*", "2026-09/late/inbox/*/*", "2026-10/late/inbox/*/*", "2026-10/inbox/ledger/*"} {
		paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(pattern, "/inbox/") && len(paths) > 2 {
			paths = paths[:2]
		}
		for _, p := range paths {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			add(filepath.Base(filepath.Dir(p)), filepath.Base(p), b)
		}
	}
	add("71", "no roster at all.csv", []byte("a;b;c\n1;2;3\n"))
	add("71", "the same again 900101300017.csv", slices.Clone(files[2].bytes))
	return files
}

// playThrough takes the files one by one, undisturbed, and notes the states of
// the registry and what lies in the folders at the end.
func (s *scene) playThrough() {
	t := s.t
	h, err := s.newHome(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	note := func() {
		state, err := h.state()
		if err != nil {
			t.Fatal(err)
		}
		s.legal = append(s.legal, state)
	}
	a, err := h.app()
	if err != nil {
		t.Fatal(err)
	}
	o, err := a.openHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	note()
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
	if len(polled.Ready) != len(s.files) {
		t.Fatalf("%d files ready, want %d: %v %v", len(polled.Ready), len(s.files), polled.Waiting, polled.Odd)
	}
	outcomes := map[osms.Outcome]int{}
	_, err = o.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "folder"}, func(ctx context.Context, turn jobs.Turn) (string, error) {
		for _, learn := range []func(context.Context, jobs.Turn) error{o.desk.LearnRates, o.desk.LearnRules} {
			if err := learn(ctx, turn); err != nil {
				return "", err
			}
			note()
		}
		return "", o.desk.Intake(ctx, turn, folder, polled.Ready, func(taken jobs.Taken) {
			if taken.Err != nil {
				t.Fatal(taken.Err)
			}
			outcomes[taken.Report.Outcome]++
			note()
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	note()
	o.close()
	for _, want := range []osms.Outcome{osms.Applied, osms.AppliedWithRefusals, osms.AlreadyApplied, osms.FileRefused} {
		if outcomes[want] == 0 {
			t.Fatalf("the scene has no file that ends as %s: %v", want, outcomes)
		}
	}
	if s.end, err = h.handedOut(); err != nil {
		t.Fatal(err)
	}
	if complaints := h.afterwards(); len(complaints) > 0 {
		t.Fatalf("undisturbed: %s", strings.Join(complaints, "\n"))
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files: %v; %d legal states", len(s.files), outcomes, len(s.legal))
}

// countOperations runs the daemon to its end and tells how many operations
// there were, and how many files.
func (s *scene) countOperations() (ops, tx, imports int) {
	h, err := s.newHome(s.t.TempDir())
	if err != nil {
		s.t.Fatal(err)
	}
	_, said, err := h.start("", "")
	if err != nil {
		s.t.Fatal(err)
	}
	if complaints := h.afterwards(); len(complaints) > 0 {
		s.t.Fatalf("not killed: %s", strings.Join(complaints, "\n"))
	}
	if err := h.close(); err != nil {
		s.t.Fatal(err)
	}
	counts := counted(said)
	return counts["op"], counts["tx"], counts["import"]
}

// counted reads what an undisturbed child counted.
func counted(said string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(said) {
		if k, v, ok := strings.Cut(word, "="); ok {
			counts[k], _ = strconv.Atoi(v)
		}
	}
	return counts
}
