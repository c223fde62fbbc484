package returned

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// The author of our notes, and the line with which each begins: by one of them
// our own notes are known when the workbook comes again.
const noteAuthor = "osmsd"

func noteHead(s osms.Severity) string {
	if s == osms.Warning {
		return "Ескерту / Предупреждение"
	}
	return osms.ReturnedHeader
}

func ourNote(text string) bool {
	text = strings.TrimLeft(text, "\r\n ")
	return strings.HasPrefix(text, noteHead(osms.Refused)) || strings.HasPrefix(text, noteHead(osms.Warning))
}

// note is one note of ours.
type note struct {
	cell
	severity osms.Severity
	text     string
}

func notesOf(rows []rowMarks) []note {
	var all []note
	for _, r := range rows {
		for _, c := range r.cells {
			if len(all) == mostNotes {
				return all
			}
			all = append(all, note{cell{r.row, c.column}, c.severity, c.note})
		}
	}
	return all
}

// runs is a note's text as it is written: a heading and what is said.
func (n note) runs(prefix, before string) string {
	const font = `<:sz val="9"/><:color indexed="81"/><:rFont val="Tahoma"/><:family val="2"/>`
	xml := `<:r><:rPr><:b/>` + font + `</:rPr><:t xml:space="preserve">` + before + noteHead(n.severity) + `</:t></:r>` +
		`<:r><:rPr>` + font + `</:rPr><:t xml:space="preserve">` + "\n"
	xml = strings.ReplaceAll(strings.ReplaceAll(xml, "<:", "<"+prefix), "</:", "</"+prefix)
	return xml + escape(n.text) + "</" + prefix + "t></" + prefix + "r>"
}

func (n note) xml(prefix string, author int) string {
	return fmt.Sprintf(`<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext>%[4]s</%[1]stext></%[1]scomment>`,
		prefix, osms.CellName(n.column, n.row), author, n.runs(prefix, ""))
}

// newNotes is a part of notes without any.
func newNotes(strict bool) string {
	space := mainSpace
	if strict {
		space = strictSpace
	}
	return xmlHead + `<comments xmlns="` + space + `"><authors></authors><commentList></commentList></comments>`
}

// mergeNotes puts notes into a part that may hold others, after taking the
// earlier ones of ours out. It gives the cells whose note went and those that
// got one; a note on a cell that has somebody's is added to that.
func mergeNotes(data []byte, notes []note) (part []byte, gone, fresh []cell, err error) {
	t, err := parse(data)
	if err != nil {
		return nil, nil, nil, err
	}
	authors, list := t.root.child("authors"), t.root.child("commentList")
	if t.root.local() != "comments" || authors == nil || list == nil {
		return nil, nil, nil, fmt.Errorf("%w: notes of another kind", ErrOdd)
	}
	author, names := -1, []string{}
	for i, e := range authors.children {
		names = append(names, t.text(e))
		if names[i] == noteAuthor {
			author = i
		}
	}
	byCell := make(map[cell]note, len(notes))
	for _, n := range notes {
		byCell[n.cell] = n
	}
	held := map[cell]bool{}
	for _, e := range list.children {
		at, ok := cellAddress(t.attr(e, "ref"))
		if !ok {
			continue
		}
		name := ""
		if i, ok := number([]byte(t.attr(e, "authorId"))); ok && i < len(names) {
			name = names[i]
		}
		text := e.child("text")
		if name == noteAuthor || text != nil && ourNote(t.text(text)) {
			t.replace(e.from, e.to, "")
			gone = append(gone, at)
			continue
		}
		held[at] = true
		if n, marked := byCell[at]; text != nil {
			// The text of a thread is a stand-in that Excel writes itself.
			t.appendRuns(text, n, marked && !strings.HasPrefix(name, "tc="))
		}
	}
	if author < 0 {
		author = len(names)
		t.add(authors, "<"+t.root.prefix()+"author>"+noteAuthor+"</"+t.root.prefix()+"author>")
	}
	var xml strings.Builder
	for _, n := range notes {
		if !held[n.cell] {
			xml.WriteString(n.xml(t.root.prefix(), author))
			fresh = append(fresh, n.cell)
		}
	}
	t.add(list, xml.String())
	return t.bytes(), gone, fresh, nil
}

// appendRuns takes what we once added to somebody's note away, and adds anew.
func (t *tree) appendRuns(text *element, n note, marked bool) {
	end, ours := text.end, false
	for _, e := range text.children {
		switch e.local() {
		case "r":
			if strings.HasPrefix(t.text(e), "\n\n") && ourNote(t.text(e)) {
				ours = true
			}
			if ours {
				t.replace(e.from, e.to, "")
			}
		case "rPh", "phoneticPr":
			end = min(end, e.from)
		}
	}
	if !marked || text.inner == text.to {
		return
	}
	p := text.prefix()
	for _, e := range text.children {
		if e.name == p+"t" {
			t.replace(e.from, e.from, "<"+p+"r>")
			t.replace(e.to, e.to, "</"+p+"r>")
		}
	}
	t.replace(end, end, n.runs(p, "\n\n"))
}

