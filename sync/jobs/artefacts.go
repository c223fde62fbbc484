package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Artefact is a document that a run wrote.
type Artefact struct {
	Kind    string // reconciliation, summary, bundle, notice, reminder
	Name    string // of the file: it has no personal number, and is unique in the run
	Region  osms.Region
	BIN     osms.BIN // whom a letter goes to; 0: nobody in particular
	Letters int      // in a bundle
	Persons bool     // it names persons: a look at it is written down
	Gone    bool     // it is no longer there, or never was: it can be made again

	folder, rel string
}

// Kinds of artefacts.
const (
	ArtefactReconciliation = "reconciliation"
	ArtefactSummary        = "summary"
	ArtefactBundle         = "bundle"
	ArtefactNotice         = "notice"
	ArtefactReminder       = "reminder"
)

// workbookOf finds the workbook of a reconciliation in the message of a run.
var workbookOf = regexp.MustCompile(`reconciliation-(\d{4}-\d{2})-\d{6}(?:-\d{2})?(?:-as-of-[0-9T-]+)?\.xlsx`)

// Artefacts lists the documents that a run wrote, as the journal and the register
// know them. What follows from a name is looked up below the folders for people:
// links that lead out of them are not followed.
func (d *Desk) Artefacts(ctx context.Context, run osms.Run) (out []Artefact, err error) {
	for _, m := range workbookOf.FindAllStringSubmatch(run.Message, -1) {
		for _, name := range []string{m[0], strings.TrimSuffix(m[0], ".xlsx") + summaryExt} {
			kind := ArtefactReconciliation
			if strings.HasSuffix(name, summaryExt) {
				kind = ArtefactSummary
			}
			out = append(out, Artefact{Kind: kind, Name: name, folder: d.Home.Reports, rel: path.Join(m[1], name)})
		}
	}
	if run.Job == osms.JobLetters || run.Job == osms.JobMonth {
		letters, err := d.lettersOf(ctx, run)
		if err != nil {
			return nil, err
		}
		out = append(out, letters...)
	}
	if run.Job == osms.JobReminders {
		reminders, err := d.remindersOf(run)
		if err != nil {
			return nil, err
		}
		out = append(out, reminders...)
	}
	for i := range out {
		f, err := OpenArtefact(out[i])
		if out[i].Gone = err != nil; err == nil {
			_ = f.Close()
		}
	}
	return out, nil
}

func (d *Desk) lettersOf(ctx context.Context, run osms.Run) (out []Artefact, err error) {
	bundles, err := d.Store.BundlesRegistered(ctx, run.Started)
	if err != nil {
		return nil, err
	}
	for _, b := range bundles {
		name := fmt.Sprintf("%s-%06d", b.Dated, b.ID)
		folder := path.Join(b.Region.String(), b.BIN.Digits())
		a := Artefact{Kind: ArtefactBundle, Region: b.Region, BIN: b.BIN, Letters: b.Letters, Persons: true, folder: d.Home.Letters}
		for volume := 1; ; volume++ {
			if a.Name = name + ".pdf"; volume > 1 {
				a.Name = fmt.Sprintf("%s-%d.pdf", name, volume)
			}
			a.rel = path.Join(folder, a.Name)
			f, err := OpenArtefact(a)
			if err == nil {
				_ = f.Close()
			} else if volume > 1 {
				break
			}
			out = append(out, a)
		}
	}
	var notices []store.OverlapNotice
	if err := d.Store.Look(ctx, func(t *store.Tx) (err error) {
		notices, err = t.EveryOverlapNotice()
		return err
	}); err != nil {
		return nil, err
	}
	for _, n := range notices {
		if n.Dated != osms.DateOf(run.Started.In(d.Zone)) {
			continue
		}
		at, err := d.Store.CommittedAt(ctx, n.Sequence)
		if err != nil {
			return nil, err
		}
		if !at.Equal(run.Started) {
			continue
		}
		name := fmt.Sprintf("%s-overlap-%06d.pdf", n.Dated, n.Number)
		out = append(out, Artefact{Kind: ArtefactNotice, Name: n.Region.String() + "-" + n.BIN.Digits() + "-" + name, Region: n.Region, BIN: n.BIN, Letters: 1, Persons: true,
			folder: d.Home.Letters, rel: path.Join(n.Region.String(), n.BIN.Digits(), name)})
	}
	return out, nil
}

func (d *Desk) remindersOf(run osms.Run) (out []Artefact, err error) {
	root, err := os.OpenRoot(d.Home.Letters)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	for _, known := range osms.Regions() {
		pattern := fmt.Sprintf("%s/reminders/%s-reminder-%s-*.pdf", known.Region, run.Month, osms.DateOf(run.Started.In(d.Zone)))
		found, err := fs.Glob(root.FS(), pattern)
		if err != nil {
			return nil, err
		}
		for _, rel := range found {
			out = append(out, Artefact{Kind: ArtefactReminder, Name: known.Region.String() + "-" + path.Base(rel), Region: known.Region, folder: d.Home.Letters, rel: rel})
		}
	}
	return out, nil
}

// OpenArtefact opens a document that Artefacts found. fs.ErrNotExist where it is
// gone.
func OpenArtefact(a Artefact) (*os.File, error) {
	root, err := os.OpenRoot(a.folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(a.rel)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
