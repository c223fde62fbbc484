package workbook

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

func FileJSON(r osms.FileReport) any {
	refusals := []any{}
	for _, x := range r.Refusals {
		refusals = append(refusals, map[string]any{"sheet": x.Sheet, "cell": x.Cell, "row": x.Row, "field": x.Field, "code": x.Code, "severity": x.Severity, "value": x.Masked(), "message": x.Message("ru")})
	}
	var e any
	if r.Error != nil {
		e = map[string]any{"code": r.Error.Code, "message": r.Error.Message("ru")}
	}
	return map[string]any{"file": r.File, "sha256": r.SHA256, "kind": r.Kind, "region": r.Region, "outcome": r.Outcome, "error": e, "rows": r.Rows, "accepted": r.Accepted, "refused": r.Refused, "ignored": r.Ignored, "repaired": r.Repaired, "joined": r.Joined, "left": r.Left, "left_by_row": r.LeftByRow, "changed": r.Changed, "unchanged": r.Unchanged, "held": r.Held, "diff": r.Diff, "import": r.Import, "refusals": refusals}
}
func ReceiptText(r osms.FileReport) string { return fmt.Sprintf("%+v", FileJSON(r)) }

type eachF = func(yield func(osms.FrozenPerson) error) error

func WriteListCSV(w io.Writer, l osms.FrozenList, each eachF) error  { return nil }
func WriteListXLSX(w io.Writer, l osms.FrozenList, each eachF) error { return nil }
