package store

import (
	"database/sql"

	"osmsd/sync/osms"
)

// factColumns are the columns of a fact as scanFact reads them.
const factColumns = `e.bin, e.person, e.first_day, e.from_day, e.until_day, e.ending, e.form, e.level, e.status, e.grade,
	e.class_group, e.speciality, e.language, e.funding, e.surname, e.given, e.patronymic, e.birth, e.source, e.sheet, e.row_number`

func scanFact(rows *sql.Rows, f *osms.Fact, more ...any) error {
	return rows.Scan(append([]any{&f.BIN, &f.Person, &f.First, &f.From, &f.Until, &f.Ending, &f.Facts.Form, &f.Facts.Level,
		&f.Facts.Status, &f.Facts.Grade, &f.Facts.Group, &f.Facts.Speciality, &f.Facts.Language, &f.Facts.Funding,
		&f.Name.Surname, &f.Name.Given, &f.Name.Patronymic, &f.Birth, &f.Import, &f.Place.Sheet, &f.Place.Row}, more...)...)
}

// Touch names the persons that Facts and Entitlements then speak of.
func (t *Tx) Touch(persons []osms.IIN) error {
	return t.keys("touched", []string{"person"}, func(add func(...any) error) error {
		for _, p := range persons {
			if err := add(int64(p)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Facts reads everything that is believed of the touched persons, at every
// organisation, in order of person, organisation and day.
func (t *Tx) Facts() ([]osms.Fact, error) {
	return t.facts(touchedFacts, int64(now))
}

const touchedFacts = `SELECT ` + factColumns + ` FROM touched t CROSS JOIN enrolment e WHERE e.person = t.person AND e.known_until = $1
	ORDER BY e.person, e.bin, e.from_day`

// FactsOf reads everything that is believed at an organisation, in order of
// person and day.
func (t *Tx) FactsOf(bin osms.BIN) ([]osms.Fact, error) {
	return t.facts(`SELECT `+factColumns+` FROM enrolment e WHERE e.bin = $1 AND e.known_until = $2
		ORDER BY e.person, e.from_day`, bin, int64(now))
}

func (t *Tx) facts(query string, args ...any) ([]osms.Fact, error) {
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []osms.Fact
	for rows.Next() {
		var f osms.Fact
		if err := scanFact(rows, &f); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, unreachable(rows.Err())
}

const closeFacts = `UPDATE enrolment SET known_until = $1 FROM closing c WHERE enrolment.person = c.person
	AND enrolment.bin = c.bin AND enrolment.from_day = c.from_day AND enrolment.known_until = $2`

// CloseFacts stops believing facts, from this decision on.
func (t *Tx) CloseFacts(facts []osms.Fact) error {
	if len(facts) == 0 {
		return nil
	}
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	err = t.keys("closing", []string{"person", "bin", "from_day"}, func(add func(...any) error) error {
		for _, f := range facts {
			if err := add(int64(f.Person), int64(f.BIN), int64(f.From)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	n, err := t.exec(closeFacts, sequence, int64(now))
	if err == nil && n != int64(len(facts)) {
		return errMoved("facts", len(facts), n)
	}
	return err
}

// OpenFacts begins to believe facts, from this decision on. prints[i] is the
// fingerprint of facts[i].
func (t *Tx) OpenFacts(facts []osms.Fact, prints []osms.Fingerprint) error {
	if len(facts) == 0 {
		return nil
	}
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	columns := []string{"bin", "person", "first_day", "from_day", "until_day", "ending", "form", "level", "status", "grade",
		"class_group", "speciality", "language", "funding", "surname", "given", "patronymic", "birth", "fingerprint",
		"source", "sheet", "row_number", "known_from", "known_until"}
	err = t.load("enrolment", columns, func(add func(...any) error) error {
		for i, f := range facts {
			err := add(int64(f.BIN), int64(f.Person), int64(f.First), int64(f.From), int64(f.Until), string(f.Ending),
				string(f.Facts.Form), string(f.Facts.Level), string(f.Facts.Status), f.Facts.Grade, f.Facts.Group,
				f.Facts.Speciality, f.Facts.Language, f.Facts.Funding, f.Name.Surname, f.Name.Given, f.Name.Patronymic,
				int64(f.Birth), int64(prints[i]), f.Import, int64(f.Place.Sheet), int64(f.Place.Row), sequence, int64(now))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.study()
}

// CountFacts counts the facts that are believed.
func (t *Tx) CountFacts() (n int64, err error) {
	err = t.tx.GetContext(t.ctx, &n, "SELECT count(*) FROM enrolment WHERE known_until = $1", int64(now))
	return n, missing(err)
}

// EachHeldPerson passes over the persons of whom facts are believed, one for
// every fact, and those about whom something was decided or of whom something happened, in no order.
func (t *Tx) EachHeldPerson(each func(osms.IIN)) error {
	return t.each(func(rows *sql.Rows) error {
		var person int64
		if err := rows.Scan(&person); err != nil {
			return err
		}
		each(osms.IIN(person))
		return nil
	}, `SELECT person FROM enrolment WHERE known_until = $1 UNION ALL SELECT person FROM overlap_decision
		UNION ALL SELECT person FROM event WHERE known_until = $1`, int64(now))
}
