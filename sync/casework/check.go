package casework

import (
	"slices"

	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// Findings are what the register, the events and the previous organisation say
// about an application on the day of the check.
type Findings struct {
	Application osms.Application
	Day         osms.Date
	// Provider: the organisation applied to is on the list of organisations, and
	// open on the day.
	Provider bool
	// Registered is the name in the register's newest claim of this IIN; zero when
	// the register does not know the person.
	Registered osms.Name
	// InRoster: the newest roster of the organisation applied to shows that the
	// person studies there on the day, in the form RosterForm.
	InRoster   bool
	RosterForm osms.StudyForm
	Events     []osms.Event // of the person
	// Blocked: the person has blocked the data, and not unblocked them.
	Blocked bool
	Answer  osms.Answer
	LeftOn  osms.Date // by the answer
}

// Verdict is what a case should come to; the executor decides.
type Verdict struct {
	Outcome osms.CaseOutcome
	Ground  osms.Ground
	Reason  osms.CaseReason
}

// Check finds the first ground on which the service must be refused, in this
// order (a decision), or else the notification:
//
//  1. no consent, then blocked data (5): without the right to look, nothing else
//     may be looked at;
//  2. court decisions in force on the day (3, 4);
//  3. the organisation is not on the list or closed (2): it cannot render it;
//  4. the IIN is in the register under another name (1);
//  5. death, or the right to reside lost on the day (2);
//  6. the previous organisation says that the person studies there (1), or leaves
//     only after the day;
//  7. neither roster nor document shows that the person studies here (1);
//  8. the study is not full-time (2): by the roster or by the document; a
//     form that neither states is not held against the person.
//
// A ground that the act of the day does not have refuses nobody.
func Check(f Findings, r law.Rule) Verdict {
	for _, v := range []struct {
		found  bool
		reason osms.CaseReason
	}{
		{!f.Application.Consent, osms.ReasonNoConsent},
		{f.Blocked, osms.ReasonBlocked},
		{f.inForce(osms.EventCourtBan), osms.ReasonCourtBan},
		{f.inForce(osms.EventCourtDeprived), osms.ReasonCourtDeprived},
		{!f.Provider, osms.ReasonUnknownOffice},
		{otherName(f.Application.Name, f.Registered), osms.ReasonNameDiffers},
		{f.dead() || f.inForce(osms.EventResidenceLost), osms.ReasonNotEntitled},
		{f.Answer == osms.StillStudy || f.Answer == osms.LeftThere && f.LeftOn > f.Day, osms.ReasonStudiesThere},
		{!f.InRoster && !f.documentShows(), osms.ReasonNoStudy},
		{f.form() != "" && f.form() != osms.FullTime, osms.ReasonNotFullTime},
	} {
		if ground := GroundOf(v.reason); v.found {
			if _, ok := r.Ground(ground); ok {
				return Verdict{osms.CaseRefused, ground, v.reason}
			}
		}
	}
	return Verdict{Outcome: osms.CaseNotified}
}

// GroundOf is the ground that a reason belongs to; 0 for the executor's own
// words, which may belong to any.
func GroundOf(reason osms.CaseReason) osms.Ground {
	switch reason {
	case osms.ReasonNameDiffers, osms.ReasonStudiesThere, osms.ReasonNoStudy, osms.ReasonIIN:
		return osms.GroundUnreliable
	case osms.ReasonUnknownOffice, osms.ReasonNotFullTime, osms.ReasonNotEntitled, osms.ReasonNotConfirmed, osms.ReasonPeriod, osms.ReasonOtherPersonIIN:
		return osms.GroundRequirements
	case osms.ReasonCourtBan:
		return osms.GroundCourtBan
	case osms.ReasonCourtDeprived:
		return osms.GroundCourtDeprived
	case osms.ReasonNoConsent, osms.ReasonBlocked:
		return osms.GroundNoConsent
	}
	return 0
}

func (f Findings) inForce(kind osms.EventKind) bool {
	return slices.ContainsFunc(f.Events, func(e osms.Event) bool { return e.Kind == kind && e.On <= f.Day && f.Day <= e.Until })
}

func (f Findings) dead() bool {
	return slices.ContainsFunc(f.Events, func(e osms.Event) bool { return e.Kind == osms.EventDeath && e.On <= f.Day })
}

// documentShows reports whether the document about the study speaks for study
// here on the day: it was handed in, and names no first day that is still to come.
func (f Findings) documentShows() bool {
	return f.Application.Study && f.Application.EnrolledOn <= f.Day
}

// form is the form of study: where roster and document differ, the one that is not
// full-time, because what the person hands in against themselves is believed.
func (f Findings) form() osms.StudyForm {
	if stated := f.Application.StudyForm; stated != "" && stated != osms.FullTime {
		return stated
	}
	if f.InRoster && f.RosterForm != "" {
		return f.RosterForm
	}
	return f.Application.StudyForm
}

// otherName reports whether two names cannot be one person's: both surname and
// given name differ, as they are folded. One of them alone may have changed, or
// was mistyped; the two may stand in each other's place; a part that is not
// written says nothing.
func otherName(a, b osms.Name) bool {
	surname, given := osms.FoldName(a.Surname), osms.FoldName(a.Given)
	surnameB, givenB := osms.FoldName(b.Surname), osms.FoldName(b.Given)
	differ := func(x, y string) bool { return x != "" && y != "" && x != y }
	return differ(surname, surnameB) && differ(given, givenB) && (surname != givenB || given != surnameB)
}
