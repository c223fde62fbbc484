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

// BridgePerson is a person behind a bridge line, with the file that proves it.
type BridgePerson struct {
	Person   IIN
	Name     Name
	BIN      BIN
	Was, Now Category // in the frozen list, and due now; "" is not on it
	Amount   Tiyn     // signed, as it counts in the line
	Import   int64    // the import that made the difference known
	File     string   // its name as it was dropped, shown safely
}

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
}

// Reconciliation compares a month's ledger with what is due as known at a
// sequence.
type Reconciliation struct {
	Month Month
	// Sequence is the last import that is taken into account, AsOf its moment
	// or the moment asked for.
	Sequence int64
	AsOf     time.Time
	// FreezeVersion is 0 when the month was not frozen; then Frozen = Due.
	FreezeVersion  int
	FreezeSequence int64
	Rate           StateRate
	Lines          []ReconciliationLine // in order of region; "no region" (0) last
	Total          ReconciliationLine
	Entries        []LedgerEntry // the ledger lines that were counted
	Files          []SourceFile
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

// Only narrows a reconciliation to one region, its total included.
func (r Reconciliation) Only(region Region) Reconciliation {
	lines, entries := r.Lines, r.Entries
	r.Lines, r.Entries, r.Total = nil, nil, ReconciliationLine{}
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
