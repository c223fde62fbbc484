package store

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// believedState is what is believed at one sequence, as the model keeps it.
type believedState struct {
	facts        map[factKey]osms.Fact
	entitlements map[entitlementKey]osms.Entitlement
}

type factKey struct {
	person osms.IIN
	bin    osms.BIN
	from   osms.Date
}

type entitlementKey struct {
	person osms.IIN
	from   osms.Month
}

func (b believedState) clone() believedState {
	c := believedState{map[factKey]osms.Fact{}, map[entitlementKey]osms.Entitlement{}}
	for k, v := range b.facts {
		c.facts[k] = v
	}
	for k, v := range b.entitlements {
		c.entitlements[k] = v
	}
	return c
}

// standing is a person's entitlement in a month.
func (b believedState) standing(p osms.IIN, m osms.Month) osms.Entitlement {
	for _, e := range b.entitlements {
		if e.Person == p && e.From <= m && m <= e.To {
			return e
		}
	}
	return osms.Entitlement{}
}

const people = 12

// change draws one decision at random: every person's entitlement and facts may
// be ended, begun or moved.
func change(r *rand.Rand, before believedState, sequence int64) (closing, opening []osms.Fact, lapsing []osms.Entitlement, drawing []osms.Entitlement, after believedState) {
	after = before.clone()
	for n := range people {
		if r.IntN(3) > 0 {
			continue
		}
		p := iin(n)
		for k, f := range after.facts {
			if k.person == p {
				closing = append(closing, f)
				delete(after.facts, k)
			}
		}
		for k, e := range after.entitlements {
			if k.person == p {
				lapsing = append(lapsing, e)
				delete(after.entitlements, k)
			}
		}
		if r.IntN(4) == 0 {
			continue // nothing is believed any more
		}
		bin := []osms.BIN{schoolA, schoolB}[r.IntN(2)]
		from := osms.Month(202601 + r.IntN(6))
		to := osms.EndlessMonth
		until := osms.Forever
		if r.IntN(2) == 0 {
			to = from.Add(r.IntN(5))
			until = to.Last()
		}
		f := fact(p, bin, from.First(), until)
		f.Import, f.Name.Given = sequence, fmt.Sprintf("АТЫ%d", sequence)
		opening = append(opening, f)
		after.facts[factKey{p, bin, f.From}] = f
		e := osms.Entitlement{Person: p, Category: []osms.Category{osms.Child, osms.Learner}[r.IntN(2)], From: from, To: to,
			BIN: bin, Region: osms.Region(10 + r.IntN(2))}
		drawing = append(drawing, e)
		after.entitlements[entitlementKey{p, e.From}] = e
	}
	return closing, opening, lapsing, drawing, after
}

// TestBitemporal draws forty decisions and asks about every sequence what
// the model believed then.
func TestBitemporal(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		r := rand.New(rand.NewPCG(1, 2))
		states := []believedState{(believedState{}).clone()}
		for n := range 40 {
			var after believedState
			decide(t, s, n, func(tx *Tx) error {
				sequence, err := tx.Sequence()
				if err != nil {
					return err
				}
				closing, opening, lapsing, drawing, next := change(r, states[n], sequence)
				after = next
				if err := tx.CloseFacts(closing); err != nil {
					return err
				}
				if err := tx.OpenFacts(opening, prints(len(opening))); err != nil {
					return err
				}
				var held []HeldEntitlement
				for _, e := range lapsing {
					held = append(held, HeldEntitlement{e, sequence - 1})
				}
				if err := tx.CloseEntitlements(held); err != nil {
					return err
				}
				if len(drawing) > 0 { // a conclusion drawn and dropped within one decision leaves no trace
					passing := drawing[0]
					passing.Region, passing.From, passing.To = 15, 199001, 199002
					if err := tx.OpenEntitlements([]osms.Entitlement{passing}); err != nil {
						return err
					}
					if err := tx.CloseEntitlements([]HeldEntitlement{{passing, sequence}}); err != nil {
						return err
					}
				}
				return tx.OpenEntitlements(drawing)
			})
			states = append(states, after)
		}
		months := []osms.Month{202512, 202601, 202603, 202606, 202610, 203001}
		for n, state := range states {
			for _, m := range months {
				headsAgree(t, s, state, m, int64(n))
				entitledAgree(t, s, state, m, int64(n))
			}
		}
		for range 60 {
			from := r.IntN(len(states))
			to := from + r.IntN(len(states)-from)
			for _, m := range months {
				monthChangesAgree(t, s, states, m, from, to)
			}
			for _, bin := range []osms.BIN{schoolA, schoolB} {
				organisationChangesAgree(t, s, states, bin, from, to)
			}
		}
		if n, err := s.UnevenTotals(t.Context()); err != nil || n != 0 {
			t.Errorf("%d totals are uneven, %v", n, err)
		}
		historyAgrees(t, s, states)
		personsAgree(t, s, states)
		touchedAgree(t, s, states[len(states)-1])
	})
}

