package organisations

import "unicode"

// lettersLost recognises a name whose Kazakh letters were saved as question
// marks: one that touches a letter.
func lettersLost(name string) bool {
	runes := []rune(name)
	for i, r := range runes {
		if r == unicode.ReplacementChar || r == '?' &&
			(i > 0 && unicode.IsLetter(runes[i-1]) || i+1 < len(runes) && unicode.IsLetter(runes[i+1])) {
			return true
		}
	}
	return false
}
