package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/sync/contribution"
	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
	"osmsd/sync/store"
)

// ErrReason says that a new version of a frozen month needs a reason.
var ErrReason = errors.New("a new version of a frozen month needs a reason")

// LearnRates brings configured rates, and who pays for the state, into the
// register, so that a report as of a sequence uses them as they were known then.
func (d *Desk) LearnRates(ctx context.Context, t Turn) error {
	if err := d.learnPayer(ctx, t); err != nil {
		return err
	}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return err
	}
	known, err := d.Store.Rates(ctx, last)
	if err != nil {
		return err
	}
	var news []osms.StateRate
	for _, r := range d.Rates {
		found := false
		for _, k := range known {
			found = found || k == r
		}
		if !found {
			news = append(news, r)
		}
	}
	if len(news) == 0 {
		return nil
	}
	return d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		for _, r := range news {
			if err := tx.PutRate(r); err != nil {
				return err
			}
		}
		return tx.Audit(t.Now, "rates", ratesDigest(news))
	})
}

func (d *Desk) learnPayer(ctx context.Context, t Turn) error {
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return err
	}
	known, err := d.Store.Payer(ctx, last)
	payer := d.State.PayerID
	if strings.Trim(payer, "0") == "" {
		payer = ""
	}
	if err != nil || known == payer {
		return err
	}
	return d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		if err := tx.PutPayer(payer); err != nil {
			return err
		}
		return tx.Audit(t.Now, "payer", store.Digest([]byte(payer)))
	})
}

// Assess freezes what is due for a month as known now. A frozen month is
// returned as it stands, unless refreeze asks for a new version with a reason.
func (d *Desk) Assess(ctx context.Context, t Turn, month osms.Month, refreeze bool, reason string) (f store.Freeze, fresh bool, err error) {
	f, err = d.Store.Frozen(ctx, month, 0)
	switch {
	case err == nil && !refreeze:
		return f, false, nil
	case err == nil && strings.TrimSpace(reason) == "":
		return f, false, ErrReason
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return f, false, err
	}
	if err := d.LearnRates(ctx, t); err != nil {
		return f, false, err
	}
	if err := d.LearnRules(ctx, t); err != nil {
		return f, false, err
	}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return f, false, err
	}
	rate, heads, err := d.due(ctx, month, last)
	if err != nil {
		return f, false, err
	}
	a := contribution.Assess(month, heads, rate)
	f = store.Freeze{Month: month, Version: f.Version + 1, Rate: rate, Frozen: t.Now, Reason: reason, Lines: a.Lines}
	err = d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		sequence, err := tx.Sequence()
		if err != nil {
			return err
		}
		if sequence != last+1 {
			return fmt.Errorf("the registry moved while month %s was assessed: run it again", month)
		}
		if f, err = tx.PutFreeze(f); err != nil {
			return err
		}
		return tx.Audit(t.Now, "freeze", freezeDigest(f))
	})
	return f, true, err
}

// due reads the rate and the heads of a month as known at a sequence.
func (d *Desk) due(ctx context.Context, month osms.Month, sequence int64) (osms.StateRate, []osms.Head, error) {
	rates, err := d.Store.Rates(ctx, sequence)
	if err != nil {
		return osms.StateRate{}, nil, err
	}
	if len(rates) == 0 {
		rates = d.Rates // nothing was ever decided in this registry
	}
	rate, err := contribution.RateFor(month, rates)
	if err != nil {
		return rate, nil, err
	}
	heads, err := d.Store.Heads(ctx, month, sequence)
	return rate, heads, err
}

// Reconcile compares a month's ledger with what is due as known at a moment
// (zero: now).
func (d *Desk) Reconcile(ctx context.Context, month osms.Month, asOf, now time.Time) (osms.Reconciliation, error) {
	var sequence int64
	var err error
	given := !asOf.IsZero()
	if asOf.IsZero() {
		asOf = now
		sequence, err = d.Store.LastSequence(ctx)
	} else {
		sequence, err = d.Store.SequenceAt(ctx, asOf)
	}
	if err != nil {
		return osms.Reconciliation{Month: month, AsOf: asOf}, err
	}
	b, err := d.gatherBridge(ctx, month, asOf, sequence)
	if err != nil {
		return b.report, err
	}
	if b.report.Trend, b.input.Others, err = d.trend(ctx, b.report); err != nil {
		return b.report, err
	}
	if err := b.compare(); err != nil {
		return b.report, err
	}
	b.report.AsOfGiven = given
	b.report.Trend = append(b.report.Trend, point(b.report))
	return b.report, d.name(ctx, &b)
}

