package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/sync/store"
)

// olderRegistry makes the file of a registry as a program of that schema left it.
func olderRegistry(t *testing.T, schema int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "registry.db")
	db, err := sql.Open("sqlite", path)
	must(t, err)
	exec := func(query string) {
		if _, err := db.Exec(query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	exec("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)")
	for v := 1; v <= schema; v++ {
		text, err := os.ReadFile(fmt.Sprintf("../store/schema/%03d.sql", v))
		must(t, err)
		exec(strings.ReplaceAll(string(text), "BYTES", "BLOB"))
		exec(fmt.Sprintf("INSERT INTO schema_version (version) VALUES (%d)", v))
	}
	exec("INSERT INTO schedule (job, due) VALUES ('letters', 1)")
	must(t, db.Close())
	text, err := os.ReadFile(path)
	must(t, err)
	return text
}

// backupOf makes the backup that holds a registry and nothing else.
func backupOf(t *testing.T, registry []byte, schema int) string {
	t.Helper()
	var manifest, out bytes.Buffer
	sum := sha256.Sum256(registry)
	w := newManifestWriter(&manifest, Manifest{Program: "older", Schema: schema, Database: "sqlite", Made: time.Unix(1_780_000_000, 0).UTC()})
	must(t, w.add(entry{RegistryEntry, int64(len(registry)), hex.EncodeToString(sum[:])}))
	must(t, w.close())
	all := tar.NewWriter(&out)
	for _, e := range []struct {
		name string
		text []byte
	}{{RegistryEntry, registry}, {manifestEntry, manifest.Bytes()}} {
		must(t, all.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(e.text)), Mode: 0o600}))
		_, err := all.Write(e.text)
		must(t, err)
	}
	must(t, all.Close())
	path := filepath.Join(t.TempDir(), "a.tar")
	must(t, os.WriteFile(path, out.Bytes(), 0o600))
	return path
}

// TestOtherSchemas: a backup of any older schema is restored and brought up to
// date, one of a newer schema is refused.
func TestOtherSchemas(t *testing.T) {
	for schema := 1; schema < store.SchemaVersion; schema++ {
		file := backupOf(t, olderRegistry(t, schema), schema)
		m, err := Check(t.Context(), file, silent)
		must(t, err)
		if m.Schema != schema || m.Program != "older" {
			t.Errorf("manifest %+v", m)
		}
		h := newHome(t, filepath.Join(t.TempDir(), "home"), "")
		to := h.target()
		place := to.Place
		to.Place = func(ctx context.Context, registry string) error {
			s, err := store.Open(ctx, registry)
			if err != nil {
				return err
			}
			if err := s.Close(); err != nil {
				return err
			}
			return place(ctx, registry)
		}
		_, err = Restore(t.Context(), file, to, silent)
		must(t, err)
		s, err := store.Open(t.Context(), filepath.Join(h.dir, "registry.db"))
		must(t, err)
		contents, err := s.Contents(t.Context())
		must(t, err)
		rows := int64(0)
		for _, c := range contents {
			if c.Table == "schedule" {
				rows = c.Rows
			}
		}
		if rows != 1 {
			t.Errorf("schema %d: %d rows", schema, rows)
		}
		must(t, s.Close())
	}
	file := backupOf(t, olderRegistry(t, store.SchemaVersion), store.SchemaVersion+1)
	_, err := Check(t.Context(), file, silent)
	wantErr(t, err, store.ErrNewerSchema)
}
