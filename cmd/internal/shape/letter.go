package shape

import "osmsd/sync/osms"

// RegisterLine is a line of the register of letters.
type RegisterLine struct {
	Number   string            `json:"number"`
	Date     osms.Date         `json:"date"`
	Kind     osms.LetterKind   `json:"kind"`
	BIN      osms.BIN          `json:"bin"`
	IIN      string            `json:"iin"`
	Name     string            `json:"name"`
	Case     string            `json:"case"`
	Action   osms.LetterAction `json:"action"`
	Replaces string            `json:"replaces"`
	Annulled bool              `json:"annulled"`
}

// RegisterLineOf shows a line of the register of letters.
func RegisterLineOf(l osms.RegisterLine) RegisterLine {
	out := RegisterLine{Number: l.Number, Date: l.Date, Kind: l.Kind, BIN: l.BIN, Name: l.Name.String(), Case: l.Case, Action: l.Action,
		Replaces: l.Replaces, Annulled: l.Annulled != 0}
	if l.Person != 0 {
		out.IIN = l.Person.Digits()
	}
	return out
}
