package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Finding is one thing that verify found wrong. It shows no name and no
// personal number.
type Finding struct {
	// What: archive, audit, stray, import, kept, organisation, ledger, event,
	// registry, entitlement, overlap, total, rate, rules, freeze, letter,
	// decision, destruction, block, access, request, account.
	What   string
	Where  string
	Detail string
}

// Verification is what verify looked at and found.
type Verification struct {
	Files, AuditEntries, Organisations, Persons, Freezes int
	// Destroyed counts what was destroyed with a record; Sealed the organisations
	// whose facts are taken as given up to a seal, because rows behind them were.
	Destroyed, Sealed int
	ChainHead         string
	Findings          []Finding
}

type finder func(what, where, detail string)

// Verify checks that the register is what was decided, no more and no less. The
// chain says what was decided; from it follow, each proved by the one before,
// the imports with their kept content, the organisations and ledger lines, the
// facts with the sequences between which they were believed, the conclusions
// and overlaps, and the totals. The archive has the original bytes.
func (d *Desk) Verify(ctx context.Context, progress func(step string, done, all int)) (Verification, error) {
	v := Verification{Findings: []Finding{}}
	found := func(what, where, detail string) {
		v.Findings = append(v.Findings, Finding{what, where, detail})
	}
	records, err := d.destructionRecords(ctx)
	if err != nil {
		return v, err
	}
	v.Destroyed = records.count
	if err := d.verifyArchive(ctx, &v, records, found, progress); err != nil {
		return v, err
	}
	if err := d.verifyGone(records, found); err != nil {
		return v, err
	}
	if v.AuditEntries, v.ChainHead, err = d.Store.WalkAudit(ctx, func(number int64, fault string) {
		found("audit", fmt.Sprint(number), fault)
	}); err != nil {
		return v, err
	}
	// One moment for everything, whatever is being imported meanwhile.
	var last int64
	var organisations history[osms.Organisation]
	var bins []osms.BIN
	var rules []rulesSince
	err = d.Store.Look(ctx, func(t *store.Tx) error {
		entries, err := t.AuditEntries()
		if err != nil {
			return err
		}
		if n := len(entries); n > 0 {
			last = entries[n-1].Number
		}
		if err := verifyDecisions(t, entries, records, found); err != nil {
			return err
		}
		if rules, err = d.verifyRules(t, found); err != nil {
			return err
		}
		if organisations, err = verifyLists(t, found); err != nil {
			return err
		}
		if bins, err = t.EveryBIN(); err != nil {
			return err
		}
		for i, bin := range bins {
			progress("registry", i, len(bins))
			v.Organisations++
			sealed, err := verifyFacts(t, bin, records, found)
			if err != nil {
				return err
			}
			if sealed {
				v.Sealed++
			}
		}
		freezes, err := t.EveryFreeze()
		if err != nil {
			return err
		}
		v.Freezes = len(freezes)
		return d.verifyFreezes(ctx, freezes, found)
	})
	if err != nil {
		return v, err
	}
	regions := regionsOf(organisations)
	err = d.Store.EachPerson(ctx, last, func(h store.PersonHistory) error {
		v.Persons++
		if v.Persons%10_000 == 0 {
			progress("persons", v.Persons, 0)
		}
		verifyPerson(h, regions, rules, found)
		return nil
	})
	slices.SortFunc(v.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Where, b.Where), cmp.Compare(a.Detail, b.Detail))
	})
	return v, err
}

// verifyArchive compares the archive with the files that were ever seen: each is
// there or was destroyed with a record, each has the digest that is its name, and
// there is nothing else.
func (d *Desk) verifyArchive(ctx context.Context, v *Verification, records destructionRecords, found finder, progress func(string, int, int)) error {
	seen, err := d.Store.Files(ctx)
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for _, sha := range seen {
		missing[sha] = true
	}
	err = d.Archive.Verify(ctx, func(sha string, err error) {
		progress("archive", v.Files, len(seen))
		v.Files++
		switch {
		case err != nil:
			found("archive", sha, err.Error())
		case !missing[sha]:
			found("archive", sha, "the archive holds a file that was never registered")
		case records.originals[sha]:
			found("destruction", sha, "the original bytes were destroyed and are there again")
		}
		delete(missing, sha)
	})
	for _, sha := range seen {
		if missing[sha] && !records.originals[sha] && !records.pending[sha] {
			found("archive", sha, "the original bytes are gone")
		}
	}
	return err
}

// verifyFreezes compares what was frozen with the list as it was known, person
// by person.
func (d *Desk) verifyFreezes(ctx context.Context, freezes []store.Freeze, found finder) error {
	uneven, err := d.Store.UnevenTotals(ctx)
	if err != nil {
		return err
	}
	if uneven > 0 {
		found("total", "history", fmt.Sprintf("%d totals are not the sum of the conclusions behind them", uneven))
	}
	for _, f := range freezes {
		counted, err := d.Store.CountedHeads(ctx, f.Month, f.Sequence)
		if err != nil {
			return err
		}
		totals, err := d.Store.Heads(ctx, f.Month, f.Sequence)
		if err != nil {
			return err
		}
		if !slices.Equal(counted, totals) {
			found("total", f.Month.String(), "the totals are not the sum of the persons")
		}
		var frozen []osms.Head
		for _, l := range f.Lines {
			frozen = append(frozen, osms.Head{Region: l.Region, Category: l.Category, Persons: l.Persons})
			if l.Amount != osms.Tiyn(l.Persons)*f.Rate.PerPerson() {
				found("freeze", f.Month.String(), fmt.Sprintf("region %s, category %s: the amount is not persons × contribution", l.Region, l.Category))
			}
		}
		if !slices.Equal(counted, frozen) {
			found("freeze", f.Month.String(), "the frozen lines are not the list as it was known")
		}
	}
	return nil
}
