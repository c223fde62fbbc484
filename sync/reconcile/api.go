package reconcile

import "osmsd/sync/osms"

// Stand is a person's place on the list of a month.
type Stand struct {
	Person   osms.IIN
	BIN      osms.BIN
	Region   osms.Region
	Category osms.Category
}

// Document is a payment document of the state with what names it for people.
type Document struct {
	ID int64
	osms.Document
	Ref   osms.DocumentRef
	Names []string // of the sheets, by Place.Sheet
	// Link is what a list and the money for it have in common, where the options
	// say that Links are given: documents with one Link belong together, and a
	// list with a Link has arrived. Otherwise the Reference is it.
	Link string
}

// Entry is what a document says of one person. Sheet is the name of the sheet;
// left empty, it is looked up among the document's.
type Entry struct {
	Document int64
	osms.Posting
	Sheet string
}

// OtherMonth says of another month what decides whether a person lacks a
// payment there. It must be what matching that month finds, or the two months
// tell different tales of one payment.
type OtherMonth struct {
	Source osms.MoneySource
	// Lists: a list of persons, not a return, has an entry of the month. Without
	// one nobody is known to lack a payment.
	Lists bool
}

// MatchOptions is what a month's payments are matched with.
type MatchOptions struct {
	Month osms.Month
	// PerPerson is the contribution by the frozen list, or by the due list when
	// the month is not frozen.
	PerPerson osms.Tiyn
	// Listed is that list, in any order. Matching.List adds to it one by one.
	Listed []Stand
	// Documents are the documents of the state that concern the month: movements
	// of the month or without a month of their own, lists with postings of the
	// month, and every other list that bears the reference of such a movement
	// without a month.
	Documents []Document
	// Totals are the lines of lists of totals for the month.
	Totals []osms.LedgerEntry
	// Links are given with the documents; References is not asked then.
	Links bool
	// References tells whether a ledger line or a movement of any month bears a
	// reference; nil: those of Totals and Documents do.
	References func(reference string) bool
	// HasReferences: the ledger bears references. Where it bears none, nothing can
	// be said about arrival, and every list is taken to have arrived.
	HasReferences bool
	// OnItsWay tells whether what is dated so was sent within three operating days
	// before the as-of; nil: nothing was.
	OnItsWay func(dated osms.Date) bool
	// Other tells about another month. Nil: every other month has lists, and a
	// list of it has arrived by its reference alone.
	Other func(osms.Month) OtherMonth
}

// Expected is a contribution that a list of another month expects for a person.
type Expected struct {
	Month osms.Month
	Stand
	PerPerson osms.Tiyn
}

// Past is what other months say of a person. Documents are those of the entries
// that the options do not have.
type Past struct {
	Expected  []Expected
	Entries   []Entry
	Documents []Document
}

// Matched is the second part of a month's bridge: its money by region, what
// documents and persons prove of ledger − frozen, and what suggestions rest on.
type Matched struct {
	Source  osms.MoneySource
	Regions []MatchedRegion // in order of region, "no region" first
	// Documents are those that were counted or looked at, with the part of them
	// that concerns the month, in order of date.
	Documents []osms.LedgerDocument

	each osms.Tiyn
	err  error
}

// MatchedRegion is one region of it.
type MatchedRegion struct {
	Region        osms.Region
	LedgerPersons int
	Ledger        osms.Tiyn
	// Listed is what the payer's lists of persons say arrived.
	ListedPersons int
	Listed        osms.Tiyn
	// Bridge has its lines in order; one that comes to zero is here, and left out of
	// a report.
	Bridge []osms.BridgeLine

	raw material
}
