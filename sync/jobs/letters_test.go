package jobs

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
)

// span is one span of the letters' tests.
func span(from, until osms.Date, ending osms.Ending, facts ...string) osms.Span {
	s := osms.Span{From: from, Until: until, Ending: ending, Facts: osms.Facts{Form: osms.FullTime, Status: osms.Studying}}
	for _, f := range facts {
		switch what, value, _ := strings.Cut(f, "="); what {
		case "form":
			s.Facts.Form = osms.StudyForm(value)
		case "status":
			s.Facts.Status = osms.Status(value)
		case "group":
			s.Facts.Group = value
		case "level":
			s.Facts.Level = osms.Level(value)
		}
	}
	return s
}

func studies(spans ...osms.Span) osms.Claim {
	c := osms.Claim{Person: 150314500016, BIN: 60340000010, Name: osms.Name{Surname: "А", Given: "Б"}, Birth: 20150314}
	for _, s := range spans {
		if n := len(c.Enrolments); n > 0 && c.Enrolments[n-1].Spans[len(c.Enrolments[n-1].Spans)-1].Until.Add(1) == s.From {
			c.Enrolments[n-1].Spans = append(c.Enrolments[n-1].Spans, s)
			continue
		}
		c.Enrolments = append(c.Enrolments, osms.Enrolment{First: s.From, Spans: []osms.Span{s}})
	}
	return c
}

func renamed(c osms.Claim) osms.Claim {
	c.Name.Surname = "В"
	return c
}

// TestDueLetters is a table: a claim before and after, and the letter it calls
// for: action, first and last day, first month that changes.
func TestDueLetters(t *testing.T) {
	const ever, sep, oct = osms.Forever, osms.Date(20260901), osms.Date(20261015)
	left := osms.EndingOf(osms.Expelled)
	for _, c := range []struct {
		what   string
		was    osms.Claim
		is     osms.Claim
		strict bool // academic leave is not due
		want   string
	}{
		{what: "joined", is: studies(span(sep, ever, "")), want: "entered 2026-09-01  2026-09"},
		{what: "joined with an announced end", is: studies(span(sep, 20270630, osms.Expected)), want: "entered 2026-09-01 2027-06-30 2026-09"},
		{what: "joined part-time", is: studies(span(sep, ever, "", "form=part_time"))},
		{what: "nothing", was: studies(span(sep, ever, "")), is: studies(span(sep, ever, ""))},
		{what: "another group", was: studies(span(sep, ever, "", "group=1")), is: studies(span(sep, oct.Add(-1), ""), span(oct, ever, "", "group=2"))},
		{what: "expelled", was: studies(span(sep, ever, "")), is: studies(span(sep, oct, left)), want: "removed 2026-09-01 2026-10-15 2026-11"},
		{what: "absent", was: studies(span(sep, ever, "")), is: studies(span(sep, oct, osms.Absence)), want: "removed 2026-09-01 2026-10-15 2026-11"},
		{what: "joined and left unseen", is: studies(span(sep, oct, left)), want: "removed 2026-09-01 2026-10-15 2026-11"},
		{what: "part-time from a day on", was: studies(span(sep, ever, "")), is: studies(span(sep, oct, ""), span(oct.Add(1), ever, "", "form=part_time")),
			want: "removed 2026-09-01 2026-10-15 2026-11"},
		{what: "full-time from a day on", was: studies(span(sep, ever, "", "form=part_time")), is: studies(span(sep, oct.Add(-1), "", "form=part_time"), span(oct, ever, "")),
			want: "entered 2026-09-01  2026-10"},
		{what: "as if never", was: studies(span(sep, ever, "")), is: osms.Claim{Person: 150314500016}, want: "removed 2026-09-01  2026-09"},
		{what: "as if never, part-time", was: studies(span(sep, ever, "", "form=part_time")), is: osms.Claim{Person: 150314500016}},
		{what: "reopened: the absence was an error", was: studies(span(sep, oct, osms.Absence)), is: studies(span(sep, ever, "")), want: "entered 2026-09-01  2026-09"},
		{what: "came back", was: studies(span(sep, oct, left)), is: studies(span(sep, oct, left), span(20261201, ever, "")), want: "entered 2026-12-01  2026-12"},
		{what: "another last day", was: studies(span(sep, oct, left)), is: studies(span(sep, 20261030, left)), want: "updated 2026-09-01 2026-10-30 2026-09"},
		{what: "an end is announced", was: studies(span(sep, ever, "")), is: studies(span(sep, 20270630, osms.Expected)), want: "updated 2026-09-01 2027-06-30 2026-09"},
		{what: "another first day", was: studies(span(sep, ever, "")), is: studies(span(20260915, ever, "")), want: "updated 2026-09-15  2026-09"},
		{what: "another name", was: studies(span(sep, ever, "")), is: renamed(studies(span(sep, ever, ""))), want: "updated 2026-09-01  2026-09"},
		{what: "another name, part-time", was: studies(span(sep, ever, "", "form=part_time")), is: renamed(studies(span(sep, ever, "", "form=part_time")))},
		{what: "academic leave", was: studies(span(sep, ever, "")), is: studies(span(sep, oct.Add(-1), ""), span(oct, ever, "", "status=academic_leave")),
			want: "updated 2026-09-01  2026-10"},
		{what: "academic leave that is not due", was: studies(span(sep, ever, "")), strict: true,
			is: studies(span(sep, oct, ""), span(oct.Add(1), ever, "", "status=academic_leave")), want: "removed 2026-09-01 2026-10-15 2026-11"},
		{what: "another level", was: studies(span(sep, ever, "", "level=school")), is: studies(span(sep, oct.Add(-1), "", "level=school"), span(oct, ever, "", "level=college")),
			want: "updated 2026-09-01  2026-10"},
	} {
		rules := entitlement.DefaultRules()
		rules.AcademicLeaveDue = !c.strict
		var before, after []osms.Claim
		if c.was.Person != 0 {
			before = append(before, c.was)
		}
		if len(c.is.Enrolments) > 0 {
			after = append(after, c.is)
		}
		got := ""
		for _, l := range DueLetters(before, after, rules) {
			got += fmt.Sprintf("%s %s %s %s", l.Action, l.First, l.Last, l.Effective)
			if l.Person != 150314500016 {
				t.Errorf("%s: to %s", c.what, l.Person)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

func (o *office) letters() (done LettersDone, err error) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		done, err = o.desk.Letters(ctx, t, quiet)
		return nil
	})
	return done, err
}

// printed lists the PDFs with their digests.
func (o *office) printed() (out []string) {
	o.t.Helper()
	paths, err := filepath.Glob(filepath.Join(o.desk.Home.Letters, "*", "*", "*.pdf"))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			o.t.Fatal(err)
		}
		if !strings.HasPrefix(string(b), "%PDF-") || strings.Contains(p, "150314") {
			o.t.Errorf("%s is no letter", p)
		}
		rel, err := filepath.Rel(o.desk.Home.Letters, p)
		if err != nil {
			o.t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %x", rel, sha256.Sum256(b)))
	}
	return out
}

