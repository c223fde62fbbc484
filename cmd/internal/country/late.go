package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// lateDay is the day of the month that the late files speak of.
const lateDay = 15

// late writes what a region drops after the month was frozen: lists of changes,
// two a month, each about some of the units.
func (c *country) late(region, m int) error {
	for half := range 2 {
		r := &rosterFile{region: region, month: m, asAt: c.day(m, lateDay), mode: osms.Delta, dress: deltaDressOf(region+2*half, m)}
		var entries []entry
		for i := range c.units {
			u := &c.units[i]
			if u.region != region || u.index%2 != half {
				continue
			}
			for _, org := range u.orgs {
				before := len(entries)
				c.sayings(org, lateFile(m), func(e entry) { entries = append(entries, e) })
				c.needless(org, m, func(e entry) { entries = append(entries, e) })
				if len(entries) > before {
					r.orgs = append(r.orgs, org)
				}
			}
			if r.unit == nil {
				r.unit = u
			}
		}
		if len(entries) == 0 {
			continue
		}
		r.layout = c.layoutOf(r.unit, m, r.dress, true)
		c.order(entries, &unit{index: r.unit.index, orgs: r.orgs}, m)
		r.sections = c.sheets(r, entries)
		month, code := c.opt.First.Add(m), c.places[region].region
		name := fmt.Sprintf("%s-%s %d", monthsKK[month.MonthNum()], say(r.dress.language, "қозғалыс", "движение", "movement"), half+1)
		if r.dress.inName {
			name = fmt.Sprintf("%s-delta-%s-%d", code, r.asAt, half+1)
		}
		r.path = fmt.Sprintf("%s/late/inbox/%s/%s.%s", month, code, name, r.dress.extension())
		if err := c.writeRoster(r); err != nil {
			return err
		}
	}
	return nil
}

// needless gives rows about people to whom nothing happened, all of which must
// be refused: in a list of changes they would be departures.
func (c *country) needless(org, m int, each func(entry)) {
	share := int(c.opt.Mess * 300_000)
	for i := range c.orgs[org].size {
		d := newDraw(c.opt.Seed, saltChange, uint64(org), uint64(i), uint64(m))
		if d.n(1_000_000) >= share {
			continue
		}
		p := c.personAt(org, i)
		if s := c.storyOf(&p); s.plot == stay {
			each(entry{person: p, claim: s.claims[0], at: lateFile(m), home: true, plot: stay, spoiled: true})
		}
	}
}
