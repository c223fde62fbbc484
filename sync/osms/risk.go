package osms

// EndingReason says why a status ends.
type EndingReason string

const (
	// TurnsAdult: category 1 ends with the month of the 18th birthday.
	TurnsAdult EndingReason = "turns_18"
	// EndsGraduation: the last day of study that was announced, at the end of a
	// final grade or course.
	EndsGraduation EndingReason = "graduation"
	// EndsLeave: the last day of an academic leave.
	EndsLeave EndingReason = "leave"
	// EndsLeftOn: any other last day of study that was announced.
	EndsLeftOn EndingReason = "left_on"
)

// EndingStatus is a person whose claim, or its category, ends soon. On is the
// last day on which it stands.
type EndingStatus struct {
	Person   IIN
	Name     Name
	Region   Region
	BIN      BIN
	Category Category
	On       Date
	Reason   EndingReason
}

// EmployerPayment is a payment for a person from somebody other than the state,
// in a month in which the state pays for the person as a learner: it may mean
// that the person works.
type EmployerPayment struct {
	Person   IIN
	Name     Name
	Region   Region
	BIN      BIN // who claims the person
	Month    Month
	Amount   Tiyn
	KNP      string
	Document DocumentRef
}

// Risks are the persons to look at before something ends. Ending60 has those of
// Ending30 too; both are in order of person and day.
type Risks struct {
	AsOf             Date
	Ending30         []EndingStatus
	Ending60         []EndingStatus
	EmployerPayments []EmployerPayment
}
