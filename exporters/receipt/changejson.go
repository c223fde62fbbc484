package receipt

import "osmsd/sync/osms"

// organisationJSON is what a dry run would do at one organisation. Its diff is
// what --approve takes for this organisation alone.
type organisationJSON struct {
	BIN       string `json:"bin"`
	Diff      string `json:"diff"`
	Held      bool   `json:"held"`
	Joined    int    `json:"joined"`
	Left      int    `json:"left"`
	LeftByRow int    `json:"left_by_row"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`
}

// ChangeJSON is what a dry run would do to one person's claim. It carries the
// whole IIN, as person and overlaps do: without it nobody could judge the diff.
type ChangeJSON struct {
	BIN    string     `json:"bin"`
	IIN    string     `json:"iin"`
	Name   string     `json:"name"`
	Effect string     `json:"effect"`
	Was    []factJSON `json:"was"`
	Is     []factJSON `json:"is"`
}

type factJSON struct {
	Enrolled   osms.Date      `json:"enrolled_on"`
	From       osms.Date      `json:"from"`
	Until      osms.Date      `json:"until"`
	Ending     osms.Ending    `json:"ending"`
	Name       string         `json:"name"`
	Born       osms.Date      `json:"born"`
	Form       osms.StudyForm `json:"study_form"`
	Level      osms.Level     `json:"level"`
	Status     osms.Status    `json:"status"`
	Grade      string         `json:"grade"`
	Group      string         `json:"group"`
	Speciality string         `json:"speciality"`
	Language   string         `json:"language"`
	Funding    string         `json:"funding"`
	Row        int32          `json:"row"` // of the file that stated it; 0: an absence
}

// ChangesJSON gives the person-level diff of a dry run, ready to be encoded.
func ChangesJSON(changes []osms.PersonChange) []ChangeJSON {
	out := make([]ChangeJSON, 0, len(changes))
	for _, c := range changes {
		out = append(out, ChangeJSON{BIN: c.BIN.Digits(), IIN: c.Person.Digits(), Name: osms.Shown(c.Name.String()), Effect: c.Effect,
			Was: factsJSON(c.Was), Is: factsJSON(c.Is)})
	}
	return out
}

func factsJSON(facts []osms.Fact) []factJSON {
	out := make([]factJSON, 0, len(facts))
	for _, f := range facts {
		j := factJSON{Enrolled: f.First, From: f.From, Until: f.Until, Ending: f.Ending, Name: osms.Shown(f.Name.String()), Born: f.Birth, Form: f.Facts.Form,
			Level: f.Facts.Level, Status: f.Facts.Status, Grade: f.Facts.Grade, Group: f.Facts.Group, Speciality: f.Facts.Speciality,
			Language: f.Facts.Language, Funding: f.Facts.Funding, Row: f.Place.Row}
		if j.Until == osms.Forever {
			j.Until = 0
		}
		out = append(out, j)
	}
	return out
}

func organisationsJSON(r osms.FileReport) []organisationJSON {
	out := make([]organisationJSON, 0, len(r.ByOrganisation))
	for _, o := range r.ByOrganisation {
		out = append(out, organisationJSON{o.BIN.Digits(), o.Diff, o.Held, o.Joined, o.Left, o.LeftByRow, o.Changed, o.Unchanged})
	}
	return out
}
