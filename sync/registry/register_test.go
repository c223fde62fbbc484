package registry_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

const school osms.BIN = 990140000018

// register is one organisation's part of the register, kept as the store keeps
// it: fact rows that are closed and opened, and the kept rows of every import.
type register struct {
	facts    map[osms.IIN][]osms.Fact
	journals []registry.Journal
}

func newRegister() *register { return &register{facts: map[osms.IIN][]osms.Fact{}} }

func (r *register) claims() map[osms.IIN]osms.Claim {
	out := map[osms.IIN]osms.Claim{}
	for person, facts := range r.facts {
		if len(facts) > 0 {
			out[person] = registry.Claims(facts)[0]
		}
	}
	return out
}

func (r *register) list() []osms.Claim {
	claims := r.claims()
	var out []osms.Claim
	for _, p := range slices.Sorted(maps.Keys(claims)) {
		out = append(out, claims[p])
	}
	return out
}

// marks are those of the facts that reach the day or beyond.
func (r *register) marks(asAt osms.Date) []osms.Mark {
	var out []osms.Mark
	for _, facts := range r.facts {
		for _, f := range facts {
			if f.Until >= asAt {
				out = append(out, osms.Mark{Person: f.Person, First: f.First, Fingerprint: registry.FingerprintOf(f)})
			}
		}
	}
	return out
}

// take applies an import as a session of the program does: in order by Screen
// and Plan, else by Replan. Its rows may come in any order of persons.
func (r *register) take(j registry.Journal) (out registry.Outcome, late bool, err error) {
	slices.SortFunc(j.Rows, func(a, b osms.Row) int { return cmp.Compare(a.Person, b.Person) })
	late = !registry.InOrder(r.journals, j)
	if late {
		out = registry.Replan(r.list(), append(slices.Clone(r.journals), j), j)
	} else {
		s := registry.Screen(r.marks(j.AsAt), j.Rows, j.Mode)
		out = registry.Plan(r.claims(), j, s.Rows, s.Absent, s.Unchanged)
	}
	r.journals = append(r.journals, j)
	return out, late, r.put(out)
}

// undo takes an import away.
func (r *register) undo(sequence int64) (registry.Outcome, error) {
	r.journals = slices.DeleteFunc(r.journals, func(j registry.Journal) bool { return j.Import == sequence })
	out := registry.Replan(r.list(), r.journals, registry.Journal{})
	return out, r.put(out)
}

// put closes and opens the fact rows of an outcome. It finds a row to close by
// what the store knows it by: person and first day of the span.
func (r *register) put(out registry.Outcome) error {
	for _, c := range out.Changes {
		p := c.After.Person
		edit := registry.Difference(c.Before, c.After)
		for _, f := range edit.Close {
			i := slices.IndexFunc(r.facts[p], func(g osms.Fact) bool { return g.From == f.From })
			if f.Person != p || i < 0 {
				return fmt.Errorf("a row to close is not held: %s to %s", f.From, f.Until)
			}
			r.facts[p] = slices.Delete(r.facts[p], i, i+1)
		}
		r.facts[p] = append(r.facts[p], edit.Open...)
		slices.SortFunc(r.facts[p], func(a, b osms.Fact) int { return cmp.Compare(a.From, b.From) })
		if !slices.EqualFunc(r.facts[p], registry.Spans(c.After), sameFact) {
			return fmt.Errorf("the rows do not add up to what follows: %v, want %v", r.facts[p], registry.Spans(c.After))
		}
	}
	return nil
}

// sameFact compares what rows state, not where they come from.
func sameFact(a, b osms.Fact) bool {
	a.Import, a.Place, b.Import, b.Place = 0, osms.Place{}, 0, osms.Place{}
	return a == b
}

func sameClaims(a, b []osms.Claim) bool {
	return slices.EqualFunc(a, b, func(x, y osms.Claim) bool {
		return slices.EqualFunc(registry.Spans(x), registry.Spans(y), sameFact)
	})
}

// sound reports what is wrong with the form of a claim.
func sound(c osms.Claim) error {
	var end osms.Date
	for _, e := range c.Enrolments {
		if len(e.Spans) == 0 || e.First != e.Spans[0].From {
			return fmt.Errorf("enrolment of %s does not begin with its first span", e.First)
		}
		for i, s := range e.Spans {
			last := i == len(e.Spans)-1
			switch {
			case s.From <= end:
				return fmt.Errorf("span from %s overlaps one to %s", s.From, end)
			case s.Until < s.From:
				return fmt.Errorf("span from %s ends on %s", s.From, s.Until)
			case s.Facts.Status != osms.Studying && s.Facts.Status != osms.AcademicLeave:
				return fmt.Errorf("span from %s has status %q", s.From, s.Facts.Status)
			case last && (s.Ending == osms.Open) != (s.Until == osms.Forever):
				return fmt.Errorf("span to %s ends as %q", s.Until, s.Ending)
			case !last && s.Ending == osms.Open && e.Spans[i+1].From != s.Until.Add(1):
				return fmt.Errorf("a gap behind %s without an end", s.Until)
			case !last && s.Ending == osms.Open && e.Spans[i+1].Facts == s.Facts:
				return fmt.Errorf("spans on both sides of %s state the same", s.Until)
			}
			end = s.Until
		}
	}
	return nil
}
