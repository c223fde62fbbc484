package country

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"osmsd/sync/osms"
)

// one small country for the tests that only look at it.
var small = sync.OnceValues(func() (*Truth, string) {
	dir, err := os.MkdirTemp("", "country")
	if err != nil {
		panic(err)
	}
	t, err := Generate(dir, Options{Seed: 1})
	if err != nil {
		panic(err)
	}
	return t, dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	_, dir := small()
	os.RemoveAll(dir)
	os.Exit(code)
}

func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		fmt.Fprintf(h, "%s %d\n", rel, len(b))
		h.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameSeedSameBytes(t *testing.T) {
	digests := map[string]bool{}
	for _, seed := range []uint64{7, 7, 8} {
		dir := t.TempDir()
		if _, err := Generate(dir, Options{Seed: seed, Persons: 600, Regions: 2}); err != nil {
			t.Fatal(err)
		}
		digests[digest(t, dir)] = true
	}
	if len(digests) != 2 {
		t.Errorf("%d different countries from seeds 7, 7 and 8, want 2", len(digests))
	}
}

func TestNumbersAreValidAndDifferent(t *testing.T) {
	c, err := newCountry(t.TempDir(), Options{Persons: 60_000, Regions: 20, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	persons, foreign, leading := map[osms.IIN]bool{}, 0, 0
	bins := map[osms.BIN]bool{}
	for org := range c.orgs {
		b, err := osms.ParseBIN(c.orgs[org].bin.Digits())
		if err != nil || bins[b] {
			t.Fatalf("organisation %d: BIN %s: %v", org, b, err)
		}
		bins[b] = true
		for i := range c.orgs[org].size {
			p := c.personAt(org, i)
			iin, err := osms.ParseIIN(p.iin.Digits(), 20260901)
			if err != nil {
				t.Fatalf("%s: %v", p.iin.Digits(), err)
			}
			if persons[iin] {
				t.Fatalf("%s is issued twice", iin.Digits())
			}
			persons[iin] = true
			if iin.Birth() != p.birth || iin.Birth() != c.birthOf(org, i) || (iin.Sex() == osms.Male) != p.male {
				t.Fatalf("%s: born %s, male %v", iin.Digits(), p.birth, p.male)
			}
			if iin.Digits()[0] == '0' {
				leading++
			}
			if strings.ContainsAny(p.name.String(), "ӘәҒғҚқҢңӨөҰұҮүҺһІі") {
				foreign++
			}
		}
	}
	if len(persons) != 60_000 {
		t.Errorf("%d persons", len(persons))
	}
	if foreign < 30_000 || leading < 12_000 {
		t.Errorf("%d names with Kazakh letters, %d numbers with a leading zero", foreign, leading)
	}
	for r := range places {
		if b := c.closedBIN(r); bins[b] {
			t.Errorf("the closed organisation of %d has the BIN of another", places[r].region)
		}
	}
}

func TestFiveMillionHaveNumbers(t *testing.T) {
	c, err := newCountry(t.TempDir(), Options{Persons: 5_000_000, Regions: 20})
	if err != nil {
		t.Fatal(err)
	}
	// Within a (day, sex) slot the serial numbers are a permutation; check one
	// slot of every band to the last round.
	seen := map[osms.IIN]bool{}
	for b := band(0); b < bands; b++ {
		for ordinal := 11; ordinal < c.capacity(b); ordinal += 2 * len(c.births[b]) {
			iin, _, _ := c.number(b, ordinal)
			if _, err := osms.ParseIIN(iin.Digits(), 0); err != nil || seen[iin] {
				t.Fatalf("%s: %v, seen %v", iin.Digits(), err, seen[iin])
			}
			seen[iin] = true
		}
	}
}

func TestNamesAgreeWithSex(t *testing.T) {
	for surname, want := range map[string]string{"Ахметов": "Ахметова", "Ғабдуллин": "Ғабдуллина", "Соловьёв": "Соловьёва",
		"Красовский": "Красовская", "Белый": "Белая", "Ким": "Ким", "Ткаченко": "Ткаченко", "Шмидт": "Шмидт"} {
		if got := feminine(surname); got != want {
			t.Errorf("feminine(%s) = %s, want %s", surname, got, want)
		}
	}
	for i := range 2000 {
		d := newDraw(1, uint64(i))
		n := inventName(&d, i%2 == 0)
		bad := []string{"ова", "ева", "ина", "ская", "қызы", "вна"}
		if i%2 == 1 {
			bad = []string{"ов", "ев", "ин", "ский", "ұлы", "вич"}
		}
		for _, s := range bad {
			if strings.HasSuffix(n.Surname, s) || strings.HasSuffix(n.Patronymic, s) {
				t.Errorf("%s for a person of the other sex", n)
			}
		}
	}
}

func TestEveryShapeAndFaultOccurs(t *testing.T) {
	truth, _ := small()
	worn, codes, sampled := map[string]int{}, map[osms.Code]int{}, map[string]bool{}
	for _, f := range truth.Files {
		worn[f.Dress]++
	}
	for _, r := range truth.Refusals {
		codes[r.Code]++
	}
	for _, s := range truth.Samples {
		sampled[s.Plot] = true
	}
	for _, d := range dresses {
		if worn[d.name] == 0 {
			t.Errorf("no roster is dressed as %s", d.name)
		}
	}
	for _, f := range faults {
		if code, _, _ := strings.Cut(f.name, " "); codes[osms.Code(code)] == 0 {
			t.Errorf("no row has %s", code)
		}
	}
	for _, w := range []osms.Code{osms.DuplicateRow, osms.IINCleaned, osms.IINRepaired, osms.MixedScript, osms.NameChanged, osms.HiddenRowRead} {
		if codes[w] == 0 {
			t.Errorf("no row has the warning %s", w)
		}
	}
	for _, p := range plotNames {
		if !sampled[p] {
			t.Errorf("nobody lives the plot %s", p)
		}
	}
	hidden := 0
	for _, f := range truth.Files {
		hidden += f.Hidden
	}
	if hidden == 0 {
		t.Error("no hidden rows")
	}
}

func TestTruthAddsUp(t *testing.T) {
	truth, dir := small()
	for _, m := range truth.Months {
		var frozen, known, final Sum
		by := map[osms.Region][3]Sum{}
		for _, d := range m.Due {
			frozen, known, final = frozen.plus(d.Frozen), known.plus(d.Known), final.plus(d.Final)
			x := by[d.Region]
			by[d.Region] = [3]Sum{x[0].plus(d.Frozen), x[1].plus(d.Known), x[2].plus(d.Final)}
		}
		if frozen != m.Total.Frozen || known != m.Total.Known || final != m.Total.Final {
			t.Errorf("%s: lines sum to %v %v %v, total %+v", m.Month, frozen, known, final, m.Total)
		}
		kinds := map[osms.BridgeKind]bool{}
		for _, r := range append(m.Regions, m.Total) {
			if x := by[r.Region]; r.Region != 0 && x != [3]Sum{r.Frozen, r.Known, r.Final} {
				t.Errorf("%s %s: categories sum to %v", m.Month, r.Region, x)
			}
			bridge := Sum{Amount: r.Unexplained}
			persons := 0
			for _, l := range r.Bridge {
				bridge.Amount += l.Amount
				persons += l.Persons
				kinds[l.Kind] = true
				if l.Amount != osms.Tiyn(l.Persons)*m.PerPerson {
					t.Errorf("%s %s %s: %d persons, %s", m.Month, r.Region, l.Kind, l.Persons, l.Amount)
				}
			}
			if r.Ledger.Amount-r.Known.Amount != bridge.Amount {
				t.Errorf("%s %s: ledger − known = %s, bridge %s", m.Month, r.Region, r.Ledger.Amount-r.Known.Amount, bridge.Amount)
			}
			if r.Frozen.Persons-r.Known.Persons != persons {
				t.Errorf("%s %s: frozen − known = %d, bridge %d persons", m.Month, r.Region, r.Frozen.Persons-r.Known.Persons, persons)
			}
			if (r.Unexplained != 0) != (r.Planted != "") && r.Region != 0 {
				t.Errorf("%s %s: unexplained %s, planted %q", m.Month, r.Region, r.Unexplained, r.Planted)
			}
		}
		for _, k := range []osms.BridgeKind{osms.BridgeClaimedTwice, osms.BridgeMovedRegion, osms.BridgeJoinedLate, osms.BridgeLeftLate} {
			if !kinds[k] {
				t.Errorf("%s: no bridge line %s", m.Month, k)
			}
		}
		if len(m.Overlaps) == 0 {
			t.Errorf("%s: no overlaps", m.Month)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var shape map[string]any
	if err := json.Unmarshal(b, &shape); err != nil || strings.Contains(string(b), ": null") {
		t.Errorf("truth.json: %v, or null in it", err)
	}
	n := 0
	if err := truth.ReadRefusals(dir, func(Refusal) error { n++; return nil }); err != nil || n != truth.Refused+truth.Warnings {
		t.Errorf("%d refusals, want %d + %d: %v", n, truth.Refused, truth.Warnings, err)
	}
}

func TestRefusalsGoToAFileWhenMany(t *testing.T) {
	dir := t.TempDir()
	c := &country{dir: dir}
	for i := range embedded + 3 {
		if err := c.refuse(Refusal{Row: i, Severity: osms.Refused}); err != nil {
			t.Fatal(err)
		}
	}
	truth, err := c.finish()
	if err != nil {
		t.Fatal(err)
	}
	var rows []int
	if err := truth.ReadRefusals(dir, func(r Refusal) error { rows = append(rows, r.Row); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(truth.Refusals) != 0 || len(rows) != embedded+3 || rows[0] != 0 || rows[embedded+2] != embedded+2 {
		t.Errorf("%d in truth.json, %d in the file", len(truth.Refusals), len(rows))
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{{Persons: -1}, {Persons: 7_000_000}, {Regions: 21}, {Months: 40}, {Mess: 0.5}, {First: 203001}, {First: 202612}} {
		if _, err := Generate(t.TempDir(), o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
	for _, o := range []Options{{Persons: 1, Regions: 1, Months: 1}, {Persons: 40, Regions: 20}, {Persons: 300, Months: 1, Mess: -1}, {Persons: 100, Regions: 1, First: 202401, Months: 12}} {
		if _, err := Generate(t.TempDir(), o); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestNoMessNoRefusals(t *testing.T) {
	truth, err := Generate(t.TempDir(), Options{Persons: 500, Mess: -1})
	if err != nil || truth.Refused != 0 {
		t.Errorf("%d refused, %v", truth.Refused, err)
	}
}

func TestBulkVariants(t *testing.T) {
	sum := func(v Variant) (*Bulk, string) {
		dir := t.TempDir()
		b, err := GenerateBulk(dir, 10_000, 1, v, osms.Date(20260901+100*int32(v)))
		if err != nil {
			t.Fatal(err)
		}
		return b, digest(t, dir)
	}
	first, a := sum(BulkFirst)
	same, b := sum(BulkUnchanged)
	changed, _ := sum(BulkChanged)
	if first.Rows != 10_000 || first.Joined != 10_000 || first.Organisations != 20 || len(first.Files) != 1 {
		t.Errorf("first: %+v", first)
	}
	if same.Unchanged != 10_000 || same.Rows != 10_000 || a == b {
		t.Errorf("unchanged: %+v", same)
	}
	if c := changed; c.Joined+c.Left+c.Changed < 400 || c.Joined+c.Left+c.Changed > 700 ||
		c.Left+c.Changed+c.Unchanged != 10_000 || c.Rows != 10_000+c.Joined-c.Left {
		t.Errorf("changed: %+v", c)
	}
	if reflect.DeepEqual(first, same) {
		t.Error("first and unchanged month are told alike")
	}
}
