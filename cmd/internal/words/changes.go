package words

import (
	"cmp"
	"strings"

	"osmsd/sync/osms"
)

// Differences tells what is other in a person's last fact than it was, each as
// old → new. word names a value of a group of the vocabulary; none stands for what
// is not there.
func Differences(c osms.PersonChange, none string, word func(group, value string) string) string {
	if len(c.Was) == 0 || len(c.Is) == 0 {
		return ""
	}
	was, is := c.Was[len(c.Was)-1], c.Is[len(c.Is)-1]
	var out []string
	note := func(a, b string) {
		if a != b {
			out = append(out, cmp.Or(a, none)+" → "+cmp.Or(b, none))
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
	note(lastDay(was), lastDay(is))
	return strings.Join(out, "; ")
}

func lastDay(f osms.Fact) string {
	if f.Until == osms.Forever {
		return ""
	}
	return f.Until.Dotted()
}
