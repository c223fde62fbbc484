package store

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// eachDB runs a test on an open registry of each kind.
func eachDB(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	storetest.EachRegistry(t, func(t *testing.T, address string) { test(t, open(t, address)) })
}

func open(t *testing.T, address string) *Store {
	t.Helper()
	s, err := Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Everything that was read was read to its end or closed. A transaction
		// whose context ended is rolled back aside: it may take a moment.
		n := s.db.Stats().InUse
		for try := 0; n != 0 && try < 200; try++ {
			time.Sleep(10 * time.Millisecond)
			n = s.db.Stats().InUse
		}
		if n != 0 {
			t.Errorf("%d connections are still in use", n)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// minute is a clock reading, minutes after the beginning of the tests' time.
func minute(minutes int) time.Time {
	return time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

// decide writes one audited decision at a minute and gives its sequence.
func decide(t *testing.T, s *Store, at int, do func(*Tx) error) (sequence int64) {
	t.Helper()
	must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
		n, err := tx.Sequence()
		if err != nil {
			return err
		}
		sequence = n
		if do != nil {
			if err := do(tx); err != nil {
				return err
			}
		}
		return tx.Audit(minute(at), "import", Digest(fmt.Append(nil, n)))
	}))
	return sequence
}

// iin is a personal number of the tests: nobody's.
func iin(n int) osms.IIN { return osms.IIN(100101600000 + uint64(n)) }

const (
	schoolA = osms.BIN(60340001234)
	schoolB = osms.BIN(60340005678)
)

func fact(person osms.IIN, bin osms.BIN, from, until osms.Date) osms.Fact {
	return osms.Fact{Person: person, BIN: bin, Name: osms.Name{Surname: "ҚАСЫМОВ", Given: "ӘЛИ", Patronymic: "ҰЛАНҰЛЫ"},
		Birth: 20100101, First: from, Span: osms.Span{From: from, Until: until, Facts: osms.Facts{Form: osms.FullTime,
			Level: "school", Status: osms.Studying, Grade: "5", Group: "5 «Ә»", Speciality: "—", Language: "kk", Funding: "state"},
			Import: 1, Place: osms.Place{Sheet: 1, Row: 17}}}
}

func prints(n int) []osms.Fingerprint {
	out := make([]osms.Fingerprint, n)
	for i := range out {
		out[i] = osms.Fingerprint(-1 - i)
	}
	return out
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
