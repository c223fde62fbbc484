package registry

import "osmsd/sync/osms"

// leave takes a row with a leaving status: the enrolment ends on left_on. In a
// full roster a leaving row without a date counts as absence, stated by a row.
func leave(c *osms.Claim, s Statement) Verdict {
	r := s.Row
	day, how := r.LeftOn, osms.EndingOf(r.Facts.Status)
	if day.IsZero() {
		if s.Mode != osms.Full {
			return rejected(osms.LeftOnMissing, "left_on", "")
		}
		if absent(c, s).Effect == Left {
			return Verdict{Effect: LeftByRow}
		}
		return Verdict{Effect: Unchanged}
	}
	i := enrolmentToEnd(c, r, day)
	if i < 0 {
		return leaveUnheld(c, s, day, how)
	}
	v := correctFirst(c, i, s)
	if v.Effect == Rejected {
		return v
	}
	e := &c.Enrolments[i]
	if day < e.First {
		return rejected(osms.DateOrder, "left_on", e.First.Dotted())
	}
	if i+1 < len(c.Enrolments) && day >= c.Enrolments[i+1].First {
		return rejected(osms.DateOrder, "left_on", c.Enrolments[i+1].First.Dotted())
	}
	last := e.Spans[len(e.Spans)-1]
	if last.Until == day && last.Ending == how {
		return v
	}
	endAt(e, day, how, s)
	if last.Ending == osms.Open || last.Ending == osms.Expected {
		return Verdict{Effect: LeftByRow}
	}
	return Verdict{Effect: Changed, Review: last.Until < day}
}

// leaveUnheld takes a leaving row that speaks of no enrolment that is held. It
// tells of a whole enrolment when it states the first day, or when the last day
// is still to come: then, as for everybody, the as-at date is the first. A
// departure of somebody of whom nothing is held says what is believed already.
func leaveUnheld(c *osms.Claim, s Statement, day osms.Date, how osms.Ending) Verdict {
	n, first := len(c.Enrolments), s.Row.EnrolledOn
	switch {
	case first.IsZero() && n > 0:
		return rejected(osms.DateOrder, "left_on", c.Enrolments[0].First.Dotted())
	case first.IsZero() && day < s.AsAt:
		return Verdict{Effect: Unchanged}
	case first > day:
		return rejected(osms.DateOrder, "left_on", first.Dotted())
	case n > 0 && first < c.Enrolments[n-1].First:
		return rejected(osms.DateOrder, "enrolled_on", c.Enrolments[n-1].First.Dotted())
	}
	return join(c, s, day, how)
}

// enrolmentToEnd finds the enrolment that a leaving row speaks of: the one with
// its first day, else the last that had begun by the leaving day; -1 when there
// is none, or when the row tells of one that began after all that is held.
func enrolmentToEnd(c *osms.Claim, r *osms.Row, day osms.Date) int {
	found := -1
	for i, e := range c.Enrolments {
		if e.First == r.EnrolledOn {
			return i
		}
		if e.First <= day {
			found = i
		}
	}
	if found >= 0 && !r.EnrolledOn.IsZero() && behind(c.Enrolments[found], r.EnrolledOn) {
		return -1
	}
	return found
}
