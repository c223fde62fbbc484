package web

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestFormsAgain: a form with a fault is shown again with the fault on top and
// what was typed in its fields.
func TestFormsAgain(t *testing.T) {
	o := newMoneyOffice(t)
	person := o.persons[0].Digits()
	_, body := o.post(osms.RoleFund, "/persons", 422, url.Values{"iin": {"12"}, "ground": {"check"}, "note": {"№ 7"}})
	o.has("a wrong number", body, `role="alert"`, catalogue().Text("ru", "refused.iin"), `name="iin" required value="12"`, `value="check" selected`, `name="note" value="№ 7"`)
	_, body = o.post(osms.RoleFund, "/persons", 422, url.Values{"iin": {person}, "ground": {"other"}})
	o.has("no note", body, `role="alert"`, catalogue().Text("ru", "refused.ground"), `value="`+person+`"`, `value="other" selected`)
	handle := o.server.handles.of(o.persons[0])
	_, body = o.post(osms.RoleFund, "/persons", 422, url.Values{"handle": {handle}})
	o.has("no ground", body, `name="handle" value="`+handle+`"`)
	if strings.Contains(body, person) {
		t.Error("the number of who was asked for by handle")
	}

	_, body = o.post(osms.RoleAdministrator, "/users", 422, url.Values{"login": {"nn1"}, "role": {"akimat"}, "name": {"Ахметов"}, "language": {"kk"}, "password": {"тайна"}})
	o.has("an akimat without a region", body, `role="alert"`, `name="login" value="nn1"`, `value="akimat" selected`, `value="Ахметов"`, `value="kk" lang="kk" selected`)
	if strings.Contains(body, "тайна") {
		t.Error("a password is shown")
	}
	_, body = o.post(osms.RoleAdministrator, "/users", 422, url.Values{"login": {"нет"}, "role": {"fund"}, "language": {"ru"}})
	o.has("a login that cannot be", body, `role="alert"`, `name="login" value="нет"`, `value="fund" selected`)

	_, body = o.post(osms.RoleAdministrator, "/runs", 422, url.Values{"job": {"assess"}, "refreeze": {"1"}, "month": {"2026-09"}})
	o.has("a refreeze", body, `role="alert"`, `value="2026-09"`, catalogue().Text("ru", "refused.reason"), "details class=\"more\" open")
	all, err := o.desk.Store.Imports(t.Context(), 100)
	if err != nil || len(all) == 0 {
		t.Fatalf("%v, %v", all, err)
	}
	undo := fmt.Sprintf("/imports/%d/undo", all[0].Sequence)
	_, body = o.post(osms.RoleAdministrator, undo, 422, url.Values{"replay": {"1"}})
	o.has("an undo", body, `role="alert"`, `action="`+undo+`"`, `name="replay" value="1"`)
}

// TestStatementForm: what was typed wrongly at the counter is a fault of the form;
// a request is refused where the clerk says that nothing was proved.
func TestStatementForm(t *testing.T) {
	o := newMoneyOffice(t)
	form := func(from, to, confirmed string) url.Values {
		return url.Values{"iin": {o.persons[2].Digits()}, "from": {from}, "to": {to}, "by": {"person"}, "confirmed": {confirmed}, "consent": {"1"}}
	}
	for _, c := range []struct{ from, to, confirmed, fault string }{
		{"2026-10", "2026-09", "eds", "refused.period"},
		{"1990-12", "1991-03", "eds", "refused.periodrange"},
		{"2015-01", "2026-09", "eds", "refused.periodrange"},
		{"2026-12", "2026-12", "eds", "refused.periodrange"},
		{"2026-01", "2029-12", "eds", "refused.periodrange"},
		{"2026-01", "2026-10", "", "refused.confirmed"},
	} {
		for _, path := range []string{"/statements", "/statements/give"} {
			_, body := o.post(osms.RoleFund, path, 422, form(c.from, c.to, c.confirmed))
			o.has(c.fault, body, catalogue().Text("ru", c.fault), `value="`+c.from+`"`, `value="`+c.to+`"`, o.persons[2].Digits(), `name="consent" value="1" checked`)
			if c.confirmed != "" {
				o.has(c.fault, body, `value="eds" selected`)
			}
		}
	}
	o.has("the form", o.get(osms.RoleFund, "/statements", 200), `<select name="confirmed"><option value="">—`)
	_, body := o.post(osms.RoleFund, "/statements", 200, form("2026-09", "2026-10", "none"))
	o.has("not confirmed", body, osms.ReasonNotConfirmed.In("ru"), `name="confirmed" value="none"`)
	to, _ := o.post(osms.RoleFund, "/statements/give", 303, form("2026-09", "2026-10", "none"))
	o.has("the refusal", o.get(osms.RoleFund, to, 200), osms.ReasonNotConfirmed.In("ru"))
}

// TestWayBack: a fault leads back to where the question was asked.
func TestWayBack(t *testing.T) {
	o := newMoneyOffice(t)
	for _, c := range []struct{ path, referer, back string }{
		{"/held/" + strings.Repeat("0", 64) + "/release", "", "/held"},
		{"/held/" + strings.Repeat("0", 64) + "/refuse", "https://elsewhere.kz/held", "/held"},
		{"/overlaps/1/decide", "http://example.com/overlaps?all=1&said=overlapdecided", "/overlaps?all=1"},
		{"/overlaps/1/decide", "http://example.com//elsewhere.kz", "/overlaps"},
		{"/letters/63/2026/1/annul", "", "/letters/63/2026/1"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", c.path, strings.NewReader(""))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.referer != "" {
			r.Header.Set("Referer", c.referer)
		}
		for _, cookie := range o.as(osms.RoleAdministrator) {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		o.server.ServeHTTP(w, r)
		o.has(c.path, w.Body.String(), `<a href="`+c.back+`">Назад</a>`)
	}
}
