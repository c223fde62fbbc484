package web

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

// anyLine draws a line that adds up, of any size.
func anyLine(t *rapid.T) osms.ReconciliationLine {
	amount := rapid.Custom(func(t *rapid.T) osms.Tiyn {
		return osms.Tiyn(rapid.Int64Range(-1e6, 1e6).Draw(t, "amount")) * osms.Tiyn(rapid.SampledFrom([]int64{1, 1000, 1e9}).Draw(t, "scale"))
	})
	l := osms.ReconciliationLine{Due: amount.Draw(t, "due")}
	l.Frozen, l.Ledger = l.Due, l.Due
	for _, k := range osms.BridgeKinds() {
		if !rapid.Bool().Draw(t, "has") {
			continue
		}
		b := osms.BridgeLine{Kind: k, Amount: amount.Draw(t, string(k)), Persons: 1, Proved: rapid.Bool().Draw(t, "proved")}
		l.Bridge = append(l.Bridge, b)
		l.Ledger += b.Amount
		if k.First() {
			l.Frozen += b.Amount
		}
	}
	l.Unexplained = amount.Draw(t, "unexplained")
	l.Ledger += l.Unexplained
	l.Difference = l.Ledger - l.Due
	return l
}

// TestWaterfallAddsUp: the steps lead from what is due to the ledger, each from
// where the one before ended, and every bar lies on the picture.
func TestWaterfallAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLine(t)
		frozen := rapid.Bool().Draw(t, "frozen")
		w, err := waterfallOf(l, frozen)
		if err != nil {
			t.Fatal(err)
		}
		first, last := w.Bars[0], w.Bars[len(w.Bars)-1]
		if !first.Sum || first.Amount() != l.Due || !last.Sum || last.Amount() != l.Ledger {
			t.Fatalf("from %v to %v, not from %v to %v", first.Amount(), last.Amount(), l.Due, l.Ledger)
		}
		steps, running, n := osms.Tiyn(0), l.Due, 0
		for i, b := range w.Bars {
			if b.Sum {
				if b.To != running {
					t.Fatalf("bar %d is %v where the steps give %v", i, b.To, running)
				}
			} else {
				if b.From != running {
					t.Fatalf("step %d begins at %v, the one before ended at %v", i, b.From, running)
				}
				running = b.To
				steps += b.Amount()
				n++
			}
			if b.X < waterMargin-1 || b.Width < 0 || b.X+b.Width > waterWidth || b.Y+waterRow > w.Height {
				t.Fatalf("bar %d lies outside: %+v", i, b)
			}
			if b.Amount() != 0 && b.Width == 0 {
				t.Fatalf("bar %d cannot be seen: %+v", i, b)
			}
		}
		if steps != l.Difference || n != len(l.Bridge)+1 {
			t.Fatalf("%d steps come to %v, the difference is %v", n, steps, l.Difference)
		}
	})
}

// TestWaterfallScale: steps that are small beside the sums are seen, and the
// picture says that its scale is cut.
func TestWaterfallScale(t *testing.T) {
	l := osms.ReconciliationLine{Due: 1_148_948_944, Frozen: 1_149_000_000, Ledger: 1_148_000_000, Unexplained: -1_000_000,
		Bridge: []osms.BridgeLine{{Kind: osms.BridgeLeftLate, Amount: 51_056, Proved: true}}}
	l.Difference = l.Ledger - l.Due
	w, err := waterfallOf(l, true)
	if err != nil {
		t.Fatal(err)
	}
	if !w.Cut() || w.Base >= l.Ledger || w.Bars[3].Width < 100 {
		t.Errorf("base %v, bars %+v", w.Base, w.Bars)
	}
	l.Ledger, l.Unexplained = 0, -l.Frozen
	if w, err = waterfallOf(l, true); err != nil || w.Cut() {
		t.Errorf("nothing arrived: base %v, %v", w.Base, err)
	}
}

// TestWaterfallContradiction: figures that contradict each other are not drawn.
func TestWaterfallContradiction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLine(t)
		l.Ledger++
		if _, err := waterfallOf(l, false); !errors.Is(err, osms.ErrDoesNotAddUp) {
			t.Fatalf("drawn: %v", err)
		}
	})
}
