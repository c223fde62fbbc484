package country

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"fmt"
	"io"
	"strconv"

	"osmsd/sync/osms"
)

// workbook writes an .xlsx as a stream: sheets first, shared strings after
// them, so that nothing but the shared strings of one file is held.
type workbook struct {
	zip      *zip.Writer
	inline   bool
	bare     bool
	from1904 bool
	names    []string
	shared   []byte
	index    map[string]int
	strings  int
	uses     int
}

// sheetWriter is one sheet of a workbook.
type sheetWriter struct {
	book   *workbook
	out    *bufio.Writer
	row    int
	merges []string
	filter string
	buf    []byte
}

func newWorkbook(w io.Writer, d *dress) *workbook {
	b := &workbook{zip: zip.NewWriter(w), inline: d.inline, bare: d.bare, from1904: d.from1904, index: map[string]int{}}
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	return b
}

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS   = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relNS    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	pkgNS    = `http://schemas.openxmlformats.org/package/2006/relationships`
	typesNS  = `http://schemas.openxmlformats.org/package/2006/content-types`
	typeBase = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// sheet begins a sheet with the widths of its columns from A.
func (b *workbook) sheet(name string, widths []int) (*sheetWriter, error) {
	b.names = append(b.names, name)
	part, err := b.zip.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.names)), Method: zip.Deflate})
	if err != nil {
		return nil, err
	}
	s := &sheetWriter{book: b, out: bufio.NewWriterSize(part, 64<<10)}
	s.out.WriteString(xmlHead + `<worksheet xmlns="` + mainNS + `"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><cols>`)
	for i, w := range widths {
		fmt.Fprintf(s.out, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, w)
	}
	s.out.WriteString(`</cols><sheetData>`)
	return s, nil
}

// write adds a row; a blank row takes its number and leaves no trace.
func (s *sheetWriter) write(l line) (int, error) {
	s.row++
	if len(l.cells) == 0 && !s.book.bare {
		return s.row, nil
	}
	b := append(s.buf[:0], `<row`...)
	if !s.book.bare {
		b = append(b, ` r="`...)
		b = strconv.AppendInt(b, int64(s.row), 10)
		b = append(b, '"')
	}
	if n := len(l.cells); n > 3 && l.cells[n-1].style == headed {
		b = append(b, ` ht="33" customHeight="1"`...) // two lines of heading
	}
	if l.hidden {
		b = append(b, ` hidden="1"`...)
	}
	b = append(b, '>')
	for i := range l.cells {
		b = s.book.appendCell(b, &l.cells[i], i, s.row)
	}
	s.buf = append(b, `</row>`...)
	_, err := s.out.Write(s.buf)
	return s.row, err
}

func (b *workbook) appendCell(to []byte, c *cell, column, row int) []byte {
	if c.kind == empty && c.style == plain && !b.bare {
		return to
	}
	to = append(to, `<c`...)
	if !b.bare {
		to = append(to, ` r="`...)
		to = append(to, osms.ColumnName(column)...)
		to = strconv.AppendInt(to, int64(row), 10)
		to = append(to, '"')
	}
	st := c.style
	if c.kind == day && st == plain || c.kind == day && st == boxed {
		st = dated
	}
	if st != plain {
		to = append(to, ` s="`...)
		to = strconv.AppendInt(to, int64(st), 10)
		to = append(to, '"')
	}
	switch c.kind {
	case empty:
		return append(to, `/>`...)
	case text:
		if b.inline {
			to = append(to, ` t="inlineStr"><is><t xml:space="preserve">`...)
			to = appendXML(to, c.text)
			return append(to, `</t></is></c>`...)
		}
		to = append(to, ` t="s"><v>`...)
		to = strconv.AppendInt(to, int64(b.share(c.text)), 10)
	case number:
		to = append(append(to, `><v>`...), c.text...)
	case day:
		to = append(to, `><v>`...)
		to = strconv.AppendInt(to, int64(b.serial(c.date)), 10)
	case failed:
		to = append(append(to, ` t="e"><v>`...), c.text...)
	case uncalculated:
		to = append(append(to, `><f>`...), c.text...)
		return append(to, `</f></c>`...)
	case calculated:
		to = append(to, `><f>ROW()-`...)
		to = strconv.AppendInt(to, int64(row)-atoi(c.text), 10)
		to = append(append(to, `</f><v>`...), c.text...)
	}
	return append(to, `</v></c>`...)
}

func atoi(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// serial is the day's number in the workbook's date system.
func (b *workbook) serial(d osms.Date) int {
	epoch := osms.Date(18991230)
	if b.from1904 {
		epoch = 19040101
	}
	return d.Sub(epoch)
}

// share gives the index of a shared string. Short common texts are found again;
// long ones are mostly names and numbers, and repeating them is allowed.
func (b *workbook) share(s string) int {
	b.uses++
	if i, ok := b.index[s]; ok {
		return i
	}
	i := b.strings
	b.strings++
	if len(b.index) < 4096 {
		b.index[s] = i
	}
	b.shared = append(b.shared, `<si><t xml:space="preserve">`...)
	b.shared = appendXML(b.shared, s)
	b.shared = append(b.shared, `</t></si>`...)
	return i
}

func appendXML(to []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '&':
			to = append(to, `&amp;`...)
		case '<':
			to = append(to, `&lt;`...)
		case '>':
			to = append(to, `&gt;`...)
		case '"':
			to = append(to, `&quot;`...)
		default:
			to = append(to, s[i])
		}
	}
	return to
}

// close ends the sheet.
func (s *sheetWriter) close() error {
	s.out.WriteString(`</sheetData>`)
	if s.filter != "" {
		s.out.WriteString(`<autoFilter ref="` + s.filter + `"/>`)
	}
	if len(s.merges) > 0 {
		fmt.Fprintf(s.out, `<mergeCells count="%d">`, len(s.merges))
		for _, m := range s.merges {
			s.out.WriteString(`<mergeCell ref="` + m + `"/>`)
		}
		s.out.WriteString(`</mergeCells>`)
	}
	s.out.WriteString(`<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>`)
	return s.out.Flush()
}
