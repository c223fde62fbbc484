package letter

import (
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// The blocks that a template of any kind defines. The note may be empty unless
// the kind needs it; replaces is used for a letter in an annulled one's place.
const (
	blockTitle    = "title"
	blockSubject  = "subject"
	blockBody     = "body"
	blockReplaces = "replaces"
	blockBasis    = "basis"
	blockNote     = "note"
)

var blocks = []string{blockTitle, blockSubject, blockBody, blockReplaces, blockBasis, blockNote}

// fields are what a template may use; which of them a kind has is said by
// vocabulary. Days are in words of the template's language.
type fields struct {
	Number, Date   string // outgoing
	Case, Received string // incoming number and day of receipt; "" without a case
	Basis          string // the act
	// Replaces are the numbers of annulled letters, Several of more than one.
	Replaces string
	Several  bool

	Name, IIN, Birth string
	Child            bool // not yet eighteen on the letter's date

	Organisation, BIN string // that the letter is sent through or to
	Service           string // title of the public service

	Action                          osms.LetterAction
	Level, Form, Grade, First, Last string
	Ground                          int
	GroundText, Reason              string
	Until                           string
	Count, Pages                    int
	Event                           osms.EventKind
	EventText, On, Ends, Document   string
	// TakenBack: the letters that it Replaces told of the event and are annulled.
	TakenBack bool
	// Effect is the first month that a notification's action changes, and the
	// sentence that says what follows from an event.
	Effect string
}

const (
	everyLetter = "Number Date Case Received Basis Replaces Several "
	ofPerson    = "Name IIN Birth Child "
	ofOffice    = "Organisation BIN "
)

// vocabulary says which fields the templates of a kind have.
var vocabulary = map[osms.LetterKind][]string{
	osms.LetterNotification: strings.Fields(everyLetter + ofPerson + ofOffice + "Action Level Form Grade First Last Effect"),
	osms.LetterRefusal:      strings.Fields(everyLetter + ofPerson + "Service Ground GroundText Reason"),
	osms.LetterNotAccepted:  strings.Fields(everyLetter + ofPerson + "Service"),
	osms.LetterQuestion:     strings.Fields(everyLetter + ofPerson + ofOffice + "Service Until"),
	osms.LetterCovering:     strings.Fields(everyLetter + ofOffice + "Service Count Pages"),
	osms.LetterEvent:        strings.Fields(everyLetter + ofPerson + ofOffice + "Event EventText On Ends Document Effect TakenBack"),
}

// needed reports whether a block of a kind must say something. A refusal says
// how to appeal, a receipt how to hand in again.
func needed(kind osms.LetterKind, block string, f fields) bool {
	switch block {
	case blockReplaces:
		return f.Replaces != "" && !f.TakenBack // the body says it
	case blockNote:
		return kind == osms.LetterRefusal || kind == osms.LetterNotAccepted
	}
	return true
}

// samples are fields of a kind in every combination that a template may tell
// apart: each action, ground and event, child or not, in place of none, one or
// several, with and without a case.
func samples(kind osms.LetterKind) []fields {
	const some = "1"
	each := []fields{{Number: some, Date: some, Basis: some, Name: some, IIN: some, Birth: some, Organisation: some, BIN: some,
		Service: some, Level: some, Form: some, Grade: some, First: some, Last: some, Ground: 1, GroundText: some, Reason: some,
		Until: some, Count: 1, Pages: 1, On: some, Effect: some, Action: osms.Entered, Event: osms.EventDeath, EventText: some}}
	vary := func(field string, changes ...func(*fields)) {
		if field != "" && !slices.Contains(vocabulary[kind], field) {
			return
		}
		var out []fields
		for _, f := range each {
			for _, change := range changes {
				g := f
				change(&g)
				out = append(out, g)
			}
		}
		each = out
	}
	same := func(*fields) {}
	vary("Case", same, func(f *fields) { f.Case, f.Received = some, some })
	vary("Replaces", same, func(f *fields) { f.Replaces = some }, func(f *fields) { f.Replaces, f.Several = some, true })
	vary("TakenBack", same, func(f *fields) { f.TakenBack = true })
	vary("Child", same, func(f *fields) { f.Child = true })
	vary("Count", same, func(f *fields) { f.Count, f.Pages = 4000, 4000 })
	vary("Ends", same, func(f *fields) { f.Ends = some })
	vary("Document", same, func(f *fields) { f.Document = some })
	vary("Action", choices(actions, func(f *fields, a osms.LetterAction) { f.Action = a })...)
	vary("Event", choices(osms.EventKinds, func(f *fields, e osms.EventKind) { f.Event = e })...)
	vary("Ground", choices([]int{1, 2, 3, 4, 5}, func(f *fields, g int) { f.Ground = g })...)
	return each
}

func choices[T any](values []T, set func(*fields, T)) (changes []func(*fields)) {
	for _, v := range values {
		changes = append(changes, func(f *fields) { set(f, v) })
	}
	return changes
}

var actions = []osms.LetterAction{osms.Entered, osms.Updated, osms.Removed}

// values are what a template may compare a field with.
var values = map[string][]string{"Action": spelled(actions), "Event": spelled(osms.EventKinds)}

func spelled[T ~string](of []T) (out []string) {
	for _, v := range of {
		out = append(out, string(v))
	}
	return out
}
