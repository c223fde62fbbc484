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
		switch v := absent(c, s); v.Effect {
		case Left:
			return Verdict{Effect: LeftByRow}
		default:
			return Verdict{Effect: Unchanged}
		}
	}
	i := enrolmentToEnd(c, r, day)
	if i < 0 {
		if r.EnrolledOn.IsZero() && len(c.Enrolments) > 0 {
			return rejected(osms.DateOrder, "left_on", c.Enrolments[0].First.Dotted())
		}
		if r.EnrolledOn.IsZero() {
			return Verdict{Effect: Unchanged} // nothing is held and nothing begins
		}
		if r.EnrolledOn > day {
			return rejected(osms.DateOrder, "left_on", r.EnrolledOn.Dotted())
		}
		if n := len(c.Enrolments); n > 0 && r.EnrolledOn < c.Enrolments[n-1].First {
			return rejected(osms.DateOrder, "enrolled_on", c.Enrolments[n-1].First.Dotted())
		}
		return join(c, s, day, how) // a whole enrolment, told when it was over
	}
	first := correctFirst(c, i, s)
	if first.Effect == Rejected {
		return first
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
		return first
	}
	endAt(e, day, how, s)
	if e.Spans[len(e.Spans)-1].From > day {
		return rejected(osms.DateOrder, "left_on", e.First.Dotted())
	}
	if last.Ending == osms.Open || last.Ending == osms.Expected {
		return Verdict{Effect: LeftByRow}
	}
	return Verdict{Effect: Changed}
}

// enrolmentToEnd finds the enrolment that a leaving row speaks of: the one with
// its first day, else the last that had begun by the leaving day; -1 when there
// is none, or when the row tells of one that began after all that is held.
func enrolmentToEnd(c *osms.Claim, r *osms.Row, day osms.Date) int {
	found := -1
	for i, e := range c.Enrolments {
		if !r.EnrolledOn.IsZero() && e.First == r.EnrolledOn {
			return i
		}
		if e.First <= day {
			found = i
		}
	}
	if found >= 0 && !r.EnrolledOn.IsZero() {
		e := c.Enrolments[found]
		if r.EnrolledOn > e.Spans[len(e.Spans)-1].Until {
			return -1
		}
	}
	return found
}
