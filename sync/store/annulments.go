package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
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

// LetterFilter says which letters of the register are meant; zero values
// restrict nothing.
type LetterFilter struct {
	Region   osms.Region
	BIN      osms.BIN
	Kind     osms.LetterKind
	From, To osms.Date // dated
}

// Register reads the register of letters in order of region, year and number;
// content is what a refusal or a letter about an event says, nil for others.
func (s *Store) Register(ctx context.Context, f LetterFilter, each func(l RegisteredLetter, content []byte) error) error {
	to := f.To
	if to == 0 {
		to = osms.Forever
	}
	return eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var l RegisteredLetter
		var matter sql.NullString
		var content []byte
		if err := rows.Scan(&l.Region, &l.Year, &l.Number, &l.BIN, &l.Person, &l.Action, &l.First, &l.Last, &l.Effective, &l.Dated, &l.Annulled, &l.Replaces,
			&l.Bundle, &l.Kind, &matter, &content); err != nil {
			return err
		}
		if l.Matter = matter.String; !strings.Contains(l.Matter, "З") {
			l.Matter = "" // an event or a bundle
		}
		return each(l, content)
	}, "SELECT l."+strings.ReplaceAll(letterColumns, ", ", ", l.")+`, o.matter, CASE WHEN l.kind IN ('refusal', 'event') THEN o.content END FROM letter l
		LEFT JOIN office_letter o ON o.region = l.region AND o.year = l.year AND o.number = l.number
		WHERE ($1 = 0 OR l.region = $1) AND ($2 = 0 OR l.bin = $2) AND ($3 = '' OR l.kind = $3)
		AND l.dated >= $4 AND l.dated <= $5 ORDER BY l.region, l.year, l.number`, int64(f.Region), int64(f.BIN), string(f.Kind), f.From, to)
}
