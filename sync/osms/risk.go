package osms

// RiskReason says why the state's payments for a person will end.
type RiskReason string

const (
	RiskTurns18    RiskReason = "turns_18"   // category 1 ends with the eighteenth birthday
	RiskGraduation RiskReason = "graduation" // the announced end of study
	RiskLeave      RiskReason = "leave"      // academic leave
	RiskLeftOn     RiskReason = "left_on"    // a leaving day that was reported ahead
)

// RiskReasons in the order in which reports list them.
func RiskReasons() []RiskReason {
	return []RiskReason{RiskTurns18, RiskGraduation, RiskLeave, RiskLeftOn}
}

// EndingRisk is a person whose entitlement will end soon, and the day on which
// it does.
type EndingRisk struct {
	Person   IIN
	Name     Name
	Region   Region
	BIN      BIN
	Category Category
	On       Date
	Reason   RiskReason
}

// EmployerPayment is an employer's payment for a person who is on the state's
// list of that month: for such a person it bounces, or the state pays for
// somebody who works.
type EmployerPayment struct {
	Person   IIN
	Name     Name
	Region   Region
	BIN      BIN // of the organisation that claims the person
	Month    Month
	Amount   Tiyn
	KNP      string
	Document DocumentRef // its Payer is the employer
}

// Risks is what a month's lists will run into, as at a day. Who ends within
// thirty days of AsOf is on the first list alone, who ends on the days 31 to 60
// on the second.
type Risks struct {
	AsOf             Date
	Ending30         []EndingRisk
	Ending60         []EndingRisk
	EmployerPayments []EmployerPayment
}
