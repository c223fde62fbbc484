package jobs

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

const october = osms.Month(202610)

// missing says who has not submitted: the organisation's number, the state, and
// what else there is to say.
func (o *office) missing(month osms.Month, region osms.Region, number map[osms.BIN]int) string {
	o.t.Helper()
	m, err := o.desk.Missing(o.t.Context(), month, region, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	var lines []string
	for _, u := range m.Organisations {
		line := fmt.Sprintf("%d %s", number[u.Organisation.BIN], u.State)
		if u.Reason != "" {
			line += " " + string(u.Reason)
		}
		if u.Persons > 0 {
			line += fmt.Sprintf(", %d persons", u.Persons)
		}
		if u.Last.Import != 0 {
			line += fmt.Sprintf(", last as at %s in %s", u.Last.AsAt, u.Last.File)
		}
		if u.Overdue > 0 {
			line += fmt.Sprintf(", %d days", u.Overdue)
		}
		if u.Organisation.Provisional {
			line += ", provisional"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (o *office) wantMissing(what string, month osms.Month, region osms.Region, number map[osms.BIN]int, want ...string) {
	o.t.Helper()
	if got := o.missing(month, region, number); got != strings.Join(want, "\n") {
		o.t.Errorf("%s:\n%s\nwant\n%s", what, got, strings.Join(want, "\n"))
	}
}

// numbered makes the first n schools and tells them by number.
func numbered(t *testing.T, n int) (schools []osms.BIN, number map[osms.BIN]int) {
	t.Helper()
	schools, number = make([]osms.BIN, n+1), map[osms.BIN]int{}
	for i := 1; i <= n; i++ {
		schools[i] = school(t, 100*i)
		number[schools[i]] = i
	}
	return schools, number
}

// What is a submission for a month and what is not, organisation by
// organisation.
func TestMissing(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s, number := numbered(t, 9)
		regions := map[osms.BIN]osms.Region{}
		for i := 1; i <= 8; i++ {
			regions[s[i]] = 63
		}
		regions[s[8]] = 10
		o.list(regions)
		o.wantMissing("before anything came", october, 63, number, "1 none", "2 none", "3 none", "4 none", "5 none", "6 none", "7 none")
		o.wantMissing("of another region", october, 10, number, "8 none")

		// September's lists, of three organisations; what is late and as at a day
		// of September is September's.
		at := func(n int, l learner) learner { l.bin = s[n]; return l }
		o.take(63, "63-full-2026-09-30.csv", rosterOf(at(1, learner{iin: child(t, 1)}), at(1, learner{iin: child(t, 2)}),
			at(2, learner{iin: child(t, 3)}), at(4, learner{iin: child(t, 4)}), at(4, learner{iin: child(t, 5)}))...)
		o.wantMissing("September", osms.Month(202609), 63, number, "3 none, 24 days", "5 none, 24 days", "6 none, 24 days", "7 none, 24 days")

		// October: 1 sends a full roster as at the 1st, 2 a delta of the last day, 3
		// a zero return, 4 a list that is held, 5 one of which every row is refused,
		// 6 is spoken of by another region, 7 sends what cannot be read.
		o.at("2026-10-31T12:00:00+05:00")
		r := o.take(63, "63-full-2026-10-01.csv", rosterOf(at(1, learner{iin: child(t, 1)}), at(1, learner{iin: child(t, 2)}))...)
		o.want("full", r, osms.Applied, counts(2, 0, 0, 0, 0, 2, 0, 0))
		r = o.take(63, "changes.csv", rosterOf(at(2, learner{iin: child(t, 6), enrolled: "20.10.2026"}))...)
		o.want("delta", r, osms.Applied, counts(1, 1, 0, 0, 0, 0, 0, 0))
		r = o.take(63, "zero.csv", "БИН: "+s[3].Digits(), "Өзгеріс жоқ")
		o.want("zero return", r, osms.Applied, counts(0, 0, 0, 0, 0, 0, 0, 0))
		r = o.take(63, "63-full-2026-10-02.csv", "БИН: "+s[4].Digits(), "ИИН;Фамилия;Имя;Форма обучения")
		o.want("no rows", r, osms.Held, counts(0, 0, 0, 0, 0, 0, 0, 0))
		r = o.take(63, "63-full-2026-10-03.csv", rosterOf(at(5, learner{iin: child(t, 7), form: "ночная"}))...)
		o.want("all refused", r, osms.AppliedWithRefusals, counts(1, 0, 0, 0, 0, 0, 1, 0))
		r = o.take(10, "10-full-2026-10-04.csv", rosterOf(at(6, learner{iin: child(t, 8)}))...)
		o.want("another region's", r, osms.AppliedWithRefusals, counts(1, 0, 0, 0, 0, 0, 1, 0))
		if r = o.take(63, "63-full-2026-10-05.csv", "БИН: "+s[7].Digits(), "Фамилия;Имя;Форма обучения", "А;Б;очная"); r.Outcome != osms.FileRefused {
			t.Errorf("without IINs: %s", r.Outcome)
		}
		o.wantMissing("October", october, 63, number, "4 held no_rows, 2 persons, last as at 2026-09-30 in 63-full-2026-09-30.csv, 24 days",
			"5 refused, last as at 2026-10-03 in 63-full-2026-10-03.csv, 24 days", "6 none, 24 days", "7 none, 24 days")
		o.wantMissing("whole country", october, 0, number, "8 none, 24 days", "4 held no_rows, 2 persons, last as at 2026-09-30 in 63-full-2026-09-30.csv, 24 days",
			"5 refused, last as at 2026-10-03 in 63-full-2026-10-03.csv, 24 days", "6 none, 24 days", "7 none, 24 days")

		// The list of the first of November is November's; nobody is late yet.
		o.at("2026-11-02T12:00:00+05:00")
		o.take(63, "63-full-2026-11-01.csv", rosterOf(at(6, learner{iin: child(t, 9)}), at(9, learner{iin: child(t, 10)}))...)
		o.wantMissing("November", osms.Month(202611), 63, number,
			"1 none, 2 persons, last as at 2026-10-01 in 63-full-2026-10-01.csv",
			"2 none, 2 persons, last as at 2026-10-31 in changes.csv", "3 none, last as at 2026-10-31 in zero.csv",
			"4 none, 2 persons, last as at 2026-09-30 in 63-full-2026-09-30.csv", "5 none, last as at 2026-10-03 in 63-full-2026-10-03.csv", "7 none")
		o.wantMissing("October, later", october, 63, number, "4 held no_rows, 2 persons, last as at 2026-09-30 in 63-full-2026-09-30.csv, 26 days",
			"5 refused, last as at 2026-10-03 in 63-full-2026-10-03.csv, 26 days", "6 none, last as at 2026-11-01 in 63-full-2026-11-01.csv, 26 days", "7 none, 26 days",
			"9 none, last as at 2026-11-01 in 63-full-2026-11-01.csv, 26 days, provisional")
		o.verified()
	})
}

// What was undone is no submission, and what stood before it is the last.
func TestMissingUndone(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s, number := numbered(t, 1)
		o.list(map[osms.BIN]osms.Region{s[1]: 63})
		o.take(63, "63-full-2026-09-01.csv", rosterOf(learner{iin: child(t, 1), bin: s[1]})...)
		r := o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: s[1]})...)
		o.wantMissing("applied", october, 0, number)
		undo := func(sequence int64) {
			o.run(func(ctx context.Context, turn Turn) error {
				done, err := o.desk.Undo(ctx, turn, sequence, UndoOptions{Reason: "басқа ұйымның тізімі"})
				if err == nil && !done.Undone {
					t.Errorf("import %d was not undone: %+v", sequence, done)
				}
				return err
			})
		}
		undo(r.Import)
		o.wantMissing("undone", october, 0, number, "1 refused, 1 persons, last as at 2026-09-01 in 63-full-2026-09-01.csv")
		// A zero return takes its place, and can be undone as well.
		r = o.take(63, "zero.csv", "БИН: "+s[1].Digits(), "Изменений нет")
		o.wantMissing("zero return", october, 0, number)
		undo(r.Import)
		o.wantMissing("zero return undone", october, 0, number, "1 refused, 1 persons, last as at 2026-09-01 in 63-full-2026-09-01.csv")
		o.verified()
	})
}

