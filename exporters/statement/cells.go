package statement

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// Bounds of a workbook that is read back.
const (
	mostParts = 200
	mostBytes = 24 << 20
	mostTags  = 1_500_000 // in a part
	mostCells = 400_000
)

// cellValue is what a cell holds and how it is shown.
type cellValue struct {
	// kind is "text", "number", or the workbook's own name for anything else;
	// "formula" for a cell that has one.
	kind string
	text string
	// shown is the number format, in lower case without its escapes.
	shown string
}

// sheetCells are the cells of a sheet by their address; empty ones have none.
type sheetCells struct {
	name   string
	hidden bool
	cells  map[string]cellValue
}

var (
	errBook    = errors.New("not a workbook")
	errDamaged = errors.New("a part of the workbook cannot be read")
	errBounds  = errors.New("the workbook is too large")
	// errOther: the workbook has what a statement's has not: pictures, notes,
	// conditional formats, hidden rows.
	errOther = errors.New("the workbook shows other things")
)

// pack is a workbook's parts, read within bounds.
type pack struct {
	files map[string]*zip.File
	left  int64
}

// readBook reads the sheets of a workbook, of this program or of another.
func readBook(b []byte) ([]sheetCells, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, errDamaged
	}
	if len(z.File) > mostParts {
		return nil, errBounds
	}
	p := &pack{files: map[string]*zip.File{}, left: mostBytes}
	for _, f := range z.File {
		name := strings.TrimPrefix(f.Name, "/")
		if _, twice := p.files[name]; twice {
			return nil, errDamaged
		}
		p.files[name] = f
		for _, folder := range []string{"xl/drawings/", "xl/media/", "xl/charts/", "xl/comments", "xl/embeddings/", "xl/externalLinks/"} {
			if strings.HasPrefix(name, folder) {
				return nil, errOther
			}
		}
	}
	var book struct {
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if p.files["xl/workbook.xml"] == nil {
		return nil, errBook
	}
	if err := errors.Join(p.decode("xl/workbook.xml", &book), p.decode("xl/_rels/workbook.xml.rels", &rels)); err != nil {
		return nil, err
	}
	shared, err := p.sharedStrings()
	if err != nil {
		return nil, err
	}
	formats, err := p.formats()
	if err != nil {
		return nil, err
	}
	var sheets []sheetCells
	for _, sheet := range book.Sheets {
		target := ""
		for _, r := range rels.All {
			if r.ID == sheet.ID {
				target = r.Target
			}
		}
		if target = strings.TrimPrefix(target, "/"); !strings.HasPrefix(target, "xl/") {
			target = path.Join("xl", target)
		}
		cells, err := p.cells(target, shared, formats)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, sheetCells{sheet.Name, sheet.State != "" && sheet.State != "visible", cells})
	}
	return sheets, nil
}

// part opens a part; what is read of all of them together has a bound.
func (p *pack) part(name string) ([]byte, error) {
	f := p.files[name]
	if f == nil {
		return nil, errDamaged
	}
	r, err := f.Open()
	if err != nil {
		return nil, errDamaged
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, p.left+1))
	if p.left -= int64(len(b)); p.left < 0 {
		return nil, errBounds
	}
	if err != nil {
		return nil, errDamaged
	}
	if bytes.Count(b, []byte("<")) > mostTags {
		return nil, errBounds
	}
	if bytes.Contains(b, []byte("<!")) && bytes.Contains(bytes.ToUpper(b), []byte("<!DOCTYPE")) {
		return nil, errDamaged
	}
	return b, nil
}

func (p *pack) decode(name string, into any) error {
	b, err := p.part(name)
	if err == nil && xml.Unmarshal(b, into) != nil {
		err = errDamaged
	}
	return err
}

// richText is a text in one piece or in runs; a phonetic run is none of it.
type richText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (r richText) String() string {
	var b strings.Builder
	b.WriteString(r.Text)
	for _, run := range r.Runs {
		b.WriteString(run.Text)
	}
	return unescape(b.String())
}

