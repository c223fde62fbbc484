package paper

import (
	"strings"
	"unicode"

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

// Wrap breaks a clean text into lines no wider than width millimetres: at
// spaces, after hyphens and strokes, and inside a word only when the word
// alone is wider than the line.
func (f *Face) Wrap(s string, size, width float64) []string {
	if s == "" {
		return nil
	}
	limit := int(width*1000/(size*mmPerPoint) + 0.5)
	var lines []string
	start, n := 0, 0          // of the line: first byte, width so far
	breakAt, resume := -1, -1 // last chance to break: end of the line, start of the next
	afterBreak := 0           // width behind that chance
	for i, r := range s {
		w := 0
		if r >= 0 && int(r) < len(f.widths) {
			w = int(f.widths[r])
		}
		if n+w > limit && r != ' ' && i > start {
			if breakAt > start {
				lines = append(lines, s[start:breakAt])
				start, n = resume, afterBreak
			} else {
				lines = append(lines, s[start:i])
				start, n = i, 0
			}
			breakAt = -1
			if n+w > limit && i > start { // the rest of a word is itself too wide
				lines = append(lines, s[start:i])
				start, n = i, 0
			}
		}
		n += w
		afterBreak += w
		switch r {
		case ' ':
			breakAt, resume, afterBreak = i, i+1, 0
		case '-', '/', '–':
			breakAt, resume, afterBreak = i+len(string(r)), i+len(string(r)), 0
		}
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}
