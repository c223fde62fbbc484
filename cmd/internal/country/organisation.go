package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// organisation is a school, college or university with its learners-to-be: size
// counts everybody who ever appears in its rosters first.
type organisation struct {
	region  int // index into country.places
	ordinal int // within the region
	band    band
	size    int
	base    int // ordinal of its first person within the band
	bin     osms.BIN
	unit    int
}

// unit is a set of organisations of one region that send their rosters in one
// file every month, in the columns that they are used to.
type unit struct {
	index  int
	region int
	orgs   []int
	has    columnsKept
}

// columnsKept says which of the columns that may be absent a unit's form has.
type columnsKept struct {
	birth, sex, enrolled, left, status, expected bool
}

// bandPattern deals bands to the organisations of a region; organisations of
// the same ordinal, or five apart, are of the same band and exchange learners.
var bandPattern = [5]band{college, school, university, college, school}

// unitPattern is how many organisations share a file, in turn.
var unitPattern = [6]int{1, 1, 3, 1, 2, 1}

// build lays out organisations and units. The table of organisations is the
// only thing kept in memory: one for about 400 persons.
func (c *country) build() error {
	weights := make([]int, c.opt.Regions)
	total := 0
	for r := range weights {
		d := newDraw(c.opt.Seed, saltOrganisation, uint64(r))
		weights[r] = d.between(70, 130)
		total += weights[r]
	}
	left, leftWeight := c.opt.Persons, total
	var bases [bands]int
	for r, w := range weights {
		persons := left * w / leftWeight
		left, leftWeight = left-persons, leftWeight-w
		c.region(r, persons, &bases)
	}
	for b := band(0); b < bands; b++ {
		if bases[b] > c.capacity(b) {
			return fmt.Errorf("country: %d persons need more numbers than there are", c.opt.Persons)
		}
	}
	if len(c.orgs) > 40000 {
		return fmt.Errorf("country: %d persons make too many organisations", c.opt.Persons)
	}
	return nil
}

func (c *country) region(r, persons int, bases *[bands]int) {
	count := min(max(persons/30, 1), max(12, persons/400))
	sum := 0
	sizes := make([]int, count)
	for k := range sizes {
		d := newDraw(c.opt.Seed, saltOrganisation, uint64(r), uint64(k))
		sizes[k] = d.between(60, 140)
		sum += sizes[k]
	}
	start := len(c.orgs)
	for k, w := range sizes {
		size := persons * w / sum
		persons, sum = persons-size, sum-w
		b := bandPattern[k%len(bandPattern)]
		o := organisation{region: r, ordinal: k, band: b, size: size, base: bases[b], bin: c.binOf(len(c.orgs))}
		bases[b] += size
		c.orgs = append(c.orgs, o)
	}
	c.regionOrgs = append(c.regionOrgs, [2]int{start, len(c.orgs)})
	for at, turn := start, 0; at < len(c.orgs); turn++ {
		u := unit{index: len(c.units), region: r}
		for n := unitPattern[turn%len(unitPattern)]; n > 0 && at < len(c.orgs); n-- {
			c.orgs[at].unit = u.index
			u.orgs = append(u.orgs, at)
			at++
		}
		u.has = keptBy(u.index)
		c.units = append(c.units, u)
	}
}

func keptBy(u int) columnsKept {
	k := columnsKept{birth: u%11 != 7, sex: u%4 != 2, enrolled: u%6 != 4, status: u%5 != 3}
	k.left = k.status && u%3 != 2
	k.expected = k.left && u%3 == 0
	return k
}

// binOf makes the BIN of an organisation: resident, head office, registered
// between 1995 and 2020, a serial number of its own.
func (c *country) binOf(org int) osms.BIN {
	d := newDraw(c.opt.Seed, saltOrganisation, 1<<40, uint64(org))
	month := uint64((1995+d.n(26))%100*100 + d.between(1, 12))
	for s := uint64(org*7919%49999) * 2; ; s++ {
		eleven := (month*100+40)*100000 + s
		if k, ok := osms.CheckDigit(eleven); ok {
			return osms.BIN(eleven*10 + uint64(k))
		}
	}
}

// closedBIN is an organisation of the region that was closed long ago.
func (c *country) closedBIN(region int) osms.BIN { return c.binOf(49000 + region) }

// partner is the organisation that exchanges learners with this one: the same
// place of the next region, or five places on in the same region. -1 is none.
func (c *country) partner(org int, cross bool) int {
	o := &c.orgs[org]
	if cross {
		if c.opt.Regions < 2 {
			return -1
		}
		to := c.regionOrgs[(o.region+1)%c.opt.Regions]
		if at := to[0] + o.ordinal; at < to[1] {
			return at
		}
		return -1
	}
	if at := org + len(bandPattern); at < c.regionOrgs[o.region][1] {
		return at
	}
	return -1
}

// sources are the organisations whose partner this one is.
func (c *country) sources(org int) []int {
	o := &c.orgs[org]
	var from []int
	if c.opt.Regions > 1 {
		r := c.regionOrgs[(o.region+c.opt.Regions-1)%c.opt.Regions]
		if at := r[0] + o.ordinal; at < r[1] {
			from = append(from, at)
		}
	}
	if at := org - len(bandPattern); at >= c.regionOrgs[o.region][0] {
		from = append(from, at)
	}
	return from
}

func (c *country) regionOf(org int) osms.Region { return c.places[c.orgs[org].region].region }

// nameKK and nameRU are the organisation's names.
func (c *country) nameKK(org int) string {
	o, p := &c.orgs[org], c.places[c.orgs[org].region]
	n := o.ordinal + 1
	switch o.band {
	case school:
		return fmt.Sprintf("%s қаласының «№ %d жалпы орта білім беретін мектебі» КММ", p.townKK, n)
	case college:
		return fmt.Sprintf("№ %d %s %s колледжі", n, p.townKK, collegeNames[o.ordinal%len(collegeNames)][0])
	}
	return fmt.Sprintf("№ %d %s %s университеті", n, p.townKK, universityNames[o.ordinal/5%len(universityNames)][0])
}

func (c *country) nameRU(org int) string {
	o, p := &c.orgs[org], c.places[c.orgs[org].region]
	n := o.ordinal + 1
	switch o.band {
	case school:
		return fmt.Sprintf("КГУ «Средняя общеобразовательная школа № %d» города %s", n, p.townGenitive)
	case college:
		return fmt.Sprintf("КГКП «%s колледж № %d» города %s", capital(collegeNames[o.ordinal%len(collegeNames)][1]), n, p.townGenitive)
	}
	return fmt.Sprintf("НАО «%s университет № %d» города %s", capital(universityNames[o.ordinal/5%len(universityNames)][1]), n, p.townGenitive)
}

// shortName is what the organisation is called in the name of a file.
func (c *country) shortName(org int) string {
	o := &c.orgs[org]
	return fmt.Sprintf([bands]string{"СОШ %d", "колледж %d", "ЖОО %d"}[o.band], o.ordinal+1)
}

func capital(s string) string {
	rs := []rune(s)
	return string(append([]rune{rs[0] - 32}, rs[1:]...))
}
