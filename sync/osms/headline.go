package osms

import (
	"slices"
	"strings"
)

// Headline says in one sentence where the money of the month differs most and
// why: the region with the largest difference, the line of its bridge that
// explains most, what is left unexplained, and where the largest unexplained
// sum is when that is another region; and money on no line when that is more
// than anything unexplained. It is computed from the figures alone.
func (r Reconciliation) Headline(lang string) string {
	say := func(code string, named ...string) string { return filled(sentence("headline "+code, lang), named...) }
	if len(r.Lines) == 0 {
		return strings.Join(append([]string{say("nothing")}, r.outside(0, lang)...), "; ") + "."
	}
	most, least := r.Lines[0], r.Lines[0] // least explained
	for _, l := range r.Lines[1:] {
		if over(l.Difference, most.Difference) || l.Difference.same(most.Difference) && over(l.Unexplained, most.Unexplained) {
			most = l
		}
		if over(l.Unexplained, least.Unexplained) {
			least = l
		}
	}
	if most.Difference == 0 {
		most = least
	}
	if most.Difference == 0 && most.Unexplained == 0 {
		return strings.Join(append([]string{say("agrees")}, r.outside(0, lang)...), "; ") + "."
	}
	var clauses []string
	switch {
	case most.Difference < 0:
		clauses = append(clauses, say("less", "amount", most.Difference.size()))
	case most.Difference > 0:
		clauses = append(clauses, say("more", "amount", most.Difference.size()))
	default:
		clauses = append(clauses, say("level"))
	}
	var cause []string
	b, ok := most.largest()
	if ok {
		cause = append(cause, say("cause", "cause", b.Kind.Brief(lang), "amount", b.Amount.Signed(), "persons", count(b.Persons)))
	}
	rest := say("whole")
	switch {
	case most.Unexplained != 0:
		rest = say("rest", "amount", most.Unexplained.Signed())
	case slices.ContainsFunc(most.Bridge, func(b BridgeLine) bool { return !b.Proved }):
		rest = say("stated")
	}
	if over(most.Unexplained, b.Amount) { // what weighs most comes first
		clauses = append(append(clauses, rest), cause...)
	} else {
		clauses = append(append(clauses, cause...), rest)
	}
	if least.Region != most.Region && over(least.Unexplained, most.Unexplained) {
		clauses = append(clauses, say("elsewhere", "region", least.Region.OrNone(lang), "amount", least.Unexplained.Signed()))
	}
	clauses = append(clauses, r.outside(least.Unexplained, lang)...)
	where := most.Region.OrNone(lang)
	if len(r.Lines) > 1 {
		where = say("most", "region", where)
	}
	return where + ": " + strings.Join(clauses, "; ") + "."
}

// outside is the clause about the largest sum on no line, when it is over an
// amount.
func (r Reconciliation) outside(amount Tiyn, lang string) []string {
	var most Unplaced
	for _, u := range r.Unplaced {
		if over(u.Amount, most.Amount) {
			most = u
		}
	}
	if !over(most.Amount, amount) {
		return nil
	}
	return []string{filled(sentence("headline outside", lang), "amount", most.Amount.size(), "persons", count(most.Persons), "why", most.Why.In(lang))}
}

// largest is the line of the bridge that moves most money.
func (l ReconciliationLine) largest() (BridgeLine, bool) {
	if len(l.Bridge) == 0 {
		return BridgeLine{}, false
	}
	return slices.MaxFunc(l.Bridge, func(a, b BridgeLine) int {
		switch {
		case over(a.Amount, b.Amount):
			return 1
		case over(b.Amount, a.Amount):
			return -1
		}
		return 0
	}), true
}

// magnitude is the amount without its sign; also the smallest number has one.
func (t Tiyn) magnitude() uint64 {
	if t < 0 {
		return -uint64(t)
	}
	return uint64(t)
}

// over compares two amounts without their signs.
func over(a, b Tiyn) bool { return a.magnitude() > b.magnitude() }

func (t Tiyn) same(o Tiyn) bool { return t.magnitude() == o.magnitude() }
