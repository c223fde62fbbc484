package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// happening is one line of a list of events; until "" is an event without an end.
type happening struct {
	person    osms.IIN
	kind      osms.EventKind
	on, until string
}

func eventsOf(list ...happening) []string {
	lines := []string{"ИИН;Событие;Дата события;Действует до;Документ;Примечание"}
	for _, h := range list {
		lines = append(lines, fmt.Sprintf("%s;%s;%s;%s;№ 7-қ;", h.person.Digits(), h.kind, h.on, h.until))
	}
	return lines
}

// due writes the months that are believed to be due of a person, with the region.
func (o *office) due(person osms.IIN) string {
	o.t.Helper()
	_, periods, err := o.desk.Store.History(o.t.Context(), person)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, e := range periods {
		if e.KnownUntil == 0 {
			out = append(out, fmt.Sprintf("%s..%s %s", e.From, e.To, e.Region))
		}
	}
	return strings.Join(out, ", ")
}

func (o *office) wantDue(what string, person osms.IIN, want string) {
	o.t.Helper()
	if got := o.due(person); got != want {
		o.t.Errorf("%s: due %q, want %q", what, got, want)
	}
}

// TestEvents: what a list of events changes, and that taking it back restores it.
func TestEvents(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		dies, leaves, back, goes, loses, stranger := student(t, 1), student(t, 2), student(t, 3), student(t, 4), student(t, 5), student(t, 6)
		const since = "01.09.2025"
		o.take(63, "63-full-2026-01-10.csv", rosterOf(learner{iin: dies, bin: a, enrolled: since}, learner{iin: loses, bin: a, enrolled: since},
			learner{iin: back, bin: a, enrolled: since}, learner{iin: leaves, bin: a, enrolled: since, status: "академический отпуск"},
			learner{iin: goes, bin: a, enrolled: since, status: "отчислен", until: "09.01.2026"})...)
		o.take(10, "10-full-2026-01-10.csv", rosterOf(learner{iin: dies, bin: b, enrolled: since})...)
		overlaps := o.overlapDays()
		if overlaps == "" {
			t.Fatal("no overlap")
		}
		list := eventsOf(happening{dies, osms.EventDeath, "14.02.2026", ""}, happening{loses, osms.EventResidenceLost, "14.02.2026", ""},
			happening{back, osms.EventResidenceLost, "14.02.2026", "30.04.2026"}, happening{leaves, osms.EventLeaveEnded, "01.03.2026", "30.04.2026"},
			happening{goes, osms.EventStudyAbroad, "01.02.2026", ""}, happening{stranger, osms.EventDeath, "14.02.2026", ""},
			happening{stranger, osms.EventStudyAbroad, "14.02.2026", ""}, happening{dies, osms.EventCourtBan, "14.02.2026", ""})
		r := o.take(0, "события.csv", list...)
		o.want("events", r, osms.AppliedWithRefusals, counts(8, 7, 0, 0, 0, 0, 1, 0))
		if x := r.Refusals[0]; x.Code != osms.PersonUnknown || x.Cell != "A8" || x.Field != "iin" || x.Severity != osms.Refused {
			t.Errorf("%+v", x)
		}
		changed := func(what string) {
			t.Helper()
			o.wantDue(what+", a death", dies, "2025-09..2026-02 63")
			o.wantDue(what+", residence lost", loses, "2025-09..2026-02 63")
			o.wantDue(what+", and again", back, "2025-09..2026-02 63, 2026-05..9999-12 63")
			o.wantDue(what+", a leave that ended it", leaves, "2025-09..2026-02 63, 2026-05..9999-12 63")
			o.wantDue(what+", abroad", goes, "2025-09..9999-12 63")
		}
		changed("after the list")
		if n := o.heads(202603); n != 1 {
			t.Errorf("%d persons are due in March, want 1", n)
		}
		if got := o.overlapDays(); got == overlaps || got == "" {
			t.Errorf("the overlap of the dead: %q", got)
		}
		o.verified()
		o.want("the same bytes", o.take(0, "события.csv", list...), osms.AlreadyApplied, counts(8, 0, 0, 0, 0, 7, 1, 0))
		more := o.take(0, "события2.csv", eventsOf(happening{dies, osms.EventDeath, "14.02.2026", ""}, happening{dies, osms.EventDeath, "01.04.2026", ""})...)
		o.want("one of them again, and another day", more, osms.Applied, counts(2, 1, 0, 0, 0, 1, 0, 0))
		o.wantDue("the later day", dies, "2025-09..2026-04 63")
		// The roster goes on; what happened stands against it.
		o.take(63, "63-delta-2026-05-10.csv", rosterOf(learner{iin: loses, bin: a, enrolled: since, form: "очная", status: "обучается"}, learner{iin: stranger, bin: a, enrolled: since})...)
		o.wantDue("somebody who died before any roster", stranger, "2025-09..2026-02 63")
		o.verified()
		o.undo(more.Import, UndoOptions{Reason: "қате"})
		changed("after the other list was taken back")
		u := o.undo(r.Import, UndoOptions{Reason: "қате"})
		if !u.Undone || u.Closed != 7 || len(u.BlockedBy) > 0 {
			t.Errorf("%+v", u)
		}
		o.wantDue("somebody who is not dead", stranger, "2025-09..9999-12 63")
		o.take(63, "63-delta-2026-05-11.csv", rosterOf(learner{iin: stranger, bin: a, status: "ошибочная запись", enrolled: since, until: "01.09.2025"})...)
		if got := o.overlapDays(); got != overlaps {
			t.Errorf("the overlap is %q, was %q", got, overlaps)
		}
		o.verified()
		o.want("taken back, and again", o.take(0, "события.csv", list...), osms.Applied, counts(8, 8, 0, 0, 0, 0, 0, 0)) // everybody is known now
		changed("after it came again")
		o.verified()
	})
}

