package law_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// own is one of the program's files, to be changed as an operator would.
func own(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("data", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBasis(t *testing.T) {
	for _, c := range []struct {
		date     osms.Date
		category osms.Category
		kk, ru   string
		ours     bool
	}{
		{20180701, osms.Child, "№ 181", "№ 181", false},
		{20200310, osms.Learner, "№ 16314", "№ 16314", false},
		{20200311, osms.Learner, "№ 405-V Заңы 26-бабы 1-тармағының 13) тармақшасы", "подпункт 13) пункта 1 статьи 26", true},
		{20200311, osms.Child, "№ 405-V Заңы 26-бабы 1-тармағының 1) тармақшасы", "подпункт 1) пункта 1 статьи 26", true},
		{20261001, osms.Learner, "1-тармағының 13) тармақшасы", "подпункт 13) пункта", true},
		{20261001, osms.Child, "1-тармағының 1) тармақшасы", "подпункт 1) пункта", true},
	} {
		b := law.Basis(c.date, c.category)
		if !strings.Contains(b.KK, c.kk) || !strings.Contains(b.RU, c.ru) || b.Ours != c.ours {
			t.Errorf("basis of category %s on %s: %+v", c.category, c.date, b)
		}
		if r := law.Default().At(c.date).Basis(c.category); r != b {
			t.Errorf("the rule of %s has another basis: %+v", c.date, r)
		}
	}
	for _, date := range []osms.Date{20180701, 20261001} {
		for _, none := range []osms.Category{"", "6-1"} {
			if b := law.Basis(date, none); b != (osms.LegalBasis{}) {
				t.Errorf("category %q has a basis on %s: %+v", none, date, b)
			}
		}
	}
}

// TestRules holds what the two acts say (DOMAIN §1) on days under them and after.
func TestRules(t *testing.T) {
	for _, date := range []osms.Date{20170101, 20190301, 20200310, 20200311, 20221031, 20221101, 20261122, osms.Forever} {
		r := law.Default().At(date)
		var minutes []int
		var who []law.Role
		for _, s := range r.Steps {
			minutes, who = append(minutes, s.Minutes), append(who, s.By)
		}
		if !slices.Equal(minutes, []int{20, 20, 300, 20, 20}) || !slices.Equal(who, []law.Role{law.Office, law.Head, law.Executor, law.Head, law.Office}) {
			t.Errorf("%s: steps of %v minutes by %v", date, minutes, who)
		}
		if r.Usual.Amount != 1 || r.Elsewhere.Amount != 4 || r.Usual.Unit != law.WorkingDays || r.Automatic.Amount != 15 || r.Automatic.Unit != law.Minutes {
			t.Errorf("%s: terms %+v %+v %+v", date, r.Usual, r.Elsewhere, r.Automatic)
		}
		if len(r.Grounds) != 5 || len(r.Documents) != 3 || r.Grounds[4].Ground != osms.GroundNoConsent {
			t.Errorf("%s: %d grounds, %d documents", date, len(r.Grounds), len(r.Documents))
		}
		for _, g := range r.Grounds {
			if (g.Official == law.OfficialRU) != (date >= 20221101) {
				t.Errorf("%s: ground %d is official %q", date, g.Ground, g.Official)
			}
		}
		inForce := date <= 20200310
		if s, _ := r.Step(osms.StepCheck); (s.Official == law.OfficialKK) != inForce || (r.A.Official == law.OfficialKK) != inForce || (r.Usual.Official == law.OfficialBoth) != inForce {
			t.Errorf("%s: the regulation is taken for in force or not", date)
		}
		if (r.B.Code == "B") != (date >= 20200402) {
			t.Errorf("%s: service B is %q", date, r.B.Code)
		}
		for _, k := range osms.LetterKinds {
			if f := r.Form(string(k)); f.KK == "" || f.RU == "" {
				t.Errorf("%s: no title for %s", date, k)
			}
		}
	}
	r := law.Default().At(20190301)
	if r.Form("notification").Annex != "1" || r.Form("not_accepted").Annex != "3" || r.Form("notification").KK != "Хабарлама" {
		t.Error("forms and their annexes")
	}
	b := law.Default().At(20261122).B
	if !strings.HasPrefix(b.RU, "Предоставление информации") || len(b.Aliases) != 1 || !strings.HasPrefix(b.Aliases[0], "Выдача информации") {
		t.Errorf("service B is named %q, %q", b.RU, b.Aliases)
	}
	var acts []string
	for _, a := range law.Default().At(20200401).Acts {
		acts = append(acts, a.Number)
	}
	if !slices.Equal(acts, []string{"94-V", "405-V", "6", "69"}) {
		t.Errorf("acts of 1 April 2020: %v", acts)
	}
	if _, ok := r.Step(osms.StepHear); ok {
		t.Error("the hearing is none of the five steps")
	}
}

// TestWordings: Kazakh is Kazakh, Russian is Russian, no wording is left blank or
// ends in a stop that a letter would double, and every row says where it is from
// or what is not known.
func TestWordings(t *testing.T) {
	r := law.Default().At(20261122)
	check := func(what, kk, ru string, s law.Standing) {
		if !strings.ContainsFunc(kk, func(c rune) bool { return strings.ContainsRune("әғқңөұүһіӘҒҚҢӨҰҮҺІ", c) }) {
			t.Errorf("%s: %q is not Kazakh", what, kk)
		}
		if strings.ContainsFunc(ru, func(c rune) bool { return strings.ContainsRune("әғңөұүһіӘҒҢӨҰҮҺІ", c) }) {
			t.Errorf("%s: %q is not Russian", what, ru)
		}
		for _, text := range []string{kk, ru} {
			if strings.HasSuffix(text, ".") || strings.Contains(text, "  ") || strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Latin, c) && c != 'V' }) {
				t.Errorf("%s: %q", what, text)
			}
		}
		if s.Source == "" && s.Note == "" {
			t.Errorf("%s says neither where it is from nor what is not known", what)
		}
	}
	for _, s := range r.Steps {
		check(string(s.Step), s.KK, s.RU, s.Standing)
		check(string(s.Step)+" produces", s.ProducesKK, s.ProducesRU, s.Standing)
	}
	for _, g := range r.Grounds {
		check("ground", g.KK, g.RU, g.Standing)
	}
	for _, s := range []law.Service{r.A, r.B} {
		check("service "+s.Code, s.KK, s.RU, s.Standing)
	}
	for _, f := range r.Forms {
		if f.Code != "notification" && f.Code != "event" { // хабарлама хат has no letter of Kazakh alone
			check(f.Code, f.KK, f.RU, f.Standing)
		}
	}
	for _, d := range r.Documents {
		check(string(d.Lack), d.KK, d.RU, d.Standing)
	}
	for _, a := range r.Acts {
		check(a.ID, a.KK, a.RU, a.Standing)
	}
}

