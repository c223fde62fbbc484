package jobs

import (
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// knownPersons answers, without asking the store, that the register certainly
// does not know a person: a Bloom filter over everybody it holds facts of. A
// first month of a large country would otherwise look up a million strangers
// one by one. It lives for one run, during which nobody else writes, and is made
// only when a batch is large enough to be worth it. Persons of a transaction
// that failed may stay in it; that costs a look-up and nothing else.
type knownPersons struct {
	bits []uint64
	mask uint64
}

// worthKnowing is how many persons a batch must have for the filter to be made.
const worthKnowing = 4_000

const (
	bitsPerPerson = 16
	probes        = 4
	leastPersons  = 1 << 18
)

// learn fills the filter with everybody of whom facts are held.
func (k *knownPersons) learn(t *store.Tx) error {
	persons, err := t.CountFacts()
	if err != nil {
		return err
	}
	size := uint64(leastPersons * bitsPerPerson)
	for size < uint64(4*persons)*bitsPerPerson {
		size *= 2
	}
	// Filled aside: a filter that a broken connection left half full would take
	// people whom the register knows for strangers.
	full := knownPersons{make([]uint64, size/64), size - 1}
	if err := t.EachHeldPerson(full.add); err != nil {
		return err
	}
	*k = full
	return nil
}

func (k *knownPersons) made() bool { return k != nil && k.bits != nil }

func (k *knownPersons) add(person osms.IIN) {
	h := spread(uint64(person))
	for range probes {
		k.bits[h&k.mask/64] |= 1 << (h & 63)
		h = spread(h)
	}
}

// maybe reports false only when the person is certainly not known.
func (k *knownPersons) maybe(person osms.IIN) bool {
	h := spread(uint64(person))
	for range probes {
		if k.bits[h&k.mask/64]&(1<<(h&63)) == 0 {
			return false
		}
		h = spread(h)
	}
	return true
}

// spread mixes the bits of a number (splitmix64).
func spread(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
