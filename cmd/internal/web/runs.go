package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"time"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) runsRoutes() []route {
	return []route{
		{"GET /runs", staff, osms.ScopeRead, (*ask).runsPage},
		{"POST /runs", admin, osms.ScopeManage, (*ask).runNow},
		{"GET /runs/{id}", staff, osms.ScopeRead, (*ask).runPage},
		{"POST /runs/{id}/cancel", admin, osms.ScopeManage, (*ask).cancelRun},
		{"GET /runs/{id}/artefacts/{name}", staff, osms.ScopeRead, (*ask).artefact},
	}
}

// runnable are the jobs that can be run from here, in the order of a month.
func runnable() []osms.Job {
	return []osms.Job{osms.JobIntake, osms.JobAssess, osms.JobReconcile, osms.JobLetters, osms.JobDeliver, osms.JobReminders, osms.JobCases, osms.JobRequests, osms.JobRemote, osms.JobMonth}
}

const runsAtOnce = 50

type runsPage struct {
	Month   osms.Month
	Jobs    []osms.Job
	Start   bool // the reader may run and cancel
	Running []runShown
	Runs    []runShown
	Older   int64 // 0: there are none
	Newest  bool
	Planned []Planned
}

// runShown is a run with what is known of it here.
type runShown struct {
	osms.Run
	Took string // "" while it goes on
	Here bool   // it goes on in this process, and can be cancelled
	At   event
}

func (q *ask) runShown(r osms.Run) runShown {
	x := runShown{Run: r}
	if r.State == osms.Running {
		x.Here = q.s.live.runs(r.ID)
		x.At, _ = q.s.live.at(runTopic(r.ID))
		return x
	}
	x.Took = took(r.Finished.Sub(r.Started))
	return x
}

