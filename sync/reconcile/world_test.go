package reconcile_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

// world is everything that is known about some months: who is on the list, and
// what the ledger, the statements and the payer's lists say. It asks a Matching
// as a caller does.
type world struct {
	listed    map[osms.Month][]reconcile.Stand
	documents []reconcile.Document
	entries   []reconcile.Entry
	totals    []osms.LedgerEntry
	transit   map[osms.Date]bool
	rates     []osms.StateRate
	mixed     func(n int) []int // an order of n things; nil: as they are
}

// readWorld reads a scene of the manual:
//
//	listed MONTH REGION ORGANISATION: A B C
//	totals MONTH REGION PERSONS AMOUNT [ref=R]
//	statement MONTH|- REGION|- AMOUNT [ref=R] [returned]: [entries]
//	payer MONTH [ref=R] [region=63] [dated=DAY] [returned]: A B=19.80 C@10 D/2026-09 ?text
//	transit DAY
//	rate YEAR CONTRIBUTION
//
// An entry is of one contribution, in the document's month, unless it says else.
// A region written - is none.
func readWorld(t *testing.T, scene string) *world {
	t.Helper()
	w := &world{listed: map[osms.Month][]reconcile.Stand{}, transit: map[osms.Date]bool{}}
	for line := range strings.Lines(scene) {
		head, tail, _ := strings.Cut(strings.TrimSpace(line), ":")
		words, names := strings.Fields(head), strings.Fields(tail)
		if len(words) == 0 {
			continue
		}
		d := reconcile.Document{ID: int64(len(w.documents) + 1)}
		d.Identity = fmt.Sprintf("%03d", d.ID)
		options(t, &d, words)
		switch words[0] {
		case "listed":
			for _, n := range names {
				w.listed[monthOf(t, words[1])] = append(w.listed[monthOf(t, words[1])], reconcile.Stand{Person: letter(n), Region: regionOf(t, words[2]), BIN: osms.BIN(number(t, words[3])), Category: osms.Learner})
			}
		case "totals":
			w.totals = append(w.totals, osms.LedgerEntry{Month: monthOf(t, words[1]), Region: regionOf(t, words[2]), Persons: number(t, words[3]), Amount: amountOf(t, words[4]), Reference: d.Reference})
		case "rate":
			w.rates = append(w.rates, osms.StateRate{Year: number(t, words[1]), Percent: 2000, Base: 50 * amountOf(t, words[2])})
		case "transit":
			day, err := osms.ParseDate(words[1])
			if err != nil {
				t.Fatal(err)
			}
			w.transit[day] = true
		case "statement":
			d.Kind, d.Month, d.Region, d.Amount = osms.DocumentMovement, monthOf(t, words[1]), regionOf(t, words[2]), amountOf(t, words[3])
			w.add(t, d, names)
		case "payer":
			d.Kind = osms.DocumentList
			month := monthOf(t, words[1])
			for i, n := range names {
				if !strings.Contains(n, "/") {
					names[i] = n + "/" + month.String()
				}
			}
			w.add(t, d, names)
		default:
			t.Fatalf("a scene does not say %q", words[0])
		}
	}
	return w
}

func options(t *testing.T, d *reconcile.Document, words []string) {
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "ref":
			d.Reference = value
		case "reverses":
			d.Reverses = value
		case "region":
			d.Region = regionOf(t, value)
		case "dated":
			var err error
			if d.Dated, err = osms.ParseDate(value); err != nil {
				t.Fatal(err)
			}
		case "returned":
			d.Returned = true
		}
	}
	d.Ref = osms.DocumentRef{Reference: cmp.Or(d.Reference, d.Identity), Import: d.ID, File: "file" + d.Identity}
}

// add adds a document with its entries.
func (w *world) add(t *testing.T, d reconcile.Document, names []string) {
	for i, n := range names {
		e := reconcile.Entry{Document: d.ID, Posting: osms.Posting{Number: int32(i + 1), Month: d.Month, Amount: 20_00}}
		e.Row = int32(i + 2)
		if d.Returned {
			e.Amount = -20_00
		}
		n, month, _ := strings.Cut(n, "/")
		if month != "" {
			e.Month = monthOf(t, month)
		}
		n, region, _ := strings.Cut(n, "@")
		if region != "" {
			e.Region = regionOf(t, region)
		}
		n, amount, _ := strings.Cut(n, "=")
		if amount != "" {
			e.Amount = amountOf(t, amount)
		}
		if strings.HasPrefix(n, "?") {
			e.Given = n
		} else {
			e.Person = letter(n)
		}
		w.entries = append(w.entries, e)
		w.count(&d, e)
	}
	w.documents = append(w.documents, d)
}

// count keeps what a reader says of a document's postings.
func (w *world) count(d *reconcile.Document, e reconcile.Entry) {
	d.Persons++
	if d.Kind == osms.DocumentList {
		d.Amount += e.Amount
	}
	if d.First == 0 || e.Month < d.First {
		d.First = e.Month
	}
	d.Last = max(d.Last, e.Month)
}

func letter(s string) osms.IIN { return osms.IIN(s[0]) }

