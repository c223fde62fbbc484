package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// lookUp is how many persons are looked up with one statement.
const lookUp = 500

// PersonsAt reads everything that was believed of persons up to a sequence, but
// for their overlaps, in the order in which they are given: ascending, each
// once.
func (s *Store) PersonsAt(ctx context.Context, persons []osms.IIN, sequence int64, each func(PersonHistory) error) error {
	for len(persons) > 0 {
		chunk := persons[:min(len(persons), lookUp)]
		persons = persons[len(chunk):]
		if err := s.personsAt(ctx, chunk, sequence, each); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) personsAt(ctx context.Context, persons []osms.IIN, sequence int64, each func(PersonHistory) error) error {
	args, places := []any{sequence}, ""
	for _, p := range persons {
		args = append(args, p)
		places += fmt.Sprintf(", $%d", len(args))
	}
	facts, entitlements := factCursor(sequence), entitlementCursor(sequence)
	defer func() { facts.close(); entitlements.close() }()
	if err := facts.open(ctx, s, "SELECT "+factColumns+`, e.known_from, e.known_until FROM enrolment e WHERE e.known_from <= $1
		AND e.person IN (`+places[2:]+") ORDER BY e.person, e.bin, e.from_day", args...); err != nil {
		return err
	}
	if err := entitlements.open(ctx, s, `SELECT person, category, from_month, to_month, bin, region, known_from, known_until FROM entitlement
		WHERE known_from <= $1 AND person IN (`+places[2:]+") ORDER BY person, from_month", args...); err != nil {
		return err
	}
	for _, person := range persons {
		h := PersonHistory{Person: person}
		var err error
		if h.Facts, err = facts.take(person); err != nil {
			return err
		}
		if h.Entitlements, err = entitlements.take(person); err != nil {
			return err
		}
		if err := each(h); err != nil {
			return err
		}
	}
	return nil
}

// PersonsEnding lists the persons of whom something that is believed may end
// between two days, both included: category 1 at the end of a month, or
// full-time study. In order.
func (s *Store) PersonsEnding(ctx context.Context, from, until osms.Date) (out []osms.IIN, err error) {
	err = s.persons(ctx, &out, `SELECT t.person FROM entitlement t WHERE t.known_until = $1 AND t.category = $2
			AND t.to_month >= $3 AND t.to_month <= $4
		UNION SELECT e.person FROM enrolment e WHERE e.known_until = $1 AND e.form = $5 AND e.until_day >= $6 AND e.until_day <= $7
		ORDER BY 1`, int64(now), string(osms.Child), from.Month(), until.Month(), string(osms.FullTime), from, until)
	return out, err
}

func (s *Store) persons(ctx context.Context, out *[]osms.IIN, query string, args ...any) error {
	return eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var person int64
		err := rows.Scan(&person)
		*out = append(*out, osms.IIN(person))
		return err
	}, query, args...)
}

// FirstKnown tells for each organisation the first decision that brought facts
// of it.
func (s *Store) FirstKnown(ctx context.Context) (map[osms.BIN]int64, error) {
	out := map[osms.BIN]int64{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var bin osms.BIN
		var first int64
		err := rows.Scan(&bin, &first)
		out[bin] = first
		return err
	}, "SELECT bin, min(known_from) FROM enrolment GROUP BY bin")
	return out, err
}

// BornTogether reads the persons whom an organisation was believed, at a
// sequence, to claim on a day from one to another, with the names and birth
// dates it writes: those only whose birth date somebody else there has too. In
// order of birth date and person, a line for every span.
func (s *Store) BornTogether(ctx context.Context, bin osms.BIN, sequence int64, from, until osms.Date, each func(osms.IIN, osms.Name, osms.Date) error) error {
	const claimed = `e.bin = $1 AND e.known_from <= $2 AND e.known_until > $2 AND e.from_day <= $4 AND e.until_day >= $3`
	return eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var person int64
		var name osms.Name
		var birth osms.Date
		if err := rows.Scan(&person, &name.Surname, &name.Given, &name.Patronymic, &birth); err != nil {
			return err
		}
		return each(osms.IIN(person), name, birth)
	}, `SELECT e.person, e.surname, e.given, e.patronymic, e.birth FROM enrolment e WHERE `+claimed+` AND e.birth IN
		(SELECT e.birth FROM enrolment e WHERE `+claimed+` GROUP BY e.birth HAVING count(DISTINCT e.person) > 1)
		ORDER BY e.birth, e.person, e.from_day`, bin, sequence, from, until)
}

// ChainEntry is a decision as the audit chain numbers it.
type ChainEntry struct {
	Number int64
	At     time.Time
	What   string
}

// EachDecision passes over the decisions of every kind, up to a sequence, in
// order.
func (s *Store) EachDecision(ctx context.Context, upTo int64, each func(ChainEntry) error) error {
	return eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var e ChainEntry
		var at int64
		if err := rows.Scan(&e.Number, &at, &e.What); err != nil {
			return err
		}
		e.At = time.Unix(at, 0).UTC()
		return each(e)
	}, "SELECT number, at, what FROM audit WHERE number <= $1 ORDER BY number", upTo)
}

// ImportNamed reads what is known of an import without what it said: file and its
// sheets, kind, region and times. ErrNotFound when the sequence is no import's.
func (s *Store) ImportNamed(ctx context.Context, sequence int64) (Import, error) {
	i := Import{Sequence: sequence}
	var received, committed int64
	var sheets string
	err := s.db.QueryRowContext(ctx, "SELECT name, kind, region, received, committed, run, sheets FROM import WHERE sequence = $1", sequence).
		Scan(&i.Name, &i.Kind, &i.Region, &received, &committed, &i.Run, &sheets)
	if err != nil {
		return i, missing(err)
	}
	i.Received, i.Committed = time.Unix(received, 0).UTC(), time.Unix(committed, 0).UTC()
	if err := json.Unmarshal([]byte(sheets), &i.Sheets); err != nil {
		return i, fmt.Errorf("sheets of import %d: %w", sequence, err)
	}
	return i, nil
}

// RunsAt lists the runs that were under way at a moment, in order: more than one
// where they followed one another within its second.
func (s *Store) RunsAt(ctx context.Context, at time.Time) (out []osms.Run, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var r osms.Run
		err := rows.Scan(&r.ID, &r.Job, &r.Trigger, &r.Who)
		out = append(out, r)
		return err
	}, "SELECT id, job, cause, who FROM run WHERE started <= $1 AND (finished IS NULL OR finished >= $1) ORDER BY id", at.Unix())
	return out, err
}

// RunNumbered reads a run's job and cause; ErrNotFound when there is none.
func (s *Store) RunNumbered(ctx context.Context, id int64) (osms.Run, error) {
	r, err := scanRun(s.db.QueryRowContext(ctx, "SELECT "+runColumns+" FROM run WHERE id = $1", id).Scan)
	return r, unreachable(missing(err))
}
