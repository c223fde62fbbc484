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
}

// LetterBundle is the letters of one organisation, printed as one PDF with a
// table of contents.
type LetterBundle struct {
	Organisation Organisation
	Date         Date
	Letters      []Letter
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
