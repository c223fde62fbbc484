package country

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// samplesPerPlot is how many persons of each plot are told in full.
const samplesPerPlot = 2

// tally counts one month while persons pass by.
type tally struct {
	due      [][2][3]int // region, category (child, learner), view (frozen, known, final)
	bridge   []map[osms.BridgeKind]int
	overlaps []Overlap
	atCutOff int
	frozenOf []int32 // persons on the frozen list, by organisation
}

// count passes once over every person and asks the stories what is due.
func (c *country) count() {
	c.tallies = make([]tally, c.opt.Months)
	for m := range c.tallies {
		t := &c.tallies[m]
		t.due = make([][2][3]int, c.opt.Regions)
		t.bridge = make([]map[osms.BridgeKind]int, c.opt.Regions)
		t.frozenOf = make([]int32, len(c.orgs))
		for r := range t.bridge {
			t.bridge[r] = map[osms.BridgeKind]int{}
		}
	}
	var told [plots]int
	for org := range c.orgs {
		for i := range c.orgs[org].size {
			p := c.personAt(org, i)
			s := c.storyOf(&p)
			for m := range c.tallies {
				c.countMonth(&c.tallies[m], &p, &s, m)
			}
			if told[s.plot] < samplesPerPlot {
				told[s.plot]++
				c.truth.Samples = append(c.truth.Samples, c.sample(&p, &s))
			}
		}
	}
	slices.SortStableFunc(c.truth.Samples, func(a, b Sample) int { return cmp.Compare(a.Plot, b.Plot) })
}

func (c *country) countMonth(t *tally, p *person, s *story, m int) {
	month := c.opt.First.Add(m)
	group := 0
	if category(p.birth, month) == osms.Learner {
		group = 1
	}
	end := lateFile(c.opt.Months - 1)
	var region [3]int // of the claim that is due, -1 for none
	for view, at := range [3]stage{cutOff(m), lateFile(m), end} {
		region[view] = -1
		if k := s.dueTo(c, month, at); k >= 0 {
			region[view] = c.orgs[s.claims[k].org].region
			t.due[region[view]][group][view]++
			if view == 0 {
				t.frozenOf[s.claims[k].org]++
			}
		}
	}
	if frozen, known := region[0], region[1]; frozen != known {
		kind := osms.BridgeMovedRegion
		switch {
		case frozen < 0:
			kind = osms.BridgeJoinedLate
		case known < 0:
			kind = osms.BridgeLeftLate
		case s.overlaps(month, cutOff(m)):
			kind = osms.BridgeClaimedTwice
		}
		if frozen >= 0 {
			t.bridge[frozen][kind]++
		}
		if known >= 0 {
			t.bridge[known][kind]--
		}
		// A region that gains and loses has two movements on one line; the
		// line's sum is what counts.
	}
	if s.overlaps(month, cutOff(m)) {
		t.atCutOff++
	}
	if at := lateFile(m); s.overlaps(month, at) {
		o := Overlap{IIN: p.iin.Digits(), DueTo: c.orgs[s.claims[s.dueTo(c, month, at)].org].bin}
		for i := range s.claims {
			k := &s.claims[i]
			o.Claims = append(o.Claims, OverlapClaim{c.regionOf(k.org), c.orgs[k.org].bin, k.firstDay(at)})
		}
		slices.SortFunc(o.Claims, func(a, b OverlapClaim) int { return cmp.Compare(a.BIN, b.BIN) })
		t.overlaps = append(t.overlaps, o)
	}
}

func (c *country) sample(p *person, s *story) Sample {
	end := lateFile(c.opt.Months - 1)
	x := Sample{IIN: p.iin.Digits(), Name: p.name.String(), Born: p.birth, Plot: plotNames[s.plot],
		Claims: []SampleClaim{}, Months: []SampleMonth{}}
	for i := range s.n {
		k := &s.claims[i]
		if k.seen > end {
			continue
		}
		if k.renamed <= end {
			n := p.name
			n.Surname = p.changedSurname()
			x.Name = n.String()
		}
		from, until, ok := k.fullTime(end)
		if !ok {
			from, until = 0, 0
		}
		x.Claims = append(x.Claims, SampleClaim{c.regionOf(k.org), c.orgs[k.org].bin, k.firstDay(end), from, until})
	}
	for m := range c.opt.Months {
		month := c.opt.First.Add(m)
		frozen, final := s.dueTo(c, month, cutOff(m)), s.dueTo(c, month, end)
		if frozen < 0 && final < 0 {
			continue
		}
		row := SampleMonth{Month: month, Category: category(p.birth, month)}
		if frozen >= 0 {
			row.Frozen = c.orgs[s.claims[frozen].org].bin
		}
		if final >= 0 {
			row.Final = c.orgs[s.claims[final].org].bin
		}
		x.Months = append(x.Months, row)
	}
	return x
}

// months turns the counts into sums of money; the ledger is added later.
func (c *country) months() {
	for m := range c.tallies {
		t := &c.tallies[m]
		each := perPerson(c.opt.Rates, c.opt.First.Add(m))
		sum := func(persons int) Sum { return Sum{persons, osms.Tiyn(persons) * each} }
		month := Month{Month: c.opt.First.Add(m), PerPerson: each, Due: []Due{}, Overlaps: t.overlaps, OverlapsAtCutOff: t.atCutOff,
			Total: Region{Later: []Line{}}, Money: c.opt.moneyOf(m), Planted: []Plant{}, Provable: []osms.BridgeKind{}, Documents: []Document{}}
		if month.Overlaps == nil {
			month.Overlaps = []Overlap{}
		}
		slices.SortFunc(month.Overlaps, func(a, b Overlap) int { return cmp.Compare(a.IIN, b.IIN) })
		for _, r := range c.byKATO() {
			line := Region{Region: c.places[r].region, Bridge: []Line{}, Later: []Line{}}
			for group, category := range [2]osms.Category{osms.Child, osms.Learner} {
				n := t.due[r][group]
				if n != [3]int{} {
					month.Due = append(month.Due, Due{line.Region, category, sum(n[0]), sum(n[1]), sum(n[2])})
				}
				line.Frozen = line.Frozen.plus(sum(n[0]))
				line.Known = line.Known.plus(sum(n[1]))
				line.Final = line.Final.plus(sum(n[2]))
			}
			for _, kind := range [...]osms.BridgeKind{osms.BridgeClaimedTwice, osms.BridgeMovedRegion,
				osms.BridgeCategoryOrRate, osms.BridgeJoinedLate, osms.BridgeLeftLate} {
				if n := t.bridge[r][kind]; n != 0 {
					line.Bridge = append(line.Bridge, Line{kind, sum(n), []Behind{}})
				}
			}
			month.Regions = append(month.Regions, line)
		}
		c.truth.Months = append(c.truth.Months, month)
	}
}

// byKATO lists the regions' indexes in order of their code.
func (c *country) byKATO() []int {
	order := make([]int, c.opt.Regions)
	for r := range order {
		order[r] = r
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(c.places[a].region, c.places[b].region) })
	return order
}

func (s Sum) plus(t Sum) Sum { return Sum{s.Persons + t.Persons, s.Amount + t.Amount} }
