package sheet

import (
	"fmt"
	"path"
	"strings"

	"osmsd/sync/osms"
)

// workbook is an opened package: everything that must be known before rows.
type workbook struct {
	*archive
	sheets  []*entry // by index of the sheet; nil for a chart
	names   []string
	strings *sharedStrings
	formats []format // by index of the cell format
	slow    bool     // every cell is read the general way; a test compares
}

// openWorkbook reads the package directory, the list of sheets, the formats
// and the shared strings.
func openWorkbook(src Source, size int64, limits Limits) (*Book, error) {
	a, err := openArchive(src, size, limits)
	if err != nil {
		return nil, err
	}
	b := &Book{}
	w := &workbook{archive: a}
	b.read = w.read
	if err := w.prepare(b); err != nil {
		return nil, err
	}
	return b, nil
}

// prepare reads everything that must be known before rows.
func (w *workbook) prepare(b *Book) error {
	main, err := w.mainPart()
	if err != nil {
		return err
	}
	if b.Format, err = w.format(main); err != nil {
		return err
	}
	for name := range w.parts {
		b.Macros = b.Macros || path.Base(name) == "vbaproject.bin"
	}
	if b.Macros {
		b.Format = "xlsm"
	}
	rels, err := w.relationships(main.name)
	if err != nil {
		return err
	}
	if err := w.readSheets(main, rels, b); err != nil {
		return err
	}
	return w.readShared(rels)
}

// mainPart finds the part that is the workbook, under whatever name.
func (a *archive) mainPart() (*entry, error) {
	rels, err := a.relationships("")
	if err != nil {
		return nil, err
	}
	for _, r := range rels {
		if r.kind != "officeDocument" || r.external {
			continue
		}
		if e := a.part(r.target); e != nil {
			return e, nil
		}
		return nil, missing("the workbook", r.target)
	}
	if e := a.part("xl/workbook.xml"); e != nil && rels == nil {
		return e, nil
	}
	if a.part("mimetype") != nil && a.part("content.xml") != nil {
		return nil, unsupported("an OpenDocument file (.ods): save it as .xlsx")
	}
	return nil, &osms.FileError{Code: osms.FileNotAWorkbook, Detail: "a ZIP archive without a workbook"}
}

// format tells the workbook from the other documents that are kept in the same
// kind of package, by content type and, where types are missing, by name.
func (a *archive) format(main *entry) (string, error) {
	kind, err := a.contentType(main.name)
	if err != nil {
		return "", err
	}
	kind = strings.ToLower(kind)
	dir := strings.ToLower(path.Dir(main.name))
	switch {
	case strings.Contains(kind, "sheet.binary") || strings.HasSuffix(strings.ToLower(main.name), ".bin"):
		return "", unsupported("a binary workbook (.xlsb): save it as .xlsx")
	case strings.Contains(kind, "wordprocessingml") || strings.Contains(kind, "ms-word") || kind == "" && dir == "word":
		return "", unsupported("a text document (.docx), not a workbook")
	case strings.Contains(kind, "presentationml") || strings.Contains(kind, "ms-powerpoint") || kind == "" && dir == "ppt":
		return "", unsupported("a presentation (.pptx), not a workbook")
	case strings.Contains(kind, "macroenabled"):
		return "xlsm", nil
	}
	return "xlsx", nil
}

func unsupported(detail string) error {
	return &osms.FileError{Code: osms.FileUnsupportedFormat, Detail: detail}
}

// contentType gives what [Content_Types].xml says a part is, "" when it is
// silent or absent.
func (a *archive) contentType(name string) (string, error) {
	e := a.part("[Content_Types].xml")
	if e == nil {
		return "", nil
	}
	var byName, byExtension string
	err := a.scanList(e, spaceTypes, "Types", func(s *xmlReader) error {
		return s.children(func() error {
			part, err := s.attribute("PartName")
			if err != nil {
				return err
			}
			extension, err := s.attribute("Extension")
			if err != nil {
				return err
			}
			kind, err := s.attribute("ContentType")
			if err != nil {
				return err
			}
			switch {
			case strings.EqualFold(strings.TrimPrefix(part, "/"), name):
				byName = kind
			case extension != "" && strings.EqualFold("."+extension, path.Ext(name)):
				byExtension = kind
			}
			return s.skip()
		})
	})
	if byName == "" && byExtension != "application/xml" && byExtension != "text/xml" {
		byName = byExtension
	}
	return byName, err
}

