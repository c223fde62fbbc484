package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// TestModelRowOrder: in what order the rows of a file stand changes nothing but
// the addresses in its report; and a check says what the import then says.
func TestModelRowOrder(t *testing.T) {
	mTest{30, 10, 2_000, func(seed uint64) *mTale { return tell(seed, false) }, func(p *mPlay, ctx context.Context, turn Turn) error {
		var imports []*mImport
		for i, s := range p.tale.Steps {
			if s.File == nil {
				continue
			}
			before, err := p.believed(ctx)
			if err != nil {
				return err
			}
			checked, err := p.apply(ctx, turn, s.File, true)
			if err != nil {
				return err
			}
			for n := range uint64(2) {
				other, err := p.apply(ctx, turn, shuffled(s.File, n), true)
				if err != nil {
					return err
				}
				// Bytes in another order are not the same bytes: only those are "applied already".
				if checked.Outcome != osms.AlreadyApplied && other.Outcome != osms.AlreadyApplied && (tally(checked) != tally(other) || checked.Diff != other.Diff) {
					return fmt.Errorf("step %d: in another order\n  %s %s\n  %s %s", i, tally(checked), checked.Diff, tally(other), other.Diff)
				}
			}
			after, err := p.believed(ctx)
			if err != nil {
				return err
			}
			if err := sameLists(before, after, "before the check", "after it"); err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
			f := s.File
			if p.tale.Seed%2 == 0 {
				f = shuffled(f, p.tale.Seed)
				if checked, err = p.apply(ctx, turn, f, true); err != nil {
					return err
				}
			}
			applied, err := p.take(ctx, turn, f)
			if err != nil {
				return err
			}
			// A report that was handed out no longer lists who changed.
			checked.Changes, applied.Changes = nil, nil
			checked.ByOrganisation, applied.ByOrganisation = nil, nil
			checked.Import, checked.Arrival = applied.Import, applied.Arrival
			if !reflect.DeepEqual(checked, applied) {
				return fmt.Errorf("step %d:\n  checked %+v\n  applied %+v", i, checked, applied)
			}
			want := p.tale.drop(imports, f)
			if want.imp != nil {
				imports = append(imports, want.imp)
			}
			if want.splits() {
				return nil
			}
			if err := p.agrees(ctx, imports); err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
		}
		return nil
	}, nil}.run(t)
}

// tally is what a report counts and says of which rows, without their places.
func tally(r osms.FileReport) string {
	said := map[osms.Code]int{}
	for _, x := range r.Refusals {
		said[x.Code]++
	}
	return fmt.Sprint(r.Outcome, r.Rows, r.Accepted, r.Refused, r.Ignored, r.Joined, r.Left, r.LeftByRow, r.Changed, r.Unchanged, r.Held, said)
}

// TestModelArrival: files whose as-at dates differ come in two orders; what is
// believed in the end is the same.
func TestModelArrival(t *testing.T) {
	mTest{30, 10, 2_000, tellDistinct, func(p *mPlay, ctx context.Context, turn Turn) error {
		q := p.home.play(p.tale)
		r := rand.New(rand.NewPCG(p.tale.Seed, 3))
		var lists [][]string
		for n, play := range []*mPlay{p, q} {
			order := r.Perm(len(p.tale.Steps))
			if n == 0 {
				slices.Sort(order)
			}
			for _, i := range order {
				report, err := play.take(ctx, turn, p.tale.Steps[i].File)
				if err != nil {
					return err
				}
				if p.tale.Steps[i].File.Full && len(report.Organisations) > 1 && heldAgainst(report) {
					splits.Add(1)
					return nil
				}
			}
			list, err := play.believed(ctx)
			if err != nil {
				return err
			}
			lists = append(lists, list)
		}
		return sameLists(lists[0], lists[1], "as told", "in another order")
	}, nil}.run(t)
}

// heldAgainst reports whether a row was refused for what is held.
func heldAgainst(r osms.FileReport) bool {
	return slices.ContainsFunc(r.Refusals, func(x osms.Refusal) bool {
		return x.Severity == osms.Refused && (x.Code == osms.NameMismatch || x.Code == osms.DateOrder)
	})
}

// tellDistinct tells of files that each have an as-at date of their own.
func tellDistinct(seed uint64) *mTale {
	t := tell(seed, false)
	asAt := 25
	var steps []mStep
	for _, i := range rand.New(rand.NewPCG(seed, 4)).Perm(len(t.Steps)) {
		f := *t.Steps[i].File
		f.AsAt = asAt
		asAt += 9
		steps = append(steps, mStep{File: &f})
	}
	t.Steps = steps
	return t
}

