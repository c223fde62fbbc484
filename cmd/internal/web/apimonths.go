package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Overview is a month at a glance.
type Overview struct {
	Month   osms.Month     `json:"month"`
	Due     osms.Date      `json:"due" doc:"The day on which rosters are due."`
	Frozen  int            `json:"freeze_version" doc:"0: the month is not frozen, or the caller sees no money."`
	Regions []OverviewLine `json:"regions"`
	Total   OverviewLine   `json:"total"`
}

// OverviewLine is a region in a month. Money and persons are null for akimats and
// in a year whose rate is not known.
type OverviewLine struct {
	Region      osms.Region `json:"region"`
	Submitted   int         `json:"submitted" doc:"Organisations whose roster stands."`
	Missing     int         `json:"missing" doc:"Organisations without a roster."`
	Held        int         `json:"held" doc:"Organisations whose roster waits for an administrator."`
	Refused     int         `json:"refused_files"`
	Persons     *int        `json:"persons"`
	Due         *osms.Tiyn  `json:"due_tiyn"`
	Ledger      *osms.Tiyn  `json:"ledger_tiyn"`
	Difference  *osms.Tiyn  `json:"difference_tiyn"`
	Unexplained *osms.Tiyn  `json:"unexplained_tiyn"`
}

// OverlapList are persons whom two organisations claim.
type OverlapList struct {
	Month    osms.Month      `json:"month"`
	Overlaps []shape.Overlap `json:"overlaps"`
	Next     *int64          `json:"next" doc:"Give it as after for the next ones; null: there are none."`
}

// OverlapDecided is a decision on an overlap.
type OverlapDecided struct {
	Number    int64                  `json:"number"`
	Sequence  int64                  `json:"sequence" doc:"The decision's number in the audit chain."`
	Fresh     bool                   `json:"fresh" doc:"false: it was decided so already."`
	Withdrawn bool                   `json:"withdrawn"`
	Decision  *shape.OverlapDecision `json:"decision" doc:"null: the decision was withdrawn."`
}

type monthAsked struct {
	Month  string `path:"month" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10"`
	Region string `query:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"Only this region's."`
}

type overlapsAsked struct {
	Month  string `path:"month" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10"`
	Region string `query:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"Only those in which this region has a side."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many at most."`
	After  int64  `query:"after" minimum:"1" doc:"Only those with greater numbers: what next said."`
	All    bool   `query:"all" doc:"Also those that are settled or decided."`
}

// DecisionAsked says who keeps the months in common.
type DecisionAsked struct {
	Keep     string `json:"keep,omitempty" pattern:"^[0-9]{12}$" patternDescription:"twelve digits" doc:"BIN of the side that keeps them."`
	Withdraw bool   `json:"withdraw,omitempty" doc:"Take the decision back: the rule decides again."`
	Reason   string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why, for the record."`
}

type overlapDecided struct {
	Number int64 `path:"number" minimum:"1"`
	Body   DecisionAsked
}

func (s *Server) describeMonths(a *api) {
	const tag = "Months"
	operate(a, s, call{pattern: "GET /api/v1/months/{month}", tag: tag, summary: "A month at a glance, by region", about: "Who submitted, and the money where the caller may see it."}, (*ask).apiMonth)
	operate(a, s, call{pattern: "GET /api/v1/months/{month}/missing", tag: tag, summary: "Organisations that have not submitted"}, (*ask).apiMissing)
	operate(a, s, call{pattern: "GET /api/v1/months/{month}/overlaps", tag: tag, summary: "Persons whom two organisations claim"}, (*ask).apiOverlaps)
	operate(a, s, call{pattern: "POST /api/v1/overlaps/{number}/decide", tag: tag, summary: "Decide an overlap, or withdraw the decision", about: "Either keep or withdraw."}, (*ask).apiDecide)
}

