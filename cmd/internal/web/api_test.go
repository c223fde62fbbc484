package web

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

type object = map[string]any

// TestAPI asks every operation of the document at least once well and once badly;
// each answer must be what the document says (see validate).
func TestAPI(t *testing.T) {
	h := newAPIHome(t, nil)
	region, whole := h.roster(0)
	_, cut := h.roster(6)
	const pattern = "POST /api/v1/files"
	at := func(format string, args ...any) string { return apiPrefix + fmt.Sprintf(format, args...) }

	// Files: looked at, applied, held, refused, undone.
	r := h.good("admin", pattern, at("/files?name=a.csv&region=%s&dry=true&wait=30s", region), whole)
	if r.status != 200 || r.text("state") != "done" || r.number("reports.0.rows") == 0 || len(r.at("files").([]any)) != 0 {
		t.Fatalf("a dry run: %d %.400s", r.status, r.body)
	}
	h.good("admin", "GET /api/v1/uploads/{id}", at("/uploads/%d", r.number("id")), nil)
	h.bad(404, "admin", "GET /api/v1/uploads/{id}", at("/uploads/99999"), nil)
	h.bad(400, "admin", pattern, at("/files?region=%s", region), whole)
	h.bad(400, "admin", pattern, at("/files?name=a.csv&wait=1h"), whole)
	r = h.good("admin", pattern, at("/files?name=a.csv&region=%s&wait=30s", region), whole)
	file, imported := r.number("files.0"), r.number("reports.0.import")
	if r.status != 200 || imported == 0 || r.text("reports.0.outcome") != "applied" && r.text("reports.0.outcome") != "applied_with_refusals" {
		t.Fatalf("a roster: %d %.600s", r.status, r.body)
	}
	h.bad(422, "admin", "POST /api/v1/imports/{id}/undo", at("/imports/%d/undo", imported), object{"reason": 5})
	h.bad(422, "admin", "POST /api/v1/imports/{id}/undo", at("/imports/%d/undo", imported), object{})
	if r = h.good("admin", "POST /api/v1/imports/{id}/undo", at("/imports/%d/undo", imported), object{"dry_run": true}); r.at("undone") != false || r.at("dry_run") != true {
		t.Errorf("a dry undo: %s", r.body)
	}
	if r = h.good("admin", "POST /api/v1/imports/{id}/undo", at("/imports/%d/undo", imported), object{"reason": "test"}); r.at("undone") != true {
		t.Errorf("an undo: %s", r.body)
	}
	h.bad(409, "admin", "POST /api/v1/imports/{id}/undo", at("/imports/%d/undo", imported), object{"reason": "test"})
	for _, decision := range []string{"refuse", "release"} {
		r = h.good("admin", pattern, at("/files?name=cut.csv&region=%s&wait=30s", region), cut)
		if r.text("reports.0.outcome") != "held" {
			t.Fatalf("a roster that was cut: %d %.600s", r.status, r.body)
		}
		r = h.good("fund", "GET /api/v1/held", at("/held"), nil)
		hash := r.text("held.0.hash")
		decide := "POST /api/v1/held/{hash}/" + decision
		h.bad(422, "admin", decide, at("/held/%s/%s", hash, decision), object{"reason": ""})
		h.bad(422, "admin", decide, at("/held/%s/%s", hash[:60], decision), object{"reason": "test"})
		h.bad(404, "admin", decide, at("/held/%s/%s", strings.Repeat("0", 64), decision), object{"reason": "test"})
		h.good("admin", decide, at("/held/%s/%s", hash, decision), object{"reason": "test"})
	}
	h.bad(422, "fund", "GET /api/v1/held", at("/held?limit=0"), nil)
	r = h.good("fund", "GET /api/v1/files", at("/files?limit=3"), nil)
	if len(r.at("files").([]any)) != 3 || r.number("next") == 0 {
		t.Errorf("a page of files: %s", r.body)
	}
	if older := h.good("fund", "GET /api/v1/files", at("/files?limit=3&before=%d", r.number("next")), nil); older.number("files.0.id") != r.number("files.2.id")-1 {
		t.Errorf("the next page begins with %d after %d", older.number("files.0.id"), r.number("files.2.id"))
	}
	for _, asked := range []string{"limit=-1", "limit=1000000000", "limit=x", "limit=501", "before=0", "offset=5", "region=6", "outcome=%27%20OR%201=1"} {
		h.bad(422, "fund", "GET /api/v1/files", apiPrefix+"/files?"+asked, nil)
	}
	h.good("auditor", "GET /api/v1/files/{id}", at("/files/%d", file), nil)
	h.bad(422, "auditor", "GET /api/v1/files/{id}", at("/files/x"), nil)
	h.good("auditor", "GET /api/v1/files/{id}/original", at("/files/%d/original", file), nil)
	h.bad(404, "auditor", "GET /api/v1/files/{id}/original", at("/files/99999/original"), nil)
	h.good("fund", "GET /api/v1/files/{id}/receipt.pdf", at("/files/%d/receipt.pdf", file), nil)
	h.bad(404, "fund", "GET /api/v1/files/{id}/receipt.pdf", at("/files/0/receipt.pdf"), nil)
	h.bad(404, "fund", "GET /api/v1/files/{id}/returned", at("/files/99999/returned"), nil)
	h.returned()

	// Runs.
	r = h.good("admin", "POST /api/v1/runs", at("/runs"), object{"job": "assess", "month": "2026-09"})
	run := r.number("id")
	if r.status != 202 || r.header.Get("Location") != at("/runs/%d", run) {
		t.Errorf("a run: %d %s", r.status, r.body)
	}
	for range 100 {
		if r = h.good("fund", "GET /api/v1/runs/{id}", at("/runs/%d", run), nil); r.text("state") != "running" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if r.text("state") != "done" || r.text("who") != "admin" || r.text("trigger") != "api" {
		t.Errorf("the run ended so: %s", r.body)
	}
	h.bad(404, "fund", "GET /api/v1/runs/{id}", at("/runs/99999"), nil)
	h.bad(422, "admin", "POST /api/v1/runs", at("/runs"), object{"job": "destroy"})
	h.bad(409, "admin", "POST /api/v1/runs/{id}/cancel", at("/runs/%d/cancel", run), nil)
	h.cancel()
	h.good("fund", "GET /api/v1/runs", at("/runs?limit=2&before=%d", run), nil)
	h.bad(422, "fund", "GET /api/v1/runs", at("/runs?limit=9999"), nil)

	// Months.
	h.good("fund", "GET /api/v1/months/{month}", at("/months/2026-10"), nil)
	if r = h.good("akimat", "GET /api/v1/months/{month}", at("/months/2026-10"), nil); r.at("total.due_tiyn") != nil {
		t.Errorf("an akimat sees money: %s", r.body)
	}
	h.bad(400, "fund", "GET /api/v1/months/{month}", at("/months/2026-13"), nil)
	h.good("fund", "GET /api/v1/months/{month}/missing", at("/months/2026-11/missing"), nil)
	h.bad(422, "fund", "GET /api/v1/months/{month}/missing", at("/months/november/missing"), nil)
	h.bad(422, "fund", "GET /api/v1/months/{month}/overlaps", at("/months/2026-10/overlaps?all=perhaps"), nil)
	r = h.good("fund", "GET /api/v1/months/{month}/overlaps", at("/months/2026-10/overlaps?limit=2"), nil)
	if n := r.number("overlaps.0.number"); n == 0 {
		t.Errorf("the country has no overlap: %s", r.body)
	} else {
		if next := h.good("fund", "GET /api/v1/months/{month}/overlaps", at("/months/2026-10/overlaps?limit=1&after=%d", n), nil); next.number("overlaps.0.number") != r.number("overlaps.1.number") {
			t.Errorf("after overlap %d comes %s", n, next.body)
		}
		decide := "POST /api/v1/overlaps/{number}/decide"
		keep := r.text("overlaps.0.claims.0.bin")
		h.bad(422, "admin", decide, at("/overlaps/%d/decide", n), object{"keep": keep, "withdraw": true, "reason": "test"})
		h.bad(404, "admin", decide, at("/overlaps/99999/decide"), object{"keep": keep, "reason": "test"})
		h.good("admin", decide, at("/overlaps/%d/decide", n), object{"keep": keep, "reason": "test"})
		h.good("admin", decide, at("/overlaps/%d/decide", n), object{"withdraw": true, "reason": "test"})
	}
	h.good("fund", "GET /api/v1/reconciliation/{month}", at("/reconciliation/2026-10"), nil)
	h.good("fund", "GET /api/v1/reconciliation/{month}", at("/reconciliation/2026-10?region=%s&as_of=2026-10-25T00:00:00Z", region), nil)
	h.bad(422, "fund", "GET /api/v1/reconciliation/{month}", at("/reconciliation/2026-10?as_of=yesterday"), nil)
	line := "GET /api/v1/reconciliation/{month}/{region}/{kind}"
	h.good("fund", line, at("/reconciliation/2026-10/%s/all", region), nil)
	h.good("fund", line, at("/reconciliation/2026-10/00/unexplained"), nil)
	h.bad(422, "fund", line, at("/reconciliation/2026-10/%s/nothing", region), nil)

	h.personsAndLetters(at)
	h.accounts(at)
	h.bad(403, "fund", "GET /api/v1/audit/entries", at("/audit/entries"), nil)
	h.good("auditor", "GET /api/v1/audit/entries", at("/audit/entries?limit=5"), nil)
	r = h.good("auditor", "POST /api/v1/audit/verify", at("/audit/verify"), nil)
	if len(r.at("findings").([]any)) != 0 {
		t.Errorf("what the API did does not stand: %s", r.body)
	}
	h.bad(422, "auditor", "POST /api/v1/audit/verify", at("/audit/verify?quick=1"), nil)
	h.good("auditor", "GET /api/v1/settings", at("/settings"), nil)
	h.bad(403, "akimat", "GET /api/v1/settings", at("/settings"), nil)
	for _, form := range []string{"json", "yaml"} {
		h.good("fund", "GET /api/v1/openapi."+form, at("/openapi.%s", form), nil)
		h.bad(401, "nobody", "GET /api/v1/openapi."+form, at("/openapi.%s", form), nil)
	}

	for pattern := range h.server.api.about {
		if h.asked[pattern][true] == 0 || h.asked[pattern][false] == 0 {
			t.Errorf("%s was asked %d times well and %d times badly", pattern, h.asked[pattern][true], h.asked[pattern][false])
		}
	}
}

// returned finds a workbook of the country with something marked in it.
func (h *apiHome) returned() {
	h.t.Helper()
	r := h.good("fund", "GET /api/v1/files", apiPrefix+"/files?limit=500&outcome=applied_with_refusals", nil)
	for _, f := range r.at("files").([]any) {
		x := f.(map[string]any)
		if name, _ := x["file"].(string); strings.HasSuffix(name, ".xlsx") && x["kind"] == "roster" {
			h.good("fund", "GET /api/v1/files/{id}/returned", fmt.Sprintf("%s/files/%.0f/returned", apiPrefix, x["id"]), nil)
			return
		}
	}
	h.t.Error("the country has no workbook with faults")
}

// cancel ends a run that waits for its turn to come to something.
func (h *apiHome) cancel() {
	h.t.Helper()
	hold := make(chan struct{})
	begun := h.holdRun(hold)
	h.good("admin", "POST /api/v1/runs/{id}/cancel", fmt.Sprintf("%s/runs/%d/cancel", apiPrefix, begun), nil)
	for range 100 {
		if r := h.good("fund", "GET /api/v1/runs/{id}", fmt.Sprintf("%s/runs/%d", apiPrefix, begun), nil); r.text("state") == "interrupted" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	h.t.Error("a run that was cancelled goes on")
}

func (h *apiHome) personsAndLetters(at func(string, ...any) string) {
	t := h.t
	t.Helper()
	r := h.good("fund", "GET /api/v1/letters", at("/letters?limit=2"), nil)
	iin, number := r.text("letters.0.iin"), r.text("letters.0.number")
	next := h.good("fund", "GET /api/v1/letters", at("/letters?limit=1&after=%s", url.QueryEscape(number)), nil)
	if next.text("letters.0.number") != r.text("letters.1.number") {
		t.Errorf("after %s comes %s, want %s", number, next.text("letters.0.number"), r.text("letters.1.number"))
	}
	h.bad(422, "fund", "GET /api/v1/letters", at("/letters?kind=love"), nil)
	h.good("fund", "GET /api/v1/letters", at("/letters?kind=notification&limit=500"), nil)
	pdf := "GET /api/v1/letters/{number}/letter.pdf"
	h.bad(404, "fund", pdf, at("/letters/63-2026-999999/letter.pdf"), nil)
	office := h.officeLetter(at)
	h.good("fund", pdf, at("/letters/%s/letter.pdf", url.PathEscape(office)), nil)
	annul := "POST /api/v1/letters/{number}/annul"
	h.bad(404, "admin", annul, at("/letters/63-2026-999999/annul"), object{"reason": "test"})
	h.good("admin", annul, at("/letters/%s/annul", url.PathEscape(office)), object{"reason": "test", "reissue": true})
	h.bad(409, "admin", annul, at("/letters/%s/annul", url.PathEscape(office)), object{"reason": "test"})

	person := "POST /api/v1/persons/query"
	r = h.good("fund", person, at("/persons/query"), object{"iin": iin, "ground": "ст. 9"})
	if r.text("iin") != iin {
		t.Errorf("a person: %s", r.body)
	}
	h.good("fund", person, at("/persons/query"), object{"iin": iin, "at": "2026-10-01", "known": "2026-10-10T00:00:00+05:00", "lines": true})
	h.bad(422, "fund", person, at("/persons/query"), object{"iin": "12345"})
	h.bad(422, "fund", person, at("/persons/query"), object{"iin": "123456789012"})
	h.bad(403, "akimat", person, at("/persons/query"), object{"iin": iin})
	r = h.good("auditor", "POST /api/v1/access/query", at("/access/query"), object{"iin": iin, "limit": 2})
	// The question about one person is itself a look, and stands first.
	if r.text("accesses.0.who") != "auditor" || r.text("accesses.1.who") != "fund" || r.text("accesses.1.what") != "person" || r.text("accesses.1.person") != iin {
		t.Errorf("the look is not in the access log: %s", r.body)
	}
	if r = h.good("auditor", "POST /api/v1/access/query", at("/access/query"), object{"from": "2026-11-01"}); strings.Contains(string(r.body), iin) {
		t.Error("the access log shows a number whole")
	}
	h.bad(422, "auditor", "POST /api/v1/access/query", at("/access/query"), object{"from": "2026-02-31"})

	asked := object{"iin": iin, "from": "2026-01", "to": "2026-10", "confirmed_by": "eds", "consent": true}
	const statements = "POST /api/v1/statements"
	r = h.good("fund", statements, at("/statements"), asked)
	if r.status != 201 || r.text("iin") != iin || r.text("signature") == "" {
		t.Fatalf("a statement: %d %s", r.status, r.body)
	}
	where, given := r.header.Get("Location"), r.text("number")
	again := h.good("fund", "GET /api/v1/statements/{number}", where, nil)
	if string(again.body) != string(r.body) {
		t.Error("a statement is another one when it is asked for again")
	}
	if p := h.good("fund", "GET /api/v1/statements/{number}/statement.pdf", where+"/statement.pdf", nil); !strings.HasPrefix(string(p.body), "%PDF") {
		t.Error("a statement as PDF is none")
	}
	h.good("fund", "GET /api/v1/statements/{number}/statement.xlsx", where+"/statement.xlsx", nil)
	code := h.good("fund", "POST /api/v1/statements/verify", at("/statements/verify"), object{"number": given, "code": r.text("code")})
	if code.at("ok") != true || strings.Contains(string(code.body), iin) {
		t.Errorf("its code: %s", code.body)
	}
	if code = h.good("fund", "POST /api/v1/statements/verify", at("/statements/verify"), object{"number": given, "code": "0000"}); code.at("ok") != false {
		t.Errorf("a wrong code: %s", code.body)
	}
	h.bad(422, "fund", "POST /api/v1/statements/verify", at("/statements/verify"), object{"number": given})
	asked["consent"] = false
	r = h.good("fund", statements, at("/statements"), asked)
	if r.status != 200 || r.number("ground") != 5 || strings.Contains(string(r.body), iin) {
		t.Errorf("a request without consent: %d %s", r.status, r.body)
	}
	where = r.header.Get("Location")
	h.good("fund", "GET /api/v1/statements/{number}", where, nil)
	h.bad(404, "fund", "GET /api/v1/statements/{number}/statement.xlsx", where+"/statement.xlsx", nil)
	h.bad(404, "fund", "GET /api/v1/statements/{number}/statement.pdf", at("/statements/%s/statement.pdf", url.PathEscape("С-2026-9999999")), nil)
	h.bad(404, "fund", "GET /api/v1/statements/{number}", at("/statements/x"), nil)
	h.bad(422, "fund", statements, at("/statements"), object{"iin": iin, "from": "2026-01", "to": "2026-10", "confirmed_by": "word of honour"})
	h.bad(403, "auditor", statements, at("/statements"), asked)
}

// officeLetter opens a case that lacks a document: a receipt of refusal is a letter
// that can be printed again.
func (h *apiHome) officeLetter(at func(string, ...any) string) string {
	t := h.t
	t.Helper()
	r := h.good("fund", "GET /api/v1/cases", at("/cases?limit=2"), nil)
	if r.text("next") == "" {
		t.Fatalf("the country has no cases: %s", r.body)
	}
	h.bad(422, "fund", "GET /api/v1/cases", at("/cases?late=soon"), nil)
	number := r.text("cases.0.number")
	one := h.good("fund", "GET /api/v1/cases/{number}", at("/cases/%s", url.PathEscape(number)), nil)
	h.bad(404, "fund", "GET /api/v1/cases/{number}", at("/cases/%s", url.PathEscape("63-2026-З-999999")), nil)
	step := "POST /api/v1/cases/{number}/step"
	h.bad(409, "admin", step, at("/cases/%s/step", url.PathEscape(number)), object{"by": "test"}) // it is closed
	const open = "POST /api/v1/cases"
	handed := object{"iin": one.text("iin"), "bin": one.text("bin"), "surname": "Test", "given": "Test", "application": true, "identity": true}
	h.bad(422, "admin", open, at("/cases"), handed)
	handed["lacking"] = true
	refusal := h.good("admin", open, at("/cases"), handed)
	if refusal.status != 201 || refusal.text("letter") == "" || refusal.text("outcome") != "not_accepted" {
		t.Fatalf("an application without a document: %d %s", refusal.status, refusal.body)
	}
	delete(handed, "lacking")
	handed["study"], handed["consent"], handed["form"] = true, true, "full_time"
	accepted := h.good("admin", open, at("/cases"), handed)
	looks := func() int {
		return len(h.good("auditor", "POST /api/v1/access/query", at("/access/query"), object{"limit": 500}).at("accesses").([]any))
	}
	before := looks()
	stepped := h.good("admin", step, at("/cases/%s/step", url.PathEscape(accepted.text("number"))), object{"by": "head", "note": "to be checked"})
	if n := looks() - before; n != 1 {
		t.Errorf("a step writes %d lines of the access log", n)
	}
	if len(stepped.at("steps").([]any)) <= len(accepted.at("steps").([]any)) {
		t.Errorf("a step: %s after %s", stepped.body, accepted.body)
	}
	template := "GET /api/v1/template"
	h.good("admin", template, at("/template?region=%s&bin=%s&filled=true", one.text("region"), one.text("bin")), nil)
	h.bad(422, "admin", template, at("/template?region=%s&bin=123", one.text("region")), nil)
	return refusal.text("letter")
}

func (h *apiHome) accounts(at func(string, ...any) string) {
	t := h.t
	t.Helper()
	h.good("admin", "GET /api/v1/users", at("/users"), nil)
	h.bad(403, "fund", "GET /api/v1/users", at("/users"), nil)
	const add = "POST /api/v1/users"
	r := h.good("admin", add, at("/users"), object{"login": "clerk", "role": "akimat", "region": "63"})
	if r.status != 201 || r.text("secret") == "" || r.text("user.region") != "63" {
		t.Errorf("a new account: %s", r.body)
	}
	h.bad(409, "admin", add, at("/users"), object{"login": "Clerk", "role": "fund"})
	h.bad(422, "admin", add, at("/users"), object{"login": "other", "role": "fund", "region": "63"})
	h.bad(422, "admin", add, at("/users"), object{"login": "123456789012", "role": "fund"})
	const change = "POST /api/v1/users/{login}"
	if r = h.good("admin", change, at("/users/clerk"), object{"role": "fund", "name": "A clerk", "disabled": true}); r.text("user.role") != "fund" || r.at("user.disabled") != true || r.text("user.region") == "63" {
		t.Errorf("a change: %s", r.body)
	}
	h.good("admin", change, at("/users/clerk"), object{"disabled": false})
	h.bad(404, "admin", change, at("/users/nobody"), object{})
	h.bad(409, "admin", change, at("/users/admin"), object{"role": "fund"})
	h.good("admin", "POST /api/v1/users/{login}/password", at("/users/clerk/password"), nil)
	h.bad(404, "admin", "POST /api/v1/users/{login}/password", at("/users/nobody/password"), nil)
	const tokens = "POST /api/v1/users/{login}/tokens"
	r = h.good("admin", tokens, at("/users/clerk/tokens"), object{"name": "test", "scopes": []string{"read"}})
	h.tokens["clerk"] = r.text("secret")
	h.good("clerk", "GET /api/v1/files", at("/files"), nil)
	h.bad(422, "admin", tokens, at("/users/clerk/tokens"), object{"name": "test", "scopes": []string{"everything"}})
	h.good("admin", "GET /api/v1/users/{login}/tokens", at("/users/clerk/tokens"), nil)
	h.bad(404, "admin", "GET /api/v1/users/{login}/tokens", at("/users/nobody/tokens"), nil)
	const revoke = "POST /api/v1/users/{login}/tokens/{id}/revoke"
	h.good("admin", revoke, at("/users/clerk/tokens/%d/revoke", r.number("token.id")), nil)
	h.bad(404, "admin", revoke, at("/users/clerk/tokens/99999/revoke"), nil)
	h.bad(401, "clerk", "GET /api/v1/files", at("/files"), nil)
}