// TestOperator: an operator's file stands in the program's place, whole, and the
// version says so.
func TestOperator(t *testing.T) {
	steps := strings.ReplaceAll(own(t, "steps.csv"), ",300,", ",240,")
	grounds := own(t, "grounds.csv")
	lines := strings.Split(strings.TrimSpace(grounds), "\n")
	slices.Reverse(lines[1:])
	reordered := strings.Join(slices.Insert(lines, 1, "# turned round"), "\n")
	same, err := law.Load(map[string][]byte{"grounds.csv": []byte("\xef\xbb\xbf" + reordered)})
	if err != nil || same.Version() != law.Default().Version() || same.At(20261122).Grounds[0].Ground != 1 {
		t.Errorf("the same rows in another order: %v", err)
	}
	changed, err := law.Load(map[string][]byte{"steps.csv": []byte(steps)})
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := changed.At(20261122).Step(osms.StepCheck); s.Minutes != 240 || changed.Version() == law.Default().Version() || changed.At(20261122).Version != changed.Version() {
		t.Errorf("step 3 takes %d minutes, version %s", s.Minutes, changed.Version())
	}
	if s, _ := law.Default().At(20261122).Step(osms.StepCheck); s.Minutes != 300 {
		t.Error("the program's own texts have changed")
	}
	// A ground that a new act drops ends; it is not required.
	dropped := strings.Replace(grounds, "2022-11-01,,ru,3,", "2022-11-01,2026-12-31,ru,3,", 1)
	to, err := law.Load(map[string][]byte{"grounds.csv": []byte(dropped)})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := to.At(20261231).Ground(3); !ok {
		t.Error("ground 3 is gone too early")
	}
	if _, ok := to.At(20270101).Ground(3); ok {
		t.Error("ground 3 is still there")
	}
}