// The boxes that notes are shown in are shapes of VML, an older language.
const (
	vmlHead = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">` +
		`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%s"/></o:shapelayout>`
	vmlType = `<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">` +
		`<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`
	vmlShape = `<v:shape id="_x0000_s%d" type="#_x0000_t202" style='position:absolute;margin-left:80pt;margin-top:2pt;width:%dpt;height:%dpt;z-index:1;visibility:hidden' fillcolor="#ffffe1" o:insetmode="auto">` +
		`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>` +
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%s</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`
	clusterShapes = 1024 // numbers of shapes are given out in clusters
)

// newDrawing is a drawing without shapes, for a sheet.
func newDrawing(sheet int) string {
	var clusters []string
	for i := range mostNotes/clusterShapes + 1 {
		clusters = append(clusters, strconv.Itoa(firstCluster(sheet)+i))
	}
	return fmt.Sprintf(vmlHead, strings.Join(clusters, ",")) + "</xml>"
}

func firstCluster(sheet int) int { return 1 + sheet*16 }

var (
	shapeNumber = regexp.MustCompile(`_x0000_s([0-9]{1,9})`)
	shapeRow    = regexp.MustCompile(`<x:Row>\s*([0-9]{1,7})\s*</x:Row>`)
	shapeColumn = regexp.MustCompile(`<x:Column>\s*([0-9]{1,5})\s*</x:Column>`)
)

// mergeShapes takes the shapes of notes that went out of a drawing and puts new
// ones in.
func mergeShapes(data []byte, sheet int, gone, fresh []cell, notes []note, at *survey) ([]byte, error) {
	end := bytes.LastIndex(data, []byte("</xml>"))
	head := data[:min(len(data), 2000)]
	for _, space := range []string{`xmlns:v="urn:schemas-microsoft-com:vml"`, `xmlns:o="urn:schemas-microsoft-com:office:office"`,
		`xmlns:x="urn:schemas-microsoft-com:office:excel"`} {
		if end < 0 || !bytes.Contains(head, []byte(space)) {
			return nil, fmt.Errorf("%w: a drawing of another kind", ErrOdd)
		}
	}
	leave := make(map[cell]bool, len(gone))
	for _, c := range gone {
		leave[c] = true
	}
	var out []byte
	rest := data[:end]
	last := firstCluster(sheet) * clusterShapes
	for {
		from := bytes.Index(rest, []byte("<v:shape "))
		if from < 0 {
			break
		}
		to := bytes.Index(rest[from:], []byte("</v:shape>"))
		if to < 0 {
			break
		}
		to += from + len("</v:shape>")
		shape := rest[from:to]
		out = append(out, rest[:from]...)
		if m := shapeNumber.FindSubmatch(shape); m != nil {
			n, _ := number(m[1])
			last = max(last, n)
		}
		row, column := shapeRow.FindSubmatch(shape), shapeColumn.FindSubmatch(shape)
		drop := false
		if row != nil && column != nil && bytes.Contains(shape, []byte(`ObjectType="Note"`)) {
			r, _ := number(row[1])
			c, _ := number(column[1])
			drop = leave[cell{r + 1, c}]
		}
		if !drop {
			out = append(out, shape...)
		}
		rest = rest[to:]
	}
	out = append(out, rest...)
	if len(fresh) > 0 && !bytes.Contains(data, []byte(`id="_x0000_t202"`)) {
		out = append(out, vmlType...)
	}
	texts := make(map[cell]string, len(notes))
	for _, n := range notes {
		texts[n.cell] = n.text
	}
	for i, c := range fresh {
		anchor, width, height := at.box(c, texts[c])
		out = fmt.Appendf(out, vmlShape, last+1+i, width*3/4, height*3/4, anchor, c.row-1, c.column)
	}
	return append(out, data[end:]...), nil
}

const (
	boxWidth  = 380 // pixels
	boxLine   = 58  // letters in a line of the box
	linePixel = 15
)

// box gives the place of a note's box, right of its cell and large enough for
// its text: the anchor counts columns and rows, which have widths of their own.
func (s *survey) box(c cell, text string) (anchor string, width, height int) {
	lines := 2
	for line := range strings.SplitSeq(text, "\n") {
		lines += 1 + len([]rune(line))/boxLine
	}
	height = min(lines*linePixel+10, 600)
	left, from := c.column+1, 15
	right, to := left, from+boxWidth
	for w := s.width(right); to > w && right < lastColumn*4; w = s.width(right) {
		to -= w
		right++
	}
	row := max(int(s.height*4/3), 8)
	top := max(c.row-2, 0)
	bottom, below := top+(height+4)/row, (height+4)%row
	return fmt.Sprintf("%d, %d, %d, %d, %d, %d, %d, %d", left, from, top, 4, right, to, bottom, below), boxWidth, height
}

// width is that of a column in pixels.
func (s *survey) width(c int) int {
	if c == s.errors {
		return sentenceWidth*7 + 5
	}
	for _, col := range s.columns {
		if c+1 < col.min || c+1 > col.max {
			continue
		}
		if truth(attr([]byte(col.tag), "hidden")) {
			return 0
		}
		var w float64
		if _, err := fmt.Sscan(string(attr([]byte(col.tag), "width")), &w); err == nil && w >= 0 && w < 300 {
			return int(w*7) + 5
		}
	}
	return 64
}
