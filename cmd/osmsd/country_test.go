package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/cmd/internal/country"
	"osmsd/cmd/internal/shape"
	"osmsd/config"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

var long = flag.Bool("long", false, "run the tests at their full size")

func TestMain(m *testing.M) {
	if os.Getenv(scriptProgram) != "" {
		main()
	}
	if home := os.Getenv(childHome); home != "" && os.Getenv(childCommand) != "" {
		os.Exit(commandChild(home))
	}
	if home := os.Getenv(childHome); home != "" {
		os.Exit(serveChild(home))
	}
	if home := os.Getenv(hostileHome); home != "" {
		os.Exit(hostileChild(home))
	}
	flag.Parse()
	os.Exit(storetest.Main(m))
}

// world is a home under test with a clock of its own.
type world struct {
	t    testing.TB
	app  *app
	home *opened
	now  time.Time
	// said are the refusals and warnings of every file, by its path in the
	// country.
	said map[string][]osms.Refusal
	base map[string]string // name as dropped → path in the country
}

func newWorld(t testing.TB, address string) *world {
	t.Helper()
	w := &world{t: t, said: map[string][]osms.Refusal{}, base: map[string]string{}}
	w.app = &app{home: t.TempDir(), lang: "ru", log: slog.New(slog.DiscardHandler), cfg: config.Default(),
		Surroundings: Surroundings{Stdout: testWriter{}, Stderr: testWriter{}, Clock: func() time.Time { return w.now },
			Env: func(name string) (string, bool) {
				if name == "OSMSD_DATABASE" {
					return address, true
				}
				return "", false
			}}}
	cfg, err := config.Load("", w.app.Env)
	if err != nil && strings.HasPrefix(address, "postgres") {
		t.Fatal(err)
	}
	w.app.cfg = cfg
	if !strings.HasPrefix(address, "postgres") {
		w.app.cfg = config.Default()
	}
	w.home, err = w.app.openHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.home.close)
	return w
}

type testWriter struct{}

func (w testWriter) Write(b []byte) (int, error) { return len(b), nil }

func (w *world) at(d osms.Date, hour int) {
	w.now = time.Date(d.Year(), time.Month(d.MonthNum()), d.Day(), hour, 0, 0, 0, w.home.desk.Zone)
}

