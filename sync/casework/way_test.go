package casework_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"osmsd/sync/calendar"
	"osmsd/sync/casework"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// TestWay: each step shows the working minutes that it took of its budget; the
// wait for the previous organisation is nobody's, and nights count for nothing.
func TestWay(t *testing.T) {
	h, cal := office(t), calendar.Default()
	moment := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, h.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	at := moment("2026-10-05 10:00")
	r := law.Default().At(20261005)
	a := osms.Application{BIN: provider, Previous: previous, Form: true, Identity: true, Study: true, StudyDated: 20261001, Consent: true}
	c := casework.Open(a, at, casework.Accept(a, at, r, cal, h), 63, osms.FromHand)
	way := func() string {
		var out []string
		for _, s := range casework.Way(c, false, r, cal, h) {
			by := s.By
			if s.At.IsZero() {
				by = "…"
			}
			out = append(out, fmt.Sprintf("%s %s %s %d/%d", s.Step, by, s.Role, s.Spent, s.Budget))
		}
		return strings.Join(out, ", ")
	}
	do := func(step osms.CaseStep, when string, d casework.Decision) {
		t.Helper()
		var err error
		if c, err = casework.Do(c, osms.StepDone{Step: step, By: "a", At: moment(when), Note: "x"}, d); err != nil {
			t.Fatal(err)
		}
	}
	want := func(text string) {
		t.Helper()
		if got := way(); got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	}
	want("accept … office 0/20, resolve … head 0/20, ask … executor 0/0, answer … previous_organisation 0/0, check … executor 0/300, sign … head 0/20, issue … office 0/20")
	do(osms.StepAccept, "2026-10-05 10:07", casework.Decision{})
	do(osms.StepResolve, "2026-10-05 10:30", casework.Decision{})
	do(osms.StepAsk, "2026-10-05 11:00", casework.Decision{})
	do(osms.StepAnswer, "2026-10-07 11:00", casework.Decision{Answer: osms.NeverThere})
	do(osms.StepCheck, "2026-10-08 09:10", casework.Decision{Outcome: osms.CaseRefused, Ground: 1, Reason: osms.ReasonNoStudy})
	done := "accept a office 7/20, resolve a head 23/20, ask a executor 30/300, answer a previous_organisation 0/0, check a executor "
	// 11:00 to 18:30 without lunch, ten minutes of the next morning, and the half
	// hour before the question.
	spent := int((cal.WorkingTime(moment("2026-10-07 11:00"), moment("2026-10-08 09:10"), h) + 30*time.Minute) / time.Minute)
	if spent < 60 || spent > 10*60 {
		t.Fatal(spent)
	}
	want(done + fmt.Sprintf("%d/300, sign … head 0/20, issue … office 0/20", spent))
	do(osms.StepWithdraw, "2026-10-08 09:20", casework.Decision{})
	want(done + fmt.Sprintf("%d/300, withdraw a  0/0", spent))
}
