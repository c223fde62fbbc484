package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

func (s *Server) overlapsRoutes() []route {
	return []route{
		{"GET /overlaps", everybody, osms.ScopeRead, (*ask).overlapsPage},
		{"POST /overlaps/{number}/decide", fund | admin, osms.ScopeManage, (*ask).decideOverlap},
	}
}

type overlapsPage struct {
	Month    osms.Month
	Region   osms.Region
	Regions  []osms.RegionName
	All      bool
	Open     int
	Overlaps []overlapShown
	More     int
	Decide   bool
	Own      bool // of the reader's region only, and only its side of each
}

type overlapShown struct {
	jobs.Contest
	Sides []overlapSide
	Open  bool // the days in common have no end
}

type overlapSide struct {
	jobs.ClaimSide
	Organisation osms.Organisation
}

// Lists of overlaps are remembered by month and region.
type overlapsKey struct {
	month  osms.Month
	region osms.Region
}

// mostOverlaps are listed on a page.
const mostOverlaps = 300

// overlapsPage lists the persons whom two organisations claim. An akimat is shown
// its own side of each, and of the other only that there is one: neither who it
// is, nor the person, nor how it ended for the other.
func (q *ask) overlapsPage() error {
	m, region, err := q.monthRegion()
	if err != nil {
		return err
	}
	page := overlapsPage{Month: m, Region: region, All: q.value("all") == "1", Decide: q.is(osms.RoleFund, osms.RoleAdministrator), Own: q.scope() != 0}
	if !page.Own {
		page.Regions = osms.Regions()
	}
	found, err := q.s.overlaps.get(q.ctx(), q, overlapsKey{m, region}, func(ctx context.Context) ([]jobs.Contest, error) {
		return q.desk.OverlapRegister(ctx, m, region)
	})
	if err != nil {
		return err
	}
	organisations, err := q.store().Organisations(q.ctx())
	if err != nil {
		return err
	}
	found = slices.Clone(found)
	slices.SortStableFunc(found, func(a, b jobs.Contest) int { // open ones first, and by number
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.Number, b.Number))
	})
	for _, c := range found {
		if c.State == jobs.OverlapOpen {
			page.Open++
		} else if !page.All {
			continue
		}
		if len(page.Overlaps) == mostOverlaps {
			page.More++
			continue
		}
		x := overlapShown{Contest: c, Open: c.Until == osms.Forever}
		for _, side := range c.Claims {
			if q.sees(side.Region) {
				x.Sides = append(x.Sides, overlapSide{side, organisations[side.BIN]})
			}
		}
		if page.Own {
			x.Contest = jobs.Contest{Number: c.Number, State: c.State, Opened: c.Opened}
		}
		page.Overlaps = append(page.Overlaps, x)
	}
	if len(page.Overlaps) > 0 {
		if err := q.lookedAtMany(lookedOf("пересечения", m, region)); err != nil {
			return err
		}
	}
	return q.show("overlaps", q.say("overlaps.title", m), page)
}

func rank(c jobs.Contest) int {
	if c.State == jobs.OverlapOpen {
		return 0
	}
	return 1
}

// decideOverlap puts the Fund's decision into the register, or withdraws it.
func (q *ask) decideOverlap() error {
	number, err := q.number("number")
	if err != nil {
		return err
	}
	m, err := q.month()
	if err != nil {
		return err
	}
	reason, err := q.reason()
	if err != nil {
		return err
	}
	var keep osms.BIN
	said := "overlapwithdrawn"
	if q.value("withdraw") != "1" {
		if keep, err = osms.ParseBIN(q.value("keep")); err != nil {
			return refused(http.StatusUnprocessableEntity, "refused.keep")
		}
		said = "overlapdecided"
	}
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobDecide, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		_, _, err := q.desk.DecideOverlap(ctx, t, number, keep, reason)
		return fmt.Sprintf("overlap %d", number), err
	})
	if err != nil {
		return err
	}
	return q.redirect(fmt.Sprintf("/overlaps?month=%s&all=1", m), said)
}
