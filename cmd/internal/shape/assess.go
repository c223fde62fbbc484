package shape

import (
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// AssessLine is what is due for a category in a region; the amount is in tiyn.
type AssessLine struct {
	Region   osms.Region   `json:"region"`
	Category osms.Category `json:"category"`
	Persons  int           `json:"persons"`
	Amount   osms.Tiyn     `json:"amount_tiyn"`
}

// Assessment is what is due for a month as it was frozen; amounts are in tiyn.
type Assessment struct {
	Month     osms.Month   `json:"month"`
	Percent   osms.Rate    `json:"rate_percent"`
	Base      osms.Tiyn    `json:"base_tiyn"`
	PerPerson osms.Tiyn    `json:"per_person_tiyn"`
	Persons   int          `json:"persons"`
	Amount    osms.Tiyn    `json:"amount_tiyn"`
	Version   int          `json:"version"`
	Sequence  int64        `json:"sequence"`
	Lines     []AssessLine `json:"lines"`
}

// AssessmentOf shows a frozen month.
func AssessmentOf(f store.Freeze) Assessment {
	out := Assessment{Month: f.Month, Percent: f.Rate.Percent, Base: f.Rate.Base, PerPerson: f.Rate.PerPerson(),
		Version: f.Version, Sequence: f.Sequence, Lines: []AssessLine{}}
	for _, l := range f.Lines {
		out.Lines = append(out.Lines, AssessLine{l.Region, l.Category, l.Persons, l.Amount})
		out.Persons += l.Persons
		out.Amount += l.Amount
	}
	return out
}
