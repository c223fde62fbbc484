package jobs

import (
	"context"
	"errors"

	"osmsd/sync/contribution"
	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
)

const (
	// trendMonths is how many months a trend shows, the last being the report's.
	trendMonths = 12
	// trendPersons bounds the months that are compared person by person for a
	// trend; of larger ones only what is due is told.
	trendPersons = 300_000
)

// trend gives the months before that of a report, as known at the same moment,
// from the first that was frozen or for which money arrived, and what remained
// unexplained in their regions.
func (d *Desk) trend(ctx context.Context, r osms.Reconciliation) (points []osms.MonthPoint, others []reconcile.Remainder, err error) {
	freezes, err := d.Store.Freezes(ctx, r.Sequence)
	if err != nil {
		return nil, nil, err
	}
	frozen := map[osms.Month]bool{}
	for _, f := range freezes {
		frozen[f.Month] = true
	}
	for n := trendMonths - 1; n > 0; n-- {
		month := r.Month.Add(-n)
		rate, heads, err := d.due(ctx, month, r.Sequence)
		if errors.Is(err, contribution.ErrNoRate) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		p := osms.MonthPoint{Month: month}
		for _, h := range heads {
			p.DuePersons += h.Persons
			p.Due += osms.Tiyn(h.Persons) * rate.PerPerson()
		}
		if p.DuePersons > trendPersons {
			if frozen[month] || len(points) > 0 {
				points = append(points, p)
			}
			continue
		}
		b, err := d.bridge(ctx, month, r.AsOf, r.Sequence)
		if err != nil {
			return nil, nil, err
		}
		if p = point(b.report); len(points) == 0 && !frozen[month] && p.Ledger == 0 {
			continue // before the register was used
		}
		points = append(points, p)
		for _, l := range b.report.Lines {
			if l.Unexplained != 0 && p.HasMoney {
				others = append(others, reconcile.Remainder{Month: month, Region: l.Region, Unexplained: l.Unexplained})
			}
		}
	}
	return points, others, nil
}

// point is a reconciliation as one month of a trend.
func point(r osms.Reconciliation) osms.MonthPoint {
	t := r.Total
	return osms.MonthPoint{Month: r.Month, DuePersons: t.DuePersons, Due: t.Due, Frozen: t.Frozen, Ledger: t.Ledger,
		Proved: t.Difference - t.Unexplained, Remainder: t.Unexplained, Bridged: true,
		IsFrozen: r.FreezeVersion > 0, HasMoney: r.Source != osms.FromNothing}
}
