package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Taken is what became of one file: its report, and where its receipts lie.
type Taken struct {
	Report   osms.FileReport
	Receipts []string
	Err      error // the file could not be dealt with and stays where it is
}

// channels: which kinds of file a drop folder may bring. An akimat cannot bring
// what the treasury says.
func allowed(folder string, kind osms.Kind) bool {
	switch folder {
	case "":
		return true // by command: an administrator
	case "ledger":
		return kind == osms.KindLedger || kind == osms.KindPayments
	case "organisations":
		return kind == osms.KindOrganisations
	case "applications":
		return kind == osms.KindApplications
	case "requests":
		return kind == osms.KindRequests
	}
	return kind == osms.KindRoster || kind == osms.KindOrganisations || kind == osms.KindApplications || kind == osms.KindEvents
}

// Intake takes the files that are ready in the drop folders, in their order,
// each to its one outcome. A file that cannot be dealt with now stays in its
// folder and does not hinder the others. While one file is applied the next is
// read.
func (d *Desk) Intake(ctx context.Context, t Turn, folder *intake.Folder, ready []intake.Found, each func(Taken)) error {
	if err := d.LearnRates(ctx, t); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	readings := make(chan claimed) // no buffer: one being read, one being applied
	go func() {
		defer close(readings)
		for _, found := range ready {
			c := d.claim(t, folder, found)
			select {
			case readings <- c:
			case <-ctx.Done():
				return
			}
		}
	}()
	defer func() {
		cancel()
		for range readings { // let the reader end
		}
	}()
	for c := range readings {
		if err := ctx.Err(); err != nil {
			return err
		}
		if errors.Is(c.err, intake.ErrChanged) {
			continue // still being written: the next poll sees it again
		}
		taken := Taken{Err: c.err}
		if c.err == nil {
			taken = d.settleFile(ctx, t, c.reading)
		}
		if taken.Err == nil {
			taken.Err = folder.Done(c.file)
			if errors.Is(taken.Err, intake.ErrChanged) {
				taken.Err = nil // another file has its name now: a new delivery
			}
		}
		each(taken)
		if errors.Is(taken.Err, store.ErrFenced) || ctx.Err() != nil {
			return errors.Join(taken.Err, ctx.Err())
		}
	}
	_, err := d.Store.NumberOverlaps(ctx, t.Lease)
	return err
}

// claimed is a file whose bytes are kept, read and understood.
type claimed struct {
	file    intake.Claimed
	reading Reading
	err     error
}

func (d *Desk) claim(t Turn, folder *intake.Folder, found intake.Found) (c claimed) {
	if c.file, c.err = folder.Claim(found, d.Archive); c.err != nil {
		c.reading.Name = found.Name
		return c
	}
	drop := Drop{Name: found.Name, SHA256: c.file.SHA256, Size: c.file.Size, Region: found.Region,
		Channel: found.Folder, Received: t.Now, Run: t.Run.ID, Sidecar: c.file.Proof == intake.Matches}
	if c.reading, c.err = d.Read(drop); c.err != nil {
		return c
	}
	if c.reading.Refusal == nil && !allowed(found.Folder, c.reading.Kind) {
		c.reading = Reading{Drop: drop, Refusal: &osms.FileError{Code: osms.FileUnknownKind,
			Detail: fmt.Sprintf("a file of kind %s does not belong into this folder", c.reading.Kind)}}
	}
	if c.file.Proof != intake.NoProof && c.file.Proof != intake.Matches {
		c.reading = Reading{Drop: drop, Refusal: &osms.FileError{Code: osms.FileDamaged, Where: "sidecar",
			Detail: "the digest beside the file is not the digest of its bytes"}}
	}
	return c
}

// settleFile commits a reading and hands out its receipts. When the connection
// breaks at a commit, what became of it is unknown: the file is applied again,
// and the register says whether it had been.
func (d *Desk) settleFile(ctx context.Context, t Turn, r Reading) (taken Taken) {
	for try := 1; ; try++ {
		taken.Report, taken.Err = d.Apply(ctx, t.Lease, r, false)
		if taken.Err == nil || try == 5 || !store.Lost(taken.Err) || ctx.Err() != nil {
			break
		}
		t.Log.Warn("connection lost, trying again", "try", try, "err", taken.Err)
		time.Sleep(time.Duration(try) * time.Second)
	}
	if taken.Err != nil {
		return taken
	}
	t.Log.Info("file", "sha256", taken.Report.SHA256, "region", taken.Report.Region, "kind", taken.Report.Kind,
		"outcome", taken.Report.Outcome, "rows", taken.Report.Rows, "refused", taken.Report.Refused, "import", taken.Report.Import)
	taken.Receipts, taken.Err = d.handOutReceipts(taken.Report)
	return taken
}

// Import takes files named on the command line. They stay where they are.
func (d *Desk) Import(ctx context.Context, t Turn, paths []string, region osms.Region, kind osms.Kind, each func(Taken)) error {
	if err := d.LearnRates(ctx, t); err != nil {
		return err
	}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		file, err := intake.TakeFile(path, d.Archive, d.Limits.FileBytes)
		if err != nil {
			each(Taken{Report: osms.FileReport{File: path}, Err: err})
			continue
		}
		reading, err := d.Read(d.dropOf(file, t, region, kind))
		if err != nil {
			each(Taken{Report: osms.FileReport{File: path}, Err: err})
			continue
		}
		taken := d.settleFile(ctx, t, reading)
		each(taken)
		if taken.Err != nil && (store.Lost(taken.Err) || errors.Is(taken.Err, store.ErrFenced)) {
			return taken.Err
		}
	}
	_, err := d.Store.NumberOverlaps(ctx, t.Lease)
	return err
}

func (d *Desk) dropOf(file intake.Claimed, t Turn, region osms.Region, kind osms.Kind) Drop {
	return Drop{Name: file.Name, SHA256: file.SHA256, Size: file.Size, Region: region, Kind: kind,
		Channel: "command", Received: t.Now, Run: t.Run.ID, Sidecar: file.Proof == intake.Matches}
}

// Check shows what importing files would do: the same code, without the commit.
// Nothing is kept; the bytes are read through a throw-away archive.
func (d *Desk) Check(ctx context.Context, now time.Time, paths []string, region osms.Region, kind osms.Kind, each func(Taken)) error {
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		each(d.check(ctx, now, path, region, kind))
	}
	return nil
}

func (d *Desk) check(ctx context.Context, now time.Time, path string, region osms.Region, kind osms.Kind) (taken Taken) {
	taken.Report.File = path
	file, err := intake.TakeFile(path, d.Archive, d.Limits.FileBytes)
	if err != nil {
		taken.Err = err
		return taken
	}
	reading, err := d.Read(d.dropOf(file, Turn{Now: now}, region, kind))
	if err != nil {
		taken.Err = err
		return taken
	}
	taken.Report, taken.Err = d.Apply(ctx, store.Lease{}, reading, true)
	return taken
}
