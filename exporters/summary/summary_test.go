package summary

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// With -keep DIR the tests leave what they write there, to be looked at.
var (
	update  = flag.Bool("update", false, "write the golden digests anew")
	keepDir = flag.String("keep", "", "folder that keeps what the tests write")
)

const each osms.Tiyn = 585200

// full has every region and money without one, and in the country's bridge
// every kind there is. It adds up.
func full() osms.Reconciliation {
	r := osms.Reconciliation{
		Month: 202609, Sequence: 41, AsOf: time.Date(2026, 10, 5, 7, 15, 0, 0, time.UTC), FreezeVersion: 2, FreezeSequence: 16, Rules: 3,
		Rate:   osms.StateRate{Year: 2026, Percent: 1900, Base: 30800000},
		Source: osms.FromLists,
		Files: []osms.SourceFile{
			{Import: 17, Name: "63-full-2026-09-15.xlsx", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
			{Import: 20, Name: "тізім \U0001F600 \u202Etxt.csv", SHA256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"},
		},
	}
	var t osms.ReconciliationLine
	total := map[osms.BridgeKind]osms.BridgeLine{}
	for i, region := range append(osms.Regions(), osms.RegionName{}) {
		l := osms.ReconciliationLine{Region: region.Region, DuePersons: 40000 + 13977*i, FrozenPersons: 40000 + 13977*i, LedgerPersons: 40000 + 13977*i}
		l.Due = osms.Tiyn(l.DuePersons) * each
		l.Frozen = l.Due
		for k, kind := range osms.BridgeKinds() {
			if (i+k)%5 != 0 {
				continue
			}
			b := osms.BridgeLine{Kind: kind, Persons: 2 + i*k, Amount: osms.Tiyn((k%3*2-1)*(2+i*k)) * each, Proved: k%4 != 1}
			if kind.First() {
				l.Frozen += b.Amount
			}
			l.Ledger += b.Amount
			l.Bridge = append(l.Bridge, b)
			sum := total[kind]
			total[kind] = osms.BridgeLine{Kind: kind, Persons: sum.Persons + b.Persons, Amount: sum.Amount + b.Amount, Proved: b.Proved}
		}
		if l.Unexplained = []osms.Tiyn{0, 100, -58520000, 17557, -1234567890}[i%5]; l.Unexplained != 0 {
			l.Suggestions = []osms.Suggestion{{Kind: osms.SuggestHeadCount, Amount: l.Unexplained, Persons: 412, BIN: 60340001234, Text: "3 × 412"},
				{Kind: osms.SuggestNotListed, Amount: l.Unexplained / 2, Persons: 7, BIN: 60340001234}}
		}
		l.Ledger += l.Due + l.Unexplained
		l.Difference = l.Ledger - l.Due
		r.Lines = append(r.Lines, l)
		t.DuePersons += l.DuePersons
		t.FrozenPersons += l.FrozenPersons
		t.LedgerPersons += l.LedgerPersons
		t.Due += l.Due
		t.Frozen += l.Frozen
		t.Ledger += l.Ledger
		t.Difference += l.Difference
		t.Unexplained += l.Unexplained
	}
	for _, kind := range osms.BridgeKinds() {
		t.Bridge = append(t.Bridge, total[kind])
	}
	r.Total = t
	return r
}

// crowded is full with texts as long as texts may be.
func crowded() osms.Reconciliation {
	r := full()
	for i := range r.Lines {
		for j := range r.Lines[i].Suggestions {
			r.Lines[i].Suggestions[j].Text = strings.Repeat("GCVP0000123456 ", 60)
		}
	}
	r.Files = nil
	for range 60 {
		r.Files = append(r.Files, osms.SourceFile{Import: 1 << 40, Name: strings.Repeat("Құдайбергенұлы-", 15) + ".xlsx", SHA256: strings.Repeat("9f86d081", 8)})
	}
	return r
}

// small is a month in which all agrees, in one region.
func small() osms.Reconciliation {
	l := osms.ReconciliationLine{Region: 63, DuePersons: 3, FrozenPersons: 3, LedgerPersons: 3, Due: 3 * each, Frozen: 3 * each, Ledger: 3 * each}
	return osms.Reconciliation{Month: 202609, Sequence: 1, AsOf: time.Date(2026, 10, 5, 7, 15, 0, 0, time.UTC), Lines: []osms.ReconciliationLine{l}, Total: l}
}

func pdf(t *testing.T, r osms.Reconciliation, lang string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, lang); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// text extracts a PDF's text with poppler. CI has poppler; elsewhere its
// absence skips the test.
func text(t *testing.T, data []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: install poppler-utils")
		}
		t.Skip("pdftotext is missing")
	}
	file := filepath.Join(t.TempDir(), "summary.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-layout", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func TestOnePageAndTheSameBytes(t *testing.T) {
	for name, r := range map[string]osms.Reconciliation{"full": full(), "crowded": crowded(), "small": small(), "nothing": {Month: 202609, AsOf: full().AsOf}} {
		for _, lang := range []string{"kk", "ru", "en"} {
			first := pdf(t, r, lang)
			if *keepDir != "" {
				if err := os.WriteFile(filepath.Join(*keepDir, name+"-"+lang+".pdf"), first, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if n := bytes.Count(first, []byte("/Type /Page\n")); n != 1 {
				t.Errorf("%s in %s: %d pages", name, lang, n)
			}
			if !bytes.Equal(first, pdf(t, r, lang)) {
				t.Errorf("%s in %s: two writes differ", name, lang)
			}
			if !bytes.Contains(first, []byte("/Lang ("+lang+")")) {
				t.Errorf("%s: not tagged %s", name, lang)
			}
		}
	}
}

// The same bytes on every machine, in every zone. A new Go release may compress
// differently; then -update, after a look at the page.
func TestGoldenBytes(t *testing.T) {
	for _, lang := range []string{"kk", "ru"} {
		file := filepath.Join("testdata", "full-"+lang+".sha256")
		sum := sha256.Sum256(pdf(t, full(), lang))
		got := hex.EncodeToString(sum[:])
		if *update {
			if err := os.WriteFile(file, []byte(got+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != strings.TrimSpace(string(want)) {
			t.Errorf("the bytes in %s have changed: %s", lang, got)
		}
	}
}

// Every figure of the reconciliation stands on the page, and what it rests on.
func TestEveryFigure(t *testing.T) {
	r := full()
	got := text(t, pdf(t, r, "ru"))
	want := []string{r.Headline("ru"), r.Headline("kk"), "сентябрь 2026 года", "2026 жылғы қыркүйек", "05.10.2026 12:15:00 +05:00", "до импорта 41",
		"версия списка 2 (до импорта 16)", "версия правил: № 3", "версия ставок: встроенная", "63-full-2026-09-15.xlsx", "9f86d081884", osms.Population("ru"), osms.FromLists.In("ru"),
		r.Total.Unexplained.Signed(), r.Total.Frozen.Grouped()}
	for _, l := range append(r.Lines, r.Total) {
		proved, _ := osms.Explained(l)
		if l.Region == 0 && l.DuePersons == r.Total.DuePersons {
			proved, _ = osms.Explained(r.Lines...)
		}
		want = append(want, l.Due.Grouped(), l.Ledger.Grouped(), l.Difference.Signed(), proved.Signed(), l.Unexplained.Signed())
	}
	for _, l := range r.Lines {
		want = append(want, l.Region.OrNone("ru"))
	}
	for _, b := range r.Total.Bridge {
		want = append(want, b.Kind.Brief("ru"), b.Amount.Signed())
	}
	for _, g := range best(r) {
		want = append(want, g.said("ru"), grouped(r.Total.DuePersons))
	}
	for _, w := range want {
		if !strings.Contains(got, strings.Join(strings.Fields(w), " ")) {
			t.Errorf("%q is not on the page", w)
		}
	}
}

// Money on no line has its own below the total, on the one page.
func TestMoneyOnNoLine(t *testing.T) {
	r := full()
	r.Unplaced = []osms.Unplaced{{Why: osms.NoMonth, Persons: 1, Amount: 850000}, {Why: osms.NotState, Persons: 4, Amount: 123_456_789_01}}
	for lang, want := range map[string]string{"ru": "Вне строк: ", "kk": "Жолдардан тыс: "} {
		got := text(t, pdf(t, r, lang))
		for _, u := range r.Unplaced {
			if !strings.Contains(got, want+u.Why.In(lang)) && !strings.Contains(got, want+strings.Fields(u.Why.In(lang))[0]) || !strings.Contains(got, strings.Join(strings.Fields(u.Amount.Grouped()), " ")) {
				t.Errorf("%s: %s %v is not on the page", lang, u.Why, u.Amount)
			}
		}
	}
}

// A report made as of a moment and made again later with the same as-of is the
// same to the byte; another as-of shows.
func TestNothingOfTheClock(t *testing.T) {
	r := full()
	first := pdf(t, r, "kk")
	r.AsOf = r.AsOf.In(time.FixedZone("elsewhere", -7*3600))
	if !bytes.Equal(first, pdf(t, r, "kk")) {
		t.Error("the zone of the moment is in the bytes")
	}
	r.AsOf = r.AsOf.Add(time.Second)
	if bytes.Equal(first, pdf(t, r, "kk")) {
		t.Error("another as-of gives the same page")
	}
}

func TestRefusesFiguresThatDoNotAddUp(t *testing.T) {
	r := full()
	r.Lines[3].Ledger++
	var b bytes.Buffer
	if err := Write(&b, r, "ru"); !errors.Is(err, osms.ErrDoesNotAddUp) || b.Len() > 0 {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
}
