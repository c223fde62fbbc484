package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// TestAPIBodies sends bodies that no honest program sends.
func TestAPIBodies(t *testing.T) {
	h := newAPIHome(t, nil)
	const pattern, where = "POST /api/v1/statements", apiPrefix + "/statements"
	for name, x := range map[string]struct {
		body   string
		status int
		rule   string
	}{
		"no JSON":        {`{"iin": `, 400, "not JSON"},
		"a key twice":    {`{"iin": "1", "iin": "2"}`, 400, "twice: iin"},
		"nested twice":   {`{"a": [{"b": 1, "b": 2}]}`, 400, "twice: b"},
		"too deep":       {strings.Repeat("[", 100) + strings.Repeat("]", 100), 400, "too deep"},
		"two values":     {`{} {}`, 400, "follows"},
		"not UTF-8":      {"{\"iin\": \"\xff\"}", 400, "UTF-8"},
		"another case":   {`{"IIN": "000414510863", "from": "2026-01", "to": "2026-02"}`, 422, "no such field"},
		"unknown field":  {`{"iin": "000414510863", "from": "2026-01", "to": "2026-02", "admin": true}`, 422, "no such field"},
		"a list":         {`[]`, 422, "an object"},
		"null":           {`null`, 422, "an object"},
		"a number":       {`{"iin": 414510863, "from": "2026-01", "to": "2026-02"}`, 422, "a text"},
		"SQL":            {`{"iin": "1' OR '1'='1", "from": "2026-01", "to": "2026-02"}`, 422, "twelve digits"},
		"a month of 99":  {`{"iin": "000414510863", "from": "2026-99", "to": "2026-02"}`, 400, ""},
		"too large":      {`{"iin": "` + strings.Repeat("1", 300<<10) + `"}`, 413, ""},
		"ten megabytes":  {strings.Repeat(" ", 10<<20), 413, ""},
		"nothing at all": {"", 400, ""},
	} {
		r := h.bad(x.status, "fund", pattern, where, x.body)
		if x.rule != "" && !strings.Contains(string(r.body), x.rule) {
			t.Errorf("%s: the rule %q is not told: %s", name, x.rule, r.body)
		}
	}
	h.bad(415, "fund", pattern, where, `{}`, "Content-Type", "text/plain")
	h.bad(415, "fund", pattern, where, `{}`, "Content-Type", "application/x-www-form-urlencoded")
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 50<<20))
	_ = z.Close()
	h.bad(415, "fund", pattern, where, bomb.String(), "Content-Encoding", "gzip")
	h.bad(415, "admin", "POST /api/v1/files", apiPrefix+"/files?name=a.csv&region=47", bomb.Bytes(), "Content-Encoding", "gzip")
	h.bad(415, "admin", "POST /api/v1/files", apiPrefix+"/files?name=a.csv&region=47", []byte("a"), "Content-Type", "text/csv")
	h.bad(400, "admin", "POST /api/v1/files", apiPrefix+"/files?name=a.csv&region=47", []byte{})
	if r := h.bad(422, "fund", pattern, where, `{}`, "Accept-Language", "ru"); !strings.Contains(r.text("title"), "правила") {
		t.Errorf("not in the caller's language: %s", r.body)
	}
	// A method that a header asks for instead is not heard.
	if r := h.ask("fund", "GET /api/v1/files", apiPrefix+"/files", nil, "X-HTTP-Method-Override", "POST"); r.status != 200 {
		t.Errorf("a method by header: %d", r.status)
	}
	if left := h.spooled(); len(left) != 0 {
		t.Errorf("what was refused lies in the spool: %v", left)
	}
}