func (q *ask) apiMonth(in *monthAsked) (out Overview, err error) {
	m, region, err := q.monthRegionNamed(in.Month, in.Region)
	if err != nil {
		return out, err
	}
	page, err := q.monthShown(m)
	if err != nil {
		return out, err
	}
	if region != 0 {
		page = page.only(region)
	}
	money := page.Money && page.NoRate == 0
	out = Overview{Month: m, Due: page.Due, Frozen: page.Frozen, Regions: []OverviewLine{}, Total: overviewLine(page.Total, money)}
	for _, l := range page.Lines {
		out.Regions = append(out.Regions, overviewLine(l, money))
	}
	return out, nil
}

func overviewLine(l monthLine, money bool) OverviewLine {
	out := OverviewLine{Region: l.Region, Submitted: l.In, Missing: l.Missing, Held: l.Held, Refused: l.Refused}
	if money {
		out.Persons, out.Due, out.Ledger, out.Difference, out.Unexplained = &l.Persons, &l.Due, &l.Ledger, &l.Difference, &l.Unexplained
	}
	return out
}

func (q *ask) apiMissing(in *monthAsked) (out shape.MissingList, err error) {
	m, region, err := q.monthRegionNamed(in.Month, in.Region)
	if err != nil {
		return out, err
	}
	found, err := q.desk.Missing(q.ctx(), m, region, q.now)
	return shape.MissingListOf(found), err
}

func (q *ask) apiOverlaps(in *overlapsAsked) (out OverlapList, err error) {
	m, region, err := q.monthRegionNamed(in.Month, in.Region)
	if err != nil {
		return out, err
	}
	all, err := q.desk.OverlapRegister(q.ctx(), m, region)
	if err != nil {
		return out, err
	}
	slices.SortFunc(all, func(a, b jobs.Contest) int { return cmp.Compare(a.Number, b.Number) })
	var asked []jobs.Contest
	for _, c := range all {
		if c.Number > in.After && (in.All || c.State == jobs.OverlapOpen) && len(asked) <= in.Limit {
			asked = append(asked, c)
		}
	}
	asked, out.Next = cut(asked, in.Limit, func(c jobs.Contest) int64 { return c.Number })
	out.Month, out.Overlaps = m, []shape.Overlap{}
	for _, c := range asked {
		out.Overlaps = append(out.Overlaps, shape.OverlapOf(c, q.desk.Zone))
	}
	if len(asked) > 0 {
		err = q.lookedAtMany(lookedOf("пересечения", m, region))
	}
	return out, err
}

func (q *ask) apiDecide(in *overlapDecided) (out OverlapDecided, err error) {
	var keep osms.BIN
	if in.Body.Withdraw == (in.Body.Keep != "") {
		return out, refused(http.StatusUnprocessableEntity, "refused.keep")
	}
	if in.Body.Keep != "" {
		if keep, err = binNamed(in.Body.Keep); err != nil {
			return out, err
		}
	}
	if strings.TrimSpace(in.Body.Reason) == "" {
		return out, refused(http.StatusUnprocessableEntity, "refused.reason")
	}
	var d store.OverlapDecision
	var fresh bool
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobDecide, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		d, fresh, err = q.desk.DecideOverlap(ctx, t, in.Number, keep, in.Body.Reason)
		return fmt.Sprintf("overlap %d", in.Number), err
	})
	if errors.Is(err, jobs.ErrNoOverlap) {
		err = refused(http.StatusNotFound, "refused.nooverlap")
	}
	if err != nil {
		return out, err
	}
	out = OverlapDecided{Number: in.Number, Sequence: d.Sequence, Fresh: fresh, Withdrawn: in.Body.Withdraw}
	if !in.Body.Withdraw {
		out.Decision = shape.OverlapDecisionOf(d, q.desk.Zone)
	}
	return out, nil
}

// binNamed reads an organisation's number.
func binNamed(text string) (osms.BIN, error) {
	b, err := osms.ParseBIN(text)
	if err != nil {
		return 0, refused(http.StatusUnprocessableEntity, "refused.bin", osms.Shown(text))
	}
	return b, nil
}
