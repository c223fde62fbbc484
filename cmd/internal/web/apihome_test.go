package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"osmsd/config"
	"osmsd/importers/intake"
	"osmsd/importers/sheet"
	"osmsd/sync/calendar"
	"osmsd/sync/entitlement"
	"osmsd/sync/jobs"
	"osmsd/sync/law"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// apiDemo makes the demonstration's home once: two months of a small country.
var apiDemo = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "osmsd-api-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "osmsd")
	for _, c := range []*exec.Cmd{exec.Command("go", "build", "-o", program, "osmsd/cmd/osmsd"),
		exec.Command(program, "demo", "--home", filepath.Join(dir, "home"), "--lang", "en")} {
		if out, err := c.CombinedOutput(); err != nil {
			return "", &exec.Error{Name: c.String() + ": " + string(out), Err: err}
		}
	}
	return dir, os.Remove(program)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := apiDemo(); err == nil && apiDemoMade {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

var apiDemoMade bool

// apiHome is a console over a copy of the demonstration's home, as programs ask it.
type apiHome struct {
	t      *testing.T
	dir    string
	server *Server
	url    string
	tokens map[string]string
	asked  map[string]map[bool]int // operation → good? → how often
}

func newAPIHome(t *testing.T, change func(*Options)) *apiHome {
	t.Helper()
	apiDemoMade = true
	from, err := apiDemo()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "home")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(from, "home"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "statement.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	return openAPIHome(t, dir, change)
}

// openAPIHome opens a home: once more, it is the program after a restart.
func openAPIHome(t *testing.T, dir string, change func(*Options)) *apiHome {
	t.Helper()
	c := config.Default()
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "registry.db"))
	if err != nil {
		t.Fatal(err)
	}
	archive, err := intake.OpenArchive(filepath.Join(dir, "archive"), nil)
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	var rates []osms.StateRate
	for _, r := range c.StateRates() {
		if r.Base > 0 {
			rates = append(rates, r)
		}
	}
	desk := &jobs.Desk{Store: s, Archive: archive, Zone: zone, Calendar: calendar.Default(), DiskClock: time.Now, Who: "test", Lang: "en", Rates: rates, Limits: apiLimits(c),
		Home:  jobs.Home{Dir: dir, Inbox: in("inbox"), Returned: in("returned"), Letters: in("letters"), Reports: in("reports"), Statements: in("statements"), Archive: in("archive")},
		Rules: entitlement.Rules{}, RostersDue: c.Rosters.DueDay, CorrectWithin: c.Rosters.CorrectWithin, Casework: jobs.Casework{Law: law.Default()},
		Breaker: registry.Breaker{Share: c.Breaker.Share, Persons: c.Breaker.Persons, MediumShare: c.Breaker.MediumShare, MediumSize: c.Breaker.MediumSize, SmallShare: c.Breaker.SmallShare,
			SmallSize: c.Breaker.SmallSize, GrowthTimes: c.Breaker.GrowthTimes, GrowthPersons: c.Breaker.GrowthPersons},
		Drops: intake.Options{Limit: int64(c.Limits.File)}, Signing: jobs.Signing{File: in("statement.key")},
		State: jobs.State{Payer: c.State.PayerRU, PayerID: c.State.PayerBIN.String(), KNP: c.State.KNP}}
	start := time.Now()
	clock := func() time.Time { return time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC).Add(time.Since(start)) }
	log := slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	runner := &jobs.Runner{Store: s, Clock: clock, Holder: "test", Log: log}
	o := Options{InForce: func() (*jobs.Desk, *jobs.Runner) { return desk, runner }, Log: log, Spool: in("uploads"), Language: "ru",
		Version: "test", Idle: time.Hour, Longest: time.Hour, Largest: 8 << 20, Settings: func(string) []SettingGroup {
			return []SettingGroup{{Section: "general", Items: []Setting{{Key: "language", Value: "ru"}}}}
		}}
	if change != nil {
		change(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server, err := New(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	worked := make(chan struct{})
	go func() { defer close(worked); server.Work(ctx) }()
	h := &apiHome{t: t, dir: dir, server: server, url: front.URL, tokens: map[string]string{}, asked: map[string]map[bool]int{}}
	for _, x := range []osms.Account{{Login: "akimat", Role: osms.RoleAkimat, Region: 47}, {Login: "fund", Role: osms.RoleFund}, {Login: "admin", Role: osms.RoleAdministrator}, {Login: "auditor", Role: osms.RoleAuditor}} {
		h.tokens[x.Login] = h.token(x, osms.Scopes()...)
	}
	t.Cleanup(func() {
		front.Close()
		cancel()
		<-worked
		_ = s.Close()
		_ = archive.Close()
	})
	return h
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) { w.t.Logf("%s", b); return len(b), nil }

// token gives an account, which is made where it is not there, a token.
func (h *apiHome) token(x osms.Account, scopes ...osms.Scope) string {
	h.t.Helper()
	s, now := h.server.store(), h.server.now()
	found, err := s.AccountNamed(h.t.Context(), x.Login)
	if err == store.ErrNotFound {
		x.Password = nobodysPassword
		found, err = s.PutAccount(h.t.Context(), x, store.AccountAdded, "test", now)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	secret, digest := NewToken()
	if _, err := s.PutToken(h.t.Context(), found, osms.Token{Name: "test", Scopes: scopes, Expires: now.Add(time.Hour)}, digest, "test", now); err != nil {
		h.t.Fatal(err)
	}
	return secret
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
	json   any
}

// at finds a value in an answer: held.0.hash.
func (r reply) at(path string) any {
	v := r.json
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			n := 0
			for _, d := range step {
				n = n*10 + int(d-'0')
			}
			if n >= len(x) {
				return nil
			}
			v = x[n]
		default:
			return nil
		}
	}
	return v
}

func (r reply) text(path string) string { s, _ := r.at(path).(string); return s }
func (r reply) number(path string) int  { n, _ := r.at(path).(float64); return int(n) }

// ask asks and holds the answer against the document.
func (h *apiHome) ask(who, pattern, target string, body any, headers ...string) reply {
	h.t.Helper()
	method, _, _ := strings.Cut(pattern, " ")
	var in io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case []byte:
		in, kind = bytes.NewReader(b), "application/octet-stream"
	case string:
		in, kind = strings.NewReader(b), "application/json"
	default:
		data, err := json.Marshal(b)
		if err != nil {
			h.t.Fatal(err)
		}
		in, kind = bytes.NewReader(data), "application/json"
	}
	r, err := http.NewRequest(method, h.url+target, in)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	if token := h.tokens[who]; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatalf("%s: %v", pattern, err)
	}
	defer answer.Body.Close()
	out := reply{status: answer.StatusCode, header: answer.Header}
	if out.body, err = io.ReadAll(answer.Body); err != nil {
		h.t.Fatalf("%s: %v", pattern, err)
	}
	if strings.Contains(answer.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(out.body, &out.json); err != nil {
			h.t.Fatalf("%s: %v: %s", pattern, err, out.body)
		}
	}
	if h.asked[pattern] == nil {
		h.asked[pattern] = map[bool]int{}
	}
	h.asked[pattern][out.status < 300]++
	h.validate(pattern, out)
	return out
}

