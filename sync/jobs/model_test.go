package jobs

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// talesPerHome is how many tales share a registry; every fifth home is thorough,
// the first of each test too.
const talesPerHome = 40

// mTest is a property of tales.
type mTest struct {
	sqlite, postgres, full int // how many tales: by default, and at full size
	tell                   func(seed uint64) *mTale
	play                   func(p *mPlay, ctx context.Context, turn Turn) error
	prepare                func(h *mHome)
}

// run plays the tales of the seeds from 1 on in each database, two homes at a
// time, and shows the shortest form of one that fails.
func (m mTest) run(t *testing.T) {
	t.Helper()
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		n := m.sqlite
		if strings.HasPrefix(address, "postgres") {
			n = m.postgres
		}
		if *long {
			n = m.full
		} else if raced {
			n = max(n/6, 2)
		}
		began := time.Now()
		var failed atomic.Bool
		next := make(chan uint64, n)
		for seed := range n {
			next <- uint64(seed + 1)
		}
		close(next)
		var made atomic.Int64
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				var h *mHome
				leave := func() {
					if h == nil {
						return
					}
					if h.thorough && !failed.Load() {
						h.verified()
					}
					h.remove()
				}
				defer leave()
				for seed := range next {
					if failed.Load() {
						return
					}
					if h == nil || h.played >= talesPerHome {
						leave()
						h = anotherHome(t, address)
						if made.Add(1)%5 == 1 {
							h.prove()
						}
						if m.prepare != nil {
							m.prepare(h)
						}
					}
					tale := m.tell(seed)
					err := h.playOne(tale, m.play)
					if err == nil || failed.Swap(true) {
						continue
					}
					until := time.Now().Add(time.Minute)
					least := shrink(tale, func(c *mTale) bool { return time.Now().Before(until) && h.playOne(c, m.play) != nil })
					t.Errorf("%v\n%v\nat first: %v", h.playOne(least, m.play), least, err)
				}
			})
		}
		wg.Wait()
		t.Logf("%d sequences in %s", n, time.Since(began).Round(time.Millisecond))
	})
}

var homes sync.Mutex

// splits counts tales that were left at a full roster of several organisations,
// one of them late, of which a row was refused for what is held.
var splits atomic.Int64

func (o mOutcome) splits() bool {
	if o.imp == nil || !o.rejected || o.inOrder || !o.imp.file.Full || len(o.imp.said) < 2 {
		return false
	}
	splits.Add(1)
	return true
}

// anotherHome makes a home with a registry of its own.
func anotherHome(t *testing.T, address string) *mHome {
	homes.Lock()
	defer homes.Unlock()
	if !strings.HasPrefix(address, "postgres") {
		dir := t.TempDir()
		h := newHome(t, filepath.Join(dir, "registry.db"))
		h.database = []string{dir}
		return h
	}
	return newHome(t, storetest.Schema(t))
}

// playOne plays one tale as a run.
func (h *mHome) playOne(t *mTale, play func(p *mPlay, ctx context.Context, turn Turn) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	p := h.play(t)
	_, rerr := h.runner.Run(h.t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx context.Context, turn Turn) (string, error) {
		err = play(p, ctx, turn)
		return "", nil
	})
	if err == nil {
		err = rerr
	}
	return err
}

// TestModel plays tales and compares, after every step, the registry with the
// model: what is believed of everybody, who is due, who is claimed twice, and
// what the file's report says.
func TestModel(t *testing.T) {
	mTest{150, 60, 10_000, func(seed uint64) *mTale { return tell(seed, true) }, func(p *mPlay, ctx context.Context, turn Turn) error {
		var imports []*mImport
		of := map[int]*mImport{} // by step
		numbers := map[*mImport]int64{}
		for i, s := range p.tale.Steps {
			var err error
			if s.File == nil {
				if gone := of[s.Undo]; gone != nil && !gone.undone {
					imports, err = p.undo(ctx, turn, imports, gone, numbers, s.Replay)
				}
			} else {
				report, terr := p.take(ctx, turn, s.File)
				want := p.tale.drop(imports, s.File)
				if terr == nil && want.splits() {
					return nil
				}
				if want.imp != nil {
					imports, of[i], numbers[want.imp] = append(imports, want.imp), want.imp, report.Import
				}
				if err = terr; err == nil {
					err = sameReport(report, want, s.File)
				}
			}
			if err == nil {
				err = p.agrees(ctx, imports)
			}
			if err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
		}
		return nil
	}, nil}.run(t)
	t.Logf("%d tales were left early", splits.Load())
}

