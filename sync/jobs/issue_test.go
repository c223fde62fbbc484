package jobs

import (
	"reflect"
	"testing"

	"osmsd/exporters/statement"
	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// TestIssue: what an operator takes by right of office is registered like an
// answer and can be made again, but nobody asked for it.
func TestIssue(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		o.desk.Who = "Қ. Іңкәр"
		_, p := o.frozenOctober()
		o.take(0, "l.csv", paymentsOf("R1", 202610, p[0])...)
		o.at("2026-11-10T10:00:00+05:00")
		s, err := o.desk.Issue(t.Context(), p[0], 202609, 202610, o.now)
		if err != nil || s.Number != "С-2026-0000001" || s.Counted != 0 || s.Total != 170_000 || s.Digest != statement.Digest(s) {
			t.Fatalf("%+v, %v", s, err)
		}
		o.desk.State.Payer = "Басқа"
		o.take(0, "l2.csv", paymentsOf("R2", 202609, p...)...)
		a, err := o.desk.Remade(t.Context(), s.Number)
		if err != nil || a.Statement == nil || !reflect.DeepEqual(*a.Statement, s) || a.Counted != 0 || a.Number != s.Number {
			t.Errorf("%+v %+v, %v", a, a.Statement, err)
		}
		if answered, refused, err := o.desk.Store.CountRequests(t.Context()); answered != 0 || refused != 0 || err != nil {
			t.Errorf("%d requests, %d refused, %v: nobody asked", answered, refused, err)
		}
		log, err := o.desk.Store.Accesses(t.Context(), p[0])
		if want := (osms.Access{ID: 1, At: o.now.UTC(), Who: "Қ. Іңкәр", What: AccessStatement, Person: p[0], Ground: GroundArticle9, Number: s.Number}); err != nil || len(log) != 1 || log[0] != want {
			t.Errorf("%+v, %v", log, err)
		}
		if message, err := o.do(osms.JobRequests); err != nil || message != "0 requests answered, 0 of them refused" {
			t.Error(message, err)
		}
		o.verified()
	})
}

// TestStatementOfTheDead: who died does not participate; until when they did, and
// what was transferred for them, is told.
func TestStatementOfTheDead(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		o.take(0, "l.csv", paymentsOf("R1", 202610, p[0])...)
		o.take(0, "events.csv", eventsOf(happening{p[0], osms.EventDeath, "20.10.2026", ""})...)
		o.at("2026-12-10T10:00:00+05:00")
		before, err := o.desk.Statement(t.Context(), p[1], 202609, 202612, o.now)
		if err != nil {
			t.Fatal(err)
		}
		s, err := o.desk.Statement(t.Context(), p[0], 202609, 202612, o.now)
		if want := (osms.Participation{Status: osms.NotParticipating, Since: before.Participation.Since, Until: 202610}); err != nil || s.Participation != want || want.Since == 0 {
			t.Errorf("%+v, want %+v (%v)", s.Participation, want, err)
		}
		if len(s.Rows) != 1 || s.Total != 170_000 {
			t.Errorf("%+v", s.Rows)
		}
	})
}