// What an administrator decides of a roster that was held: released it is a
// submission, refused it is none.
func TestMissingDecided(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s, number := numbered(t, 2)
		o.list(map[osms.BIN]osms.Region{s[1]: 63, s[2]: 63})
		empty := func(n int) osms.FileReport {
			return o.take(63, fmt.Sprintf("63-full-2026-10-0%d.csv", n), "БИН: "+s[n].Digits(), "ИИН;Фамилия;Имя;Форма обучения")
		}
		first, second := empty(1), empty(2)
		o.wantMissing("held", october, 0, number, "1 held no_rows", "2 held no_rows")
		o.run(func(ctx context.Context, turn Turn) error {
			if _, err := o.desk.Release(ctx, turn, first.Diff, "мектеп жабылды"); err != nil {
				return err
			}
			_, err := o.desk.Refuse(ctx, turn, second.Diff, "бос тізім")
			return err
		})
		o.wantMissing("decided", october, 0, number, "2 refused")
		if done := o.remind(october); done.Due.IsZero() {
			t.Errorf("%+v", done)
		}
	})
}

// An organisation is asked for months of which it lived to see the second day:
// a roster of the day of its closing would be refused.
func TestMissingClosed(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s, number := numbered(t, 1)
		o.list(map[osms.BIN]osms.Region{s[1]: 63}, "01.10.2026")
		o.wantMissing("the month before", osms.Month(202609), 0, number, "1 none, 24 days")
		o.wantMissing("closed on its first day", october, 0, number)
		o.list(map[osms.BIN]osms.Region{s[1]: 63}, "02.10.2026")
		o.wantMissing("closed on the second", october, 0, number, "1 none")
	})
}

