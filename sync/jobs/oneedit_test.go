package jobs

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// inputs are the files of a month, row by row.
type inputs struct {
	schools map[osms.BIN]osms.Region
	roster  map[osms.Region][]learner // full lists of before the freeze
	late    map[osms.Region][]learner // changes that came after it
	list    []payRow
	totals  map[osms.Region]osms.Tiyn // none: the list is the ledger
}

type payRow struct {
	iin    osms.IIN
	amount osms.Tiyn
	region osms.Region
}

func (in inputs) clone() inputs {
	in.late, in.totals, in.list = maps.Clone(in.late), maps.Clone(in.totals), slices.Clone(in.list)
	return in
}

// moves says what an edit must change, in tiyn: a line's sum by region and its
// name; "due", "ledger" and "rest" are the figures beside the lines.
type moves map[string]osms.Tiyn

func (m moves) add(region osms.Region, line string, amount osms.Tiyn) {
	k := region.String() + " " + line
	if m[k] += amount; m[k] == 0 {
		delete(m, k)
	}
}

// account reconciles October from inputs and gives every sum, and the persons
// behind every line.
func (in inputs) account(t *testing.T) (sums moves, persons map[string]string) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	o.list(in.schools)
	o.at("2026-11-01T09:00:00+05:00")
	for _, region := range slices.Sorted(maps.Keys(in.roster)) {
		o.take(region, fmt.Sprintf("%s-full-2026-10-01.csv", region), rosterOf(in.roster[region]...)...)
	}
	if _, _, err := o.assess(202610, false, ""); err != nil {
		t.Fatal(err)
	}
	o.at("2026-11-10T09:00:00+05:00")
	for _, region := range slices.Sorted(maps.Keys(in.late)) {
		o.take(region, fmt.Sprintf("%s-delta-2026-10-15.csv", region), rosterOf(in.late[region]...)...)
	}
	lines := []string{"ИИН;ФИО;Период;Сумма;КНП;Дата платежа;Референс;Регион"}
	for _, p := range in.list {
		region := ""
		if p.region != 0 {
			region = p.region.String()
		}
		lines = append(lines, fmt.Sprintf("%s;А Б;2026-10;%s;122;05.11.2026;R1;%s", p.iin.Digits(), p.amount, region))
	}
	o.take(0, "list.csv", lines...)
	if len(in.totals) > 0 {
		lines := []string{"Период;Регион;Количество;Сумма;Дата платежа;Референс"}
		for _, region := range slices.Sorted(maps.Keys(in.totals)) {
			lines = append(lines, fmt.Sprintf("2026-10;%s;1;%s;05.11.2026;R1", region, in.totals[region]))
		}
		o.take(0, "totals.csv", lines...)
	}
	r, err := o.desk.Reconcile(t.Context(), 202610, time.Time{}, o.now)
	if err != nil {
		t.Fatal(err)
	}
	sums, persons = moves{}, map[string]string{}
	for _, l := range r.Lines {
		sums.add(l.Region, "due", l.Due)
		sums.add(l.Region, "ledger", l.Ledger)
		sums.add(l.Region, "rest", l.Unexplained)
		for _, b := range l.Bridge {
			sums.add(l.Region, string(b.Kind), b.Amount)
			for _, p := range b.Behind {
				k := l.Region.String() + " " + string(b.Kind)
				persons[k] += fmt.Sprintf("%s %s;", p.Person.Digits(), p.Amount)
			}
		}
	}
	return sums, persons
}

