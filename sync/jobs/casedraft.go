package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// ErrNoDraft says that a case has no letter to come: its result is not decided
// yet, or was issued. ErrDraft says that the letter cannot be made as things
// stand; nor could it be issued.
var (
	ErrNoDraft = errors.New("no letter of the case is to come")
	ErrDraft   = errors.New("the letter cannot be made")
)

// HasDraft reports whether the letter of a case can be looked at before it is
// issued: its result is decided.
func HasDraft(c osms.Case) bool {
	return !casework.IsClosed(c) && (c.Outcome == osms.CaseNotified || c.Outcome == osms.CaseRefused)
}

// Draft makes the PDF of the letter that a decided case would be issued with now,
// by the code that issues it, marked as a draft: no number is taken and nothing is
// written. ErrNoDraft, ErrBlocked, ErrDraft.
func (d *Desk) Draft(ctx context.Context, c osms.Case, now time.Time) ([]byte, error) {
	if !HasDraft(c) {
		return nil, ErrNoDraft
	}
	if err := d.unblocked(ctx, c.Person); err != nil {
		return nil, err
	}
	var l store.OfficeLetter
	l.Region, l.Dated = c.Region, osms.DateOf(now.In(d.Zone))
	l.Year = l.Dated.Year()
	var b bytes.Buffer
	if err := d.draft(&b, standingBooks{d.Store, ctx}, c, l); err != nil {
		if ctx.Err() != nil || store.Lost(err) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrDraft, err)
	}
	return b.Bytes(), nil
}

func (d *Desk) draft(w *bytes.Buffer, t caseBooks, c osms.Case, l store.OfficeLetter) error {
	if c.Outcome == osms.CaseRefused {
		says, err := d.letterAbout(t, c, osms.LetterRefusal, l)
		if err != nil {
			return err
		}
		return d.wording().WriteOfficeDraft(w, says)
	}
	b, err := d.notification(t, c, l)
	if err != nil {
		return err
	}
	return d.wording().WriteNotificationDraft(w, b)
}

// standingBooks is the register as it stands, outside of any decision.
type standingBooks struct {
	store *store.Store
	ctx   context.Context
}

func (r standingBooks) Organisation(bin osms.BIN) (osms.Organisation, error) {
	return r.store.Organisation(r.ctx, bin)
}

func (r standingBooks) History(person osms.IIN) ([]store.KnownFact, []store.KnownEntitlement, error) {
	return r.store.History(r.ctx, person)
}
