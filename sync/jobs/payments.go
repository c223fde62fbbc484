package jobs

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Payment is what a payment document says of a person, and where it says so.
type Payment struct {
	Month    osms.Month
	Amount   osms.Tiyn // negative: given back
	KNP      string
	Listed   string // the name as the document writes it
	Region   osms.Region
	PaidOn   osms.Date
	State    bool // it pays the state's contribution
	Document osms.DocumentRef
	Source   Source
	document int64
}

// Payments lists what the documents that are believed at a sequence say of a
// person, in order of month and document.
func (d *Desk) Payments(ctx context.Context, iin osms.IIN, sequence int64) ([]Payment, error) {
	m, err := d.moneyOf(ctx, sequence)
	if err != nil {
		return nil, err
	}
	return m.payments(iin)
}

// moneyOf looks at the money of whatever month, as known at a sequence.
func (d *Desk) moneyOf(ctx context.Context, sequence int64) (*money, error) {
	m := &money{d: d, ctx: ctx, sequence: sequence, names: map[int64]string{}, sheets: map[int64][]string{}}
	var err error
	m.payer, err = d.Store.Payer(ctx, sequence)
	return m, err
}

func (m *money) payments(iin osms.IIN) ([]Payment, error) {
	postings, err := m.postingsFor([]osms.IIN{iin}, func(*osms.Posting) bool { return true })
	if err != nil {
		return nil, err
	}
	var out []Payment
	for _, p := range postings {
		x := p.document
		if _, ok := m.names[x.Origin]; !ok {
			i, err := m.d.Store.ImportOf(m.ctx, x.Import) // a released document's origin is the decision
			if err != nil && !store.NotFound(err) {
				return nil, err
			}
			m.names[x.Origin], m.sheets[x.Origin] = i.Name, i.Sheets
		}
		out = append(out, Payment{Month: p.Month, Amount: p.Amount, KNP: cmp.Or(p.KNP, x.KNP), Listed: p.Name, Region: cmp.Or(p.Region, x.Region),
			PaidOn: moved(x), State: ofState(m.payer, x.Document) && !notState[p.KNP], Document: m.reference(x), document: x.ID,
			Source: Source{Import: x.Import, File: m.names[x.Origin], Sheet: m.sheet(x, p.Place), Row: int(p.Row)}})
	}
	return out, nil
}

// PersonLine is a line of a month's reconciliation on which a person stands.
type PersonLine struct {
	Month  osms.Month
	Region osms.Region
	Kind   osms.BridgeKind
	Amount osms.Tiyn
	Other  osms.Month // the other month, of a payment posted to another
}

// LinesOf finds the lines of the reconciliation, as known at a sequence, on which
// a person stands, in the months in which the person is on a frozen list or was
// paid for. Each such month is reconciled whole.
func (d *Desk) LinesOf(ctx context.Context, p Person, sequence int64, now time.Time) ([]PersonLine, error) {
	months, err := d.MonthsOf(ctx, p, sequence)
	var out []PersonLine
	for _, month := range months {
		b, err := d.bridge(ctx, month, now, sequence)
		if err != nil {
			return nil, err
		}
		out = append(out, LinesIn(b.report, p.Person)...)
	}
	return out, err
}

// MonthsOf lists the months on whose reconciliation, as known at a sequence, a
// person may stand.
func (d *Desk) MonthsOf(ctx context.Context, p Person, sequence int64) ([]osms.Month, error) {
	months := map[osms.Month]bool{}
	for _, m := range p.Months {
		months[m.Month] = true
	}
	for _, x := range p.Payments {
		months[x.Month] = x.Month != 0
	}
	freezes, err := d.Store.Freezes(ctx, sequence)
	if err != nil {
		return nil, err
	}
	for _, e := range p.Entitlements { // who joined late stands on a line of a month that was frozen without them
		for _, f := range freezes {
			if e.From <= f.Month && f.Month <= e.To {
				months[f.Month] = true
			}
		}
	}
	maps.DeleteFunc(months, func(_ osms.Month, may bool) bool { return !may })
	return slices.Sorted(maps.Keys(months)), nil
}

// LinesIn finds the lines of a reconciliation on which a person stands.
func LinesIn(r osms.Reconciliation, person osms.IIN) (out []PersonLine) {
	for _, l := range r.Lines {
		for _, k := range l.Bridge {
			for _, x := range k.Behind {
				if x.Person == person {
					out = append(out, PersonLine{r.Month, l.Region, k.Kind, x.Amount, x.OtherMonth})
				}
			}
		}
	}
	return out
}
