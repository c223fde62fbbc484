package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// KnownFact is a fact with the sequences between which it was believed; Until
// 0 means "still".
type KnownFact struct {
	osms.Fact
	KnownFrom, KnownUntil int64
}

// KnownEntitlement is a conclusion with its sequences.
type KnownEntitlement struct {
	osms.Entitlement
	KnownFrom, KnownUntil int64
}

func still(until int64) int64 {
	if until == now {
		return 0
	}
	return until
}

// History reads everything ever believed of a person, in order of known time
// and day.
func (s *Store) History(ctx context.Context, person osms.IIN) ([]KnownFact, []KnownEntitlement, error) {
	return personHistory(ctx, s.db, person)
}

// History reads everything ever believed of a person, in order of known time
// and day.
func (t *Tx) History(person osms.IIN) ([]KnownFact, []KnownEntitlement, error) {
	return personHistory(t.ctx, t.tx, person)
}

func personHistory(ctx context.Context, q queryer, person osms.IIN) ([]KnownFact, []KnownEntitlement, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+factColumns+`, e.known_from, e.known_until FROM enrolment e WHERE e.person = $1
		ORDER BY e.bin, e.from_day, e.known_from`, person)
	if err != nil {
		return nil, nil, unreachable(err)
	}
	defer rows.Close()
	var facts []KnownFact
	for rows.Next() {
		var f KnownFact
		if err := scanFact(rows, &f.Fact, &f.KnownFrom, &f.KnownUntil); err != nil {
			return nil, nil, err
		}
		f.KnownUntil = still(f.KnownUntil)
		facts = append(facts, f)
	}
	if err := rows.Err(); err != nil {
		return nil, nil, unreachable(err)
	}
	periods, err := q.QueryContext(ctx, `SELECT person, category, from_month, to_month, bin, region, known_from, known_until
		FROM entitlement WHERE person = $1 ORDER BY from_month, known_from`, person)
	if err != nil {
		return nil, nil, unreachable(err)
	}
	defer periods.Close()
	var out []KnownEntitlement
	for periods.Next() {
		var e KnownEntitlement
		if err := periods.Scan(&e.Person, &e.Category, &e.From, &e.To, &e.BIN, &e.Region, &e.KnownFrom, &e.KnownUntil); err != nil {
			return nil, nil, err
		}
		e.KnownUntil = still(e.KnownUntil)
		out = append(out, e)
	}
	return facts, out, unreachable(periods.Err())
}

// Freezes lists, oldest first, the version of every frozen month that stood at a
// sequence.
func (s *Store) Freezes(ctx context.Context, sequence int64) (out []Freeze, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var f Freeze
		var at, unverified int64
		if err := rows.Scan(&f.Month, &f.Version, &f.Sequence, &f.Rate.Percent, &f.Rate.Base, &unverified, &at, &f.Reason); err != nil {
			return err
		}
		f.Rate.Year, f.Rate.Unverified, f.Frozen = f.Month.Year(), unverified != 0, time.Unix(at, 0).UTC()
		if n := len(out); n > 0 && out[n-1].Month == f.Month {
			out = out[:n-1] // a later version stands for it
		}
		out = append(out, f)
		return nil
	}, `SELECT month, version, sequence, percent, base, unverified, frozen, reason FROM frozen_month WHERE sequence < $1 ORDER BY month, version`, sequence)
	if err != nil {
		return nil, err
	}
	i := 0
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var month osms.Month
		var version int
		var c osms.Contribution
		if err := rows.Scan(&month, &version, &c.Region, &c.Category, &c.Persons, &c.Amount); err != nil {
			return err
		}
		for i < len(out) && out[i].Month < month {
			i++
		}
		if i < len(out) && out[i].Month == month && out[i].Version == version {
			out[i].Lines = append(out[i].Lines, c)
		}
		return nil
	}, "SELECT month, version, region, category, persons, amount FROM frozen_line ORDER BY month, version, region, category")
	return out, err
}

// Names reads the newest claim's name of each person as known at a sequence,
// the last known where no claim stands any more.
func (s *Store) Names(ctx context.Context, persons []osms.IIN, sequence int64) (map[osms.IIN]osms.Name, error) {
	out := make(map[osms.IIN]osms.Name, len(persons))
	for len(persons) > 0 {
		chunk := persons[:min(len(persons), 500)]
		persons = persons[len(chunk):]
		args := []any{sequence}
		places := ""
		for _, p := range chunk {
			args = append(args, p)
			places += fmt.Sprintf(", $%d", len(args))
		}
		rows, err := s.db.QueryContext(ctx, `SELECT person, surname, given, patronymic FROM enrolment WHERE known_from <= $1
			AND person IN (`+places[2:]+") ORDER BY person, known_from, first_day", args...)
		if err != nil {
			return nil, unreachable(err)
		}
		for rows.Next() {
			var p osms.IIN
			var n osms.Name
			if err := rows.Scan(&p, &n.Surname, &n.Given, &n.Patronymic); err != nil {
				rows.Close()
				return nil, err
			}
			out[p] = n
		}
		if err := rows.Err(); err != nil {
			return nil, unreachable(err)
		}
		rows.Close()
	}
	return out, nil
}

// Contending tells the persons who were claimed twice in a month as known at
// one of two sequences.
func (s *Store) Contending(ctx context.Context, month osms.Month, from, to int64) (map[osms.IIN]bool, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT DISTINCT person FROM overlap WHERE from_day <= $1 AND until_day >= $2
		AND ((known_from <= $3 AND known_until > $3) OR (known_from <= $4 AND known_until > $4))`, month.Last(), month.First(), from, to)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	out := map[osms.IIN]bool{}
	for rows.Next() {
		var p osms.IIN
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		out[p] = true
	}
	return out, unreachable(rows.Err())
}
