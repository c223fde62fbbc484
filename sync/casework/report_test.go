package casework_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"osmsd/sync/calendar"
	"osmsd/sync/casework"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// issued is a case of an application received at a moment and issued at another.
func issued(t testing.TB, h calendar.Hours, a osms.Application, received, at string, d casework.Decision) osms.Case {
	s := newStory(t)
	s.findings.Application = a
	s.hours = h
	if _, err := s.received(received); err != nil {
		t.Fatal(err)
	}
	end, err := s.moment(at)
	if err != nil {
		t.Fatal(err)
	}
	c := s.now
	for _, step := range []osms.CaseStep{osms.StepAccept, osms.StepResolve, osms.StepCheck, osms.StepSign, osms.StepIssue} {
		decision := casework.Decision{}
		if step == osms.StepCheck {
			decision = d
		}
		if c, err = casework.Do(c, osms.StepDone{Step: step, By: "x", At: end}, decision); err != nil {
			t.Fatal(err)
		}
		if casework.IsClosed(c) {
			break
		}
	}
	return c
}

func TestSummarise(t *testing.T) {
	h, cal, r := office(t), calendar.Default(), law.Default().At(20261118)
	good := osms.Application{BIN: provider, Form: true, Identity: true, Study: true, Consent: true}
	other := good
	other.BIN = previous
	lacking := good
	lacking.Form = false
	notified := casework.Decision{Outcome: osms.CaseNotified}
	refused := func(g osms.Ground) casework.Decision {
		return casework.Decision{Outcome: osms.CaseRefused, Ground: g, Reason: map[osms.Ground]osms.CaseReason{1: osms.ReasonNoStudy, 2: osms.ReasonNotFullTime}[g]}
	}
	open := func(a osms.Application, at string) osms.Case {
		s := newStory(t)
		s.findings.Application = a
		if _, err := s.received(at); err != nil {
			t.Fatal(err)
		}
		return s.now
	}
	elsewhere := good
	elsewhere.Previous = previous
	roster, closing := casework.FromRoster(osms.Letter{Number: "63-2026-000099", Action: osms.Entered}, provider, 63, time.Date(2026, 11, 3, 12, 0, 0, 0, h.Zone), "roster")
	roster, err := casework.Fold(roster, []casework.StepRecord{closing})
	if err != nil {
		t.Fatal(err)
	}
	cases := []osms.Case{
		issued(t, h, good, "2026-11-02 09:00", "2026-11-02 11:00", notified),               // 2 h
		issued(t, h, good, "2026-11-02 09:00", "2026-11-05 09:00", refused(2)),             // 24 h, late
		issued(t, h, good, "2026-11-03 17:00", "2026-11-04 10:00", refused(1)),             // 2 h 30 min
		issued(t, h, other, "2026-11-03 09:00", "2026-11-03 10:00", refused(1)),            // 1 h, another provider
		issued(t, h, lacking, "2026-11-03 09:00", "2026-11-03 09:10", notified),            // not accepted
		issued(t, h, good, "2026-10-30 19:00", "2026-11-02 09:30", notified),               // handed in in October, counts in November: 30 min
		issued(t, h, good, "2026-10-30 18:00", "2026-11-02 09:30", notified),               // October's
		issued(t, h, good, "2026-11-30 18:45", "2026-12-01 09:30", notified),               // December's
		open(good, "2026-11-17 10:00"),                                                     // overdue
		open(good, "2026-11-18 10:00"),                                                     // nearly
		open(elsewhere, "2026-11-18 10:00"),                                                // in time
		roster,                                                                             //
		issued(t, h, elsewhereOff(good), "2026-11-04 09:00", "2026-11-04 09:10", notified), // the previous one is this one
	}
	now := time.Date(2026, 11, 19, 17, 0, 0, 0, h.Zone)
	report := casework.Summarise(202611, cases, now, r, cal, h)
	want := casework.Tally{Received: 10, NotAccepted: 1, Notified: 3, Refused: 3, Open: 3, OneDay: 9, FourDays: 1, InTime: 6, Late: 1, Nearly: 1, Overdue: 1,
		ByGround: map[osms.Ground]int{1: 2, 2: 1}, Median: 90 * time.Minute, Longest: 24 * time.Hour, FromRoster: 1}
	if !reflect.DeepEqual(report.Total, want) {
		t.Errorf("total\n%+v, want\n%+v", report.Total, want)
	}
	if len(report.Providers) != 2 || report.Providers[0].BIN != provider || report.Providers[1].Received != 1 || report.Providers[1].Median != time.Hour {
		t.Errorf("providers %+v", report.Providers)
	}
	if empty := casework.Summarise(202001, cases, now, r, cal, h); !reflect.DeepEqual(empty.Total, casework.Tally{}) || empty.Providers != nil {
		t.Errorf("a month without cases: %+v", empty)
	}
}

func elsewhereOff(a osms.Application) osms.Application {
	a.Previous = a.BIN
	return a
}

