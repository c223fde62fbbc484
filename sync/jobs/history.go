package jobs

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// known is a stretch of known time: from one sequence until another.
type known struct{ from, until int64 }

const stillKnown = math.MaxInt64

// history is what was believed, each with the stretches in which it was.
type history[T comparable] map[T][]known

// believe replaces what is believed from a sequence on.
func (h history[T]) believe(sequence int64, is []T) {
	for what, spans := range h {
		if n := len(spans) - 1; spans[n].until == stillKnown && !slices.Contains(is, what) {
			spans[n].until = sequence
		}
	}
	for _, what := range is {
		if n := len(h[what]) - 1; n < 0 || h[what][n].until != stillKnown {
			h[what] = append(h[what], known{sequence, stillKnown})
		}
	}
}

// add notes a stored row; until 0 is "still".
func (h history[T]) add(what T, from, until int64) {
	if until == 0 {
		until = stillKnown
	}
	h[what] = append(h[what], known{from, until})
}

// same compares what was believed when. What one decision ceased to believe and
// believed again was believed throughout.
func (h history[T]) same(other history[T]) bool {
	h.join()
	other.join()
	return maps.EqualFunc(h, other, slices.Equal[[]known])
}

func (h history[T]) join() {
	for what, spans := range h {
		slices.SortFunc(spans, func(a, b known) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.until, b.until)) })
		out := spans[:1]
		for _, s := range spans[1:] {
			if last := &out[len(out)-1]; last.until == s.from && s.until > s.from {
				last.until = s.until
				continue
			}
			out = append(out, s)
		}
		h[what] = out
	}
}
