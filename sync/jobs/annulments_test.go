package jobs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (o *office) annulments(undos ...int64) (paths []string, err error) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		paths, err = o.desk.AnnulmentNotices(ctx, t, undos...)
		return nil
	})
	return paths, err
}

// toldOf lists the letters about a person: number, what they said, what they
// replace.
func (o *office) toldOf(person osms.IIN) (out []string) {
	o.t.Helper()
	letters, err := o.desk.Store.LettersOf(o.t.Context(), person)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, l := range letters {
		out = append(out, strings.TrimSpace(l.Outgoing()+" "+string(l.Action)+" "+l.Replaces))
	}
	return out
}

// TestAnnulmentNotices: each organisation is told of its own annulled letters,
// once; what is missing on disk is written again with the same bytes.
func TestAnnulmentNotices(t *testing.T) {
	var bytes [][]string
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, class := guardedOffice(t, o, 6)
		if _, err := o.letters(); err != nil {
			t.Fatal(err)
		}
		r := o.take(63, "63-full-2026-11-01.csv", rosterOf(append(slices.Clone(class[1:]), learner{iin: child(t, 70), bin: a},
			learner{iin: student(t, 1), bin: b}, learner{iin: student(t, 2), bin: b}, learner{iin: student(t, 3), bin: b})...)...)
		if done, err := o.letters(); err != nil || done.Letters != 3 {
			t.Fatalf("%+v, %v", done, err)
		}
		if paths, err := o.annulments(); err != nil || len(paths) != 0 {
			t.Errorf("%v, %v: nothing is annulled", paths, err)
		}
		printed := len(o.printed())
		u := o.undo(r.Import, UndoOptions{})
		if len(u.LettersAnnulled) != 3 || u.Sequence == 0 {
			t.Fatalf("%+v", u)
		}
		// The disk fails at one organisation: the other is told all the same.
		o.at("2026-11-12T09:00:00+05:00")
		folder := filepath.Join(o.desk.Home.Letters, "63", a.Digits())
		if err := os.Rename(folder, folder+"-aside"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		paths, err := o.annulments(u.Sequence)
		if err == nil || len(paths) != 1 || !strings.HasSuffix(paths[0], "63/"+b.Digits()+"/annulled-2026-11-10-000010.pdf") {
			t.Errorf("%v, %v", paths, err)
		}
		if err := os.Remove(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(folder+"-aside", folder); err != nil {
			t.Fatal(err)
		}
		if paths, err := o.annulments(u.Sequence - 1); err != nil || len(paths) != 0 {
			t.Errorf("%v, %v: that is no undo", paths, err)
		}
		// The job heals it, and writes nothing twice.
		o.run(func(ctx context.Context, turn Turn) error {
			for _, want := range []string{"0 letters in 0 bundles, 1 notices of annulled letters", "0 letters in 0 bundles"} {
				if message, err := o.desk.Do(ctx, turn, osms.JobLetters, 202611, quiet); err != nil || message != want {
					t.Errorf("%q, %v; want %q", message, err, want)
				}
			}
			return nil
		})
		before := o.printed()
		if len(before) != printed+2 {
			t.Errorf("%d papers, there were %d", len(before), printed)
		}
		// Lost, and written again after the registry has moved on.
		o.at("2026-12-01T09:00:00+05:00")
		o.take(63, "63-delta-2026-11-20.csv", rosterOf(learner{iin: child(t, 70), bin: a, surname: "БАСҚА"})...)
		lost, err := filepath.Glob(filepath.Join(o.desk.Home.Letters, "63", "*", "annulled-*.pdf"))
		if err != nil || len(lost) != 2 {
			t.Fatalf("%v, %v", lost, err)
		}
		for _, path := range lost {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
		if paths, err := o.annulments(); err != nil || !slices.Equal(paths, lost) {
			t.Errorf("%v, %v; want %v", paths, err, lost)
		}
		if after := o.printed(); !slices.Equal(before, after) {
			t.Errorf("written again:\n%s\nbefore\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
		bytes = append(bytes, before)
		// As the letters themselves said it.
		letters := o.annulledBy(u.Sequence, a)
		got, err := o.desk.asPrinted(t.Context(), letters)
		if err != nil || len(got) != 2 || got[0].Person != child(t, 70) && got[1].Person != child(t, 70) {
			t.Fatalf("%+v, %v", got, err)
		}
		for i, l := range got {
			if l.Number != letters[i].Outgoing() || l.Person != letters[i].Person || !strings.HasPrefix(l.Name.Surname, "ТЕГІ") || l.Date != letters[i].Dated {
				t.Errorf("%s: %+v", letters[i].Outgoing(), l)
			}
		}
		o.verified()
	})
	if len(bytes) == 2 && !slices.Equal(bytes[0], bytes[1]) {
		t.Error("the two databases print differently")
	}
}

func (o *office) annulledBy(sequence int64, bin osms.BIN) []store.RegisteredLetter {
	o.t.Helper()
	decided, err := o.desk.Store.Decisions(o.t.Context(), sequence)
	if err != nil {
		o.t.Fatal(err)
	}
	return slices.DeleteFunc(decided[len(decided)-1].Annulled, func(l store.RegisteredLetter) bool { return l.BIN != bin })
}

// TestLettersThatReplace: a letter instead of an annulled one says which, once;
// printed again from the register it is the same.
func TestLettersThatReplace(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, _, class := guardedOffice(t, o, 6)
		told := func(n int) {
			t.Helper()
			if done, err := o.letters(); err != nil || done.Letters != n {
				t.Fatalf("%+v, %v; want %d letters", done, err, n)
			}
		}
		late, renamed := child(t, 70), class[0].iin
		told(8)
		wrong := o.take(63, "63-delta-2026-11-01.csv", rosterOf(learner{iin: late, bin: a}, learner{iin: renamed, bin: a, surname: "ҚАТЕ"})...)
		told(2)
		more := o.take(63, "63-delta-2026-11-02.csv", rosterOf(learner{iin: late, bin: a, surname: "БІР"})...)
		told(1)
		for _, r := range []osms.FileReport{more, wrong} {
			if u := o.undo(r.Import, UndoOptions{}); !u.Undone {
				t.Fatalf("%+v", u)
			}
		}
		told(0)
		o.take(63, "63-delta-2026-11-03.csv", rosterOf(learner{iin: late, bin: a}, learner{iin: child(t, 71), bin: a})...)
		told(2)
		o.take(63, "63-delta-2026-11-04.csv", rosterOf(learner{iin: late, bin: a, surname: "ЕКІ"})...)
		told(1)
		want := []string{"63-2026-000010 entered", "63-2026-000011 updated", "63-2026-000012 entered 63-2026-000010, 63-2026-000011", "63-2026-000014 updated"}
		if got := o.toldOf(late); !slices.Equal(got, want) && !slices.Equal(got, replaceAll(want, "000010", "000009")) {
			t.Errorf("%q, want %q", got, want)
		}
		if got := o.toldOf(child(t, 71)); len(got) != 1 || strings.Count(got[0], "-") != 2 {
			t.Errorf("%q replaces nothing", got)
		}
		before := o.printed()
		for id := int64(1); ; id++ {
			b, err := o.desk.Store.BundleOf(t.Context(), id)
			if err != nil {
				wantErr(t, err, store.ErrNotFound)
				break
			}
			if _, err := o.desk.printBundle(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		if after := o.printed(); !slices.Equal(before, after) {
			t.Errorf("printed again:\n%s\nbefore\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
		o.verified()
	})
}

func replaceAll(list []string, from, to string) []string {
	out := slices.Clone(list)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], from, to)
	}
	return out
}