// bridged is a month's reconciliation in the making.
type bridged struct {
	report  osms.Reconciliation
	input   reconcile.Input
	money   *money
	imports map[int64]bool // those that it rests on
}

// compare makes the lines from the input.
func (b *bridged) compare() (err error) {
	b.report.Lines, b.report.Total, err = reconcile.Compare(b.input)
	return err
}

// bridge makes the lines of a month, without what is guessed from other months.
func (d *Desk) bridge(ctx context.Context, month osms.Month, asOf time.Time, sequence int64) (bridged, error) {
	b, err := d.gatherBridge(ctx, month, asOf, sequence)
	if err != nil {
		return b, err
	}
	return b, b.compare()
}

// gatherBridge reads and matches all that the lines of a month are made of.
func (d *Desk) gatherBridge(ctx context.Context, month osms.Month, asOf time.Time, sequence int64) (b bridged, err error) {
	r := &b.report
	*r = osms.Reconciliation{Month: month, AsOf: asOf, Sequence: sequence}
	b.input = reconcile.Input{Month: month}
	if r.Rate, b.input.Due, err = d.due(ctx, month, r.Sequence); err != nil {
		return b, err
	}
	if r.Rules, r.Rates, err = d.Store.RuleVersions(ctx, r.Sequence); err != nil {
		return b, err
	}
	b.input.Rate, b.input.FrozenRate = r.Rate, r.Rate
	entries, err := d.Store.Ledger(ctx, month, r.Sequence)
	if err != nil {
		return b, err
	}
	b.imports = map[int64]bool{}
	for _, e := range entries {
		b.input.Ledger = append(b.input.Ledger, e.LedgerEntry)
		b.imports[e.Import] = true
	}
	r.Entries = b.input.Ledger
	b.money = &money{d: d, ctx: ctx, month: month, sequence: r.Sequence, frozen: r.Sequence}
	if b.money.freezes, err = d.Store.Freezes(ctx, r.Sequence); err != nil {
		return b, err
	}
	f, err := d.Store.FrozenAt(ctx, month, r.Sequence)
	switch {
	case err == nil:
		r.FreezeVersion, r.FreezeSequence, b.money.frozen = f.Version, f.Sequence, f.Sequence
		b.input.IsFrozen, b.input.Frozen, b.input.FrozenRate = true, f.Lines, f.Rate
		if b.input.Changes, err = d.changes(ctx, month, f.Sequence, r.Sequence); err != nil {
			return b, err
		}
	case !errors.Is(err, store.ErrNotFound):
		return b, err
	}
	for _, c := range b.input.Changes {
		b.imports[c.Import] = true
	}
	day := osms.DateOf(r.AsOf.In(d.Zone))
	onItsWay := func(dated osms.Date) bool {
		return dated != 0 && dated <= day && d.Calendar.WorkingDaysBetween(dated.Add(1), day) <= transitDays
	}
	if err := b.money.match(b.input.Ledger, b.input.FrozenRate, onItsWay); err != nil {
		return b, err
	}
	b.input.Money = b.money.matched
	if b.input.Rates, err = d.Store.Rates(ctx, r.Sequence); err != nil {
		return b, err
	}
	b.money.report(r, b.imports)
	return b, nil
}

// transitDays is for how many operating days money may be on its way between
// the State Corporation and the Fund (DOMAIN §4).
const transitDays = 3

