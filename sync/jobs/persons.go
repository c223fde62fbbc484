package jobs

import (
	"cmp"
	"context"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Source says where a fact came from.
type Source struct {
	Import int64
	File   string
	Sheet  string
	Cell   string // the cell of the IIN in the row that stated it; "" for an absence
	Row    int
}

// PersonFact is one fact of a person with its source and its two times.
type PersonFact struct {
	store.KnownFact
	Source Source
	Region osms.Region
}

// PersonEvent is something that happened to a person, with the row that says so.
type PersonEvent struct {
	store.KnownEvent
	Source Source
}

// PersonMonth is a frozen month on whose list the person stands.
type PersonMonth struct {
	Month    osms.Month
	Version  int
	Category osms.Category
	Region   osms.Region
	BIN      osms.BIN
	Amount   osms.Tiyn
}

// Person is one person's history.
type Person struct {
	Person       osms.IIN
	Name         osms.Name
	Born         osms.Date
	Facts        []PersonFact
	Entitlements []store.KnownEntitlement
	Months       []PersonMonth
	Payments     []Payment
	Letters      []store.RegisteredLetter
	Events       []PersonEvent
}

// Person reads everything that was ever believed of a person; on a day (zero:
// any) and as known at a sequence (0: with its whole history of knowledge; -1:
// before the first). ErrBlocked when the person's data are blocked,
// store.ErrNotFound when the register had never heard of the person; of one who
// stands only in lists of events it has no name.
func (d *Desk) Person(ctx context.Context, iin osms.IIN, at osms.Date, known int64) (Person, error) {
	p := Person{Person: iin}
	if err := d.unblocked(ctx, iin); err != nil {
		return p, err
	}
	facts, entitlements, err := d.Store.History(ctx, iin)
	if err != nil {
		return p, err
	}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return p, err
	}
	if known != 0 {
		last = known
		facts = slices.DeleteFunc(facts, func(f store.KnownFact) bool { return f.KnownFrom > known }) // not heard of yet
	}
	heard, err := d.happened(ctx, &p, at, known)
	if err != nil {
		return p, err
	}
	if len(facts) == 0 && !heard {
		return p, store.ErrNotFound
	}
	if len(facts) > 0 {
		newest := slices.MaxFunc(facts, func(a, b store.KnownFact) int {
			return cmp.Or(cmp.Compare(max(a.KnownFrom, a.Import), max(b.KnownFrom, b.Import)), cmp.Compare(a.First, b.First))
		})
		p.Name, p.Born = newest.Name, newest.Birth
	}
	imports, regions := map[int64]store.Import{}, map[osms.BIN]osms.Region{}
	for _, f := range facts {
		if known != 0 && !believed(f.KnownFrom, f.KnownUntil, known) || !at.IsZero() && !(f.From <= at && at <= f.Until) {
			continue
		}
		i, ok := imports[f.Import]
		if !ok {
			if i, err = d.Store.ImportOf(ctx, f.Import); err != nil {
				return p, err
			}
			imports[f.Import] = i
		}
		region, ok := regions[f.BIN]
		if !ok {
			o, err := d.Store.Organisation(ctx, f.BIN)
			if err != nil && !store.NotFound(err) {
				return p, err
			}
			region, regions[f.BIN] = o.Region, o.Region
		}
		p.Facts = append(p.Facts, PersonFact{KnownFact: f, Source: sourceOf(i, f.Place), Region: region})
	}
	for _, e := range entitlements {
		if known != 0 && !believed(e.KnownFrom, e.KnownUntil, known) || !at.IsZero() && !(e.From <= at.Month() && at.Month() <= e.To) {
			continue
		}
		p.Entitlements = append(p.Entitlements, e)
	}
	freezes, err := d.Store.Freezes(ctx, last)
	if err != nil {
		return p, err
	}
	for _, f := range freezes {
		if e, ok := standing(entitlements, f.Month, f.Sequence); ok {
			p.Months = append(p.Months, PersonMonth{f.Month, f.Version, e.Category, e.Region, e.BIN, f.Rate.PerPerson()})
		}
	}
	if p.Payments, err = d.Payments(ctx, iin, last); err != nil {
		return p, err
	}
	p.Letters, err = d.Store.LettersOf(ctx, iin)
	return p, err
}

// standing finds the entitlement in a month as known at a sequence.
func standing(all []store.KnownEntitlement, month osms.Month, sequence int64) (store.KnownEntitlement, bool) {
	for _, e := range all {
		if e.From <= month && month <= e.To && believed(e.KnownFrom, e.KnownUntil, sequence) {
			return e, true
		}
	}
	return store.KnownEntitlement{}, false
}

// happened adds the events of a person, on a day and as known, and tells whether
// any was known by then.
func (d *Desk) happened(ctx context.Context, p *Person, at osms.Date, known int64) (heard bool, err error) {
	all, err := d.Store.EventsOf(ctx, p.Person)
	if err != nil {
		return false, err
	}
	for _, e := range all {
		if known != 0 && e.KnownFrom > known {
			continue
		}
		heard = true
		if known != 0 && !believed(e.KnownFrom, e.KnownUntil, known) || !at.IsZero() && !(e.On <= at && at <= e.Until) {
			continue
		}
		i, err := d.Store.BroughtBy(ctx, e.KnownFrom)
		if err != nil {
			return heard, err
		}
		p.Events = append(p.Events, PersonEvent{KnownEvent: e, Source: sourceOf(i, e.Place)})
	}
	return heard, nil
}

// believed reports whether what was known from one sequence until another (0:
// still) was believed at a sequence.
func believed(from, until, at int64) bool { return from <= at && (until == 0 || until > at) }

// sourceOf leads from a place to the sheet and cell of an import.
func sourceOf(i store.Import, at osms.Place) Source {
	s := Source{Import: i.Sequence, File: i.Name, Row: int(at.Row)}
	if at.Row == 0 {
		return s
	}
	r := osms.Roster{Sheets: i.Sheets, Columns: i.Columns}
	f := r.Fault(at, "iin", "", "", "", "")
	s.Sheet, s.Cell = f.Sheet, f.Cell
	return s
}
