package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"osmsd/cmd/internal/web"
	"osmsd/config"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// site is a console over a home of its own, with an account of every role.
type site struct {
	t    testing.TB
	app  *app
	home *opened
	web  *web.Server
	url  string
	log  *lockedBuffer
	now  *time.Time
}

// sitePassword is everybody's at a site.
const sitePassword = "алты алаш ардағы"

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// demoHome is a home in which the demonstration ran, made once.
var demoHome = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "osmsd-site-")
	if err != nil {
		return "", err
	}
	home := filepath.Join(dir, "home")
	var out, errs bytes.Buffer
	if code := Main(context.Background(), []string{"--home", home, "demo", "--persons", "400", "--regions", "2", "--months", "1"},
		Surroundings{Stdout: &out, Stderr: &errs, Env: func(string) (string, bool) { return "", false }, Clock: time.Now}); code != exitDone {
		return "", os.ErrInvalid
	}
	return home, nil
})

// newSite serves a copy of the demonstration's home.
func newSite(t testing.TB) *site {
	t.Helper()
	made, err := demoHome()
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(t.TempDir(), "home")
	if err := os.CopyFS(home, os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	// A copy has not the modes of what it was made from.
	if err := os.Chmod(filepath.Join(home, "statement.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	return serveSite(t, home, config.Default())
}

// serveSite serves a home at a moment that stands still.
func serveSite(t testing.TB, home string, cfg config.Config) *site {
	t.Helper()
	now := siteNow
	return serveSiteBy(t, home, cfg, &now, func() time.Time { return now })
}

var siteNow = time.Date(2026, 11, 3, 5, 0, 0, 0, time.UTC)

// serveSiteBy serves a home by a clock.
func serveSiteBy(t testing.TB, home string, cfg config.Config, now *time.Time, clock func() time.Time) *site {
	t.Helper()
	s := &site{t: t, log: &lockedBuffer{}, now: now}
	s.app = &app{home: home, lang: "ru", cfg: cfg, log: slog.New(slog.NewTextHandler(s.log, nil)),
		Surroundings: Surroundings{Stdout: io.Discard, Stderr: io.Discard, Clock: clock, Env: func(string) (string, bool) { return "", false }}}
	var err error
	ctx, cancel := context.WithCancel(context.Background())
	if s.home, err = s.app.openHome(ctx); err != nil {
		t.Fatal(err)
	}
	timetable, err := jobs.NewTimetable(map[osms.Job]jobs.Task{osms.JobLetters: {Cron: "0 8 * * *"}}, s.home.desk.Zone, s.home.desk.Calendar)
	if err != nil {
		t.Fatal(err)
	}
	console, err := s.app.console(ctx, func() jobs.Settings {
		return jobs.Settings{Desk: s.home.desk, Runner: s.home.runner, Timetable: timetable}
	})
	if err != nil {
		t.Fatal(err)
	}
	s.web = console
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		console.Work(ctx)
	}()
	server := httptest.NewServer(console)
	s.url = server.URL
	t.Cleanup(func() {
		server.Close()
		cancel()
		<-worked
		s.home.close()
	})
	for _, x := range []osms.Account{{Login: "boss", Role: osms.RoleAdministrator}, {Login: "fonds", Role: osms.RoleFund}, {Login: "control", Role: osms.RoleAuditor},
		{Login: "east", Role: osms.RoleAkimat, Region: 63}, {Login: "west", Role: osms.RoleAkimat, Region: 47}, {Login: "south", Role: osms.RoleAkimat, Region: 61}} {
		x.Password, x.Language = sitePasswordHash(), "ru"
		if _, err := s.home.desk.Store.PutAccount(ctx, x, store.AccountAdded, "test", *now); err != nil && !errors.Is(err, store.ErrOnce) {
			t.Fatal(err)
		}
	}
	return s
}

var sitePasswordHash = sync.OnceValue(func() string { return web.HashPassword(sitePassword) })

// visitor is a browser without JavaScript: cookies, and no following of
// redirects.
type visitor struct {
	*site
	client *http.Client
}

func (s *site) nobody() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &visitor{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as logs somebody in.
func (s *site) as(login string) *visitor {
	s.t.Helper()
	v := s.nobody()
	code, _, where := v.post("/login", url.Values{"login": {login}, "password": {sitePassword}})
	if code != http.StatusSeeOther || where != "/" {
		s.t.Fatalf("login of %s: %d %s", login, code, where)
	}
	return v
}

func (v *visitor) do(r *http.Request) (code int, body, location string) {
	v.t.Helper()
	resp, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, string(data), resp.Header.Get("Location")
}

func (v *visitor) get(path string) (code int, body, location string) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(r)
}

func (v *visitor) post(path string, form url.Values) (code int, body, location string) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(r)
}

// page gets a page that must be there.
func (v *visitor) page(path string) string {
	v.t.Helper()
	code, body, location := v.get(path)
	if code != http.StatusOK {
		v.t.Fatalf("%s: %d %s\n%s", path, code, location, body)
	}
	return body
}

// send sends files by the form; the answer is where it leads.
func (v *visitor) send(fields map[string]string, files map[string]string) (code int, body, location string) {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		_ = w.WriteField(name, value)
	}
	for name, content := range files {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			v.t.Fatal(err)
		}
		_, _ = io.WriteString(part, content)
	}
	_ = w.Close()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.url+"/files", &b)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return v.do(r)
}

// settled follows an upload to what became of it.
func (v *visitor) settled(upload string) (location, body string) {
	v.t.Helper()
	for range 200 {
		code, body, location := v.get(upload)
		if code == http.StatusSeeOther {
			return location, v.page(location)
		}
		if code != http.StatusOK {
			v.t.Fatalf("%s: %d\n%s", upload, code, body)
		}
		if !strings.Contains(body, "data-live") {
			return upload, body
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("%s: not taken\n%s", upload, v.log)
	return "", ""
}

var tags = regexp.MustCompile(`<[^>]*>`)

// plain is a page's text.
func plain(body string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " ")
}

// serveSite2 serves the home of a site once more, as after a restart: its
// accounts are there already.
func serveSite2(s *site) *site {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	again := &site{t: s.t, app: s.app, home: s.home, log: s.log, now: s.now}
	timetable, err := jobs.NewTimetable(nil, s.home.desk.Zone, s.home.desk.Calendar)
	if err != nil {
		s.t.Fatal(err)
	}
	console, err := s.app.console(ctx, func() jobs.Settings {
		return jobs.Settings{Desk: s.home.desk, Runner: s.home.runner, Timetable: timetable}
	})
	if err != nil {
		s.t.Fatal(err)
	}
	server := httptest.NewServer(console)
	again.url, again.web = server.URL, console
	s.t.Cleanup(func() {
		server.Close()
		cancel()
	})
	return again
}
