package reconcile_test

import (
	"runtime"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

// TestFiveMillion matches a country: five million persons in lists of a thousand.
// It says what that costs when most were paid as they should be, and when
// something is odd about everybody.
func TestFiveMillion(t *testing.T) {
	if !*long {
		t.Skip("five million persons: -long")
	}
	for _, c := range []struct {
		name  string
		most  uint64 // MB
		again bool
		each  osms.Tiyn
	}{
		{"as due", 250, false, fee},
		{"rounded", 250, false, fee + 40},
		{"another sum", 250, false, fee + 400},
		{"twice", 600, true, fee},
	} {
		t.Run(c.name, func(t *testing.T) { country(t, c.most<<20, c.again, c.each) })
	}
}

func country(t *testing.T, most uint64, again bool, each osms.Tiyn) {
	const persons, a = 5_000_000, 1000
	var documents []reconcile.Document
	for i := range 2 * persons / a {
		d := reconcile.Document{ID: int64(i + 1)}
		d.Kind, d.Dated, d.Identity = osms.DocumentList, 20261002, string(rune(i))
		documents = append(documents, d)
	}
	person := func(i int) osms.IIN { return osms.IIN(uint64(i)*100_003%999_999_999_989 + 1) }
	before := heap()
	began := time.Now()
	m := reconcile.NewMatching(reconcile.MatchOptions{Month: 202610, PerPerson: fee, Documents: documents})
	for i := range persons {
		m.List(reconcile.Stand{Person: person(i), BIN: osms.BIN(1 + i/500), Region: osms.Region(10 + i/250_000), Category: osms.Learner})
	}
	for i := range 2 * persons {
		who := i % persons
		e := reconcile.Entry{Document: int64(1 + i/a), Posting: osms.Posting{Person: person(who), Month: 202610, Amount: each, Number: int32(i%a + 1), Name: "Аманов Аман Аманович"}}
		switch i % 10_000 {
		case 1:
			continue
		case 2:
			e.Region = 75
		case 3:
			e.Amount += 40
		case 4:
			e.Person++
		}
		if i >= persons && !again {
			break
		}
		if err := m.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	peak := heap() - before
	for _, p := range m.Ask() {
		m.Tell(p, reconcile.Past{})
	}
	closed := m.Close()
	peak = max(peak, heap()-before)
	t.Logf("%s, %d MB held, %d regions from %s", time.Since(began).Round(time.Millisecond), peak>>20, len(closed.Regions), closed.Source)
	if peak > most {
		t.Errorf("%d MB", peak>>20)
	}
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
