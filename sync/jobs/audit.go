package jobs

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Audit answers an auditor's questions about a month, of one region or (0) of
// the country. Everything is read as known at one decision, the last one; only
// who has not submitted and how overlaps stand are read as of now, and that is
// done again when something was decided meanwhile.
//
// The register is walked once, person by person, to count. What was found is
// kept by the numbers of the persons alone, and each reads those again, so that
// the answers are never held whole.
func (d *Desk) Audit(ctx context.Context, month osms.Month, region osms.Region, now time.Time) (osms.Audit, osms.EachAuditRow, error) {
	for {
		a, err := d.audit(ctx, month, region, now)
		if err != nil {
			return osms.Audit{}, nil, err
		}
		last, err := d.Store.LastSequence(ctx)
		if err != nil {
			return osms.Audit{}, nil, err
		}
		if last != a.head.Sequence {
			continue
		}
		if err := a.count(ctx); err != nil {
			return osms.Audit{}, nil, err
		}
		each := func(q osms.AuditQuestion, yield func(osms.AuditRow) error) error { return a.each(ctx, q, yield) }
		return a.head, each, nil
	}
}

// auditor is an audit under way.
type auditor struct {
	d      *Desk
	head   osms.Audit
	frozen *store.Freeze // the last version; nil: the month is not frozen

	organisations map[osms.BIN]osms.Organisation // as known at the audit's sequence
	listed        map[osms.BIN]osms.Organisation // as known when the month was frozen
	first         map[osms.BIN]int64             // the decision that first brought facts
	blocked       map[osms.IIN]bool
	days          []osms.Date // on which decision n was committed
	imports       map[int64]store.Import
	what          map[int64]string // kind of the decisions that are no import
	about         map[int64]int64  // the import that they are about

	rows    map[osms.AuditQuestion][]osms.AuditRow // answers that are about few
	persons map[osms.AuditQuestion][]osms.IIN      // of whom a question found something, in order
	twins   []osms.BIN                             // organisations with two IINs for one name

	ofState   func(osms.Document) bool       // does it pay the state's contributions?
	nameless  map[osms.AuditQuestion]bool    // something was found of payments without an IIN
	documents map[osms.AuditQuestion][]int64 // of which a question found something, in order
}

// personal are the questions that are answered person by person.
var personal = map[osms.AuditQuestion]func(*auditor, store.PersonHistory) []osms.AuditRow{
	osms.AuditNames:          (*auditor).severalNames,
	osms.AuditRegions:        (*auditor).severalRegions,
	osms.AuditAges:           (*auditor).ages,
	osms.AuditDeparted:       (*auditor).departed,
	osms.AuditLateEnrolments: (*auditor).lateEnrolments,
}

func (d *Desk) audit(ctx context.Context, month osms.Month, region osms.Region, now time.Time) (*auditor, error) {
	a := &auditor{d: d, head: osms.Audit{Month: month, Region: region, AsOf: now}, imports: map[int64]store.Import{},
		rows: map[osms.AuditQuestion][]osms.AuditRow{}, persons: map[osms.AuditQuestion][]osms.IIN{},
		nameless: map[osms.AuditQuestion]bool{}, documents: map[osms.AuditQuestion][]int64{}}
	var err error
	if a.head.Sequence, err = d.Store.LastSequence(ctx); err != nil {
		return nil, err
	}
	payer, err := d.Store.Payer(ctx, a.head.Sequence)
	if err != nil {
		return nil, err
	}
	a.ofState = func(x osms.Document) bool { return ofState(payer, x) }
	if err := a.standing(ctx); err != nil {
		return nil, err
	}
	if a.organisations, err = d.Store.OrganisationsAt(ctx, a.head.Sequence); err != nil {
		return nil, err
	}
	if a.listed, err = d.Store.OrganisationsAt(ctx, a.head.FreezeSequence); err != nil {
		return nil, err
	}
	if a.first, err = d.Store.FirstKnown(ctx); err != nil {
		return nil, err
	}
	if a.blocked, err = d.Blocked(ctx); err != nil {
		return nil, err
	}
	if err := a.decisions(ctx); err != nil {
		return nil, err
	}
	if err := a.lateFiles(ctx); err != nil {
		return nil, err
	}
	if err := a.missing(ctx); err != nil {
		return nil, err
	}
	return a, a.overlaps(ctx)
}

// standing reads how the month stands frozen, and by which rate and rules.
func (a *auditor) standing(ctx context.Context) error {
	f, err := a.d.Store.FrozenAt(ctx, a.head.Month, a.head.Sequence)
	switch {
	case err == nil:
		a.frozen = &f
		a.head.FreezeVersion, a.head.FreezeSequence, a.head.Frozen, a.head.Rate = f.Version, f.Sequence, f.Frozen, f.Rate
		first, err := a.d.Store.Frozen(ctx, a.head.Month, 1)
		if err != nil {
			return err
		}
		a.head.FirstFreeze = first.Sequence
	case !errors.Is(err, store.ErrNotFound):
		return err
	default: // what it would cost; a month without a rate costs nothing yet
		a.head.Rate, _, _ = a.d.due(ctx, a.head.Month, a.head.Sequence)
	}
	rules, err := a.d.Store.RuleDecisions(ctx, a.head.Sequence)
	if n := len(rules); n > 0 {
		a.head.Rules = rules[n-1]
	}
	return err
}

