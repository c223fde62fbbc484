package entitlement

import (
	"slices"

	"osmsd/sync/osms"
)

// Decision is the Fund's word on an overlap: of two organisations that claim a
// person, Keep claims the months in common. From and Until are the days in
// common as they were when it was decided.
type Decision struct {
	A, B        osms.BIN // A < B
	Keep        osms.BIN // one of the two
	From, Until osms.Date
}

// Aside is the side whose claim yields.
func (d Decision) Aside() osms.BIN {
	if d.Keep == d.A {
		return d.B
	}
	return d.A
}

// Standing gives, for each overlap, the place of the decision that stands for
// it, or -1. A decision is about a dispute, not about days that later files may
// correct: it stands for the first overlap of its two organisations that has a
// day of those decided, however that overlap's days change meanwhile. A later
// dispute of the same two is another one. Of two decisions the later in the list
// stands.
func Standing(overlaps []Overlap, decisions []Decision) []int {
	out := make([]int, len(overlaps))
	for i := range out {
		out[i] = -1
	}
	for k, d := range decisions {
		first := -1
		for i, o := range overlaps {
			if o.A == d.A && o.B == d.B && o.From <= d.Until && d.From <= o.Until && (first < 0 || o.From < overlaps[first].From) {
				first = i
			}
		}
		if first >= 0 {
			out[first] = k
		}
	}
	return out
}

// decidedFor are the months in which an organisation's claim yields.
type decidedFor struct {
	from, to osms.Month
	aside    osms.BIN
}

// decidedMonths are the months with a day in common, for each overlap that a
// decision stands for.
func decidedMonths(sources []Source, rules Rules, decisions []Decision, lost []months) []decidedFor {
	if len(decisions) == 0 {
		return nil
	}
	overlaps := overlapping(sources, rules, lost)
	var out []decidedFor
	for i, k := range Standing(overlaps, decisions) {
		if k < 0 {
			continue
		}
		out = append(out, decidedFor{overlaps[i].From.Month(), lastMonth(overlaps[i].Until), decisions[k].Aside()})
	}
	return out
}

func setAside(decided []decidedFor, m osms.Month) (out []osms.BIN) {
	for _, d := range decided {
		if d.from <= m && m <= d.to {
			out = append(out, d.aside)
		}
	}
	return out
}

// allAside reports that nobody would be left to claim: three claims that were
// decided one against another.
func allAside(stretches []stretch, claims func(stretch) bool, aside []osms.BIN) bool {
	return len(aside) > 0 && !slices.ContainsFunc(stretches, func(s stretch) bool { return claims(s) && !slices.Contains(aside, s.bin) })
}
