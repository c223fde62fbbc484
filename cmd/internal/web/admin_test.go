package web

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// run waits for the end of a run that a page led to.
func (o *moneyOffice) ended(location string) osms.Run {
	o.t.Helper()
	var id int64
	if _, err := fmt.Sscanf(location, "/runs/%d", &id); err != nil {
		o.t.Fatalf("led to %q", location)
	}
	for range 400 {
		r, err := o.desk.Store.RunNumbered(o.t.Context(), id)
		if err != nil {
			o.t.Fatal(err)
		}
		if r.State != osms.Running {
			return r
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.t.Fatalf("run %d does not end", id)
	return osms.Run{}
}

// TestRunsPages: a dry run does nothing, a run goes on after the request, and what
// it wrote can be taken by its name and by no other.
func TestRunsPages(t *testing.T) {
	o := newMoneyOffice(t)
	last := func() int64 {
		n, err := o.desk.Store.LastSequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := last()
	_, body := o.post(osms.RoleAdministrator, "/runs", 200, url.Values{"job": {"letters"}, "month": {"2026-10"}, "dry": {"1"}})
	o.has("the dry run", body, "было бы написано уведомлений", "<strong>4</strong>", "ничего не записано")
	if n := last(); n != before+1 { // the administrator's account
		t.Errorf("a dry run moved the register from %d to %d", before, n)
	}
	location, _ := o.post(osms.RoleAdministrator, "/runs", 303, url.Values{"job": {"reconcile"}, "month": {"2026-10"}})
	r := o.ended(location)
	if r.State != osms.Done || r.Who != "administrator1" || r.Trigger != jobs.ChannelConsole || r.Month != 202610 {
		t.Errorf("%+v", r)
	}
	page := o.get(osms.RoleFund, location, 200)
	o.has("the run", page, "administrator1", "разница 1 700,00", "книга сверки", "сверка на одной странице")
	looks := len(o.looks(0))
	for _, ext := range []string{".xlsx", ".pdf"} {
		name := regexp.MustCompile(`/artefacts/([^"]+` + regexp.QuoteMeta(ext) + `)"`).FindStringSubmatch(page)
		if name == nil {
			t.Fatal("no artefact", ext)
		}
		if data := o.get(osms.RoleFund, location+"/artefacts/"+name[1], 200); len(data) < 1000 {
			t.Errorf("%s: %d bytes", name[1], len(data))
		}
	}
	if n := len(o.looks(0)); n != looks+2 {
		t.Errorf("%d looks for two documents", n-looks)
	}
	for _, name := range []string{"registry.db", "..%2f..%2fregistry.db", "reconciliation-2026-10-000001.xlsx"} {
		o.get(osms.RoleFund, location+"/artefacts/"+name, 404)
	}
	location, _ = o.post(osms.RoleAdministrator, "/runs", 303, url.Values{"job": {"letters"}, "month": {"2026-10"}})
	if r = o.ended(location); r.State != osms.Done {
		t.Errorf("%+v", r)
	}
	page = o.get(osms.RoleAuditor, location, 200)
	o.has("the letters", page, "подборка уведомлений", "писем: 4")
	o.get(osms.RoleAuditor, o.link(page, location+"/artefacts/"), 200)

	o.post(osms.RoleAdministrator, "/runs", 422, url.Values{"job": {"assess"}, "refreeze": {"1"}, "month": {"2026-10"}})
	location, _ = o.post(osms.RoleAdministrator, "/runs", 303, url.Values{"job": {"assess"}, "refreeze": {"1"}, "month": {"2026-10"}, "reason": {"бұйрық"}})
	if r = o.ended(location); r.State != osms.Done || r.Message != "version 2" {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct {
		role   osms.Role
		form   url.Values
		status int
	}{
		{osms.RoleAdministrator, url.Values{"job": {"undo"}}, 400},
		{osms.RoleAdministrator, url.Values{"job": {"letters"}, "month": {"x"}}, 400},
		{osms.RoleFund, url.Values{"job": {"letters"}}, 403},
		{osms.RoleAuditor, url.Values{"job": {"letters"}, "dry": {"1"}}, 403},
		{osms.RoleAkimat, url.Values{"job": {"letters"}}, 403},
	} {
		o.post(c.role, "/runs", c.status, c.form)
	}
	o.get(osms.RoleAkimat, "/runs", 403)
	o.get(osms.RoleFund, "/runs?before=2", 200)
	o.get(osms.RoleFund, "/runs/999", 404)
}

// TestRunBusyAndCancelled: a second run is told at once that somebody works; a run
// of this process can be ended, one of another cannot.
func TestRunBusyAndCancelled(t *testing.T) {
	o := newMoneyOffice(t)
	o.as(osms.RoleAdministrator)
	id, err := o.server.startRun(osms.Run{Job: osms.JobCases, Trigger: "console", Who: "x"}, func(ctx context.Context, _ jobs.Turn) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	page := o.get(osms.RoleFund, "/runs", 200)
	o.has("under way", page, "Идёт сейчас", "data-live=\"/live/run-")
	if strings.Contains(page, "/cancel") {
		t.Error("the Fund is offered to cancel")
	}
	o.post(osms.RoleAdministrator, "/runs", 503, url.Values{"job": {"letters"}, "month": {"2026-10"}})
	to := fmt.Sprintf("/runs/%d", id)
	o.post(osms.RoleFund, to+"/cancel", 403, nil)
	location, _ := o.post(osms.RoleAdministrator, to+"/cancel", 303, nil)
	r := o.ended(strings.TrimSuffix(location, "?said=cancelling"))
	if r.State != osms.Interrupted || r.Message != "cancelled by administrator1" {
		t.Errorf("%+v", r)
	}
	o.has("the cancelled run", o.get(osms.RoleFund, to, 200), "прервана", "остановил: administrator1")
	o.post(osms.RoleAdministrator, to+"/cancel", 409, nil)
	other, err := o.desk.Store.BeginRun(t.Context(), osms.Run{Job: osms.JobCases, Trigger: "command", Started: o.now})
	if err != nil {
		t.Fatal(err)
	}
	_, body := o.post(osms.RoleAdministrator, fmt.Sprintf("/runs/%d/cancel", other.ID), 409, nil)
	o.has("another process's", body, "в другом процессе")
	o.has("another process's", o.get(osms.RoleFund, fmt.Sprintf("/runs/%d", other.ID), 200), "в другом процессе")
}

// TestUsersPages: an account from its beginning to its end, and what an
// administrator cannot do.
func TestUsersPages(t *testing.T) {
	o := newMoneyOffice(t)
	secret := regexp.MustCompile(`<code>([a-z0-9]{5}(?:-[a-z0-9]{5}){3})</code>`)
	form := url.Values{"login": {"Educ.VKO"}, "role": {"akimat"}, "region": {"63"}, "language": {"kk"}, "name": {"Білім басқармасы"}}
	_, body := o.post(osms.RoleAdministrator, "/users", 200, form)
	m := secret.FindStringSubmatch(body)
	if m == nil {
		t.Fatal("no password in", body)
	}
	x, err := o.desk.Store.AccountNamed(t.Context(), "educ.vko")
	if err != nil || x.Region != 63 || !x.Expired || strings.Contains(x.Password, m[1]) {
		t.Fatalf("%+v, %v", x, err)
	}
	page := o.get(osms.RoleAdministrator, "/users", 200)
	o.has("the list", page, "educ.vko", "Білім басқармасы", "должен сменить пароль")
	if strings.Contains(page, m[1]) {
		t.Error("the password is shown again")
	}
	to := fmt.Sprintf("/users/%d", x.ID)
	o.post(osms.RoleAdministrator, "/users", 409, form)
	for _, bad := range []url.Values{
		{"login": {"123456789012"}, "role": {"fund"}, "language": {"ru"}},
		{"login": {"nn"}, "role": {"akimat"}, "language": {"ru"}},
		{"login": {"nn"}, "role": {"king"}, "language": {"ru"}},
	} {
		o.post(osms.RoleAdministrator, "/users", 422, bad)
	}
	login := func(password string) int {
		return o.send(httptest.NewRecorder(), nil, "POST", "/login", url.Values{"login": {"educ.vko"}, "password": {password}}).Code
	}
	if code := login(m[1]); code != http.StatusSeeOther {
		t.Errorf("login: %d", code)
	}
	_, body = o.post(osms.RoleAdministrator, to+"/password", 200, nil)
	if again := secret.FindStringSubmatch(body); again == nil || again[1] == m[1] || login(m[1]) == http.StatusSeeOther || login(again[1]) != http.StatusSeeOther {
		t.Error("the new password is not the one that is good")
	}
	o.post(osms.RoleAdministrator, to, 303, url.Values{"role": {"fund"}, "language": {"en"}, "region": {"63"}})
	if x, _ = o.desk.Store.AccountNumbered(t.Context(), x.ID); x.Role != osms.RoleFund || x.Region != 0 {
		t.Errorf("%+v", x)
	}

	o.post(osms.RoleAdministrator, to+"/tokens", 422, url.Values{"name": {"1C"}, "days": {"10"}})
	_, body = o.post(osms.RoleAdministrator, to+"/tokens", 200, url.Values{"name": {"1C"}, "days": {"10"}, "scope": {"read", "upload"}})
	if !regexp.MustCompile(`<code>osmsd_[^<]+</code>`).MatchString(body) {
		t.Error("no token in", body)
	}
	tokens, err := o.desk.Store.Tokens(t.Context(), x.ID)
	if err != nil || len(tokens) != 1 || len(tokens[0].Scopes) != 2 {
		t.Fatalf("%+v, %v", tokens, err)
	}
	o.has("the user", o.get(osms.RoleAdministrator, to, 200), "1C", "чтение, отправка файлов")
	revoke := fmt.Sprintf("%s/tokens/%d/revoke", to, tokens[0].ID)
	o.post(osms.RoleAdministrator, revoke, 303, nil)
	o.post(osms.RoleAdministrator, revoke, 404, nil)

	o.post(osms.RoleAdministrator, to+"/disable", 303, nil)
	o.has("disabled", o.get(osms.RoleAdministrator, to, 200), "отключён")
	o.post(osms.RoleAdministrator, to+"/enable", 303, nil)
	me, err := o.desk.Store.AccountNamed(t.Context(), "administrator1")
	if err != nil {
		t.Fatal(err)
	}
	self := fmt.Sprintf("/users/%d", me.ID)
	_, body = o.post(osms.RoleAdministrator, self+"/disable", 409, nil)
	o.has("oneself", body, "Свою учётную запись")
	o.post(osms.RoleAdministrator, self, 409, url.Values{"role": {"auditor"}, "language": {"ru"}})
	for _, role := range []osms.Role{osms.RoleFund, osms.RoleAuditor, osms.RoleAkimat} {
		o.get(role, "/users", 403)
		o.post(role, self+"/disable", 403, nil)
	}
	changes, err := o.desk.Store.AccountChanges(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, c := range changes {
		if c.Account == x.ID {
			if c.Who != "administrator1" {
				t.Errorf("%+v", c)
			}
			said += " " + c.What
		}
	}
	if said != " added password changed token token_revoked disabled enabled" {
		t.Error(said)
	}
}

// TestLastAdministrator: whoever asks, somebody who may decide is left.
func TestLastAdministrator(t *testing.T) {
	o := newMoneyOffice(t)
	o.as(osms.RoleAdministrator)
	me, err := o.desk.Store.AccountNamed(t.Context(), "administrator1")
	if err != nil {
		t.Fatal(err)
	}
	q := &ask{s: o.server, r: httptest.NewRequestWithContext(t.Context(), "POST", "/", nil), desk: o.desk, account: osms.Account{ID: 999, Role: osms.RoleAdministrator}}
	disable := func() error {
		_, err := q.change(me.ID, store.AccountDisabled, func(x *osms.Account) error { x.Disabled = true; return nil })
		return err
	}
	if err := disable(); err == nil || !strings.Contains(err.Error(), "last active") {
		t.Error(err)
	}
	if _, err := o.desk.Store.PutAccount(t.Context(), osms.Account{Login: "second", Role: osms.RoleAdministrator, Password: "x"}, store.AccountAdded, "test", o.now); err != nil {
		t.Fatal(err)
	}
	if err := disable(); err != nil {
		t.Error(err)
	}
}

// TestAuditPages: the chain, a verification, a statement's code and file, and the
// auditor's workbook.
func TestAuditPages(t *testing.T) {
	o := newMoneyOffice(t)
	page := o.get(osms.RoleAuditor, "/audit", 200)
	_, head, _, err := o.desk.Store.ChainEnd(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.has("the log", page, head, "принят файл", "63-full-2026-10-01.csv", "зафиксирован месяц", "решение о пользователе: добавлен", "auditor1")
	location, _ := o.post(osms.RoleAuditor, "/audit/verify", 303, nil)
	for range 400 {
		if page = o.get(osms.RoleAuditor, location, 200); !strings.Contains(page, "data-live") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.has("the verification", page, "Всё сходится", head, "Людей</dt><dd>4")

	s, err := o.desk.IssueTo(t.Context(), "x", "ground", o.persons[0], 202610, 202610, o.now)
	if err != nil {
		t.Fatal(err)
	}
	_, body := o.post(osms.RoleAuditor, "/audit/code", 200, url.Values{"number": {s.Number}, "code": {"AAAA-AAAA"}})
	o.has("a wrong code", body, "не выдавалась")
	if looks := o.looks(o.persons[0]); looks[len(looks)-1].Who != "auditor1" || looks[len(looks)-1].What != jobs.AccessCode {
		t.Errorf("%+v", looks)
	}
	o.post(osms.RoleAuditor, "/audit/code", 422, url.Values{"number": {s.Number}})

	w := o.send(httptest.NewRecorder(), o.as(osms.RoleAuditor), "POST", "/audit/pack", url.Values{"month": {"2026-10"}})
	if z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len())); w.Code != 200 || err != nil || len(z.File) < 10 {
		t.Errorf("the workbook: %d, %v", w.Code, err)
	}
	for _, role := range []osms.Role{osms.RoleFund, osms.RoleAkimat} {
		o.get(role, "/audit", 403)
		o.post(role, "/audit/verify", 403, nil)
		o.post(role, "/audit/pack", 403, nil)
		o.get(role, "/live/verify-1", 403)
	}
}

// TestAccessPage: who looked, masked; of one person whole, by an address that
// names nobody, and with a line of its own.
func TestAccessPage(t *testing.T) {
	o := newMoneyOffice(t)
	for i, who := range []string{"boss", "clerk", "boss"} {
		if err := o.desk.Note(t.Context(), osms.Access{At: o.now, Who: who, What: jobs.AccessPerson, Person: o.persons[i%2], Ground: "ст. 9"}); err != nil {
			t.Fatal(err)
		}
	}
	page := o.get(osms.RoleAuditor, "/access", 200)
	o.has("all", page, "boss", "clerk", o.persons[0].String())
	if strings.Contains(page, o.persons[0].Digits()) {
		t.Error("a whole number among many")
	}
	location, _ := o.post(osms.RoleAuditor, "/access", 303, url.Values{"iin": {o.persons[1].Digits()}})
	if strings.Contains(location, o.persons[1].Digits()) {
		t.Error(location)
	}
	page = o.get(osms.RoleAuditor, location, 200)
	o.has("one", page, o.persons[1].Digits(), "clerk", "auditor1", "журнал доступа")
	if strings.Contains(page, "boss") {
		t.Error("a look at somebody else is listed")
	}
	if page = o.get(osms.RoleAuditor, "/access?who=clerk", 200); strings.Contains(page, ">boss<") {
		t.Error("another's look is listed")
	}
	o.post(osms.RoleAuditor, "/access", 422, url.Values{"iin": {"123"}})
	o.post(osms.RoleAuditor, "/access", 422, url.Values{"who": {o.persons[1].Digits()}})
	o.get(osms.RoleAuditor, "/access?from=tomorrow", 400)
	o.get(osms.RoleAuditor, "/access?person=forged", 404)
	o.get(osms.RoleFund, "/access", 403)
	o.get(osms.RoleAkimat, "/access", 403)
}

// TestOverlapsPages: the Fund sees both sides and decides; an akimat sees its own
// side, and of the other and of the person nothing.
func TestOverlapsPages(t *testing.T) {
	o := newMoneyOffice(t)
	var other osms.BIN
	for n := 0; other == 0; n++ {
		if b, err := osms.ParseBIN(fmt.Sprintf("0603400099%02d", n)); err == nil {
			other = b
		}
	}
	o.take(0, "others.csv", "БИН;Наименование на русском;Қазақша атауы;Регион", other.Digits()+";Другая школа;Басқа мектеп;10")
	o.take(10, "10-delta-2026-10-05.csv", "ИИН;Фамилия;Имя;Отчество;Форма обучения;Статус;Дата зачисления;Дата отчисления;БИН",
		o.persons[0].Digits()+";ТЕГІ;АТЫ;;очная;;05.10.2026;;"+other.Digits())
	page := o.get(osms.RoleFund, "/overlaps?month=2026-10", 200)
	o.has("both sides", page, o.bin.Digits(), other.Digits(), "Другая школа", o.persons[0].String(), "открыто", "/overlaps/1/decide")
	if len(o.looks(0)) == 0 {
		t.Error("no line of the access log")
	}
	own := o.get(osms.RoleAkimat, "/overlaps?month=2026-10", 200)
	o.has("one side", own, o.bin.Digits(), "Школа 1", "четырёх рабочих дней")
	for _, secret := range []string{other.Digits(), "Другая школа", "05.10.2026", o.persons[0].String(), o.persons[0].Digits(), "/persons/", "/decide"} {
		if _, main, _ := strings.Cut(own, "<main"); strings.Contains(main, secret) {
			t.Errorf("an akimat is shown %q", secret)
		}
	}
	o.get(osms.RoleAkimat, "/overlaps?month=2026-10&region=10", 403)
	o.post(osms.RoleAkimat, "/overlaps/1/decide", 403, url.Values{"keep": {o.bin.Digits()}, "reason": {"x"}})
	o.post(osms.RoleAuditor, "/overlaps/1/decide", 403, url.Values{"keep": {o.bin.Digits()}, "reason": {"x"}})
	o.post(osms.RoleFund, "/overlaps/1/decide", 422, url.Values{"keep": {other.Digits()}})
	o.post(osms.RoleFund, "/overlaps/1/decide", 422, url.Values{"keep": {"060340001234"}, "reason": {"x"}})
	o.post(osms.RoleFund, "/overlaps/77/decide", 404, url.Values{"keep": {other.Digits()}, "reason": {"x"}})
	o.post(osms.RoleFund, "/overlaps/1/decide", 409, url.Values{"withdraw": {"1"}, "reason": {"x"}})
	location, _ := o.post(osms.RoleFund, "/overlaps/1/decide", 303, url.Values{"keep": {other.Digits()}, "reason": {"бұйрық № 7"}, "month": {"2026-10"}})
	o.has("decided", o.get(osms.RoleFund, location, 200), "решено Фондом", "бұйрық № 7", "Решение внесено")
	location, _ = o.post(osms.RoleFund, "/overlaps/1/decide", 303, url.Values{"withdraw": {"1"}, "reason": {"қате"}, "month": {"2026-10"}})
	o.has("withdrawn", o.get(osms.RoleFund, location, 200), "открыто", "Решение отозвано")
}

// TestSettingsPage: sections, changes and what is unverified, in each language;
// every text that is asked for exists.
func TestSettingsPage(t *testing.T) {
	o := newMoneyOffice(t)
	o.server.Settings = func(string) []SettingGroup {
		return []SettingGroup{{Section: "", Items: []Setting{{Key: "language", Value: "kk", Default: "ru", Changed: true}}},
			{Section: "policy", Items: []Setting{{Key: "policy.category1_first", Value: "true", Unverified: true}}},
			{Section: "retention", Items: []Setting{{Key: "retention.rows", Value: "0", Unverified: true}, {Key: "retention.letters", Value: "0", Unverified: true}}}}
	}
	page := o.get(osms.RoleAuditor, "/settings", 200)
	o.has("settings", page, "policy.category1_first", "по умолчанию: ru", "К какой категории", "пока срок не задан", "Отличаются от умолчания: 1", "Сроки хранения")
	if n := strings.Count(page, "пока срок не задан"); n != 1 {
		t.Errorf("said %d times", n)
	}
	o.get(osms.RoleAkimat, "/settings", 403)
}