// TestTallies: the parts of a tally give the whole, and the providers the total.
func TestTallies(t *testing.T) {
	h, cal, r := office(t), calendar.Default(), law.Default().At(20261118)
	rapid.Check(t, func(t *rapid.T) {
		var cases []osms.Case
		for range rapid.IntRange(0, 30).Draw(t, "cases") {
			a, at := drawApplication(t, h)
			a.BIN = rapid.SampledFrom([]osms.BIN{provider, previous}).Draw(t, "provider")
			c := casework.Open(a, at, casework.Accept(a, at, r, cal, h), 63, osms.FromList)
			if rapid.IntRange(0, 5).Draw(t, "from a roster") == 0 {
				c, _ = casework.FromRoster(osms.Letter{}, a.BIN, 63, at, "roster")
			}
			for {
				next := casework.Next(c, false)
				if len(next) == 0 || rapid.IntRange(0, 5).Draw(t, "stop") == 0 {
					break
				}
				at = at.Add(time.Duration(rapid.IntRange(0, 100_000).Draw(t, "seconds")) * time.Second)
				d := casework.Decision{}
				switch next[0] {
				case osms.StepAnswer:
					d.Answer = osms.NeverThere
				case osms.StepCheck:
					d = rapid.SampledFrom([]casework.Decision{{Outcome: osms.CaseNotified}, {Outcome: osms.CaseRefused, Ground: 5, Reason: osms.ReasonBlocked}}).Draw(t, "decision")
				}
				var err error
				if c, err = casework.Do(c, osms.StepDone{Step: next[0], By: "x", At: at}, d); err != nil {
					t.Fatal(err)
				}
			}
			cases = append(cases, c)
		}
		now := time.Date(2026, 11, 19, 17, 0, 0, 0, h.Zone)
		received := 0
		for m := osms.Month(202601); m <= 202612; m = m.Add(1) {
			report := casework.Summarise(m, cases, now, r, cal, h)
			var sum casework.Tally
			all := []casework.Tally{report.Total}
			for _, p := range report.Providers {
				all = append(all, p.Tally)
				sum.Received, sum.Refused, sum.Open, sum.FromRoster = sum.Received+p.Received, sum.Refused+p.Refused, sum.Open+p.Open, sum.FromRoster+p.FromRoster
				sum.Longest = max(sum.Longest, p.Longest)
			}
			for _, x := range all {
				grounds := 0
				for _, n := range x.ByGround {
					grounds += n
				}
				if x.Received != x.NotAccepted+x.Notified+x.Refused+x.Open || x.Received != x.OneDay+x.FourDays || x.InTime+x.Late != x.Received-x.Open || x.Nearly+x.Overdue > x.Open || grounds != x.Refused || x.Median > x.Longest {
					t.Fatalf("%s: %+v", m, x)
				}
			}
			if x := report.Total; sum.Received != x.Received || sum.Refused != x.Refused || sum.Open != x.Open || sum.FromRoster != x.FromRoster || sum.Longest != x.Longest {
				t.Fatalf("%s: the providers do not give the total", m)
			}
			received += report.Total.Received + report.Total.FromRoster
		}
		if received != len(cases) {
			t.Fatalf("%d of %d cases are in some month", received, len(cases))
		}
	})
}

// TestFromRoster: a change that a roster reported is a case of one step, closed at
// once, never late.
func TestFromRoster(t *testing.T) {
	h, cal, r := office(t), calendar.Default(), law.Default().At(20261118)
	at := time.Date(2026, 11, 21, 23, 0, 0, 0, h.Zone) // a Saturday night
	opened, closing := casework.FromRoster(osms.Letter{Number: "63-2026-000005", Person: 60515600017, Name: osms.Name{Surname: "Әлиева"}, Action: osms.Removed}, provider, 63, at, "импорт")
	if got := casework.Next(opened, true); len(got) != 1 || got[0] != osms.StepIssue || casework.IsClosed(opened) {
		t.Errorf("next %v", got)
	}
	c, err := casework.Do(opened, closing.Done, closing.Decision)
	if err != nil || !casework.IsClosed(c) || c.Outcome != osms.CaseNotified || c.Letter != "63-2026-000005" || c.Origin != osms.FromRoster || c.BIN != provider || c.Person != 60515600017 {
		t.Errorf("%+v, %v", c, err)
	}
	if k := casework.ClockAt(c, true, at.AddDate(1, 0, 0), r, cal, h); k.State != casework.DoneInTime || k.TermLeft != 0 {
		t.Errorf("%+v", k)
	}
	if k := casework.ClockAt(opened, true, at.AddDate(0, 0, 3), r, cal, h); k.State != casework.InTime {
		t.Errorf("%+v", k)
	}
	if _, err := casework.Do(c, closing.Done, closing.Decision); err == nil {
		t.Error("closed twice")
	}
	if _, err := casework.Do(opened, osms.StepDone{Step: osms.StepAccept, By: "x", At: at}, casework.Decision{}); err == nil {
		t.Error("nobody handed anything in")
	}
}