func monthOf(t *testing.T, s string) osms.Month {
	if s == "-" {
		return 0
	}
	m, err := osms.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func regionOf(t *testing.T, s string) osms.Region {
	if s == "-" {
		return 0
	}
	return osms.Region(number(t, s))
}

func number(t *testing.T, s string) (n int) {
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func amountOf(t *testing.T, s string) osms.Tiyn {
	a, err := osms.ParseTiyn(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) months() []osms.Month {
	all := map[osms.Month]bool{}
	for m := range w.listed {
		all[m] = true
	}
	for _, e := range w.entries {
		all[e.Month] = true
	}
	for _, l := range w.totals {
		all[l.Month] = true
	}
	for _, d := range w.documents {
		if d.Month != 0 {
			all[d.Month] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// other says where a month's money comes from, by the rules.
func (w *world) other(month osms.Month) reconcile.OtherMonth {
	o := reconcile.OtherMonth{Source: osms.FromNothing}
	bore := map[string]bool{} // by lists with entries of the month
	for _, e := range w.entries {
		d := w.document(e.Document)
		if e.Month != month {
			continue
		}
		if d.Kind == osms.DocumentList {
			o.Source = osms.FromLists
			bore[fmt.Sprint(d.Reference, d.Returned)] = d.Reference != ""
			o.Lists = o.Lists || !d.Returned && e.Amount >= 0
		} else if d.Month == 0 {
			bore[fmt.Sprint("own", d.ID)] = true
		}
	}
	for _, d := range w.documents {
		if d.Kind == osms.DocumentMovement && (d.Month == month || d.Month == 0 && (bore[fmt.Sprint(d.Reference, d.Returned)] || bore[fmt.Sprint("own", d.ID)])) {
			o.Source = osms.FromStatements
		}
	}
	for _, l := range w.totals {
		if l.Month == month {
			o.Source = osms.FromTotals
		}
	}
	return o
}

func (w *world) document(id int64) *reconcile.Document {
	for i := range w.documents {
		if w.documents[i].ID == id {
			return &w.documents[i]
		}
	}
	return nil
}

func (w *world) references() map[string]bool {
	all := map[string]bool{}
	for _, l := range w.totals {
		all[l.Reference] = true
	}
	for _, d := range w.documents {
		if d.Kind == osms.DocumentMovement {
			all[d.Reference] = true
		}
	}
	delete(all, "")
	return all
}

// match matches a month as a caller does.
func (w *world) match(t fataler, month osms.Month) reconcile.Matched {
	refs := w.references()
	o := reconcile.MatchOptions{Month: month, PerPerson: rate.PerPerson(), References: func(r string) bool { return refs[r] }, HasReferences: len(refs) > 0,
		OnItsWay: func(d osms.Date) bool { return w.transit[d] }, Other: w.other}
	for _, i := range w.order(len(w.listed[month])) {
		o.Listed = append(o.Listed, w.listed[month][i])
	}
	here := map[int64]bool{}
	for _, e := range w.entries {
		here[e.Document] = here[e.Document] || e.Month == month
	}
	open := map[string]bool{} // references of movements without a month
	for _, d := range w.documents {
		open[d.Reference] = open[d.Reference] || d.Kind == osms.DocumentMovement && d.Month == 0 && d.Reference != ""
	}
	for _, i := range w.order(len(w.documents)) {
		d := w.documents[i]
		if here[d.ID] || d.Kind == osms.DocumentMovement && (d.Month == month || d.Month == 0) || open[d.Reference] {
			o.Documents = append(o.Documents, d)
		}
	}
	for _, l := range w.totals {
		if l.Month == month {
			o.Totals = append(o.Totals, l)
		}
	}
	m := reconcile.NewMatching(o)
	for _, i := range w.order(len(w.entries)) {
		if e := w.entries[i]; e.Month == month {
			if err := m.Add(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	asked := m.Ask()
	for _, i := range w.order(len(asked)) {
		m.Tell(asked[i], w.past(asked[i], month))
	}
	return m.Close()
}

func (w *world) order(n int) []int {
	if w.mixed != nil {
		return w.mixed(n)
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func (w *world) past(person osms.IIN, month osms.Month) (p reconcile.Past) {
	for m, list := range w.listed {
		for _, s := range list {
			if s.Person == person && m != month {
				p.Expected = append(p.Expected, reconcile.Expected{Month: m, Stand: s, PerPerson: rate.PerPerson()})
			}
		}
	}
	for _, i := range w.order(len(w.entries)) {
		if e := w.entries[i]; e.Person == person && e.Month != month {
			p.Entries = append(p.Entries, e)
			p.Documents = append(p.Documents, *w.document(e.Document))
		}
	}
	return p
}

// compare makes the whole bridge of a month in which nothing changed since the
// freeze.
func (w *world) compare(t fataler, month osms.Month) ([]osms.ReconciliationLine, osms.ReconciliationLine) {
	matched := w.match(t, month)
	in := reconcile.Input{Month: month, Rate: rate, Rates: w.rates, Money: &matched}
	in.Due = w.heads(month)
	lines, total, err := reconcile.Compare(in)
	if err != nil {
		t.Fatal(err)
	}
	return lines, total
}

func (w *world) heads(month osms.Month) (due []osms.Head) {
	for _, s := range w.listed[month] {
		due = append(due, heads(s.Region, s.Category, 1))
	}
	return due
}

// fataler is a test of either kind.
type fataler interface{ Fatal(...any) }
