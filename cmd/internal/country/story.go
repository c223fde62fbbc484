package country

import "osmsd/sync/osms"

// plot is the kind of thing that happens to a person.
type plot uint8

const (
	stay plot = iota
	partTimer
	joinFull       // new in a full roster
	leaveAbsent    // missing from a full roster
	leaveRow       // a leaving row with its date
	leaveUndated   // a leaving row without a date in a full roster
	joinLate       // a late file says that the person joined
	leaveLate      // a late file says that the person had left
	toPartTime     // full-time ends by a change of form in a full roster
	toPartTimeLate // the same by a late file
	toFullTime
	academicLeave
	transferWithin
	transferCross
	movedLate    // left one region for another, said by late files
	doubleClaim  // claimed by two organisations
	settledLate  // claimed by two at the cut-off; a late file settles it
	expectedEnd  // an announced last day comes
	marriage     // another surname
	correction   // another first day
	absenceError // left out once by mistake
	rejoin       // leaves, and is enrolled again
	ghost        // only ever in a row that is refused
	lateAccepted // refused in one month, right in the next
	unguarded    // refused in a way that protects nobody, right in the next
	plots
)

var plotNames = [plots]string{"stay", "part_timer", "join_full", "leave_absent", "leave_row", "leave_undated", "join_late",
	"leave_late", "to_part_time", "to_part_time_late", "to_full_time", "academic_leave", "transfer_within", "transfer_cross",
	"moved_late", "double_claim", "settled_late", "expected_end", "marriage", "correction", "absence_error", "rejoin",
	"ghost", "late_accepted", "unguarded"}

// plotShare is how many of 10,000 persons live a plot; the rest stay. The last
// three come from the mess and are for a mess of one per cent.
var plotShare = [plots]int{partTimer: 400, joinFull: 120, leaveAbsent: 80, leaveRow: 90, leaveUndated: 30, joinLate: 60,
	leaveLate: 60, toPartTime: 30, toPartTimeLate: 30, toFullTime: 30, academicLeave: 40, transferWithin: 40,
	transferCross: 50, movedLate: 45, doubleClaim: 60, settledLate: 45, expectedEnd: 40, marriage: 30, correction: 25,
	absenceError: 25, rejoin: 30, ghost: 80, lateAccepted: 25, unguarded: 20}

// plotTable lays the shares end to end, for a mess.
func plotTable(mess float64) (ends [plots]int) {
	at := 0
	for p := partTimer; p < plots; p++ {
		share := plotShare[p] * 100 // in parts of a million
		if p >= ghost {
			share = int(float64(share) * mess * 100)
		}
		at += share
		ends[p] = at
	}
	return ends
}

func (c *country) plotOf(org, index int) (plot, draw) {
	d := newDraw(c.opt.Seed, saltStory, uint64(org), uint64(index))
	k := d.n(1_000_000)
	if k >= c.plotEnds[plots-1] {
		return stay, d
	}
	for p := partTimer; p < plots; p++ {
		if k < c.plotEnds[p] {
			return p, d
		}
	}
	return stay, d
}

// meets reports whether the plot can involve another organisation.
func (p plot) meets() bool {
	return p == transferWithin || p == transferCross || p == movedLate || p == doubleClaim || p == settledLate
}

func (c *country) asAt(m int) osms.Date { return c.opt.First.Add(m).First() }

// day is a day of the month with index m; -1 is the month before the first.
func (c *country) day(m, day int) osms.Date { return c.opt.First.Add(m).First().Add(day - 1) }

// stated is the first day of an enrolment that begins at a stage: the stated
// one, or the as-at date where a full roster has no column for it.
func (c *country) stated(org int, at stage, day osms.Date) osms.Date {
	if !at.late() && !c.unitOf(org).has.enrolled {
		return c.asAt(at.month())
	}
	return day
}

func (c *country) unitOf(org int) *unit { return &c.units[c.orgs[org].unit] }

// claimAt begins a claim; organisations that announce the end of every course
// announce it here.
func (c *country) claimAt(org int, at stage, day osms.Date) claim {
	k := newClaim(org, at, c.stated(org, at, day))
	if c.unitOf(org).has.expected {
		k.expected, _ = osms.NewDate(c.opt.First.Add(c.opt.Months).Year()+1+org%3, 6, 30)
	}
	return k
}

// storyOf is the whole life of a person. A plot that the person's organisation,
// the number of months or the dates have no room for becomes stay.
func (c *country) storyOf(p *person) story {
	kind, d := c.plotOf(p.org, p.index)
	home := c.claimAt(p.org, cutOff(0), c.enrolledOn(p))
	s := story{plot: kind, n: 1}
	s.claims[0] = home
	if kind != stay && !c.tell(&s, p, &d) {
		s = story{plot: stay, n: 1}
		s.claims[0] = home
	}
	return s
}
