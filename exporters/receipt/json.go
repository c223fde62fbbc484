package receipt

import (
	"time"

	"osmsd/sync/osms"
)

// FileJSON is the shape of one file in check and import. Programs rely on its
// keys: every one is always there, lists are never null.
type FileJSON struct {
	File       string        `json:"file"`
	SHA256     string        `json:"sha256"`
	Kind       osms.Kind     `json:"kind"`
	Region     osms.Region   `json:"region"`
	Outcome    osms.Outcome  `json:"outcome"`
	Error      *errorJSON    `json:"error"`
	Rows       int           `json:"rows"`
	Accepted   int           `json:"accepted"`
	Refused    int           `json:"refused"`
	Ignored    int           `json:"ignored"`
	Repaired   int           `json:"repaired"`
	Joined     int           `json:"joined"`
	Left       int           `json:"left"`
	LeftByRow  int           `json:"left_by_row"`
	Changed    int           `json:"changed"`
	Unchanged  int           `json:"unchanged"`
	Held       bool          `json:"held"`
	Diff       string        `json:"diff"`
	Import     *int64        `json:"import"`
	Refusals   []refusalJSON `json:"refusals"`
	Unlisted   int           `json:"unlisted"`
	Holds      []holdJSON    `json:"holds"`
	Mode       osms.Mode     `json:"mode"`
	AsAt       osms.Date     `json:"as_at"`
	Received   string        `json:"received"`
	HiddenRows int           `json:"hidden_rows"`
	Control    *int          `json:"control_total"`
	Proved     string        `json:"proved_whole"`
	Format     string        `json:"format"`
	Encoding   string        `json:"encoding"`
	Delimiter  string        `json:"delimiter"`
	Members    []memberJSON  `json:"members"`
	Junk       int           `json:"members_ignored"`
	// What a check shows: the diff by organisation and by person. Empty in
	// import and receipts.
	Organisations []organisationJSON `json:"organisations"`
	Changes       []ChangeJSON       `json:"changes"`

	Number        *int64       `json:"number"`
	Size          int64        `json:"size"`
	Deadline      osms.Date    `json:"deadline"`
	LeftByAbsence int          `json:"left_by_absence"`
	Spoken        []spokenJSON `json:"spoken"`
	SpokenOf      int          `json:"spoken_count"`
	Repeated      []repeatJSON `json:"repeated"`
	Money         *moneyJSON   `json:"money"`
}

type moneyJSON struct {
	Documents int           `json:"documents"`
	Persons   int           `json:"persons"`
	Amount    osms.Tiyn     `json:"amount_tiyn"`
	Months    []osms.Month  `json:"months"`
	Regions   []osms.Region `json:"regions"`
	NoMonth   osms.Tiyn     `json:"no_month_tiyn"`
	NoRegion  osms.Tiyn     `json:"no_region_tiyn"`
}

type spokenJSON struct {
	BIN    osms.BIN `json:"bin"`
	NameKK string   `json:"name_kk"`
	NameRU string   `json:"name_ru"`
	Rows   int      `json:"rows"`
}

type repeatJSON struct {
	Code         osms.Code `json:"code"`
	Rows         int       `json:"rows"`
	BeforeRows   int       `json:"before_rows"`
	Before       string    `json:"before"`
	BeforeNumber int64     `json:"before_number"`
}

type errorJSON struct {
	Code    osms.FileCode `json:"code"`
	Message string        `json:"message"`
}

type refusalJSON struct {
	Sheet    string        `json:"sheet"`
	Cell     string        `json:"cell"`
	Row      int           `json:"row"`
	Field    string        `json:"field"`
	Code     osms.Code     `json:"code"`
	Severity osms.Severity `json:"severity"`
	Value    string        `json:"value"`
	Message  string        `json:"message"`
}

type holdJSON struct {
	Reason  osms.HoldReason `json:"reason"`
	Message string          `json:"message"`
	BIN     string          `json:"bin"`  // empty: the whole file
	Diff    string          `json:"diff"` // what releases it
	Joined  int             `json:"joined"`
	Left    int             `json:"left"`
	Changed int             `json:"changed"`
}

