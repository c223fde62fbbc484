package entitlement_test

import (
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
)

const (
	// grown was born on 11 May 2000, pupil on 29 February 2008: 18 in February 2026.
	grown osms.IIN = 511500123
	pupil osms.IIN = 80229500123

	college osms.BIN = 990140000018
	lyceum  osms.BIN = 990240000019
)

// study makes a claim of one organisation from spans such as
// "2025-09-01 2026-01-15 part_time leave"; a day that is left out is Forever,
// "+" begins a span of the same enrolment.
func study(t *testing.T, bin osms.BIN, spans ...string) entitlement.Source {
	t.Helper()
	s := entitlement.Source{Claim: osms.Claim{BIN: bin}, Region: 63}
	if bin == lyceum {
		s.Region = 10
	}
	for _, text := range spans {
		span := osms.Span{Until: osms.Forever, Facts: osms.Facts{Form: osms.FullTime, Status: osms.Studying}}
		same := false
		for _, word := range strings.Fields(text) {
			switch day, err := osms.ParseDate(word); {
			case word == "+":
				same = true
			case err == nil && span.From == 0:
				span.From = day
			case err == nil:
				span.Until = day
			case word == "leave":
				span.Facts.Status = osms.AcademicLeave
			default:
				span.Facts.Form = osms.StudyForm(word)
			}
		}
		c := &s.Claim
		if !same {
			c.Enrolments = append(c.Enrolments, osms.Enrolment{First: span.From})
		}
		e := &c.Enrolments[len(c.Enrolments)-1]
		e.Spans = append(e.Spans, span)
	}
	return s
}

// tell writes periods as "2025-09..2026-02 1 63, 2026-03.. 13 63".
func tell(periods []osms.Entitlement) string {
	var out []string
	for _, e := range periods {
		to := e.To.String()
		if e.To == osms.EndlessMonth {
			to = ""
		}
		out = append(out, fmt.Sprintf("%s..%s %s %s", e.From, to, e.Category, e.Region))
	}
	return strings.Join(out, ", ")
}

func rulesOf(leaveDue bool, changes ...entitlement.Change) entitlement.Rules {
	r := entitlement.DefaultRules()
	r.AcademicLeaveDue, r.Changes = leaveDue, changes
	return r
}

