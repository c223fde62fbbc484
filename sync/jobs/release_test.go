package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// guarded is an office with the breaker on, two schools, and a class at each.
func guardedOffice(t *testing.T, o *office, size int) (a, b osms.BIN, class []learner) {
	t.Helper()
	o.desk.Breaker = registry.DefaultBreaker()
	a, b = school(t, 1), school(t, 2)
	o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
	o.at("2026-11-10T09:00:00+05:00")
	for i := range size {
		class = append(class, learner{iin: child(t, 1+i), bin: a})
	}
	o.take(63, "63-full-2026-10-01.csv", rosterOf(append(slices.Clone(class), learner{iin: student(t, 1), bin: b}, learner{iin: student(t, 2), bin: b})...)...)
	return a, b, class
}

func (o *office) approve(region osms.Region, name, hash string, lines ...string) (report osms.FileReport) {
	o.t.Helper()
	path := o.write(name, lines...)
	o.run(func(ctx context.Context, t Turn) error {
		return o.desk.ImportApproved(ctx, t, []string{path}, region, "", hash, func(taken Taken) {
			if taken.Err != nil {
				o.t.Fatal(taken.Err)
			}
			report = taken.Report
		})
	})
	return report
}

func (o *office) release(hash string) (taken Taken, err error) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		taken, err = o.desk.Release(ctx, t, hash, "checked by telephone")
		return nil
	})
	return taken, err
}

func (o *office) held() []HeldDiff {
	o.t.Helper()
	held, err := o.desk.Held(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return held
}

// TestBreakerHoldsAndReleases: a file that would end most of a school is held
// for that school only, and released by exactly its diff.
func TestBreakerHoldsAndReleases(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, class := guardedOffice(t, o, 12)
		november := append(slices.Clone(class[:4]), learner{iin: student(t, 1), bin: b}, learner{iin: student(t, 2), bin: b}, learner{iin: student(t, 3), bin: b})
		lines := rosterOf(november...)
		checked := o.check(63, o.write("63-full-2026-11-01.csv", lines...))
		r := o.take(63, "63-full-2026-11-01.csv", lines...)
		o.want("most are gone", r, osms.Held, counts(7, 1, 0, 0, 0, 6, 0, 0))
		if checked.Diff != r.Diff || len(r.Holds) != 1 || r.Holds[0].Reason != osms.HoldBreaker || r.Holds[0].BIN != a || r.Holds[0].Left != 8 {
			t.Fatalf("%s, %s, %+v", checked.Diff, r.Diff, r.Holds)
		}
		for _, lang := range []string{"kk", "ru", "en"} {
			if m := r.Holds[0].Message(lang); !strings.Contains(m, "12 → 4") || strings.Contains(m, "persons 12") && lang != "en" {
				t.Errorf("%s: %s", lang, m)
			}
		}
		if n := o.heads(202611); n != 12+3 {
			t.Errorf("%d are due, want 15: of the held school nobody left", n)
		}
		again := o.take(63, "63-full-2026-11-01.csv", lines...)
		if again.Outcome != osms.Held || again.Diff != r.Diff || len(again.Holds) != 1 || again.Holds[0].Diff != r.Holds[0].Diff || again.Holds[0].Message("ru") != r.Holds[0].Message("ru") {
			t.Errorf("again: %s %s %+v, want %+v", again.Outcome, again.Diff, again.Holds, r.Holds)
		}
		// An import of another organisation does not void the release.
		o.take(63, "63-delta-2026-11-02.csv", rosterOf(learner{iin: student(t, 4), bin: b})...)
		held := o.held()
		if len(held) != 1 || held[0].Now != r.Holds[0].Diff || held[0].Left != 8 || held[0].FileDiff != r.Diff || len(held[0].Changes) != 8 {
			t.Fatalf("%+v", held)
		}
		if _, err := o.release(strings.Repeat("0", 64)); !errors.Is(err, ErrNoDiff) {
			t.Errorf("an unknown hash: %v", err)
		}
		o.verified()
		taken, err := o.release(r.Diff) // the file's
		if err != nil {
			t.Fatal(err)
		}
		o.want("released", taken.Report, osms.Applied, counts(4, 0, 8, 0, 0, 4, 0, 0))
		if len(taken.Receipts) == 0 {
			t.Error("no receipt of the release")
		}
		if n := o.heads(202611); n != 4+4 {
			t.Errorf("%d are due, want 8", n)
		}
		if held := o.held(); len(held) != 0 {
			t.Errorf("%+v still waits", held)
		}
		if r := o.take(63, "63-full-2026-11-01.csv", lines...); r.Outcome != osms.AlreadyApplied || r.Held {
			t.Errorf("again: %s", r.Outcome)
		}
		o.verified()
		// The release goes when the import is taken back.
		u := o.undo(r.Import, UndoOptions{Replay: true})
		if !u.Undone || o.heads(202611) != 12+3 { // of b the student of 2 November stays
			t.Errorf("%+v, %d are due", u, o.heads(202611))
		}
		o.verified()
	})
}

