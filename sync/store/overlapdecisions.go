package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// OverlapDecision is what the Fund decided about a numbered overlap: who keeps
// the claim to the months in common. Keep 0 withdraws what was decided before.
type OverlapDecision struct {
	Sequence    int64
	Number      int64
	Person      osms.IIN
	A, B        osms.BIN
	From, Until osms.Date
	Keep        osms.BIN
	Reason      string
	Decided     time.Time
}

const decisionColumns = "d.sequence, d.number, d.person, d.bin_a, d.bin_b, d.from_day, d.until_day, d.keep, d.reason, d.decided"

func scanDecision(rows *sql.Rows, d *OverlapDecision) error {
	var decided int64
	err := rows.Scan(&d.Sequence, &d.Number, &d.Person, &d.A, &d.B, &d.From, &d.Until, &d.Keep, &d.Reason, &decided)
	d.Decided = time.Unix(decided, 0).UTC()
	return err
}

func overlapDecisions(ctx context.Context, q queryer, from string, args ...any) ([]OverlapDecision, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+decisionColumns+" FROM "+from, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []OverlapDecision
	for rows.Next() {
		var d OverlapDecision
		if err := scanDecision(rows, &d); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, unreachable(rows.Err())
}

// TouchedOverlapDecisions reads what was ever decided about the touched
// persons, in order of person and sequence.
func (t *Tx) TouchedOverlapDecisions() ([]OverlapDecision, error) {
	return overlapDecisions(t.ctx, t.tx, "touched t CROSS JOIN overlap_decision d WHERE d.person = t.person ORDER BY d.person, d.sequence")
}

// EveryOverlapDecision reads every decision in order of sequence.
func (t *Tx) EveryOverlapDecision() ([]OverlapDecision, error) {
	return overlapDecisions(t.ctx, t.tx, "overlap_decision d ORDER BY d.sequence")
}

// DecisionsAbout reads what was decided about one overlap, in order.
func (t *Tx) DecisionsAbout(number int64) ([]OverlapDecision, error) {
	return overlapDecisions(t.ctx, t.tx, "overlap_decision d WHERE d.number = $1 ORDER BY d.sequence", number)
}

// OverlapDecisions reads the decisions up to a sequence, in order.
func (s *Store) OverlapDecisions(ctx context.Context, sequence int64) ([]OverlapDecision, error) {
	return overlapDecisions(ctx, s.db, "overlap_decision d WHERE d.sequence <= $1 ORDER BY d.sequence", sequence)
}

// PutOverlapDecision registers a decision under this transaction's sequence.
func (t *Tx) PutOverlapDecision(d OverlapDecision) (OverlapDecision, error) {
	var err error
	if d.Sequence, err = t.Sequence(); err != nil {
		return d, err
	}
	_, err = t.exec(`INSERT INTO overlap_decision (sequence, number, person, bin_a, bin_b, from_day, until_day, keep, reason, decided)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, d.Sequence, d.Number, d.Person, d.A, d.B, d.From, d.Until, d.Keep, d.Reason, d.Decided.Unix())
	return d, err
}

// Digest is what the audit chain keeps of the decision.
func (d OverlapDecision) Digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d|%d|%s|%s|%s|%s|%s|%s|%q|%d\n", d.Sequence, d.Number, d.Person.Digits(), d.A.Digits(), d.B.Digits(),
		d.From, d.Until, d.Keep.Digits(), d.Reason, d.Decided.Unix())
	return hex.EncodeToString(h.Sum(nil))
}

// OverlapNumbered reads the believed overlap that has a number; ErrNotFound when
// there is none: it was never given, or the overlap is settled by facts and gone.
func (t *Tx) OverlapNumbered(number int64) (o Overlap, err error) {
	err = t.tx.QueryRowContext(t.ctx, `SELECT person, bin_a, bin_b, from_day, until_day, number, known_from FROM overlap
		WHERE number = $1 AND known_until = $2`, number, int64(now)).Scan(&o.Person, &o.A, &o.B, &o.From, &o.Until, &o.Number, &o.KnownFrom)
	return o, missing(err)
}

// OverlapVersions reads how the overlaps with a day in a month came to be what
// they are: every state of those that have a number, whatever became of them,
// and the believed one of those that have none yet; in order of person, number
// and known time. KnownUntil 0 is "still".
func (s *Store) OverlapVersions(ctx context.Context, month osms.Month) ([]KnownOverlap, error) {
	return s.overlapVersions(ctx, `number = 0 AND known_until = $1 AND from_day <= $2 AND until_day >= $3
		OR number > 0 AND number IN (SELECT m.number FROM overlap m WHERE m.from_day <= $2 AND m.until_day >= $3)`,
		int64(now), month.Last(), month.First())
}

// OverlapsOf reads the overlaps that are believed of a person.
func (s *Store) OverlapsOf(ctx context.Context, person osms.IIN) ([]KnownOverlap, error) {
	return s.overlapVersions(ctx, "person = $1 AND known_until = $2", person, int64(now))
}

func (s *Store) overlapVersions(ctx context.Context, where string, args ...any) ([]KnownOverlap, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT person, bin_a, bin_b, from_day, until_day, number, known_from, known_until FROM overlap
		WHERE `+where+" ORDER BY person, bin_a, bin_b, number, known_from, from_day", args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []KnownOverlap
	for rows.Next() {
		var o KnownOverlap
		if err := rows.Scan(&o.Person, &o.A, &o.B, &o.From, &o.Until, &o.Number, &o.KnownFrom, &o.KnownUntil); err != nil {
			return nil, err
		}
		o.KnownUntil = still(o.KnownUntil)
		out = append(out, o)
	}
	return out, unreachable(rows.Err())
}
