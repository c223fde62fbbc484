package store

import (
	"context"

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
	rows, err := s.db.QueryContext(ctx, "SELECT "+factColumns+`, e.known_from, e.known_until FROM enrolment e WHERE e.person = $1
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
	periods, err := s.db.QueryContext(ctx, `SELECT person, category, from_month, to_month, bin, region, known_from, known_until
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

// Freezes lists the newest frozen version of every month, oldest first.
func (s *Store) Freezes(ctx context.Context) ([]Freeze, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT month, max(version) FROM freeze GROUP BY month ORDER BY month`)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var keys []Freeze
	for rows.Next() {
		var f Freeze
		if err := rows.Scan(&f.Month, &f.Version); err != nil {
			return nil, err
		}
		keys = append(keys, f)
	}
	if err := rows.Err(); err != nil {
		return nil, unreachable(err)
	}
	for i, k := range keys {
		if keys[i], err = s.Frozen(ctx, k.Month, k.Version); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
