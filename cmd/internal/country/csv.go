package country

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// csvWriter writes records in one of the encodings in use.
type csvWriter struct {
	out    *bufio.Writer
	dress  *dress
	record int
	fields strings.Builder
	bytes  []byte
}

func newCSV(w io.Writer, d *dress) (*csvWriter, error) {
	c := &csvWriter{out: bufio.NewWriterSize(w, 64<<10), dress: d}
	switch d.encoding {
	case "utf-8-bom":
		c.out.WriteString("\xef\xbb\xbf")
	case "utf-16le":
		c.out.WriteString("\xff\xfe")
	}
	if d.sep {
		c.record++
		if err := c.put("sep=" + d.delimiter); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// write adds a record; its number counts every record from the first line.
func (c *csvWriter) write(l line) (int, error) {
	c.record++
	b := &c.fields
	b.Reset()
	for i := range l.cells {
		if i > 0 {
			b.WriteString(c.dress.delimiter)
		}
		s := l.cells[i].text
		if strings.Contains(s, c.dress.delimiter) || strings.ContainsAny(s, "\"\r\n") {
			b.WriteString(`"` + strings.ReplaceAll(s, `"`, `""`) + `"`)
		} else {
			b.WriteString(s)
		}
	}
	return c.record, c.put(b.String())
}

func (c *csvWriter) put(s string) error {
	end := "\r\n"
	if c.dress.unix {
		end = "\n"
	}
	b := c.bytes[:0]
	var err error
	switch c.dress.encoding {
	case "utf-8", "utf-8-bom":
		b = append(append(b, s...), end...)
	case "utf-16le":
		for _, u := range utf16.Encode([]rune(s + end)) {
			b = append(b, byte(u), byte(u>>8))
		}
	case "cp866":
		b, err = appendDOS(b, s+end)
	default:
		b, err = appendCodePage(b, s+end, c.dress.encoding == "kz-1048")
	}
	if err != nil {
		return err
	}
	c.bytes = b
	_, err = c.out.Write(b)
	return err
}

// kz1048 are the letters that KZ-1048 has where Windows-1251 has others.
var kz1048 = map[rune]byte{'Қ': 0x8d, 'Һ': 0x8e, 'қ': 0x9d, 'һ': 0x9e, 'Ұ': 0xa1, 'ұ': 0xa2, 'Ә': 0xa3, 'Ө': 0xa5,
	'Ғ': 0xaa, 'Ү': 0xaf, 'ө': 0xb4, 'ғ': 0xba, 'ә': 0xbc, 'Ң': 0xbd, 'ң': 0xbe, 'ү': 0xbf}

// appendCodePage encodes in Windows-1251 or KZ-1048.
func appendCodePage(to []byte, s string, kazakh bool) ([]byte, error) {
	for _, r := range s {
		switch {
		case r < 0x80:
			to = append(to, byte(r))
		case r >= 'А' && r <= 'я':
			to = append(to, byte(r-'А'+0xc0))
		default:
			b, ok := cp1251[r]
			if !ok && kazakh {
				b, ok = kz1048[r]
			}
			if !ok {
				return nil, fmt.Errorf("country: %q has no place in the code page", r)
			}
			to = append(to, b)
		}
	}
	return to, nil
}

// appendDOS encodes in the code page 866.
func appendDOS(to []byte, s string) ([]byte, error) {
	for _, r := range s {
		switch {
		case r < 0x80:
			to = append(to, byte(r))
		case r >= 'А' && r <= 'п':
			to = append(to, byte(r-'А'+0x80))
		case r >= 'р' && r <= 'я':
			to = append(to, byte(r-'р'+0xe0))
		case r == 'Ё' || r == 'ё':
			to = append(to, 0xf0+byte(r&0x10>>4))
		case r == '№':
			to = append(to, 0xfc)
		default:
			return nil, fmt.Errorf("country: %q has no place in the code page", r)
		}
	}
	return to, nil
}

func (c *csvWriter) close() error { return c.out.Flush() }

var cp1251 = map[rune]byte{'Ё': 0xa8, 'ё': 0xb8, '№': 0xb9, '«': 0xab, '»': 0xbb, '\u00a0': 0xa0, '–': 0x96, '—': 0x97, 'І': 0xb2, 'і': 0xb3}
