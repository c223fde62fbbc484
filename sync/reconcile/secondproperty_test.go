package reconcile_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

var (
	threeMonths = []osms.Month{202609, 202610, 202611}
	days        = []osms.Date{20260902, 20261002, 20261130}
)

// aWorld makes three months of three regions with two organisations each, and a
// few persons. Most were paid as they should be; then things go wrong.
func aWorld(t *rapid.T) *world {
	w := &world{listed: map[osms.Month][]reconcile.Stand{}, transit: map[osms.Date]bool{20261130: true}}
	some := func(n int, what string) bool { return rapid.IntRange(0, n).Draw(t, what) == n }
	references := rapid.SampledFrom([][]string{{""}, {"", "P", "Q"}, {"", "P", "Q", "R", "S"}}).Draw(t, "references")
	for _, month := range threeMonths {
		if some(6, "no list") {
			continue
		}
		for person := osms.IIN('A'); person <= 'G'; person++ {
			region := places[int(person)%3]
			if some(5, "elsewhere") {
				region = rapid.SampledFrom(places).Draw(t, "region")
			}
			if !some(4, "not listed") {
				w.listed[month] = append(w.listed[month], reconcile.Stand{Person: person, Region: region, BIN: osms.BIN(int(region)*10 + int(person)%2), Category: osms.Learner})
			}
		}
	}
	document := func(kind osms.DocumentKind, month osms.Month) reconcile.Document {
		d := reconcile.Document{ID: int64(len(w.documents) + 1)}
		d.Kind, d.Month, d.Dated = kind, month, rapid.SampledFrom(days).Draw(t, "dated")
		d.Identity = fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "identity"), d.ID)
		d.Reference = rapid.SampledFrom(references).Draw(t, "reference")
		if some(6, "a region") {
			d.Region = rapid.SampledFrom(places).Draw(t, "document's region")
		}
		d.Ref = osms.DocumentRef{Reference: fmt.Sprint(d.ID)}
		return d
	}
	put := func(d *reconcile.Document, e reconcile.Entry) {
		e.Document, e.Number = d.ID, int32(d.Persons+1)
		e.Row = e.Number
		w.entries = append(w.entries, e)
		w.count(d, e)
	}
	entry := func(month osms.Month, person osms.IIN) reconcile.Entry {
		e := reconcile.Entry{Posting: osms.Posting{Month: month, Person: person, Amount: fee}}
		if some(3, "sum") {
			e.Amount = rapid.SampledFrom([]osms.Tiyn{fee + 40, fee - 99, fee + 100, 2 * fee, 0, fee - 100}).Draw(t, "another sum")
		}
		if some(3, "place") {
			e.Region = rapid.SampledFrom(places).Draw(t, "posted to")
		}
		return e
	}
	for _, month := range threeMonths {
		if some(3, "no payment list") {
			continue
		}
		d := document(osms.DocumentList, 0)
		for _, s := range w.listed[month] {
			if !some(5, "left out") {
				e := entry(month, s.Person)
				if e.Region == 0 && rapid.Bool().Draw(t, "states a region") {
					e.Region = s.Region
				}
				put(&d, e)
			}
		}
		w.documents = append(w.documents, d)
	}
	for range rapid.IntRange(0, 4).Draw(t, "more lists") {
		d := document(osms.DocumentList, 0)
		d.Returned = some(2, "returned")
		d.Reverses = rapid.SampledFrom(references).Draw(t, "reverses")
		for range rapid.IntRange(1, 3).Draw(t, "entries") {
			e := entry(rapid.SampledFrom(threeMonths).Draw(t, "month"), rapid.SampledFrom([]osms.IIN{'A', 'B', 'C', 'D', 'X', 0}).Draw(t, "person"))
			if e.Person == 0 {
				e.Given = rapid.SampledFrom([]string{"", "?", "?N"}).Draw(t, "given")
			}
			if d.Returned || some(6, "one returned") {
				e.Amount = -e.Amount
			}
			put(&d, e)
		}
		w.documents = append(w.documents, d)
	}
	if some(1, "statements") {
		for range rapid.IntRange(1, 4).Draw(t, "movements") {
			d := document(osms.DocumentMovement, rapid.SampledFrom([]osms.Month{0, 202609, 202610, 202611}).Draw(t, "pays for"))
			d.Amount = rapid.SampledFrom([]osms.Tiyn{fee, 6 * fee, 7*fee + 5, 3 * fee}).Draw(t, "movement")
			if d.Returned = some(3, "returned"); d.Returned {
				d.Amount = -fee
				if rapid.Bool().Draw(t, "names") {
					e := entry(cmp.Or(d.Month, 202610), 'A')
					e.Amount = -fee
					put(&d, e)
				}
			}
			w.documents = append(w.documents, d)
		}
	}
	if some(2, "totals") {
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			w.totals = append(w.totals, osms.LedgerEntry{Month: rapid.SampledFrom(threeMonths).Draw(t, "line's month"),
				Region: append(places, 0)[rapid.IntRange(0, 3).Draw(t, "line's region")], Persons: 2,
				Amount: rapid.SampledFrom([]osms.Tiyn{fee, 2 * fee, 3*fee + 7}).Draw(t, "line"), Reference: rapid.SampledFrom(references).Draw(t, "line's reference")})
		}
	}
	return w
}

