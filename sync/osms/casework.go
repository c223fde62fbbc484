package osms

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Application is a person's request for service A as an office received it: one
// line of a list of applications, or typed in by hand.
type Application struct {
	Place
	Incoming string // the office's own number, as it was written; "" for none
	Received time.Time
	Person   IIN
	Name     Name
	BIN      BIN // the provider applied to
	// Previous is the organisation where the person studied before; 0: the person
	// does not apply to another organisation.
	Previous BIN
	// The package of documents (clause 9 of the Standard, whose text was not found:
	// the list is ours).
	Form          bool // the application itself, signed
	Identity      bool // identity document
	IdentityUntil Date // last day of its validity; zero: none is stated
	Study         bool // document about the study
	StudyDated    Date
	Consent       bool // to access to personal data: Art. 8 of law No 94-V
	// What the document about the study says, as far as the list has it; zero
	// where it does not.
	StudyForm  StudyForm
	Level      Level
	EnrolledOn Date
}

// CaseStep is a step of service A, as clause 5 of the regulation counts them, or
// one of the acts between them.
type CaseStep string

const (
	StepAccept  CaseStep = "accept"  // 1: the office accepts, registers, hands to the head
	StepResolve CaseStep = "resolve" // 2: the head reviews and assigns
	StepCheck   CaseStep = "check"   // 3: the executor checks and prepares the result
	StepSign    CaseStep = "sign"    // 4: the head signs
	StepIssue   CaseStep = "issue"   // 5: the office registers the result and issues it
	// StepAsk and StepAnswer are the question to the previous organisation and its
	// answer, on the four-day path, between steps 2 and 3.
	StepAsk    CaseStep = "ask"
	StepAnswer CaseStep = "answer"
	// StepHear is the prior hearing before an unfavourable decision, where it is
	// switched on, between steps 3 and 4.
	StepHear CaseStep = "hear"
	// StepWithdraw closes a case without a result: the application was a mistake, or
	// was taken back, or came again corrected.
	StepWithdraw CaseStep = "withdraw"
)

// CaseOutcome is what a case came to, or, until it is issued, will come to.
type CaseOutcome string

const (
	CaseOpen        CaseOutcome = ""             // not decided yet
	CaseNotAccepted CaseOutcome = "not_accepted" // receipt of refusal to accept (Annex 3)
	CaseNotified    CaseOutcome = "notified"     // notification (Annex 1)
	CaseRefused     CaseOutcome = "refused"      // reasoned refusal
	CaseWithdrawn   CaseOutcome = "withdrawn"    // closed without a result
)

// Ground is one of the five grounds for refusing a service, by its number in
// clause 9 of the list of requirements of order No ҚР ДСМ-26/2020; 0: none.
// Using them for service A too is ours.
type Ground int

const (
	GroundUnreliable    Ground = 1 // documents or data in them are unreliable
	GroundRequirements  Ground = 2 // applicant, materials or data do not meet the requirements
	GroundCourtBan      Ground = 3 // a court decision forbids an activity
	GroundCourtDeprived Ground = 4 // a court decision deprives of a special right
	GroundNoConsent     Ground = 5 // no consent to access to personal data
)

// Lack is why a document of the package is not good: it is missing or has
// expired.
type Lack string

const (
	LacksForm       Lack = "application_form"
	LacksIdentity   Lack = "identity_document"
	LacksStudy      Lack = "study_document"
	ExpiredIdentity Lack = "identity_expired"
	ExpiredStudy    Lack = "study_expired"
)

// StepDone is a step that was done: by whom and when.
type StepDone struct {
	Step CaseStep
	By   string
	At   time.Time
	Note string // resolution, answer, reason
}

// Answer is what the previous organisation says of the person.
type Answer string

const (
	NoAnswer   Answer = ""
	StillStudy Answer = "studies" // the person studies there
	LeftThere  Answer = "left"    // the person left, on a day
	NeverThere Answer = "never"   // the person is not known there
)

