package web

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"osmsd/cmd/internal/words"
	"osmsd/sync/osms"
)

// TestAnnulAndReissue: a letter about a case is annulled with a reason and issued
// again; each of the two leads to the other. A notification of a bundle comes
// again with the next letters.
func TestAnnulAndReissue(t *testing.T) {
	o := newCaseOffice(t)
	path := o.handIn("akimat63", 11)
	for _, step := range []string{"resolve", "check", "sign", "issue"} {
		o.done(path, step)
	}
	old := o.theCase(path).Letter
	if w := o.post("admin", letterPath(old)+"/annul", "reissue", "1"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	w := o.post("admin", letterPath(old)+"/annul", "reason", "Аты қате жазылған", "reissue", "1")
	to, said, _ := strings.Cut(w.Header().Get("Location"), "?said=")
	if w.Code != http.StatusSeeOther || said != "reissued" || to == letterPath(old) {
		t.Fatalf("%d %s %s\n%s", w.Code, to, said, plainText(w.Body.String()))
	}
	fresh := strings.ReplaceAll(strings.TrimPrefix(to, "/letters/"), "/", "-")
	o.says(o.page("admin", to), "Взамен № "+old, "Тегіев11", "действует")
	o.says(o.page("admin", letterPath(old)), "Это письмо аннулировано.", "Причина: Аты қате жазылған.", "Вместо него выдано: № "+fresh)
	if w := o.post("admin", letterPath(old)+"/annul", "reason", "x"); w.Code != http.StatusConflict {
		t.Errorf("twice: %d", w.Code)
	}
	o.says(o.page("akimat63", path), old, fresh, "аннулировано")

	bundled := "/letters/63/2026/000001"
	o.says(o.page("admin", bundled), "Подборка №", "взамен выйдет со следующими письмами организации")
	if w := o.post("admin", bundled+"/annul", "reason", "x"); w.Header().Get("Location") != "/letters/63/2026/000001?said=reissuelater" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	o.run(osms.JobLetters)
	by := regexp.MustCompile(`Вместо него выдано: № (63-2026-\d+)`).FindStringSubmatch(plainText(o.page("admin", bundled)))
	if by == nil {
		t.Fatal(plainText(o.page("admin", bundled)))
	}
	o.says(o.page("admin", letterPath(by[1])), "Взамен № 63-2026-000001")

	page := o.page("auditor", "/letters?state=annulled")
	o.says(page, "Писем: 2, из них аннулировано: 2.", old, "63-2026-000001")
	if strings.Contains(page, fresh) {
		t.Error("a valid letter among the annulled ones")
	}
	o.sound()
}

// TestLettersTogether: the letters that are chosen, or that a filter finds, are
// one PDF with a page for each; each person's line is in the access log first, and
// whose data are blocked is left out.
func TestLettersTogether(t *testing.T) {
	o := newCaseOffice(t)
	before := len(o.looks())
	w := o.post("akimat63", "/letters/print", "letter", "63-2026-000004", "letter", "63-2026-000002")
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, plainText(w.Body.String()))
	}
	text := caseletterText(t, w.Body.Bytes())
	if n := strings.Count(text, "\f"); n != 2 || strings.Index(text, "63-2026-000004") > strings.Index(text, "63-2026-000002") {
		t.Errorf("%d pages\n%s", n, text)
	}
	if looks := o.looks()[before:]; len(looks) != 2 || !strings.HasPrefix(looks[0], "akimat63 letter 9") {
		t.Errorf("%v", looks)
	}
	for form, want := range map[string]int{"bin=" + o.a.Digits(): 3, "bin=" + o.b.Digits(): 2, "region=63": 5, "from=2026-10-05&to=2026-10-05": 7, "state=valid": 7} {
		pairs := []string{"all", "1"}
		for _, p := range strings.Split(form, "&") {
			k, v, _ := strings.Cut(p, "=")
			pairs = append(pairs, k, v)
		}
		w := o.post("fund", "/letters/print", pairs...)
		if w.Code != http.StatusOK || caseletterPages(t, w.Body.Bytes()) != want {
			t.Errorf("%s: %d, want %d pages", form, w.Code, want)
		}
		// The list finds as many as are printed.
		found := regexp.MustCompile(`Писем: (\d+),`).FindStringSubmatch(plainText(o.page("fund", "/letters?"+form)))
		if found == nil || found[1] != string(rune('0'+want)) {
			t.Errorf("%s: %v", form, found)
		}
	}
	for _, p := range []string{"state=annulled", "year=2025", "kind=refusal"} {
		k, v, _ := strings.Cut(p, "=")
		if w := o.post("fund", "/letters/print", "all", "1", k, v); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
	if w := o.post("fund", "/letters/print"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing chosen: %d", w.Code)
	}
	w = o.get("fund", "/letters/register?bin="+o.a.Digits())
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kindXLSX || !slices.Contains(o.looks(), "fund register") {
		t.Errorf("%d %v %v", w.Code, w.Header(), o.looks())
	}
	o.sound()
}

