package store

import (
	"context"
	"database/sql"
	"time"

	"osmsd/sync/osms"
)

// BeginRun opens a line of the run journal. A run that was due at a moment
// exists once; opening it again gives ErrOnce, unless it was cut off before it
// ended.
func (s *Store) BeginRun(ctx context.Context, r osms.Run) (osms.Run, error) {
	err := s.Write(ctx, Lease{}, func(t *Tx) error {
		id, err := t.count("run", 1)
		if err != nil {
			return err
		}
		r.ID, r.State = id, osms.Running
		var due any
		if !r.Due.IsZero() {
			due = r.Due.Unix()
		}
		n, err := t.exec(`INSERT INTO run (id, job, month, cause, due, started, finished, state, message, versions, who)
			VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, '', $8, $9) ON CONFLICT DO NOTHING`,
			r.ID, r.Job, r.Month, r.Trigger, due, r.Started.Unix(), r.State, r.Versions, r.Who)
		if err == nil && n == 0 {
			return ErrOnce
		}
		return err
	})
	return r, err
}

// EndRun closes a line of the run journal.
func (s *Store) EndRun(ctx context.Context, r osms.Run) error {
	_, err := s.db.ExecContext(ctx, "UPDATE run SET finished = $1, state = $2, message = $3 WHERE id = $4", r.Finished.Unix(), r.State, r.Message, r.ID)
	return unreachable(err)
}

// InterruptRuns closes the lines of runs that a crash left open, of the jobs that
// share a lease with a job: only the holder of that lease may call it.
func (s *Store) InterruptRuns(ctx context.Context, job osms.Job, at time.Time, message string) (int64, error) {
	r, err := s.db.ExecContext(ctx, "UPDATE run SET finished = $1, state = $2, message = $3 WHERE state = $4 AND "+lane(job),
		at.Unix(), osms.Interrupted, message, osms.Running)
	if err != nil {
		return 0, unreachable(err)
	}
	return r.RowsAffected()
}

// CutOff counts the runs that are open, of the jobs that share a lease with a job,
// and the last run of the job when it did not come to its end.
func (s *Store) CutOff(ctx context.Context, job osms.Job) (n int, err error) {
	err = s.db.GetContext(ctx, &n, `SELECT count(*) FROM run WHERE (state = $1 AND `+lane(job)+`)
		OR (state <> $2 AND id = (SELECT max(id) FROM run WHERE job = $3))`, osms.Running, osms.Done, job)
	return n, unreachable(err)
}

// Runs lists the run journal, oldest first, the last limit of it (0: all).
func (s *Store) Runs(ctx context.Context, limit int) ([]osms.Run, error) {
	if limit <= 0 {
		limit = 1 << 30
	}
	return s.runs(ctx, "(SELECT * FROM run ORDER BY id DESC LIMIT $1) AS latest ORDER BY id", limit)
}

func (s *Store) runs(ctx context.Context, from string, args ...any) ([]osms.Run, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+runColumns+" FROM "+from, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []osms.Run
	for rows.Next() {
		r, err := scanRun(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, unreachable(rows.Err())
}

// RunsBefore lists runs newest first, those with a smaller number than before (0:
// from the newest), at most limit of them.
func (s *Store) RunsBefore(ctx context.Context, before int64, limit int) (out []osms.Run, err error) {
	if before <= 0 {
		before = 1 << 62
	}
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		r, err := scanRun(rows.Scan)
		out = append(out, r)
		return err
	}, "SELECT "+runColumns+" FROM run WHERE id < $1 ORDER BY id DESC LIMIT $2", before, limit)
	return out, err
}

// RunningRuns lists the runs that are open, in order: what goes on now, and what a
// crash left open until the next run closes it.
func (s *Store) RunningRuns(ctx context.Context) (out []osms.Run, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		r, err := scanRun(rows.Scan)
		out = append(out, r)
		return err
	}, "SELECT "+runColumns+" FROM run WHERE state = $1 ORDER BY id", osms.Running)
	return out, err
}

const runColumns = "id, job, month, cause, due, started, finished, state, message, versions, who"

func scanRun(scan func(...any) error) (r osms.Run, err error) {
	var due, finished sql.NullInt64
	var started int64
	err = scan(&r.ID, &r.Job, &r.Month, &r.Trigger, &due, &started, &finished, &r.State, &r.Message, &r.Versions, &r.Who)
	r.Started, r.Due, r.Finished = time.Unix(started, 0).UTC(), moment(due), moment(finished)
	return r, err
}

func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(n.Int64, 0).UTC()
}

// Due reads when a job is next due; zero when it was never planned.
func (s *Store) Due(ctx context.Context, job osms.Job) (time.Time, error) {
	var due int64
	err := s.db.GetContext(ctx, &due, "SELECT coalesce(max(due), 0) FROM schedule WHERE job = $1", job)
	if err != nil || due == 0 {
		return time.Time{}, unreachable(err)
	}
	return time.Unix(due, 0).UTC(), nil
}

const putDue = `INSERT INTO schedule (job, due) VALUES ($1, $2) ON CONFLICT (job) DO UPDATE SET due = excluded.due`

// PutDue plans when a job is next due.
func (s *Store) PutDue(ctx context.Context, job osms.Job, due time.Time) error {
	_, err := s.db.ExecContext(ctx, putDue, job, due.Unix())
	return unreachable(err)
}

// PutDue is Store.PutDue together with the rest of this transaction.
func (t *Tx) PutDue(job osms.Job, due time.Time) error {
	_, err := t.exec(putDue, job, due.Unix())
	return err
}

// FailedRuns lists the runs that failed and began between two moments, the first
// included, in order.
func (s *Store) FailedRuns(ctx context.Context, from, to time.Time) ([]osms.Run, error) {
	return s.runs(ctx, "run WHERE state = $1 AND started >= $2 AND started < $3 ORDER BY id", osms.Failed, from.Unix(), to.Unix())
}
