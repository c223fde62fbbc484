package web

import (
	"net/http"

	"osmsd/sync/osms"
)

// stopRun asks a run to stop. One of another process cannot be reached from
// here.
func (s *Server) stopRun(q *ask, id int64) (osms.Run, error) {
	run, err := q.store().RunNumbered(q.ctx(), id)
	switch {
	case err != nil:
		return run, err
	case run.State != osms.Running:
		return run, refused(http.StatusConflict, "refused.ended")
	case !s.live.end(id, q.account.Login):
		return run, refused(http.StatusConflict, "refused.elsewhere")
	}
	return run, nil
}
