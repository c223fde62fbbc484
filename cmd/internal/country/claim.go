package country

import "osmsd/sync/osms"

// stage counts moments of knowledge: 2m when the full rosters of month m have
// arrived, 2m+1 after the late files of month m.
type stage int32

const never stage = 1 << 20

func cutOff(m int) stage   { return stage(2 * m) }
func lateFile(m int) stage { return stage(2*m + 1) }
func (s stage) month() int { return int(s) / 2 }
func (s stage) late() bool { return s%2 == 1 }

// ending is how the end of an enrolment is said.
type ending uint8

const (
	byAbsence ending = iota
	byExpulsion
	byGraduation
	byTransfer
	undatedExpulsion // a leaving status without a date: in a full roster an absence
)

// claim is what one organisation says of one person, with the stages at which
// it says it. A stage that does not happen is never.
type claim struct {
	org  int
	seen stage     // the first row about the enrolment
	from osms.Date // its first day
	form osms.StudyForm

	corrected     stage // another first day is stated
	correctedFrom osms.Date

	ended     stage // the end is said
	how       ending
	last      osms.Date
	back      stage // the absence was an error: the person stands in the list again
	unguarded bool  // absent because of a row that protects nobody

	expected osms.Date // expected end stated from the beginning, or zero

	changed     stage // another form is stated
	changedForm osms.StudyForm
	changedOn   osms.Date

	onLeave stage // academic leave is stated
	faulty  stage // the one row before seen, which is refused
	renamed stage // another surname is stated
}

func newClaim(org int, seen stage, from osms.Date) claim {
	return claim{org: org, seen: seen, from: from, form: osms.FullTime, corrected: never, ended: never,
		back: never, changed: never, onLeave: never, faulty: never, renamed: never}
}

// firstDay is the first day of the enrolment as known at a stage.
func (c *claim) firstDay(at stage) osms.Date {
	if at >= c.corrected {
		return c.correctedFrom
	}
	return c.from
}

// fullTime gives the days of full-time study as known at a stage, both
// included; ok is false when there are none.
func (c *claim) fullTime(at stage) (from, until osms.Date, ok bool) {
	if at < c.seen {
		return 0, 0, false
	}
	from, until = c.firstDay(at), osms.Forever
	if c.expected != 0 {
		until = c.expected
	}
	if at >= c.ended && at < c.back {
		until = min(until, c.last)
	}
	switch changed := at >= c.changed; {
	case c.form == osms.FullTime && changed:
		until = min(until, c.changedOn.Add(-1))
	case c.form != osms.FullTime && changed && c.changedForm == osms.FullTime:
		from = max(from, c.changedOn)
	case c.form != osms.FullTime:
		return 0, 0, false
	}
	return from, until, from <= until
}

// covers reports whether a full-time day lies in the month, as known at a stage.
func (c *claim) covers(m osms.Month, at stage) bool {
	from, until, ok := c.fullTime(at)
	return ok && from <= m.Last() && m.First() <= until
}

// formAt is the form that a row of the stage states.
func (c *claim) formAt(at stage) osms.StudyForm {
	if at >= c.changed {
		return c.changedForm
	}
	return c.form
}

// story is a person's life in the registers: at most two claims.
type story struct {
	plot   plot
	claims [2]claim
	n      int
}

// dueTo gives the index of the claim that is due for the month as known at a
// stage, or -1: the smaller first day of the enrolment, then the smaller BIN.
func (s *story) dueTo(c *country, m osms.Month, at stage) int {
	best := -1
	for i := 0; i < s.n; i++ {
		if !s.claims[i].covers(m, at) {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		a, b := s.claims[i].firstDay(at), s.claims[best].firstDay(at)
		if a < b || a == b && c.orgs[s.claims[i].org].bin < c.orgs[s.claims[best].org].bin {
			best = i
		}
	}
	return best
}

// overlaps reports whether two organisations claim the person full-time on a
// common day of the month, as known at a stage.
func (s *story) overlaps(m osms.Month, at stage) bool {
	if s.n < 2 || s.claims[0].org == s.claims[1].org {
		return false
	}
	a1, b1, ok1 := s.claims[0].fullTime(at)
	a2, b2, ok2 := s.claims[1].fullTime(at)
	return ok1 && ok2 && max(a1, a2, m.First()) <= min(b1, b2, m.Last())
}
