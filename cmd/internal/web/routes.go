package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// who may ask for a route.
type who uint8

const (
	akimat who = 1 << iota
	fund
	admin
	auditor
	nobody // no login is needed
)

const (
	everybody = akimat | fund | admin | auditor
	staff     = fund | admin | auditor // who sees all regions
)

// holds is the bit of a role.
func holds(r osms.Role) who {
	switch r {
	case osms.RoleAkimat:
		return akimat
	case osms.RoleFund:
		return fund
	case osms.RoleAdministrator:
		return admin
	case osms.RoleAuditor:
		return auditor
	}
	return 0
}

// route is a line of the table: what may be asked, by whom, and who answers.
type route struct {
	pattern string
	may     who
	scope   osms.Scope // what a token needs; "": tokens are not taken
	handle  func(*ask) error
}

// slow routes take a body or stream an answer at their own pace.
func (r route) slow() bool { return slowRoutes[r.pattern] }

var slowRoutes = map[string]bool{"POST /files": true, "POST /api/v1/files": true, "GET /live/{topic}": true, "POST /audit/check": true}

// routes is the table. A route that is not in it does not exist.
func (s *Server) routes() []route {
	frame := []route{
		{"GET /login", everybody | nobody, "", (*ask).loginForm},
		{"POST /login", everybody | nobody, "", (*ask).login},
		{"POST /logout", everybody | nobody, "", (*ask).logout},
		{"POST /language", everybody | nobody, "", (*ask).language},
		{"GET /static/{digest}/{name...}", everybody | nobody, "", (*ask).static},
		{"GET /password", everybody, "", (*ask).passwordForm},
		{"POST /password", everybody, "", (*ask).password},
	}
	return slices.Concat(frame, s.operatorRoutes(), s.monthRoutes(), s.filesRoutes(), s.heldRoutes(), s.helpRoutes(),
		s.reconciliationRoutes(), s.personsRoutes(), s.statementsRoutes(),
		s.casesRoutes(), s.lettersRoutes(), s.templatesRoutes(),
		s.runsRoutes(), s.settingsRoutes(), s.usersRoutes(), s.auditRoutes(), s.accessRoutes(), s.overlapsRoutes(), s.apiRoutes())
}

// mux serves the table. It panics on a pattern that stands twice.
func (s *Server) mux() (http.Handler, error) {
	mux := http.NewServeMux()
	s.allowed, s.table = map[string]who{}, mux
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.gate(r))
		s.allowed[r.pattern] = r.may
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			s.unrouted(mux, w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}), nil
}

// unrouted answers what is not in the table in our own words.
func (s *Server) unrouted(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.refuse(w, r, refused(http.StatusMethodNotAllowed, "refused.method"))
		return
	}
	s.refuse(w, r, refused(http.StatusNotFound, "refused.missing"))
}

// longestAnswer is how long an answer may take to be written.
const longestAnswer = 10 * time.Minute

// brief is a body that must come soon. When it has come the deadline is lifted:
// the answer may take longer.
type brief struct {
	io.ReadCloser
	c *http.ResponseController
}

func (b *brief) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.c.SetReadDeadline(time.Time{})
	}
	return n, err
}

// gate stands before every route: it finds out who asks, whether they may, and
// whether they ask too often.
func (s *Server) gate(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answered, begun := &status{ResponseWriter: w}, time.Now()
		w = answered
		defer func() { s.measures.observe(route.pattern, answered.code, time.Since(begun)) }()
		q := &ask{s: s, w: w, r: r, desk: s.Desk(), now: s.now(), route: route}
		if !route.slow() {
			c := http.NewResponseController(w)
			_ = c.SetWriteDeadline(time.Now().Add(longestAnswer))
			r.Body = &brief{http.MaxBytesReader(w, r.Body, 1<<20), c}
			if r.ContentLength == 0 {
				// The server reads on for the client's going away: a deadline would end
				// the request itself.
				_ = c.SetReadDeadline(time.Time{})
			}
		}
		err := s.identify(q)
		q.lang = s.chosen(r, q.account)
		if lang := accepted(r); q.token != nil && lang != "" {
			q.lang = lang // a program says for whom it asks
		}
		if err == nil {
			err = s.admit(q)
		}
		if err == nil && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			if ferr := r.ParseForm(); ferr != nil { // cut, too slow or too long
				err = broken(ferr)
			}
		}
		if err == nil {
			err = route.handle(q)
		}
		if err != nil && !errors.Is(err, errAnswered) {
			s.answerFault(q, err)
		}
	})
}

// admit keeps out who may not ask, or asks too often.
func (s *Server) admit(q *ask) error {
	if q.route.may&nobody != 0 {
		return nil
	}
	if q.account.ID == 0 {
		if q.r.Method == http.MethodGet && !forPrograms(q.r) {
			return errors.Join(errAnswered, q.toLogin())
		}
		q.w.Header().Set("WWW-Authenticate", `Bearer realm="osmsd"`)
		return refused(http.StatusUnauthorized, "refused.login")
	}
	if q.token != nil && (q.route.scope == "" || !q.token.May(q.route.scope)) {
		return refused(http.StatusForbidden, "refused.scope", orDash(string(q.route.scope)))
	}
	if q.route.may&holds(q.account.Role) == 0 {
		return refused(http.StatusForbidden, "refused.role")
	}
	if q.account.Expired && q.token == nil && !strings.HasSuffix(q.route.pattern, " /password") && !strings.HasSuffix(q.route.pattern, " /logout") {
		if q.r.Method == http.MethodGet && !forPrograms(q.r) {
			return errors.Join(errAnswered, q.redirect("/password", ""))
		}
		return refused(http.StatusForbidden, "refused.expired")
	}
	limit := askPages
	switch {
	case q.route.scope == osms.ScopeUpload && q.r.Method == http.MethodPost:
		limit = sendFiles
	case q.route.scope == osms.ScopeStatements:
		limit = askStatement
	}
	wait, err := s.limits.take(q.ctx(), limit, fmt.Sprint(q.account.ID))
	if err == nil && wait > 0 {
		err = tooOften(wait)
	}
	return err
}

// errAnswered says that whoever asked was sent elsewhere: nothing else is done.
var errAnswered = errors.New("answered")

func tooOften(wait time.Duration) error {
	f := refused(http.StatusTooManyRequests, "refused.often", max(1, int(wait.Seconds()+0.999)))
	f.retry = max(1, int(wait.Seconds()+0.999))
	return f
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// Routes lists the patterns of the table in order.
func (s *Server) Routes() (out []string) {
	for pattern := range s.allowed {
		out = append(out, pattern)
	}
	slices.Sort(out)
	return out
}
