package ledger

import (
	"strings"
	"unicode"

	"osmsd/sync/osms"
)

// purposeWord is a run of letters or a run of digits of a purpose text.
type purposeWord struct {
	text    string // folded as names are; of digits the digits
	raw     string
	gap     string // what stands between it and the word before
	at      int    // byte in the text
	numeric bool
}

// mostPurposeBytes is far more than any form has room for. Of a longer text
// nothing is said.
const mostPurposeBytes = 16 << 10

// purposeWords takes a purpose text apart.
func purposeWords(text string) []purposeWord {
	var words []purposeWord
	const none, letters, digits = 0, 1, 2
	kind, begun, ended := none, 0, 0
	finish := func(at int) {
		if kind != none {
			w := purposeWord{raw: text[begun:at], gap: text[ended:begun], at: begun, numeric: kind == digits}
			if w.text = w.raw; !w.numeric {
				w.text = osms.FoldName(w.raw)
			}
			words = append(words, w)
			ended = at
		}
	}
	for i, r := range text {
		next := none
		switch {
		case r >= '0' && r <= '9':
			next = digits
		case unicode.IsLetter(r), unicode.Is(unicode.Mn, r):
			next = letters
		}
		if next != kind {
			finish(i)
			kind, begun = next, i
		}
	}
	finish(len(text))
	return words
}

// gapOnly reports whether a gap has no other signs than these, beside spaces.
func gapOnly(gap, signs string) bool {
	for _, r := range gap {
		if !unicode.IsSpace(r) && !strings.ContainsRune(signs, r) {
			return false
		}
	}
	return true
}

// beside reports whether two words of one name or abbreviation can be parted so:
// by spaces, points and hyphens.
func beside(gap string) bool { return gapOnly(gap, ".-\u2010\u2011\u2013") }

// states reports whether a value can stand behind its label so.
func states(gap string) bool { return gapOnly(gap, ".:=№#/-\u2013\u2014") }

// alone reports whether the number at i is no part of a longer one: a date, an
// amount, a number with a slash.
func alone(words []purposeWord, i int) bool {
	if i+1 == len(words) {
		return true
	}
	next := words[i+1]
	return !next.numeric && next.gap != "" || next.numeric && gapBreaks(next.gap)
}

// gapBreaks reports whether two numbers parted so are two numbers. A space may
// be one of those between groups of digits.
func gapBreaks(gap string) bool {
	if strings.ContainsAny(gap, "№#()[]=;:") {
		return true
	}
	trimmed := strings.TrimFunc(gap, unicode.IsSpace)
	return trimmed != "" && trimmed != gap
}

// folded gives the set of the words as purposeWords folds them.
func folded(words ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range words {
		set[osms.FoldName(w)] = true
	}
	return set
}
