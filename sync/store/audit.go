package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"

	"osmsd/sync/osms"
)

// Digest is how kept content is proved.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Look reads in one transaction that changes nothing and keeps nobody from
// writing: everything read in it belongs together.
func (s *Store) Look(ctx context.Context, do func(*Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.d.snapshot})
	if err != nil {
		return unreachable(err)
	}
	defer tx.Rollback()
	return do(&Tx{s: s, tx: tx, ctx: ctx, tallies: map[tallyKey]int64{}})
}

// Files lists the digests of every file that was seen.
func (s *Store) Files(ctx context.Context) ([]string, error) {
	var out []string
	err := s.db.SelectContext(ctx, &out, "SELECT sha256 FROM file ORDER BY sha256")
	return out, unreachable(err)
}

// WalkAudit reads the audit chain from its beginning and reports every entry
// that does not follow from the one before, and a chain that is shorter or
// longer than the decisions that were numbered. head is the last link. A whole
// chain forged from some entry on, counter included, shows only against a head
// that was written down elsewhere.
func (s *Store) WalkAudit(ctx context.Context, fault func(number int64, detail string)) (entries int, head string, err error) {
	err = s.Look(ctx, func(t *Tx) error {
		var decided int64
		if err := t.tx.GetContext(ctx, &decided, "SELECT coalesce(max(value), 0) FROM counter WHERE name = 'sequence'"); err != nil {
			return unreachable(err)
		}
		rows, err := t.tx.QueryContext(ctx, "SELECT number, at, what, digest, chain FROM audit ORDER BY number")
		if err != nil {
			return unreachable(err)
		}
		defer rows.Close()
		for rows.Next() {
			var number, at int64
			var what, digest, link string
			if err := rows.Scan(&number, &at, &what, &digest, &link); err != nil {
				return err
			}
			entries++
			if number != int64(entries) {
				fault(number, fmt.Sprintf("entry %d is missing", entries))
				entries = int(number)
			} else if link != chain(head, number, at, what, digest) {
				fault(number, "the entry does not follow from the one before it")
			}
			head = link
		}
		if int64(entries) != decided {
			fault(int64(entries), fmt.Sprintf("the chain ends at entry %d, and %d decisions were numbered", entries, decided))
		}
		return unreachable(rows.Err())
	})
	return entries, head, err
}

// UnevenTotals counts, over the whole history, the totals that are not the sum
// of the conclusions which were opened and closed: by decision, region, category
// and month.
func (s *Store) UnevenTotals(ctx context.Context) (n int, err error) {
	const after = "CASE WHEN to_month % 100 = 12 THEN to_month + 89 ELSE to_month + 1 END"
	err = s.db.GetContext(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM (
		SELECT sequence, region, category, month, change FROM tally
		UNION ALL SELECT known_from, region, category, from_month, -1 FROM entitlement
		UNION ALL SELECT known_from, region, category, `+after+`, 1 FROM entitlement WHERE to_month <> $1
		UNION ALL SELECT known_until, region, category, from_month, 1 FROM entitlement WHERE known_until <> $2
		UNION ALL SELECT known_until, region, category, `+after+`, -1 FROM entitlement WHERE to_month <> $1 AND known_until <> $2) AS moved
		GROUP BY sequence, region, category, month HAVING sum(change) <> 0) AS uneven`, osms.EndlessMonth, int64(now))
	return n, unreachable(err)
}
