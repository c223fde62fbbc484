package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Destruction of content with a record (law No 94-V).
//
// A class of documents has a term of retention, in months from the day on which
// a file came or was handed out; at its end its content is destroyed. One run is
// one decision: the list of what is destroyed, by class and digest and never by
// content, goes into the audit chain first and in the same transaction in which
// kept rows and the values of refusals leave the tables; then the files are
// removed, and each is noted as done. A run that was cut off leaves files listed
// as pending, and the next one begins with them.
//
// Facts, conclusions, totals, the register of letters and the declaration of every
// import stay. seal.go says how what is believed stays provable without the rows.

// Retention is for how many months content of a class is kept; a class that is
// not in it, or has no months, is kept for ever.
type Retention map[osms.DocumentClass]int

// ErrAwaited says that content cannot be destroyed yet: it waits for an
// administrator's decision, or its receipts are still to be handed out.
// ErrNothing says that there is nothing to destroy.
var (
	ErrAwaited = errors.New("a decision or a receipt still rests on it")
	ErrNothing = errors.New("there is nothing to destroy")
)

// DestroyOptions say what is to be destroyed: what is past its term, or by hand
// the content of one file or import.
type DestroyOptions struct {
	SHA256 string
	Import int64
	Reason string
	DryRun bool
}

// DestroyDone is what a destruction did, or would do.
type DestroyDone struct {
	store.Destruction
	// Finished are files that an earlier run had decided to remove and had not.
	Finished int
	// Awaited counts what is past its term and is kept until it is decided on.
	Awaited int
}

// Destroy destroys content and records it.
func (d *Desk) Destroy(ctx context.Context, turn Turn, o DestroyOptions) (done DestroyDone, err error) {
	if !o.DryRun {
		if done.Finished, err = d.finishDestroying(ctx, turn); err != nil {
			return done, err
		}
	}
	files, err := d.handedOut()
	if err != nil {
		return done, err
	}
	collect := func(t *store.Tx) error {
		c := destroying{d: d, t: t, o: o, files: files, today: osms.DateOf(turn.Now.In(d.Zone))}
		err := c.collect()
		done.Awaited = c.awaited
		done.Destruction = c.out
		return err
	}
	if o.DryRun {
		return done, d.Store.Look(ctx, collect)
	}
	err = d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		err := collect(t)
		if err == nil && len(done.Items) == 0 {
			err = ErrNothing
		}
		if err != nil {
			return err
		}
		done.Committed, done.Run = turn.moment(turn.Now), turn.Run.ID
		done.Destruction, err = t.PutDestruction(done.Destruction)
		return err
	})
	if errors.Is(err, ErrNothing) && o.SHA256 == "" && o.Import == 0 {
		return done, nil // nothing is past its term
	}
	if err != nil {
		return done, err
	}
	if _, err := d.finishDestroying(ctx, turn); err != nil {
		return done, err
	}
	return done, d.Store.Purge(ctx)
}

// finishDestroying removes the files whose destruction was decided and not done.
func (d *Desk) finishDestroying(ctx context.Context, turn Turn) (int, error) {
	pending, err := d.Store.PendingDestruction(ctx)
	if err != nil {
		return 0, err
	}
	var gone []store.PendingItem
	var failed error
	for _, i := range pending {
		if err := ctx.Err(); err != nil {
			return len(gone), err
		}
		if i.Class == osms.ClassOriginals {
			err = d.Archive.Destroy(i.Subject)
		} else {
			err = intake.TakeBack(d.folderOf(i.Class), i.Subject, i.Digest, d.Drops.Step)
		}
		if err != nil { // one file does not keep the others
			failed = errors.Join(failed, err)
			continue
		}
		gone = append(gone, i)
	}
	return len(gone), errors.Join(failed, d.Store.DoneDestroying(ctx, turn.Lease, gone))
}

