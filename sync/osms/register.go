package osms

// RegisterLine is one line of the register of letters: what went out, to whom,
// and whether it still stands.
type RegisterLine struct {
	Number string // outgoing number, "63-2026-000123"
	Date   Date
	Kind   LetterKind
	// Person is whom the letter is about; 0 and no Name: a letter about an
	// organisation as a whole, or one whose person's data are destroyed.
	Person IIN
	Name   Name
	// BIN is the organisation that the letter went to or through; its names may be
	// empty.
	BIN                            BIN
	OrganisationKK, OrganisationRU string
	Case                           string // incoming number of the case; "" for none
	// What the letter says: the Action of a notification, the Ground of a refusal,
	// the Event of a letter about one; the others stay zero.
	Action LetterAction
	Ground Ground
	Event  EventKind
	// Replaces are the numbers of the annulled letters in whose place this one
	// was written, with commas; "" for most.
	Replaces string
	Annulled int64 // the decision that annulled it; 0: it stands
}

// LetterRegister heads the exported register of letters.
type LetterRegister struct {
	Region   Region // zero: the whole country
	From, To Date   // of the letters' dates, both included
	Lines    int
	Annulled int // of them
	// Sequence is the import up to which the register was read.
	Sequence int64
}
