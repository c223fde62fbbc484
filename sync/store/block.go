package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"time"

	"crypto/sha256"
	"fmt"

	"osmsd/sync/osms"
)

// Block is a decision to block a person's data at the person's request, or to
// lift that.
type Block struct {
	Sequence  int64
	Person    osms.IIN
	Blocked   bool // false: lifted
	Reason    string
	Committed time.Time
	Run       int64
	// Import is the list of events that it follows from, or whose undo it does; 0:
	// it was asked for directly.
	Import int64
}

// What the chain calls the two decisions.
const (
	AuditBlock   = "block"
	AuditUnblock = "unblock"
)

// What is what the chain calls the decision.
func (b Block) What() string {
	if b.Blocked {
		return AuditBlock
	}
	return AuditUnblock
}

// Digest is what the audit chain keeps of the decision.
func (b Block) Digest() string {
	text := fmt.Appendf(nil, "%s|%t|%q|%d|%d", b.Person.Digits(), b.Blocked, b.Reason, b.Committed.Unix(), b.Run)
	if b.Import != 0 {
		text = fmt.Appendf(text, "|%d", b.Import)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// PutBlock records a decision and audits it. It is ErrOnce when the person's
// data are blocked already, or, to be lifted, are not.
func (t *Tx) PutBlock(b Block) (Block, error) {
	all, err := t.Blocks()
	if err != nil {
		return b, err
	}
	is := false
	for _, x := range all {
		if x.Person == b.Person {
			is = x.Blocked
		}
	}
	if is == b.Blocked {
		return b, ErrOnce
	}
	if b.Sequence, err = t.Sequence(); err != nil {
		return b, err
	}
	blocked := 0
	if b.Blocked {
		blocked = 1
	}
	if _, err := t.exec("INSERT INTO person_block (sequence, person, blocked, reason, committed, run, import) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		b.Sequence, b.Person, blocked, b.Reason, b.Committed.Unix(), b.Run, b.Import); err != nil {
		return b, err
	}
	return b, t.Audit(b.Committed, b.What(), b.Digest())
}

// Blocks lists every decision in order.
func (t *Tx) Blocks() ([]Block, error) { return blocks(t.ctx, t.tx) }

// Blocks lists every decision in order.
func (s *Store) Blocks(ctx context.Context) ([]Block, error) { return blocks(ctx, s.db) }

func blocks(ctx context.Context, q queryer) (out []Block, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var b Block
		var blocked int
		var committed int64
		if err := rows.Scan(&b.Sequence, &b.Person, &blocked, &b.Reason, &committed, &b.Run, &b.Import); err != nil {
			return err
		}
		b.Blocked, b.Committed = blocked != 0, time.Unix(committed, 0).UTC()
		out = append(out, b)
		return nil
	}, "SELECT sequence, person, blocked, reason, committed, run, import FROM person_block ORDER BY sequence")
	return out, err
}

// MarksOf lists up to which decisions an organisation was ever written to, in
// order.
func (s *Store) MarksOf(ctx context.Context, bin osms.BIN) (out []int64, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	}, "SELECT to_seq FROM letter_bundle WHERE bin = $1 ORDER BY to_seq", bin)
	return out, err
}

// Blocked tells the persons whose data are blocked.
func (t *Tx) Blocked() (map[osms.IIN]bool, error) {
	all, err := t.Blocks()
	out := map[osms.IIN]bool{}
	for _, b := range all {
		out[b.Person] = b.Blocked
	}
	return out, err
}
