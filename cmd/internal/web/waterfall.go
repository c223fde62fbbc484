package web

import (
	"fmt"

	"osmsd/sync/osms"
)

// waterfall is the picture of how a month's due becomes what arrived: a bar for
// what is due, a step for every line of the bridge, a step for what nobody has
// explained, and a bar for the ledger. Each step begins where the one before
// ended, to the tiyn, so that the picture adds up as the figures do.
type waterfall struct {
	Bars []waterBar
	// Base is where the scale begins. The sums are often thousands of times larger
	// than the steps, which nobody would see on a scale that begins at nothing.
	Base   osms.Tiyn
	Height int
}

// waterBar is a bar of the waterfall: from one running sum to the next.
type waterBar struct {
	Key      string          // of its name, where it is no line of the bridge
	Kind     osms.BridgeKind // of the bridge line
	Persons  int
	From, To osms.Tiyn
	Sum      bool   // a whole sum, from nothing
	Class    string // how it looks: due, frozen, ledger, more, less, stated, unexplained
	// Where it is drawn: its upper left corner and width, and where the next one
	// begins.
	X, Y, Width, End int
}

// Amount is the figure of the bar, signed for a step.
func (b waterBar) Amount() osms.Tiyn { return b.To - b.From }

// Figure is the amount as it is written on the picture.
func (b waterBar) Figure() string {
	if b.Sum {
		return b.Amount().Grouped()
	}
	return b.Amount().Signed()
}

// The picture is narrow, so that its writing can be read on a phone.
const (
	waterWidth  = 480
	waterMargin = 8
	waterRow    = 50
)

// waterfallOf draws a line of a reconciliation. frozen: the month has a frozen
// list, which stands between what became known after it and what the money shows.
// Figures that contradict each other are osms.ErrDoesNotAddUp.
func waterfallOf(l osms.ReconciliationLine, frozen bool) (waterfall, error) {
	w := waterfall{}
	running := l.Due
	sum := func(key string, amount osms.Tiyn, persons int, class string) error {
		if amount != running {
			return fmt.Errorf("%w: %s is %v, the steps before it give %v", osms.ErrDoesNotAddUp, key, amount, running)
		}
		w.Bars = append(w.Bars, waterBar{Key: key, To: amount, Persons: persons, Sum: true, Class: class})
		return nil
	}
	step := func(b waterBar, amount osms.Tiyn) {
		b.From, b.To = running, running+amount
		running = b.To
		w.Bars = append(w.Bars, b)
	}
	if err := sum("flow.due", l.Due, l.DuePersons, "due"); err != nil {
		return w, err
	}
	for _, first := range []bool{true, false} {
		for _, b := range l.Bridge {
			if b.Kind.First() != first {
				continue
			}
			class := "more"
			switch {
			case !b.Proved:
				class = "stated"
			case b.Amount < 0:
				class = "less"
			}
			step(waterBar{Kind: b.Kind, Persons: b.Persons, Class: class}, b.Amount)
		}
		if first && frozen {
			if err := sum("flow.frozen", l.Frozen, l.FrozenPersons, "frozen"); err != nil {
				return w, err
			}
		}
	}
	step(waterBar{Key: "flow.unexplained", Class: "unexplained"}, l.Unexplained)
	if err := sum("flow.ledger", l.Ledger, l.LedgerPersons, "ledger"); err != nil {
		return w, err
	}
	w.place()
	return w, nil
}

// place gives every bar its place on the picture.
func (w *waterfall) place() {
	low, high := w.Bars[0].To, w.Bars[0].To
	for _, b := range w.Bars {
		low, high = min(low, b.To), max(high, b.To)
	}
	span := high - low
	if low > 0 && span > 0 && span < high/3 { // a scale from nothing would hide the steps
		tidy := osms.Tiyn(1)
		for tidy <= span/10 {
			tidy *= 10
		}
		w.Base = max(0, (low-span/3)/tidy*tidy)
	} else {
		w.Base, high = min(0, low), max(0, high)
	}
	whole := max(1, high-w.Base)
	unit := osms.Tiyn(1) // so that the largest sums do not overflow
	for whole/unit > 1e15 {
		unit *= 10
	}
	at := func(t osms.Tiyn) int {
		return waterMargin + int((t-w.Base)/unit*(waterWidth-2*waterMargin)/max(1, whole/unit))
	}
	for i := range w.Bars {
		b := &w.Bars[i]
		begin := at(b.From)
		if b.Sum {
			begin = at(max(0, w.Base))
		}
		b.End, b.Y = at(b.To), waterRow*i
		b.X, b.Width = min(begin, b.End), max(begin, b.End)-min(begin, b.End)
		if b.Amount() != 0 {
			b.Width = max(b.Width, 2)
		}
	}
	w.Height = waterRow*len(w.Bars) + 4
}

// Cut reports a scale that does not begin at nothing.
func (w waterfall) Cut() bool { return w.Base > 0 }