func headsAgree(t *testing.T, s *Store, state believedState, m osms.Month, sequence int64) {
	t.Helper()
	counts := map[osms.Head]int{}
	for _, e := range state.entitlements {
		if e.From <= m && m <= e.To {
			counts[osms.Head{Region: e.Region, Category: e.Category}]++
		}
	}
	var want []osms.Head
	for h, n := range counts {
		h.Persons = n
		want = append(want, h)
	}
	slices.SortFunc(want, func(a, b osms.Head) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Category, b.Category))
	})
	heads, err := s.Heads(t.Context(), m, sequence)
	must(t, err)
	counted, err := s.CountedHeads(t.Context(), m, sequence)
	must(t, err)
	if !slices.Equal(heads, want) || !slices.Equal(counted, want) {
		t.Errorf("%s at %d: totals %v, counted %v, want %v", m, sequence, heads, counted, want)
	}
}

func entitledAgree(t *testing.T, s *Store, state believedState, m osms.Month, sequence int64) {
	t.Helper()
	for _, region := range []osms.Region{0, 10} {
		var got, want []string
		must(t, s.Entitled(t.Context(), m, sequence, region, func(p EntitledPerson) error {
			got = append(got, fmt.Sprintf("%s %s %s %s %s", p.Person.Digits(), p.Category, p.BIN, p.Region, p.Name.Given))
			return nil
		}))
		for n := range people {
			if e := state.standing(iin(n), m); e.Person != 0 && (region == 0 || e.Region == region) {
				name := ""
				for _, f := range state.facts {
					if f.Person == e.Person && f.BIN == e.BIN {
						name = f.Name.Given
					}
				}
				want = append(want, fmt.Sprintf("%s %s %s %s %s", e.Person.Digits(), e.Category, e.BIN, e.Region, name))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s at %d, region %s: %v, want %v", m, sequence, region, got, want)
		}
	}
}

func monthChangesAgree(t *testing.T, s *Store, states []believedState, m osms.Month, from, to int) {
	t.Helper()
	changes, err := s.MonthChanges(t.Context(), m, int64(from), int64(to))
	must(t, err)
	place := func(e osms.Entitlement) string { return fmt.Sprintf("%s %s %s", e.Category, e.BIN, e.Region) }
	var got, want []string
	for _, c := range changes {
		got = append(got, c.Person.Digits()+": "+place(c.Was)+" → "+place(c.Now))
		if was, is := states[c.Import-1].standing(c.Person, m), states[c.Import].standing(c.Person, m); was == is || c.Import <= int64(from) || c.Import > int64(to) {
			t.Errorf("%s %d → %d: import %d changed nothing about %s", m, from, to, c.Import, c.Person.Digits())
		}
	}
	for n := range people {
		was, is := states[from].standing(iin(n), m), states[to].standing(iin(n), m)
		if place(was) != place(is) {
			want = append(want, iin(n).Digits()+": "+place(was)+" → "+place(is))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s %d → %d: %v, want %v", m, from, to, got, want)
	}
}

func organisationChangesAgree(t *testing.T, s *Store, states []believedState, bin osms.BIN, from, to int) {
	t.Helper()
	before, after, err := s.OrganisationChanges(t.Context(), bin, int64(from), int64(to))
	must(t, err)
	if from == to && len(before)+len(after) > 0 {
		t.Errorf("%d facts changed from %d to itself", len(before)+len(after), from)
	}
	at := func(n int, p osms.IIN) (out []osms.Fact) {
		for k, f := range states[n].facts {
			if k.bin == bin && k.person == p {
				out = append(out, f)
			}
		}
		return out
	}
	said := map[osms.IIN]bool{}
	for i, facts := range [][]osms.Fact{before, after} {
		state := []int{from, to}[i]
		for _, f := range facts {
			said[f.Person] = true
			if want := at(state, f.Person); len(want) != 1 || want[0] != f {
				t.Errorf("at %d: %+v, want %+v", state, f, want)
			}
		}
	}
	for n := range people {
		if a, b := at(from, iin(n)), at(to, iin(n)); !slices.Equal(a, b) && !said[iin(n)] {
			t.Errorf("%d → %d: nothing is said of person %d", from, to, n)
		}
	}
}

// historyAgrees: the history of a person, cut at a sequence, is what was
// believed then, and so is the name.
func historyAgrees(t *testing.T, s *Store, states []believedState) {
	t.Helper()
	for n := range people {
		facts, entitlements, err := s.History(t.Context(), iin(n))
		must(t, err)
		for sequence, state := range states {
			at := int64(sequence)
			count := 0
			for _, f := range facts {
				if f.KnownFrom <= at && (f.KnownUntil == 0 || f.KnownUntil > at) {
					count++
					if state.facts[factKey{f.Person, f.BIN, f.From}] != f.Fact {
						t.Errorf("at %d: %+v is not what was believed", at, f)
					}
				}
			}
			for _, f := range state.facts {
				if f.Person == iin(n) {
					count--
				}
			}
			if count != 0 {
				t.Errorf("person %d at %d: %+d facts", n, at, count)
			}
			names, err := s.Names(t.Context(), []osms.IIN{iin(n)}, at)
			must(t, err)
			for _, f := range state.facts {
				if f.Person == iin(n) && names[iin(n)] != f.Name {
					t.Errorf("person %d at %d: name %v, want %v", n, at, names[iin(n)].Given, f.Name.Given)
				}
			}
			for _, e := range entitlements {
				believed := e.KnownFrom <= at && (e.KnownUntil == 0 || e.KnownUntil > at)
				if held := state.entitlements[entitlementKey{e.Person, e.From}] == e.Entitlement; believed && !held {
					t.Errorf("at %d: %+v is not what was concluded", at, e)
				}
			}
		}
	}
}

// personsAgree: reading person by person gives a state whole.
func personsAgree(t *testing.T, s *Store, states []believedState) {
	t.Helper()
	for sequence, state := range states {
		facts, entitlements := 0, 0
		var last osms.IIN
		must(t, s.EachPerson(t.Context(), int64(sequence), func(h PersonHistory) error {
			p := h.Person
			var f []osms.Fact
			for _, x := range h.Facts {
				if x.KnownUntil == 0 {
					f = append(f, x.Fact)
				}
			}
			var e []osms.Entitlement
			for _, x := range h.Entitlements {
				if x.KnownUntil == 0 {
					e = append(e, x.Entitlement)
				}
			}
			if p <= last {
				t.Errorf("%s after %s", p.Digits(), last.Digits())
			}
			last = p
			for _, x := range f {
				if state.facts[factKey{p, x.BIN, x.From}] != x {
					t.Errorf("at %d: %+v", sequence, x)
				}
			}
			for _, x := range e {
				if state.entitlements[entitlementKey{p, x.From}] != x {
					t.Errorf("at %d: %+v", sequence, x)
				}
			}
			facts, entitlements = facts+len(f), entitlements+len(e)
			return nil
		}))
		if facts != len(state.facts) || entitlements != len(state.entitlements) {
			t.Errorf("at %d: %d facts and %d entitlements, want %d and %d", sequence, facts, entitlements, len(state.facts), len(state.entitlements))
		}
	}
}

// touchedAgree: facts and conclusions of the persons that were touched, and of
// nobody else.
func touchedAgree(t *testing.T, s *Store, state believedState) {
	t.Helper()
	must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
		for _, touched := range [][]int{{0, 3, 5}, {}, {7, 11, 900}} { // the second touch forgets the first
			var persons []osms.IIN
			wantFacts, wantEntitlements := 0, 0
			for _, n := range touched {
				persons = append(persons, iin(n))
				for k := range state.facts {
					if k.person == iin(n) {
						wantFacts++
					}
				}
				for k := range state.entitlements {
					if k.person == iin(n) {
						wantEntitlements++
					}
				}
			}
			must(t, tx.Touch(persons))
			facts, err := tx.Facts()
			must(t, err)
			entitlements, err := tx.Entitlements()
			must(t, err)
			if len(facts) != wantFacts || len(entitlements) != wantEntitlements {
				t.Errorf("touched %v: %d facts, %d entitlements, want %d, %d", touched, len(facts), len(entitlements), wantFacts, wantEntitlements)
			}
			for _, f := range facts {
				if state.facts[factKey{f.Person, f.BIN, f.From}] != f {
					t.Errorf("%+v", f)
				}
			}
			for _, e := range entitlements {
				if state.entitlements[entitlementKey{e.Person, e.From}] != e.Entitlement || e.KnownFrom == 0 {
					t.Errorf("%+v", e)
				}
			}
		}
		marks := 0
		for _, f := range state.facts {
			if f.BIN == schoolA && f.Until >= 20260401 {
				marks++
			}
		}
		got := standing(t, tx, schoolA).Marks
		if len(got) != marks {
			t.Errorf("%d marks, want %d", len(got), marks)
		}
		for _, m := range got {
			if m.Fingerprint >= 0 {
				t.Errorf("fingerprint %d", m.Fingerprint)
			}
		}
		return nil
	}))
}

