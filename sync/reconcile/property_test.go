package reconcile_test

import (
	"flag"
	"os"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

var long = flag.Bool("long", false, "run the tests at their full size")

func TestMain(m *testing.M) {
	flag.Parse()
	if *long {
		if err := flag.Set("rapid.checks", "50000"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var places = []osms.Region{10, 63, 75}

// aPlace is where a person stands on a list, or none.
func aPlace(t *rapid.T, what string) osms.Entitlement {
	n := rapid.IntRange(0, 3).Draw(t, what)
	if n == 3 {
		return osms.Entitlement{}
	}
	return osms.Entitlement{Region: places[n], BIN: osms.BIN(10*n + rapid.IntRange(1, 2).Draw(t, what+" at")),
		Category: rapid.SampledFrom([]osms.Category{osms.Child, osms.Learner}).Draw(t, what+" as")}
}

// TestEveryPerson makes two lists person by person, the frozen one and what is
// due now, and a ledger; the bridge must lead from one to the other in every
// region and in total, and every person who changed must stand on one line.
func TestEveryPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := reconcile.Input{IsFrozen: true, FrozenRate: rate, Rate: rapid.SampledFrom([]osms.StateRate{rate, rate, dear}).Draw(t, "rate")}
		frozen, due := map[osms.Region]map[osms.Category]int{}, map[osms.Region]map[osms.Category]int{}
		count := func(list map[osms.Region]map[osms.Category]int, e osms.Entitlement) {
			if e.Region != 0 {
				if list[e.Region] == nil {
					list[e.Region] = map[osms.Category]int{}
				}
				list[e.Region][e.Category]++
			}
		}
		moved := map[osms.IIN]reconcile.Change{}
		for n := range rapid.IntRange(0, 12).Draw(t, "persons") {
			was, now := aPlace(t, "was"), aPlace(t, "now")
			if rapid.Bool().Draw(t, "stays") {
				now = was
			}
			count(frozen, was)
			count(due, now)
			if was == now {
				continue
			}
			c := reconcile.Change{Person: osms.IIN(n + 1), Was: was, Now: now,
				Undone: rapid.IntRange(0, 4).Draw(t, "undone") == 0, Contested: rapid.IntRange(0, 3).Draw(t, "contested") == 0}
			in.Changes = append(in.Changes, c)
			moved[c.Person] = c
		}
		for r, list := range frozen {
			for category, n := range list {
				in.Frozen = append(in.Frozen, osms.Contribution{Region: r, Category: category, Persons: n, Amount: osms.Tiyn(n) * in.FrozenRate.PerPerson()})
			}
		}
		for r, list := range due {
			for category, n := range list {
				in.Due = append(in.Due, osms.Head{Region: r, Category: category, Persons: n})
			}
		}
		for range rapid.IntRange(0, 4).Draw(t, "entries") {
			in.Ledger = append(in.Ledger, osms.LedgerEntry{Region: append(places, 0)[rapid.IntRange(0, 3).Draw(t, "paid for")],
				Persons: 1, Amount: osms.Tiyn(rapid.IntRange(-500, 50_000).Draw(t, "paid"))})
		}
		lines, total, err := reconcile.Compare(in)
		if err != nil {
			t.Fatal(err)
		}
		checkLines(t, in, lines, total)
		checkPersons(t, in, lines, moved)
	})
}

func checkLines(t *rapid.T, in reconcile.Input, lines []osms.ReconciliationLine, total osms.ReconciliationLine) {
	paid := map[osms.Region]osms.Tiyn{}
	for _, e := range in.Ledger {
		paid[e.Region] += e.Amount
	}
	var sum osms.ReconciliationLine
	for i, l := range append(lines, total) {
		isTotal := i == len(lines)
		bridge := l.Unexplained
		for k, b := range l.Bridge {
			bridge += b.Amount
			if b.Amount == 0 || !b.Proved || b.Persons == 0 {
				t.Fatalf("region %s: line %+v", l.Region, b)
			}
			for _, other := range l.Bridge[:k] {
				if other.Kind == b.Kind {
					t.Fatalf("two lines of %s", b.Kind)
				}
			}
		}
		if l.Difference != l.Ledger-l.Due || bridge != l.Difference || l.Unexplained != l.Ledger-l.Frozen {
			t.Fatalf("region %s does not add up: %+v", l.Region, l)
		}
		if isTotal {
			break
		}
		if i > 0 && (lines[i-1].Region == 0 || l.Region != 0 && lines[i-1].Region >= l.Region) {
			t.Fatalf("region %s behind %s", l.Region, lines[i-1].Region)
		}
		if l.Ledger != paid[l.Region] {
			t.Fatalf("region %s: ledger %s, want %s", l.Region, l.Ledger, paid[l.Region])
		}
		delete(paid, l.Region)
		sum.Frozen += l.Frozen
		sum.Due += l.Due
		sum.Ledger += l.Ledger
		sum.FrozenPersons += l.FrozenPersons
		sum.DuePersons += l.DuePersons
	}
	if sum.Frozen != total.Frozen || sum.Due != total.Due || sum.Ledger != total.Ledger || len(paid) > 0 ||
		sum.FrozenPersons != total.FrozenPersons || sum.DuePersons != total.DuePersons {
		t.Fatalf("the total %+v is not the sum of the regions", total)
	}
}

// checkPersons puts every changed person on a line by the order of the rules and
// compares: in each region where the person was or is on the list, once, with
// the sum that this list counts. Lines of zero are left out.
func checkPersons(t *rapid.T, in reconcile.Input, lines []osms.ReconciliationLine, moved map[osms.IIN]reconcile.Change) {
	was, now := in.FrozenRate.PerPerson(), in.Rate.PerPerson()
	for _, l := range lines {
		want, persons := map[osms.BridgeKind]map[osms.IIN]osms.Tiyn{}, map[osms.BridgeKind]int{}
		stayed := l.FrozenPersons
		for person, c := range moved {
			if c.Was.Region == l.Region {
				stayed--
			}
			if c.Was.Region != l.Region && c.Now.Region != l.Region || l.Region == 0 {
				continue
			}
			kind := kindByRules(c)
			if want[kind] == nil {
				want[kind] = map[osms.IIN]osms.Tiyn{}
			}
			persons[kind]++
			if c.Was.Region == l.Region {
				want[kind][person] += was
			}
			if c.Now.Region == l.Region {
				want[kind][person] -= now
			}
		}
		for _, b := range l.Bridge {
			var sum osms.Tiyn
			for _, p := range b.Behind {
				amount, expected := want[b.Kind][p.Person]
				if !expected || amount != p.Amount || p.Was != moved[p.Person].Was.Category || p.Now != moved[p.Person].Now.Category {
					t.Fatalf("region %s, %s: %+v stands there as %+v", l.Region, b.Kind, moved[p.Person], p)
				}
				delete(want[b.Kind], p.Person)
				sum += amount
			}
			if was != now && b.Kind == osms.BridgeCategoryOrRate { // and those who only pay another rate
				sum += osms.Tiyn(stayed) * (was - now)
				persons[b.Kind] += stayed
			}
			if len(want[b.Kind]) > 0 || sum != b.Amount || persons[b.Kind] != b.Persons {
				t.Fatalf("region %s: line %+v lacks %v", l.Region, b, want[b.Kind])
			}
			delete(want, b.Kind)
		}
		for kind, left := range want {
			var sum osms.Tiyn
			for _, amount := range left {
				sum += amount
			}
			if sum != 0 {
				t.Fatalf("region %s: no line of %s", l.Region, kind)
			}
		}
	}
}

// kindByRules is the first kind that fits.
func kindByRules(c reconcile.Change) osms.BridgeKind {
	onBoth := c.Was.Region != 0 && c.Now.Region != 0
	for _, k := range []struct {
		kind osms.BridgeKind
		fits bool
	}{
		{osms.BridgeUndone, c.Undone},
		{osms.BridgeClaimedTwice, c.Contested && onBoth && c.Was.BIN != c.Now.BIN},
		{osms.BridgeMovedRegion, onBoth && c.Was.Region != c.Now.Region},
		{osms.BridgeCategoryOrRate, onBoth},
		{osms.BridgeJoinedLate, c.Was.Region == 0},
	} {
		if k.fits {
			return k.kind
		}
	}
	return osms.BridgeLeftLate
}
