package jobs

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"osmsd/sync/calendar"
	"osmsd/sync/osms"
)

// Task says when a job runs: a cron expression and, when WorkingDay is not
// zero, only on the n-th working day of the month.
type Task struct {
	Cron       string
	WorkingDay int
}

// Timetable computes when jobs are next due. It reads no clock: cron only
// computes, what is due is kept in the store.
type Timetable struct {
	zone     *time.Location
	calendar *calendar.Calendar
	tasks    map[osms.Job]timetabled
}

type timetabled struct {
	schedule   cron.Schedule
	workingDay int
}

// NewTimetable parses the tasks. A task without an expression never runs. An
// expression that cannot be read, or that never fires, is an error that names
// its job.
func NewTimetable(tasks map[osms.Job]Task, zone *time.Location, days *calendar.Calendar) (*Timetable, error) {
	t := &Timetable{zone, days, map[osms.Job]timetabled{}}
	for job, task := range tasks {
		if task.Cron == "" {
			continue
		}
		s, err := ParseCron(task.Cron)
		if err != nil {
			return nil, fmt.Errorf("schedule of %s: %w", job, err)
		}
		t.tasks[job] = timetabled{s, task.WorkingDay}
		if t.Next(job, time.Date(2026, 1, 1, 0, 0, 0, 0, zone)).IsZero() {
			return nil, fmt.Errorf("schedule of %s: %q never fires on working day %d", job, task.Cron, task.WorkingDay)
		}
	}
	return t, nil
}

// ParseCron reads a cron expression of five fields. An expression that makes
// the library panic, or that never fires, is an error like any other.
func ParseCron(expression string) (s cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("%q is not a cron expression", expression)
		}
	}()
	if s, err = cron.ParseStandard(expression); err != nil {
		return nil, fmt.Errorf("%q is not a cron expression: %w", expression, err)
	}
	if s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("%q never fires", expression)
	}
	return s, nil
}

// Jobs lists the jobs that ever run, in a fixed order.
func (t *Timetable) Jobs() []osms.Job {
	var out []osms.Job
	for _, job := range []osms.Job{osms.JobIntake, osms.JobAssess, osms.JobReconcile, osms.JobLetters, osms.JobDeliver, osms.JobReminders, osms.JobMonth} {
		if _, ok := t.tasks[job]; ok {
			out = append(out, job)
		}
	}
	return out
}

// Next is the first moment after another at which a job is due; zero when it
// never is.
func (t *Timetable) Next(job osms.Job, after time.Time) time.Time {
	task, ok := t.tasks[job]
	if !ok {
		return time.Time{}
	}
	at := after.In(t.zone)
	for range 1000 {
		at = task.schedule.Next(at)
		if at.IsZero() || task.workingDay == 0 || t.isWorkingDay(osms.DateOf(at), task.workingDay) {
			return at
		}
	}
	return time.Time{}
}

// isWorkingDay reports whether a day is the n-th working day of its month.
func (t *Timetable) isWorkingDay(d osms.Date, n int) bool {
	return t.calendar.AddWorkingDays(d.Month().First().Add(-1), n) == d
}
