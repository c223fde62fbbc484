package registry

import (
	"slices"

	"osmsd/sync/osms"
)

// Apply takes one statement into a claim, by the table "What a row does" of the
// rules of reading, and gives the claim that follows. The claim passed in is not
// changed. A statement that cannot be true of the claim is Rejected and leaves
// it as it was: a refusal is not a departure.
func Apply(c osms.Claim, s Statement) (osms.Claim, Verdict) {
	before := c
	c.Enrolments = slices.Clone(c.Enrolments)
	for i := range c.Enrolments {
		c.Enrolments[i].Spans = slices.Clone(c.Enrolments[i].Spans)
	}
	if s.Row == nil {
		v := absent(&c, s)
		return settled(c, before), v
	}
	name, v := newName(c, s.Row)
	if v.Effect == Rejected {
		return before, v
	}
	did := Verdict{}
	if s.Row.Facts.Status.Leaving() {
		did = leave(&c, s)
	} else {
		did = study(&c, s)
	}
	if did.Effect == Rejected {
		return before, did
	}
	if len(c.Enrolments) == 0 {
		return settled(c, before), did
	}
	if c.Name != name || c.Birth != birthOf(c, s.Row) {
		c.Name, c.Birth = name, birthOf(c, s.Row)
		if did.Effect == Unchanged {
			did.Effect = Changed
		}
	}
	if did.Code == "" {
		did.Code, did.Field, did.Detail = v.Code, v.Field, v.Detail
	}
	return c, did
}

// settled forgets the name of somebody of whom nothing is held: a claim without
// enrolments says nothing, and the next row is the first.
func settled(c, before osms.Claim) osms.Claim {
	if len(c.Enrolments) == 0 {
		return osms.Claim{Person: before.Person, BIN: before.BIN}
	}
	return c
}

// newName judges a row's name against the claim's: when both the folded surname
// and the folded given name differ, the number belongs to somebody else and the
// row is refused; when one differs it is a change of name. An empty patronymic
// says nothing.
func newName(c osms.Claim, r *osms.Row) (osms.Name, Verdict) {
	name := r.Name
	if c.Name == (osms.Name{}) {
		return name, Verdict{}
	}
	if name.Patronymic == "" {
		name.Patronymic = c.Name.Patronymic
	}
	if name == c.Name {
		return name, Verdict{}
	}
	surname := osms.FoldName(name.Surname) != osms.FoldName(c.Name.Surname)
	given := osms.FoldName(name.Given) != osms.FoldName(c.Name.Given)
	switch {
	case surname && given:
		return name, rejected(osms.NameMismatch, "surname", c.Name.String())
	case surname || given:
		return name, Verdict{Code: osms.NameChanged, Field: "surname", Detail: c.Name.String()}
	}
	return name, Verdict{}
}

func birthOf(c osms.Claim, r *osms.Row) osms.Date {
	if r.Birth.IsZero() {
		return c.Birth
	}
	return r.Birth
}

// merge lays what a row states over what is held: an empty field says nothing,
// and a row that states no status is studying.
func merge(held, row osms.Facts) osms.Facts {
	pick := func(row, held string) string {
		if row == "" {
			return held
		}
		return row
	}
	return osms.Facts{
		Form:       osms.StudyForm(pick(string(row.Form), string(held.Form))),
		Level:      osms.Level(pick(string(row.Level), string(held.Level))),
		Status:     studying(row.Status),
		Grade:      pick(row.Grade, held.Grade),
		Group:      pick(row.Group, held.Group),
		Speciality: pick(row.Speciality, held.Speciality),
		Language:   pick(row.Language, held.Language),
		Funding:    pick(row.Funding, held.Funding),
	}
}

// studying is the status that a span carries: a departure is its ending.
func studying(s osms.Status) osms.Status {
	if s == osms.AcademicLeave {
		return s
	}
	return osms.Studying
}

// absent ends the enrolment that holds on the as-at date on the day before it.
// An enrolment that was to begin on that very day never was; one that begins
// later is not contradicted.
func absent(c *osms.Claim, s Statement) Verdict {
	i := len(c.Enrolments) - 1
	for i >= 0 && c.Enrolments[i].First > s.AsAt {
		i--
	}
	if i < 0 || lastDay(c.Enrolments[i]) < s.AsAt {
		return Verdict{}
	}
	e := &c.Enrolments[i]
	if e.First == s.AsAt {
		c.Enrolments = slices.Delete(c.Enrolments, i, i+1)
		return Verdict{Effect: Left}
	}
	for e.Spans[len(e.Spans)-1].From >= s.AsAt {
		e.Spans = e.Spans[:len(e.Spans)-1]
	}
	// What was reopened on this very day had ended before, in its own way.
	if last := e.Spans[len(e.Spans)-1]; last.Until >= s.AsAt || last.Ending == osms.Open {
		endAt(e, s.AsAt.Add(-1), osms.Absence, s)
	}
	return Verdict{Effect: Left}
}

// endAt cuts an enrolment, so that day is its last, or stretches its last span
// to it.
func endAt(e *osms.Enrolment, day osms.Date, how osms.Ending, s Statement) {
	for len(e.Spans) > 1 && e.Spans[len(e.Spans)-1].From > day {
		e.Spans = e.Spans[:len(e.Spans)-1]
	}
	last := &e.Spans[len(e.Spans)-1]
	last.Until, last.Ending = day, how
	source(last, s)
}

func source(span *osms.Span, s Statement) {
	span.Import = s.Import
	if s.Row != nil {
		span.Place = s.Row.Place
	} else {
		span.Place = osms.Place{}
	}
}

func span(from, until osms.Date, how osms.Ending, f osms.Facts, s Statement) osms.Span {
	sp := osms.Span{From: from, Until: until, Ending: how, Facts: f}
	source(&sp, s)
	return sp
}

// effectiveFrom is the day from which a statement's facts hold: the as-at date
// of a full roster; in a delta the date of the order, else the as-at date.
func effectiveFrom(s Statement) osms.Date {
	if s.Mode == osms.Delta && !s.Row.OrderDate.IsZero() {
		return s.Row.OrderDate
	}
	return s.AsAt
}
