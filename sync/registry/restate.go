package registry

import "osmsd/sync/osms"

// restate lays the row's facts over the enrolment from the day on which they
// take effect. A row that says what is held from the as-at date on changes
// nothing, whatever the date of its order.
func restate(e *osms.Enrolment, s Statement) Verdict {
	if !differs(e.Spans, s) {
		return Verdict{Effect: Unchanged}
	}
	from := effectiveFrom(s)
	if from > lastDay(*e) {
		return rejected(osms.DateOrder, "order_date", lastDay(*e).Dotted())
	}
	spans := lay(e.Spans, from, s)
	if len(spans) == len(e.Spans) {
		same := true
		for i := range spans {
			same = same && spans[i].From == e.Spans[i].From && spans[i].Facts == e.Spans[i].Facts
		}
		if same {
			return Verdict{Effect: Unchanged}
		}
	}
	e.Spans = spans
	return Verdict{Effect: Changed, Review: s.Row.Facts.Status == osms.AcademicLeave}
}

func differs(spans []osms.Span, s Statement) bool {
	for _, sp := range spans {
		if sp.Until >= s.AsAt && merge(sp.Facts, s.Row.Facts) != sp.Facts {
			return true
		}
	}
	return false
}

// lay states the row's facts on every day of the spans from a day on. Days that
// were no part of them stay none.
func lay(spans []osms.Span, from osms.Date, s Statement) []osms.Span {
	var out []osms.Span
	for _, sp := range spans {
		f := merge(sp.Facts, s.Row.Facts)
		if sp.Until < from || f == sp.Facts {
			out = append(out, sp)
			continue
		}
		if sp.From < from {
			before := sp
			before.Until, before.Ending = from.Add(-1), osms.Open
			out = append(out, before)
			sp.From = from
		}
		sp.Facts = f
		source(&sp, s)
		out = append(out, sp)
	}
	return joined(out)
}

// joined makes one of neighbouring spans that state the same; it keeps the
// source of the first.
func joined(spans []osms.Span) []osms.Span {
	out := spans[:1]
	for _, sp := range spans[1:] {
		last := &out[len(out)-1]
		if last.Ending == osms.Open && last.Facts == sp.Facts && last.Until.Add(1) == sp.From {
			last.Until, last.Ending = sp.Until, sp.Ending
			continue
		}
		out = append(out, sp)
	}
	return out
}
