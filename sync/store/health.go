package store

import (
	"context"
	"database/sql"
	"time"

	"osmsd/sync/osms"
)

// JobHealth is how a job has been doing.
type JobHealth struct {
	Job       osms.Job
	Succeeded time.Time // when it last came to its end; zero: never
	Ended     time.Time // its last run, whatever its outcome
	State     osms.RunState
	Due       time.Time // next; zero: it has no schedule
}

// Health tells of every job that ran or is planned how it has been doing.
func (s *Store) Health(ctx context.Context) (map[osms.Job]JobHealth, error) {
	out := map[osms.Job]JobHealth{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var h JobHealth
		var succeeded, ended sql.NullInt64
		err := rows.Scan(&h.Job, &succeeded, &ended, &h.State)
		h.Succeeded, h.Ended = moment(succeeded), moment(ended)
		out[h.Job] = h
		return err
	}, `SELECT r.job, l.done, r.finished, r.state FROM run AS r JOIN (SELECT job, max(id) AS id,
			max(CASE WHEN state = $1 THEN finished END) AS done FROM run GROUP BY job) AS l ON l.id = r.id`, osms.Done)
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var job osms.Job
		var due int64
		err := rows.Scan(&job, &due)
		h := out[job]
		h.Job, h.Due = job, time.Unix(due, 0).UTC()
		out[job] = h
		return err
	}, "SELECT job, due FROM schedule")
	return out, err
}

// Queue is what waits.
type Queue struct {
	Uploads     int       // that are not taken yet
	Oldest      time.Time // when the first of them came; zero: none waits
	Held        int       // diffs that wait for an administrator
	Mails       int       // that are not sent and not given up
	Unfinished  int       // files whose receipts are not handed out yet
	SessionsNow int
}

// Queue counts what waits.
func (s *Store) Queue(ctx context.Context) (q Queue, err error) {
	var oldest sql.NullInt64
	err = s.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM upload WHERE state = 'waiting'), (SELECT min(received) FROM upload WHERE state = 'waiting'),
		(SELECT count(*) FROM import_organisation WHERE state = 'held'), (SELECT count(*) FROM outbox WHERE sent = 0 AND given_up = 0),
		(SELECT count(*) FROM unfinished), (SELECT count(*) FROM session)`).Scan(&q.Uploads, &oldest, &q.Held, &q.Mails, &q.Unfinished, &q.SessionsNow)
	q.Oldest = moment(oldest)
	return q, unreachable(err)
}

// HeldCounts counts the diffs that wait for an administrator by the region that
// sent them.
func (s *Store) HeldCounts(ctx context.Context) (map[osms.Region]int, error) {
	out := map[osms.Region]int{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var region osms.Region
		var n int
		err := rows.Scan(&region, &n)
		out[region] = n
		return err
	}, "SELECT i.region, count(*) FROM import_organisation o JOIN import i ON i.sequence = o.sequence WHERE o.state = 'held' GROUP BY i.region")
	return out, err
}

// Outcomes counts all files that were ever seen by outcome.
func (s *Store) Outcomes(ctx context.Context) (map[osms.Outcome]int, error) {
	out := map[osms.Outcome]int{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var outcome osms.Outcome
		var n int
		err := rows.Scan(&outcome, &n)
		out[outcome] = n
		return err
	}, "SELECT outcome, count(*) FROM arrival GROUP BY outcome")
	return out, err
}

// Ping reports whether the registry answers.
func (s *Store) Ping(ctx context.Context) error { return unreachable(s.db.PingContext(ctx)) }
