package shape

import (
	"time"

	"osmsd/sync/osms"
)

// Moment writes a moment as RFC 3339 in UTC; "" for none.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Run is a job that ran.
type Run struct {
	ID       int64         `json:"id"`
	Job      osms.Job      `json:"job"`
	Month    osms.Month    `json:"month"`
	Trigger  string        `json:"trigger"`
	Who      string        `json:"who"`
	Due      string        `json:"due"`
	Started  string        `json:"started"`
	Finished string        `json:"finished"`
	State    osms.RunState `json:"state"`
	Message  string        `json:"message"`
	Versions string        `json:"versions"`
}

// RunOf shows a run.
func RunOf(r osms.Run) Run {
	return Run{r.ID, r.Job, r.Month, r.Trigger, r.Who, Moment(r.Due), Moment(r.Started), Moment(r.Finished), r.State, r.Message, r.Versions}
}
