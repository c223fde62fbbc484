package osms

import (
	"strings"
	"time"
)

// FileReport is what is said about one file: the JSON of check and import, the
// receipt, the line in the list of files. Accepted = Joined + LeftByRow +
// Changed + Unchanged; Rows = Accepted + Refused + Ignored; Left counts
// absences too.
type FileReport struct {
	File   string // name as it was dropped
	SHA256 string
	Size   int64
	Kind   Kind
	Region Region
	Mode   Mode
	AsAt   Date
	// AsAtDeclared is false when the day of receipt stands in for it.
	AsAtDeclared bool
	Outcome      Outcome
	Error        *FileError

	Rows, Accepted, Refused, Ignored, Repaired  int
	Joined, Left, LeftByRow, Changed, Unchanged int
	HiddenRows                                  int
	ControlTotal                                int // -1: none
	ProvedWhole                                 string
	Format, Encoding, Delimiter                 string

	Held     bool
	Holds    []Hold
	Diff     string // hash of the diff
	Import   int64  // 0: none
	Refusals []Refusal
	// Unlisted counts refusals and warnings beyond those listed.
	Unlisted int
	Tables   []TableAt

	// Members are the files of an archive of files, Junk counts those in it that
	// are nobody's delivery.
	Members []Member
	Junk    int

	Organisations []BIN
	// Released: what was held of the import was applied by a decision.
	Released bool
	// ByOrganisation and Changes are the diff that a dry run shows; they are not
	// kept.
	ByOrganisation []OrganisationDiff
	Changes        []PersonChange
	Received       time.Time
	Run            int64

	// Arrival numbers the file and its receipt; 0 in a dry run.
	Arrival int64
	// Deadline is the day until which a corrected file is awaited.
	Deadline Date
	// Spoken are the first organisations that the file speaks of, SpokenOf how
	// many there are.
	Spoken   []Spoken
	SpokenOf int
	Repeated []Repeat
	// Money is what a file of payments or of ledger totals says; nil of others.
	Money *MoneyReport
}

// OfMoney reports whether the file is about money: its rows are movements,
// payments or totals, and nobody joins or leaves by them.
func (r FileReport) OfMoney() bool { return r.Kind == KindLedger || r.Kind == KindPayments }

// MoneyReport is what the accepted rows of a file of money come to.
type MoneyReport struct {
	Documents int // 0: a list of totals, which is none
	Persons   int
	Amount    Tiyn
	Months    []Month  // that the file names, in order
	Regions   []Region // likewise
	// NoMonth and NoRegion are the parts of Amount for which the file names no
	// month or no region.
	NoMonth, NoRegion Tiyn
}

// Message says it in one sentence.
func (m *MoneyReport) Message(lang string) string {
	var months, regions []string
	for _, x := range m.Months {
		months = append(months, x.String())
	}
	for _, x := range m.Regions {
		regions = append(regions, x.String())
	}
	some := func(t Tiyn) string {
		if t == 0 {
			return ""
		}
		return t.Grouped()
	}
	return filled(sentence("money read", lang), "documents", count(m.Documents), "persons", count(m.Persons), "amount", m.Amount.Grouped(),
		"months", strings.Join(months, ", "), "regions", strings.Join(regions, ", "), "no_month", some(m.NoMonth), "no_region", some(m.NoRegion))
}

// Spoken is an organisation that a roster speaks of: its names as registered,
// empty when it is not on the list, and how many rows the file has for it.
type Spoken struct {
	BIN            BIN
	NameKK, NameRU string
	Rows           int
}

// Repeat is a fault that the file has and the one before it had too: of the
// same region's organisations, or, for a file refused whole, of the region.
type Repeat struct {
	Code             Code // or the FileCode of files refused whole
	Rows, BeforeRows int  // in how many rows; 0 for a file refused whole
	Before           time.Time
	BeforeArrival    int64
}
