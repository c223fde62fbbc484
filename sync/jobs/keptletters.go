package jobs

import (
	"encoding/json"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// Letters, statements and events are kept as they were issued or read: in JSON, with
// numbers where the vocabulary writes text that only people read.

type keptLetter struct {
	osms.Letter
	Person uint64
}

type keptEvent struct {
	osms.Event
	Person uint64
}

func keepEvent(e osms.Event) keptEvent { return keptEvent{e, uint64(e.Person)} }

func (k keptEvent) entry() osms.Event {
	k.Event.Person = osms.IIN(k.Person)
	return k.Event
}

type keptProvider struct {
	osms.Provider
	BIN uint64
}

func keepProvider(p osms.Provider) keptProvider { return keptProvider{p, uint64(p.BIN)} }

func (k keptProvider) entry() osms.Provider {
	k.Provider.BIN = osms.BIN(k.BIN)
	return k.Provider
}

func keepLetter(l osms.Letter) keptLetter { return keptLetter{l, uint64(l.Person)} }

func (k keptLetter) entry() osms.Letter {
	k.Letter.Person = osms.IIN(k.Person)
	return k.Letter
}

type keptOfficeLetter struct {
	osms.OfficeLetter
	Person   uint64
	Provider keptProvider
	To       *keptOrganisation
	Event    *keptEvent
	List     []keptLetter
}

// keptNotification is a notification of a case: what the letter says, whose it
// is, and who issues it.
type keptNotification struct {
	Letter       keptLetter
	Organisation keptOrganisation
	Provider     keptProvider
}

func keepOfficeLetter(l osms.OfficeLetter) ([]byte, error) {
	k := keptOfficeLetter{OfficeLetter: l, Person: uint64(l.Person), Provider: keepProvider(l.Provider)}
	if l.To != nil {
		to := keepOrganisation(*l.To)
		k.To = &to
	}
	if l.Event != nil {
		event := keepEvent(*l.Event)
		k.Event = &event
	}
	for _, x := range l.List {
		k.List = append(k.List, keepLetter(x))
	}
	return json.Marshal(k)
}

func officeLetterKept(content []byte) (osms.OfficeLetter, error) {
	var k keptOfficeLetter
	if err := json.Unmarshal(content, &k); err != nil {
		return osms.OfficeLetter{}, fmt.Errorf("a kept letter cannot be read: %w", err)
	}
	l := k.OfficeLetter
	l.Person, l.Provider = osms.IIN(k.Person), k.Provider.entry()
	if k.To != nil {
		to := k.To.entry()
		l.To = &to
	}
	if k.Event != nil {
		event := k.Event.entry()
		l.Event = &event
	}
	for _, x := range k.List {
		l.List = append(l.List, x.entry())
	}
	return l, nil
}

func keepNotification(b osms.LetterBundle) ([]byte, error) {
	return json.Marshal(keptNotification{keepLetter(b.Letters[0]), keepOrganisation(b.Organisation), keepProvider(b.Provider)})
}

func notificationKept(content []byte) (osms.LetterBundle, error) {
	var k keptNotification
	if err := json.Unmarshal(content, &k); err != nil {
		return osms.LetterBundle{}, fmt.Errorf("a kept letter cannot be read: %w", err)
	}
	l := k.Letter.entry()
	return osms.LetterBundle{Organisation: k.Organisation.entry(), Provider: k.Provider.entry(), Date: l.Date, Letters: []osms.Letter{l}}, nil
}

// keptApplication is an application as it is kept with its case.
type keptApplication struct {
	osms.Application
	Person   uint64
	BIN      uint64
	Previous uint64
}

func keepApplication(a osms.Application) ([]byte, error) {
	return json.Marshal(keptApplicationOf(a))
}

func keptApplicationOf(a osms.Application) keptApplication {
	a.Received = a.Received.UTC()
	return keptApplication{a, uint64(a.Person), uint64(a.BIN), uint64(a.Previous)}
}

func applicationKept(content []byte) (osms.Application, error) {
	var k keptApplication
	if err := json.Unmarshal(content, &k); err != nil {
		return osms.Application{}, fmt.Errorf("a kept application cannot be read: %w", err)
	}
	return k.entry(), nil
}

// entry is the application as it was read.
func (k keptApplication) entry() osms.Application {
	a := k.Application
	a.Person, a.BIN, a.Previous = osms.IIN(k.Person), osms.BIN(k.BIN), osms.BIN(k.Previous)
	return a
}

// keptStatement is a statement as it is kept with the request that it answers. It
// is not signed there: whoever hands it out signs it.
type keptStatement struct {
	osms.Statement
	Person uint64
}

func keepStatement(s osms.Statement) ([]byte, error) {
	s.Issued, s.Signature = s.Issued.UTC(), nil
	return json.Marshal(keptStatement{s, uint64(s.Person)})
}

// statementKept reads a statement back; its moments are in a zone.
func statementKept(content []byte, zone *time.Location) (osms.Statement, error) {
	var k keptStatement
	if err := json.Unmarshal(content, &k); err != nil {
		return osms.Statement{}, fmt.Errorf("a kept statement cannot be read: %w", err)
	}
	s := k.Statement
	s.Person, s.Issued = osms.IIN(k.Person), s.Issued.In(zone)
	return s, nil
}

// keptHead is who signs a bundle, as it is kept: "" for the organisation itself.
func keptHead(p osms.Provider) string {
	if p == (osms.Provider{}) {
		return ""
	}
	text, err := json.Marshal(keepProvider(p))
	if err != nil { // texts and numbers only
		panic("jobs: " + err.Error())
	}
	return string(text)
}

func headKept(text string) (osms.Provider, error) {
	if text == "" {
		return osms.Provider{}, nil
	}
	var k keptProvider
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return osms.Provider{}, fmt.Errorf("who signs a bundle cannot be read: %w", err)
	}
	return k.entry(), nil
}