// TestReleaseIsVoid: when the organisation has moved the old hash is void, and
// the new one releases.
func TestReleaseIsVoid(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, _, class := guardedOffice(t, o, 12)
		r := o.take(63, "63-full-2026-11-01.csv", rosterOf(class[:3]...)...)
		if r.Outcome != osms.Held {
			t.Fatal(r.Outcome)
		}
		o.take(63, "63-delta-2026-10-20.csv", rosterOf(learner{iin: child(t, 90), bin: a})...)
		if _, err := o.release(r.Holds[0].Diff); !errors.Is(err, ErrVoid) {
			t.Errorf("a void release: %v", err)
		}
		if _, err := o.release(r.Diff); !errors.Is(err, ErrVoid) {
			t.Errorf("a void release of the file: %v", err)
		}
		held := o.held()
		if len(held) != 1 || held[0].Now == held[0].Diff || held[0].Left != 10 {
			t.Fatalf("%+v", held)
		}
		if _, err := o.release(held[0].Now); err != nil {
			t.Fatal(err)
		}
		if n := o.heads(202611); n != 3+2 {
			t.Errorf("%d are due, want 5", n)
		}
		o.verified()
	})
}

// TestRefuse: what was refused is not applied, and the same file is judged anew.
func TestRefuse(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, _, class := guardedOffice(t, o, 12)
		lines := rosterOf(class[:3]...)
		r := o.take(63, "63-full-2026-11-01.csv", lines...)
		o.run(func(ctx context.Context, turn Turn) error {
			_, err := o.desk.Refuse(ctx, turn, r.Holds[0].Diff, "the rest was filtered")
			return err
		})
		if held := o.held(); len(held) != 0 || o.heads(202611) != 14 {
			t.Errorf("%+v, %d", held, o.heads(202611))
		}
		again := o.take(63, "63-full-2026-11-01.csv", lines...)
		if again.Outcome != osms.Held || again.Import == r.Import || again.Diff != r.Diff {
			t.Errorf("%s, import %d: want another import that waits", again.Outcome, again.Import)
		}
		o.verified()
	})
}

// TestApprove: import --approve commits exactly the diff that was checked, of
// the file or of one organisation, held or not, and nothing else.
func TestApprove(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, class := guardedOffice(t, o, 12)
		november := append(slices.Clone(class[:4]), learner{iin: student(t, 1), bin: b}, learner{iin: student(t, 2), bin: b}, learner{iin: student(t, 3), bin: b})
		lines := rosterOf(november...)
		slices.Reverse(november)
		// A check of the program throws the bytes away; this desk keeps them.
		whole := o.desk.Archive
		aside, err := intake.OpenArchive(t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		o.desk.Archive = aside
		turned := o.check(63, o.write("63-full-2026-11-01.csv", rosterOf(november...)...))
		o.desk.Archive = whole
		checked := o.check(63, o.write("63-full-2026-11-01.csv", lines...))
		if checked.Diff != turned.Diff || len(checked.ByOrganisation) != 2 || len(checked.Changes) != 9 {
			t.Fatalf("%s in another order %s, %+v", checked.Diff, turned.Diff, checked.ByOrganisation)
		}
		last, err := o.desk.Store.LastSequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		unknown := o.approve(63, "63-full-2026-11-01.csv", strings.Repeat("0", 64), lines...)
		if unknown.Outcome != osms.FileRefused || unknown.Error == nil || unknown.Error.Code != osms.FileApproval || unknown.Import != 0 {
			t.Errorf("an unknown hash: %+v", unknown)
		}
		if now, err := o.desk.Store.LastSequence(t.Context()); err != nil || now != last {
			t.Errorf("an unknown hash moved the register, %v", err)
		}
		for _, d := range checked.ByOrganisation {
			if d.BIN != a {
				continue
			}
			r := o.approve(63, "63-full-2026-11-01.csv", d.Diff, lines...)
			o.want("one organisation", r, osms.Applied, counts(7, 0, 8, 0, 0, 7, 0, 0))
			if o.heads(202611) != 4+2 {
				t.Errorf("%d are due, want 6: the other organisation was not approved", o.heads(202611))
			}
		}
		// The file's hash is another now, and the old one is void.
		if r := o.approve(63, "63-full-2026-11-01.csv", checked.Diff, lines...); r.Error == nil || r.Error.Code != osms.FileApproval {
			t.Errorf("a void hash: %+v", r)
		}
		rest := o.take(63, "63-full-2026-11-01.csv", lines...)
		o.want("the rest", rest, osms.Applied, counts(7, 1, 0, 0, 0, 6, 0, 0))
		o.verified()
		// A whole file, held: approved as it was checked.
		gone := rosterOf(class[0])
		checked = o.check(63, o.write("63-full-2026-11-05.csv", gone...))
		if checked.Outcome != osms.Held {
			t.Fatal(checked.Outcome)
		}
		r := o.approve(63, "63-full-2026-11-05.csv", checked.Diff, gone...)
		if r.Outcome != osms.Applied || r.Left != 3 || r.Diff != checked.Diff {
			t.Errorf("%s, %d left, %s, want %s", r.Outcome, r.Left, r.Diff, checked.Diff)
		}
		o.verified()
	})
}

