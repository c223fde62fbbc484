package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"osmsd/cmd/internal/web"
	"osmsd/config"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// BenchmarkConsole asks a console over the demonstration's country for 200
// statements and 50 pages a second at the same time, for half a minute, whether
// or not the ones before are answered, and prints how long each kind took.
//
//	go test ./cmd/osmsd -run '^$' -bench Console -benchtime 1x -timeout 1h -args -persons 100000
func BenchmarkConsole(b *testing.B) {
	made := filepath.Join(b.TempDir(), "made")
	command := func(env map[string]string, args ...string) {
		b.Helper()
		var out, errs bytes.Buffer
		code := Main(b.Context(), append([]string{"--home", made}, args...), Surroundings{Stdout: &out, Stderr: &errs,
			Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }, Clock: time.Now})
		if code != exitDone {
			b.Fatalf("%v: %s", args, errs.String())
		}
	}
	began := time.Now()
	command(nil, "demo", "--persons", fmt.Sprint(*benchPersons), "--regions", fmt.Sprint(min(20, max(2, *benchPersons/5000))), "--months", "1")
	b.Logf("a country of %d persons in %.0f s", *benchPersons, time.Since(began).Seconds())
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			cfg := config.Default()
			if database == "postgres" {
				address := storetest.Postgres(b)
				command(map[string]string{"OSMSD_DB_COPY_TO": address}, "db", "copy")
				var err error
				if cfg, err = config.Load("", func(name string) (string, bool) { return address, name == "OSMSD_DATABASE" }); err != nil {
					b.Fatal(err)
				}
			}
			now, begun := siteNow, time.Now()
			s := serveSiteBy(b, made, cfg, &now, func() time.Time { return now.Add(time.Since(begun)) })
			for range b.N {
				askConsole(b, s, 30*time.Second)
			}
		})
	}
}

// answers are how long requests of a kind took.
type answers struct {
	mu    sync.Mutex
	took  map[string][]time.Duration
	wrong map[string]int
}

func (x *answers) note(kind string, code int, took time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.took[kind] = append(x.took[kind], took)
	if code != http.StatusOK && code != http.StatusCreated {
		x.wrong[fmt.Sprintf("%s: %d", kind, code)]++
	}
}

func askConsole(b *testing.B, s *site, long time.Duration) {
	ctx := b.Context()
	const month = osms.Month(202609)
	var persons []osms.IIN
	sequence, err := s.home.desk.Store.LastSequence(ctx)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.home.desk.Store.Stands(ctx, month, sequence, func(e osms.Entitlement) error {
		persons = append(persons, e.Person)
		return nil
	}); err != nil || len(persons) == 0 {
		b.Fatal(len(persons), err)
	}
	account, err := s.home.desk.Store.AccountNamed(ctx, "fonds")
	if err != nil {
		b.Fatal(err)
	}
	secret, digest := web.NewToken()
	if _, err := s.home.desk.Store.PutToken(ctx, account, osms.Token{Name: "portal", Scopes: []osms.Scope{osms.ScopeStatements}, Expires: s.now.Add(time.Hour)}, digest, "test", *s.now); err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	u, err := url.Parse(s.url)
	if err != nil {
		b.Fatal(err)
	}
	var cookies []*http.Cookie
	for _, login := range []string{"fonds", "control", "boss", "fund", "auditor"} {
		x, err := s.home.desk.Store.AccountNamed(ctx, login)
		if err != nil {
			b.Fatal(err)
		}
		cookies = append(cookies, s.reset(login, x).client.Jar.Cookies(u)...)
	}
	if len(cookies) < 3 {
		b.Fatalf("%d sessions", len(cookies))
	}
	pages := []string{"/month?month=2026-09", "/reconciliation?month=2026-09", "/files", "/persons", "/cases", "/letters", "/missing?month=2026-09", "/reconciliation/2026-09/63/left_late"}
	seen := &answers{took: map[string][]time.Duration{}, wrong: map[string]int{}}
	ask := func(kind string, r *http.Request) {
		begun := time.Now()
		resp, err := client.Do(r)
		if err != nil {
			seen.note(kind, 0, time.Since(begun))
			return
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		seen.note(kind, resp.StatusCode, time.Since(begun))
	}
	page := func(i int, path string) *http.Request {
		r, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+path, nil)
		r.AddCookie(cookies[i%len(cookies)])
		return r
	}
	for i, path := range pages { // what is worked out once a change is worked out
		begun := time.Now()
		ask("first view of each page", page(i, path))
		b.Logf("first %s: %s", path, time.Since(begun).Round(time.Millisecond))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var all sync.WaitGroup
	begun := time.Now()
	every := time.NewTicker(5 * time.Millisecond) // 200 a second
	defer every.Stop()
	for n := 0; time.Since(begun) < long; n++ {
		<-every.C
		person := persons[rng.IntN(len(persons))]
		body := fmt.Sprintf(`{"iin":"%s","from":"2026-01","to":"2026-12","confirmed_by":"eds","consent":true}`, person.Digits())
		all.Go(func() {
			r, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url+"/api/v1/statements", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+secret)
			ask("statements", r)
		})
		if n%4 == 0 { // 50 a second
			i, path := n/4, pages[rng.IntN(len(pages))]
			all.Go(func() { ask("pages", page(i, path)) })
		}
	}
	all.Wait()
	for _, kind := range []string{"statements", "pages"} {
		took := seen.took[kind]
		slices.Sort(took)
		at := func(share float64) time.Duration {
			return took[min(len(took)-1, int(share*float64(len(took))))].Round(100 * time.Microsecond)
		}
		b.Logf("%s: %d, %.0f a second: p50 %s, p95 %s, p99 %s, most %s", kind, len(took), float64(len(took))/long.Seconds(), at(.5), at(.95), at(.99), took[len(took)-1].Round(time.Millisecond))
		b.ReportMetric(float64(at(.99).Microseconds())/1000, kind+"-p99-ms")
	}
	if len(seen.wrong) > 0 {
		b.Errorf("not answered: %v", seen.wrong)
	}
}

// reset logs an account in, whichever password it had.
func (s *site) reset(login string, x osms.Account) *visitor {
	s.t.Helper()
	if _, err := s.home.desk.Store.ChangeAccount(s.t.Context(), x.ID, store.AccountPassword, "test", *s.now, func(x *osms.Account) error {
		x.Password, x.Expired = sitePasswordHash(), false
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return s.as(login)
}
