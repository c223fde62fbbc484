package jobs

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/exporters/statement"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// ask is a request of a person that has everything it needs.
func ask(person osms.IIN) osms.Request {
	return osms.Request{Incoming: "Q-1", Person: person, From: 202609, To: 202612, ConfirmedBy: osms.ByEDS, Consent: true}
}

func (o *office) answer(r osms.Request) (a osms.RequestAnswer) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) (err error) {
		a, err = o.desk.Answer(ctx, t, r, "portal")
		return err
	})
	return a
}

// TestAnswer asks everything that can be asked: each ground, in its order, and
// what is not refused.
func TestAnswer(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		o.take(0, "l.csv", paymentsOf("R1", 202610, p[0], child(t, 77))...)
		if err := o.block(p[1], false); err != nil {
			t.Fatal(err)
		}
		o.take(0, "events.csv", eventsOf(happening{p[2], osms.EventCourtBan, "01.11.2026", "10.11.2026"}, happening{p[2], osms.EventCourtDeprived, "01.11.2026", ""},
			happening{p[3], osms.EventCourtDeprived, "10.11.2026", ""}, happening{p[0], osms.EventCourtBan, "01.01.2026", "09.11.2026"})...)
		o.at("2026-11-10T19:00:00+05:00") // Tuesday, after hours
		for i, c := range []struct {
			what   string
			change func(*osms.Request)
			ground osms.Ground
			reason osms.CaseReason
		}{
			{"no IIN, and nothing else either", func(r *osms.Request) { *r = osms.Request{} }, 1, osms.ReasonIIN},
			{"not confirmed", func(r *osms.Request) { r.ConfirmedBy, r.From, r.Consent = "", 0, false }, 2, osms.ReasonNotConfirmed},
			{"confirmed by what nobody knows", func(r *osms.Request) { r.ConfirmedBy = "fax" }, 2, osms.ReasonNotConfirmed},
			{"no period", func(r *osms.Request) { r.From, r.To, r.Consent = 0, 0, false }, 2, osms.ReasonPeriod},
			{"no end", func(r *osms.Request) { r.To = 0 }, 2, osms.ReasonPeriod},
			{"a month that is none", func(r *osms.Request) { r.From = 202513 }, 2, osms.ReasonPeriod},
			{"backwards", func(r *osms.Request) { r.From, r.To = 202610, 202609 }, 2, osms.ReasonPeriod},
			{"in the future", func(r *osms.Request) { r.From = 202612 }, 2, osms.ReasonPeriod},
			{"more than ten years", func(r *osms.Request) { r.From, r.To = 201611, 202611 }, 2, osms.ReasonPeriod},
			{"ten years", func(r *osms.Request) { r.From, r.To = 201612, 202611 }, 0, ""},
			{"until the end of the year", func(r *osms.Request) { r.From, r.To = 202611, 202612 }, 0, ""},
			{"no consent", func(r *osms.Request) { r.Person, r.Consent = p[1], false }, 5, osms.ReasonNoConsent},
			{"blocked", func(r *osms.Request) { r.Person = p[1] }, 5, osms.ReasonBlocked},
			{"both decisions of courts", func(r *osms.Request) { r.Person = p[2] }, 3, osms.ReasonCourtBan},
			{"deprived from today", func(r *osms.Request) { r.Person = p[3] }, 4, osms.ReasonCourtDeprived},
			{"a decision that is over", func(r *osms.Request) { r.ConfirmedBy = osms.BySMS }, 0, ""},
			{"unknown, and on a list", func(r *osms.Request) { r.Person = child(t, 77) }, 0, ""},
			{"unknown", func(r *osms.Request) { r.Person = child(t, 78) }, 0, ""},
		} {
			r := ask(p[0])
			c.change(&r)
			a := o.answer(r)
			if a.Ground != c.ground || a.Reason != c.reason || (a.Statement == nil) != (c.ground != 0) || a.ID != int64(i+1) {
				t.Fatalf("%s: %+v", c.what, a)
			}
			if a.Counted != 20261111 || !a.Deadline.Equal(o.now.Add(15*time.Minute)) || !a.Answered.Equal(o.now) {
				t.Errorf("%s: %+v", c.what, a)
			}
			if s := a.Statement; s != nil && (s.Counted != 20261111 || s.Digest != statement.Digest(*s) || s.Person != r.Person || !s.Issued.Equal(o.now)) {
				t.Errorf("%s: %+v", c.what, s)
			}
		}
		known, listed, unknown := o.answer(ask(p[0])), o.answer(ask(child(t, 77))), o.answer(ask(child(t, 78)))
		if s := known.Statement; s.Total != 170_000 || s.Participation.Status != osms.Participating || s.Name.Surname == "" || s.Number != "С-2026-0000006" {
			t.Errorf("%+v", s)
		}
		if s := listed.Statement; s.Total != 170_000 || s.Participation.Status != osms.NotParticipating || s.Name != (osms.Name{}) || s.Number != "С-2026-0000007" {
			t.Errorf("%+v", s)
		}
		if s := unknown.Statement; s.Total != 0 || len(s.Rows) != 0 || s.Participation.Status != osms.NotParticipating {
			t.Errorf("%+v", s)
		}
		log, err := o.desk.Store.Accesses(t.Context(), p[0])
		if err != nil || len(log) == 0 {
			t.Fatal(log, err)
		}
		last := log[len(log)-1]
		if want := (osms.Access{ID: last.ID, At: o.now.UTC(), Who: "portal", What: AccessStatement, Person: p[0], Ground: "consent: eds", Number: "С-2026-0000006"}); last != want {
			t.Errorf("%+v", last)
		}
		if log, _ := o.desk.Store.Accesses(t.Context(), p[1]); len(log) != 2 || log[1].What != AccessRefusal || log[1].Ground != "" || log[1].Number != "О-2026-0000011" {
			t.Errorf("%+v", log)
		}
		o.at("2027-01-04T10:00:00+05:00") // a day off
		if a := o.answer(ask(child(t, 77))); a.Statement.Number != "С-2027-0000001" || a.Counted <= 20270104 {
			t.Errorf("%+v", a)
		}
		o.verified()
	})
}

