package shape

import (
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// Document is a payment document.
type Document struct {
	Format    string    `json:"format"`
	Reference string    `json:"reference"`
	Number    string    `json:"number"`
	Dated     osms.Date `json:"dated"`
	Payer     string    `json:"payer"`
	PayerID   string    `json:"payer_id"`
}

// Behind is a person or a document behind a bridge line, with what proves
// it: a file, and where in the file it stands.
type Behind struct {
	IIN         string        `json:"iin"`
	Given       string        `json:"given"`
	Name        string        `json:"name"`
	Listed      string        `json:"listed_name"`
	BIN         osms.BIN      `json:"bin"`
	Was         osms.Category `json:"was"`
	Now         osms.Category `json:"now"`
	Amount      osms.Tiyn     `json:"amount_tiyn"`
	OtherMonth  osms.Month    `json:"other_month"`
	OtherRegion osms.Region   `json:"other_region"`
	Document    *Document     `json:"document"`
	Source      Source        `json:"source"`
}

// ExplainLine is a line of the bridge with who stands behind it; the amount is in tiyn.
type ExplainLine struct {
	Region  osms.Region     `json:"region"`
	Kind    osms.BridgeKind `json:"kind"`
	Persons int             `json:"persons"`
	Amount  osms.Tiyn       `json:"amount_tiyn"`
	Proved  bool            `json:"proved"`
	Behind  []Behind        `json:"behind"`
}

// Suggestion is a guess about what is unexplained; it is never counted. The amount is
// in tiyn.
type Suggestion struct {
	Kind    osms.SuggestionKind `json:"kind"`
	Amount  osms.Tiyn           `json:"amount_tiyn"`
	Persons int                 `json:"persons"`
	Region  osms.Region         `json:"region"`
	Month   osms.Month          `json:"month"`
	BIN     osms.BIN            `json:"bin"`
	Year    int                 `json:"year"`
	Text    string              `json:"text"`
	Behind  []Behind            `json:"behind"`
}

// BehindOf shows who and what stands behind a line.
func BehindOf(all []osms.BridgePerson) []Behind {
	out := []Behind{}
	for _, p := range all {
		b := Behind{Given: intake.Shown(p.Given), Name: p.Name.String(), Listed: intake.Shown(p.Listed), BIN: p.BIN, Was: p.Was, Now: p.Now, Amount: p.Amount,
			OtherMonth: p.OtherMonth, OtherRegion: p.OtherRegion, Source: Source{Import: p.Import, File: intake.Shown(p.File), Sheet: intake.Shown(p.Sheet), Row: p.Row}}
		if p.Person != 0 {
			b.IIN = p.Person.Digits()
		}
		if d := p.Document; d != nil {
			b.Document = &Document{d.Format, intake.Shown(d.Reference), intake.Shown(d.Number), d.Dated, intake.Shown(d.Payer), d.PayerID}
		}
		out = append(out, b)
	}
	return out
}

// SuggestionsOf shows guesses.
func SuggestionsOf(all []osms.Suggestion) []Suggestion {
	out := []Suggestion{}
	for _, s := range all {
		out = append(out, Suggestion{s.Kind, s.Amount, s.Persons, s.Region, s.Month, s.BIN, s.Year, intake.Shown(s.Text), BehindOf(s.Behind)})
	}
	return out
}

// UnexplainedLine asks for the remainder and the guesses about it alone.
const UnexplainedLine = "unexplained"

// Explanation is what stands behind the bridge of a region in a month.
type Explanation struct {
	AsOf        time.Time     `json:"as_of"`
	Difference  osms.Tiyn     `json:"difference_tiyn"` // ledger minus due, in tiyn
	Lines       []ExplainLine `json:"lines"`
	Month       osms.Month    `json:"month"`
	Region      osms.Region   `json:"region"`
	Sequence    int64         `json:"sequence"` // last decision that counts
	Suggestions []Suggestion  `json:"suggestions"`
	Unexplained osms.Tiyn     `json:"unexplained_tiyn"`
}

// ExplanationOf shows what stands behind the lines of a region: of one kind only
// where line names it, of all where it is "". The reconciliation has been kept to
// the region.
func ExplanationOf(r osms.Reconciliation, region osms.Region, line string) Explanation {
	l := osms.ReconciliationLine{Region: region}
	if len(r.Lines) > 0 {
		l = r.Lines[0]
	}
	out := Explanation{r.AsOf, l.Difference, []ExplainLine{}, r.Month, region, r.Sequence, []Suggestion{}, l.Unexplained}
	for _, b := range l.Bridge {
		if line == "" || line == string(b.Kind) {
			out.Lines = append(out.Lines, ExplainLine{region, b.Kind, b.Persons, b.Amount, b.Proved, BehindOf(b.Behind)})
		}
	}
	if line == "" || line == UnexplainedLine {
		out.Suggestions = SuggestionsOf(l.Suggestions)
	}
	return out
}