// TestReleaseOfWholeFiles: reasons of the whole file, lists and provisional BINs
// can be released too.
func TestReleaseOfWholeFiles(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, _, class := guardedOffice(t, o, 12)
		released := func(what string, r osms.FileReport, outcome string) {
			t.Helper()
			if r.Outcome != osms.Held {
				t.Fatalf("%s: %s", what, r.Outcome)
			}
			taken, err := o.release(r.Diff)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			o.want(what, taken.Report, osms.Applied, outcome)
			o.verified()
		}
		conflict := append([]string{"Вид списка: полный"}, rosterOf(append(slices.Clone(class), learner{iin: child(t, 80), bin: a})...)...)
		released("declaration", o.take(63, "63-delta-2026-11-01.csv", conflict...), counts(13, 1, 0, 0, 0, 12, 0, 0))
		released("no rows", o.take(63, "63-full-2026-11-02.csv", "БИН: "+a.Digits(), rosterHeader), counts(0, 0, 13, 0, 0, 0, 0, 0))
		released("ledger", o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-11;63;5;85000,00", ";;;", "Месяц;Регион;Сумма;Количество", "2026-11;63;85000,00;5"), counts(1, 1, 0, 0, 0, 0, 0, 0))
		// A provisional BIN goes to the region whose claim is released.
		x := school(t, 9)
		o.take(63, "63-delta-2026-11-03.csv", rosterOf(learner{iin: student(t, 8), bin: x})...)
		released("provisional", o.take(10, "10-delta-2026-11-03.csv", rosterOf(learner{iin: student(t, 9), bin: x})...), counts(1, 1, 0, 0, 0, 0, 0, 0))
		organisations, err := o.desk.Store.Organisations(t.Context())
		if err != nil || organisations[x].Region != 10 || !organisations[x].Provisional {
			t.Errorf("%+v, %v", organisations[x], err)
		}
	})
}

func (o *office) undo(sequence int64, options UndoOptions) (u Undone) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) (err error) {
		u, err = o.desk.Undo(ctx, t, sequence, options)
		return err
	})
	return u
}

// believed writes down everything that is believed now, without the imports that
// it is from: what a person may rely on.
func (o *office) believed() (out []string) {
	o.t.Helper()
	last, err := o.desk.Store.LastSequence(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	err = o.desk.Store.EachPerson(o.t.Context(), last, func(h store.PersonHistory) error {
		for _, f := range h.Facts {
			if f.KnownUntil == 0 {
				f.Import, f.Place = 0, osms.Place{}
				out = append(out, line("fact", f.Fact, f.Person.Digits()))
			}
		}
		for _, e := range h.Entitlements {
			if e.KnownUntil == 0 {
				out = append(out, line("entitlement", e.Entitlement, e.Person.Digits()))
			}
		}
		for _, v := range h.Overlaps {
			if v.KnownUntil == 0 {
				v.Number, v.KnownFrom = 0, 0
				out = append(out, line("overlap", v.Overlap, v.Person.Digits()))
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	slices.Sort(out)
	return out
}