// TestRemade: an answer that was given is made again to the byte, whatever the
// register has learnt since; other settings and tampering are noticed.
func TestRemade(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		a, p := o.frozenOctober()
		b := school(t, 2)
		o.take(0, "totals.csv", "Регион;Период;Количество;Сумма;Референс", "63;2026-10;4;6800,00;T1")
		o.take(0, "l.csv", paymentsOf("T1", 202610, child(t, 77))...) // nobody of the school
		written := func(s *osms.Statement) string {
			var out bytes.Buffer
			if err := statement.WriteJSON(&out, *s); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
		given := []osms.RequestAnswer{}
		for _, person := range append(p, child(t, 77), child(t, 78)) {
			given = append(given, o.answer(ask(person)))
		}
		refused := o.answer(osms.Request{})
		if s := given[0].Statement; s.Total != 170_000 || s.Rows[0].Reference != "T1" {
			t.Fatalf("%+v", s)
		}
		same := func(when string) {
			t.Helper()
			for _, g := range given {
				again, err := o.desk.Remade(t.Context(), g.Statement.Number)
				if err != nil || written(again.Statement) != written(g.Statement) || !reflect.DeepEqual(again, g) {
					t.Fatalf("%s:\n%+v %+v, %v\n%+v", when, again, again.Statement, err, g.Statement)
				}
			}
			if again, err := o.desk.Remade(t.Context(), "О-2026-0000001"); err != nil || !reflect.DeepEqual(again, refused) {
				t.Fatalf("%s: %+v, %v", when, again, err)
			}
		}
		same("at once")
		o.at("2026-12-10T09:00:00+05:00")
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		roster := o.take(63, "63-delta-2026-12-01.csv", rosterOf(learner{iin: child(t, 77), bin: a}, learner{iin: p[1], bin: b, surname: "БАСҚА", given: "АТЫ"},
			learner{iin: p[2], bin: a, status: "отчислен", until: "30.11.2026"})...)
		same("after a roster: whom the list names is of the school now")
		l := o.take(0, "l2.csv", paymentsOf("T1", 202609, p...)...)
		o.assessed(202610, "қайта")
		same("after a list and a freeze")
		o.undo(l.Import, UndoOptions{})
		o.undo(roster.Import, UndoOptions{Replay: true})
		same("after what it rested on was taken back")
		if err := o.block(p[0], false); err != nil {
			t.Fatal(err)
		}
		_, err := o.desk.Remade(t.Context(), given[0].Statement.Number)
		wantErr(t, err, ErrBlocked)
		given = given[1:]
		same("others, after a block")
		o.desk.State.Payer, o.desk.State.PayerID, o.desk.State.KNP = "Басқа", "1", "9"
		same("in other settings of the payer")
		_, err = o.desk.Remade(t.Context(), "С-2026-9999999")
		wantErr(t, err, store.ErrNotFound)
		o.verified()
		behindTheBack(t, database(t, address))("UPDATE request SET content = (SELECT content FROM request WHERE number = '" + given[1].Statement.Number + "') WHERE number = '" + given[0].Statement.Number + "'")
		_, err = o.desk.Remade(t.Context(), given[0].Statement.Number)
		wantErr(t, err, ErrRemade)
		if v, err := o.desk.Verify(t.Context(), quiet); err != nil || !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == "request" }) {
			t.Errorf("another's statement is not found: %+v, %v", v.Findings, err)
		}
	})
}

