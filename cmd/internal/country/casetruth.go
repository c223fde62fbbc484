package country

import "osmsd/sync/osms"

// Casework is what comes about single persons and what is expected of it. It is
// in the truth of a country that was made with casework. The events of a month
// are to be imported before its applications.
type Casework struct {
	Applications []CaseApplication `json:"applications"`
	Requests     []CaseRequest     `json:"requests"`
	Events       []CaseEvent       `json:"events"`
}

// CaseApplication is one row of a list of applications for service A.
type CaseApplication struct {
	File     string   `json:"file"`
	Row      int      `json:"row"`
	Story    string   `json:"story"`
	Incoming string   `json:"incoming"`
	Received string   `json:"received"` // "2026-09-14 10:05", in the country's own time
	IIN      string   `json:"iin"`      // of the person, whatever the row writes
	BIN      osms.BIN `json:"bin"`      // of the organisation applied to
	Previous osms.BIN `json:"previous"`
	// Refused: the row is refused, and no case is opened.
	Refused    bool `json:"refused"`
	AfterHours bool `json:"after_hours"` // counts as received on the next working day
	Days       int  `json:"days"`        // the term in working days
	// Answer is what the previous organisation has to say, as its rosters have it.
	Answer  osms.Answer      `json:"answer"`
	Outcome osms.CaseOutcome `json:"outcome"`
	Lacks   []osms.Lack      `json:"lacks"`
	Ground  osms.Ground      `json:"ground"`
	Reason  osms.CaseReason  `json:"reason"`
}

// CaseRequest is one row of a list of requests for service B.
type CaseRequest struct {
	File        string            `json:"file"`
	Row         int               `json:"row"`
	Story       string            `json:"story"`
	Incoming    string            `json:"incoming"`
	Received    string            `json:"received"`
	IIN         string            `json:"iin"` // "" where the row writes none
	From        osms.Month        `json:"from"`
	To          osms.Month        `json:"to"`
	ConfirmedBy osms.Confirmation `json:"confirmed_by"`
	Consent     bool              `json:"consent"`
	// Known: the register has heard of the person. A statement is due all the
	// same: whoever is unknown takes no part.
	Known  bool            `json:"known"`
	Ground osms.Ground     `json:"ground"` // 0: a statement
	Reason osms.CaseReason `json:"reason"`
}

// CaseEvent is one row of a list of events.
type CaseEvent struct {
	File  string         `json:"file"`
	Row   int            `json:"row"`
	IIN   string         `json:"iin"`
	Kind  osms.EventKind `json:"kind"`
	On    osms.Date      `json:"on"`
	Until osms.Date      `json:"until"` // 9999-12-31 where none is stated
	// Refused and Ignored rows change nothing.
	Refused bool `json:"refused"`
	Ignored bool `json:"ignored"`
	// LastDue is the last month that is due, where the event ends the entitlement.
	LastDue osms.Month `json:"last_due"`
}