// rowsOf are the rows behind the second part of a month, in one order.
func rowsOf(month osms.Month, matched reconcile.Matched) []modelRow {
	var rows []modelRow
	for _, r := range matched.Regions {
		for _, b := range r.Bridge {
			for _, p := range b.Behind {
				row := modelRow{Month: month, Region: r.Region, Kind: b.Kind, Who: p.Given, Amount: p.Amount}
				if p.Person != 0 {
					row.Who = fmt.Sprint(uint64(p.Person))
				}
				if p.Document != nil {
					fmt.Sscan(p.Document.Reference, &row.Doc)
				}
				switch {
				case p.OtherMonth != 0:
					row.Other = p.OtherMonth.String()
				case b.Kind == osms.BridgeOtherRegion:
					row.Other = p.OtherRegion.String()
				}
				rows = append(rows, row)
			}
		}
	}
	slices.SortFunc(rows, compareRows)
	return rows
}

func compareRows(a, b modelRow) int {
	return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Who, b.Who), cmp.Compare(a.Doc, b.Doc),
		cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Other, b.Other))
}

func (m *model) month(month osms.Month) []modelRow {
	var rows []modelRow
	for _, r := range m.rows {
		if r.Month == month {
			if len(r.Who) > 6 && r.Who[:6] == "nobody" {
				r.Who = ""
			}
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, compareRows)
	return rows
}

// TestAgainstTheModel compares every month with the model: the rows behind every
// line, the ledger of every region, and what remains. The model decides all
// months at once, so the halves of a pair agree between months too.
func TestAgainstTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := aWorld(t)
		m := newModel(w)
		for _, month := range threeMonths {
			matched := w.match(t, month)
			want := m.month(month)
			if got := rowsOf(month, matched); !slices.Equal(got, want) {
				t.Fatalf("%s:\n got %v\nwant %v\nof %s", month, got, want, describe(w))
			}
			if source := w.other(month).Source; matched.Source != source {
				t.Fatalf("%s rests on %s, want %s", month, matched.Source, source)
			}
			checkSecond(t, w, m, month, matched, want)
		}
	})
}

func describe(w *world) string {
	s := fmt.Sprintf("listed %v\ntotals %v\n", w.listed, w.totals)
	for _, d := range w.documents {
		s += fmt.Sprintf("%d %s %s ref %q reverses %q region %s amount %s returned %t dated %s\n", d.ID, d.Kind, d.Month, d.Reference, d.Reverses, d.Region, d.Amount, d.Returned, d.Dated)
		for _, e := range w.entries {
			if e.Document == d.ID {
				s += fmt.Sprintf("\t%c %q %s @%s %s\n", rune(e.Person), e.Given, e.Month, e.Region, e.Amount)
			}
		}
	}
	return s
}

// checkSecond checks what a report says: the money, the remainder to the tiyn,
// and that a line's persons and sum are those behind it.
func checkSecond(t *rapid.T, w *world, m *model, month osms.Month, matched reconcile.Matched, rows []modelRow) {
	in := reconcile.Input{Month: month, Rate: rate, Money: &matched, Due: w.heads(month)}
	lines, total, err := reconcile.Compare(in)
	if err != nil {
		t.Fatal(err)
	}
	money, rest := map[osms.Region]osms.Tiyn{}, map[osms.Region]osms.Tiyn{}
	for region, amount := range m.ledger[month] {
		money[region], rest[region] = amount, amount
	}
	for _, s := range w.listed[month] {
		rest[s.Region] -= fee
	}
	for _, r := range rows {
		rest[r.Region] -= r.Amount
	}
	var whole osms.Tiyn
	for _, l := range lines {
		if l.Ledger != money[l.Region] || l.Unexplained != rest[l.Region] {
			t.Fatalf("%s %s: ledger %s, want %s; unexplained %s, want %s\nof %s", month, l.Region, l.Ledger, money[l.Region], l.Unexplained, rest[l.Region], describe(w))
		}
		delete(rest, l.Region)
		bridge := l.Unexplained
		for _, b := range l.Bridge {
			bridge += b.Amount
			var sum osms.Tiyn
			for _, p := range b.Behind {
				sum += p.Amount
			}
			if sum != b.Amount || b.Amount == 0 || !b.Proved {
				t.Fatalf("%s %s: %s of %s has %s behind it", month, l.Region, b.Kind, b.Amount, sum)
			}
		}
		if bridge != l.Ledger-l.Due {
			t.Fatalf("%s %s does not add up", month, l.Region)
		}
		if len(l.Suggestions) > 8 || l.Unexplained == 0 && len(l.Suggestions) > 0 {
			t.Fatalf("%s %s: %v", month, l.Region, l.Suggestions)
		}
		whole += l.Unexplained
	}
	for region, left := range rest {
		if left != 0 {
			t.Fatalf("%s %s: no line for %s", month, region, left)
		}
	}
	if whole != total.Unexplained {
		t.Fatalf("%s: the total", month)
	}
	checkOneLine(t, rows)
	if matched.Source == osms.FromTotals || matched.Source == osms.FromNothing {
		if !slices.ContainsFunc(w.entries, func(e reconcile.Entry) bool { return e.Month == month }) && len(rows) > 0 {
			t.Fatalf("%s: totals alone prove %v", month, rows)
		}
	}
}

