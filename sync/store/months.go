package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"osmsd/sync/osms"
)

// Freeze is one frozen version of a month: what was due as known at a sequence.
type Freeze struct {
	Month    osms.Month
	Version  int
	Sequence int64 // the last sequence that it takes into account
	Rate     osms.StateRate
	Frozen   time.Time
	Reason   string
	Lines    []osms.Contribution
}

// LastSequence is the newest sequence.
func (s *Store) LastSequence(ctx context.Context) (sequence int64, err error) {
	err = s.db.GetContext(ctx, &sequence, "SELECT coalesce(max(number), 0) FROM audit")
	return sequence, unreachable(err)
}

// SequenceAt is the last sequence committed at or before a moment, and the
// moment of its commit.
func (s *Store) SequenceAt(ctx context.Context, at time.Time) (sequence int64, err error) {
	err = s.db.GetContext(ctx, &sequence, "SELECT coalesce(max(number), 0) FROM audit WHERE at <= $1", at.Unix())
	return sequence, unreachable(err)
}

// CommittedAt is the moment at which a sequence was committed.
func (s *Store) CommittedAt(ctx context.Context, sequence int64) (time.Time, error) {
	var at int64
	if err := s.db.GetContext(ctx, &at, "SELECT at FROM audit WHERE number = $1", sequence); err != nil {
		return time.Time{}, missing(err)
	}
	return time.Unix(at, 0).UTC(), nil
}

// Heads counts the persons entitled in a month as known at a sequence, by
// region and category, from totals.
func (s *Store) Heads(ctx context.Context, month osms.Month, sequence int64) ([]osms.Head, error) {
	return s.heads(ctx, `SELECT region, category, CAST(sum(change) AS BIGINT) FROM tally
		WHERE month <= $1 AND sequence <= $2 GROUP BY region, category ORDER BY region, category`, month, sequence)
}

// CountedHeads is Heads counted person by person: what verify compares with.
func (s *Store) CountedHeads(ctx context.Context, month osms.Month, sequence int64) ([]osms.Head, error) {
	return s.heads(ctx, `SELECT region, category, count(*) FROM entitlement WHERE from_month <= $1 AND to_month >= $1
		AND known_from <= $2 AND known_until > $2 GROUP BY region, category ORDER BY region, category`, month, sequence)
}

func (s *Store) heads(ctx context.Context, query string, args ...any) ([]osms.Head, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []osms.Head
	for rows.Next() {
		var h osms.Head
		if err := rows.Scan(&h.Region, &h.Category, &h.Persons); err != nil {
			return nil, err
		}
		if h.Persons != 0 {
			out = append(out, h)
		}
	}
	return out, unreachable(rows.Err())
}

// Frozen reads a version of a frozen month (0: the newest); ErrNotFound when
// the month was not frozen.
func (s *Store) Frozen(ctx context.Context, month osms.Month, version int) (Freeze, error) {
	return frozen(ctx, s.db, month, version, now)
}

// FrozenAt reads the version that stood at a sequence.
func (s *Store) FrozenAt(ctx context.Context, month osms.Month, sequence int64) (Freeze, error) {
	return frozen(ctx, s.db, month, 0, sequence)
}

