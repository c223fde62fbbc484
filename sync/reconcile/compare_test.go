package reconcile_test

import (
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

var (
	rate  = osms.StateRate{Year: 2026, Percent: 2000, Base: 100_000} // 20 tenge
	dear  = osms.StateRate{Year: 2026, Percent: 2000, Base: 150_000} // 30 tenge
	inVKO = osms.Entitlement{Category: osms.Learner, BIN: 63, Region: 63}
	child = osms.Entitlement{Category: osms.Child, BIN: 63, Region: 63}
	abay  = osms.Entitlement{Category: osms.Learner, BIN: 10, Region: 10}
	none  osms.Entitlement
)

// tell writes lines as "63: frozen 40 due 20 ledger 40 difference 20 = left_late 1 20; unexplained 0".
func tell(lines []osms.ReconciliationLine) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s: frozen %d due %d ledger %d difference %d =", l.Region, l.Frozen/100, l.Due/100, l.Ledger/100, l.Difference/100)
		for _, k := range l.Bridge {
			fmt.Fprintf(&b, " %s %d %d", k.Kind, k.Persons, k.Amount/100)
			for _, p := range k.Behind {
				fmt.Fprintf(&b, " (%s %d)", strings.TrimLeft(p.BIN.Digits(), "0"), p.Amount/100)
			}
			if !k.Proved {
				b.WriteString(" not proved")
			}
		}
		fmt.Fprintf(&b, " unexplained %d\n", l.Unexplained/100)
	}
	return b.String()
}

func heads(region osms.Region, category osms.Category, n int) osms.Head {
	return osms.Head{Region: region, Category: category, Persons: n}
}

func froze(region osms.Region, category osms.Category, n int) osms.Contribution {
	return osms.Contribution{Region: region, Category: category, Persons: n, Amount: osms.Tiyn(n) * rate.PerPerson()}
}

func paid(region osms.Region, amount osms.Tiyn) osms.LedgerEntry {
	return osms.LedgerEntry{Region: region, Persons: 1, Amount: amount * 100}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name string
		in   reconcile.Input
		want string
	}{
		{"a ledger that paid exactly the frozen list has nothing unexplained",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: rate,
				Frozen: []osms.Contribution{froze(63, osms.Learner, 3)}, Due: []osms.Head{heads(63, osms.Learner, 3)},
				Ledger:  []osms.LedgerEntry{paid(63, 60)},
				Changes: []reconcile.Change{{Person: 1, Was: inVKO}, {Person: 2, Now: inVKO}}},
			"63: frozen 60 due 60 ledger 60 difference 0 = joined_late 1 -20 (63 -20) left_late 1 20 (63 20) unexplained 0\n"},
		{"moved: minus where the person came to, plus where the person left",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: rate,
				Frozen: []osms.Contribution{froze(63, osms.Learner, 2)}, Due: []osms.Head{heads(63, osms.Learner, 1), heads(10, osms.Learner, 1)},
				Ledger:  []osms.LedgerEntry{paid(63, 40)},
				Changes: []reconcile.Change{{Person: 1, Was: inVKO, Now: abay}}},
			"10: frozen 0 due 20 ledger 0 difference -20 = moved_region 1 -20 (10 -20) unexplained 0\n" +
				"63: frozen 40 due 20 ledger 40 difference 20 = moved_region 1 20 (63 20) unexplained 0\n"},
		{"claimed twice comes before moved, undone before all",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: rate,
				Frozen: []osms.Contribution{froze(63, osms.Learner, 2)}, Due: []osms.Head{heads(10, osms.Learner, 2)},
				Changes: []reconcile.Change{{Person: 1, Was: inVKO, Now: abay, Contested: true}, {Person: 2, Was: inVKO, Now: abay, Contested: true, Undone: true}}},
			"10: frozen 0 due 40 ledger 0 difference -40 = undone 1 -20 (10 -20) claimed_twice 1 -20 (10 -20) unexplained 0\n" +
				"63: frozen 40 due 0 ledger 0 difference 0 = undone 1 20 (63 20) claimed_twice 1 20 (63 20) unexplained -40\n"},
		{"another category at the same sum leaves no line",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: rate,
				Frozen: []osms.Contribution{froze(63, osms.Learner, 1)}, Due: []osms.Head{heads(63, osms.Child, 1)},
				Ledger: []osms.LedgerEntry{paid(63, 20)}, Changes: []reconcile.Change{{Person: 1, Was: inVKO, Now: child}}},
			"63: frozen 20 due 20 ledger 20 difference 0 = unexplained 0\n"},
		{"another rate concerns everybody, on the lines of those who changed and on one of those who stayed",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: dear,
				Frozen: []osms.Contribution{froze(63, osms.Learner, 4)}, Due: []osms.Head{heads(63, osms.Learner, 4)},
				Ledger:  []osms.LedgerEntry{paid(63, 81)},
				Changes: []reconcile.Change{{Person: 1, Was: inVKO}, {Person: 2, Now: inVKO}}},
			"63: frozen 80 due 120 ledger 81 difference -39 = category_or_rate 3 -30 joined_late 1 -30 (63 -30) left_late 1 20 (63 20) unexplained 1\n"},
		{"claimed twice, and the same organisation claims in another category",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: dear,
				Frozen: []osms.Contribution{froze(63, osms.Learner, 1)}, Due: []osms.Head{heads(63, osms.Child, 1)},
				Changes: []reconcile.Change{{Person: 1, Was: inVKO, Now: child, Contested: true}}},
			"63: frozen 20 due 30 ledger 0 difference -30 = category_or_rate 1 -10 (63 -10) unexplained -20\n"},
		{"not frozen: the ledger against what is due now",
			reconcile.Input{Rate: rate, Due: []osms.Head{heads(63, osms.Learner, 2), heads(63, osms.Child, 1)}, Ledger: []osms.LedgerEntry{paid(63, 40), paid(63, 25)}},
			"63: frozen 60 due 60 ledger 65 difference 5 = unexplained 5\n"},
		{"frozen empty is frozen",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: rate, Due: []osms.Head{heads(63, osms.Learner, 1)},
				Changes: []reconcile.Change{{Person: 1, Now: inVKO}}},
			"63: frozen 0 due 20 ledger 0 difference -20 = joined_late 1 -20 (63 -20) unexplained 0\n"},
		{"no region is a line of its own, the last",
			reconcile.Input{Rate: rate, Due: []osms.Head{heads(63, osms.Learner, 1)}, Ledger: []osms.LedgerEntry{paid(0, 7), paid(63, 20)}},
			"63: frozen 20 due 20 ledger 20 difference 0 = unexplained 0\n" +
				": frozen 0 due 0 ledger 7 difference 7 = unexplained 7\n"},
		{"somebody who was on neither list stands on no line",
			reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: dear, Ledger: []osms.LedgerEntry{paid(63, 7)},
				Changes: []reconcile.Change{{Person: 1, Was: none, Now: none}}},
			"63: frozen 0 due 0 ledger 7 difference 7 = unexplained 7\n"},
	} {
		lines, _, err := reconcile.Compare(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := tell(lines); got != strings.Replace(c.want, "\n: ", "\n"+osms.Region(0).String()+": ", 1) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestContradiction shows that no report is made when the persons do not prove
// what moved between the frozen list and what is due now.
func TestContradiction(t *testing.T) {
	_, _, err := reconcile.Compare(reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: rate,
		Frozen: []osms.Contribution{froze(63, osms.Learner, 2)}, Due: []osms.Head{heads(63, osms.Learner, 1)}})
	if err == nil {
		t.Error("a person is gone and nobody asks who")
	}
}