// checkOneLine: a person stands on one line, except that each further document
// has its own. Rounding goes beside other_region, and a payment's rounding beside
// its return.
func checkOneLine(t *rapid.T, rows []modelRow) {
	type at struct {
		who string
		doc int64
	}
	kinds := map[at]map[osms.BridgeKind]int{}
	for _, r := range rows {
		if r.Who == "" || r.Who[0] == '?' || r.Kind == osms.BridgeRounding {
			continue
		}
		k := at{r.Who, r.Doc}
		if kinds[k] == nil {
			kinds[k] = map[osms.BridgeKind]int{}
		}
		kinds[k][r.Kind]++
	}
	for k, of := range kinds {
		if of[osms.BridgeNotSubmitted] > 0 && len(kinds[k]) > 1 {
			t.Fatalf("%v stands on %v", k, of)
		}
	}
}

// TestOrderIsNothing: the order of entries, documents, lists and answers changes
// nothing.
func TestOrderIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := aWorld(t)
		month := rapid.SampledFrom(threeMonths).Draw(t, "asked about")
		lines, total := w.compareIn(t, month)
		w.mixed = func(n int) []int {
			all := make([]int, n)
			for i := range all {
				all[i] = i
			}
			return rapid.Permutation(all).Draw(t, "order")
		}
		again, sum := w.compareIn(t, month)
		if !reflect.DeepEqual(lines, again) || !reflect.DeepEqual(total, sum) {
			t.Fatalf("%s:\n got %+v\nthen %+v\nof %s", month, lines, again, describe(w))
		}
	})
}

func (w *world) compareIn(t *rapid.T, month osms.Month) ([]osms.ReconciliationLine, osms.ReconciliationLine) {
	matched := w.match(t, month)
	lines, total, err := reconcile.Compare(reconcile.Input{Month: month, Rate: rate, Money: &matched, Due: w.heads(month)})
	if err != nil {
		t.Fatal(err)
	}
	return lines, total
}

// TestOneEntry: editing one entry moves only rows of its person, apart from those
// that rest on whole organisations and on where the money comes from.
func TestOneEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := aWorld(t)
		if len(w.entries) == 0 {
			return
		}
		before := map[osms.Month][]modelRow{}
		sources := map[osms.Month]reconcile.OtherMonth{}
		for _, month := range threeMonths {
			before[month], sources[month] = rowsOf(month, w.match(t, month)), w.other(month)
		}
		e := &w.entries[rapid.IntRange(0, len(w.entries)-1).Draw(t, "entry")]
		switch rapid.IntRange(0, 2).Draw(t, "edit") {
		case 0:
			e.Amount += rapid.SampledFrom([]osms.Tiyn{1, 20, 500}).Draw(t, "more")
		case 1:
			e.Region = rapid.SampledFrom(places).Draw(t, "region")
		default:
			e.Month = rapid.SampledFrom(threeMonths).Draw(t, "month")
		}
		d := w.document(e.Document)
		d.First, d.Last = 0, 0
		for _, x := range w.entries {
			if x.Document == d.ID {
				d.First, d.Last = min(cmp.Or(d.First, x.Month), x.Month), max(d.Last, x.Month)
			}
		}
		who := cmp.Or(e.Given, fmt.Sprint(uint64(e.Person)))
		for _, month := range threeMonths {
			if w.other(month) != sources[month] {
				return // another source, or the first list of a month: everything may move
			}
		}
		others := func(rows []modelRow) []modelRow {
			return slices.DeleteFunc(slices.Clone(rows), func(r modelRow) bool {
				return r.Who == who || r.Kind == osms.BridgeNotSubmitted || r.Who == "" // a movement alone
			})
		}
		for _, month := range threeMonths {
			if got, want := others(rowsOf(month, w.match(t, month))), others(before[month]); !slices.Equal(got, want) {
				t.Fatalf("%s: editing an entry of %s moved\n%v\n%v", month, who, want, got)
			}
		}
	})
}
