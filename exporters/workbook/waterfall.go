package workbook

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

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
// which are thousands of times larger, no step would be seen. Of several regions
// a kind may be proved in one and only stated in another: then it has two steps.
func waterfall(parts []osms.ReconciliationLine, lang string) []step {
	var steps []step
	running := osms.Tiyn(0)
	add := func(name string, amount osms.Tiyn, look stepLook) {
		steps = append(steps, step{name + ": " + amount.Signed(), running, running + amount, look})
		running += amount
	}
	kinds := kindsOf(parts)
	slices.SortStableFunc(kinds, func(a, b osms.BridgeKind) int { return cmp.Compare(partOf(a), partOf(b)) })
	for _, kind := range kinds {
		proved, stated := explainedBy(kind, parts)
		name := describe(kind).brief.in(lang)
		if proved != 0 {
			add(name, proved, stepProved)
		}
		if stated != 0 {
			add(name+", "+statedWord.in(lang), stated, stepStated)
		}
	}
	var rest, difference osms.Tiyn
	for _, l := range parts {
		rest += l.Unexplained
		difference += l.Difference
	}
	add(restStep.in(lang), rest, stepRest)
	running = 0
	add(label{"Айырма", "Разница", "Difference"}.in(lang), difference, stepSum)
	return steps
}

var statedWord = label{"дәлелсіз", "без доказательства", "stated"}

// partOf is the part of the identity that a kind belongs to.
func partOf(kind osms.BridgeKind) int {
	if kind.First() {
		return 1
	}
	return 2
}

// explainedBy sums one kind over lines: what is proved, what is only stated.
func explainedBy(kind osms.BridgeKind, parts []osms.ReconciliationLine) (proved, stated osms.Tiyn) {
	for _, l := range parts {
		for _, b := range l.Bridge {
			switch {
			case b.Kind != kind:
			case b.Proved:
				proved += b.Amount
			default:
				stated += b.Amount
			}
		}
	}
	return proved, stated
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
