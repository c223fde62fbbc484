package web

import (
	"net/http"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/receipt"
	"osmsd/sync/jobs"
)

// HeldList are the diffs that wait for an administrator.
type HeldList struct {
	Held []shape.Held `json:"held"`
	More int          `json:"more" doc:"How many more wait that are not listed."`
}

// RefusedList are the diffs that will not be applied.
type RefusedList struct {
	Refused []shape.Held `json:"refused"`
}

type heldAsked struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many at most."`
	Region string `query:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"Only this region's."`
}

// Reasoned is a decision with its reason.
type Reasoned struct {
	Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why; the audit log keeps it."`
}

type diffDecided struct {
	Hash string `path:"hash" pattern:"^[0-9a-f]{64}$" patternDescription:"64 hexadecimal digits" doc:"Of one organisation's diff, or of all that waits of a file."`
	Body Reasoned
}

// UndoAsked says how an import is taken back.
type UndoAsked struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why; the audit log keeps it. Needed unless dry_run."`
	Replay bool   `json:"replay,omitempty" doc:"Also when later imports rest on it: they are applied again in their order."`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only show what would be done."`
}

type undoAsked struct {
	ID   int64 `path:"id" minimum:"1" doc:"The import's number."`
	Body UndoAsked
}

func (s *Server) describeHeld(a *api) {
	const tag = "Held diffs and undo"
	operate(a, s, call{pattern: "GET /api/v1/held", tag: tag, summary: "What waits for an administrator", about: "With what each diff would do to the register as it is now, person by person."}, (*ask).apiHeld)
	operate(a, s, call{pattern: "POST /api/v1/held/{hash}/release", tag: tag, summary: "Apply exactly this diff", about: "409 with code void when the register has moved since."}, (*ask).apiRelease)
	operate(a, s, call{pattern: "POST /api/v1/held/{hash}/refuse", tag: tag, summary: "Decide that this diff will not be applied", about: "The file may be sent again."}, (*ask).apiRefuse)
	operate(a, s, call{pattern: "POST /api/v1/imports/{id}/undo", tag: tag, summary: "Take an import back", about: "The register is then as if the import had never come; its letters are annulled. undone is false and blocked_by names them when later imports rest on it and replay was not asked for. Look first with dry_run."}, (*ask).apiUndo)
}

func (q *ask) apiHeld(in *heldAsked) (out HeldList, err error) {
	region, err := q.regionNamed(in.Region)
	if err != nil {
		return out, err
	}
	held, more, err := q.desk.HeldOf(q.ctx(), region, in.Limit)
	if err != nil {
		return out, err
	}
	out.Held, out.More = q.heldShown(held), more
	if len(held) > 0 {
		err = q.lookedAtMany(lookedIn(lookedHeld, region))
	}
	return out, err
}

func (q *ask) heldShown(held []jobs.HeldDiff) []shape.Held {
	out := []shape.Held{}
	for _, h := range held {
		out = append(out, shape.HeldOf(h, q.lang))
	}
	return out
}

func (q *ask) apiRelease(in *diffDecided) (out FileAnswer, err error) {
	taken, err := q.release(in.Hash, in.Body.Reason)
	if err != nil {
		return out, err
	}
	a, err := q.store().ArrivalNumbered(q.ctx(), taken.Report.Arrival)
	return FileAnswer{shape.FileOf(a), receipt.JSON(taken.Report, q.lang)}, err
}

func (q *ask) apiRefuse(in *diffDecided) (out RefusedList, err error) {
	held, err := q.refuseDiff(in.Hash, in.Body.Reason)
	if err != nil {
		return out, err
	}
	return RefusedList{q.heldShown(held)}, q.lookedAtMany(lookedHeld)
}

func (q *ask) apiUndo(in *undoAsked) (out shape.Undone, err error) {
	if in.Body.DryRun {
		u, err := q.undoWould(in.ID, in.Body.Replay)
		return undoneShown(u, nil, true), err
	}
	if in.Body.Reason == "" {
		return out, refused(http.StatusUnprocessableEntity, "refused.reason")
	}
	u, paths, untold, err := q.takeBack(in.ID, jobs.UndoOptions{Replay: in.Body.Replay, Reason: in.Body.Reason})
	if err != nil && untold == nil {
		return out, err
	}
	var notices []string
	for _, p := range paths {
		notices = append(notices, q.desk.Home.Shown(p))
	}
	return undoneShown(u, notices, false), nil
}

// undoneShown is an undo without a list that is null.
func undoneShown(u jobs.Undone, notices []string, dry bool) shape.Undone {
	u.BlockedBy, u.Replayed = append([]int64{}, u.BlockedBy...), append([]int64{}, u.Replayed...)
	u.LettersAnnulled = append([]string{}, u.LettersAnnulled...)
	return shape.UndoneOf(u, append([]string{}, notices...), dry)
}
