package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// destructionRecords are what was destroyed, as it bears on what must be there.
type destructionRecords struct {
	count     int
	rows      map[string]bool // kept rows, by their subject
	originals map[string]bool // not there any more, by digest
	pending   map[string]bool // originals that may be there or not
	handed    []store.Destroyed
}

// destructionRecords reads what was destroyed. An original that came again
// afterwards is there again.
func (d *Desk) destructionRecords(ctx context.Context) (r destructionRecords, err error) {
	r = destructionRecords{rows: map[string]bool{}, originals: map[string]bool{}, pending: map[string]bool{}}
	err = d.Store.Look(ctx, func(t *store.Tx) error {
		all, err := t.Destructions()
		if err != nil {
			return err
		}
		arrivals, err := t.EveryArrival()
		if err != nil {
			return err
		}
		last := map[string]int64{}
		for _, a := range arrivals {
			last[a.SHA256] = a.ID
		}
		for _, x := range all {
			r.count += len(x.Items)
			for _, i := range x.Items {
				switch {
				case i.Class == osms.ClassRows:
					r.rows[i.Subject] = true
				case i.Class == osms.ClassArrivals:
				case i.Class == osms.ClassOriginals && last[i.Subject] > x.Arrival:
				case i.Class == osms.ClassOriginals && i.Pending:
					r.pending[i.Subject] = true
				case i.Class == osms.ClassOriginals:
					r.originals[i.Subject] = true
				case i.Class != osms.ClassReturned && i.Class != osms.ClassLetters: // may be made again
				case !i.Pending:
					r.handed = append(r.handed, i)
				}
			}
		}
		return nil
	})
	return r, err
}

// verifyGone finds documents that were destroyed and are in their folders again,
// as after the restoring of a backup.
func (d *Desk) verifyGone(records destructionRecords, found finder) error {
	for _, i := range records.handed {
		digest, err := intake.DigestHandedOut(d.folderOf(i.Class), i.Subject)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case digest == i.Digest:
			found("destruction", d.Home.Shown(d.folderOf(i.Class)+"/"+i.Subject), "it was destroyed and is there again")
		}
	}
	return nil
}

// verifyDestructions compares what was destroyed, sealed and blocked with the
// audit chain.
func verifyDestructions(t *store.Tx, compare func(kind, where string, entry int64, digest string) store.AuditEntry, found finder) error {
	all, err := t.Destructions()
	if err != nil {
		return err
	}
	for _, d := range all {
		where := fmt.Sprint("decision ", d.Sequence)
		if e := compare(store.AuditDestroy, where, d.Sequence, d.Digest()); !e.At.Equal(d.Committed) {
			found("destruction", where, "it was not committed when the audit chain says")
		}
	}
	blocks, err := t.Blocks()
	if err != nil {
		return err
	}
	for _, b := range blocks {
		where := fmt.Sprint("decision ", b.Sequence)
		if e := compare(b.What(), where, b.Sequence, b.Digest()); !e.At.Equal(b.Committed) {
			found("block", where, "it was not committed when the audit chain says")
		}
	}
	return nil
}
