package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// TestDestroyedTwin gives two registries the same random files and undos; in one
// of them rows are destroyed all the while. What is refused there, because its
// place is below a seal, is kept from the other too: then both believe the same,
// and both are proved.
func TestDestroyedTwin(t *testing.T) {
	rounds, steps := 2, 14
	if *long {
		rounds, steps = 200, 20
	}
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		t.Logf("%d rounds", rounds)
		poor := newOffice(t, address)
		rich := newOffice(t, t.TempDir()+"/twin.db")
		poor.at("2026-12-01T09:00:00+05:00")
		rich.at("2026-12-01T09:00:00+05:00")
		sealed, refused, above := 0, 0, 0
		for round := range rounds {
			r := rand.New(rand.NewPCG(uint64(round), 7))
			bin := school(t, round+1)
			type pair struct{ poor, rich int64 }
			var taken []pair
			for step := range steps {
				switch n := r.IntN(10); {
				case n < 7 || len(taken) == 0:
					day := osms.Date(20261001).Add(3*step + r.IntN(15))
					mode := []string{"full", "full", "delta"}[r.IntN(3)]
					var class []learner
					for p := range 8 {
						if r.IntN(4) > 0 {
							l := learner{iin: child(t, round*8+p+1), bin: bin}
							if r.IntN(5) == 0 {
								l.enrolled = day.Add(-r.IntN(20)).Dotted()
							}
							if r.IntN(8) == 0 {
								l.status, l.until = "отчислен", day.Add(-r.IntN(5)).Dotted()
							}
							if r.IntN(8) == 0 {
								l.form = "заочная"
							}
							class = append(class, l)
						}
					}
					lines := rosterOf(class...)
					name := fmt.Sprintf("63-%s-%s.csv", mode, day)
					if len(class) == 0 {
						continue
					}
					p := poor.take(63, name, lines...)
					if p.Held {
						refused++
						if p.Holds[0].Reason != osms.HoldRowsDestroyed {
							t.Fatalf("%v", p.Holds)
						}
						poor.run(func(ctx context.Context, turn Turn) error {
							_, err := poor.desk.Refuse(ctx, turn, p.Diff, "")
							return err
						})
						continue
					}
					q := rich.take(63, name, lines...)
					if p.Joined != q.Joined || p.Left != q.Left || p.Changed != q.Changed || p.Refused != q.Refused || p.Outcome != q.Outcome {
						t.Errorf("round %d, step %d: %+v, %+v", round, step, p, q)
					}
					if p.Outcome != osms.AlreadyApplied {
						taken = append(taken, pair{p.Import, q.Import})
					}
				case n < 9:
					i := max(len(taken)-1-r.IntN(4), 0)
					var u Undone
					_, err := poor.runner.Run(t.Context(), osms.Run{Job: osms.JobUndo}, func(ctx context.Context, turn Turn) (_ string, err error) {
						u, err = poor.desk.Undo(ctx, turn, taken[i].poor, UndoOptions{Replay: true})
						return "", err
					})
					if errors.Is(err, ErrRowsDestroyed) {
						refused++
						continue
					}
					if err != nil {
						t.Fatal(err)
					}
					v := rich.undo(taken[i].rich, UndoOptions{Replay: true})
					if u.Closed != v.Closed || u.Reopened != v.Reopened {
						t.Errorf("round %d, step %d: undone %+v, %+v", round, step, u, v)
					}
					above++
					taken = append(taken[:i], taken[i+1:]...)
				default:
					done, err := poor.destroy(DestroyOptions{Import: taken[r.IntN(len(taken))/2].poor, Reason: "x"})
					if err != nil && !errors.Is(err, ErrNothing) {
						t.Fatal(err)
					}
					sealed += len(done.Seals)
				}
				if d := apart(poor.believed(), rich.believed()); len(d) > 0 {
					t.Fatalf("round %d, step %d: %v", round, step, d)
				}
			}
			poor.verified()
		}
		if sealed == 0 || above == 0 || *long && refused == 0 {
			t.Errorf("%d seals, %d refusals, %d undos: nothing was put to the test", sealed, refused, above)
		}
		t.Logf("%d seals, %d refusals, %d undos", sealed, refused, above)
	})
}
