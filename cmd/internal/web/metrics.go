package web

import (
	"bytes"
	"context"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"osmsd/sync/osms"
)

func (s *Server) operatorRoutes() []route {
	return []route{
		{"GET /healthz", everybody | nobody, "", (*ask).healthz},
		{"GET /readyz", everybody | nobody, "", (*ask).readyz},
		{"GET /metrics", everybody | nobody, "", (*ask).metrics},
	}
}

// metrics of the daemon. Labels are jobs, outcomes, routes and status codes,
// never a name, a file or a number of a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	runs     *prometheus.HistogramVec
	mu       sync.Mutex // one look at the registry at a time
}

func newMetrics(s *Server) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "osmsd_http_request_seconds", Help: "How long requests took, by route and status.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route", "code"}),
		runs: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "osmsd_run_seconds", Help: "How long runs took, by job and how they ended.",
			Buckets: []float64{.1, 1, 5, 15, 60, 300, 1200, 3600, 14400}}, []string{"job", "state"}),
	}
	m.registry.MustRegister(m.requests, m.runs, &looked{s: s}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// ran notes how long a run of this process took.
func (m *metrics) ran(run osms.Run) {
	m.runs.WithLabelValues(string(run.Job), string(run.State)).Observe(max(0, run.Finished.Sub(run.Started).Seconds()))
}

// looked is what is read from the registry at each scrape.
type looked struct{ s *Server }

var (
	seenUp        = prometheus.NewDesc("osmsd_registry_up", "1 when the registry answers.", nil, nil)
	seenSuccess   = prometheus.NewDesc("osmsd_job_last_success_timestamp_seconds", "When a job last came to its end.", []string{"job"}, nil)
	seenEnd       = prometheus.NewDesc("osmsd_job_last_end_timestamp_seconds", "When a job's last run ended, by its outcome.", []string{"job", "state"}, nil)
	seenLateness  = prometheus.NewDesc("osmsd_job_lateness_seconds", "How long a job has been due and has not run.", []string{"job"}, nil)
	seenFiles     = prometheus.NewDesc("osmsd_files_total", "Files that were ever seen, by outcome.", []string{"outcome"}, nil)
	seenUploads   = prometheus.NewDesc("osmsd_uploads_waiting", "Uploads that are not taken yet.", nil, nil)
	seenOldest    = prometheus.NewDesc("osmsd_uploads_oldest_seconds", "How long the first of them has waited.", nil, nil)
	seenHeld      = prometheus.NewDesc("osmsd_held_diffs", "Diffs that wait for an administrator.", nil, nil)
	seenMails     = prometheus.NewDesc("osmsd_mails_waiting", "Mails that are not sent and not given up.", nil, nil)
	seenUndone    = prometheus.NewDesc("osmsd_receipts_waiting", "Files whose receipts are not handed out yet.", nil, nil)
	seenSessions  = prometheus.NewDesc("osmsd_sessions", "Sessions of the console.", nil, nil)
	seenAll       = []*prometheus.Desc{seenUp, seenSuccess, seenEnd, seenLateness, seenFiles, seenUploads, seenOldest, seenHeld, seenMails, seenUndone, seenSessions}
	lookedAtMost  = 5 * time.Second
	outcomeLabels = osms.Outcomes
)

// Describe implements prometheus.Collector.
func (l *looked) Describe(c chan<- *prometheus.Desc) {
	for _, d := range seenAll {
		c <- d
	}
}

// Collect implements prometheus.Collector. What cannot be read is left out, and
// osmsd_registry_up says so.
func (l *looked) Collect(c chan<- prometheus.Metric) {
	l.s.measures.mu.Lock()
	defer l.s.measures.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), lookedAtMost)
	defer cancel()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	now, up := l.s.Runner.Clock(), 1.0
	if jobs, err := l.s.store().Health(ctx); err != nil {
		up = 0
	} else {
		for _, j := range jobs {
			if !j.Succeeded.IsZero() {
				gauge(seenSuccess, float64(j.Succeeded.Unix()), string(j.Job))
			}
			if !j.Ended.IsZero() {
				gauge(seenEnd, float64(j.Ended.Unix()), string(j.Job), string(j.State))
			}
			if !j.Due.IsZero() {
				gauge(seenLateness, max(0, now.Sub(j.Due).Seconds()), string(j.Job))
			}
		}
	}
	if files, err := l.s.store().Outcomes(ctx); err != nil {
		up = 0
	} else {
		for _, o := range outcomeLabels() {
			c <- prometheus.MustNewConstMetric(seenFiles, prometheus.CounterValue, float64(files[o]), string(o))
		}
	}
	if q, err := l.s.store().Queue(ctx); err != nil {
		up = 0
	} else {
		oldest := 0.0
		if !q.Oldest.IsZero() {
			oldest = max(0, now.Sub(q.Oldest).Seconds())
		}
		gauge(seenUploads, float64(q.Uploads))
		gauge(seenOldest, oldest)
		gauge(seenHeld, float64(q.Held))
		gauge(seenMails, float64(q.Mails))
		gauge(seenUndone, float64(q.Unfinished))
		gauge(seenSessions, float64(q.SessionsNow))
	}
	gauge(seenUp, up)
}

// metrics are shown to this machine, and to the networks of whoever collects
// them.
func (q *ask) metrics() error {
	from := q.s.remote(q.r)
	if !from.IsLoopback() && !slices.ContainsFunc(q.s.Scrapers, func(p netip.Prefix) bool { return p.Contains(from) }) {
		return refused(http.StatusForbidden, "refused.scraper")
	}
	promhttp.HandlerFor(q.s.measures.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}).ServeHTTP(q.w, q.r)
	return nil
}

// healthz: the process answers.
func (q *ask) healthz() error {
	q.w.Header().Set("Content-Type", kindText)
	_, _ = q.w.Write([]byte("ok\n"))
	return nil
}

// readyz: the registry and the archive answer too.
func (q *ask) readyz() error {
	ctx, cancel := context.WithTimeout(q.ctx(), 2*time.Second)
	defer cancel()
	var out bytes.Buffer
	code := http.StatusOK
	for _, part := range []struct {
		name string
		err  error
	}{{"registry", q.store().Ping(ctx)}, {"archive", stat(q.desk.Home.Archive)}, {"uploads", stat(q.s.Spool)}} {
		state := "ok"
		if part.err != nil {
			state, code = "failing", http.StatusServiceUnavailable
			q.s.Log.Warn("not ready", "path", part.name, "err", part.err)
		}
		out.WriteString(part.name + ": " + state + "\n")
	}
	q.w.Header().Set("Content-Type", kindText)
	q.w.WriteHeader(code)
	_, _ = out.WriteTo(q.w)
	return nil
}

func stat(path string) error {
	_, err := os.Stat(path)
	return err
}

// status remembers what was answered, for the metrics.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Write(b []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// observe notes how long a route took to answer.
func (m *metrics) observe(pattern string, code int, took time.Duration) {
	if code == 0 {
		code = http.StatusOK
	}
	m.requests.WithLabelValues(pattern, strconv.Itoa(code)).Observe(took.Seconds())
}
