package web

import (
	"osmsd/cmd/internal/words"
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
			x.Text = words.Differences(c, "—", func(group, value string) string { return catalogue().Word(q.lang, group, value) })
		}
		out = append(out, x)
	}
	return out, 0
}
