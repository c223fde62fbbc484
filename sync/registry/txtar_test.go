package registry_test

import (
	"bytes"
	"strings"
)

// archive is a text file of sections, after a comment, as in txtar.
type archive struct {
	comment  string
	sections []section
}

type section struct{ name, text string }

func parseArchive(text []byte) archive {
	var a archive
	for line := range strings.Lines(string(text)) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		name, end := strings.CutSuffix(name, " --")
		switch {
		case ok && end:
			a.sections = append(a.sections, section{name: name})
		case len(a.sections) == 0:
			a.comment += line
		default:
			a.sections[len(a.sections)-1].text += line
		}
	}
	return a
}

func (a archive) format() []byte {
	var b bytes.Buffer
	b.WriteString(a.comment)
	for _, s := range a.sections {
		b.WriteString("-- " + s.name + " --\n" + s.text)
	}
	return b.Bytes()
}