// undo takes an import back in the registry and in the model.
func (p *mPlay) undo(ctx context.Context, turn Turn, imports []*mImport, gone *mImport, numbers map[*mImport]int64, replay bool) ([]*mImport, error) {
	before, err := p.believed(ctx)
	if err != nil {
		return nil, err
	}
	dry, err := p.home.desk.Undo(ctx, turn, numbers[gone], UndoOptions{Replay: replay, DryRun: true})
	if errors.Is(err, ErrUndone) && len(gone.said) == 0 {
		return imports, nil // every organisation in it was another region's
	}
	if err != nil {
		return nil, err
	}
	after, err := p.believed(ctx)
	if err != nil {
		return nil, err
	}
	if err := sameLists(before, after, "before the rehearsal", "after it"); err != nil {
		return nil, err
	}
	did, err := p.home.desk.Undo(ctx, turn, numbers[gone], UndoOptions{Replay: replay})
	if err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(dry, did) {
		return nil, fmt.Errorf("rehearsed %+v, did %+v", dry, did)
	}
	var surely, maybe []int64
	for _, i := range imports {
		if i.undone || i.arrived <= gone.arrived {
			continue
		}
		s, m := i.restsOn(gone)
		if s {
			surely = append(surely, numbers[i])
		}
		if m {
			maybe = append(maybe, numbers[i])
		}
	}
	named := did.BlockedBy
	if replay {
		named = did.Replayed
	}
	for _, n := range surely {
		if !slices.Contains(named, n) {
			return nil, fmt.Errorf("import %d rests on %d and is not named: %+v", n, numbers[gone], did)
		}
	}
	for _, n := range named {
		if !slices.Contains(maybe, n) {
			return nil, fmt.Errorf("import %d does not rest on %d and is named: %+v", n, numbers[gone], did)
		}
	}
	if did.Undone != (replay || len(named) == 0) {
		return nil, fmt.Errorf("replay %v: %+v", replay, did)
	}
	if !did.Undone {
		return imports, nil
	}
	gone.undone = true // what stands is what would stand had it never come
	return imports, nil
}

// TestModelUndo: taking back what was just applied leaves what was believed
// before, and applying it again does the same again.
func TestModelUndo(t *testing.T) {
	mTest{30, 10, 2_000, func(seed uint64) *mTale { return tell(seed, false) }, func(p *mPlay, ctx context.Context, turn Turn) error {
		for i, s := range p.tale.Steps {
			before, err := p.believed(ctx)
			if err != nil {
				return err
			}
			first, err := p.take(ctx, turn, s.File)
			if err != nil {
				return err
			}
			if first.Outcome == osms.AlreadyApplied {
				continue
			}
			applied, err := p.believed(ctx)
			if err != nil {
				return err
			}
			undone, err := p.home.desk.Undo(ctx, turn, first.Import, UndoOptions{})
			if errors.Is(err, ErrUndone) && len(first.Organisations) > 0 && first.Accepted == 0 {
				continue // nothing of it stood
			}
			if err != nil {
				return err
			}
			if !undone.Undone || len(undone.BlockedBy) > 0 {
				return fmt.Errorf("step %d: %+v", i, undone)
			}
			after, err := p.believed(ctx)
			if err != nil {
				return err
			}
			if err := sameLists(before, after, "before the import", "after it was taken back"); err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
			second, err := p.take(ctx, turn, s.File)
			if err != nil {
				return err
			}
			again, err := p.believed(ctx)
			if err != nil {
				return err
			}
			if err := sameLists(applied, again, "applied once", "applied again"); err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
			if tally(first) != tally(second) || second.Import <= first.Import {
				return fmt.Errorf("step %d: first %d %s, then %d %s", i, first.Import, tally(first), second.Import, tally(second))
			}
		}
		return nil
	}, nil}.run(t)
}

// agrees compares the registry with the model.
func (p *mPlay) agrees(ctx context.Context, imports []*mImport) error {
	got, err := p.believed(ctx)
	if err != nil {
		return err
	}
	believed, _ := p.tale.recount(imports, nil)
	return sameLists(got, p.tale.list(believed), "registry", "model")
}

// sameLists shows where two lists differ.
func sameLists(a, b []string, nameA, nameB string) error {
	if slices.Equal(a, b) {
		return nil
	}
	var out strings.Builder
	for _, s := range a {
		if !slices.Contains(b, s) {
			fmt.Fprintf(&out, "\n  %s: %s", nameA, s)
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			fmt.Fprintf(&out, "\n  %s: %s", nameB, s)
		}
	}
	return fmt.Errorf("%s and %s differ:%s", nameA, nameB, &out)
}

// sameReport compares a file's report with what the model says of it.
func sameReport(r osms.FileReport, want mOutcome, f *mFile) error {
	said := fmt.Sprintf("%s: %d rows, %d refused, %d ignored", r.Outcome, r.Rows, r.Refused, r.Ignored)
	wants := fmt.Sprintf("%s: %d rows, %d refused, %d ignored", want.outcome, want.rows, want.refused, want.ignored)
	if want.inOrder {
		said += fmt.Sprintf(", %d joined, %d left, %d by row, %d changed, %d unchanged", r.Joined, r.Left, r.LeftByRow, r.Changed, r.Unchanged)
		if want.outcome == "already_applied" {
			want.same = want.rows - want.refused - want.ignored
		}
		wants += fmt.Sprintf(", %d joined, %d left, %d by row, %d changed, %d unchanged", want.joined, want.left, want.byRow, want.changed, want.same)
	}
	var codes, lines []string
	first := 2 // the line of the first row
	if f.Single {
		first += 3
	}
	registers := 0 // refusals that only the register could know
	for _, x := range r.Refusals {
		if x.Severity != osms.Refused {
			continue
		}
		code := fmt.Sprintf("%d %s", x.Row-first, x.Code)
		switch {
		case slices.Contains(want.codes, code):
			codes = append(codes, code)
		case x.Code == osms.NameMismatch || x.Code == osms.DateOrder:
			registers++
		default:
			codes = append(codes, "UNEXPECTED "+code)
		}
	}
	for _, c := range want.codes {
		if line := strings.Fields(c)[0]; !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	slices.Sort(codes)
	if said != wants || !slices.Equal(codes, want.codes) || want.outcome != "already_applied" && registers != want.refused-len(lines) {
		return fmt.Errorf("report\n  got  %s %q\n  want %s %q\n  %+v", said, codes, wants, want.codes, r.Refusals)
	}
	return nil
}
