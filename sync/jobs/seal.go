package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// Destroying rows and still being able to prove, undo and take late files.
//
// What is believed at an organisation is the fold of the rows of its rosters.
// Once some of those rows are destroyed it cannot be folded from the beginning,
// so a destruction seals the organisation: from a decision on ("through") what
// was believed then stands for everything that had been said until then, and the
// digest of every fact that was ever believed up to there goes into the audit
// chain with the destruction. Facts keep on carrying the names; nothing about
// persons is stored anew.
//
// A seal is set where it changes nothing: no roster that stood then was undone
// since, and every roster that came since is as at a later day than all those
// that stood ("boundary"). What comes later is folded upon it as ever. What would
// have its place below the boundary cannot be put there any more: a late file of
// such a day waits with the reason rows_destroyed, and an import below the seal
// cannot be undone.
//
// verify takes the facts below a seal as given, and finds every change of them by
// the digest; it replays what came after. What it can no longer prove is that the
// facts below the seal are those that the rows stated.

// ErrRowsDestroyed says that what was asked for rests on rows which were
// destroyed at the end of their retention. It is an ErrVoid: nothing changes.
var ErrRowsDestroyed = fmt.Errorf("the rows on which this rests were destroyed: %w", ErrVoid)

// tenure is from which decision on, and until which (0: still), an import's rows
// were believed at an organisation.
type tenure struct {
	store.OrganisationImport
	from, until int64
}

func (x tenure) at(sequence int64) bool {
	return x.from <= sequence && (x.until == 0 || x.until > sequence)
}

// tenures lists the imports whose rows were ever believed at an organisation.
func tenures(t *store.Tx, bin osms.BIN) ([]tenure, error) {
	headers, err := t.SpokenHeaders(bin)
	if err != nil {
		return nil, err
	}
	decided, err := t.DecidedAbout(bin)
	if err != nil {
		return nil, err
	}
	var out []tenure
	for _, o := range headers {
		x := tenure{OrganisationImport: o}
		if o.CommittedAs == store.StateApplied {
			x.from = o.Sequence
		}
		for _, d := range decided {
			switch {
			case d.Import != o.Sequence:
			case d.State == store.StateApplied:
				x.from = d.Sequence
			case d.State == store.StateUndone:
				x.until = d.Sequence
			}
		}
		if x.from != 0 {
			out = append(out, x)
		}
	}
	return out, nil
}

// sealFor finds the seal that an organisation needs before the rows of some
// imports are destroyed. needed is false when no fact rests on them, or when the
// seal that it has is enough.
func sealFor(t *store.Tx, bin osms.BIN, destroyed map[int64]bool) (seal store.Seal, needed bool, err error) {
	all, err := tenures(t, bin)
	if err != nil {
		return seal, false, err
	}
	before, _, err := t.SealOf(bin)
	if err != nil {
		return seal, false, err
	}
	least := int64(0)
	for _, x := range all {
		if destroyed[x.Sequence] {
			least = max(least, x.from, x.until)
		}
	}
	if least <= before.Through {
		return seal, false, nil
	}
	var moments []int64
	for _, x := range all {
		for _, n := range []int64{x.from, x.until} {
			if n >= least {
				moments = append(moments, n)
			}
		}
	}
	slices.Sort(moments)
	for _, through := range moments {
		if boundary, fits := boundaryAt(all, through); fits {
			seal = store.Seal{BIN: bin, Through: through, Boundary: max(boundary, before.Boundary)}
			facts, err := t.FactHistory(bin)
			if err != nil {
				return seal, false, err
			}
			seal.Digest, seal.Facts = sealedDigest(facts, through)
			return seal, true, nil
		}
	}
	return seal, false, errors.New("no decision at which the organisation could be sealed") // the last one always fits
}