// count walks the register and counts what each question finds.
func (a *auditor) count(ctx context.Context) error {
	counted := map[osms.AuditQuestion]int{}
	frozen := map[osms.BIN]int{}
	err := a.d.Store.EachPerson(ctx, a.head.Sequence, func(h store.PersonHistory) error {
		for q, ask := range personal {
			if found := ask(a, h); len(found) > 0 {
				a.persons[q] = append(a.persons[q], h.Person)
				counted[q] += len(found)
			}
		}
		if e, ok := a.onFrozenList(h); ok {
			frozen[e.BIN]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.provisional(frozen)
	found := map[osms.AuditQuestion]int{}
	for q := range personal {
		found[q] = len(a.persons[q])
	}
	if err := a.countPayments(ctx, found, counted); err != nil {
		return err
	}
	if err := a.countDocuments(ctx, found, counted); err != nil {
		return err
	}
	for q, rows := range a.rows {
		counted[q] = len(rows)
		for _, r := range rows {
			found[q] = max(found[q], r.Finding)
		}
	}
	for _, bin := range slices.Sorted(maps.Keys(a.organisations)) {
		rows, err := a.sameName(ctx, bin)
		if err != nil {
			return err
		}
		if n := len(rows); n > 0 {
			a.twins = append(a.twins, bin)
			counted[osms.AuditTwins] += n
			found[osms.AuditTwins] += rows[n-1].Finding
		}
	}
	for _, q := range osms.AuditQuestions {
		a.head.Answers = append(a.head.Answers, osms.AuditAnswer{Question: q, Found: found[q], Rows: counted[q]})
	}
	return nil
}

// each gives the rows of one answer.
func (a *auditor) each(ctx context.Context, q osms.AuditQuestion, yield func(osms.AuditRow) error) error {
	show := func(r osms.AuditRow) error {
		if err := a.fill(ctx, &r); err != nil {
			return err
		}
		return yield(r)
	}
	n := 0
	give := func(rows []osms.AuditRow) error {
		base, last := n, 0
		for _, r := range rows {
			last = max(last, r.Finding)
			r.Finding += base
			if err := show(r); err != nil {
				return err
			}
		}
		n += last
		return nil
	}
	if ask, ok := personal[q]; ok {
		return a.d.Store.PersonsAt(ctx, a.persons[q], a.head.Sequence, func(h store.PersonHistory) error { return give(ask(a, h)) })
	}
	if _, ok := paymental[q]; ok {
		return a.eachPayment(ctx, q, show)
	}
	if ask, ok := documentary[q]; ok {
		return a.eachDocument(ctx, a.documents[q], func(x askedDocument) error { return give(ask(a, x)) })
	}
	if q == osms.AuditTwins {
		for _, bin := range a.twins {
			rows, err := a.sameName(ctx, bin)
			if err != nil {
				return err
			}
			if err := give(rows); err != nil {
				return err
			}
		}
		return nil
	}
	return give(a.rows[q])
}

// fill puts in what is looked up only for what is shown: days, files, and names,
// which are withheld where the person's data are blocked.
func (a *auditor) fill(ctx context.Context, r *osms.AuditRow) error {
	if a.blocked[r.Person] {
		r.Name = osms.Name{}
		if r.Payment != nil {
			r.Payment.Listed = ""
		}
	}
	for _, m := range []*osms.AuditMoment{&r.Learnt, &r.Unlearnt} {
		if m.Day.IsZero() {
			m.Day = a.day(m.Sequence)
		}
		if m.Source == 0 || m.File != "" {
			continue
		}
		i, err := a.imported(ctx, m.Source)
		if err != nil {
			return err
		}
		m.File = i.Name
		if r.Payment != nil && int(r.Payment.Sheet) < len(i.Sheets) {
			r.Payment.SheetName = i.Sheets[r.Payment.Sheet]
		}
	}
	return nil
}

// imported reads an import once; the zero Import where the number is that of
// another decision.
func (a *auditor) imported(ctx context.Context, sequence int64) (store.Import, error) {
	i, ok := a.imports[sequence]
	if ok {
		return i, nil
	}
	i, err := a.d.Store.ImportNamed(ctx, sequence)
	if errors.Is(err, store.ErrNotFound) {
		i, err = store.Import{}, nil
	}
	if err == nil {
		a.imports[sequence] = i
	}
	return i, err
}

// source is the import that a decision is, or is about; 0: about none.
func (a *auditor) source(sequence int64) int64 {
	if a.what[sequence] != "" {
		return a.about[sequence]
	}
	return sequence
}

// day is that on which a decision was committed; zero for none.
func (a *auditor) day(sequence int64) osms.Date {
	if sequence <= 0 || sequence >= int64(len(a.days)) {
		return 0
	}
	return a.days[sequence]
}

func (a *auditor) regionOf(bin osms.BIN) osms.Region { return a.organisations[bin].Region }

// asked reports whether the audit is about a region.
func (a *auditor) asked(r osms.Region) bool { return a.head.Region == 0 || r == a.head.Region }
