package shape

import (
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// LastHeard is what was last heard of an organisation; import 0: nothing ever.
type LastHeard struct {
	Import   int64     `json:"import"`
	Received string    `json:"received"`
	AsAt     osms.Date `json:"as_at"`
	File     string    `json:"file"`
}

// Missing is an organisation whose roster of the month does not stand.
type Missing struct {
	Region      osms.Region          `json:"region"`
	BIN         osms.BIN             `json:"bin"`
	NameKK      string               `json:"name_kk"`
	NameRU      string               `json:"name_ru"`
	Provisional bool                 `json:"provisional"`
	State       osms.SubmissionState `json:"state"`
	Reason      osms.HoldReason      `json:"reason"`
	Persons     int                  `json:"persons"`
	DaysOverdue int                  `json:"days_overdue"`
	Last        LastHeard            `json:"last"`
}

// MissingList is who has not submitted for a month.
type MissingList struct {
	Due     osms.Date  `json:"due"` // the day on which rosters are due
	Missing []Missing  `json:"missing"`
	Month   osms.Month `json:"month"`
}

// MissingListOf shows who has not submitted.
func MissingListOf(found jobs.Missing) MissingList {
	out := MissingList{found.Due, []Missing{}, found.Month}
	for _, u := range found.Organisations {
		out.Missing = append(out.Missing, Missing{u.Organisation.Region, u.Organisation.BIN, u.Organisation.NameKK, u.Organisation.NameRU,
			u.Organisation.Provisional, u.State, u.Reason, u.Persons, u.Overdue,
			LastHeard{u.Last.Import, Moment(u.Last.Received), u.Last.AsAt, intake.Shown(u.Last.File)}})
	}
	return out
}
