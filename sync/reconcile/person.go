package reconcile

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// Farthest is how many months a payment may stand from the one that it belongs
// to: a year, for a slip in the year.
const Farthest = 12

// tenge is the border between rounding and another sum.
const tenge osms.Tiyn = 100

// payment is an entry as the rules of one person see it.
type payment struct {
	paper       *paper
	person      osms.IIN
	month       osms.Month
	region      osms.Region // its own, else its document's, else 0
	amount      osms.Tiyn
	back        bool // gives money back
	reverses    string
	number, row int32
	sheet       string
	name, given string
	arrived     bool // it is money of the ledger
	onItsWay    bool // not arrived, and sent a short while ago

}

// finding is one sum of a person on one line of a month, or in what remains.
type finding struct {
	month  osms.Month
	region osms.Region
	kind   osms.BridgeKind
	amount osms.Tiyn
	by     *payment // the entry that proves it; nil: none
	stand  *Expected
	// The other side, where there is one.
	otherMonth  osms.Month
	otherRegion osms.Region
}

// What no line proves: the person lacks the month's payment, or was paid another
// sum. It stays in the remainder.
const (
	absent   osms.BridgeKind = "absent"
	otherSum osms.BridgeKind = "other sum"
)

// verdict is what a person's payments mean, in all months that were given.
// Regions are those of the entries, in their order.
type verdict struct {
	findings []finding
	regions  []osms.Region
	// open: the person lacks or has a payment too many, so that other months can
	// change the verdict.
	open bool
}

// judge puts every entry of a person, and every month the person is expected in,
// on the first line that fits. Expected and entries are in order of month,
// entries of a month in order of their documents. It looks at all months alike:
// whichever month is asked about, the halves of a pair agree.
//
//  1. returned: a return takes back its payment. That payment still counts as the
//     month's when there is no other; when there is, it stands beside its return
//     and they cancel.
//  2. A month's contribution takes one payment, at its own region if it can, else
//     other_region.
//  3. Payments too many and months without one are paired in order of month where
//     the sums agree: other_month.
//  4. What is still too many is paid_twice for who is on that month's list, else
//     unknown_person.
//  5. A month still without a payment is in_transit by a list on its way.
//  6. A payment of the month that differs by less than a tenge: rounding.
//
// The kinds have an order of attribution in which paid_twice comes before
// other_month and other_region. Here it comes later, and means the same: a
// payment was made twice only when no month of the person lacks it.
func judge(expected []Expected, entries []payment, lists func(osms.Month) bool) verdict {
	v := verdict{regions: make([]osms.Region, len(entries))}
	var lacking []*lack
	var surplus []int
	for e, x := 0, 0; e < len(entries) || x < len(expected); {
		month := monthAt(expected[x:], entries[e:])
		var stand *Expected
		for ; x < len(expected) && expected[x].Month == month; x++ {
			if stand == nil { // a list names a person once
				stand = &expected[x]
			}
		}
		from := e
		for ; e < len(entries) && entries[e].month == month; e++ {
			v.regions[e] = entries[e].region
			if v.regions[e] == 0 && stand != nil {
				v.regions[e] = stand.Region
			}
		}
		takenBack := v.returns(entries, from, e, stand)
		best := v.choose(entries, from, e, stand, takenBack)
		if best >= 0 {
			v.take(entries, best, stand)
		} else if stand != nil {
			lacking = append(lacking, &lack{stand: stand, by: waiting(entries[from:e])})
		}
		for i := from; i < e; i++ {
			p := &entries[i]
			switch {
			case i == best || p.back || !p.arrived:
			case takenBack[i]:
				v.found(finding{month: month, region: v.regions[i], kind: osms.BridgeReturned, amount: p.amount, by: p, stand: stand})
			default:
				surplus = append(surplus, i)
			}
		}
	}
	v.pair(lacking, surplus, expected, entries, lists)
	return v
}

// lack is a month in which the person is expected and has no payment. By is a
// list that names the person and has not arrived.
type lack struct {
	stand *Expected
	by    *payment
	paid  bool
}

func monthAt(expected []Expected, entries []payment) osms.Month {
	switch {
	case len(entries) == 0:
		return expected[0].Month
	case len(expected) == 0:
		return entries[0].month
	}
	return min(expected[0].Month, entries[0].month)
}

func (v *verdict) found(f finding) { v.findings = append(v.findings, f) }

// returns finds for every return of a month the payment that it takes back: the
// one it names, else one of the same sum, else any.
func (v *verdict) returns(entries []payment, from, to int, stand *Expected) map[int]bool {
	if !slices.ContainsFunc(entries[from:to], func(p payment) bool { return p.back }) {
		return nil
	}
	takenBack, done := map[int]bool{}, map[int]bool{}
	fits := [...]func(r, p *payment) bool{
		func(r, p *payment) bool { return named(r, p) && r.amount == -p.amount },
		named,
		func(r, p *payment) bool { return r.amount == -p.amount },
		func(r, p *payment) bool { return true },
	}
	for n, fit := range fits {
		for i := from; i < to; i++ {
			r := &entries[i]
			if !r.back || done[i] {
				continue
			}
			for k := from; k < to && !done[i]; k++ {
				p := &entries[k]
				if p.back || !p.arrived || takenBack[k] || !fit(r, p) {
					continue
				}
				takenBack[k], done[i] = true, true
				if r.region == 0 {
					v.regions[i] = v.regions[k]
				}
			}
			if done[i] || n == len(fits)-1 {
				v.found(finding{month: r.month, region: v.regions[i], kind: osms.BridgeReturned, amount: r.amount, by: r, stand: stand})
			}
		}
	}
	return takenBack
}

