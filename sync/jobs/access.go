package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Looked writes down that somebody at this desk looked at a person's data, or
// wanted to and was shown nothing: before anything is shown (law No 94-V).
func (d *Desk) Looked(ctx context.Context, person osms.IIN, what string, at time.Time) error {
	return d.Note(ctx, osms.Access{At: at, Who: d.Who, What: what, Person: person, Ground: GroundArticle9})
}

// Note writes a line of the access log. It has no number: those of documents are
// given with the documents, each once.
func (d *Desk) Note(ctx context.Context, a osms.Access) error {
	if a.Number != "" {
		return fmt.Errorf("a line of the access log has the number %s and no answer", a.Number)
	}
	return d.Store.Write(ctx, store.Lease{}, func(t *store.Tx) error {
		a.At = a.At.UTC().Truncate(time.Second)
		_, err := t.PutAccess(a)
		return err
	})
}

// NoteAll writes lines of the access log, all of them or none.
func (d *Desk) NoteAll(ctx context.Context, lines []osms.Access) error {
	if len(lines) == 0 {
		return nil
	}
	return d.Store.Write(ctx, store.Lease{}, func(t *store.Tx) error {
		for i, a := range lines {
			if i > 0 {
				if err := t.Next(); err != nil {
					return err
				}
			}
			a.At = a.At.UTC().Truncate(time.Second)
			if _, err := t.PutAccess(a); err != nil {
				return err
			}
		}
		return nil
	})
}

// Issue gives a statement to an operator, who asks by right of office and not as
// the person. It is registered as an answer is, with its number and a line of the
// access log, and counts as no request. An attempt that shows nothing is written
// down too.
func (d *Desk) Issue(ctx context.Context, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	return d.IssueTo(ctx, d.Who, GroundArticle9, iin, from, to, now)
}

// IssueTo is Issue to somebody, on a ground.
func (d *Desk) IssueTo(ctx context.Context, who, ground string, iin osms.IIN, from, to osms.Month, now time.Time) (osms.Statement, error) {
	log := osms.Access{At: now.UTC().Truncate(time.Second), Who: who, What: AccessStatement, Person: iin, Ground: ground}
	for {
		s, err := d.issueOnce(ctx, log, from, to)
		if !errors.Is(err, errMoved) {
			return s, err
		}
	}
}

func (d *Desk) issueOnce(ctx context.Context, log osms.Access, from, to osms.Month) (osms.Statement, error) {
	iin, now := log.Person, log.At
	v, err := d.statementView(ctx)
	if err != nil {
		return osms.Statement{}, err
	}
	s, err := v.known(ctx, iin, from, to, now)
	if errors.Is(err, ErrBlocked) || errors.Is(err, store.ErrNotFound) {
		log.What = AccessRefusal
		return s, errors.Join(err, d.Note(ctx, log))
	}
	if err != nil {
		return s, err
	}
	r := store.Request{Request: osms.Request{Received: now, Person: iin, From: from, To: to}, Answered: now, Known: v.content}
	a, err := d.give(ctx, store.Lease{}, r, s, seriesStatement, log)
	if err != nil {
		return s, err
	}
	return *a.Statement, nil
}