// TestWrongClosing: closing what is not believed is a fault of the program, and
// nothing of the decision stands.
func TestWrongClosing(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		f := fact(iin(1), schoolA, 20260101, osms.Forever)
		decide(t, s, 0, func(tx *Tx) error { return tx.OpenFacts([]osms.Fact{f}, prints(1)) })
		other := f
		other.From = 20260201
		for what, do := range map[string]func(*Tx) error{
			"fact": func(tx *Tx) error { return tx.CloseFacts([]osms.Fact{f, other}) },
			"entitlement": func(tx *Tx) error {
				return tx.CloseEntitlements([]HeldEntitlement{{osms.Entitlement{Person: iin(1), From: 202601, To: 202602}, 1}})
			},
			"no audit": func(tx *Tx) error {
				if err := tx.CloseFacts([]osms.Fact{f}); err != nil {
					t.Error(err)
				}
				return nil
			},
		} {
			err := s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				if err := do(tx); err != nil {
					return err
				}
				if what == "no audit" {
					return nil
				}
				return tx.Audit(minute(1), "import", "d")
			})
			if err == nil {
				t.Errorf("%s: accepted", what)
			}
		}
		facts, _, err := s.History(t.Context(), iin(1))
		must(t, err)
		if len(facts) != 1 || facts[0].KnownUntil != 0 || facts[0].Fact != f {
			t.Errorf("%+v", facts)
		}
	})
}