// validate holds an answer against the schema of its operation.
func (h *apiHome) validate(pattern string, r reply) {
	h.t.Helper()
	doc := h.server.api.huma.OpenAPI()
	c, ok := h.server.api.about[pattern]
	if !ok {
		h.t.Fatalf("the document does not have %s", pattern)
	}
	responses := operationOf(doc, c.method(), c.path()).Responses
	as := responses[strconv.Itoa(r.status)]
	if as == nil {
		if as = responses["default"]; as == nil || r.status < 300 {
			h.t.Fatalf("%s: the document does not have an answer %d: %s", pattern, r.status, r.body)
		}
	}
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	media := as.Content[kind]
	if media == nil {
		h.t.Fatalf("%s: %d answers %s, which the document does not have", pattern, r.status, kind)
	}
	if r.json == nil {
		return
	}
	res := &huma.ValidateResult{}
	huma.Validate(doc.Components.Schemas, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, r.json, res)
	for i, err := range res.Errors {
		if i < 5 {
			h.t.Errorf("%s: %d is not what the document says: %v\n%.600s", pattern, r.status, err, r.body)
		}
	}
}

// good asks and wants an answer.
func (h *apiHome) good(who, pattern, target string, body any, headers ...string) reply {
	h.t.Helper()
	r := h.ask(who, pattern, target, body, headers...)
	if r.status >= 300 {
		h.t.Fatalf("%s %s: %d %s", pattern, target, r.status, r.body)
	}
	return r
}

