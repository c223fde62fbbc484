package web

import (
	"context"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"osmsd/cmd/internal/words"
	"osmsd/importers/intake"
	"osmsd/importers/sheet"
	"osmsd/sync/calendar"
	"osmsd/sync/entitlement"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// moneyOffice is a console over a home of its own: a school of region 63 with
// four children, whose October is frozen, and a list of the payer that came nine
// days later and paid for one of them twice.
type moneyOffice struct {
	t       *testing.T
	now     time.Time
	desk    *jobs.Desk
	runner  *jobs.Runner
	server  *Server
	bin     osms.BIN
	persons []osms.IIN
	cookies map[osms.Role][]*http.Cookie
}

const moneyPassword = "Correct-horse-42-battery"

func newMoneyOffice(t *testing.T) *moneyOffice {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "registry.db"))
	if err != nil {
		t.Fatal(err)
	}
	home := jobs.Home{Dir: dir}
	for name, to := range map[string]*string{"inbox": &home.Inbox, "returned": &home.Returned, "letters": &home.Letters, "reports": &home.Reports,
		"statements": &home.Statements, "archive": &home.Archive} {
		*to = filepath.Join(dir, name)
	}
	archive, err := intake.OpenArchive(home.Archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(); _ = archive.Close() })
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	o := &moneyOffice{t: t, cookies: map[osms.Role][]*http.Cookie{}}
	o.desk = &jobs.Desk{Store: s, Archive: archive, Home: home, Rules: entitlement.DefaultRules(), Zone: zone, Lang: "ru",
		Rates:         []osms.StateRate{{Year: 2026, Percent: osms.Rate(2000), Base: 8_500_000}},
		CorrectWithin: 3, RostersDue: 5, Calendar: calendar.Default(), DiskClock: time.Now, Limits: sheet.Limits{},
		Drops: intake.Options{Rest: 50 * time.Millisecond}, State: jobs.State{Payer: "Государство", PayerID: "000000000000"}, Who: "nobody"}
	o.desk.Signing.File = filepath.Join(dir, "statements.key")
	log := slog.New(slog.DiscardHandler)
	o.runner = &jobs.Runner{Store: s, Clock: func() time.Time { return o.now }, Holder: "test", Log: log}
	o.server, err = New(t.Context(), Options{InForce: func() (*jobs.Desk, *jobs.Runner) { return o.desk, o.runner }, Log: log, Spool: filepath.Join(dir, "uploads"),
		Language: "ru", Version: "test", Idle: 2000 * time.Hour, Longest: 4000 * time.Hour, Largest: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	o.at("2026-11-01T09:00:00+05:00")
	o.bin = moneyBIN(t)
	o.take(0, "organisations.csv", "БИН;Наименование на русском;Қазақша атауы;Регион", o.bin.Digits()+";Школа 1;Мектеп 1;63")
	lines := []string{"ИИН;Фамилия;Имя;Отчество;Форма обучения;Статус;Дата зачисления;Дата отчисления;БИН"}
	for n := range 4 {
		o.persons = append(o.persons, moneyIIN(t, n+1))
		lines = append(lines, fmt.Sprintf("%s;ТЕГІ;АТЫ%s;;очная;;;;%s", o.persons[n].Digits(), strings.Repeat("Ү", n), o.bin.Digits()))
	}
	o.take(63, "63-full-2026-10-01.csv", lines...)
	o.run(func(ctx context.Context, t jobs.Turn) error {
		_, _, err := o.desk.Assess(ctx, t, 202610, false, "")
		return err
	})
	o.at("2026-11-10T09:00:00+05:00")
	paid := []string{"ИИН;ФИО;Период;Сумма;КНП;БИН/ИИН плательщика;Дата платежа;Референс"}
	for _, p := range append([]osms.IIN{o.persons[3]}, o.persons...) {
		paid = append(paid, p.Digits()+";Ахметов Ерлан;2026-10;1700,00;122;;05.11.2026;R1")
	}
	o.take(0, "list.csv", paid...)
	o.at("2026-11-12T09:00:00+05:00")
	return o
}

func moneyIIN(t *testing.T, serial int) osms.IIN {
	t.Helper()
	for ; ; serial += 500 {
		for check := range 10 {
			if i, err := osms.ParseIIN(fmt.Sprintf("1503145%04d%d", serial, check), 0); err == nil {
				return i
			}
		}
	}
}

func moneyBIN(t *testing.T) osms.BIN {
	t.Helper()
	for n := 1; ; n += 500 {
		for check := range 10 {
			if b, err := osms.ParseBIN(fmt.Sprintf("060340%05d%d", n, check)); err == nil {
				return b
			}
		}
	}
}

func (o *moneyOffice) at(moment string) {
	o.t.Helper()
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		o.t.Fatal(err)
	}
	o.now = at
}

