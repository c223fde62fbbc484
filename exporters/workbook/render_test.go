package workbook

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// A workbook made as of a moment and made again later with the same as-of is
// the same to the byte; another as-of shows.
func TestFullTwiceTheSameBytes(t *testing.T) {
	for _, lang := range []string{"kk", "ru", "en"} {
		first := written(t, full(), lang)
		keep(t, "full-"+lang+".xlsx", first)
		r := full()
		r.AsOf = r.AsOf.In(time.FixedZone("elsewhere", -7*3600))
		if !bytes.Equal(first, written(t, r, lang)) {
			t.Errorf("%s: two writes differ", lang)
		}
		r.AsOf = r.AsOf.Add(time.Second)
		if bytes.Equal(first, written(t, r, lang)) {
			t.Errorf("%s: another as-of gives the same bytes", lang)
		}
	}
}

func written(t *testing.T, r osms.Reconciliation, lang string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteReconciliation(&b, r, lang); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// table reads the rows below the heading of a sheet, which is the row whose
// first cell is first; every row has as many cells as the heading.
func table(t *testing.T, f *excelize.File, sheet, first string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	head := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && strings.HasPrefix(r[0], first) })
	if head < 0 {
		t.Fatalf("sheet %q has no heading %q", sheet, first)
	}
	for i := range rows {
		for len(rows[i]) < len(rows[head]) {
			rows[i] = append(rows[i], "")
		}
	}
	return rows[head:]
}

