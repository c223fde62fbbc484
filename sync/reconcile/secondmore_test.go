package reconcile_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

// odd is a contribution that is no whole number of tenge.
var odd = osms.StateRate{Year: 2026, Percent: 2000, Base: 100_160} // 20.03 tenge

func region63(t *testing.T, in reconcile.Input) osms.ReconciliationLine {
	t.Helper()
	lines, _, err := reconcile.Compare(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Region == 63 {
			return l
		}
	}
	t.Fatal("no region 63")
	return osms.ReconciliationLine{}
}

func TestSuggestionsOfTotals(t *testing.T) {
	for _, c := range []struct {
		name, want string
		paid       osms.Tiyn
		in         reconcile.Input
	}{
		{"each rounded down to whole tenge", "rounded_each 100 -3", 2000_00, reconcile.Input{}},
		{"forty of a hundred rounded up", "rounded_each 40 38.80", 2003_00 + 40*97, reconcile.Input{}},
		{"more persons than there are cannot have been rounded", "", 2003_00 + 101*97, reconcile.Input{}},
		{"another month has the same sum with the other sign, one region's before another's month", "equal_and_opposite 11.11 10, equal_and_opposite 11.11 63 2026-08", 2003_00 + 11_11,
			reconcile.Input{Others: []reconcile.Remainder{{Month: 202609, Region: 75, Unexplained: -11_11}, {Month: 202608, Region: 63, Unexplained: -11_11}, {Month: 202607, Region: 63, Unexplained: 11_11}}}},
	} {
		in := c.in
		in.Rate = odd
		in.Due = []osms.Head{heads(63, osms.Learner, 100)}
		in.Ledger = []osms.LedgerEntry{{Region: 63, Amount: c.paid}}
		if len(in.Others) > 0 {
			in.Ledger = append(in.Ledger, osms.LedgerEntry{Region: 10, Amount: -11_11})
		}
		got := ""
		for _, s := range region63(t, in).Suggestions {
			if s.Kind == osms.SuggestDigits {
				continue
			}
			if got != "" {
				got += ", "
			}
			got += string(s.Kind)
			if s.Persons != 0 {
				got += fmt.Sprint(" ", s.Persons)
			}
			got += " " + short(s.Amount)
			if s.Region != 0 {
				got += " " + s.Region.String()
			}
			if s.Month != 0 {
				got += " " + s.Month.String()
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDigits(t *testing.T) {
	for paid, want := range map[osms.Tiyn]bool{2030_00: true, 2000_30: true, 2903_00: true, 3002_00: false, 203_00: false, 2003_00: false, -2003_00: false} {
		l := region63(t, reconcile.Input{Rate: odd, Due: []osms.Head{heads(63, osms.Learner, 100)}, Ledger: []osms.LedgerEntry{{Region: 63, Amount: paid}}})
		got := false
		for _, s := range l.Suggestions {
			got = got || s.Kind == osms.SuggestDigits && s.Text == paid.String()+" / 2003.00"
		}
		if got != want {
			t.Errorf("%s for 2003.00: %t", paid, got)
		}
	}
}

// TestCounts: how many persons the ledger and the lists have, by source, and
// which documents were looked at.
func TestCounts(t *testing.T) {
	const list = "listed 2026-10 63 1: A B C\n"
	for _, c := range []struct{ scene, want string }{
		{list + "totals 2026-10 63 7 60\npayer 2026-10: A B", "totals 7, listed 2 40.00: list 2 40.00 false"},
		{list + "totals 2026-10 63 7 60 ref=R\npayer 2026-10 ref=R: A B\npayer 2026-10 ref=S: C", "totals 7, listed 2 40.00: list 2 40.00 true, list 1 20.00 false"},
		{list + "statement 2026-10 63 60 ref=R\npayer 2026-10 ref=R: A B C\npayer 2026-10 returned: A", "statements 3, listed 2 40.00: list -1 -20.00 false, movement 0 60.00 true, list 3 60.00 true"},
		{list + "payer 2026-10: A B C\npayer 2026-10 returned: A", "lists 2, listed 2 40.00: list 3 60.00 false, list -1 -20.00 false"},
		{list + "statement - 63 60", "none 0, listed 0 0.00:"},
	} {
		matched := readWorld(t, c.scene).match(t, 202610)
		r := matched.Regions[0]
		got := fmt.Sprintf("%s %d, listed %d %s:", matched.Source, r.LedgerPersons, r.ListedPersons, r.Listed)
		for i, d := range matched.Documents {
			if i > 0 {
				got += ","
			}
			got += fmt.Sprintf(" %s %d %s %t", d.Kind, d.Persons, d.Amount, d.Linked)
		}
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.scene, got, c.want)
		}
	}
}

// TestAsk: only those are asked for whom one month does not settle.
func TestAsk(t *testing.T) {
	d := reconcile.Document{ID: 1}
	d.Kind = osms.DocumentList
	o := reconcile.MatchOptions{Month: 202610, PerPerson: fee, Documents: []reconcile.Document{d}}
	for person := osms.IIN(1); person <= 6; person++ {
		o.Listed = append(o.Listed, reconcile.Stand{Person: 7 - person, Region: 63, BIN: 1})
	}
	m := reconcile.NewMatching(o)
	for i, e := range []osms.Posting{
		{Person: 1, Amount: fee}, {Person: 2, Amount: fee - 1, Region: 10}, {Person: 3, Amount: 1}, // settled
		{Person: 4, Amount: fee}, {Person: 4, Amount: fee}, // one too many
		{Person: 5, Amount: -fee},                          // given back, and never paid
		{Person: 9, Amount: fee}, {Person: 0, Amount: fee}, // 9 is nobody's, 0 cannot be asked for; 6 was not paid
	} {
		e.Month, e.Number = 202610, int32(i+1)
		if err := m.Add(reconcile.Entry{Document: 1, Posting: e}); err != nil {
			t.Fatal(err)
		}
	}
	if got := m.Ask(); !slices.Equal(got, []osms.IIN{4, 5, 6, 9}) {
		t.Errorf("asks for %d", len(got))
	}
	if got := m.Ask(); got != nil {
		t.Errorf("asks again for %d", len(got))
	}
}

// TestMasses: what concerns very many names documents and organisations, and
// still adds up.
func TestMasses(t *testing.T) {
	const persons = 1500
	rounded := reconcile.MatchOptions{Month: 202610, PerPerson: fee, Documents: make([]reconcile.Document, 2)}
	for i := range rounded.Documents {
		d := &rounded.Documents[i]
		d.ID, d.Kind, d.Identity = int64(i+1), osms.DocumentList, fmt.Sprint(i)
		d.Ref.Reference = fmt.Sprint("list ", i)
	}
	for i := range persons {
		rounded.Listed = append(rounded.Listed, reconcile.Stand{Person: osms.IIN(i + 1), Region: 63, BIN: 1})
	}
	m := reconcile.NewMatching(rounded)
	for i := range persons {
		e := reconcile.Entry{Document: int64(1 + i%2), Posting: osms.Posting{Person: osms.IIN(i + 1), Month: 202610, Amount: fee + osms.Tiyn(1+i%2)}}
		if err := m.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	matched := m.Close()
	l := region63(t, reconcile.Input{Rate: rate, Due: []osms.Head{heads(63, osms.Learner, persons)}, Money: &matched})
	if len(l.Bridge) != 1 || l.Unexplained != 0 {
		t.Fatalf("%+v", l)
	}
	b := l.Bridge[0]
	if b.Kind != osms.BridgeRounding || b.Persons != persons || b.Amount != 2250 || len(b.Behind) != 2 ||
		b.Behind[0].Amount != 750 || b.Behind[1].Amount != 1500 || b.Behind[1].Person != 0 || b.Behind[1].Document.Reference != "list 1" {
		t.Errorf("%+v", b)
	}
}

// TestBehind: a person behind a line is led back to file, sheet and row.
func TestBehind(t *testing.T) {
	d := reconcile.Document{ID: 5, Names: []string{"Лист1", "Лист2"}, Ref: osms.DocumentRef{Import: 9, File: "list.xlsx", Reference: "R"}}
	d.Kind = osms.DocumentList
	m := reconcile.NewMatching(reconcile.MatchOptions{Month: 202610, PerPerson: fee, Documents: []reconcile.Document{d},
		Listed: []reconcile.Stand{{Person: 1, BIN: 63, Region: 63, Category: osms.Learner}}})
	for _, e := range []reconcile.Entry{
		{Document: 5, Posting: osms.Posting{Place: osms.Place{Sheet: 1, Row: 2}, Number: 1, Person: 1, Month: 202610, Amount: fee}},
		{Document: 5, Posting: osms.Posting{Place: osms.Place{Sheet: 1, Row: 3}, Number: 2, Person: 1, Month: 202610, Amount: fee}},
		{Document: 5, Posting: osms.Posting{Place: osms.Place{Row: 4}, Number: 3, Person: 2, Name: "Аманов А.", Month: 202610, Amount: fee}, Sheet: "Тізім"},
	} {
		if err := m.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	matched := m.Close()
	twice, unknown := matched.Regions[1].Bridge[0].Behind[0], matched.Regions[0].Bridge[0].Behind[0]
	if twice.Person != 1 || twice.BIN != 63 || twice.Was != osms.Learner || twice.Sheet != "Лист2" || twice.Row != 3 || twice.Import != 9 || twice.File != "list.xlsx" || twice.Document.Reference != "R" {
		t.Errorf("twice: %+v", twice)
	}
	if unknown.Person != 2 || unknown.Listed != "Аманов А." || unknown.Sheet != "Тізім" || unknown.Row != 4 {
		t.Errorf("unknown: %+v", unknown)
	}
}

// TestWrongEntries: what is not of the month's documents is refused, and a person
// is named nowhere.
func TestWrongEntries(t *testing.T) {
	d := reconcile.Document{ID: 5}
	d.Kind = osms.DocumentList
	m := reconcile.NewMatching(reconcile.MatchOptions{Month: 202610, Documents: []reconcile.Document{d}})
	for _, e := range []reconcile.Entry{
		{Document: 6, Posting: osms.Posting{Month: 202610}},
		{Document: 5, Posting: osms.Posting{Month: 202609}},
		{Document: 5, Posting: osms.Posting{}},
	} {
		if err := m.Add(e); !errors.Is(err, reconcile.ErrEntry) {
			t.Errorf("document %d of %s: %v", e.Document, e.Month, err)
		}
	}
	m.Ask()
	if err := m.Add(reconcile.Entry{Document: 5, Posting: osms.Posting{Month: 202610}}); !errors.Is(err, reconcile.ErrEntry) {
		t.Errorf("after the question: %v", err)
	}
}

// TestAnotherContribution: a bridge is not made of persons matched with another
// contribution than is due.
func TestAnotherContribution(t *testing.T) {
	matched := reconcile.NewMatching(reconcile.MatchOptions{Month: 202610, PerPerson: fee + 1, Listed: []reconcile.Stand{{Person: 1, Region: 63}}}).Close()
	if _, _, err := reconcile.Compare(reconcile.Input{Rate: rate, Due: []osms.Head{heads(63, osms.Learner, 1)}, Money: &matched}); err == nil {
		t.Error("matched with another contribution")
	}
}
