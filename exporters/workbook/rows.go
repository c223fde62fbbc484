package workbook

import (
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// cellKind says how a column's values look; with a rowKind it picks the style.
type cellKind int

const (
	asText   cellKind = iota
	asCode            // text that is all digits (IIN, BIN, KATO): centred, format @
	asCentre          // short text in the middle
	asInt
	asMoney
	asMove // money with its sign
	asDay
	asLine    // text that is not wrapped
	asLeftInt // numbers that stand among texts
	asLeftMoney
	cellKinds
)

// rowKind is the look of a whole row.
type rowKind int

const (
	plainRow rowKind = iota
	headRow
	totalRow
	openRow  // first row of a block
	closeRow // what a block or a part of it comes to
	warnRow  // money that nobody has explained
	titleRow
	noteRow
	rowKinds
)

// rowWriter writes rows of one sheet as XML. Rows are numbered as they come.
type rowWriter struct {
	w      io.Writer
	buf    []byte
	styles *styles
	cols   []column // looks of a row's values, in order
	row    int
}

// put writes a row from column A on. A value is a string, an int, an int64, an
// osms.Tiyn, an osms.Date, or nil for an empty cell that only carries its
// style. Height is in points; zero leaves it to the reader.
func (r *rowWriter) put(kind rowKind, height int, values ...any) error {
	return r.putAt(0, kind, height, values...)
}

// putAt writes a row from a later column on.
func (r *rowWriter) putAt(first int, kind rowKind, height int, values ...any) error {
	r.row++
	r.buf = append(r.buf, `<row r="`...)
	r.buf = strconv.AppendInt(r.buf, int64(r.row), 10)
	if height > 0 {
		r.buf = append(r.buf, `" ht="`...)
		r.buf = strconv.AppendInt(r.buf, int64(height), 10)
		r.buf = append(r.buf, `" customHeight="1`...)
	}
	r.buf = append(r.buf, `">`...)
	for i, v := range values {
		look := asText
		if i < len(r.cols) && kind != titleRow && kind != noteRow {
			look = r.cols[i].kind
		}
		if err := r.cell(first+i, r.styles.id(kind, look), v); err != nil {
			return err
		}
	}
	r.buf = append(r.buf, `</row>`...)
	if len(r.buf) < 1<<16 {
		return nil
	}
	return r.flush()
}

// skip leaves a row empty.
func (r *rowWriter) skip() { r.row++ }

func (r *rowWriter) flush() error {
	_, err := r.w.Write(r.buf)
	r.buf = r.buf[:0]
	return err
}

func (r *rowWriter) cell(column, style int, v any) error {
	r.buf = append(r.buf, `<c r="`...)
	r.buf = append(r.buf, osms.CellName(column, r.row)...)
	r.buf = append(r.buf, `" s="`...)
	r.buf = strconv.AppendInt(r.buf, int64(style), 10)
	switch v := v.(type) {
	case nil:
		r.buf = append(r.buf, `"/>`...)
		return nil
	case string:
		r.buf = append(r.buf, `" t="inlineStr"><is><t xml:space="preserve">`...)
		r.buf = appendText(r.buf, v)
		r.buf = append(r.buf, `</t></is></c>`...)
		return nil
	case int:
		r.number(strconv.Itoa(v))
	case int64:
		r.number(strconv.FormatInt(v, 10))
	case osms.Tiyn:
		if v >= mostTiyn || v <= -mostTiyn {
			return r.cellText(v.Grouped())
		}
		r.number(v.String())
	case osms.Date:
		// Serials of the 1900 system are right from 1 March 1900 on.
		if v == 0 {
			r.buf = append(r.buf, `"/>`...)
			return nil
		}
		if v < 19000301 {
			return r.cellText(v.Dotted())
		}
		r.number(strconv.Itoa(v.Sub(osms.Date(18991230))))
	default:
		return fmt.Errorf("workbook: a cell cannot hold a %T", v)
	}
	return nil
}

// mostTiyn is the first amount of sixteen digits: spreadsheets keep fifteen.
// Such an amount is written as text rather than changed silently.
const mostTiyn osms.Tiyn = 1e15

func (r *rowWriter) number(s string) {
	r.buf = append(r.buf, `"><v>`...)
	r.buf = append(r.buf, s...)
	r.buf = append(r.buf, `</v></c>`...)
}

func (r *rowWriter) cellText(s string) error {
	r.buf = append(r.buf, `" t="inlineStr"><is><t>`...)
	r.buf = appendText(r.buf, s)
	r.buf = append(r.buf, `</t></is></c>`...)
	return nil
}

// mostChars is how many UTF-16 units a cell may hold; longer text is cut.
const mostChars = 32767

// appendText escapes a text for XML. What XML cannot carry becomes U+FFFD, and
// "_x0041_" is written so that it is read back as these seven characters.
func appendText(b []byte, s string) []byte {
	chars := 0
	for i, c := range s {
		if chars += utf16.RuneLen(c); chars > mostChars {
			break
		}
		switch {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '\n':
			b = append(b, "&#10;"...)
		case c == '\t' || c == '\r':
			b = append(b, ' ')
		case c == '_' && looksEscaped(s[i:]):
			b = append(b, "_x005F_"...)
		case c < 0x20 || c == 0xFFFE || c == 0xFFFF:
			b = append(b, "\uFFFD"...)
		default:
			b = utf8.AppendRune(b, c)
		}
	}
	return b
}

// looksEscaped reports a text that begins like _x0041_.
func looksEscaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}