// tiyn reads an amount back. A cell's number is the exact decimal.
func tiyn(t *testing.T, s string) osms.Tiyn {
	t.Helper()
	v, err := osms.ParseTiyn(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return v
}

// Every figure of the reconciliation is in the flat sheet, once, and equal.
func TestFlatDataAgrees(t *testing.T) {
	r := full()
	f := opened(t, written(t, r, "ru"))
	sheet := "Данные · Деректер"
	rows := table(t, f, sheet, "Месяц")
	type key struct{ region, code string }
	type figure struct {
		persons string
		amount  osms.Tiyn
		proved  string
	}
	want := map[key]figure{}
	put := func(l osms.ReconciliationLine, code string, persons string, amount osms.Tiyn, proved string) {
		want[key{l.Region.String(), code}] = figure{persons, amount, proved}
	}
	for _, l := range r.Lines {
		put(l, "due", strconv.Itoa(l.DuePersons), l.Due, "")
		put(l, "frozen", strconv.Itoa(l.FrozenPersons), l.Frozen, "")
		put(l, "ledger", strconv.Itoa(l.LedgerPersons), l.Ledger, "")
		put(l, "difference", "", l.Difference, "")
		put(l, "unexplained", "", l.Unexplained, "нет / жоқ")
		for _, b := range l.Bridge {
			put(l, string(b.Kind), strconv.Itoa(b.Persons), b.Amount, map[bool]string{true: "да / иә", false: "нет / жоқ"}[b.Proved])
		}
	}
	for _, row := range rows[1:] {
		k := key{row[1], row[5]}
		if got := (figure{row[9], tiyn(t, row[10]), row[8]}); got != want[k] || row[0] != "2026-09" {
			t.Errorf("%v: %+v, want %+v", k, got, want[k])
		}
		if _, ok := want[k]; !ok {
			t.Errorf("%v is not a figure, or stands twice", k)
		}
		delete(want, k)
	}
	if len(want) > 0 {
		t.Errorf("not in the flat sheet: %v", slices.Collect(maps.Keys(want)))
	}
	tables, err := f.GetTables(sheet)
	if err != nil || len(tables) != 1 || tables[0].Name != "Reconciliation" || tables[0].Range != "A5:K"+strconv.Itoa(5+len(rows)-1) {
		t.Fatalf("tables %+v (%v), %d rows", tables, err, len(rows))
	}
	// Excel repairs a table whose column names are not its heading's texts.
	part, ok := f.Pkg.Load("xl/tables/table1.xml")
	if !ok {
		t.Fatal("no table part")
	}
	for _, title := range rows[0] {
		if title == "" || !strings.Contains(string(part.([]byte)), `name="`+title+`"`) {
			t.Errorf("the table has no column %q", title)
		}
	}
}

// The sums of the other sheets are the reconciliation's.
func TestSheetsAgree(t *testing.T) {
	r := full()
	f := opened(t, written(t, r, "ru"))
	rows := table(t, f, "Свод · Жиынтық", "КАТО")
	for i, l := range append(slices.Clone(r.Lines), r.Total) {
		parts := []osms.ReconciliationLine{l}
		if i == len(r.Lines) {
			parts = r.Lines
		}
		proved, stated := osms.Explained(parts...)
		for c, want := range map[int]osms.Tiyn{4: l.Due, 6: l.Frozen, 8: l.Ledger, 9: l.Difference, 10: proved, 11: stated, 12: l.Unexplained} {
			if got := tiyn(t, rows[i+1][c]); got != want {
				t.Errorf("summary, row %d, %s: %v, want %v", i+1, rows[0][c], got, want)
			}
		}
	}
	for i, u := range r.Unplaced {
		row := rows[len(r.Lines)+2+i]
		if got := tiyn(t, row[8]); got != u.Amount || row[1] != "Вне строк: "+u.Why.In("ru") || row[2] != "Жолдардан тыс: "+u.Why.In("kk") {
			t.Errorf("money on no line: %q", row)
		}
	}
	for _, kind := range osms.BridgeKinds() {
		var want osms.Tiyn
		n := 0
		for _, l := range r.Lines {
			for _, b := range l.Bridge {
				if b.Kind == kind {
					want += b.Amount
					n += len(b.Behind)
				}
			}
		}
		name := describe(kind).brief.tab("ru")
		rows := table(t, f, name, "№")
		c := slices.IndexFunc(rows[0], func(s string) bool { return strings.HasPrefix(s, "Сумма") })
		var got osms.Tiyn
		for _, row := range rows[1 : len(rows)-1] {
			got += tiyn(t, row[c])
		}
		if total := tiyn(t, rows[len(rows)-1][c]); got != want || total != want || len(rows)-2 != n {
			t.Errorf("%s: %d rows give %v, total %v, want %d and %v", name, len(rows)-2, got, total, n, want)
		}
	}
	rows = table(t, f, "По месяцам · Айлар", "Месяц")
	for i, m := range r.Trend {
		for c, want := range map[int]osms.Tiyn{2: m.Due, 3: m.Frozen, 4: m.Ledger, 5: m.Ledger - m.Due, 6: m.Proved, 7: m.Remainder} {
			if got := tiyn(t, rows[i+1][c]); got != want || rows[i+1][0] != m.Month.String() {
				t.Errorf("trend, %s, column %d: %v, want %v", m.Month, c, got, want)
			}
		}
	}
	rows = table(t, f, "Документы · Құжаттар", "№")
	for i, d := range r.Documents {
		if row := rows[i+1]; tiyn(t, row[13]) != d.Amount || row[3] != d.Reference || row[14] != map[bool]string{true: "да / иә", false: "нет / жоқ"}[d.Linked] {
			t.Errorf("document %d: %q", i, row)
		}
	}
	rows = table(t, f, "Деньги без места", "Почему")
	c := slices.IndexFunc(rows[0], func(s string) bool { return strings.HasPrefix(s, "Сумма") })
	var sums []osms.Tiyn
	for _, row := range rows[1:] {
		sums = append(sums, tiyn(t, row[c]))
	}
	if want := []osms.Tiyn{850000, 850000, 4096400}; !slices.Equal(sums, want) {
		t.Errorf("money without a place: %v, want %v", sums, want)
	}
}

// Months without money or without a frozen list leave their cells empty, so that
// no bar is drawn for them.
func TestTrendWithoutMoney(t *testing.T) {
	r := full()
	r.Trend[0].IsFrozen, r.Trend[1].HasMoney, r.Trend[2].Bridged = false, false, false
	rows := table(t, opened(t, written(t, r, "ru")), "По месяцам · Айлар", "Месяц")
	for i, want := range []string{"101111", "110000", "100000"} { // filled: due, frozen, ledger, difference, proved, remainder
		got := ""
		for _, cell := range rows[i+1][2:8] {
			got += map[bool]string{true: "1", false: "0"}[cell != ""]
		}
		if got != want {
			t.Errorf("month %d: %s, want %s", i, got, want)
		}
	}
}

// In the bridge organisations stand under the line of those who are on no list,
// most money first, with their names; together they are the line.
func TestBridgeByOrganisation(t *testing.T) {
	l := osms.ReconciliationLine{}
	b := osms.BridgeLine{Kind: osms.BridgeNotSubmitted}
	for i := range 3 * mostOrganisations {
		for range i + 1 {
			b.Behind = append(b.Behind, osms.BridgePerson{BIN: osms.BIN(60340001234 + i), Organisation: "№ 5 мектеп", Amount: -each})
			b.Amount -= each
		}
	}
	l.Bridge = []osms.BridgeLine{{Kind: osms.BridgeReturned, Amount: 5}, b}
	sums := organisationSums(l)
	var amount osms.Tiyn
	persons := 0
	for _, s := range sums {
		amount += s.amount
		persons += s.persons
	}
	if len(sums) != mostOrganisations+1 || amount != b.Amount || persons != len(b.Behind) {
		t.Errorf("%d organisations, %d persons, %v; want %d and %v", len(sums), persons, amount, len(b.Behind), b.Amount)
	}
	if got := sums[0]; got.persons != 3*mostOrganisations || got.said.ru != "… 060340001293 № 5 мектеп" {
		t.Errorf("%+v", got)
	}
	if got := sums[mostOrganisations].said.ru; got != "… ещё организаций: 40" {
		t.Error(got)
	}
	if organisationSums(osms.ReconciliationLine{Bridge: []osms.BridgeLine{{Kind: osms.BridgeNotSubmitted, Persons: 7}}}) != nil {
		t.Error("a total names nobody")
	}
}

// What a payment's row says: who as the list writes it, the document, where it
// stands, the other side; a document alone and a text for an IIN stand there too.
func TestPaymentRows(t *testing.T) {
	f := opened(t, written(t, full(), "ru"))
	cell := func(rows [][]string, row int, title string) string {
		t.Helper()
		c := slices.IndexFunc(rows[0], func(s string) bool { return strings.HasPrefix(s, title) })
		if c < 0 {
			t.Fatalf("no column %q in %q", title, rows[0])
		}
		return rows[row][c]
	}
	has := func(rows [][]string, title string) bool {
		return slices.ContainsFunc(rows[0], func(s string) bool { return strings.HasPrefix(s, title) })
	}
	unknown := table(t, f, describe(osms.BridgeUnknownPerson).brief.tab("ru"), "№")
	for title, want := range map[string]string{"ИИН": "06031460000X", "Как записано": "КУДАЙБЕРГЕНОВА АЙГУЛ НУРЛАНКЫЗЫ", "Формат": "mt102",
		"Документ №": "000123", "БИН/ИИН плат": "160440007161", "Файл": "mt102-2026-09-04.txt", "Лист": "Лист1", "Дата документа": "46269"} {
		if got := cell(unknown, 1, title); got != want {
			t.Errorf("unknown person, %s: %q, want %q", title, got, want)
		}
	}
	if has(unknown, "Имя по реестру") || has(unknown, "Другой") {
		t.Error("a column in which nobody has anything")
	}
	returned := table(t, f, describe(osms.BridgeReturned).brief.tab("ru"), "№")
	if has(returned, "ИИН") || !strings.HasPrefix(cell(returned, 1, "Референс"), "GCVP") {
		t.Errorf("a document alone: %q", returned[1])
	}
	if got := cell(table(t, f, describe(osms.BridgeOtherMonth).brief.tab("ru"), "№"), 1, "Другой месяц"); got != "2026-08" {
		t.Errorf("other month %q", got)
	}
	if got := cell(table(t, f, describe(osms.BridgeOtherRegion).brief.tab("ru"), "№"), 1, "Другой регион"); got != "27 Западно-Казахстанская область" {
		t.Errorf("other region %q", got)
	}
	if rows := table(t, f, describe(osms.BridgeNotSubmitted).brief.tab("ru"), "№"); has(rows, "Референс") {
		t.Error("persons whom no document names have a column for it")
	}
}

// The first line, the guesses under their region, the map and the sources.
func TestWhatPeopleRead(t *testing.T) {
	r := full()
	for _, lang := range []string{"ru", "kk"} {
		f := opened(t, written(t, r, lang))
		names := f.GetSheetList()
		for i, name := range names {
			if utf8.RuneCountInString(name) > 31 || slices.Index(names, name) != i {
				t.Errorf("sheet name %q", name)
			}
		}
		if got := raw(t, f, names[0], "A1"); got != r.Headline(lang) {
			t.Errorf("the first line is %q", got)
		}
		texts := map[string]string{}
		for _, name := range names {
			rows, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				texts[name] += strings.Join(row, "|") + "\n"
			}
		}
		for _, region := range osms.Regions() { // in the table and on the map
			if n := strings.Count(texts[names[0]], region.Region.String()+" "+region.Region.In(lang)); n != 1 {
				t.Errorf("%s: %s stands on the map %d times", lang, region.RU, n)
			}
		}
		for _, l := range r.Lines {
			for _, g := range l.Suggestions {
				if !strings.Contains(texts[names[1]], guessMark.line(lang)+"\n"+g.Message(lang)) || !strings.Contains(texts[names[1]], g.Message(map[string]string{"ru": "kk", "kk": "ru"}[lang])) {
					t.Errorf("%s: the guess %s of %s is not in the bridge", lang, g.Kind, l.Region)
				}
			}
		}
		sources := texts[names[len(names)-1]]
		for _, want := range []string{osms.Population("kk"), osms.Population("ru"), osms.FromTotals.In("kk"), osms.FromTotals.In("ru"), "№ 3", "№ 9",
			"05.10.2026 12:15:00 +05:00", r.Files[0].SHA256, r.Files[1].Name} {
			if !strings.Contains(sources, want) {
				t.Errorf("%s: the sources do not say %q", lang, want)
			}
		}
		foots := map[string]string{
			"ru": "2026-09 · 05.10.2026 12:15:00 +05:00 · № 41 · версия списка 2 (№ 16) · правила № 3 · ставки № 9",
			"kk": "2026-09 · 05.10.2026 12:15:00 +05:00 · № 41 · тізім нұсқасы 2 (№ 16) · қағидалар № 3 · мөлшерлемелер № 9",
		}
		for _, name := range names {
			foot, err := f.GetHeaderFooter(name)
			if err != nil || !strings.Contains(foot.OddFooter, foots[lang]) || !strings.Contains(foot.OddFooter, "&P / &N") {
				t.Errorf("%s: the foot of %s is %+v", lang, name, foot)
			}
		}
	}
}

