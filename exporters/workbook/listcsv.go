package workbook

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"osmsd/sync/osms"
)

// eachFrozen reads a frozen list person by person, in order of IIN.
type eachFrozen = func(yield func(osms.FrozenPerson) error) error

// WriteListCSV writes a frozen list for programs: first lines of name and value
// that head it, an empty line, the names of the columns, then a line for each
// person in order of IIN, those who left since the previous list among them
// with no number and an amount of nothing.
//
// The file is UTF-8 with a byte order mark, fields parted by ";", lines by
// CRLF, decimals by a comma, days as dd.mm.yyyy, numbers without grouping. A
// text that a spreadsheet would take for a formula, because behind apostrophes
// and spaces it begins with = + - @ TAB or CR, gets an apostrophe in front;
// taking one apostrophe off such a text gives what was written. Whole IINs
// stand in the file; a spreadsheet that opens it without asking drops their
// leading zeros, WriteListXLSX keeps them.
//
// What each gives is counted on the way and compared with l; ErrDoesNotAddUp
// says that they differ, and what was written is then to be thrown away. The
// same list gives the same bytes, whenever it is written.
func WriteListCSV(w io.Writer, l osms.FrozenList, each func(yield func(osms.FrozenPerson) error) error) error {
	out, sum := csvWriter{bufio.NewWriterSize(w, 1<<16)}, osms.NewFrozenTally(l)
	if err := out.top(listTitle.line("kk")); err != nil {
		return err
	}
	for _, h := range listHead(l) {
		if err := out.line(h.name.line("kk"), h.value); err != nil {
			return err
		}
	}
	if err := out.titles(listColumns()); err != nil {
		return err
	}
	err := each(func(p osms.FrozenPerson) error {
		if err := sum.Add(p); err != nil {
			return err
		}
		return out.line(listRow(sum.Persons, p)...)
	})
	if err == nil {
		err = sum.End()
	}
	if err != nil {
		return fmt.Errorf("frozen list of %s: %w", l.Month, err)
	}
	return out.Flush()
}

// csvWriter writes lines of fields in the form that WriteListCSV describes.
type csvWriter struct{ *bufio.Writer }

func (c csvWriter) line(values ...any) error {
	b := c.AvailableBuffer()
	for i, v := range values {
		if i > 0 {
			b = append(b, ';')
		}
		b = appendField(b, v)
	}
	_, err := c.Write(append(b, "\r\n"...))
	return err
}

// top writes the byte order mark and the lines above everything.
func (c csvWriter) top(lines ...string) error {
	if _, err := c.WriteString("\uFEFF"); err != nil {
		return err
	}
	for _, line := range lines {
		if err := c.line(line); err != nil {
			return err
		}
	}
	return nil
}

// titles writes an empty line and the names of the columns.
func (c csvWriter) titles(columns []column) error {
	var titles []any
	for _, col := range columns {
		titles = append(titles, col.title.line("kk"))
	}
	if err := c.line(); err != nil {
		return err
	}
	return c.line(titles...)
}

func appendField(b []byte, v any) []byte {
	switch v := v.(type) {
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case osms.Tiyn:
		return append(b, strings.Replace(v.String(), ".", ",", 1)...)
	case osms.Date:
		return append(b, v.Dotted()...)
	case string:
		return appendQuoted(b, harmless(v))
	}
	return b // nil: an empty field
}

// harmless puts an apostrophe before what a spreadsheet would take for a
// formula. Other control characters than TAB, CR and LF have no place in a
// text file.
func harmless(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	if begins := strings.TrimLeft(s, "' \u00a0"); begins != "" && strings.ContainsRune("=+-@\t\r", []rune(begins)[0]) {
		return "'" + s
	}
	return s
}

func appendQuoted(b []byte, s string) []byte {
	if !strings.ContainsAny(s, ";\"\r\n\t") && strings.TrimSpace(s) == s {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}
