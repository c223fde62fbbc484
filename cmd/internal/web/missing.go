package web

import (
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

type missingPage struct {
	Month   osms.Month
	Region  osms.Region
	Regions []osms.RegionName
	Found   jobs.Missing
}

// missingPage lists who has not submitted.
func (q *ask) missingPage() error {
	m, region, err := q.monthRegion()
	if err != nil {
		return err
	}
	page := missingPage{Month: m, Region: region}
	page.Regions = q.regionChoice()
	if page.Found, err = q.desk.Missing(q.ctx(), m, region, q.now); err != nil {
		return err
	}
	return q.show("missing", q.say("missing.title", m), page)
}
