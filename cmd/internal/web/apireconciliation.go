package web

import (
	"net/http"
	"slices"
	"time"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/osms"
)

type reconciliationAsked struct {
	Month  string `path:"month" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10"`
	Region string `query:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"Only this region."`
	AsOf   string `query:"as_of" format:"date-time" doc:"Due as known at this moment; now where none is given."`
}

type lineAsked struct {
	Month  string `path:"month" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10"`
	Region string `path:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"The region; 00: the money that belongs to none."`
	Kind   string `path:"kind" maxLength:"40" doc:"The kind of line; unexplained: the remainder and the guesses about it; all: every line."`
	AsOf   string `query:"as_of" format:"date-time" doc:"Due as known at this moment; now where none is given."`
}

func (s *Server) describeReconciliation(a *api) {
	const tag = "Reconciliation"
	operate(a, s, call{pattern: "GET /api/v1/reconciliation/{month}", tag: tag, summary: "Due against ledger, by region, with the bridge"}, (*ask).apiReconciliation)
	operate(a, s, call{pattern: "GET /api/v1/reconciliation/{month}/{region}/{kind}", tag: tag, summary: "Persons and documents behind a line", about: "Each with the file, sheet and row that proves it. The look is written to the access log."}, (*ask).apiExplanation)
}

func (q *ask) reconciledAt(month, asOf string) (r osms.Reconciliation, err error) {
	m, err := monthNamed(month)
	if err != nil {
		return r, err
	}
	if asOf == "" {
		return q.reconciliation(q.ctx(), m)
	}
	at, err := time.Parse(time.RFC3339, asOf)
	if err != nil {
		return r, refused(http.StatusUnprocessableEntity, "refused.moment", osms.Shown(asOf))
	}
	return q.desk.Reconcile(q.ctx(), m, at.UTC(), q.now)
}

func (q *ask) apiReconciliation(in *reconciliationAsked) (out shape.Reconciliation, err error) {
	region, err := q.regionNamed(in.Region)
	if err != nil {
		return out, err
	}
	r, err := q.reconciledAt(in.Month, in.AsOf)
	if err != nil {
		return out, err
	}
	if region != 0 {
		r = r.Only(region)
	}
	// Money that stands on no line and guesses name persons.
	return shape.ReconciliationOf(r, q.lang), q.lookedAtMany(lookedIn("сверка "+in.Month, region))
}

func (q *ask) apiExplanation(in *lineAsked) (out shape.Explanation, err error) {
	var region osms.Region
	if in.Region != "00" {
		if region, err = q.regionNamed(in.Region); err != nil {
			return out, err
		}
	}
	line := in.Kind
	if line == "all" {
		line = ""
	}
	if line != "" && line != shape.UnexplainedLine && !slices.Contains(osms.BridgeKinds(), osms.BridgeKind(line)) {
		return out, refused(http.StatusUnprocessableEntity, "refused.bridgeline", osms.Shown(line))
	}
	r, err := q.reconciledAt(in.Month, in.AsOf)
	if err != nil {
		return out, err
	}
	if err := q.lookedAtMany(lookedIn("сверка "+in.Month, region) + ", " + in.Kind); err != nil {
		return out, err
	}
	return shape.ExplanationOf(r.Only(region), region, line), nil
}
