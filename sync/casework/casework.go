// Package casework decides what becomes of an application for service A: what
// its term is, which step comes next, what the executor's check finds, how much
// working time is left. It is pure: the same arguments give the same case.
//
// The steps are those of clause 5 of regulation No 181: the office accepts, the
// head assigns, the executor checks and prepares the result, the head signs, the
// office issues. Between them stand the question to the previous organisation
// and its answer (on the path of four working days) and, where it is switched
// on, the hearing before a refusal. A case is the sum of its steps: it is opened
// by Open or FromRoster and changed by Do alone, so that Fold makes it again from
// what was appended. The rule, the calendar and the working hours are arguments;
// the rule is that of the day on which the application was handed in.
package casework

import (
	"time"

	"osmsd/sync/calendar"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// Acceptance is what the office says of an application when it is handed in.
type Acceptance struct {
	// Lacks are the documents that are missing or have expired. With any, the
	// application is not accepted (Annex 3), and the term is one that would have
	// been.
	Lacks    []osms.Lack
	Counted  osms.Date // the day on which it counts as received
	Deadline time.Time // until when it must be answered
	Days     int       // the term in working days
}

// Accept looks at an application that is handed in at a moment.
//
// The term is 1 working day, and 4 when the person applies to an organisation
// where they did not study or did not finish (clause 5 of the regulation). Where
// it ends is the rule's: by default with the working hours of the last of so many
// working days after the day on which it counts as received.
//
// Documents are judged on the day of handing in, not on the one that counts (a
// decision): a paper that was good when it was given does not expire because the
// office was closed. An identity document is good on the last day that stands on
// it; a document about the study is good for so many days from its own date as
// the rule says, and one without a date has then expired. The form has no last
// day.
func Accept(a osms.Application, at time.Time, r law.Rule, c *calendar.Calendar, h calendar.Hours) Acceptance {
	term := r.Usual
	if Elsewhere(a) {
		term = r.Elsewhere
	}
	return Acceptance{Lacks: lacks(a, osms.DateOf(at.In(h.Zone)), r), Counted: c.Received(at, h), Deadline: Ends(term, at, c, h), Days: term.Amount}
}

// Elsewhere reports whether a person applies to another organisation than the
// one where they studied: the path of four working days, on which that one is
// asked.
func Elsewhere(a osms.Application) bool { return a.Previous != 0 && a.Previous != a.BIN }

// Ends is the moment at which a term ends that began with what came at a moment.
// Minutes, of service B, run by the clock, day and night (Rule.Automatic).
func Ends(t law.Term, at time.Time, c *calendar.Calendar, h calendar.Hours) time.Time {
	switch {
	case t.Unit == law.Minutes:
		return at.Add(time.Duration(t.Amount) * time.Minute)
	case t.Counted == law.FromMoment:
		return c.AddWorkingTime(at, time.Duration(t.Amount)*h.Length(), h)
	}
	return c.Deadline(at, t.Amount, h)
}

func lacks(a osms.Application, day osms.Date, r law.Rule) (list []osms.Lack) {
	asked := func(l osms.Lack) bool { _, ok := r.Document(l); return ok }
	study, studyAsked := r.Document(osms.LacksStudy)
	if asked(osms.LacksForm) && !a.Form {
		list = append(list, osms.LacksForm)
	}
	switch {
	case !asked(osms.LacksIdentity):
	case !a.Identity:
		list = append(list, osms.LacksIdentity)
	case !a.IdentityUntil.IsZero() && a.IdentityUntil < day:
		list = append(list, osms.ExpiredIdentity)
	}
	switch {
	case !studyAsked:
	case !a.Study:
		list = append(list, osms.LacksStudy)
	case study.ValidDays > 0 && (a.StudyDated.IsZero() || a.StudyDated.Add(study.ValidDays) < day):
		list = append(list, osms.ExpiredStudy)
	}
	return list
}

// Open is the case of an application that was handed in at a moment, before its
// first step. The store numbers it.
func Open(a osms.Application, at time.Time, by Acceptance, region osms.Region, origin osms.CaseOrigin) osms.Case {
	a.Received = at
	return osms.Case{Application: a, Region: region, Days: by.Days, Counted: by.Counted, Deadline: by.Deadline, Lacks: by.Lacks, Origin: origin}
}

// FromRoster is the case of a change that a roster reported, with the one step
// that closes it at once: nobody waits for it, so it has no term; what it comes to
// is the notification. Do, or Fold, of the two gives the closed case.
func FromRoster(l osms.Letter, bin osms.BIN, region osms.Region, at time.Time, by string) (opened osms.Case, issued StepRecord) {
	opened = osms.Case{Application: osms.Application{Received: at, Person: l.Person, Name: l.Name, BIN: bin},
		Region: region, Origin: osms.FromRoster}
	return opened, StepRecord{osms.StepDone{Step: osms.StepIssue, By: by, At: at, Note: string(l.Action)}, Decision{Letter: l.Number}}
}