// overlapDays are the overlaps that are believed, without numbers.
func (o *office) overlapDays() string {
	o.t.Helper()
	var out []string
	for _, x := range o.believed() {
		if strings.HasPrefix(x, "overlap") {
			out = append(out, x)
		}
	}
	return strings.Join(out, "\n")
}

// TestEventsUndone: everything believed is as before.
func TestEventsUndone(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		one, two := student(t, 1), student(t, 2)
		o.take(63, "63-full-2026-01-10.csv", rosterOf(learner{iin: one, bin: a, enrolled: "01.09.2025"}, learner{iin: two, bin: a, enrolled: "01.09.2025"})...)
		before := o.believed()
		r := o.take(63, "63-оқиғалар.csv", eventsOf(happening{one, osms.EventDeath, "14.02.2026", ""}, happening{two, osms.EventResidenceLost, "14.02.2026", ""})...)
		o.want("from the region", r, osms.Applied, counts(2, 2, 0, 0, 0, 0, 0, 0))
		if slices.Equal(o.believed(), before) {
			t.Error("nothing changed")
		}
		o.undo(r.Import, UndoOptions{Reason: "қате"})
		if !slices.Equal(o.believed(), before) {
			t.Errorf("%q", apart(o.believed(), before))
		}
		o.verified()
	})
}

// TestEventsOfARegion: a region speaks of its own people only.
func TestEventsOfARegion(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		ours, gone, theirs := student(t, 1), student(t, 2), student(t, 3)
		o.take(63, "63-full-2026-01-10.csv", rosterOf(learner{iin: ours, bin: a}, learner{iin: gone, bin: a, enrolled: "01.09.2025", status: "отчислен", until: "01.12.2025"})...)
		o.take(10, "10-full-2026-01-10.csv", rosterOf(learner{iin: theirs, bin: b})...)
		list := eventsOf(happening{ours, osms.EventDeath, "14.02.2026", ""}, happening{gone, osms.EventDeath, "14.02.2026", ""},
			happening{theirs, osms.EventDeath, "14.02.2026", ""}, happening{student(t, 9), osms.EventBlocked, "14.02.2026", ""}, happening{student(t, 9), osms.EventLeaveKept, "14.02.2026", ""})
		r := o.take(63, "63-события.csv", list...)
		o.want("of a region", r, osms.AppliedWithRefusals, counts(5, 2, 0, 0, 0, 0, 3, 0))
		for i, want := range []osms.Code{osms.PersonOfOtherRegion, osms.PersonOfOtherRegion, osms.PersonUnknown} {
			if i >= len(r.Refusals) || r.Refusals[i].Code != want || r.Refusals[i].Row != 4+i {
				t.Errorf("%+v, want %s", r.Refusals, want)
			}
		}
		if o.due(theirs) == "" || o.block(student(t, 9), true) == nil {
			t.Error("a region's list touched somebody else's people")
		}
		o.verified()
		o.want("of the administrator", o.take(0, "события.csv", list...), osms.AppliedWithRefusals, counts(5, 2, 0, 0, 0, 2, 1, 0))
		o.verified()
	})
}