// A zero return ends nobody, is kept with its organisation, and is a submission
// once; one of nobody in particular is refused with what is missing.
func TestZeroReturn(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s, number := numbered(t, 3)
		o.list(map[osms.BIN]osms.Region{s[1]: 63, s[2]: 63, s[3]: 63})
		o.take(63, "63-full-2026-09-01.csv", rosterOf(learner{iin: child(t, 1), bin: s[1]}, learner{iin: child(t, 2), bin: s[2]}, learner{iin: child(t, 3), bin: s[3]})...)
		zero := []string{"Список обучающихся", "Вид списка: полный", "По состоянию на: 01.10.2026", "БИН: " + s[1].Digits(),
			"ИИН;Фамилия;Имя;Форма обучения;БИН", "Изменений нет;;;;"}
		r := o.take(63, "template.csv", zero...)
		o.want("in a template", r, osms.Applied, counts(0, 0, 0, 0, 0, 0, 0, 0))
		if len(r.Organisations) != 1 || r.Organisations[0] != s[1] || r.Import == 0 {
			t.Errorf("it speaks of %v, import %d", r.Organisations, r.Import)
		}
		r = o.take(63, "template.csv", zero...)
		o.want("again", r, osms.AlreadyApplied, counts(0, 0, 0, 0, 0, 0, 0, 0))
		// Of several, each by the BIN of its row.
		r = o.take(63, "several.csv", "БИН;ИИН;Фамилия;Имя;Форма обучения", s[2].Digits()+";Изменений нет", s[3].Digits()+";өзгеріс жоқ")
		o.want("of several", r, osms.Applied, counts(0, 0, 0, 0, 0, 0, 0, 0))
		o.wantMissing("all have submitted", october, 0, number)
		if n := o.heads(october); n != 3 {
			t.Errorf("%d are held, want 3", n)
		}
		r = o.take(63, "nobody.csv", "Изменений нет")
		if r.Outcome != osms.FileRefused || r.Error == nil || r.Error.Code != osms.FileMissingColumn || r.Import != 0 {
			t.Errorf("a zero return of nobody: %s %v", r.Outcome, r.Error)
		}
		o.verified()
	})
}

func (o *office) remind(month osms.Month) (done Reminders) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) (err error) {
		done, err = o.desk.Remind(ctx, t, month)
		return err
	})
	return done
}

// Reminders are written once the day due is over, one a region, and the same
// again is the same file.
func TestReminders(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s, _ := numbered(t, 4)
		o.list(map[osms.BIN]osms.Region{s[1]: 63, s[2]: 63, s[3]: 10, s[4]: 75})
		o.at("2026-10-07T23:59:00+05:00") // the fifth working day
		if done := o.remind(october); done.Due.String() != "2026-10-07" || done.Letters != 0 {
			t.Errorf("on the day due: %+v", done)
		}
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: s[1]})...)
		o.take(75, "75-full-2026-10-02.csv", "БИН: "+s[4].Digits(), "ИИН;Фамилия;Имя;Форма обучения") // held: nobody is reminded
		o.at("2026-10-08T00:00:00+05:00")
		first := o.remind(october)
		if first.Letters != 2 || first.Organisations != 2 || first.Held != 1 || len(first.Paths) != 2 {
			t.Fatalf("%+v", first)
		}
		name := filepath.Base(first.Paths[0])
		if dir := filepath.Dir(first.Paths[0]); dir != filepath.Join(o.desk.Home.Letters, "10", "reminders") || !strings.HasPrefix(name, "2026-10-reminder-2026-10-08-") {
			t.Errorf("written to %s", first.Paths[0])
		}
		before, err := os.ReadFile(first.Paths[0])
		if err != nil {
			t.Fatal(err)
		}
		o.at("2026-10-08T18:00:00+05:00")
		again := o.remind(october)
		after, err := os.ReadFile(again.Paths[0])
		if err != nil || again.Paths[0] != first.Paths[0] || !bytes.Equal(before, after) {
			t.Errorf("again: %v, %s", err, again.Paths[0])
		}
		// With another organisation on the list it is another letter.
		o.list(map[osms.BIN]osms.Region{school(t, 900): 10})
		if more := o.remind(october); more.Organisations != 3 || more.Paths[0] == first.Paths[0] {
			t.Errorf("with another organisation: %+v", more)
		}
		if files, _ := filepath.Glob(filepath.Join(o.desk.Home.Letters, "*", "reminders", "*")); len(files) != 3 {
			t.Errorf("files: %v", files)
		}
		if files, _ := filepath.Glob(filepath.Join(o.desk.Home.Letters, "75", "reminders", "*")); len(files) != 0 {
			t.Errorf("one whose roster is held was reminded: %v", files)
		}
		// All have submitted: nothing is written.
		o.take(63, "z.csv", "БИН: "+s[2].Digits(), "Изменений нет")
		o.take(10, "z3.csv", "БИН;ИИН;Фамилия;Имя;Форма обучения", s[3].Digits()+";нет изменений", school(t, 900).Digits()+";нет изменений")
		if none := o.remind(october); none.Letters != 0 || none.Held != 1 {
			t.Errorf("nobody is missing: %+v", none)
		}
		o.verified()
	})
}