// unescape reads what escape wrote, and the same of another program.
func unescape(s string) string {
	return code.ReplaceAllStringFunc(s, func(sign string) string {
		n, err := strconv.ParseUint(sign[2:6], 16, 16)
		if err != nil {
			return sign
		}
		return string(rune(n))
	})
}

func (p *pack) sharedStrings() (list []string, err error) {
	const name = "xl/sharedStrings.xml"
	if p.files[name] == nil {
		return nil, nil
	}
	var all struct {
		Items []richText `xml:"si"`
	}
	if err := p.decode(name, &all); err != nil {
		return nil, err
	}
	for _, item := range all.Items {
		list = append(list, item.String())
	}
	return list, nil
}

// builtIn are the number formats without a text of their own that a saved
// statement can have (ISO/IEC 29500-1, 18.8.30).
var builtIn = map[int]string{0: "general", 2: "0.00", 4: "#,##0.00", 49: "@"}

// formats are the number formats of the cell styles, in their order.
func (p *pack) formats() (list []string, err error) {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := p.decode("xl/styles.xml", &styles); err != nil {
		return nil, err
	}
	for _, c := range styles.Cells {
		code, ok := builtIn[c.ID]
		if !ok {
			code = strconv.Itoa(c.ID)
		}
		for _, f := range styles.Formats {
			if f.ID == c.ID {
				code = strings.ToLower(strings.ReplaceAll(f.Code, `\`, ""))
			}
		}
		list = append(list, code)
	}
	return list, nil
}

// plainParts are the parts of a sheet that show nothing of their own.
var plainParts = " sheetPr dimension sheetViews sheetFormatPr cols sheetData mergeCells printOptions pageMargins pageSetup headerFooter phoneticPr ignoredErrors rowBreaks colBreaks sheetProtection "

// cells reads the cells of a sheet that are not empty.
func (p *pack) cells(name string, shared, formats []string) (map[string]cellValue, error) {
	b, err := p.part(name)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	all := map[string]cellValue{}
	for depth := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, errDamaged
		}
		switch t := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth == 2 && !strings.Contains(plainParts, " "+t.Name.Local+" ") ||
				(t.Name.Local == "row" || t.Name.Local == "col") && isHidden(t.Attr) {
				return nil, errOther
			}
			if t.Name.Local != "c" {
				continue
			}
			var c rawCell
			if err := d.DecodeElement(&c, &t); err != nil {
				return nil, errDamaged
			}
			depth--
			v, err := c.value(shared, formats)
			if err != nil {
				return nil, err
			}
			if _, twice := all[c.At]; twice || c.At == "" || len(all) > mostCells {
				return nil, errDamaged
			}
			if v != (cellValue{}) {
				all[c.At] = v
			}
		}
	}
}

func isHidden(attributes []xml.Attr) bool {
	for _, a := range attributes {
		if a.Name.Local == "hidden" && a.Value != "0" && a.Value != "false" {
			return true
		}
	}
	return false
}

type rawCell struct {
	At      string    `xml:"r,attr"`
	Style   int       `xml:"s,attr"`
	Kind    string    `xml:"t,attr"`
	Value   *string   `xml:"v"`
	Formula *struct{} `xml:"f"`
	Inline  richText  `xml:"is"`
}

// value is the zero value for an empty cell.
func (c rawCell) value(shared, formats []string) (v cellValue, err error) {
	if c.Style >= 0 && c.Style < len(formats) {
		v.shown = formats[c.Style]
	}
	switch {
	case c.Formula != nil:
		v.kind = "formula"
	case c.Kind == "s":
		if c.Value == nil {
			return cellValue{}, nil
		}
		i, err := strconv.Atoi(*c.Value)
		if err != nil || i < 0 || i >= len(shared) {
			return v, errDamaged
		}
		v.kind, v.text = "text", shared[i]
	case c.Kind == "inlineStr":
		v.kind, v.text = "text", c.Inline.String()
	case c.Value == nil || *c.Value == "":
		return cellValue{}, nil
	case c.Kind == "" || c.Kind == "n":
		v.kind, v.text = "number", *c.Value
	default:
		v.kind, v.text = c.Kind, *c.Value
	}
	if v.kind == "text" && v.text == "" {
		return cellValue{}, nil
	}
	return v, nil
}
