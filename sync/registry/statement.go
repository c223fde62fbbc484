package registry

import "osmsd/sync/osms"

// Statement is what one import says of one person at one organisation.
type Statement struct {
	Import int64 // the claim sequence: arrival
	AsAt   osms.Date
	Mode   osms.Mode
	Row    *osms.Row // nil: the person is not in this full roster
}

// Effect is what a statement did to a claim.
type Effect uint8

const (
	None      Effect = iota // an absence of somebody who was not there
	Joined                  // a new enrolment
	Unchanged               // it said what was held
	Changed                 // facts, days or the name changed
	LeftByRow               // a leaving status ended the enrolment
	Left                    // absence ended the enrolment
	Rejected                // the statement cannot be true of this claim
)

// Verdict is an effect with what a receipt must say about it.
type Verdict struct {
	Effect Effect
	// Code, Field and Detail are set for Rejected, and for a warning.
	Code   osms.Code
	Field  string
	Detail string
	// Review: the outcome is listed for a person to look at (academic leave, a
	// reopened departure).
	Review bool
}

func rejected(code osms.Code, field, detail string) Verdict {
	return Verdict{Effect: Rejected, Code: code, Field: field, Detail: detail}
}

// and joins what two parts of a row did: a rejection of either is one of the
// whole, and a change of either is a change.
func (v Verdict) and(next Verdict) Verdict {
	switch next.Effect {
	case Rejected:
		return next
	case Changed:
		v.Effect = Changed
	}
	v.Review = v.Review || next.Review
	return v
}
