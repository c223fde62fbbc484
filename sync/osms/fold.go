package osms

import "strings"

// FoldName gives the key on which names are compared: lower case, runs of
// spaces and hyphens as one space, Ё as Е, Kazakh letters as typists replace
// them (Қ→К, Ә→А, Ұ Ү→У, І→И, Ң→Н, Ғ→Г, Ө→О, Һ→Х), Latin letters that look
// Cyrillic as Cyrillic, and combining marks dropped, so that NFC and NFD agree
// for every letter in use. The key is for comparing only; what was written is
// what is stored and printed (DOMAIN §7).
func FoldName(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if f, ok := foldRune[r]; ok {
			r = f
		} else if r >= 'а' && r <= 'я' {
			// as it is
		} else if r >= 'А' && r <= 'Я' {
			r += 'а' - 'А'
		} else if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		switch {
		case r == ' ':
			space = b.Len() > 0
			continue
		case r == 0:
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// foldRune maps a letter to its folded form; 0 drops it.
var foldRune = map[rune]rune{
	'\t': ' ', '\u00a0': ' ', '\u2009': ' ', '\u202f': ' ', '-': ' ', '\u2010': ' ', '\u2011': ' ', '\u2013': ' ',
	'\u200b': 0, '\u200c': 0, '\u200d': 0, '\u200e': 0, '\u200f': 0, '\ufeff': 0,
	'\u0306': 0, '\u0308': 0, // the breve of й and the dots of ё, decomposed
	'й': 'и', 'Й': 'и', 'ё': 'е', 'Ё': 'е',
	'қ': 'к', 'Қ': 'к', 'ә': 'а', 'Ә': 'а', 'ə': 'а', 'Ə': 'а', 'ұ': 'у', 'Ұ': 'у', 'ү': 'у', 'Ү': 'у',
	'і': 'и', 'І': 'и', 'ң': 'н', 'Ң': 'н', 'ғ': 'г', 'Ғ': 'г', 'ө': 'о', 'Ө': 'о', 'һ': 'х', 'Һ': 'х',
	'a': 'а', 'A': 'а', 'B': 'в', 'c': 'с', 'C': 'с', 'e': 'е', 'E': 'е', 'h': 'х', 'H': 'н', 'i': 'и', 'I': 'и',
	'K': 'к', 'k': 'к', 'M': 'м', 'o': 'о', 'O': 'о', 'p': 'р', 'P': 'р', 'T': 'т', 'x': 'х', 'X': 'х', 'y': 'у', 'Y': 'у',
}