// TestRequestsOfLists: each request of a list is answered once, whatever is cut
// off, and not at all when the list was taken back before.
func TestRequestsOfLists(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		lines := func(first string) []string {
			return []string{"№ запроса;Дата и время запроса;ИИН;С месяца;По месяц;Подтверждение;Согласие",
				first + ";10.11.2026 08:30;" + p[0].Digits() + ";2026-09;2026-10;ЭЦП;да",
				first + "2;10.11.2026 08:31;" + p[1].Digits() + ";2026-09;2026-10;ЭЦП;нет",
				first + "3;10.11.2026 08:32;123;2026-09;2026-10;ЭЦП;да"}
		}
		count := func() (n int, numbers []string) {
			t.Helper()
			err := o.desk.Store.EachAccess(t.Context(), store.AccessesAsked{}, func(a osms.Access) error {
				numbers = append(numbers, a.Number)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return len(numbers), numbers
		}
		r := o.take(0, "q.csv", lines("1")...)
		if r.Outcome != osms.Applied || r.Kind != osms.KindRequests || r.Joined != 3 {
			t.Fatalf("%+v", r)
		}
		if n, numbers := count(); n != 3 || !slices.Equal(numbers, []string{"С-2026-0000001", "О-2026-0000001", "О-2026-0000002"}) {
			t.Fatal(numbers)
		}
		if r := o.take(0, "q2.csv", lines("1")...); r.Outcome != osms.AlreadyApplied {
			t.Errorf("%+v", r)
		}
		again := lines("1")
		again[1], again[2] = again[2], again[1]
		if r := o.take(0, "q3.csv", again...); r.Outcome != osms.AlreadyApplied {
			t.Errorf("in another order: %+v", r)
		}
		o.run(func(ctx context.Context, t Turn) error {
			_, err := o.desk.Do(ctx, t, osms.JobRequests, 0, quiet)
			return err
		})
		if n, _ := count(); n != 3 {
			t.Errorf("%d answers", n)
		}
		a, err := o.desk.Remade(t.Context(), "С-2026-0000001")
		if err != nil || a.Request.Incoming != "1" || a.Request.Row != 2 || a.Request.Received.Format(time.RFC3339) != "2026-11-10T03:30:00Z" || a.Statement.Person != p[0] {
			t.Errorf("%+v, %v", a, err)
		}
		// Cut off after the commit: nothing is answered, and the next run does it.
		half := lines("5")
		o.registerOnly(o.write("h.csv", half...))
		if n, _ := count(); n != 3 {
			t.Fatalf("%d answers before anybody answered", n)
		}
		o.verified()
		o.run(func(ctx context.Context, turn Turn) error {
			message, err := o.desk.Do(ctx, turn, osms.JobRequests, 0, quiet)
			if message != "3 requests answered, 2 of them refused" {
				t.Error(message)
			}
			return err
		})
		// Taken back before it was answered: it never is, and the rows stay.
		open := o.registerOnly(o.write("u.csv", lines("7")...))
		o.undo(open, UndoOptions{})
		o.undo(r.Import, UndoOptions{})
		o.take(0, "other.csv", paymentsOf("R9", 202610, p...)...)
		if n, _ := count(); n != 6 {
			t.Errorf("%d answers", n)
		}
		if a, err := o.desk.Remade(t.Context(), "С-2026-0000001"); err != nil || a.Statement == nil {
			t.Errorf("an answer of a list that was taken back: %v", err)
		}
		o.verified()
		db := database(t, address)
		for _, c := range []struct{ damage, found string }{
			{"UPDATE request SET ground = 2 WHERE ground = 5", "request"},
			{"UPDATE request SET person = person + 1 WHERE id = 1", "request"},
			{"UPDATE request SET digest = 'x' WHERE digest <> ''", "request"},
			{"UPDATE request SET known = known - 1 WHERE answered <> 0", "request"},
			{"UPDATE request SET answered = answered + 1 WHERE answered <> 0", "request"},
			{"UPDATE request SET received = received + 1 WHERE id = 7", "request"},
			{"UPDATE request SET sequence = sequence + 1 WHERE id = 1", "request"},
			{"UPDATE request SET answered = 0, number = '' WHERE id = 2", "access"},
			{"DELETE FROM request WHERE id = 2", "request"},
			{"DELETE FROM request WHERE id = 7", "request"},
			{"INSERT INTO request SELECT 100, sequence, sheet, row_number, incoming, received, person, from_month, to_month, confirmed_by, consent, answered, ground, reason, 'С-2026-0000009', digest, known, written, content FROM request WHERE id = 1", "request"},
			{"UPDATE access SET who = 'x' WHERE id = 1", "request"},
			{"UPDATE access SET at = at + 1 WHERE id = 1", "request"},
			{"UPDATE access SET person = person + 1 WHERE id = 2", "request"},
			{"UPDATE access SET number = 'С-2026-0000008' WHERE id = 1", "access"},
			{"DELETE FROM access WHERE id = 6", "request"},
			{"DELETE FROM access WHERE id = 1", "request"},
			{"INSERT INTO access VALUES (100, 1, '', 'person', 1, '', '')", "access"},
			{"UPDATE counter SET value = value + 1 WHERE name LIKE '%-2026'", "access"},
			{"UPDATE counter SET value = value + 1 WHERE name = 'access'", "stray"},
			{"UPDATE audit SET what = 'access' WHERE what = 'request'", "access"},
		} {
			tables := []string{"request", "access", "counter", "audit"}
			say := behindTheBack(t, db)
			for _, table := range tables {
				say("CREATE TABLE aside_" + table + " AS SELECT * FROM " + table)
			}
			say(c.damage)
			v, err := o.desk.Verify(t.Context(), quiet)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == c.found }) {
				t.Errorf("%s: %+v", c.damage, v.Findings)
			}
			for _, f := range v.Findings {
				if strings.Contains(fmt.Sprint(f), p[0].Digits()) {
					t.Errorf("%s: a number is shown", c.damage)
				}
			}
			for _, table := range tables {
				say("DELETE FROM " + table)
				say("INSERT INTO " + table + " SELECT * FROM aside_" + table)
				say("DROP TABLE aside_" + table)
			}
		}
		o.verified()
	})
}

// registerOnly commits a list of requests and is cut off before they are answered.
func (o *office) registerOnly(path string) (sequence int64) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		file, err := intake.TakeFile(path, o.desk.Archive, 0)
		if err != nil {
			return err
		}
		r, err := o.desk.Read(o.desk.dropOf(file, t, Delivery{Channel: channelCommand}))
		if err != nil {
			return err
		}
		report, err := o.desk.Apply(ctx, t, r, false)
		sequence = report.Import
		return err
	})
	return sequence
}
