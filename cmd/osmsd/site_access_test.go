package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// TestSiteAccess asks for every route as nobody, two akimats, the Fund, an
// administrator and an auditor, and compares with testdata/access.txt, which says
// in people's words who may: the program's own table is not asked. A route that
// is not in the file fails, and so does a line without a route.
func TestSiteAccess(t *testing.T) {
	s := newSite(t)
	may := accessTable(t)
	visitors := map[string]*visitor{"nobody": s.nobody(), "akimat": s.as("east"), "other akimat": s.as("west"), "fund": s.as("fonds"),
		"administrator": s.as("boss"), "auditor": s.as("control")}
	for _, pattern := range s.web.Routes() {
		allowed, ok := may[pattern]
		if !ok {
			t.Errorf("nobody says who may ask for %q", pattern)
			continue
		}
		delete(may, pattern)
		method, path, _ := strings.Cut(pattern, " ")
		path = filled(path)
		for who, v := range visitors {
			role := strings.TrimPrefix(who, "other ")
			if pattern == "POST /logout" {
				v = s.nobody() // the others stay
				if who != "nobody" {
					continue
				}
			}
			r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(""))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if strings.HasPrefix(path, "/api/") && method != http.MethodGet {
				r.Header.Set("Content-Type", "application/json")
			}
			resp, err := v.client.Do(r)
			if err != nil {
				t.Errorf("%s as %s: %v", pattern, who, err)
				continue
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			toLogin := resp.StatusCode == http.StatusSeeOther && strings.HasPrefix(resp.Header.Get("Location"), "/login")
			kept := resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusUnauthorized || toLogin && pattern != "POST /logout"
			want := slices.Contains(allowed, role) || slices.Contains(allowed, "everybody") && who != "nobody" || slices.Contains(allowed, "nobody")
			if pattern == "POST /login" && resp.StatusCode == http.StatusUnauthorized {
				kept = false // an empty login is a wrong one
			}
			if kept == want {
				t.Errorf("%s as %s: %d %s, allowed is %v", pattern, who, resp.StatusCode, resp.Header.Get("Location"), allowed)
			}
			if toLogin && bytes.Contains(body, []byte("<main")) {
				t.Errorf("%s as %s: sent to the login, and a page with it", pattern, who)
			}
			if resp.StatusCode >= 500 && resp.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("%s as %s: %d", pattern, who, resp.StatusCode)
			}
			if who == "nobody" && kept && strings.HasPrefix(path, "/api/") && resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s as nobody: %d", pattern, resp.StatusCode)
			}
		}
	}
	for pattern := range may {
		t.Errorf("there is no route %q", pattern)
	}
}

// accessTable reads who may ask for what.
func accessTable(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/access.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		pattern, who, ok := strings.Cut(line, ":")
		if !ok || out[pattern] != nil {
			t.Fatalf("access.txt: %q", line)
		}
		out[pattern] = strings.Fields(who)
	}
	return out
}

var wild = regexp.MustCompile(`\{[^}]*\}`)

// filled puts something into the places of a pattern that is nobody's.
func filled(path string) string {
	return wild.ReplaceAllStringFunc(path, func(place string) string {
		switch strings.Trim(place, "{}.$") {
		case "":
			return ""
		case "hash":
			return strings.Repeat("0", 64)
		case "month":
			return "2026-10"
		case "region":
			return "63"
		case "year":
			return "2026"
		case "topic":
			return "nothing-1"
		}
		return "999999"
	})
}

