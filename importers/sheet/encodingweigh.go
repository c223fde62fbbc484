package sheet

import (
	"fmt"

	"osmsd/sync/osms"
)

// weigher gathers, over a whole file that is not sound UTF-8, the evidence for
// one of the single-byte encodings.
//
// Windows-1251 has its Cyrillic letters at C0–FF, DOS cp866 at 80–AF and E0–EF:
// counting settles that. KZ-1048 is Windows-1251 with sixteen other letters, so
// there the question is how these bytes stand in words: 0xBA is Kazakh ғ, a
// consonant, or Ukrainian є, a vowel; 0xA2 is ұ, which stands behind
// consonants, or Belarusian ў, which stands behind vowels only.
type weigher struct {
	high  int      // bytes beyond ASCII
	count [256]int // of each byte beyond ASCII

	kazakh, foreign int // of the sixteen bytes
	rising, falling int // neighbours lower-upper and upper-lower, read as 1251

	prev, cur byte // the sliding window of three: prev, cur and the next byte
	// UTF-8 read on the side: how many bytes stand in whole letters of two
	// bytes, the first byte that does not, and a run that only text in UTF-8
	// makes.
	lead               bool
	leadAt             int64
	pairs              int
	sound              int
	overlong           int
	runAt, firstRun    int64
	unsound, undefined int64
	begun              bool
}

// runOfPairs is how many Cyrillic letters of UTF-8 in a row prove UTF-8: in a
// single-byte encoding the same bytes would be capital Р, С, Т or У in turn
// with rare letters and signs.
const runOfPairs = 4

func (w *weigher) weigh(span []byte, at int64) {
	if !w.begun {
		w.begun, w.firstRun, w.unsound, w.undefined = true, -1, -1, -1
	}
	for i := 0; i < len(span); i++ {
		c := span[i]
		if c < 0x80 && w.cur < 0x80 {
			w.prev, w.cur = w.cur, c
			continue
		}
		if w.cur >= 0x80 {
			w.judge(c)
		}
		if c >= 0x80 {
			w.high++
			w.count[c]++
			if c == 0x98 && w.undefined < 0 {
				w.undefined = at + int64(i)
			}
		}
		w.pair(c, at+int64(i))
		w.prev, w.cur = w.cur, c
	}
}

func (w *weigher) finish() {
	if w.cur >= 0x80 {
		w.judge(' ')
		w.pair(' ', 0)
	}
}

// pair reads the same bytes as UTF-8 letters of two bytes.
func (w *weigher) pair(c byte, at int64) {
	tail := c >= 0x80 && c <= 0xBF
	switch {
	case w.lead && tail:
		w.lead = false
		if w.cur < 0xC2 {
			w.overlong += 2
		} else {
			w.sound += 2
		}
		if w.cur < 0xD0 || w.cur > 0xD3 {
			w.pairs = 0
			break
		}
		if w.pairs++; w.pairs == 1 {
			w.runAt = w.leadAt
		}
		if w.pairs == runOfPairs && w.firstRun < 0 {
			w.firstRun = w.runAt
		}
	default:
		if w.lead {
			w.pairs = 0
			if w.unsound < 0 {
				w.unsound = w.leadAt
			}
		}
		w.lead = c >= 0xC0 && c <= 0xDF
		w.leadAt = at
		if !w.lead {
			w.pairs = 0
			if c >= 0x80 && w.unsound < 0 {
				w.unsound = at
			}
		} else if w.cur < 0x80 {
			w.pairs = 0
		}
	}
}

// judge weighs the byte in the middle of the window, next being the byte behind
// it.
func (w *weigher) judge(next byte) {
	prev, c := w.prev, w.cur
	if letters[c] == lowerLetter && letters[next] == upperLetter {
		w.rising++
	}
	if letters[c] == upperLetter && letters[next] == lowerLetter {
		w.falling++
	}
	before, after := letters[prev] != noLetter, letters[next] != noLetter
	if !before && !after {
		return
	}
	switch c {
	case 0x8D, 0x9D, 0xBD, 0xBE: // қ, ң; Macedonian ќ, ѕ
		w.kazakh += 2
	case 0xA3, 0xBC: // ә, a vowel; ј, a consonant
		w.side(!openVowel[prev] && !openVowel[next])
	case 0xA5, 0xB4: // ө, a vowel; ґ, a consonant
		w.side(!openVowel[prev] && !openVowel[next])
	case 0xA1, 0xA2: // ұ behind consonants; ў behind vowels
		w.side(!openVowel[prev])
	case 0xAF, 0xBF: // ү behind consonants; ї behind vowels
		w.side(!openVowel[prev] && !closeVowel[prev])
	case 0x8E, 0x9E: // һ inside; ћ mostly at the end
		w.side(after)
	case 0xAA, 0xBA: // ғ before vowels, or behind a back vowel; є
		switch {
		case next == 0xFE || next == 0xFF || next == 0xDE || next == 0xDF: // ю, я
			w.side(false)
		case openVowel[next] || closeVowel[next]:
			w.side(true)
		default:
			w.side(after && backVowel[prev])
		}
	case 0x80, 0x81, 0x83, 0x8A, 0x8C, 0x8F, 0x90, 0x9A, 0x9C, 0x9F: // Ђ Ѓ ѓ Љ Њ Џ ђ љ њ џ
		w.foreign += 3
	}
}

