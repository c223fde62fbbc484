package web

import (
	"strings"

	"osmsd/sync/osms"
)

// changeShown is what a diff would do to a person.
type changeShown struct {
	Person osms.IIN
	Name   string
	BIN    osms.BIN
	Effect string // joined, left, changed
	Text   string
}

// shownChanges lists what a diff would do to persons, up to what a page shows.
func (q *ask) shownChanges(changes []osms.PersonChange) (out []changeShown, more int) {
	for i, c := range changes {
		if i == mostChanges {
			return out, len(changes) - i
		}
		x := changeShown{c.Person, c.Name.String(), c.BIN, c.Effect, ""}
		switch {
		case c.Effect == "joined" && len(c.Is) > 0:
			x.Text = c.Is[0].From.Dotted() + " →"
		case c.Effect == "left" && len(c.Is) > 0:
			x.Text = "→ " + c.Is[len(c.Is)-1].Until.Dotted()
		default:
			x.Text = q.differences(c)
		}
		out = append(out, x)
	}
	return out, 0
}

// differences tells what is other in the last fact than it was.
func (q *ask) differences(c osms.PersonChange) string {
	if len(c.Was) == 0 || len(c.Is) == 0 {
		return ""
	}
	was, is := c.Was[len(c.Was)-1], c.Is[len(c.Is)-1]
	word := func(group, value string) string { return catalogue().Word(q.lang, group, value) }
	last := func(f osms.Fact) string {
		if f.Until == osms.Forever {
			return ""
		}
		return f.Until.Dotted()
	}
	var out []string
	note := func(a, b string) {
		if a != b {
			out = append(out, orDash(a)+" → "+orDash(b))
		}
	}
	note(was.Name.String(), is.Name.String())
	note(word("form", string(was.Facts.Form)), word("form", string(is.Facts.Form)))
	note(word("status", string(was.Facts.Status)), word("status", string(is.Facts.Status)))
	note(string(was.Facts.Level), string(is.Facts.Level))
	note(was.Facts.Grade, is.Facts.Grade)
	note(was.Facts.Group, is.Facts.Group)
	note(was.Facts.Speciality, is.Facts.Speciality)
	note(was.Facts.Language, is.Facts.Language)
	note(was.Facts.Funding, is.Facts.Funding)
	note(was.First.Dotted(), is.First.Dotted())
	note(last(was), last(is))
	return strings.Join(out, "; ")
}
