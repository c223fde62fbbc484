package country

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// The register of this test knows nothing of stories: it reads the files one
// after another, as a clerk with a card index would, and asks its cards what is
// due. Its answer must be the truth.

type studied struct {
	from, until osms.Date
	form        osms.StudyForm
}

type card struct {
	first   osms.Date
	spans   []studied
	absence bool // ended by absence
	name    osms.Name
	birth   osms.Date
}

func (k *card) last() *studied { return &k.spans[len(k.spans)-1] }

type cardKey struct {
	iin osms.IIN
	bin osms.BIN
}

type register struct {
	t       *testing.T
	cards   map[cardKey][]*card
	byBIN   map[osms.BIN]map[osms.IIN]bool
	refused map[string]bool // file|sheet|row
	regions map[osms.BIN]osms.Region
}

func (g *register) file(dir string, f File) {
	sheets := reread(g.t, dir, f)
	rows, _ := dataRows(g.t, f, sheets)
	declared := declaredBIN(f, sheets)
	type key = cardKey
	here, keys, persons := map[key]bool{}, map[string]bool{}, map[osms.IIN]bool{}
	for _, r := range rows {
		bin := declared
		if s, ok := r.cells["bin"]; ok {
			bin, _ = osms.ParseBIN(s)
		}
		iin, err := osms.ParseIIN(clean(r.cells["iin"]), 0)
		birth := readDate(r.cells["birth_date"], r.from04)
		name := nameOf(r.cells)
		if g.refused[f.Path+"|"+r.sheet+"|"+strconv.Itoa(r.number)] {
			if err == nil {
				persons[iin] = true
			} else {
				keys[bin.Digits()+osms.FoldName(name)+birth.String()] = true
			}
			continue
		}
		if err != nil {
			g.t.Errorf("%s %s %d: an accepted row with IIN %q", f.Path, r.sheet, r.number, r.cells["iin"])
			continue
		}
		if g.regions[bin] != f.Region {
			g.t.Errorf("%s %s %d: organisation %s of another region", f.Path, r.sheet, r.number, bin)
		}
		here[key{iin, bin}] = true
		g.row(f, key{iin, bin}, r, name, birth)
	}
	if f.Mode != osms.Full {
		return
	}
	for _, bin := range f.Organisations {
		for iin := range g.byBIN[bin] {
			all := g.cards[key{iin, bin}]
			k := all[len(all)-1]
			if here[key{iin, bin}] || persons[iin] || keys[bin.Digits()+osms.FoldName(k.name.String())+k.birth.String()] || k.last().until < f.AsAt {
				continue
			}
			k.last().until, k.absence = f.AsAt.Add(-1), true
		}
	}
}

func (g *register) row(f File, key cardKey, r rowRead, name string, birth osms.Date) {
	form := formRead(r.cells["study_form"])
	enrolled, left := readDate(r.cells["enrolled_on"], r.from04), readDate(r.cells["left_on"], r.from04)
	status := statusRead(r.cells["status"])
	if form == "" || status == "" || name == "" {
		g.t.Errorf("%s %s %d: form %q, status %q, name %q", f.Path, r.sheet, r.number, r.cells["study_form"], r.cells["status"], name)
		return
	}
	all := g.cards[key]
	var k *card
	if len(all) > 0 {
		k = all[len(all)-1]
	}
	open := k != nil && k.last().until >= f.AsAt
	switch {
	case status.Leaving() && !open && f.Mode == osms.Full:
		g.t.Errorf("%s %s %d: leaves without being held", f.Path, r.sheet, r.number)
	case status.Leaving() && left == 0:
		k.last().until, k.absence = f.AsAt.Add(-1), true
	case status.Leaving():
		k.last().until, k.absence = left, false
	case open:
		if enrolled != 0 && enrolled != k.first {
			k.first, k.spans[0].from = enrolled, enrolled
		}
		if form != k.last().form {
			on := f.AsAt
			if d := readDate(r.cells["order_date"], r.from04); f.Mode == osms.Delta && d != 0 {
				on = d
			}
			until := k.last().until
			k.last().until = on.Add(-1)
			k.spans = append(k.spans, studied{on, until, form})
		}
		if left != 0 {
			k.last().until = left
		}
	case k != nil && k.absence && enrolled == k.first:
		k.last().until, k.absence = osms.Forever, false
		if left != 0 {
			k.last().until = left
		}
	default:
		if enrolled == 0 {
			enrolled = f.AsAt
		}
		if k != nil && enrolled <= k.last().until {
			g.t.Errorf("%s %s %d: enrolled again before the end", f.Path, r.sheet, r.number)
		}
		n := &card{first: enrolled, spans: []studied{{enrolled, osms.Forever, form}}, birth: key.iin.Birth()}
		if left != 0 {
			n.spans[0].until = left
		}
		k = n
		g.cards[key] = append(all, n)
		if g.byBIN[key.bin] == nil {
			g.byBIN[key.bin] = map[osms.IIN]bool{}
		}
		g.byBIN[key.bin][key.iin] = true
	}
	if k != nil && name != "" {
		k.name = osms.Name{Surname: name}
	}
	if birth != 0 && birth != key.iin.Birth() {
		g.t.Errorf("%s %s %d: birth date %s", f.Path, r.sheet, r.number, birth)
	}
}

