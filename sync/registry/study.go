package registry

import "osmsd/sync/osms"

// study takes a row that says "studying" or "academic leave".
func study(c *osms.Claim, s Statement) Verdict {
	r := s.Row
	until, ending := osms.Forever, osms.Open
	if !r.LeftOn.IsZero() {
		until, ending = r.LeftOn, osms.Expected
	}
	if until < s.AsAt {
		return rejected(osms.DateOrder, "left_on", s.AsAt.Dotted())
	}
	if opensAnother(*c, s) {
		return join(c, s, until, ending)
	}
	i := spokenOf(*c, s)
	v := Verdict{Effect: Unchanged}
	if i+1 < len(c.Enrolments) && lastDay(c.Enrolments[i]) < s.AsAt {
		reunite(c, i)
		v = Verdict{Effect: Changed, Review: true}
	}
	if v = v.and(correctFirst(c, i, s)); v.Effect == Rejected {
		return v
	}
	e := &c.Enrolments[i]
	if lastDay(*e) < s.AsAt {
		return v.and(reopen(e, s, until, ending))
	}
	if v = v.and(restate(e, s)); v.Effect == Rejected {
		return v
	}
	last := e.Spans[len(e.Spans)-1]
	if ending == osms.Open || last.Until == until && last.Ending == ending {
		return v
	}
	if until < e.First {
		return rejected(osms.DateOrder, "left_on", e.First.Dotted())
	}
	if i+1 < len(c.Enrolments) && until >= c.Enrolments[i+1].First {
		return rejected(osms.DateOrder, "left_on", c.Enrolments[i+1].First.Dotted())
	}
	endAt(e, until, ending, s)
	v.Effect = Changed
	return v
}

// opensAnother reports whether a row of somebody who studies begins an
// enrolment of its own: nothing is held, or all that is held has ended, and the
// row states no first day or one behind the end.
func opensAnother(c osms.Claim, s Statement) bool {
	n := len(c.Enrolments)
	if n == 0 {
		return true
	}
	if s.Row.EnrolledOn.IsZero() {
		return lastDay(c.Enrolments[n-1]) < s.AsAt
	}
	return behind(c.Enrolments[n-1], s.Row.EnrolledOn)
}

// behind reports whether an enrolment that begins on a day comes after another:
// after its last day, or on the last day of one that ended by an event. Who is
// expelled from one course and enrolled on the next does both on one day.
func behind(e osms.Enrolment, day osms.Date) bool {
	last := e.Spans[len(e.Spans)-1]
	return day > last.Until || day == last.Until && e.First < day && last.Ending != osms.Absence && last.Ending != osms.Open
}

// makeRoom lets an enrolment end on the day before another begins.
func makeRoom(e *osms.Enrolment, day osms.Date) {
	last := e.Spans[len(e.Spans)-1]
	if last.Until < day {
		return
	}
	if last.From == day {
		e.Spans = e.Spans[:len(e.Spans)-1]
		if before := &e.Spans[len(e.Spans)-1]; before.Ending == osms.Open {
			before.Ending = last.Ending
		}
		return
	}
	e.Spans[len(e.Spans)-1].Until = day.Add(-1)
}

// spokenOf finds the enrolment that a row speaks of: the one with the stated
// first day, else the one that holds on the as-at date, else the last.
func spokenOf(c osms.Claim, s Statement) int {
	for i, e := range c.Enrolments {
		if e.First == s.Row.EnrolledOn {
			return i
		}
	}
	for i, e := range c.Enrolments {
		if e.First <= s.AsAt && s.AsAt <= lastDay(e) {
			return i
		}
	}
	return len(c.Enrolments) - 1
}

// reunite makes one enrolment of the i-th and those behind it: the row says that
// the person who studies now has been enrolled since the first day of an earlier
// enrolment. An absence between them was an error and is filled; the gap behind
// a departure stays a gap.
func reunite(c *osms.Claim, i int) {
	e := &c.Enrolments[i]
	for _, next := range c.Enrolments[i+1:] {
		if last := &e.Spans[len(e.Spans)-1]; last.Ending == osms.Absence {
			last.Until, last.Ending = next.First.Add(-1), osms.Open
		}
		e.Spans = append(e.Spans, next.Spans...)
	}
	e.Spans = joined(e.Spans)
	c.Enrolments = c.Enrolments[:i+1]
}

// reopen lets an ended enrolment go on. An absence was an error: it is as if the
// enrolment had not ended. Behind a departure, or an announced end that has
// passed, the gap stays a gap.
func reopen(e *osms.Enrolment, s Statement, until osms.Date, ending osms.Ending) Verdict {
	last := &e.Spans[len(e.Spans)-1]
	if last.Ending == osms.Absence {
		last.Until, last.Ending = until, ending
		source(last, s)
		return Verdict{Effect: Changed}.and(restate(e, s))
	}
	e.Spans = append(e.Spans, span(s.AsAt, until, ending, merge(last.Facts, s.Row.Facts), s))
	return Verdict{Effect: Changed, Review: true}
}

// join opens a new enrolment behind those that are held.
func join(c *osms.Claim, s Statement, until osms.Date, ending osms.Ending) Verdict {
	first := s.Row.EnrolledOn
	if first.IsZero() {
		first = s.AsAt
	}
	if until < first {
		return rejected(osms.DateOrder, "left_on", first.Dotted())
	}
	if n := len(c.Enrolments); n > 0 {
		makeRoom(&c.Enrolments[n-1], first)
	}
	c.Person, c.BIN = s.Row.Person, s.Row.BIN
	c.Enrolments = append(c.Enrolments, osms.Enrolment{First: first,
		Spans: []osms.Span{span(first, until, ending, merge(osms.Facts{}, s.Row.Facts), s)}})
	return Verdict{Effect: Joined, Review: s.Row.Facts.Status == osms.AcademicLeave}
}

// correctFirst moves an enrolment's first day to the one that the row states.
func correctFirst(c *osms.Claim, i int, s Statement) Verdict {
	e, day := &c.Enrolments[i], s.Row.EnrolledOn
	if day.IsZero() || day == e.First {
		return Verdict{Effect: Unchanged}
	}
	if i > 0 && !behind(c.Enrolments[i-1], day) {
		return rejected(osms.DateOrder, "enrolled_on", lastDay(c.Enrolments[i-1]).Dotted())
	}
	if day > lastDay(*e) {
		return rejected(osms.DateOrder, "enrolled_on", lastDay(*e).Dotted())
	}
	if i > 0 {
		makeRoom(&c.Enrolments[i-1], day)
	}
	for e.Spans[0].Until < day {
		e.Spans = e.Spans[1:]
	}
	e.First, e.Spans[0].From = day, day
	source(&e.Spans[0], s)
	return Verdict{Effect: Changed}
}

// lastDay is the last day of an enrolment that is held, Forever while open.
func lastDay(e osms.Enrolment) osms.Date { return e.Spans[len(e.Spans)-1].Until }
