package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"osmsd/sync/contribution"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// fault is something that a reader is told in their language: key names the
// sentence, key.hint what to do about it.
type fault struct {
	status int
	key    string
	args   []any
	retry  int // seconds after which it may go better; 0: not said
}

func (f *fault) Error() string { return catalogue().Text("en", f.key, f.args...) }

func refused(status int, key string, args ...any) *fault {
	return &fault{status: status, key: key, args: args}
}

// told makes a fault of every error: the one translator of this package. An
// error that nobody here knows is internal; its cause goes to the log, never to
// the reader.
func told(err error) (f *fault, internal bool) {
	var busy *store.BusyError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &f):
		return f, false
	case errors.As(err, &busy):
		return &fault{http.StatusServiceUnavailable, "refused.busy", []any{busy.Until.UTC().Format("15:04:05 UTC")}, 5}, false
	case errors.As(err, &large):
		return refused(http.StatusRequestEntityTooLarge, "refused.large", large.Limit>>20), false
	case errors.Is(err, store.ErrNotFound):
		return refused(http.StatusNotFound, "refused.missing"), false
	case errors.Is(err, store.ErrUnreachable), store.Lost(err):
		return &fault{http.StatusServiceUnavailable, "refused.database", nil, 10}, true
	case errors.Is(err, jobs.ErrBlocked):
		return refused(http.StatusForbidden, "refused.blocked"), false
	case errors.Is(err, jobs.ErrRemade):
		return refused(http.StatusConflict, "refused.remade"), true
	case errors.Is(err, jobs.ErrKeyOpen):
		return refused(http.StatusServiceUnavailable, "refused.keyopen"), true
	case errors.Is(err, jobs.ErrNoDiff):
		return refused(http.StatusNotFound, "refused.diff"), false
	case errors.Is(err, jobs.ErrVoid):
		return refused(http.StatusConflict, "refused.void"), false
	case errors.Is(err, jobs.ErrRowsDestroyed):
		return refused(http.StatusConflict, "refused.destroyed"), false
	case errors.Is(err, jobs.ErrCasesOpen):
		return refused(http.StatusConflict, "refused.casesopen"), false
	case errors.Is(err, jobs.ErrUndone):
		return refused(http.StatusConflict, "refused.undone"), false
	case errors.Is(err, jobs.ErrNoImport):
		return refused(http.StatusNotFound, "refused.import"), false
	case errors.Is(err, jobs.ErrNoOverlap):
		return refused(http.StatusNotFound, "refused.nooverlap"), false
	case errors.Is(err, jobs.ErrNotASide):
		return refused(http.StatusUnprocessableEntity, "refused.notaside"), false
	case errors.Is(err, jobs.ErrNotDecided):
		return refused(http.StatusConflict, "refused.notdecided"), false
	case errors.Is(err, jobs.ErrReason):
		return refused(http.StatusUnprocessableEntity, "refused.reason"), false
	case errors.Is(err, contribution.ErrNoRate):
		return refused(http.StatusConflict, "refused.rate"), false
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refused(http.StatusRequestTimeout, "refused.slowbody"), false
	case errors.Is(err, context.DeadlineExceeded):
		return &fault{http.StatusServiceUnavailable, "refused.slow", nil, 10}, true
	}
	if f := toldOffice(err); f != nil {
		return f, false
	}
	return refused(http.StatusInternalServerError, "refused.internal"), true
}

// refuse answers with what is wrong: a page for people, problem details
// (RFC 9457) for programs.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.answerFault(&ask{s: s, w: w, r: r, desk: s.Desk(), lang: s.chosen(r, osms.Account{}), now: s.now()}, err)
}

func (s *Server) answerFault(q *ask, err error) {
	f, internal := told(err)
	if internal && q.ctx().Err() == nil {
		s.Log.Error("request failed", "route", q.r.Pattern, "account", q.account.ID, "err", err)
	}
	h := q.w.Header()
	if q.account.ID == 0 && q.r.ContentLength != 0 {
		h.Set("Connection", "close") // what a stranger still sends is not waited for
	}
	for _, name := range []string{"Content-Length", "Content-Disposition", "Etag", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if f.retry > 0 {
		h.Set("Retry-After", fmt.Sprint(f.retry))
	}
	if forPrograms(q.r) {
		writeProblem(q, f)
		return
	}
	q.status, q.typed = f.status, nil
	hint := q.hint(f)
	if err := q.show("fault", q.say("fault.title"), faultPage{f.status, q.say(f.key, f.args...), hint, q.wayBack()}); err != nil {
		s.Log.Error("a fault cannot be shown", "err", err)
	}
}

type faultPage struct {
	Status     int
	What, Hint string
	Back       string // where whoever asked came from; "": not known
}

// hint is what to do about a fault; "" where nothing is known.
func (q *ask) hint(f *fault) string {
	if hint := q.say(f.key+".hint", f.args...); hint != f.key+".hint" {
		return hint
	}
	return ""
}

// again shows the page of a form once more: what is wrong stands on top, and what
// was typed in its fields. What is no fault of the form is answered as ever.
func (q *ask) again(err error, show func() error) error {
	f, internal := told(err)
	if internal || f.status != http.StatusUnprocessableEntity && f.status != http.StatusConflict || forPrograms(q.r) {
		return err
	}
	q.status, q.typed = f.status, f
	return show()
}

// wayBack is the page that a faulty question was asked from: the one that the
// browser names, or the nearest one above the question's own address. "": only
// the first page.
func (q *ask) wayBack() string {
	if q.account.ID == 0 || q.s.table == nil {
		return ""
	}
	if u, err := url.Parse(q.r.Referer()); err == nil && u.Host == q.r.Host && q.opens(u.EscapedPath()) && (q.r.Method != http.MethodGet || u.Path != q.r.URL.Path) {
		asked := u.Query()
		asked.Del("said")
		back := u.EscapedPath()
		if len(asked) > 0 {
			back += "?" + asked.Encode()
		}
		if local(back) {
			return back
		}
	}
	for at := q.r.URL.EscapedPath(); at != "" && at != "/"; at = at[:strings.LastIndexByte(at, '/')] {
		if q.opens(at) && (q.r.Method != http.MethodGet || at != q.r.URL.EscapedPath()) {
			return at
		}
	}
	return ""
}

// opens reports whether an address is a page that the reader may ask for.
func (q *ask) opens(path string) bool {
	u, err := url.Parse(path)
	if err != nil || !local(path) || u.Path == "/" {
		return false
	}
	_, pattern := q.s.table.Handler(&http.Request{Method: http.MethodGet, URL: u, Host: q.r.Host})
	return q.s.may(pattern)&holds(q.account.Role) != 0
}

// forPrograms reports a request whose answer no person reads.
func forPrograms(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.Contains(accept, "json") && !strings.Contains(accept, "html")
}

// Problem is RFC 9457's problem details: title in the reader's language, code for
// programs, hint: what to do.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title" doc:"What is wrong, in the caller's language."`
	Status int    `json:"status"`
	Detail string `json:"detail" doc:"What to do about it; \"\": nothing is known."`
	Code   string `json:"code" doc:"The same for programs."`
	// Errors lists the fields that break a rule; [] for other faults.
	Errors []FieldFault `json:"errors"`
}

func writeProblem(q *ask, f *fault) {
	p := problemOf(q, f)
	q.w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	q.w.Header().Set("Content-Language", q.lang)
	q.w.WriteHeader(f.status)
	e := json.NewEncoder(q.w)
	e.SetEscapeHTML(false)
	_ = e.Encode(p)
}
