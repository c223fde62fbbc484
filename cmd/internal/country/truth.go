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
	// Casework is nil, and not written, where the country was made without it.
	Casework *Casework `json:"casework,omitempty"`
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
	// Money is how the month's money arrives, Planted what is planted in it.
	Money   Money   `json:"money"`
	Planted []Plant `json:"planted"`
	// Provable are the kinds of the second part of the bridge that the month's
	// documents can prove. Without lists of persons it is none: whatever is
	// planted is unexplained then.
	Provable []osms.BridgeKind `json:"provable"`
	// NotState is what others than the state paid for learners; it is in no
	// region's ledger. Persons counts payments.
	NotState  Sum        `json:"not_state"`
	Documents []Document `json:"documents"` // lists and movements, without duplicates
}

// Document is a list of persons or a movement on the account. A list and its
// money bear the same reference; so does the line of totals.
type Document struct {
	File      string            `json:"file"`
	Kind      osms.DocumentKind `json:"kind"`
	Reference string            `json:"reference"`
	Region    osms.Region       `json:"region"` // "" where the document states none
	Month     osms.Month        `json:"month"`  // for which it pays; some items may state another
	KNP       string            `json:"knp"`
	Dated     osms.Date         `json:"dated"`
	Persons   int               `json:"persons"`
	Amount    osms.Tiyn         `json:"amount_tiyn"`
	// Story is regular, or the plant that the document tells.
	Story string `json:"story"`
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

// Region is a month's reconciliation of a region after the late files, and
// before any file of a later month: ledger − known = bridge + unexplained. The
// ledger's persons count a payment once and take away what is given back; what
// the employers pay is not in it.
type Region struct {
	Region      osms.Region `json:"region"`
	Frozen      Sum         `json:"frozen"`
	Known       Sum         `json:"known"`
	Final       Sum         `json:"final"`
	Ledger      Sum         `json:"ledger"`
	Bridge      []Line      `json:"bridge"`
	Unexplained osms.Tiyn   `json:"unexplained_tiyn"`
	// Later are lines that documents of later months add to the bridge, and their
	// sums to the ledger: what they post to this month.
	Later []Line `json:"later"`
	// Planted says what was done to the ledger, "" for nothing.
	Planted string `json:"planted"`
}

// Line is one line of a bridge, proved by persons. Rounding has an amount and
// no persons: nobody is too many or missing. A line of the second part whose
// persons balance has the amount zero, and the persons all the same.
type Line struct {
	Kind osms.BridgeKind `json:"kind"`
	Sum
	// Behind are the persons of a line of the second part; of the first part and
	// of a month's total it is empty.
	Behind []Behind `json:"behind"`
}

// Behind is a person behind a line. Given is what a list writes for the IIN when
// it is none; Reference is of the list or movement that shows it, "" where no
// document speaks of the person.
type Behind struct {
	IIN       string    `json:"iin"`
	Given     string    `json:"given"`
	Amount    osms.Tiyn `json:"amount_tiyn"`
	Reference string    `json:"reference"`
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
	// DuplicateOf is the file whose documents this one brings again.
	DuplicateOf string `json:"duplicate_of"`
}

// Refusal is a planted fault with its address. Value is what stands in the cell.
// In a message there are no cells: Row is the line on which the item begins.
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