// TestLetters: each change is told once; a crash between numbering and printing
// costs nothing; the bytes depend on the register only.
func TestLetters(t *testing.T) {
	var bytes [][]string
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, provisional := school(t, 1), school(t, 2), school(t, 9)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.at("2026-10-05T09:00:00+05:00")
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a}, learner{iin: child(t, 3), bin: b},
			learner{iin: child(t, 4), bin: provisional})...)
		done, err := o.letters()
		if err != nil || done.Letters != 3 || done.Bundles != 2 || len(done.Paths) != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		first := o.printed()
		if len(first) != 2 || !strings.Contains(first[0], "63/"+a.Digits()+"/2026-10-05-000001.pdf") {
			t.Errorf("%v", first)
		}
		// Nothing new: nothing is written.
		o.at("2026-10-06T09:00:00+05:00")
		o.take(63, "63-full-2026-10-06.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a})...)
		if done, err := o.letters(); err != nil || done.Letters != 0 || len(o.printed()) != 2 {
			t.Errorf("%+v, %v", done, err)
		}
		// A departure is told; the letter waits while the disk fails, under its number.
		o.take(63, "63-delta-2026-10-06.csv", rosterOf(learner{iin: child(t, 2), bin: a, status: "отчислен", until: "05.10.2026"})...)
		whole, file := o.desk.Home.Letters, filepath.Join(o.desk.Home.Dir, "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		o.desk.Home.Letters = filepath.Join(file, "letters") // no folder can be there
		o.run(func(ctx context.Context, turn Turn) error {
			if _, err := o.desk.Letters(ctx, turn, quiet); err == nil {
				t.Error("letters were written to a disk that fails")
			}
			return nil
		})
		o.desk.Home.Letters = whole
		unwritten, err := o.desk.Store.UnwrittenBundles(t.Context())
		if err != nil || len(unwritten) != 1 {
			t.Fatalf("%+v, %v", unwritten, err)
		}
		o.at("2026-10-09T09:00:00+05:00")
		done, err = o.letters()
		if err != nil || done.Letters != 1 || len(done.Paths) != 1 || !strings.HasSuffix(done.Paths[0], "2026-10-06-000003.pdf") {
			t.Errorf("%+v, %v", done, err)
		}
		letters, err := o.desk.Store.LettersOf(t.Context(), child(t, 2))
		if err != nil || len(letters) != 2 || letters[0].Outgoing() != "63-2026-000002" || letters[1].Outgoing() != "63-2026-000004" ||
			letters[1].Action != osms.Removed || letters[1].Dated != 20261006 || letters[1].Last != 20261005 || letters[1].Effective != 202611 {
			t.Errorf("%+v, %v", letters, err)
		}
		// The list learns of the provisional organisation: its letters go out now.
		o.list(map[osms.BIN]osms.Region{provisional: 63})
		if done, err := o.letters(); err != nil || done.Letters != 1 {
			t.Errorf("%+v, %v", done, err)
		}
		// The same register prints the same bytes, at any later time.
		before := o.printed()
		o.at("2027-01-01T09:00:00+05:00")
		if _, err := o.desk.printBundle(t.Context(), unwritten[0]); err != nil {
			t.Fatal(err)
		}
		if after := o.printed(); !slices.Equal(before, after) {
			t.Errorf("printed again:\n%s\nbefore\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
		bytes = append(bytes, before)
		o.verified()
	})
	if len(bytes) == 2 && !slices.Equal(bytes[0], bytes[1]) {
		t.Error("the two databases print differently")
	}
}
