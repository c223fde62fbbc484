package store

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
)

var long = flag.Bool("long", false, "run the tests at their full size")

// TestTampering changes the audit table at random and walks it each time. What
// is done behind the program's back shows: entries edited, removed, added,
// swapped, and the tail cut off, which the count of decisions gives away. A
// tail cut off together with that count shows only against a head that was
// written down elsewhere: the last case here.
func TestTampering(t *testing.T) {
	rounds := 150
	if *long {
		rounds = 1000
	}
	eachDB(t, func(t *testing.T, s *Store) {
		const entries = 25
		for n := range entries {
			decide(t, s, n, nil)
		}
		walk := func() (faults int, head string) {
			_, head, err := s.WalkAudit(t.Context(), func(int64, string) { faults++ })
			must(t, err)
			return faults, head
		}
		faults, head := walk()
		if faults > 0 {
			t.Fatal("faults in a chain that nobody touched")
		}
		exec := func(query string, args ...any) {
			t.Helper()
			_, err := s.db.Exec(query, args...)
			must(t, err)
		}
		exec("CREATE TABLE untouched AS SELECT * FROM audit")
		r := rand.New(rand.NewPCG(3, 4))
		for round := range rounds {
			n := 1 + r.IntN(entries)
			what := ""
			switch r.IntN(8) {
			case 0:
				what = "another time"
				exec("UPDATE audit SET at = at + $1 WHERE number = $2", 1+r.IntN(1000), n)
			case 1:
				what = "another content"
				exec("UPDATE audit SET digest = $1 WHERE number = $2", Digest(fmt.Append(nil, round)), n)
			case 2:
				what = "another decision"
				exec("UPDATE audit SET what = 'freeze' WHERE number = $1", n)
			case 3:
				what = "another link"
				exec("UPDATE audit SET chain = $1 WHERE number = $2", Digest(fmt.Append(nil, "x", round)), n)
			case 4:
				what = "removed"
				exec("DELETE FROM audit WHERE number = $1", n)
			case 5:
				what = "added, with a link that fits"
				exec("INSERT INTO audit (number, at, what, digest, chain) VALUES ($1, 1, 'import', 'd', $2)", entries+1, chain(head, entries+1, 1, "import", "d"))
			case 6:
				what = "the tail cut off"
				exec("DELETE FROM audit WHERE number > $1", n-1)
			case 7:
				m := 1 + (n+r.IntN(entries-1))%entries
				what = fmt.Sprintf("%d and %d swapped", n, m)
				exec("UPDATE audit SET number = -1 WHERE number = $1", n)
				exec("UPDATE audit SET number = $1 WHERE number = $2", n, m)
				exec("UPDATE audit SET number = $1 WHERE number = -1", m)
			}
			if faults, _ := walk(); faults == 0 {
				t.Errorf("round %d: entry %d, %s: not found", round, n, what)
			}
			exec("DELETE FROM audit")
			exec("INSERT INTO audit SELECT * FROM untouched")
		}
		if faults, again := walk(); faults > 0 || again != head {
			t.Error("the chain was not put back")
		}
		exec("DELETE FROM audit WHERE number > 20")
		exec("UPDATE counter SET value = 20 WHERE name = 'sequence'")
		if faults, shorter := walk(); faults > 0 || shorter == head {
			t.Errorf("a shorter chain has %d faults and head %.8s; the head written down is %.8s", faults, shorter, head)
		}
	})
}

func TestChainTime(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if n, err := s.SequenceAt(ctx, minute(0)); err != nil || n != 0 {
			t.Errorf("empty: %d, %v", n, err)
		}
		decide(t, s, 10, nil)
		decide(t, s, 10, nil)
		decide(t, s, 30, nil)
		for at, want := range map[int]int64{0: 0, 9: 0, 10: 2, 11: 2, 29: 2, 30: 3, 1000: 3} {
			if n, err := s.SequenceAt(ctx, minute(at)); err != nil || n != want {
				t.Errorf("minute %d: sequence %d, want %d, %v", at, n, want, err)
			}
		}
		if at, err := s.CommittedAt(ctx, 3); err != nil || !at.Equal(minute(30)) {
			t.Errorf("%v, %v", at, err)
		}
		_, err := s.CommittedAt(ctx, 4)
		wantErr(t, err, ErrNotFound)
	})
}
