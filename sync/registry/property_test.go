package registry_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

var long = flag.Bool("long", false, "run the tests at their full size: 10,000 sequences of imports")

func TestMain(m *testing.M) {
	flag.Parse()
	if *long {
		if err := flag.Set("rapid.checks", "10000"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var (
	someone = rapid.SampledFrom([]osms.IIN{person("A"), person("B"), person("C")})
	someDay = rapid.Custom(func(t *rapid.T) osms.Date { return calendarDays[rapid.IntRange(0, horizon-10).Draw(t, "day")] })
	// Few as-at dates, so that files of the same day meet.
	someAsAt = rapid.Custom(func(t *rapid.T) osms.Date { return calendarDays[10*rapid.IntRange(1, 6).Draw(t, "ten days")] })
	mode     = rapid.SampledFrom([]osms.Mode{osms.Full, osms.Full, osms.Delta})
	status   = rapid.SampledFrom([]osms.Status{"", "", osms.Studying, osms.Studying, osms.AcademicLeave, osms.Expelled, osms.Graduated})
	form     = rapid.SampledFrom([]osms.StudyForm{osms.FullTime, osms.FullTime, osms.PartTime})
	grade    = rapid.SampledFrom([]string{"", "1", "2"})
	level    = rapid.SampledFrom([]osms.Level{"", "", osms.TVET})
)

// sometimes gives a day near another, or none.
func sometimes(t *rapid.T, what string, near osms.Date) osms.Date {
	switch rapid.IntRange(0, 3).Draw(t, what+" stated") {
	case 0:
		return someDay.Draw(t, what)
	case 1:
		n := dayNumber(near) + rapid.IntRange(-12, 12).Draw(t, what+" near")
		return calendarDays[max(0, min(n, horizon-10))]
	}
	return 0
}

func aName(t *rapid.T, p osms.IIN) osms.Name {
	n := usualName(p)
	switch rapid.IntRange(0, 11).Draw(t, "name") {
	case 0:
		n.Surname = "Омарова"
	case 1:
		n.Given = "Әсел"
	case 2:
		n.Surname, n.Given = "Петрова", "Анна"
	case 3:
		n.Patronymic = ""
	}
	return n
}

func aRow(t *rapid.T, p osms.IIN, asAt osms.Date) osms.Row {
	r := osms.Row{Person: p, BIN: school, Name: aName(t, p), Birth: p.Birth(), Facts: osms.Facts{Form: form.Draw(t, "form"),
		Level: level.Draw(t, "level"), Status: status.Draw(t, "status"), Grade: grade.Draw(t, "grade")},
		EnrolledOn: sometimes(t, "enrolled", asAt), OrderDate: sometimes(t, "order", asAt)}
	if r.Facts.Status.Leaving() || rapid.IntRange(0, 4).Draw(t, "ends") == 0 {
		r.LeftOn = sometimes(t, "left", asAt)
	}
	return r
}

// anImport draws what one import says; the persons in it come in order.
func anImport(t *rapid.T, sequence int64) registry.Journal {
	j := registry.Journal{Import: sequence, Mode: mode.Draw(t, "mode"), AsAt: someAsAt.Draw(t, "as at")}
	for i, p := range []osms.IIN{person("A"), person("B"), person("C")} {
		if rapid.IntRange(0, 9).Draw(t, "listed") < 7 {
			row := aRow(t, p, j.AsAt)
			row.Place = osms.Place{Row: int32(i + 2)}
			j.Rows = append(j.Rows, row)
		}
	}
	switch rapid.IntRange(0, 7).Draw(t, "protected") {
	case 0:
		j.Protected.Persons = []osms.IIN{someone.Draw(t, "person")}
	case 1:
		p := someone.Draw(t, "by name")
		j.Protected.Keys = []string{osms.ProtectKey(aName(t, p), p.Birth())}
	}
	return j
}

func someImports(t *rapid.T) []registry.Journal {
	var out []registry.Journal
	for n := range rapid.IntRange(1, 7).Draw(t, "imports") {
		out = append(out, anImport(t, int64(n+1)))
	}
	return out
}

func tellAll(journals []registry.Journal) string {
	s := ""
	for _, j := range journals {
		s += fmt.Sprintf("\n%d %s %s protect %v %q", j.Import, j.Mode, j.AsAt, len(j.Protected.Persons), j.Protected.Keys)
		for _, r := range j.Rows {
			s += fmt.Sprintf("\n  %s %s form=%s level=%s status=%s grade=%s enrolled=%s left=%s order=%s", letter(r.Person), r.Name, r.Facts.Form,
				r.Facts.Level, r.Facts.Status, r.Facts.Grade, r.EnrolledOn, r.LeftOn, r.OrderDate)
		}
	}
	return s
}

func compareModel(t *rapid.T, what string, claims []osms.Claim, journals []registry.Journal) {
	t.Helper()
	files, _ := recount(journals, 0)
	for _, c := range claims {
		if err := sound(c); err != nil {
			t.Fatalf("%s: %s: %v%s", what, letter(c.Person), err, tellAll(journals))
		}
		got, want := draw(c).String(), ""
		if f := files[c.Person]; f != nil {
			want = f.String()
		}
		if got != want {
			t.Fatalf("%s: %s\n got %s\nwant %s%s", what, letter(c.Person), got, want, tellAll(journals))
		}
		delete(files, c.Person)
	}
	for p, f := range files {
		if len(f.calendars) > 0 {
			t.Fatalf("%s: %s is not held; want %s%s", what, letter(p), f, tellAll(journals))
		}
	}
}

// TestAnyOrder takes random imports as they arrive and compares, after each, the
// register with the fold of all, with the model, and the counts with the rows;
// then it takes one import away again.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRegister()
		for _, j := range someImports(t) {
			before := r.list()
			out, late, err := r.take(j)
			if err != nil {
				t.Fatalf("%v%s", err, tellAll(r.journals))
			}
			if out.Accepted()+out.Rejected != len(j.Rows) {
				t.Fatalf("%d rows, but %+v", len(j.Rows), out)
			}
			if out.Left < out.LeftByRow {
				t.Fatalf("left %d, of them by row %d", out.Left, out.LeftByRow)
			}
			if !sameClaims(r.list(), registry.Fold(r.journals, 0).Claims) {
				t.Fatalf("step by step\n%v\nall at once\n%v%s", r.list(), registry.Fold(r.journals, 0).Claims, tellAll(r.journals))
			}
			compareModel(t, "believed", r.list(), r.journals)
			if !late {
				compareDeeds(t, out, r.journals, j)
			} else if sameClaims(before, r.list()) && out.Joined+out.Left+out.Changed > 0 {
				t.Fatalf("nothing changed, but %+v%s", out, tellAll(r.journals))
			}
		}
		gone := int64(rapid.IntRange(1, len(r.journals)).Draw(t, "undo"))
		if _, err := r.undo(gone); err != nil {
			t.Fatal(err)
		}
		compareModel(t, "undone", r.list(), r.journals)
	})
}

