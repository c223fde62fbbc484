package store

import (
	"context"
	"database/sql"
	"time"

	"osmsd/sync/osms"
)

// ChainLine is an entry of the audit chain with what is known of the decision: of
// each kind the fields that it has.
type ChainLine struct {
	AuditEntry
	Import  int64 // that was committed, or that the decision is about
	Kind    osms.Kind
	Region  osms.Region
	File    string // of the import, as it was dropped
	Month   osms.Month
	Version int
	Overlap int64
	Keep    osms.BIN
	Case    osms.CaseNumber // of casework, the first of the decision
	Letter  string          // registered or annulled by itself: 63-2026-000017
	Nth     int64           // of letters the bundle, of accesses and requests the line of the access log
	Account string          // the login that was decided about
	Did     string          // with the account, or which content was destroyed
	Reason  string
	Who     string // as the decision itself says it
	// Run is the run that decided, with what began it; 0 where the decision names
	// none.
	Run     int64
	Trigger string
	RunWho  string
}

// AuditPage lists entries of the audit chain newest first, those with a smaller
// number than before (0: from the newest), at most limit of them.
func (s *Store) AuditPage(ctx context.Context, before int64, limit int) (out []ChainLine, err error) {
	if before <= 0 {
		before = 1 << 62
	}
	err = s.Look(ctx, func(t *Tx) error {
		out = nil
		err := t.each(func(rows *sql.Rows) error {
			var l ChainLine
			var at int64
			if err := rows.Scan(&l.Number, &at, &l.What, &l.Digest, &l.Import, &l.Kind, &l.Region, &l.File, &l.Month, &l.Version, &l.Overlap, &l.Keep,
				&l.Account, &l.Did, &l.Reason, &l.Who, &l.Run, &l.Trigger, &l.RunWho); err != nil {
				return err
			}
			l.At = time.Unix(at, 0).UTC()
			out = append(out, l)
			return nil
		}, `SELECT a.number, a.at, a.what, a.digest,
			coalesce(i.sequence, d.import, 0), coalesce(i.kind, di.kind, ''), coalesce(i.region, di.region, c.region, 0), coalesce(i.name, di.name, ''),
			coalesce(f.month, 0), coalesce(f.version, 0), coalesce(o.number, 0), coalesce(o.keep, 0),
			coalesce(c.login, ''), coalesce(c.what, x.what, ''), coalesce(d.reason, f.reason, o.reason, x.reason, n.reason, ''), coalesce(c.who, ''),
			coalesce(r.id, 0), coalesce(r.cause, ''), coalesce(r.who, '')
			FROM audit a
			LEFT JOIN import i ON i.sequence = a.number AND a.what = 'import'
			LEFT JOIN decision d ON d.sequence = a.number
			LEFT JOIN import di ON di.sequence = d.import
			LEFT JOIN frozen_month f ON f.sequence = a.number - 1 AND a.what = 'freeze'
			LEFT JOIN overlap_decision o ON o.sequence = a.number
			LEFT JOIN account_change c ON c.sequence = a.number
			LEFT JOIN destruction x ON x.sequence = a.number
			LEFT JOIN person_block b ON b.sequence = a.number
			LEFT JOIN letter_annulment n ON n.sequence = a.number
			LEFT JOIN run r ON r.id = coalesce(i.run, d.run, x.run, b.run, n.run)
			WHERE a.number < $1 ORDER BY a.number DESC LIMIT $2`, before, limit)
		if err != nil || len(out) == 0 {
			return err
		}
		return t.numbered(out)
	})
	return out, err
}

// numbered gives bundles of letters and lines of the access log their numbers:
// both are counted in the order in which they were decided.
func (t *Tx) numbered(lines []ChainLine) error {
	var letters, looks int64
	row := t.tx.QueryRowContext(t.ctx, `SELECT coalesce(sum(CASE WHEN what = 'letters' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN what = $1 OR what = $2 THEN 1 ELSE 0 END), 0) FROM audit WHERE number <= $3`, AuditAccess, AuditRequest, lines[0].Number)
	if err := row.Scan(&letters, &looks); err != nil {
		return unreachable(err)
	}
	for i := range lines {
		switch l := &lines[i]; l.What {
		case "letters":
			l.Nth = letters
			letters--
		case AuditAccess, AuditRequest:
			l.Nth = looks
			looks--
			if err := t.each(func(rows *sql.Rows) error { return rows.Scan(&l.Who) }, "SELECT who FROM access WHERE id = $1", l.Nth); err != nil {
				return err
			}
		case AuditCasework, AuditAnnul:
			if err := t.caseOf(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// caseOf tells which case or letter an entry is about.
func (t *Tx) caseOf(l *ChainLine) error {
	err := t.each(func(rows *sql.Rows) error {
		return rows.Scan(&l.Case.Region, &l.Case.Year, &l.Case.Serial, &l.Who)
	}, "SELECT region, year, serial, who FROM case_step WHERE sequence = $1 ORDER BY region, year, serial, number LIMIT 1", l.Number)
	if err != nil {
		return err
	}
	return t.each(func(rows *sql.Rows) error {
		var r RegisteredLetter
		err := rows.Scan(&r.Region, &r.Year, &r.Number)
		l.Letter = r.Outgoing()
		return err
	}, `SELECT region, year, number FROM office_letter WHERE sequence = $1
		UNION ALL SELECT region, year, number FROM letter_annulment WHERE sequence = $1 ORDER BY 1, 2, 3 LIMIT 1`, l.Number)
}

// ChainEnd is the last link of the audit chain with its number, as it stands: it
// is not walked. Written down elsewhere, it proves the chain up to it.
func (s *Store) ChainEnd(ctx context.Context) (number int64, head string, at time.Time, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var seconds int64
		err := rows.Scan(&number, &head, &seconds)
		at = time.Unix(seconds, 0).UTC()
		return err
	}, "SELECT number, chain, at FROM audit ORDER BY number DESC LIMIT 1")
	return number, head, at, err
}
