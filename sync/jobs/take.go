package jobs

import (
	"cmp"
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
	case "events":
		return kind == osms.KindEvents
	}
	return kind == osms.KindRoster || kind == osms.KindOrganisations || kind == osms.KindApplications || kind == osms.KindEvents
}

// Intake takes the files that are ready in the drop folders, in their order,
// each to its one outcome. A file that cannot be dealt with now stays in its
// folder and does not hinder the others. While one file is applied the next is
// read.
func (d *Desk) Intake(ctx context.Context, t Turn, folder *intake.Folder, ready []intake.Found, each func(Taken)) error {
	left, err := d.resume(ctx, t, true)
	if err != nil {
		return err
	}
	if err := d.LearnRates(ctx, t); err != nil {
		return err
	}
	if err := d.LearnRules(ctx, t); err != nil {
		return err
	}
	var done []store.Unfinished
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
		var members []store.Unfinished
		switch {
		case c.err != nil:
		case c.reading.batch:
			taken, members = d.settleBatch(ctx, c.reading, func(r Reading) Taken { return d.settleFile(ctx, t, r, left) }, each)
		default:
			taken = d.settleFile(ctx, t, c.reading, left)
		}
		if taken.Err == nil {
			taken.Err = folder.Done(c.file)
			if errors.Is(taken.Err, intake.ErrChanged) {
				taken.Err = nil // another file has its name now: a new delivery
			}
			if taken.Err == nil {
				done = append(append(done, members...), store.Unfinished{Channel: c.reading.Channel, Name: taken.Report.File, SHA256: c.reading.SHA256})
			}
		}
		each(taken)
		// Without a registry the others wait too: no file overtakes another.
		if errors.Is(taken.Err, store.ErrFenced) || store.Lost(taken.Err) || ctx.Err() != nil {
			return errors.Join(taken.Err, ctx.Err())
		}
	}
	if err := d.Store.Finish(ctx, t.Lease, done); err != nil {
		return err // the next run does it
	}
	if _, err = d.Store.NumberOverlaps(ctx, t.Lease); err != nil {
		return err
	}
	return d.followUp(ctx, t)
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
	drop := Drop{Name: keptName(found.Name), SHA256: c.file.SHA256, Size: c.file.Size, Region: found.Region,
		Channel: found.Folder, Received: t.Now, Run: t.Run.ID, Sidecar: c.file.Proof == intake.Matches}
	if c.reading, c.err = d.Read(drop); c.err != nil {
		return c
	}
	c.reading = d.admit(c.reading, c.file.Proof)
	return c
}

// admit refuses a file that its channel may not bring, and one whose sidecar
// speaks of other bytes.
func (d *Desk) admit(r Reading, proof intake.Proof) Reading {
	folder := r.Channel
	switch {
	case r.Akimat:
		folder = r.Region.String()
	case ofNoFolder(folder):
		folder = ""
	}
	if r.Refusal == nil && !r.batch && !allowed(folder, r.Kind) {
		r = Reading{Drop: r.Drop, Refusal: &osms.FileError{Code: osms.FileUnknownKind,
			Detail: fmt.Sprintf("a file of kind %s does not belong into this folder", r.Kind)}}
	}
	if proof != intake.NoProof && proof != intake.Matches {
		r = Reading{Drop: r.Drop, Refusal: &osms.FileError{Code: osms.FileDamaged, Where: "sidecar",
			Detail: "the digest beside the file is not the digest of its bytes"}}
	}
	return r
}

// tries is how often a file is tried, within a few seconds, when the database
// breaks off. Then it waits in its folder for the next poll.
const tries = 5

// settleFile commits a reading and hands out its receipts. left are the
// deliveries that are committed already: those are not applied again, only
// their receipts are handed out.
func (d *Desk) settleFile(ctx context.Context, t Turn, r Reading, left map[delivery]store.Unfinished) (taken Taken) {
	taken.Report, taken.Err = d.applyOrResume(ctx, t, r, left)
	for try := 1; try < tries && store.Lost(taken.Err) && ctx.Err() == nil; try++ {
		t.Log.Warn("connection lost, trying again", "try", try, "err", taken.Err)
		select {
		case <-ctx.Done():
			return taken
		case <-time.After(100 * time.Millisecond << try):
		}
		// What became of a commit in flight is unknown until it is looked up.
		if left, taken.Err = d.unfinished(ctx); taken.Err == nil {
			taken.Report, taken.Err = d.applyOrResume(ctx, t, r, left)
		}
	}
	if taken.Err != nil {
		return taken
	}
	t.Log.Info("file", "sha256", taken.Report.SHA256, "region", taken.Report.Region, "kind", taken.Report.Kind,
		"outcome", taken.Report.Outcome, "rows", taken.Report.Rows, "refused", taken.Report.Refused, "import", taken.Report.Import)
	taken.Receipts, taken.Err = d.handOutReceipts(t, taken.Report)
	return taken
}

func (d *Desk) applyOrResume(ctx context.Context, t Turn, r Reading, left map[delivery]store.Unfinished) (osms.FileReport, error) {
	if u, ok := left[r.delivery()]; ok {
		return d.Store.ReportOf(ctx, u.Arrival)
	}
	return d.Apply(ctx, t, r, false)
}