func TestHeatSteps(t *testing.T) {
	h := heat{most: 1000}
	for v, want := range map[osms.Tiyn]rowKind{0: 0, 1: 1, -10: 1, 11: 2, 100: 2, -101: 3, 500: 3, 501: 4, -1000: 4} {
		if got := h.step(v) - firstTile; got != want {
			t.Errorf("%d has the shade %d, want %d", v, got, want)
		}
	}
	seen := map[osms.Region]int{}
	for _, row := range tiles {
		for _, region := range row {
			seen[region]++
		}
	}
	for _, region := range osms.Regions() {
		if seen[region.Region] != 1 {
			t.Errorf("%s has %d tiles", region.RU, seen[region.Region])
		}
	}
	if heatOf(full()).title.ru != "Карта: не объяснено, тенге" || !strings.Contains(heatOf(osms.Reconciliation{Lines: []osms.ReconciliationLine{{Difference: 5}}}).title.ru, "объяснено)") {
		t.Error("what the map shows")
	}
}

func TestShares(t *testing.T) {
	lines := []osms.ReconciliationLine{{Unexplained: -100}, {Unexplained: 200}, {}}
	if got := shareOfRest(lines); !slices.Equal(got, []any{share(3333), share(6667), share(0)}) {
		t.Errorf("%v", got)
	}
	if got := shareOfRest(lines[2:]); got[0] != nil {
		t.Errorf("%v", got)
	}
}

