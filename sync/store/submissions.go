package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
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
		if len(out.Submitted) == len(out.Organisations) {
			return nil
		}
		if err := t.lastHeard(&out); err != nil {
			return err
		}
		return t.held(month.First(), &out)
	})
	return out, err
}

// missing reports an organisation on the list that has not submitted.
func (s *Submissions) missing(bin osms.BIN) bool {
	_, listed := s.Organisations[bin]
	return listed && !s.Submitted[bin]
}

// came reads the rosters of the month.
func (t *Tx) came(month osms.Month, out *Submissions) error {
	err := t.each(func(rows *sql.Rows) error {
		var o OrganisationImport
		var refused bool
		if err := rows.Scan(&o.BIN, &o.Sequence, &o.AsAt, &o.State, &o.Reason, &refused); err != nil {
			return err
		}
		if _, listed := out.Organisations[o.BIN]; !listed {
			return nil // what speaks of no organisation
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
	}, `SELECT i.bin, i.sequence, i.as_at, i.state, i.reason, i.state = 'applied' AND `+rowless+` FROM import_organisation i
		WHERE i.as_at >= $1 AND i.as_at <= $2 AND i.kind = 'roster' AND i.state IN ('applied', 'held', 'undone')`, month.First(), month.Last())
	for bin := range out.Submitted {
		delete(out.Came, bin)
	}
	return err
}

// lastHeard reads the newest roster of each organisation that has not submitted:
// that of the latest as-at date, and of those the one that arrived last.
func (t *Tx) lastHeard(out *Submissions) error {
	heard, imports := map[osms.BIN]int64{}, map[int64]osms.Submission{}
	err := t.each(func(rows *sql.Rows) error {
		var bin osms.BIN
		var last int64
		err := rows.Scan(&bin, &last)
		if out.missing(bin) {
			heard[bin] = last % (now + 1)
		}
		return err
	}, `SELECT i.bin, max(CAST(i.as_at AS BIGINT) * 2147483648 + i.sequence) FROM import_organisation i
		WHERE i.kind = 'roster' AND i.state = 'applied'`+out.few("i")+` GROUP BY i.bin`)
	if err != nil || len(heard) == 0 {
		return err
	}
	err = t.each(func(rows *sql.Rows) error {
		var last osms.Submission
		var received int64
		err := rows.Scan(&last.Import, &last.File, &received, &last.AsAt)
		last.Received = time.Unix(received, 0).UTC()
		imports[last.Import] = last
		return err
	}, "SELECT sequence, name, received, as_at FROM import WHERE kind = 'roster'")
	for bin, sequence := range heard {
		out.Last[bin] = imports[sequence]
	}
	return err
}

// fewBINs is how many organisations are looked up by their keys: for more than
// that everything is read once. Never one by one: PostgreSQL, while it has no
// statistics, would read a whole index for each.
const fewBINs = 1000

// few narrows a query about a table to the organisations that have not
// submitted, when they are few.
func (s *Submissions) few(table string) string {
	var bins []string
	for bin := range s.Organisations {
		if s.missing(bin) {
			bins = append(bins, fmt.Sprint(uint64(bin)))
		}
	}
	if len(bins) > fewBINs {
		return ""
	}
	slices.Sort(bins)
	return " AND " + table + ".bin IN (" + strings.Join(bins, ", ") + ")"
}

// held counts the persons held as studying on a day with the organisations that
// have not submitted.
func (t *Tx) held(day osms.Date, out *Submissions) error {
	return t.each(func(rows *sql.Rows) error {
		var bin osms.BIN
		var persons int
		err := rows.Scan(&bin, &persons)
		if out.missing(bin) {
			out.Persons[bin] = persons
		}
		return err
	}, "SELECT e.bin, count(*) FROM enrolment e WHERE e.known_until = $1 AND e.from_day <= $2 AND e.until_day >= $2"+out.few("e")+" GROUP BY e.bin",
		int64(now), day)
}

// LastRosters tells of every organisation which roster of it was applied last: by
// its as-at date, then by when it came.
func (s *Store) LastRosters(ctx context.Context) (map[osms.BIN]osms.Submission, error) {
	out := map[osms.BIN]osms.Submission{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var bin osms.BIN
		var last osms.Submission
		var received int64
		if err := rows.Scan(&bin, &last.Import, &last.File, &received, &last.AsAt); err != nil {
			return err
		}
		last.Received = time.Unix(received, 0).UTC()
		out[bin] = last
		return nil
	}, `SELECT n.bin, i.sequence, i.name, i.received, i.as_at FROM import i JOIN
		(SELECT o.bin, max(CAST(o.as_at AS BIGINT) * 2147483648 + o.sequence) AS newest FROM import_organisation o
			WHERE o.kind = 'roster' AND o.state = 'applied' GROUP BY o.bin) n ON i.sequence = n.newest % 2147483648`)
	return out, err
}