func frozen(ctx context.Context, q queryer, month osms.Month, version int, sequence int64) (Freeze, error) {
	f := Freeze{Month: month}
	var at, unverified int64
	err := q.QueryRowContext(ctx, `SELECT version, sequence, percent, base, unverified, frozen, reason FROM frozen_month
		WHERE month = $1 AND ($2 = 0 OR version = $2) AND sequence < $3 ORDER BY version DESC LIMIT 1`, month, version, sequence).
		Scan(&f.Version, &f.Sequence, &f.Rate.Percent, &f.Rate.Base, &unverified, &at, &f.Reason)
	if err != nil {
		return f, missing(err)
	}
	f.Rate.Year, f.Rate.Unverified, f.Frozen = month.Year(), unverified != 0, time.Unix(at, 0).UTC()
	rows, err := q.QueryContext(ctx, `SELECT region, category, persons, amount FROM frozen_line WHERE month = $1 AND version = $2
		ORDER BY region, category`, month, f.Version)
	if err != nil {
		return f, unreachable(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c osms.Contribution
		if err := rows.Scan(&c.Region, &c.Category, &c.Persons, &c.Amount); err != nil {
			return f, err
		}
		f.Lines = append(f.Lines, c)
	}
	return f, unreachable(rows.Err())
}

// PutFreeze freezes a month under this decision's sequence: what was believed
// before it is what is frozen. The version must be the next one.
func (t *Tx) PutFreeze(f Freeze) (Freeze, error) {
	sequence, err := t.Sequence()
	if err != nil {
		return f, err
	}
	f.Sequence = sequence - 1
	unverified := 0
	if f.Rate.Unverified {
		unverified = 1
	}
	if _, err := t.exec(`INSERT INTO frozen_month (month, version, sequence, percent, base, unverified, frozen, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, f.Month, f.Version, f.Sequence, f.Rate.Percent, f.Rate.Base, unverified, f.Frozen.Unix(), f.Reason); err != nil {
		return f, err
	}
	for _, l := range f.Lines {
		if _, err := t.exec(`INSERT INTO frozen_line (month, version, region, category, persons, amount) VALUES ($1, $2, $3, $4, $5, $6)`,
			f.Month, f.Version, l.Region, l.Category, l.Persons, l.Amount); err != nil {
			return f, err
		}
	}
	return f, nil
}

// Rates reads the state's rates as known at a sequence.
func (s *Store) Rates(ctx context.Context, sequence int64) ([]osms.StateRate, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT r.year, r.percent, r.base, r.unverified FROM state_rate r WHERE r.known_from =
		(SELECT max(known_from) FROM state_rate x WHERE x.year = r.year AND x.known_from <= $1) ORDER BY r.year`, sequence)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []osms.StateRate
	for rows.Next() {
		var r osms.StateRate
		var unverified int
		if err := rows.Scan(&r.Year, &r.Percent, &r.Base, &unverified); err != nil {
			return nil, err
		}
		r.Unverified = unverified != 0
		out = append(out, r)
	}
	return out, unreachable(rows.Err())
}

// PutRate believes a year's rate from this decision on.
func (t *Tx) PutRate(r osms.StateRate) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	unverified := 0
	if r.Unverified {
		unverified = 1
	}
	_, err = t.exec("INSERT INTO state_rate (year, percent, base, unverified, known_from) VALUES ($1, $2, $3, $4, $5)",
		r.Year, r.Percent, r.Base, unverified, sequence)
	return err
}

// EntitledPerson is a person on the list of a month, with the name and birth
// date as the claiming organisation writes them.
type EntitledPerson struct {
	osms.Entitlement
	Name  osms.Name
	Birth osms.Date
}

// The plus keeps SQLite from looking a person up by the organisation, through
// all who study there.
const entitledQuery = `SELECT t.person, t.category, t.bin, t.region, e.surname, e.given, e.patronymic, e.birth
	FROM entitlement t JOIN enrolment e ON e.person = t.person AND +e.bin = t.bin AND e.known_from <= $2 AND e.known_until > $2
	WHERE t.from_month <= $1 AND t.to_month >= $1 AND t.known_from <= $2 AND t.known_until > $2 AND ($3 = 0 OR t.region = $3)
	ORDER BY t.person, e.from_day DESC`

// Entitled reads the persons entitled in a month as known at a sequence (region
// 0: the whole country), in order of person.
func (s *Store) Entitled(ctx context.Context, month osms.Month, sequence int64, region osms.Region, each func(EntitledPerson) error) error {
	rows, err := s.db.QueryContext(ctx, entitledQuery, month, sequence, region)
	if err != nil {
		return unreachable(err)
	}
	defer rows.Close()
	var last osms.IIN
	for rows.Next() {
		var p EntitledPerson
		if err := rows.Scan(&p.Person, &p.Category, &p.BIN, &p.Region, &p.Name.Surname, &p.Name.Given, &p.Name.Patronymic, &p.Birth); err != nil {
			return err
		}
		if p.Person == last { // another span of the same claim
			continue
		}
		last = p.Person
		if err := each(p); err != nil {
			return err
		}
	}
	return unreachable(rows.Err())
}

// MonthChange is a person whose place in a month's list differs between two
// sequences. Was and Now are zero where the person is not on the list.
type MonthChange struct {
	Person   osms.IIN
	Was, Now osms.Entitlement
	Import   int64 // the sequence that made the difference
}

