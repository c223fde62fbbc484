package casework_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"osmsd/sync/calendar"
	"osmsd/sync/casework"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

func office(t testing.TB) calendar.Hours {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	return calendar.OfficeHours(zone)
}

var allSteps = []osms.CaseStep{osms.StepAccept, osms.StepResolve, osms.StepAsk, osms.StepAnswer, osms.StepCheck, osms.StepHear, osms.StepSign, osms.StepIssue, "no such step"}

// drawApplication draws an application with any documents and any moment of
// receipt.
func drawApplication(t *rapid.T, h calendar.Hours) (osms.Application, time.Time) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, h.Zone).Add(time.Duration(rapid.IntRange(0, 300*24*3600).Draw(t, "received")) * time.Second)
	day := osms.DateOf(at)
	return osms.Application{BIN: provider, Previous: rapid.SampledFrom([]osms.BIN{0, provider, previous}).Draw(t, "previous"),
		Form: rapid.Bool().Draw(t, "form") || rapid.Bool().Draw(t, "form too"), Identity: rapid.Bool().Draw(t, "identity") || rapid.Bool().Draw(t, "identity too"), Study: true,
		IdentityUntil: rapid.SampledFrom([]osms.Date{0, 0, day.Add(-1), day, day.Add(1), osms.Forever}).Draw(t, "until")}, at
}

// drawDecision draws a decision, most of them right for some step and few for
// every one.
func drawDecision(t *rapid.T, hearing bool) casework.Decision {
	d := rapid.SampledFrom([]casework.Decision{
		{}, {}, {Outcome: osms.CaseNotified}, {Outcome: osms.CaseRefused, Ground: 1, Reason: osms.ReasonNoStudy},
		{Outcome: osms.CaseRefused, Ground: 2, Reason: osms.ReasonByHand}, {Answer: osms.StillStudy}, {Answer: osms.LeftThere, LeftOn: 20260101}, {Answer: osms.LeftThere},
		{Outcome: osms.CaseOpen, Ground: 1}, {Outcome: osms.CaseNotAccepted}, {Letter: "63-2026-000001"}, {Outcome: osms.CaseRefused, Ground: 5, Reason: osms.ReasonNoStudy},
	}).Draw(t, "decision")
	d.Hearing = hearing
	return d
}

// order is what the steps of a case may be, from the first to the last: an
// independent word on what Do lets through.
func order(c osms.Case) bool {
	var names []osms.CaseStep
	for _, s := range c.Steps {
		names = append(names, s.Step)
	}
	whole := []osms.CaseStep{osms.StepAccept}
	if len(c.Lacks) == 0 {
		whole = append(whole, osms.StepResolve)
		if c.Previous != 0 && c.Previous != c.BIN {
			whole = append(whole, osms.StepAsk, osms.StepAnswer)
		}
		whole = append(whole, osms.StepCheck)
		if slices.Contains(names, osms.StepHear) {
			whole = append(whole, osms.StepHear)
		}
		whole = append(whole, osms.StepSign, osms.StepIssue)
	}
	return len(names) <= len(whole) && slices.Equal(names, whole[:len(names)])
}