func TestFaults(t *testing.T) {
	const basis = "since,until,official,category,kk,ru,source,note\n"
	steps := own(t, "steps.csv")
	for name, c := range map[string]struct{ file, text, want string }{
		"gap":               {"basis.csv", basis + ",2020-03-10,kk,,a,b,,?\n2020-03-12,,no,,a,b,,\n", "basis.csv, line 3: 1: nothing holds from 2020-03-11 to 2020-03-11"},
		"overlap":           {"basis.csv", basis + ",2020-03-10,kk,,a,b,,?\n2020-03-10,,no,,a,b,,\n", "line 3: 13: from 2020-03-10 there are two rows"},
		"one category ends": {"basis.csv", basis + ",2020-03-10,kk,,a,b,,?\n2020-03-11,,no,1,a,b,,\n", "basis.csv: 13: a row without a last day is missing"},
		"gap of one":        {"basis.csv", basis + ",2020-03-10,kk,,a,b,,?\n2020-03-11,,no,1,a,b,,\n2020-03-12,,no,13,a,b,,\n", "line 4: 13: nothing holds"},
		"unknown first day": {"basis.csv", basis + ",,no,,a,b,,\n", "line 2: a row without a first day says in its note why"},
		"not a date":        {"basis.csv", basis + "2020-3-1,,no,,a,b,,\n", "line 2: since: \"2020-3-1\" is not a date"},
		"backwards":         {"basis.csv", basis + "2020-03-02,2020-03-01,no,,a,b,,\n", "line 2: until 2020-03-01 lies before"},
		"category":          {"basis.csv", basis + ",,no,12,a,b,,?\n", "line 2: category is \"12\""},
		"official":          {"basis.csv", basis + ",,perhaps,,a,b,,?\n", "line 2: official is \"perhaps\""},
		"no Kazakh":         {"basis.csv", basis + ",,no,,,b,,?\n", "line 2: kk is empty"},
		"columns":           {"basis.csv", "since,until\n", "basis.csv, line 1: the columns must be since,until,official,category"},
		"empty":             {"basis.csv", "", "basis.csv, line 1: the columns"},
		"quote":             {"basis.csv", basis + ",,no,,\"a,b,,?\n", "basis.csv: "},
		"short row":         {"basis.csv", basis + ",,no\n", "line 2: wrong number of fields"},
		"unknown file":      {"laws.csv", "", "laws.csv: unknown file: the files are acts.csv, "},
		"step lost":         {"steps.csv", without(steps, "2020-03-11,,no,sign,"), "steps.csv: sign: a row without a last day is missing"},
		"step order":        {"steps.csv", strings.Replace(steps, "no,sign,4,", "no,sign,5,", 1), "step sign is not number 5"},
		"no minutes":        {"steps.csv", strings.Replace(steps, ",300,", ",0,", 1), "minutes is \"0\": it must be a number from 1"},
		"who":               {"steps.csv", strings.Replace(steps, ",office,", ",clerk,", 1), "line 2: who is \"clerk\""},
		"unit":              {"terms.csv", strings.Replace(own(t, "terms.csv"), "usual,1,working_days,", "usual,1,minutes,", 1), "the term usual cannot be in minutes"},
		"minutes of a day":  {"terms.csv", strings.Replace(own(t, "terms.csv"), "minutes,from_moment", "minutes,after_day", 1), "minutes are counted from_moment"},
		"share":             {"terms.csv", strings.Replace(own(t, "terms.csv"), ",25,", ",125,", 1), "nearly_percent is \"125\""},
		"ground six":        {"grounds.csv", strings.Replace(own(t, "grounds.csv"), "no,5,", "no,6,", 1), "number is \"6\": it must be a number from 1 to 5"},
		"document":          {"documents.csv", strings.Replace(own(t, "documents.csv"), ",study_document,", ",diploma,", 1), "code is \"diploma\""},
		"form":              {"forms.csv", strings.Replace(own(t, "forms.csv"), ",covering,", ",cover,", 1), "code is \"cover\""},
	} {
		_, err := law.Load(map[string][]byte{c.file: []byte(c.text)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q is not in %v", name, c.want, err)
		}
	}
	// Every fault is listed, of every file.
	_, err := law.Load(map[string][]byte{"basis.csv": []byte(basis + ",,x,12,a,b,,?\n"), "laws.csv": nil, "terms.csv": nil})
	for _, want := range []string{"basis.csv, line 2: official", "basis.csv, line 2: category", "laws.csv", "terms.csv, line 1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

// without takes out the line that begins so.
func without(text, begin string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, begin) {
			b.WriteString(line)
		}
	}
	return b.String()
}

func FuzzLoad(f *testing.F) {
	for _, name := range law.Files() {
		f.Add(name, []byte(own(f, name)))
	}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		texts, err := law.Load(map[string][]byte{name: text})
		if err != nil {
			return
		}
		for _, date := range []osms.Date{0, 20190301, 20261122, osms.Forever} {
			r := texts.At(date)
			if r.Version == "" || len(r.Steps) > 5 || len(r.Grounds) > 5 || len(r.Documents) > 3 {
				t.Fatalf("%s: %d steps, %d grounds, %d documents", date, len(r.Steps), len(r.Grounds), len(r.Documents))
			}
		}
		if r := texts.At(osms.Forever); len(r.Steps) != 5 || r.Usual.Amount == 0 || r.Elsewhere.Amount == 0 || r.Basis(osms.Learner).KK == "" {
			t.Fatal("a rule without an end is missing")
		}
		if again, err := law.Load(map[string][]byte{name: bytes.Clone(text)}); err != nil || again.Version() != texts.Version() {
			t.Fatal("the same text has two versions")
		}
	})
}
