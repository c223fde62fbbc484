package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"osmsd/cmd/internal/country"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// confusion counts persons by the kind that was planted and the kind that the
// program put them on; "" is none.
type confusion map[[2]string]int

func (c confusion) String() string {
	kinds := map[string]bool{}
	for k := range c {
		kinds[k[0]], kinds[k[1]] = true, true
	}
	names := slices.Sorted(maps.Keys(kinds))
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s", "planted \\ found")
	shown := func(kind string) string { return cmp.Or(kind, "nothing") }
	for _, n := range names {
		fmt.Fprintf(&b, "%16s", shown(n))
	}
	for _, planted := range names {
		fmt.Fprintf(&b, "\n%-16s", shown(planted))
		for _, found := range names {
			fmt.Fprintf(&b, "%16d", c[[2]string{planted, found}])
		}
	}
	return b.String()
}

// mixOf draws a country with some of the differences, and ways for its money to
// arrive.
func mixOf(n int) country.Options {
	r := rand.New(rand.NewPCG(uint64(n), 4))
	o := country.Options{Persons: 250 + r.IntN(500), Regions: 2 + r.IntN(4), Months: 2 + r.IntN(2), Seed: uint64(n + 1), Mess: 0.005,
		PlantShare: []float64{0.002, 0.01, 0.03}[r.IntN(3)]}
	switch r.IntN(4) {
	case 0: // one kind alone
		o.Plant = []country.Plant{country.Plants[n%len(country.Plants)]}
	case 1:
		o.Plant = country.Plants
	default:
		for _, k := range country.Plants {
			if r.IntN(2) == 0 {
				o.Plant = append(o.Plant, k)
			}
		}
	}
	for range 1 + r.IntN(4) {
		o.Money = append(o.Money, country.Moneys[r.IntN(len(country.Moneys))])
	}
	return o
}

// TestLedgerCountries runs countries with every kind of difference, alone and
// mixed, by every way in which money arrives, and compares each bridge with what
// was planted: sums to the tiyn, and the persons and documents behind each line.
func TestLedgerCountries(t *testing.T) {
	countries := 6
	if raced {
		countries = 2
	}
	if *long {
		countries = 200
	}
	table := confusion{}
	byMoney := map[country.Money]int{}
	storetest.EachDB(t, func(t *testing.T, address string) {
		for n := range countries {
			if !*long && strings.HasPrefix(address, "postgres") && n%3 > 0 {
				continue
			}
			o := mixOf(n)
			dir := t.TempDir()
			truth, err := country.Generate(dir, o)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(address, "postgres") && n > 0 {
				address = storetest.Postgres(t)
			} else if n > 0 {
				address = t.TempDir() + "/registry.db"
			}
			w := newWorld(t, address)
			w.at(truth.Months[0].Month.First().Add(-1), 9)
			w.importAll(dir, "organisations", func(string) bool { return true })
			for _, m := range truth.Months {
				w.live(dir, m.Month)
				r := w.reconciled(m.Month)
				compareBridge(t, r, m)
				compareBehind(t, r, m, table)
				byMoney[m.Money]++
			}
			if t.Failed() {
				t.Fatalf("country %d: %+v", n, o)
			}
			v, err := w.home.desk.Verify(t.Context(), func(string, int, int) {})
			if err != nil || len(v.Findings) > 0 {
				t.Fatalf("country %d: verify %v %v", n, v.Findings, err)
			}
			w.home.close()
		}
	})
	t.Logf("months by the way of the money: %v\n%s", byMoney, table)
	for k, n := range table {
		if k[0] != k[1] {
			t.Errorf("%d persons planted as %q are found as %q", n, k[0], k[1])
		}
	}
}

// live takes the files of a month as they come: rosters, the freeze, what comes
// late, and the money. It is the eleventh of the month then.
func (w *world) live(dir string, month osms.Month) {
	w.at(month.First(), 9)
	w.importAll(dir, month.String()+"/inbox", func(f string) bool { return !isLedger(f) })
	w.at(month.First(), 18)
	w.do(osms.JobAssess, month)
	w.at(month.First().Add(9), 10)
	w.importAll(dir, month.String()+"/late/inbox", func(f string) bool { return true })
	w.importAll(dir, month.String()+"/inbox", isLedger)
	w.at(month.First().Add(10), 10)
}

