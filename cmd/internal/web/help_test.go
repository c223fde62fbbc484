package web

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"osmsd/cmd/internal/words"
	"osmsd/sync/osms"
)

func TestParseHelp(t *testing.T) {
	topic, err := parseHelp(`# A title

A paragraph with {button files.apply} and <b>what is not a tag</b>
  that goes on.
Another.
## one First {text report.rows}
1. a step
7. the next {page /files}
   goes on
1. the third {topic files#mend how to mend}

- an item
! mind {code osmsd verify}
[picture] files | What is seen
= term | A term | what it {outcome held} means
= other | Another | x
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range topic.Blocks {
		got = append(got, fmt.Sprint(b.Kind, " ", b.Anchor, " ", len(b.Items)))
	}
	if want := []string{"p  1", "p  1", "## one 1", "1.  3", "-  1", "!  1", "[picture] files 1", "=  2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if want := []helpSpan{{Text: "A paragraph with "}, {Kind: "button", Arg: "files.apply"}, {Text: " and <b>what is not a tag</b> that goes on."}}; !reflect.DeepEqual(topic.Blocks[0].Items[0].Text, want) {
		t.Errorf("%+v", topic.Blocks[0].Items[0].Text)
	}
	if got, want := topic.Blocks[3].Items[2].Text[1], (helpSpan{"topic", "files#mend", "how to mend"}); got != want {
		t.Errorf("%+v", got)
	}
	if topic.Title != "A title" {
		t.Errorf("title %q", topic.Title)
	}
}

// TestParseHelpFaults: what a translator may mistype is refused with its line.
func TestParseHelpFaults(t *testing.T) {
	for text, want := range map[string]string{
		"no title":        "line 1",
		"# T\n\n# Second": "line 3: no such mark",
		"# T\n### x y":    "line 2: no such mark",
		"# T\n## Kopf":    "line 2: a heading",
		"# T\n## Большой заголовок":        "line 2: a heading",
		"# T\n\n\n{buton files.apply}":     "line 4: no such name",
		"# T\n{button files.apply":         "line 2: a brace",
		"# T\nfiles.apply}":                "line 2: a brace",
		"# T\n{button}":                    "line 2: a brace",
		"# T\n{topic files}":               "line 2: a place",
		"# T\n[picture] files":             "line 2: a picture",
		"# T\n[picture] ../files | x":      "line 2: a picture",
		"# T\n[pictur] files | x":          "line 2: no such mark",
		"# T\n= a | b":                     "line 2: a term",
		"# T\nA line.\n  goes on {oops x}": "line 2: no such name",
	} {
		if _, err := parseHelp(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestHelpTexts: every topic says the same in every language, in the same order,
// and names nothing that the console does not have.
func TestHelpTexts(t *testing.T) {
	s := newMoneyOffice(t).server
	of := func(topic helpTopic) (out []string) {
		for _, b := range topic.Blocks {
			out = append(out, fmt.Sprint(b.Kind, " ", b.Anchor, " ", len(b.Items)))
			for _, i := range b.Items {
				if i.Anchor != "" {
					out = append(out, i.Anchor)
				}
				var names []string
				for _, s := range append(slices.Clone(i.Term), i.Text...) {
					if s.Kind != "" && s.Kind != "code" {
						names = append(names, s.Kind+" "+s.Arg)
					}
				}
				slices.Sort(names)
				out = append(out, names...)
			}
		}
		return out
	}
	for _, name := range topics {
		model := helpPages()["ru"][name]
		if last := headings(model); len(last) == 0 || last[len(last)-1] != "wrong" {
			t.Errorf("%s does not end with what to do when it goes wrong: %v", name, last)
		}
		for _, lang := range words.Languages() {
			topic := helpPages()[lang][name]
			if got, want := of(topic), of(model); !slices.Equal(got, want) {
				t.Errorf("%s/%s is not as in Russian:\n%q\n%q", lang, name, got, want)
			}
			if catalogue()["help.about."+name][lang] == "" {
				t.Errorf("nothing says what %s is about in %s", name, lang)
			}
			seen := map[string]bool{}
			for _, at := range anchors(topic) {
				if seen[at] {
					t.Errorf("%s/%s: the anchor %s stands twice", lang, name, at)
				}
				seen[at] = true
			}
			for _, b := range topic.Blocks {
				for _, i := range b.Items {
					for _, span := range append(slices.Clone(i.Term), i.Text...) {
						if fault := unknownName(s, lang, span); fault != "" {
							t.Errorf("%s/%s: %s", lang, name, fault)
						}
					}
				}
			}
		}
	}
}

// unknownName says what is wrong with a name in Help; "" where it is known.
func unknownName(s *Server, lang string, span helpSpan) string {
	switch span.Kind {
	case "button", "text":
		if text := catalogue()[span.Arg][lang]; text == "" {
			return "no text " + span.Arg
		} else if strings.Contains(text, "%") {
			return "a text that wants to be filled: " + span.Arg
		}
	case "page":
		if s.may("GET "+span.Arg) == 0 || catalogue()["nav."+strings.TrimPrefix(span.Arg, "/")][lang] == "" {
			return "no page " + span.Arg
		}
	case "outcome":
		if span.Say("ru") == span.Arg || span.Say(lang) == "" { // in English some are their own names
			return "no outcome " + span.Arg
		}
	case "topic":
		if !helpHas(lang, span.Arg) {
			return "no place " + span.Arg
		}
	}
	return ""
}

func headings(topic helpTopic) (out []string) {
	for _, b := range topic.Blocks {
		if b.Kind == "##" {
			out = append(out, b.Anchor)
		}
	}
	return out
}

func anchors(topic helpTopic) []string {
	out := headings(topic)
	for _, b := range topic.Blocks {
		for _, i := range b.Items {
			if i.Anchor != "" {
				out = append(out, i.Anchor)
			}
		}
	}
	return out
}

// helpHas reports whether Help has a place: topic or topic#anchor.
func helpHas(lang, place string) bool {
	name, at, _ := strings.Cut(place, "#")
	topic, ok := helpPages()[lang][name]
	return ok && (at == "" || slices.Contains(anchors(topic), at))
}

// TestHelpPlaces: the question mark of a page leads to what speaks of it.
func TestHelpPlaces(t *testing.T) {
	s := newMoneyOffice(t).server
	for _, p := range helpPlaces {
		for _, lang := range words.Languages() {
			if !helpHas(lang, p.place) {
				t.Errorf("%s: Help has no %s in %s", p.path, p.place, lang)
			}
		}
		known := false
		for pattern := range s.allowed {
			known = known || strings.HasPrefix(pattern, "GET "+strings.TrimSuffix(p.path, "/"))
		}
		if !known {
			t.Errorf("there is no page %s", p.path)
		}
	}
	for _, c := range []struct {
		path string
		role osms.Role
		want string
	}{
		{"/files", osms.RoleAkimat, "/help/akimat#send"}, {"/files/17", osms.RoleAkimat, "/help/akimat#receipt"}, {"/files/17", osms.RoleAuditor, "/help/files"},
		{"/held", osms.RoleAdministrator, "/help/administrator#held"}, {"/held", osms.RoleFund, "/help/words#held"}, {"/cases/new", osms.RoleAkimat, "/help/akimat#cases"},
		{"/reconciliation/2026-10/63/paid_twice", osms.RoleFund, "/help/fund#reconciliation"}, {"/help", osms.RoleFund, ""}, {"/help/words", osms.RoleFund, ""},
		{"/filesystem", osms.RoleFund, "/help"}, {"/somewhere", osms.RoleFund, "/help"},
	} {
		if got := helpPlace(c.path, c.role); got != c.want {
			t.Errorf("%s as %s: %q, want %q", c.path, c.role, got, c.want)
		}
	}
	// Every page in the navigation has a place of its own.
	for _, section := range sections {
		for _, path := range section.paths {
			for _, role := range []osms.Role{osms.RoleAkimat, osms.RoleFund, osms.RoleAdministrator, osms.RoleAuditor} {
				if s.may("GET "+path)&holds(role) != 0 && path != "/help" && helpPlace(path, role) == "/help" {
					t.Errorf("nothing in Help about %s", path)
				}
			}
		}
	}
}
