package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"osmsd/exporters/letter"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// AnnulmentNotices tells organisations which of the letters that they hold on
// paper an undo annulled: one notice to each, for every undo or for those named
// by their sequence. A notice that lies in its folder is not written again, so
// that what a crash left out is made good by the next call. Its bytes depend on
// the registry only. The paths of the notices written come back in order.
func (d *Desk) AnnulmentNotices(ctx context.Context, t Turn, undos ...int64) (paths []string, err error) {
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return nil, err
	}
	decided, err := d.Store.Decisions(ctx, last)
	if err != nil {
		return nil, err
	}
	var failed error
	for _, u := range decided {
		if len(u.Annulled) == 0 || len(undos) > 0 && !slices.Contains(undos, u.Sequence) {
			continue
		}
		organisations, err := d.Store.OrganisationsAt(ctx, u.Sequence)
		if err != nil {
			return paths, err
		}
		annulled := map[osms.BIN][]store.RegisteredLetter{}
		for _, l := range u.Annulled {
			annulled[l.BIN] = append(annulled[l.BIN], l)
		}
		for _, bin := range sortedKeys(annulled) {
			if err := ctx.Err(); err != nil {
				return paths, errors.Join(failed, err)
			}
			letters := annulled[bin]
			to, known := organisations[bin]
			if !known { // taken off the list since: the letters say where it was
				to = osms.Organisation{BIN: bin, Region: letters[len(letters)-1].Region}
			}
			path, err := d.annulmentNotice(ctx, u, to, letters)
			if err != nil { // one notice does not hinder the others
				failed = errors.Join(failed, fmt.Errorf("notice of the letters to organisation %s that decision %d annulled: %w", bin, u.Sequence, err))
				continue
			}
			if path != "" {
				paths = append(paths, path)
			}
		}
	}
	return paths, failed
}

// annulmentNotice writes one notice; the path is "" where it lies there already.
func (d *Desk) annulmentNotice(ctx context.Context, u store.Decision, to osms.Organisation, letters []store.RegisteredLetter) (string, error) {
	day := osms.DateOf(u.Committed.In(d.Zone))
	rel := filepath.Join(to.Region.String(), to.BIN.Digits(), fmt.Sprintf("annulled-%s-%06d.pdf", day, u.Sequence))
	path := filepath.Join(d.Home.Letters, rel)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	imported, err := d.Store.ImportOf(ctx, u.Import)
	if err != nil {
		return "", err
	}
	notice := letter.Annulment{Sequence: u.Sequence, Date: day, Organisation: to, Import: u.Import,
		Received: osms.DateOf(imported.Received.In(d.Zone)), File: intake.Shown(imported.Name)}
	if notice.Letters, err = d.asPrinted(ctx, letters); err != nil {
		return "", err
	}
	var pdf bytes.Buffer
	if err := letter.WriteAnnulment(&pdf, notice); err != nil {
		return "", err
	}
	if err := intake.HandOut(d.Home.Letters, rel, pdf.Bytes(), d.Drops.Step); err != nil {
		return "", err
	}
	return path, nil
}

// asPrinted gives registered notifications to one organisation as they were
// printed, in the order given.
func (d *Desk) asPrinted(ctx context.Context, letters []store.RegisteredLetter) ([]osms.Letter, error) {
	of := map[int64][]int{} // bundle → places
	for i, l := range letters {
		of[l.Bundle] = append(of[l.Bundle], i)
	}
	out := make([]osms.Letter, len(letters))
	silence, err := d.silence(ctx)
	if err != nil {
		return nil, err
	}
	blocked := blockedNow(silence.decided)
	for _, i := range of[0] { // about cases
		l, err := d.Store.OfficeLetterNumbered(ctx, letters[i].Region, letters[i].Year, letters[i].Number)
		if err != nil {
			return nil, fmt.Errorf("letter %s: %w", letters[i].Outgoing(), err)
		}
		b, err := notificationKept(l.Content)
		if err != nil {
			return nil, fmt.Errorf("letter %s: %w", l.Outgoing(), err)
		}
		if out[i] = b.Letters[0]; blocked[l.Person] {
			out[i].Name = osms.Name{}
		}
	}
	delete(of, 0)
	for id, places := range of {
		b, err := d.Store.BundleOf(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("bundle %d: %w", id, err)
		}
		before, after, err := d.untold(ctx, silence, b.BIN, b.From, b.To)
		if err != nil {
			return nil, err
		}
		of := make([]store.RegisteredLetter, len(places))
		for n, i := range places {
			of[n] = letters[i]
		}
		for n, l := range d.printed(of, before, after, b.Dated) {
			if blocked[l.Person] {
				l.Name = osms.Name{} // the letter's number stays
			}
			out[places[n]] = l
		}
	}
	return out, nil
}