// compareDeeds compares the counts of an import that came in order with what the
// model says that it did.
func compareDeeds(t *rapid.T, out registry.Outcome, journals []registry.Journal, j registry.Journal) {
	_, did := recount(journals, j.Import)
	want := map[string]int{}
	for _, what := range did {
		want[what]++
	}
	want["left"] += want["left by row"]
	for what, got := range map[string]int{"joined": out.Joined, "left": out.Left, "left by row": out.LeftByRow, "changed": out.Changed,
		"unchanged": out.Unchanged, "rejected": out.Rejected} {
		if got != want[what] {
			t.Fatalf("%s: %d, want %d of %v%s", what, got, want[what], did, tellAll(journals))
		}
	}
}

// TestArrivalDoesNotMatter gives the same imports in two orders of arrival. Where
// no two of them share a day, the outcome is the same.
func TestArrivalDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var journals []registry.Journal
		days := rapid.Permutation([]int{5, 12, 20, 31, 44, 55}).Draw(t, "days")
		for n := range rapid.IntRange(2, 6).Draw(t, "imports") {
			j := anImport(t, int64(n+1))
			j.AsAt = calendarDays[days[n]]
			journals = append(journals, j)
		}
		var believed [][]osms.Claim
		for range 2 {
			r := newRegister()
			for i, j := range rapid.Permutation(journals).Draw(t, "arrival") {
				j.Import = int64(i + 1)
				if _, _, err := r.take(j); err != nil {
					t.Fatal(err)
				}
			}
			believed = append(believed, r.list())
		}
		if !sameClaims(believed[0], believed[1]) {
			t.Fatalf("%v\nand in another order\n%v%s", believed[0], believed[1], tellAll(journals))
		}
	})
}

