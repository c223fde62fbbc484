package store

import (
	"context"
	"database/sql"
	"time"

	"osmsd/sync/osms"
)

// Submissions is what the register has from organisations for a month. All of
// it is read at one moment, with a few statements whatever the number of
// organisations.
type Submissions struct {
	Organisations map[osms.BIN]osms.Organisation
	// Submitted have a roster of the month that stands.
	Submitted map[osms.BIN]bool
	// Came are those that have not, although a roster came: the newest one's
	// state, StateHeld with its reason, StateUndone when an administrator refused
	// what was held or took back what was applied, or StateRefused when not a row
	// of it was accepted.
	Came map[osms.BIN]OrganisationImport
	// Last and Persons speak of those that have not submitted.
	Last    map[osms.BIN]osms.Submission
	Persons map[osms.BIN]int // held as studying on the first day of the month
}

// rowless is a roster i that stands and of which not one row of the organisation
// was accepted, because they were refused. A zero return has no refused row, and
// a list without rows that an administrator released had none either.
const rowless = `(i.row_count = 0 AND EXISTS (SELECT 1 FROM arrival a WHERE a.sha256 = i.sha256 AND a.sequence = i.sequence
	AND a.outcome = 'applied_with_refusals'))`

// submitted is true of an organisation o that has submitted for the days from $2
// to $3.
const submitted = `EXISTS (SELECT 1 FROM import_organisation i WHERE i.bin = o.bin AND i.as_at >= $2 AND i.as_at <= $3 AND i.kind = 'roster'
	AND i.state = 'applied' AND NOT ` + rowless + `)`

// Submissions reads who has submitted for a month. A roster is of the month in
// which its as-at date lies.
func (s *Store) Submissions(ctx context.Context, month osms.Month) (Submissions, error) {
	out := Submissions{Submitted: map[osms.BIN]bool{}, Came: map[osms.BIN]OrganisationImport{},
		Last: map[osms.BIN]osms.Submission{}, Persons: map[osms.BIN]int{}}
	err := s.Look(ctx, func(t *Tx) error {
		rows, err := t.tx.QueryContext(ctx, "SELECT "+organisationColumns+" FROM organisation o WHERE o.known_until = $1", int64(now))
		if out.Organisations, err = scanOrganisations(rows, err); err != nil {
			return err
		}
		if err := t.came(month, &out); err != nil {
			return err
		}
		if err := t.lastHeard(month, &out); err != nil {
			return err
		}
		return t.each(func(rows *sql.Rows) error {
			var bin osms.BIN
			var persons int
			err := rows.Scan(&bin, &persons)
			out.Persons[bin] = persons
			return err
		}, `SELECT e.bin, count(*) FROM organisation o CROSS JOIN enrolment e WHERE o.known_until = $1 AND NOT `+submitted+`
			AND e.bin = o.bin AND e.known_until = $1 AND e.from_day <= $2 AND e.until_day >= $2 GROUP BY e.bin`,
			int64(now), month.First(), month.Last())
	})
	return out, err
}

// came reads the rosters of the month.
func (t *Tx) came(month osms.Month, out *Submissions) error {
	err := t.each(func(rows *sql.Rows) error {
		var o OrganisationImport
		var refused bool
		if err := rows.Scan(&o.BIN, &o.Sequence, &o.AsAt, &o.State, &o.Reason, &refused); err != nil {
			return err
		}
		if refused {
			o.State = StateRefused
		}
		if o.State == StateApplied {
			out.Submitted[o.BIN] = true
		}
		if o.Sequence > out.Came[o.BIN].Sequence {
			out.Came[o.BIN] = o
		}
		return nil
	}, `SELECT i.bin, i.sequence, i.as_at, i.state, i.reason, i.state = 'applied' AND `+rowless+`
		FROM organisation o CROSS JOIN import_organisation i WHERE o.known_until = $1 AND i.bin = o.bin
		AND i.as_at >= $2 AND i.as_at <= $3 AND i.kind = 'roster' AND i.state IN ('applied', 'held', 'undone')`,
		int64(now), month.First(), month.Last())
	for bin := range out.Submitted {
		delete(out.Came, bin)
	}
	return err
}

// lastHeard reads the newest roster of each organisation that has not submitted:
// that of the latest as-at date, and of those the one that arrived last.
func (t *Tx) lastHeard(month osms.Month, out *Submissions) error {
	return t.each(func(rows *sql.Rows) error {
		var bin osms.BIN
		var last osms.Submission
		var received int64
		err := rows.Scan(&bin, &last.Import, &last.File, &received, &last.AsAt)
		last.Received = time.Unix(received, 0).UTC()
		out.Last[bin] = last
		return err
	}, `SELECT heard.bin, m.sequence, m.name, m.received, m.as_at FROM
		(SELECT o.bin AS bin, (SELECT i.sequence FROM import_organisation i WHERE i.bin = o.bin AND i.kind = 'roster' AND i.state = 'applied'
			ORDER BY i.as_at DESC, i.sequence DESC LIMIT 1) AS sequence
		FROM organisation o WHERE o.known_until = $1 AND NOT `+submitted+`) AS heard
		JOIN import m ON m.sequence = heard.sequence`, int64(now), month.First(), month.Last())
}
