package main

import (
	"fmt"
	"io"

	"osmsd/cmd/internal/words"
	"osmsd/sync/osms"
)

// shownChanges bounds the persons that a terminal is asked to show; --json has
// all.
const shownChanges = 20

// showChanges lists what a diff would do to persons: + joined, - left, ~ changed
// with the old and the new.
func (a *app) showChanges(w io.Writer, changes []osms.PersonChange) {
	for i, c := range changes {
		if i == shownChanges {
			fmt.Fprintf(w, "  %s\n", a.say("changes.more", grouped(len(changes)-i)))
			return
		}
		sign, said := "~", words.Differences(c, "–", func(_, code string) string { return code })
		switch c.Effect {
		case "joined":
			sign, said = "+", since(c.Is)
		case "left":
			sign, said = "-", until(c.Is)
		}
		fmt.Fprintf(w, "  %s %s  %s  %s  %s\n", sign, c.Person.Digits(), c.Name, c.BIN.Digits(), said)
	}
}

func since(is []osms.Fact) string {
	if len(is) == 0 {
		return ""
	}
	return is[0].From.Dotted() + " →"
}

func until(is []osms.Fact) string {
	if len(is) == 0 {
		return ""
	}
	return "→ " + is[len(is)-1].Until.Dotted()
}