// TestOneEdit changes one row of one file and reconciles anew: exactly the sums
// move that the row is about, by exactly its money, and only the person of the
// row stands on another line.
func TestOneEdit(t *testing.T) {
	const each = osms.Tiyn(170_000) // the office's rate
	rounds := 16
	if raced {
		rounds = 3
	}
	if *long {
		rounds = 200
	}
	for n := range rounds {
		r := rand.New(rand.NewPCG(uint64(n), 9))
		regions := []osms.Region{63, 10}
		in := inputs{schools: map[osms.BIN]osms.Region{}, roster: map[osms.Region][]learner{}, late: map[osms.Region][]learner{}}
		home := map[osms.IIN]learner{}
		at := map[osms.IIN]osms.Region{}
		var persons []osms.IIN
		for s := range 4 {
			bin, region := school(t, s+1), regions[s%2]
			in.schools[bin] = region
			for range 3 {
				p := child(t, len(persons)+1)
				persons, home[p], at[p] = append(persons, p), learner{iin: p, bin: bin, enrolled: "01.09.2026"}, region
				in.roster[region] = append(in.roster[region], home[p])
			}
		}
		for i, p := range persons { // one of each school is always paid, so that the school is on the list
			if i%3 > 0 && r.IntN(5) == 0 {
				continue
			}
			row := payRow{iin: p, amount: each}
			if r.IntN(8) == 0 && i%3 > 0 {
				row.amount -= 50
			}
			in.list = append(in.list, row)
			if r.IntN(8) == 0 {
				in.list = append(in.list, row)
			}
		}
		if r.IntN(2) == 0 {
			in.totals = map[osms.Region]osms.Tiyn{}
			for _, p := range in.list {
				in.totals[at[p.iin]] += p.amount
			}
			in.totals[63] += osms.Tiyn(r.IntN(3)) * 700
		}
		before, was := in.account(t)

		out, want := in.clone(), moves{}
		// A person paid once, exactly, of whom the edits speak.
		var plain []int
		for i, p := range in.list {
			same := 0
			for _, q := range in.list {
				if q.iin == p.iin {
					same++
				}
			}
			if same == 1 && p.amount == each {
				plain = append(plain, i)
			}
		}
		i := plain[r.IntN(len(plain))]
		p := in.list[i]
		region := at[p.iin]
		ledger := func(region osms.Region, amount osms.Tiyn) { // of an edited list
			if in.totals == nil {
				want.add(region, "ledger", amount)
			} else {
				want.add(region, "rest", -amount) // the line is proved, and the money is not there
			}
		}
		edit := []string{"cheaper by rounding", "another sum", "twice", "gone", "another region", "a total", "left", "stranger"}[n%8]
		if edit == "gone" && in.totals != nil {
			edit = "another sum"
		}
		if edit == "a total" && in.totals == nil {
			edit = "left"
		}
		switch edit {
		case "cheaper by rounding":
			out.list[i].amount -= 30
			want.add(region, string(osms.BridgeRounding), -30)
			ledger(region, -30)
		case "another sum":
			out.list[i].amount -= 50_000
			if in.totals == nil {
				want.add(region, "ledger", -50_000)
				want.add(region, "rest", -50_000)
			}
		case "twice":
			out.list = append(out.list, p)
			want.add(region, string(osms.BridgePaidTwice), each)
			ledger(region, each)
		case "gone":
			out.list = slices.Delete(out.list, i, i+1)
			want.add(region, "ledger", -each)
			left := slices.ContainsFunc(out.list, func(q payRow) bool { return home[q.iin].bin == home[p.iin].bin })
			if left {
				want.add(region, "rest", -each)
			} else { // nobody of the school is on the list now
				for q, l := range home {
					if l.bin != home[p.iin].bin {
						continue
					}
					want.add(region, string(osms.BridgeNotSubmitted), -each)
					if q != p.iin {
						want.add(region, "rest", each)
					}
				}
			}
		case "another region":
			other := regions[0] + regions[1] - region
			out.list[i].region = other
			want.add(region, string(osms.BridgeOtherRegion), -each)
			want.add(other, string(osms.BridgeOtherRegion), each)
			ledger(region, -each)
			ledger(other, each)
		case "a total":
			out.totals[region] += 1234
			want.add(region, "ledger", 1234)
			want.add(region, "rest", 1234)
		case "left":
			gone := home[p.iin]
			gone.status, gone.until = "отчислен", "15.09.2026" // before the month: it is no longer due at all
			out.late[region] = append(out.late[region], gone)
			want.add(region, "due", -each)
			want.add(region, string(osms.BridgeLeftLate), each)
		case "stranger":
			stranger := child(t, 90)
			out.list = append(out.list, payRow{iin: stranger, amount: each, region: region})
			want.add(region, string(osms.BridgeUnknownPerson), each)
			ledger(region, each)
		}
		after, is := out.account(t)
		got := moves{}
		for k, v := range after {
			got[k] += v
		}
		for k, v := range before {
			if got[k] -= v; got[k] == 0 {
				delete(got, k)
			}
		}
		for k, v := range got {
			if v == 0 {
				delete(got, k)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("round %d, %s of a person at %s, totals %v:\n moved %v\n  want %v", n, edit, region, in.totals != nil, got, want)
		}
		// Whoever stands on another line, or with another sum, is the person of the
		// row, or of the person's school.
		touched := map[string]bool{child(t, 90).Digits(): true}
		for q, l := range home {
			if q == p.iin || edit == "gone" && l.bin == home[p.iin].bin {
				touched[q.Digits()] = true
			}
		}
		for _, k := range slices.Sorted(maps.Keys(is)) {
			for entry := range strings.SplitSeq(is[k], ";") {
				if iin, _, _ := strings.Cut(entry, " "); entry != "" && !touched[iin] && !strings.Contains(was[k], entry+";") {
					t.Errorf("round %d, %s: %s now has ****%s", n, edit, k, entry[8:])
				}
			}
		}
	}
}
