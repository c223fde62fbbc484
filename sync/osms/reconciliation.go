package osms

import (
	"slices"
	"time"
)

// BridgeKind names a cause of a difference between what was due and what the
// ledger shows.
type BridgeKind string

// Kinds of the first part, frozen − due now, person by person; a person stands
// on one line only, the first that fits.
const (
	BridgeUndone         BridgeKind = "undone"           // an import was taken back after the freeze
	BridgeClaimedTwice   BridgeKind = "claimed_twice"    // settling an overlap changed who claims
	BridgeMovedRegion    BridgeKind = "moved_region"     // minus in the region that gains, plus in the one that loses
	BridgeCategoryOrRate BridgeKind = "category_or_rate" // the sum or the category of the person changed
	BridgeJoinedLate     BridgeKind = "joined_late"      // due now, not frozen
	BridgeLeftLate       BridgeKind = "left_late"        // frozen, not due now
)

// Kinds of the second part, ledger − frozen, by document or person entry.
const (
	BridgeReturned      BridgeKind = "returned"
	BridgePaidTwice     BridgeKind = "paid_twice"
	BridgeOtherMonth    BridgeKind = "other_month"
	BridgeOtherRegion   BridgeKind = "other_region"
	BridgeUnknownPerson BridgeKind = "unknown_person"
	BridgeNotSubmitted  BridgeKind = "not_submitted"
	BridgeInTransit     BridgeKind = "in_transit"
	BridgeRounding      BridgeKind = "rounding"
)

// BridgePerson is a person or a document behind a bridge line, with the file
// that proves it.
type BridgePerson struct {
	Person IIN // 0: a document alone
	Name   Name
	BIN    BIN
	// Organisation is the name of BIN for people, "" when it is not known.
	Organisation string
	Was, Now     Category // in the frozen list, and due now; "" is not on it
	Amount       Tiyn     // signed, as it counts in the line
	Import       int64    // the import that made the difference known
	File         string   // its name as it was dropped, shown safely

	// Of the second part: where the payment stands, and what it is.
	Given    string // what the list writes for an IIN, when it is none
	Listed   string // the name as the list writes it
	Sheet    string
	Row      int
	Document *DocumentRef // nil: no document speaks of the person, which is the point
	// Other is the other side: the month or region that the payment was posted to
	// or belongs to. Zero where it means nothing.
	OtherMonth  Month
	OtherRegion Region
}

// DocumentRef names a payment document for people.
type DocumentRef struct {
	Format    string
	Reference string
	Number    string
	Dated     Date
	Payer     string
	PayerID   string
	Import    int64
	File      string
}

// SuggestionKind names a guess about what is unexplained. A suggestion is never
// counted.
type SuggestionKind string

const (
	// SuggestOpposite: another region or month has the same sum with the other
	// sign.
	SuggestOpposite SuggestionKind = "equal_and_opposite"
	// SuggestHeadCount: a multiple of one organisation's head-count.
	SuggestHeadCount SuggestionKind = "head_count"
	// SuggestOtherRate: the difference that another year's rate makes.
	SuggestOtherRate SuggestionKind = "other_rate"
	// SuggestDigits: two digits changed places, or one digit is another.
	SuggestDigits SuggestionKind = "swapped_digit"
	// SuggestRounding: so many persons, each rounded to whole tenge.
	SuggestRounding SuggestionKind = "rounded_each"
	// SuggestPersons: the sum of so many whole contributions.
	SuggestPersons SuggestionKind = "whole_persons"
	// SuggestNotListed: persons of the frozen list whom no list of the payer
	// names, though it names others of their organisation.
	SuggestNotListed SuggestionKind = "not_listed"
	// SuggestUnledgered: a list of the payer, older than money is on its way,
	// that no line of the ledger or of a statement names.
	SuggestUnledgered SuggestionKind = "list_without_money"
	// SuggestUnlisted: the ledger has money that no list names, where lists are.
	SuggestUnlisted SuggestionKind = "money_without_list"
	// SuggestPartial: persons were paid another sum than is due.
	SuggestPartial SuggestionKind = "other_sum"
)

// Suggestion is a guess beside the remainder. What it rests on is in the fields
// that its kind needs; the others are zero.
type Suggestion struct {
	Kind    SuggestionKind
	Amount  Tiyn // the part of the remainder that it would explain
	Persons int
	Region  Region
	Month   Month
	BIN     BIN
	Year    int
	Text    string // figures, a reference; no words
	// Behind names the persons or documents, where there are some.
	Behind []BridgePerson
}

// Placeless says why money stands on no region's line of any month.
type Placeless string

