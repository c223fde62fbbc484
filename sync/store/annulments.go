package store

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// Annulment is the decision to annul one letter by hand, with its reason.
type Annulment struct {
	Sequence  int64
	Region    osms.Region
	Year      int
	Number    int64
	Reason    string
	Committed time.Time
	Run       int64
}

// AuditAnnul is what the chain calls such a decision.
const AuditAnnul = "annul"

// Digest is what the audit chain keeps of it.
func (a Annulment) Digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d|%d|%q|%d|%d", a.Region, a.Year, a.Number, a.Reason, a.Committed.Unix(), a.Run))
	return hex.EncodeToString(sum[:])
}

// AnnulLetter annuls a letter and audits it. ErrNotFound when there is no letter
// of this number, ErrOnce when it is annulled already.
func (t *Tx) AnnulLetter(a Annulment) (Annulment, error) {
	found, err := letters(t.ctx, t.tx, "WHERE region = $1 AND year = $2 AND number = $3", a.Region, a.Year, a.Number)
	switch {
	case err != nil:
		return a, err
	case len(found) == 0:
		return a, ErrNotFound
	case found[0].Annulled != 0:
		return a, ErrOnce
	}
	if a.Sequence, err = t.Sequence(); err != nil {
		return a, err
	}
	if _, err := t.exec("INSERT INTO letter_annulment (sequence, region, year, number, reason, committed, run) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		a.Sequence, a.Region, a.Year, a.Number, a.Reason, a.Committed.Unix(), a.Run); err != nil {
		return a, err
	}
	if _, err := t.exec("UPDATE letter SET annulled = $1 WHERE region = $2 AND year = $3 AND number = $4", a.Sequence, a.Region, a.Year, a.Number); err != nil {
		return a, err
	}
	return a, t.Audit(a.Committed, AuditAnnul, a.Digest())
}

// Annulments lists the letters that were annulled by hand, in order.
func (t *Tx) Annulments() (out []Annulment, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var a Annulment
		var committed int64
		err := rows.Scan(&a.Sequence, &a.Region, &a.Year, &a.Number, &a.Reason, &committed, &a.Run)
		a.Committed = time.Unix(committed, 0).UTC()
		out = append(out, a)
		return err
	}, "SELECT sequence, region, year, number, reason, committed, run FROM letter_annulment ORDER BY sequence")
	return out, err
}
