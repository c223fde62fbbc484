package osms

// Codes of refused rows of a list of events.
const (
	EventUnknown Code = "event_unknown"
	// PeriodTooLong: a temporary status without a last day, or for longer than a
	// month.
	PeriodTooLong Code = "period_too_long"
)

// Codes of warnings of lists of applications, requests and events.
const (
	// TimeMissing: a day of receipt without a time counts from the opening hour.
	TimeMissing Code = "time_missing"
	// YesNoUnknown: what is neither yes nor no counts as no.
	YesNoUnknown Code = "yes_no_unknown"
	// ConfirmationUnknown: the request counts as not confirmed.
	ConfirmationUnknown Code = "confirmation_unknown"
)