// name puts the names of persons and files into a reconciliation.
func (d *Desk) name(ctx context.Context, b *bridged) error {
	r := &b.report
	var persons []osms.IIN
	each := func(do func(*osms.BridgePerson)) {
		for i := range r.Lines {
			for k := range r.Lines[i].Bridge {
				for n := range r.Lines[i].Bridge[k].Behind {
					do(&r.Lines[i].Bridge[k].Behind[n])
				}
			}
			for k := range r.Lines[i].Suggestions {
				for n := range r.Lines[i].Suggestions[k].Behind {
					do(&r.Lines[i].Suggestions[k].Behind[n])
				}
			}
		}
	}
	each(func(p *osms.BridgePerson) {
		if p.Person != 0 && p.Name == (osms.Name{}) {
			persons = append(persons, p.Person)
		}
	})
	slices.Sort(persons)
	names, err := d.Store.Names(ctx, slices.Compact(persons), r.Sequence)
	if err != nil {
		return err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return err
	}
	organisations, err := d.Store.OrganisationsAt(ctx, r.Sequence)
	if err != nil {
		return err
	}
	each(func(p *osms.BridgePerson) {
		if o, ok := organisations[p.BIN]; ok {
			p.Organisation = o.Called(d.Lang)
		}
		if p.Person == 0 {
			return
		}
		if blocked[p.Person] {
			p.Name, p.Listed = osms.Name{}, ""
		} else if p.Name == (osms.Name{}) {
			p.Name = names[p.Person]
		}
	})
	all, err := d.Store.Imports(ctx, r.Sequence)
	if err != nil {
		return err
	}
	for _, i := range all {
		if b.imports[i.Sequence] {
			r.Files = append(r.Files, osms.SourceFile{Import: i.Sequence, Name: i.Name, SHA256: i.SHA256, Kind: i.Kind,
				Region: i.Region, AsAt: i.AsAt, Applied: i.Committed})
		}
	}
	return nil
}

// changes lists the persons whose place on a month's list moved between two
// sequences, with names and files.
func (d *Desk) changes(ctx context.Context, month osms.Month, from, to int64) ([]reconcile.Change, error) {
	moved, err := d.Store.MonthChanges(ctx, month, from, to)
	if err != nil || len(moved) == 0 {
		return nil, err
	}
	persons := make([]osms.IIN, len(moved))
	for i, m := range moved {
		persons[i] = m.Person
	}
	names, err := d.Store.Names(ctx, persons, to)
	if err != nil {
		return nil, err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return nil, err
	}
	for person := range blocked {
		delete(names, person)
	}
	contested, err := d.Store.Contending(ctx, month, from, to)
	if err != nil {
		return nil, err
	}
	imports, err := d.Store.Imports(ctx, to)
	if err != nil {
		return nil, err
	}
	files := map[int64]string{}
	bySequence := map[int64]store.Import{}
	for _, i := range imports {
		files[i.Sequence], bySequence[i.Sequence] = i.Name, i
	}
	type stated struct {
		person   osms.IIN
		decision int64
	}
	places := map[stated]store.StatedPlace{}
	err = d.Store.PlacesOf(ctx, persons, from, func(decision int64, p store.StatedPlace) {
		places[stated{p.Person, decision}] = p
	})
	if err != nil {
		return nil, err
	}
	decisions, err := d.Store.RuleDecisions(ctx, to)
	if err != nil {
		return nil, err
	}
	for _, sequence := range decisions {
		files[sequence] = rulesFile
	}
	decided, err := d.Store.Decisions(ctx, to)
	if err != nil {
		return nil, err
	}
	undos := map[int64]bool{}
	for _, x := range decided {
		files[x.Sequence] = files[x.Import]
		undos[x.Sequence] = x.What == store.DecisionUndo
	}
	settled, err := d.Store.OverlapDecisions(ctx, to)
	if err != nil {
		return nil, err
	}
	for _, o := range settled {
		files[o.Sequence] = fmt.Sprintf("overlaps decide %d", o.Number)
	}
	out := make([]reconcile.Change, len(moved))
	for i, m := range moved {
		out[i] = reconcile.Change{Person: m.Person, Name: names[m.Person], Was: m.Was, Now: m.Now, Import: m.Import,
			File: files[m.Import], Undone: undos[m.Import], Contested: contested[m.Person]}
		if p, ok := places[stated{m.Person, m.Import}]; ok && p.Source == m.Import {
			source := sourceOf(bySequence[p.Source], p.Place)
			out[i].Sheet, out[i].Row = source.Sheet, source.Row
		} else if brought := bySequence[m.Import]; brought.Kind == osms.KindEvents {
			happened, err := d.Store.EventsOf(ctx, m.Person)
			if err != nil {
				return nil, err
			}
			if k := slices.IndexFunc(happened, func(e store.KnownEvent) bool { return e.KnownFrom == m.Import && e.Kind.Entitles() }); k >= 0 {
				source := sourceOf(brought, happened[k].Place)
				out[i].Sheet, out[i].Row = source.Sheet, source.Row
			}
		}
	}
	return out, nil
}
