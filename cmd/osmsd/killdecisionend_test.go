package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// coreState is the state without the numbers of overlaps: those are given at
// the end of a command, in a transaction of their own, or by the next one.
func (h *decisionHome) coreState() (string, error) {
	return h.stateWithout(map[string]string{"overlap": "person, bin_a, bin_b, from_day, until_day, known_from, known_until"})
}

// statesOf lists the states before and after each file of an archive, taken
// undisturbed.
func (s *decisionScene) statesOf(t *testing.T, d decided) (states []string) {
	t.Helper()
	h := s.mustCopy(t, d)
	note := func() {
		t.Helper()
		state, err := h.coreState()
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
	}
	note()
	a, err := h.app()
	if err != nil {
		t.Fatal(err)
	}
	o, err := a.openHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Poll(time.Now()); err != nil {
		t.Fatal(err)
	}
	polled, err := folder.Poll(time.Now().Add(time.Second))
	if err != nil || len(polled.Ready) != 1 {
		t.Fatalf("%v, %+v", err, polled)
	}
	_, err = o.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx context.Context, turn jobs.Turn) (string, error) {
		return "", o.desk.Intake(ctx, turn, folder, polled.Ready, func(taken jobs.Taken) {
			if taken.Err != nil {
				t.Fatal(taken.Err)
			}
			note()
		})
	})
	if err != nil || len(states) != d.commits+1 {
		t.Fatalf("%v, %d states", err, len(states))
	}
	return states
}

// mustEnd finishes an undisturbed command and tells what is seen at the end.
func (s *decisionScene) mustEnd(t *testing.T, h *decisionHome, d *decided) ending {
	t.Helper()
	complaints := h.finish(d)
	e, more := h.ending()
	if complaints = append(complaints, more...); len(complaints) > 0 {
		t.Fatalf("undisturbed: %s", strings.Join(complaints, "\n"))
	}
	return e
}

// proved says what `verify` finds. Cut off, a command may have kept the bytes of
// a file that it did not come to register.
func (h *decisionHome) proved(cutOff bool) (complaints []string) {
	a, err := h.app()
	if err != nil {
		return []string{err.Error()}
	}
	o, err := a.openReading(context.Background())
	if err != nil {
		return []string{err.Error()}
	}
	defer o.close()
	v, err := o.desk.Verify(context.Background(), func(string, int, int) {})
	if cutOff {
		v.Findings = slices.DeleteFunc(v.Findings, func(f jobs.Finding) bool {
			return f.What == "archive" && strings.Contains(f.Detail, "never registered")
		})
	}
	if err != nil || len(v.Findings) > 0 {
		complaints = append(complaints, fmt.Sprintf("verify: %v, %v", err, v.Findings))
	}
	return complaints
}

// ending looks at what is there when all is done, and says what must not be.
func (h *decisionHome) ending() (e ending, complaints []string) {
	complaints = append(h.proved(false), h.lost()...)
	var err error
	if e.state, err = h.state(); err != nil {
		return e, append(complaints, err.Error())
	}
	a, err := h.app()
	if err != nil {
		return e, append(complaints, err.Error())
	}
	o, err := a.openReading(context.Background())
	if err != nil {
		return e, append(complaints, err.Error())
	}
	defer o.close()
	if left, err := o.desk.Store.Unfinished(context.Background()); err != nil || len(left) > 0 {
		complaints = append(complaints, fmt.Sprintf("unfinished: %v, %v", err, left))
	}
	if runs, err := o.desk.Store.CutOff(context.Background(), osms.JobIntake); err != nil || runs > 0 {
		complaints = append(complaints, fmt.Sprintf("%d runs did not end, %v", runs, err))
	}
	e.files = map[string]string{}
	err = filepath.WalkDir(h.dir, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		rel, err := filepath.Rel(h.dir, path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(f.Name(), ".osmsd-") {
			complaints = append(complaints, "left lying: "+rel)
			return nil
		}
		folder, _, _ := strings.Cut(rel, string(filepath.Separator))
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		switch {
		case folder == "returned" && filepath.Ext(rel) == ".json":
			e.files[rel] = moment.ReplaceAllString(string(b), "")
		case folder == "returned" && filepath.Ext(rel) != ".xlsx": // they tell the moment
			e.files[rel] = fmt.Sprintf("empty: %v", len(b) == 0)
		case folder == "returned", folder == "letters", folder == "archive", folder == "inbox":
			e.files[rel] = hex.EncodeToString(sum[:])
		}
		return nil
	})
	if err != nil {
		complaints = append(complaints, err.Error())
	}
	return e, complaints
}
