package registry

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"osmsd/sync/osms"
)

// Edit is the bitemporal difference of one claim: spans that stop being
// believed and spans that begin to be. A span that stays is in neither, so it
// keeps the import that first stated it.
type Edit struct {
	Close, Open []HeldSpan
}

// HeldSpan is a span with the enrolment and claim that it belongs to: one fact
// row of the register.
type HeldSpan struct {
	Person osms.IIN
	BIN    osms.BIN
	Name   osms.Name
	Birth  osms.Date
	First  osms.Date
	osms.Span
}

// Spans lists a claim's fact rows.
func Spans(c osms.Claim) []HeldSpan {
	var out []HeldSpan
	for _, e := range c.Enrolments {
		for _, s := range e.Spans {
			out = append(out, HeldSpan{c.Person, c.BIN, c.Name, c.Birth, e.First, s})
		}
	}
	return out
}

// Difference gives the rows to close and to open so that after is believed in
// place of before.
func Difference(before, after osms.Claim) Edit {
	old, new := Spans(before), Spans(after)
	var e Edit
	for _, s := range old {
		if !slices.ContainsFunc(new, func(t HeldSpan) bool { return alike(s, t) }) {
			e.Close = append(e.Close, s)
		}
	}
	for _, s := range new {
		if !slices.ContainsFunc(old, func(t HeldSpan) bool { return alike(s, t) }) {
			e.Open = append(e.Open, s)
		}
	}
	return e
}

// alike compares what two rows state, not where they come from.
func alike(a, b HeldSpan) bool {
	a.Import, a.Place, b.Import, b.Place = 0, osms.Place{}, 0, osms.Place{}
	return a == b
}

func believedAlike(before, after osms.Claim) bool {
	return slices.EqualFunc(Spans(before), Spans(after), alike)
}

func sortChanges(changes []Change) {
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.After.Person, b.After.Person) })
}

// Hash is the hash of an organisation's diff: over the declaration, the
// organisation's version and the person-level difference, never over the file's
// bytes, name or time. The same content in any row order gives the same hash.
func (o Outcome) Hash(region osms.Region, mode osms.Mode, asAt osms.Date, version int64) string {
	h := sha256.New()
	fmt.Fprintf(h, "roster|%s|%s|%s|%s|%d\n", region, mode, asAt, o.BIN, version)
	line := func(sign string, s HeldSpan) {
		fmt.Fprintf(h, "%s|%s|%q|%q|%q|%s|%s|%s|%s|%s|%q\n", sign, s.Person.Digits(), s.Name.Surname, s.Name.Given,
			s.Name.Patronymic, s.Birth, s.First, s.From, s.Until, s.Ending, s.Facts)
	}
	for _, c := range o.Changes {
		e := Difference(c.Before, c.After)
		for _, s := range e.Close {
			line("-", s)
		}
		for _, s := range e.Open {
			line("+", s)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
