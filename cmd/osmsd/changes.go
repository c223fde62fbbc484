package main

import (
	"fmt"
	"io"
	"strings"

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
		sign, said := "~", differences(c)
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

// differences tells what is other in the last fact than it was.
func differences(c osms.PersonChange) string {
	if len(c.Was) == 0 || len(c.Is) == 0 {
		return ""
	}
	was, is := c.Was[len(c.Was)-1], c.Is[len(c.Is)-1]
	var out []string
	note := func(a, b string) {
		if a != b {
			out = append(out, fmt.Sprintf("%s → %s", dashed(a), dashed(b)))
		}
	}
	note(was.Name.String(), is.Name.String())
	note(string(was.Facts.Form), string(is.Facts.Form))
	note(string(was.Facts.Status), string(is.Facts.Status))
	note(string(was.Facts.Level), string(is.Facts.Level))
	note(was.Facts.Grade, is.Facts.Grade)
	note(was.Facts.Group, is.Facts.Group)
	note(was.Facts.Speciality, is.Facts.Speciality)
	note(was.Facts.Language, is.Facts.Language)
	note(was.Facts.Funding, is.Facts.Funding)
	note(was.First.Dotted(), is.First.Dotted())
	note(lastDay(was), lastDay(is))
	return strings.Join(out, "; ")
}

func lastDay(f osms.Fact) string {
	if f.Until == osms.Forever {
		return ""
	}
	return f.Until.Dotted()
}

func dashed(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
