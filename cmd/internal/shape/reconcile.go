package shape

import (
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// Bridge is a line of the bridge between due and ledger; the amount is in tiyn.
type Bridge struct {
	Kind    osms.BridgeKind `json:"kind"`
	Persons int             `json:"persons"`
	Amount  osms.Tiyn       `json:"amount_tiyn"`
	Proved  bool            `json:"proved"`
}

// ReconciledLine is a region, due against ledger; amounts are in tiyn.
type ReconciledLine struct {
	Region        osms.Region `json:"region"`
	DuePersons    int         `json:"due_persons"`
	Due           osms.Tiyn   `json:"due_tiyn"`
	FrozenPersons int         `json:"frozen_persons"`
	Frozen        osms.Tiyn   `json:"frozen_tiyn"`
	LedgerPersons int         `json:"ledger_persons"`
	Ledger        osms.Tiyn   `json:"ledger_tiyn"`
	Difference    osms.Tiyn   `json:"difference_tiyn"`
	ListedPersons int         `json:"listed_persons"`
	Listed        osms.Tiyn   `json:"listed_tiyn"`
	Bridge        []Bridge    `json:"bridge"`
	Unexplained   osms.Tiyn   `json:"unexplained_tiyn"`
	// Suggestions are guesses about what is unexplained; they are not counted.
	Suggestions []Suggestion `json:"suggestions"`
}

// Unplaced is money that stands on no line.
type Unplaced struct {
	Why     osms.Placeless `json:"why"`
	Persons int            `json:"persons"`
	Amount  osms.Tiyn      `json:"amount_tiyn"`
	Behind  []Behind       `json:"behind"`
}

// ReconciledFile is a file that the figures rest on.
type ReconciledFile struct {
	Import int64     `json:"import"`
	Name   string    `json:"name"`
	SHA256 string    `json:"sha256"`
	Kind   osms.Kind `json:"kind"`
}

// ReconciledLineOf shows a region's line.
func ReconciledLineOf(l osms.ReconciliationLine) ReconciledLine {
	out := ReconciledLine{l.Region, l.DuePersons, l.Due, l.FrozenPersons, l.Frozen, l.LedgerPersons, l.Ledger, l.Difference,
		l.ListedPersons, l.Listed, []Bridge{}, l.Unexplained, SuggestionsOf(l.Suggestions)}
	for _, b := range l.Bridge {
		out.Bridge = append(out.Bridge, Bridge{b.Kind, b.Persons, b.Amount, b.Proved})
	}
	return out
}

// Reconciliation is due against ledger for a month, by region, with the bridge
// between them.
type Reconciliation struct {
	AsOf           time.Time        `json:"as_of"`           // due as known then
	Files          []ReconciledFile `json:"files"`           // that the figures rest on
	FreezeSequence int64            `json:"freeze_sequence"` // decision that froze the month; 0: not frozen
	FreezeVersion  int              `json:"freeze_version"`
	LedgerSource   osms.MoneySource `json:"ledger_source"`
	Lines          []ReconciledLine `json:"lines"` // one for each region
	Month          osms.Month       `json:"month"`
	Population     string           `json:"population"`    // who is counted, in the reader's language
	RatesVersion   int64            `json:"rates_version"` // decision; 0: the built-in ones
	RulesVersion   int64            `json:"rules_version"` // decision; 0: the built-in ones
	Sequence       int64            `json:"sequence"`      // last decision that counts
	Total          ReconciledLine   `json:"total"`
	Unplaced       []Unplaced       `json:"unplaced"` // money that stands on no line
}

// ReconciliationOf shows a reconciliation in a language.
func ReconciliationOf(r osms.Reconciliation, lang string) Reconciliation {
	out := Reconciliation{AsOf: r.AsOf, Files: []ReconciledFile{}, FreezeSequence: r.FreezeSequence, FreezeVersion: r.FreezeVersion, LedgerSource: r.Source,
		Lines: []ReconciledLine{}, Month: r.Month, Population: osms.Population(lang), RatesVersion: r.Rates, RulesVersion: r.Rules, Sequence: r.Sequence,
		Total: ReconciledLineOf(r.Total), Unplaced: []Unplaced{}}
	for _, l := range r.Lines {
		out.Lines = append(out.Lines, ReconciledLineOf(l))
	}
	for _, u := range r.Unplaced {
		out.Unplaced = append(out.Unplaced, Unplaced{u.Why, u.Persons, u.Amount, BehindOf(u.Behind)})
	}
	for _, f := range r.Files {
		out.Files = append(out.Files, ReconciledFile{f.Import, intake.Shown(f.Name), f.SHA256, f.Kind})
	}
	return out
}
