package jobs

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// take screens one organisation and puts it into the batch.
func (r *rosterImport) take(s *speaker) error {
	if s.bin == 0 || s.refuse != "" {
		return r.record(s, registry.Outcome{BIN: s.bin})
	}
	r.screen([]*speaker{s})
	if s.late {
		return r.takeLate(s)
	}
	r.batch = append(r.batch, s)
	if r.waiting += len(s.screened.Rows) + len(s.screened.Absent); r.waiting >= batchPersons {
		return r.flush()
	}
	return nil
}

func headers(imports []store.OrganisationImport) []registry.Journal {
	out := make([]registry.Journal, len(imports))
	for i, o := range imports {
		out[i] = registry.Journal{Import: o.Sequence, Mode: o.Mode, AsAt: o.AsAt}
	}
	return out
}

// takeLate takes a roster that speaks of a day before others that were heard
// already, or that replaces one: everything ever said of the organisation is
// folded again with this roster in its place.
func (r *rosterImport) takeLate(s *speaker) error {
	if err := r.flush(); err != nil {
		return err
	}
	journals, err := journalsOf(r.t, s.bin)
	if err != nil {
		return err
	}
	if err := placed(journals, s.journal); err != nil {
		if r.approved || r.release != nil {
			return err
		}
		s.hold, s.why = osms.HoldRowsDestroyed, "organisation "+s.bin.Digits()
		return r.record(s, registry.Outcome{BIN: s.bin})
	}
	facts, err := r.t.FactsOf(s.bin)
	if err != nil {
		return err
	}
	out := registry.Replan(registry.Claims(facts), append(journals, s.journal), s.journal)
	out.BIN = s.bin
	claims := registry.Claims(facts)
	s.screened.Held = 0
	for _, c := range claims {
		if reaches(c, s.journal.AsAt) {
			s.screened.Held++
		}
	}
	if err := r.trip(s, out); err != nil {
		return err
	}
	if s.hold != "" {
		return r.record(s, out)
	}
	persons := make([]osms.IIN, 0, len(out.Changes))
	for _, c := range out.Changes {
		persons = append(persons, c.After.Person)
	}
	held, err := r.look(persons)
	if err != nil {
		return err
	}
	r.warnOfOtherNames(s, out, held)
	if err := r.settle(held, []registry.Outcome{out}); err != nil {
		return err
	}
	return r.record(s, out)
}

// flush plans and writes the organisations of the batch.
func (r *rosterImport) flush() error {
	if len(r.batch) == 0 {
		return nil
	}
	batch := r.batch
	r.batch, r.waiting = nil, 0
	var persons []osms.IIN
	for _, s := range batch {
		for _, i := range s.screened.Rows {
			persons = append(persons, s.journal.Rows[i].Person)
		}
		persons = append(persons, s.screened.Absent...)
	}
	held, err := r.look(persons)
	if err != nil {
		return err
	}
	outcomes := make([]registry.Outcome, len(batch))
	var refused []osms.IIN
	for i, s := range batch {
		outcomes[i] = registry.Plan(held.of(s), s.journal, s.screened.Rows, nil, s.screened.Unchanged)
		outcomes[i].BIN = s.bin
		refused = append(refused, rejected(outcomes[i])...)
	}
	if r.release == nil { // what is released was kept with whom it protects
		r.protect(refused)
	}
	for i, s := range batch {
		if len(refused) > 0 && r.release == nil {
			// A refusal is not a departure, in none of the file's organisations.
			s.journal.Protected.Persons = r.protected
		}
		outcomes[i].Merge(registry.Plan(held.of(s), s.journal, nil, s.screened.Absent, 0))
		if err := r.trip(s, outcomes[i]); err != nil {
			return err
		}
	}
	var applied []registry.Outcome
	for i, s := range batch {
		if s.hold == "" {
			r.warnOfOtherNames(s, outcomes[i], held)
			applied = append(applied, outcomes[i])
		}
	}
	if err := r.settle(held, applied); err != nil {
		return err
	}
	for i, s := range batch {
		if err := r.record(s, outcomes[i]); err != nil {
			return err
		}
	}
	return nil
}

// warnOfOtherNames warns where another organisation writes a joining person's
// surname or given name differently; what it writes is not shown.
func (r *rosterImport) warnOfOtherNames(s *speaker, out registry.Outcome, held holdings) {
	if len(held.claims) == 0 {
		return
	}
	for _, c := range out.Changes {
		if c.Effect != registry.Joined {
			continue
		}
		for _, other := range held.claims[c.After.Person] {
			if other.BIN != s.bin && (osms.FoldName(other.Name.Surname) != osms.FoldName(c.After.Name.Surname) ||
				osms.FoldName(other.Name.Given) != osms.FoldName(c.After.Name.Given)) {
				i, found := slices.BinarySearchFunc(s.journal.Rows, c.After.Person, func(r osms.Row, p osms.IIN) int { return cmp.Compare(r.Person, p) })
				if found {
					at := s.journal.Rows[i].Place
					r.refuse(r.roster.Fault(at, r.fieldAt(at, "surname"), osms.NameDiffersElsewhere, osms.Warning, c.After.Name.String(), ""))
				}
				break
			}
		}
	}
}