// bad asks and wants a refusal with this status, that says what is wrong and shows
// nothing of the inside.
func (h *apiHome) bad(status int, who, pattern, target string, body any, headers ...string) reply {
	h.t.Helper()
	r := h.ask(who, pattern, target, body, headers...)
	if r.status != status || r.text("title") == "" || r.text("code") == "" || strings.Contains(r.text("title"), "refused.") {
		h.t.Errorf("%s %s: %d, want %d: %.400q", pattern, target, r.status, status, r.body)
	}
	for _, inside := range []string{".go:", "goroutine", "sql", "panic", "json:"} {
		if strings.Contains(string(r.body), inside) {
			h.t.Errorf("%s shows its inside: %s", pattern, r.body)
		}
	}
	return r
}

// roster is a roster of region 47 or another, as it came in October, made one for
// November; only so many lines of persons are kept, 0: all.
func (h *apiHome) roster(kept int) (region string, data []byte) {
	h.t.Helper()
	found, err := filepath.Glob(filepath.Join(h.dir, "country", "2026-10", "inbox", "*", "*.csv"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, path := range found {
		data, err := os.ReadFile(path)
		if err != nil {
			h.t.Fatal(err)
		}
		text, utf8 := strings.CutPrefix(string(data), "\ufeff")
		head, rest, dated := strings.Cut(text, "01.10.2026")
		lines := strings.SplitAfter(rest, "\n")
		if !utf8 || !dated || strings.Count(head, "\n") > 8 || len(lines) < 20 {
			continue
		}
		if kept > 0 {
			lines = lines[:min(len(lines), kept+3)]
		}
		return filepath.Base(filepath.Dir(path)), []byte("\ufeff" + head + "01.11.2026" + strings.Join(lines, ""))
	}
	h.t.Fatal("the country has no roster in UTF-8")
	return "", nil
}

func apiLimits(c config.Config) sheet.Limits {
	l := c.Limits
	return sheet.Limits{FileBytes: int64(l.File), PartBytes: int64(l.Part), Ratio: int64(l.Ratio), Entries: l.Entries, Sheets: l.Sheets, Rows: l.Rows, Columns: l.Columns,
		TokenBytes: int(l.Token), CellRunes: l.Cell, Depth: l.Depth, SharedBytes: int64(l.Shared), SharedStrings: l.SharedStrings, CellFormats: l.CellFormats,
		BatchFiles: l.BatchFiles, BatchBytes: int64(l.BatchBytes)}
}

// holdRun begins a run that does nothing until hold is closed or it is ended.
func (h *apiHome) holdRun(hold chan struct{}) int64 {
	h.t.Helper()
	began := make(chan int64, 1)
	go func() {
		for try := 0; try < 100; try++ {
			_, err := h.server.Runner.Run(context.Background(), osms.Run{Job: osms.JobIntake, Trigger: "test"}, func(ctx context.Context, t jobs.Turn) (string, error) {
				began <- t.Run.ID
				select {
				case <-ctx.Done():
					return "", ctx.Err()
				case <-hold:
					return "held", nil
				}
			})
			if !errors.As(err, new(*store.BusyError)) {
				return
			}
			time.Sleep(50 * time.Millisecond) // the one before has ended and not yet left
		}
	}()
	select {
	case id := <-began:
		return id
	case <-time.After(20 * time.Second):
		h.t.Fatal("a run does not begin")
	}
	return 0
}
