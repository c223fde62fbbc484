package store

import (
	"context"

	"osmsd/sync/osms"
)

// Overlap is two full-time claims on a person with days in common, as many on
// end as there are: two claims that meet twice overlap twice. Number is 0 until
// one is given.
type Overlap struct {
	Person      osms.IIN
	A, B        osms.BIN
	From, Until osms.Date
	Number      int64
	KnownFrom   int64
}

// Overlaps reads what is registered of the touched persons.
func (t *Tx) Overlaps() ([]Overlap, error) {
	rows, err := t.tx.QueryContext(t.ctx, `SELECT o.person, o.bin_a, o.bin_b, o.from_day, o.until_day, o.number, o.known_from
		FROM touched t CROSS JOIN overlap o WHERE o.person = t.person AND o.known_until = $1 ORDER BY o.person, o.bin_a, o.bin_b, o.from_day`, int64(now))
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []Overlap
	for rows.Next() {
		var o Overlap
		if err := rows.Scan(&o.Person, &o.A, &o.B, &o.From, &o.Until, &o.Number, &o.KnownFrom); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, unreachable(rows.Err())
}

// CloseOverlap stops believing an overlap; OpenOverlap begins to.
func (t *Tx) CloseOverlap(o Overlap) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	if o.KnownFrom == sequence {
		_, err = t.exec("DELETE FROM overlap WHERE person = $1 AND bin_a = $2 AND bin_b = $3 AND from_day = $4 AND known_until = $5",
			o.Person, o.A, o.B, o.From, int64(now))
		return err
	}
	_, err = t.exec("UPDATE overlap SET known_until = $1 WHERE person = $2 AND bin_a = $3 AND bin_b = $4 AND from_day = $5 AND known_until = $6",
		sequence, o.Person, o.A, o.B, o.From, int64(now))
	return err
}

// OpenOverlap begins to believe an overlap.
func (t *Tx) OpenOverlap(o Overlap) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO overlap (person, bin_a, bin_b, from_day, until_day, number, known_from, known_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, o.Person, o.A, o.B, o.From, o.Until, o.Number, sequence, int64(now))
	return err
}

// NumberOverlaps gives numbers to the overlaps that have none: at the end of a
// poll or a command, so that a transfer whose two files arrive together is no
// dispute.
func (s *Store) NumberOverlaps(ctx context.Context, lease Lease) (int, error) {
	numbered := 0
	err := s.Write(ctx, lease, func(t *Tx) error {
		var open []Overlap
		rows, err := t.tx.QueryContext(ctx, "SELECT person, bin_a, bin_b, from_day FROM overlap WHERE number = 0 AND known_until = $1 ORDER BY person, bin_a, bin_b, from_day", int64(now))
		if err != nil {
			return unreachable(err)
		}
		defer rows.Close()
		for rows.Next() {
			var o Overlap
			if err := rows.Scan(&o.Person, &o.A, &o.B, &o.From); err != nil {
				return err
			}
			open = append(open, o)
		}
		if err := rows.Err(); err != nil || len(open) == 0 {
			return unreachable(err)
		}
		last, err := t.count("overlap", int64(len(open)))
		if err != nil {
			return err
		}
		for i, o := range open {
			if _, err := t.exec("UPDATE overlap SET number = $1 WHERE person = $2 AND bin_a = $3 AND bin_b = $4 AND from_day = $5 AND known_until = $6",
				last-int64(len(open)-1-i), o.Person, o.A, o.B, o.From, int64(now)); err != nil {
				return err
			}
		}
		numbered = len(open)
		return nil
	})
	return numbered, err
}

// OpenOverlaps lists the overlaps with a day in a month, as believed now.
func (s *Store) OpenOverlaps(ctx context.Context, month osms.Month) ([]Overlap, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT person, bin_a, bin_b, from_day, until_day, number, known_from FROM overlap
		WHERE known_until = $1 AND from_day <= $2 AND until_day >= $3 ORDER BY person, bin_a, bin_b, from_day`, int64(now), month.Last(), month.First())
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []Overlap
	for rows.Next() {
		var o Overlap
		if err := rows.Scan(&o.Person, &o.A, &o.B, &o.From, &o.Until, &o.Number, &o.KnownFrom); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, unreachable(rows.Err())
}
