package jobs

import (
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// speakersAtOnce bounds the organisations whose refusals are looked for together.
const speakersAtOnce = 500

// screen compares the rows of organisations that came in order with what is held
// there, so that only what differs is looked at.
func (r *rosterImport) screen(speakers []*speaker) (late bool, waiting int) {
	for _, s := range speakers {
		if s.bin == 0 || s.refuse != "" || s.sifted {
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
// departure, in none of the file's organisations. silent are those of which
// nothing is applied now, and whose refusals count all the same. A file that goes
// through in one batch sees to that itself.
func (r *rosterImport) protectRefused(speakers, silent []*speaker) error {
	all := slices.Concat(speakers, silent)
	if r.roster.Mode != osms.Full || len(all) < 2 {
		return nil
	}
	late, waiting := r.screen(all)
	if !late && waiting < batchPersons && len(silent) == 0 {
		return nil
	}
	var refused []osms.IIN
	for batch := range slices.Chunk(all, speakersAtOnce) {
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
			refused = append(refused, rejected(registry.Plan(claims, s.journal, rows, nil, 0))...)
		}
	}
	for _, s := range all {
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
	r.protect(refused)
	for _, s := range speakers {
		if s.refuse == "" {
			s.journal.Protected.Persons = r.protected
		}
	}
	return nil
}

// rejected are the persons whose rows an outcome refuses.
func rejected(out registry.Outcome) (persons []osms.IIN) {
	for _, f := range out.Findings {
		if f.Severity == osms.Refused {
			persons = append(persons, f.Person)
		}
	}
	return persons
}
