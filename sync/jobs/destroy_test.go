package jobs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// destroy destroys as a run by command.
func (o *office) destroy(options DestroyOptions) (done DestroyDone, err error) {
	o.t.Helper()
	_, err = o.runner.Run(o.t.Context(), osms.Run{Job: osms.JobDestroy, Trigger: "command"}, func(ctx context.Context, t Turn) (string, error) {
		var err error
		done, err = o.desk.Destroy(ctx, t, options)
		return "", err
	})
	return done, err
}

func (o *office) destroyed(options DestroyOptions) DestroyDone {
	o.t.Helper()
	done, err := o.destroy(options)
	if err != nil {
		o.t.Fatal(err)
	}
	return done
}

func ofClass(items []store.Destroyed, class osms.DocumentClass) (out []string) {
	for _, i := range items {
		if i.Class == class {
			out = append(out, i.Subject)
		}
	}
	return out
}

// agedOffice has an organisation with a year of rosters, the last two of them
// this month.
func agedOffice(t *testing.T, o *office) (bin osms.BIN, imports []int64) {
	bin = school(t, 1)
	o.list(map[osms.BIN]osms.Region{bin: 63})
	class := []learner{{iin: child(t, 1), bin: bin}, {iin: child(t, 2), bin: bin}, {iin: child(t, 3), bin: bin}}
	for i, m := range []string{"2026-10", "2026-11", "2026-12", "2027-09", "2027-10"} {
		o.at(m + "-05T09:00:00+05:00")
		r := o.take(63, "63-full-"+m+"-01.csv", rosterOf(append(slices.Clone(class[i%2:]), learner{iin: child(t, 10+i), bin: bin})...)...)
		if r.Outcome != osms.Applied {
			t.Fatalf("%s %v", r.Outcome, r.Holds)
		}
		imports = append(imports, r.Import)
	}
	return bin, imports
}

var halfYear = Retention{osms.ClassOriginals: 6, osms.ClassRows: 6, osms.ClassArrivals: 6}

