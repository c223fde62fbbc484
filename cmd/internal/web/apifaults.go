package web

import (
	"errors"
	"net/http"

	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/store"
)

// toldOffice tells what cases, overlaps, letters and templates refuse; nil for
// what it does not know.
func toldOffice(err error) *fault {
	var step *casework.StepError
	var bound *jobs.BoundError
	var own *jobs.OwnWordError
	switch {
	case errors.As(err, &step):
		return refused(http.StatusConflict, "case.refused."+string(step.Code))
	case errors.As(err, &bound):
		return refused(http.StatusConflict, "refused.bound", int(bound.Ground))
	case errors.As(err, &own):
		return refused(http.StatusConflict, "refused.ownword", own.Word)
	case errors.Is(err, jobs.ErrNoCase), store.NotFound(err):
		return refused(http.StatusNotFound, "refused.missing")
	case errors.Is(err, jobs.ErrFormUnknown):
		return refused(http.StatusConflict, "refused.otherform")
	case errors.Is(err, jobs.ErrNoProvider):
		return refused(http.StatusConflict, "refused.provider")
	case errors.Is(err, jobs.ErrNotASide):
		return refused(http.StatusConflict, "refused.side")
	case errors.Is(err, jobs.ErrNotDecided):
		return refused(http.StatusConflict, "refused.undecided")
	case errors.Is(err, jobs.ErrOtherRegion):
		return refused(http.StatusConflict, "refused.otherregion")
	case errors.Is(err, store.ErrOnce):
		return refused(http.StatusConflict, "refused.moved")
	}
	return nil
}
