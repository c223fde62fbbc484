package roster_test

import (
	"os"
	"strings"
)

// section is one file of an archive: "-- name --" and the lines after it.
type section struct {
	Name string
	Data []byte
}

// archive is a text file of sections, after a comment, as in txtar.
type archive struct {
	comment string
	Files   []section
}

func parseArchive(file string) (*archive, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	a := &archive{}
	for line := range strings.Lines(string(text)) {
		trimmed := strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(trimmed, "-- "); ok && strings.HasSuffix(name, " --") {
			a.Files = append(a.Files, section{Name: strings.TrimSuffix(name, " --")})
		} else if n := len(a.Files); n > 0 {
			a.Files[n-1].Data = append(a.Files[n-1].Data, line...)
		} else {
			a.comment += line
		}
	}
	return a, nil
}

func (a *archive) format() []byte {
	var b strings.Builder
	b.WriteString(a.comment)
	for _, f := range a.Files {
		b.WriteString("-- " + f.Name + " --\n")
		b.Write(f.Data)
	}
	return []byte(b.String())
}
