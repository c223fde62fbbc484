package jobs

import (
	"reflect"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// TestKept: what is kept of a letter, an application and a statement is read back whole,
// numbers too, which JSON otherwise masks or writes as text.
func TestKept(t *testing.T) {
	organisation := osms.Organisation{BIN: 60340001234, NameKK: "№ 1 мектеп", NameRU: "Школа № 1", Region: 63, Level: osms.Secondary, ClosedOn: 20270101}
	provider := osms.Provider{BIN: 60340001234, Region: 63, NameKK: "Әкімдік", PositionKK: "Аудан әкімі", Head: "Ү. Ұ. Һ."}
	one := osms.Letter{Number: "63-2026-000001", Date: 20261101, Person: 100101600008, Name: osms.Name{Surname: "Қасымова", Given: "Әлия"}, Birth: 20100101,
		Action: osms.Entered, Facts: osms.Facts{Form: osms.FullTime}, First: 20260901, Effective: 202609, Category: osms.Child, Case: "63-2026-З-000001", Received: 20261030}
	event := osms.Event{Person: 100101600008, Kind: osms.EventDeath, On: 20261001, Until: osms.Forever, Document: "АҚ № 1", Place: osms.Place{Row: 3}}
	for _, l := range []osms.OfficeLetter{
		{Kind: osms.LetterRefusal, Number: "63-2026-000002", Date: 20261101, Provider: provider, Person: 100101600008, Ground: 2, ReasonKK: "…",
			Basis: osms.LegalBasis{KK: "заң", RU: "закон", Ours: true}, Lacks: []osms.Lack{osms.LacksForm}, Until: 20261105},
		{Kind: osms.LetterEvent, To: &organisation, Event: &event},
		{Kind: osms.LetterCovering, To: &organisation, List: []osms.Letter{one, one}},
	} {
		content, err := keepOfficeLetter(l)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := officeLetterKept(content); err != nil || !reflect.DeepEqual(got, l) {
			t.Errorf("%v\n%+v\n%+v", err, got, l)
		}
	}
	b := osms.LetterBundle{Organisation: organisation, Provider: provider, Date: 20261101, Letters: []osms.Letter{one}}
	content, err := keepNotification(b)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := notificationKept(content); err != nil || !reflect.DeepEqual(got, b) {
		t.Errorf("%v\n%+v\n%+v", err, got, b)
	}
	a := osms.Application{Place: osms.Place{Sheet: 1, Row: 7}, Incoming: "12", Received: time.Date(2026, 11, 1, 12, 30, 0, 0, time.UTC), Person: 100101600008, BIN: 60340001234,
		Previous: 60340005678, Form: true, IdentityUntil: 20270101, StudyForm: osms.FullTime, EnrolledOn: 20260901}
	if content, err = keepApplication(a); err != nil {
		t.Fatal(err)
	}
	if got, err := applicationKept(content); err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%v\n%+v\n%+v", err, got, a)
	}
	for _, s := range []osms.Statement{
		{Number: "С-2026-0000001", Issued: time.Date(2026, 11, 1, 12, 30, 0, 0, time.UTC), Person: 100101600008, Rows: []osms.StatementRow{}},
		{Number: "С-2026-0000002", Issued: time.Date(2026, 11, 1, 12, 30, 5, 0, time.UTC), Person: 100101600008, Name: osms.Name{Surname: "Қасымова", Given: "Ә<l>&"}, Birth: 20100101,
			From: 202601, To: 202612, Participation: osms.Participation{Status: osms.RightPreserved, Category: osms.Learner, Since: 202509, Until: 202610, PreservedUntil: 202701},
			Rows:  []osms.StatementRow{{Month: 202601, Payer: "А", PayerID: "060340001234", KNP: "122", PaidOn: 20260205, Reference: "R\u2028", Amount: -1}, {Amount: 9_223_372_036_854_775_807}},
			Total: 9_223_372_036_854_775_806, Digest: "x", Counted: 20261102},
	} {
		content, err := keepStatement(s)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := statementKept(content, time.UTC); err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%v\n%+v\n%+v", err, got, s)
		}
	}
}
