package docx

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Style is a named style of paragraphs, which an office can change at one place.
type Style string

const (
	Normal Style = ""
	Title  Style = "Title" // centred, bold, two points larger, with its text on one page
)

// Align says where the lines of a paragraph stand.
type Align string

const (
	Left      Align = "" // of a Title: the style's own
	Centre    Align = "center"
	Right     Align = "right"
	Justified Align = "both"
)

// Look is how a paragraph stands on the page.
type Look struct {
	Style         Style
	Align         Align
	Before, After float64 // space, points
	Line          float64 // distance of lines as a multiple; zero: 1
	Indent        float64 // of all lines, millimetres
	First         float64 // further indent of the first line; less than zero: hanging
	// With keeps the paragraph on the page of the next one.
	With bool
}

// Run is a text of one look.
type Run struct {
	Text         string
	Lang         Lang // zero: the document's
	Bold, Italic bool
	Size         float64 // points; zero: the document's or the style's
}

// Text is a plain run.
func Text(lang Lang, text string) Run { return Run{Text: text, Lang: lang} }

// Bold is a bold run.
func Bold(lang Lang, text string) Run { return Run{Text: text, Lang: lang, Bold: true} }

// Sized gives the run another size of letters, points.
func (r Run) Sized(points float64) Run { r.Size = points; return r }

// Paragraph adds a paragraph; without runs it is an empty line.
func (d *Document) Paragraph(look Look, runs ...Run) {
	d.at++
	d.paragraph(&d.body, look, runs)
	d.table = false
}

func (d *Document) paragraph(b *bytes.Buffer, l Look, runs []Run) {
	b.WriteString("<w:p><w:pPr>")
	if l.Style != Normal {
		fmt.Fprintf(b, `<w:pStyle w:val="%s"/>`, escaped(string(l.Style)))
	}
	if l.With {
		b.WriteString("<w:keepNext/>")
	}
	if d.newPage {
		b.WriteString("<w:pageBreakBefore/>")
		d.newPage = false
	}
	if l.Before != 0 || l.After != 0 || l.Line != 0 {
		fmt.Fprintf(b, `<w:spacing w:before="%d" w:after="%d"`, points(l.Before), points(l.After))
		if l.Line != 0 {
			fmt.Fprintf(b, ` w:line="%d" w:lineRule="auto"`, int(l.Line*240+0.5))
		}
		b.WriteString("/>")
	}
	if l.Indent != 0 || l.First != 0 {
		fmt.Fprintf(b, `<w:ind w:left="%d"`, twips(l.Indent))
		if l.First < 0 {
			fmt.Fprintf(b, ` w:hanging="%d"`, twips(-l.First))
		} else if l.First > 0 {
			fmt.Fprintf(b, ` w:firstLine="%d"`, twips(l.First))
		}
		b.WriteString("/>")
	}
	if l.Align != Left {
		fmt.Fprintf(b, `<w:jc w:val="%s"/>`, escaped(string(l.Align)))
	}
	b.WriteString("</w:pPr>")
	for _, r := range runs {
		d.run(b, r)
	}
	b.WriteString("</w:p>")
}

func (d *Document) run(b *bytes.Buffer, r Run) {
	d.check(fmt.Sprintf("paragraph or table %d", d.at), r.Text)
	b.WriteString("<w:r><w:rPr>")
	if r.Bold {
		b.WriteString("<w:b/><w:bCs/>")
	}
	if r.Italic {
		b.WriteString("<w:i/><w:iCs/>")
	}
	if r.Size != 0 {
		if r.Size < 1 || r.Size > 200 {
			d.refuse(fmt.Errorf("paragraph or table %d has letters of %v points", d.at, r.Size))
		}
		fmt.Fprintf(b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, half(r.Size), half(r.Size))
	}
	lang := r.Lang
	if lang == "" {
		lang = d.options.Lang
	}
	fmt.Fprintf(b, `<w:lang w:val="%s"/></w:rPr>`, escaped(string(lang)))
	for i, line := range strings.Split(r.Text, "\n") {
		if i > 0 {
			b.WriteString("<w:br/>")
		}
		for j, piece := range strings.Split(line, "\t") {
			if j > 0 {
				b.WriteString("<w:tab/>")
			}
			if piece != "" {
				b.WriteString(`<w:t xml:space="preserve">` + escaped(piece) + "</w:t>")
			}
		}
	}
	b.WriteString("</w:r>")
}

// check refuses a text that a document cannot carry.
func (d *Document) check(where, text string) {
	switch {
	case !utf8.ValidString(text):
		d.refuse(fmt.Errorf("%s: the text is not UTF-8", where))
	case strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF
	}):
		d.refuse(fmt.Errorf("%s: the text has a control character", where))
	}
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// escaped makes a text fit for XML.
func escaped(s string) string { return escapes.Replace(s) }