// TestModelWorkers: files taken one by one, by one worker, and taken from the
// drop folders by several, where the next is read while one is applied, leave the
// same registry and say the same.
func TestModelWorkers(t *testing.T) {
	mTest{6, 3, 200, func(seed uint64) *mTale { return tell(seed, false) }, func(p *mPlay, ctx context.Context, turn Turn) error {
		h := p.home
		was := runtime.GOMAXPROCS(1)
		defer runtime.GOMAXPROCS(was)
		var said, dropped []string
		for _, s := range p.tale.Steps {
			report, err := p.take(ctx, turn, s.File)
			if err != nil {
				return err
			}
			said = append(said, tally(report))
		}
		one, err := p.believed(ctx)
		if err != nil {
			return err
		}
		runtime.GOMAXPROCS(4)
		q := h.play(p.tale)
		folder, err := intake.OpenFolder(h.desk.Home.Inbox, h.desk.Drops)
		if err != nil {
			return err
		}
		if err := folder.Prepare([]osms.Region{10, 63}); err != nil {
			return err
		}
		at := time.Now().Add(-time.Hour)
		for i, s := range p.tale.Steps {
			path := q.write(s.File, h.files)
			name := filepath.Join(h.desk.Home.Inbox, fmt.Sprint(s.File.Region), fmt.Sprintf("%c-%s", 'a'+i, filepath.Base(path)))
			if err := errors.Join(os.Rename(path, name), os.Chtimes(name, at, at.Add(time.Duration(i)*time.Minute))); err != nil {
				return err
			}
		}
		for range 50 {
			polled, err := folder.Poll(time.Now())
			if err != nil {
				return err
			}
			if len(polled.Ready) < len(p.tale.Steps) {
				time.Sleep(h.desk.Drops.Rest + 10*time.Millisecond)
				continue
			}
			err = h.desk.Intake(ctx, turn, folder, polled.Ready, func(taken Taken) {
				if taken.Err != nil {
					dropped = append(dropped, taken.Err.Error())
				}
				dropped = append(dropped, tally(taken.Report))
			})
			if err != nil {
				return err
			}
			break
		}
		many, err := q.believed(ctx)
		if err != nil {
			return err
		}
		return errors.Join(sameLists(one, many, "one by one", "from the folders"),
			sameLists(said, dropped, "one by one", "from the folders"))
	}, (*mHome).prove}.run(t)
}

// TestModelHeld: with a strict breaker in force, what is held changes nothing of
// its organisation, and the rest is as the model says. What is released is
// believed from then on as if it had never waited; a release that comes too late
// is void and changes nothing.
func TestModelHeld(t *testing.T) {
	var held, released, void atomic.Int64
	mTest{60, 20, 1_000, func(seed uint64) *mTale { return tell(seed, false) }, func(p *mPlay, ctx context.Context, turn Turn) error {
		type waiting struct {
			imp  *mImport
			said map[int]*mSaid
			hash string
		}
		var imports []*mImport
		var waits []waiting
		r := rand.New(rand.NewPCG(p.tale.Seed, 5))
		seen := map[int64]bool{}
		for i, s := range p.tale.Steps {
			report, err := p.take(ctx, turn, s.File)
			if err != nil {
				return err
			}
			want := p.tale.drop(imports, s.File)
			if want.imp == nil || seen[report.Import] {
				continue
			}
			seen[report.Import] = true
			if want.splits() {
				return nil
			}
			w := waiting{want.imp, map[int]*mSaid{}, report.Diff}
			for _, h := range report.Holds {
				held.Add(1)
				o := slices.Index(p.bins, h.BIN)
				w.said[o] = want.imp.said[o]
				delete(want.imp.said, o)
			}
			if len(report.Holds) > 0 != (report.Outcome == osms.Held) {
				return fmt.Errorf("step %d: %s, holds %+v", i, report.Outcome, report.Holds)
			}
			imports = append(imports, want.imp)
			if err := p.agrees(ctx, imports); err != nil {
				return fmt.Errorf("step %d, holds %+v: %w", i, report.Holds, err)
			}
			if len(w.said) > 0 {
				waits = append(waits, w)
			}
			if len(waits) == 0 || r.IntN(3) == 0 {
				continue
			}
			k := len(waits) - 1
			if r.IntN(3) == 0 {
				k = r.IntN(len(waits))
			}
			w = waits[k]
			waits = slices.Delete(waits, k, k+1)
			switch _, err := p.home.desk.Release(ctx, turn, w.hash, "tale"); {
			case errors.Is(err, ErrVoid):
				void.Add(1)
			case err != nil:
				return fmt.Errorf("step %d: release: %w", i, err)
			default:
				released.Add(1)
				if p.tale.release(imports, w.imp, w.said) && len(w.said) > 1 {
					splits.Add(1) // what is released together may be late in part
					return nil
				}
			}
			if err := p.agrees(ctx, imports); err != nil {
				return fmt.Errorf("step %d, after the release of %d organisations: %w", i, len(w.said), err)
			}
		}
		return nil
	}, func(h *mHome) { h.desk.Breaker = registry.Breaker{SmallShare: 30, SmallSize: 2} }}.run(t)
	t.Logf("%d organisations were held, %d files released, %d releases were void", held.Load(), released.Load(), void.Load())
	if held.Load() == 0 || released.Load() == 0 || void.Load() == 0 {
		t.Error("something never happened")
	}
}
