package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// decided is what the audit chain's entries are about.
type decided struct {
	freezes  map[int64]store.Freeze // by the decision that froze
	imports  map[int64]store.Decision
	overlaps map[int64]store.OverlapDecision
	rates    map[int64][]osms.StateRate
	rules    map[int64]string
	destroys map[int64]store.Destruction
	names    map[osms.IIN]osms.Name
}

// decisions reads the journal: the days of all decisions, and who decided what
// when about the month. Of the month are its freezes; rates and rules are all
// listed; other decisions when they were made since the month began. What
// concerns one person's data (blocking) is not listed.
func (a *auditor) decisions(ctx context.Context) error {
	about, err := a.decided(ctx)
	if err != nil {
		return err
	}
	a.days = make([]osms.Date, a.head.Sequence+1)
	a.what, a.about = map[int64]string{}, map[int64]int64{}
	var rows []osms.AuditRow
	err = a.d.Store.EachDecision(ctx, a.head.Sequence, func(e store.ChainEntry) error {
		if e.Number > 0 && e.Number < int64(len(a.days)) {
			a.days[e.Number] = osms.DateOf(e.At.In(a.d.Zone))
		}
		r, of := about.row(e)
		if r.Kind == "" {
			return nil
		}
		a.what[e.Number], a.about[e.Number] = r.Kind, r.Learnt.Source
		if of == a.head.Month || of == 0 && (a.days[e.Number] >= a.head.Month.First() || r.Kind == osms.DecidedRates || r.Kind == osms.DecidedRules) {
			rows = append(rows, r)
		}
		if r.Kind == osms.DecidedRates {
			a.head.Rates = e.Number
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Learnt.Source != 0 {
			i, err := a.imported(ctx, r.Learnt.Source)
			if err != nil {
				return err
			}
			r.Region = i.Region
		}
		if r.BIN != 0 {
			r.Region, r.OtherRegion = a.regionOf(r.BIN), a.regionOf(r.OtherBIN)
		}
		if r.Region != 0 && !a.asked(r.Region) && !(r.OtherRegion != 0 && a.asked(r.OtherRegion)) {
			continue
		}
		if err := a.decider(ctx, &r); err != nil {
			return err
		}
		r.Finding = len(a.rows[osms.AuditDecisions]) + 1
		a.add(osms.AuditDecisions, r)
	}
	return nil
}

// decider puts in the run that decided and what began it: the program knows
// people by nothing else. A decision that does not name its run has the one that
// was under way, unless that could be several.
func (a *auditor) decider(ctx context.Context, r *osms.AuditRow) error {
	if r.Run != 0 {
		run, err := a.d.Store.RunNumbered(ctx, r.Run)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		r.Trigger = run.Trigger
		return err
	}
	runs, err := a.d.Store.RunsAt(ctx, r.At)
	runs = slices.DeleteFunc(runs, func(run osms.Run) bool { return !decides(run.Job, r.Kind) })
	if len(runs) == 1 {
		r.Run, r.Trigger = runs[0].ID, runs[0].Trigger
	}
	return err
}

// decides reports whether a run of a job may have made a decision of a kind.
func decides(job osms.Job, kind string) bool {
	switch kind {
	case osms.DecidedFreeze, osms.DecidedRefreeze:
		return job == osms.JobAssess || job == osms.JobMonth
	case osms.DecidedOverlap, osms.DecidedWithdraw:
		return job == osms.JobDecide
	}
	return true
}

func (a *auditor) decided(ctx context.Context) (decided, error) {
	x := decided{freezes: map[int64]store.Freeze{}, imports: map[int64]store.Decision{}, overlaps: map[int64]store.OverlapDecision{},
		destroys: map[int64]store.Destruction{}}
	err := a.d.Store.Look(ctx, func(t *store.Tx) (err error) {
		if x.rates, err = t.RatesByDecision(); err != nil {
			return err
		}
		if x.rules, err = t.RulesByDecision(); err != nil {
			return err
		}
		freezes, err := t.EveryFreeze()
		if err != nil {
			return err
		}
		for _, f := range freezes {
			x.freezes[f.Sequence+1] = f
		}
		destructions, err := t.Destructions()
		for _, d := range destructions {
			x.destroys[d.Sequence] = d
		}
		return err
	})
	if err != nil {
		return x, err
	}
	decisions, err := a.d.Store.Decisions(ctx, a.head.Sequence)
	if err != nil {
		return x, err
	}
	for _, d := range decisions {
		x.imports[d.Sequence] = d
	}
	overlaps, err := a.d.Store.OverlapDecisions(ctx, a.head.Sequence)
	if err != nil {
		return x, err
	}
	var persons []osms.IIN
	for _, o := range overlaps {
		x.overlaps[o.Sequence] = o
		persons = append(persons, o.Person)
	}
	x.names, err = a.d.Store.Names(ctx, persons, a.head.Sequence)
	return x, err
}

// row is what a line says of a decision, and the month that it is about, 0 for
// none in particular. Without a kind it is no decision of this sort.
func (x decided) row(e store.ChainEntry) (r osms.AuditRow, of osms.Month) {
	r = osms.AuditRow{At: e.At, Learnt: osms.AuditMoment{Sequence: e.Number}}
	if f, ok := x.freezes[e.Number]; ok {
		r.Kind, r.Number, r.Reason, of = osms.DecidedFreeze, int64(f.Version), f.Reason, f.Month
		if f.Version > 1 {
			r.Kind = osms.DecidedRefreeze
		}
		for _, l := range f.Lines {
			r.Persons += l.Persons
			r.Amount += l.Amount
		}
	}
	if rates, ok := x.rates[e.Number]; ok {
		r.Kind, r.Reason = osms.DecidedRates, ratesText(rates)
	}
	if rules, ok := x.rules[e.Number]; ok {
		r.Kind, r.Reason = osms.DecidedRules, rules
	}
	if d, ok := x.imports[e.Number]; ok {
		r.Kind, r.Reason, r.Run, r.Learnt.Source = d.What, d.Reason, d.Run, d.Import
	}
	if o, ok := x.overlaps[e.Number]; ok {
		r.Kind, r.Reason, r.Number, r.Person, r.Name = osms.DecidedOverlap, o.Reason, o.Number, o.Person, x.names[o.Person]
		r.BIN, r.OtherBIN, r.DueTo, r.From, r.Until = o.A, o.B, o.Keep, o.From, o.Until
		if o.Keep == 0 {
			r.Kind = osms.DecidedWithdraw
		}
	}
	if d, ok := x.destroys[e.Number]; ok {
		r.Kind, r.Reason, r.Run, r.Number = osms.DecidedDestroy, strings.TrimSpace(d.Reason+" "+d.Subject), d.Run, int64(len(d.Items))
	}
	return r, of
}

// ratesText writes rates as figures: year, per cent, base in tenge.
func ratesText(rates []osms.StateRate) string {
	var parts []string
	for _, r := range rates {
		parts = append(parts, fmt.Sprintf("%d: %s %% × %s", r.Year, r.Percent, r.Base.Grouped()))
	}
	return strings.Join(parts, "; ")
}
