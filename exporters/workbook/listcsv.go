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
	out, sum := bufio.NewWriterSize(w, 1<<16), osms.NewFrozenTally(l)
	line := func(values ...any) error {
		b := out.AvailableBuffer()
		for i, v := range values {
			if i > 0 {
				b = append(b, ';')
			}
			b = appendField(b, v)
		}
		_, err := out.Write(append(b, "\r\n"...))
		return err
	}
	if _, err := out.WriteString("\uFEFF"); err != nil {
		return err
	}
	if err := line(listTitle.line("kk")); err != nil {
		return err
	}
	for _, h := range listHead(l) {
		if err := line(h.name.line("kk"), h.value); err != nil {
			return err
		}
	}
	var titles []any
	for _, c := range listColumns() {
		titles = append(titles, c.title.line("kk"))
	}
	if err := line(); err != nil {
		return err
	}
	if err := line(titles...); err != nil {
		return err
	}
	err := each(func(p osms.FrozenPerson) error {
		if err := sum.Add(p); err != nil {
			return err
		}
		return line(listRow(sum.Persons, p)...)
	})
	if err == nil {
		err = sum.End()
	}
	if err != nil {
		return fmt.Errorf("frozen list of %s: %w", l.Month, err)
	}
	return out.Flush()
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
