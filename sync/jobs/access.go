package jobs

import (
	"context"
	"errors"
	"time"

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
// the person. It is registered as an answer is, with its number and a line of the
// access log, and counts as no request. An attempt that shows nothing is written
// down too.
func (d *Desk) Issue(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	for {
		s, err := d.issueOnce(ctx, iin, from, to, now.UTC().Truncate(time.Second))
		if !errors.Is(err, errMoved) {
			return s, err
		}
	}
}

func (d *Desk) issueOnce(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	v, err := d.statementView(ctx)
	if err != nil {
		return osms.Statement{}, err
	}
	s, err := v.known(ctx, iin, from, to, now)
	if errors.Is(err, ErrBlocked) || errors.Is(err, store.ErrNotFound) {
		return s, errors.Join(err, d.Looked(ctx, iin, AccessRefusal, now))
	}
	if err != nil {
		return s, err
	}
	r := store.Request{Request: osms.Request{Received: now, Person: iin, From: from, To: to}, Answered: now, Known: v.content}
	a, err := d.give(ctx, store.Lease{}, r, s, seriesStatement, osms.Access{At: now, Who: d.Who, What: AccessStatement, Person: iin, Ground: GroundArticle9})
	if err != nil {
		return s, err
	}
	return *a.Statement, nil
}
