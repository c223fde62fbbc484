package jobs

import (
	"fmt"
	"strings"

	"osmsd/importers/intake"
)

// mostUntaken bounds the names of what cannot be taken in a run's message.
const mostUntaken = 10

// untaken says, for the message of a run, what lies in the drop folders and
// stays there: how many files wait, and what can never be taken, by name and
// reason. Names are quoted, so that none is read as a part of the message.
func untaken(p intake.Polled) string {
	s := ""
	if len(p.Waiting) > 0 {
		s += fmt.Sprintf(", %d waiting", len(p.Waiting))
	}
	if len(p.Odd) > 0 {
		s += fmt.Sprintf(", %d cannot be taken: %s", len(p.Odd), Untaken(p.Odd, func(r intake.Reason) string { return string(r) }))
	}
	return s
}

// Untaken lists in one line what cannot be taken, the first ten by name; word
// puts the reasons into a language.
func Untaken(odd []intake.Odd, word func(intake.Reason) string) string {
	var list []string
	for i, o := range odd {
		if i == mostUntaken {
			list = append(list, "…")
			break
		}
		list = append(list, `"`+strings.ReplaceAll(o.Path, `"`, "'")+`" (`+word(o.Reason)+")")
	}
	return strings.Join(list, ", ")
}
