package osms

import "time"

// LetterAction is what was done with a person's data, as the notification of
// service A says it.
type LetterAction string

const (
	Entered LetterAction = "entered" // енгізілді / внесены
	Updated LetterAction = "updated" // өзектендірілді / обновлены
	Removed LetterAction = "removed" // алып тасталды / исключены
)

// LegalBasis is the act that a letter names, as it stood on the letter's date.
type LegalBasis struct {
	KK, RU string
	// Ours: the wording is this program's, not an official form's.
	Ours bool
}

// Letter is one notification to a person through the organisation.
type Letter struct {
	Number string // outgoing number, "63-2026-000123"
	Date   Date
	Person IIN
	Name   Name
	Birth  Date
	Action LetterAction
	Facts  Facts
	First  Date // first day of the enrolment
	Last   Date // last day, zero while open
	// Effective is the first month that the action changes.
	Effective Month
	// Category is the ground of Art. 26 in that month, and Basis the act as it
	// is cited for it.
	Category Category
	Basis    LegalBasis
	// Replaces are the numbers of the annulled letters in whose place this one
	// is written, with commas; "" for most.
	Replaces string
	// Case is the incoming number of the application that it answers, with the day
	// on which it counts as received; "" for a change that a roster reported.
	Case     string
	Received Date
}

// LetterKind says what a letter of the register is.
type LetterKind string

const (
	LetterNotification LetterKind = "notification" // of a change (Annex 1); see Letter
	LetterRefusal      LetterKind = "refusal"      // reasoned refusal of service A
	LetterNotAccepted  LetterKind = "not_accepted" // receipt of refusal to accept (Annex 3)
	LetterQuestion     LetterKind = "question"     // to the previous organisation
	LetterCovering     LetterKind = "covering"     // to the organisation, with the list of its notifications
	LetterEvent        LetterKind = "event"        // to the organisation, about an event
)

// LetterKinds are all of them.
var LetterKinds = []LetterKind{LetterNotification, LetterRefusal, LetterNotAccepted, LetterQuestion, LetterCovering, LetterEvent}

// OfficeLetter is a letter of any kind but a notification: one document in
// Kazakh and Russian. Which fields it has follows from its kind:
//
//	refusal       person, case, ground with its words, reason
//	not_accepted  person, case, lacks
//	question      to, person, case, until
//	covering      to, list
//	event         to, person, event; replaces, when it was taken back
type OfficeLetter struct {
	Kind     LetterKind
	Number   string // outgoing
	Date     Date
	Provider Provider // letterhead and signature
	// To is the organisation that the letter goes to; nil when it goes to the
	// person.
	To     *Organisation
	Person IIN
	Name   Name
	Birth  Date
	// Case is the incoming number, Received the day on which the application
	// counts as received; "" without a case.
	Case     string
	Received Date
	// ServiceKK and ServiceRU are the title of the service, Basis the act that the
	// letter rests on, both as of its date.
	ServiceKK, ServiceRU string
	Basis                LegalBasis
	Ground               Ground
	GroundKK, GroundRU   string
	ReasonKK, ReasonRU   string
	Lacks                []Lack
	Until                Date
	Event                *Event
	// EffectKK and EffectRU say what follows from the event, in a sentence.
	EffectKK, EffectRU string
	// TakenBack: the record of the event was taken back; the letter says that the
	// ones which it replaces are annulled.
	TakenBack bool
	List      []Letter
	Replaces  string
}

// LetterBundle is the letters of one organisation, printed as one PDF with a
// table of contents.
type LetterBundle struct {
	Organisation Organisation
	// Provider signs the letters and heads them; zero: the organisation does.
	Provider Provider
	Date     Date
	Letters  []Letter
	// Sequence is the import up to which the registry was read.
	Sequence int64
}

// ParticipationStatus says whether a person takes part as a consumer of
// medical services on the ground that this register keeps.
type ParticipationStatus string

const (
	Participating    ParticipationStatus = "participating"     // the state pays this month
	RightPreserved   ParticipationStatus = "right_preserved"   // ended, care goes on up to three months (Art. 5)
	NotParticipating ParticipationStatus = "not_participating" // no claim in this register
)

// Participation is the first half of service B's result.
type Participation struct {
	Status   ParticipationStatus
	Category Category // "" when not participating
	Since    Month    // zero when never
	Until    Month    // zero while open
	// PreservedUntil is the last month of the grace period; zero when it does
	// not apply.
	PreservedUntil Month
}

// StatementRow is one month's transferred sum.
type StatementRow struct {
	Month     Month
	Payer     string
	PayerID   string
	KNP       string
	PaidOn    Date // zero: not shown by the ledger
	Reference string
	Amount    Tiyn
}

// Statement is the result of service B: participation and transferred sums
// (order No ҚР ДСМ-26/2020).
type Statement struct {
	Number        string
	Issued        time.Time
	Person        IIN
	Name          Name
	Birth         Date
	From, To      Month
	Participation Participation
	Rows          []StatementRow
	Total         Tiyn
	Digest        string // SHA-256 of the statement's content, hex
	// Counted is the working day on which the request counts as received.
	Counted Date
	// Signature is the issuer's over the digest (Ed25519), from which the printed
	// verification code follows; empty: not signed.
	Signature []byte
}

// FrozenPerson is one line of the list exported for the Fund and the treasury.
type FrozenPerson struct {
	Person   IIN
	Name     Name
	Birth    Date
	Category Category
	Region   Region
	BIN      BIN
	Amount   Tiyn
	// Change since the previous export: "" the same, "joined" or "left". A
	// person who left has amount zero and does not count.
	Change string
}

// FrozenList heads the exported list.
type FrozenList struct {
	Month     Month
	Region    Region // zero: the whole country
	Version   int    // of the freeze
	Sequence  int64
	Rate      StateRate
	Persons   int
	Amount    Tiyn
	Digest    string // SHA-256 over the lines in order, hex
	Joined    int
	Left      int
	Generated time.Time
}