func named(r, p *payment) bool {
	return r.reverses != "" && r.reverses == p.paper.Reference
}

// choose gives the payment that a month's contribution takes, or -1: one that
// was not given back before one that was, one at the region before others, then
// by how near the sum is, then the first.
func (v *verdict) choose(entries []payment, from, to int, stand *Expected, takenBack map[int]bool) int {
	best, least := -1, 0
	if stand == nil {
		return best
	}
	for i := from; i < to; i++ {
		p := &entries[i]
		if p.back || !p.arrived {
			continue
		}
		order := 0
		if takenBack[i] {
			order += 100
		}
		if v.regions[i] != stand.Region {
			order += 10
		}
		switch d := p.amount - stand.PerPerson; {
		case d == 0:
		case near(d):
			order++
		default:
			order += 2
		}
		if best < 0 || order < least {
			best, least = i, order
		}
	}
	return best
}

// near tells whether a difference is only one of rounding.
func near(d osms.Tiyn) bool { return -tenge < d && d < tenge }

// take gives a month's contribution its payment.
func (v *verdict) take(entries []payment, i int, stand *Expected) {
	p, region := &entries[i], v.regions[i]
	if region != stand.Region {
		f := finding{month: p.month, kind: osms.BridgeOtherRegion, by: p, stand: stand}
		f.region, f.amount, f.otherRegion = stand.Region, -stand.PerPerson, region
		v.found(f)
		f.region, f.amount, f.otherRegion = region, stand.PerPerson, stand.Region
		v.found(f)
	}
	if d := p.amount - stand.PerPerson; d != 0 {
		kind := otherSum
		if near(d) {
			kind = osms.BridgeRounding
		}
		v.found(finding{month: p.month, region: region, kind: kind, amount: d, by: p, stand: stand})
	}
}

// waiting is the entry of a list that has not arrived: one on its way before
// others.
func waiting(entries []payment) *payment {
	var late *payment
	for i := range entries {
		switch p := &entries[i]; {
		case p.back || p.arrived:
		case p.onItsWay:
			return p
		case late == nil:
			late = p
		}
	}
	return late
}

// pair leads payments too many to the months that lack one, and names the rest.
// A month whose list is on its way lacks nothing yet.
func (v *verdict) pair(lacking []*lack, surplus []int, expected []Expected, entries []payment, lists func(osms.Month) bool) {
	v.open = len(surplus) > 0
	paired := map[int]*Expected{}
	for _, l := range lacking {
		month := l.stand.Month
		if l.by != nil && l.by.onItsWay || !lists(month) {
			continue
		}
		v.open = true
		for _, i := range surplus {
			p := &entries[i]
			if months := p.month.Sub(month); paired[i] != nil || !near(p.amount-l.stand.PerPerson) || months > Farthest || months < -Farthest {
				continue
			}
			paired[i], l.paid = l.stand, true
			v.found(finding{month: month, region: l.stand.Region, kind: osms.BridgeOtherMonth, amount: -l.stand.PerPerson,
				by: p, stand: l.stand, otherMonth: p.month})
			break
		}
	}
	for _, i := range surplus {
		p := &entries[i]
		f := finding{month: p.month, region: v.regions[i], kind: osms.BridgeUnknownPerson, amount: p.amount, by: p, stand: standIn(expected, p.month)}
		switch stand := paired[i]; {
		case stand != nil:
			if f.region == 0 {
				f.region, v.regions[i] = stand.Region, stand.Region
			}
			f.kind, f.stand, f.otherMonth = osms.BridgeOtherMonth, cmp.Or(f.stand, stand), stand.Month
		case f.stand != nil:
			f.kind = osms.BridgePaidTwice
		}
		v.found(f)
	}
	for _, l := range lacking {
		if l.paid {
			continue
		}
		f := finding{month: l.stand.Month, region: l.stand.Region, kind: absent, amount: -l.stand.PerPerson, stand: l.stand, by: l.by}
		if l.by != nil && l.by.onItsWay {
			f.kind = osms.BridgeInTransit
		}
		v.found(f)
	}
}

// standIn is the person's place on the list of a month, or nil.
func standIn(expected []Expected, month osms.Month) *Expected {
	i, ok := slices.BinarySearchFunc(expected, month, func(x Expected, m osms.Month) int { return cmp.Compare(x.Month, m) })
	if !ok {
		return nil
	}
	return &expected[i]
}
