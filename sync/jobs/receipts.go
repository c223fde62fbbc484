package jobs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"osmsd/exporters/receipt"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// receiptTail ends the names of what is handed out about a file: the number of
// the receipt, so that no other file's has the same name.
func receiptTail(r osms.FileReport) string { return fmt.Sprintf("-receipt-%d", r.Arrival) }

// handOutReceipts writes what is said about a file into the region's folder:
// for people as a text and a PDF, for programs as JSON, and the file itself with
// its faults marked. All of it comes from the report and the kept bytes, so that
// handing out twice is the same as once.
func (d *Desk) handOutReceipts(t Turn, r osms.FileReport) ([]string, error) {
	r.ByOrganisation, r.Changes = nil, nil // they name persons, and are not kept
	shape, err := json.MarshalIndent(receipt.JSON(r, d.Lang), "", "  ")
	if err != nil {
		return nil, err
	}
	var pdf bytes.Buffer
	if err := receipt.WritePDF(&pdf, r, d.Zone); err != nil {
		return nil, fmt.Errorf("receipt %d: %w", r.Arrival, err)
	}
	var paths []string
	for _, form := range []struct {
		ext  string
		data []byte
	}{{".txt", []byte(receipt.Text(r, d.Zone))}, {".pdf", pdf.Bytes()}, {".json", append(shape, '\n')}} {
		rel := filepath.Join(returned(r.Region), intake.SafeNameWith(r.File, receiptTail(r)+form.ext))
		if err := intake.HandOut(d.Home.Returned, rel, form.data, d.Drops.Step); err != nil {
			return paths, err
		}
		paths = append(paths, filepath.Join(d.Home.Returned, rel))
	}
	if path := d.handOutReturned(t, r, receiptTail(r)); path != "" {
		paths = append(paths, path)
	}
	return paths, nil
}
