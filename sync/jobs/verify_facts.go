package jobs

import (
	"cmp"
	"fmt"
	"slices"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// verifyFacts replays an organisation's imports, and the decisions to release or
// undo them, in the order in which they were committed, with the code that plans
// them, and compares every fact that was ever stored: what it says, where it is
// from, and between which sequences it was believed.
//
// Where rows were destroyed the facts below the seal are taken as given, when
// they are those that were sealed; what came later is replayed upon them.
func verifyFacts(t *store.Tx, bin osms.BIN, records destructionRecords, found finder) (sealed bool, err error) {
	imports, err := t.SpokenEver(bin)
	if err != nil {
		found("kept", "organisation "+bin.String(), "the kept rows cannot be read")
		return false, nil
	}
	decided, err := t.DecidedAbout(bin)
	if err != nil {
		return false, err
	}
	stored, err := t.FactHistory(bin)
	if err != nil {
		return false, err
	}
	seal, sealed, err := t.SealOf(bin)
	if err != nil {
		return sealed, err
	}
	below := map[int64]bool{}
	if sealed {
		all, err := tenures(t, bin)
		if err != nil {
			return sealed, err
		}
		for _, x := range all {
			below[x.Sequence] = x.from <= seal.Through
		}
	}
	replay := factReplay{held: map[osms.IIN][]store.PrintedFact{}}
	if sealed && !replay.from(seal, stored) {
		found("registry", "organisation "+bin.String(), "what was believed is not what was sealed when rows were destroyed")
		return sealed, nil
	}
	journals := map[int64]registry.Journal{}
	type event struct {
		sequence, of int64
		undo         bool
	}
	var events []event
	for _, o := range imports {
		where := fmt.Sprintf("import %d, organisation %s", o.Sequence, bin)
		destroyed := o.Kept == nil && records.rows[store.RowsSubject(o.Sequence, bin)]
		if !destroyed && store.Digest(o.Kept) != o.Digest {
			found("kept", where, "the kept rows are not those that were committed")
			return sealed, nil
		}
		if below[o.Sequence] || destroyed && !believedEver(o, decided) {
			continue
		}
		if destroyed {
			found("kept", where, "the kept rows were destroyed, and no seal stands for them")
			return sealed, nil
		}
		j, err := journalOf(o, bin)
		if err != nil {
			found("kept", where, err.Error())
			return sealed, nil
		}
		journals[o.Sequence] = j
		if o.CommittedAs == store.StateApplied {
			events = append(events, event{sequence: o.Sequence, of: o.Sequence})
		}
	}
	for _, d := range decided {
		if _, ok := journals[d.Import]; ok {
			events = append(events, event{d.Sequence, d.Import, d.State == store.StateUndone})
		}
	}
	slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.sequence, b.sequence) })
	for _, e := range events {
		if e.undo {
			replay.takeBack(e.of, e.sequence)
		} else {
			replay.take(journals[e.of], e.sequence)
		}
	}
	for _, person := range replay.differ(stored) {
		found("registry", fmt.Sprintf("organisation %s, person %s", bin, person), "what is believed, or was, is not what the kept rows say")
	}
	return sealed, nil
}

// believedEver reports whether what an import said of an organisation was ever
// believed.
func believedEver(o store.OrganisationImport, decided []store.DecisionAbout) bool {
	return o.CommittedAs == store.StateApplied || slices.ContainsFunc(decided, func(d store.DecisionAbout) bool {
		return d.Import == o.Sequence && d.State == store.StateApplied
	})
}

// from begins at a seal, with the facts that are stored; it does not when they
// are not those that were sealed.
func (r *factReplay) from(seal store.Seal, stored []store.PrintedFact) bool {
	if digest, count := sealedDigest(stored, seal.Through); digest != seal.Digest || count != seal.Facts {
		return false
	}
	var base []osms.Fact
	for _, f := range stored {
		switch {
		case f.KnownFrom > seal.Through:
		case f.KnownUntil != 0 && f.KnownUntil <= seal.Through:
			r.past = append(r.past, f)
		default:
			f.KnownUntil = 0
			r.held[f.Person] = append(r.held[f.Person], f)
			base = append(base, f.Fact)
		}
	}
	for _, facts := range r.held {
		slices.SortFunc(facts, func(a, b store.PrintedFact) int { return cmp.Compare(a.From, b.From) })
	}
	slices.SortFunc(base, func(a, b osms.Fact) int { return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.From, b.From)) })
	r.journals = []registry.Journal{sealedJournal(seal, base)}
	return true
}

