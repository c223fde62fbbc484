package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/calendar"
	"osmsd/sync/casework"
	"osmsd/sync/entitlement"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// caseOffice is a console over a small home: two schools in region 63, one in
// region 10, a few learners in each, and an account of every role.
type caseOffice struct {
	t      *testing.T
	desk   *jobs.Desk
	server *Server
	now    time.Time
	log    bytes.Buffer
	a, b   osms.BIN // of region 63
	other  osms.BIN // of region 10
	cookie map[string]string
}

func newCaseOffice(t *testing.T) *caseOffice {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "registry.db"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	home := jobs.Home{Dir: dir, Inbox: filepath.Join(dir, "inbox"), Returned: filepath.Join(dir, "returned"), Letters: filepath.Join(dir, "letters"),
		Reports: filepath.Join(dir, "reports"), Statements: filepath.Join(dir, "statements"), Archive: filepath.Join(dir, "archive")}
	archive, err := intake.OpenArchive(home.Archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(); _ = archive.Close() })
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	o := &caseOffice{t: t, cookie: map[string]string{}, a: caseSchool(t, 1), b: caseSchool(t, 2), other: caseSchool(t, 3)}
	o.desk = &jobs.Desk{Store: s, Archive: archive, Home: home, Rules: entitlement.DefaultRules(), Zone: zone, Lang: "ru", Calendar: calendar.Default(),
		CorrectWithin: 3, RostersDue: 5, DiskClock: time.Now}
	logger := slog.New(slog.NewTextHandler(&o.log, nil))
	runner := &jobs.Runner{Store: s, Clock: func() time.Time { return o.now }, Holder: "test", Log: logger}
	o.at("2026-10-05T09:30:00+05:00")
	o.server, err = New(t.Context(), Options{InForce: func() (*jobs.Desk, *jobs.Runner) { return o.desk, runner }, Log: logger, Spool: t.TempDir(), Language: "ru",
		Idle: 240 * time.Hour, Longest: 240 * time.Hour, Largest: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	o.take(0, "organisations.csv", "БИН;Наименование на русском;Қазақша атауы;Регион;Руководитель;Исполнитель;Адрес;Мекенжайы",
		o.a.Digits()+";Школа Первая;Бірінші мектеп;63;Ж. Үсенов;Қ. Іңкәр;ул. Абая, 1;Абай к-сі, 1", o.b.Digits()+";Школа Вторая;Екінші мектеп;63;Ж. Үсенов;Қ. Іңкәр;ул. Абая, 2;Абай к-сі, 2",
		o.other.Digits()+";Школа Чужая;Бөтен мектеп;10;Ж. Үсенов;Қ. Іңкәр;ул. Абая, 3;Абай к-сі, 3")
	head := "ИИН;Фамилия;Имя;Форма обучения;Уровень;Дата зачисления;БИН"
	row := func(n int, bin osms.BIN) string {
		return fmt.Sprintf("%s;Тегіев%d;Атыбек;очная;;01.09.2026;%s", caseIIN(t, n).Digits(), n, bin.Digits())
	}
	o.take(63, "63-full-2026-10-01.csv", head, row(1, o.a), row(2, o.a), row(3, o.a), row(4, o.b), row(5, o.b))
	o.take(10, "10-full-2026-10-01.csv", head, row(6, o.other), row(7, o.other))
	o.run(osms.JobLetters)
	for login, x := range map[string]osms.Account{"akimat63": {Role: osms.RoleAkimat, Region: 63}, "akimat10": {Role: osms.RoleAkimat, Region: 10},
		"admin": {Role: osms.RoleAdministrator}, "fund": {Role: osms.RoleFund}, "auditor": {Role: osms.RoleAuditor}} {
		x.Login, x.Password = login, "-"
		x, err := s.PutAccount(t.Context(), x, store.AccountAdded, "test", o.now)
		if err != nil {
			t.Fatal(err)
		}
		o.cookie[login] = newSecret()
		if err := s.BeginSession(t.Context(), digestOf(o.cookie[login]), x.ID, o.now); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *caseOffice) at(moment string) {
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		o.t.Fatal(err)
	}
	o.now = at
}

func (o *caseOffice) take(region osms.Region, name string, lines ...string) (out osms.FileReport) {
	o.t.Helper()
	return o.takeFile(region, o.written(name, lines...))
}

// takeAs wants another outcome.
func (o *caseOffice) takeAs(want osms.Outcome, region osms.Region, name string, lines ...string) osms.FileReport {
	o.t.Helper()
	out, err := o.taken(region, o.written(name, lines...))
	if err != nil || out.Outcome != want {
		o.t.Fatalf("%s: %s %v %v", name, out.Outcome, out.Error, err)
	}
	return out
}

func (o *caseOffice) written(name string, lines ...string) string {
	o.t.Helper()
	path := filepath.Join(o.t.TempDir(), name)
	if err := os.WriteFile(path, []byte("\ufeff"+strings.Join(lines, "\r\n")+"\r\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o *caseOffice) takeFile(region osms.Region, path string) osms.FileReport {
	o.t.Helper()
	out, err := o.taken(region, path)
	if err != nil || out.Outcome != osms.Applied && out.Outcome != osms.AlreadyApplied {
		o.t.Fatalf("%s: %s %v %v %v", path, out.Outcome, out.Error, out.Refusals, err)
	}
	return out
}

func (o *caseOffice) taken(region osms.Region, path string) (out osms.FileReport, err error) {
	o.t.Helper()
	_, err = o.server.Runner.Run(o.t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx context.Context, t jobs.Turn) (string, error) {
		return "", o.desk.Import(ctx, t, []string{path}, region, "", func(taken jobs.Taken) {
			if taken.Err != nil {
				o.t.Fatal(taken.Err)
			}
			out = taken.Report
		})
	})
	return out, err
}

func (o *caseOffice) run(job osms.Job) {
	o.t.Helper()
	_, err := o.server.Runner.Run(o.t.Context(), osms.Run{Job: job, Month: 202610, Trigger: "command"}, func(ctx context.Context, t jobs.Turn) (string, error) {
		return o.desk.Do(ctx, t, job, 202610, t.Progress)
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// get asks for a page as somebody; nobody's login is "".
func (o *caseOffice) get(as, path string) *httptest.ResponseRecorder {
	return o.ask(as, httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form: pairs of names and values.
func (o *caseOffice) post(as, path string, pairs ...string) *httptest.ResponseRecorder {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.ask(as, r)
}

func (o *caseOffice) ask(as string, r *http.Request) *httptest.ResponseRecorder {
	if as != "" {
		r.AddCookie(&http.Cookie{Name: o.server.sessionCookie(), Value: o.cookie[as]})
	}
	w := httptest.NewRecorder()
	o.server.ServeHTTP(w, r)
	return w
}

// page is a page that must be there; nothing in it may be a key without a text.
func (o *caseOffice) page(as, path string) string {
	o.t.Helper()
	w := o.get(as, path)
	if w.Code != http.StatusOK {
		o.t.Fatalf("%s: %d\n%s", path, w.Code, w.Body)
	}
	body := w.Body.String()
	if m := caseKeys.FindString(strings.ReplaceAll(plainText(body), "letters.texts", "")); m != "" { // a key of the configuration
		o.t.Errorf("%s: %q has no text", path, m)
	}
	return body
}

var (
	caseKeys = regexp.MustCompile(`\b(cases?|letters?|templates|organisations|refused|said|col|pick|answer|level|ground|nav)\.[a-z_]+`)
	tags     = regexp.MustCompile(`<[^>]*>`)
	nextStep = regexp.MustCompile(`name="step" value="(\w+)"`)
)

func plainText(page string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
}

// says fails when a page lacks a sentence.
func (o *caseOffice) says(page string, sentences ...string) {
	o.t.Helper()
	for _, s := range sentences {
		if !strings.Contains(plainText(page), s) {
			o.t.Errorf("%q is not on the page:\n%s", s, plainText(page))
		}
	}
}

// looks are the lines of the access log, as who, what and about whom.
func (o *caseOffice) looks() (out []string) {
	o.t.Helper()
	err := o.desk.Store.EachAccess(o.t.Context(), store.AccessesAsked{}, func(a osms.Access) error {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Who, a.What, strings.Trim(a.Person.Digits(), "0"))))
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// sound checks what must hold whatever was done: the proofs, and no personal
// number in the log.
func (o *caseOffice) sound() {
	o.t.Helper()
	v, err := o.desk.Verify(o.t.Context(), func(string, int, int) {})
	if err != nil || len(v.Findings) > 0 {
		o.t.Errorf("%v %v", v.Findings, err)
	}
	for n := range 20 {
		if strings.Contains(o.log.String(), caseIIN(o.t, n).Digits()) {
			o.t.Error("a personal number stands in the log")
		}
	}
}

// caseIIN is the n-th person, nobody's number.
func caseIIN(t *testing.T, n int) osms.IIN {
	t.Helper()
	for ; ; n += 500 {
		for check := range 10 {
			if i, err := osms.ParseIIN(fmt.Sprintf("0903146%04d%d", n, check), 0); err == nil {
				return i
			}
		}
	}
}

func caseSchool(t *testing.T, n int) osms.BIN {
	t.Helper()
	for ; ; n += 500 {
		for check := range 10 {
			if b, err := osms.ParseBIN(fmt.Sprintf("060340%05d%d", n, check)); err == nil {
				return b
			}
		}
	}
}

// handIn hands an application in at the counter and gives the case's address.
func (o *caseOffice) handIn(as string, person int, more ...string) string {
	o.t.Helper()
	form := []string{"iin", caseIIN(o.t, person).Digits(), "surname", fmt.Sprintf("Тегіев%d", person), "given", "Атыбек", "bin", o.a.Digits(), "form", "1", "identity", "1",
		"study", "1", "study_dated", "2026-10-01", "study_form", "full_time", "level", "secondary", "enrolled_on", "2026-09-01", "consent", "1", "by", "Қ. Кеңсе"}
	w := o.post(as, "/cases", append(form, more...)...)
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/cases/63-2026-") {
		o.t.Fatalf("%d %s\n%s", w.Code, to, plainText(w.Body.String()))
	}
	if strings.Contains(to, caseIIN(o.t, person).Digits()) {
		o.t.Error("a personal number in an address")
	}
	path, _, _ := strings.Cut(to, "?")
	return path
}

// step does the next step that the page offers.
func (o *caseOffice) step(path, want string, more ...string) *httptest.ResponseRecorder {
	o.t.Helper()
	m := nextStep.FindStringSubmatch(o.page("akimat63", path))
	if m == nil || m[1] != want {
		o.t.Fatalf("%s: the page offers %v, want %s", path, m, want)
	}
	o.now = o.now.Add(10 * time.Minute)
	return o.post("akimat63", path+"/step", append([]string{"step", want, "by", "Ә. Орындаушы"}, more...)...)
}

// done wants a step done.
func (o *caseOffice) done(path, step string, more ...string) {
	o.t.Helper()
	if w := o.step(path, step, more...); w.Code != http.StatusSeeOther || w.Header().Get("Location") != path+"?said=step."+step {
		o.t.Fatalf("%s: %d %s\n%s", step, w.Code, w.Header().Get("Location"), plainText(w.Body.String()))
	}
}

func (o *caseOffice) theCase(path string) jobs.CaseAt {
	o.t.Helper()
	n, err := osms.ParseCaseNumber(strings.TrimPrefix(path, "/cases/"))
	if err != nil {
		o.t.Fatal(err)
	}
	found, err := o.desk.Cases(o.t.Context(), store.CaseFilter{Number: n}, o.now)
	if err != nil || len(found) != 1 {
		o.t.Fatal(found, err)
	}
	return found[0]
}

// TestCaseToNotification: an application handed in at the counter goes through
// every step by the pages, until the letter can be printed; each look is in the
// access log.
func TestCaseToNotification(t *testing.T) {
	o := newCaseOffice(t)
	path := o.handIn("akimat63", 11)
	page := o.page("akimat63", path+"?said=caseopened")
	o.says(page, "Заявление зарегистрировано.", "Тегіев11 Атыбек", caseIIN(t, 11).Digits(), "резолюция руководителя", "Школа Первая", "0 из 20 мин", "отводится 300 мин")
	o.done(path, "resolve", "note", "Орындауға")
	o.says(o.page("akimat63", path), "Правила предлагают: уведомление", "Орындауға")
	o.done(path, "check")
	o.done(path, "sign")
	o.done(path, "issue")
	c := o.theCase(path)
	if !casework.IsClosed(c.Case) || c.Outcome != osms.CaseNotified || c.Letter == "" || c.Update == 0 {
		t.Fatalf("%+v", c.Case)
	}
	page = o.page("akimat63", path)
	o.says(page, "закрыто в срок", "уведомление № "+c.Letter, "Ә. Орындаушы", "10 из 300 мин")
	if nextStep.MatchString(page) {
		t.Error("a closed case offers a step")
	}
	if w := o.post("akimat63", path+"/step", "step", "issue", "by", "x"); w.Code != http.StatusConflict {
		t.Errorf("a step on a closed case: %d", w.Code)
	}
	if w := o.get("akimat63", letterPath(c.Letter)+"/pdf"); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "%PDF-") ||
		!strings.HasPrefix(w.Header().Get("Content-Disposition"), "inline") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	who := strings.Trim(caseIIN(t, 11).Digits(), "0")
	for _, want := range []string{"akimat63 case " + who, "akimat63 letter " + who} {
		if !slices.Contains(o.looks(), want) {
			t.Errorf("%q is not in the access log: %v", want, o.looks())
		}
	}
	o.sound()
}

// TestCaseToRefusal: on the path of four days the previous organisation is asked;
// what a step lacks is said and nothing is done; a refusal by hand needs ground
// and reason.
func TestCaseToRefusal(t *testing.T) {
	o := newCaseOffice(t)
	path := o.handIn("akimat63", 12, "previous", o.b.Digits())
	refused := func(want string, w *httptest.ResponseRecorder) {
		t.Helper()
		if w.Code != http.StatusConflict {
			t.Errorf("%q: %d", want, w.Code)
		}
		o.says(w.Body.String(), want)
	}
	o.says(o.page("akimat63", path), "рабочих дней: 4", "Школа Вторая", "запрос прежней организации")
	o.done(path, "resolve")
	o.done(path, "ask")
	o.says(o.page("akimat63", path), "Письма по делу", "запрос")
	refused("выберите ответ прежней организации", o.step(path, "answer"))
	refused("укажите день выбытия", o.step(path, "answer", "answer", "left"))
	o.done(path, "answer", "answer", "studies")
	o.says(o.page("akimat63", path), "Правила предлагают: мотивированный отказ , основание 1")
	refused("напишите причину в примечании", o.step(path, "check", "outcome", "notified"))
	refused("выберите основание отказа", o.step(path, "check", "outcome", "refused", "note", "сондықтан"))
	w := o.step(path, "check", "outcome", "refused", "ground", "2", "note", "")
	refused("напишите причину в примечании", w)
	if !strings.Contains(w.Body.String(), `name="ground" value="2" checked`) || !strings.Contains(w.Body.String(), `value="refused" selected`) {
		t.Error("what was chosen is gone")
	}
	if c := o.theCase(path); c.Step != osms.StepCheck || c.Outcome != osms.CaseOpen {
		t.Fatalf("%+v", c.Case)
	}
	o.done(path, "check", "outcome", "refused", "ground", "2", "note", "Оқу нысаны сырттай")
	o.done(path, "sign")
	o.done(path, "issue")
	c := o.theCase(path)
	if !casework.IsClosed(c.Case) || c.Outcome != osms.CaseRefused || c.Ground != osms.GroundRequirements {
		t.Fatalf("%+v", c.Case)
	}
	o.says(o.page("akimat63", letterPath(c.Letter)), "мотивированный отказ", "Оқу нысаны сырттай", "действует")
	o.says(o.page("akimat63", "/cases?show=all"), "63-2026-З-000001", "мотивированный отказ № "+c.Letter)
	if strings.Contains(o.page("akimat63", "/cases?show=all"), caseIIN(t, 12).Digits()) {
		t.Error("the list shows a whole personal number")
	}
	o.says(o.page("akimat63", "/cases/report?month=2026-10"), "Школа Первая", "2) несоответствие человека или данных требованиям: 1")
	o.sound()
}

// TestCaseWithdrawn: a case is closed without a result, with a reason; a person
// with another open case is pointed out; what lacks gets its receipt.
func TestCaseWithdrawn(t *testing.T) {
	o := newCaseOffice(t)
	path := o.handIn("admin", 13)
	again := o.handIn("admin", 13)
	o.says(o.page("admin", again), "ещё одно открытое дело: 63-2026-З-000001")
	if w := o.post("admin", path+"/step", "step", "withdraw", "by", "x"); w.Code != http.StatusConflict || o.theCase(path).Outcome != osms.CaseOpen {
		t.Errorf("without a reason: %d", w.Code)
	}
	if w := o.post("admin", path+"/step", "step", "withdraw", "by", "x", "note", "қате"); w.Code != http.StatusSeeOther || o.theCase(path).Outcome != osms.CaseWithdrawn {
		t.Errorf("%d %+v", w.Code, o.theCase(path).Case)
	}
	o.says(o.page("fund", path), "закрыто без результата", "қате")

	for _, c := range []struct{ name, value, want string }{
		{"iin", "090314600001", "Это не ИИН."}, {"bin", caseSchool(t, 77).Digits(), "нет в списке организаций"}, {"surname", "", "фамилию и имя"},
		{"study", "", "Не отмечены"}, {"received", "2027-01-01T10:00", "в будущем"}, {"identity_until", "31.12.2026", "День пишется так"}, {"by", "", "не указано, кто это делает"},
	} {
		form := url.Values{"iin": {caseIIN(t, 14).Digits()}, "surname": {"Тегіев"}, "given": {"Аты"}, "bin": {o.a.Digits()}, "form": {"1"}, "identity": {"1"}, "study": {"1"}, "by": {"x"}}
		form.Set(c.name, c.value)
		var pairs []string
		for k, v := range form {
			pairs = append(pairs, k, v[0])
		}
		w := o.post("admin", "/cases", pairs...)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: %d", c.name, c.value, w.Code)
		}
		o.says(w.Body.String(), c.want)
		if c.name != "surname" && !strings.Contains(w.Body.String(), `value="Тегіев"`) {
			t.Error("what was typed is gone")
		}
	}
	w := o.post("admin", "/cases", "iin", caseIIN(t, 14).Digits(), "surname", "Тегіев", "given", "Аты", "bin", o.a.Digits(), "form", "1", "identity", "1", "lacking", "1", "by", "x")
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	o.says(o.page("admin", to), "расписка об отказе в приёме", "нет документа об обучении")
	o.sound()
}

// TestForeignCases: an akimat finds nothing of another region, whatever it asks
// for; who only reads changes nothing.
func TestForeignCases(t *testing.T) {
	o := newCaseOffice(t)
	path := o.handIn("akimat63", 11)
	letter := "/letters/63/2026/000001"
	o.page("akimat63", letter)
	before := len(o.looks())
	for _, p := range []string{path, letter, letter + "/pdf", letter + "/docx", "/templates?bin=" + o.a.Digits(), "/letters/99/2026/1", "/letters/63/2026/x", "/cases/x"} {
		if w := o.get("akimat10", p); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
	for p, form := range map[string][]string{path + "/step": {"step", "resolve", "by", "x"}, "/templates": {"bin", o.a.Digits(), "filled", "1"},
		"/letters/print": {"letter", "63-2026-000001"}} {
		if w := o.post("akimat10", p, form...); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
	if n := len(o.looks()); n != before {
		t.Errorf("%d looks at what was not found", n-before)
	}
	if c := o.theCase(path); c.Step != osms.StepResolve {
		t.Errorf("%+v", c.Case)
	}
	if w := o.post("akimat10", "/cases", "iin", caseIIN(t, 14).Digits(), "surname", "А", "given", "Б", "bin", o.a.Digits(), "form", "1", "identity", "1", "study", "1", "by", "x"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an application in another region: %d", w.Code)
	}
	for _, p := range []string{"/cases?show=all", "/letters", "/organisations", "/templates", "/cases/report?month=2026-10"} {
		page := o.page("akimat10", p)
		if strings.Contains(page, "63-2026-") || strings.Contains(page, "Первая") || strings.Contains(page, o.a.Digits()) {
			t.Errorf("%s shows another region", p)
		}
		if w := o.get("akimat10", withRegion(p, "63")); w.Code != http.StatusForbidden {
			t.Errorf("%s of another region: %d", p, w.Code)
		}
	}
	if w := o.post("akimat10", "/letters/print", "all", "1"); w.Code != http.StatusOK || caseletterPages(t, w.Body.Bytes()) != 2 {
		t.Errorf("%d", w.Code)
	}
	for _, as := range []string{"fund", "auditor"} {
		o.page(as, path)
		for p, form := range map[string][]string{path + "/step": {"step", "resolve", "by", "x"}, "/cases": {"iin", "1"}, letter + "/annul": {"reason", "x"}, "/templates": {"bin", o.a.Digits()}} {
			if w := o.post(as, p, form...); w.Code != http.StatusForbidden {
				t.Errorf("%s %s: %d", as, p, w.Code)
			}
		}
	}
	if w := o.post("akimat63", letter+"/annul", "reason", "x"); w.Code != http.StatusForbidden {
		t.Errorf("an akimat annuls: %d", w.Code)
	}
	if w := o.get("", path); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/login") {
		t.Errorf("nobody: %d", w.Code)
	}
	o.sound()
}

// TestCaseDraft: from the check to the issue the letter of a case can be looked at;
// that takes no number and writes nothing but the look.
func TestCaseDraft(t *testing.T) {
	o := newCaseOffice(t)
	for person, refuse := range map[int]bool{14: false, 15: true} {
		path := o.handIn("akimat63", person)
		draft := path + "/draft.pdf"
		o.done(path, "resolve")
		if w := o.get("akimat63", draft); w.Code != http.StatusNotFound || strings.Contains(o.page("akimat63", path), draft) {
			t.Errorf("nothing is decided: %d", w.Code)
		}
		if refuse {
			o.done(path, "check", "outcome", "refused", "ground", "2", "note", "Оқу нысаны сырттай")
		} else {
			o.done(path, "check")
		}
		if !strings.Contains(o.page("auditor", path), draft) {
			t.Error("the page does not offer the letter")
		}
		before, _, err := o.desk.Store.RegisterTotals(t.Context(), store.LetterFilter{Region: 63})
		if err != nil {
			t.Fatal(err)
		}
		looked := len(o.looks())
		w := o.get("akimat63", draft)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "%PDF-") {
			t.Fatalf("%d\n%s", w.Code, plainText(w.Body.String()))
		}
		after, _, err := o.desk.Store.RegisterTotals(t.Context(), store.LetterFilter{Region: 63})
		if err != nil || after != before || len(o.looks()) != looked+1 {
			t.Errorf("letters %d, before %d; looks %d, before %d; %v", after, before, len(o.looks()), looked, err)
		}
		if w := o.get("akimat10", draft); w.Code != http.StatusNotFound {
			t.Errorf("another region's: %d", w.Code)
		}
		o.sound()
		o.done(path, "sign")
		o.done(path, "issue")
		if n := o.theCase(path).Letter; !strings.HasSuffix(n, fmt.Sprintf("-%06d", before+1)) {
			t.Errorf("the letter has the number %s after %d others", n, before)
		}
		if w := o.get("akimat63", draft); w.Code != http.StatusNotFound {
			t.Errorf("it was issued: %d", w.Code)
		}
		text := caseletterText(t, w.Body.Bytes())
		for _, want := range []string{fmt.Sprintf("Тегіев%d", person), "ЖОБА", "ПРОЕКТ", "Исх. № ЖОБА / ПРОЕКТ"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in the draft:\n%s", want, text)
			}
		}
	}
}

// TestLooksSayAtWhat: a line of the access log says what was looked at; a step
// writes one; the ground is shown in the reader's language and kept as it was.
func TestLooksSayAtWhat(t *testing.T) {
	o := newCaseOffice(t)
	grounds := func() (out []string) {
		err := o.desk.Store.EachAccess(t.Context(), store.AccessesAsked{}, func(a osms.Access) error {
			out = append(out, a.Ground)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	path := o.handIn("akimat63", 16)
	before := len(grounds())
	if w := o.post("akimat63", path+"/step", "step", "resolve", "by", "x"); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if got := grounds()[before:]; !slices.Equal(got, []string{"ст. 9: дело 63-2026-З-000001"}) {
		t.Errorf("a step writes %q", got)
	}
	before = len(grounds())
	o.page("fund", "/letters?region=63")
	o.page("fund", "/letters/63/2026/1")
	o.post("admin", "/templates", "bin", o.a.Digits(), "mode", "full", "filled", "1")
	o.get("akimat63", "/letters/63/2026/1/pdf")
	want := []string{"ст. 9: реестр писем, регион 63", "ст. 9: письмо 63-2026-000001", "ст. 9: шаблон " + o.a.Digits(), "ст. 9: письмо 63-2026-000001"}
	if got := grounds()[before:]; !slices.Equal(got, want) {
		t.Errorf("looked at %q, want %q", got, want)
	}
	for lang, want := range map[string]string{"kk": "9-бап: дело 63-2026-З-000001", "ru": "ст. 9: дело 63-2026-З-000001", "en": "Art. 9: дело 63-2026-З-000001"} {
		r := httptest.NewRequest(http.MethodGet, "/access", nil)
		r.AddCookie(&http.Cookie{Name: languageCookie, Value: lang})
		if w := o.ask("auditor", r); !strings.Contains(w.Body.String(), ">"+want+"<") {
			t.Errorf("%s: %q is not on the page", lang, want)
		}
	}
	o.sound()
}

// TestClosedAndHeld: a closed organisation is offered no list and no application;
// what is held says whose it is by name.
func TestClosedAndHeld(t *testing.T) {
	o := newCaseOffice(t)
	o.take(0, "closed.csv", "БИН;Наименование на русском;Қазақша атауы;Регион;Дата закрытия", o.b.Digits()+";Школа Вторая;Екінші мектеп;63;01.10.2026")
	page := o.page("akimat63", "/organisations")
	for bin, want := range map[osms.BIN]bool{o.a: true, o.b: false} {
		for _, to := range []string{"/templates?bin=", "/cases/new?bin="} {
			if strings.Contains(page, to+bin.Digits()) != want {
				t.Errorf("%s%s is offered: %t", to, bin.Digits(), !want)
			}
		}
	}
	o.desk.Breaker = registry.DefaultBreaker()
	o.takeAs(osms.Held, 63, "63-full-2026-10-02.csv", "ИИН;Фамилия;Имя;Форма обучения;Уровень;Дата зачисления;БИН",
		fmt.Sprintf("%s;Тегіев1;Атыбек;очная;;01.09.2026;%s", caseIIN(t, 1).Digits(), o.a.Digits()))
	o.says(o.page("admin", "/held"), "Школа Первая "+o.a.Digits())
	r := httptest.NewRequest(http.MethodGet, "/held", nil)
	r.AddCookie(&http.Cookie{Name: languageCookie, Value: "kk"})
	o.says(o.ask("admin", r).Body.String(), "Бірінші мектеп "+o.a.Digits())
}

func withRegion(path, region string) string {
	if strings.Contains(path, "?") {
		return path + "&region=" + region
	}
	return path + "?region=" + region
}

func caseletterPages(t *testing.T, pdf []byte) int {
	t.Helper()
	return strings.Count(caseletterText(t, pdf), "\f")
}

func caseletterText(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is missing")
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(tool, "-raw", "-enc", "UTF-8", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
