package osms

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// What the readers say of a file is English, for programmers and logs. People
// who read Kazakh or Russian get it from data/phrases.txt; what has no place
// there is left out rather than shown in a language they did not ask for.

//go:embed data/phrases.txt
var phrasesTXT string

// phrase is a detail in English, with places for what differs, and its texts.
type phrase struct {
	english *regexp.Regexp
	turned  []bool // of each place: its words are translated too
	texts   map[string]string
	literal int // how much of it is fixed
}

var phrases = sync.OnceValue(func() []phrase {
	var all []phrase
	var p *phrase
	for line := range strings.Lines(phrasesTXT) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if lang, text, ok := strings.Cut(line, ": "); ok && (lang == "kk" || lang == "ru") {
			p.texts[lang] = text
			continue
		}
		english, _ := strings.CutPrefix(line, "- ")
		all = append(all, newPhrase(english))
		p = &all[len(all)-1]
	}
	// The longest first, so that a phrase with places does not take the words of
	// a longer one for a name.
	slices.SortStableFunc(all, func(a, b phrase) int { return cmp.Compare(b.literal, a.literal) })
	return all
})

func newPhrase(english string) phrase {
	p := phrase{texts: map[string]string{}}
	var b strings.Builder
	b.WriteString(`(?s)^`)
	for {
		before, rest, found := strings.Cut(english, "{")
		b.WriteString(regexp.QuoteMeta(before))
		p.literal += len(before)
		if !found {
			break
		}
		place, after, _ := strings.Cut(rest, "}")
		p.turned = append(p.turned, place == "~")
		b.WriteString(`(.+?)`)
		english = after
	}
	b.WriteString(`$`)
	p.english = regexp.MustCompile(b.String())
	return p
}

// phrased puts a whole detail into the language; "" is a phrase that is left
// out in it.
func phrased(s, lang string) (string, bool) {
	for _, p := range phrases() {
		m := p.english.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		text := p.texts[lang]
		for i, value := range m[1:] {
			if p.turned[i] {
				value = translated(value, lang)
			}
			before, after, found := strings.Cut(text, "{}")
			if !found {
				break
			}
			// What was put in may hold braces of its own.
			text = before + strings.ReplaceAll(value, "{}", "{\x00}") + after
		}
		return strings.ReplaceAll(text, "{\x00}", "{}"), true
	}
	return "", false
}

// translated puts a detail into the language: whole, or each of the
// parts that commas divide.
func translated(s, lang string) string {
	if lang = language(lang); lang == "en" || s == "" {
		return words(s, lang)
	}
	if text, ok := phrased(s, lang); ok {
		return text
	}
	parts := parted(s)
	if len(parts) == 1 {
		return words(s, lang)
	}
	for i, part := range parts {
		if text, ok := phrased(part, lang); ok && text != "" {
			parts[i] = text
		} else if !ok {
			parts[i] = words(part, lang)
		}
	}
	return strings.Join(parts, ", ")
}

// placeIn puts a place into the language. A lone word is the name of a sheet or
// a part, whatever it means: only what has a number or a name behind it, and
// whole phrases, are the program's own words.
func placeIn(s, lang string) string {
	parts := parted(s)
	for i, part := range parts {
		text, known := "", false
		if lang != "en" && (part == "sidecar" || strings.Contains(part, " ")) {
			text, known = phrased(part, language(lang))
		}
		switch {
		case known && text != "":
			parts[i] = text
		case strings.Contains(part, " "):
			parts[i] = words(part, lang)
		}
	}
	return strings.Join(parts, ", ")
}

// language is the one that a text is sought in: what has none reads Russian.
func language(lang string) string {
	if lang == "kk" || lang == "en" {
		return lang
	}
	return "ru"
}

// parted cuts at the commas that stand in no quotes.
func parted(s string) []string {
	var parts []string
	from, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"' && (i == 0 || s[i-1] != '\\'):
			quoted = !quoted
		case !quoted && strings.HasPrefix(s[i:], ", "):
			parts = append(parts, s[from:i])
			from = i + 2
		}
	}
	return append(parts, s[from:])
}

var (
	quotedText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|«[^»]*»|“[^”]*”`)
	englishRun = regexp.MustCompile(`\b[A-Za-z]+ [A-Za-z]+ [A-Za-z]+\b`)
)

// detailIn is a detail as the sentence of a language holds it: in Kazakh and
// Russian without what is still an English text.
func detailIn(s, lang string) string {
	text := translated(s, lang)
	if lang != "en" && englishRun.MatchString(quotedText.ReplaceAllString(text, `""`)) {
		return ""
	}
	return text
}