// TestDestroyDue: what is past its term goes, and nothing else; the proofs hold,
// and the organisation goes on: later lists, corrections and undos above the
// seal, and none below it.
func TestDestroyDue(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin, imports := agedOffice(t, o)
		before := o.believed()
		o.desk.Retention = halfYear
		dry, err := o.desk.Destroy(t.Context(), Turn{Now: o.now}, DestroyOptions{DryRun: true})
		if err != nil || len(dry.Items) != 11 {
			t.Fatalf("%+v, %v", dry, err)
		}
		o.verified()
		done := o.destroyed(DestroyOptions{Reason: "мерзімі өтті"})
		if len(ofClass(done.Items, osms.ClassRows)) != 3 || len(ofClass(done.Items, osms.ClassOriginals)) != 4 || len(ofClass(done.Items, osms.ClassArrivals)) != 4 {
			t.Errorf("%+v", done.Items)
		}
		if len(done.Seals) != 1 || done.Seals[0].Through != imports[2] || done.Seals[0].Boundary != 20261201 {
			t.Errorf("%+v", done.Seals)
		}
		if d := apart(before, o.believed()); len(d) > 0 {
			t.Errorf("%v", d)
		}
		o.verified()
		v, err := o.desk.Verify(t.Context(), quiet)
		if err != nil || v.Sealed != 1 || v.Destroyed != 11 || v.Files != 2 {
			t.Errorf("%+v, %v", v, err)
		}
		if again := o.destroyed(DestroyOptions{}); len(again.Items) != 0 || again.Sequence != 0 {
			t.Errorf("%+v", again)
		}
		// The report of a file that was destroyed keeps its counts.
		r, err := o.desk.Store.ReportOf(t.Context(), 2)
		if err != nil || r.Rows != 4 || len(r.Refusals) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		// Above the seal everything goes on as ever: a late list, and its undo.
		late := o.take(63, "63-full-2027-09-15.csv", rosterOf(learner{iin: child(t, 2), bin: bin}, learner{iin: child(t, 3), bin: bin},
			learner{iin: child(t, 20), bin: bin})...)
		if late.Outcome != osms.Applied || late.Joined != 1 {
			t.Errorf("%s %+v", late.Outcome, late)
		}
		o.verified()
		if u := o.undo(late.Import, UndoOptions{}); !u.Undone {
			t.Errorf("%+v", u)
		}
		if d := apart(before, o.believed()); len(d) > 0 {
			t.Errorf("%v", d)
		}
		if u := o.undo(imports[3], UndoOptions{Replay: true}); !u.Undone {
			t.Errorf("%+v", u)
		}
		o.verified()
		// Below it nothing can be put, nor taken back.
		below := o.take(63, "63-full-2026-11-15.csv", rosterOf(learner{iin: child(t, 2), bin: bin}, learner{iin: child(t, 3), bin: bin})...)
		if below.Outcome != osms.Held || len(below.Holds) != 1 || below.Holds[0].Reason != osms.HoldRowsDestroyed {
			t.Fatalf("%s %+v", below.Outcome, below.Holds)
		}
		held, err := o.desk.Held(t.Context())
		if err != nil || len(held) != 1 {
			t.Fatalf("%+v, %v", held, err)
		}
		release := func(ctx context.Context, turn Turn) error {
			_, err := o.desk.Release(ctx, turn, below.Diff, "")
			if !errors.Is(err, ErrRowsDestroyed) || !errors.Is(err, ErrVoid) {
				t.Errorf("release: %v", err)
			}
			_, err = o.desk.Refuse(ctx, turn, below.Diff, "кеш")
			return err
		}
		o.run(release)
		_, err = o.runner.Run(t.Context(), osms.Run{Job: osms.JobUndo}, func(ctx context.Context, turn Turn) (string, error) {
			_, err := o.desk.Undo(ctx, turn, imports[1], UndoOptions{Replay: true})
			return "", err
		})
		wantErr(t, err, ErrRowsDestroyed)
		o.verified()
		// The same bytes again are still known, and are kept anew.
		again := o.take(63, "63-full-2026-11-01.csv", rosterOf(append([]learner{{iin: child(t, 2), bin: bin}, {iin: child(t, 3), bin: bin}}, learner{iin: child(t, 11), bin: bin})...)...)
		if again.Outcome != osms.AlreadyApplied || again.Import != imports[1] {
			t.Errorf("%s of %d", again.Outcome, again.Import)
		}
		o.verified()
		// A year on the next rows go, and the seal moves.
		o.at("2028-06-01T09:00:00+05:00")
		done = o.destroyed(DestroyOptions{})
		if len(done.Seals) != 1 || done.Seals[0].Through <= imports[4] {
			t.Errorf("%+v", done.Seals)
		}
		o.verified()
		if r := o.take(63, "63-full-2028-06-01.csv", rosterOf(learner{iin: child(t, 2), bin: bin}, learner{iin: child(t, 3), bin: bin})...); r.Outcome != osms.Applied {
			t.Errorf("%s %+v", r.Outcome, r.Holds)
		}
		o.verified()
	})
}