// factReplay is an organisation's facts as the imports so far made them.
type factReplay struct {
	journals []registry.Journal
	held     map[osms.IIN][]store.PrintedFact // believed, in order of day
	past     []store.PrintedFact
}

// all are the claims that are believed.
func (r *factReplay) all() []osms.Claim {
	all := map[osms.IIN]osms.Claim{}
	var claims []osms.Claim
	for person := range r.held {
		r.claim(person, all)
		claims = append(claims, all[person])
	}
	slices.SortFunc(claims, func(a, b osms.Claim) int { return cmp.Compare(a.Person, b.Person) })
	return claims
}

// takeBack undoes an import. One that was only held changed nothing.
func (r *factReplay) takeBack(imported, sequence int64) {
	i := slices.IndexFunc(r.journals, func(j registry.Journal) bool { return j.Import == imported })
	if i < 0 {
		return
	}
	r.journals = slices.Delete(r.journals, i, i+1)
	for _, c := range registry.Replan(r.all(), r.journals, registry.Journal{}).Changes {
		r.edit(sequence, c.After.Person, c.Edit)
	}
}

func (r *factReplay) take(j registry.Journal, sequence int64) {
	var out registry.Outcome
	if registry.InOrder(r.journals, j) {
		var marks []osms.Mark
		for person, facts := range r.held {
			for _, f := range facts {
				if f.Until >= j.AsAt {
					marks = append(marks, osms.Mark{Person: person, First: f.First, Fingerprint: f.Print})
				}
			}
		}
		s := registry.Screen(marks, j.Rows, j.Mode)
		claims := map[osms.IIN]osms.Claim{}
		for _, i := range s.Rows {
			r.claim(j.Rows[i].Person, claims)
		}
		for _, person := range s.Absent {
			r.claim(person, claims)
		}
		out = registry.Plan(claims, j, s.Rows, s.Absent, s.Unchanged)
		r.journals = append(r.journals, j)
	} else {
		claims := r.all()
		r.journals = append(r.journals, j)
		out = registry.Replan(claims, r.journals, j)
	}
	for _, c := range out.Changes {
		r.edit(sequence, c.After.Person, c.Edit)
	}
}

func (r *factReplay) claim(person osms.IIN, into map[osms.IIN]osms.Claim) {
	facts := make([]osms.Fact, 0, len(r.held[person]))
	for _, f := range r.held[person] {
		facts = append(facts, f.Fact)
	}
	if len(facts) > 0 {
		into[person] = registry.Claims(facts)[0]
	}
}

func (r *factReplay) edit(sequence int64, person osms.IIN, e registry.Edit) {
	facts := r.held[person]
	for _, closing := range e.Close {
		if i := slices.IndexFunc(facts, func(f store.PrintedFact) bool { return f.From == closing.From }); i >= 0 {
			f := facts[i]
			f.KnownUntil = sequence
			r.past = append(r.past, f)
			facts = slices.Delete(facts, i, i+1)
		}
	}
	for _, f := range e.Open {
		facts = append(facts, store.PrintedFact{KnownFact: store.KnownFact{Fact: f, KnownFrom: sequence}, Print: registry.FingerprintOf(f)})
	}
	slices.SortFunc(facts, func(a, b store.PrintedFact) int { return cmp.Compare(a.From, b.From) })
	if r.held[person] = facts; len(facts) == 0 {
		delete(r.held, person)
	}
}

