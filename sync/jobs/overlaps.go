package jobs

import (
	"context"
	"slices"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// ClaimSide is one organisation's side of an overlap.
type ClaimSide struct {
	Region osms.Region
	BIN    osms.BIN
	Since  osms.Date // first day of the enrolment
}

// OverlapState says how an overlap stands.
type OverlapState string

const (
	// OverlapOpen: both sides claim, or one has only announced its end.
	OverlapOpen OverlapState = "open"
	// OverlapSettled by facts: one side ended its claim or took it back. Months
	// with a day in common stay due once, by the rule.
	OverlapSettled OverlapState = "settled"
	// OverlapDecided by the Fund: one side keeps the months in common.
	OverlapDecided OverlapState = "decided"
)

// KnownOn is a decision's sequence with the day on which it was committed.
type KnownOn struct {
	Import int64
	Day    osms.Date
}

// Contest is one overlap of the register: a person whom two organisations claim.
type Contest struct {
	Person      osms.IIN
	Number      int64       // 0: not yet given
	Claims      []ClaimSide // in order of first day and BIN
	DueTo       osms.BIN    // who claims the month
	State       OverlapState
	From, Until osms.Date // the days in common, as last believed
	Opened      KnownOn
	Settled     KnownOn // by facts; zero: not
	Decision    store.OverlapDecision
}

// Overlaps lists the open overlaps with a day in a month, as believed now, in
// order of person.
func (d *Desk) Overlaps(ctx context.Context, month osms.Month) ([]Contest, error) {
	all, err := d.OverlapRegister(ctx, month, 0)
	return slices.DeleteFunc(all, func(c Contest) bool { return c.State != OverlapOpen }), err
}

// OverlapRegister lists every overlap that has, or had, a day in a month, in
// order of person: the open ones, those that the Fund decided, and those that
// facts settled. A region (0: all) keeps to those in which it has a side.
func (d *Desk) OverlapRegister(ctx context.Context, month osms.Month, region osms.Region) ([]Contest, error) {
	versions, err := d.Store.OverlapVersions(ctx, month)
	if err != nil {
		return nil, err
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return nil, err
	}
	decisions, err := d.Store.OverlapDecisions(ctx, stillKnown)
	if err != nil {
		return nil, err
	}
	r := overlapReader{d: d, month: month, regions: organisations, decisions: map[osms.IIN][]store.OverlapDecision{}, days: map[int64]osms.Date{}}
	for _, said := range decisions {
		r.decisions[said.Person] = append(r.decisions[said.Person], said)
	}
	out := []Contest{}
	for len(versions) > 0 {
		n := 1
		for n < len(versions) && versions[0].Number > 0 && versions[n].Number == versions[0].Number {
			n++
		}
		c, in, err := r.contest(ctx, versions[:n])
		if err != nil {
			return nil, err
		}
		if in && (region == 0 || slices.ContainsFunc(c.Claims, func(s ClaimSide) bool { return s.Region == region })) {
			out = append(out, c)
		}
		versions = versions[n:]
	}
	return out, nil
}

// overlapReader reads what belongs to the overlaps of a list.
type overlapReader struct {
	d         *Desk
	month     osms.Month
	regions   map[osms.BIN]osms.Organisation
	decisions map[osms.IIN][]store.OverlapDecision
	days      map[int64]osms.Date

	person       osms.IIN // of whom the rest is
	facts        []store.KnownFact
	entitlements []store.KnownEntitlement
	overlaps     []entitlement.Overlap // believed now
}

// contest makes one entry of the register from its versions, oldest first; in
// is false where the overlap does not concern the month any more and is open.
func (r *overlapReader) contest(ctx context.Context, versions []store.KnownOverlap) (c Contest, in bool, err error) {
	last := versions[len(versions)-1]
	if err := r.read(ctx, last.Person); err != nil {
		return c, false, err
	}
	c = Contest{Person: last.Person, Number: last.Number, State: OverlapOpen, From: last.From, Until: last.Overlap.Until}
	at := int64(stillKnown - 1)
	if last.KnownUntil != 0 {
		at = last.KnownUntil - 1
	}
	claims := claimsAt(r.facts, at)
	for _, claim := range claims {
		if claim.BIN != last.A && claim.BIN != last.B {
			continue
		}
		for _, e := range claim.Enrolments {
			if e.Covers(last.From, last.Overlap.Until) {
				c.Claims = append(c.Claims, ClaimSide{r.regions[claim.BIN].Region, claim.BIN, e.First})
				break
			}
		}
	}
	slices.SortFunc(c.Claims, func(a, b ClaimSide) int {
		if a.Since != b.Since {
			return int(a.Since) - int(b.Since)
		}
		if a.BIN < b.BIN {
			return -1
		}
		return 1
	})
	for _, e := range r.entitlements {
		if e.KnownUntil == 0 && e.From <= r.month && r.month <= e.To {
			c.DueTo = e.BIN
		}
	}
	if c.Opened, err = r.on(ctx, versions[0].KnownFrom); err != nil {
		return c, false, err
	}
	settled := last.KnownUntil
	if settled == 0 && ended(last.Overlap, claims) {
		for i := len(versions) - 1; i >= 0 && versions[i].Overlap.Until == last.Overlap.Until; i-- {
			settled = versions[i].KnownFrom
		}
	}
	if settled != 0 {
		c.State = OverlapSettled
		if c.Settled, err = r.on(ctx, settled); err != nil {
			return c, false, err
		}
	}
	decided := inForce(r.decisions[c.Person], stillKnown)
	if last.KnownUntil == 0 {
		standing := entitlement.Standing(r.overlaps, decisionsAt(decided, stillKnown))
		for i, o := range r.overlaps {
			if o == (entitlement.Overlap{A: last.A, B: last.B, From: last.From, Until: last.Overlap.Until}) && standing[i] >= 0 {
				c.State, c.Decision = OverlapDecided, decided[standing[i]]
			}
		}
	} else if i := slices.IndexFunc(decided, func(x store.OverlapDecision) bool { return x.Number == c.Number }); i >= 0 {
		c.Decision = decided[i]
	}
	in = settled != 0 || last.KnownUntil == 0 && last.From <= r.month.Last() && r.month.First() <= last.Overlap.Until
	return c, in, nil
}

func (r *overlapReader) read(ctx context.Context, person osms.IIN) (err error) {
	if r.person == person {
		return nil
	}
	if r.facts, r.entitlements, err = r.d.Store.History(ctx, person); err != nil {
		return err
	}
	believed, err := r.d.Store.OverlapsOf(ctx, person)
	if err != nil {
		return err
	}
	r.person, r.overlaps = person, nil
	for _, o := range believed {
		r.overlaps = append(r.overlaps, entitlement.Overlap{A: o.A, B: o.B, From: o.From, Until: o.Overlap.Until})
	}
	return nil
}

// on tells the day on which a decision was committed, where business dates are
// counted.
func (r *overlapReader) on(ctx context.Context, sequence int64) (KnownOn, error) {
	day, ok := r.days[sequence]
	if !ok {
		at, err := r.d.Store.CommittedAt(ctx, sequence)
		if err != nil {
			return KnownOn{}, err
		}
		day = osms.DateOf(at.In(r.d.Zone))
		r.days[sequence] = day
	}
	return KnownOn{sequence, day}, nil
}

// claimsAt are the claims on a person as believed at a sequence, in order of BIN.
func claimsAt(facts []store.KnownFact, at int64) []osms.Claim {
	var held []osms.Fact
	for _, f := range facts {
		if believed(f.KnownFrom, f.KnownUntil, at) {
			held = append(held, f.Fact)
		}
	}
	return registry.Claims(held)
}

// ended reports that the days in common have an end that one side has said, and
// not only announced.
func ended(o store.Overlap, claims []osms.Claim) bool {
	if o.Until == osms.Forever {
		return false
	}
	announced := false
	for _, c := range claims {
		if c.BIN != o.A && c.BIN != o.B {
			continue
		}
		for _, e := range c.Enrolments {
			for _, s := range e.Spans {
				if s.Until != o.Until {
					continue
				}
				if s.Ending != osms.Expected {
					return true
				}
				announced = true
			}
		}
	}
	return !announced
}