func (o *moneyOffice) run(do func(context.Context, jobs.Turn) error) {
	o.t.Helper()
	if _, err := o.runner.Run(o.t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx context.Context, t jobs.Turn) (string, error) {
		return "", do(ctx, t)
	}); err != nil {
		o.t.Fatal(err)
	}
}

// take imports a file.
func (o *moneyOffice) take(region osms.Region, name string, lines ...string) {
	o.t.Helper()
	path := filepath.Join(o.t.TempDir(), name)
	if err := os.WriteFile(path, []byte("\ufeff"+strings.Join(lines, "\r\n")+"\r\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
	o.run(func(ctx context.Context, t jobs.Turn) error {
		return o.desk.Import(ctx, t, []string{path}, region, "", func(taken jobs.Taken) {
			if taken.Err != nil || taken.Report.Outcome != osms.Applied {
				o.t.Fatalf("%s: %v %s %v %v", name, taken.Err, taken.Report.Outcome, taken.Report.Error, taken.Report.Refusals)
			}
		})
	})
}

// as gives the session of somebody with a role.
func (o *moneyOffice) as(role osms.Role) []*http.Cookie {
	o.t.Helper()
	if c := o.cookies[role]; c != nil {
		return c
	}
	account := osms.Account{Login: string(role) + "1", Role: role, Password: HashPassword(moneyPassword), Language: "ru"}
	if role == osms.RoleAkimat {
		account.Region = 63
	}
	if _, err := o.desk.Store.PutAccount(o.t.Context(), account, store.AccountAdded, "test", o.now); err != nil {
		o.t.Fatal(err)
	}
	w := o.send(httptest.NewRecorder(), nil, "POST", "/login", url.Values{"login": {account.Login}, "password": {moneyPassword}})
	o.cookies[role] = w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(o.cookies[role]) == 0 {
		o.t.Fatalf("login of %s: %d %s", role, w.Code, w.Body)
	}
	return o.cookies[role]
}

type moneyRecorder interface {
	http.ResponseWriter
}

func (o *moneyOffice) send(w moneyRecorder, cookies []*http.Cookie, method, path string, form url.Values) *httptest.ResponseRecorder {
	o.t.Helper()
	r := httptest.NewRequestWithContext(o.t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	o.server.ServeHTTP(w, r)
	rec, _ := w.(*httptest.ResponseRecorder)
	return rec
}

// get asks for a page and wants a status.
func (o *moneyOffice) get(role osms.Role, path string, status int) string {
	o.t.Helper()
	w := o.send(httptest.NewRecorder(), o.as(role), "GET", path, nil)
	if w.Code != status {
		o.t.Fatalf("GET %s as %s: %d, want %d\n%s", path, role, w.Code, status, w.Body)
	}
	return w.Body.String()
}

// post sends a form and gives where it leads, or the page itself.
func (o *moneyOffice) post(role osms.Role, path string, status int, form url.Values) (location, body string) {
	o.t.Helper()
	w := o.send(httptest.NewRecorder(), o.as(role), "POST", path, form)
	if w.Code != status {
		o.t.Fatalf("POST %s as %s: %d, want %d\n%s", path, role, w.Code, status, w.Body)
	}
	return w.Header().Get("Location"), w.Body.String()
}

// looks are the lines of the access log about a person; 0: about many.
func (o *moneyOffice) looks(person osms.IIN) (out []osms.Access) {
	o.t.Helper()
	err := o.desk.Store.EachAccess(context.WithoutCancel(o.t.Context()), store.AccessesAsked{}, func(a osms.Access) error {
		if a.Person == person {
			out = append(out, a)
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *moneyOffice) has(what, page string, parts ...string) {
	o.t.Helper()
	page = strings.ReplaceAll(page, "\u00a0", " ")
	for _, p := range parts {
		if !strings.Contains(page, strings.ReplaceAll(p, "\u00a0", " ")) {
			_, main, _ := strings.Cut(page, "<main")
			o.t.Errorf("%s: no %q in\n%s", what, p, main)
		}
	}
}

// link finds the first address that a page leads to with a beginning.
func (o *moneyOffice) link(page, beginning string) string {
	o.t.Helper()
	m := regexp.MustCompile(`href="(` + regexp.QuoteMeta(beginning) + `[^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		o.t.Fatalf("no link to %s in\n%s", beginning, page)
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

// TestDrill: from a region's difference to a line, to a person, to the file that
// says so; no address on the way names anybody.
func TestDrill(t *testing.T) {
	o := newMoneyOffice(t)
	month := o.get(osms.RoleFund, "/reconciliation?month=2026-10", 200)
	o.has("the month", month, "6 800,00", "8 500,00", "1 700,00", "<svg")
	region := o.get(osms.RoleFund, o.link(month, "/reconciliation?month=2026-10&amp;region=63"), 200)
	if n := len(o.looks(0)); n != 0 {
		t.Errorf("%d looks before anybody was named", n)
	}
	line := o.get(osms.RoleFund, o.link(region, "/reconciliation/2026-10/63/paid_twice"), 200)
	o.has("the line", line, o.persons[3].Digits(), "list.csv", "строка ", "R1")
	if looks := o.looks(0); len(looks) != 1 || looks[0].What != jobs.AccessRegister || looks[0].Who != "fund1" {
		t.Errorf("looks at many: %+v", looks)
	}
	to := o.link(line, "/persons/")
	if !strings.HasSuffix(to, "?ground=reconciliation") {
		t.Errorf("leads to %s", to)
	}
	person := o.get(osms.RoleFund, to, 200)
	o.has("the person", person, o.persons[3].Digits(), "ТЕГІ", "63-full-2026-10-01.csv", "list.csv")
	lines := o.get(osms.RoleFund, to+"&lines=1", 200)
	o.has("the person's lines", lines, "1 700,00", catalogue().Text("ru", "bridge.paid_twice"))
	file := o.get(osms.RoleFund, o.link(line, "/files/"), 200)
	o.has("the file", file, "list.csv")
	for _, page := range []string{month, region, line, person, lines} {
		for _, m := range regexp.MustCompile(`(?:href|action)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			for _, p := range o.persons {
				if strings.Contains(m[1], p.Digits()) {
					t.Errorf("an address names somebody: %s", m[1])
				}
			}
		}
	}
	if body := o.get(osms.RoleFund, "/reconciliation/2026-10/63/what", 404); !strings.Contains(body, catalogue().Text("ru", "refused.line")) {
		t.Error(body)
	}
}

// TestAsOf: a report as of a day knows nothing of what came later, and a day that
// has not come cannot be asked for.
func TestAsOf(t *testing.T) {
	o := newMoneyOffice(t)
	now := o.get(osms.RoleAuditor, "/reconciliation?month=2026-10&region=63", 200)
	o.has("now", now, "8 500,00", "paid_twice")
	then := o.get(osms.RoleAuditor, "/reconciliation?month=2026-10&region=63&as_of=2026-11-05", 200)
	o.has("then", then, "-6 800,00", "05.11.2026", "as_of=2026-11-05")
	if strings.Contains(then, "paid_twice") || strings.Contains(then, "8\u00a0500,00") {
		t.Error("the list of the 10th is known on the 5th")
	}
	o.get(osms.RoleAuditor, "/reconciliation?as_of=2026-11-13", 400)
	o.get(osms.RoleAuditor, "/reconciliation?as_of=yesterday", 400)
	o.get(osms.RoleAuditor, "/reconciliation?month=2026-10&region=none", 200)
	o.get(osms.RoleAuditor, "/reconciliation?month=2026-10&region=98", 400)
	book := o.get(osms.RoleAuditor, "/reconciliation/2026-10/workbook?region=63&as_of=2026-11-05", 200)
	if !strings.HasPrefix(book, "PK") {
		t.Error("no workbook")
	}
	if pdf := o.get(osms.RoleAuditor, "/reconciliation/2026-10/summary?region=all", 200); !strings.HasPrefix(pdf, "%PDF") {
		t.Error("no PDF")
	}
}

// beforeShown notes, when the first byte is sent, how many looks were written.
type beforeShown struct {
	*httptest.ResponseRecorder
	count func() int
	seen  int
}

func (b *beforeShown) WriteHeader(code int) { b.note(); b.ResponseRecorder.WriteHeader(code) }
func (b *beforeShown) Write(p []byte) (int, error) {
	b.note()
	return b.ResponseRecorder.Write(p)
}
func (b *beforeShown) note() {
	if b.seen < 0 {
		b.seen = b.count()
	}
}

// TestPersonLooked: a person's page writes one line of the access log, before
// anything is sent; one that fails writes none; of whom nothing is shown, the
// line is a refusal.
func TestPersonLooked(t *testing.T) {
	o := newMoneyOffice(t)
	p := o.persons[0]
	to, _ := o.post(osms.RoleFund, "/persons", 303, url.Values{"iin": {" " + p.Digits()[:6] + " " + p.Digits()[6:]}, "ground": {"authority"}, "note": {"исх. № 7"}})
	if strings.Contains(to, p.Digits()) || strings.Contains(to, "7") && strings.Contains(to, "%D0%B8%D1%81%D1%85") {
		t.Errorf("the address says too much: %s", to)
	}
	if n := len(o.looks(p)); n != 0 {
		t.Errorf("%d looks before anything was shown", n)
	}
	w := &beforeShown{httptest.NewRecorder(), func() int { return len(o.looks(p)) }, -1}
	o.send(w, o.as(osms.RoleFund), "GET", to, nil)
	looks := o.looks(p)
	if w.Code != 200 || w.seen != 1 || len(looks) != 1 {
		t.Fatalf("%d: %d looks before the first byte, %d in all", w.Code, w.seen, len(looks))
	}
	want := "ст. 9: запрос суда или государственного органа: исх. № 7"
	if a := looks[0]; a.What != jobs.AccessPerson || a.Who != "fund1" || a.Ground != want || !a.At.Equal(o.now.UTC()) {
		t.Errorf("logged %+v", a)
	}
	o.has("the page", w.Body.String(), p.Digits(), "исх. № 7", "ТЕГІ", "<svg", ">1 · дети<")
	if got := categoryIn("kk", osms.Learner); got != "13 · күндізгі оқу нысаны бойынша білім алушылар" || categoryIn("en", "") != "—" || categoryIn("ru", "7") != "7" {
		t.Errorf("a category is shown as %q", got)
	}

	// What fails is not seen: a wrong day, no ground, a page that cannot be made.
	path, _, _ := strings.Cut(to, "?")
	o.get(osms.RoleFund, to+"&at=soon", 400)
	o.get(osms.RoleFund, path, 200)
	o.get(osms.RoleFund, path+"?ground=curiosity", 200)
	o.get(osms.RoleFund, path+"?ground=other", 200)
	o.get(osms.RoleFund, path+"?ground=check&note=forged", 200)
	o.get(osms.RoleFund, "/persons/AAAA?ground=check", 404)
	broken, err := template.New("layout.html").Parse(`{{.D.Nothing}}`)
	if err != nil {
		t.Fatal(err)
	}
	whole := o.server.pages["ru"]["person"]
	o.server.pages["ru"]["person"] = broken
	o.get(osms.RoleFund, to, 500)
	o.server.pages["ru"]["person"] = whole
	if n := len(o.looks(p)); n != 1 {
		t.Errorf("%d looks after pages that showed nothing", n)
	}
	for _, form := range []url.Values{{"iin": {"123"}, "ground": {"check"}}, {"iin": {p.Digits()}}, {"iin": {p.Digits()}, "ground": {"other"}},
		{"iin": {p.Digits()}, "ground": {"check"}, "note": {strings.Repeat("ә", 201)}}} {
		o.post(osms.RoleFund, "/persons", 422, form)
	}

	stranger := moneyIIN(t, 77)
	to, _ = o.post(osms.RoleFund, "/persons", 303, url.Values{"iin": {stranger.Digits()}, "ground": {"check"}})
	o.has("unknown", o.get(osms.RoleFund, to, 200), catalogue().Text("ru", "person.unknown"))
	if looks := o.looks(stranger); len(looks) != 1 || looks[0].What != jobs.AccessRefusal {
		t.Errorf("logged %+v", looks)
	}
}

// TestBlocked: an administrator blocks and unblocks; of who is blocked nothing is
// shown, and the refusal is logged.
func TestBlocked(t *testing.T) {
	o := newMoneyOffice(t)
	p := o.persons[1]
	path := "/persons/" + o.server.handles.of(p)
	o.post(osms.RoleFund, path+"/block", 403, url.Values{"reason": {"№ 12"}})
	o.post(osms.RoleAdministrator, path+"/block", 422, nil)
	o.post(osms.RoleAdministrator, path+"/block", 409, url.Values{"reason": {"№ 12"}, "lift": {"1"}})
	o.post(osms.RoleAdministrator, path+"/block", 303, url.Values{"reason": {"№ 12"}})
	o.post(osms.RoleAdministrator, path+"/block", 409, url.Values{"reason": {"№ 12"}})
	page := o.get(osms.RoleFund, path+"?ground=request", 200)
	o.has("blocked", page, catalogue().Text("ru", "refused.blocked"))
	for _, part := range []string{"ТЕГІ", p.Digits(), "list.csv", "<svg viewBox"} {
		if strings.Contains(page, part) {
			t.Errorf("shows %q of a blocked person", part)
		}
	}
	if looks := o.looks(p); len(looks) != 1 || looks[0].What != jobs.AccessRefusal {
		t.Errorf("logged %+v", looks)
	}
	line := o.get(osms.RoleFund, "/reconciliation/2026-10/63/paid_twice", 200)
	if strings.Contains(line, "Ахметов") && strings.Contains(line, p.Digits()) {
		t.Error("the line names a blocked person")
	}
	o.post(osms.RoleAdministrator, path+"/block", 303, url.Values{"reason": {"№ 13"}, "lift": {"1"}})
	o.has("unblocked", o.get(osms.RoleFund, path+"?ground=request", 200), p.Digits())
}

// TestMoneyForbidden: akimats see none of these pages, auditors change nothing.
func TestMoneyForbidden(t *testing.T) {
	o := newMoneyOffice(t)
	handle := o.server.handles.of(o.persons[0])
	for _, path := range []string{"/reconciliation", "/reconciliation/2026-10/63/paid_twice", "/reconciliation/2026-10/workbook", "/reconciliation/2026-10/summary",
		"/persons", "/persons/" + handle + "?ground=check", "/statements", "/statements/x"} {
		o.get(osms.RoleAkimat, path, 403)
	}
	for _, path := range []string{"/export", "/persons", "/persons/" + handle + "/block", "/statements", "/statements/give", "/statements/check"} {
		o.post(osms.RoleAkimat, path, 403, url.Values{"iin": {o.persons[0].Digits()}, "ground": {"check"}, "reason": {"x"}})
	}
	for _, path := range []string{"/export", "/persons/" + handle + "/block", "/statements", "/statements/give", "/statements/check"} {
		o.post(osms.RoleAuditor, path, 403, nil)
	}
	o.get(osms.RoleAuditor, "/statements", 403)
	if n := len(o.looks(o.persons[0])) + len(o.looks(0)); n != 0 {
		t.Errorf("%d looks", n)
	}
}

// TestStatements: a request is answered, its document can be fetched again and
// again, each time logged, and its code is confirmed; what lacks consent is
// refused; nothing is read before it is confirmed.
func TestStatements(t *testing.T) {
	o := newMoneyOffice(t)
	p := o.persons[2]
	form := url.Values{"iin": {p.Digits()}, "from": {"2026-09"}, "to": {"2026-11"}, "by": {"person"}, "confirmed": {"eds"}, "consent": {"1"}}
	_, confirm := o.post(osms.RoleFund, "/statements", 200, form)
	o.has("confirm", confirm, p.Digits(), "ЭЦП")
	if strings.Contains(confirm, "ТЕГІ") || len(o.looks(p)) != 0 {
		t.Error("data before it was confirmed")
	}
	to, _ := o.post(osms.RoleFund, "/statements/give", 303, form)
	looks := o.looks(p)
	if len(looks) != 1 || looks[0].What != jobs.AccessStatement || looks[0].Ground != "consent: eds" || looks[0].Who != "fund1" || looks[0].Number == "" {
		t.Fatalf("logged %+v", looks)
	}
	page := o.get(osms.RoleFund, to, 200)
	code := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`).FindString(page)
	o.has("the statement", page, looks[0].Number, p.String())
	if code == "" || strings.Contains(page, p.Digits()) || strings.Contains(page, "ТЕГІ") {
		t.Errorf("code %q, or the page names the person", code)
	}
	path, _, _ := strings.Cut(to, "?")
	for i, f := range []struct{ form, begins string }{{"pdf", "%PDF"}, {"xlsx", "PK"}, {"json", "{"}, {"pdf", "%PDF"}} {
		if got := o.get(osms.RoleFund, path+"."+f.form, 200); !strings.HasPrefix(got, f.begins) {
			t.Errorf("%s begins with %.10q", f.form, got)
		}
		if looks := o.looks(p); len(looks) != i+2 || looks[i+1].Number != "" || !strings.HasSuffix(looks[i+1].Ground, looks[0].Number) {
			t.Errorf("after %d downloads: %+v", i+1, looks)
		}
	}
	o.get(osms.RoleFund, path+".docx", 404)
	o.get(osms.RoleFund, "/statements/С-2026-0000099", 404)

	_, yes := o.post(osms.RoleFund, "/statements/check", 200, url.Values{"number": {"c" + looks[0].Number[len("С"):]}, "code": {strings.ToLower(code)}})
	o.has("the code", yes, catalogue().Text("ru", "check.yes", looks[0].Number), p.String())
	_, no := o.post(osms.RoleFund, "/statements/check", 200, url.Values{"number": {looks[0].Number}, "code": {"0000-0000-0000-0000"}})
	o.has("another code", no, catalogue().Text("ru", "check.no", looks[0].Number))
	if strings.Contains(no, p.String()) {
		t.Error("a wrong code is told whose it is")
	}

	form.Del("consent")
	refusal, _ := o.post(osms.RoleFund, "/statements/give", 303, form)
	o.has("the refusal", o.get(osms.RoleFund, refusal, 200), osms.ReasonNoConsent.In("ru"))
	if got := o.get(osms.RoleFund, refusal+".pdf", 200); !strings.HasPrefix(got, "%PDF") {
		t.Error("no PDF of the refusal")
	}
	o.get(osms.RoleFund, refusal+".xlsx", 404)

	office := url.Values{"iin": {p.Digits()}, "from": {"2026-09"}, "to": {"2026-11"}, "by": {"office"}, "ground": {"check"}}
	o.post(osms.RoleFund, "/statements/give", 303, office)
	if looks := o.looks(p); looks[len(looks)-1].Ground != "ст. 9: проверка файла" {
		t.Errorf("logged %+v", looks[len(looks)-1])
	}
	office.Set("iin", moneyIIN(t, 77).Digits())
	o.post(osms.RoleFund, "/statements/give", 404, office)
	office.Set("iin", "12")
	o.post(osms.RoleFund, "/statements", 422, office)
	list := o.get(osms.RoleFund, "/statements", 200)
	o.has("the list", list, looks[0].Number, p.String(), "согласие: ЭЦП", "отказ")
	if strings.Contains(list, p.Digits()) {
		t.Error("the list names the person")
	}
}

// TestExport: a frozen list is handed out and registered; a month that is not
// frozen is not, and nothing is left on the disk.
func TestExport(t *testing.T) {
	o := newMoneyOffice(t)
	o.post(osms.RoleFund, "/export", 409, url.Values{"month": {"2026-11"}, "format": {"csv"}})
	o.post(osms.RoleFund, "/export", 400, url.Values{"month": {"2026-10"}, "format": {"docx"}})
	for _, format := range exportFormats {
		_, list := o.post(osms.RoleFund, "/export", 200, url.Values{"month": {"2026-10"}, "region": {"63"}, "format": {format}})
		if format != "xlsx" && !strings.Contains(list, o.persons[0].Digits()) {
			t.Errorf("%s: %.200s", format, list)
		}
	}
	e, err := o.desk.Store.LastExport(t.Context(), 63, 202611, 1)
	if err != nil || e.Persons != 4 || e.Month != 202610 {
		t.Errorf("registered %+v, %v", e, err)
	}
	if looks := o.looks(0); len(looks) != len(exportFormats) {
		t.Errorf("looks %+v", looks)
	}
	left, err := os.ReadDir(o.server.Spool)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestMoneyTexts: every sentence of these pages is there in all languages, with
// the same places for arguments, and every key that their templates use exists.
func TestMoneyTexts(t *testing.T) {
	text, err := textFiles.ReadFile("texts/money.txt")
	if err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile(`%[a-z]`)
	for key, block := range words.Parse(string(text)) {
		for _, lang := range words.Languages() {
			if block[lang] == "" || fmt.Sprint(verb.FindAllString(block[lang], -1)) != fmt.Sprint(verb.FindAllString(block["en"], -1)) {
				t.Errorf("%s in %s: %q", key, lang, block[lang])
			}
		}
	}
	for _, page := range []string{"reconciliation", "behind", "persons", "person", "statements", "confirm", "statement", "check"} {
		html, err := templateFiles.ReadFile("templates/" + page + ".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bt "([a-z.]+)"`).FindAllSubmatch(html, -1) {
			if catalogue()[string(m[1])] == nil {
				t.Errorf("%s: nothing is said by %s", page, m[1])
			}
		}
	}
	for _, g := range lookGrounds {
		if catalogue()["ground."+g] == nil {
			t.Errorf("a ground without words: %s", g)
		}
	}
}