// The figures that the second part brought are checked too.
func TestFullThatDoesNotAddUp(t *testing.T) {
	for name, change := range map[string]func(*osms.Reconciliation){
		"a payment behind left out": func(r *osms.Reconciliation) {
			for i := range r.Lines {
				for j, b := range r.Lines[i].Bridge {
					if !b.Kind.First() {
						r.Lines[i].Bridge[j].Behind = b.Behind[1:]
						return
					}
				}
			}
		},
		"a kind of the total": func(r *osms.Reconciliation) { b := r.Total.Bridge; b[0].Amount++; b[1].Amount-- },
		"a kind that no region has": func(r *osms.Reconciliation) {
			r.Total.Bridge[0].Kind, r.Total.Bridge[1].Kind = r.Total.Bridge[1].Kind, r.Total.Bridge[0].Kind
		},
		"unexplained of the total": func(r *osms.Reconciliation) { r.Total.Unexplained++; r.Total.Bridge[10].Amount-- },
		"listed":                   func(r *osms.Reconciliation) { r.Total.Listed++ },
		"listed persons":           func(r *osms.Reconciliation) { r.Lines[0].ListedPersons++ },
		"an entry":                 func(r *osms.Reconciliation) { r.Entries[2].Amount++ },
		"an entry on no line":      func(r *osms.Reconciliation) { r.Entries = append(r.Entries, osms.LedgerEntry{Region: 99, Amount: 1}) },
		"unplaced":                 func(r *osms.Reconciliation) { r.Unplaced[0].Amount++ },
		"a month":                  func(r *osms.Reconciliation) { r.Trend[3].Remainder++ },
		"the order of months":      func(r *osms.Reconciliation) { r.Trend[3], r.Trend[4] = r.Trend[4], r.Trend[3] },
		"the last month":           func(r *osms.Reconciliation) { r.Trend = r.Trend[:11] },
		"the last month's frozen":  func(r *osms.Reconciliation) { r.Trend[11].Frozen++ },
	} {
		r := full()
		change(&r)
		var b bytes.Buffer
		if err := WriteReconciliation(&b, r, "ru"); !errors.Is(err, ErrDoesNotAddUp) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, b.Len())
		}
	}
	// A report on one region adds up too, and names nobody of another.
	only := full().Only(63)
	if names := opened(t, written(t, only, "ru")).GetSheetList(); slices.Contains(names, "По месяцам · Айлар") || slices.Contains(names, "Деньги без места") {
		t.Errorf("sheets of one region: %q", names)
	}
}