// TestDestroySealsLateAndUndone: a seal is put behind late files and undos.
func TestDestroySealsLateAndUndone(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin, imports := agedOffice(t, o)
		late := o.take(63, "63-full-2026-11-20.csv", rosterOf(learner{iin: child(t, 1), bin: bin}, learner{iin: child(t, 3), bin: bin})...)
		o.verified()
		if u := o.undo(imports[1], UndoOptions{Replay: true}); !u.Undone {
			t.Fatalf("%+v", u)
		}
		last := o.take(63, "63-full-2027-11-01.csv", rosterOf(learner{iin: child(t, 1), bin: bin}, learner{iin: child(t, 2), bin: bin}, learner{iin: child(t, 3), bin: bin})...)
		before := o.believed()
		o.desk.Retention = halfYear
		done := o.destroyed(DestroyOptions{})
		if len(done.Seals) != 1 || done.Seals[0].Through <= late.Import || done.Seals[0].Through >= last.Import || done.Seals[0].Boundary != 20271001 {
			t.Errorf("%+v, late %d, last %d", done.Seals, late.Import, last.Import)
		}
		o.verified()
		if u := o.undo(last.Import, UndoOptions{}); !u.Undone {
			t.Errorf("%+v", u)
		}
		o.verified()
		o.take(63, "63-full-2027-11-01.csv", rosterOf(learner{iin: child(t, 1), bin: bin}, learner{iin: child(t, 2), bin: bin}, learner{iin: child(t, 3), bin: bin})...)
		if d := apart(before, o.believed()); len(d) > 0 {
			t.Errorf("%v", d)
		}
		o.verified()
	})
}

// TestDestroyByHand destroys one file's content: all of it, and nothing else.
func TestDestroyByHand(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin, imports := agedOffice(t, o)
		files, err := o.desk.Store.Imports(t.Context(), imports[4])
		if err != nil {
			t.Fatal(err)
		}
		sha := files[2].SHA256
		if _, err := o.destroy(DestroyOptions{Import: 999}); !errors.Is(err, ErrNoImport) {
			t.Errorf("%v", err)
		}
		if _, err := o.destroy(DestroyOptions{SHA256: strings.Repeat("0", 64)}); !errors.Is(err, ErrNothing) {
			t.Errorf("%v", err)
		}
		done := o.destroyed(DestroyOptions{SHA256: sha, Reason: "бөтен адамның деректері"})
		if len(done.Items) != 6 || len(ofClass(done.Items, osms.ClassReturned)) != 3 {
			t.Errorf("%+v", done.Items)
		}
		if has, err := o.desk.Archive.Has(sha); err != nil || has {
			t.Errorf("%t, %v", has, err)
		}
		for _, path := range ofClass(done.Items, osms.ClassReturned) {
			if _, err := os.Stat(filepath.Join(o.desk.Home.Returned, path)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %v", path, err)
			}
		}
		if left, err := os.ReadDir(filepath.Join(o.desk.Home.Returned, "63")); err != nil || len(left) != 12 {
			t.Errorf("%d receipts are left, %v", len(left), err)
		}
		o.verified()
		if _, err := o.destroy(DestroyOptions{SHA256: sha}); !errors.Is(err, ErrNothing) {
			t.Errorf("again: %v", err)
		}
		if done := o.destroyed(DestroyOptions{Import: imports[4]}); len(done.Items) != 6 || done.Seals[0].Through != imports[4] {
			t.Errorf("%+v", done)
		}
		o.verified()
		// What waits for a decision is not destroyed.
		held := o.take(63, "63-full-2027-10-04.csv", append([]string{"БИН: " + bin.Digits()}, rosterHeader)...)
		if _, err := o.destroy(DestroyOptions{Import: held.Import}); held.Outcome != osms.Held || !errors.Is(err, ErrAwaited) {
			t.Errorf("%s: %v", held.Outcome, err)
		}
	})
}

