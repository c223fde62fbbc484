package jobs

import (
	"context"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// ClaimSide is one organisation's side of an overlap.
type ClaimSide struct {
	Region osms.Region
	BIN    osms.BIN
	Since  osms.Date // first day of the enrolment
}

// Contest is a person whom two or more organisations claim in a month.
type Contest struct {
	Person osms.IIN
	Number int64
	Claims []ClaimSide // in order of first day and BIN
	DueTo  osms.BIN    // who claims the month
}

// Overlaps lists the persons claimed twice in a month, as believed now.
func (d *Desk) Overlaps(ctx context.Context, month osms.Month) ([]Contest, error) {
	open, err := d.Store.OpenOverlaps(ctx, month)
	if err != nil {
		return nil, err
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return nil, err
	}
	out := []Contest{}
	for i, o := range open {
		if i > 0 && open[i-1].Person == o.Person {
			continue
		}
		facts, entitlements, err := d.Store.History(ctx, o.Person)
		if err != nil {
			return nil, err
		}
		c := Contest{Person: o.Person, Number: o.Number}
		var held []osms.Fact
		for _, f := range facts {
			if f.KnownUntil == 0 {
				held = append(held, f.Fact)
			}
		}
		for _, claim := range registry.Claims(held) {
			for _, e := range claim.Enrolments {
				if e.Covers(month.First(), month.Last()) {
					c.Claims = append(c.Claims, ClaimSide{organisations[claim.BIN].Region, claim.BIN, e.First})
					break
				}
			}
		}
		slices.SortFunc(c.Claims, func(a, b ClaimSide) int {
			if a.Since != b.Since {
				return int(a.Since) - int(b.Since)
			}
			if a.BIN < b.BIN {
				return -1
			}
			return 1
		})
		for _, e := range entitlements {
			if e.KnownUntil == 0 && e.From <= month && month <= e.To {
				c.DueTo = e.BIN
			}
		}
		out = append(out, c)
	}
	return out, nil
}
