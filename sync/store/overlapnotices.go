package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"

	"osmsd/sync/osms"
)

// OverlapNotice is a line of the register of notices: that one side of an
// overlap was told of it. Its content is the side's own, as known at Known.
type OverlapNotice struct {
	Number   int64 // of the overlap
	BIN      osms.BIN
	Region   osms.Region
	Person   osms.IIN
	From     osms.Date // the first day in common
	Dated    osms.Date
	Answer   osms.Date // the last day to answer
	Known    int64
	Sequence int64 // of the decision that registered it
}

const noticeColumns = "number, bin, region, person, from_day, dated, answer, known, sequence"

func notices(ctx context.Context, q queryer, where string) ([]OverlapNotice, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+noticeColumns+" FROM overlap_notice "+where)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []OverlapNotice
	for rows.Next() {
		var n OverlapNotice
		if err := rows.Scan(&n.Number, &n.BIN, &n.Region, &n.Person, &n.From, &n.Dated, &n.Answer, &n.Known, &n.Sequence); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, unreachable(rows.Err())
}

// OverlapsUntold lists the believed overlaps with a number of which a side was
// not told, in order of number.
func (s *Store) OverlapsUntold(ctx context.Context) ([]KnownOverlap, error) {
	return s.overlapVersions(ctx, `number > 0 AND known_until = $1
		AND (SELECT count(*) FROM overlap_notice n WHERE n.number = overlap.number) < 2`, int64(now))
}

// Told lists which sides were told of which overlaps.
func (s *Store) Told(ctx context.Context) (map[int64][]osms.BIN, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT number, bin FROM overlap_notice ORDER BY number, bin")
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	out := map[int64][]osms.BIN{}
	for rows.Next() {
		var number int64
		var bin osms.BIN
		if err := rows.Scan(&number, &bin); err != nil {
			return nil, err
		}
		out[number] = append(out[number], bin)
	}
	return out, unreachable(rows.Err())
}

// PutOverlapNotices registers notices under this transaction's sequence. They
// come back with it.
func (t *Tx) PutOverlapNotices(list []OverlapNotice) ([]OverlapNotice, error) {
	sequence, err := t.Sequence()
	if err != nil {
		return nil, err
	}
	for i := range list {
		n := &list[i]
		n.Sequence = sequence
		if _, err := t.exec("INSERT INTO overlap_notice ("+noticeColumns+", written) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
			n.Number, n.BIN, n.Region, n.Person, n.From, n.Dated, n.Answer, n.Known, n.Sequence); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// EveryOverlapNotice reads the register of notices in order of overlap and BIN.
func (t *Tx) EveryOverlapNotice() ([]OverlapNotice, error) {
	return notices(t.ctx, t.tx, "ORDER BY number, bin")
}

// UnwrittenNotices lists the notices whose PDF is not yet known to be on disk.
func (s *Store) UnwrittenNotices(ctx context.Context) ([]OverlapNotice, error) {
	return notices(ctx, s.db, "WHERE written = 0 ORDER BY number, bin")
}

// MarkNoticeWritten notes that the notice's PDF is on disk.
func (s *Store) MarkNoticeWritten(ctx context.Context, n OverlapNotice) error {
	_, err := s.db.ExecContext(ctx, "UPDATE overlap_notice SET written = 1 WHERE number = $1 AND bin = $2", n.Number, n.BIN)
	return unreachable(err)
}

// ClaimFacts reads what an organisation said of a person, as known at a
// sequence, in order of day.
func (s *Store) ClaimFacts(ctx context.Context, bin osms.BIN, person osms.IIN, sequence int64) ([]osms.Fact, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+factColumns+` FROM enrolment e WHERE e.person = $1 AND e.bin = $2
		AND e.known_from <= $3 AND e.known_until > $3 ORDER BY e.from_day`, person, bin, sequence)
	if err != nil {
		return nil, unreachable(err)
	}
	return scanFacts(rows)
}

func scanFacts(rows *sql.Rows) ([]osms.Fact, error) {
	defer rows.Close()
	var out []osms.Fact
	for rows.Next() {
		var f osms.Fact
		if err := scanFact(rows, &f); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, unreachable(rows.Err())
}

// NoticesDigest is what the audit chain keeps of notices that were registered
// together, in order of overlap and BIN.
func NoticesDigest(list []OverlapNotice) string {
	h := sha256.New()
	for _, n := range list {
		fmt.Fprintf(h, "%d|%s|%s|%s|%s|%s|%s|%d|%d\n", n.Number, n.BIN.Digits(), n.Region, n.Person.Digits(), n.From, n.Dated, n.Answer, n.Known, n.Sequence)
	}
	return hex.EncodeToString(h.Sum(nil))
}
