package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

func (s *Server) heldRoutes() []route {
	return []route{
		{"GET /held", everybody, osms.ScopeRead, (*ask).heldPage},
		{"POST /held/{hash}/release", admin, osms.ScopeManage, (*ask).releaseHeld},
		{"POST /held/{hash}/refuse", admin, osms.ScopeManage, (*ask).refuseHeld},
		{"GET /imports/{id}/undo", admin, osms.ScopeManage, (*ask).undoPage},
		{"POST /imports/{id}/undo", admin, osms.ScopeManage, (*ask).undo},
	}
}

type heldPage struct {
	Held   []heldShown
	More   int // that are not listed
	Decide bool
}

type heldShown struct {
	jobs.HeldDiff
	Organisation osms.Organisation // that it is of; zero: of none, or of many
	Why          string
	Moved        bool
	Changes      []changeShown
	Unshown      int
}

// heldPage lists the diffs that wait for an administrator, with what each would
// do to the register as it is now. An akimat sees those of its region.
func (q *ask) heldPage() error {
	const most = 30
	held, more, err := q.desk.HeldOf(q.ctx(), q.scope(), most)
	if err != nil {
		return err
	}
	page := heldPage{Decide: q.is(osms.RoleAdministrator), More: more}
	for _, h := range held {
		x := heldShown{HeldDiff: h, Moved: h.Now != h.Diff,
			Why: osms.Hold{Reason: osms.HoldReason(h.Reason), Detail: h.HeldImport.Why}.Message(q.lang)}
		x.Changes, x.Unshown = q.shownChanges(h.Changes)
		if h.BIN != 0 {
			if x.Organisation, err = q.organisation(h.BIN); err != nil {
				return err
			}
		}
		page.Held = append(page.Held, x)
	}
	if len(held) > 0 {
		if err := q.lookedAtMany(lookedIn(lookedHeld, q.scope())); err != nil {
			return err
		}
	}
	return q.show("held", q.say("held.title"), page)
}

// heldDecision reads which held diff is decided on, and why.
func (q *ask) heldDecision() (hash, reason string, err error) {
	if hash = q.r.PathValue("hash"); !osms.IsDiff(hash) {
		return "", "", refused(http.StatusBadRequest, "refused.hash")
	}
	reason, err = q.reason()
	return hash, reason, err
}

// reason is why somebody decides; the audit log keeps it.
func (q *ask) reason() (string, error) {
	reason := q.value("reason")
	if reason == "" {
		return "", refused(http.StatusUnprocessableEntity, "refused.reason")
	}
	if len(reason) > 2000 {
		return "", refused(http.StatusUnprocessableEntity, "refused.field")
	}
	return reason, nil
}

func (q *ask) releaseHeld() error {
	hash, reason, err := q.heldDecision()
	if err != nil {
		return err
	}
	taken, err := q.release(hash, reason)
	if err != nil {
		return err
	}
	return q.redirect(fmt.Sprintf("/files/%d", taken.Report.Arrival), "released")
}

// release applies a held diff.
func (q *ask) release(hash, reason string) (taken jobs.Taken, err error) {
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobRelease, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		if taken, err = q.desk.Release(ctx, t, hash, reason); err != nil {
			return "", err
		}
		if _, err = q.store().NumberOverlaps(ctx, t.Lease); err != nil {
			return "", err
		}
		return fmt.Sprintf("import %d released", taken.Report.Import), nil
	})
	return taken, err
}

func (q *ask) refuseHeld() error {
	hash, reason, err := q.heldDecision()
	if err != nil {
		return err
	}
	if _, err = q.refuseDiff(hash, reason); err != nil {
		return err
	}
	return q.redirect("/held", "refusedheld")
}

// refuseDiff decides that a held diff will not be applied.
func (q *ask) refuseDiff(hash, reason string) (held []jobs.HeldDiff, err error) {
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobRefuse, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		if held, err = q.desk.Refuse(ctx, t, hash, reason); err != nil {
			return "", err
		}
		return fmt.Sprintf("import %d refused", held[0].Import.Sequence), nil
	})
	return held, err
}

type undoPage struct {
	Import  int64
	Replay  bool
	Undone  jobs.Undone
	Letters []string
	More    int
}

// undoPage shows what taking an import back would do; nothing is done.
func (q *ask) undoPage() error {
	id, err := q.number("id")
	if err != nil {
		return err
	}
	page := undoPage{Import: id, Replay: q.value("replay") == "1"}
	if page.Undone, err = q.undoWould(id, page.Replay); err != nil {
		return err
	}
	const most = 50
	page.Letters = page.Undone.LettersAnnulled
	if page.More = max(0, len(page.Letters)-most); page.More > 0 {
		page.Letters = page.Letters[:most]
	}
	return q.show("undo", q.say("undo.title", id), page)
}

func (q *ask) undo() error {
	id, err := q.number("id")
	if err != nil {
		return err
	}
	reason, err := q.reason()
	if err != nil {
		return q.again(err, q.undoPage)
	}
	replay := q.value("replay") == "1"
	u, _, untold, err := q.takeBack(id, jobs.UndoOptions{Replay: replay, Reason: reason})
	switch {
	case err != nil && untold == nil:
		return err
	case !u.Undone:
		return q.redirect("/imports/"+strconv.FormatInt(id, 10)+"/undo", "blockedundo")
	}
	return q.redirect("/files", "undone")
}

// takeBack takes an import back and tells of annulled letters. untold is why some
// notice could not be written; the import is undone all the same.
func (q *ask) takeBack(id int64, o jobs.UndoOptions) (u jobs.Undone, notices []string, untold, err error) {
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobUndo, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		var err error
		if u, err = q.desk.Undo(ctx, t, id, o); err != nil {
			return "", err
		}
		if !u.Undone {
			return fmt.Sprintf("import %d not undone: %d later imports rest on it", id, len(u.BlockedBy)), nil
		}
		// It is undone whatever happens now; the letters job writes what is missing.
		notices, untold = q.desk.AnnulmentNotices(ctx, t, u.Sequence)
		_, err = q.store().NumberOverlaps(ctx, t.Lease)
		message := fmt.Sprintf("import %d undone", id)
		if len(notices) > 0 {
			message += fmt.Sprintf(", %d notices of annulled letters", len(notices))
		}
		return message, errors.Join(err, untold)
	})
	return u, notices, untold, err
}

// undoWould shows what taking an import back would do.
func (q *ask) undoWould(id int64, replay bool) (jobs.Undone, error) {
	desk, done, err := q.desk.Rehearsal()
	if err != nil {
		return jobs.Undone{}, err
	}
	defer done()
	return desk.Undo(q.ctx(), jobs.Turn{Now: q.now}, id, jobs.UndoOptions{DryRun: true, Replay: replay})
}
