package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"osmsd/exporters/workbook"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// handOutReceipts writes what is said about a file into the region's folder:
// for people as a text, for programs as JSON. Handing out twice is the same as
// once.
func (d *Desk) handOutReceipts(r osms.FileReport) ([]string, error) {
	text, err := json.MarshalIndent(workbook.FileJSONIn(r, d.Lang), "", "  ")
	if err != nil {
		return nil, err
	}
	tail := "-" + r.SHA256[:8]
	if r.Import != 0 {
		tail = fmt.Sprintf("-import-%d", r.Import)
	}
	if r.Released {
		tail += "-released"
	}
	if r.Outcome == osms.AlreadyApplied {
		tail += "-again"
	}
	var paths []string
	for _, receipt := range []struct {
		ext  string
		data []byte
	}{{".txt", []byte(workbook.ReceiptText(r))}, {".json", append(text, '\n')}} {
		rel := filepath.Join(returned(r.Region), intake.SafeNameWith(r.File, tail+receipt.ext))
		if err := intake.HandOut(d.Home.Returned, rel, receipt.data, d.Drops.Step); err != nil {
			return paths, err
		}
		paths = append(paths, filepath.Join(d.Home.Returned, rel))
	}
	return paths, nil
}

// ReconcileToWorkbook reconciles a month and writes the workbook. The path is
// whole.
func (d *Desk) ReconcileToWorkbook(ctx context.Context, t Turn, month osms.Month, asOf time.Time) (osms.Reconciliation, string, error) {
	r, err := d.Reconcile(ctx, month, asOf, t.Now)
	if err != nil {
		return r, "", err
	}
	path, err := d.WriteReconciliation(r, 0)
	return r, path, err
}

// WriteReconciliation writes the workbook of a reconciliation into the month's
// folder: of the country (0), or of the region that it was narrowed to, under a
// name of its own.
func (d *Desk) WriteReconciliation(r osms.Reconciliation, region osms.Region) (string, error) {
	var b bytes.Buffer
	if err := workbook.WriteReconciliation(&b, r, d.Lang); err != nil {
		return "", fmt.Errorf("reconciliation workbook of %s: %w", r.Month, err)
	}
	name := fmt.Sprintf("reconciliation-%s-%06d.xlsx", r.Month, r.Sequence)
	if region != 0 {
		name = fmt.Sprintf("reconciliation-%s-%06d-%s.xlsx", r.Month, r.Sequence, region)
	}
	rel := filepath.Join(r.Month.String(), name)
	return filepath.Join(d.Home.Reports, rel), intake.HandOut(d.Home.Reports, rel, b.Bytes(), d.Drops.Step)
}