// TestEventsBlock: blocking by a list, and what its undo lifts and restores.
func TestEventsBlock(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		blocked := func(want ...osms.IIN) {
			t.Helper()
			is, err := o.desk.Blocked(t.Context())
			if err != nil || !slices.Equal(sortedKeys(is), slices.Sorted(slices.Values(want))) {
				t.Errorf("blocked are %v (%v), want %v", sortedKeys(is), err, want)
			}
		}
		one, two, three := student(t, 1), student(t, 2), student(t, 3)
		if err := o.block(two, false); err != nil {
			t.Fatal(err)
		}
		if err := o.block(three, false); err != nil {
			t.Fatal(err)
		}
		on := func(person osms.IIN, kind osms.EventKind) happening { return happening{person, kind, "14.02.2026", ""} }
		first := o.take(0, "1.csv", eventsOf(on(one, osms.EventBlocked), on(two, osms.EventBlocked), on(three, osms.EventUnblocked), on(student(t, 4), osms.EventUnblocked))...)
		o.want("a list", first, osms.Applied, counts(4, 2, 0, 0, 0, 2, 0, 0))
		blocked(one, two)
		second := o.take(0, "2.csv", eventsOf(on(one, osms.EventBlocked), on(three, osms.EventBlocked))...)
		o.want("another", second, osms.Applied, counts(2, 1, 0, 0, 0, 1, 0, 0))
		blocked(one, two, three)
		o.verified()
		o.undo(first.Import, UndoOptions{Reason: "қате"})
		blocked(one, two, three) // the second list says so too
		o.undo(second.Import, UndoOptions{Reason: "қате"})
		blocked(two, three) // as was asked for directly
		o.verified()
		third := o.take(0, "3.csv", eventsOf(on(two, osms.EventUnblocked), on(one, osms.EventBlocked))...)
		if err := o.block(one, true); err != nil {
			t.Fatal(err)
		}
		fourth := o.take(0, "4.csv", eventsOf(on(one, osms.EventBlocked))...)
		o.want("a row sent again, though the block was lifted", fourth, osms.Applied, counts(1, 0, 0, 0, 0, 1, 0, 0))
		blocked(three)
		fifth := o.take(0, "5.csv", eventsOf(happening{one, osms.EventBlocked, "15.02.2026", ""})...)
		blocked(one, three)
		o.undo(fifth.Import, UndoOptions{Reason: "қате"})
		blocked(three)
		o.undo(fourth.Import, UndoOptions{Reason: "қате"})
		blocked(three)
		if dry := o.undo(third.Import, UndoOptions{DryRun: true}); !dry.Undone || dry.Closed != 2 {
			t.Errorf("%+v", dry)
		}
		blocked(three)
		o.undo(third.Import, UndoOptions{Reason: "қате"})
		blocked(two, three)
		o.verified()
	})
}

