package registry

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"osmsd/sync/osms"
)

// Edit is the bitemporal difference of one claim: spans that stop being
// believed and spans that begin to be. A span that stays is in neither, so it
// keeps the import that first stated it.
type Edit struct {
	Close, Open []osms.Fact
}

// Spans lists a claim's fact rows.
func Spans(c osms.Claim) []osms.Fact {
	var out []osms.Fact
	for _, e := range c.Enrolments {
		for _, s := range e.Spans {
			out = append(out, osms.Fact{Person: c.Person, BIN: c.BIN, Name: c.Name, Birth: c.Birth, First: e.First, Span: s})
		}
	}
	return out
}

// Difference gives the rows to close and to open so that after is believed in
// place of before.
func Difference(before, after osms.Claim) Edit {
	return difference(before, after, func(osms.Fact) bool { return true })
}

// difference is Difference where rows of which stands is false do not stay.
func difference(before, after osms.Claim, stands func(osms.Fact) bool) Edit {
	old, new := Spans(before), Spans(after)
	stays := func(s, t osms.Fact) bool { return alike(s, t) && stands(s) }
	var e Edit
	for _, s := range old {
		if !slices.ContainsFunc(new, func(t osms.Fact) bool { return stays(s, t) }) {
			e.Close = append(e.Close, s)
		}
	}
	for _, s := range new {
		if !slices.ContainsFunc(old, func(t osms.Fact) bool { return stays(t, s) }) {
			e.Open = append(e.Open, s)
		}
	}
	return e
}

// Restated counts the rows that an edit closes and opens, without those that
// only get another source.
func Restated(e Edit) (closed, opened int) {
	has := func(in []osms.Fact, f osms.Fact) bool {
		return slices.ContainsFunc(in, func(g osms.Fact) bool { return alike(f, g) })
	}
	for _, f := range e.Close {
		if !has(e.Open, f) {
			closed++
		}
	}
	for _, f := range e.Open {
		if !has(e.Close, f) {
			opened++
		}
	}
	return closed, opened
}

// alike compares what two rows state, not where they come from.
func alike(a, b osms.Fact) bool {
	a.Import, a.Place, b.Import, b.Place = 0, osms.Place{}, 0, osms.Place{}
	return a == b
}

func sortChanges(changes []Change) {
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.After.Person, b.After.Person) })
}

// Hash is the hash of an organisation's diff: over the declaration, the
// organisation's version and the person-level difference, never over the file's
// bytes, name or time. The same content in any row order gives the same hash.
func (o Outcome) Hash(region osms.Region, mode osms.Mode, asAt osms.Date, version int64) string {
	h := sha256.New()
	b := make([]byte, 0, 512)
	text := func(parts ...string) {
		for _, s := range parts {
			b = binary.AppendUvarint(b, uint64(len(s)))
			b = append(b, s...)
		}
	}
	number := func(parts ...int64) {
		for _, n := range parts {
			b = binary.AppendVarint(b, n)
		}
	}
	text("roster", string(mode))
	number(int64(region), int64(asAt), int64(o.BIN), version)
	h.Write(b)
	lines := func(sign string, facts []osms.Fact) {
		for i := range facts {
			f := &facts[i]
			b = b[:0]
			text(sign, f.Name.Surname, f.Name.Given, f.Name.Patronymic, string(f.Ending), string(f.Facts.Form), string(f.Facts.Level),
				string(f.Facts.Status), f.Facts.Grade, f.Facts.Group, f.Facts.Speciality, f.Facts.Language, f.Facts.Funding)
			number(int64(f.Person), int64(f.Birth), int64(f.First), int64(f.From), int64(f.Until))
			h.Write(b)
		}
	}
	for i := range o.Changes {
		lines("-", o.Changes[i].Edit.Close)
		lines("+", o.Changes[i].Edit.Open)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Claims puts facts, in order of person, organisation and day, together to
// claims.
func Claims(facts []osms.Fact) []osms.Claim {
	var out []osms.Claim
	for _, f := range facts {
		n := len(out)
		if n == 0 || out[n-1].Person != f.Person || out[n-1].BIN != f.BIN {
			out = append(out, osms.Claim{Person: f.Person, BIN: f.BIN, Name: f.Name, Birth: f.Birth})
			n++
		}
		c := &out[n-1]
		if k := len(c.Enrolments); k == 0 || c.Enrolments[k-1].First != f.First {
			c.Enrolments = append(c.Enrolments, osms.Enrolment{First: f.First})
		}
		e := &c.Enrolments[len(c.Enrolments)-1]
		e.Spans = append(e.Spans, f.Span)
	}
	return out
}
