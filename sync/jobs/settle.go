package jobs

import (
	"slices"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// settle writes what the outcomes change: facts, and the conclusions about
// every person of whom a fact changed.
func (r *rosterImport) settle(held holdings, outcomes []registry.Outcome) error {
	if r.persons.made() {
		for _, out := range outcomes {
			for _, c := range out.Changes {
				r.persons.add(c.After.Person)
			}
		}
	}
	return settle(r.t, r.rules, held, outcomes, func(bin osms.BIN) (osms.Region, error) {
		o, err := r.organisation(bin)
		return o.Region, err
	})
}

func settle(t *store.Tx, rules entitlement.Rules, held holdings, outcomes []registry.Outcome, regionOf func(osms.BIN) (osms.Region, error)) error {
	var closing, opening []osms.Fact
	var changed []osms.IIN
	for _, out := range outcomes {
		for _, c := range out.Changes {
			closing = append(closing, c.Edit.Close...)
			opening = append(opening, c.Edit.Open...)
			held.put(c.After)
			changed = append(changed, c.After.Person)
		}
	}
	if err := t.CloseFacts(closing); err != nil {
		return err
	}
	prints := make([]osms.Fingerprint, len(opening))
	for i, f := range opening {
		prints[i] = registry.FingerprintOf(f)
	}
	if err := t.OpenFacts(opening, prints); err != nil {
		return err
	}
	slices.Sort(changed)
	return conclude(t, rules, held, slices.Compact(changed), regionOf)
}

// conclude draws the conclusions about persons anew and writes the difference.
func conclude(t *store.Tx, rules entitlement.Rules, held holdings, persons []osms.IIN, regionOf func(osms.BIN) (osms.Region, error)) error {
	var lapsed []store.HeldEntitlement
	var drawn []osms.Entitlement
	var sources []entitlement.Source
	for _, person := range persons {
		sources = sources[:0]
		for _, c := range held.claims[person] {
			region, err := regionOf(c.BIN)
			if err != nil {
				return err
			}
			sources = append(sources, entitlement.Source{Claim: c, Region: region})
		}
		was, is := held.entitlements[person], entitlement.Derive(person, sources, rules, held.decisions[person], held.events[person])
		for _, e := range was {
			if !slices.Contains(is, e.Entitlement) {
				lapsed = append(lapsed, e)
			}
		}
		for _, e := range is {
			if !slices.ContainsFunc(was, func(h store.HeldEntitlement) bool { return h.Entitlement == e }) {
				drawn = append(drawn, e)
			}
		}
		if len(sources) > 1 || len(held.overlaps[person]) > 0 {
			if err := contend(t, held.overlaps[person], entitlement.Overlaps(sources, rules, held.events[person]), person); err != nil {
				return err
			}
		}
	}
	if err := t.CloseEntitlements(lapsed); err != nil {
		return err
	}
	return t.OpenEntitlements(drawn)
}

// contend keeps the register of overlaps in step with the claims. An overlap
// whose days change, but not all of them, keeps its number.
func contend(t *store.Tx, was []store.Overlap, is []entitlement.Overlap, person osms.IIN) error {
	stands := func(w store.Overlap) bool {
		return slices.Contains(is, entitlement.Overlap{A: w.A, B: w.B, From: w.From, Until: w.Until})
	}
	var lapsed []store.Overlap
	for _, w := range was {
		if stands(w) {
			continue
		}
		lapsed = append(lapsed, w)
		if err := t.CloseOverlap(w); err != nil {
			return err
		}
	}
	for _, o := range is {
		if slices.ContainsFunc(was, func(w store.Overlap) bool {
			return entitlement.Overlap{A: w.A, B: w.B, From: w.From, Until: w.Until} == o
		}) {
			continue
		}
		opened := store.Overlap{Person: person, A: o.A, B: o.B, From: o.From, Until: o.Until}
		i := slices.IndexFunc(lapsed, func(w store.Overlap) bool {
			return w.A == o.A && w.B == o.B && w.From <= o.Until && o.From <= w.Until
		})
		if i >= 0 {
			opened.Number, lapsed[i].Number = lapsed[i].Number, 0 // a number is one overlap's
		}
		if err := t.OpenOverlap(opened); err != nil {
			return err
		}
	}
	return nil
}
