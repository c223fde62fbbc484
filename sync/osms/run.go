package osms

import (
	"slices"
	"time"
)

// Job names a piece of work that runs on the schedule, by command or from the
// console.
type Job string

const (
	JobIntake    Job = "intake"
	JobAssess    Job = "assess"
	JobReconcile Job = "reconcile"
	JobLetters   Job = "letters"
	JobDeliver   Job = "deliver"
	JobReminders Job = "reminders"
	JobMonth     Job = "month"
	// JobCases does what the program may do on cases of service A; JobRequests
	// answers what requests of service B wait.
	JobCases    Job = "cases"
	JobRequests Job = "requests"
	// JobRemote fetches from and delivers to other people's servers.
	JobRemote Job = "remote"
	// Decisions about imports: never on the schedule.
	JobRelease Job = "release"
	JobRefuse  Job = "refuse"
	JobUndo    Job = "undo"
)

// Apart reports a job that waits for other people's servers: it has a lease of its
// own, so that the registry never waits with it.
func (j Job) Apart() bool { return j == JobDeliver || j == JobRemote }

// Aside reports a job that the daemon runs beside its other work.
func (j Job) Aside() bool { return slices.Contains(AsideJobs(), j) }

// AsideJobs are the jobs that wait for other people's servers.
func AsideJobs() []Job { return []Job{JobRemote, JobDeliver} }

// RunState is where a run stands.
type RunState string

const (
	Running     RunState = "running"
	Done        RunState = "done"
	Failed      RunState = "failed"
	Interrupted RunState = "interrupted"
)

// Run is one line of the run journal.
type Run struct {
	ID       int64
	Job      Job
	Month    Month
	Trigger  string // "schedule", "command", "console", "api" …
	Who      string // the login of whoever began it; "": the program or the machine's user
	Due      time.Time
	Started  time.Time
	Finished time.Time
	State    RunState
	Message  string
	// Versions names the dated data that it used: the calendar and the legal texts.
	Versions string
}
