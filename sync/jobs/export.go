package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// FrozenList reads the head of a month's frozen list for a region (0: the
// whole country): count, sum, digest, and who joined and left since the last
// exported list. store.ErrNotFound when the month was not frozen.
//
// The digest is SHA-256 over a line for each person who is on the list, in
// order of IIN: IIN|category|region|BIN|tiyn.
func (d *Desk) FrozenList(ctx context.Context, t Turn, month osms.Month, region osms.Region) (osms.FrozenList, error) {
	f, err := d.Store.Frozen(ctx, month, 0)
	if err != nil {
		return osms.FrozenList{}, err
	}
	list := osms.FrozenList{Month: month, Region: region, Version: f.Version, Sequence: f.Sequence, Rate: f.Rate, Generated: t.Now}
	h := sha256.New()
	err = d.EachFrozen(ctx, list, func(p osms.FrozenPerson) error {
		switch p.Change {
		case "left":
			list.Left++
			return nil
		case "joined":
			list.Joined++
		}
		list.Persons++
		list.Amount += p.Amount
		_, err := fmt.Fprintf(h, "%s|%s|%s|%s|%d\n", p.Person.Digits(), p.Category, p.Region, p.BIN, int64(p.Amount))
		return err
	})
	list.Digest = hex.EncodeToString(h.Sum(nil))
	return list, err
}

// EachFrozen reads a frozen list person by person, in order of IIN, with those
// who left since the last exported list in their place.
func (d *Desk) EachFrozen(ctx context.Context, list osms.FrozenList, each func(osms.FrozenPerson) error) error {
	previous, err := d.Store.LastExport(ctx, list.Region, list.Month, list.Version)
	compare := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return err
	}
	amount := list.Rate.PerPerson()
	// The list before is read beside this one, person against person, so that
	// neither is ever held whole.
	var previousErr error
	next, stop := iter.Pull(func(yield func(store.EntitledPerson) bool) {
		if !compare {
			return
		}
		previousErr = d.Store.Entitled(ctx, previous.Month, previous.Sequence, list.Region, func(p store.EntitledPerson) error {
			if !yield(p) {
				return errStopped
			}
			return nil
		})
	})
	defer stop()
	before, more := next()
	line := func(p store.EntitledPerson, amount osms.Tiyn, change string) osms.FrozenPerson {
		if blocked[p.Person] {
			p.Name = osms.Name{} // the number stays: the money goes by it
		}
		return osms.FrozenPerson{Person: p.Person, Name: p.Name, Birth: p.Birth, Category: p.Category, Region: p.Region,
			BIN: p.BIN, Amount: amount, Change: change}
	}
	err = d.Store.Entitled(ctx, list.Month, list.Sequence, list.Region, func(p store.EntitledPerson) error {
		for ; more && before.Person < p.Person; before, more = next() {
			if err := each(line(before, 0, "left")); err != nil {
				return err
			}
		}
		change := ""
		if more && before.Person == p.Person {
			before, more = next()
		} else if compare {
			change = "joined"
		}
		return each(line(p, amount, change))
	})
	for ; err == nil && more; before, more = next() {
		err = each(line(before, 0, "left"))
	}
	return errors.Join(err, previousErr)
}

// errStopped ends a reading that nobody waits for any more.
var errStopped = errors.New("stopped")

// RegisterExport notes that a list was handed out.
func (d *Desk) RegisterExport(ctx context.Context, t Turn, l osms.FrozenList) error {
	return d.Store.PutExport(ctx, t.Lease, store.Export{Month: l.Month, Version: l.Version, Sequence: l.Sequence, Region: l.Region,
		Persons: l.Persons, Amount: l.Amount, Digest: l.Digest, Made: t.Now})
}

// Export hands a frozen list out: write is given its head, and a way to read it
// person by person, and when it is done the list is registered as handed out.
// store.ErrNotFound when the month was not frozen.
func (d *Desk) Export(ctx context.Context, t Turn, month osms.Month, region osms.Region,
	write func(list osms.FrozenList, each func(yield func(osms.FrozenPerson) error) error) error) (osms.FrozenList, error) {
	list, err := d.FrozenList(ctx, t, month, region)
	if err != nil {
		return list, err
	}
	err = write(list, func(yield func(osms.FrozenPerson) error) error { return d.EachFrozen(ctx, list, yield) })
	if err != nil {
		return list, err
	}
	return list, d.RegisterExport(ctx, t, list)
}