// folderOf is the folder of a class whose documents are handed out.
func (d *Desk) folderOf(c osms.DocumentClass) string {
	switch c {
	case osms.ClassReturned:
		return d.Home.Returned
	case osms.ClassLetters:
		return d.Home.Letters
	case osms.ClassReports:
		return d.Home.Reports
	case osms.ClassStatements:
		return d.Home.Statements
	}
	return ""
}

// handedOut lists what lies in the folders.
func (d *Desk) handedOut() (map[osms.DocumentClass][]intake.HandedOut, error) {
	out := map[osms.DocumentClass][]intake.HandedOut{}
	for _, c := range []osms.DocumentClass{osms.ClassReturned, osms.ClassLetters, osms.ClassReports, osms.ClassStatements} {
		err := intake.EachHandedOut(d.folderOf(c), func(f intake.HandedOut) error {
			out[c] = append(out[c], f)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// destroying is one destruction in the making.
type destroying struct {
	d       *Desk
	t       *store.Tx
	o       DestroyOptions
	files   map[osms.DocumentClass][]intake.HandedOut
	today   osms.Date
	awaited int
	out     store.Destruction
}

func (c *destroying) collect() error {
	kept, err := c.t.EveryKept()
	if err != nil {
		return err
	}
	arrivals, err := c.t.EveryArrival()
	if err != nil {
		return err
	}
	c.out = store.Destruction{What: store.DestroyDue, Reason: c.o.Reason, Items: []store.Destroyed{}}
	if c.o.SHA256 == "" && c.o.Import == 0 {
		err = c.due(kept, arrivals)
	} else {
		err = c.byHand(kept, arrivals)
	}
	if err != nil {
		return err
	}
	slices.SortFunc(c.out.Items, store.CompareDestroyed)
	return c.seal()
}

// past reports whether the term of a class has ended for what began on a day.
func (c *destroying) past(class osms.DocumentClass, since osms.Date) bool {
	months := c.d.Retention[class]
	return months > 0 && osms.DateOf(since.Time().AddDate(0, months, 0)) <= c.today
}

func (c *destroying) day(at time.Time) osms.Date { return osms.DateOf(at.In(c.d.Zone)) }

func (c *destroying) add(class osms.DocumentClass, subject, digest string, dated osms.Date) {
	c.out.Items = append(c.out.Items, store.Destroyed{Class: class, Subject: subject, Digest: digest, Dated: dated})
}

// due collects what is past its term.
func (c *destroying) due(kept []store.KeptRows, arrivals []store.SeenArrival) error {
	waits := map[string]bool{} // files of which something waits
	for _, k := range kept {
		if k.State == store.StateHeld {
			waits[k.SHA256] = true
		}
		if !k.Kept || k.Kind != osms.KindRoster || !c.past(osms.ClassRows, c.day(k.Received)) {
			continue
		}
		if k.State == store.StateHeld {
			c.awaited++
			continue
		}
		c.add(osms.ClassRows, store.RowsSubject(k.Import, k.BIN), k.Digest, c.day(k.Received))
	}
	last := map[string]osms.Date{}
	for _, a := range arrivals {
		if a.Unfinished {
			waits[a.SHA256] = true
		}
		last[a.SHA256] = max(last[a.SHA256], c.day(a.Received))
		if !a.Unfinished && !a.Reduced && c.past(osms.ClassArrivals, c.day(a.Received)) {
			if err := c.report(a); err != nil {
				return err
			}
		}
	}
	for _, sha := range slices.Sorted(maps.Keys(last)) {
		if !c.past(osms.ClassOriginals, last[sha]) {
			continue
		}
		if waits[sha] {
			c.awaited++
			continue
		}
		if err := c.original(sha, last[sha]); err != nil {
			return err
		}
	}
	for class, files := range c.files {
		for _, f := range files {
			if c.past(class, c.day(f.Changed)) {
				if err := c.file(class, f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// byHand collects the content of one file, or of one import of it.
func (c *destroying) byHand(kept []store.KeptRows, arrivals []store.SeenArrival) error {
	sha := c.o.SHA256
	c.out.What, c.out.Subject = store.DestroyFile, sha
	if sha == "" {
		c.out.What, c.out.Subject = store.DestroyImport, strconv.FormatInt(c.o.Import, 10)
	}
	imports := map[int64]bool{}
	for _, k := range kept {
		if k.SHA256 == c.o.SHA256 || k.Import == c.o.Import {
			imports[k.Import], sha = true, k.SHA256
		}
	}
	if c.o.Import != 0 && len(imports) == 0 {
		return ErrNoImport
	}
	shared := false // the file has another import whose rows are kept
	for _, k := range kept {
		switch {
		case !imports[k.Import]:
			shared = shared || k.SHA256 == sha && k.Kept && k.Kind == osms.KindRoster
		case k.State == store.StateHeld:
			return ErrAwaited
		case k.Kept && k.Kind == osms.KindRoster:
			c.add(osms.ClassRows, store.RowsSubject(k.Import, k.BIN), k.Digest, c.day(k.Received))
		}
	}
	var last osms.Date
	told := map[int64]bool{}
	for _, a := range arrivals {
		if a.SHA256 != sha || c.o.Import != 0 && shared && a.Sequence != c.o.Import {
			continue
		}
		if a.Unfinished {
			return ErrAwaited
		}
		last = max(last, c.day(a.Received))
		told[a.ID] = true
		if !a.Reduced {
			if err := c.report(a); err != nil {
				return err
			}
		}
	}
	if last == 0 {
		return ErrNothing
	}
	if !shared {
		if err := c.original(sha, last); err != nil {
			return err
		}
	}
	for _, f := range c.files[osms.ClassReturned] {
		if isReceiptOf(f.Path, told) {
			if err := c.file(osms.ClassReturned, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// returnedTail is how the name of what is returned ends: receiptTail, then
// perhaps words, and the extension.
var returnedTail = regexp.MustCompile(`-receipt-(\d+)(?:-[a-z]+)*\.[a-z]+$`)

// isReceiptOf reports whether a file below the folder of receipts was returned
// for one of some arrivals.
func isReceiptOf(path string, arrivals map[int64]bool) bool {
	m := returnedTail.FindStringSubmatch(path)
	if m == nil {
		return false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	return err == nil && arrivals[n]
}

func (c *destroying) report(a store.SeenArrival) error {
	digest, err := c.t.ReportDigest(a.ID)
	if err == nil {
		c.add(osms.ClassArrivals, strconv.FormatInt(a.ID, 10), digest, c.day(a.Received))
	}
	return err
}

func (c *destroying) original(sha string, dated osms.Date) error {
	has, err := c.d.Archive.Has(sha)
	if err == nil && has {
		c.add(osms.ClassOriginals, sha, sha, dated)
	}
	return err
}

func (c *destroying) file(class osms.DocumentClass, f intake.HandedOut) error {
	digest, err := intake.DigestHandedOut(c.d.folderOf(class), f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		c.add(class, f.Path, digest, c.day(f.Changed))
	}
	return err
}

// seal seals the organisations whose facts rest on rows that are destroyed.
func (c *destroying) seal() error {
	of := map[osms.BIN]map[int64]bool{}
	for _, i := range c.out.Items {
		if i.Class != osms.ClassRows {
			continue
		}
		var sequence int64
		var bin uint64
		if _, err := fmt.Sscanf(i.Subject, "%d/%d", &sequence, &bin); err != nil {
			return err
		}
		if of[osms.BIN(bin)] == nil {
			of[osms.BIN(bin)] = map[int64]bool{}
		}
		of[osms.BIN(bin)][sequence] = true
	}
	for _, bin := range sortedKeys(of) {
		if bin == 0 {
			continue
		}
		seal, needed, err := sealFor(c.t, bin, of[bin])
		if err != nil {
			return fmt.Errorf("organisation %s: %w", bin, err)
		}
		if needed {
			c.out.Seals = append(c.out.Seals, seal)
		}
	}
	return nil
}