const (
	// NoMonth: the document does not say for which month it pays.
	NoMonth Placeless = "no_month"
	// NotState: not a contribution of the state: an employer's or person's own
	// payment, a penalty.
	NotState Placeless = "not_state"
	// NotInTotals: the ledger of the month is its lists of totals, which do not
	// have the region at all, and a statement shows money for it.
	NotInTotals Placeless = "not_in_totals"
)

// Unplaced is money on no line, which is kept and shown by itself.
type Unplaced struct {
	Why     Placeless
	Persons int
	Amount  Tiyn
	Behind  []BridgePerson
}

// MoneySource says what the ledger column of a month rests on: the first that
// there is.
type MoneySource string

const (
	FromTotals     MoneySource = "totals"     // lists of ledger totals
	FromStatements MoneySource = "statements" // bank and treasury statements
	FromLists      MoneySource = "lists"      // the payer's lists of persons
	FromNothing    MoneySource = "none"
)

// BridgeLine is one line of the bridge. Persons is how many persons stand behind
// it; Amount is signed, as it counts in ledger − due. Proved: persons or
// documents prove it.
type BridgeLine struct {
	Kind    BridgeKind
	Persons int
	Amount  Tiyn
	Proved  bool
	Behind  []BridgePerson // in order of organisation and person
}

// ReconciliationLine is one region of a reconciliation. The bridge and
// Unexplained add up to Difference = Ledger − Due exactly.
type ReconciliationLine struct {
	Region        Region
	FrozenPersons int
	Frozen        Tiyn
	DuePersons    int
	Due           Tiyn
	LedgerPersons int
	Ledger        Tiyn
	Difference    Tiyn
	Bridge        []BridgeLine
	Unexplained   Tiyn
	// Listed is what the payer's lists of persons say arrived.
	ListedPersons int
	Listed        Tiyn
	Suggestions   []Suggestion
}

// Reconciliation compares a month's ledger with what is due as known at a
// sequence.
type Reconciliation struct {
	Month Month
	// Sequence is the last import that is taken into account, AsOf its moment
	// or the moment asked for.
	Sequence int64
	AsOf     time.Time
	// AsOfGiven: the moment was asked for; otherwise it is that of the report.
	AsOfGiven bool
	// FreezeVersion is 0 when the month was not frozen; then Frozen = Due.
	FreezeVersion  int
	FreezeSequence int64
	Rate           StateRate
	Lines          []ReconciliationLine // in order of region; "no region" (0) last
	Total          ReconciliationLine
	Entries        []LedgerEntry // the ledger lines that were counted
	Files          []SourceFile

	Source    MoneySource
	Documents []LedgerDocument // that were counted or looked at
	Unplaced  []Unplaced
	// Rules and Rates are the sequences of the decisions that brought the rules
	// of entitlement and the rates; 0: as built in.
	Rules, Rates int64
	Trend        []MonthPoint // up to twelve months, the last this one
}

// LedgerDocument is a payment document with the part of it that concerns a
// month.
type LedgerDocument struct {
	DocumentRef
	Kind    DocumentKind
	Region  Region
	KNP     string
	Booked  Date
	Persons int
	Amount  Tiyn
	// Linked: money of the ledger bears its reference, or it is that money.
	Linked bool
}

// MonthPoint is one month of a trend, the whole country: Ledger − Due = Proved +
// Remainder. Bridged is false for a month that is too large to be compared
// person by person for a trend; then only what is due is told.
type MonthPoint struct {
	Month                                  Month
	DuePersons                             int
	Due, Frozen, Ledger, Proved, Remainder Tiyn
	Bridged                                bool
	// IsFrozen: the month has a frozen list; otherwise Frozen says nothing.
	// HasMoney: a document or a ledger total speaks of the month; otherwise
	// Ledger, Proved and Remainder say nothing.
	IsFrozen, HasMoney bool
}

// SourceFile is a file that a report was computed from.
type SourceFile struct {
	Import  int64
	Name    string
	SHA256  string
	Kind    Kind
	Region  Region
	AsAt    Date
	Applied time.Time
}

// Only narrows a reconciliation to one region, its total included. What belongs
// to no region (unplaced money, the country's trend) falls away: it names persons
// of other regions.
func (r Reconciliation) Only(region Region) Reconciliation {
	lines, entries, documents := r.Lines, r.Entries, r.Documents
	r.Lines, r.Entries, r.Total = nil, nil, ReconciliationLine{}
	r.Documents, r.Unplaced, r.Trend = nil, nil, nil
	for _, d := range documents {
		if d.Region == region {
			r.Documents = append(r.Documents, d)
		}
	}
	for _, l := range lines {
		if l.Region == region {
			r.Lines, r.Total = append(r.Lines, l), l
			r.Total.Region, r.Total.Bridge = 0, slices.Clone(l.Bridge)
		}
	}
	for _, e := range entries {
		if e.Region == region {
			r.Entries = append(r.Entries, e)
		}
	}
	return r
}