// JSON gives the report on a file in the shape of check and import, ready
// to be encoded, with sentences in "kk", "ru" or "en". IINs and names in values
// and in the file's own name are masked. Without a declared control total
// "control_total" is null, without an import "import" is, in a dry run "number"
// is, and "proved_whole" is empty when nothing proves that a CSV is whole.
// "unlisted" counts refusals and warnings beyond the most that are listed;
// "money" is null but for files about money;
// "spoken" are the first of "spoken_count" organisations. Times are UTC.
func JSON(r osms.FileReport, lang string) FileJSON {
	out := FileJSON{
		File: osms.Shown(r.File), SHA256: r.SHA256, Kind: r.Kind, Region: r.Region, Outcome: r.Outcome,
		Rows: r.Rows, Accepted: r.Accepted, Refused: r.Refused, Ignored: r.Ignored, Repaired: r.Repaired,
		Joined: r.Joined, Left: r.Left, LeftByRow: r.LeftByRow, Changed: r.Changed, Unchanged: r.Unchanged,
		Held: r.Held, Diff: r.Diff, Refusals: make([]refusalJSON, 0, len(r.Refusals)), Unlisted: r.Unlisted,
		Holds: make([]holdJSON, 0, len(r.Holds)), Mode: r.Mode, AsAt: r.AsAt, HiddenRows: r.HiddenRows,
		Proved: provedWhole(r), Format: r.Format, Encoding: r.Encoding, Delimiter: r.Delimiter,
		Received: stamp(r.Received), Size: r.Size, Deadline: r.Deadline, LeftByAbsence: absences(r),
		Spoken: make([]spokenJSON, 0, len(r.Spoken)), SpokenOf: r.SpokenOf, Repeated: make([]repeatJSON, 0, len(r.Repeated)),
	}
	out.Organisations, out.Changes = organisationsJSON(r), ChangesJSON(r.Changes)
	if m := r.Money; m != nil {
		out.Money = &moneyJSON{m.Documents, m.Persons, m.Amount, append([]osms.Month{}, m.Months...), append([]osms.Region{}, m.Regions...), m.NoMonth, m.NoRegion}
	}
	if r.Arrival != 0 {
		out.Number = &r.Arrival
	}
	for _, o := range r.Spoken {
		out.Spoken = append(out.Spoken, spokenJSON(o))
	}
	for _, x := range r.Repeated {
		out.Repeated = append(out.Repeated, repeatJSON{x.Code, x.Rows, x.BeforeRows, stamp(x.Before), x.BeforeArrival})
	}
	if r.Error != nil {
		out.Error = &errorJSON{r.Error.Code, r.Error.Message(lang)}
	}
	if r.Import != 0 {
		out.Import = &r.Import
	}
	if r.ControlTotal >= 0 {
		out.Control = &r.ControlTotal
	}
	for _, x := range r.Refusals {
		out.Refusals = append(out.Refusals, refusalJSON{osms.Shown(x.Sheet), x.Cell, x.Row, x.Field, x.Code, x.Severity, x.Masked(), x.Message(lang)})
	}
	for _, h := range r.Holds {
		j := holdJSON{Reason: h.Reason, Message: h.Message(lang), Diff: h.Diff, Joined: h.Joined, Left: h.Left, Changed: h.Changed}
		if h.BIN != 0 {
			j.BIN = h.BIN.Digits()
		}
		out.Holds = append(out.Holds, j)
	}
	out.Members, out.Junk = membersJSON(r, lang), r.Junk
	return out
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// absences counts those who left because a full roster does not name them.
func absences(r osms.FileReport) int { return max(0, r.Left-r.LeftByRow) }

// provedWhole says what proves that the file was read whole: a workbook is
// proved by its end record and checksums, whatever its kind.
func provedWhole(r osms.FileReport) string {
	if r.ProvedWhole == "" && (r.Format == "xlsx" || r.Format == "xlsm") {
		return "workbook"
	}
	return r.ProvedWhole
}
