package jobs

import (
	"cmp"
	"context"
	"slices"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Missing is who has not submitted for a month.
type Missing struct {
	Month osms.Month
	Due   osms.Date // the last day for submitting
	// Organisations in order of region and BIN.
	Organisations []osms.Unsubmitted
}

// DueDay is the last day on which rosters of a month are due: its n-th working
// day.
func (d *Desk) DueDay(month osms.Month) osms.Date {
	return d.Calendar.AddWorkingDays(month.First().Add(-1), d.RostersDue)
}

// Missing lists the organisations that have not submitted for a month, of one
// region or (0) of all, as the register stands now.
//
// A submission for a month is a roster, full or delta, or a zero return, whose
// as-at date lies in the month: from its first to its last day. So a roster
// counts for one month and no other. The list of who studies "as at 1 October"
// is October's, for it is October's contributions that follow from it, and one
// as at 30 September is September's however late it comes. A file that states
// no date is as at the day of its receipt. A file that was refused is no
// submission, neither is a roster of which every row of the organisation was, nor
// one that was undone, or refused after it was held (osms.SubmissionRefused). A
// roster that is held leaves its organisation on this list, as
// osms.SubmissionHeld: nothing of it is in the register, but it is an
// administrator who is waited for.
//
// Asked are the organisations on the list as it is now, provisional ones too,
// but for those closed on the first day of the month or before: a roster of that
// day would be refused.
func (d *Desk) Missing(ctx context.Context, month osms.Month, region osms.Region, now time.Time) (Missing, error) {
	m := Missing{Month: month, Due: d.DueDay(month)}
	have, err := d.Store.Submissions(ctx, month)
	if err != nil {
		return m, err
	}
	overdue := max(0, osms.DateOf(now.In(d.Zone)).Sub(m.Due))
	for bin, o := range have.Organisations {
		closed := !o.ClosedOn.IsZero() && o.ClosedOn <= month.First()
		if have.Submitted[bin] || closed || region != 0 && o.Region != region {
			continue
		}
		u := osms.Unsubmitted{Organisation: o, State: osms.NothingCame, Persons: have.Persons[bin], Last: have.Last[bin], Overdue: overdue}
		switch came := have.Came[bin]; came.State {
		case store.StateHeld:
			u.State, u.Reason = osms.SubmissionHeld, osms.HoldReason(came.Reason)
		case store.StateRefused, store.StateUndone:
			u.State = osms.SubmissionRefused
		}
		m.Organisations = append(m.Organisations, u)
	}
	slices.SortFunc(m.Organisations, func(a, b osms.Unsubmitted) int {
		return cmp.Or(cmp.Compare(a.Organisation.Region, b.Organisation.Region), cmp.Compare(a.Organisation.BIN, b.Organisation.BIN))
	})
	return m, nil
}
