package jobs

import (
	"testing"

	"osmsd/sync/osms"
)

// TestDiffIsContent: the hash of a diff is over what is said: other rows under
// the same hold have another, the same rows in another file the same.
func TestDiffIsContent(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		held := func(learners ...learner) string {
			t.Helper()
			// Name and head say two different days: it waits for an administrator.
			r := o.take(63, "63-full-2026-10-01.csv", append([]string{"Вид списка: полный", "По состоянию на: 02.10.2026"}, rosterOf(learners...)...)...)
			if r.Outcome != osms.Held {
				t.Fatalf("%s %v", r.Outcome, r.Holds)
			}
			return r.Diff
		}
		one, two := learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a}
		first := held(one, two)
		if other := held(one); other == first {
			t.Error("two held contents have one hash")
		}
		if again := held(two, one); again != first {
			t.Error("one held content has two hashes")
		}
		x := o.take(0, "x.csv", "Месяц;Регион;Количество;Сумма", "2026-10;63;3;5100,00", "2026-10;75;2;3400,00")
		y := o.take(0, "y.csv", "Месяц;Регион;Количество;Сумма;Номер", "2026-10;75;2;3400,00;", "2026-10;63;3;5100;")
		z := o.take(0, "z.csv", "Месяц;Регион;Количество;Сумма", "2026-10;63;3;5100,01", "2026-10;75;2;3400,00")
		if x.Diff != y.Diff || x.Diff == z.Diff || x.Import == y.Import {
			t.Errorf("%s %s, %s %s, %s %s", x.Outcome, x.Diff, y.Outcome, y.Diff, z.Outcome, z.Diff)
		}
		o.verified()
	})
}
