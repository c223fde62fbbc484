package store

import (
	"context"
	"errors"
	"fmt"

	"osmsd/sync/osms"
)

// SchemaVersion is the version of the schema that this program writes.
const SchemaVersion = schemaVersion

// Snapshot writes the whole register, as it stands at one moment, into a new
// SQLite file at path, whatever is being written meanwhile, and gives the last
// decision in it. Nobody holds the lease in the snapshot. The file is readable by
// its owner only.
func (s *Store) Snapshot(ctx context.Context, path string, progress func(table string, rows int)) (sequence int64, err error) {
	if s.d.snapshotInto == "" {
		return s.snapshotByCopy(ctx, path, progress)
	}
	// SQLite fills a file that is there as long as it is empty.
	if err := private(path); err != nil {
		return 0, err
	}
	if _, err := s.db.ExecContext(ctx, s.d.snapshotInto, path); err != nil {
		return 0, unreachable(fmt.Errorf("write the snapshot: %w", err))
	}
	made, err := Open(ctx, path)
	if err != nil {
		return 0, err
	}
	_, err = made.db.ExecContext(ctx, "UPDATE lease SET holder = '', expires = 0")
	if err == nil {
		err = made.db.GetContext(ctx, &sequence, "SELECT coalesce(max(value), 0) FROM counter WHERE name = 'sequence'")
	}
	return sequence, errors.Join(unreachable(err), made.Close())
}

func (s *Store) snapshotByCopy(ctx context.Context, path string, progress func(string, int)) (int64, error) {
	made, err := Open(ctx, path)
	if err != nil {
		return 0, err
	}
	c, err := s.CopyTo(ctx, made, progress)
	return c.Sequence, errors.Join(err, made.Close())
}

// DestroyedOriginals lists the files whose original bytes were destroyed by a
// decision, whether they are off the disk yet or not, and which did not come
// again since.
func (s *Store) DestroyedOriginals(ctx context.Context) (map[string]bool, error) {
	var all []string
	if err := s.db.SelectContext(ctx, &all, `SELECT d.subject FROM destroyed AS d JOIN destruction AS x ON x.sequence = d.sequence
		WHERE d.class = $1 AND NOT EXISTS (SELECT 1 FROM arrival AS a WHERE a.sha256 = d.subject AND a.id > x.arrival)`, osms.ClassOriginals); err != nil {
		return nil, unreachable(err)
	}
	out := make(map[string]bool, len(all))
	for _, sha := range all {
		out[sha] = true
	}
	return out, nil
}

// ChainHead is the last link of the audit chain, "" before the first decision.
func (s *Store) ChainHead(ctx context.Context) (head string, err error) {
	err = missing(s.db.GetContext(ctx, &head, "SELECT chain FROM audit ORDER BY number DESC LIMIT 1"))
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return head, err
}
