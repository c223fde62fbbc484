package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean makes a text printable without changing what a reader sees: composed
// letters (NFC), any white space as one space (a no-break space stays, and the
// sign № keeps its number on the line), and marks without a shape dropped (zero-width spaces, direction marks, soft
// hyphens). What cannot be printed stays and is refused by Check.
func Clean(s string) string {
	clean, composed := look(s)
	if clean {
		return s
	}
	if !composed {
		s = norm.NFC.String(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	space, afterSign := false, false
	for _, r := range s {
		switch {
		case r == '\u00a0':
		case r == '\u202f':
			r = '\u00a0' // Liberation Serif has no narrow one
		case r == '\u2011':
			r = '-'
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case shapeless(r):
			continue
		}
		if space {
			if afterSign {
				b.WriteRune('\u00a0')
			} else {
				b.WriteByte(' ')
			}
			space = false
		}
		b.WriteRune(r)
		afterSign = r == '№'
	}
	return b.String()
}

// look reports whether a text is of letters that nearly all documents are made
// of, which are composed, and whether besides its spaces are where Clean leaves
// them.
func look(s string) (clean, composed bool) {
	clean = !strings.HasSuffix(s, " ")
	before, codes := ' ', &Regular().codes
	for _, r := range s {
		if int(r) >= len(codes) || codes[r] == 0 {
			return false, false
		}
		clean = clean && (r != ' ' || before != ' ' && before != '№')
		before = r
	}
	return clean, true
}

func shapeless(r rune) bool {
	return r == 0x00AD || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069
}

// chance is a place where a line may end.
type chance struct {
	end, next int // of the line, of the one after it: bytes
	width     int // from next to where the text has been read
}

// Wrap breaks a clean text into lines no wider than width millimetres: at
// spaces, after strokes, and after a hyphen between two letters. What is alone
// wider than a line is broken after another hyphen (63-2026-000001), or else
// anywhere.
func (f *Face) Wrap(s string, size, width float64) []string {
	if s == "" {
		return nil
	}
	limit := int(width*1000/(size*mmPerPoint) + 0.5)
	var lines []string
	start, n := 0, 0 // of the line: first byte, width so far
	var good, poor chance
	before := ' '
	for i, r := range s {
		w := 0
		if r >= 0 && int(r) < len(f.widths) {
			w = int(f.widths[r])
		}
		for n+w > limit && r != ' ' && i > start {
			at := chance{end: i, next: i}
			if good.end > start {
				at = good
			} else if poor.end > start {
				at = poor
			}
			if lines == nil {
				const each = 250 // thousandths of the type size that a byte is wide, roughly
				lines = make([]string, 0, 2+len(s)*each/max(limit, each))
			}
			lines = append(lines, s[start:at.end])
			start, n = at.next, at.width
		}
		n += w
		good.width += w
		poor.width += w
		switch end := i + utf8.RuneLen(r); {
		case r == ' ':
			good = chance{end: i, next: end}
		case r == '/' || r == '–' || r == '-' && unicode.IsLetter(before) && startsWithLetter(s[end:]):
			good = chance{end: end, next: end}
		case r == '-':
			poor = chance{end: end, next: end}
		}
		before = r
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}

func startsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}
