package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Options say what a console serves and to whom.
type Options struct {
	// InForce gives the desk where the use-cases are done now, and who runs them:
	// others after a reload of the configuration.
	InForce func() (*jobs.Desk, *jobs.Runner)
	Log     *slog.Logger
	// Spool is the folder in which uploads wait for their turn.
	Spool    string
	Language string // of whoever has not chosen one
	Version  string
	// Secure: the console is reached by TLS only, so cookies are kept to it.
	Secure bool
	// Hosts are the names under which the console may be asked; empty: any.
	Hosts []string
	// Proxies are those whose word on a client's address is taken.
	Proxies []netip.Prefix
	// Scrapers are networks from which metrics may be collected, besides this
	// machine.
	Scrapers []netip.Prefix
	// Idle and Longest end a session that is not used, and any session.
	Idle, Longest time.Duration
	// Largest is how many bytes one upload may have.
	Largest int64
	// Planned tells what is due next; nil where no schedule runs.
	Planned func(ctx context.Context) ([]Planned, error)
	// Patience is how long a sender may take to begin; zero: a minute.
	Patience time.Duration
	// Settings are the sections of the configuration for reading; see Setting.
	Settings func(lang string) []SettingGroup
}

// Planned is the next due time of a job.
type Planned struct {
	Job osms.Job
	Due time.Time
}

// Server is a console.
type Server struct {
	Options
	Runner   runner
	pages    pages
	limits   *limiter
	live     *live
	handles  *handles
	uploads  *uploads
	measures *metrics
	hashing  chan struct{}

	months     memory[monthKey, monthPage]
	reconciled memory[osms.Month, osms.Reconciliation]
	counted    memory[store.LetterFilter, letterTotals]
	// reconciledAs are reconciliations as known at an earlier day.
	reconciledAs memory[asOfKey, osms.Reconciliation]
	overlaps     memory[overlapsKey, []jobs.Contest]
	// background is what goes on after the request that began it.
	background background
	verified   verifications
	listed     memory[listedKey, []listedOrganisation]

	api       *api
	verifying chan struct{}

	allowed map[string]who
	table   *http.ServeMux // what may be asked
	handler http.Handler
}

// runner is the runner in force.
type runner struct{ now func() *jobs.Runner }

// turnPatience is how long a decision waits for its turn: most runs are over in a
// moment, and nobody likes to be told to press again.
const turnPatience = 3 * time.Second

// Run is that of jobs.Runner, after whoever works has ended, if that is soon.
func (r runner) Run(ctx context.Context, run osms.Run, do func(context.Context, jobs.Turn) (string, error)) (osms.Run, error) {
	for until := time.Now().Add(turnPatience); ; {
		done, err := r.now().Run(ctx, run, do)
		if !errors.As(err, new(*store.BusyError)) || time.Now().After(until) {
			return done, err
		}
		select {
		case <-ctx.Done():
			return done, err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Clock reads the clock of runs.
func (r runner) Clock() time.Time { return r.now().Clock() }

// largest is how many bytes one upload may have, as it is in force.
func (s *Server) largest() int64 { return cmp.Or(s.Desk().Limits.FileBytes, s.Largest) }

// Desk is the one in force.
func (s *Server) Desk() *jobs.Desk {
	desk, _ := s.InForce()
	return desk
}

// New makes a console over an open home. It watches the runner.
func New(ctx context.Context, o Options) (*Server, error) {
	s := &Server{Options: o, hashing: make(chan struct{}, 2), verifying: make(chan struct{}, 1), live: newLive()}
	s.Runner = runner{func() *jobs.Runner {
		_, r := o.InForce()
		return r
	}}
	var err error
	if s.pages, err = parsePages(); err != nil {
		return nil, err
	}
	if s.handles, err = newHandles(ctx, s.Desk().Store); err != nil {
		return nil, fmt.Errorf("the key of handles: %w", err)
	}
	s.measures = newMetrics(s)
	s.live.ended = s.measures.ran
	s.limits = newLimiter(s.Desk().Store, s.Runner.Clock)
	if s.uploads, err = newUploads(s); err != nil {
		return nil, err
	}
	s.Runner.now().Watch = s.live
	s.background.begin(ctx)
	if s.api, err = newAPI(s, s.routes()); err != nil {
		return nil, err
	}
	if s.handler, err = s.handle(); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Work does what nobody waits for: it takes uploads, writes allowances and ends
// old sessions, until the context ends.
func (s *Server) Work(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.uploads.work(ctx)
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		if n%600 == 0 {
			now := s.now()
			if err := s.store().EndOldSessions(ctx, now.Add(-s.Idle), now.Add(-s.Longest)); err != nil && ctx.Err() == nil {
				s.Log.Warn("old sessions not ended", "err", err)
			}
		}
		if err := s.limits.flush(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("allowances not written", "err", err)
		}
		select {
		case <-ctx.Done():
			<-done
			s.background.end()
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			if err := s.limits.flush(last); err != nil {
				s.Log.Warn("allowances not written", "err", err)
			}
			return
		case <-tick.C:
		}
	}
}

// briefly is how long anything may take to be sent that is not a file.
const briefly = 30 * time.Second

func (s *Server) patience() time.Duration {
	if s.Patience > 0 {
		return s.Patience
	}
	return time.Minute
}

func (s *Server) now() time.Time      { return s.Runner.Clock().UTC().Truncate(time.Second) }
func (s *Server) store() *store.Store { return s.Desk().Store }

// handle puts what every request passes through around the routes.
func (s *Server) handle() (http.Handler, error) {
	routes, err := s.mux()
	if err != nil {
		return nil, err
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, refused(http.StatusForbidden, "refused.cross"))
	}))
	inner := cross.Handler(routes)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			s.Log.Error("panic", "path", r.Pattern, "panic", fmt.Sprint(p))
			s.refuse(w, r, refused(http.StatusInternalServerError, "refused.internal"))
		}()
		// Nobody may take for ever to send what they announced, wherever it goes.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(min(s.patience(), briefly)))
		s.guard(w)
		if !s.knownHost(r.Host) {
			s.refuse(w, r, refused(http.StatusMisdirectedRequest, "refused.host"))
			return
		}
		inner.ServeHTTP(w, r)
	}), nil
}

// policy allows what the console brings itself and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guard sets the headers that every answer has.
func (s *Server) guard(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin") // an Origin is sent to ourselves
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
