package country

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// mixed is one of many mixes of options, small and quick.
func mixed(seed uint64) Options {
	d := newDraw(99, seed)
	o := Options{Seed: seed, Mess: -1, Persons: d.between(60, 200), Regions: d.between(1, 5), Months: d.between(1, 5),
		First: [...]osms.Month{202403, 202509, 202602, 202511}[d.n(4)]}
	for range d.between(0, 3) {
		o.Money = append(o.Money, Moneys[d.n(len(Moneys))])
	}
	switch d.n(4) {
	case 0:
		o.Plant = Plants
	case 1:
		o.Plant = []Plant{Plants[d.n(len(Plants))]}
	default:
		for _, k := range Plants {
			if d.of(1, 2) {
				o.Plant = append(o.Plant, k)
			}
		}
	}
	if d.of(1, 3) {
		o.PlantShare = 0.02
	}
	return o
}

// TestMoneyAgreesWithItsFiles makes two hundred countries. In each the truth
// must add up, and a clerk who has the frozen lists and reads the files, knowing
// nothing of what was planted, must come to the same ledger, the same lines down
// to the person, and the same rest.
func TestMoneyAgreesWithItsFiles(t *testing.T) {
	lines, plants, shapes := map[osms.BridgeKind]int{}, map[Plant]int{}, map[string]int{}
	alone := map[Plant]bool{}
	later := 0
	for seed := range uint64(200) {
		o := mixed(seed)
		dir := t.TempDir()
		truth, err := Generate(dir, o)
		if err != nil {
			t.Fatalf("%d %+v: %v", seed, o, err)
		}
		if len(o.Plant) == 1 {
			alone[o.Plant[0]] = true
		}
		k := newClerk(t, dir, o, truth)
		for m := range truth.Months {
			addsUp(t, &truth.Months[m])
			k.take(m)
			k.month(m, false)
			for _, r := range truth.Months[m].Regions {
				for _, l := range r.Bridge {
					lines[l.Kind]++
				}
				for _, p := range strings.Split(r.Planted, ", ") {
					plants[Plant(p)]++
				}
			}
			if truth.Months[m].NotState.Persons > 0 {
				plants[Employer]++
			}
		}
		for _, f := range truth.Files {
			if f.Kind != osms.KindRoster {
				shapes[f.Dress]++
			}
			if f.DuplicateOf != "" {
				plants[Duplicates]++
			}
		}
		for m := range truth.Months {
			k.month(m, true)
			for _, r := range truth.Months[m].Regions {
				later += len(r.Later)
			}
		}
		k.warnings()
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, o)
		}
		os.RemoveAll(dir)
	}
	if later == 0 {
		t.Error("no line comes later")
	}
	for _, kind := range secondPart {
		if lines[kind] == 0 {
			t.Errorf("no line %s", kind)
		}
	}
	for _, p := range Plants {
		if plants[p] == 0 || !alone[p] {
			t.Errorf("%s: %d times, alone %v", p, plants[p], alone[p])
		}
	}
	for _, f := range listForms {
		if shapes[f.name] == 0 {
			t.Errorf("no list is written as %s", f.name)
		}
	}
	for _, f := range statementForms {
		if shapes[f.name] == 0 {
			t.Errorf("no statement is written as %s", f.name)
		}
	}
}

