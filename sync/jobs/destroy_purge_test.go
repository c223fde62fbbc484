package jobs

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
)

// TestDestroyPurges: of the embedded registry's file and its log no byte of what
// was destroyed is left.
func TestDestroyPurges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "registry.db")
	o := newOffice(t, path)
	bin := school(t, 1)
	var class []learner
	for n := range 400 {
		class = append(class, learner{iin: child(t, n+1), bin: bin})
	}
	r := o.take(63, "63-full-2026-10-01.csv", rosterOf(class...)...)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var kept []byte
	if err := db.QueryRow("SELECT kept FROM import_organisation WHERE sequence = $1", r.Import).Scan(&kept); err != nil || len(kept) < 500 {
		t.Fatalf("%d bytes, %v", len(kept), err)
	}
	// A part of a page, for longer ones are cut up.
	part := kept[len(kept)/2 : len(kept)/2+40]
	left := func() (n int) {
		for _, name := range []string{path, path + "-wal"} {
			text, err := os.ReadFile(name)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			n += bytes.Count(text, part)
		}
		return n
	}
	if left() == 0 {
		t.Fatal("it is not there to begin with")
	}
	o.destroyed(DestroyOptions{Import: r.Import, Reason: "x"})
	if n := left(); n != 0 {
		t.Errorf("it is there %d times", n)
	}
	o.verified()
}
