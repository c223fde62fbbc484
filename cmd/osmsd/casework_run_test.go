package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"osmsd/cmd/internal/country"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// TestCaseworkCountry runs the two services for a synthetic country, and finds
// every application, request and event ending as the country meant it; the months
// are due as they are without them.
func TestCaseworkCountry(t *testing.T) {
	dir := t.TempDir()
	truth, err := country.Generate(dir, country.Options{Persons: 2_500, Regions: 4, Months: 2, Seed: 11, Casework: true})
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]osms.Answer{}
	for _, x := range truth.Casework.Applications {
		answers[x.Incoming] = x.Answer
	}
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		w := newWorld(t, address)
		w.home.desk.Casework.Automatic = true
		w.at(truth.Months[0].Month.First().Add(-1), 9)
		w.importAll(dir, "organisations", func(string) bool { return true })
		for _, m := range truth.Months {
			w.at(m.Month.First(), 9)
			w.importAll(dir, m.Month.String()+"/inbox", func(f string) bool { return !isLedger(f) })
			w.at(m.Month.First(), 18)
			w.do(osms.JobAssess, m.Month)
			compareDue(t, w, m)
			w.at(m.Month.First().Add(9), 10)
			w.importAll(dir, m.Month.String()+"/late/inbox", func(string) bool { return true })
			w.importAll(dir, m.Month.String()+"/inbox", isLedger)
			w.at(m.Month.First().Add(19), 9)
			for _, kind := range []osms.Kind{osms.KindEvents, osms.KindApplications, osms.KindRequests} {
				w.importAll(dir, m.Month.String()+"/casework/inbox", func(f string) bool { return f == string(kind) })
			}
			w.do(osms.JobCases, m.Month)
			w.at(m.Month.First().Add(20), 10)
			w.answered(answers)
			w.do(osms.JobCases, m.Month)
			w.at(m.Month.First().Add(20), 11)
			compareBridge(t, w.reconciled(m.Month), m)
			compareOverlaps(t, w, m)
		}
		compareRefusals(t, w, dir, truth)
		compareApplications(t, w, truth.Casework)
		compareRequests(t, w, truth.Casework)
		compareEvents(t, w, truth.Casework)
		v, err := w.home.desk.Verify(t.Context(), func(string, int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Findings) > 0 {
			t.Errorf("verify found %d faults, the first: %+v", len(v.Findings), v.Findings[0])
		}
	})
}

