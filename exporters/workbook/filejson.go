package workbook

import (
	"time"

	"osmsd/sync/osms"
)

// fileJSON is the shape of one file in check and import. Programs rely on its
// keys: every one is always there, lists are never null.
type fileJSON struct {
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
}

// FileJSON is FileJSONIn with sentences in Russian.
func FileJSON(r osms.FileReport) any { return FileJSONIn(r, "ru") }

// FileJSONIn gives the report on a file in the shape of check and import, ready
// to be encoded, with sentences in "kk", "ru" or "en". IINs and names in values
// and in the file's own name are masked. Without a declared control total
// "control_total" is null, without an import "import" is, and "proved_whole" is
// empty when nothing proves that a CSV is whole. "unlisted" counts refusals and
// warnings beyond the most that are listed.
func FileJSONIn(r osms.FileReport, lang string) any {
	out := fileJSON{
		File: safe(r.File), SHA256: r.SHA256, Kind: r.Kind, Region: r.Region, Outcome: r.Outcome,
		Rows: r.Rows, Accepted: r.Accepted, Refused: r.Refused, Ignored: r.Ignored, Repaired: r.Repaired,
		Joined: r.Joined, Left: r.Left, LeftByRow: r.LeftByRow, Changed: r.Changed, Unchanged: r.Unchanged,
		Held: r.Held, Diff: r.Diff, Refusals: make([]refusalJSON, 0, len(r.Refusals)), Unlisted: r.Unlisted,
		Holds: make([]holdJSON, 0, len(r.Holds)), Mode: r.Mode, AsAt: r.AsAt, HiddenRows: r.HiddenRows,
		Proved: provedWhole(r), Format: r.Format, Encoding: r.Encoding, Delimiter: r.Delimiter,
	}
	if !r.Received.IsZero() {
		out.Received = r.Received.UTC().Format(time.RFC3339)
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
		out.Refusals = append(out.Refusals, refusalJSON{safe(x.Sheet), x.Cell, x.Row, x.Field, x.Code, x.Severity, x.Masked(), x.Message(lang)})
	}
	for _, h := range r.Holds {
		out.Holds = append(out.Holds, holdJSON{h.Reason, h.Message(lang)})
	}
	out.Members, out.Junk = membersJSON(r, lang), r.Junk
	return out
}

// provedWhole says what proves that the file was read whole: a workbook is
// proved by its end record and checksums, whatever its kind.
func provedWhole(r osms.FileReport) string {
	if r.ProvedWhole == "" && (r.Format == "xlsx" || r.Format == "xlsm") {
		return "workbook"
	}
	return r.ProvedWhole
}