// differ lists the persons of whom other rows are stored than were replayed.
func (r *factReplay) differ(stored []store.PrintedFact) []osms.IIN {
	rows := make(map[store.PrintedFact]int, len(stored))
	for _, f := range stored {
		rows[f]++
	}
	for _, f := range r.past {
		rows[f]--
	}
	for _, facts := range r.held {
		for _, f := range facts {
			rows[f]--
		}
	}
	var out []osms.IIN
	for f, n := range rows {
		if n != 0 {
			out = append(out, f.Person)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// regionSince is the region of an organisation from a sequence on.
type regionSince struct {
	sequence int64
	region   osms.Region
}

func regionsOf(organisations history[osms.Organisation]) map[osms.BIN][]regionSince {
	out := map[osms.BIN][]regionSince{}
	for o, spans := range organisations {
		for _, s := range spans {
			out[o.BIN] = append(out[o.BIN], regionSince{s.from, o.Region})
		}
	}
	for bin := range out {
		slices.SortFunc(out[bin], func(a, b regionSince) int { return cmp.Compare(a.sequence, b.sequence) })
		out[bin] = slices.CompactFunc(out[bin], func(a, b regionSince) bool { return a.region == b.region })
	}
	return out
}

// verifyPerson draws the conclusions about a person again whenever a fact, the
// region of an organisation or the rules changed, the Fund decided or something
// happened, and compares with all that were ever stored.
func verifyPerson(h store.PersonHistory, regions map[osms.BIN][]regionSince, rules []rulesSince, found finder) {
	var moments []int64
	for _, f := range h.Facts {
		moments = append(moments, f.KnownFrom)
		if f.KnownUntil != 0 {
			moments = append(moments, f.KnownUntil)
		}
		if moves := regions[f.BIN]; len(moves) > 1 {
			for _, m := range moves[1:] {
				moments = append(moments, m.sequence)
			}
		}
	}
	for _, r := range rules[1:] {
		moments = append(moments, r.sequence)
	}
	for _, d := range h.Decisions {
		moments = append(moments, d.Sequence)
	}
	for _, e := range h.Events {
		moments = append(moments, e.KnownFrom)
		if e.KnownUntil != 0 {
			moments = append(moments, e.KnownUntil)
		}
	}
	slices.Sort(moments)
	periods, overlaps := history[osms.Entitlement]{}, history[entitlement.Overlap]{}
	for _, at := range slices.Compact(moments) {
		sources := sourcesAt(h.Facts, regions, at)
		inForce := rules[0].rules
		for _, r := range rules {
			if r.sequence <= at {
				inForce = r.rules
			}
		}
		events := eventsAt(h.Events, at)
		periods.believe(at, entitlement.Derive(h.Person, sources, inForce, decisionsAt(h.Decisions, at), events))
		overlaps.believe(at, entitlement.Overlaps(sources, inForce, events))
	}
	storedPeriods, storedOverlaps := history[osms.Entitlement]{}, history[entitlement.Overlap]{}
	for _, e := range h.Entitlements {
		storedPeriods.add(e.Entitlement, e.KnownFrom, e.KnownUntil)
	}
	for _, o := range h.Overlaps {
		storedOverlaps.add(entitlement.Overlap{A: o.A, B: o.B, From: o.From, Until: o.Overlap.Until}, o.KnownFrom, o.KnownUntil)
	}
	if !periods.same(storedPeriods) {
		found("entitlement", h.Person.String(), "the conclusions do not follow from the facts")
	}
	if !overlaps.same(storedOverlaps) {
		found("overlap", h.Person.String(), "the overlaps do not follow from the facts")
	}
}

func sourcesAt(all []store.KnownFact, regions map[osms.BIN][]regionSince, at int64) []entitlement.Source {
	var facts []osms.Fact
	for _, f := range all {
		if believed(f.KnownFrom, f.KnownUntil, at) {
			facts = append(facts, f.Fact)
		}
	}
	var out []entitlement.Source
	for _, c := range registry.Claims(facts) {
		s := entitlement.Source{Claim: c}
		for _, r := range regions[c.BIN] {
			if r.sequence <= at {
				s.Region = r.region
			}
		}
		out = append(out, s)
	}
	return out
}