// boundaryAt gives the latest as-at date among the rosters that stood at a
// decision; fits tells whether what was believed then may stand for them.
func boundaryAt(all []tenure, through int64) (boundary osms.Date, fits bool) {
	for _, x := range all {
		if x.at(through) {
			if x.until != 0 {
				return 0, false
			}
			boundary = max(boundary, x.AsAt)
		}
	}
	for _, x := range all {
		if x.from > through && x.AsAt <= boundary {
			return 0, false
		}
	}
	return boundary, true
}

// sealedDigest is over every fact that was ever believed up to a sequence, with
// the sequences between which it was, as it was known then.
func sealedDigest(facts []store.PrintedFact, through int64) (digest string, count int) {
	var lines []string
	for _, f := range facts {
		if f.KnownFrom > through {
			continue
		}
		if f.KnownUntil > through {
			f.KnownUntil = 0
		}
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%q|%q|%s|%d|%d|%d|%d|%d|%d", f.Person.Digits(), f.BIN.Digits(), f.First, f.From, f.Until,
			f.Ending, []string{string(f.Facts.Form), string(f.Facts.Level), string(f.Facts.Status), f.Facts.Grade, f.Facts.Group, f.Facts.Speciality,
				f.Facts.Language, f.Facts.Funding}, []string{f.Name.Surname, f.Name.Given, f.Name.Patronymic}, f.Birth, f.Print, f.Import, f.Place.Sheet,
			f.Place.Row, f.KnownFrom, f.KnownUntil))
	}
	slices.Sort(lines)
	h := sha256.New()
	_, _ = io.WriteString(h, strings.Join(lines, "\n"))
	return hex.EncodeToString(h.Sum(nil)), len(lines)
}

// sealedJournal is what stands for the rows below a seal.
func sealedJournal(seal store.Seal, base []osms.Fact) registry.Journal {
	return registry.Journal{Import: seal.Through, Mode: osms.Delta, AsAt: seal.Boundary, Sealed: true, Base: registry.Claims(base)}
}

// journalsOf reads back everything that was kept of an organisation: what stands
// for the destroyed rows, if any were, and the rows that came since.
func journalsOf(t *store.Tx, bin osms.BIN) ([]registry.Journal, error) {
	seal, sealed, err := t.SealOf(bin)
	if err != nil {
		return nil, err
	}
	var out []registry.Journal
	below := map[int64]bool{}
	if sealed {
		base, err := t.FactsAt(bin, seal.Through)
		if err != nil {
			return nil, err
		}
		out = append(out, sealedJournal(seal, base))
		all, err := tenures(t, bin)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			below[x.Sequence] = x.from <= seal.Through
		}
	}
	imports, err := t.SpokenWithRows(bin)
	if err != nil {
		return nil, err
	}
	for _, o := range imports {
		if below[o.Sequence] {
			continue
		}
		j, err := journalOf(o, bin)
		if err != nil {
			return nil, fmt.Errorf("import %d, organisation %s: %w", o.Sequence, bin, err)
		}
		out = append(out, j)
	}
	return out, nil
}

// journalOf reads back what was kept of an organisation in one import, with the
// persons whom the import protects everywhere.
func journalOf(o store.OrganisationImport, bin osms.BIN) (registry.Journal, error) {
	j, err := registry.Decode(o.Kept, bin)
	if err != nil {
		return j, err
	}
	if o.Shared != nil {
		shared, err := registry.Decode(o.Shared, 0)
		if err != nil {
			return j, err
		}
		j.Protected.Persons = append(j.Protected.Persons, shared.Protected.Persons...)
	}
	j.Import, j.Mode, j.AsAt = o.Sequence, o.Mode, o.AsAt
	return j, nil
}

// placed reports whether a roster can be put among journals: ErrRowsDestroyed
// when its place is below a seal.
func placed(journals []registry.Journal, j registry.Journal) error {
	for _, other := range journals {
		if other.Sealed && j.AsAt <= other.AsAt {
			return ErrRowsDestroyed
		}
	}
	return nil
}
