package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// TestKilledWhileDue kills the daemon while it does what the schedule says: the
// job is done after the restart, once, and the month is frozen once.
func TestKilledWhileDue(t *testing.T) {
	points := 6
	if raced {
		points = 2
	}
	if *long {
		points = 60
	}
	due := sceneNow.Add(-time.Hour)
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		s.files, s.archive = nil, nil
		fresh := func() *home {
			h := s.mustHome()
			db, err := store.Open(t.Context(), h.database)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.PutDue(t.Context(), osms.JobAssess, due); err != nil {
				t.Fatal(err)
			}
			return h
		}
		undisturbed := fresh()
		_, said, err := undisturbed.start("", "")
		if err != nil {
			t.Fatal(err)
		}
		all := counted(said)["tx"]
		report(t, undisturbed.frozenOnce(due))
		for i := range points {
			kill := killAt{"tx", 1 + (2*i+1)*all/(2*points)}.String()
			h := fresh()
			killed, _, err := h.start(kill, "")
			if err != nil || killed == "" {
				t.Errorf("%s: not killed: %v", kill, err)
			}
			if _, _, err := h.start("", ""); err != nil {
				t.Errorf("%s: %v", kill, err)
			}
			if complaints := h.frozenOnce(due); len(complaints) > 0 {
				t.Errorf("%s (%s): %s", kill, killed, strings.Join(complaints, "\n"))
			}
		}
	})
}

// frozenOnce says what is not as it must be after the assessment that was due.
func (h *home) frozenOnce(due time.Time) (complaints []string) {
	ctx := context.Background()
	db, err := store.Open(ctx, h.database)
	if err != nil {
		return []string{err.Error()}
	}
	defer db.Close()
	if f, err := db.Frozen(ctx, osms.DateOf(due).Month(), 0); err != nil || f.Version != 1 {
		complaints = append(complaints, "the month is not frozen once")
	}
	runs, err := db.Runs(ctx, 0)
	if err != nil {
		return append(complaints, err.Error())
	}
	done := 0
	for _, r := range runs {
		if r.State == osms.Running {
			complaints = append(complaints, "a run is open")
		}
		if r.Job == osms.JobAssess && r.Due.Equal(due) && r.State == osms.Done {
			done++
		}
	}
	if done != 1 {
		complaints = append(complaints, "the due run is not done once")
	}
	if next, err := db.Due(ctx, osms.JobAssess); err != nil || !next.After(due) {
		complaints = append(complaints, "the job is still due")
	}
	return append(complaints, h.ended()...)
}
