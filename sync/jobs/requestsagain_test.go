package jobs

import (
	"fmt"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// TestRequestsAgain: the same request in another list is answered once; one that
// asks for something else under its number is refused, unless the first one was.
func TestRequestsAgain(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		o.at("2026-11-10T10:00:00+05:00")
		const head = "№ запроса;Дата и время запроса;ИИН;С месяца;По месяц;Подтверждение;Согласие"
		line := func(number, at string, p osms.IIN, to, consent string) string {
			return fmt.Sprintf("%s;10.11.2026 %s;%s;2026-09;%s;ЭЦП;%s", number, at, p.Digits(), to, consent)
		}
		unreadable := "4;10.11.2026 08:30;123;2026-09;2026-10;ЭЦП;да"
		a, noConsent, nameless := line("1", "08:30", p[0], "2026-10", "да"), line("2", "08:30", p[1], "2026-10", "нет"), line("", "08:30", p[2], "2026-10", "да")
		first := o.take(0, "1.csv", head, a, noConsent, nameless, unreadable)
		if first.Joined != 4 || first.Outcome != osms.Applied {
			t.Fatalf("%+v", first)
		}
		answers := func(want int) {
			t.Helper()
			answered, refused, err := o.desk.Store.CountRequests(t.Context())
			if err != nil || answered != want {
				t.Fatalf("%d answers, %d of them refusals, want %d (%v)", answered, refused, want, err)
			}
			o.verified()
		}
		answers(4)
		for i, c := range []struct {
			lines                      []string
			joined, unchanged, refused int
		}{
			{[]string{a, noConsent, nameless, unreadable, line("9", "08:31", p[0], "2026-10", "да")}, 1, 4, 0},
			{[]string{line("1", "08:31", p[0], "2026-10", "да")}, 1, 0, 0}, // another moment
			{[]string{line("1", "08:30", p[1], "2026-10", "да")}, 1, 0, 0}, // another person
			{[]string{line("1", "08:30", p[0], "2026-11", "да")}, 0, 0, 1},
			{[]string{a, line("1", "08:30", p[0], "2026-11", "да"), line("", "08:30", p[2], "2026-11", "да")}, 1, 1, 1},
			{[]string{line("2", "08:30", p[1], "2026-10", "да")}, 1, 0, 0}, // the first one was refused
			{[]string{noConsent}, 0, 1, 0},
			{[]string{line("2", "08:30", p[1], "2026-11", "да")}, 0, 0, 1}, // and the second was not
		} {
			r := o.take(0, fmt.Sprintf("again%d.csv", i), append([]string{head}, c.lines...)...)
			if r.Joined != c.joined || r.Unchanged != c.unchanged || r.Refused != c.refused || r.Accepted != c.joined+c.unchanged {
				t.Errorf("%d: %+v", i, r)
			}
			if c.refused > 0 && (r.Outcome != osms.AppliedWithRefusals || r.Refusals[0].Code != osms.RequestDiffers || r.Refusals[0].Detail == "") {
				t.Errorf("%d: %s %+v", i, r.Outcome, r.Refusals)
			}
			if c.refused > 0 && i == 4 && (r.Refusals[0].Cell != "A3" || r.Refusals[0].Detail != "С-2026-0000001") {
				t.Errorf("%+v", r.Refusals)
			}
		}
		answers(9)
		// Taken back and given again: what was answered is not answered twice, and
		// what was not is answered once.
		o.undo(first.Import, UndoOptions{})
		if r := o.take(0, "1.csv", head, a, noConsent, nameless, unreadable); r.Joined != 0 || r.Unchanged != 4 || r.Outcome != osms.Applied {
			t.Errorf("%+v", r)
		}
		answers(9)
		late := line("7", "08:40", p[3], "2026-10", "да")
		o.undo(o.registerOnly(o.write("late.csv", head, late)), UndoOptions{})
		if r := o.take(0, "late.csv", head, late); r.Joined != 1 {
			t.Errorf("%+v", r)
		}
		answers(10)
	})
}

// TestRequestsAgainReleased: a list that was held is compared with the others when
// it is released.
func TestRequestsAgainReleased(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		o.at("2026-11-10T10:00:00+05:00")
		waits := append(requestsOf("1", p[0], p[1]), "3;10.11.2026 08:30;"+p[2].Digits()+";2026-09;2026-10;ЭЦП;да", "", "", "", "Примечание;ИИН;С месяца;По месяц;;;")
		held := o.take(0, "held.csv", waits...)
		if held.Outcome != osms.Held {
			t.Fatalf("%+v", held)
		}
		lines := requestsOf("1", p[0], p[1])
		lines[2] = "10;10.11.2026 08:30;" + p[1].Digits() + ";2026-09;2026-11;ЭЦП;да"
		o.take(0, "q.csv", lines...)
		o.verified()
		taken, err := o.release(held.Diff)
		if r := taken.Report; err != nil || r.Outcome != osms.AppliedWithRefusals || r.Joined != 1 || r.Unchanged != 1 || r.Refused != 1 || r.Refusals[len(r.Refusals)-1].Code != osms.RequestDiffers {
			t.Errorf("%+v, %v", r, err)
		}
		if answered, refused, err := o.desk.Store.CountRequests(t.Context()); err != nil || answered != 3 || refused != 0 {
			t.Errorf("%d answers, %d refusals, %v", answered, refused, err)
		}
		o.verified()
	})
}
