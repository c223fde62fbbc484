package jobs

import (
	"cmp"
	"slices"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// holdings is what is believed of the persons of a batch.
type holdings struct {
	claims       map[osms.IIN][]osms.Claim // in order of BIN
	entitlements map[osms.IIN][]store.HeldEntitlement
	overlaps     map[osms.IIN][]store.Overlap
	decisions    map[osms.IIN][]entitlement.Decision // in force
	events       map[osms.IIN][]osms.Event           // in the order in which they became known
}

// look reads what is held of persons; of those whom the register certainly does
// not know there is nothing to read.
func (r *rosterImport) look(persons []osms.IIN) (holdings, error) {
	if r.persons != nil && !r.persons.made() && len(persons) >= worthKnowing {
		if err := r.persons.learn(r.t); err != nil {
			return holdings{}, err
		}
	}
	if r.persons.made() {
		persons = slices.DeleteFunc(persons, func(p osms.IIN) bool { return !r.persons.maybe(p) })
	}
	return look(r.t, persons)
}

func look(t *store.Tx, persons []osms.IIN) (holdings, error) {
	h := holdings{map[osms.IIN][]osms.Claim{}, map[osms.IIN][]store.HeldEntitlement{}, map[osms.IIN][]store.Overlap{}, nil, map[osms.IIN][]osms.Event{}}
	if len(persons) == 0 {
		return h, nil
	}
	slices.Sort(persons)
	persons = slices.Compact(persons)
	if err := t.Touch(persons); err != nil {
		return h, err
	}
	decided, err := t.TouchedOverlapDecisions()
	if err != nil {
		return h, err
	}
	h.decisions = decisionsInForce(decided)
	happened, err := t.TouchedEvents()
	if err != nil {
		return h, err
	}
	for _, e := range happened {
		h.events[e.Person] = append(h.events[e.Person], e.Event)
	}
	facts, err := t.Facts()
	if err != nil {
		return h, err
	}
	for _, c := range registry.Claims(facts) {
		h.claims[c.Person] = append(h.claims[c.Person], c)
	}
	if len(facts) == 0 {
		return h, nil // nobody is known: nothing was concluded either
	}
	entitlements, err := t.Entitlements()
	if err != nil {
		return h, err
	}
	for _, e := range entitlements {
		h.entitlements[e.Person] = append(h.entitlements[e.Person], e)
	}
	overlaps, err := t.Overlaps()
	if err != nil {
		return h, err
	}
	for _, o := range overlaps {
		h.overlaps[o.Person] = append(h.overlaps[o.Person], o)
	}
	return h, nil
}

// of picks the claims that an organisation has on the persons it speaks of.
func (h holdings) of(s *speaker) map[osms.IIN]osms.Claim {
	if len(h.claims) == 0 {
		return nil
	}
	out := make(map[osms.IIN]osms.Claim, len(s.screened.Rows)+len(s.screened.Absent))
	pick := func(person osms.IIN) {
		for _, c := range h.claims[person] {
			if c.BIN == s.bin {
				out[person] = c
			}
		}
	}
	for _, i := range s.screened.Rows {
		pick(s.journal.Rows[i].Person)
	}
	for _, person := range s.screened.Absent {
		pick(person)
	}
	return out
}

func (h holdings) put(c osms.Claim) {
	claims := h.claims[c.Person]
	i, found := slices.BinarySearchFunc(claims, c, func(a, b osms.Claim) int { return cmp.Compare(a.BIN, b.BIN) })
	switch {
	case found && len(c.Enrolments) == 0:
		claims = slices.Delete(claims, i, i+1)
	case found:
		claims[i] = c
	case len(c.Enrolments) > 0:
		claims = slices.Insert(claims, i, c)
	}
	h.claims[c.Person] = claims
}
