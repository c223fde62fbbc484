package jobs

import (
	"context"
	"errors"
	"time"

	"osmsd/exporters/statement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Looked writes down that somebody at this desk looked at a person's data, or
// wanted to and was shown nothing: before anything is shown (law No 94-V).
func (d *Desk) Looked(ctx context.Context, person osms.IIN, what string, at time.Time) error {
	return d.Store.Write(ctx, store.Lease{}, func(t *store.Tx) error {
		_, err := t.PutAccess(osms.Access{At: at.UTC().Truncate(time.Second), Who: d.Who, What: what, Person: person, Ground: GroundArticle9})
		return err
	})
}

// Issue gives a statement to an operator, who asks by right of office and not as
// the person: it gets a number, and the access log a line with it. An attempt that
// shows nothing is written down too.
func (d *Desk) Issue(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	now = now.UTC().Truncate(time.Second)
	s, err := d.Statement(ctx, iin, from, to, now)
	if errors.Is(err, ErrBlocked) || errors.Is(err, store.ErrNotFound) {
		return s, errors.Join(err, d.Looked(ctx, iin, AccessRefusal, now))
	}
	if err != nil {
		return s, err
	}
	s.Counted = d.counted(now)
	err = d.Store.Write(ctx, store.Lease{}, func(t *store.Tx) (err error) {
		if s.Number, err = t.TakeNumber(seriesStatement, now.In(d.Zone).Year()); err != nil {
			return err
		}
		_, err = t.PutAccess(osms.Access{At: now, Who: d.Who, What: AccessStatement, Person: iin, Ground: GroundArticle9, Number: s.Number})
		return err
	})
	s.Digest = statement.Digest(s)
	return s, err
}
