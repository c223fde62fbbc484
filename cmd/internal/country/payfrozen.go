package country

import (
	"slices"

	"osmsd/sync/osms"
)

// workingDay is the day, or the one before it on which offices work.
func workingDay(d osms.Date) osms.Date {
	for {
		switch on := int(d) % 10000; {
		case d.Weekday()%6 != 0 && on != 107 && on != 308 && on != 507 && on != 509 && on != 706:
			return d
		}
		d = d.Add(-1)
	}
}

// frozen passes over the frozen list of a region and month, in order of
// organisation, with the organisation that claims each.
func (c *country) frozen(region, m int, each func(p *person, org int) error) error {
	month, at := c.opt.First.Add(m), cutOff(m)
	for org := c.regionOrgs[region][0]; org < c.regionOrgs[region][1]; org++ {
		for _, home := range append([]int{org}, c.sources(org)...) {
			for i := range c.orgs[home].size {
				if home != org {
					if kind, _ := c.plotOf(home, i); !kind.meets() {
						continue
					}
				}
				p := c.personAt(home, i)
				s := c.storyOf(&p)
				k := s.dueTo(c, month, at)
				if k < 0 || s.claims[k].org != org {
					continue
				}
				if at >= s.claims[k].renamed {
					p.name.Surname = p.changedSurname()
				}
				if err := each(&p, org); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// planLeftOut chooses the organisations that are in no list of a month: of
// regions with several, one.
func (c *country) planLeftOut() {
	c.leftOut = make([][]int, c.opt.Months)
	for m := range c.leftOut {
		c.leftOut[m] = make([]int, c.opt.Regions)
		for r := range c.leftOut[m] {
			c.leftOut[m][r] = -1
			var orgs []int
			for org := c.regionOrgs[r][0]; org < c.regionOrgs[r][1]; org++ {
				if c.tallies[m].frozenOf[org] > 0 {
					orgs = append(orgs, org)
				}
			}
			if d := newDraw(c.opt.Seed, saltShare, 1, uint64(m), uint64(r)); len(orgs) > 1 && c.plants(NotSubmitted, m, r) {
				c.leftOut[m][r] = orgs[d.n(len(orgs))]
			}
		}
	}
}

// plants reports whether a kind is planted in a region of a month.
func (c *country) plants(k Plant, m, region int) bool {
	if !slices.Contains(c.opt.Plant, k) || !c.possible(k, m) {
		return false
	}
	n := slices.Index(Plants, k)
	d := newDraw(c.opt.Seed, saltShare, uint64(n)+2, uint64(m), uint64(region))
	return (n+m)%c.opt.Regions == region || d.of(2, 3)
}
