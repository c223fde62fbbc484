package docx

import "fmt"

// styles are the defaults and the styles Normal, Title and Footer.
func (d *Document) styles() string {
	o := d.options
	style := func(id, name, based, look string) string {
		first := ""
		if based == "" {
			first = ` w:default="1"`
		} else {
			based = `<w:basedOn w:val="` + based + `"/>`
		}
		return fmt.Sprintf(`<w:style w:type="paragraph"%s w:styleId="%s"><w:name w:val="%s"/>%s<w:qFormat/>%s</w:style>`, first, id, name, based, look)
	}
	size := func(pt float64) string {
		return fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, half(pt), half(pt))
	}
	const font = "Times New Roman"
	return declaration + "<w:styles " + mainSpace + "><w:docDefaults><w:rPrDefault><w:rPr>" +
		fmt.Sprintf(`<w:rFonts w:ascii="%[1]s" w:hAnsi="%[1]s" w:eastAsia="%[1]s" w:cs="%[1]s"/>`, font) + size(o.Size) +
		fmt.Sprintf(`<w:lang w:val="%s" w:eastAsia="en-US" w:bidi="ar-SA"/>`, escaped(string(o.Lang))) +
		`</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		style("Normal", "Normal", "", "") +
		style(string(Title), "Title", "Normal", `<w:pPr><w:keepNext/><w:spacing w:before="120" w:after="120"/><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:bCs/>`+size(o.Size+2)+`</w:rPr>`) +
		style("Footer", "footer", "Normal", `<w:pPr><w:tabs><w:tab w:val="right" w:pos="`+fmt.Sprint(twips(d.TextWidth()))+`"/></w:tabs></w:pPr><w:rPr>`+size(9)+`</w:rPr>`) +
		"</w:styles>"
}

// settings tell the word processor that nothing is older than its own format.
func settings(lang Lang) string {
	return declaration + "<w:settings " + mainSpace + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat>` +
		`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="` + escaped(string(lang)) + `"/></w:settings>`
}

// footer is the foot of every page: a text, and the number of the page.
func (d *Document) footer() string {
	o := d.options
	middle, text := "", ""
	if o.Footer != "" {
		text = `<w:r><w:t xml:space="preserve">` + escaped(o.Footer) + `</w:t></w:r>`
	} else {
		middle = `<w:jc w:val="center"/>`
	}
	if o.PageNumbers {
		if o.Footer != "" {
			text += "<w:r><w:tab/></w:r>"
		}
		text += field("PAGE") + `<w:r><w:t xml:space="preserve"> / </w:t></w:r>` + field("NUMPAGES")
	}
	return declaration + "<w:ftr " + mainSpace + `><w:p><w:pPr><w:pStyle w:val="Footer"/>` + middle + "</w:pPr>" + text + "</w:p></w:ftr>"
}

// field is a number that the word processor keeps.
func field(name string) string {
	return `<w:fldSimple w:instr=" ` + name + ` "><w:r><w:t>1</w:t></w:r></w:fldSimple>`
}

// properties are the title, language and date of the file.
func (d *Document) properties() string {
	day := d.day().Format("2006-01-02T15:04:05Z")
	return declaration + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
		`xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		"<dc:title>" + escaped(d.options.Title) + "</dc:title><dc:creator>osmsd</dc:creator><cp:lastModifiedBy>osmsd</cp:lastModifiedBy>" +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + day + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + day + `</dcterms:modified>` +
		"<dc:language>" + escaped(string(d.options.Lang)) + "</dc:language></cp:coreProperties>"
}