// Import takes files named on the command line. They stay where they are.
func (d *Desk) Import(ctx context.Context, t Turn, paths []string, region osms.Region, kind osms.Kind, each func(Taken)) error {
	return d.ImportApproved(ctx, t, paths, region, kind, "", each)
}

// ImportApproved is Import of exactly the diff with a hash ("": of all that may
// be applied).
func (d *Desk) ImportApproved(ctx context.Context, t Turn, paths []string, region osms.Region, kind osms.Kind, approve string, each func(Taken)) error {
	return d.ImportFrom(ctx, t, paths, Delivery{Region: region, Kind: kind, Approve: approve, Channel: channelCommand}, each)
}

// Delivery is how files come that lie in no drop folder.
type Delivery struct {
	Region  osms.Region
	Kind    osms.Kind // "": told from the content
	Approve string    // exactly the diff with this hash; "": all that may be applied
	Channel string
	// Akimat: they may bring only what the drop folder of the region may.
	Akimat bool
	// Name is what the sender calls the file, where its path does not say it.
	Name string
}

// ImportFrom is Import of a delivery.
func (d *Desk) ImportFrom(ctx context.Context, t Turn, paths []string, by Delivery, each func(Taken)) error {
	if _, err := d.resume(ctx, t, false); err != nil {
		return err
	}
	if err := d.LearnRates(ctx, t); err != nil {
		return err
	}
	if err := d.LearnRules(ctx, t); err != nil {
		return err
	}
	var done []store.Unfinished
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		file, err := intake.TakeFile(path, d.Archive, d.Limits.FileBytes)
		if err != nil {
			each(Taken{Report: osms.FileReport{File: path}, Err: err})
			continue
		}
		reading, err := d.Read(d.dropOf(file, t, by))
		if err != nil {
			each(Taken{Report: osms.FileReport{File: path}, Err: err})
			continue
		}
		reading = d.admit(reading, file.Proof)
		var taken Taken
		var members []store.Unfinished
		if reading.batch {
			taken, members = d.settleBatch(ctx, reading, func(r Reading) Taken { return d.settleFile(ctx, t, r, nil) }, each)
		} else {
			taken = d.settleFile(ctx, t, reading, nil)
		}
		if taken.Err == nil {
			done = append(append(done, members...), store.Unfinished{Channel: reading.Channel, Name: taken.Report.File, SHA256: reading.SHA256})
		}
		each(taken)
		if taken.Err != nil && (store.Lost(taken.Err) || errors.Is(taken.Err, store.ErrFenced)) {
			return taken.Err
		}
	}
	d.finish(ctx, t, done)
	if _, err := d.Store.NumberOverlaps(ctx, t.Lease); err != nil {
		return err
	}
	return d.followUp(ctx, t)
}

func (d *Desk) dropOf(file intake.Claimed, t Turn, by Delivery) Drop {
	return Drop{Name: keptName(cmp.Or(by.Name, file.Name)), SHA256: file.SHA256, Size: file.Size, Region: by.Region, Kind: by.Kind,
		Channel: by.Channel, Akimat: by.Akimat, Approve: by.Approve, Received: t.Now, Run: t.Run.ID, Sidecar: file.Proof == intake.Matches}
}

// Check shows what importing files would do: the same code, without the commit.
// Nothing is kept; the bytes are read through a throw-away archive.
func (d *Desk) Check(ctx context.Context, now time.Time, paths []string, region osms.Region, kind osms.Kind, each func(Taken)) error {
	return d.CheckApproved(ctx, now, paths, region, kind, "", each)
}

// CheckApproved is Check of ImportApproved.
func (d *Desk) CheckApproved(ctx context.Context, now time.Time, paths []string, region osms.Region, kind osms.Kind, approve string, each func(Taken)) error {
	return d.CheckFrom(ctx, now, paths, Delivery{Region: region, Kind: kind, Approve: approve, Channel: channelCommand}, each)
}

// CheckFrom is Check of a delivery.
func (d *Desk) CheckFrom(ctx context.Context, now time.Time, paths []string, by Delivery, each func(Taken)) error {
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		each(d.check(ctx, now, path, by, each))
	}
	return nil
}

func (d *Desk) check(ctx context.Context, now time.Time, path string, by Delivery, each func(Taken)) (taken Taken) {
	taken.Report.File = path
	file, err := intake.TakeFile(path, d.Archive, d.Limits.FileBytes)
	if err != nil {
		taken.Err = err
		return taken
	}
	reading, err := d.Read(d.dropOf(file, Turn{Now: now}, by))
	if err != nil {
		taken.Err = err
		return taken
	}
	reading = d.admit(reading, file.Proof)
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		taken.Err = err
		return taken
	}
	rehearse := func(r Reading) (taken Taken) {
		taken.Report, taken.Err = d.Apply(ctx, Turn{}, r, true)
		if taken.Report.Import > last {
			taken.Report.Import = 0 // a number that nobody has taken
		}
		return taken
	}
	if reading.batch {
		taken, _ = d.settleBatch(ctx, reading, rehearse, each)
		return taken
	}
	return rehearse(reading)
}
