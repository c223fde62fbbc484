package osms

import "time"

// AuditQuestion names a question that an auditor asks about a month.
type AuditQuestion string

const (
	// AuditNames: one IIN, several names.
	AuditNames AuditQuestion = "several_names"
	// AuditRegions: one person claimed by several regions.
	AuditRegions AuditQuestion = "several_regions"
	// AuditAges: an age that does not fit what is claimed.
	AuditAges AuditQuestion = "ages"
	// AuditDeparted: on the frozen list, and departed before the month.
	AuditDeparted AuditQuestion = "departed"
	// AuditLateFiles: what changed the month after it was frozen.
	AuditLateFiles AuditQuestion = "late_files"
	// AuditLateEnrolments: enrolments reported long after they began.
	AuditLateEnrolments AuditQuestion = "late_enrolments"
	// AuditMissing: organisations that have not submitted for the month.
	AuditMissing AuditQuestion = "not_submitted"
	// AuditProvisional: organisations on the frozen list that the list of
	// organisations did not know.
	AuditProvisional AuditQuestion = "provisional"
	// AuditTwins: two IINs, one name and birth date, one organisation.
	AuditTwins AuditQuestion = "two_iins"
	// AuditDecisions: who decided what when.
	AuditDecisions AuditQuestion = "decisions"
	// AuditOverlaps: whom two organisations claimed, and how it was settled.
	AuditOverlaps AuditQuestion = "overlaps"
	// AuditPaidDeparted: the state paid for somebody departed, or never known.
	AuditPaidDeparted AuditQuestion = "paid_departed"
	// AuditPaidNames: paid for under another name than the register's.
	AuditPaidNames AuditQuestion = "paid_names"
	// AuditUntimely: the month paid for long after its end, or before it began.
	AuditUntimely AuditQuestion = "untimely_money"
	// AuditPaidByOthers: somebody else paid for a person of the state's list.
	AuditPaidByOthers AuditQuestion = "paid_by_others"
	// AuditIncomplete: documents without month, region or known person.
	AuditIncomplete AuditQuestion = "incomplete_documents"
)

// AuditQuestions are the questions in the order of their numbers, from 1.
var AuditQuestions = []AuditQuestion{AuditNames, AuditRegions, AuditAges, AuditDeparted, AuditLateFiles, AuditLateEnrolments,
	AuditMissing, AuditProvisional, AuditTwins, AuditDecisions, AuditOverlaps,
	AuditPaidDeparted, AuditPaidNames, AuditUntimely, AuditPaidByOthers, AuditIncomplete}

// Thresholds of the audit, in completed years and in days. They are ours: no act
// sets them.
const (
	AuditYoungest  = 5  // younger on the last day of the month is asked about
	AuditOldPupil  = 18 // older on the first day, in secondary education
	AuditOldest    = 60 // older on the first day, full-time
	AuditLateAfter = 30 // days from the first day of study to its first report
	AuditLateMoney = 60 // days from the end of the month to the date of a payment for it
)

// Kinds of an age that does not fit.
const (
	AgeTooYoung   = "too_young"   // below AuditYoungest
	AgeNoChild    = "no_child"    // category 1 after the month of the 18th birthday
	AgeOldPupil   = "old_pupil"   // above AuditOldPupil in secondary education
	AgeOldLearner = "old_learner" // above AuditOldest
)

// Kinds of a row about names, about regions, and of an end that is no departure.
const (
	NameNow      = "now"      // believed
	NameBefore   = "before"   // was believed earlier
	SideTogether = "together" // a day of the month in common with another region
	SideInTurn   = "in_turn"  // one after another
	EndedForm    = "form"     // study went on in another form
)

// Kinds of a payment that is asked about; one for somebody departed has the
// ending of the study.
const (
	PaidUnknown    = "never_known"     // no claim ever named the person
	PaidWithdrawn  = "claim_withdrawn" // no claim is believed any more
	PaidByEmployer = "employer"        // KNP 121
	PaidAsPenalty  = "penalty"         // KNP 123, 124
	PaidByOther    = "other_payer"     // under the state's code
	MoneyLate      = "late"            // more than AuditLateMoney days after the month
	MoneyAhead     = "ahead"           // dated before the month
	LacksMonth     = "no_month"
	LacksRegion    = "no_region"
	LacksPerson    = "no_person" // never on the register, or no IIN
)

// What the audit calls decisions that are about no import.
const (
	DecidedFreeze   = "freeze"
	DecidedRefreeze = "refreeze"
	DecidedRates    = "rates"
	DecidedRules    = "rules"
	DecidedOverlap  = "overlap"
	DecidedWithdraw = "withdraw"
	DecidedDestroy  = "destroy"
)

// AuditMoment is when something became known: the decision that made it so, its
// day, and the import, with its file, that the decision is or is about; 0 and ""
// for none.
type AuditMoment struct {
	Sequence int64
	Day      Date
	Source   int64
	File     string // as it was dropped
}

// AuditPayment is what a payment document says, of a person or as a whole.
type AuditPayment struct {
	Format, Reference, Number string
	Dated, Booked             Date
	Payer, PayerID            string
	KNP                       string // of the person, else of the document
	Listed                    string // the name as the document writes it
	Given                     string // what it writes for an IIN, when it is none
	Returned                  bool   // money given back
	Place
	SheetName string
}

// AuditRow is one row of an answer. Which fields it has depends on the question;
// the others are zero.
type AuditRow struct {
	Finding int // from 1: the rows of one finding share its number
	Person  IIN // 0: not about a person
	Name    Name
	Birth   Date
	Age     int // completed years on the first day of the month
	Region  Region
	BIN     BIN
	// NameKK and NameRU are the organisation's.
	NameKK, NameRU string
	Provisional    bool
	Category       Category
	Level          Level
	Kind           string // what sort of row: a value of the question's own
	From, Until    Date   // Until is Forever while open
	Due            bool   // this claim is the one that is due
	DueTo          BIN    // who claims the month; 0: nobody
	// Learnt is when it became known; Unlearnt when it ceased to be believed, was
	// settled or decided; zero while it stands.
	Learnt, Unlearnt AuditMoment
	Persons          int
	Joined, Left     int
	Amount           Tiyn
	Reason           string
	Days             int // late, overdue
	Number           int64
	OtherBIN         BIN
	OtherRegion      Region
	At               time.Time
	Run              int64
	Trigger          string // of the run: command, schedule …
	Payment          *AuditPayment
}

// Audit heads the answers to an auditor's questions about a month.
type Audit struct {
	Month    Month
	Region   Region // 0: the whole country
	Sequence int64  // the last decision that is taken into account
	AsOf     time.Time
	// The first and the last version of the frozen month; 0: it was not frozen.
	FreezeVersion               int
	FirstFreeze, FreezeSequence int64
	Frozen                      time.Time
	Rate                        StateRate // of the last version, or as it would be now
	// Rules and Rates are the decisions that brought those in force; 0: none.
	Rules, Rates int64
	Due          Date // the last day for submitting
	Answers      []AuditAnswer
}

// AuditAnswer says how much was found. Found counts findings, Rows the rows of
// the sheet, which are as many or more.
type AuditAnswer struct {
	Question    AuditQuestion
	Found, Rows int
}

// EachAuditRow reads the rows of an answer in order.
type EachAuditRow func(q AuditQuestion, yield func(AuditRow) error) error
