package store

import (
	"osmsd/sync/osms"
)

// HeldEntitlement is an entitlement with the sequence from which it is
// believed.
type HeldEntitlement struct {
	osms.Entitlement
	KnownFrom int64
}

type tallyKey struct {
	region   osms.Region
	category osms.Category
	month    osms.Month
}

// Entitlements reads what is concluded of the touched persons, in order of
// person and month.
func (t *Tx) Entitlements() ([]HeldEntitlement, error) {
	rows, err := t.tx.QueryContext(t.ctx, `SELECT e.person, e.category, e.from_month, e.to_month, e.bin, e.region, e.known_from
		FROM touched t CROSS JOIN entitlement e WHERE e.person = t.person AND e.known_until = $1
		ORDER BY e.person, e.from_month`, int64(now))
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []HeldEntitlement
	for rows.Next() {
		var e HeldEntitlement
		if err := rows.Scan(&e.Person, &e.Category, &e.From, &e.To, &e.BIN, &e.Region, &e.KnownFrom); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, unreachable(rows.Err())
}

// CloseEntitlements stops believing conclusions. One that this very decision
// had opened goes without a trace, for it was never known.
func (t *Tx) CloseEntitlements(closing []HeldEntitlement) error {
	if len(closing) == 0 {
		return nil
	}
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	want := 0
	err = t.keys("lapsing", []string{"person", "from_month"}, func(add func(...any) error) error {
		for _, e := range closing {
			t.tally(e.Entitlement, -1)
			if e.KnownFrom == sequence {
				continue
			}
			want++
			if err := add(int64(e.Person), int64(e.From)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	n, err := t.exec(`UPDATE entitlement SET known_until = $1 FROM lapsing l WHERE entitlement.person = l.person
		AND entitlement.from_month = l.from_month AND entitlement.known_until = $2`, sequence, int64(now))
	if err != nil {
		return err
	}
	if n != int64(want) {
		return errMoved("entitlements", want, n)
	}
	for _, e := range closing {
		if e.KnownFrom != sequence {
			continue
		}
		if _, err := t.exec("DELETE FROM entitlement WHERE person = $1 AND from_month = $2 AND known_until = $3 AND known_from = $4",
			e.Person, e.From, int64(now), sequence); err != nil {
			return err
		}
	}
	return nil
}

// OpenEntitlements begins to believe conclusions.
func (t *Tx) OpenEntitlements(opening []osms.Entitlement) error {
	if len(opening) == 0 {
		return nil
	}
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	columns := []string{"person", "category", "from_month", "to_month", "bin", "region", "known_from", "known_until"}
	return t.load("entitlement", columns, func(add func(...any) error) error {
		for _, e := range opening {
			t.tally(e, 1)
			if err := add(int64(e.Person), string(e.Category), int64(e.From), int64(e.To), int64(e.BIN), int64(e.Region), sequence, int64(now)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *Tx) tally(e osms.Entitlement, sign int64) {
	t.tallies[tallyKey{e.Region, e.Category, e.From}] += sign
	if e.To != osms.EndlessMonth {
		t.tallies[tallyKey{e.Region, e.Category, e.To.Add(1)}] -= sign
	}
}

func (t *Tx) writeTallies() error {
	for k, change := range t.tallies {
		if change == 0 {
			delete(t.tallies, k)
		}
	}
	if len(t.tallies) == 0 {
		return nil
	}
	return t.load("tally", []string{"sequence", "region", "category", "month", "change"}, func(add func(...any) error) error {
		for k, change := range t.tallies {
			if err := add(t.sequence, int64(k.region), string(k.category), int64(k.month), change); err != nil {
				return err
			}
		}
		return nil
	})
}