// due counts persons by region and category.
func (g *register) due(m osms.Month) map[osms.Region]map[osms.Category]int {
	type claimant struct {
		first osms.Date
		bin   osms.BIN
	}
	best := map[osms.IIN]claimant{}
	for key, all := range g.cards {
		for _, k := range all {
			for _, s := range k.spans {
				if s.form != osms.FullTime || s.from > s.until || s.from > m.Last() || s.until < m.First() {
					continue
				}
				b, ok := best[key.iin]
				if !ok || k.first < b.first || k.first == b.first && key.bin < b.bin {
					best[key.iin] = claimant{k.first, key.bin}
				}
			}
		}
	}
	sums := map[osms.Region]map[osms.Category]int{}
	for iin, c := range best {
		r := g.regions[c.bin]
		if sums[r] == nil {
			sums[r] = map[osms.Category]int{}
		}
		category := osms.Learner
		if b := iin.Birth(); m.Year()*12+m.MonthNum() <= (b.Year()+18)*12+b.MonthNum() {
			category = osms.Child
		}
		sums[r][category]++
	}
	return sums
}

func TestACardIndexFindsTheTruth(t *testing.T) {
	for _, o := range []Options{{Seed: 1}, {Seed: 2, Persons: 1500, Regions: 3, Months: 4, First: 202601, Mess: 0.03}} {
		truth, dir := small()
		if o.Seed != 1 {
			dir = t.TempDir()
			var err error
			if truth, err = Generate(dir, o); err != nil {
				t.Fatal(err)
			}
		}
		g := &register{t: t, cards: map[cardKey][]*card{}, byBIN: map[osms.BIN]map[osms.IIN]bool{}, refused: map[string]bool{}, regions: map[osms.BIN]osms.Region{}}
		for _, r := range truth.Refusals {
			if r.Severity == osms.Refused || r.Code == osms.DuplicateRow {
				g.refused[r.File+"|"+r.Sheet+"|"+strconv.Itoa(r.Row)] = true
			}
		}
		for _, f := range truth.Files {
			for _, b := range f.Organisations {
				g.regions[b] = f.Region
			}
		}
		for i, m := range truth.Months {
			for _, late := range []bool{false, true} {
				for _, f := range truth.Files {
					if f.Kind == osms.KindRoster && f.Month == m.Month && f.Late == late {
						g.file(dir, f)
					}
				}
				view := "frozen"
				if late {
					view = "known"
					g.compareOverlaps(truth.Months[i])
				}
				g.compare(truth.Months[i], view)
			}
		}
		for _, m := range truth.Months {
			g.compare(m, "final")
		}
	}
}

func (g *register) compare(m Month, view string) {
	g.t.Helper()
	got := g.due(m.Month)
	for _, d := range m.Due {
		want := map[string]Sum{"frozen": d.Frozen, "known": d.Known, "final": d.Final}[view].Persons
		if n := got[d.Region][d.Category]; n != want {
			g.t.Errorf("%s %s, region %s, category %s: the cards say %d, truth says %d", m.Month, view, d.Region, d.Category, n, want)
		}
	}
}

