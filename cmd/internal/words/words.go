// Package words holds what people read in three languages. A catalogue is a
// text file: a key, then a line each for Kazakh, Russian and English. The command
// line and the console have catalogues of their own; the words of the vocabulary
// and the messages of the run journal, which both show, are here.
package words

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed words.txt
var wordsTXT string

// Languages of the program, as catalogues write them.
func Languages() []string { return []string{"kk", "ru", "en"} }

// Catalogue are sentences by key and language.
type Catalogue map[string]map[string]string

// Parse reads a catalogue. It panics on a key or a language that stands twice: a
// catalogue is part of the program.
func Parse(text string) Catalogue {
	all := Catalogue{}
	var block map[string]string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if lang, text, ok := strings.Cut(line, ": "); ok {
			if block == nil || block[lang] != "" {
				panic("a catalogue of texts: " + line)
			}
			block[lang] = text
			continue
		}
		if all[line] != nil {
			panic("a catalogue of texts: twice: " + line)
		}
		block = map[string]string{}
		all[line] = block
	}
	return all
}

// Shared is the catalogue of this package.
var Shared = sync.OnceValue(func() Catalogue { return Parse(wordsTXT) })

// And is both catalogues; a key that both have is the other's.
func (c Catalogue) And(other Catalogue) Catalogue {
	out := Catalogue{}
	for _, from := range []Catalogue{c, other} {
		for key, block := range from {
			out[key] = block
		}
	}
	return out
}

// Text fills the sentence behind a key; a key without one speaks for itself.
// Arguments that a sentence has no place for are left out.
func (c Catalogue) Text(lang, key string, args ...any) string {
	format, ok := c[key][lang]
	if !ok {
		return key
	}
	if !strings.Contains(format, "%") {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// Word names a value of the vocabulary: its key is the group and the value. A
// value without a name is shown as it is.
func (c Catalogue) Word(lang, group, value string) string {
	if w, ok := c[group+"."+value][lang]; ok {
		return w
	}
	return value
}

// Grouped writes a count as people do: 12 345 with no-break spaces.
func Grouped(n int) string {
	s, sign := strconv.Itoa(n), ""
	if n < 0 {
		s, sign = s[1:], "-"
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return sign + s
}
