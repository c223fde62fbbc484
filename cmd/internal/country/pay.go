package country

import (
	"cmp"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// account is where the money of a region differs from its frozen list, and why.
type account struct {
	ledger      Sum // less what was frozen
	lines       map[osms.BridgeKind]*Line
	unexplained osms.Tiyn
	planted     []string
}

// payday is the money of one month in the making.
type payday struct {
	c         *country
	m         int
	month     osms.Month
	each      osms.Tiyn
	source    Money
	truth     *Month
	accounts  map[osms.Region]*account
	movements []movement
	// earlier are movements of an earlier month that its totals must have, where
	// this month has none.
	earlier []movement
}

// pay writes the documents of a month's money, with what is planted in it.
func (c *country) pay(m int) error {
	d := &payday{c: c, m: m, month: c.opt.First.Add(m), source: c.opt.moneyOf(m), truth: &c.truth.Months[m], accounts: map[osms.Region]*account{}}
	d.each = d.truth.PerPerson
	for _, k := range Plants {
		if slices.Contains(c.opt.Plant, k) && c.possible(k, m) {
			d.truth.Planted = append(d.truth.Planted, k)
		}
	}
	for _, r := range c.byKATO() {
		if err := d.region(r); err != nil {
			return err
		}
	}
	if !d.source.lists() {
		d.merge()
	} else {
		d.truth.Provable = slices.DeleteFunc(slices.Clone(secondPart), func(k osms.BridgeKind) bool { return k == osms.BridgeInTransit && d.source == Lists })
	}
	d.settle()
	if d.source.statement() {
		if err := d.statements(); err != nil {
			return err
		}
	}
	if d.source.totals() {
		return d.totals(d.movements)
	}
	if len(d.earlier) > 0 {
		return d.totals(d.earlier)
	}
	return nil
}

// line puts a person on a line of the bridge of a region. Where the month has no
// lists nothing proves it.
func (d *payday) line(kind osms.BridgeKind, region osms.Region, persons int, b Behind) {
	a := d.account(region)
	a.ledger = a.ledger.plus(Sum{persons, b.Amount})
	if !slices.Contains(a.planted, string(kind)) {
		a.planted = append(a.planted, string(kind))
	}
	if !d.source.lists() {
		a.unexplained += b.Amount
		return
	}
	l := a.lines[kind]
	if l == nil {
		l = &Line{Kind: kind}
		a.lines[kind] = l
	}
	l.Sum = l.Sum.plus(Sum{persons, b.Amount})
	l.Behind = append(l.Behind, b)
}

// later puts a person on a line that an earlier month gets by this one's
// documents.
func (d *payday) later(kind osms.BridgeKind, month osms.Month, region osms.Region, b Behind) {
	earlier := &d.c.truth.Months[month.Sub(d.c.opt.First)]
	for i := range earlier.Regions {
		if r := &earlier.Regions[i]; r.Region == region {
			r.Later = withPerson(r.Later, kind, b)
			r.Later[0].Behind = append(r.Later[0].Behind, b)
		}
	}
	earlier.Total.Later = withPerson(earlier.Total.Later, kind, b)
}

func withPerson(lines []Line, kind osms.BridgeKind, b Behind) []Line {
	if len(lines) == 0 { // there is one kind only
		lines = append(lines, Line{Kind: kind, Behind: []Behind{}})
	}
	lines[0].Sum = lines[0].plus(Sum{1, b.Amount})
	return lines
}

// unexplained leaves a sum that nothing proves.
func (d *payday) unexplained(region osms.Region, amount osms.Tiyn) {
	a := d.account(region)
	a.ledger.Amount += amount
	a.unexplained += amount
	if !slices.Contains(a.planted, string(Unexplainable)) {
		a.planted = append(a.planted, string(Unexplainable))
	}
}

func (d *payday) account(region osms.Region) *account {
	a := d.accounts[region]
	if a == nil {
		a = &account{lines: map[osms.BridgeKind]*Line{}}
		d.accounts[region] = a
	}
	return a
}

// settle brings the accounts of the month into the truth.
func (d *payday) settle() {
	if d.accounts[0] != nil {
		d.truth.Regions = append(d.truth.Regions, Region{Bridge: []Line{}, Later: []Line{}})
	}
	for i := range d.truth.Regions {
		r := &d.truth.Regions[i]
		r.Ledger = r.Frozen
		a := d.accounts[r.Region]
		if a == nil {
			continue
		}
		r.Ledger, r.Unexplained, r.Planted = r.Frozen.plus(a.ledger), a.unexplained, strings.Join(a.planted, ", ")
		for _, kind := range secondPart {
			if l := a.lines[kind]; l != nil {
				slices.SortStableFunc(l.Behind, func(a, b Behind) int { return cmp.Compare(a.IIN+a.Given, b.IIN+b.Given) })
				r.Bridge = append(r.Bridge, *l)
			}
		}
	}
}

// money notes the movements of a paper: one for each region and month of its
// items.
func (d *payday) money(p *paper) {
	var found []movement
	sign := 1
	if p.returned() {
		sign = -1
	}
	for i := range p.items {
		t := &p.items[i]
		at := slices.IndexFunc(found, func(v movement) bool { return v.region == t.region && v.month == t.month })
		if at < 0 {
			at = len(found)
			found = append(found, movement{reference: p.reference, region: t.region, month: t.month, dated: p.dated, booked: p.dated.Add(1),
				knp: p.knp, payer: p.payer, story: p.story})
		}
		found[at].sum = found[at].sum.plus(Sum{sign, osms.Tiyn(sign) * t.amount})
	}
	for _, v := range found {
		v.purpose = purposeOf(v.story, p.reverses, v.month, v.region, abs(v.sum.Persons))
		d.move(v)
	}
}

// move notes a movement. One that is posted to an earlier month with totals is a
// line of totals too.
func (d *payday) move(v movement) {
	totals := d.c.opt.moneyOf(v.month.Sub(d.c.opt.First)).totals()
	if v.month == d.month || d.source.statement() || totals && d.source.totals() {
		d.movements = append(d.movements, v)
	}
	if v.month != d.month && totals && !d.source.totals() {
		d.earlier = append(d.earlier, v)
	}
}

// merge makes one movement of all that a region got for the month, as where
// nobody lists persons: what was given back is less.
func (d *payday) merge() {
	var merged []movement
	for _, v := range d.movements {
		at := slices.IndexFunc(merged, func(o movement) bool {
			return o.state() && v.state() && o.region == v.region && o.month == v.month && v.story != string(Unexplainable)
		})
		if at < 0 {
			merged = append(merged, v)
			continue
		}
		merged[at].sum = merged[at].sum.plus(v.sum)
		merged[at].purpose = purposeOf("", "", v.month, v.region, merged[at].sum.Persons)
	}
	d.movements = merged
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// totals writes the list of totals: a line for every list and what it is posted
// to.
func (d *payday) totals(movements []movement) error {
	var lines []ledgerLine
	for _, v := range movements {
		if v.state() {
			lines = append(lines, ledgerLine{region: v.region, sum: v.sum, month: v.month, reference: v.reference, paidOn: v.booked})
		}
	}
	return d.c.writeLedger(d.m, false, lines)
}
