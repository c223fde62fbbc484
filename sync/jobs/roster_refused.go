package jobs

import (
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// screen compares the rows of the organisations that came in order with what is
// held there, so that only what differs is looked at.
func (r *rosterImport) screen(speakers []*speaker) (late bool, waiting int) {
	for _, s := range speakers {
		if s.bin == 0 || s.refuse != "" {
			continue
		}
		s.sifted = true
		if s.late = !registry.InOrder(headers(s.standing.Spoken), s.journal); s.late {
			late = true
			continue
		}
		s.screened = registry.Screen(s.standing.Marks, s.journal.Rows, s.journal.Mode)
		s.standing.Marks = nil
		waiting += len(s.screened.Rows) + len(s.screened.Absent)
	}
	return late, waiting
}

// protectRefused finds, before anybody is absent from the file, the persons of
// whom it has a row that cannot be true of what is held: a refusal is not a
// departure, in none of the file's organisations. A file that goes through in one
// batch sees to that itself.
func (r *rosterImport) protectRefused(speakers []*speaker) error {
	late, waiting := r.screen(speakers)
	if r.roster.Mode != osms.Full || len(speakers) < 2 || !late && waiting < batchPersons {
		return nil
	}
	var refused []osms.IIN
	note := func(findings []registry.Finding) {
		for _, f := range findings {
			if f.Severity == osms.Refused {
				refused = append(refused, f.Person)
			}
		}
	}
	for batch := range slices.Chunk(speakers, speakersAtOnce) {
		var persons []osms.IIN
		for _, s := range batch {
			for _, i := range s.screened.Rows {
				persons = append(persons, s.journal.Rows[i].Person)
			}
		}
		held, err := r.look(persons)
		if err != nil {
			return err
		}
		for _, s := range batch {
			// Of whom nothing is held nothing can contradict, unless it is a departure.
			claims := held.of(s)
			rows := slices.DeleteFunc(slices.Clone(s.screened.Rows), func(i int) bool {
				row := &s.journal.Rows[i]
				_, known := claims[row.Person]
				return !known && row.LeftOn.IsZero() && !row.Facts.Status.Leaving()
			})
			note(registry.Plan(claims, s.journal, rows, nil, 0).Findings)
		}
	}
	for _, s := range speakers {
		if !s.late {
			continue
		}
		journals, err := journalsOf(r.t, s.bin)
		if err != nil {
			return err
		}
		for person, v := range registry.Fold(append(journals, s.journal), s.journal.Import).Verdicts {
			if v.Effect == registry.Rejected {
				refused = append(refused, person)
			}
		}
	}
	if len(refused) == 0 {
		return nil
	}
	slices.Sort(refused)
	for _, s := range speakers {
		s.journal.Protected.Persons = append(slices.Clone(s.journal.Protected.Persons), refused...)
		s.kept = nil
	}
	return nil
}

// speakersAtOnce bounds whose rows are looked at together.
const speakersAtOnce = 100
