package statement

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
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
	merged []string // areas, sorted
	// printed are the texts at the edges of its printed pages, by their element.
	printed map[string]string
	widths  map[int]float64 // of columns that have their own, by number from 1
	// names are the defined names of the workbook, print areas and titles among
	// them, sorted; only its first sheet has them.
	names []string
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
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")) // names differ by more than case
		if _, twice := p.files[name]; twice {
			return nil, errDamaged
		}
		p.files[name] = f
		for _, folder := range []string{"xl/drawings/", "xl/media/", "xl/charts/", "xl/comments", "xl/embeddings/", "xl/externallinks/"} {
			if strings.HasPrefix(name, folder) {
				return nil, errOther
			}
		}
	}
	start, err := p.relations("_rels/.rels", "")
	if err != nil {
		return nil, errBook
	}
	if part, ok := start.only("officeDocument"); !ok || part != "xl/workbook.xml" {
		return nil, errBook
	}
	var book struct {
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
		Names []struct {
			Name  string `xml:"name,attr"`
			Sheet string `xml:"localSheetId,attr"`
			Of    string `xml:",chardata"`
		} `xml:"definedNames>definedName"`
	}
	if err := p.decode("xl/workbook.xml", &book); err != nil {
		return nil, err
	}
	parts, err := p.relations("xl/_rels/workbook.xml.rels", "xl")
	if err != nil {
		return nil, err
	}
	shared, err := p.sharedStrings(parts)
	if err != nil {
		return nil, err
	}
	formats, err := p.formats(parts)
	if err != nil {
		return nil, err
	}
	var sheets []sheetCells
	for _, sheet := range book.Sheets {
		s := sheetCells{name: sheet.Name, hidden: sheet.State != "" && sheet.State != "visible", cells: map[string]cellValue{},
			printed: map[string]string{}, widths: map[int]float64{}}
		if err := p.read(&s, parts[sheet.ID].part, shared, formats); err != nil {
			return nil, err
		}
		sheets = append(sheets, s)
	}
	for _, n := range book.Names {
		if len(sheets) > 0 {
			sheets[0].names = append(sheets[0].names, n.Name+" "+n.Sheet+" "+strings.TrimSpace(n.Of))
		}
	}
	if len(sheets) > 0 {
		slices.Sort(sheets[0].names)
	}
	return sheets, nil
}

// plainParts are the parts of a sheet that show nothing of their own.
var plainParts = " sheetPr dimension sheetViews sheetFormatPr cols sheetData mergeCells printOptions pageMargins pageSetup headerFooter phoneticPr ignoredErrors rowBreaks colBreaks sheetProtection "

// read reads the cells of a sheet that are not empty.
func (p *pack) read(s *sheetCells, name string, shared, formats []string) error {
	b, err := p.part(name)
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	for depth := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			slices.Sort(s.merged)
			return nil
		}
		if err != nil {
			return errDamaged
		}
		switch t := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth == 2 && !strings.Contains(plainParts, " "+t.Name.Local+" ") {
				return errOther
			}
			switch t.Name.Local {
			case "row", "col", "sheetFormatPr", "sheetView":
				if isHidden(t.Attr) {
					return errOther
				}
				if t.Name.Local == "col" {
					s.widen(t.Attr)
				}
			case "headerFooter":
				depth--
				if err := s.print(d, t); err != nil {
					return err
				}
			case "mergeCell":
				for _, a := range t.Attr {
					s.merged = append(s.merged, a.Value)
				}
			case "c":
				depth--
				if err := s.add(d, t, shared, formats); err != nil {
					return err
				}
			}
		}
	}
}

// print reads what stands at the edges of the printed pages.
func (s *sheetCells) print(d *xml.Decoder, start xml.StartElement) error {
	var edges struct {
		Texts []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	}
	for _, a := range start.Attr {
		if strings.HasPrefix(a.Name.Local, "different") && a.Value != "0" && a.Value != "false" {
			s.printed[a.Name.Local] = "1"
		}
	}
	if err := d.DecodeElement(&edges, &start); err != nil {
		return errDamaged
	}
	for _, e := range edges.Texts {
		if _, twice := s.printed[e.XMLName.Local]; twice {
			return errDamaged
		}
		if e.Text != "" {
			s.printed[e.XMLName.Local] = e.Text
		}
	}
	return nil
}

// widen notes the width of columns, as far as a statement has any.
func (s *sheetCells) widen(attributes []xml.Attr) {
	of := map[string]float64{}
	for _, a := range attributes {
		of[a.Name.Local], _ = strconv.ParseFloat(a.Value, 64)
	}
	for i := range sheetColumns {
		if n := float64(i + 1); of["min"] <= n && n <= of["max"] {
			s.widths[i+1] = of["width"]
		}
	}
}

// add reads one cell to its end.
func (s *sheetCells) add(d *xml.Decoder, start xml.StartElement, shared, formats []string) error {
	var c rawCell
	if err := d.DecodeElement(&c, &start); err != nil {
		return errDamaged
	}
	v, err := c.value(shared, formats)
	if err != nil {
		return err
	}
	if _, twice := s.cells[c.At]; twice || c.At == "" || len(s.cells) > mostCells {
		return errDamaged
	}
	if v != (cellValue{}) {
		s.cells[c.At] = v
	}
	return nil
}

// isHidden tells that a row or column, or what has no height or width of its own,
// is not shown, or so low or narrow that nobody sees it; or that a view of the
// sheet leaves something out or turns it round.
func isHidden(attributes []xml.Attr) bool {
	for _, a := range attributes {
		switch a.Name.Local {
		case "hidden", "zeroHeight", "showFormulas", "rightToLeft":
			if a.Value != "0" && a.Value != "false" {
				return true
			}
		case "showZeros":
			if a.Value == "0" || a.Value == "false" {
				return true
			}
		case "ht", "width", "defaultRowHeight", "defaultColWidth":
			if size, err := strconv.ParseFloat(a.Value, 64); err != nil || size < 3 {
				return true
			}
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
