package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// RunList is a page of the journal, newest first.
type RunList struct {
	Runs []shape.Run `json:"runs"`
	Next *int64      `json:"next" doc:"Give it as before for older ones; null: there are none."`
}

type runsAsked struct{ Listing }

// RunAsked is a job to run now.
type RunAsked struct {
	Job   osms.Job `json:"job" enum:"intake,assess,reconcile,letters,reminders,cases,requests,month"`
	Month string   `json:"month,omitempty" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10" doc:"What it is about; this month where none is given."`
}

type runBegun struct{ Body RunAsked }

func (s *Server) describeRuns(a *api) {
	const tag = "Runs"
	operate(a, s, call{pattern: "GET /api/v1/runs", tag: tag, summary: "What ran"}, (*ask).apiRuns)
	operate(a, s, call{pattern: "GET /api/v1/runs/{id}", tag: tag, summary: "One run"}, (*ask).apiRun)
	operate(a, s, call{pattern: "POST /api/v1/runs", tag: tag, summary: "Run a job now", about: "Answers when the run has begun; Location is where to ask how it goes. 503 with Retry-After while another run goes on.", status: http.StatusAccepted}, (*ask).apiStartRun)
	operate(a, s, call{pattern: "POST /api/v1/runs/{id}/cancel", tag: tag, summary: "Ask a run to stop", about: "It stops at the next place where nothing is left half done.", status: http.StatusAccepted}, (*ask).apiCancelRun)
}

func (q *ask) apiRuns(in *runsAsked) (out RunList, err error) {
	all, err := q.store().RunsBefore(q.ctx(), in.Before, in.Limit+1)
	all, out.Next = cut(all, in.Limit, func(r osms.Run) int64 { return r.ID })
	out.Runs = []shape.Run{}
	for _, r := range all {
		out.Runs = append(out.Runs, shape.RunOf(r))
	}
	return out, err
}

func (q *ask) apiRun(in *numberAsked) (shape.Run, error) {
	r, err := q.store().RunNumbered(q.ctx(), in.ID)
	return shape.RunOf(r), err
}

func (q *ask) apiStartRun(in *runBegun) (out shape.Run, err error) {
	m := q.today().Month()
	if in.Body.Month != "" {
		if m, err = monthNamed(in.Body.Month); err != nil {
			return out, err
		}
	}
	if !slices.Contains(runnable(), in.Body.Job) {
		return out, refused(http.StatusUnprocessableEntity, "refused.invalid")
	}
	desk := q.desk
	id, err := q.s.startRun(q.begun(in.Body.Job, m), func(ctx context.Context, t jobs.Turn) (string, error) {
		return desk.Do(ctx, t, in.Body.Job, m, t.Progress)
	})
	if err != nil {
		return out, err
	}
	r, err := q.store().RunNumbered(q.ctx(), id)
	if err == nil {
		q.w.Header().Set("Location", fmt.Sprintf("%s/runs/%d", apiPrefix, r.ID))
	}
	return shape.RunOf(r), err
}

func (q *ask) apiCancelRun(in *numberAsked) (shape.Run, error) {
	r, err := q.s.stopRun(q, in.ID)
	return shape.RunOf(r), err
}
