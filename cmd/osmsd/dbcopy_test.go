package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"osmsd/sync/store/storetest"
)

// TestCopyWhileOthersDecide: what is decided while the registry is copied is not
// in the copy, and the command says so.
func TestCopyWhileOthersDecide(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	roster := filepath.Join(dir, "roster.csv")
	if err := os.WriteFile(roster, []byte(doctorsRoster), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(tap storetest.Tap, args ...string) (int, string, string) {
		var out, errout bytes.Buffer
		s := Surroundings{Stdout: &out, Stderr: &errout, Clock: time.Now, Env: func(name string) (string, bool) { return home, name == "OSMSD_HOME" }}
		if tap != nil {
			s.Through = tap.Through
		}
		return Main(t.Context(), args, s), out.String(), errout.String()
	}
	if code, _, said := run(nil, "import", "--region", "63", roster); code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	var once sync.Once
	meanwhile := storetest.Tap(func(op *storetest.Op, next func() error) error {
		if op.Name == "exec" && strings.HasPrefix(op.Query, "INSERT INTO enrolment") {
			once.Do(func() {
				db, err := sql.Open("sqlite", filepath.Join(home, "registry.db"))
				for range 2 {
					if err == nil {
						_, err = db.Exec("INSERT INTO audit (number, at, what, digest, chain) SELECT max(number) + 1, 0, 'import', '', '' FROM audit")
					}
				}
				if err == nil {
					err = db.Close()
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		return next()
	})
	code, out, said := run(meanwhile, "db", "copy", "--json", "--lang", "en", "--to", filepath.Join(dir, "copy.db"))
	var copied struct {
		Sequence int64
		Decided  int64 `json:"decided_since"`
	}
	if err := json.Unmarshal([]byte(out), &copied); err != nil {
		t.Fatalf("exit %d: %v\n%s%s", code, err, out, said)
	}
	if code != exitDiscrepancy || copied.Decided != 2 || copied.Sequence < 1 || !strings.Contains(said, "2 more decisions") {
		t.Errorf("exit %d, %+v\n%s", code, copied, said)
	}
}
