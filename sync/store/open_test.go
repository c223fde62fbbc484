package store

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"osmsd/sync/store/storetest"
)

func TestOpenMakesTheSchemaOnce(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		// From empty, by many at once, as when a daemon and a command start together.
		var wg sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			wg.Go(func() {
				s, err := Open(t.Context(), address)
				if err == nil {
					err = s.Close()
				}
				errs[i] = err
			})
		}
		wg.Wait()
		must(t, errors.Join(errs...))
		s := open(t, address)
		var versions []int
		must(t, s.db.Select(&versions, "SELECT version FROM schema_version ORDER BY version"))
		want := make([]int, schemaVersion)
		for i := range want {
			want[i] = i + 1
		}
		if !slices.Equal(versions, want) {
			t.Errorf("schema versions %v", versions)
		}
		decide(t, s, 0, nil)
	})
}

func TestOpenRefusesANewerSchema(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		s := open(t, address)
		_, err := s.db.Exec("INSERT INTO schema_version (version) VALUES ($1)", schemaVersion+1)
		must(t, err)
		if _, err = Open(t.Context(), address); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("got %v", err)
		}
	})
}

func TestMigrationCutShortRunsAgain(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		// A table in the way stops the migration in its middle.
		raw := &Store{d: sqliteDialect}
		s := open(t, address)
		raw.db, raw.d = s.db, s.d
		for _, table := range []string{"audit", "letter_bundle"} {
			_, err := s.db.Exec("DROP TABLE " + table)
			must(t, err)
		}
		_, err := s.db.Exec("DELETE FROM schema_version")
		must(t, err)
		if err := raw.migrate(t.Context()); err == nil {
			t.Fatal("a migration over half a schema succeeded")
		}
		if version, err := s.schemaVersion(t.Context()); err != nil || version != 0 {
			t.Errorf("a migration that failed left version %d, %v", version, err)
		}
		var n int
		if err := s.db.Get(&n, "SELECT count(*) FROM letter_bundle"); err == nil {
			t.Error("a migration that failed left a table")
		}
		// What was in the way is gone: it runs to the end.
		var names []string
		query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
		if s.Database() == "postgres" {
			query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
		}
		must(t, s.db.Select(&names, query))
		for _, name := range names {
			_, err := s.db.Exec("DROP TABLE " + name)
			must(t, err)
		}
		must(t, raw.migrate(t.Context()))
		decide(t, s, 0, nil)
	})
}

func TestUnreachableDatabase(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		text := filepath.Join(dir, "text.db")
		must(t, os.WriteFile(text, []byte(strings.Repeat("this is no registry\n", 100)), 0o600))
		for what, path := range map[string]string{"a folder": dir, "no database": text} {
			_, err := Open(t.Context(), path)
			oneSentence(t, what, err)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		good, err := url.Parse(storetest.Postgres(t))
		must(t, err)
		noDatabase := *good
		noDatabase.Path = "/no_such_database"
		for what, address := range map[string]string{
			"a database that does not exist": noDatabase.String(),
			"nobody listens":                 "postgres://osmsd:geheim4711@127.0.0.1:1/osmsd?sslmode=disable",
			"no such socket":                 "postgres://osmsd:geheim4711@/osmsd?host=/nowhere&sslmode=disable",
			"no such host":                   "postgres://osmsd:geheim4711@host.invalid/osmsd?sslmode=disable",
		} {
			start := time.Now()
			_, err := Open(t.Context(), address)
			oneSentence(t, what, err)
			if time.Since(start) > 15*time.Second {
				t.Errorf("%s: took %s", what, time.Since(start))
			}
			if what == "a database that does not exist" && err != nil && !strings.Contains(err.Error(), "no_such_database") {
				t.Errorf("the sentence does not say what is wrong: %v", err)
			}
		}
	})
	t.Run("address", func(t *testing.T) {
		for _, address := range []string{"postgres://osmsd:geheim4711@host:port/db", "postgres://osmsd:geheim4711@host/db?sslmode=perhaps", "postgres://osmsd:geheim4711%zz@host/db"} {
			_, err := Open(t.Context(), address)
			if err == nil || strings.Contains(err.Error(), "geheim") {
				t.Errorf("%v", err)
			}
		}
	})
}

