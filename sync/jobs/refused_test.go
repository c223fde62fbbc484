package jobs

import (
	"testing"

	"osmsd/sync/osms"
)

// A refusal is not a departure, however it comes about, and it stays a refusal
// when the same bytes are sent again.
func TestRefusalsNeverEnd(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, foreign := school(t, 1), school(t, 2), school(t, 3)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63, foreign: 75})
		one, two, three := child(t, 1), child(t, 2), child(t, 3)
		o.want("begin", o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: one, bin: a}, learner{iin: two, bin: a}, learner{iin: three, bin: b})...),
			osms.Applied, counts(3, 3, 0, 0, 0, 0, 0, 0))

		// Every row of one organisation is refused: nobody leaves it.
		lost := rosterOf(learner{iin: three, bin: b}, learner{iin: one, bin: a}, learner{iin: two, bin: a})
		lost[2], lost[3] = "4,01105E+10"+lost[2][12:], "4,01105E+10"+lost[3][12:]
		r := o.take(63, "63-full-2026-10-02.csv", lost...)
		if r.Left != 0 || r.Refused != 2 {
			t.Errorf("left %d, refused %d", r.Left, r.Refused)
		}

		// A row that only the register can refuse protects in the file's other
		// organisations too.
		stranger := rosterOf(learner{iin: two, bin: a}, learner{iin: one, surname: "БАСҚА", given: "БІРЕУ", bin: b}, learner{iin: three, bin: b})
		o.take(63, "63-full-2026-10-03.csv", rosterOf(learner{iin: one, bin: a}, learner{iin: two, bin: a}, learner{iin: one, bin: b}, learner{iin: three, bin: b})...)
		r = o.take(63, "63-full-2026-10-04.csv", stranger...)
		if r.Left != 0 || r.Refused != 1 {
			t.Errorf("left %d, refused %d: %+v", r.Left, r.Refused, r.Refusals)
		}

		// What was refused is refused again, and counted so.
		rows := rosterOf(learner{iin: one, bin: foreign}, learner{iin: two, bin: a})
		first := o.take(63, "63-delta-2026-10-05.csv", rows...)
		again := o.take(63, "63-delta-2026-10-05.csv", rows...)
		if first.Refused != 1 || again.Refused != 1 || again.Outcome != osms.AlreadyApplied || again.Unchanged != 1 || len(again.Refusals) != len(first.Refusals) {
			t.Errorf("first %d refused, again %d refused, %s, %d unchanged, %d refusals", first.Refused, again.Refused, again.Outcome, again.Unchanged, len(again.Refusals))
		}
		// Without a region there is nobody whom a roster could speak for.
		if r = o.take(0, "full-2026-10-06.csv", rosterOf(learner{iin: one, bin: a})...); r.Outcome != osms.FileRefused || r.Error.Code != osms.FileNoRegion {
			t.Errorf("%s %v", r.Outcome, r.Error)
		}
		o.verified()
	})
}

// TestProvisionalFindsItsRegion: the list for every region says whose an
// organisation is that came in a roster first, and its claims go with it.
func TestProvisionalFindsItsRegion(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.take(75, "75-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a})...)
		o.list(map[osms.BIN]osms.Region{a: 63})
		heads, err := o.desk.Store.Heads(t.Context(), 202610, 1000)
		if err != nil || len(heads) != 1 || heads[0].Region != 63 || heads[0].Persons != 1 {
			t.Errorf("%v, %v", heads, err)
		}
		o.verified()
	})
}
