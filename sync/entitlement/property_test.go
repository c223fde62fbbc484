package entitlement_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
)

var long = flag.Bool("long", false, "run the tests at their full size")

func TestMain(m *testing.M) {
	flag.Parse()
	if *long {
		if err := flag.Set("rapid.checks", "20000"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var someBIN = []osms.BIN{college, lyceum, 990340000010}

func someSources(t *rapid.T) []entitlement.Source {
	var out []entitlement.Source
	for i := range rapid.IntRange(0, 3).Draw(t, "organisations") {
		s := entitlement.Source{Claim: osms.Claim{BIN: someBIN[i]}, Region: []osms.Region{63, 10, 10}[i]}
		day := osms.Date(20250101)
		for n := range rapid.IntRange(1, 4).Draw(t, "spans") {
			day = day.Add(rapid.IntRange(1, 100).Draw(t, "pause"))
			span := osms.Span{From: day, Facts: osms.Facts{Form: rapid.SampledFrom([]osms.StudyForm{osms.FullTime, osms.FullTime, osms.PartTime}).Draw(t, "form"),
				Status: rapid.SampledFrom([]osms.Status{osms.Studying, osms.Studying, osms.AcademicLeave}).Draw(t, "status")}}
			span.Until = day.Add(rapid.IntRange(0, 150).Draw(t, "days"))
			day = span.Until
			c := &s.Claim
			if n == 0 || rapid.Bool().Draw(t, "another enrolment") {
				c.Enrolments = append(c.Enrolments, osms.Enrolment{First: span.From})
			}
			e := &c.Enrolments[len(c.Enrolments)-1]
			e.Spans = append(e.Spans, span)
		}
		if e := s.Claim.Enrolments[len(s.Claim.Enrolments)-1]; rapid.Bool().Draw(t, "open") {
			e.Spans[len(e.Spans)-1].Until = osms.Forever
		}
		out = append(out, s)
	}
	return rapid.Permutation(out).Draw(t, "order")
}

func someRules(t *rapid.T) entitlement.Rules {
	choices := func() entitlement.Choices {
		return entitlement.Choices{AcademicLeaveDue: rapid.Bool().Draw(t, "leave due"), ChildFirst: rapid.Bool().Draw(t, "child first")}
	}
	r := entitlement.Rules{Choices: choices()}
	since := osms.Month(202412)
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		since = since.Add(rapid.IntRange(1, 14).Draw(t, "since"))
		r.Changes = append(r.Changes, entitlement.Change{Since: since, Choices: choices()})
	}
	return r
}

// someDecisions are about overlaps that there are, and about days when there were
// others.
func someDecisions(t *rapid.T, sources []entitlement.Source, rules entitlement.Rules, events []osms.Event) []entitlement.Decision {
	var out []entitlement.Decision
	overlaps := entitlement.Overlaps(sources, rules, events)
	for range rapid.IntRange(0, 3).Draw(t, "decisions") {
		d := entitlement.Decision{A: someBIN[0], B: someBIN[1], From: osms.Date(20250101).Add(rapid.IntRange(0, 600).Draw(t, "decided from"))}
		d.Until = d.From.Add(rapid.IntRange(0, 100).Draw(t, "decided days"))
		if len(overlaps) > 0 && rapid.Bool().Draw(t, "of today") {
			o := rapid.SampledFrom(overlaps).Draw(t, "overlap")
			d = entitlement.Decision{A: o.A, B: o.B, From: o.From, Until: o.Until}
		}
		d.Keep = rapid.SampledFrom([]osms.BIN{d.A, d.B}).Draw(t, "keep")
		out = append(out, d)
	}
	return out
}

// someEvents are of every kind, most of those that change something; some
// learners go abroad while two organisations claim them.
func someEvents(t *rapid.T, sources []entitlement.Source, rules entitlement.Rules) []osms.Event {
	var out []osms.Event
	overlaps := entitlement.Overlaps(sources, rules, nil)
	for i := range rapid.IntRange(0, 5).Draw(t, "events") {
		e := osms.Event{Kind: rapid.SampledFrom([]osms.EventKind{osms.EventDeath, osms.EventResidenceLost, osms.EventResidenceLost, osms.EventStudyAbroad, osms.EventStudyAbroad,
			osms.EventLeaveKept, osms.EventLeaveEnded, osms.EventLeaveEnded, osms.EventTemporaryStatus, osms.EventCourtBan}).Draw(t, "event")}
		e.Row = int32(i)
		e.On = osms.Date(20241120).Add(rapid.IntRange(0, 900).Draw(t, "on"))
		if len(overlaps) > 0 && e.Kind == osms.EventStudyAbroad {
			o := rapid.SampledFrom(overlaps).Draw(t, "during")
			e.On = rapid.SampledFrom([]osms.Date{o.From, o.Until, e.On}).Draw(t, "abroad")
			e.On = min(e.On, 20280101)
		}
		if e.Until = e.On.Add(rapid.IntRange(0, 400).Draw(t, "lasts")); rapid.IntRange(0, 2).Draw(t, "endless") == 0 {
			e.Until = osms.Forever
		}
		out = append(out, e)
	}
	return out
}

// replacedLater tells whether a later event of the same kind speaks of one of the
// days of an event.
func replacedLater(events []osms.Event, i int) bool {
	e := events[i]
	for _, later := range events[i+1:] {
		if later.Kind == e.Kind && (e.Kind == osms.EventDeath || later.On <= e.Until && e.On <= later.Until) {
			return true
		}
	}
	return false
}

// lostIn tells of one month whether an event has ended the entitlement before it,
// and no day of it is free of that.
func lostIn(events []osms.Event, m osms.Month) bool {
	for i, e := range events {
		if replacedLater(events, i) || e.On >= m.First() {
			continue
		}
		if e.Kind == osms.EventDeath || e.Kind == osms.EventResidenceLost && e.Until >= m.Last() {
			return true
		}
	}
	return false
}

// leaveDueIn is what the policy says of leave in a month, or the last review.
func leaveDueIn(rules entitlement.Rules, events []osms.Event, m osms.Month) bool {
	due := rules.At(m).AcademicLeaveDue
	for i, e := range events {
		if (e.Kind == osms.EventLeaveKept || e.Kind == osms.EventLeaveEnded) && !replacedLater(events, i) && e.On <= m.Last() && e.Until >= m.First() {
			due = e.Kind == osms.EventLeaveKept
		}
	}
	return due
}

// rightOn tells, day by day, whether a claim gives a right, were nothing lost;
// first is the first day of the enrolment.
func rightOn(s entitlement.Source, rules entitlement.Rules, events []osms.Event, day osms.Date) (first osms.Date, right bool) {
	for _, e := range s.Claim.Enrolments {
		for _, sp := range e.Spans {
			if sp.From <= day && day <= sp.Until && sp.Facts.Form == osms.FullTime {
				return e.First, sp.Facts.Status != osms.AcademicLeave || leaveDueIn(rules, events, day.Month())
			}
		}
	}
	return 0, false
}

// dueOn tells, day by day, whether a claim gives a right.
func dueOn(s entitlement.Source, rules entitlement.Rules, events []osms.Event, day osms.Date) bool {
	_, right := rightOn(s, rules, events, day)
	return right && !lostIn(events, day.Month())
}

// fromAbroad finds who keeps the claim of a learner abroad in a month: going back
// day by day from the first day abroad to one on which somebody had it.
func fromAbroad(sources []entitlement.Source, rules entitlement.Rules, decisions []entitlement.Decision, events []osms.Event, m osms.Month) *entitlement.Source {
	var found *entitlement.Source
	var on osms.Date
	for i, e := range events {
		if e.Kind != osms.EventStudyAbroad || replacedLater(events, i) || e.On > m.Last() || e.Until < m.First() {
			continue
		}
		for day := e.On; day >= 20250101; day = day.Add(-1) {
			var had []int
			for k, s := range sources {
				if _, right := rightOn(s, rules, events, day); right {
					had = append(had, k)
				}
			}
			if len(had) == 0 {
				continue
			}
			aside := yields(sources, rules, events, decisions, day.Month())
			best, bestFirst, bestAside := -1, osms.Date(0), false
			for _, k := range had {
				first, _ := rightOn(sources[k], rules, events, day)
				bin, yielded := sources[k].Claim.BIN, aside[sources[k].Claim.BIN]
				if best < 0 || bestAside && !yielded || bestAside == yielded && (first < bestFirst || first == bestFirst && bin < sources[best].Claim.BIN) {
					best, bestFirst, bestAside = k, first, yielded
				}
			}
			if found == nil || e.On < on || e.On == on && sources[best].Claim.BIN < found.Claim.BIN {
				found, on = &sources[best], e.On
			}
			break
		}
	}
	return found
}

// yields lists who is set aside in a month: day by day, without the product's
// own overlaps. A decision stands for the first run of common days that meets
// those decided; of two for the same run the later.
func yields(sources []entitlement.Source, rules entitlement.Rules, events []osms.Event, decisions []entitlement.Decision, m osms.Month) map[osms.BIN]bool {
	of := map[osms.BIN]entitlement.Source{}
	for _, s := range sources {
		of[s.Claim.BIN] = s
	}
	type run struct {
		a, b osms.BIN
		from osms.Date
	}
	aside := map[run]osms.BIN{}
	in := map[run]bool{}
	end := osms.Date(20290201)
	for _, d := range decisions {
		common := func(day osms.Date) bool {
			return dueOn(of[d.A], rules, events, day) && dueOn(of[d.B], rules, events, day)
		}
		for day := max(d.From, 20241201); day <= d.Until && day < end; day = day.Add(1) {
			if !common(day) {
				continue
			}
			from := day
			for common(from.Add(-1)) {
				from = from.Add(-1)
			}
			r := run{d.A, d.B, from}
			aside[r] = d.Aside()
			in[r] = false
			for day := from; common(day) && day < end; day = day.Add(1) {
				in[r] = in[r] || day.Month() == m
			}
			break
		}
	}
	out := map[osms.BIN]bool{}
	for r, who := range aside {
		if in[r] {
			out[who] = true
		}
	}
	return out
}

// monthByMonth is the law in its plainest form: for one month, who claims.
func monthByMonth(person osms.IIN, sources []entitlement.Source, rules entitlement.Rules, events []osms.Event, yield map[osms.BIN]bool, m osms.Month) (osms.Entitlement, bool) {
	choices := rules.Choices
	for _, c := range rules.Changes {
		if m >= c.Since {
			choices = c.Choices
		}
	}
	var first osms.Date
	var found *entitlement.Source
	for i := range sources {
		if yield[sources[i].Claim.BIN] {
			continue
		}
		for _, e := range sources[i].Claim.Enrolments {
			for _, s := range e.Spans {
				some := s.From <= m.Last() && s.Until >= m.First()
				if !some || s.Facts.Form != osms.FullTime || s.Facts.Status == osms.AcademicLeave && !leaveDueIn(rules, events, m) {
					continue
				}
				if found == nil || e.First < first || e.First == first && sources[i].Claim.BIN < found.Claim.BIN {
					first, found = e.First, &sources[i]
				}
			}
		}
	}
	if found == nil && len(yield) > 0 {
		return monthByMonth(person, sources, rules, events, nil, m) // they yield to each other in a circle
	}
	if found == nil {
		return osms.Entitlement{}, false
	}
	e := osms.Entitlement{Person: person, Category: osms.Learner, From: m, To: m, BIN: found.Claim.BIN, Region: found.Region}
	birthday, _ := osms.NewMonth(person.Birth().Year()+18, person.Birth().MonthNum())
	if choices.ChildFirst && m <= birthday {
		e.Category = osms.Child
	}
	return e, true
}

func TestDeriveMonthByMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.SampledFrom([]osms.IIN{grown, pupil, 90715500123}).Draw(t, "person")
		sources, rules := someSources(t), someRules(t)
		events := someEvents(t, sources, rules)
		decisions := someDecisions(t, sources, rules, events)
		got := entitlement.Derive(person, sources, rules, decisions, events)
		for i, e := range got {
			if e.From > e.To {
				t.Fatalf("period %s to %s", e.From, e.To)
			}
			if i == 0 {
				continue
			}
			last := got[i-1]
			if e.From <= last.To {
				t.Fatalf("periods to %s and from %s", last.To, e.From)
			}
			if last.To.Add(1) == e.From && last.Category == e.Category && last.BIN == e.BIN && last.Region == e.Region {
				t.Fatalf("two periods meet at %s and are one", e.From)
			}
		}
		months := []osms.Month{202001}
		for m := osms.Month(202412); m < 202901; m = m.Add(1) {
			months = append(months, m)
		}
		for _, m := range months {
			want, due := monthByMonth(person, sources, rules, events, yields(sources, rules, events, decisions, m), m)
			if !due {
				want, due = osms.Entitlement{Person: person, Category: osms.Learner}, false
				if s := fromAbroad(sources, rules, decisions, events, m); s != nil {
					want.BIN, want.Region, due = s.Claim.BIN, s.Region, true
				}
				if rules.At(m).ChildFirst && m <= entitlement.LastChildMonth(person) {
					want.Category = osms.Child
				}
			}
			due = due && !lostIn(events, m)
			i := slices.IndexFunc(got, func(e osms.Entitlement) bool { return e.From <= m && m <= e.To })
			switch {
			case due != (i >= 0):
				t.Fatalf("%s: due %v, want %v; %s", m, i >= 0, due, tell(got))
			case due && (got[i].Category != want.Category || got[i].BIN != want.BIN || got[i].Region != want.Region || got[i].Person != person):
				t.Fatalf("%s: %+v, want %+v", m, got[i], want)
			}
		}
	})
}

func TestOverlapsDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sources, rules := someSources(t), someRules(t)
		events := someEvents(t, sources, rules)
		claims := func(s entitlement.Source, day osms.Date) bool { return dueOn(s, rules, events, day) }
		got := entitlement.Overlaps(sources, rules, events)
		for i, o := range got {
			if o.A >= o.B || o.From > o.Until {
				t.Fatalf("%+v", o)
			}
			if i > 0 && got[i-1].A == o.A && got[i-1].B == o.B && got[i-1].Until.Add(1) >= o.From {
				t.Fatalf("%+v and %+v are one", got[i-1], o)
			}
		}
		for i, a := range sources {
			for _, b := range sources[i+1:] {
				for day := osms.Date(20250101); day < 20280101; day = day.Add(1) {
					want := claims(a, day) && claims(b, day)
					is := slices.ContainsFunc(got, func(o entitlement.Overlap) bool {
						return o.A == min(a.Claim.BIN, b.Claim.BIN) && o.B == max(a.Claim.BIN, b.Claim.BIN) && o.From <= day && day <= o.Until
					})
					if want != is {
						t.Fatalf("%s: %s and %s overlap %v, want %v: %+v", day, a.Claim.BIN, b.Claim.BIN, is, want, got)
					}
				}
			}
		}
	})
}
