package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// TestOverlapsAtRandom: files in any order of their days, lists of events,
// decisions, withdrawals, changes of the rules and imports taken back, at random.
// After every step what is believed of each person equals conclusions drawn from
// scratch; at the end verify proves every moment, and each numbered overlap was
// told to both sides with one date or to none.
func TestOverlapsAtRandom(t *testing.T) {
	steps, rounds := 25, 1
	if *long {
		steps, rounds = 60, 20
	}
	eachOffice(t, func(t *testing.T, o *office) {
		for round := range rounds {
			randomOverlaps(t, o, rand.New(rand.NewPCG(7, uint64(round))), round, steps)
		}
	})
}

func randomOverlaps(t *testing.T, o *office, r *rand.Rand, round, steps int) {
	bins := []osms.BIN{school(t, 10*round+1), school(t, 10*round+2), school(t, 10*round+3)}
	persons := []osms.IIN{child(t, 10*round+1), child(t, 10*round+2), student(t, 10*round+3), made(t, "0810145", 10*round+1)}
	o.list(map[osms.BIN]osms.Region{bins[0]: 63, bins[1]: 10})
	o.now = o.now.Add(24 * time.Hour)
	decided := map[string]int{}
	for step := range steps {
		o.now = o.now.Add(7 * time.Hour)
		today := osms.DateOf(o.now)
		day := func(n int) string { return today.Add(r.IntN(n) - n + 1).Dotted() }
		switch what := r.IntN(12); {
		case what >= 10:
			var happened []happening
			for range r.IntN(3) + 1 {
				h := happening{person: persons[r.IntN(len(persons))], kind: osms.EventKinds[r.IntN(len(osms.EventKinds))], on: day(60)}
				if r.IntN(2) == 0 && h.kind != osms.EventTemporaryStatus {
					h.until = today.Add(r.IntN(90)).Dotted()
				}
				happened = append(happened, h)
			}
			o.take(0, "события.csv", eventsOf(happened...)...)
		case what < 6:
			var rows []learner
			i := r.IntN(len(bins))
			for range r.IntN(3) + 1 {
				l := learner{iin: persons[r.IntN(len(persons))], bin: bins[i]}
				switch r.IntN(5) {
				case 0:
					l.status, l.until = "выбыл", day(40)
				case 1:
					l.form = "заочная"
				case 2:
					l.status = "академический отпуск"
				default:
					l.enrolled = day(60)
				}
				rows = append(rows, l)
			}
			region := []osms.Region{63, 10, 10}[i]
			mode, asAt := "delta", today.Add(-r.IntN(20))
			if r.IntN(4) == 0 {
				mode = "full"
			}
			o.take(region, fmt.Sprintf("%s-%s-%s.csv", region, mode, asAt), rosterOf(rows...)...)
		case what < 9:
			list, err := o.desk.OverlapRegister(t.Context(), today.Month(), 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				continue
			}
			c := list[r.IntN(len(list))]
			keep := osms.BIN(0)
			if n := len(c.Claims); n > 0 && r.IntN(4) > 0 {
				keep = c.Claims[r.IntN(n)].BIN
			}
			if c.Number == 0 {
				continue // an undo brought it about; the next poll numbers it
			}
			_, fresh, err := o.decide(c.Number, keep)
			if err != nil && !errors.Is(err, ErrNoOverlap) && !errors.Is(err, ErrNotDecided) {
				t.Fatal(err)
			}
			decided[fmt.Sprintf("%v %v", fresh, err)]++
		default:
			switch r.IntN(3) {
			case 0:
				o.run(func(ctx context.Context, turn Turn) error {
					_, err := o.desk.Undo(ctx, turn, o.last()-int64(r.IntN(6)), UndoOptions{Replay: true})
					if errors.Is(err, ErrNoImport) || errors.Is(err, ErrUndone) {
						return nil
					}
					return err
				})
			case 1:
				o.desk.Rules.AcademicLeaveDue = !o.desk.Rules.AcademicLeaveDue
				o.run(func(ctx context.Context, turn Turn) error { return o.desk.LearnRules(ctx, turn) })
			default:
				if _, err := o.notices(); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, person := range persons {
			o.fromScratch(step, person)
		}
	}
	t.Logf("round %d: decisions %v", round, decided)
	o.verified()
	var list []store.OverlapNotice
	if err := o.desk.Store.Look(t.Context(), func(tx *store.Tx) (err error) { list, err = tx.EveryOverlapNotice(); return err }); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(list); i += 2 {
		if i+1 == len(list) || list[i].Number != list[i+1].Number || list[i].BIN == list[i+1].BIN || list[i].Dated != list[i+1].Dated || list[i].Answer != list[i+1].Answer {
			t.Fatalf("the notices do not stand in pairs: %+v", list)
		}
	}
}

// fromScratch compares what is believed of a person with what follows from the
// believed facts, what happened and the decisions in force.
func (o *office) fromScratch(step int, person osms.IIN) {
	o.t.Helper()
	ctx := o.t.Context()
	facts, held, err := o.desk.Store.History(ctx, person)
	if err != nil {
		o.t.Fatal(err)
	}
	organisations, err := o.desk.Store.Organisations(ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	all, err := o.desk.Store.OverlapDecisions(ctx, stillKnown)
	if err != nil {
		o.t.Fatal(err)
	}
	var sources []entitlement.Source
	for _, c := range claimsAt(facts, stillKnown-1) {
		sources = append(sources, entitlement.Source{Claim: c, Region: organisations[c.BIN].Region})
	}
	last := map[int64]store.OverlapDecision{}
	var order []int64
	for _, d := range all {
		if d.Person == person {
			order = slices.DeleteFunc(order, func(n int64) bool { return n == d.Number })
			last[d.Number], order = d, append(order, d.Number)
		}
	}
	var decisions []entitlement.Decision
	for _, n := range order {
		if d := last[n]; d.Keep != 0 {
			decisions = append(decisions, entitlement.Decision{A: d.A, B: d.B, Keep: d.Keep, From: d.From, Until: d.Until})
		}
	}
	var got []osms.Entitlement
	for _, e := range held {
		if e.KnownUntil == 0 {
			got = append(got, e.Entitlement)
		}
	}
	known, err := o.desk.Store.EventsOf(ctx, person)
	if err != nil {
		o.t.Fatal(err)
	}
	if want := entitlement.Derive(person, sources, o.desk.Rules, decisions, eventsAt(known, stillKnown-1)); !slices.Equal(got, want) {
		o.t.Fatalf("step %d: believed %+v, from scratch %+v", step, got, want)
	}
}
