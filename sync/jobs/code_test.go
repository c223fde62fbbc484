package jobs

import (
	"strings"
	"testing"

	"osmsd/exporters/statement"
	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// TestCodeConfirmed: the Fund answers who asks about a statement, and writes down
// that it was asked.
func TestCodeConfirmed(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		o.desk.Who = "Қ. Іңкәр"
		_, p := o.frozenOctober()
		o.take(0, "l.csv", paymentsOf("R1", 202610, p[0])...)
		o.at("2026-11-10T10:00:00+05:00")
		mine, other := o.answer(ask(p[0])).Statement, o.answer(ask(p[1])).Statement
		refused := o.answer(osms.Request{})
		office, err := o.desk.Issue(t.Context(), p[2], 202609, 202610, o.now)
		if err != nil {
			t.Fatal(err)
		}
		code := func(s osms.Statement) string {
			signed, err := o.desk.SignStatement(s)
			if err != nil {
				t.Fatal(err)
			}
			return statement.Code(signed)
		}
		good := code(*mine)
		o.desk.State.Payer = "Басқа"
		asked := 0
		for _, c := range []struct {
			what, number, code string
			confirmed, logged  bool
		}{
			{"as printed", mine.Number, good, true, true},
			{"in one piece, in small letters", mine.Number, strings.ToLower(strings.ReplaceAll(good, "-", " ")), true, true},
			{"letters for figures", mine.Number, strings.NewReplacer("0", "O", "1", "l").Replace(good), true, true},
			{"taken by an operator", office.Number, code(office), true, true},
			{"another's code", mine.Number, code(*other), false, true},
			{"a sign short", mine.Number, good[:len(good)-1], false, true},
			{"no code", mine.Number, "", false, true},
			{"a refusal", refused.Number, good, false, false},
			{"no such number", "С-2026-0000777", good, false, false},
		} {
			s, confirmed, err := o.desk.CodeConfirmed(t.Context(), c.number, c.code, o.now)
			if err != nil || confirmed != c.confirmed || confirmed != (s.Person != 0) || confirmed && s.Number != c.number {
				t.Errorf("%s: %v %v %+v", c.what, confirmed, err, s)
			}
			if c.logged {
				asked++
			}
		}
		if err := o.block(p[0], false); err != nil {
			t.Fatal(err)
		}
		_, _, err = o.desk.CodeConfirmed(t.Context(), mine.Number, good, o.now)
		wantErr(t, err, ErrBlocked)
		codes := 0
		for _, person := range p {
			log, err := o.desk.Store.Accesses(t.Context(), person)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range log {
				if a.What == AccessCode && a.Who == "Қ. Іңкәр" && a.Ground == GroundArticle9 {
					codes++
				}
			}
			if last := log; person == p[0] && last[len(last)-1].What != AccessRefusal {
				t.Errorf("%+v", last)
			}
		}
		if codes != asked {
			t.Errorf("%d lines of the log, want %d", codes, asked)
		}
		o.verified()
	})
}

func TestHeardNumber(t *testing.T) {
	for text, want := range map[string]string{"С-2026-0000001": "С-2026-0000001", " c-2026-0000001 ": "С-2026-0000001", "O-2026-0000001": "О-2026-0000001", "с-2026-1": "С-2026-1", "x": "X"} {
		if got := HeardNumber(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