func (w *weigher) side(kazakh bool) {
	if kazakh {
		w.kazakh += 2
	} else {
		w.foreign++
	}
}

func (w *weigher) verdict() (string, *codePage, error) {
	if w.high == 0 {
		return nameUTF8, nil, nil
	}
	bad := func(at int64, detail string) (string, *codePage, error) {
		return "", nil, csvError(osms.FileBadEncoding, fmt.Sprintf("byte %d", at), detail)
	}
	// Mostly UTF-8: reading it as such refuses the file at the very byte.
	if w.sound*4 >= w.high*3 || w.firstRun >= 0 && w.sound*2 >= w.high || w.overlong > 0 && w.overlong+w.sound == w.high {
		return nameUTF8, nil, nil
	}
	if w.firstRun >= 0 {
		return bad(w.firstRun, "the text is in a single-byte encoding, but here in UTF-8: the file was put together from two")
	}
	sum := func(from, to byte) (n int) {
		for c := int(from); c <= int(to); c++ {
			n += w.count[c]
		}
		return n
	}
	dos := sum(0x80, 0xAF)
	box := sum(0xB0, 0xDF) + sum(0xF2, 0xFB) + sum(0xFD, 0xFF)
	windows := sum(0xC0, 0xFF) + w.count[0xA8] + w.count[0xB8] + w.count[0xB2] + w.count[0xB3]
	for _, d := range kz1048Differences() {
		windows += w.count[d.code]
	}
	lowSigns := 0 // … ‘ ’ “ ” – — NBSP « of Windows-1251, letters in cp866
	for _, c := range []byte{0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xA0, 0xAB} {
		lowSigns += w.count[c]
	}
	signs := lowSigns + w.count[0xBB] + w.count[0xB0] + w.count[0xB9]
	switch {
	case w.high >= 16 && dos*5 >= w.high*2 && box*50 <= w.high && (dos-lowSigns)*5 >= dos:
		return name866, cp866(), nil
	case (windows+signs)*10 < w.high*9:
		return bad(w.unsound, "the letters fit none of UTF-8, UTF-16, Windows-1251, KZ-1048 and cp866: save the file as CSV UTF-8")
	case w.undefined >= 0:
		return bad(w.undefined, "byte 98 means nothing in Windows-1251 and KZ-1048")
	case w.rising >= 4 && w.rising > w.falling:
		return bad(w.unsound, "the text looks like KOI8-R: save the file as CSV UTF-8")
	case w.kazakh == 0:
		return name1251, windows1251(), nil
	case w.kazakh >= 3*w.foreign:
		return nameKZ1048, kz1048(), nil
	case w.foreign >= 3*w.kazakh:
		return name1251, windows1251(), nil
	}
	return bad(w.unsound, "the letters speak as much for KZ-1048 as for Windows-1251: save the file as CSV UTF-8")
}

// Classes of the bytes of Windows-1251 and KZ-1048.
const (
	noLetter = iota
	upperLetter
	lowerLetter
	otherLetter
)

var (
	letters    = letterClasses()
	openVowel  = byteSet("аеоыэюяёАЕОЫЭЮЯЁ")
	closeVowel = byteSet("уиіУИІ") // у and и also stand as consonants in Kazakh
	backVowel  = byteSet("аоыуАОЫУўЎ")
)

func letterClasses() (class [256]uint8) {
	for c := 0xC0; c <= 0xFF; c++ {
		class[c] = upperLetter
		if c >= 0xE0 {
			class[c] = lowerLetter
		}
	}
	for c, is := range byteSet("ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґёєјЅѕї") {
		if is {
			class[c] = otherLetter
		}
	}
	return class
}

// byteSet marks the bytes that the letters have in Windows-1251.
func byteSet(s string) (set [256]bool) {
	want := make(map[rune]bool)
	for _, r := range s {
		want[r] = true
	}
	c := 0x80
	for _, r := range upper1251 {
		set[c] = want[r]
		c++
	}
	return set
}
