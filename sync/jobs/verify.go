package jobs

import (
	"context"
	"fmt"
	"slices"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// Finding is one thing that verify found wrong.
type Finding struct {
	What   string // archive, audit, kept, registry, entitlement, total, freeze
	Where  string
	Detail string
}

// Verification is what verify looked at and found.
type Verification struct {
	Files, AuditEntries, Organisations, Persons, Freezes int
	ChainHead                                            string
	Findings                                             []Finding
}

// Verify checks the archive's digests, the audit chain, and that the register
// equals a replay of what was journalled: facts from the kept rows, conclusions
// from the facts, totals from the conclusions.
func (d *Desk) Verify(ctx context.Context, progress func(step string, done, all int)) (Verification, error) {
	v := Verification{Findings: []Finding{}}
	found := func(what, where, detail string) {
		v.Findings = append(v.Findings, Finding{what, where, detail})
	}
	if err := d.verifyArchive(ctx, &v, found, progress); err != nil {
		return v, err
	}
	var err error
	if v.AuditEntries, v.ChainHead, err = d.Store.WalkAudit(ctx, func(number int64, fault string) {
		found("audit", fmt.Sprint(number), fault)
	}); err != nil {
		return v, err
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return v, err
	}
	bins := make([]osms.BIN, 0, len(organisations))
	for bin := range organisations {
		bins = append(bins, bin)
	}
	slices.Sort(bins)
	for i, bin := range bins {
		progress("registry", i, len(bins))
		v.Organisations++
		if err := d.replay(ctx, bin, found); err != nil {
			return v, err
		}
	}
	// One moment for everything, whatever is being imported meanwhile.
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return v, err
	}
	if organisations, err = d.Store.OrganisationsAt(ctx, last); err != nil {
		return v, err
	}
	rules, err := d.rulesAt(ctx, last)
	if err != nil {
		return v, err
	}
	err = d.Store.EachPerson(ctx, last, func(person osms.IIN, facts []osms.Fact, held []osms.Entitlement) error {
		v.Persons++
		if v.Persons%10_000 == 0 {
			progress("persons", v.Persons, 0)
		}
		var sources []entitlement.Source
		for _, c := range registry.Claims(facts) {
			sources = append(sources, entitlement.Source{Claim: c, Region: organisations[c.BIN].Region})
		}
		if !slices.Equal(entitlement.Derive(person, sources, rules), held) {
			found("entitlement", person.String(), "the conclusions do not follow from the facts")
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	return v, d.verifyFreezes(ctx, last, &v, found)
}

// verifyArchive compares the archive with the files that were ever seen: each is
// there, each has the digest that is its name, and there is nothing else.
func (d *Desk) verifyArchive(ctx context.Context, v *Verification, found func(what, where, detail string), progress func(string, int, int)) error {
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
		}
		delete(missing, sha)
	})
	for _, sha := range seen {
		if missing[sha] {
			found("archive", sha, "the original bytes are gone")
		}
	}
	return err
}

// replay folds an organisation's kept rows and compares with what is believed.
func (d *Desk) replay(ctx context.Context, bin osms.BIN, found func(what, where, detail string)) error {
	return d.Store.Look(ctx, func(t *store.Tx) error {
		imports, err := t.SpokenWithRows(bin)
		if err != nil {
			found("kept", bin.String(), err.Error())
			return nil
		}
		journals := make([]registry.Journal, 0, len(imports))
		for _, o := range imports {
			if store.Digest(o.Kept) != o.Digest {
				found("kept", fmt.Sprintf("import %d, organisation %s", o.Sequence, bin), "the kept rows are not those that were committed")
				return nil
			}
			j, err := registry.Decode(o.Kept, bin)
			if err != nil {
				found("kept", fmt.Sprintf("import %d, organisation %s", o.Sequence, bin), err.Error())
				return nil
			}
			j.Import, j.Mode, j.AsAt = o.Sequence, o.Mode, o.AsAt
			journals = append(journals, j)
		}
		facts, err := t.FactsOf(bin)
		if err != nil {
			return err
		}
		out := registry.Replan(registry.Claims(facts), journals, registry.Journal{})
		for _, c := range out.Changes {
			found("registry", fmt.Sprintf("organisation %s, person %s", bin, c.After.Person), "what is believed is not what the kept rows say")
		}
		return nil
	})
}

func (d *Desk) verifyFreezes(ctx context.Context, last int64, v *Verification, found func(what, where, detail string)) error {
	uneven, err := d.Store.UnevenTotals(ctx)
	if err != nil {
		return err
	}
	if uneven > 0 {
		found("total", "history", fmt.Sprintf("%d totals are not the sum of the conclusions behind them", uneven))
	}
	freezes, err := d.Store.Freezes(ctx, last)
	if err != nil {
		return err
	}
	for _, f := range freezes {
		v.Freezes++
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
