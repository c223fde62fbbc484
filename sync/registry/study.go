package registry

import "osmsd/sync/osms"

// study takes a row that says "studying" or "academic leave".
func study(c *osms.Claim, s Statement) Verdict {
	r := s.Row
	until, ending := osms.Forever, osms.Open
	if !r.LeftOn.IsZero() {
		until, ending = r.LeftOn, osms.Expected
	}
	n := len(c.Enrolments)
	if n == 0 {
		return join(c, s, until, ending)
	}
	e := &c.Enrolments[n-1]
	last := &e.Spans[len(e.Spans)-1]
	if last.Until < s.AsAt { // ended
		if r.EnrolledOn.IsZero() || r.EnrolledOn > last.Until {
			return join(c, s, until, ending)
		}
		if v := correctFirst(c, n-1, s); v.Effect == Rejected {
			return v
		}
		e = &c.Enrolments[n-1]
		last = &e.Spans[len(e.Spans)-1]
		if last.Ending == osms.Absence {
			// The absence was an error: as if it had not ended.
			last.Until, last.Ending = until, ending
			source(last, s)
			restate(e, s)
			return Verdict{Effect: Changed, Review: r.Facts.Status == osms.AcademicLeave}
		}
		// Left and came back: the gap stays a gap.
		e.Spans = append(e.Spans, span(s.AsAt, until, ending, merge(last.Facts, r.Facts), s))
		return Verdict{Effect: Changed, Review: true}
	}
	v := correctFirst(c, n-1, s)
	if v.Effect == Rejected {
		return v
	}
	e = &c.Enrolments[n-1]
	if changed, onLeave := restate(e, s); changed {
		v = Verdict{Effect: Changed, Review: onLeave}
	}
	if last = &e.Spans[len(e.Spans)-1]; ending == osms.Expected && (last.Until != until || last.Ending != ending) {
		if until < last.From {
			return rejected(osms.DateOrder, "left_on", last.From.Dotted())
		}
		last.Until, last.Ending = until, ending
		source(last, s)
		v.Effect = Changed
	}
	return v
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
	if i > 0 {
		previous := c.Enrolments[i-1]
		if day <= previous.Spans[len(previous.Spans)-1].Until {
			return rejected(osms.DateOrder, "enrolled_on", previous.Spans[len(previous.Spans)-1].Until.Dotted())
		}
	}
	if last := e.Spans[len(e.Spans)-1]; day > last.Until {
		return rejected(osms.DateOrder, "enrolled_on", last.Until.Dotted())
	}
	for e.Spans[0].Until < day {
		e.Spans = e.Spans[1:]
	}
	e.First, e.Spans[0].From = day, day
	source(&e.Spans[0], s)
	return Verdict{Effect: Changed}
}

// restate lays the row's facts over the enrolment from the day they hold and
// reports whether anything changed, and whether that is an academic leave.
func restate(e *osms.Enrolment, s Statement) (changed, onLeave bool) {
	last := e.Spans[len(e.Spans)-1]
	f := merge(last.Facts, s.Row.Facts)
	if f == last.Facts {
		return false, false
	}
	from := min(max(effectiveFrom(s), e.First), last.Until)
	for len(e.Spans) > 0 && e.Spans[len(e.Spans)-1].From >= from {
		e.Spans = e.Spans[:len(e.Spans)-1]
	}
	if n := len(e.Spans); n > 0 && e.Spans[n-1].Until >= from {
		before := &e.Spans[n-1]
		before.Until, before.Ending = from.Add(-1), osms.Open
	}
	e.Spans = append(e.Spans, span(from, last.Until, last.Ending, f, s))
	return true, f.Status == osms.AcademicLeave
}
