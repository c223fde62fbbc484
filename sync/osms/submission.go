package osms

import "time"

// SubmissionState says what the register has from an organisation for a month
// for which it has not submitted.
type SubmissionState string

const (
	// NothingCame: no roster of the month.
	NothingCame SubmissionState = "none"
	// SubmissionHeld: a roster came and waits for an administrator. Nothing is
	// asked of the organisation.
	SubmissionHeld SubmissionState = "held"
	// SubmissionRefused: a roster came and nothing of it stands. Every row was
	// refused, or an administrator refused what was held or took it back.
	SubmissionRefused SubmissionState = "refused"
)

// Submission is one roster of an organisation as an administrator looks for it.
// A zero Import is none.
type Submission struct {
	Import   int64
	File     string // name as it was dropped
	Received time.Time
	AsAt     Date
}

// Unsubmitted is an organisation that has not submitted for a month.
type Unsubmitted struct {
	Organisation Organisation
	State        SubmissionState
	// Reason is that of the hold.
	Reason HoldReason
	// Persons are held as studying there on the first day of the month: for so
	// many nobody has said whether they still do.
	Persons int
	// Last is the newest roster of the organisation that stands, of any month.
	Last Submission
	// Overdue counts calendar days after the due day.
	Overdue int
}

// Reminder is a letter to the local executive body of a region: who of its
// organisations has not submitted for a month.
type Reminder struct {
	Region  Region
	Month   Month
	Due     Date // the last day for submitting
	Date    Date // of the letter
	Missing []Unsubmitted
	// Held counts organisations whose roster waits for an administrator.
	Held int
}
