package returned

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// The colours of the marks are a shade off those that Excel offers, so that they
// are known again.
const (
	refusedColour = "FFFFC7CF"
	warningColour = "FFFFEB9D"
)

// styles are the cell formats of a workbook, to which formats are added.
type styles struct {
	*tree
	prefix  string
	xfs     []string // as they are written; those beyond are the default
	fills   []string
	bases   map[int]string // fills of ours, with the colour that they cover
	first   int            // number of the first format that is added
	added   []string
	painted []string // fills that are added
	written []string // fonts that are added
	formats []string // number formats that are added
	known   map[styleKey]int
	filled  map[string]int
}

type styleKey struct {
	xf       int
	severity osms.Severity
}

const defaultXF = `<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>`

// noStyles is a part of styles for a workbook that has none.
const noStyles = xmlHead + `<styleSheet xmlns="%s"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1">` + defaultXF + `</cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`

// readStyles reads a part of styles. Formats are added behind used, the highest
// number that a cell bears, for a number without a format must not become one.
func readStyles(data []byte, used int) (*styles, error) {
	t, err := parse(data)
	if err != nil {
		return nil, err
	}
	if t.root.local() != "styleSheet" {
		return nil, fmt.Errorf("%w: styles of another kind", ErrOdd)
	}
	s := &styles{tree: t, prefix: t.root.prefix(), bases: map[int]string{}, known: map[styleKey]int{}, filled: map[string]int{}}
	if list := t.root.child("cellXfs"); list != nil {
		for _, e := range list.children {
			s.xfs = append(s.xfs, string(t.data[e.from:e.to]))
		}
	}
	if list := t.root.child("fills"); list != nil {
		for i, e := range list.children {
			s.fills = append(s.fills, string(t.data[e.from:e.to]))
			if base, ours := s.coverOf(e); ours {
				s.bases[i] = base
			}
		}
	}
	s.first = max(len(s.xfs), used+1)
	if s.first > mostStyles {
		return nil, fmt.Errorf("%w: too many cell formats", ErrOdd)
	}
	return s, nil
}

// coverOf reports a fill of ours and gives the attributes of the colour under
// it, "" for none. The second colour of a solid fill is never shown: there the
// covered one is kept.
func (s *styles) coverOf(fill *element) (string, bool) {
	pattern := fill.child("patternFill")
	if pattern == nil || pattern.child("fgColor") == nil {
		return "", false
	}
	switch strings.ToUpper(s.attr(pattern.child("fgColor"), "rgb")) {
	case refusedColour, warningColour:
	default:
		return "", false
	}
	return s.colour(pattern.child("bgColor")), true
}

// colour gives the attributes of a colour, "" for one that only says "none".
func (s *styles) colour(e *element) string {
	if e == nil || s.tree.attr(e, "indexed") == "64" {
		return ""
	}
	out := ""
	attributes(s.tag(e), func(name, value []byte, _, _ int) bool {
		switch string(name) {
		case "rgb", "theme", "tint", "indexed", "auto":
			out += " " + string(name) + `="` + string(value) + `"`
		}
		return true
	})
	return out
}

func (s *styles) xf(i int) string {
	if i >= 0 && i < len(s.xfs) {
		return s.xfs[i]
	}
	if i >= s.first && i < s.first+len(s.added) {
		return s.added[i-s.first]
	}
	return "<" + s.prefix + defaultXF[1:]
}

func (s *styles) fillOf(i int) int {
	n, _ := number(attr([]byte(s.xf(i)), "fillId"))
	return n
}

// marked gives the format that is the same but for the colour of a severity;
// with none, the format without a colour of ours.
func (s *styles) marked(xf int, severity osms.Severity) int {
	key := styleKey{xf, severity}
	if n, ok := s.known[key]; ok {
		return n
	}
	fill := s.fillOf(xf)
	base, ours := s.bases[fill]
	n := xf
	switch {
	case severity == "" && !ours:
	case s.first+len(s.added) >= mostStyles:
		// More formats cannot be: the note and the sentence must do.
	case severity == "" && base == "":
		n = s.with(s.xf(xf), 0)
	case severity == "":
		n = s.with(s.xf(xf), s.paint(strings.TrimSpace(base), ""))
	default:
		if !ours {
			base = s.shownColour(fill)
		}
		colour := refusedColour
		if severity == osms.Warning {
			colour = warningColour
		}
		n = s.with(s.xf(xf), s.paint(`rgb="`+colour+`"`, base))
	}
	s.known[key] = n
	return n
}