// addsUp: ledger − known = bridge + unexplained, persons behind a line are the
// line, regions are the total.
func addsUp(t *testing.T, m *Month) {
	t.Helper()
	var total Region
	for _, r := range m.Regions {
		sum, persons := r.Unexplained, 0
		for _, l := range r.Bridge {
			sum += l.Amount
			persons += l.Persons
			behind, first := osms.Tiyn(0), !slices.Contains(secondPart, l.Kind)
			for _, b := range l.Behind {
				behind += b.Amount
				if (b.IIN == "") == (b.Given == "") {
					t.Errorf("%s %s %s: behind it %+v", m.Month, r.Region, l.Kind, b)
				}
			}
			if first && len(l.Behind) > 0 || !first && (behind != l.Amount || len(l.Behind) == 0) {
				t.Errorf("%s %s %s: %s, behind it %s", m.Month, r.Region, l.Kind, l.Amount, behind)
			}
			if !first && !slices.Contains(m.Provable, l.Kind) {
				t.Errorf("%s %s: %s cannot be proved by %s", m.Month, r.Region, l.Kind, m.Money)
			}
		}
		if r.Ledger.Amount-r.Known.Amount != sum {
			t.Errorf("%s %s: ledger − known is %s, bridge %s", m.Month, r.Region, r.Ledger.Amount-r.Known.Amount, sum)
		}
		if m.Money.lists() && r.Ledger.Persons-r.Known.Persons != persons {
			t.Errorf("%s %s: ledger − known is %d persons, bridge %d", m.Month, r.Region, r.Ledger.Persons-r.Known.Persons, persons)
		}
		if r.Unexplained != 0 && r.Planted == "" {
			t.Errorf("%s %s: %s unexplained, nothing planted", m.Month, r.Region, r.Unexplained)
		}
		total.Ledger, total.Unexplained = total.Ledger.plus(r.Ledger), total.Unexplained+r.Unexplained
	}
	if total.Ledger != m.Total.Ledger || total.Unexplained != m.Total.Unexplained {
		t.Errorf("%s: total %+v, regions %+v", m.Month, m.Total, total)
	}
}

// clerk reads the money of a country month after month.
type clerk struct {
	t      *testing.T
	dir    string
	truth  *Truth
	frozen []map[string]place2 // by month, by IIN
	totals []paid
	moves  []paid
	lists  []paid
	taken  int // months
}

type place2 struct {
	region osms.Region
	org    int
}

