package osms

// ColumnKind says what the cells of a column hold.
type ColumnKind string

const (
	TextColumn   ColumnKind = "text"
	DigitsColumn ColumnKind = "digits" // an IIN or a BIN: twelve digits, never a number
	DateColumn   ColumnKind = "date"
	ChoiceColumn ColumnKind = "choice" // one of a closed list of words
)

// Column is one column of a kind of file as its importer reads it. What writes
// a file for people to fill in is made from it, so that the two never part.
type Column struct {
	Field  string
	KK, RU string // the header
	Kind   ColumnKind
	// Required: no row is accepted without it.
	Required bool
	// RuleKK and RuleRU say in a sentence or two what belongs into a cell.
	RuleKK, RuleRU string
	Example        string
	Choices        []Choice // of a ChoiceColumn
}

// Header is the header in both languages, one line each; one line where they
// agree.
func (c Column) Header() string { return inBoth(c.KK, c.RU, "\n") }

// Words gives the words for a value, "" when it is none of the choices.
func (c Column) Words(value string) string {
	for _, choice := range c.Choices {
		if choice.Value == value {
			return choice.Words()
		}
	}
	return ""
}

// Choice is one value of a closed list with the words that stand for it.
type Choice struct{ Value, KK, RU string }

// Words are the words in both languages as a drop-down shows them.
func (c Choice) Words() string { return inBoth(c.KK, c.RU, " / ") }

func inBoth(kk, ru, between string) string {
	if kk == ru {
		return kk
	}
	return kk + between + ru
}
