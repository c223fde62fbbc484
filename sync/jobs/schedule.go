package jobs

import (
	"fmt"
	"strings"
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
// the library panic, that never fires, or that brings a time zone of its own
// (due times are counted in the configured one) is an error like any other.
func ParseCron(expression string) (s cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("%q is not a cron expression", expression)
		}
	}()
	if strings.Contains(expression, "TZ=") {
		return nil, fmt.Errorf("%q has a time zone of its own: the zone is set once, for all jobs", expression)
	}
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
	for _, job := range []osms.Job{osms.JobIntake, osms.JobAssess, osms.JobReconcile, osms.JobLetters, osms.JobDeliver, osms.JobReminders, osms.JobCases, osms.JobRequests, osms.JobMonth, osms.JobRemote} {
		if _, ok := t.tasks[job]; ok {
			out = append(out, job)
		}
	}
	return out
}

// Next is the first moment after another at which a job is due; zero when it
// never is.
//
// A job of given hours is due once for each time on the wall: when the clock is
// put back over it (Almaty, 29 February 2024, 23:30), the first time; when the
// clock is put forward over it, the moment at which the clock goes on. A job of
// every hour is due by time that passes, so that the hour that comes twice is
// not left out.
func (t *Timetable) Next(job osms.Job, after time.Time) time.Time {
	task, ok := t.tasks[job]
	if !ok {
		return time.Time{}
	}
	if everyHour(task.schedule) {
		return t.nextPassing(task, after)
	}
	wall := wallOf(after.In(t.zone))
	for range 1000 {
		if wall = task.schedule.Next(wall); wall.IsZero() {
			return wall
		}
		day := osms.DateOf(wall)
		if task.workingDay != 0 && !t.isWorkingDay(day, task.workingDay) {
			wall = day.Add(1).Time().Add(-time.Second)
			continue
		}
		if at := t.moment(wall); at.After(after) {
			return at
		}
	}
	return time.Time{}
}

// nextPassing is Next for a job of every hour.
func (t *Timetable) nextPassing(task timetabled, after time.Time) time.Time {
	at := after.In(t.zone)
	for range 1000 {
		if at = task.schedule.Next(at); at.IsZero() {
			return at
		}
		day := osms.DateOf(at)
		if task.workingDay == 0 || t.isWorkingDay(day, task.workingDay) {
			return at
		}
		if evening := t.moment(day.Add(1).Time()).Add(-time.Second); evening.After(at) {
			at = evening
		}
	}
	return time.Time{}
}

// everyHour reports a schedule that fires in every hour of the day.
func everyHour(s cron.Schedule) bool {
	const hours = 1<<24 - 1
	spec, ok := s.(*cron.SpecSchedule)
	return !ok || spec.Hour&hours == hours
}

// wallOf is what the clock on the wall shows at a moment, as if in UTC: there
// every time exists, and once.
func wallOf(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
}

// moment is the first moment at which the clock on the wall shows a time or,
// where it is put forward over it, a later one.
func (t *Timetable) moment(wall time.Time) time.Time {
	y, m, d := wall.Date()
	at := time.Date(y, m, d, wall.Hour(), wall.Minute(), wall.Second(), 0, t.zone)
	from, until := at.ZoneBounds()
	switch shown := wallOf(at); {
	case shown.After(wall):
		return from
	case shown.Before(wall):
		return until
	}
	if !from.IsZero() {
		_, before := from.Add(-time.Second).Zone()
		if first := wall.Add(-time.Duration(before) * time.Second); first.Before(from) {
			return first.In(t.zone)
		}
	}
	return at
}

// isWorkingDay reports whether a day is the n-th working day of its month.
func (t *Timetable) isWorkingDay(d osms.Date, n int) bool {
	return t.calendar.AddWorkingDays(d.Month().First().Add(-1), n) == d
}
