package country

// draw is a small stream of numbers that is a pure function of what it was
// made from (splitmix64).
type draw uint64

// Salts keep draws for different purposes apart.
const (
	saltPerson uint64 = iota + 1
	saltName
	saltStory
	saltFault
	saltOrder
	saltOrganisation
	saltSerial
	saltLedger
	saltChange
	saltMoney
	saltShare
	saltReference
	saltCase
)

func newDraw(parts ...uint64) draw {
	h := uint64(0x9e3779b97f4a7c15)
	for _, p := range parts {
		h = mix(h ^ mix(p+0x9e3779b97f4a7c15))
	}
	return draw(h)
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *draw) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	return mix(uint64(*d))
}

// n draws from 0 to k-1.
func (d *draw) n(k int) int { return int(d.next() >> 1 % uint64(k)) }

// between draws from a to b, both included.
func (d *draw) between(a, b int) int { return a + d.n(b-a+1) }

// of reports true in parts of whole cases.
func (d *draw) of(parts, whole int) bool { return d.n(whole) < parts }