// TestSiteSessions: a session ends when it should, at once, and nothing of it is
// good afterwards.
func TestSiteSessions(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	login := func(name string) *visitor { return s.as(name) }
	kept := func(v *visitor) bool { code, _, _ := v.get("/month"); return code != http.StatusOK }
	account := func(name string) osms.Account {
		x, err := s.home.desk.Store.AccountNamed(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}

	v := login("fonds")
	if kept(v) {
		t.Fatal("not logged in")
	}
	change := func(name, what string, change func(*osms.Account)) {
		_, err := s.home.desk.Store.ChangeAccount(ctx, account(name).ID, what, "test", *s.now, func(x *osms.Account) error { change(x); return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	change("fonds", store.AccountChanged, func(x *osms.Account) { x.Role, x.Region = osms.RoleAkimat, 63 })
	if !kept(v) {
		t.Error("a session outlived a change of role")
	}
	v = login("control")
	change("control", store.AccountDisabled, func(x *osms.Account) { x.Disabled = true })
	if !kept(v) {
		t.Error("a session outlived its account")
	}
	v = s.nobody()
	if code, _, _ := v.post("/login", url.Values{"login": {"control"}, "password": {sitePassword}}); code != http.StatusUnauthorized {
		t.Errorf("a disabled account logs in: %d", code)
	}

	// Logged out, the cookie is worth nothing, wherever it was copied to.
	v = login("east")
	stolen := s.nobody()
	u, _ := url.Parse(s.url)
	stolen.client.Jar.SetCookies(u, v.client.Jar.Cookies(u))
	if kept(stolen) {
		t.Fatal("the copy is no session")
	}
	v.post("/logout", nil)
	if !kept(stolen) {
		t.Error("a session outlived the logout")
	}

	// Unused for too long, and used for too long.
	v = login("west")
	*s.now = s.now.Add(s.app.cfg.Console.Idle + 1e9)
	if !kept(v) {
		t.Error("a session is not ended when it is not used")
	}
	v = login("west")
	for range int(s.app.cfg.Console.Longest/s.app.cfg.Console.Idle) * 2 {
		*s.now = s.now.Add(s.app.cfg.Console.Idle/2 + 1e9)
		v.get("/month")
	}
	if !kept(v) {
		t.Error("a session lives for ever")
	}
	// A cookie of 64 KB, or a made-up one, is nobody's.
	for _, value := range []string{strings.Repeat("x", 20<<10), "x", strings.Repeat("A", 43)} {
		v = s.nobody()
		v.client.Jar.SetCookies(u, []*http.Cookie{{Name: "osmsd-session", Value: value}})
		if code, _, where := v.get("/month"); code != http.StatusSeeOther || !strings.HasPrefix(where, "/login") {
			t.Errorf("a cookie of %d bytes: %d %s", len(value), code, where)
		}
	}
}

// TestSiteGuessing: who guesses is slowed down, by login and by address, and a
// restart forgives nothing.
func TestSiteGuessing(t *testing.T) {
	s := newSite(t)
	guess := func(s *site, login, password string) int {
		code, _, _ := s.nobody().post("/login", url.Values{"login": {login}, "password": {password}})
		return code
	}
	for i := range 8 {
		if code := guess(s, "boss", fmt.Sprint("guess ", i)); code != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d", i, code)
		}
	}
	if code := guess(s, "boss", sitePassword); code != http.StatusTooManyRequests {
		t.Errorf("after eight guesses: %d", code)
	}
	if code := guess(s, "fonds", sitePassword); code != http.StatusSeeOther {
		t.Errorf("somebody else: %d", code)
	}
	again := serveSite2(s)
	if code := guess(again, "boss", sitePassword); code != http.StatusTooManyRequests {
		t.Errorf("after a restart: %d", code)
	}
	*again.now = again.now.Add(3 * 60e9)
	if code := guess(again, "boss", sitePassword); code != http.StatusSeeOther {
		t.Errorf("three minutes later: %d", code)
	}
	// What was typed as a login is never kept: it may be anything.
	guess(again, "061211601593", "x")
	if strings.Contains(again.log.String()+s.log.String(), "061211601593") {
		t.Error("the log holds what was typed")
	}
}

// TestSiteStrangers: requests of other sites and under other names are refused,
// and every answer has the headers that keep the browser from doing harm.
func TestSiteStrangers(t *testing.T) {
	s := newSite(t)
	v := s.as("boss")
	for name, header := range map[string][2]string{"other site": {"Sec-Fetch-Site", "cross-site"}, "other origin": {"Origin", "https://evil.example"}} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/logout", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header[0], header[1])
		if code, body, _ := v.do(r); code != http.StatusForbidden || !strings.Contains(body, "чужого сайта") {
			t.Errorf("%s: %d", name, code)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/month", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example"
	if code, _, _ := v.do(r); code != http.StatusMisdirectedRequest {
		t.Errorf("under another name: %d", code)
	}
	for _, path := range []string{"/month", "/login", "/nothing", "/api/v1/nothing", "/files/999999"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := v.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		h := resp.Header
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Cache-Control") != "no-store" || h.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %v", path, h)
		}
	}
	// Nothing leads away: not after a login, not after a change of language.
	for _, to := range []string{"//evil.example/", "https://evil.example/", `/\evil.example`, "/\t/evil.example"} {
		if _, _, where := s.nobody().post("/login", url.Values{"login": {"fonds"}, "password": {sitePassword}, "to": {to}}); where != "/" {
			t.Errorf("%q leads to %q", to, where)
		}
		if _, _, where := v.post("/language", url.Values{"lang": {"kk"}, "back": {to}}); where != "/" {
			t.Errorf("%q leads to %q", to, where)
		}
	}
}
