package country

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// entry is one row to be written: what an organisation says of a person at a
// stage.
type entry struct {
	person
	claim
	at      stage
	home    bool // said by the organisation of first contact
	plot    plot
	leaving bool
	wrong   bool // the row must be refused, and nobody is held by it
	naked   bool // the row must be refused, and protects nobody
	spoiled bool // a needless row of a late file, to be refused
}

// sayings gives every row of an organisation at a stage: its own persons and
// those who come from the organisations that it exchanges learners with.
func (c *country) sayings(org int, at stage, each func(entry)) {
	from := append([]int{org}, c.sources(org)...)
	for _, home := range from {
		for i := range c.orgs[home].size {
			if home != org {
				if kind, _ := c.plotOf(home, i); !kind.meets() {
					continue
				}
			} else if at.late() {
				if kind, _ := c.plotOf(home, i); kind == stay {
					continue
				}
			}
			p := c.personAt(home, i)
			s := c.storyOf(&p)
			for k := range s.n {
				if s.claims[k].org != org {
					continue
				}
				e := entry{person: p, claim: s.claims[k], at: at, home: home == org, plot: s.plot}
				if c.spoken(&e) {
					if at >= e.renamed {
						e.name.Surname = p.changedSurname()
					}
					each(e)
				}
			}
		}
	}
}

// spoken reports whether the claim is a row of the file of this stage.
func (c *country) spoken(e *entry) bool {
	at := e.at
	ended := at >= e.ended && at < e.back
	if at.late() {
		e.leaving = at == e.ended
		return at == e.seen || at == e.ended || at == e.changed
	}
	switch {
	case at == e.faulty:
		e.wrong = true
		return true
	case at < e.seen:
		return false
	case ended:
		e.leaving = e.how != byAbsence
		e.naked = e.unguarded
		return at == e.ended && (e.leaving || e.naked)
	}
	return e.expected == 0 || c.asAt(at.month()) <= e.expected
}

// settled reports whether nothing ever happens to the person, so that a fault
// in a row changes nothing but the row.
func (e *entry) settled() bool { return e.home && (e.plot == stay || e.plot == partTimer) }

// order arranges the rows of a file: by name, as a secretary would, or as they
// happen to come out; every month differently.
func (c *country) order(entries []entry, u *unit, m int) {
	position := map[int]int{}
	for i, org := range u.orgs {
		position[org] = i
	}
	byName := (u.index+m)%3 == 0
	keys := make(map[osms.IIN]string, len(entries))
	if byName {
		for i := range entries {
			keys[entries[i].iin] = osms.FoldName(entries[i].name.String())
		}
	}
	hash := func(e *entry) uint64 { return mix(c.opt.Seed ^ uint64(e.iin)*31 ^ uint64(m+1)<<50) }
	slices.SortFunc(entries, func(a, b entry) int {
		if byName {
			return cmp.Or(cmp.Compare(position[a.claim.org], position[b.claim.org]),
				cmp.Compare(keys[a.iin], keys[b.iin]), cmp.Compare(a.iin, b.iin))
		}
		return cmp.Or(cmp.Compare(position[a.claim.org], position[b.claim.org]), cmp.Compare(hash(&a), hash(&b)))
	})
}