// spooled is what lies in the folder of uploads.
func (h *apiHome) spooled() []string {
	entries, err := os.ReadDir(filepath.Join(h.dir, "uploads"))
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// TestAPIIdempotency sends a file again under the same key: the first answer comes
// back, after a restart too; other content is a conflict.
func TestAPIIdempotency(t *testing.T) {
	h := newAPIHome(t, nil)
	region, data := h.roster(0)
	const pattern = "POST /api/v1/files"
	where := apiPrefix + "/files?name=a.csv&wait=30s&region=" + region
	first := h.good("admin", pattern, where, data, "Idempotency-Key", "key-1")
	again := h.good("admin", pattern, where, data, "Idempotency-Key", "key-1")
	if first.number("id") == 0 || again.number("id") != first.number("id") || again.number("files.0") != first.number("files.0") {
		t.Errorf("a retry: %.200s, first %.200s", again.body, first.body)
	}
	h.bad(409, "admin", pattern, where, append(data, "\r\n"...), "Idempotency-Key", "key-1")
	h.bad(409, "admin", pattern, strings.Replace(where, "a.csv", "b.csv", 1), data, "Idempotency-Key", "key-1")
	h.bad(400, "admin", pattern, where, data, "Idempotency-Key", strings.Repeat("k", 201))
	if other := h.good("admin", pattern, where, data); other.number("id") == first.number("id") {
		t.Error("without a key it is another upload")
	}
	later := openAPIHome(t, h.dir, nil)
	if r := later.good("admin", pattern, where, data, "Idempotency-Key", "key-1"); r.number("id") != first.number("id") || r.number("files.0") != first.number("files.0") {
		t.Errorf("a retry after a restart: %.200s", r.body)
	}
}

// raw sends what is written on a connection and reads the answer.
func (h *apiHome) raw(request string, end bool) (int, string) {
	h.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(c, request); err != nil {
		h.t.Fatal(err)
	}
	if end {
		_ = c.(*net.TCPConn).CloseWrite()
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return 0, ""
	}
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(body)
}

func (h *apiHome) head(path string, length int) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", path, h.tokens["admin"], length)
}

// TestAPICut cuts bodies off and sends them slowly: nothing of them stays.
func TestAPICut(t *testing.T) {
	h := newAPIHome(t, func(o *Options) { o.Patience = 300 * time.Millisecond })
	where := apiPrefix + "/files?name=a.csv&region=47"
	if status, body := h.raw(h.head(where, 1000)+"half", true); status != 400 || !strings.Contains(body, `"cut"`) {
		t.Errorf("a body that was cut: %d %s", status, body)
	}
	if status, body := h.raw(h.head(where, 1000)+"slow", false); status != 408 || !strings.Contains(body, `"slowbody"`) {
		t.Errorf("a slow body: %d %s", status, body)
	}
	slow := strings.Replace(h.head(apiPrefix+"/runs", 1000), "application/octet-stream", "application/json", 1)
	if status, body := h.raw(slow+"{", false); status != 408 || !strings.Contains(body, `"slowjson"`) {
		t.Errorf("a slow JSON: %d %s", status, body)
	}
	// Strangers too, wherever they send it, and a form that never ends.
	for path, want := range map[string]int{"/nothing": 404, apiPrefix + "/nothing": 404, "/login": 408} {
		head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nl", path)
		begun := time.Now()
		if status, body := h.raw(head, false); status != want || time.Since(begun) > 5*time.Second {
			t.Errorf("%s from a slow stranger: %d after %s: %s", path, status, time.Since(begun), body)
		}
	}
	// An answer may take longer than a body.
	if r := h.good("auditor", "POST /api/v1/audit/verify", apiPrefix+"/audit/verify", nil); r.status != 200 {
		t.Errorf("a long answer: %d", r.status)
	}
	form := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nwhole\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.csv\"\r\n\r\nhal"
	head := strings.Replace(h.head(where, 1000), "application/octet-stream", "multipart/form-data; boundary=x", 1)
	if status, body := h.raw(head+form, true); status != 400 {
		t.Errorf("a form that was cut: %d %s", status, body)
	}
	if left := h.spooled(); len(left) != 0 {
		t.Errorf("what was cut lies in the spool: %v", left)
	}
	if waiting, err := h.server.store().WaitingUploads(t.Context()); err != nil || len(waiting) != 0 {
		t.Errorf("what was cut waits: %v, %v", waiting, err)
	}
}

