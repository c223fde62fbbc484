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
func (s *Store) Health(ctx context.Context) ([]JobHealth, error) {
	var out []JobHealth
	var latest []int64
	at := map[osms.Job]int{}
	of := func(job osms.Job) *JobHealth {
		i, ok := at[job]
		if !ok {
			i = len(out)
			at[job], out = i, append(out, JobHealth{Job: job})
		}
		return &out[i]
	}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var job osms.Job
		var succeeded, last sql.NullInt64
		if err := rows.Scan(&job, &succeeded, &last); err != nil {
			return err
		}
		of(job).Succeeded = moment(succeeded)
		latest = append(latest, last.Int64)
		return nil
	}, "SELECT job, max(CASE WHEN state = 'done' THEN finished END), max(id) FROM run GROUP BY job ORDER BY job")
	for i := 0; err == nil && i < len(latest); i++ { // when the rows are closed
		var run osms.Run
		if run, err = s.RunNumbered(ctx, latest[i]); err == nil {
			out[i].Ended, out[i].State = run.Finished, run.State
		}
	}
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var job osms.Job
		var due int64
		err := rows.Scan(&job, &due)
		of(job).Due = time.Unix(due, 0).UTC()
		return err
	}, "SELECT job, due FROM schedule ORDER BY job")
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
