package web

import (
	"osmsd/sync/osms"
)

// flow is the picture of a month's money: what was due when the list was frozen,
// what is due now, what arrived, and what nobody has explained. Bars share one
// scale.
type flow struct {
	Bars []flowBar
}

type flowBar struct {
	Key     string // of its name
	Amount  osms.Tiyn
	Persons int
	Y       int
	Width   int // of flowWidth
	Class   string
}

// Names and figures stand above the bars, on a narrow picture: it is read on
// phones too.
const (
	flowWidth = 464
	flowRow   = 50
)

func flowOf(r osms.Reconciliation) flow {
	bars := []flowBar{
		{Key: "flow.frozen", Amount: r.Total.Frozen, Persons: r.Total.FrozenPersons, Class: "frozen"},
		{Key: "flow.due", Amount: r.Total.Due, Persons: r.Total.DuePersons, Class: "due"},
		{Key: "flow.ledger", Amount: r.Total.Ledger, Persons: r.Total.LedgerPersons, Class: "ledger"},
		{Key: "flow.explained", Amount: r.Total.Difference - r.Total.Unexplained, Class: "explained"},
		{Key: "flow.unexplained", Amount: r.Total.Unexplained, Class: "unexplained"},
	}
	if r.FreezeVersion == 0 {
		bars = bars[1:]
	}
	largest := osms.Tiyn(1)
	for _, b := range bars {
		largest = max(largest, b.Amount, -b.Amount)
	}
	for i := range bars {
		b := &bars[i]
		b.Y = 6 + flowRow*i
		size := max(b.Amount, -b.Amount)
		// Two steps, so that the largest sums do not overflow.
		b.Width = int(size / max(1, largest/flowWidth))
		if b.Width = min(b.Width, flowWidth); size != 0 {
			b.Width = max(b.Width, 2)
		}
	}
	if largest == 1 {
		return flow{}
	}
	return flow{bars}
}

// Height is that of the picture.
func (f flow) Height() int { return flowRow*len(f.Bars) + 6 }