// importAll imports every file under a folder, as its drop folder would.
func (w *world) importAll(root, dir string, only func(folder string) bool) {
	w.t.Helper()
	var paths []string
	err := filepath.WalkDir(filepath.Join(root, dir), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && only(filepath.Base(filepath.Dir(path))) {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(paths)
	for _, path := range paths {
		region, _ := osms.ParseRegion(filepath.Base(filepath.Dir(path)))
		rel, err := filepath.Rel(root, path)
		if err != nil {
			w.t.Fatal(err)
		}
		_, err = w.home.runner.Run(w.t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx context.Context, t jobs.Turn) (string, error) {
			return "", w.home.desk.Import(ctx, t, []string{path}, region, "", func(taken jobs.Taken) {
				if taken.Err != nil {
					w.t.Fatalf("%s: %v", rel, taken.Err)
				}
				if o := taken.Report.Outcome; o != osms.Applied && o != osms.AppliedWithRefusals {
					w.t.Errorf("%s: %s %v %v", rel, o, taken.Report.Error, taken.Report.Holds)
				}
				w.said[filepath.ToSlash(rel)] = taken.Report.Refusals
			})
		})
		if err != nil {
			w.t.Fatalf("%s: %v", rel, err)
		}
	}
}

func (w *world) do(job osms.Job, m osms.Month) {
	w.t.Helper()
	_, err := w.home.runner.Run(w.t.Context(), osms.Run{Job: job, Month: m, Trigger: "command"},
		func(ctx context.Context, t jobs.Turn) (string, error) {
			return w.home.desk.Do(ctx, t, job, m, func(string, int, int) {})
		})
	if err != nil {
		w.t.Fatalf("%s %s: %v", job, m, err)
	}
}

func isLedger(folder string) bool { return folder == "ledger" }

// TestCountry runs a generated country, month after month, and compares what
// the program says with the truth that was planted: what is due by region and
// category, every refusal with its cell and code, every bridge to the tiyn, and
// every overlap.
func TestCountry(t *testing.T) {
	o := country.Options{Persons: 5_000, Regions: 6, Months: 3, Seed: 7}
	if *long {
		o = country.Options{Persons: 100_000, Regions: 20, Months: 3, Seed: 7}
	}
	dir := t.TempDir()
	truth, err := country.Generate(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{}
	storetest.EachDB(t, func(t *testing.T, address string) {
		w := newWorld(t, address)
		compareCountry(t, w, dir, truth)
		answers[t.Name()] = w.answers(truth)
		v, err := w.home.desk.Verify(t.Context(), func(string, int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Findings) > 0 {
			t.Errorf("verify found %d faults, the first: %+v", len(v.Findings), v.Findings[0])
		}
		t.Logf("verified %d files, %d organisations, %d persons", v.Files, v.Organisations, v.Persons)
	})
	if values := slices.Collect(maps.Values(answers)); len(values) == 2 && values[0] != values[1] {
		t.Errorf("the two databases answer differently:\n%s\n%s", values[0], values[1])
	}
}

func compareCountry(t *testing.T, w *world, dir string, truth *country.Truth) {
	w.at(truth.Months[0].Month.First().Add(-1), 9)
	w.importAll(dir, "organisations", func(string) bool { return true })
	for _, m := range truth.Months {
		w.at(m.Month.First(), 9)
		w.importAll(dir, m.Month.String()+"/inbox", func(f string) bool { return !isLedger(f) })
		w.at(m.Month.First(), 18)
		w.do(osms.JobAssess, m.Month)
		compareDue(t, w, m)
		w.at(m.Month.First().Add(9), 10)
		w.importAll(dir, m.Month.String()+"/late/inbox", func(f string) bool { return true })
		w.importAll(dir, m.Month.String()+"/inbox", isLedger)
		w.at(m.Month.First().Add(10), 10)
		compareBridge(t, w.reconciled(m.Month), m)
		compareOverlaps(t, w, m)
	}
	compareRefusals(t, w, dir, truth)
}

func compareDue(t *testing.T, w *world, m country.Month) {
	f, err := w.home.desk.Store.Frozen(t.Context(), m.Month, 0)
	if err != nil {
		t.Fatal(err)
	}
	type key struct {
		region   osms.Region
		category osms.Category
	}
	want, got := map[key]country.Sum{}, map[key]country.Sum{}
	for _, d := range m.Due {
		if d.Frozen.Persons != 0 {
			want[key{d.Region, d.Category}] = d.Frozen
		}
	}
	for _, l := range f.Lines {
		got[key{l.Region, l.Category}] = country.Sum{Persons: l.Persons, Amount: l.Amount}
	}
	if !maps.Equal(want, got) {
		t.Errorf("%s due: got %v, want %v", m.Month, got, want)
	}
}

func abs[T int | osms.Tiyn](n T) T {
	if n < 0 {
		return -n
	}
	return n
}

// reconciled is a month as known now.
func (w *world) reconciled(month osms.Month) osms.Reconciliation {
	w.t.Helper()
	r, err := w.home.desk.Reconcile(w.t.Context(), month, time.Time{}, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func compareBridge(t *testing.T, r osms.Reconciliation, m country.Month) {
	got := map[osms.Region]osms.ReconciliationLine{}
	for _, l := range r.Lines {
		got[l.Region] = l
		sum := l.Unexplained
		for _, b := range l.Bridge {
			sum += b.Amount
		}
		if sum != l.Difference || l.Difference != l.Ledger-l.Due {
			t.Errorf("%s %s: the bridge does not add up: %+v", m.Month, l.Region, l)
		}
	}
	for _, want := range m.Regions {
		l := got[want.Region]
		if l.FrozenPersons != want.Frozen.Persons || l.DuePersons != want.Known.Persons || l.LedgerPersons != want.Ledger.Persons ||
			l.Frozen != want.Frozen.Amount || l.Due != want.Known.Amount || l.Ledger != want.Ledger.Amount || l.Unexplained != want.Unexplained {
			t.Errorf("%s %s: frozen %d due %d ledger %d unexplained %s, want %d %d %d %s (%s)", m.Month, want.Region,
				l.FrozenPersons, l.DuePersons, l.LedgerPersons, l.Unexplained,
				want.Frozen.Persons, want.Known.Persons, want.Ledger.Persons, want.Unexplained, want.Planted)
		}
		var a, b []string
		for _, x := range l.Bridge {
			if x.Persons < int(abs(x.Amount)/m.PerPerson) {
				t.Errorf("%s %s: %s has %d persons behind %s", m.Month, want.Region, x.Kind, x.Persons, x.Amount)
			}
			a = append(a, fmt.Sprintf("%s %s", x.Kind, x.Amount))
		}
		for _, x := range want.Bridge {
			if x.Amount != 0 {
				b = append(b, fmt.Sprintf("%s %s", x.Kind, x.Amount))
			}
		}
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s %s: bridge %v, want %v", m.Month, want.Region, a, b)
		}
	}
}

func compareOverlaps(t *testing.T, w *world, m country.Month) {
	contests, err := w.home.desk.Overlaps(t.Context(), m.Month)
	if err != nil {
		t.Fatal(err)
	}
	show := func(iin string, due osms.BIN, claims []country.OverlapClaim) string {
		slices.SortFunc(claims, func(a, b country.OverlapClaim) int { return cmp.Compare(a.BIN, b.BIN) })
		return fmt.Sprintf("%s due to %s: %v", iin, due, claims)
	}
	var got, want []string
	for _, c := range contests {
		var claims []country.OverlapClaim
		for _, s := range c.Claims {
			claims = append(claims, country.OverlapClaim{Region: s.Region, BIN: s.BIN, Since: s.Since})
		}
		got = append(got, show(c.Person.Digits(), c.DueTo, claims))
	}
	for _, o := range m.Overlaps {
		want = append(want, show(o.IIN, o.DueTo, o.Claims))
	}
	compareLists(t, m.Month.String()+" overlaps", got, want)
}

func compareRefusals(t *testing.T, w *world, dir string, truth *country.Truth) {
	want := map[string][]string{}
	err := truth.ReadRefusals(dir, func(r country.Refusal) error {
		want[r.File] = append(want[r.File], fmt.Sprintf("%s!%s %s %s %s", r.Sheet, r.Cell, r.Field, r.Code, r.Severity))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range truth.Files {
		var got []string
		for _, r := range w.said[f.Path] {
			got = append(got, fmt.Sprintf("%s!%s %s %s %s", r.Sheet, r.Cell, r.Field, r.Code, r.Severity))
		}
		compareLists(t, f.Path, got, want[f.Path])
	}
}

func compareLists(t testing.TB, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if slices.Equal(got, want) {
		return
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("%s: not in the truth: %s", what, g)
		}
	}
	for _, x := range want {
		if !slices.Contains(got, x) {
			t.Errorf("%s: missing: %s", what, x)
		}
	}
}

// answers is what the two databases must say alike: assessments,
// reconciliations and persons, as JSON.
func (w *world) answers(truth *country.Truth) string {
	var out []any
	for _, m := range truth.Months {
		f, err := w.home.desk.Store.Frozen(w.t.Context(), m.Month, 0)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, shape.AssessmentOf(f))
		for _, l := range w.reconciled(m.Month).Lines {
			out = append(out, shape.ReconciledLineOf(l))
		}
	}
	for _, s := range truth.Samples {
		iin, err := osms.ParseIIN(s.IIN, 0)
		if err != nil {
			w.t.Fatal(err)
		}
		p, err := w.home.desk.Person(w.t.Context(), iin, 0, 0)
		if errors.Is(err, store.ErrNotFound) && len(s.Claims) == 0 {
			continue
		}
		if err != nil {
			w.t.Errorf("%s (%s): %v", s.IIN, s.Plot, err)
			continue
		}
		out = append(out, shape.PersonOf(p))
		comparePerson(w.t, p, s)
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

// comparePerson holds one person's months against the truth: on which frozen
// list, and in which month due after all.
func comparePerson(t testing.TB, p jobs.Person, s country.Sample) {
	t.Helper()
	var got, want []string
	for _, m := range p.Months {
		got = append(got, fmt.Sprintf("%s %s %s", m.Month, m.Category, m.BIN))
	}
	for _, m := range s.Months {
		if m.Frozen != 0 {
			want = append(want, fmt.Sprintf("%s %s %s", m.Month, m.Category, m.Frozen))
		}
	}
	compareLists(t, "person "+s.IIN+" ("+s.Plot+")", got, want)
	for _, m := range s.Months {
		var claimed osms.BIN
		for _, e := range p.Entitlements {
			if e.KnownUntil == 0 && e.From <= m.Month && m.Month <= e.To {
				claimed = e.BIN
			}
		}
		if claimed != m.Final {
			t.Errorf("person %s (%s) in %s: claimed by %q, want %q", s.IIN, s.Plot, m.Month, claimed, m.Final)
		}
	}
}
