package docx

import (
	"archive/zip"
	"fmt"
	"io"
	"time"
)

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace   = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	relSpace    = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relType     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	wordType    = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// part is a file of the package: its name, type of content, name of its
// relation from the document ("" for none) and its XML.
type part struct{ name, content, relation, xml string }

// Write writes the document, or nothing and the first thing that was refused.
func (d *Document) Write(w io.Writer) error {
	if d.err != nil {
		return d.err
	}
	o := d.options
	parts := []part{
		{"word/styles.xml", wordType + "styles+xml", "styles", d.styles()},
		{"word/settings.xml", wordType + "settings+xml", "settings", settings(o.Lang)},
	}
	foot := ""
	if o.Footer != "" || o.PageNumbers {
		parts = append(parts, part{"word/footer1.xml", wordType + "footer+xml", "footer", d.footer()})
		foot = fmt.Sprintf(`<w:footerReference w:type="default" r:id="rId%d"/>`, len(parts))
	}
	types, relations := "", ""
	for i, p := range parts {
		types += override(p.name, p.content)
		relations += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s" Target="%s"/>`, i+1, relType+p.relation, p.name[len("word/"):])
	}
	last := ""
	if d.table { // a table is not the last thing of a body
		last = gap(false)
	}
	document := declaration + "<w:document " + mainSpace + " " + relSpace + "><w:body>" + d.body.String() + last + section(o.Margins, foot) + "</w:body></w:document>"
	files := []part{
		{name: "[Content_Types].xml", xml: declaration + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			override("word/document.xml", wordType+"document.main+xml") + types +
			override("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml") + "</Types>"},
		{name: "_rels/.rels", xml: related(`<Relationship Id="rId1" Type="` + relType + `officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`)},
		{name: "docProps/core.xml", xml: d.properties()},
		{name: "word/document.xml", xml: document},
		{name: "word/_rels/document.xml.rels", xml: related(relations)},
	}
	z := zip.NewWriter(w)
	for _, p := range append(files, parts...) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: d.day()})
		if err == nil {
			_, err = io.WriteString(f, p.xml)
		}
		if err != nil {
			return fmt.Errorf("docx: %s: %w", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	return nil
}

// day is midnight UTC of the document's date.
func (d *Document) day() time.Time {
	y, m, day := d.options.Date.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
}

func override(name, content string) string {
	return fmt.Sprintf(`<Override PartName="/%s" ContentType="%s"/>`, name, content)
}

func related(relations string) string {
	return declaration + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relations + "</Relationships>"
}

// section is the page: A4, upright, with its margins and foot.
func section(m Margins, foot string) string {
	return fmt.Sprintf(`<w:sectPr>%s<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/></w:sectPr>`,
		foot, twips(pageWidth), twips(pageHeight), twips(m.Top), twips(m.Right), twips(m.Bottom), twips(m.Left), twips(10), twips(10))
}