// TestEventsHeld: a list that waits changes nothing until it is released.
func TestEventsHeld(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		one := student(t, 1)
		o.take(63, "63-full-2026-01-10.csv", rosterOf(learner{iin: one, bin: a, enrolled: "01.09.2025"})...)
		// A second table below the first one makes the file wait.
		lines := eventsOf(happening{one, osms.EventDeath, "14.02.2026", ""}, happening{one, osms.EventBlocked, "14.02.2026", ""}, happening{student(t, 9), osms.EventStudyAbroad, "14.02.2026", ""})
		lines = append(lines, "", "", "", "Примечание;ИИН;Событие;Документ;;")
		r := o.take(0, "события.csv", lines...)
		if r.Outcome != osms.Held || r.Joined != 0 {
			t.Fatalf("%+v", r)
		}
		o.wantDue("while it waits", one, "2025-09..9999-12 63")
		o.verified()
		o.run(func(ctx context.Context, turn Turn) error {
			taken, err := o.desk.Release(ctx, turn, r.Diff, "дұрыс")
			if err == nil && (taken.Report.Joined != 2 || taken.Report.Rows != 2) {
				t.Errorf("%+v", taken.Report)
			}
			return err
		})
		o.wantDue("when it was released", one, "2025-09..2026-02 63")
		if is, err := o.desk.Blocked(t.Context()); err != nil || !is[one] {
			t.Errorf("%v %v", is, err)
		}
		o.verified()
		exec := behindTheBack(t, database(t, address))
		exec(fmt.Sprintf("INSERT INTO event SELECT %d, sheet, row_number, person, 'leave_kept', on_day, until_day, document, note, known_until FROM event WHERE kind = 'death'", r.Import))
		if v, err := o.desk.Verify(t.Context(), quiet); err != nil || !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == "event" }) {
			t.Errorf("a row under the import that was held: %+v, %v", v.Findings, err)
		}
		exec(fmt.Sprintf("DELETE FROM event WHERE sequence = %d", r.Import))
		o.undo(r.Import, UndoOptions{Reason: "қате"})
		o.wantDue("when it was taken back", one, "2025-09..9999-12 63")
		if is, err := o.desk.Blocked(t.Context()); err != nil || is[one] {
			t.Errorf("%v %v", is, err)
		}
		o.verified()
	})
}

// TestTamperedEvents: whatever is changed in the table of events, verify finds it.
func TestTamperedEvents(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		one, two := student(t, 1), student(t, 2)
		o.take(63, "63-full-2026-01-10.csv", rosterOf(learner{iin: one, bin: a, enrolled: "01.09.2025"}, learner{iin: two, bin: a, enrolled: "01.09.2025"})...)
		o.take(0, "1.csv", eventsOf(happening{one, osms.EventDeath, "14.02.2026", ""}, happening{two, osms.EventBlocked, "14.02.2026", ""})...)
		undone := o.take(0, "2.csv", eventsOf(happening{two, osms.EventResidenceLost, "14.02.2026", ""})...)
		o.undo(undone.Import, UndoOptions{Reason: "қате"})
		o.verified()
		db := database(t, address)
		exec := behindTheBack(t, db)
		exec("CREATE TABLE kept_event AS SELECT * FROM event")
		exec("CREATE TABLE kept_block AS SELECT * FROM person_block")
		for _, c := range []struct{ damage, found string }{
			{"UPDATE event SET on_day = on_day + 1 WHERE kind = 'death'", "event"},
			{"UPDATE event SET until_day = 20260301 WHERE kind = 'death'", "event"},
			{"UPDATE event SET document = '' WHERE kind = 'death'", "event"},
			{"UPDATE event SET note = 'x' WHERE kind = 'death'", "event"},
			{"UPDATE event SET person = person + 1 WHERE kind = 'death'", "event"},
			{"UPDATE event SET kind = 'residence_lost' WHERE kind = 'death'", "event"},
			{"UPDATE event SET row_number = 77 WHERE kind = 'death'", "event"},
			{"UPDATE event SET known_until = 5 WHERE kind = 'death'", "event"},
			{"UPDATE event SET known_until = 2147483647", "event"},
			{"UPDATE event SET sequence = 1 WHERE kind = 'death'", "stray"},
			{"DELETE FROM event WHERE kind = 'blocked'", "event"},
			{"DELETE FROM event WHERE kind = 'residence_lost'", "event"},
			{"DELETE FROM event", "entitlement"},
			{"INSERT INTO event SELECT sequence, sheet, 99, person, 'leave_kept', on_day, until_day, document, note, known_until FROM event WHERE kind = 'death'", "event"},
			{"UPDATE person_block SET import = 0", "block"},
			{"DELETE FROM person_block", "block"},
		} {
			exec(c.damage)
			v, err := o.desk.Verify(t.Context(), quiet)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == c.found }) {
				t.Errorf("%s: found %+v, want %s", c.damage, v.Findings, c.found)
			}
			for _, f := range v.Findings {
				if strings.Contains(fmt.Sprint(f), one.Digits()) || strings.Contains(fmt.Sprint(f), two.Digits()) {
					t.Errorf("%s: a number is shown: %+v", c.damage, f)
				}
			}
			for _, table := range []string{"event", "block"} {
				into := map[string]string{"event": "event", "block": "person_block"}[table]
				exec("DELETE FROM " + into)
				exec("INSERT INTO " + into + " SELECT * FROM kept_" + table)
			}
		}
		o.verified()
	})
}