// TestEntitledLooksUpByPerson: on SQLite, which plans without statistics, a
// name must be looked up by the person; by the organisation it takes the square
// of the organisation's size (190,000 persons: three minutes, not a second).
func TestEntitledLooksUpByPerson(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "registry.db"))
	rows, err := s.db.Query("EXPLAIN QUERY PLAN "+entitledQuery, 202610, 1, 0)
	must(t, err)
	defer rows.Close()
	plan := ""
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		plan += detail + "\n"
	}
	must(t, rows.Err())
	if !strings.Contains(plan, "SEARCH e USING INDEX enrolment_person (person=?") {
		t.Error(plan)
	}
}

// TestPlansOfANewRegistry: after a few small files already, both databases look
// facts up by the person and not through everything that is believed.
func TestPlansOfANewRegistry(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		const files, size = 8, 60
		for file := range files {
			decide(t, s, file, func(tx *Tx) error {
				var facts []osms.Fact
				for n := range size {
					facts = append(facts, fact(iin(file*size+n), schoolA+osms.BIN(file), 20260901, osms.Forever))
				}
				return tx.OpenFacts(facts, prints(size))
			})
		}
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			var some []osms.Fact
			var persons []osms.IIN
			for n := range size {
				some = append(some, fact(iin(n), schoolA, 20260901, osms.Forever))
				persons = append(persons, iin(n))
			}
			must(t, tx.Touch(persons))
			must(t, tx.CloseFacts(some))
			must(t, tx.Audit(minute(9), "import", "d"))
			for query, args := range map[string][]any{touchedFacts: {int64(now)}, closeFacts: {int64(9), int64(now)}} {
				explain := "EXPLAIN QUERY PLAN "
				if s.Database() == "postgres" {
					explain = "EXPLAIN "
				}
				plan := ""
				must(t, tx.each(func(rows *sql.Rows) error {
					columns, err := rows.Columns()
					must(t, err)
					cells := make([]any, len(columns))
					for i := range cells {
						cells[i] = new(string)
					}
					must(t, rows.Scan(cells...))
					plan += *cells[len(cells)-1].(*string) + "\n"
					return nil
				}, explain+query, args...))
				if !strings.Contains(plan, "enrolment_person") || strings.Contains(plan, "enrolment_held") {
					t.Errorf("%.60s…\n%s", query, plan)
				}
			}
			return nil
		}))
	})
}
