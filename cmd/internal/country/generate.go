package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// country is one country in the making.
type country struct {
	opt          Options
	dir          string
	places       []place
	orgs         []organisation
	units        []unit
	regionOrgs   [][2]int
	births       [bands][]osms.Date
	stride       [bands]int
	academicYear int
	plotEnds     [plots]int
	planted      []int // how often each fault was planted
	tallies      []tally
	refusals     refusals
	truth        Truth
	told, asked  int               // applications and requests so far
	leftOut      [][]int           // by month and region: the organisation in no list of the payer, -1: none
	met          map[osms.IIN]bool // whoever met a plant in some month
}

// Generate writes a country under dir and returns the truth about it, which
// also stands in truth.json there. The same options give the same bytes.
//
//	<dir>/organisations/<KK>/…       the list of organisations, to import first
//	<dir>/<YYYY-MM>/inbox/<KK>/…     full rosters as at the 1st, before the cut-off
//	<dir>/<YYYY-MM>/inbox/ledger/…   ledger totals, statements and lists of persons of the month
//	<dir>/<YYYY-MM>/late/inbox/<KK>/ what is dropped after the month was frozen
//	<dir>/<YYYY-MM>/casework/inbox/… applications, requests and events, where there are any,
//	                                 dropped after that, from the 20th on
//
// Memory grows with the number of organisations and files, about one for 400
// persons, not with persons or rows.
func Generate(dir string, o Options) (*Truth, error) {
	c, err := newCountry(dir, o)
	if err != nil {
		return nil, err
	}
	c.count()
	c.months()
	c.planLeftOut()
	if err := c.lists(); err != nil {
		return nil, err
	}
	for m := range c.opt.Months {
		for u := range c.units {
			if err := c.full(&c.units[u], m); err != nil {
				return nil, err
			}
		}
		for r := range c.opt.Regions {
			if err := c.late(r, m); err != nil {
				return nil, err
			}
		}
		if err := c.ledger(m); err != nil {
			return nil, err
		}
		if err := c.cases(m); err != nil {
			return nil, err
		}
	}
	return c.finish()
}

func newCountry(dir string, o Options) (*country, error) {
	o, err := o.defaults()
	if err != nil {
		return nil, err
	}
	c := &country{opt: o, dir: dir, places: places[:o.Regions], planted: make([]int, len(faults)), plotEnds: plotTable(o.Mess),
		met: map[osms.IIN]bool{}}
	c.academicYear = o.First.Year()
	if o.First.MonthNum() < 9 {
		c.academicYear--
	}
	for b := band(0); b < bands; b++ {
		c.births[b] = births(b, o.First)
		for c.stride[b] = 7919; gcd(c.stride[b], 2*len(c.births[b])) != 1; c.stride[b]++ {
		}
	}
	if err := c.build(); err != nil {
		return nil, err
	}
	c.truth = Truth{Persons: o.Persons, First: o.First, Seed: o.Seed, Mess: o.Mess, Organisations: len(c.orgs),
		Regions: []string{}, Samples: []Sample{}, Files: []File{}, Refusals: []Refusal{}}
	if o.Casework {
		c.truth.Casework = &Casework{Applications: []CaseApplication{}, Requests: []CaseRequest{}, Events: []CaseEvent{}}
	}
	for _, r := range c.byKATO() {
		c.truth.Regions = append(c.truth.Regions, c.places[r].region.String())
	}
	return c, nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// full writes the full roster of a unit for a month.
func (c *country) full(u *unit, m int) error {
	d := dressOf(u.index, m)
	r := &rosterFile{region: u.region, unit: u, orgs: u.orgs, month: m, asAt: c.asAt(m), mode: osms.Full, dress: d,
		layout: c.layoutOf(u, m, d, false)}
	var entries []entry
	for _, org := range u.orgs {
		c.sayings(org, cutOff(m), func(e entry) { entries = append(entries, e) })
	}
	c.order(entries, u, m)
	r.sections = c.sheets(r, entries)
	month, code := c.opt.First.Add(m), c.places[u.region].region
	name := fmt.Sprintf("%s %s %d", c.shortName(u.orgs[0]), say(d.language, monthsKK[month.MonthNum()], monthsRU[month.MonthNum()], month.String()[5:]), month.Year())
	if d.inName {
		tail := fmt.Sprintf("%d", c.orgs[u.orgs[0]].ordinal+1)
		if len(u.orgs) == 1 && d.bin == binInName {
			tail = c.orgs[u.orgs[0]].bin.Digits()
		}
		name = fmt.Sprintf("%s-full-%s-%s", code, r.asAt, tail)
	}
	r.path = fmt.Sprintf("%s/inbox/%s/%s.%s", month, code, name, d.extension())
	return c.writeRoster(r)
}

func (d *dress) extension() string {
	if d.csv() {
		return "csv"
	}
	return "xlsx"
}

// sheets divides the rows into the sheets of the file.
func (c *country) sheets(r *rosterFile, entries []entry) []section {
	d := r.dress
	switch {
	case d.csv():
		return []section{{"", entries}}
	case !d.bySheet:
		name := say(d.language, "Тізім", "Лист1", "Sheet1")
		if len(r.orgs) == 1 && d.bin == binInSheet && r.mode == osms.Full {
			name = c.orgs[r.orgs[0]].bin.Digits()
		}
		return []section{{name, entries}}
	}
	var s []section
	at := map[string]int{}
	for _, e := range entries {
		name := c.shortName(e.claim.org)
		if len(r.orgs) == 1 {
			name = fmt.Sprintf("%d %s", c.grade(&e.person), say(d.language, "топ", "группа", "group"))
			if c.orgs[e.claim.org].band == school {
				name = fmt.Sprintf("%d класс", c.grade(&e.person))
			}
		}
		i, ok := at[name]
		if !ok {
			i = len(s)
			at[name] = i
			s = append(s, section{name: name})
		}
		s[i].entries = append(s[i].entries, e)
	}
	return s
}