// TestSteps does random steps at random moments with random decisions. Whatever
// is let through is in order and in time; whatever is not changes nothing; and the
// steps folded are the case.
func TestSteps(t *testing.T) {
	h, cal, r := office(t), calendar.Default(), law.Default().At(20261118)
	closed := map[osms.CaseOutcome]int{}
	rapid.Check(t, func(t *rapid.T) {
		a, at := drawApplication(t, h)
		hearing := rapid.Bool().Draw(t, "hearing")
		by := casework.Accept(a, at, r, cal, h)
		c := casework.Open(a, at, by, 63, osms.FromList)
		opened := c
		var records []casework.StepRecord
		now := at
		for range rapid.IntRange(0, 40).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.IntRange(-60, 40_000).Draw(t, "seconds")) * time.Second)
			// Most tries are the step that is next with what it takes, so that cases come
			// to an end.
			step := rapid.SampledFrom(allSteps).Draw(t, "step")
			d := drawDecision(t, hearing)
			if next := casework.Next(c, hearing); len(next) > 0 && rapid.IntRange(0, 3).Draw(t, "another") > 0 {
				step, d = next[0], casework.Decision{Hearing: hearing}
				switch step {
				case osms.StepAnswer:
					d.Answer = osms.NeverThere
				case osms.StepCheck:
					d.Outcome = osms.CaseNotified
					if rapid.Bool().Draw(t, "refuse") {
						d.Outcome, d.Ground, d.Reason = osms.CaseRefused, osms.GroundRequirements, osms.ReasonNotFullTime
					}
				}
			}
			s := osms.StepDone{Step: step, By: rapid.SampledFrom([]string{"Омаров", "Серікова", "Омаров", "Серікова", " "}).Draw(t, "who"), At: now, Note: rapid.SampledFrom([]string{"", "себеп"}).Draw(t, "note")}
			before := c
			before.Steps = slices.Clone(c.Steps)
			after, err := casework.Do(c, s, d)
			if !reflect.DeepEqual(c, before) {
				t.Fatal("Do changed the case that it was given")
			}
			if err != nil {
				var wrong *casework.StepError
				if !errors.As(err, &wrong) || wrong.Step != step || !reflect.DeepEqual(after, c) {
					t.Fatalf("%v, %+v", err, after)
				}
				if want := casework.Next(c, hearing); len(want) == 0 && wrong.Code != casework.Closed {
					t.Fatalf("closed, and yet %s", wrong.Code)
				}
				continue
			}
			if want := casework.Next(c, hearing); len(want) != 1 || want[0] != step {
				t.Fatalf("%s was done, next was %v", step, want)
			}
			last := c.Received
			if n := len(c.Steps); n > 0 {
				last = c.Steps[n-1].At
			}
			if s.At.Before(last) || s.By == " " {
				t.Fatalf("done by %q at %s, after %s", s.By, s.At, last)
			}
			c, records = after, append(records, casework.StepRecord{Done: s, Decision: d})
			if !order(c) {
				t.Fatalf("steps out of order: %+v", c.Steps)
			}
		}
		folded, err := casework.Fold(opened, records)
		if err != nil || !reflect.DeepEqual(folded, c) {
			t.Fatalf("folded %+v, %v; done %+v", folded, err, c)
		}
		if casework.IsClosed(c) {
			closed[c.Outcome]++
			switch {
			case c.Outcome == osms.CaseOpen, (c.Outcome == osms.CaseNotAccepted) != (len(c.Lacks) > 0), (c.Outcome == osms.CaseRefused) != (c.Ground != 0):
				t.Fatalf("closed as %q on ground %d, lacking %v", c.Outcome, c.Ground, c.Lacks)
			}
			// Folding with a step more, or with one left out, is an error.
			if _, err := casework.Fold(opened, append(slices.Clone(records), records[len(records)-1])); err == nil {
				t.Fatal("a step after the last was folded")
			}
			if n := len(records); n > 1 {
				if _, err := casework.Fold(opened, slices.Delete(slices.Clone(records), n-2, n-1)); err == nil && records[n-2].Done.Step != osms.StepHear {
					t.Fatal("a case without a step was folded")
				}
			}
		}
	})
	if closed[osms.CaseNotified] == 0 || closed[osms.CaseRefused] == 0 || closed[osms.CaseNotAccepted] == 0 {
		t.Errorf("no case of some outcome was closed: %v", closed)
	}
}

// TestTerms: a term ends with the hours of a working day that is the n-th after a
// working day not before the receipt; what is handed in later never ends earlier;
// and the clock's term is spent minute by working minute.
func TestTerms(t *testing.T) {
	h, cal, r := office(t), calendar.Default(), law.Default().At(20261118)
	rapid.Check(t, func(t *rapid.T) {
		a, at := drawApplication(t, h)
		by := casework.Accept(a, at, r, cal, h)
		end := osms.DateOf(by.Deadline.In(h.Zone))
		if !cal.IsWorkingDay(by.Counted) || !cal.IsWorkingDay(end) || by.Counted < osms.DateOf(at) || !by.Deadline.Equal(h.End(end)) {
			t.Fatalf("received %s, counted %s, until %s", at, by.Counted, by.Deadline)
		}
		if n := cal.WorkingDaysBetween(by.Counted.Add(1), end); n != by.Days || (by.Days == 4) != casework.Elsewhere(a) || by.Days != 1 && by.Days != 4 {
			t.Fatalf("%d working days from %s to %s, term %d", n, by.Counted, end, by.Days)
		}
		later := at.Add(time.Duration(rapid.IntRange(0, 200*3600).Draw(t, "later")) * time.Second)
		if other := casework.Accept(a, later, r, cal, h); other.Deadline.Before(by.Deadline) || other.Counted < by.Counted {
			t.Fatalf("received %s until %s, received %s until %s", at, by.Deadline, later, other.Deadline)
		}
		c := casework.Open(a, at, by, 63, osms.FromHand)
		one := casework.ClockAt(c, false, at, r, cal, h)
		now := casework.ClockAt(c, false, later, r, cal, h)
		if gone := cal.WorkingTime(at, later, h); one.TermLeft-now.TermLeft != gone || now.StepSpent != int(gone/time.Minute) {
			t.Fatalf("from %s to %s %s went by, of the term %s, of the step %d", at, later, gone, one.TermLeft-now.TermLeft, now.StepSpent)
		}
		if one.TermLeft < 8*time.Hour*time.Duration(by.Days) || (now.State == casework.Overdue) != later.After(by.Deadline) {
			t.Fatalf("%s of %d days, %s", one.TermLeft, by.Days, now.State)
		}
	})
}

