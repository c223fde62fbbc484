package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// otherMonth posts a person's money to an earlier month: in the row of the list,
// or in a list of that month where a movement must tell it too.
func (x *payRegion) otherMonth(t item) error {
	to := x.c.monthToPostTo(x.m)
	t.month = x.c.opt.First.Add(to)
	p := x.regular()
	if x.source.statement() {
		p = x.besides(string(OtherMonth), t.month, x.region)
	}
	x.line(osms.BridgeOtherMonth, x.region, -1, x.behind(&t, -x.each, p))
	x.later(osms.BridgeOtherMonth, t.month, x.region, x.behind(&t, x.each, p))
	return x.put(p, t)
}

// otherRegion posts a person's money to the next region: in the row where the
// form has a column for it, or in a list of that region.
func (x *payRegion) otherRegion(t item) error {
	t.region = x.c.places[(x.index+1)%x.c.opt.Regions].region
	p := x.regular()
	if !x.form.table() || x.source.statement() {
		p = x.besides(string(OtherRegion), x.month, t.region)
	}
	x.line(osms.BridgeOtherRegion, x.region, -1, x.behind(&t, -x.each, p))
	x.line(osms.BridgeOtherRegion, t.region, 1, x.behind(&t, x.each, p))
	return x.put(p, t)
}

// unknown pays for nobody: a number that nobody has, or a text that is none.
// Where the list does not name the region the money is of no region.
func (x *payRegion) unknown() error {
	male := x.draw.of(1, 2)
	t := item{name: inventName(&x.draw, male), amount: x.each, month: x.month, region: x.region}
	t.birth = osms.Date(19500101).Add(x.draw.n(7000))
	t.iin = numberOf(t.birth, male, x.draw.n(serials))
	switch x.draw.n(3) {
	case 0: // its last digit is another
		t.given = osms.IIN(uint64(t.iin)/10*10 + (uint64(t.iin)%10+1)%10).Digits()
		t.iin, t.fault = 0, osms.IINCheckDigit
	case 1:
		t.given, t.iin, t.fault = "УД"+t.iin.Digits()[2:9], 0, osms.IINCharacters
	}
	p := x.regular()
	if !x.form.region || x.draw.of(1, 3) {
		t.region = 0
		p = x.besides(string(UnknownPerson), x.month, 0)
	}
	x.line(osms.BridgeUnknownPerson, t.region, 1, x.behind(&t, x.each, p))
	return x.put(p, t)
}

// employed pays for a learner who works as well, which is none of the state's.
func (x *payRegion) employed(t item) error {
	t.amount = osms.Tiyn(x.draw.between(85, 400)) * 1000 * 3
	p := x.besides(string(Employer), x.month, x.region)
	x.truth.NotState = x.truth.NotState.plus(Sum{1, t.amount})
	return x.put(p, t)
}

// giveBack returns what was paid for some: by a list of returns, or by a debit
// of the account alone that names the person.
func (x *payRegion) giveBack() error {
	for _, r := range x.returns {
		b := Behind{IIN: r.iin.Digits(), Amount: -r.amount}
		if x.source == StatementAndLists && x.draw.of(1, 2) {
			b.Reference = x.reference()
			v := movement{reference: b.Reference, region: x.region, month: x.month, dated: x.day(7), booked: x.day(8), knp: knpReturn,
				payer: fund, sum: Sum{-1, -r.amount}, story: string(Returned)}
			v.purpose = purposeOf(v.story, r.reverses, x.month, x.region, 0) + fmt.Sprintf(" [%s] не соответствует указанным Ф.И.О.", r.iin.Digits())
			x.move(v)
		} else {
			p := x.paper(string(Returned), x.month, x.region)
			b.Reference, p.reverses = p.reference, r.reverses
			p.items = append(p.items, r.item)
			if err := x.flush(p); err != nil {
				return err
			}
		}
		x.line(osms.BridgeReturned, x.region, -1, b)
	}
	return nil
}

// strangeSum makes the money another than the lists say, or adds money that no
// list speaks of.
func (x *payRegion) strangeSum(first int) {
	by := [...]osms.Tiyn{-150, 30000, -2*x.each - 150, 77777, -45000}[x.draw.n(5)]
	for i := first; i < len(x.movements); i++ {
		v := &x.movements[i]
		if v.state() && v.region == x.region && v.month == x.month && v.sum.Amount+by > x.each && x.draw.of(2, 3) {
			v.sum.Amount += by
			x.unexplained(x.region, by)
			return
		}
	}
	by = max(by, -by)
	x.unexplained(x.region, by)
	x.move(movement{reference: x.reference(), region: x.region, month: x.month, dated: x.day(5), booked: x.day(6), knp: knpState, payer: statePayer,
		sum: Sum{Amount: by}, purpose: purposeOf("", "", x.month, x.region, 0), story: string(Unexplainable)})
}
