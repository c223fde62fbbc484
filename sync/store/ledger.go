package store

import (
	"context"

	"osmsd/sync/osms"
)

// PutLedger appends ledger lines under this decision's sequence.
func (t *Tx) PutLedger(entries []osms.LedgerEntry) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	t.moves = true
	columns := []string{"sequence", "sheet", "row_number", "month", "region", "category", "persons", "amount", "paid_on", "reference", "known_until"}
	return t.load("ledger_entry", columns, func(add func(...any) error) error {
		for _, e := range entries {
			if err := add(sequence, int64(e.Sheet), int64(e.Row), int64(e.Month), int64(e.Region), string(e.Category),
				int64(e.Persons), int64(e.Amount), int64(e.PaidOn), e.Reference, int64(now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// StoredLedgerEntry is a ledger line with the import that brought it.
type StoredLedgerEntry struct {
	osms.LedgerEntry
	Import int64
}

// Ledger reads a month's ledger lines as known at a sequence, in order of
// region, import and row.
func (s *Store) Ledger(ctx context.Context, month osms.Month, sequence int64) ([]StoredLedgerEntry, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT sequence, sheet, row_number, month, region, category, persons, amount, paid_on, reference
		FROM ledger_entry WHERE month = $1 AND sequence <= $2 AND known_until > $2 ORDER BY region, sequence, sheet, row_number`, month, sequence)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []StoredLedgerEntry
	for rows.Next() {
		var e StoredLedgerEntry
		if err := rows.Scan(&e.Import, &e.Sheet, &e.Row, &e.Month, &e.Region, &e.Category, &e.Persons, &e.Amount, &e.PaidOn, &e.Reference); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, unreachable(rows.Err())
}