// TestAsOf makes the reports of a month again when another month has passed,
// with rosters and money that touch it: the workbook and the summary are the
// same to the byte.
func TestAsOf(t *testing.T) {
	o := country.DemoOptions()
	o.Persons, o.Regions, o.Months, o.Seed = 400, 3, 2, 5
	dir := t.TempDir()
	truth, err := country.Generate(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	storetest.EachDB(t, func(t *testing.T, address string) {
		w := newWorld(t, address)
		w.at(truth.Months[0].Month.First().Add(-1), 9)
		w.importAll(dir, "organisations", func(string) bool { return true })
		first := truth.Months[0].Month
		w.live(dir, first)
		asOf := w.now
		report := func() (workbook, summary []byte) {
			t.Helper()
			r, err := w.home.desk.Reconcile(t.Context(), first, asOf, w.now)
			if err != nil {
				t.Fatal(err)
			}
			path, err := w.home.desk.WriteReconciliation(r, 0)
			if err != nil {
				t.Fatal(err)
			}
			out := [2][]byte{}
			for i, p := range []string{path, jobs.SummaryOf(path)} {
				if out[i], err = os.ReadFile(p); err == nil {
					err = os.Remove(p)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			return out[0], out[1]
		}
		workbook, summary := report()
		w.live(dir, truth.Months[1].Month)
		later := w.reconciled(first)
		then, err := w.home.desk.Reconcile(t.Context(), first, asOf, w.now)
		if err != nil {
			t.Fatal(err)
		}
		if later.Total.Due == then.Total.Due && later.Total.Unexplained == then.Total.Unexplained {
			t.Error("nothing became known of the month that the older report must not know")
		}
		againWorkbook, againSummary := report()
		if !bytes.Equal(workbook, againWorkbook) {
			t.Error("the workbook is another one")
		}
		if !bytes.Equal(summary, againSummary) {
			t.Error("the summary is another one")
		}
	})
}

// compareBehind holds the persons and documents behind every line of the second
// part against those that were planted.
func compareBehind(t *testing.T, r osms.Reconciliation, m country.Month, table confusion) {
	t.Helper()
	type who struct {
		region osms.Region
		name   string
		amount osms.Tiyn
		by     string
	}
	got, want := map[who][]string{}, map[who][]string{}
	for _, l := range r.Lines {
		for _, b := range l.Bridge {
			if b.Kind.First() {
				continue
			}
			if !b.Proved || !slices.Contains(m.Provable, b.Kind) {
				t.Errorf("%s %s: %s is proved by %s", m.Month, l.Region, b.Kind, m.Money)
			}
			for _, p := range b.Behind {
				x := who{l.Region, p.Given, p.Amount, ""}
				if p.Person != 0 {
					x.name = p.Person.Digits()
				}
				if p.Document != nil {
					x.by = cmp.Or(p.Document.Reference, p.Document.Number)
				}
				got[x] = append(got[x], string(b.Kind))
			}
		}
	}
	for _, reg := range m.Regions {
		for _, l := range reg.Bridge {
			for _, p := range l.Behind {
				if l.Kind.First() || l.Amount == 0 { // a line of zero is left out
					continue
				}
				x := who{reg.Region, cmp.Or(p.IIN, p.Given), p.Amount, p.Reference}
				want[x] = append(want[x], string(l.Kind))
			}
		}
	}
	for x, planted := range want {
		found := got[x]
		for i, kind := range planted {
			f := ""
			if i < len(found) {
				f = found[i]
			}
			table[[2]string{kind, f}]++
			if f != kind {
				t.Errorf("%s %s (%s): ********%s, %s by %q is planted as %s, found as %q", m.Month, x.region, m.Money, x.name[max(0, len(x.name)-4):], x.amount, x.by, kind, f)
			}
		}
	}
	for x, found := range got {
		for _, kind := range found[min(len(found), len(want[x])):] {
			table[[2]string{"", kind}]++
			t.Errorf("%s %s (%s): ********%s, %s by %q is found as %s, and was not planted", m.Month, x.region, m.Money, x.name[max(0, len(x.name)-4):], x.amount, x.by, kind)
		}
	}
	var others, planted osms.Tiyn
	for _, u := range r.Unplaced {
		if u.Why == osms.NotState {
			others += u.Amount
		}
	}
	if planted = m.NotState.Amount; others != planted {
		t.Errorf("%s: %s tenge of others than the state, want %s", m.Month, others, planted)
	}
}
