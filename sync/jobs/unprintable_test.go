package jobs

import (
	"testing"

	"osmsd/sync/osms"
)

// A name that no font holds costs its own letter, not those of the others.
func TestUnprintableLetters(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), surname: "ИВАНОВ", given: "😀ИВАН", bin: a},
			learner{iin: child(t, 2), bin: a}, learner{iin: child(t, 3), bin: b})...)
		done, err := o.letters()
		if err != nil || done.Letters != 2 || done.Bundles != 2 || done.Unprintable != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
		// The name is mended: its letter comes.
		o.take(63, "63-full-2026-10-02.csv", rosterOf(learner{iin: child(t, 1), surname: "ИВАНОВ", given: "ИВАН", bin: a},
			learner{iin: child(t, 2), bin: a}, learner{iin: child(t, 3), bin: b})...)
		if done, err = o.letters(); err != nil || done.Letters != 1 || done.Unprintable != 0 {
			t.Errorf("%+v, %v", done, err)
		}
		o.verified()
	})
}
