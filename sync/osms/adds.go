package osms

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// AddsUp checks the bridge's identity in every line and the totals over them:
// due + first part = frozen, frozen + second part + unexplained = ledger, the
// persons behind a line have its amount, and so for money without a place; the
// ledger entries give the ledger where it rests on them, and the trend ends in
// this month's figures.
func (r Reconciliation) AddsUp() error {
	for _, line := range r.Lines {
		if err := lineAddsUp(line); err != nil {
			return fmt.Errorf("region %q: %w", line.Region.String(), err)
		}
	}
	if err := lineAddsUp(r.Total); err != nil {
		return fmt.Errorf("total: %w", err)
	}
	return cmp.Or(totalAddsUp(r), entriesAddUp(r), unplacedAddsUp(r.Unplaced), trendAddsUp(r))
}

// differs says that two figures which must be equal are not.
func differs(what string, have, want any) error {
	return fmt.Errorf("%w: %s is %v, the parts give %v", ErrDoesNotAddUp, what, have, want)
}

// totalAddsUp compares the total with the sum over the regions, the bridge kind
// by kind; lines of zero may be left out of it.
func totalAddsUp(r Reconciliation) error {
	var sum ReconciliationLine
	kinds := map[BridgeKind]Tiyn{}
	for _, l := range r.Lines {
		sum.FrozenPersons += l.FrozenPersons
		sum.DuePersons += l.DuePersons
		sum.LedgerPersons += l.LedgerPersons
		sum.ListedPersons += l.ListedPersons
		sum.Frozen += l.Frozen
		sum.Due += l.Due
		sum.Ledger += l.Ledger
		sum.Listed += l.Listed
		sum.Unexplained += l.Unexplained
		for _, b := range l.Bridge {
			kinds[b.Kind] += b.Amount
		}
	}
	t := r.Total
	for _, c := range []struct {
		what       string
		have, want any
	}{
		{"frozen persons", t.FrozenPersons, sum.FrozenPersons}, {"frozen", t.Frozen, sum.Frozen},
		{"persons due", t.DuePersons, sum.DuePersons}, {"due", t.Due, sum.Due},
		{"ledger persons", t.LedgerPersons, sum.LedgerPersons}, {"ledger", t.Ledger, sum.Ledger},
		{"listed persons", t.ListedPersons, sum.ListedPersons}, {"listed", t.Listed, sum.Listed},
		{"unexplained", t.Unexplained, sum.Unexplained},
	} {
		if c.have != c.want {
			return differs("total "+c.what, c.have, c.want)
		}
	}
	for _, b := range t.Bridge {
		kinds[b.Kind] -= b.Amount
	}
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		if kinds[k] != 0 {
			return fmt.Errorf("%w: the total of %s differs from the regions by %v", ErrDoesNotAddUp, k, kinds[k])
		}
	}
	return nil
}

// entriesAddUp compares the lists of ledger totals with the ledger that rests on
// them, region by region.
func entriesAddUp(r Reconciliation) error {
	if r.Source != FromTotals {
		return nil
	}
	sums := map[Region]Tiyn{}
	for _, e := range r.Entries {
		sums[e.Region] += e.Amount
	}
	for _, l := range r.Lines {
		if sums[l.Region] != l.Ledger {
			return differs(fmt.Sprintf("the ledger of region %q", l.Region.String()), l.Ledger, sums[l.Region])
		}
		delete(sums, l.Region)
	}
	for _, region := range slices.Sorted(maps.Keys(sums)) {
		if sums[region] != 0 {
			return fmt.Errorf("%w: ledger entries of region %q stand on no line", ErrDoesNotAddUp, region.String())
		}
	}
	return nil
}

func unplacedAddsUp(all []Unplaced) error {
	for _, u := range all {
		if behind := amounts(u.Behind); len(u.Behind) > 0 && behind != u.Amount {
			return differs("money without a place ("+string(u.Why)+")", u.Amount, behind)
		}
	}
	return nil
}

// trendAddsUp checks each month by itself, their order, and that the last is
// this month as the total has it. A report on one region has no trend.
func trendAddsUp(r Reconciliation) error {
	for i, m := range r.Trend {
		if m.Bridged && m.Ledger-m.Due != m.Proved+m.Remainder {
			return differs("the difference of "+m.Month.String(), m.Ledger-m.Due, m.Proved+m.Remainder)
		}
		if i > 0 && r.Trend[i-1].Month >= m.Month {
			return fmt.Errorf("%w: %s stands after %s in the trend", ErrDoesNotAddUp, m.Month, r.Trend[i-1].Month)
		}
	}
	if n := len(r.Trend); n > 0 {
		last, t := r.Trend[n-1], r.Total
		proved, _ := Explained(r.Lines...)
		want := MonthPoint{Month: r.Month, DuePersons: t.DuePersons, Due: t.Due, Frozen: t.Frozen, Ledger: t.Ledger,
			Proved: proved, Remainder: t.Difference - proved, Bridged: true}
		want.IsFrozen, want.HasMoney = last.IsFrozen, last.HasMoney
		if last != want {
			return differs("the end of the trend", last, want)
		}
	}
	return nil
}

func amounts(people []BridgePerson) (sum Tiyn) {
	for i := range people {
		sum += people[i].Amount
	}
	return sum
}

func lineAddsUp(l ReconciliationLine) error {
	if l.Difference != l.Ledger-l.Due {
		return fmt.Errorf("%w: difference %v is not ledger %v less due %v", ErrDoesNotAddUp, l.Difference, l.Ledger, l.Due)
	}
	first, second := l.Due, l.Frozen
	for _, b := range l.Bridge {
		if b.Kind.First() {
			first += b.Amount
		} else {
			second += b.Amount
		}
		// Of another rate, those who stayed on the list are counted, not named.
		if b.Kind == BridgeCategoryOrRate && b.Persons > len(b.Behind) {
			continue
		}
		if behind := amounts(b.Behind); len(b.Behind) > 0 && behind != b.Amount {
			return fmt.Errorf("%w: persons behind %s have %v, the line %v", ErrDoesNotAddUp, b.Kind, behind, b.Amount)
		}
	}
	if first != l.Frozen {
		return fmt.Errorf("%w: due and the first part of the bridge give %v, frozen is %v", ErrDoesNotAddUp, first, l.Frozen)
	}
	if second += l.Unexplained; second != l.Ledger {
		return fmt.Errorf("%w: frozen, the bridge and unexplained give %v, the ledger has %v", ErrDoesNotAddUp, second, l.Ledger)
	}
	return nil
}

// Explained sums the bridges of lines: what is proved, and what is only stated. A
// total is the sum of its regions: of a kind it may be proved in part.
func Explained(lines ...ReconciliationLine) (proved, stated Tiyn) {
	for _, l := range lines {
		for _, b := range l.Bridge {
			if b.Proved {
				proved += b.Amount
			} else {
				stated += b.Amount
			}
		}
	}
	return proved, stated
}
