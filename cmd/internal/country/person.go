package country

import "osmsd/sync/osms"

// band is a kind of organisation by the ages of its learners.
type band uint8

const (
	school band = iota
	college
	university
	bands
)

// bandAges are the youngest and oldest ages, in years at the first month.
var bandAges = [bands][2]int{school: {6, 18}, college: {15, 21}, university: {17, 30}}

func (b band) level() osms.Level {
	return [bands]osms.Level{school: osms.Secondary, college: osms.TVET, university: osms.Higher}[b]
}

// person is one learner as the organisation of first contact writes them.
type person struct {
	org, index int
	iin        osms.IIN
	birth      osms.Date
	male       bool
	name       osms.Name
}

// births holds the days on which learners of a band are born. 29 February is
// left out, so that everybody has an 18th birthday in the month of birth.
func births(b band, first osms.Month) []osms.Date {
	from, to := first.Add(-12*(bandAges[b][1]+1)+1).First(), first.Add(-12*bandAges[b][0]).First()
	var days []osms.Date
	for d := from; d < to; d = d.Add(1) {
		if d.MonthNum() != 2 || d.Day() != 29 {
			days = append(days, d)
		}
	}
	return days
}

// serials is how many persons one birth day and sex can hold: half of the
// serial numbers, because of any two neighbours at least one has a check digit.
const serials = 4999

// number gives the birth date, sex and IIN of the ordinal-th person of a band.
// Persons of a band are dealt round its (day, sex) slots; the round and the band
// make the serial number, which a shuffle of the day's own spreads out. So every
// number of the country is different without remembering any.
func (c *country) number(b band, ordinal int) (osms.IIN, osms.Date, bool) {
	days := c.births[b]
	slots := 2 * len(days)
	slot := ordinal % slots * c.stride[b] % slots
	birth, male := days[slot/2], slot%2 == 0
	key := uint64(birth) * 2
	if male {
		key++
	}
	serial := ordinal/slots*int(bands) + int(b)
	serial = (serial*2741 + int(mix(c.opt.Seed^mix(key+saltSerial))%serials)) % serials
	return numberOf(birth, male, serial), birth, male
}

// numberOf makes the IIN for a serial number below 4999. Of two neighbouring
// serial numbers at most one has no check digit: the 11th digit does not move
// the first pass and moves the second by two.
func numberOf(birth osms.Date, male bool, serial int) osms.IIN {
	century := 3
	if birth.Year() >= 2000 {
		century = 5
	}
	if !male {
		century++
	}
	head := uint64(int(birth)%1000000)*10 + uint64(century)
	for s := uint64(serial) * 2; ; s++ {
		eleven := head*10000 + s
		if k, ok := osms.CheckDigit(eleven); ok {
			return osms.IIN(eleven*10 + uint64(k))
		}
	}
}

// capacity is how many persons of a band have numbers.
func (c *country) capacity(b band) int {
	return 2 * len(c.births[b]) * (serials / int(bands))
}

// personAt gives the index-th person of an organisation.
func (c *country) personAt(org, index int) person {
	o := &c.orgs[org]
	p := person{org: org, index: index}
	p.iin, p.birth, p.male = c.number(o.band, o.base+index)
	d := newDraw(c.opt.Seed, saltName, uint64(org), uint64(index))
	p.name = inventName(&d, p.male)
	return p
}

// birthOf is the birth date alone, for counting.
func (c *country) birthOf(org, index int) osms.Date {
	days := c.births[c.orgs[org].band]
	slots := 2 * len(days)
	return days[(c.orgs[org].base+index)%slots*c.stride[c.orgs[org].band]%slots/2]
}

// category is 1 to the end of the month of the 18th birthday, then 13.
func category(birth osms.Date, m osms.Month) osms.Category {
	if m <= birth.Month().Add(18*12) {
		return osms.Child
	}
	return osms.Learner
}

// changedSurname is the surname after a marriage, certain to differ.
func (p *person) changedSurname() string {
	for i := p.index; ; i++ {
		s := kazakhSurnames[i%len(kazakhSurnames)]
		if !p.male {
			s = feminine(s)
		}
		if osms.FoldName(s) != osms.FoldName(p.name.Surname) {
			return s
		}
	}
}

// grade is the class of a pupil or the course of a student in the academic
// year; nobody is on a course that they are too young for.
func (c *country) grade(p *person) int {
	age := c.academicYear - p.birth.Year()
	switch c.orgs[p.org].band {
	case school:
		return min(max(age-6, 1), 11)
	case college:
		return 1 + int(uint64(p.iin)/10%uint64(min(max(age-14, 1), 4)))
	}
	return 1 + int(uint64(p.iin)/10%uint64(min(max(age-16, 1), 4)))
}

// enrolledOn is the day of enrolment that the home organisation states.
func (c *country) enrolledOn(p *person) osms.Date {
	year := c.academicYear - c.grade(p) + 1
	d, _ := osms.NewDate(year, 9, 1)
	if k := int(uint64(p.iin) / 10 % 10); k < 3 {
		return d.Add(-k - 3)
	}
	return d
}
