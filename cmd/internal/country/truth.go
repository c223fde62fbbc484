package country

import "osmsd/sync/osms"

// Truth is what was planted: the file truth.json. Persons and amounts of a
// bridge line are signed as they count in ledger − due.
type Truth struct {
	Persons       int        `json:"persons"`
	Regions       []string   `json:"regions"`
	First         osms.Month `json:"first"`
	Seed          uint64     `json:"seed"`
	Mess          float64    `json:"mess"`
	Organisations int        `json:"organisations"`
	Months        []Month    `json:"months"`
	Samples       []Sample   `json:"samples"`
	Files         []File     `json:"files"`
	// Refusals and warnings in order of the files. When there are more than
	// 50,000 they stand in RefusalsFile, one JSON object a line, and not here.
	Refusals     []Refusal `json:"refusals"`
	RefusalsFile string    `json:"refusals_file"`
	Refused      int       `json:"refused"` // faults; a row may have two
	Warnings     int       `json:"warnings"`
}

// Month is the truth about one month.
type Month struct {
	Month     osms.Month `json:"month"`
	PerPerson osms.Tiyn  `json:"per_person_tiyn"`
	Due       []Due      `json:"due"`     // by region and category
	Regions   []Region   `json:"regions"` // region "" is the ledger's line without a region
	Total     Region     `json:"total"`
	Overlaps  []Overlap  `json:"overlaps"` // as known after the month's late files
	// OverlapsAtCutOff is how many there were when the month was frozen.
	OverlapsAtCutOff int `json:"overlaps_at_cut_off"`
}

// Sum is a count of persons and an amount.
type Sum struct {
	Persons int       `json:"persons"`
	Amount  osms.Tiyn `json:"amount_tiyn"`
}

// Due is what is due for a region and category: as frozen at the cut-off, as
// known after the late files of the month, and as known after all files.
type Due struct {
	Region   osms.Region   `json:"region"`
	Category osms.Category `json:"category"`
	Frozen   Sum           `json:"frozen"`
	Known    Sum           `json:"known"`
	Final    Sum           `json:"final"`
}

// Region is a month's reconciliation of a region after the late files:
// ledger − known = bridge + unexplained.
type Region struct {
	Region      osms.Region `json:"region"`
	Frozen      Sum         `json:"frozen"`
	Known       Sum         `json:"known"`
	Final       Sum         `json:"final"`
	Ledger      Sum         `json:"ledger"`
	Bridge      []Line      `json:"bridge"`
	Unexplained osms.Tiyn   `json:"unexplained_tiyn"`
	// Planted says in words what was done to the ledger, "" for nothing.
	Planted string `json:"planted"`
}

// Line is one line of a bridge, proved by persons.
type Line struct {
	Kind osms.BridgeKind `json:"kind"`
	Sum
}

// Overlap is a person whom two organisations claim on a common day of the month.
type Overlap struct {
	IIN    string         `json:"iin"`
	Claims []OverlapClaim `json:"claims"` // in order of BIN
	DueTo  osms.BIN       `json:"due_to"`
}

// OverlapClaim is one side of an overlap.
type OverlapClaim struct {
	Region osms.Region `json:"region"`
	BIN    osms.BIN    `json:"bin"`
	Since  osms.Date   `json:"since"`
}

// File is one file that was written.
type File struct {
	Path          string      `json:"path"` // relative to the country's folder, with slashes
	Kind          osms.Kind   `json:"kind"`
	Month         osms.Month  `json:"month"` // whose folder it is in, none for lists of organisations
	Late          bool        `json:"late"`  // dropped after the month was frozen
	Region        osms.Region `json:"region"`
	Mode          osms.Mode   `json:"mode"`
	AsAt          osms.Date   `json:"as_at"`
	Organisations []osms.BIN  `json:"organisations"`
	Rows          int         `json:"rows"` // data rows: accepted + refused + ignored
	Refused       int         `json:"refused"`
	Ignored       int         `json:"ignored"` // duplicate and filler rows
	Hidden        int         `json:"hidden"`
	Format        string      `json:"format"`
	Encoding      string      `json:"encoding"`
	Delimiter     string      `json:"delimiter"`
	Dress         string      `json:"dress"`
}

// Refusal is a planted fault with its address. Value is what stands in the cell.
type Refusal struct {
	File     string        `json:"file"`
	Sheet    string        `json:"sheet"`
	Cell     string        `json:"cell"`
	Row      int           `json:"row"`
	Field    string        `json:"field"`
	Code     osms.Code     `json:"code"`
	Severity osms.Severity `json:"severity"`
	Value    string        `json:"value"`
}

// Sample is the expected history of one person.
type Sample struct {
	IIN    string        `json:"iin"`
	Name   string        `json:"name"`
	Born   osms.Date     `json:"born"`
	Plot   string        `json:"plot"`
	Claims []SampleClaim `json:"claims"` // as known after all files
	Months []SampleMonth `json:"months"` // the months due; others are left out
}

// SampleClaim is an organisation's full-time claim; none when From is zero.
type SampleClaim struct {
	Region   osms.Region `json:"region"`
	BIN      osms.BIN    `json:"bin"`
	FirstDay osms.Date   `json:"first_day"`
	From     osms.Date   `json:"full_time_from"`
	Until    osms.Date   `json:"full_time_until"` // 9999-12-31 while open
}

// SampleMonth is a month in which the person is due after all files, or was
// frozen as due.
type SampleMonth struct {
	Month    osms.Month    `json:"month"`
	Category osms.Category `json:"category"`
	Frozen   osms.BIN      `json:"frozen_for"` // "" when not on the frozen list
	Final    osms.BIN      `json:"final_for"`  // "" when not due after all
}