func oneSentence(t *testing.T, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("%s: opened", what)
	case !errors.Is(err, ErrUnreachable):
		t.Errorf("%s: not ErrUnreachable: %v", what, err)
	case strings.Contains(err.Error(), "\n"), strings.Contains(err.Error(), "geheim"), len(err.Error()) > 200:
		t.Errorf("%s: %v", what, err)
	default:
		t.Logf("%s: %v", what, err)
	}
}

func TestSQLiteFile(t *testing.T) {
	// Names as people give them to folders.
	path := filepath.Join(t.TempDir(), "Тізілім № 1 (көшірме) 100%?#&.d", "registry.db")
	s := open(t, path)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	for pragma, want := range map[string]string{"foreign_keys": "1", "journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "temp_store": "2"} {
		var got string
		must(t, s.db.Get(&got, "PRAGMA "+pragma))
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}

// TestReadingWhileAnotherWrites: a long import keeps nobody from opening and
// reading the registry, and a second writer waits for its turn.
func TestReadingWhileAnotherWrites(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		writer := open(t, address)
		decide(t, writer, 0, nil)
		inside, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() {
			done <- writer.Write(context.Background(), Lease{}, func(tx *Tx) error {
				if err := tx.Audit(minute(1), "import", "d"); err != nil {
					return err
				}
				close(inside)
				<-release
				return nil
			})
		}()
		<-inside
		start := time.Now()
		reader := open(t, address)
		if last, err := reader.LastSequence(t.Context()); err != nil || last != 1 {
			t.Errorf("sequence %d, %v", last, err)
		}
		must(t, reader.Look(t.Context(), func(tx *Tx) error {
			_, err := tx.FactsOf(schoolA)
			return err
		}))
		if entries, _, err := reader.WalkAudit(t.Context(), func(n int64, detail string) { t.Error(n, detail) }); err != nil || entries != 1 {
			t.Errorf("%d entries, %v", entries, err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("reading waited %s for the writer", took)
		}
		second := make(chan error)
		go func() {
			second <- reader.Write(context.Background(), Lease{}, func(tx *Tx) error { return tx.Audit(minute(2), "import", "e") })
		}()
		time.Sleep(100 * time.Millisecond)
		close(release)
		must(t, <-done)
		must(t, <-second)
		if last, err := reader.LastSequence(t.Context()); err != nil || last != 3 {
			t.Errorf("sequence %d, %v", last, err)
		}
	})
}

// TestLookSeesOneMoment: what is committed while somebody looks is not seen.
func TestLookSeesOneMoment(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		decide(t, s, 0, nil)
		must(t, s.Look(t.Context(), func(tx *Tx) error {
			count := func() (n int) {
				must(t, tx.tx.Get(&n, "SELECT count(*) FROM audit"))
				return n
			}
			before := count()
			decide(t, s, 1, nil)
			if after := count(); after != before {
				t.Errorf("%d entries became %d", before, after)
			}
			return nil
		}))
		must(t, s.Look(t.Context(), func(tx *Tx) error {
			_ = tx.Audit(minute(3), "import", "x") // PostgreSQL refuses it, SQLite forgets it
			return nil
		}))
		if last, err := s.LastSequence(t.Context()); err != nil || last != 2 {
			t.Errorf("a look wrote: sequence %d, %v", last, err)
		}
	})
}

// TestSQLiteFileIsPrivate: a registry and what SQLite puts beside it are made
// for their owner only.
func TestSQLiteFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "registry.db")
	s := open(t, path)
	decide(t, s, 0, nil)
	files, err := filepath.Glob(path + "*")
	must(t, err)
	if len(files) < 3 {
		t.Errorf("only %v", files)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", f, info.Mode().Perm())
		}
	}
}
