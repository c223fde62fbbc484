package osms

// Ending says how a span of an enrolment ends.
type Ending string

const (
	Open     Ending = ""         // no end known
	Absence  Ending = "absence"  // not in a full roster
	Expected Ending = "expected" // an end that was announced while studying
)

// EndingOf is the ending that a leaving status makes: a departure, named by the
// status.
func EndingOf(s Status) Ending { return Ending(s) }

// Departure reports an ending by a leaving status with its date.
func (e Ending) Departure() bool { return Status(e).Leaving() }

// Span is a stretch of an enrolment during which its facts stay the same, both
// days included; Until is Forever while open. Import and Place lead to the row
// that stated it.
type Span struct {
	From, Until Date
	Ending      Ending
	Facts       Facts
	Import      int64
	Place       Place
}

// Enrolment is a person's study at one organisation, identified by person ×
// organisation × first day. Its spans are in order and do not overlap; between
// two of them there may be a gap.
type Enrolment struct {
	First Date
	Spans []Span
}

// Claim is everything one organisation says of one person: the name and birth
// date as that organisation writes them, and the enrolments in order of their
// first day.
type Claim struct {
	Person     IIN
	BIN        BIN
	Name       Name
	Birth      Date
	Enrolments []Enrolment
}

// Fact is a span with the enrolment and claim that it belongs to: one fact row
// of the register.
type Fact struct {
	Person IIN
	BIN    BIN
	Name   Name
	Birth  Date
	First  Date
	Span
}

// Fingerprint is 64 bits of SHA-256 over what a row that changes nothing would
// state about the current span of a claim: name, birth date, facts, and the
// announced end. The first day is kept beside it, because a row may leave it
// out.
type Fingerprint int64

// Mark is the least that must be read of a held fact to see whether a row says
// anything new: whose it is, the first day of its enrolment, its fingerprint.
type Mark struct {
	Person      IIN
	First       Date
	Fingerprint Fingerprint
}

// Covers reports whether a full-time span of the enrolment has a day in common
// with the days from a to b.
func (e Enrolment) Covers(a, b Date) bool {
	for _, s := range e.Spans {
		if s.Facts.Form == FullTime && s.From <= b && a <= s.Until {
			return true
		}
	}
	return false
}

// Entitlement is a conclusion: from month From to month To (both included;
// EndlessMonth while open) the state pays for the person in this category, and
// this organisation of this region is the one that claims.
type Entitlement struct {
	Person   IIN
	Category Category
	From, To Month
	BIN      BIN
	Region   Region
}

// StateRate is what the state pays a month in a year: Percent of Base, the
// object of calculation as published for that year (law No 405-V, Art. 26;
// DOMAIN §3). Base zero means "not published yet".
type StateRate struct {
	Year    int
	Percent Rate
	Base    Tiyn
	// Unverified: the figure was not found in a source of full confidence.
	Unverified bool
}

// PerPerson is the monthly contribution for one person.
func (r StateRate) PerPerson() Tiyn { return r.Percent.Of(r.Base) }

// Contribution is what is due for a region and category in a month.
type Contribution struct {
	Region   Region
	Category Category
	Persons  int
	Amount   Tiyn
}

// Head counts the persons entitled in a region and category in a month.
type Head struct {
	Region   Region
	Category Category
	Persons  int
}
