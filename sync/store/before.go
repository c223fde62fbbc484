package store

import "osmsd/sync/osms"

// Before finds the file that came last before this one and is its like, to
// tell whether a fault is new: for a roster the last one of the region,
// imported earlier, that spoke of one of the same organisations; for a file
// refused whole the last other file of the region that was refused whole.
// ErrNotFound when there is none.
func (t *Tx) Before(r osms.FileReport, bins []osms.BIN) (osms.FileReport, error) {
	if r.Outcome == osms.FileRefused {
		return t.reportWhere(`region = $1 AND outcome = $2 AND sha256 <> $3`, r.Region, osms.FileRefused, r.SHA256)
	}
	err := t.keys("naming", []string{"bin"}, func(add func(...any) error) error {
		for _, bin := range bins {
			if err := add(int64(bin)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return osms.FileReport{}, err
	}
	// A digest is found by its index; the sequence tells the imports of the same
	// bytes apart.
	var sha256 string
	var sequence int64
	err = t.tx.QueryRowContext(t.ctx, `SELECT i.sequence, i.sha256 FROM naming n CROSS JOIN import_organisation i WHERE i.bin = n.bin
		AND i.region = $1 AND i.kind = 'roster' AND i.sequence < $2 AND i.sha256 <> $3 ORDER BY i.sequence DESC LIMIT 1`,
		r.Region, r.Import, r.SHA256).Scan(&sequence, &sha256)
	if err != nil {
		return osms.FileReport{}, missing(err)
	}
	return t.reportWhere(`sha256 = $1 AND sequence = $2 AND outcome IN ('applied', 'applied_with_refusals', 'held')`, sha256, sequence)
}

func (t *Tx) reportWhere(condition string, args ...any) (osms.FileReport, error) {
	var arrival int64
	var packed []byte
	err := t.tx.QueryRowContext(t.ctx, "SELECT id, report FROM arrival WHERE "+condition+" ORDER BY id DESC LIMIT 1", args...).Scan(&arrival, &packed)
	if err != nil {
		return osms.FileReport{}, missing(err)
	}
	return t.s.unpackReport(arrival, packed)
}
