package country

import (
	"fmt"
	"slices"

	"osmsd/sync/osms"
)

// listLimit is how many persons a list has at most.
const listLimit = 5000

// payRegion is what the payer lists for one region and month: the frozen list
// part by part, and aside what has gone wrong.
type payRegion struct {
	*payday
	index   int
	region  osms.Region
	form    *listForm
	draw    draw
	write   func(*paper) error
	serial  int
	size    int // persons of a part
	part    *paper
	aside   []*paper
	returns []givenBack
	want    []Plant // to plant yet, one for each person
	persons int     // to come yet
	wait    int     // persons before the next plant
	left    int     // the organisation that is in no list, -1: none
}

// givenBack is an item that returns after it was paid.
type givenBack struct {
	item
	reverses string
}

// region writes the lists of a region and what their money is.
func (d *payday) region(index int) error {
	x := &payRegion{payday: d, index: index, region: d.c.places[index].region, left: d.c.leftOut[d.m][index],
		draw: newDraw(d.c.opt.Seed, saltMoney, uint64(d.m), uint64(index)), write: func(*paper) error { return nil }}
	t := &d.c.tallies[d.m]
	for org := d.c.regionOrgs[index][0]; org < d.c.regionOrgs[index][1]; org++ {
		if org != x.left {
			x.persons += int(t.frozenOf[org])
		}
	}
	x.wanted()
	x.size = min(max(x.persons/x.draw.between(2, 4), 50), listLimit)
	x.form = d.c.listFormOf(index, d.m)
	x.form.region = x.form.region || slices.Contains(x.want, OtherRegion)
	if x.persons == 0 || !d.source.lists() {
		return x.run()
	}
	return d.writeLists(x)
}

func (x *payRegion) run() error {
	before := len(x.movements)
	err := x.c.frozen(x.index, x.m, func(p *person, org int) error {
		if org == x.left {
			x.line(osms.BridgeNotSubmitted, x.region, -1, Behind{IIN: p.iin.Digits(), Amount: -x.each})
			return nil
		}
		return x.person(p)
	})
	if err != nil {
		return err
	}
	for _, p := range append([]*paper{x.part}, x.aside...) {
		if err := x.flush(p); err != nil {
			return err
		}
	}
	if err := x.giveBack(); err != nil {
		return err
	}
	if x.has(Unexplainable) && x.source != Lists && x.draw.of(2, 3) {
		x.strangeSum(before)
	}
	return nil
}

// has reports whether a kind is planted in this region: in two of three, and in
// one of them for certain.
func (x *payRegion) has(k Plant) bool { return x.c.plants(k, x.m, x.index) }

// wanted is what to plant in persons, in the order in which they meet it.
func (x *payRegion) wanted() {
	each := max(int(x.c.opt.PlantShare*float64(x.persons)+0.5), 1)
	for _, k := range Plants {
		if k == NotSubmitted || k == Duplicates || k == Unexplainable && !x.source.lists() || !x.has(k) {
			continue
		}
		for range each {
			x.want = append(x.want, k)
		}
	}
	for i := len(x.want) - 1; i > 0; i-- {
		j := x.draw.n(i + 1)
		x.want[i], x.want[j] = x.want[j], x.want[i]
	}
	x.want = x.want[:min(len(x.want), x.persons/3)]
}

// meets takes the next plant that the person can meet, if it is time for one.
func (x *payRegion) meets(p *person) Plant {
	x.persons--
	if x.wait--; x.wait > 0 || len(x.want) == 0 || !x.clear(p) {
		return ""
	}
	for i, k := range x.want {
		if k == OtherMonth && !x.canMistake(p) {
			continue
		}
		x.c.met[p.iin] = true
		x.want = slices.Delete(x.want, i, i+1)
		if len(x.want) > 0 {
			x.wait = x.draw.between(1, max(x.persons/len(x.want), 1))
		}
		return k
	}
	return ""
}

// clear reports whether nothing else is planted for the person in any month:
// two differences of one person could explain each other.
func (x *payRegion) clear(p *person) bool {
	if x.c.met[p.iin] {
		return false
	}
	s := x.c.storyOf(p)
	for m := range x.c.opt.Months {
		if k := s.dueTo(x.c, x.c.opt.First.Add(m), cutOff(m)); k >= 0 {
			if org := s.claims[k].org; x.c.leftOut[m][x.c.orgs[org].region] == org {
				return false
			}
		}
	}
	return true
}

