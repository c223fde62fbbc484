package registry

import "osmsd/sync/osms"

// Breaker says when a roster of an organisation waits for an administrator
// instead of being applied. A zero figure switches its rule off; the zero
// Breaker holds nothing. The rules are those of the rules of reading,
// "Breaker": a roster is held when it would end
//
//   - more than Share per cent and more than Persons enrolments, or
//   - more than MediumShare per cent of an organisation of MediumSize or more, or
//   - more than SmallShare per cent of one of SmallSize or more;
//
// when a full roster has more than GrowthTimes times, and GrowthPersons more,
// rows than are held; and when nothing proves a CSV whole and those missing,
// TailShare per cent and TailPersons or more, are the tail of the last roster. A
// sender whose last roster closed with a control total and whose CSV now lacks it
// is held when anybody is missing: the total is what a cut takes first.
type Breaker struct {
	Share, Persons             int
	MediumShare, MediumSize    int
	SmallShare, SmallSize      int
	GrowthTimes, GrowthPersons int
	TailShare, TailPersons     int
}

// DefaultBreaker has the figures that are in force without a configuration.
func DefaultBreaker() Breaker {
	return Breaker{Share: 10, Persons: 20, MediumShare: 30, MediumSize: 10, SmallShare: 50, SmallSize: 3,
		GrowthTimes: 10, GrowthPersons: 100, TailShare: 5, TailPersons: 3}
}

// Measure is what the breaker looks at: a roster of one organisation against
// what is held there.
type Measure struct {
	Held int // persons whose enrolment reaches the as-at date
	Ends int // enrolments that the roster would end, by absence or by row
	Rows int // rows that were accepted
	Full bool
	// Tail counts the missing at the end of the last full roster's order, when
	// nothing proves that the file is whole: see CutTail.
	Tail int
	// TotalGone: somebody is missing from a CSV that nothing proves whole, and the
	// last full roster closed with a control total.
	TotalGone bool
}

// Trip gives the reason for which a roster waits, or "".
func (b Breaker) Trip(m Measure) osms.HoldReason {
	over := func(share int) bool { return share > 0 && m.Ends*100 > share*m.Held }
	switch {
	case over(b.Share) && m.Ends > b.Persons,
		over(b.MediumShare) && m.Held >= b.MediumSize,
		over(b.SmallShare) && m.Held >= b.SmallSize:
		return osms.HoldBreaker
	case b.GrowthTimes > 0 && m.Full && m.Held > 0 && m.Rows > b.GrowthTimes*m.Held && m.Rows > m.Held+b.GrowthPersons:
		return osms.HoldGrowth
	case b.long(m.Tail, m.Held), b.TailShare > 0 && m.TotalGone:
		return osms.HoldCutTail
	}
	return ""
}

// Suspects reports whether so many are missing that CutTail is worth asking.
func (b Breaker) Suspects(missing, held int) bool { return b.long(missing, held) }

func (b Breaker) long(tail, held int) bool {
	return b.TailShare > 0 && tail >= b.TailPersons && tail*100 >= b.TailShare*held
}

// Listed is a person in the order of a roster, with what the roster said of the
// class.
type Listed struct {
	Person       osms.IIN
	Grade, Group string
}

// CutTail counts the missing persons at the end of a roster's order: the longest
// end of it in which at most one in ten is still there (a person who moved to
// another class stands elsewhere in the new file). missing tells of whom the new
// file says nothing; persons who are no longer held are not in order.
//
// Whole classes that stand at the end are no cut when the new file ends with a
// sound row (sound): that is how a school graduates. A cut falls between two
// rows, and there between two classes, hardly ever.
func CutTail(order []Listed, missing func(osms.IIN) bool, sound bool) int {
	tail, from, gone, there := 0, len(order), 0, 0
	for i := len(order) - 1; i >= 0; i-- {
		if !missing(order[i].Person) {
			there++
			continue
		}
		if gone++; there*10 <= gone {
			tail, from = gone, i
		}
	}
	grade := func(l Listed) string { return l.Grade }
	group := func(l Listed) string { return l.Group }
	if sound && tail > 0 && (wholeClasses(order, from, missing, grade) || wholeClasses(order, from, missing, group)) {
		return 0
	}
	return tail
}

// wholeClasses reports whether nobody is left of the classes of those missing
// from a place of the order on.
func wholeClasses(order []Listed, from int, missing func(osms.IIN) bool, class func(Listed) string) bool {
	gone := map[string]bool{}
	for _, l := range order[from:] {
		if missing(l.Person) {
			if class(l) == "" {
				return false
			}
			gone[class(l)] = true
		}
	}
	for _, l := range order {
		if gone[class(l)] && !missing(l.Person) {
			return false
		}
	}
	return true
}
