package registry_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

var update = flag.Bool("update", false, "write what the registry does into testdata")

// TestManual runs the cases of testdata. A case is two files of an archive: what
// was imported, in order of arrival, and ("becomes") what each import did and
// what is believed in the end.
//
//	full 10-01            an import: kind and as-at date (of 2026 when no year is given)
//	  A enrolled=09-01    a row: a person and what is stated
//	  protect B           a refused row whose number could be read
//	  protect "name" day  a refused row whose number could not
//	undo 2                the second import is taken away
//
// A row states full-time study and the person's usual name; enrolled=, left=,
// status=, form=, grade=, group=, order= (its date) and name= state more. Of
// what is believed each line is an enrolment, each span with the import that
// stated it; ".." is an open end.
func TestManual(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a := parseArchive(text)
		for i := 0; i+1 < len(a.sections); i += 2 {
			story, becomes := a.sections[i], &a.sections[i+1]
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+story.name, func(t *testing.T) {
				got := tell(t, story.text)
				if becomes.name != "becomes" {
					t.Fatalf("%q stands where what becomes of it should", becomes.name)
				}
				if *update {
					becomes.text = got
				} else if got != becomes.text {
					t.Errorf("\n%s\nbecomes\n%s\nand not\n%s", story.text, got, becomes.text)
				}
			})
		}
		if *update {
			if err := os.WriteFile(path, a.format(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// tell runs a story and gives what becomes of it.
func tell(t *testing.T, story string) string {
	var b strings.Builder
	r := newRegister()
	imports, lines := int64(0), strings.Split(strings.TrimRight(story, "\n"), "\n")
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && strings.HasPrefix(lines[n], "  ") {
			n++
		}
		words, below := strings.Fields(lines[0]), lines[1:n]
		lines = lines[n:]
		var out registry.Outcome
		var err error
		if words[0] == "undo" {
			out, err = r.undo(int64(words[1][0] - '0'))
			fmt.Fprintf(&b, "undo %s:", words[1])
		} else {
			imports++
			late := false
			out, late, err = r.take(journal(t, imports, words, below))
			fmt.Fprintf(&b, "%d %s %s%s:", imports, words[0], words[1], map[bool]string{true: " (late)"}[late])
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := registry.Fold(r.journals, 0).Claims; !sameClaims(r.list(), want) {
			t.Errorf("import %d: step by step it is\n%v, all at once\n%v", imports, r.list(), want)
		}
		report(&b, out)
	}
	for _, c := range r.list() {
		if err := sound(c); err != nil {
			t.Error(err)
		}
		describe(&b, c)
	}
	return b.String()
}

func report(b *strings.Builder, out registry.Outcome) {
	for _, n := range []struct {
		word  string
		count int
	}{{"joined", out.Joined}, {"left", out.Left}, {"of them by row", out.LeftByRow}, {"changed", out.Changed},
		{"unchanged", out.Unchanged}, {"rejected", out.Rejected}} {
		if n.count > 0 {
			fmt.Fprintf(b, " %s %d", n.word, n.count)
		}
	}
	b.WriteString("\n")
	for _, c := range out.Changes {
		fmt.Fprintf(b, "  %s %s%s\n", letter(c.After.Person), effects[c.Effect], map[bool]string{true: ", for review"}[c.Review])
	}
	for _, f := range out.Findings {
		fmt.Fprintf(b, "  %s %s: %s at %s (%s)\n", letter(f.Person), f.Severity, f.Code, f.Field, f.Detail)
	}
}

var effects = map[registry.Effect]string{registry.None: "follows", registry.Joined: "joined", registry.Unchanged: "unchanged",
	registry.Changed: "changed", registry.LeftByRow: "left by row", registry.Left: "left", registry.Rejected: "rejected"}

func describe(b *strings.Builder, c osms.Claim) {
	name := ""
	if c.Name != usualName(c.Person) {
		name = " " + c.Name.String()
	}
	for _, e := range c.Enrolments {
		fmt.Fprintf(b, "%s%s:", letter(c.Person), name)
		for i, s := range e.Spans {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(b, " %s..", short(s.From))
			if s.Until != osms.Forever {
				b.WriteString(short(s.Until))
			}
			if s.Ending != osms.Open {
				fmt.Fprintf(b, " %s", s.Ending)
			}
			f := s.Facts
			for _, word := range []string{string(f.Form), string(f.Status), f.Grade, f.Group} {
				if word != "" && word != string(osms.FullTime) && word != string(osms.Studying) {
					fmt.Fprintf(b, " %s", word)
				}
			}
			fmt.Fprintf(b, " #%d", s.Import)
		}
		b.WriteString("\n")
	}
}

func journal(t *testing.T, sequence int64, words, below []string) registry.Journal {
	j := registry.Journal{Import: sequence, Mode: osms.Mode(words[0]), AsAt: date(t, words[1])}
	for n, line := range below {
		fields := splitQuoted(line)
		if fields[0] == "protect" {
			if len(fields) == 2 {
				j.Protected.Persons = append(j.Protected.Persons, person(fields[1]))
			} else {
				j.Protected.Keys = append(j.Protected.Keys, osms.ProtectKey(nameOf(fields[1]), date(t, fields[2])))
			}
			continue
		}
		row := osms.Row{Place: osms.Place{Row: int32(n + 2)}, Person: person(fields[0]), BIN: school, Facts: osms.Facts{Form: osms.FullTime}}
		row.Name, row.Birth = usualName(row.Person), row.Person.Birth()
		for _, field := range fields[1:] {
			key, value, _ := strings.Cut(field, "=")
			switch key {
			case "enrolled":
				row.EnrolledOn = date(t, value)
			case "left":
				row.LeftOn = date(t, value)
			case "order":
				row.OrderDate = date(t, value)
			case "status":
				row.Facts.Status = osms.Status(value)
			case "form":
				row.Facts.Form = osms.StudyForm(value)
			case "grade":
				row.Facts.Grade = value
			case "group":
				row.Facts.Group = value
			case "name":
				row.Name = nameOf(value)
			default:
				t.Fatalf("%q is not a field", key)
			}
		}
		j.Rows = append(j.Rows, row)
	}
	return j
}

// splitQuoted splits at spaces outside of quotes, which it takes away.
func splitQuoted(s string) []string {
	quoted := false
	fields := strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
	for i := range fields {
		fields[i] = strings.ReplaceAll(fields[i], `"`, "")
	}
	return fields
}

// person is the number that a letter stands for: born on 1 January 2005.
func person(letter string) osms.IIN { return osms.IIN(50101500000 + uint64(letter[0]-'A')*10) }

func letter(p osms.IIN) string { return string(rune('A' + (uint64(p)-50101500000)/10)) }

func usualName(p osms.IIN) osms.Name {
	return osms.Name{Surname: "Серікова-" + letter(p), Given: "Айгүл " + letter(p), Patronymic: "Ерланқызы"}
}

func nameOf(s string) osms.Name {
	parts := append(strings.SplitN(s, " ", 3), "", "")
	return osms.Name{Surname: parts[0], Given: parts[1], Patronymic: parts[2]}
}

func date(t *testing.T, s string) osms.Date {
	if len(s) == len("10-01") {
		s = "2026-" + s
	}
	d, err := osms.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func short(d osms.Date) string { return strings.TrimPrefix(d.String(), "2026-") }

// TestRowOrder shows that the order of a file's rows changes neither what it
// does nor the hash of its diff.
func TestRowOrder(t *testing.T) {
	first := "  A grade=1\n  B\n  C enrolled=09-05\n"
	second := "  A grade=2\n  C enrolled=09-10\n  D\n"
	var hashes []string
	for _, reverse := range []bool{false, true} {
		r := newRegister()
		var last registry.Outcome
		for i, text := range []string{first, second} {
			j := journal(t, int64(i+1), []string{"full", []string{"10-01", "11-01"}[i]}, strings.Split(strings.TrimRight(text, "\n"), "\n"))
			if reverse {
				slices.Reverse(j.Rows)
			}
			var err error
			if last, _, err = r.take(j); err != nil {
				t.Fatal(err)
			}
		}
		hashes = append(hashes, last.Hash(63, osms.Full, 20261101, 7))
		if other := last.Hash(63, osms.Full, 20261101, 8); other == hashes[0] {
			t.Error("the version of the organisation is not in the hash")
		}
	}
	if hashes[0] != hashes[1] {
		t.Errorf("hashes %s and %s of the same content", hashes[0], hashes[1])
	}
}