// MonthChanges reads the persons whose entitlement in a month differs between
// two sequences, in order of person.
func (s *Store) MonthChanges(ctx context.Context, month osms.Month, from, to int64) (out []MonthChange, err error) {
	err = s.EachMonthChange(ctx, month, from, to, func(c MonthChange) error {
		out = append(out, c)
		return nil
	})
	return out, err
}

// EachMonthChange passes over what MonthChanges reads.
func (s *Store) EachMonthChange(ctx context.Context, month osms.Month, from, to int64, each func(MonthChange) error) error {
	var c MonthChange
	done := func() error {
		if c.Was.Category != c.Now.Category || c.Was.BIN != c.Now.BIN || c.Was.Region != c.Now.Region {
			return each(c)
		}
		return nil
	}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var e osms.Entitlement
		var knownFrom, knownUntil int64
		if err := rows.Scan(&e.Person, &e.Category, &e.BIN, &e.Region, &knownFrom, &knownUntil); err != nil {
			return err
		}
		if c.Person != e.Person {
			if err := done(); err != nil {
				return err
			}
			c = MonthChange{Person: e.Person}
		}
		if knownFrom <= from {
			c.Was = e
			c.Import = max(c.Import, knownUntil)
		} else {
			c.Now = e
			c.Import = max(c.Import, knownFrom)
		}
		return nil
	}, `SELECT person, category, bin, region, known_from, known_until FROM entitlement
		WHERE from_month <= $1 AND to_month >= $1 AND
		((known_from <= $2 AND known_until > $2 AND known_until <= $3) OR (known_from > $2 AND known_from <= $3 AND known_until > $3))
		ORDER BY person`, month, from, to)
	if err != nil {
		return err
	}
	return done()
}

// StatedPlace is where the row stands that a decision took a person's fact from.
type StatedPlace struct {
	Person osms.IIN
	Source int64 // the import whose file it is in
	osms.Place
}

// PlacesOf passes over the places of the facts of some persons that became known
// after a sequence, with the decision that made each known; absences have none.
func (s *Store) PlacesOf(ctx context.Context, persons []osms.IIN, after int64, each func(decision int64, p StatedPlace)) error {
	for part := range slices.Chunk(persons, chunk) {
		list, args := among(part, 2)
		err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
			var p StatedPlace
			var decision int64
			if err := rows.Scan(&p.Person, &decision, &p.Source, &p.Sheet, &p.Row); err != nil {
				return err
			}
			each(decision, p)
			return nil
		}, "SELECT person, known_from, source, sheet, row_number FROM enrolment WHERE known_from > $1 AND row_number > 0 AND person IN ("+list+") ORDER BY person, known_from, from_day",
			append([]any{after}, args...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Export is a line of the register of exported lists.
type Export struct {
	ID       int64
	Month    osms.Month
	Version  int
	Sequence int64
	Region   osms.Region
	Persons  int
	Amount   osms.Tiyn
	Digest   string
	Made     time.Time
}

// LastExport is the newest exported list of a region (0: the whole country)
// other than the given month's version; ErrNotFound when there is none.
func (s *Store) LastExport(ctx context.Context, region osms.Region, month osms.Month, version int) (Export, error) {
	var e Export
	var made int64
	err := s.db.QueryRowContext(ctx, `SELECT id, month, version, sequence, region, persons, amount, digest, made FROM exported_list
		WHERE region = $1 AND NOT (month = $2 AND version = $3) ORDER BY id DESC LIMIT 1`, region, month, version).
		Scan(&e.ID, &e.Month, &e.Version, &e.Sequence, &e.Region, &e.Persons, &e.Amount, &e.Digest, &made)
	e.Made = time.Unix(made, 0).UTC()
	return e, missing(err)
}

// PutExport registers an exported list.
func (s *Store) PutExport(ctx context.Context, lease Lease, e Export) error {
	return s.Write(ctx, lease, func(t *Tx) error {
		id, err := t.count("export", 1)
		if err != nil {
			return err
		}
		_, err = t.exec(`INSERT INTO exported_list (id, month, version, sequence, region, persons, amount, digest, made)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, e.Month, e.Version, e.Sequence, e.Region, e.Persons, e.Amount, e.Digest, e.Made.Unix())
		return err
	})
}

// NotFound reports whether an error says that there is no such row.
func NotFound(err error) bool { return errors.Is(err, ErrNotFound) }
