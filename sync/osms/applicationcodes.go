package osms

// Codes of refused rows of lists of events and of requests.
const (
	EventUnknown Code = "event_unknown"
	// PeriodTooLong: a temporary status without a last day, or for longer than a
	// month.
	PeriodTooLong Code = "period_too_long"
	// RequestDiffers: a request with this number of this person was received at this
	// moment and answered, or is to be, and it asked for something else.
	RequestDiffers Code = "request_differs"
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