// Another rate concerns everybody who stayed: they are counted, not named, and
// the sheet says so.
func TestAnotherRateIsCountedNotNamed(t *testing.T) {
	b := osms.BridgeLine{Kind: osms.BridgeCategoryOrRate, Persons: 10, Amount: -1000, Proved: true, Behind: []osms.BridgePerson{{Person: fakeIIN(1), Was: "1", Now: "13", Amount: -100}}}
	l := osms.ReconciliationLine{Region: 63, DuePersons: 10, Due: 11000, FrozenPersons: 10, Frozen: 10000, LedgerPersons: 10, Ledger: 10000, Difference: -1000, Bridge: []osms.BridgeLine{b}}
	r := osms.Reconciliation{Month: 202609, AsOf: almatyNoon, Lines: []osms.ReconciliationLine{l}, Total: l}
	f := opened(t, written(t, r, "ru"))
	if got := raw(t, f, "Категория, ставка", "A4"); !strings.Contains(got, "ещё 9 чел., -9,00 тенге") {
		t.Errorf("%q", got)
	}
}

// The steps lead from nothing to the difference, the proved ones and the stated
// ones give the columns of the summary, and what is proved in one region and
// stated in another has a step of each.
func TestWaterfall(t *testing.T) {
	r := full()
	proved, stated := osms.Explained(r.Lines...)
	sums := [stepLooks]osms.Tiyn{}
	steps := waterfall(r.Lines, "ru")
	at := osms.Tiyn(0)
	for i, s := range steps {
		if i < len(steps)-1 && s.from != at {
			t.Errorf("%s begins at %v, the one before ends at %v", s.label, s.from, at)
		}
		at = s.to
		sums[s.look] += s.to - s.from
	}
	if want := [stepLooks]osms.Tiyn{proved, stated, r.Total.Unexplained, r.Total.Difference}; sums != want {
		t.Errorf("the steps give %v, want %v", sums, want)
	}
	if steps[len(steps)-2].to != r.Total.Difference || steps[len(steps)-1].from != 0 {
		t.Error("the steps do not end at the difference")
	}
	both := 0
	for _, s := range steps {
		if strings.HasPrefix(s.label, describe(osms.BridgeReturned).brief.ru) {
			both++
		}
	}
	if both != 2 {
		t.Errorf("a kind that is proved in part has %d steps", both)
	}
}
