package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"osmsd/sync/osms"
)

func line(kind string, v any, person string) string { return fmt.Sprintf("%s %s %+v", kind, person, v) }

// apart lists what only one of two registers believes.
func apart(a, b []string) (out []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, "+"+x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			out = append(out, "-"+x)
		}
	}
	return out
}

// TestUndo: what is believed after an undo is what was believed before the
// import; the file may come again; what rests on it is named.
func TestUndo(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, class := guardedOffice(t, o, 12)
		before := o.believed()
		lines := rosterOf(append(slices.Clone(class[1:]), learner{iin: child(t, 70), bin: a}, learner{iin: class[2].iin, bin: b}, learner{iin: student(t, 1), bin: b}, learner{iin: student(t, 2), bin: b, form: "заочная"})...)
		r := o.take(63, "63-full-2026-11-01.csv", lines...)
		if r.Outcome != osms.Applied || r.Joined != 2 || r.Left != 1 || r.Changed != 1 {
			t.Fatalf("%+v", r)
		}
		after := o.believed()
		dry := o.undo(r.Import, UndoOptions{DryRun: true})
		if !dry.Undone || dry.Closed == 0 || !slices.Equal(o.believed(), after) {
			t.Errorf("a dry run: %+v", dry)
		}
		u := o.undo(r.Import, UndoOptions{Reason: "the wrong month"})
		if !u.Undone || u.Closed != dry.Closed || u.Reopened != dry.Reopened || !slices.Equal(o.believed(), before) {
			t.Errorf("%+v, %q", u, apart(o.believed(), before))
		}
		o.verified()
		o.run(func(ctx context.Context, turn Turn) error {
			if _, err := o.desk.Undo(ctx, turn, r.Import, UndoOptions{}); !errors.Is(err, ErrUndone) {
				t.Errorf("undone twice: %v", err)
			}
			if _, err := o.desk.Undo(ctx, turn, 999, UndoOptions{}); !errors.Is(err, ErrNoImport) {
				t.Errorf("an unknown import: %v", err)
			}
			return nil
		})
		again := o.take(63, "63-full-2026-11-01.csv", lines...)
		if again.Outcome != osms.Applied || again.Import == r.Import || !slices.Equal(o.believed(), after) {
			t.Errorf("dropped again: %s, %q", again.Outcome, apart(o.believed(), after))
		}
		o.verified()
		// Somebody else speaks of a person of it.
		later := o.take(63, "63-delta-2026-11-05.csv", rosterOf(learner{iin: child(t, 70), bin: b})...)
		blocked := o.undo(again.Import, UndoOptions{})
		if blocked.Undone || !slices.Equal(blocked.BlockedBy, []int64{later.Import}) {
			t.Errorf("%+v, want blocked by %d", blocked, later.Import)
		}
		if u := o.undo(again.Import, UndoOptions{Replay: true}); !u.Undone || !slices.Equal(u.Replayed, []int64{later.Import}) {
			t.Errorf("%+v", u)
		}
		o.verified()
		if u := o.undo(later.Import, UndoOptions{}); !u.Undone || !slices.Equal(o.believed(), before) {
			t.Errorf("%+v", u)
		}
		o.verified()
	})
}

