package store

import (
	"context"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// Store is an open registry.
type Store struct {
	db     *sqlx.DB
	d      dialect
	packer packer
	// studied: the planner knows the tables.
	studied atomic.Bool
	// commits made under a lease: see Commits.
	commits atomic.Int64
	entered sync.Map // leases by name and holder under which this process works; see Enter
}

//go:embed schema/*.sql
var schema embed.FS

// schemaVersion is the number of the newest file in schema/.
const schemaVersion = 10

// Open opens the registry at an address: postgres://… or the path of a SQLite
// file, which is made when it is missing. The schema is brought up to date; a
// schema newer than this program gives ErrNewerSchema. An unreachable database
// gives an error that wraps ErrUnreachable.
func Open(ctx context.Context, address string) (*Store, error) {
	return OpenThrough(ctx, address, func(c driver.Connector) driver.Connector { return c })
}

// OpenThrough is Open with something between the registry and its database:
// tests count, delay and break what passes there.
func OpenThrough(ctx context.Context, address string, through func(driver.Connector) driver.Connector) (*Store, error) {
	if !IsPostgres(address) {
		if err := os.MkdirAll(filepath.Dir(address), 0o750); err != nil {
			return nil, err
		}
		if err := private(address); err != nil {
			return nil, err
		}
	}
	s, err := connect(ctx, address, through)
	if err != nil {
		return nil, err
	}
	// A registry that is up to date is opened without writing, so that it can be
	// read while somebody else writes.
	if version, err := s.schemaVersion(ctx); err != nil || version != schemaVersion {
		if err := s.migrate(ctx); err != nil {
			_ = s.db.Close()
			return nil, err
		}
	}
	return s, nil
}

// connect opens a database that is there, whatever is in it.
func connect(ctx context.Context, address string, through func(driver.Connector) driver.Connector) (*Store, error) {
	s := &Store{d: sqliteDialect}
	var err error
	if s.packer, err = newPacker(); err != nil {
		return nil, err
	}
	if IsPostgres(address) {
		s.d = postgresDialect
		s.db, err = openPostgres(address, through)
	} else {
		s.db, err = openSQLite(address, through)
	}
	if err != nil {
		return nil, fmt.Errorf("open the registry: %w", err)
	}
	s.db.SetMaxOpenConns(8)
	if err := s.ping(ctx); err != nil {
		_ = s.db.Close()
		if !IsPostgres(address) {
			return nil, fmt.Errorf("%w: %s: %w", ErrUnreachable, address, err)
		}
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, plain(err))
	}
	return s, nil
}

// ping asks whether the database answers. When many open a new SQLite file at
// once, the change to its write-ahead log can find it locked without waiting.
func (s *Store) ping(ctx context.Context) error {
	for try := 0; ; try++ {
		err := s.db.PingContext(ctx)
		if err == nil || !Retryable(err) || try == 50 {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// private makes the file of a new registry, readable by its owner only: it
// holds whole IINs. SQLite gives its -wal and -shm the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return f.Close()
}

// schemaVersion reads the version of the schema; an error where there is none.
func (s *Store) schemaVersion(ctx context.Context) (version int, err error) {
	err = s.db.GetContext(ctx, &version, "SELECT coalesce(max(version), 0) FROM schema_version")
	return version, err
}

// IsPostgres reports whether an address names a PostgreSQL database.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// Close closes the registry.
func (s *Store) Close() error {
	s.packer.decoder.Close()
	return s.db.Close()
}

// Database names the kind of database, "sqlite" or "postgres".
func (s *Store) Database() string { return s.d.name }

// migrate brings the schema up to date, each step and its number in one
// transaction, so that a migration cut short can be run again.
func (s *Store) migrate(ctx context.Context) error {
	for {
		done, err := s.migrateStep(ctx)
		if err != nil {
			return fmt.Errorf("bring the schema up to date: %w", plain(err))
		}
		if done {
			return nil
		}
	}
}

func (s *Store) migrateStep(ctx context.Context) (done bool, err error) {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if s.d.name == "postgres" {
		// Two processes may open an empty database at once.
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7365313)"); err != nil {
			return false, err
		}
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)"); err != nil {
		return false, err
	}
	var version int
	if err := tx.GetContext(ctx, &version, "SELECT coalesce(max(version), 0) FROM schema_version"); err != nil {
		return false, err
	}
	if version > schemaVersion {
		return false, fmt.Errorf("%w: schema %d, this program knows %d", ErrNewerSchema, version, schemaVersion)
	}
	if version == schemaVersion {
		return true, tx.Commit()
	}
	text, err := schema.ReadFile(fmt.Sprintf("schema/%03d.sql", version+1))
	if err != nil {
		return false, err
	}
	for _, statement := range strings.Split(strings.ReplaceAll(withoutComments(string(text)), "BYTES", s.d.bytes), ";") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return false, fmt.Errorf("schema %d: %w", version+1, err)
		}
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO schema_version (version) VALUES ($1)", version+1); err != nil {
		return false, err
	}
	return false, tx.Commit()
}

func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "--")
		b.WriteString(line + "\n")
	}
	return b.String()
}