func TestDerive(t *testing.T) {
	leaveEnds := rulesOf(true, entitlement.Change{Since: 202604, Choices: entitlement.Choices{AcademicLeaveDue: false, ChildFirst: true}})
	for _, c := range []struct {
		name    string
		person  osms.IIN
		sources []entitlement.Source
		rules   entitlement.Rules
		want    string
	}{
		{"nothing is held", grown, nil, rulesOf(true), ""},
		{"one day of a month makes the month due", grown, []entitlement.Source{study(t, college, "2025-09-30 2025-10-01")}, rulesOf(true), "2025-09..2025-10 13 63"},
		{"open study has no end", grown, []entitlement.Source{study(t, college, "2025-09-01")}, rulesOf(true), "2025-09.. 13 63"},
		{"a gap inside a month makes no gap", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-10-05", "2025-10-25 2025-12-31")}, rulesOf(true), "2025-09..2025-12 13 63"},
		{"a month without a day is not due", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-10-31", "2025-12-01 2025-12-31")}, rulesOf(true), "2025-09..2025-10 13 63, 2025-12..2025-12 13 63"},
		{"part-time, evening, distance and external study are never due", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-09-30 part_time", "2025-10-01 2025-10-31 evening", "2025-11-01 2025-11-30 distance", "2025-12-01 external")}, rulesOf(true), ""},
		{"a change to part-time ends the claim with its month", grown, []entitlement.Source{study(t, college, "2025-09-01 2026-01-14", "+ 2026-01-15 part_time")}, rulesOf(true), "2025-09..2026-01 13 63"},
		{"a child, then a learner, without a gap", pupil, []entitlement.Source{study(t, college, "2025-09-01")}, rulesOf(true), "2025-09..2026-02 1 63, 2026-03.. 13 63"},
		{"a child who leaves in the month of the birthday", pupil, []entitlement.Source{study(t, college, "2025-09-01 2026-02-01")}, rulesOf(true), "2025-09..2026-02 1 63"},
		{"an adult who joins in the month after", pupil, []entitlement.Source{study(t, college, "2026-03-01")}, rulesOf(true), "2026-03.. 13 63"},
		{"children as learners where configured", pupil, []entitlement.Source{study(t, college, "2025-09-01")}, entitlement.Rules{Choices: entitlement.Choices{AcademicLeaveDue: true}}, "2025-09.. 13 63"},
		{"academic leave is due by default", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-12-31", "+ 2026-01-01 leave")}, rulesOf(true), "2025-09.. 13 63"},
		{"academic leave is not due where configured", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-12-15", "+ 2025-12-16 2026-06-30 leave", "+ 2026-07-01")}, rulesOf(false), "2025-09..2025-12 13 63, 2026-07.. 13 63"},
		{"academic leave under a rule that changes", grown, []entitlement.Source{study(t, college, "2026-01-01 leave")}, leaveEnds, "2026-01..2026-03 13 63"},
		{"the smaller first day claims", grown, []entitlement.Source{study(t, college, "2025-10-01"), study(t, lyceum, "2025-09-01")}, rulesOf(true), "2025-09.. 13 10"},
		{"on the same first day the smaller BIN", grown, []entitlement.Source{study(t, lyceum, "2025-09-01"), study(t, college, "2025-09-01")}, rulesOf(true), "2025-09.. 13 63"},
		{"the first day of the enrolment, not of its full-time part", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-12-31 part_time", "+ 2026-01-01"), study(t, lyceum, "2025-10-01")}, rulesOf(true), "2025-10..2025-12 13 10, 2026-01.. 13 63"},
		{"a transfer inside a month: the one left behind claims it", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-10-10"), study(t, lyceum, "2025-10-13")}, rulesOf(true), "2025-09..2025-10 13 63, 2025-11.. 13 10"},
		{"the other claims when the first leaves", grown, []entitlement.Source{study(t, college, "2025-09-01 2025-12-31"), study(t, lyceum, "2025-10-01 2026-02-15")}, rulesOf(true), "2025-09..2025-12 13 63, 2026-01..2026-02 13 10"},
	} {
		if got := tell(entitlement.Derive(c.person, c.sources, c.rules, nil, nil)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestOverlaps(t *testing.T) {
	leaveEnds := rulesOf(true, entitlement.Change{Since: 202604})
	for _, c := range []struct {
		name string
		a, b entitlement.Source
		want string
	}{
		{"no day in common", study(t, college, "2025-09-01 2025-10-10"), study(t, lyceum, "2025-10-11"), ""},
		{"one day in common", study(t, college, "2025-09-01 2025-10-10"), study(t, lyceum, "2025-10-10"), "2025-10-10..2025-10-10"},
		{"open on both sides", study(t, college, "2025-09-01"), study(t, lyceum, "2025-10-10"), "2025-10-10..9999-12-31"},
		{"part-time is no claim", study(t, college, "2025-09-01 part_time"), study(t, lyceum, "2025-10-10"), ""},
		{"each stretch is one", study(t, college, "2025-09-01"), study(t, lyceum, "2025-10-01 2025-10-10", "2025-12-01 2025-12-31"), "2025-10-01..2025-10-10, 2025-12-01..2025-12-31"},
		{"another course is the same stretch", study(t, college, "2025-09-01 2025-11-30", "+ 2025-12-01"), study(t, lyceum, "2025-10-01"), "2025-10-01..9999-12-31"},
		{"academic leave under a rule that changes", study(t, college, "2025-09-01"), study(t, lyceum, "2026-01-01 leave"), "2026-01-01..2026-03-31"},
	} {
		for _, sources := range [][]entitlement.Source{{c.a, c.b}, {c.b, c.a}} {
			var out []string
			for _, o := range entitlement.Overlaps(sources, leaveEnds, nil) {
				if o.A != college || o.B != lyceum {
					t.Errorf("%s: between %s and %s", c.name, o.A, o.B)
				}
				out = append(out, fmt.Sprintf("%s..%s", o.From, o.Until))
			}
			if got := strings.Join(out, ", "); got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
			}
		}
	}
}

func TestDue(t *testing.T) {
	span := osms.Span{From: 20260401, Facts: osms.Facts{Form: osms.FullTime, Status: osms.AcademicLeave}}
	leaveEnds := rulesOf(true, entitlement.Change{Since: 202604})
	if entitlement.Due(span, leaveEnds) {
		t.Error("academic leave is due though the rule has changed")
	}
	if span.From = 20260331; !entitlement.Due(span, leaveEnds) {
		t.Error("academic leave is not due before the rule changed")
	}
	if span.Facts.Form = osms.Distance; entitlement.Due(span, leaveEnds) {
		t.Error("distance study is due")
	}
}
