package registry

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// Journal is what was kept of one import for one organisation: enough to make
// its statements again.
type Journal struct {
	Import    int64
	Mode      osms.Mode
	AsAt      osms.Date
	Rows      []osms.Row // in order of Person
	Protected osms.Protected
	// Sealed: this stands for everything that was said up to Import, the latest
	// of it as at AsAt, and whose rows are destroyed. Base is what was believed
	// then. Every other journal of the organisation is as at a later day.
	Sealed bool
	Base   []osms.Claim
}

// Order sorts imports as they speak: by as-at date, on a tie by arrival.
func Order(journals []Journal) {
	slices.SortFunc(journals, func(a, b Journal) int {
		return cmp.Or(cmp.Compare(a.AsAt, b.AsAt), cmp.Compare(a.Import, b.Import))
	})
}

// replacements finds, for imports in order, those that replace the i-th: full
// rosters of the same day that arrived later. Only a full roster is replaced.
func replacements(journals []Journal, i int) []Journal {
	var out []Journal
	if journals[i].Mode != osms.Full {
		return nil
	}
	for _, later := range journals[i+1:] {
		if later.AsAt != journals[i].AsAt {
			break
		}
		if later.Mode == osms.Full {
			out = append(out, later)
		}
	}
	return out
}

// remaining are the rows that still stand in a full roster that others replaced:
// those of persons of whom the others had only a refused row. A refusal is not a
// departure, and without them it would be one.
func remaining(rows []osms.Row, by []Journal) []osms.Row {
	for _, j := range by {
		protected, said := NewProtection(j.Protected), map[osms.IIN]bool{}
		for r := range j.Rows {
			said[j.Rows[r].Person] = true
		}
		var left []osms.Row
		for _, row := range rows {
			if !said[row.Person] && protected.Covers(osms.Claim{Person: row.Person, Name: row.Name, Birth: row.Birth}) {
				left = append(left, row)
			}
		}
		rows = left
	}
	return rows
}

// InOrder reports whether an import may simply be applied behind those that an
// organisation has: nothing later has spoken, be it of a later day or, when the
// import was held meanwhile, of the same day; and it replaces nothing.
func InOrder(others []Journal, next Journal) bool {
	for _, j := range others {
		if j.AsAt > next.AsAt || j.AsAt == next.AsAt && (j.Import > next.Import || next.Mode == osms.Full && j.Mode == osms.Full) {
			return false
		}
	}
	return true
}

// Folded is the outcome of a fold: the claims in order of person, and what one
// chosen import's statements did.
type Folded struct {
	Claims   []osms.Claim
	Verdicts map[osms.IIN]Verdict // of the watched import
}

// Fold makes an organisation's claims from everything that was ever said of it.
// The verdicts are those of the import named by watch (0 for none).
func Fold(journals []Journal, watch int64) Folded {
	journals = slices.Clone(journals)
	Order(journals)
	claims := map[osms.IIN]osms.Claim{}
	verdicts := map[osms.IIN]Verdict{}
	for i, j := range journals {
		for _, c := range j.Base {
			claims[c.Person] = c
		}
		by := replacements(journals, i)
		j.Rows = remaining(j.Rows, by)
		said := map[osms.IIN]bool{}
		for r := range j.Rows {
			row := &j.Rows[r]
			said[row.Person] = true
			c, v := Apply(claims[row.Person], Statement{Import: j.Import, AsAt: j.AsAt, Mode: j.Mode, Row: row})
			claims[row.Person] = c
			if j.Import == watch {
				verdicts[row.Person] = v
			}
		}
		if j.Mode != osms.Full || len(by) > 0 {
			continue
		}
		protected := NewProtection(j.Protected)
		for person, c := range claims {
			if said[person] || protected.Covers(c) {
				continue
			}
			next, v := Apply(c, Statement{Import: j.Import, AsAt: j.AsAt, Mode: j.Mode})
			if v.Effect == None {
				continue
			}
			claims[person] = next
			if j.Import == watch {
				verdicts[person] = v
			}
		}
	}
	f := Folded{Verdicts: verdicts}
	for _, c := range claims {
		if len(c.Enrolments) > 0 {
			f.Claims = append(f.Claims, c)
		}
	}
	slices.SortFunc(f.Claims, func(a, b osms.Claim) int { return cmp.Compare(a.Person, b.Person) })
	return f
}

// Protection answers whom a refused row keeps from ending by absence.
type Protection struct {
	persons []osms.IIN // in order
	keys    map[string]bool
}

// NewProtection indexes the protected persons and keys.
func NewProtection(p osms.Protected) Protection {
	t := Protection{p.Persons, map[string]bool{}}
	if !slices.IsSorted(t.persons) { // one list for a file may serve many organisations
		t.persons = slices.Sorted(slices.Values(t.persons))
	}
	for _, key := range p.Keys {
		t.keys[key] = true
	}
	return t
}

// Covers reports whether the holder of a claim is protected.
func (t Protection) Covers(c osms.Claim) bool {
	_, found := slices.BinarySearch(t.persons, c.Person)
	return found || len(t.keys) > 0 && t.keys[osms.ProtectKey(c.Name, c.Birth)]
}