// TestBranches: two cases that go on from one do not write over one another.
func TestBranches(t *testing.T) {
	at := time.Date(2026, 11, 18, 10, 0, 0, 0, time.UTC)
	c := osms.Case{Steps: make([]osms.StepDone, 0, 8)}
	do := func(c osms.Case, s osms.CaseStep, who string) osms.Case {
		c, err := casework.Do(c, osms.StepDone{Step: s, By: who, At: at}, casework.Decision{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c = do(c, osms.StepAccept, "Серікова")
	c.Steps = append(make([]osms.StepDone, 0, 8), c.Steps...)
	one := do(c, osms.StepResolve, "Омаров")
	do(c, osms.StepResolve, "Ыбырай")
	if one.Steps[1].By != "Омаров" {
		t.Errorf("resolved by %s", one.Steps[1].By)
	}
}

// TestFormOfAnotherRoster: what a roster said that no longer shows the person is
// not held against the document.
func TestFormOfAnotherRoster(t *testing.T) {
	v := casework.Check(casework.Findings{Day: 20261118, Provider: true, RosterForm: osms.Evening,
		Application: osms.Application{Consent: true, Study: true, StudyForm: osms.FullTime}}, law.Default().At(20261118))
	if v != (casework.Verdict{Outcome: osms.CaseNotified}) {
		t.Errorf("%+v", v)
	}
}

// TestServiceB: fifteen minutes by the clock, whatever the hour.
func TestServiceB(t *testing.T) {
	h, cal, r := office(t), calendar.Default(), law.Default().At(20261118)
	at := time.Date(2026, 11, 21, 23, 50, 0, 0, h.Zone)
	if end := casework.Ends(r.Automatic, at, cal, h); end.Sub(at) != 15*time.Minute {
		t.Errorf("until %s", end)
	}
}

// TestVerdicts: with any findings, the ground is the first that stands, by a
// second reading of the order in the doc comment of Check.
func TestVerdicts(t *testing.T) {
	r := law.Default().At(20261118)
	seen := map[osms.CaseReason]bool{}
	rapid.Check(t, func(t *rapid.T) {
		rare := func(name string) bool { return rapid.IntRange(0, 3).Draw(t, name) == 0 }
		f := casework.Findings{Day: 20261118, Provider: !rare("unknown"), Blocked: rare("blocked"), InRoster: !rare("roster"),
			RosterForm: rapid.SampledFrom([]osms.StudyForm{"", osms.FullTime, osms.Evening}).Draw(t, "form"), Registered: osms.Name{Surname: "Әлиева", Given: "Гүлнұр"},
			Answer: rapid.SampledFrom([]osms.Answer{"", osms.StillStudy, osms.NeverThere}).Draw(t, "answer")}
		f.Application = osms.Application{Consent: !rare("consent"), Study: !rare("study"), Name: f.Registered, StudyForm: rapid.SampledFrom([]osms.StudyForm{"", osms.FullTime, osms.Distance}).Draw(t, "document")}
		other := rare("name")
		if other {
			f.Application.Name = osms.Name{Surname: "Ким", Given: "Анна"}
		}
		happened := map[osms.EventKind]bool{}
		for _, k := range osms.EventKinds {
			if rare(string(k)) {
				past := rare("over") && k != osms.EventDeath
				e := osms.Event{Kind: k, On: 20261001, Until: osms.Forever}
				if past {
					e.Until = 20261117
				}
				f.Events, happened[k] = append(f.Events, e), happened[k] || !past
			}
		}
		form := f.Application.StudyForm
		if f.InRoster && f.RosterForm != "" {
			form = f.RosterForm
		}
		var want osms.CaseReason
		switch {
		case !f.Application.Consent:
			want = osms.ReasonNoConsent
		case f.Blocked:
			want = osms.ReasonBlocked
		case happened[osms.EventCourtBan]:
			want = osms.ReasonCourtBan
		case happened[osms.EventCourtDeprived]:
			want = osms.ReasonCourtDeprived
		case !f.Provider:
			want = osms.ReasonUnknownOffice
		case other:
			want = osms.ReasonNameDiffers
		case happened[osms.EventDeath] || happened[osms.EventResidenceLost]:
			want = osms.ReasonNotEntitled
		case f.Answer == osms.StillStudy:
			want = osms.ReasonStudiesThere
		case !f.InRoster && !f.Application.Study:
			want = osms.ReasonNoStudy
		case form == osms.Evening || form == osms.Distance || f.Application.StudyForm == osms.Distance: // the document's word against the person
			want = osms.ReasonNotFullTime
		}
		v := casework.Check(f, r)
		seen[v.Reason] = true
		if v.Reason != want || v.Ground != casework.GroundOf(want) || (v.Outcome == osms.CaseNotified) != (want == "") {
			t.Fatalf("%+v, want %q", v, want)
		}
		// A verdict is always a decision that the step takes.
		at := time.Date(2026, 11, 18, 10, 0, 0, 0, time.UTC)
		c := osms.Case{Steps: []osms.StepDone{{Step: osms.StepResolve, At: at}}}
		if _, err := casework.Do(c, osms.StepDone{Step: osms.StepCheck, By: "x", At: at}, casework.Decision{Outcome: v.Outcome, Ground: v.Ground, Reason: v.Reason}); err != nil {
			t.Fatalf("%+v: %v", v, err)
		}
	})
	if len(seen) < 9 {
		t.Errorf("only %d reasons were drawn", len(seen))
	}
}