// TestAPIRights: a token does what its scopes and its account's role say, and an
// akimat sees its own region only.
func TestAPIRights(t *testing.T) {
	h := newAPIHome(t, nil)
	h.tokens["reader"] = h.token(osms.Account{Login: "admin"}, osms.ScopeRead)
	h.tokens["writer"] = h.token(osms.Account{Login: "admin"}, osms.ScopeUpload)
	h.bad(403, "reader", "POST /api/v1/runs", apiPrefix+"/runs", object{"job": "assess"})
	h.bad(403, "reader", "POST /api/v1/files", apiPrefix+"/files?name=a.csv&region=47", []byte("a"))
	h.bad(403, "reader", "POST /api/v1/statements", apiPrefix+"/statements", object{})
	h.bad(403, "writer", "GET /api/v1/files", apiPrefix+"/files", nil)
	h.bad(401, "nobody", "GET /api/v1/files", apiPrefix+"/files", nil)
	h.bad(401, "", "GET /api/v1/files", apiPrefix+"/files", nil, "Authorization", "Bearer osmsd_made-up")

	// The akimat of 47 and another region's files.
	all := h.good("fund", "GET /api/v1/files", apiPrefix+"/files?limit=500", nil)
	foreign := 0.0
	for _, f := range all.at("files").([]any) {
		if x := f.(object); x["region"] == "63" {
			foreign = x["id"].(float64)
		}
	}
	own := h.good("akimat", "GET /api/v1/files", apiPrefix+"/files?limit=500", nil)
	for _, f := range own.at("files").([]any) {
		if x := f.(object); x["region"] != "47" {
			t.Errorf("the akimat of 47 sees a file of %v", x["region"])
		}
	}
	if len(own.at("files").([]any)) == 0 || foreign == 0 {
		t.Fatal("the country has too few files for this test")
	}
	for _, form := range []string{"", "/receipt.pdf", "/returned", "/original"} {
		h.bad(404, "akimat", "GET /api/v1/files/{id}"+form, fmt.Sprintf("%s/files/%.0f%s", apiPrefix, foreign, form), nil)
	}
	for pattern, where := range map[string]string{"GET /api/v1/files": "/files?region=63", "GET /api/v1/held": "/held?region=63", "GET /api/v1/months/{month}": "/months/2026-10?region=63",
		"GET /api/v1/months/{month}/missing": "/months/2026-10/missing?region=63", "GET /api/v1/letters": "/letters?region=63", "GET /api/v1/template": "/template?region=63&bin=070440642802"} {
		h.bad(403, "akimat", pattern, apiPrefix+where, nil)
	}
	h.bad(403, "akimat", "POST /api/v1/files", apiPrefix+"/files?name=a.csv&region=63", []byte("a"))
	letters := h.good("akimat", "GET /api/v1/letters", apiPrefix+"/letters?limit=500", nil)
	for _, l := range letters.at("letters").([]any) {
		if number := l.(object)["number"].(string); !strings.HasPrefix(number, "47-") {
			t.Errorf("the akimat of 47 sees letter %s", number)
		}
	}
	h.bad(404, "akimat", "GET /api/v1/letters/{number}/letter.pdf", apiPrefix+"/letters/63-2026-000001/letter.pdf", nil)
	lines := h.good("akimat", "GET /api/v1/months/{month}", apiPrefix+"/months/2026-10", nil)
	if len(lines.at("regions").([]any)) > 1 {
		t.Errorf("the akimat of 47 sees other regions: %s", lines.body)
	}
}

// TestAPIDocument: no address has a place for a personal number, and the document
// and the table fit each other.
func TestAPIDocument(t *testing.T) {
	h := newAPIHome(t, nil)
	for path, item := range h.server.api.huma.OpenAPI().Paths {
		if strings.Contains(strings.ToLower(path), "iin") {
			t.Errorf("%s names a personal number", path)
		}
		if item.Get != nil {
			for _, p := range item.Get.Parameters {
				if strings.Contains(strings.ToLower(p.Name), "iin") || strings.Contains(strings.ToLower(p.Name), "person") {
					t.Errorf("%s has a parameter %s", path, p.Name)
				}
			}
		}
	}
	if found := regexp.MustCompile(`/(persons|people)/\{`).FindString(string(h.server.api.json)); found != "" {
		t.Errorf("a person is named in an address: %s", found)
	}
	rows := h.server.routes()
	if _, err := newAPI(h.server, rows[:len(rows)-1]); err == nil || !strings.Contains(err.Error(), "no row") {
		t.Errorf("an operation without a row: %v", err)
	}
	if _, err := newAPI(h.server, append(rows, route{"GET /api/v1/secret", everybody, osms.ScopeRead, (*ask).operate})); err == nil || !strings.Contains(err.Error(), "/api/v1/secret") {
		t.Errorf("a row without an operation: %v", err)
	}
	for _, lang := range languages() {
		r, err := http.NewRequest(http.MethodGet, h.url+"/api", nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := h.server.store().AccountNamed(t.Context(), "fund")
		if err != nil {
			t.Fatal(err)
		}
		secret := newSecret()
		if err := h.server.store().BeginSession(t.Context(), digestOf(secret), s.ID, h.server.now()); err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: h.server.sessionCookie(), Value: secret})
		r.AddCookie(&http.Cookie{Name: languageCookie, Value: lang})
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		for pattern := range h.server.api.about {
			if c := (call{pattern: pattern}); !bytes.Contains(page, []byte("<code>"+c.path()+"</code>")) {
				t.Errorf("%s: the page does not show %s", lang, pattern)
			}
		}
		if answer.StatusCode != 200 || bytes.Contains(page, []byte("https://")) || regexp.MustCompile(`>api\.[a-z.]+<`).Match(page) {
			t.Errorf("%s: the page of the API: %d, %s", lang, answer.StatusCode, regexp.MustCompile(`>api\.[a-z.]+<`).Find(page))
		}
	}
}