// answered gives the previous organisations' answers.
func (w *world) answered(answers map[string]osms.Answer) {
	w.t.Helper()
	_, err := w.home.runner.Run(w.t.Context(), osms.Run{Job: osms.JobCases, Trigger: "command"}, func(ctx context.Context, t jobs.Turn) (string, error) {
		open, err := w.home.desk.Cases(ctx, store.CaseFilter{Open: true}, t.Now)
		for _, c := range open {
			if c.Step != osms.StepAnswer || answers[c.Incoming] == "" {
				w.t.Errorf("case %s waits for %s", c.Number, c.Step)
				continue
			}
			s := jobs.CaseStep{StepDone: osms.StepDone{Step: osms.StepAnswer, By: "хат", At: t.Now}, Answer: answers[c.Incoming]}
			if _, err := w.home.desk.StepCase(ctx, t, c.Number, s); err != nil {
				return "", err
			}
		}
		return "", err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func compareApplications(t *testing.T, w *world, truth *country.Casework) {
	t.Helper()
	all, err := w.home.desk.Cases(t.Context(), store.CaseFilter{}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, c := range all {
		received := osms.DateOf(c.Received.In(w.home.desk.Zone))
		got = append(got, fmt.Sprintf("%s %s %s %s<%s %d %t %s %s %d %q %v", c.Incoming, c.Received.In(w.home.desk.Zone).Format("2006-01-02 15:04"), c.Person.Digits(), c.BIN, c.Previous,
			c.Days, c.Counted != received, c.Answer, c.Outcome, c.Ground, c.Reason, c.Lacks))
		if c.Outcome == osms.CaseOpen || c.Letter == "" || c.Step != "" {
			t.Errorf("%s %s: not closed, at %s", c.Number, c.Incoming, c.Step)
		}
	}
	stories := map[string]bool{}
	for _, x := range truth.Applications {
		if x.Refused {
			continue
		}
		stories[x.Story] = true
		answer := x.Answer
		if x.Outcome == osms.CaseNotAccepted {
			answer = ""
		}
		want = append(want, fmt.Sprintf("%s %s %s %s<%s %d %t %s %s %d %q %v", x.Incoming, x.Received, x.IIN, x.BIN, x.Previous,
			x.Days, x.AfterHours, answer, x.Outcome, x.Ground, x.Reason, x.Lacks))
	}
	if len(stories) < 8 || len(want) < 25 {
		t.Errorf("%d applications, stories %v", len(want), stories)
	}
	compareLists(t, "applications", got, want)
}

func compareRequests(t *testing.T, w *world, truth *country.Casework) {
	t.Helper()
	all, refused, err := w.home.desk.Store.CountRequests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for series, n := range map[string]int{"С": all - refused, "О": refused} {
		for i := range n {
			r, err := w.home.desk.Store.RequestNumbered(t.Context(), fmt.Sprintf("%s-%d-%07d", series, w.now.Year(), i+1))
			if err != nil {
				t.Fatalf("%s %d of %d: %v", series, i+1, n, err)
			}
			got = append(got, fmt.Sprintf("%s %s %s %s %s %d %s", r.Incoming, r.Received.In(w.home.desk.Zone).Format("2006-01-02 15:04"), r.Person.Digits(), r.From, r.To, r.Ground, r.Reason))
			if r.Answered.IsZero() || (r.Ground == 0) != (r.Digest != "") {
				t.Errorf("%s: answered %s, digest %q", r.Number, r.Answered, r.Digest)
			}
		}
	}
	grounds := map[osms.Ground]bool{}
	for _, x := range truth.Requests {
		if x.IIN == "" {
			x.IIN = osms.IIN(0).Digits()
		}
		grounds[x.Ground] = true
		want = append(want, fmt.Sprintf("%s %s %s %s %s %d %s", x.Incoming, x.Received, x.IIN, x.From, x.To, x.Ground, x.Reason))
	}
	if len(grounds) < 4 {
		t.Errorf("grounds %v", grounds)
	}
	compareLists(t, "requests", got, want)
}

func compareEvents(t *testing.T, w *world, truth *country.Casework) {
	t.Helper()
	var got, want []string
	heard, kinds := map[osms.IIN]bool{}, map[osms.EventKind]bool{}
	for _, x := range truth.Events {
		person, err := osms.ParseIIN(x.IIN, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !x.Refused && !x.Ignored {
			kinds[x.Kind] = true
			want = append(want, fmt.Sprintf("%s %s %s %s", x.IIN, x.Kind, x.On, x.Until))
		}
		if x.LastDue != 0 && !x.Refused && !x.Ignored {
			_, periods, err := w.home.desk.Store.History(t.Context(), person)
			if err != nil {
				t.Fatal(err)
			}
			last := osms.Month(0)
			for _, p := range periods {
				if p.KnownUntil == 0 {
					last = max(last, p.To)
				}
			}
			if last != x.LastDue {
				t.Errorf("%s of row %d: due up to %s, want %s", x.Kind, x.Row, last, x.LastDue)
			}
		}
		if heard[person] {
			continue
		}
		heard[person] = true
		events, err := w.home.desk.Store.EventsOf(t.Context(), person)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.KnownUntil == 0 {
				got = append(got, strings.Join([]string{e.Person.Digits(), string(e.Kind), e.On.String(), e.Until.String()}, " "))
			}
		}
	}
	for _, kind := range osms.EventKinds {
		if !kinds[kind] {
			t.Errorf("nobody met %s", kind)
		}
	}
	compareLists(t, "events", got, want)
}
