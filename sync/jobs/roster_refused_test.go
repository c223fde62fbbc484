package jobs

import (
	"testing"

	"osmsd/sync/osms"
)

// TestRefusedElsewhere: a row that is refused for what is held protects its
// person in every organisation of the file, also when one of them is folded
// again because the file comes late for it.
func TestRefusedElsewhere(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, c := school(t, 1), school(t, 2), school(t, 3)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63, c: 63})
		o.at("2026-11-10T09:00:00+05:00")
		who := child(t, 1)
		o.take(63, "63-delta-2026-11-01.csv", rosterOf(learner{iin: child(t, 9), bin: b})...)
		o.take(63, "63-full-2026-09-15.csv", rosterOf(learner{iin: who, bin: a}, learner{iin: who, bin: c})...)
		// Late for b only. Somebody else's name stands beside the number at a.
		r := o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: who, bin: a, surname: "БАСҚА", given: "БІРЕУ"},
			learner{iin: child(t, 2), bin: b}, learner{iin: child(t, 3), bin: c})...)
		o.want("refused at one", r, osms.AppliedWithRefusals, counts(3, 2, 0, 0, 0, 0, 1, 0))
		o.verified()
	})
}