// compareOverlaps looks for people whom two organisations claim full-time on a
// common day of the month.
func (g *register) compareOverlaps(m Month) {
	g.t.Helper()
	want := map[string]Overlap{}
	for _, o := range m.Overlaps {
		want[o.IIN] = o
	}
	byPerson := map[osms.IIN][]cardKey{}
	for key := range g.cards {
		byPerson[key.iin] = append(byPerson[key.iin], key)
	}
	found := 0
	for iin, keys := range byPerson {
		if len(keys) < 2 {
			continue
		}
		slices.SortFunc(keys, func(a, b cardKey) int { return int(int64(a.bin) - int64(b.bin)) })
		var claims []OverlapClaim
		common := false
		for _, key := range keys {
			for _, k := range g.cards[key] {
				for _, s := range k.spans {
					for _, other := range g.cards[keys[len(keys)-1]] {
						for _, o := range other.spans {
							common = common || key != keys[len(keys)-1] && s.form == osms.FullTime && o.form == osms.FullTime &&
								max(s.from, o.from, m.Month.First()) <= min(s.until, o.until, m.Month.Last())
						}
					}
				}
			}
			claims = append(claims, OverlapClaim{g.regions[key.bin], key.bin, g.cards[key][0].first})
		}
		if common {
			found++
			if !slices.Equal(claims, want[iin.Digits()].Claims) {
				g.t.Errorf("%s: the cards of %s overlap as %v, truth says %v", m.Month, iin.Digits(), claims, want[iin.Digits()].Claims)
			}
		}
	}
	if found != len(want) {
		g.t.Errorf("%s: the cards hold %d overlaps, truth says %d", m.Month, found, len(want))
	}
}

func declaredBIN(f File, sheets []sheetRead) osms.BIN {
	texts := strings.FieldsFunc(filepath.Base(f.Path), func(r rune) bool { return r == '-' || r == '.' })
	for _, s := range sheets {
		texts = append(texts, s.name)
		for _, row := range s.rows[:min(len(s.rows), 8)] {
			for i, text := range row {
				label, value, ok := strings.Cut(text, ":")
				if ok && strings.Contains("БИН БСН BIN", label) {
					if value == "" && i+1 < len(row) {
						value = row[i+1]
					}
					texts = append(texts, value)
				}
			}
		}
	}
	for _, text := range texts {
		if b, err := osms.ParseBIN(strings.TrimSpace(text)); err == nil {
			return b
		}
	}
	return 0
}

func clean(s string) string {
	s = strings.Trim(strings.ReplaceAll(s, " ", ""), "'\u00a0")
	if len(s) >= 9 && len(s) < 12 && strings.Trim(s, "0123456789") == "" {
		s = strings.Repeat("0", 12-len(s)) + s
	}
	return s
}

func nameOf(cells map[field]string) string {
	if s, ok := cells["full_name"]; ok {
		return s
	}
	return osms.Name{Surname: cells["surname"], Given: cells["given_name"], Patronymic: cells["patronymic"]}.String()
}

func readDate(s string, from04 bool) osms.Date {
	if n, err := strconv.Atoi(s); err == nil {
		return sinceEpoch(n, from04)
	}
	if p := strings.Fields(s); len(p) == 4 && p[1] == "ж." {
		year, _ := strconv.Atoi(p[0])
		dd, _ := strconv.Atoi(p[2])
		d, _ := osms.NewDate(year, slices.Index(monthsKK[:], p[3]), dd)
		return d
	}
	d, _ := osms.ParseDate(toISO(s))
	return d
}

func formRead(s string) osms.StudyForm {
	for _, f := range []osms.StudyForm{osms.FullTime, osms.PartTime, osms.Evening, osms.Distance, osms.External} {
		for _, language := range []string{"kk", "ru", "en"} {
			if s == formWord(f, language) {
				return f
			}
		}
	}
	return ""
}

func statusRead(s string) osms.Status {
	switch s {
	case "отчислен", "отчислена", "оқудан шығарылған", "expelled":
		return osms.Expelled
	case "выпускник", "түлек", "graduated":
		return osms.Graduated
	case "ауысты", "отчислен в связи с переводом", "выбыл", "transferred out":
		return osms.TransferredOut
	case "академиялық демалыс", "академический отпуск", "academic leave":
		return osms.AcademicLeave
	case "", "оқиды", "обучается", "studying", "қабылданды", "зачислен в порядке перевода", "зачислена":
		return osms.Studying
	}
	return ""
}
