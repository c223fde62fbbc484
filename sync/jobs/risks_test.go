package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestRisks: what ends within thirty and sixty days, and what does not end at
// all.
func TestRisks(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		adult, early := made(t, "0810315", 1), made(t, "0812015", 1)  // 18 on 31 October, on 1 December
		ends, goesOn := made(t, "0411145", 1), made(t, "0411145", 20) // announced, and another study follows
		blocked, part, leave := made(t, "0810015", 1), made(t, "0810025", 1), student(t, 9)
		graduates, far := student(t, 10), student(t, 11)
		lines := rosterOf(learner{iin: adult, bin: a, enrolled: "01.09.2024"}, learner{iin: early, bin: a, enrolled: "01.09.2024"},
			learner{iin: ends, bin: a, enrolled: "01.09.2024", until: "31.10.2026"}, learner{iin: goesOn, bin: a, enrolled: "01.09.2024", until: "31.10.2026"},
			learner{iin: blocked, bin: a, enrolled: "01.09.2024"}, learner{iin: part, bin: a, enrolled: "01.09.2024", form: "заочная"},
			learner{iin: leave, bin: a, enrolled: "01.09.2024", status: "академический отпуск", until: "30.11.2026"},
			learner{iin: graduates, bin: a, enrolled: "01.09.2024", until: "29.11.2026"}, learner{iin: far, bin: a, enrolled: "01.09.2024", until: "01.12.2026"})
		for i, l := range lines { // levels and courses
			more := ";"
			switch {
			case i == 0:
				more = "Уровень образования;Класс (курс)"
			case strings.HasPrefix(l, graduates.Digits()):
				more = "высшее;4"
			case strings.HasPrefix(l, ends.Digits()):
				more = "высшее;2"
			}
			lines[i] = l + ";" + more
		}
		if r := o.take(63, "63-full-2026-10-01.csv", lines...); r.Outcome != osms.Applied {
			t.Fatalf("%s %v %v", r.Outcome, r.Error, r.Refusals)
		}
		o.take(10, "10-delta-2026-10-01.csv", rosterOf(learner{iin: goesOn, bin: b, enrolled: "01.10.2026"})...)
		o.run(func(ctx context.Context, turn Turn) error {
			_, err := o.desk.Block(ctx, turn, blocked, false, "өтініш")
			return err
		})
		r, err := o.desk.Risks(t.Context(), 20261002)
		if err != nil {
			t.Fatal(err)
		}
		want := map[osms.IIN]string{
			adult:     "63 1 2026-10-31 turns_18 30", // category 1 ends with the month
			blocked:   "63 1 2026-10-31 turns_18 30 no name",
			ends:      "63 13 2026-10-31 left_on 30",
			graduates: "63 13 2026-11-29 graduation 60",
			leave:     "63 13 2026-11-30 leave 60",
			far:       "63 13 2026-12-01 left_on 60", // the sixtieth day
		}
		within := map[osms.IIN]bool{}
		for _, e := range r.Ending30 {
			within[e.Person] = true
		}
		last := osms.IIN(0)
		all := slices.Concat(r.Ending30, r.Ending60) // each in order of person
		slices.SortStableFunc(all, func(a, b osms.EndingRisk) int { return cmp.Compare(a.Person, b.Person) })
		for _, e := range all {
			got := fmt.Sprintf("%s %s %s %s 60", e.Region, e.Category, e.On, e.Reason)
			if within[e.Person] {
				got = strings.TrimSuffix(got, "60") + "30"
			}
			if e.Name.Surname == "" {
				got += " no name"
			}
			if got != want[e.Person] || e.BIN != a || e.Person <= last {
				t.Errorf("%s: %q, want %q", e.Person, got, want[e.Person])
			}
			last = e.Person
			delete(want, e.Person)
		}
		if len(want) > 0 || len(r.Ending30) != 3 || len(r.EmployerPayments) != 0 || r.AsOf != 20261002 {
			t.Errorf("not said: %v; %d", want, len(r.Ending30))
		}
		if r, err := o.desk.Risks(t.Context(), 20270101); err != nil || len(r.Ending60) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestFinalCourse(t *testing.T) {
	for _, c := range []struct {
		level osms.Level
		grade string
		want  bool
	}{
		{osms.Secondary, "11 «Ә»", true}, {osms.Secondary, "10", false}, {osms.Secondary, "1 «А»", false}, {osms.Higher, "4 курс", true},
		{osms.Higher, "3", false}, {osms.TVET, "3", true}, {"", "11", false}, {osms.Higher, "", false}, {osms.Higher, "магистрант", false},
	} {
		if got := finalCourse(osms.Facts{Level: c.level, Grade: c.grade}); got != c.want {
			t.Errorf("%s %q: %t", c.level, c.grade, got)
		}
	}
}