func newClerk(t *testing.T, dir string, o Options, truth *Truth) *clerk {
	c, err := newCountry(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	k := &clerk{t: t, dir: dir, truth: truth}
	for m := range c.opt.Months {
		list := map[string]place2{}
		for r := range c.opt.Regions {
			c.frozen(r, m, func(p *person, org int) error {
				list[p.iin.Digits()] = place2{c.places[r].region, org}
				return nil
			})
		}
		k.frozen = append(k.frozen, list)
	}
	return k
}

// take reads the files of a month; a duplicate must say nothing new.
func (k *clerk) take(m int) {
	k.t.Helper()
	k.taken = m + 1
	month := &k.truth.Months[m]
	type key struct {
		file, reference string
	}
	sums := map[key]Sum{}
	read := map[string][]paid{}
	for i := range k.truth.Files {
		f := &k.truth.Files[i]
		if f.Month != month.Month || f.Kind != osms.KindLedger && f.Kind != osms.KindPayments {
			continue
		}
		found := readPaid(k.t, k.dir, f)
		if len(found) != f.Rows {
			k.t.Errorf("%s: %d rows, truth says %d", f.Path, len(found), f.Rows)
		}
		if f.DuplicateOf != "" {
			k.repeats(f, found, read[f.DuplicateOf])
			continue
		}
		read[f.Path] = found
		for _, p := range found {
			at := key{f.Path, p.reference}
			sums[at] = sums[at].plus(Sum{p.persons, p.amount})
		}
		switch {
		case f.Kind == osms.KindPayments:
			k.lists = append(k.lists, found...)
		case f.Format == "csv" || f.Format == "xlsx":
			k.totals = append(k.totals, found...)
			for _, p := range found {
				delete(sums, key{f.Path, p.reference})
			}
		default:
			k.moves = append(k.moves, found...)
		}
	}
	for _, d := range month.Documents {
		at := key{d.File, d.Reference}
		if sums[at] != (Sum{d.Persons, d.Amount}) {
			k.t.Errorf("%s %s: the file says %v, truth %d for %d", d.File, d.Reference, sums[at], d.Amount, d.Persons)
		}
		delete(sums, at)
	}
	if len(sums) > 0 {
		k.t.Errorf("%s: documents that the truth does not know: %v", month.Month, sums)
	}
}

func (k *clerk) repeats(f *File, found, first []paid) {
	k.t.Helper()
	for i := range found {
		p := found[i]
		if !slices.ContainsFunc(first, func(o paid) bool { o.file = p.file; return o == p }) {
			k.t.Errorf("%s: %+v is not in %s", f.Path, p, f.DuplicateOf)
		}
	}
	a, err := os.ReadFile(filepath.Join(k.dir, filepath.FromSlash(f.Path)))
	b, err2 := os.ReadFile(filepath.Join(k.dir, filepath.FromSlash(f.DuplicateOf)))
	if err != nil || err2 != nil || string(a) == string(b) {
		k.t.Errorf("%s is %s to the byte: %v %v", f.Path, f.DuplicateOf, err, err2)
	}
}

// month compares one month, as known when its own files are there or when all
// are.
func (k *clerk) month(m int, all bool) {
	k.t.Helper()
	month := &k.truth.Months[m]
	of := func(all []paid) []paid {
		return slices.DeleteFunc(slices.Clone(all), func(p paid) bool { return p.month != month.Month || !p.state() })
	}
	totals, moves, lists := of(k.totals), of(k.moves), of(k.lists)
	ledger := totals
	if len(ledger) == 0 {
		ledger = moves
	}
	if len(ledger) == 0 {
		ledger = lists
	}
	if has := len(totals) > 0; has != month.Money.totals() {
		k.t.Errorf("%s is %s, totals %v", month.Month, month.Money, has)
	}
	sums := map[osms.Region]Sum{}
	for _, p := range ledger {
		r := k.region(m, &p)
		sums[r] = sums[r].plus(Sum{p.persons, p.amount})
	}
	var lines map[osms.Region]map[osms.BridgeKind][]string
	var proved map[osms.Region]osms.Tiyn
	if month.Money.lists() {
		lines, proved = k.lines(m, lists, append(totals, moves...))
	}
	for _, r := range month.Regions {
		if all {
			for _, l := range r.Later {
				r.Ledger = r.Ledger.plus(l.Sum)
			}
			r.Bridge = append(slices.Clone(r.Bridge), r.Later...)
		}
		if sums[r.Region] != r.Ledger {
			k.t.Errorf("%s %s (%s): the files say %v, truth %v (%s)", month.Month, r.Region, month.Money, sums[r.Region], r.Ledger, r.Planted)
		}
		if rest := sums[r.Region].Amount - r.Frozen.Amount - proved[r.Region]; rest != r.Unexplained {
			k.t.Errorf("%s %s (%s): unexplained %s, truth %s (%s)", month.Month, r.Region, month.Money, rest, r.Unexplained, r.Planted)
		}
		want := map[osms.BridgeKind][]string{}
		for _, l := range r.Bridge {
			for _, b := range l.Behind {
				want[l.Kind] = append(want[l.Kind], b.IIN+b.Given+" "+b.Amount.String())
			}
		}
		for _, kind := range secondPart {
			got := lines[r.Region][kind]
			slices.Sort(got)
			slices.Sort(want[kind])
			if !slices.Equal(got, want[kind]) {
				k.t.Errorf("%s %s %s (%s): the clerk finds %v, truth %v", month.Month, r.Region, kind, month.Money, got, want[kind])
			}
		}
		delete(sums, r.Region)
		delete(lines, r.Region)
	}
	if len(sums) > 0 || len(lines) > 0 {
		k.t.Errorf("%s: money in regions that the truth does not have: %v %v", month.Month, sums, lines)
	}
}

// region is the one that an entry states, or where its person stands on the
// frozen list of the month.
func (k *clerk) region(m int, p *paid) osms.Region {
	if p.region != 0 {
		return p.region
	}
	return k.frozen[m][p.text].region
}

// lines sorts what the lists show of every person by the rules of the bridge.
func (k *clerk) lines(m int, lists, money []paid) (map[osms.Region]map[osms.BridgeKind][]string, map[osms.Region]osms.Tiyn) {
	month := &k.truth.Months[m]
	lines, proved := map[osms.Region]map[osms.BridgeKind][]string{}, map[osms.Region]osms.Tiyn{}
	line := func(kind osms.BridgeKind, r osms.Region, who string, a osms.Tiyn) {
		if lines[r] == nil {
			lines[r] = map[osms.BridgeKind][]string{}
		}
		lines[r][kind] = append(lines[r][kind], who+" "+a.String())
		proved[r] += a
	}
	known := map[string]bool{}
	for _, v := range money {
		known[v.reference] = true
		if from, to := strings.Index(v.text, "["), strings.Index(v.text, "]"); v.amount < 0 && from > 0 {
			line(osms.BridgeReturned, k.region(m, &v), v.text[from+1:to], v.amount)
		}
	}
	orgs := map[int]bool{}
	items := map[string][]paid{}
	for _, p := range lists {
		if f, ok := k.frozen[m][p.text]; ok {
			orgs[f.org] = true
		}
		switch {
		case p.amount < 0:
			line(osms.BridgeReturned, k.region(m, &p), p.text, p.amount)
		case month.Money != Lists && !known[p.reference] && p.dated >= month.Month.First().Add(5):
			line(osms.BridgeInTransit, k.region(m, &p), p.text, -p.amount)
			items[p.text] = append(items[p.text], p)
		default:
			items[p.text] = append(items[p.text], p)
		}
	}
	for who, f := range k.frozen[m] {
		switch found := items[who]; {
		case len(found) == 0 && k.posted(m, who):
			line(osms.BridgeOtherMonth, f.region, who, -month.PerPerson)
		case len(found) == 0 && !orgs[f.org]:
			line(osms.BridgeNotSubmitted, f.region, who, -month.PerPerson)
		}
	}
	for who, found := range items {
		f, listed := k.frozen[m][who]
		slices.SortStableFunc(found, func(a, b paid) int { return int(a.file.Month) - int(b.file.Month) })
		for i, p := range found {
			r := k.region(m, &p)
			switch off := p.amount - month.PerPerson; {
			case !listed && k.missing(m, who):
				line(osms.BridgeOtherMonth, r, who, p.amount)
			case !listed:
				line(osms.BridgeUnknownPerson, r, who, p.amount)
			case i > 0 && k.missing(m, who):
				line(osms.BridgeOtherMonth, r, who, p.amount)
			case i > 0:
				line(osms.BridgePaidTwice, r, who, p.amount)
			case r != f.region:
				line(osms.BridgeOtherRegion, r, who, p.amount)
				line(osms.BridgeOtherRegion, f.region, who, -p.amount)
			case off != 0 && off > -100 && off < 100:
				line(osms.BridgeRounding, r, who, off)
			}
		}
	}
	return lines, proved
}

// warnings looks up every warning about a list at its address.
func (k *clerk) warnings() {
	k.t.Helper()
	files := map[string]*File{}
	faults := map[string]int{}
	for i := range k.truth.Files {
		f := &k.truth.Files[i]
		if f.Kind == osms.KindPayments {
			files[f.Path] = f
			for _, p := range readPaid(k.t, k.dir, f) {
				if _, err := osms.ParseIIN(p.text, 0); err != nil {
					faults[f.Path]++
				}
			}
		}
	}
	for _, r := range k.truth.Refusals {
		f := files[r.File]
		if f == nil {
			continue
		}
		name := filepath.Join(k.dir, filepath.FromSlash(f.Path))
		found := false
		if f.Format == "mt102" {
			lines := strings.Split(decoded(k.t, name, f.Encoding), "\n")
			found = strings.Contains(lines[r.Row-1], ":21:") && strings.Contains(strings.Join(lines[r.Row:r.Row+7], "\n"), "/"+r.Value)
		} else {
			row := readAgain(k.t, name, *f)[0].rows[r.Row-1]
			found = row[1] == r.Value && r.Cell == fmt.Sprintf("B%d", r.Row)
		}
		if !found {
			k.t.Errorf("%+v: not there", r)
		}
		if r.Field == "iin" {
			faults[r.File]--
		}
	}
	for path, n := range faults {
		if n != 0 {
			k.t.Errorf("%s: %d IINs that are none and that the truth does not know", path, n)
		}
	}
}

// posted reports whether the lists have a contribution of the person too many in
// another month.
func (k *clerk) posted(m int, who string) bool {
	for i := range k.taken {
		n := 0
		for _, p := range k.lists {
			if p.text == who && p.amount == k.truth.Months[m].PerPerson && p.month == k.truth.Months[i].Month && p.state() {
				n++
			}
		}
		if _, ok := k.frozen[i][who]; ok && k.truth.Months[i].PerPerson == k.truth.Months[m].PerPerson {
			n--
		}
		if i != m && n > 0 {
			return true
		}
	}
	return false
}

// missing reports whether the lists of another month lack the person.
func (k *clerk) missing(m int, who string) bool {
	for i := range k.taken {
		if _, ok := k.frozen[i][who]; ok && i != m && k.truth.Months[i].Money.lists() &&
			!slices.ContainsFunc(k.lists, func(p paid) bool { return p.text == who && p.month == k.truth.Months[i].Month && p.state() }) {
			return true
		}
	}
	return false
}

func TestPlantedSameSeedSameBytes(t *testing.T) {
	digests := map[string]bool{}
	for _, seed := range []uint64{7, 7, 8} {
		dir := t.TempDir()
		if _, err := Generate(dir, Options{Seed: seed, Persons: 500, Regions: 3, Months: 5, First: 202601, Plant: Plants}); err != nil {
			t.Fatal(err)
		}
		digests[digest(t, dir)] = true
	}
	if len(digests) != 2 {
		t.Errorf("%d different countries from seeds 7, 7 and 8, want 2", len(digests))
	}
}

func TestDemoShowsEveryKind(t *testing.T) {
	o := DemoOptions()
	o.Persons, o.Regions, o.Months, o.Seed = 1500, 4, 2, 1
	truth, err := Generate(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	m := truth.Months[1]
	found := map[osms.BridgeKind]int{}
	for _, r := range m.Regions {
		for _, l := range r.Bridge {
			found[l.Kind] += len(l.Behind)
		}
	}
	for _, kind := range secondPart {
		if found[kind] == 0 {
			t.Errorf("the second month of the demo has no %s", kind)
		}
	}
	if m.Total.Unexplained == 0 || m.NotState.Persons == 0 || m.Money != StatementAndLists {
		t.Errorf("%s: unexplained %s, not the state's %v", m.Money, m.Total.Unexplained, m.NotState)
	}
}

func TestNamesOfMoneyAndPlants(t *testing.T) {
	all, err := ParsePlants("all")
	if err != nil || !slices.Equal(all, Plants) {
		t.Errorf("all: %v %v", all, err)
	}
	if some, err := ParsePlants("returned, rounding"); err != nil || !slices.Equal(some, []Plant{Returned, Rounding}) {
		t.Errorf("%v %v", some, err)
	}
	if none, err := ParsePlants("none"); err != nil || none != nil {
		t.Errorf("%v %v", none, err)
	}
	if turn, err := ParseMoneys("rotate"); err != nil || !slices.Equal(turn, Moneys) {
		t.Errorf("%v %v", turn, err)
	}
	for _, s := range []string{"gold", "totals,", "totals lists", "all,returned"} {
		if _, err := ParseMoneys(s); err == nil {
			t.Errorf("money %q is accepted", s)
		}
		if _, err := ParsePlants(s); err == nil {
			t.Errorf("plant %q is accepted", s)
		}
	}
	for _, o := range []Options{{Money: []Money{"gold"}}, {Plant: []Plant{"joke"}}, {PlantShare: 0.5}, {PlantShare: -1}} {
		if o.Valid() == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	names := slices.Collect(maps.Keys(map[string]bool{fmt.Sprint(statePayer.bin): true, employer(1).bin: true, employer(2).bin: true}))
	for _, n := range names {
		if _, err := osms.ParseBIN(n); err != nil || len(names) != 3 {
			t.Errorf("%s: %v", n, err)
		}
	}
}