// took writes how long something went on, as 1:02:03.
func took(d time.Duration) string {
	s := max(0, int(d.Seconds()))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func (q *ask) runsPage() error {
	before, err := q.before()
	if err != nil {
		return err
	}
	page := runsPage{Month: q.today().Month(), Jobs: runnable(), Start: q.is(osms.RoleAdministrator), Newest: before == 0}
	runs, err := q.store().RunsBefore(q.ctx(), before, runsAtOnce+1)
	if err != nil {
		return err
	}
	if len(runs) > runsAtOnce {
		runs = runs[:runsAtOnce]
		page.Older = runs[runsAtOnce-1].ID
	}
	for _, r := range runs {
		page.Runs = append(page.Runs, q.runShown(r))
	}
	live := ""
	if page.Newest {
		running, err := q.store().RunningRuns(q.ctx())
		if err != nil {
			return err
		}
		for _, r := range running {
			page.Running = append(page.Running, q.runShown(r))
			live = runTopic(r.ID)
		}
		if q.s.Planned != nil {
			if page.Planned, err = q.s.Planned(q.ctx()); err != nil {
				return err
			}
		}
	}
	return q.showLive("runs", q.say("runs.title"), live, page)
}

// runNow runs a job, or shows what running it would do.
func (q *ask) runNow() error {
	job := osms.Job(q.value("job"))
	if !slices.Contains(runnable(), job) {
		return refused(http.StatusBadRequest, "refused.job", orDash(string(job)))
	}
	month, err := q.month()
	if err != nil {
		return err
	}
	if q.value("dry") == "1" {
		return q.rehearsal(job, month)
	}
	desk := q.desk
	do := func(ctx context.Context, t jobs.Turn) (string, error) { return desk.Do(ctx, t, job, month, t.Progress) }
	if q.value("refreeze") == "1" {
		if job != osms.JobAssess {
			return refused(http.StatusBadRequest, "refused.refreeze")
		}
		reason, err := q.reason()
		if err != nil {
			return q.again(err, q.runsPage)
		}
		do = func(ctx context.Context, t jobs.Turn) (string, error) {
			f, _, err := desk.Assess(ctx, t, month, true, reason)
			return fmt.Sprintf("version %d", f.Version), err
		}
	}
	id, err := q.s.startRun(q.begun(job, month), do)
	if err != nil {
		return err
	}
	return q.redirect(fmt.Sprintf("/runs/%d", id), "")
}

type rehearsalPage struct {
	jobs.Rehearsed
	Start bool
}

// rehearsal shows what a job would do. It names no persons: only counts.
func (q *ask) rehearsal(job osms.Job, month osms.Month) error {
	_ = http.NewResponseController(q.w).SetWriteDeadline(time.Now().Add(10 * time.Minute)) // many files may wait
	r, err := q.desk.Rehearse(q.ctx(), job, month, q.now)
	if err != nil {
		return err
	}
	return q.show("rehearsal", q.say("rehearsal.title", catalogue().Word(q.lang, "job", string(job)), month), rehearsalPage{r, q.is(osms.RoleAdministrator)})
}

type runPage struct {
	Run       runShown
	Cancel    bool
	Files     []store.Arrival
	More      bool // there are more files than are listed
	Artefacts []artefactShown
	Again     bool // it can be run again from here
}

type artefactShown struct {
	jobs.Artefact
	Organisation osms.Organisation
}

// mostArtefacts are listed of a run; the register of letters has all.
const mostArtefacts = 200

func (q *ask) runPage() error {
	r, err := q.runNumbered()
	if err != nil {
		return err
	}
	page := runPage{Run: q.runShown(r), Again: q.is(osms.RoleAdministrator) && slices.Contains(runnable(), r.Job)}
	page.Cancel = q.is(osms.RoleAdministrator) && r.State == osms.Running
	const most = 100
	if page.Files, err = q.store().ArrivalsAsked(q.ctx(), store.ArrivalsAsked{Run: r.ID, Limit: most + 1}); err != nil {
		return err
	}
	if page.More = len(page.Files) > most; page.More {
		page.Files = page.Files[len(page.Files)-most:]
	}
	live := ""
	if r.State == osms.Running {
		live = runTopic(r.ID)
	} else if page.Artefacts, err = q.artefacts(r); err != nil {
		return err
	}
	return q.showLive("run", q.say("run.title", r.ID, catalogue().Word(q.lang, "job", string(r.Job))), live, page)
}

func (q *ask) runNumbered() (osms.Run, error) {
	id, err := q.number("id")
	if err != nil {
		return osms.Run{}, err
	}
	return q.store().RunNumbered(q.ctx(), id)
}

func (q *ask) artefacts(r osms.Run) (out []artefactShown, err error) {
	found, err := q.desk.Artefacts(q.ctx(), r)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	organisations, err := q.store().Organisations(q.ctx())
	if err != nil {
		return nil, err
	}
	for _, a := range found[:min(len(found), mostArtefacts)] {
		out = append(out, artefactShown{a, organisations[a.BIN]})
	}
	return out, nil
}

// artefact sends a document that a run wrote. The name is compared with those that
// the run is known to have written, and leads nowhere by itself.
func (q *ask) artefact() error {
	r, err := q.runNumbered()
	if err != nil {
		return err
	}
	found, err := q.desk.Artefacts(q.ctx(), r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(found, func(a jobs.Artefact) bool { return a.Name == q.r.PathValue("name") })
	if i < 0 {
		return store.ErrNotFound
	}
	a := found[i]
	f, err := jobs.OpenArtefact(a)
	if a.Gone || errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			_ = f.Close()
		}
		return refused(http.StatusGone, "refused.artefact")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := q.lookedAtMany(fmt.Sprintf("запуск %d, %s", r.ID, a.Name)); err != nil { // a workbook names persons too
		return err
	}
	kind := kindPDF
	if path.Ext(a.Name) == ".xlsx" {
		kind = kindXLSX
	}
	q.w.Header().Set("Content-Type", kind)
	q.w.Header().Set("Content-Disposition", disposition(a.Name))
	http.ServeContent(q.w, q.r, "", r.Finished, f)
	return nil
}

// cancelRun asks a run of this process to stop.
func (q *ask) cancelRun() error {
	id, err := q.number("id")
	if err != nil {
		return err
	}
	r, err := q.s.stopRun(q, id)
	if err != nil {
		return err
	}
	return q.redirect(fmt.Sprintf("/runs/%d", r.ID), "cancelling")
}