// TestLetterTexts: whoever sees all regions sees the wording in force, and a
// sample of each kind.
func TestLetterTexts(t *testing.T) {
	o := newCaseOffice(t)
	o.says(o.page("auditor", "/letters/texts"), "тексты программы")
	for _, kind := range osms.LetterKinds {
		w := o.get("fund", "/letters/texts/"+string(kind))
		if w.Code != http.StatusOK || !strings.Contains(caseletterText(t, w.Body.Bytes()), "ОБРАЗЕЦ") {
			t.Errorf("%s: %d", kind, w.Code)
		}
	}
	if w := o.get("akimat63", "/letters/texts"); w.Code != http.StatusForbidden {
		t.Errorf("an akimat: %d", w.Code)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "refusal.ru.txt"), []byte("{{define"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.desk.Wording.Folder = dir
	o.says(o.page("admin", "/letters/texts"), "В собственных текстах есть ошибки", "refusal.ru.txt")
}

// TestTemplatesAndOrganisations: an organisation is found by name and number; the
// workbook filled with its people, sent back as it is, changes nothing.
func TestTemplatesAndOrganisations(t *testing.T) {
	o := newCaseOffice(t)
	for _, search := range []string{"первая", "БІРІНШІ", o.a.Digits()[:11]} {
		page := o.page("akimat63", "/templates?search="+search)
		if !strings.Contains(page, "/templates?bin="+o.a.Digits()) || search == "первая" && strings.Contains(page, "Вторая") {
			t.Errorf("%s: %s", search, plainText(page))
		}
	}
	o.says(o.page("akimat63", "/templates?bin="+o.a.Digits()), "Школа Первая", "полный список")
	before := len(o.looks())
	w := o.post("akimat63", "/templates", "bin", o.a.Digits(), "mode", "full", "as_at", "2026-10-05", "filled", "1")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kindXLSX {
		t.Fatalf("%d %s", w.Code, plainText(w.Body.String()))
	}
	if looks := o.looks()[before:]; len(looks) != 1 || looks[0] != "akimat63 register" {
		t.Errorf("%v", looks)
	}
	path := filepath.Join(t.TempDir(), "list.xlsx")
	if err := os.WriteFile(path, w.Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := o.takeFile(63, path); r.Rows != 3 || r.Unchanged != 3 || r.Left != 0 {
		t.Errorf("%+v", r)
	}
	if w := o.post("admin", "/templates", "bin", o.other.Digits(), "mode", "delta"); w.Code != http.StatusOK || len(o.looks()) != before+1 {
		t.Errorf("an empty one: %d", w.Code)
	}
	if w := o.post("admin", "/templates", "bin", caseSchool(t, 50).Digits()); w.Code != http.StatusNotFound {
		t.Errorf("unknown, without a region: %d", w.Code)
	}
	if w := o.post("akimat63", "/templates", "bin", caseSchool(t, 50).Digits()); w.Code != http.StatusOK {
		t.Errorf("unknown, in the region: %d", w.Code)
	}
	page := o.page("auditor", "/organisations")
	o.says(page, "Организаций: 3.", "Школа Первая", "Бірінші мектеп", "Ж. Үсенов", "05.10.2026")
	if strings.Contains(page, "/templates?bin=") || strings.Contains(page, "/cases/new") {
		t.Error("an auditor is offered what only others may do")
	}
	o.says(o.page("admin", "/organisations?search=чужая"), "Организаций: 1.", o.other.Digits())
	o.says(o.page("admin", "/organisations?only=provisional"), "Такой организации не найдено.")
}

// TestCaseTexts: every key that these pages name has a text in all languages.
func TestCaseTexts(t *testing.T) {
	key := regexp.MustCompile(`(?:\bt |say\(|refused\([^,"]*, )"([a-z]+\.[a-z_.]+[a-z])"`)
	names, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	mine := regexp.MustCompile(`(case|letter|organisation|template)`)
	n := 0
	for _, name := range append(names, "cases.go", "casesteps.go", "caseopen.go", "letters.go", "templates.go") {
		if !mine.MatchString(filepath.Base(name)) {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(text), -1) {
			n++
			for _, lang := range languages() {
				if catalogue()[m[1]][lang] == "" {
					t.Errorf("%s: %s has no text in %s", name, m[1], lang)
				}
			}
		}
	}
	for _, k := range osms.LetterKinds {
		for _, key := range []string{"letters.texts.what." + string(k), "letter.kind." + string(k)} {
			if catalogue()[key]["kk"] == "" {
				t.Errorf("%s has no text", key)
			}
		}
	}
	for _, s := range []osms.CaseStep{osms.StepResolve, osms.StepAsk, osms.StepAnswer, osms.StepCheck, osms.StepHear, osms.StepSign, osms.StepIssue} {
		for _, key := range []string{"case.hint." + string(s), "said.step." + string(s), "case.step." + string(s)} {
			if catalogue()[key]["kk"] == "" {
				t.Errorf("%s has no text", key)
			}
		}
	}
	if n < 150 {
		t.Errorf("%d keys found", n)
	}
}

// TestTextsStandOnce: no two files of texts have the same key; the later would
// quietly say something else in the other's place.
func TestTextsStandOnce(t *testing.T) {
	names, err := filepath.Glob("texts/*.txt")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	in := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for key := range words.Parse(string(text)) {
			if in[key] != "" {
				t.Errorf("%s stands in %s and in %s", key, in[key], name)
			}
			in[key] = name
		}
	}
}