// readSheets reads the workbook part: its sheets in order, with the part of
// each, and the base of its dates.
func (w *workbook) readSheets(main *entry, rels []relationship, b *Book) error {
	targets := make(map[string]relationship, len(rels))
	for _, r := range rels {
		if _, twice := targets[r.id]; twice {
			return &osms.FileError{Code: osms.FileDamaged, Where: main.name, Detail: fmt.Sprintf("the relationship %s appears twice", shown(r.id))}
		}
		targets[r.id] = r
	}
	listed := false
	err := w.scanList(main, spaceMain, "workbook", func(s *xmlReader) error {
		return s.children(func() error {
			switch string(s.name) {
			case "workbookPr":
				v, err := s.attribute("date1904")
				if err != nil {
					return err
				}
				b.Date1904 = xmlTrue(v)
			case "sheets":
				if listed {
					return s.fault(osms.FileDamaged, "two lists of sheets")
				}
				listed = true
				return s.children(func() error {
					if string(s.name) != "sheet" {
						return s.skip()
					}
					if err := w.addSheet(s, targets, b); err != nil {
						return err
					}
					return s.skip()
				})
			}
			return s.skip()
		})
	})
	if err != nil {
		return err
	}
	if len(b.Sheets) == 0 {
		return &osms.FileError{Code: osms.FileDamaged, Where: main.name, Detail: "the workbook has no sheets"}
	}
	return w.budget(b)
}

// budget bounds what all sheets together would inflate to by what one part may,
// so that many parts within their limits do not cost without a limit.
func (w *workbook) budget(b *Book) error {
	var total int64
	for i, e := range w.sheets {
		if e == nil {
			continue
		}
		if total += e.size; total > w.limits.PartBytes {
			return partError(osms.FileTooLarge, e, 0, fmt.Sprintf("the sheets up to %s would inflate to %d bytes", shown(b.Sheets[i].Name), total))
		}
	}
	return nil
}

func (w *workbook) addSheet(s *xmlReader, targets map[string]relationship, b *Book) error {
	if len(b.Sheets) == w.limits.Sheets {
		return s.fault(osms.FileTooLarge, "more than %d sheets", w.limits.Sheets)
	}
	var sh Sheet
	var id string
	for _, a := range s.attrs {
		v, err := s.unescaped(nil, a.value)
		if err != nil {
			return err
		}
		switch local := string(a.name); {
		case local == "name":
			n, _, _ := unescapeOffice(v)
			sh.Name = string(v[:n])
		case local == "state" && string(v) == "hidden":
			sh.Visibility = Hidden
		case local == "state" && string(v) == "veryHidden":
			sh.Visibility = VeryHidden
		case strings.HasSuffix(local, ":id"):
			id = string(v)
		}
	}
	for _, other := range b.Sheets {
		if strings.EqualFold(other.Name, sh.Name) {
			return s.fault(osms.FileDamaged, "two sheets are named %s", shown(sh.Name))
		}
	}
	rel, ok := targets[id]
	e := w.part(rel.target)
	switch {
	case !ok || rel.external || e == nil:
		return s.fault(osms.FileDamaged, "the part of the sheet %s is missing from the package", shown(sh.Name))
	case rel.kind == "chartsheet" || rel.kind == "dialogsheet":
		e = nil // holds no rows
	}
	for i, other := range w.sheets {
		if e != nil && other == e {
			return s.fault(osms.FileDamaged, "the sheets %s and %s are one part", shown(b.Sheets[i].Name), shown(sh.Name))
		}
	}
	b.Sheets = append(b.Sheets, sh)
	w.sheets = append(w.sheets, e)
	w.names = append(w.names, sh.Name)
	return nil
}

// xmlTrue reads a boolean attribute.
func xmlTrue(v string) bool { return v == "1" || v == "true" || v == "on" }

// readShared reads the parts that all sheets share: formats and strings.
func (w *workbook) readShared(rels []relationship) error {
	for _, r := range rels {
		e := w.part(r.target)
		if r.external || e == nil {
			continue
		}
		switch {
		case r.kind == "styles" && w.formats == nil:
			if err := w.readFormats(e); err != nil {
				return err
			}
		case r.kind == "sharedStrings" && w.strings != nil:
			return partError(osms.FileDamaged, e, 0, "the workbook names two parts of shared strings")
		case r.kind == "sharedStrings":
			if err := w.readStrings(e); err != nil {
				return err
			}
		}
	}
	return nil
}