// TestSameAgain shows that a roster with new bytes and the same content changes
// nothing, on its own day and, when it speaks only of people who study, on the
// next.
func TestSameAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRegister()
		for _, j := range someImports(t) {
			if _, _, err := r.take(j); err != nil {
				t.Fatal(err)
			}
		}
		j := anImport(t, 100)
		j.AsAt = calendarDays[65]
		if _, _, err := r.take(j); err != nil {
			t.Fatal(err)
		}
		again := j
		again.Import = 101
		out, _, err := r.take(again)
		if err != nil {
			t.Fatal(err)
		}
		// A delta that was rejected may be taken when it comes again; a roster of
		// the same day stands in the other's place.
		if j.Mode == osms.Full && len(out.Changes)+out.Joined+out.Left+out.Changed > 0 {
			t.Fatalf("the same roster again: %+v%s", out, tellAll(r.journals))
		}
		plain := registry.Journal{Import: 102, Mode: osms.Full, AsAt: calendarDays[70]}
		for _, p := range []osms.IIN{person("A"), person("B")} {
			row := aRow(t, p, plain.AsAt)
			row.LeftOn, row.Facts.Status, row.EnrolledOn = 0, osms.Studying, 0
			plain.Rows = append(plain.Rows, row)
		}
		first, _, err := r.take(plain)
		if err != nil {
			t.Fatal(err)
		}
		open := first.Rejected == 0 // and of nobody is an end announced
		for p := range r.claims() {
			open = open && (p == person("C") || r.facts[p][len(r.facts[p])-1].Until == osms.Forever)
		}
		for _, later := range []int{71, 75} {
			plain.Import, plain.AsAt = int64(later+100), calendarDays[later]
			out, _, err := r.take(plain)
			if err != nil {
				t.Fatal(err)
			}
			if open && (len(out.Changes) > 0 || out.Unchanged != len(plain.Rows)) {
				t.Fatalf("the same roster of another day: %+v%s", out, tellAll(r.journals))
			}
		}
	})
}

// TestScreen shows that a row which Screen is done with says nothing new.
func TestScreen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRegister()
		for _, j := range someImports(t) {
			if _, _, err := r.take(j); err != nil {
				t.Fatal(err)
			}
		}
		j := anImport(t, 100)
		held := r.claims()
		for p, c := range held { // rows that say nearly what is held
			if i := slices.IndexFunc(j.Rows, func(r osms.Row) bool { return r.Person == p }); i >= 0 && rapid.Bool().Draw(t, "as held") {
				e := c.Enrolments[len(c.Enrolments)-1]
				last := e.Spans[len(e.Spans)-1]
				j.Rows[i].Name, j.Rows[i].Facts = c.Name, last.Facts
				j.Rows[i].LeftOn, j.Rows[i].EnrolledOn = 0, 0
				if last.Ending == osms.Expected {
					j.Rows[i].LeftOn = last.Until
				}
			}
		}
		s := registry.Screen(r.marks(j.AsAt), j.Rows, j.Mode)
		if s.Unchanged+len(s.Rows) != len(j.Rows) {
			t.Fatalf("%d rows, screened %+v", len(j.Rows), s)
		}
		for i := range j.Rows {
			row := &j.Rows[i]
			if slices.Contains(s.Rows, i) {
				continue
			}
			after, v := registry.Apply(held[row.Person], registry.Statement{Import: 100, AsAt: j.AsAt, Mode: j.Mode, Row: row})
			if v.Effect != registry.Unchanged || !sameClaims([]osms.Claim{after}, []osms.Claim{held[row.Person]}) {
				t.Fatalf("screened, but %+v: %v, before %v", v, after, held[row.Person])
			}
		}
	})
}