// shownColour is the colour that a fill shows.
func (s *styles) shownColour(fill int) string {
	list := s.root.child("fills")
	if list == nil || fill >= len(list.children) {
		return ""
	}
	pattern := list.children[fill].child("patternFill")
	if pattern == nil || s.tree.attr(pattern, "patternType") != "solid" {
		return ""
	}
	return s.colour(pattern.child("fgColor"))
}

func (s *styles) paint(colour, under string) int {
	if under == "" {
		under = ` indexed="64"`
	}
	xml := strings.ReplaceAll(`<:fill><:patternFill patternType="solid"><:fgColor `+colour+`/><:bgColor`+under+`/></:patternFill></:fill>`, "<:", "<"+s.prefix)
	xml = strings.ReplaceAll(xml, "</:", "</"+s.prefix)
	if n, ok := s.filled[xml]; ok {
		return n
	}
	s.painted = append(s.painted, xml)
	n := max(len(s.fills), 2) + len(s.painted) - 1
	s.filled[xml] = n
	return n
}

func (s *styles) with(xf string, fill int) int {
	tag := []byte(xf)
	tag = withAttr(tag, "fillId", strconv.Itoa(fill))
	tag = withAttr(tag, "applyFill", "1")
	return s.append(string(tag))
}

func (s *styles) append(xf string) int {
	if i := slices.Index(s.added, xf); i >= 0 && len(s.added) < 1000 {
		return s.first + i
	}
	s.added = append(s.added, xf)
	return s.first + len(s.added) - 1
}

// sentence is the format of the column of sentences.
func (s *styles) sentence() int {
	p := s.prefix
	return s.append(`<` + p + `xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><` + p +
		`alignment vertical="top" wrapText="1"/></` + p + `xf>`)
}

// behind lists, for what may be missing from styles, what stands behind it.
var behind = map[string][]string{
	"numFmts": {"fonts"},
	"fonts":   {"fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst"},
	"fills":   {"borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst"},
	"cellXfs": {"cellStyles", "dxfs", "tableStyles", "colors", "extLst"},
}

// finish gives the part with what was added.
func (s *styles) finish() []byte {
	if len(s.painted) > 0 {
		var missing []string
		if len(s.fills) < 2 {
			missing = []string{`<` + s.prefix + `fill><` + s.prefix + `patternFill patternType="none"/></` + s.prefix + `fill>`,
				`<` + s.prefix + `fill><` + s.prefix + `patternFill patternType="gray125"/></` + s.prefix + `fill>`}[len(s.fills):]
		}
		s.extend("fills", append(missing, s.painted...), len(s.fills))
	}
	if len(s.formats) > 0 {
		s.extend("numFmts", s.formats, 0)
	}
	if len(s.written) > 0 {
		s.extend("fonts", s.written, s.fonts())
	}
	if len(s.added) > 0 {
		var missing []string
		for range s.first - len(s.xfs) {
			missing = append(missing, "<"+s.prefix+defaultXF[1:])
		}
		s.extend("cellXfs", append(missing, s.added...), len(s.xfs))
	}
	return s.bytes()
}

// extend adds to a list of the part, or adds the list.
func (s *styles) extend(name string, more []string, had int) {
	count, xml := strconv.Itoa(had+len(more)), strings.Join(more, "")
	if list := s.root.child(name); list != nil {
		s.set(list, "count", count)
		s.tree.add(list, xml)
		return
	}
	xml = `<` + s.prefix + name + ` count="` + count + `">` + xml + `</` + s.prefix + name + `>`
	for _, e := range s.root.children {
		if slices.Contains(behind[name], e.local()) {
			s.replace(e.from, e.from, xml)
			return
		}
	}
	s.tree.add(s.root, xml)
}

// font adds a font and gives its number.
func (s *styles) font(xml string) int {
	xml = strings.ReplaceAll(`<:font>`+xml, "<:", "<"+s.prefix) + `</` + s.prefix + `font>`
	if i := slices.Index(s.written, xml); i >= 0 {
		return s.fonts() + i
	}
	s.written = append(s.written, xml)
	return s.fonts() + len(s.written) - 1
}

// fonts counts the workbook's own.
func (s *styles) fonts() int {
	if list := s.root.child("fonts"); list != nil {
		return len(list.children)
	}
	return 0
}

// format adds a number format and gives its number. Only a new workbook needs
// any.
func (s *styles) format(code string) int {
	s.formats = append(s.formats, fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="%s"/>`, 164+len(s.formats), escape(code)))
	return 163 + len(s.formats)
}
