package workbook

import "osmsd/sync/osms"

// stepLook is the colour of a step of the waterfall.
type stepLook int

const (
	stepProved stepLook = iota
	stepStated          // named, but not proved
	stepRest            // not explained
	stepSum             // the whole difference, from zero
	stepLooks
)

// step is one column of the waterfall: it spans from one running sum to the
// next.
type step struct {
	label    string
	from, to osms.Tiyn
	look     stepLook
}

// waterfall gives the steps from nothing to the whole difference between
// ledger and due. It shows the difference alone: beside the sums themselves,
// which are thousands of times larger, no step would be seen.
func waterfall(l osms.ReconciliationLine, lang string) []step {
	var steps []step
	running := osms.Tiyn(0)
	add := func(name label, amount osms.Tiyn, look stepLook) {
		steps = append(steps, step{name.in(lang) + ": " + amount.Signed(), running, running + amount, look})
		running += amount
	}
	for _, first := range []bool{true, false} {
		for _, b := range l.Bridge {
			about := describe(b.Kind)
			if about.first != first {
				continue
			}
			look := stepProved
			if !b.Proved {
				look = stepStated
			}
			add(about.brief, b.Amount, look)
		}
	}
	add(restStep, l.Unexplained, stepRest)
	running = 0
	add(label{"Айырма", "Разница", "Difference"}, l.Difference, stepSum)
	return steps
}

// values gives the step as stacked columns: an unseen base, then for each look
// the part above zero and the part below. A step across zero has both.
func (s step) values() []any {
	low, high := min(s.from, s.to), max(s.from, s.to)
	base, above, below := osms.Tiyn(0), high, low
	switch {
	case low >= 0:
		base, above, below = low, high-low, 0
	case high <= 0:
		base, above, below = high, 0, low-high
	}
	values := []any{s.label, base}
	for look := range stepLooks {
		if look == s.look {
			values = append(values, above, below)
		} else {
			values = append(values, nil, nil)
		}
	}
	return values
}