// TestUndoOfTheFirst takes back the import on which others rest, and the list.
func TestUndoOfTheFirst(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		x := school(t, 5)
		o.at("2026-11-10T09:00:00+05:00")
		first := o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: x}, learner{iin: child(t, 2), bin: x})...)
		second := o.take(63, "63-full-2026-11-01.csv", rosterOf(learner{iin: child(t, 1), bin: x, surname: "ӨЗГЕРГЕН"}, learner{iin: child(t, 3), bin: x})...)
		if u := o.undo(first.Import, UndoOptions{}); u.Undone || !slices.Equal(u.BlockedBy, []int64{second.Import}) {
			t.Errorf("%+v", u)
		}
		if u := o.undo(first.Import, UndoOptions{Replay: true}); !u.Undone || o.heads(202610) != 0 || o.heads(202611) != 2 {
			t.Errorf("%+v, %d and %d are due", u, o.heads(202610), o.heads(202611))
		}
		o.verified()
		if u := o.undo(second.Import, UndoOptions{}); !u.Undone || len(o.believed()) != 0 {
			t.Errorf("%+v, %v", u, o.believed())
		}
		organisations, err := o.desk.Store.Organisations(t.Context())
		if err != nil || len(organisations) != 0 {
			t.Errorf("%v, %v: nobody names it any more", organisations, err)
		}
		o.verified()
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: x}, learner{iin: child(t, 2), bin: x})...)
		o.list(map[osms.BIN]osms.Region{x: 10})
		if o.heads(202611) != 2 {
			t.Error("not there")
		}
		last, err := o.desk.Store.LastSequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if u := o.undo(last, UndoOptions{}); !u.Undone || u.Closed != 1 || u.Reopened != 1 {
			t.Errorf("%+v", u)
		}
		organisations, err = o.desk.Store.Organisations(t.Context())
		if err != nil || organisations[x].Region != 63 || !organisations[x].Provisional {
			t.Errorf("%+v, %v", organisations[x], err)
		}
		o.verified()
	})
}

// TestUndoLedger takes ledger lines back.
func TestUndoLedger(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		r := o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-10;63;5;85000,00")
		u := o.undo(r.Import, UndoOptions{})
		if !u.Undone || u.Closed != 1 {
			t.Errorf("%+v", u)
		}
		last, err := o.desk.Store.LastSequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[int64]int{last: 0, last - 1: 1} {
			if lines, err := o.desk.Store.Ledger(t.Context(), 202610, at); err != nil || len(lines) != want {
				t.Errorf("as of %d: %d lines, %v", at, len(lines), err)
			}
		}
		if again := o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-10;63;5;85000,00"); again.Outcome != osms.Applied {
			t.Errorf("again: %s", again.Outcome)
		}
		o.verified()
	})
}

// TestUndoAnnulsLetters: the letters of what was taken back are annulled by
// number, and nobody is told that somebody left who never came.
func TestUndoAnnulsLetters(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, _, class := guardedOffice(t, o, 6)
		if done, err := o.letters(); err != nil || done.Letters != 8 {
			t.Fatalf("%+v, %v", done, err)
		}
		r := o.take(63, "63-full-2026-11-01.csv", rosterOf(append(slices.Clone(class[1:]), learner{iin: child(t, 70), bin: a})...)...)
		if done, err := o.letters(); err != nil || done.Letters != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		u := o.undo(r.Import, UndoOptions{})
		if !u.Undone || !slices.Equal(u.LettersAnnulled, []string{"63-2026-000009", "63-2026-000010"}) {
			t.Errorf("%+v", u)
		}
		if done, err := o.letters(); err != nil || done.Letters != 0 {
			t.Errorf("after the undo %+v, %v: there is nothing to tell", done, err)
		}
		o.verified()
		o.take(63, "63-delta-2026-11-05.csv", rosterOf(learner{iin: child(t, 70), bin: a})...)
		if done, err := o.letters(); err != nil || done.Letters != 1 {
			t.Errorf("who comes after all is told: %+v, %v", done, err)
		}
		o.verified()
	})
}

// TestUndoAfterTheFreeze: a freeze does not block, and the bridge says "undone".
func TestUndoAfterTheFreeze(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, _, class := guardedOffice(t, o, 6)
		r := o.take(63, "63-full-2026-11-01.csv", rosterOf(append(slices.Clone(class), learner{iin: child(t, 70), bin: a})...)...)
		if _, _, err := o.assess(202611, false, ""); err != nil {
			t.Fatal(err)
		}
		if u := o.undo(r.Import, UndoOptions{}); !u.Undone {
			t.Fatalf("%+v", u)
		}
		rec, err := o.desk.Reconcile(t.Context(), 202611, o.now.AddDate(0, 0, 1), o.now)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rec.Total.Bridge, func(b osms.BridgeLine) bool { return b.Kind == osms.BridgeUndone })
		if i < 0 || rec.Total.Bridge[i].Persons != 1 {
			t.Errorf("%+v", rec.Total.Bridge)
		}
		o.verified()
	})
}