// Case is service A for one person.
type Case struct {
	Number CaseNumber
	Application
	Region Region
	// Days is the term in working days: 1, or 4 when the person applies to an
	// organisation where they did not study.
	Days int
	// Counted is the day on which it counts as received, Deadline the moment at
	// which the term ends.
	Counted  Date
	Deadline time.Time
	Steps    []StepDone // in order
	Lacks    []Lack     // of the package, when it was not accepted
	Answer   Answer
	LeftOn   Date // by the answer
	Outcome  CaseOutcome
	Ground   Ground
	Reason   CaseReason // why, in one of the known sentences; "" for none
	// Letter is the outgoing number of the document that was issued; "" until then.
	Letter string
	// Origin says what opened it.
	Origin CaseOrigin
	// Import is the list that brought it, Update the import that updated the
	// registry; 0 for none.
	Import, Update int64
}

// CaseNumber is a case's incoming number: by region and year, without gaps.
type CaseNumber struct {
	Region Region
	Year   int
	Serial int64
}

func (n CaseNumber) String() string { return fmt.Sprintf("%s-%d-З-%06d", n.Region, n.Year, n.Serial) }

// CaseOrigin says how a case came about.
type CaseOrigin string

const (
	FromList   CaseOrigin = "list"   // a list of applications
	FromHand   CaseOrigin = "hand"   // typed in
	FromRoster CaseOrigin = "roster" // a change that a roster reported
)

// CaseReason names a sentence that says why an outcome is what it is.
type CaseReason string

const (
	ReasonNameDiffers    CaseReason = "name_differs"     // 1: the register's name for this IIN is another
	ReasonStudiesThere   CaseReason = "studies_there"    // 1: the previous organisation says that the person studies there
	ReasonUnknownOffice  CaseReason = "unknown_provider" // 2: the organisation is not on the list, or closed
	ReasonNotFullTime    CaseReason = "not_full_time"    // 2: the study is not full-time
	ReasonNotEntitled    CaseReason = "not_entitled"     // 2: death or loss of the right to reside
	ReasonNoStudy        CaseReason = "no_study"         // 1: neither roster nor document says that the person studies there
	ReasonCourtBan       CaseReason = "court_ban"        // 3
	ReasonCourtDeprived  CaseReason = "court_deprived"   // 4
	ReasonNoConsent      CaseReason = "no_consent"       // 5
	ReasonByHand         CaseReason = "by_hand"          // the executor's own words stand in the step's note
	ReasonBlocked        CaseReason = "blocked"          // 5: the person blocked the data
	ReasonNotConfirmed   CaseReason = "not_confirmed"    // 2: service B without signature, password or digital document
	ReasonPeriod         CaseReason = "period"           // 2: a period that cannot be
	ReasonIIN            CaseReason = "iin"              // 1: no IIN could be read
	ReasonOtherPersonIIN CaseReason = "other_person"     // 2: confirmed by somebody else
)

// ParseCaseNumber reads a case's number as it is printed; the letter З, which
// tells it from an outgoing number, and leading zeros may be left out.
func ParseCaseNumber(text string) (n CaseNumber, err error) {
	parts := strings.Split(strings.TrimSpace(text), "-")
	if len(parts) == 4 && (parts[2] == "З" || parts[2] == "з" || parts[2] == "3") {
		parts = append(parts[:2], parts[3])
	}
	bad := fmt.Errorf("%q is not the number of a case", text)
	if len(parts) != 3 {
		return n, bad
	}
	if n.Region, err = ParseRegion(parts[0]); err != nil {
		return n, bad
	}
	if n.Year, err = strconv.Atoi(parts[1]); err != nil || n.Year < 2000 || n.Year > 9999 {
		return n, bad
	}
	if n.Serial, err = strconv.ParseInt(parts[2], 10, 64); err != nil || n.Serial < 1 {
		return n, bad
	}
	return n, nil
}
