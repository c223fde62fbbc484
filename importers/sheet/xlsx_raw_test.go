package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"testing"

	kflate "github.com/klauspost/compress/flate"
)

// rawPart is one part of a package that a test builds byte by byte.
type rawPart struct{ name, body string }

const (
	mainNS  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relsNS  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	relT    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// parts gives an ordinary workbook of one sheet, whose parts a test then
// replaces or adds to.
func parts(worksheet string, more ...rawPart) []rawPart {
	base := []rawPart{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		{"_rels/.rels", xmlHead + `<Relationships ` + relsNS + `><Relationship Id="rId1" Type="` + relT + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", xmlHead + `<workbook ` + mainNS + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Оқушылар" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships ` + relsNS + `><Relationship Id="rId1" Type="` + relT + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relT + `styles" Target="styles.xml"/><Relationship Id="rId3" Type="` + relT + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", worksheet},
	}
	return with(base, more...)
}

// with replaces the parts of the same name and appends the others. A part
// whose body is "-" is taken away.
func with(base []rawPart, more ...rawPart) []rawPart {
	out := append([]rawPart(nil), base...)
next:
	for _, m := range more {
		for i := range out {
			if out[i].name == m.name {
				if m.body == "-" {
					out = append(out[:i], out[i+1:]...)
				} else {
					out[i].body = m.body
				}
				continue next
			}
		}
		out = append(out, m)
	}
	return out
}

// sheetXML wraps sheetData's content into a worksheet. What follows the rows is
// long enough for even the last cell to be read the short way.
func sheetXML(xml string) string {
	return xmlHead + `<worksheet ` + mainNS + `><sheetData>` + xml + `</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><pageSetup orientation="landscape"/></worksheet>`
}

// sst makes a part of shared strings.
func sst(texts ...string) rawPart {
	var b bytes.Buffer
	b.WriteString(xmlHead + `<sst ` + mainNS + `>`)
	for _, t := range texts {
		b.WriteString("<si><t>" + t + "</t></si>")
	}
	b.WriteString("</sst>")
	return rawPart{"xl/sharedStrings.xml", b.String()}
}

// packed makes a package of the parts.
func packed(t testing.TB, files ...rawPart) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return kflate.NewWriter(w, 6) })
	for _, f := range files {
		w, err := z.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readWorkbook opens bytes and writes down everything that reading them tells, so
// that two readings can be compared.
func readWorkbook(data []byte, limits Limits) (string, error) {
	return readWith(func() (*Book, error) { return Open(bytes.NewReader(data), int64(len(data)), limits) })
}

func readWith(open func() (*Book, error)) (string, error) {
	b, err := open()
	if err != nil {
		return "", err
	}
	defer b.Close()
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s 1904=%v macros=%v\n", b.Format, b.Date1904, b.Macros)
	for i, s := range b.Sheets {
		fmt.Fprintf(&out, "sheet %q %d\n", s.Name, s.Visibility)
		summary, err := b.Read(i, func(r *Row) error {
			fmt.Fprintf(&out, "%d hidden=%v fault=%s/%d:", r.Number, r.Hidden, r.Fault, r.FaultColumn)
			for _, c := range r.Cells {
				fmt.Fprintf(&out, " %d%q", c.Kind, c.Text)
				if c.Date {
					out.WriteByte('d')
				}
				if c.Zeros > 0 {
					fmt.Fprintf(&out, "z%d", c.Zeros)
				}
			}
			out.WriteByte('\n')
			return nil
		})
		if err != nil {
			return out.String(), err
		}
		fmt.Fprintf(&out, "%+v\n", summary)
	}
	return out.String(), nil
}