// TestDestroyFolders: documents that were handed out go by the day of their last
// change, links and hidden files never.
func TestDestroyFolders(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.desk.Retention = Retention{osms.ClassReturned: 12, osms.ClassLetters: 24}
		old, young := o.now.AddDate(-1, -6, 0), o.now.AddDate(0, -6, 0)
		put := func(path string, at time.Time) {
			t.Helper()
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		put(filepath.Join(o.desk.Home.Returned, "63", "a.txt"), old)
		put(filepath.Join(o.desk.Home.Returned, "63", "b.txt"), young)
		put(filepath.Join(o.desk.Home.Returned, "63", ".hidden"), old)
		put(filepath.Join(o.desk.Home.Letters, "63", "1", "l.pdf"), old)
		put(filepath.Join(o.files, "elsewhere.txt"), old)
		if err := os.Symlink(filepath.Join(o.files, "elsewhere.txt"), filepath.Join(o.desk.Home.Returned, "63", "link.txt")); err != nil {
			t.Fatal(err)
		}
		if done := o.destroyed(DestroyOptions{}); len(done.Items) != 1 || done.Items[0].Subject != "63/a.txt" {
			t.Errorf("%+v", done.Items)
		}
		o.verified()
		o.at("2027-06-01T09:00:00+05:00")
		if done := o.destroyed(DestroyOptions{}); len(done.Items) != 2 {
			t.Errorf("%+v", done.Items)
		}
		o.verified()
		if _, err := os.Stat(filepath.Join(o.files, "elsewhere.txt")); err != nil {
			t.Error(err)
		}
		// A backup that was put back brings it again, and verify says so.
		path := filepath.Join(o.desk.Home.Returned, "63", "a.txt")
		put(path, old)
		v, err := o.desk.Verify(t.Context(), quiet)
		if err != nil || len(v.Findings) != 1 || v.Findings[0].What != "destruction" {
			t.Errorf("%+v, %v", v.Findings, err)
		}
	})
}

var errCut = errors.New("cut off")

// TestDestroyCutOff ends the program before every operation on the disk between
// the record and the last removal: the next run finishes.
func TestDestroyCutOff(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		agedOffice(t, o)
		o.desk.Retention = Retention{osms.ClassOriginals: 6, osms.ClassReturned: 6}
		past := o.now.AddDate(-1, 0, 0)
		receipts, _ := filepath.Glob(filepath.Join(o.desk.Home.Returned, "*", "*"))
		for _, path := range receipts {
			if err := os.Chtimes(path, past, past); err != nil {
				t.Fatal(err)
			}
		}
		cut := 0
		for fuse := 1; ; fuse++ {
			left := fuse
			step := func(string) {
				if left--; left == 0 {
					panic(errCut)
				}
			}
			armed := false
			archive, err := intake.OpenArchive(o.desk.Home.Archive, func(op string) {
				if armed {
					step(op)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			armed = true
			whole := o.desk.Archive
			o.desk.Archive, o.desk.Drops.Step = archive, step
			done, err := o.destroy(DestroyOptions{})
			o.desk.Archive, o.desk.Drops.Step = whole, nil
			_ = archive.Close()
			o.verified()
			if err == nil {
				if cut == 0 || done.Finished == 0 {
					t.Errorf("%d cuts, the last run finished %d", cut, done.Finished)
				}
				break
			}
			if cut++; cut > 100 {
				t.Fatal(err)
			}
		}
		pending, err := o.desk.Store.PendingDestruction(t.Context())
		if err != nil || len(pending) != 0 {
			t.Errorf("%+v, %v", pending, err)
		}
		v, err := o.desk.Verify(t.Context(), quiet)
		if err != nil || v.Files != 2 {
			t.Errorf("%+v, %v", v, err)
		}
		if left, _ := filepath.Glob(filepath.Join(o.desk.Home.Returned, "*", "*")); len(left) != 0 {
			t.Errorf("%v", left)
		}
	})
}

// TestDestroySealsLate: a list that came late is below the seal, though its own
// rows stay.
func TestDestroySealsLate(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin, imports := agedOffice(t, o)
		late := o.take(63, "63-full-2026-11-20.csv", rosterOf(learner{iin: child(t, 1), bin: bin}, learner{iin: child(t, 3), bin: bin})...)
		o.desk.Retention = halfYear
		done := o.destroyed(DestroyOptions{})
		if len(done.Seals) != 1 || done.Seals[0].Through != late.Import || done.Seals[0].Boundary != 20271001 || late.Import <= imports[4] {
			t.Errorf("%+v, late %d", done.Seals, late.Import)
		}
		o.verified()
	})
}
