package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
)

// skeleton collects the parts that excelize writes. Its own order is that of
// a map in places, so the parts are put in order afterwards.
type skeleton struct{ parts map[string]*bytes.Buffer }

func (s *skeleton) Create(name string) (io.Writer, error) {
	b := new(bytes.Buffer)
	s.parts[name] = b
	return b, nil
}

func (s *skeleton) AddFS(fs.FS) error {
	return errors.New("workbook: a file system has no place in a skeleton")
}

func (s *skeleton) Close() error { return nil }

// filling is a sheet's part and what stands in its sheetData.
type filling struct {
	path string
	rows func(*rowWriter) error
}

var defaultType = regexp.MustCompile(`<Default [^>]*></Default>`)

// sortDefaults puts the content types of file extensions in order: excelize
// adds those of images in the order of a map.
func sortDefaults(types []byte) []byte {
	all := defaultType.FindAllString(string(types), -1)
	slices.Sort(all)
	i := -1
	return defaultType.ReplaceAllFunc(types, func([]byte) []byte {
		i++
		return []byte(all[i])
	})
}

// rowsOpen and rowsClose bound what stands in a sheet: the skeleton's own cells
// (of merged ranges, of a table's heading) give way to the rows.
var rowsOpen, rowsClose = []byte("<sheetData>"), []byte("</sheetData>")

// pack writes the skeleton's parts in order of name, then the sheets in the
// order given, each with its rows. Modification times are left at zero.
func (s *skeleton) pack(w io.Writer, sheets []filling) error {
	z := zip.NewWriter(w)
	var names []string
	for name := range s.parts {
		if !slices.ContainsFunc(sheets, func(f filling) bool { return f.path == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if types, ok := s.parts["[Content_Types].xml"]; ok {
		s.parts["[Content_Types].xml"] = bytes.NewBuffer(sortDefaults(types.Bytes()))
	}
	for _, name := range names {
		part, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := part.Write(s.parts[name].Bytes()); err != nil {
			return err
		}
	}
	for _, sheet := range sheets {
		raw, ok := s.parts[sheet.path]
		if !ok {
			return fmt.Errorf("workbook: the skeleton has no part %s", sheet.path)
		}
		head, rest, opened := bytes.Cut(raw.Bytes(), rowsOpen)
		_, tail, closed := bytes.Cut(rest, rowsClose)
		if !opened || !closed {
			return fmt.Errorf("workbook: the skeleton's %s has no sheetData", sheet.path)
		}
		part, err := z.Create(sheet.path)
		if err != nil {
			return err
		}
		rows := &rowWriter{w: part}
		rows.buf = append(append(rows.buf, head...), "<sheetData>"...)
		if err := sheet.rows(rows); err != nil {
			return err
		}
		rows.buf = append(append(rows.buf, "</sheetData>"...), tail...)
		if err := rows.flush(); err != nil {
			return err
		}
	}
	return z.Close()
}
