package reconcile

import (
	"cmp"
	"math"
	"slices"

	"osmsd/sync/osms"
)

// place is where persons stand on a list together: an organisation, its region,
// a category.
type place struct {
	bin      osms.BIN
	region   osms.Region
	category osms.Category
}

// placeBits is how many bits of a packed stand number the place; an IIN needs
// the other forty.
const placeBits = 24

// stands is a month's list, eight bytes a person, and one payment of each: five
// million persons are 135 MB.
type stands struct {
	list   []uint64 // IIN << placeBits | place, sorted
	places []place
	number map[place]uint32

	first []slot
	diff  []int32 // what the payment differs by from the contribution
	state []uint8
}

// slot is where the payment of a person stands. A person has at most one here,
// at the person's own region; what is anything else is kept in full.
type slot struct {
	paper       uint32 // rank + 1; 0: none
	number, row int32
	sheet       uint16
}

// What is known of a person on the list.
const (
	isKept   uint8 = 1 << iota // has entries kept in full
	isAsked                    // other months decide
	isJudged                   // the verdict is known
	isAbsent                   // lacks the month's payment, and no line says why
	isNamed                    // by a list that has not arrived
)

func (s *stands) add(x Stand) {
	p := place{x.BIN, x.Region, x.Category}
	n, ok := s.number[p]
	if !ok {
		if s.number == nil {
			s.number = map[place]uint32{}
		}
		n = uint32(len(s.places))
		s.number[p] = n
		s.places = append(s.places, p)
	}
	s.list = append(s.list, uint64(x.Person)<<placeBits|uint64(n))
}

// sort makes the list ready to be asked. A person who is on it twice stays once,
// at the place of the smaller region and organisation.
func (s *stands) sort() {
	slices.SortFunc(s.list, func(a, b uint64) int {
		switch {
		case a>>placeBits < b>>placeBits:
			return -1
		case a>>placeBits > b>>placeBits:
			return 1
		case a == b:
			return 0
		}
		return comparePlaces(s.places[a&(1<<placeBits-1)], s.places[b&(1<<placeBits-1)])
	})
	s.list = slices.CompactFunc(s.list, func(a, b uint64) bool { return a>>placeBits == b>>placeBits })
	s.first = make([]slot, len(s.list))
	s.diff = make([]int32, len(s.list))
	s.state = make([]uint8, len(s.list))
}

// find gives the person's index on the list, or -1.
func (s *stands) find(person osms.IIN) int {
	i, _ := slices.BinarySearch(s.list, uint64(person)<<placeBits)
	if i < len(s.list) && s.person(i) == person {
		return i
	}
	return -1
}

func (s *stands) person(i int) osms.IIN { return osms.IIN(s.list[i] >> placeBits) }

func (s *stands) placeOf(i int) int { return int(s.list[i] & (1<<placeBits - 1)) }

func (s *stands) stand(i int) Stand {
	p := s.places[s.placeOf(i)]
	return Stand{Person: s.person(i), BIN: p.bin, Region: p.region, Category: p.category}
}

// keep puts a payment into the person's slot, or says that it does not fit there.
func (s *stands) keep(i int, each osms.Tiyn, rank int, p *osms.Posting, sheet uint16) bool {
	d := p.Amount - each
	if s.first[i].paper != 0 || d > math.MaxInt32 || d < math.MinInt32 {
		return false
	}
	s.first[i], s.diff[i] = slot{uint32(rank + 1), p.Number, p.Row, sheet}, int32(d)
	return true
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.bin, b.bin), cmp.Compare(a.category, b.category))
}

// site is an organisation in a region.
type site struct {
	bin    osms.BIN
	region osms.Region
}

// heads counts the persons on the list by organisation and region.
func (s *stands) heads() map[site]int {
	counts := make([]int, len(s.places))
	for i := range s.list {
		counts[s.placeOf(i)]++
	}
	heads := map[site]int{}
	for n, p := range s.places {
		heads[site{p.bin, p.region}] += counts[n]
	}
	return heads
}
