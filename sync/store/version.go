package store

import (
	"context"
	"database/sql"
)

// Version tells how far the register has changed. What is read as known at a
// version stays true until a later decision; who looked and what was answered
// changes nothing that anybody reads, and moves neither number.
type Version struct {
	// Content is the last decision that changed anything: a register read as known
	// at it is the register as it stands.
	Content int64
	// Money is the last decision that changed payment documents, ledger lines or
	// who pays for the state.
	Money int64
}

// Version reads the version of the register as it stands.
func (s *Store) Version(ctx context.Context) (Version, error) { return version(ctx, s.db) }

// Version reads the version before this decision.
func (t *Tx) Version() (Version, error) { return version(t.ctx, t.tx) }

func version(ctx context.Context, q queryer) (v Version, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var name string
		var value int64
		err := rows.Scan(&name, &value)
		switch name {
		case "content":
			v.Content = value
		case "money":
			v.Money = value
		}
		return err
	}, "SELECT name, value FROM counter WHERE name IN ('content', 'money')")
	return v, err
}

// putVersion notes what the decision changed.
func (t *Tx) putVersion() error {
	if t.sequence == 0 || t.looks {
		return nil
	}
	query := "INSERT INTO counter (name, value) VALUES ('content', $1)"
	if t.moves {
		query += ", ('money', $1)"
	}
	_, err := t.exec(query+" ON CONFLICT (name) DO UPDATE SET value = excluded.value", t.sequence)
	return err
}
