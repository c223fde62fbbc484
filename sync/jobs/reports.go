package jobs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"osmsd/exporters/summary"
	"osmsd/exporters/workbook"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

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
// folder, and its summary on one page beside it, under the same name: of the
// country (0), or of the region that it was narrowed to, under a name of its own.
// The path is that of the workbook.
func (d *Desk) WriteReconciliation(r osms.Reconciliation, region osms.Region) (string, error) {
	name := d.ReconciliationName(r, region)
	write := func(ext string, write func(io.Writer, osms.Reconciliation, string) error) (string, error) {
		var b bytes.Buffer
		if err := write(&b, r, d.Lang); err != nil {
			return "", fmt.Errorf("reconciliation of %s: %w", r.Month, err)
		}
		rel := filepath.Join(r.Month.String(), name+ext)
		return filepath.Join(d.Home.Reports, rel), intake.HandOut(d.Home.Reports, rel, b.Bytes(), d.Drops.Step)
	}
	if _, err := write(summaryExt, summary.Write); err != nil {
		return "", err
	}
	return write(".xlsx", workbook.WriteReconciliation)
}

// ReconciliationName is how the files of a reconciliation are named, without their
// endings: of the country (0), or of the region that it was narrowed to.
func (d *Desk) ReconciliationName(r osms.Reconciliation, region osms.Region) string {
	name := fmt.Sprintf("reconciliation-%s-%06d", r.Month, r.Sequence)
	if region != 0 {
		name += "-" + region.String()
	}
	if r.AsOfGiven {
		name += r.AsOf.In(d.Zone).Format("-as-of-2006-01-02T150405")
	}
	return name
}

const summaryExt = ".pdf"

// SummaryOf is the path of the summary beside a workbook of a reconciliation.
func SummaryOf(workbook string) string {
	return strings.TrimSuffix(workbook, filepath.Ext(workbook)) + summaryExt
}

// WriteRisks writes the workbook of what will end soon into the folder of the
// month of its day.
func (d *Desk) WriteRisks(r osms.Risks, region osms.Region) (string, error) {
	var b bytes.Buffer
	if err := workbook.WriteRisks(&b, r, d.Lang); err != nil {
		return "", fmt.Errorf("risks of %s: %w", r.AsOf, err)
	}
	name := fmt.Sprintf("risks-%s.xlsx", r.AsOf)
	if region != 0 {
		name = fmt.Sprintf("risks-%s-%s.xlsx", r.AsOf, region)
	}
	rel := filepath.Join(r.AsOf.Month().String(), name)
	return filepath.Join(d.Home.Reports, rel), intake.HandOut(d.Home.Reports, rel, b.Bytes(), d.Drops.Step)
}

// WriteAudit writes the workbook of an audit into the month's folder, under a
// name of its own for a region.
func (d *Desk) WriteAudit(a osms.Audit, each osms.EachAuditRow) (string, error) {
	name := fmt.Sprintf("audit-%s-%06d.xlsx", a.Month, a.Sequence)
	if a.Region != 0 {
		name = fmt.Sprintf("audit-%s-%06d-%s.xlsx", a.Month, a.Sequence, a.Region)
	}
	rel := filepath.Join(a.Month.String(), name)
	return filepath.Join(d.Home.Reports, rel), intake.HandOutFrom(d.Home.Reports, rel, func(w io.Writer) error {
		return workbook.WriteAudit(w, a, each, d.Lang)
	}, d.Drops.Step)
}
