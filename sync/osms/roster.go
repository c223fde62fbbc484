package osms

// Mode says what a roster speaks of. It is declared, never guessed; a file
// that declares nothing is a delta.
type Mode string

const (
	Full  Mode = "full"  // who studies as at a day: absence means departure
	Delta Mode = "delta" // what happened: only its rows speak
)

// Facts are what a row states about an enrolment besides its days. An empty
// field says nothing: it never clears what is held.
type Facts struct {
	Form       StudyForm
	Level      Level
	Status     Status // Studying or AcademicLeave within an enrolment
	Grade      string
	Group      string
	Speciality string
	Language   string
	Funding    string
}

// Place is where a row stands: the sheet by its index in the file's list of
// sheets and the physical row number, both as a person counts (row 1 first,
// sheet 0 first).
type Place struct {
	Sheet int32
	Row   int32
}

// Row is one accepted row of a roster: what one organisation states about one
// person. Days that were not stated are zero; an unstated status is Studying.
type Row struct {
	Place
	Person     IIN
	BIN        BIN
	Name       Name
	Birth      Date // stated or taken from the IIN
	Facts      Facts
	EnrolledOn Date
	LeftOn     Date
	OrderDate  Date
	Order      string
}

// Roster is one file read and understood: the declaration and the accepted
// rows by organisation, the rows that were refused, and the counts that must
// add up: Rows = accepted + Refused + Ignored.
type Roster struct {
	Kind   Kind
	Region Region // by the channel it came through
	Mode   Mode
	AsAt   Date
	// AsAtDeclared is false when the day of receipt stands in for it.
	AsAtDeclared bool
	Sheets       []string // names, indexed by Place.Sheet; "" in a CSV
	// Columns says, for each sheet, in which column (0 is A) a field stands.
	Columns []map[string]int
	Tables  []TableAt
	// Organisations the file speaks for, in order of BIN. In a full roster an
	// organisation with no rows stands here too when it was declared.
	Organisations []OrganisationRoster
	Refusals      []Refusal // refused and warning, in order of the file
	// Unlisted counts refusals and warnings beyond those listed; their rows are
	// refused and counted all the same.
	Unlisted int
	// Holds are reasons why the whole file needs an administrator.
	Holds []Hold
	// NoChanges is a zero return: "no changes" stated by the file.
	NoChanges bool

	Rows, Refused, Ignored, Repaired int
	HiddenRows                       int
	// ControlTotal is the declared count of data rows, or -1.
	ControlTotal int
	// Encoding, Delimiter and Format tell how the file was read, for the receipt.
	Format, Encoding, Delimiter string
	// ProvedWhole says what proves that a CSV is complete: "workbook",
	// "control_total", "sidecar" or "" when nothing does.
	ProvedWhole string
}

// OrganisationRoster is what a file says about one organisation.
type OrganisationRoster struct {
	BIN  BIN
	Rows []Row // in order of Person; at most one a person
	// Protected are persons whose row was refused: their absence from Rows is
	// not a departure.
	Protected Protected
}

// Protected names the persons whom a refused row keeps from ending by absence.
// ProtectedPersons holds for every organisation of the file, the folded keys
// (FoldName of the whole name, a bar, the birth date) for this one.
type Protected struct {
	Persons []IIN
	Keys    []string
}

// ProtectKey is the key under which a refused row without a readable IIN
// protects a held person of its organisation.
func ProtectKey(n Name, birth Date) string {
	return FoldName(n.String()) + "|" + birth.String()
}

// Kind is what sort of file was dropped.
type Kind string

const (
	KindRoster        Kind = "roster"
	KindLedger        Kind = "ledger"
	KindPayments      Kind = "payments"
	KindApplications  Kind = "applications"
	KindRequests      Kind = "requests"
	KindOrganisations Kind = "organisations"
	KindEvents        Kind = "events"
)

// Kinds lists the kinds of file.
func Kinds() []Kind {
	return []Kind{KindRoster, KindLedger, KindPayments, KindOrganisations, KindApplications, KindRequests, KindEvents}
}

// Organisation is an education organisation on the register.
type Organisation struct {
	BIN                  BIN
	NameKK, NameRU       string
	Region               Region
	District             string
	Level                Level
	AddressKK, AddressRU string
	Head, Executor       string
	Phone                string
	ClosedOn             Date
	// Provisional: its BIN came in a roster before the list of organisations
	// knew it.
	Provisional bool
}

// LedgerEntry is one line of a list of ledger totals: what arrived for a
// region and month. Region zero is "no region"; Category may be empty.
type LedgerEntry struct {
	Place
	Month     Month
	Region    Region
	Category  Category
	Persons   int
	Amount    Tiyn
	PaidOn    Date
	Reference string
}
