package workbook

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
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
	asShare // a part of a whole, in percent
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
	leadRow  // the sentence that says what the workbook found
	guessRow // a suggestion, or what was annulled: never counted
	voidTile // a region of the map without a line
	firstTile
	lastTile = firstTile + tileSteps - 1
	rowKinds = lastTile + 1
)

// tileSteps is how many shades the map has.
const tileSteps = 5

// styled is a value with a style of its own, whatever its row and column say.
type styled struct {
	kind  rowKind
	look  cellKind
	value any
}

// share is a part of a whole in ten-thousandths.
type share int64

// rowWriter writes rows of one sheet as XML. Rows are numbered as they come.
type rowWriter struct {
	w      io.Writer
	buf    []byte
	styles *styles
	cols   []column // looks of a row's values, in order
	row    int
}

// put writes a row from column A on. A value is a string, an int, an int64, an
// osms.Tiyn, an osms.Date, a share, any of these styled, or nil for an empty cell that only carries its
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
		if i < len(r.cols) && kind != titleRow && kind != noteRow && kind != leadRow {
			look = r.cols[i].kind
		}
		k := kind
		if s, ok := v.(styled); ok {
			k, look, v = s.kind, s.look, s.value
		}
		if err := r.cell(first+i, r.styles.id(k, look), v); err != nil {
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
	case share:
		sign, n := "", int64(v)
		if n < 0 {
			sign, n = "-", -n
		}
		r.number(fmt.Sprintf("%s%d.%04d", sign, n/10000, n%10000))
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

// sparse writes a row in which a nil is no cell at all.
func (r *rowWriter) sparse(height int, values ...any) error {
	r.row++
	r.buf = fmt.Appendf(r.buf, `<row r="%d" ht="%d" customHeight="1">`, r.row, height)
	for i, v := range values {
		if s, ok := v.(styled); ok {
			if err := r.cell(i, r.styles.id(s.kind, s.look), s.value); err != nil {
				return err
			}
		}
	}
	r.buf = append(r.buf, `</row>`...)
	return nil
}

// fit writes a row as high as its texts need.
func (r *rowWriter) fit(kind rowKind, values ...any) error {
	return r.put(kind, r.height(values), values...)
}

// height is how high a row must be, in points, for its wrapped texts: not every
// reader works it out for itself.
func (r *rowWriter) height(values []any) int {
	most := 1
	for i, v := range values {
		text, ok := v.(string)
		if !ok || i >= len(r.cols) || r.cols[i].kind != asText && r.cols[i].kind != asCentre {
			continue
		}
		if wide := r.cols[i].width - 1; float64(len(text)) > wide { // bytes: most texts are short
			most = max(most, wrapped(text, wide))
		}
	}
	return 2 + 13*most
}

// wrapped counts the lines of a text in a column, letters being of one width.
func wrapped(text string, wide float64) int {
	lines := 0
	for line := range strings.SplitSeq(text, "\n") {
		lines++
		at := 0.0
		for word := range strings.SplitSeq(line, " ") {
			n := 0.0
			for _, c := range word {
				n++
				if unicode.IsUpper(c) {
					n += 0.3
				}
			}
			if at > 0 && at+1+n > wide {
				lines++
				at = 0
			} else if at > 0 {
				at++
			}
			at += n
			for at > wide {
				lines++
				at -= wide
			}
		}
	}
	return lines
}