// canMistake reports whether the person's money can be posted to the earlier
// month: they are paid there in the same region, or are not on its list while
// this one names the region.
func (x *payRegion) canMistake(p *person) bool {
	to := x.c.monthToPostTo(x.m)
	if to < 0 {
		return false
	}
	s := x.c.storyOf(p)
	k := s.dueTo(x.c, x.c.opt.First.Add(to), cutOff(to))
	if k < 0 {
		return x.form.region
	}
	return x.c.orgs[s.claims[k].org].region == x.index
}

// person pays for one person of the frozen list, in the way that is planted.
func (x *payRegion) person(p *person) error {
	t := item{iin: p.iin, name: p.name, birth: p.birth, amount: x.each, month: x.month, region: x.region}
	part := x.regular()
	switch k := x.meets(p); k {
	case Returned:
		x.returns = append(x.returns, givenBack{t, part.reference})
	case PaidTwice:
		second := x.besides(string(k), x.month, x.region)
		x.line(osms.BridgePaidTwice, x.region, 1, x.behind(&t, x.each, second))
		if err := x.put(second, t); err != nil {
			return err
		}
	case OtherMonth:
		return x.otherMonth(t)
	case OtherRegion:
		return x.otherRegion(t)
	case UnknownPerson:
		if err := x.unknown(); err != nil {
			return err
		}
	case InTransit:
		late := x.besides(string(k), x.month, x.region)
		x.line(osms.BridgeInTransit, x.region, -1, x.behind(&t, -x.each, late))
		return x.put(late, t)
	case Rounding:
		t.amount = (x.each + 50) / 100 * 100
		x.line(osms.BridgeRounding, x.region, 0, x.behind(&t, t.amount-x.each, part))
	case Unexplainable:
		t.amount += osms.Tiyn(x.draw.between(100, 2500)) * [2]osms.Tiyn{100, -100}[x.draw.n(2)]
		x.unexplained(x.region, t.amount-x.each)
	case Employer:
		if err := x.employed(t); err != nil {
			return err
		}
	}
	return x.put(x.regular(), t)
}

func (x *payRegion) behind(t *item, amount osms.Tiyn, p *paper) Behind {
	b := Behind{Given: t.given, Amount: amount, Reference: p.reference}
	if t.iin != 0 {
		b.IIN = t.iin.Digits()
	}
	return b
}

func (x *payRegion) day(n int) osms.Date { return x.month.First().Add(n - 1) }

// reference is a new one, of sixteen characters at most.
func (x *payRegion) reference() string {
	x.serial++
	return fmt.Sprintf("OS%s%04d%05d", x.region, x.month.Year()%100*100+x.month.MonthNum(), x.serial)
}

// paper begins a list.
func (x *payRegion) paper(story string, month osms.Month, region osms.Region) *paper {
	p := &paper{reference: x.reference(), month: month, region: region, story: story, knp: knpState, payer: statePayer,
		says: x.form.region && region != 0 || region != x.region && region != 0, dated: x.day(x.draw.between(2, 5))}
	p.number = 100 + x.index*1000 + x.serial
	switch Plant(story) {
	case Returned:
		p.knp, p.payer, p.dated = knpReturn, sentBack, x.day(7)
	case PaidTwice:
		p.dated = x.day(6) // behind the payment that it repeats
	case InTransit:
		p.dated = workingDay(x.day(9))
	case Employer:
		p.knp, p.payer, p.says = [4]string{"121", "124", "121", "123"}[(x.index+x.m)%4], employer(x.index*100+x.m), false
	}
	return p
}

const regularPaper = "regular"

// regular is the part of the frozen list that is being written.
func (x *payRegion) regular() *paper {
	if x.part == nil {
		x.part = x.paper(regularPaper, x.month, x.region)
	}
	return x.part
}

// besides is the list for what has a story of its own.
func (x *payRegion) besides(story string, month osms.Month, region osms.Region) *paper {
	for _, p := range x.aside {
		if p.story == story && p.month == month && p.region == region {
			return p
		}
	}
	p := x.paper(story, month, region)
	x.aside = append(x.aside, p)
	return p
}

// put adds an item; a full list is written at once.
func (x *payRegion) put(p *paper, t item) error {
	p.items = append(p.items, t)
	limit := listLimit
	if p == x.part {
		limit = x.size
	}
	if len(p.items) < limit {
		return nil
	}
	if p == x.part {
		x.part = nil
	}
	x.aside = slices.DeleteFunc(x.aside, func(o *paper) bool { return o == p })
	return x.flush(p)
}

// flush writes a list and notes its money, unless that is on its way.
func (x *payRegion) flush(p *paper) error {
	if p == nil || len(p.items) == 0 {
		return nil
	}
	if p.story != string(InTransit) {
		x.money(p)
	}
	return x.write(p)
}
