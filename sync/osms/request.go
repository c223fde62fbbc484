package osms

import "time"

// Confirmation is how the person who asks proved who they are (order No ҚР
// ДСМ-26/2020, clause 8 of the list of requirements).
type Confirmation string

const (
	NotConfirmed      Confirmation = ""
	ByEDS             Confirmation = "eds"              // digital signature
	ByOTP             Confirmation = "otp"              // one-time password
	BySMS             Confirmation = "sms"              // reply to a text message
	ByDigitalDocument Confirmation = "digital_document" // with the owner's consent
)

// Request is a request for service B.
type Request struct {
	Place
	Incoming    string // the sender's number; "" for none
	Received    time.Time
	Person      IIN // 0: what is written is no IIN
	From, To    Month
	ConfirmedBy Confirmation
	Consent     bool
}

// RequestAnswer is what a request came to: a statement, or a refusal on a ground.
type RequestAnswer struct {
	ID        int64  // of the request in the register
	Number    string // of the statement or of the refusal
	Request   Request
	Answered  time.Time
	Deadline  time.Time // 15 minutes after receipt
	Counted   Date      // the working day on which it counts as received
	Statement *Statement
	Ground    Ground // 0: answered
	Reason    CaseReason
}

// Access is a line of the access log: who looked at whose data, when, and by
// what right (law No 94-V; the log is append-only).
type Access struct {
	ID     int64
	At     time.Time
	Who    string // user or channel
	What   string // statement, person, refusal
	Person IIN
	Ground string // consent with its channel, or Art. 9
	Number string // of the document that was given
}
