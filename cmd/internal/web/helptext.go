package web

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"osmsd/cmd/internal/words"
)

// The pages of Help are plain text, one file for a topic and a language,
// help/<language>/<topic>.txt, so that a translator can edit them. A line is
//
//	# Title of the topic                 the first line
//	## anchor Heading                    the anchor is its address on the page
//	1. A step                            steps are numbered anew by the page
//	- An item of a list
//	= anchor | term | what it means
//	! What one must mind
//	[picture] name | what is to be seen on it
//
// and anything else is a paragraph. A line that begins with a space goes on with
// the one before; an empty line ends a paragraph or a list. Within a line
//
//	{button files.apply}   the name of a button or field as the console shows it
//	{text report.refused}  any other words of the console, between quotation marks
//	{outcome held}         what became of a file
//	{page /files}          a page of ours, by its name in the navigation
//	{topic files#refusals a word}   another place of Help
//	{code osmsd verify}    what is typed
//
// Names come from the catalogue of texts: they cannot differ from what is shown.

//go:embed help
var helpFiles embed.FS

// topics of Help in the order in which they are listed. The first four are
// named as roles are.
var topics = []string{"akimat", "fund", "administrator", "auditor", "files", "words", "keyboard"}

// helpBlock is a paragraph, a heading, a list …: Kind is what the line began
// with, "p" for a paragraph.
type helpBlock struct {
	Kind   string
	Anchor string // of a heading; the name of a picture
	Items  []helpItem
}

// helpItem is what stands in a block: one, or as many as a list has.
type helpItem struct {
	Anchor string
	Term   []helpSpan // of a glossary
	Text   []helpSpan
}

// helpSpan is a piece of a line: Kind "" is plain text, any other the word after
// the brace, with its argument.
type helpSpan struct{ Kind, Arg, Text string }

// helpTopic is a page of Help.
type helpTopic struct {
	Name, Title string
	Blocks      []helpBlock
}

// helpPages are the topics, by language and name. A file that cannot be read is
// a mistake in the program: it panics, as the catalogues of texts do.
var helpPages = sync.OnceValue(func() map[string]map[string]helpTopic {
	out := map[string]map[string]helpTopic{}
	for _, lang := range words.Languages() {
		out[lang] = map[string]helpTopic{}
		for _, name := range topics {
			data, err := fs.ReadFile(helpFiles, "help/"+lang+"/"+name+".txt")
			if err != nil {
				panic(err)
			}
			topic, err := parseHelp(string(data))
			if err != nil {
				panic(fmt.Sprintf("help/%s/%s.txt: %v", lang, name, err))
			}
			topic.Name = name
			out[lang][name] = topic
		}
	}
	return out
})

var (
	step   = regexp.MustCompile(`^[0-9]+\. `)
	braces = regexp.MustCompile(`\{([a-z]+) ([^{}]+)\}`)
	anchor = regexp.MustCompile(`^[a-z][a-z-]*$`)
)

// parseHelp reads a topic. An error names the line.
func parseHelp(text string) (helpTopic, error) {
	var topic helpTopic
	var open *helpBlock // what the next line may go on with
	add := func(kind, name string, item helpItem, list bool) {
		if open == nil || open.Kind != kind || !list {
			topic.Blocks = append(topic.Blocks, helpBlock{Kind: kind, Anchor: name})
			open = &topic.Blocks[len(topic.Blocks)-1]
		}
		open.Items = append(open.Items, item)
	}
	for i, line := range logicalLines(text) {
		if line.text == "" {
			open = nil
			continue
		}
		if err := parseHelpLine(&topic, line.text, i == 0, add); err != nil {
			return topic, fmt.Errorf("line %d: %w", line.number, err)
		}
	}
	if topic.Title == "" {
		return topic, fmt.Errorf("line 1: a topic begins with its title: # Title")
	}
	return topic, nil
}

func parseHelpLine(topic *helpTopic, line string, first bool, add func(kind, name string, item helpItem, list bool)) error {
	mark, rest, _ := strings.Cut(line, " ")
	parts := strings.SplitN(rest, " | ", 3)
	switch {
	case mark == "#" && first:
		topic.Title = rest
		return nil
	case mark == "##":
		name, heading, _ := strings.Cut(rest, " ")
		if !anchor.MatchString(name) || heading == "" {
			return fmt.Errorf("a heading has an anchor and a text: ## anchor Heading")
		}
		text, err := parseSpans(heading)
		add("##", name, helpItem{Text: text}, false)
		return err
	case mark == "[picture]":
		if len(parts) != 2 || !anchor.MatchString(parts[0]) {
			return fmt.Errorf("a picture has a name and a description: [picture] name | description")
		}
		add(mark, parts[0], helpItem{Text: []helpSpan{{Text: parts[1]}}}, false)
		return nil
	case mark == "=":
		if len(parts) != 3 || !anchor.MatchString(parts[0]) {
			return fmt.Errorf("a term is written = anchor | term | meaning")
		}
		term, err := parseSpans(parts[1])
		if err != nil {
			return err
		}
		text, err := parseSpans(parts[2])
		add("=", "", helpItem{Anchor: parts[0], Term: term, Text: text}, true)
		return err
	case step.MatchString(line):
		text, err := parseSpans(step.ReplaceAllString(line, ""))
		add("1.", "", helpItem{Text: text}, true)
		return err
	case mark == "-", mark == "!":
		text, err := parseSpans(rest)
		add(mark, "", helpItem{Text: text}, mark == "-")
		return err
	case strings.ContainsAny(mark[:1], "#[|"):
		return fmt.Errorf("no such mark: %s", mark)
	}
	text, err := parseSpans(line)
	add("p", "", helpItem{Text: text}, false)
	return err
}

// logicalLine is a line with those that go on with it.
type logicalLine struct {
	number int
	text   string
}

func logicalLines(text string) (out []logicalLine) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		trimmed := strings.TrimSpace(line)
		if last := len(out) - 1; trimmed != "" && line[0] == ' ' && last >= 0 && out[last].text != "" {
			out[last].text += " " + trimmed
			continue
		}
		out = append(out, logicalLine{n, trimmed})
	}
	return out
}

// parseSpans finds what stands between braces.
func parseSpans(text string) (out []helpSpan, err error) {
	at := 0
	plain := func(s string) {
		if strings.ContainsAny(s, "{}") {
			err = fmt.Errorf("a brace that is not understood: %s", s)
		}
		if s != "" {
			out = append(out, helpSpan{Text: s})
		}
	}
	for _, m := range braces.FindAllStringSubmatchIndex(text, -1) {
		plain(text[at:m[0]])
		span := helpSpan{Kind: text[m[2]:m[3]], Arg: text[m[4]:m[5]]}
		switch span.Kind {
		case "button", "text", "outcome", "page", "code":
		case "topic":
			var said bool
			if span.Arg, span.Text, said = strings.Cut(span.Arg, " "); !said {
				err = fmt.Errorf("a place of Help needs words to show: %s", text[m[0]:m[1]])
			}
		default:
			err = fmt.Errorf("no such name: %s", text[m[0]:m[1]])
		}
		out = append(out, span)
		at = m[1]
	}
	plain(text[at:])
	return out, err
}