// TestParticipationAndEvents: what happened, on the day of the question.
func TestParticipationAndEvents(t *testing.T) {
	claimed := []store.KnownEntitlement{{Entitlement: osms.Entitlement{Person: 1, Category: osms.Learner, From: 202509, To: osms.EndlessMonth}, KnownFrom: 1}}
	ended := []store.KnownEntitlement{{Entitlement: osms.Entitlement{Person: 1, Category: osms.Learner, From: 202509, To: 202610}, KnownFrom: 1}}
	temporary := func(on, until osms.Date) osms.Event {
		return osms.Event{Kind: osms.EventTemporaryStatus, On: on, Until: until}
	}
	death := osms.Event{Kind: osms.EventDeath, On: 20261015, Until: osms.Forever}
	left := []store.KnownEntitlement{{Entitlement: osms.Entitlement{Person: 1, Category: osms.Learner, From: 202409, To: 202506}, KnownFrom: 1}}
	none := osms.Participation{Status: osms.NotParticipating}
	over := func(since, until osms.Month) osms.Participation {
		return osms.Participation{Status: osms.NotParticipating, Since: since, Until: until}
	}
	for _, c := range []struct {
		what   string
		all    []store.KnownEntitlement
		events []osms.Event
		today  osms.Date
		want   osms.Participation
	}{
		{"the day before a death", claimed, []osms.Event{death}, 20261014, osms.Participation{Status: osms.Participating, Category: osms.Learner, Since: 202509}},
		{"the day of a death", claimed, []osms.Event{death}, 20261015, over(202509, 202610)},
		{"no right is preserved for the dead", ended, []osms.Event{death}, 20261115, over(202509, 202610)},
		{"who left before", left, []osms.Event{death}, 20261115, over(202409, 202506)},
		{"a claim after the death", claimed, []osms.Event{{Kind: osms.EventDeath, On: 20250831, Until: osms.Forever}}, 20261115, none},
		{"joined later than died", append(left, claimed...), []osms.Event{{Kind: osms.EventDeath, On: 20250831, Until: osms.Forever}}, 20261115, over(202409, 202506)},
		{"the dead whom nobody claimed", nil, []osms.Event{death}, 20261115, none},
		{"nor a status", nil, []osms.Event{death, temporary(20261101, 20261130)}, 20261115, none},
		{"a temporary status", nil, []osms.Event{temporary(20261010, 20261031)}, 20261031, osms.Participation{Status: osms.Participating, Since: 202610, Until: 202610}},
		{"it is over", nil, []osms.Event{temporary(20261010, 20261031)}, 20261101, none},
		{"not yet", nil, []osms.Event{temporary(20261010, 20261031)}, 20261009, none},
		{"a month at most", nil, []osms.Event{temporary(20261010, osms.Forever)}, 20261110, osms.Participation{Status: osms.Participating, Since: 202610, Until: 202611}},
		{"and no day more", nil, []osms.Event{temporary(20261010, osms.Forever)}, 20261111, none},
		{"from the last day of a long month", nil, []osms.Event{temporary(20260131, osms.Forever)}, 20260228, osms.Participation{Status: osms.Participating, Since: 202601, Until: 202602}},
		{"not into the month after", nil, []osms.Event{temporary(20260131, osms.Forever)}, 20260301, none},
		{"who participates anyway", claimed, []osms.Event{temporary(20261010, 20261031)}, 20261015, osms.Participation{Status: osms.Participating, Category: osms.Learner, Since: 202509}},
		{"a preserved right stays one", ended, []osms.Event{temporary(20261110, 20261120)}, 20261115,
			osms.Participation{Status: osms.RightPreserved, Category: osms.Learner, Since: 202509, Until: 202610, PreservedUntil: 202701}},
		{"a status that was corrected", nil, []osms.Event{temporary(20261010, 20261031), temporary(20261010, 20261012)}, 20261020, none},
	} {
		if got := participation(c.all, c.events, c.today); got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.what, got, c.want)
		}
	}
}

