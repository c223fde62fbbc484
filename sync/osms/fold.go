package osms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FoldName gives the key on which names are compared: lower case, runs of
// spaces and hyphens as one space, Ё as Е, Kazakh letters as typists replace
// them (Қ→К, Ә→А, Ұ Ү→У, І→И, Ң→Н, Ғ→Г, Ө→О, Һ→Х), Latin letters that look
// Cyrillic as Cyrillic, and combining marks dropped, so that NFC and NFD agree
// for every letter in use. The key is for comparing only; what was written is
// what is stored and printed (DOMAIN §7).
//
// Upper and lower case always give the same key. That matters for names wholly
// in Latin (HASAN, Hasan): so the letter h, which looks like Н when it is large
// and like һ when it is small, is read by its look in a word with Cyrillic
// letters only.
func FoldName(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for i, r := range s {
		f := foldedRune(r)
		switch {
		case f == ' ':
			space = b.Len() > 0
			continue
		case f == 0:
			continue
		case f == 'h' && inCyrillicWord(s, i):
			f = 'х'
			if r == 'H' {
				f = 'н'
			}
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(f)
	}
	return b.String()
}

// foldedRune is the folded letter, ' ' for what parts words, 0 for what is
// dropped.
func foldedRune(r rune) rune {
	if int(r) < len(foldTable) {
		return rune(foldTable[r])
	}
	return slowFold(r)
}

// inCyrillicWord reports whether the word around byte i of s has a Cyrillic
// letter. It looks at the nearest letters only, so that no cell makes it slow.
func inCyrillicWord(s string, i int) bool {
	const near = 40
	for at, n := i, 0; at > 0 && n < near; n++ {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if slowFold(r) == ' ' {
			break
		}
		if unicode.Is(unicode.Cyrillic, r) {
			return true
		}
		at -= size
	}
	n := 0
	for _, r := range s[i:] {
		if n++; n > near || slowFold(r) == ' ' {
			break
		}
		if unicode.Is(unicode.Cyrillic, r) {
			return true
		}
	}
	return false
}

// foldTable holds slowFold for Latin, Greek and Cyrillic: names are folded by
// the million.
var foldTable = func() (table [0x530]uint16) {
	for r := range table {
		table[r] = uint16(slowFold(rune(r)))
	}
	return table
}()

func slowFold(r rune) rune {
	switch {
	case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), r == '\u2212':
		return ' '
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), r < ' ':
		return 0 // the breve of й and the dots of ё, decomposed; invisible signs
	}
	r = unicode.ToLower(r)
	if i := strings.IndexRune(foldFrom, r); i >= 0 {
		to, _ := utf8.DecodeRuneInString(foldTo[2*utf8.RuneCountInString(foldFrom[:i]):])
		return to
	}
	return r
}

// Letters and what they are compared as; every letter of foldTo has two bytes.
const (
	foldFrom = "йёқәəұүіңғөһ" + "abceikmoptxy"
	foldTo   = "иекааууингох" + "авсеикмортху"
)
