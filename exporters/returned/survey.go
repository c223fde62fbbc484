package returned

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// The namespaces of a sheet, in the Transitional and in the Strict spelling.
const (
	mainSpace         = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictSpace       = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	relationSpace     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictRelateSpace = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// column is one <col> element.
type column struct {
	min, max int // from 1
	tag      string
}

// survey is what must be known of a sheet before it is patched.
type survey struct {
	prefix     string // of its elements, with the colon
	strict     bool
	twins      []string // other prefixes of the same namespace
	relation   string   // prefix of the relationships' namespace, "" when the root binds none
	columns    []column
	hasColumns bool
	legacy     string // id of the drawing that holds notes
	filled     [lastColumn + 1]bool
	used       int // highest format of a cell
	drawing    int // the child of the root before which a new legacyDrawing stands
	last       int // last row
	height     float64
	errors     int // column of the sentences; -1: none
	again      bool
}

// afterLegacy are the elements that stand behind legacyDrawing.
var afterLegacy = []string{"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}

// look reads a sheet to its end. What it cannot take for certain is odd.
func look(in io.Reader, table *osms.TableAt) (*survey, error) {
	s := &survey{drawing: -1, height: 15, errors: -1}
	sc := newScanner(in)
	from := 1
	if table != nil {
		from = table.HeaderRow
	}
	var depth, ordinal int
	inData, found, wrapped, wrappedAt := false, false, false, 0
	row, col := 0, -1
	counted := false // the open cell has a value
	for {
		k, err := sc.next()
		if err != nil {
			return nil, err
		}
		if k == tokenEOF {
			break
		}
		raw := sc.raw()
		if depth == 0 && (k == tokenOther || k == tokenText) && !plainEncoding(pad(raw)) {
			return nil, fmt.Errorf("%w: an encoding that is not UTF-8", ErrOdd)
		}
		switch k {
		case tokenText:
			if inData && counted && depth >= 4 && row >= from && len(bytes.TrimSpace(raw)) > 0 {
				s.fill(col)
				counted = false
			}
			continue
		case tokenClose:
			depth--
			if depth == 1 {
				inData = false
				if wrapped {
					wrapped = false
				}
			}
			continue
		case tokenOther:
			continue
		}
		name := nameOf(raw)
		switch {
		case depth == 0:
			if err := s.root(raw, name); err != nil {
				return nil, err
			}
		case inData:
			if !bytes.HasPrefix(name, []byte(s.prefix)) || bytes.IndexByte(name[len(s.prefix):], ':') >= 0 || bytes.Contains(raw, []byte("xmlns")) {
				return nil, fmt.Errorf("%w: foreign elements among the rows", ErrOdd)
			}
			switch local := name[len(s.prefix):]; {
			case depth == 2 && string(local) == "row":
				if row, err = position(raw, row); err != nil {
					return nil, err
				}
				col, s.last = -1, row
			case depth == 3 && string(local) == "c":
				if col, err = cellColumn(raw, col); err != nil {
					return nil, err
				}
				if n, ok := number(attr(raw, "s")); ok {
					s.used = max(s.used, n)
				}
				counted = true
			case depth == 4 && string(local) == "f" && row >= from:
				s.fill(col)
			}
		case depth == 1:
			ordinal++
			local := string(localName(name))
			own := string(name) == s.prefix+local
			if p, _, ok := strings.Cut(string(name), ":"); !own && slices.Contains(s.twins, p) || !own && !ok && slices.Contains(s.twins, "") {
				return nil, fmt.Errorf("%w: two prefixes for the elements of sheets", ErrOdd)
			}
			if own && local == "sheetData" {
				if found {
					return nil, fmt.Errorf("%w: two lists of rows", ErrOdd)
				}
				found, inData = true, k == tokenOpen
			} else if own {
				s.child(local, raw)
			}
			if found && s.drawing < 0 && own && slices.Contains(afterLegacy, local) {
				s.drawing = ordinal
			}
			if found && !own && local == "AlternateContent" {
				wrapped, wrappedAt = true, ordinal
			}
		default:
			local := string(localName(name))
			if wrapped && s.drawing < 0 && slices.Contains(afterLegacy, local) {
				s.drawing = wrappedAt
			}
			if string(name) == s.prefix+local {
				s.grandchild(local, raw, from)
			}
		}
		if k == tokenOpen {
			depth++
		}
	}
	if !found || depth != 0 {
		return nil, fmt.Errorf("%w: no list of rows", ErrOdd)
	}
	s.place(table)
	return s, nil
}

// pad makes a beginning long enough to be judged.
func pad(raw []byte) []byte { return append(raw[:len(raw):len(raw)], "<xxx"...) }

func (s *survey) root(tag, name []byte) error {
	if string(localName(name)) != "worksheet" {
		return fmt.Errorf("%w: a sheet of another kind", ErrOdd)
	}
	s.prefix = string(name[:len(name)-len("worksheet")])
	own := false
	for prefix, uri := range namespaces(tag) {
		switch uri {
		case mainSpace, strictSpace:
			if prefix+":" != s.prefix && prefix != s.prefix {
				s.twins = append(s.twins, prefix)
				continue
			}
			own, s.strict = true, uri == strictSpace
		case relationSpace, strictRelateSpace:
			if prefix != "" {
				s.relation = max(s.relation, prefix)
			}
		}
	}
	if !own {
		return fmt.Errorf("%w: the namespace of the sheet is not known", ErrOdd)
	}
	return nil
}

// child takes note of what stands beside the rows.
func (s *survey) child(local string, raw []byte) {
	switch local {
	case "cols":
		s.hasColumns = true
	case "legacyDrawing":
		attributes(raw, func(name, value []byte, _, _ int) bool {
			if bytes.HasSuffix(name, []byte(":id")) {
				s.legacy = string(value)
			}
			return true
		})
	case "sheetFormatPr":
		var h float64
		if _, err := fmt.Sscan(string(attr(raw, "defaultRowHeight")), &h); err == nil && h > 1 && h < 410 {
			s.height = h
		}
	}
}

func (s *survey) grandchild(local string, raw []byte, from int) {
	switch local {
	case "col":
		first, ok1 := number(attr(raw, "min"))
		last, ok2 := number(attr(raw, "max"))
		if ok1 && ok2 && first >= 1 && last >= first {
			s.columns = append(s.columns, column{first, last, string(raw)})
		}
	case "mergeCell", "tablePart":
		if first, last, ok := rangeOf(attr(raw, "ref")); ok && last.row >= from {
			for c := first.column; c <= last.column && c <= lastColumn; c++ {
				s.fill(c)
			}
		}
	}
}

func (s *survey) fill(column int) {
	if column >= 0 && column <= lastColumn {
		s.filled[column] = true
	}
}

// place finds the column of the sentences: the one that an earlier returned
// workbook added, else the first free one right of the table.
func (s *survey) place(table *osms.TableAt) {
	if table == nil {
		return
	}
	if s.errors = table.Returned; s.errors >= 0 {
		s.again = true
		return
	}
	for c := max(table.LastColumn+1, 0); c <= lastColumn; c++ {
		if !s.filled[c] {
			s.errors = c
			return
		}
	}
}

type cell struct{ row, column int }

// rangeOf reads A1:B2 or A1.
func rangeOf(ref []byte) (first, last cell, ok bool) {
	a, b, two := bytes.Cut(bytes.ReplaceAll(ref, []byte("$"), nil), []byte(":"))
	if !two {
		b = a
	}
	read := func(ref []byte) (c cell, ok bool) {
		column, n := columnOf(ref)
		row, ok := number(ref[n:])
		return cell{row, column}, ok && column >= 0
	}
	x, ok1 := read(a)
	y, ok2 := read(b)
	first = cell{min(x.row, y.row), min(x.column, y.column)}
	last = cell{max(x.row, y.row), max(x.column, y.column)}
	return first, last, ok1 && ok2
}

// position gives the number of a row that follows another.
func position(tag []byte, before int) (int, error) {
	r := attr(tag, "r")
	if r == nil {
		return before + 1, nil
	}
	n, ok := number(r)
	if !ok || n <= before || n > lastRow {
		return 0, fmt.Errorf("%w: rows out of order", ErrOdd)
	}
	return n, nil
}

// cellColumn gives the column of a cell that follows another.
func cellColumn(tag []byte, before int) (int, error) {
	column := before + 1
	if r := attr(tag, "r"); r != nil {
		column, _ = columnOf(r)
	}
	if column <= before {
		return 0, fmt.Errorf("%w: cells out of order", ErrOdd)
	}
	return column, nil
}