// TestPersonAndEvents: what is shown of a person, and the row that says so.
func TestPersonAndEvents(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		one, stranger := student(t, 1), student(t, 2)
		o.take(63, "63-full-2026-01-10.csv", rosterOf(learner{iin: one, bin: a, enrolled: "01.09.2025"})...)
		known, err := o.desk.Store.LastSequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.desk.Statement(t.Context(), stranger, 202609, 202610, o.now)
		wantErr(t, err, store.ErrNotFound)
		r := o.take(0, "события.csv", eventsOf(happening{one, osms.EventResidenceLost, "14.02.2026", "30.04.2026"}, happening{one, osms.EventLeaveKept, "14.02.2026", ""},
			happening{stranger, osms.EventTemporaryStatus, "20.09.2026", "10.10.2026"})...)
		p, err := o.desk.Person(t.Context(), one, 0, 0)
		if err != nil || len(p.Events) != 2 || p.Events[0].Kind != osms.EventResidenceLost || p.Events[0].Source != (Source{Import: r.Import, File: "события.csv", Cell: "A2", Row: 2}) {
			t.Errorf("%+v, %v", p.Events, err)
		}
		for _, c := range []struct {
			at    osms.Date
			known int64
			want  int
		}{{20260213, 0, 0}, {20260430, 0, 2}, {20260501, 0, 1}, {0, known, 0}, {0, r.Import, 2}} {
			if p, err := o.desk.Person(t.Context(), one, c.at, c.known); err != nil || len(p.Events) != c.want {
				t.Errorf("at %s, known %d: %d events (%v), want %d", c.at, c.known, len(p.Events), err, c.want)
			}
		}
		if p, err := o.desk.Person(t.Context(), stranger, 0, 0); err != nil || len(p.Events) != 1 || len(p.Facts) != 0 {
			t.Errorf("%+v, %v", p, err)
		}
		_, err = o.desk.Person(t.Context(), stranger, 0, known)
		wantErr(t, err, store.ErrNotFound)
		s, err := o.desk.Statement(t.Context(), stranger, 202609, 202610, o.now)
		if err != nil || s.Participation != (osms.Participation{Status: osms.Participating, Since: 202609, Until: 202610}) || len(s.Rows) != 0 {
			t.Errorf("%+v, %v", s, err)
		}
		if n := o.heads(202610); n != 1 {
			t.Errorf("%d persons are due, want 1: a temporary status is not billed", n)
		}
		o.undo(r.Import, UndoOptions{Reason: "қате"})
		if p, err := o.desk.Person(t.Context(), one, 0, 0); err != nil || len(p.Events) != 2 || p.Events[0].KnownUntil == 0 {
			t.Errorf("taken back: %+v, %v", p.Events, err)
		}
		_, err = o.desk.Statement(t.Context(), stranger, 202609, 202610, o.now)
		wantErr(t, err, store.ErrNotFound)
	})
}

// TestReconciledEvents: an event that became known after the freeze is a proved
// part of the difference, with the row that says so.
func TestReconciledEvents(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		r := o.take(0, "события.csv", eventsOf(happening{p[3], osms.EventCourtBan, "20.09.2026", ""}, happening{p[0], osms.EventCourtBan, "20.09.2026", ""},
			happening{p[0], osms.EventDeath, "20.09.2026", ""})...)
		o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-10;63;4;6800000,00")
		behind := func() (out []string) {
			t.Helper()
			got, err := o.desk.Reconcile(t.Context(), 202610, time.Time{}, o.now.UTC().Truncate(time.Second))
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range got.Lines {
				for _, b := range l.Bridge {
					for _, x := range b.Behind {
						out = append(out, fmt.Sprintf("%s %v %s %d %s:%d", b.Kind, x.Person == p[0], x.Now, x.Import-r.Import, x.File, x.Row))
					}
				}
			}
			return out
		}
		if got := behind(); !slices.Equal(got, []string{"left_late true  0 события.csv:4"}) {
			t.Errorf("%q", got)
		}
		o.undo(r.Import, UndoOptions{Reason: "қате"})
		if got := behind(); len(got) != 0 {
			t.Errorf("taken back: %q", got)
		}
	})
}
