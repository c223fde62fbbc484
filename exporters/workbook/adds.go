package workbook

import (
	"fmt"

	"osmsd/sync/osms"
)

// ErrDoesNotAddUp says that the figures of a report contradict each other. No
// workbook is written from such figures.
var ErrDoesNotAddUp = osms.ErrDoesNotAddUp

// addsUp checks the bridge's identity in every line and the totals over them:
// due + first part = frozen, frozen + second part + unexplained = ledger, and
// the persons behind a line have its amount.
func addsUp(r osms.Reconciliation) error {
	var sum osms.ReconciliationLine
	for _, line := range r.Lines {
		if err := lineAddsUp(line); err != nil {
			return fmt.Errorf("region %q: %w", line.Region.String(), err)
		}
		sum.FrozenPersons += line.FrozenPersons
		sum.DuePersons += line.DuePersons
		sum.LedgerPersons += line.LedgerPersons
		sum.Frozen += line.Frozen
		sum.Due += line.Due
		sum.Ledger += line.Ledger
	}
	if err := lineAddsUp(r.Total); err != nil {
		return fmt.Errorf("total: %w", err)
	}
	t := r.Total
	for _, c := range []struct {
		what       string
		have, want any
	}{
		{"frozen persons", t.FrozenPersons, sum.FrozenPersons}, {"frozen", t.Frozen, sum.Frozen},
		{"persons due", t.DuePersons, sum.DuePersons}, {"due", t.Due, sum.Due},
		{"ledger persons", t.LedgerPersons, sum.LedgerPersons}, {"ledger", t.Ledger, sum.Ledger},
	} {
		if c.have != c.want {
			return fmt.Errorf("%w: total %s is %v, the regions give %v", ErrDoesNotAddUp, c.what, c.have, c.want)
		}
	}
	return nil
}

func lineAddsUp(l osms.ReconciliationLine) error {
	if l.Difference != l.Ledger-l.Due {
		return fmt.Errorf("%w: difference %v is not ledger %v less due %v", ErrDoesNotAddUp, l.Difference, l.Ledger, l.Due)
	}
	first, second := l.Due, l.Frozen
	for _, b := range l.Bridge {
		if describe(b.Kind).first {
			first += b.Amount
		} else {
			second += b.Amount
		}
		var behind osms.Tiyn
		for _, p := range b.Behind {
			behind += p.Amount
		}
		if len(b.Behind) > 0 && behind != b.Amount {
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
